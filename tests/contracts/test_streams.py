"""Streams of chance: the numbers never change, do not depend on how they are asked for, and are independent."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import streams
from arena.errors import BadParameter
from arena.play import player_seeds

ROOT = streams.root_key(7)
PARTS = st.lists(st.text(max_size=5) | st.integers() | st.binary(max_size=5), max_size=4)


def test_the_numbers_never_change() -> None:
    """Golden numbers: every record and every published ranking stands on them."""
    assert streams.root_key(0).hex() == "39c227f7d56d956645d45d766ac05617"
    assert ROOT.hex() == "88c471ce2eaa038abbebfc8ff5e46ee3"
    assert streams.root_key(2**64 - 1).hex() == "bb0ea2ff9fc43c1148310bbb4602feee"
    assert streams.derive(ROOT, "deal", 3).hex() == "9fe655ff27759e47c61c9ffd087ba13b"
    assert streams.derive(ROOT, b"deal").hex() == "6ad140310dd8f104805316de978941fa"
    assert streams.derive(ROOT).hex() == "3d69c05eb155b459ad34c27fd69d89b6"
    assert streams.number(ROOT, "deal", 3) == 5160691037661161119
    assert streams.numbers(ROOT, 0, 2).tolist() == [6273909422071150072, 13324892466535161125]
    assert streams.numbers(ROOT, 511, 2).tolist() == [14894193296029275976, 15741127285123197913]
    assert streams.generator(12345).integers(2**63, size=2).tolist() == [
        5961804955075170992,
        7141358109820891786,
    ]
    assert streams.stream(ROOT, "player", 2).integers(1000, size=4).tolist() == [83, 919, 815, 970]
    assert player_seeds(7, 2) == [13789394386177664706, 12634733502333315230]


def test_the_hashes_are_those_of_the_standards() -> None:
    """Keys are BLAKE2b (RFC 7693) and numbers SHAKE-128 (FIPS 202) of what the documentation says."""
    assert hashlib.blake2b(b"7", digest_size=16, person=b"arena.root").digest() == ROOT
    part = b"s" + (4).to_bytes(4, "little") + b"deal" + b"i" + (1).to_bytes(4, "little") + b"3"
    expected = hashlib.blake2b(part, digest_size=16, key=ROOT, person=b"arena.derive").digest()
    assert streams.derive(ROOT, "deal", 3) == expected
    raw = hashlib.shake_128(b"arena.numbers" + ROOT + (0).to_bytes(8, "little")).digest(16)
    assert streams.numbers(ROOT, 0, 2).tolist() == [
        int.from_bytes(raw[:8], "little"),
        int.from_bytes(raw[8:], "little"),
    ]


def test_a_generator_is_philox_with_the_number_as_its_key() -> None:
    """The cheap construction gives NumPy's own stream for that key, and survives a pickle."""
    for seed in (0, 1, 2**63, 2**64 - 1):
        ours, numpys = streams.generator(seed), np.random.Generator(np.random.Philox(key=seed))
        assert ours.integers(2**63, size=50).tolist() == numpys.integers(2**63, size=50).tolist()
        again = pickle.loads(pickle.dumps(ours))
        assert again.random() == ours.random() == numpys.random()
    with pytest.raises(OverflowError):
        streams.generator(2**64)


@given(st.integers(0, 1600), st.integers(0, 1200))
def test_any_run_is_the_same_numbers(start: int, count: int) -> None:
    """Entry i depends on key and place only, at page borders and for short and long runs alike."""
    whole = streams.numbers(ROOT, 0, 2800)
    run = streams.numbers(ROOT, start, count)
    assert run.dtype == np.uint64
    assert run.tolist() == whole[start : start + count].tolist()


def test_numbers_cannot_be_written_into() -> None:
    """A page is shared by all who ask for it."""
    for count in (3, 600):
        run = streams.numbers(ROOT, 40, count)
        if not run.flags.writeable:
            continue
        before = run.copy()
        run[:] = 0
        assert streams.numbers(ROOT, 40, count).tolist() == before.tolist()


@given(PARTS, PARTS)
def test_different_paths_have_different_keys(
    one: list[str | int | bytes], other: list[str | int | bytes]
) -> None:
    """No two paths meet: neither by joining their parts otherwise, nor by 1 and "1", or "a" and b"a"."""
    same = [(type(part), part) for part in one] == [(type(part), part) for part in other]
    assert (streams.derive(ROOT, *one) == streams.derive(ROOT, *other)) == same


def test_streams_are_independent() -> None:
    """Numbers of neighbouring paths are uniform and uncorrelated (within 5 standard errors)."""
    keys = [streams.derive(ROOT, "table", table) for table in range(400)]
    bits = np.array([streams.numbers(key, 0, 64) for key in keys]).astype(np.float64) / 2.0**64
    assert abs(bits.mean() - 0.5) < 5 * (1 / 12) ** 0.5 / bits.size**0.5
    correlation = np.asarray(np.corrcoef(bits)) - np.eye(400)
    assert np.abs(correlation).max() < 6 / 64**0.5
    firsts = [streams.generator(int(seed)).random() for seed in streams.numbers(ROOT, 0, 2000)]
    assert abs(np.mean(firsts) - 0.5) < 5 * (1 / 12) ** 0.5 / 2000**0.5
    assert abs(np.corrcoef(firsts[1:], firsts[:-1])[0, 1]) < 5 / 2000**0.5


def test_no_parent_in_a_child() -> None:
    """A player who digs in his generator finds his own number and nothing that leads to the root."""
    number = streams.number(ROOT, "player", 0)
    held = streams.generator(number).bit_generator.state
    assert str(number) in str(held["state"]["key"][0])
    assert ROOT.hex() not in str(held)


def test_other_processes_draw_the_same() -> None:
    """Nothing depends on the hashes of text, which every process draws anew."""
    code = "from arena import streams; print(streams.number(streams.root_key(7), 'deal', 3))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "5"}
    )
    assert int(answer.stdout) == 5160691037661161119


@pytest.mark.parametrize("seed", [-1, 1.5, True, "7", None])
def test_bad_seeds_are_refused(seed: object) -> None:
    """A seed is a whole number that is not negative, and the message shows what came."""
    with pytest.raises(BadParameter, match="a seed is a whole number >= 0, got "):
        streams.root_key(seed)  # type: ignore[arg-type]


def test_seeds_of_numpy_and_of_any_size_are_taken() -> None:
    """A seed may be a NumPy integer, and larger than a machine word."""
    assert streams.root_key(np.int64(7)) == ROOT  # type: ignore[arg-type]
    assert streams.root_key(2**200) != streams.root_key(2**200 + 1)
    assert 0 <= streams.fresh_seed() < 2**63
    assert streams.fresh_seed() != streams.fresh_seed()
