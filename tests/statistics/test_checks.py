"""The checks of the data find what is wrong, and leave sound data alone as often as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tournaments import contamination
from tournaments.checks import (
    Verdict,
    connected,
    fault_rates,
    seats_alike,
    steady,
    workers_alike,
)

REPEATS = 400
BAND = 2.58 * math.sqrt(0.05 * 0.95 / REPEATS)
NAMES = ("ann", "bob", "cid")


def sound(rng: np.random.Generator, blocks: int, agents: int = 3) -> NDArray[np.float64]:
    """Block means of a zero-sum game with lumps, as of coins."""
    draws = np.round(rng.normal(0, 3, (blocks, agents)) * 4) / 4
    means: NDArray[np.float64] = draws - draws.mean(axis=1, keepdims=True)
    return means


def runs(rng: np.random.Generator, blocks: int, workers: int) -> NDArray[np.int64]:
    """Who played: chunks of a few blocks, whoever was free."""
    owners = np.repeat(rng.integers(0, workers, blocks), rng.integers(1, 9, blocks))
    return owners[:blocks]


def test_a_sound_tournament_is_rarely_suspected_of_its_workers() -> None:
    """Under the null the family-wise error of the chi-square tests stays at its level."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(REPEATS):
        found = contamination.over_workers(sound(rng, 300), runs(rng, 300, 3), np.zeros(300, dtype=np.int64))
        assert found is not None
        hits += found.p <= 0.05

    assert hits / REPEATS <= 0.05 + BAND


def test_one_agent_and_one_table_give_pearsons_chi_square() -> None:
    """With one agent and results that are classes already, statistic and p-value are SciPy's."""
    rng = np.random.default_rng(2)
    values = rng.integers(0, 3, 600).astype(np.float64)
    worker = rng.integers(0, 2, 600)
    table = np.zeros((2, 3))
    np.add.at(table, (worker, values.astype(np.int64)), 1)
    expected = stats.chi2_contingency(table, correction=False)

    found = contamination.over_workers(values[:, np.newaxis], worker, np.zeros(600, dtype=np.int64))

    assert found is not None
    assert (found.statistic, found.p, found.df) == pytest.approx((expected[0], expected[1], expected[2]))


def test_a_worker_that_plays_worse_is_named() -> None:
    """One worker whose results are shifted is found and named; the data are not to be used."""
    rng = np.random.default_rng(3)
    means, worker = sound(rng, 900), runs(rng, 900, 3)
    means[worker == 2, 1] -= 2.0

    check = workers_alike(
        means, worker, np.zeros(900, dtype=np.int64), workers=("w0", "w1", "w2"), names=NAMES
    )

    assert check.verdict is Verdict.BAD
    assert check.p is not None
    assert check.p < 0.001
    assert "bob" in check.sentence
    assert "'w2'" in check.sentence


def test_a_worker_with_the_harder_tables_is_not_suspected() -> None:
    """Two lineups of different strength that happen to fall to two workers are compared within themselves."""
    rng = np.random.default_rng(4)
    lineup = np.arange(600) % 2
    means = sound(rng, 600) + 5.0 * lineup[:, np.newaxis]
    worker = np.where(rng.random(600) < 0.9, lineup, 1 - lineup)

    check = workers_alike(means, worker, lineup, workers=("w0", "w1"), names=NAMES)
    naive = contamination.over_workers(means, worker, np.zeros(600, dtype=np.int64))

    assert check.verdict is Verdict.OK
    assert naive is not None
    assert naive.p < 1e-6


@pytest.mark.parametrize(
    ("blocks", "workers", "verdict"), [(300, 1, Verdict.OK), (12, 2, Verdict.NOTE), (0, 0, Verdict.OK)]
)
def test_what_cannot_be_compared_is_said(blocks: int, workers: int, verdict: Verdict) -> None:
    """One worker is no problem, too few blocks are a note; no number is made up."""
    rng = np.random.default_rng(5)
    check = workers_alike(
        sound(rng, blocks),
        runs(rng, blocks, max(workers, 1)),
        np.zeros(blocks, dtype=np.int64),
        workers=[f"w{number}" for number in range(workers)],
        names=NAMES,
    )

    assert (check.verdict, check.statistic, check.p) == (verdict, None, None)


def test_blocks_that_are_all_the_same_are_no_table_of_counts() -> None:
    """Deterministic agents give one class, and nothing to test."""
    assert contamination.over_workers(np.ones((200, 2)), np.arange(200) % 2, np.zeros(200, np.int64)) is None


