"""Rankings: right numbers, whatever the order, the cut or the direction, and words that say what they are."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from tournament_toys import (
    Anyone,
    Bid,
    Constant,
    Dicer,
    FastBid,
    Naughty,
    Solo,
    player_of,
    table,
)

from arena.agent import Agent
from arena.conditions import Budget, Conditions, FaultPolicy
from arena.contest import Chunk, Pick, Plan, Results
from arena.errors import BadInput, BadPlan, StoreConflict
from arena.game import Game
from tournaments.rank import rank
from tournaments.ranking import RoundRanking, canonical_json, ranking_json
from tournaments.results import cut
from tournaments.statistics import cluster_wilson, superiority
from tournaments.tournament import Tournament

FIELD = [Constant(0), Constant(2), Dicer(), Dicer("b"), Constant(1)]


def played(
    game: Game[Any, Any, Any], agents: list[Agent], blocks: int, **words: Any
) -> tuple[Plan, Pick, Results]:
    plan, picks = table(game, agents, blocks=blocks, **words)
    return plan, picks, player_of(plan, picks)(Chunk(0, 0, blocks))


def final(game: Game[Any, Any, Any], agents: list[Agent], blocks: int, **words: Any) -> RoundRanking:
    plan, picks, results = played(game, agents, blocks, **words)
    return rank(plan, [results], picks).final


def block_means(results: Results, name: str) -> dict[int, dict[int, float]]:
    """Mean of a metric by agent and block, the slow way."""
    values: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for block, seating, seat in np.ndindex(results.seatings.shape):
        agent = int(results.seatings[block, seating, seat])
        values[agent][block].append(float(results.metrics[name][block, seating, seat]))
    return {
        agent: {block: float(np.mean(found)) for block, found in rows.items()}
        for agent, rows in values.items()
    }


@pytest.mark.parametrize("blocks", [9, 60, 5000])
def test_numbers_equal_an_independent_computation(blocks: int) -> None:
    """Means, intervals, differences and Holm's p-values by SciPy and statsmodels from plain dictionaries."""
    plan, picks, results = played(FastBid(3), list(FIELD), blocks)
    found = rank(plan, [results], picks).final
    means = block_means(results, "coins")
    for row in found.agents:
        sample = list(means[row.agent].values())
        expected = stats.ttest_1samp(sample, 0).confidence_interval(0.95)
        assert row.score.value == pytest.approx(np.mean(sample), abs=1e-12)
        assert (row.score.low, row.score.high) == pytest.approx(tuple(expected), abs=1e-12)
        assert row.metrics["coins"].value == pytest.approx(row.score.value)
        assert row.metrics["coins"].se == pytest.approx(row.score.se)
        assert row.matches == 3 * len(sample)
        shares = list(block_means(results, "wins")[row.agent].values())
        assert row.wins == cluster_wilson(shares, games=row.matches)
    ps = []
    for pair in found.pairs:
        shared = sorted(set(means[pair.first]) & set(means[pair.second]))
        gaps = np.array([means[pair.first][block] - means[pair.second][block] for block in shared])
        assert pair.difference.value == pytest.approx(gaps.mean(), abs=1e-12)
        if pair.test.startswith("paired t"):
            assert pair.p == pytest.approx(stats.ttest_1samp(gaps, 0).pvalue, rel=1e-9)
        ps.append(pair.p)
        if np.ptp(gaps) > 1e-9:
            assert pair.d_z.value == pytest.approx(gaps.mean() / gaps.std(ddof=1), rel=1e-9)
    holm = multipletests(ps, 0.05, "holm")
    assert [pair.p_adjusted for pair in found.pairs] == pytest.approx(list(holm[1]))
    for pair, decided in zip(found.pairs, holm[0], strict=True):
        gap = pair.difference.value or 0.0
        assert pair.better == ((pair.first if gap > 0 else pair.second) if decided else None)


def test_superiority_is_that_of_the_meetings() -> None:
    """The streaming count agrees with the statistics module on all meetings at once."""
    plan, picks, results = played(FastBid(3), list(FIELD), 200)
    found = rank(plan, [results], picks).final
    shape = results.seatings.shape
    expected = superiority(
        results.metrics["coins"].reshape(-1, shape[2]),
        results.seatings.reshape(-1, shape[2]),
        np.repeat(np.arange(shape[0]), shape[1]),
    )
    for pair, other in zip(found.pairs, expected, strict=True):
        assert (pair.first, pair.second) == (other.first, other.second)
        assert pair.superiority is not None
        for name in ("value", "low", "high", "se", "blocks"):
            assert getattr(pair.superiority, name) == pytest.approx(getattr(other.probability, name))


