"""The compiled dice against published vectors, an independent computation and their own distribution."""

from __future__ import annotations

import numpy as np
import pytest
from dhumbal_oracle import shuffled
from scipy import stats

from arena import dice

SEED_1234567 = (
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
)
"""The first numbers of SplitMix64 seeded by 1234567: rosettacode.org, "Pseudo-random numbers/Splitmix64"."""


def test_next_bits_gives_the_published_numbers() -> None:
    """SplitMix64 is the published generator, bit for bit."""
    rng = np.array([1234567], np.uint64)
    assert tuple(int(dice.next_bits(rng)) for _ in range(5)) == SEED_1234567


def test_at_gives_the_same_numbers_by_place() -> None:
    """A place's number needs no earlier draw."""
    assert tuple(int(dice.at(np.uint64(1234567), place)) for place in range(5)) == SEED_1234567


@pytest.mark.parametrize("bound", [1, 2, 3, 7, 52, 1000])
def test_below_is_uniform(bound: int) -> None:
    """Every number below the bound comes up, none too often (chi-square, fixed seed)."""
    rng = np.array([bound], np.uint64)
    drawn = np.array([dice.below(rng, bound) for _ in range(40 * bound)])
    counts = np.bincount(drawn, minlength=bound)
    assert len(counts) == bound
    assert bound == 1 or stats.chisquare(counts).pvalue > 1e-4


def test_below_rejects_what_would_bias() -> None:
    """Near 2**32 a plain scaling would favour some numbers; here about one draw in three is rejected, none favoured."""
    bound = 3 * 2**30
    rng = np.array([5], np.uint64)
    drawn = np.array([dice.below(rng, bound) for _ in range(30_000)])
    # Plain scaling would give numbers of one remainder by three half of all draws.
    assert stats.chisquare(np.bincount(drawn % 3, minlength=3)).pvalue > 1e-4
    assert drawn.max() < bound


def test_uniform_stays_below_one_and_is_flat() -> None:
    """Kolmogorov and Smirnov find nothing, fixed seed."""
    rng = np.array([11], np.uint64)
    drawn = np.array([dice.uniform(rng) for _ in range(20_000)])
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    assert stats.kstest(drawn, "uniform").pvalue > 1e-4


def test_shuffle_equals_a_plain_python_shuffle() -> None:
    """The same key gives the order that the method gives when written out in plain Python."""
    items = np.arange(52, dtype=np.int8)
    dice.shuffle(items, 52, np.uint64(99))
    assert items.tolist() == [suit for _, suit in shuffled([("joker", k) for k in range(52)], 99)]


def test_shuffle_gives_every_order_equally_often() -> None:
    """All 24 orders of four items, chi-square, fixed keys."""
    seen: dict[tuple[int, ...], int] = {}
    for key in range(24 * 200):
        items = np.arange(4, dtype=np.int8)
        dice.shuffle(items, 4, np.uint64(key))
        seen[tuple(items.tolist())] = seen.get(tuple(items.tolist()), 0) + 1
    assert len(seen) == 24
    assert stats.chisquare(list(seen.values())).pvalue > 1e-4


def test_shuffle_leaves_the_rest_alone() -> None:
    """Only the first `count` items move."""
    items = np.arange(10, dtype=np.int8)
    dice.shuffle(items, 4, np.uint64(3))
    assert sorted(items[:4].tolist()) == [0, 1, 2, 3]
    assert items[4:].tolist() == [4, 5, 6, 7, 8, 9]
