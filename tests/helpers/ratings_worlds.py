"""Results with known truth for the tests of ratings: orderings from strengths, luck of the deal, cycles, and oddities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tournament_toys import Bid, Constant

from arena.agent import Agent
from arena.contest import Pick, Results
from tournaments.ratings.field import Field, field_of

FloatArray = NDArray[np.float64]


def picks_for(agents: int, seats: int) -> Pick:
    """A pick of `agents` named a0, a1 ... at a table of `seats`."""
    made: tuple[Agent, ...] = tuple(Constant(1, f"a{number}") for number in range(agents))
    return Pick(Bid(seats), made)


def results_of(seatings: Any, coins: Any, *, number: int = 0, start: int = 0) -> Results:
    """Results with these coins, and the wins that follow from them."""
    seated = np.asarray(seatings, dtype=np.int16)
    scores = np.asarray(coins, dtype=np.float64)
    best = scores == scores.max(axis=2, keepdims=True)
    metrics = {
        "coins": scores,
        "wins": best / best.sum(axis=2, keepdims=True),
        "bid_success": np.full(scores.shape, np.nan),
        "card": np.zeros(scores.shape),
    }
    shape = seated.shape[:2]
    return Results(
        round=number,
        start=start,
        seatings=seated,
        scores=scores,
        metrics=metrics,
        steps=np.ones(shape, dtype=np.int32),
        decisions=np.ones(seated.shape, dtype=np.int32),
        micros=np.zeros(seated.shape),
        digests=np.zeros(shape, dtype=np.uint64),
        truncated=np.zeros(shape, dtype=np.bool_),
    )


def rotated(
    rng: np.random.Generator,
    blocks: int,
    strength: FloatArray,
    *,
    luck: float = 0.0,
    seats: int = 4,
    seat_effect: FloatArray | None = None,
    number: int = 0,
) -> Results:
    """Blocks of all rotations of random lineups: score = strength + seat + luck of the hand + Gumbel noise.

    Without luck the order follows the Plackett-Luce model with these strengths and seat effects exactly (Yellott 1977).
    """
    agents = len(strength)
    lineup = rng.permuted(np.tile(np.arange(agents), (blocks, 1)), axis=1)[:, :seats]
    turned = (np.arange(seats)[:, np.newaxis] + np.arange(seats)) % seats
    seated = lineup[:, turned]
    scores = strength[seated] + rng.gumbel(size=seated.shape)
    scores += luck * rng.normal(size=(blocks, 1, seats))
    if seat_effect is not None:
        scores += seat_effect
    return results_of(seated, scores, number=number)


def duels(wins: Sequence[Sequence[int]]) -> Results:
    """One block a game, seats as listed: agent i beats agent j `wins[i][j]` times."""
    seated, scores = [], []
    for first, row in enumerate(wins):
        for second, count in enumerate(row):
            seated += [[[first, second]]] * count
            scores += [[[1.0, 0.0]]] * count
    return results_of(seated, scores)


def cycle(rng: np.random.Generator, blocks: int, edge: float) -> Results:
    """Rock, paper, scissors at tables of two, both seats: each beats the next with chance 1/2 + `edge`."""
    pairs = np.array([[0, 1], [1, 2], [2, 0]])[rng.integers(0, 3, blocks)]
    seated = np.stack([pairs, pairs[:, ::-1]], axis=1)
    won = rng.random((blocks, 2)) < 0.5 + edge
    first = np.where(won, 1.0, 0.0)
    first[:, 1] = 1.0 - first[:, 1]  # in the second seating the favourite sits on seat 1
    return results_of(seated, np.stack([first, 1.0 - first], axis=2))


def field(results: Results | Sequence[Results], agents: int, by: str | None = None) -> Field:
    """The field of results among `agents`."""
    parts = [results] if isinstance(results, Results) else list(results)
    return field_of(picks_for(agents, parts[0].seatings.shape[2] if parts else 2), parts, by)


def rated(rating: Any, results: Results | Sequence[Results], agents: int) -> dict[str, Any]:
    """The report of a rating, checked for what holds for every report."""
    parts = [results] if isinstance(results, Results) else list(results)
    seats = parts[0].seatings.shape[2] if parts else 2
    report: Mapping[str, Any] = rating.rate(picks_for(agents, seats), parts)
    read: dict[str, Any] = json.loads(json.dumps(report, allow_nan=False))
    assert sorted(row["agent"] for row in read["agents"]) == list(range(agents))
    for row in read["agents"]:
        assert {"name", "value", "low", "high", "method", "note"} <= set(row)
        assert (row["low"] is None) == (row["high"] is None)
        if row["low"] is not None and read["unit"] != "place":  # a mean place may lie beyond the quantiles
            assert row["low"] <= row["value"] + 1e-9
            assert row["value"] <= row["high"] + 1e-9
        if row["value"] is None:
            assert row["note"]
    assert read["estimand"]
    assert read["method"]
    return read


def rows_of(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The agents' entries, in the order of the plan."""
    return sorted(report["agents"], key=lambda row: int(row["agent"]))