def test_sparse_metrics_are_ratios_of_sums() -> None:
    """Bid success: successes over bids, however they fall into blocks, with an interval that covers the truth."""
    plan, picks, results = played(FastBid(3), [Dicer(), Constant(0), Constant(2)], 600)
    found = rank(plan, [results], picks).final
    own = results.metrics["bid_success"][results.seatings == 0]
    estimate = found.row(0).metrics["bid_success"]

    assert estimate.value == pytest.approx(np.nanmean(own))
    assert found.row(1).metrics["bid_success"].value is None
    assert found.row(1).metrics["bid_success"].note == "never defined"
    # Bootstrap of blocks, an independent way to the standard error.
    rng = np.random.default_rng(1)
    values = np.where(results.seatings == 0, results.metrics["bid_success"], np.nan)
    totals = np.nansum(values, axis=(1, 2))
    counts = (~np.isnan(values)).sum(axis=(1, 2))
    drawn = rng.integers(0, 600, (2000, 600))
    spread = (totals[drawn].sum(axis=1) / counts[drawn].sum(axis=1)).std()
    assert estimate.se == pytest.approx(spread, rel=0.08)


def test_order_and_cut_change_nothing() -> None:
    """T9: shuffled runs of any length give the same bytes."""
    plan, picks, results = played(FastBid(3), list(FIELD), 300)
    expected = canonical_json(rank(plan, [results], picks))
    rng = np.random.default_rng(3)
    for _ in range(5):
        edges = [0, *sorted(rng.choice(np.arange(1, 300), 20, replace=False).tolist()), 300]
        parts = [cut(results, low, high) for low, high in itertools.pairwise(edges)]
        shuffled = [parts[place] for place in rng.permutation(len(parts))]
        assert canonical_json(rank(plan, shuffled, picks)) == expected
        assert canonical_json(rank(plan, iter(parts), picks)) == expected


def test_canonical_form_holds_no_times_and_no_words_of_agents() -> None:
    """What is measured, and what an agent says when it fails, differ from run to run."""
    plan, picks, results = played(Bid(2), [Naughty("raise"), Constant(0)], 40)
    other = dataclasses.replace(
        results,
        micros=results.micros * 7 + 1,
        seconds=99.0,
        worker="elsewhere",
        faults=tuple(dataclasses.replace(fault, message="at 0x7f") for fault in results.faults),
    )
    one, two = rank(plan, [results], picks), rank(plan, [other], picks)

    assert canonical_json(one) == canonical_json(two)
    assert ranking_json(one) != ranking_json(two)
    assert json.loads(json.dumps(ranking_json(one), allow_nan=False)) == ranking_json(one)
    assert one.final.row(0).ms_per_decision is not None
    assert b"ms_per" not in canonical_json(one)


def test_lower_is_better_where_the_metric_says_so() -> None:
    """Ranks turn round, estimates keep their unit and sign."""
    agents: list[Agent] = [Anyone(2), Anyone(0), Anyone(1)]
    by_points, by_cost = final(Solo(), agents, 30), final(Solo(), agents, 30, by="cost")

    assert [row.agent for row in by_points.agents] == [0, 2, 1]
    assert [row.agent for row in by_cost.agents] == [1, 2, 0]
    assert not by_cost.higher_is_better
    assert by_cost.row(0).score.value == 6.0
    pair = by_cost.pair(0, 1)
    assert pair.difference.value == 6.0
    assert pair.better == 1
    assert by_cost.row(1).rank_low == by_cost.row(1).rank_high == 1


def test_score_tasks_are_paired_by_the_deal() -> None:
    """Everybody on the same deal: the luck of the deal cancels, and a small difference is certain."""
    found = final(Solo(), [Anyone(0), Anyone(1)], 12)

    assert found.matches == 24
    assert found.pair(0, 1).difference.value == -3.0
    assert found.pair(0, 1).difference.se == 0.0
    assert found.pair(0, 1).p == pytest.approx(2.0**-11)
    assert found.row(0).score.se > 0  # type: ignore[operator]
    assert found.row(0).wins is None
    assert found.pair(0, 1).risk_difference is None
    assert found.seats == ()
    assert found.estimand == "mean points (points) a match of solo, every agent on the same fresh deals"


