"""The cross-entropy method finds the top of noisy hills, by the seed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.dhumbal.rule_based import Aggressive, Greedy, Tuned
from agents.evolution.cross_entropy import CrossEntropy, Generation
from agents.evolution.knobs import Knob
from agents.evolution.tuning import Tuning, check_book, strength, write_entry
from arena.errors import BadInput, BadParameter, NotCapable
from games.dhumbal.game import Dhumbal

KNOBS = (Knob("x", 0.0, 1.0, -5.0, 5.0), Knob("y", 0.0, 1.0, -5.0, 1.0))
TOP = np.array([1.5, 3.0])


def _hill(candidates: NDArray[np.float64], generation: int) -> NDArray[np.float64]:
    """A hill with its top at (1.5, 3), and noise of the same deals for all."""
    luck = np.random.default_rng(generation).normal(0.0, 3.0, 50)
    height = -((candidates - TOP) ** 2).sum(axis=1)
    return np.asarray(height[:, np.newaxis] + luck)


def _last(method: CrossEntropy, seed: int = 1) -> Generation:
    return list(method.search(KNOBS, _hill, seed))[-1]


def test_it_finds_the_top_within_the_bounds() -> None:
    """The free coordinate comes to its top, the other to its bound."""
    found = _last(CrossEntropy(generations=20, population=40))
    assert found.answer[0] == pytest.approx(1.5, abs=0.15)
    assert found.answer[1] == pytest.approx(1.0, abs=0.15)
    assert found.number == 20


def test_common_luck_does_not_matter() -> None:
    """Noise that all candidates of a generation share changes no choice: the answer is that without noise."""

    def still(candidates: NDArray[np.float64], generation: int) -> NDArray[np.float64]:
        return _hill(candidates, 0) * 1.0 if generation else _hill(candidates, 0)

    one = list(CrossEntropy(6, 20).search(KNOBS, _hill, 4))[-1]
    two = list(CrossEntropy(6, 20).search(KNOBS, still, 4))[-1]
    assert np.allclose(one.answer, two.answer)


def test_the_seed_decides() -> None:
    """The same seed gives the same answer to the last bit, another seed another one."""
    method = CrossEntropy(generations=4, population=12)
    assert np.array_equal(_last(method, 7).answer, _last(method, 7).answer)
    assert not np.array_equal(_last(method, 7).answer, _last(method, 8).answer)


def test_candidates_keep_their_bounds_and_begin_with_the_centre() -> None:
    """No candidate is outside the bounds; the first of a generation is the centre of the one before."""
    seen: list[NDArray[np.float64]] = []

    def watch(candidates: NDArray[np.float64], generation: int) -> NDArray[np.float64]:
        seen.append(candidates)
        return _hill(candidates, generation)

    generations = list(CrossEntropy(5, 16).search(KNOBS, watch, 2))
    for candidates in seen:
        assert candidates.shape == (16, 2)
        assert candidates.min() >= -5.0
        assert candidates[:, 1].max() <= 1.0
    for before, candidates in zip(generations, seen[1:], strict=False):
        assert np.allclose(candidates[0], np.clip(before.centre, (-5, -5), (5, 1)))


def test_noise_keeps_the_spread_alive() -> None:
    """Without noise the spread falls faster."""
    loud, still = (_last(CrossEntropy(6, 40, noise=noise)) for noise in (0.5, 0.0))
    assert (loud.spread > still.spread).all()


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (CrossEntropy(generations=0), "expected generations >= 1, got 0"),
        (CrossEntropy(population=3), "expected population >= 4, got 3"),
        (CrossEntropy(elite=0.0), "expected elite above 0"),
        (CrossEntropy(step=1.5), "expected step above 0 and at most 1, got 1.5"),
        (CrossEntropy(noise=-1.0), "expected noise >= 0"),
    ],
    ids=str,
)
def test_bad_settings_are_refused(method: CrossEntropy, message: str) -> None:
    """One line names the setting, what it may be and what came."""
    with pytest.raises(BadParameter, match=message):
        next(method.search(KNOBS, _hill, 1))


GAME = Dhumbal(players=2, rules="np10")


def test_tuning_makes_a_bad_agent_better() -> None:
    """From weights that never call, a few small generations gain coins on fresh deals."""
    start = list(Tuned().knobs(GAME))
    worse = Tuned(tuple(0.98 if knob.name == "sure" else knob.low for knob in start))
    tuning = Tuning(Tuned(), GAME, (Aggressive(),), CrossEntropy(4, 16), 100, 3)
    answer = [generation.answer for generation in tuning.run()][-1]
    better = tuning.with_values(tuning.named(answer))
    gains = [strength(GAME, agent, Aggressive(), 1000, 3) for agent in (worse, better)]
    assert gains[1].mean - gains[1].half_width > gains[0].mean + gains[0].half_width


def test_tuning_is_a_function_of_its_seed() -> None:
    """Run twice, the same generations come out."""
    tuning = Tuning(Tuned(), GAME, (Aggressive(), Greedy()), CrossEntropy(2, 6), 20, 9)
    runs = [[generation.centre.tolist() for generation in tuning.run()] for _ in range(2)]
    assert runs[0] == runs[1]


def test_what_cannot_be_tuned_is_refused() -> None:
    """An agent without knobs, nobody to play against, no deals."""
    with pytest.raises(NotCapable, match="aggressive has nothing to tune"):
        next(Tuning(Aggressive(), GAME, (Greedy(),)).run())
    with pytest.raises(BadParameter, match="at least one agent"):
        next(Tuning(Tuned(), GAME, ()).run())
    with pytest.raises(BadParameter, match="expected blocks >= 2, got 1"):
        next(Tuning(Tuned(), GAME, (Greedy(),), blocks=1).run())


def test_a_book_keeps_one_entry_a_game(tmp_path: Path) -> None:
    """A second entry for a game takes the place of the first; others stay; the file is plain JSON."""
    book = tmp_path / "book.json"
    assert check_book(book, "tuned") == []
    for game, value in (("b", 1), ("a", 2), ("b", 3)):
        write_entry(book, "tuned", {"game": game, "parameters": {"x": value}})
    raw = json.loads(book.read_text(encoding="utf-8"))
    assert [(entry["game"], entry["parameters"]["x"]) for entry in raw["entries"]] == [("a", 2), ("b", 3)]
    with pytest.raises(BadInput, match="one of 'tuned'"):
        check_book(book, "ismcts")
    book.write_text("[1, 2]", encoding="utf-8")
    with pytest.raises(BadInput, match="expected a book of tuned parameters"):
        write_entry(book, "tuned", {"game": "a"})