def test_seats_are_tested_by_hotelling() -> None:
    """With two seats it is the square of the paired t test; with three, the F of the textbook's formula."""
    rng = np.random.default_rng(6)
    two = rng.normal(0, 1, (50, 2)) + np.array([0.4, 0.0])
    paired = stats.ttest_rel(two[:, 0], two[:, 1])
    found = contamination.over_seats(two)
    assert found is not None
    assert (found.statistic, found.p) == pytest.approx((paired.statistic**2, paired.pvalue))

    three = rng.normal(0, 1, (40, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0.2], [0, 0, 2.0]])
    gaps = three[:, :2] - three[:, 2:]
    t2 = 40 * gaps.mean(axis=0) @ np.linalg.solve(np.cov(gaps.T), gaps.mean(axis=0))
    expected = (40 - 2) / (2 * 39) * t2
    found = contamination.over_seats(three)
    assert found is not None
    assert found.statistic == pytest.approx(expected)
    assert found.p == pytest.approx(stats.f.sf(expected, 2, 38))
    assert (found.df, found.df_within) == (2, 38)


def test_the_test_of_seats_holds_its_level() -> None:
    """Three dependent seats of equal worth, 40 blocks: the error is in the band of 5 %."""
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(REPEATS):
        found = contamination.over_seats(sound(rng, 40))
        assert found is not None
        hits += found.p <= 0.05

    assert abs(hits / REPEATS - 0.05) <= BAND


def test_a_seat_effect_is_told_and_not_held_against_the_data() -> None:
    """Rotations balance a seat that is worth more; without them nothing can be said."""
    rng = np.random.default_rng(8)
    means = rng.normal(0, 1, (200, 4)) + np.array([1.0, 0, 0, 0])

    assert seats_alike(means, balanced=True).verdict is Verdict.NOTE
    assert seats_alike(means, balanced=False).p is None
    assert seats_alike(means - np.array([1.0, 0, 0, 0]), balanced=True).verdict is Verdict.OK
    assert "too few" in seats_alike(means[:3], balanced=True).sentence
    assert seats_alike(means[:, :1], balanced=True).verdict is Verdict.OK


def test_drift_is_welchs_test_of_the_halves() -> None:
    """With one agent the statistic and p-value are SciPy's; an agent that learns is found and named."""
    rng = np.random.default_rng(9)
    values = rng.normal(0, 1, 200)
    values[100:] *= 3
    expected = stats.ttest_ind(values[:100], values[100:], equal_var=False)
    found = contamination.over_halves(values[:, np.newaxis], np.zeros(200, dtype=np.int64))
    assert found is not None
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue))

    means = sound(rng, 400)
    assert steady(means, np.zeros(400, dtype=np.int64), names=NAMES).verdict is Verdict.OK
    means[200:, 2] += 3
    check = steady(means, np.zeros(400, dtype=np.int64), names=NAMES)
    assert check.verdict is Verdict.BAD
    assert "cid" in check.sentence
    assert steady(means[:10], np.zeros(10, dtype=np.int64), names=NAMES).verdict is Verdict.NOTE


def test_fault_rates_have_exact_intervals() -> None:
    """The rates are those of blocks, the worst first, with Clopper and Pearson's interval as SciPy has it."""
    check = fault_rates(np.array([0, 30, 1]), np.array([900, 1000, 1000]), names=NAMES)
    exact = stats.binomtest(30, 1000).proportion_ci(method="exact")

    assert check.verdict is Verdict.BAD
    assert check.statistic == 0.03
    assert f"bob in 3 % [{100 * exact.low:.2g}, {100 * exact.high:.2g}] of its blocks" in check.sentence
    assert check.sentence.index("bob") < check.sentence.index("cid")
    assert "ann" not in check.sentence
    assert fault_rates(np.array([0, 5, 1]), np.array([900, 1000, 1000]), names=NAMES).verdict is Verdict.NOTE
    assert fault_rates(np.zeros(3, np.int64), np.ones(3, np.int64), names=NAMES).verdict is Verdict.OK


def test_links_between_agents() -> None:
    """All met; some met through others; nothing links two groups."""
    names = ("ann", "bob", "cid", "dot")

    assert connected([(0, 1, 2), (1, 2, 3), (0, 3)], range(4), names=names).verdict is Verdict.OK
    chained = connected([(0, 1), (1, 2), (2, 3)], range(4), names=names)
    assert chained.verdict is Verdict.NOTE
    assert chained.sentence.startswith("3 of 6 pairs")
    parted = connected([(0, 2), (1, 3)], range(4), names=names)
    assert parted.verdict is Verdict.BAD
    assert "ann and cid; nor bob and dot" in parted.sentence
    assert connected([(0, 2)], [0, 2], names=names).verdict is Verdict.OK
