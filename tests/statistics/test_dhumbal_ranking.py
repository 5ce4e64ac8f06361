"""The ranking of real Dhumbal rounds is what the statistics say of the same rounds, worked out here by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from statistics_tools import interval, number
from statsmodels.stats.multitest import multipletests

from arena.contest import Chunk, Plan, Results, Stop
from tournaments.chunks import ChunkPlayer
from tournaments.plan import make_plan, pick, schedule_of
from tournaments.rank import rank
from tournaments.ranking import PairRow, RoundRanking
from tournaments.statistics import cluster_wilson, cohen_h, odds_ratio, risk_difference
from tournaments.tournament import Tournament

AGENTS = ("aggressive", "balanced", "conservative", "opportunistic", "greedy")
BLOCKS = 300


@cache
def played(metric: str | None = None) -> tuple[RoundRanking, Results]:
    """Five agents at tables of four, ranked, and the rounds behind it."""
    plan = Plan(
        game="dhumbal(players=4, rules=np10)", agents=AGENTS, seed=11, stop=Stop(blocks=BLOCKS), by=metric
    )
    picks = pick(plan)
    stage = schedule_of(plan).round(plan, picks, 0, ())
    assert stage is not None
    results = ChunkPlayer.of(plan, picks, stage)(Chunk(0, 0, BLOCKS))
    return rank(plan, [results], picks).final, results


def by_hand(results: Results, metric: str) -> NDArray[np.float64]:
    """Block means float64[B, K] by plain loops; NaN where an agent sits out."""
    table = np.full((BLOCKS, len(AGENTS)), np.nan)
    for block in range(BLOCKS):
        for agent in range(len(AGENTS)):
            seats = results.seatings[block] == agent
            if seats.any():
                table[block, agent] = results.metrics[metric][block][seats].mean()
    return table


def test_every_agent_misses_a_fifth_of_the_blocks() -> None:
    """The run that the other tests look at has what makes rankings hard: agents who are not in every block."""
    _, results = played()
    table = by_hand(results, "coins")
    assert np.isnan(table).sum(axis=0).tolist() == [BLOCKS // 5] * 5
    assert np.nansum(results.metrics["coins"]) == pytest.approx(0.0)


def test_scores_and_win_rates() -> None:
    """Mean coins with SciPy's t interval over block means; win rates by `cluster_wilson` of block shares."""
    ranking, results = played()
    coins, wins = by_hand(results, "coins"), by_hand(results, "wins")
    for row in ranking.agents:
        column = coins[~np.isnan(coins[:, row.agent]), row.agent]
        theirs = stats.ttest_1samp(column, 0).confidence_interval(0.95)
        assert number(row.score.value) == pytest.approx(column.mean())
        assert interval(row.score) == pytest.approx((theirs.low, theirs.high))
        games = int((results.seatings == row.agent).sum())
        assert row.matches == games
        assert row.wins == cluster_wilson(wins[:, row.agent], games=games)


@pytest.mark.parametrize("metric", ["coins", "wins"])
def test_pairs_holm_and_ranks(metric: str) -> None:
    """Every pair by SciPy's paired t on shared blocks, Holm by statsmodels, rank intervals by counting its claims."""
    ranking, results = played(metric)
    assert ranking.metric == metric
    table = by_hand(results, metric)
    for row in ranking.pairs:
        both = shared(table, row)
        theirs = stats.ttest_rel(both[:, 0], both[:, 1])
        limits = theirs.confidence_interval(0.95)
        assert row.difference.blocks == len(both) == 3 * BLOCKS // 5
        assert row.p == pytest.approx(float(theirs.pvalue), rel=1e-9)
        assert interval(row.difference) == pytest.approx((limits.low, limits.high), rel=1e-9)
    rejected, adjusted, *_ = multipletests([row.p for row in ranking.pairs], method="holm")
    assert [row.p_adjusted for row in ranking.pairs] == pytest.approx(adjusted.tolist())
    assert [row.better is not None for row in ranking.pairs] == rejected.tolist()
    assert 0 < rejected.sum() < len(rejected)
    means = np.nanmean(table, axis=0)
    for agent in ranking.agents:
        pairs = [row for row in ranking.pairs if agent.agent in (row.first, row.second)]
        worse = sum(row.better == agent.agent for row in pairs)
        better = sum(row.better not in (None, agent.agent) for row in pairs)
        assert agent.rank == 1 + (means > means[agent.agent]).sum()
        assert (agent.rank_low, agent.rank_high) == (1 + better, len(AGENTS) - worse)
        assert all(
            (row.better is None) or not set(agent.letters) & set(ranking.row(other(row, agent.agent)).letters)
            for row in pairs
        )
    leader = ranking.agents[0].agent
    beaten = {other(row, leader) for row in ranking.pairs if row.better == leader}
    assert {row.agent for row in ranking.agents if row.tier == 1} == set(range(len(AGENTS))) - beaten


