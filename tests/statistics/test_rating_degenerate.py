"""Every rating has a defined answer and a sentence where the data say little: never NaN, never an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ratings_worlds import duels, rated, results_of, rotated, rows_of

from arena.contest import Rating, Results
from tournaments.ratings import (
    AlphaRank,
    MaximalLottery,
    Nash,
    OpenSkill,
    PlackettLuce,
    RankProbabilities,
    Transitivity,
    Voting,
)

RATINGS = [
    PlackettLuce(),
    PlackettLuce(by="wins"),
    RankProbabilities(),
    AlphaRank(),
    AlphaRank(selection=5.0),
    AlphaRank(payoff="metric"),
    Nash(),
    MaximalLottery(),
    Transitivity(),
    Voting(),
    OpenSkill(),
]


def fixed_order(blocks: int) -> Results:
    """Agent 0 above 1 above 2 in every match."""
    seated = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]])[np.newaxis].repeat(blocks, axis=0)
    return results_of(seated, -seated.astype(float))


def identical(blocks: int) -> Results:
    """Three agents that score the same, all of the time."""
    seated = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]])[np.newaxis].repeat(blocks, axis=0)
    return results_of(seated, np.zeros(seated.shape))


def alone(blocks: int) -> Results:
    """One agent against copies of itself."""
    rng = np.random.default_rng(1)
    return results_of(np.zeros((blocks, 2, 2)), rng.normal(size=(blocks, 2, 2)))


def solo(blocks: int) -> Results:
    """One agent in a game for one."""
    return results_of(np.zeros((blocks, 1, 1)), np.arange(blocks, dtype=float).reshape(-1, 1, 1))


def islands(blocks: int) -> Results:
    """0 meets 1, and 2 meets 3."""
    rng = np.random.default_rng(2)
    pairs = np.array([[0, 1], [2, 3]])[np.arange(blocks) % 2]
    seated = np.stack([pairs, pairs[:, ::-1]], axis=1)
    return results_of(seated, np.array([0.5, 0.0, 0.2, 0.0])[seated] + rng.gumbel(size=seated.shape))


def mixed(blocks: int) -> list[Results]:
    """A round at tables of two, then one at tables of four."""
    rng = np.random.default_rng(3)
    strength = np.array([0.5, 0.2, -0.2, -0.5])
    return [rotated(rng, blocks, strength, seats=2), rotated(rng, blocks, strength, seats=4, number=1)]


def undefined(blocks: int) -> Results:
    """Matches whose metric is not a number."""
    results = rotated(np.random.default_rng(4), blocks, np.zeros(4))
    results.metrics["coins"][:, 0] = np.nan
    results.metrics["wins"][:, 0] = np.nan
    return results


def absent(blocks: int) -> Results:
    """Agents 4 and 5 never sit."""
    return rotated(np.random.default_rng(5), blocks, np.array([0.5, 0.2, -0.2, -0.5]))


def undefined_everywhere() -> Results:
    results = undefined(10)
    results.metrics["coins"][:] = np.nan
    results.metrics["wins"][:] = np.nan
    return results


CASES: dict[str, tuple[Callable[[], Any], int]] = {
    "all wins": (lambda: fixed_order(30), 3),
    "identical": (lambda: identical(30), 3),
    "one agent": (lambda: alone(30), 1),
    "one agent, one seat": (lambda: solo(30), 1),
    "one block": (lambda: rotated(np.random.default_rng(6), 1, np.zeros(4)), 4),
    "two blocks": (lambda: rotated(np.random.default_rng(6), 2, np.zeros(4)), 4),
    "no block": (list, 3),
    "islands": (lambda: islands(60), 4),
    "mixed sizes": (lambda: mixed(40), 4),
    "undefined": (lambda: undefined(20), 4),
    "all undefined": (undefined_everywhere, 4),
    "absent": (lambda: absent(40), 6),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("rating", RATINGS, ids=str)
def test_every_answer_is_defined(rating: Rating, case: str) -> None:
    """JSON without NaN, an entry for every agent, and a sentence wherever a value or an interval is missing."""
    make, agents = CASES[case]
    report = rated(rating, make(), agents)
    for row in report["agents"]:
        # Strengths of the transitivity test have their intervals elsewhere, and the report says where.
        if row["low"] is None:
            assert row["note"] or any("intervals of strengths" in note for note in report["notes"])


def notes(rating: Rating, results: Any, agents: int) -> list[str]:
    report = rated(rating, results, agents)
    return [*report["notes"], *(row["note"] for row in rows_of(report))]


def test_plackett_luce_of_one_who_always_wins() -> None:
    """A weak prior keeps the order and finite numbers; there is no interval, and sentences say why."""
    report = rated(PlackettLuce(), fixed_order(50), 3)
    rows = rows_of(report)
    assert rows[0]["value"] > rows[1]["value"] > rows[2]["value"]
    assert all(row["low"] is None for row in rows)
    assert rows[0]["note"].startswith("never placed below those outside its group: the data set no bound")
    assert rows[2]["note"].startswith("never placed above")
    assert any(note.startswith("somebody always won or always lost") for note in report["notes"])


def test_the_others_keep_their_intervals() -> None:
    """One who never loses does not cost the others, whose scale is their own mean."""
    wins = [[0, 20, 20, 20], [0, 0, 12, 15], [0, 8, 0, 11], [0, 5, 9, 0]]
    rows = rows_of(rated(PlackettLuce(seats=False), duels(wins), 4))
    inner = [row[1:] for row in wins[1:]]
    apart = rows_of(rated(PlackettLuce(seats=False), duels(inner), 3))
    assert rows[0]["low"] is None
    assert rows[0]["value"] > 2000
    for with_, without in zip(rows[1:], apart, strict=True):
        assert with_["value"] == pytest.approx(without["value"], abs=3)
        assert with_["low"] == pytest.approx(without["low"], abs=6)


def test_disconnected_groups_have_a_scale_each() -> None:
    """Values are about the mean of the group, and equal those of the group alone."""
    results = islands(200)
    report = rated(PlackettLuce(seats=False), results, 4)
    assert any("no chain of matches links the 2 groups" in note for note in report["notes"])
    rows = rows_of(report)
    assert rows[0]["value"] + rows[1]["value"] == pytest.approx(3000)
    assert rows[2]["value"] + rows[3]["value"] == pytest.approx(3000)
    own = results.seatings[:, 0, 0] < 2
    part = results_of(results.seatings[own], results.scores[own])
    assert rows[0]["value"] == pytest.approx(rows_of(rated(PlackettLuce(seats=False), part, 2))[0]["value"])


def test_identical_agents() -> None:
    """Equal strengths and masses, and words for what that means."""
    rows = rows_of(rated(PlackettLuce(), identical(30), 3))
    assert {(row["value"], row["low"], row["high"]) for row in rows} == {(1500.0, 1500.0, 1500.0)}
    assert rows[0]["note"] == "the same result in every block: an interval without width"
    for rating in (AlphaRank(), Nash(), MaximalLottery()):
        report = rated(rating, identical(30), 3)
        assert [row["value"] for row in report["agents"]] == pytest.approx([1 / 3] * 3)
        assert any("exactly even, as identical agents are" in note for note in report["notes"])
    shares = [list(row["shares"].values()) for row in rated(RankProbabilities(), identical(30), 3)["agents"]]
    assert np.array(shares) == pytest.approx(np.full((3, 3), 1 / 3))


def test_sentences() -> None:
    """The words for each oddity."""
    assert "the only agent: there is nobody to be compared with" in notes(PlackettLuce(), alone(9), 1)
    assert any("copies of an agent" in note for note in notes(PlackettLuce(), alone(9), 1))
    one = rotated(np.random.default_rng(6), 1, np.zeros(4))
    assert any("one block: no interval" in note for note in notes(RankProbabilities(), one, 4))
    assert "one block: nothing is known of the spread between blocks" in notes(Transitivity(), one, 4)
    assert any("played no match against anybody" in note for note in notes(AlphaRank(), absent(9), 6))
    assert "1 pairs never met: their payoff counts as even" not in notes(Nash(), absent(40), 6)
    assert "4 pairs never met: their payoff counts as even" in notes(Nash(), islands(60), 4)
    assert any("tables of different sizes" in note for note in notes(PlackettLuce(), mixed(40), 4))
    assert any("means are of the last round" in note for note in notes(RankProbabilities(), mixed(40), 4))
    assert any(
        "20 matches without a defined coins" in note for note in notes(PlackettLuce(), undefined(20), 4)
    )
    assert any("somebody always won" in note for note in notes(Transitivity(), fixed_order(9), 3))
    assert any("so few pairs" in note for note in notes(Transitivity(), islands(60), 4))
    assert any("no two agents met" in note for note in notes(Transitivity(), alone(9), 1))


def test_mixed_sizes_are_one_scale() -> None:
    """Tables of two and of four with the same strengths give what both say together."""
    rng = np.random.default_rng(7)
    strength = np.array([0.6, 0.2, -0.2, -0.6])
    parts = [rotated(rng, 3000, strength, seats=2), rotated(rng, 3000, strength, number=1)]
    report = rated(PlackettLuce(), parts, 4)
    assert [seat["table"] for seat in report["seats"]] == [2, 2, 4, 4, 4, 4]
    for row, true in zip(rows_of(report), strength, strict=True):
        assert row["value"] == pytest.approx(1500 + 173.7178 * true, abs=8)


def test_a_seat_that_always_wins() -> None:
    """Agents are equal, the seat is beyond the data, and the report says so."""
    seated = np.array([[0, 1], [1, 0]])[np.newaxis].repeat(40, axis=0)
    scores = np.zeros(seated.shape)
    scores[:, :, 0] = 1.0
    report = rated(PlackettLuce(), results_of(seated, scores), 2)
    assert [row["value"] for row in report["agents"]] == pytest.approx([1500, 1500])
    assert report["seats"][0]["value"] > 200
    assert any("beyond what the data bound" in note for note in report["notes"])
