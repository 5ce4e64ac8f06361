"""ONNX files of policies: what is written is read, and nothing else is."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from small_networks import header, small

from agents.deep.card import Card, Strength, card_of, markdown, with_card, with_strengths
from agents.deep.onnx_wire import onnx_parts, with_metadata
from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import Header, policy_digest, read, write
from arena.errors import BadInput, BadParameter, MissingExtra
from games.dhumbal.mini import DhumbalMini

GAME = DhumbalMini()
NETWORK = small(GAME)
HEADER = header(GAME)
MODEL = write(NETWORK, HEADER)
LINE = Strength("tuned", "dhumbal", 1.5, 0.2, 4000, "arena evaluate x.onnx tuned")


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("hidden", [(), (8,), (5, 3, 9)])
def test_what_is_written_is_read(value: bool, hidden: tuple[int, ...]) -> None:
    """Weights bit by bit, and the header; onnx itself finds the file sound, and the same weights in it."""
    network = small(GAME, value=value, hidden=hidden)
    model = write(network, HEADER)
    again, told = read(model)
    assert told == HEADER
    assert again.sizes == network.sizes
    np.testing.assert_array_equal(again.flat(), network.flat())
    parsed = onnx.load_from_string(model)
    onnx.checker.check_model(parsed, full_check=True)
    for tensor in parsed.graph.initializer:
        np.testing.assert_array_equal(numpy_helper.to_array(tensor), onnx_parts(model).tensors[tensor.name])


def test_the_same_network_gives_the_same_bytes() -> None:
    """Twice the same; another header or weight, another digest."""
    assert write(NETWORK, HEADER) == MODEL
    assert policy_digest(write(NETWORK, dataclasses.replace(HEADER, seed=4))) != policy_digest(MODEL)
    weights = [weight.copy() for weight in NETWORK.weights]
    weights[0][0, 0] += 1.0
    other = Perceptron(tuple(weights), NETWORK.biases, NETWORK.actions)
    assert policy_digest(write(other, HEADER)) != policy_digest(MODEL)


def test_size_is_that_of_the_weights() -> None:
    """Names and header add less than 3 kB."""
    assert 4 * len(NETWORK.flat()) < len(MODEL) < 4 * len(NETWORK.flat()) + 3000


def test_every_cut_is_refused() -> None:
    """A file that ends anywhere too early."""
    for end in [*range(0, 200, 7), *np.linspace(200, len(MODEL) - 1, 60).astype(int).tolist()]:
        with pytest.raises(BadInput, match="the bytes"):
            read(MODEL[:end])


def test_every_changed_weight_or_word_is_refused() -> None:
    """One bit anywhere in the weights or the header."""
    graph = MODEL.index(onnx_parts(MODEL).graph)
    spots = [
        graph + 4000,
        graph + len(onnx_parts(MODEL).graph) - 3,
        MODEL.index(b'"seed": 3') + 8,
        MODEL.index(b"rectifier.0"),
    ]
    for spot in spots:
        changed = bytearray(MODEL)
        changed[spot] ^= 1
        with pytest.raises(BadInput, match="was changed after it was written"):
            read(bytes(changed))


def test_random_bytes_never_do_worse_than_refuse() -> None:
    """Noise, and a file with noise in it."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        with pytest.raises(BadInput):
            read(rng.bytes(int(rng.integers(0, 300))))
        changed = bytearray(MODEL)
        for spot in rng.integers(0, len(MODEL), 5).tolist():
            changed[spot] = int(rng.integers(256))
        if bytes(changed) != MODEL:
            with pytest.raises(BadInput):
                read(bytes(changed))


def test_other_files_are_refused(tmp_path: Path) -> None:
    """Text, a foreign ONNX file, a folder, and no file at all, with the nearest name."""
    text = tmp_path / "notes.onnx"
    text.write_text("hello", encoding="utf-8")
    with pytest.raises(BadInput, match=r"notes\.onnx' is no whole ONNX file"):
        read(text)
    foreign = onnx.load_from_string(MODEL)
    del foreign.metadata_props[:]
    with pytest.raises(BadInput, match="no policy of the arena"):
        read(foreign.SerializeToString())
    with pytest.raises(BadInput, match="cannot read the policy"):
        read(tmp_path)
    with pytest.raises(BadInput, match=r"no policy file .*note\.onnx': did you mean '.*notes\.onnx'\?"):
        read(tmp_path / "note.onnx")
    with pytest.raises(BadInput, match="0 ONNX files lie in its folder"):
        read(tmp_path / "nowhere" / "x.onnx")