def test_effect_sizes() -> None:
    """Effects of every pair from the same block means, d_av and superiority from the single rounds."""
    ranking, results = played()
    coins, wins = by_hand(results, "coins"), by_hand(results, "wins")
    rounds = results.metrics["coins"]
    for row in ranking.pairs:
        gap, both = np.diff(shared(coins, row)[:, ::-1])[:, 0], shared(wins, row)
        assert row.d_z.value == pytest.approx(gap.mean() / gap.std(ddof=1))
        for found, expected in (
            (row.risk_difference, risk_difference(*both.T).difference),
            (row.odds_ratio, odds_ratio(*both.T)),
            (row.cohen_h, cohen_h(*both.T)),
        ):
            assert found is not None
            assert found.value == pytest.approx(number(expected.value))
            assert interval(found) == pytest.approx(interval(expected))
        first, second = (rounds[results.seatings == agent] for agent in (row.first, row.second))
        spread = np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2)
        assert row.d_av == pytest.approx((first.mean() - second.mean()) / spread)
        meet = np.array([{row.first, row.second} <= set(block[0].tolist()) for block in results.seatings])
        one, two = (
            rounds[meet][results.seatings[meet] == agent].reshape(-1, 1) for agent in (row.first, row.second)
        )
        above = (np.sign(one - two) + 1) / 2
        assert row.superiority is not None
        assert row.superiority.value == pytest.approx(above.mean())


def test_the_studys_formulas() -> None:
    """The legacy block is Welch's test of SciPy on single rounds, with the variance that it gets wrong."""
    ranking, results = played()
    rounds = results.metrics["coins"]
    assert ranking.legacy.independence_violated
    for row, pair in zip(ranking.legacy.pairs, ranking.pairs, strict=True):
        assert (row.first, row.second) == (pair.first, pair.second)
        first, second = (rounds[results.seatings == agent] for agent in (row.first, row.second))
        welch = stats.ttest_ind(first, second, equal_var=False)
        assert number(row.t) == pytest.approx(float(welch.statistic))
        assert row.p == pytest.approx(float(welch.pvalue), rel=1e-8)
        assert row.p_bonferroni == pytest.approx(min(1.0, 10 * row.p))
        assumed = first.var(ddof=1) / first.size + second.var(ddof=1) / second.size
        assert number(row.variance_inflation) == pytest.approx(number(pair.difference.se) ** 2 / assumed)
    for agent, rate in zip(ranking.participants, ranking.legacy.rates, strict=True):
        assert number(rate.rate) == pytest.approx(results.metrics["wins"][results.seatings == agent].mean())


def test_the_example_of_the_page() -> None:
    """docs/statistics.md shows the numbers that its example gives."""
    page = (Path(__file__).parents[2] / "docs" / "statistics.md").read_text()
    plan = make_plan("dhumbal(players=4, rules=np10)", AGENTS[:4], seed=1, stop=Stop(blocks=240))
    ranking = Tournament(plan).run().final
    for row in ranking.agents:
        coins, wins = row.score, row.wins
        assert wins is not None
        low, high, least, most = *interval(coins), *(100 * end for end in interval(wins))
        line = (
            f"| {row.rank} ({row.rank_low}-{row.rank_high}) | {row.letters} | {row.name} "
            f"| {number(coins.value):+.2f} [{low:.2f}, {high:.2f}] "
            f"| {100 * number(wins.value):.1f} % [{least:.1f}, {most:.1f}] |"
        )
        assert line in page
    for pair, legacy in zip(ranking.pairs, ranking.legacy.pairs, strict=True):
        if pair.better is not None:
            assert f"= {pair.p_adjusted:.4f} |".replace("0.", ".") in page
            assert f"| {legacy.p_bonferroni:.4f} |".replace("0.", ".") in page


def shared(table: NDArray[np.float64], row: PairRow) -> NDArray[np.float64]:
    """The two columns of a pair over the blocks that hold both."""
    both = table[:, [row.first, row.second]]
    return both[~np.isnan(both).any(axis=1)]


def other(row: PairRow, agent: int) -> int:
    """The one of a pair who is not `agent`."""
    return row.first + row.second - agent
