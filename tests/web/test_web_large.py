"""Large fields: the same means, ranks that hold, and sums that go on."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from web_serving import Serving

from arena.contest import Pick, Plan, Results, Round, Stop
from arena.errors import BadInput, StoreConflict
from tournaments.large import LargeField
from tournaments.plan import make_plan, pick, schedule_of
from tournaments.rank import rank
from tournaments.results import cut
from tournaments.store import Store

COUNT = 24
BLOCKS = 400


def field() -> tuple[Plan, Pick, Round]:
    names = [f"conservative(take={1 + number / 1000:.3f})" for number in range(COUNT)]
    plan = make_plan("dhumbal", names, seed=3, stop=Stop(blocks=BLOCKS))
    picks = pick(plan)
    stage = schedule_of(plan).round(plan, picks, 0, ())
    assert stage is not None
    return plan, picks, stage


def drawn(picks: Pick, stage: Round, blocks: int, effect: float, seed: int = 0) -> Results:
    """Blocks with drawn scores; agent i is better by `effect` than agent i - 1."""
    rng = np.random.default_rng(seed)
    seats = stage.seatings(0, blocks)
    shape = seats.shape
    scores = rng.normal(0, 10, shape) + effect * seats
    won = (scores == scores.max(axis=2, keepdims=True)).astype(np.float64)
    metrics = {
        metric.name: won if metric.name == "wins" else scores.copy() for metric in picks.game.spec.metrics
    }
    whole = np.ones(shape, dtype=np.int32)
    ends = np.zeros(shape[:2])
    return Results(
        0,
        0,
        seats,
        scores,
        metrics,
        ends.astype(np.int32),
        whole,
        np.full(shape, 32.0),
        ends.astype(np.uint64),
        ends > 0,
    )


def test_means_are_those_of_the_ranking() -> None:
    plan, picks, stage = field()
    results = drawn(picks, stage, BLOCKS, 1.0)
    sums = LargeField(plan, picks, stage)
    sums.add(results)

    wanted = {row.agent: row for row in rank(plan, [results], picks).final.agents}
    for row in sums.ranking().agents:
        other = wanted[row.agent]
        assert row.score.value == pytest.approx(other.score.value)
        assert row.score.low == pytest.approx(other.score.low)
        assert row.score.high == pytest.approx(other.score.high)
        assert (row.rank, row.matches, row.decisions) == (other.rank, other.matches, other.decisions)
        assert row.wins is not None
        assert other.wins is not None
        assert row.wins.value == pytest.approx(other.wins.value)
        assert row.rank_low <= row.rank <= row.rank_high


def test_it_claims_where_pairs_hardly_meet() -> None:
    """Each pair shares a handful of blocks here, of which no paired test can claim anything."""
    plan, picks, stage = field()
    results = drawn(picks, stage, BLOCKS, 1.0)
    sums = LargeField(plan, picks, stage)
    sums.add(results)
    found = sums.ranking().agents

    assert max(row.tier for row in found) > 1
    assert sum(row.rank_high - row.rank_low for row in found) < COUNT * (COUNT - 1) / 2
    assert {row.tier for row in rank(plan, [results], picks).final.agents} == {1}


def test_true_ranks_are_inside() -> None:
    """Of 200 fields drawn anew, at most a few have an agent outside of its interval; 5 % are allowed."""
    plan, picks, stage = field()
    missed = 0
    for seed in range(200):
        sums = LargeField(plan, picks, stage)
        sums.add(drawn(picks, stage, 60, 0.5, seed))
        truth = {agent: COUNT - agent for agent in range(COUNT)}
        missed += any(not row.rank_low <= truth[row.agent] <= row.rank_high for row in sums.ranking().agents)

    assert missed <= 10


def test_equal_agents_are_rarely_told_apart() -> None:
    plan, picks, stage = field()
    false = 0
    for seed in range(200):
        sums = LargeField(plan, picks, stage)
        sums.add(drawn(picks, stage, 60, 0.0, seed))
        false += any(row.rank_low > 1 or row.rank_high < COUNT for row in sums.ranking().agents)

    assert false <= 10


def test_sums_go_on() -> None:
    plan, picks, stage = field()
    results = drawn(picks, stage, BLOCKS, 1.0)
    whole, parts = LargeField(plan, picks, stage), LargeField(plan, picks, stage)
    whole.add(results)
    for first in range(0, BLOCKS, 7):
        parts.add(cut(results, first, min(first + 7, BLOCKS)))

    for one, other in zip(whole.ranking().agents, parts.ranking().agents, strict=True):
        assert (one.agent, one.rank_low, one.rank_high, one.tier) == (
            other.agent,
            other.rank_low,
            other.rank_high,
            other.tier,
        )
        assert one.score.low == pytest.approx(other.score.low)
    with pytest.raises(BadInput, match=f"expected blocks from {BLOCKS} on, got them from 0 on"):
        parts.add(results)


def test_neighbours_are_compared() -> None:
    plan, picks, stage = field()
    sums = LargeField(plan, picks, stage)
    sums.add(drawn(picks, stage, BLOCKS, 30.0))
    found = sums.ranking()

    assert len(found.pairs) == COUNT - 1
    for pair in found.pairs:
        assert (pair.better == pair.first) == (pair.difference.low is not None and pair.difference.low > 0)
    assert any(pair.better is not None for pair in found.pairs)


def test_other_seats_are_refused() -> None:
    plan, picks, stage = field()
    results = drawn(picks, stage, 5, 0.0)
    results.seatings[0, 0, 0] += 1

    with pytest.raises(StoreConflict, match="seated otherwise"):
        LargeField(plan, picks, stage).add(results)


def test_without_blocks_nobody_is_ranked() -> None:
    found = LargeField(*field()).ranking()

    assert all((row.rank_low, row.rank_high, row.score.value) == (1, COUNT, None) for row in found.agents)
    assert not any(math.isinf(row.rank) for row in found.agents)


def test_the_server_ranks_a_large_field(serving: Serving, store_path: Path) -> None:
    plan, picks, stage = field()
    results = drawn(picks, stage, BLOCKS, 1.0)
    with Store.open(store_path) as store:
        row = store.open_round(store.begin(plan, picks), stage)
        store.add(row.id, cut(results, 0, 300))
        client = serving(large_field=10)
        first = client.get("/api/v1/tournaments/2/ranking?limit=5").json()
        store.add(row.id, cut(results, 300, 400))
    for _ in range(100):
        second = client.get("/api/v1/tournaments/2/ranking?limit=5").json()
        if second["blocks"] == 400:
            break

    assert (first["blocks"], first["agents"], first["correction"]) == (300, COUNT, "Bonferroni")
    assert "276 pairs" in first["notes"][-2]
    assert second["blocks"] == 400
    pairs = client.get("/api/v1/tournaments/2/pairs").json()
    assert pairs["neighbours_only"]
    assert len(pairs["items"]) == COUNT - 1
    assert len(client.get("/api/v1/tournaments/2/convergence?agents=3").json()["series"]) == 3
    assert client.get("/api/v1/tournaments/2/ranking?by=wins").json()["metric"] == "wins"