def test_identical_agents_are_told_apart_from_equal_ones() -> None:
    """Deterministic copies behave identically; no p-value is made of that."""
    found = final(FastBid(2), [Constant(1), Constant(1, "twin"), Dicer()], 60)
    pair = found.pair(0, 1)

    assert pair.identical
    assert pair.p == pair.p_adjusted == 1.0
    assert "identical behaviour" in pair.difference.note
    assert found.row(0).tier == found.row(1).tier
    need = next(need for need in found.undecided if (need.first, need.second) == (0, 1))
    assert need.blocks is None


def test_the_effect_of_seats_is_shown_and_cancelled() -> None:
    """Seat 0 gets a bonus: visible by seat, gone from the agents' scores."""
    found = final(FastBid(3, bonus=0.5), [Dicer(), Dicer("b"), Dicer("c")], 400)
    seats = [seat.value for seat in found.seats]

    assert seats[0] == pytest.approx(1.0, abs=0.1)
    assert seats[1] == pytest.approx(-0.5, abs=0.1)
    assert sum(seats) == pytest.approx(0.0, abs=1e-9)  # type: ignore[arg-type]
    for row in found.agents:
        assert row.score.low is not None
        assert row.score.high is not None
        assert row.score.low - 0.02 <= 0.0 <= row.score.high + 0.02


def test_copies_fill_a_table_and_it_is_said() -> None:
    """Two agents at a table of four: labelled in the estimand and the notes, averaged within the block."""
    found = final(FastBid(4), [Constant(0), Constant(2)], 36)

    assert "at a table of 4 that copies of the 2 agents fill, over all compositions" in found.estimand
    assert found.notes == (
        "copies of an agent sat at one table; each agent's seats are averaged within the block",
    )
    assert found.matches == 36 * 4
    assert found.row(0).matches + found.row(1).matches == 36 * 16
    assert found.pair(0, 1).superiority is None
    assert found.pair(0, 1).difference.blocks == 36


@pytest.mark.parametrize(
    ("game", "agents", "words", "said"),
    [
        (Bid(3), 3, {}, "at the table of these 3 agents, seats balanced by rotation"),
        (Bid(3), 4, {}, "against a uniformly drawn lineup of 3 from the pool of these 4 agents"),
        (
            Bid(3),
            3,
            {"seatings": "fixed"},
            "at this one table, seated in the order of the plan: seats are not balanced",
        ),
        (Bid(2), 3, {"seatings": "fixed"}, "at tables of 2, seated in the order of the plan"),
        (
            Bid(4),
            40,
            {},
            "against a balanced selection of the 91,390 lineups from the pool of these 40 agents",
        ),
    ],
)
def test_the_estimand_is_told(game: Bid, agents: int, words: dict[str, Any], said: str) -> None:
    """What the scores are an estimate of, in words."""
    field: list[Agent] = [Constant(number % 3, str(number)) for number in range(agents)]

    assert said in final(game, field, 4, **words).estimand


def test_fixed_seatings_have_no_seat_effect() -> None:
    """Seats and agents are one and the same there."""
    assert final(FastBid(3), list(FIELD[:3]), 9, seatings="fixed").seats == ()


def test_pairs_that_never_met_are_compared_through_others() -> None:
    """With many agents and few blocks, least squares over the chain of shared deals; the test says so."""
    agents: list[Agent] = [Constant(number % 3, str(number)) for number in range(9)]
    found = final(FastBid(3), agents, 60)
    tests = {pair.test.split(",")[0] for pair in found.pairs}

    assert len(tests) > 1
    assert all(math.isfinite(pair.p) for pair in found.pairs)
    assert len(found.pairs) == 36


def test_notes_name_what_a_reader_must_know() -> None:
    """Faults, cut matches, broken cycles, clocks."""
    found = final(
        Bid(2),
        [Naughty("raise"), Constant(0), Constant(1)],
        40,
        conditions=Conditions(budget=Budget(seconds=1.0)),
    )
    said = " | ".join(found.notes)

    assert "40 blocks are not whole cycles of 3" in said
    assert "faults of agents; a stand-in played on, the blocks count" in said
    assert "a budget of seconds: the ranking cannot be reproduced exactly" in said
    assert final(Bid(2), list(FIELD[:2]), 4, conditions=Conditions(step_limit=1)).notes == (
        "8 of 8 matches were cut by a limit of steps",
    )


def test_faults_are_counted_by_agent_and_kind() -> None:
    """Who failed, how, how often, and what happened first."""
    found = final(Bid(2), [Naughty("raise"), Naughty("illegal")], 60)

    assert [(fault.agent, fault.kind) for fault in found.faults] == [(0, "crash"), (1, "illegal")]
    assert found.faults[0].message == "ValueError: seven"
    assert sum(fault.count for fault in found.faults) == sum(row.faults for row in found.agents)


