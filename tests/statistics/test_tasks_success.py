"""Successes on common tasks: McNemar against statsmodels, sign flips, and tries averaged within the task."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statistics_tools import band, interval, number
from statsmodels.stats import contingency_tables

from arena.errors import BadParameter
from tournaments.statistics import sign_flip
from tournaments.statistics.tasks import compare_success, mcnemar, success_rate, task_means


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.4])
@pytest.mark.parametrize("tasks", [1, 9, 40, 500])
def test_mcnemar_is_statsmodels(tasks: int, shift: float) -> None:
    """The exact p-value is that of statsmodels, and that of sign flips; mid-p is half the weight of the count seen."""
    rng = np.random.default_rng(tasks)
    for _ in range(10):
        first = (rng.random(tasks) < 0.4 + shift).astype(float)
        second = (rng.random(tasks) < 0.4).astype(float)
        found = mcnemar(first, second)
        table = [
            [int((first * second).sum()), int((first * (1 - second)).sum())],
            [int(((1 - first) * second).sum()), int(((1 - first) * (1 - second)).sum())],
        ]
        told, fewer = found.only_first + found.only_second, min(found.only_first, found.only_second)
        assert (found.only_first, found.only_second) == (table[0][1], table[1][0])
        exact = float(contingency_tables.mcnemar(table, exact=True).pvalue) if told else 1.0
        assert found.exact == pytest.approx(exact, rel=1e-9)
        assert found.exact == pytest.approx(sign_flip(first - second).p, rel=1e-6)
        weight = float(stats.binom(told, 0.5).pmf(fewer))
        if told == 0:
            assert found.mid_p == 1.0
        elif found.only_first == found.only_second:
            assert found.mid_p == pytest.approx(1 - weight / 2)
        else:
            assert found.mid_p == pytest.approx(found.exact - weight, abs=1e-12)
        assert found.mid_p <= found.exact


def test_golden_mcnemar() -> None:
    """The example of Fagerland, Lydersen & Laake (2013), table 1: 1 and 7 discordant of 21, p = .0703, mid-p = .0391."""
    first = np.array([1.0] * 7 + [0.0] * 1 + [1.0] * 1 + [0.0] * 12)
    second = np.array([0.0] * 7 + [1.0] * 1 + [1.0] * 1 + [0.0] * 12)
    found = mcnemar(first, second)
    assert (found.only_first, found.only_second) == (7, 1)
    assert found.exact == pytest.approx(2 * (1 + 8) / 2**8)
    assert found.mid_p == pytest.approx((2 * 1 + 8) / 2**8)
    assert (round(found.exact, 4), round(found.mid_p, 4)) == (0.0703, 0.0391)


def test_agents_alike_are_not_told_apart() -> None:
    """No discordant task: p = 1 everywhere; as many on either side: p = 1."""
    same = np.array([1.0, 0.0, 1.0, 1.0])
    found = compare_success(same, same)
    assert found.mcnemar is not None
    assert (found.p, found.mcnemar.exact, found.mcnemar.mid_p) == (1.0, 1.0, 1.0)
    assert found.difference.value == 0.0
    low, high = interval(found.difference)
    assert low < 0 < high
    turned = mcnemar([1.0, 0.0], [0.0, 1.0])
    assert (turned.exact, turned.mid_p) == (1.0, 0.75)


def test_rates_and_differences_stay_within_their_bounds() -> None:
    """All or none solved has the exact interval; no difference of rates leaves [-1, 1]."""
    rate = success_rate(np.ones(8))
    assert rate.note == "all solved: exact interval on 8 tasks"
    assert interval(rate) == pytest.approx((0.025 ** (1 / 8), 1.0))
    found = compare_success([1.0] * 16, [1.0] * 3 + [0.0] * 13).difference
    low, high = interval(found)
    assert 0.5 < low < number(found.value) < high <= 1.0


def test_tries_are_averaged_within_the_task() -> None:
    """A task tried twenty times counts once: the answer is that of the task means, and McNemar's test is left out."""
    rng = np.random.default_rng(3)
    hard = np.repeat(rng.random(30), 20)
    agents, tasks = np.tile(np.arange(2), 300), np.repeat(np.arange(30), 20)
    solved = (rng.random(600) < hard).astype(float)
    means = task_means(solved, agents, tasks, agent_count=2, task_count=30)
    assert means.shape == (30, 2)
    assert means[4, 1] == pytest.approx(solved[(tasks == 4) & (agents == 1)].mean())
    found = compare_success(means[:, 0], means[:, 1])
    assert found.mcnemar is None
    assert found.difference.blocks == 30
    assert found.p == sign_flip(means[:, 0] - means[:, 1]).p


def test_averaging_tries_keeps_the_level() -> None:
    """Equal agents, tasks of unlike hardness, 5 tries each: at most 5 % false claims, and rates are covered.

    Intervals of the rate that count tries as if independent hold the truth far too rarely.
    """
    rng, replicates = np.random.default_rng(7), 400
    claims, by_task, by_try = [], [], []
    for _ in range(replicates):
        hard = rng.beta(0.3, 0.3, size=24)
        tries = rng.random((24, 2, 5)) < hard[:, np.newaxis, np.newaxis]
        means = tries.mean(axis=2)
        claims.append(compare_success(means[:, 0], means[:, 1]).p <= 0.05)
        low, high = interval(success_rate(means[:, 0]))
        by_task.append(low <= 0.5 <= high)
        count = int(tries[:, 0].sum())
        naive = stats.binomtest(count, 120).proportion_ci(method="wilson")
        by_try.append(naive.low <= 0.5 <= naive.high)
    assert float(np.mean(claims)) <= 0.05 + band(replicates)
    assert float(np.mean(by_task)) >= 0.95 - band(replicates)
    assert float(np.mean(by_try)) < 0.75


def test_tasks_that_one_never_tried_are_left_out() -> None:
    """The comparison is on the tasks that both tried."""
    nan = float("nan")
    found = compare_success([1.0, 1.0, nan, 0.0, 1.0], [0.0, 1.0, 1.0, nan, 0.0])
    assert found.difference.blocks == 3
    assert number(found.difference.value) == pytest.approx(2 / 3)
    assert found.mcnemar is not None
    assert (found.mcnemar.only_first, found.mcnemar.only_second) == (2, 0)


def test_wrong_arguments_are_refused() -> None:
    """Shares for McNemar, numbers beyond 0 and 1, other lengths."""
    with pytest.raises(BadParameter, match="0 or 1 for every task"):
        mcnemar([0.5, 1.0], [0.0, 1.0])
    with pytest.raises(BadParameter, match=r"lie between 0 and 1, got 2\.0"):
        compare_success([2.0, 1.0], [0.0, 1.0])
    with pytest.raises(BadParameter, match=r"on the same tasks, got shapes \(2,\) and \(1,\)"):
        compare_success([1.0, 1.0], [0.0])