def test_bad_networks_and_headers_are_not_written() -> None:
    """NaN, other sizes, other kinds and types."""
    broken = small(GAME)
    broken.weights[1][0, 0] = np.nan
    for network, told in [
        (broken, HEADER),
        (NETWORK, dataclasses.replace(HEADER, actions=3)),
        (NETWORK, dataclasses.replace(HEADER, kind="guesses")),
        (NETWORK, Header(1, "e", 2, 3, "logits")),  # type: ignore[arg-type]
        (Perceptron((), (), 1), HEADER),
        (Perceptron((np.zeros((2, 3), np.float32),), (np.zeros(2, np.float32),), 3), HEADER),
        (Perceptron((np.zeros((2, 3)),), (np.zeros(3),), 3), HEADER),  # type: ignore[arg-type]
        (Perceptron((np.zeros((2, 9), np.float32),), (np.zeros(9, np.float32),), 3), HEADER),
    ]:
        with pytest.raises(BadParameter):
            write(network, told)


def test_without_onnx_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading works without it."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtra, match=r"agent-arena\[train\]"):
        write(NETWORK, HEADER)
    assert read(MODEL)[1] == HEADER


def test_flat_numbers_make_the_network_again() -> None:
    """And any other count of them is refused."""
    again = Perceptron.of_flat(NETWORK.flat(), NETWORK.sizes, NETWORK.actions)
    assert all((one == other).all() for one, other in zip(again.weights, NETWORK.weights, strict=True))
    with pytest.raises(BadParameter, match="expected 2 numbers"):
        Perceptron.of_flat(np.zeros(3, np.float32), (1, 1), 1)


def test_a_card_leaves_the_network_alone() -> None:
    """Added and replaced: same digest, same graph; onnx finds the file sound."""
    assert card_of(MODEL) == Card()
    card = Card(("dhumbal-mini",), "arena train dhumbal-mini ppo", 1.5, "2 cores", "A note.")
    model = with_strengths(with_card(MODEL, card), [LINE])
    better = dataclasses.replace(LINE, mean=2.0)
    model = with_strengths(model, [better, dataclasses.replace(LINE, opponent="greedy")])
    assert [one.mean for one in card_of(model).strengths] == [2.0, 1.5]
    assert policy_digest(model) == policy_digest(MODEL)
    assert onnx_parts(model).graph == onnx_parts(MODEL).graph
    assert read(model)[1] == HEADER
    onnx.checker.check_model(onnx.load_from_string(model))
    assert [entry.key for entry in onnx.load_from_string(model).metadata_props].count("card") == 1


def test_a_card_as_markdown() -> None:
    """Every fact stands in it, and each measurement with its command."""
    page = markdown(with_strengths(with_card(MODEL, Card(command="train | it")), [LINE]), "Mini")
    assert page.startswith("# Mini\n")
    assert r"| command | `train \| it` |" in page
    assert f"| digest | `{policy_digest(MODEL)}` |" in page
    assert "| `tuned` | `dhumbal` | +1.500 | ± 0.200 | 4,000 | `arena evaluate x.onnx tuned` |" in page


def test_cards_that_make_no_sense_are_refused() -> None:
    """No interval, and metadata that are no card."""
    with pytest.raises(BadParameter, match="expected an interval"):
        with_strengths(MODEL, [dataclasses.replace(LINE, blocks=1)])
    with pytest.raises(BadParameter, match="expected an interval"):
        with_strengths(MODEL, [dataclasses.replace(LINE, half_width=float("nan"))])
    for text in ("[]", "{", '{"strengths": [1]}', '{"colour": 1}'):
        with pytest.raises(BadInput, match="the card of the policy cannot be read"):
            card_of(with_metadata(MODEL, "card", text))


def test_foreign_tensors_are_refused() -> None:
    """Weights of another type."""
    parsed = onnx.load_from_string(MODEL)
    parsed.graph.initializer.append(helper.make_tensor("x", onnx.TensorProto.INT64, [2], [1, 2]))
    with pytest.raises(BadInput, match="expected float32"):
        read(parsed.SerializeToString())