def test_too_many_void_blocks_are_refused() -> None:
    """Above 1 % the ranking would be of those deals only on which nobody fails."""
    with pytest.raises(BadPlan, match=r"round robin: \d+ of 60 blocks were void, more than 1 %"):
        final(Bid(2), [Naughty("raise"), Constant(0)], 60, conditions=Conditions(faults=FaultPolicy.VOID))


def test_legacy_formulas_stand_beside_and_are_marked() -> None:
    """Welch and Wald on single matches, as the Dhumbal study has them, with the factor by which they err."""
    plan, picks, results = played(FastBid(3), list(FIELD[:3]), 300)
    found = rank(plan, [results], picks).final
    first, second = (results.metrics["coins"][results.seatings == agent] for agent in (0, 1))
    welch = stats.ttest_ind(first, second, equal_var=False)
    pair = found.legacy.pairs[0]

    assert found.legacy.independence_violated
    assert (pair.first, pair.second) == (0, 1)
    assert pair.t == pytest.approx(welch.statistic)
    assert pair.p == pytest.approx(welch.pvalue)
    assert pair.independence_violated
    assert pair.variance_inflation is not None
    wins = results.metrics["wins"][results.seatings == 0]
    rate = found.legacy.rates[0]
    assert (rate.wins, rate.games) == (wins.sum(), wins.size)
    assert rate.half_width == pytest.approx(1.96 * math.sqrt(wins.mean() * (1 - wins.mean()) / wins.size))


def test_another_metric_ranks_without_playing() -> None:
    """``by`` of `rank` is that of a plan with the metric, over the same blocks."""
    plan, picks, results = played(FastBid(3), list(FIELD), 30)
    found = rank(plan, [results], picks, by="wins")

    assert found.final.metric == "wins"
    assert found == rank(dataclasses.replace(plan, by="wins"), [results], picks)


def test_another_metric_keeps_who_was_in_which_round() -> None:
    """A championship is not played again: the finalists stay those of the plan's own metric."""
    agents: list[Agent] = [
        Constant(0, "a"),
        Constant(2, "b"),
        Constant(0, "c", "search"),
        Constant(2, "d", "search"),
    ]
    plan, picks = table(FastBid(2), agents, blocks=40, format="championship")
    run = Tournament(plan, picks=picks)
    by_coins = run.run()
    number = run.store.tournaments()[0].id
    by_wins = rank(plan, run.store.results(number), picks, by="wins")

    assert by_coins.final.participants == (0, 2)
    assert [stage.participants for stage in by_wins.rounds] == [(0, 1), (2, 3), (0, 2)]
    assert by_wins.rounds[0].agents[0].agent == 1
    assert by_coins.rounds[0].agents[0].agent == 0


def test_nothing_played_is_no_error() -> None:
    """A ranking of no blocks has everybody in it and no numbers."""
    plan, picks = table(FastBid(3), list(FIELD))
    found = rank(plan, [], picks).final

    assert found.blocks == 0
    assert {row.score.value for row in found.agents} == {None}
    assert canonical_json(rank(plan, [], picks))


def test_one_block_has_no_intervals() -> None:
    """One deal says nothing of the spread between deals."""
    found = final(FastBid(3), list(FIELD[:3]), 1)

    assert {row.score.low for row in found.agents} == {None}
    assert {pair.p for pair in found.pairs} == {1.0}


def test_results_that_contradict_the_plan_are_refused() -> None:
    """A missing block, one twice, another seating, another round."""
    plan, picks, results = played(FastBid(3), list(FIELD), 20)
    other = dataclasses.replace(results, seatings=results.seatings[::-1])

    with pytest.raises(BadInput, match="expected block 10 next, got block 12"):
        rank(plan, [cut(results, 0, 10), cut(results, 12, 20)], picks)
    with pytest.raises(BadInput, match="expected block 20 next, got block 0"):
        rank(plan, [results, results], picks)
    with pytest.raises(StoreConflict, match="seated otherwise than the schedule says"):
        rank(plan, [other], picks)
    with pytest.raises(StoreConflict, match="results of round 1, which the schedule does not have"):
        rank(plan, [results, dataclasses.replace(results, round=1)], picks)
    with pytest.raises(BadInput, match="agent 9 took no part"):
        rank(plan, [results], picks).final.row(9)
