"""The probability of improvement: how often a run of one agent beats a run of another on the same task.

Agarwal et al., NeurIPS 2021 (arXiv 2108.13264), section 4.3: P(X > Y) + P(X = Y)/2 of two runs of a task, the
statistic of Mann and Whitney (Annals of Mathematical Statistics 18, 1947) over B^2, averaged over tasks.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from tournaments.statistics._checks import check_alpha
from tournaments.statistics.estimate import Estimate
from tournaments.statistics.proportions import clopper_pearson
from tournaments.statistics.tasks._scores import check_both
from tournaments.statistics.tasks.intervals import MANY_SEEDS, Draws, task_estimate
from tournaments.statistics.tasks.resample import RESAMPLES, resamples

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["probability_of_improvement"]

_LEAST: Final = 1e-24
"""Variances below this are the rounding of shares."""


def probability_of_improvement(
    first: ArrayLike, second: ArrayLike, *, alpha: float = 0.05, count: int = RESAMPLES, seed: int = 0
) -> Estimate:
    """How probably a run of the first agent beats a run of the second, ties counting half.

    All B^2 pairs of runs of a task are compared. Both agents keep their scores on a drawn seed together; the
    standard error is that of the projections of the two-sample statistic, added up by seed (DeLong, DeLong &
    Clarke-Pearson, Biometrics 44, 1988, for one case read by both).

    Args:
        first: float[B, T] or float[B], scores of one agent, higher is better.
        second: the same of another, on the same seeds.
        alpha: 1 - confidence.
        count: bootstrap draws.
        seed: root of the draws.

    Returns:
        The estimate, as `score_interval` makes it and held in [0, 1]. If one agent won every comparison, the interval
        is that of Clopper and Pearson for as many independent wins as there are runs of an agent.

    Raises:
        BadParameter: if the scores are not of the same seeds, or `alpha`, `count` or `seed` is wrong.
    """
    one, other = check_both(first, second)
    alpha = check_alpha(alpha)
    seeds, tasks = one.shape
    wins, projected = zip(*(_projections(one[:, t], other[:, t]) for t in range(tasks)), strict=True)
    value = float(np.mean(wins))
    fixed = bool((one == one[0]).all() and (other == other[0]).all())
    if value in (0.0, 1.0) and seeds > 1 and not fixed:
        return _certain(value, seeds, tasks, alpha)
    variances = np.zeros(tasks) if seeds == 1 else np.var(np.array(projected), axis=1, ddof=1)
    variances[variances < _LEAST] = 0.0
    draws = Draws(value, variances / (seeds * tasks**2))
    if variances.any() and seeds < MANY_SEEDS:
        draws = _drawn(draws, one, other, count, seed)
    found = task_estimate(draws, seeds, alpha, fixed=fixed)
    if found.low is None or found.high is None:
        return found
    return dataclasses.replace(found, low=max(0.0, found.low), high=min(1.0, found.high))


def _projections(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """The share of all pairs of runs that `one` wins, and what each seed contributes by either run, float64[B]."""
    won, lost = _beaten(one, other), _beaten(other, one)
    return float(won.mean()), won - lost


def _beaten(runs: NDArray[np.float64], field: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of `field` that each of `runs` beats, ties counting half."""
    ranked = np.sort(field)
    below, upto = (np.searchsorted(ranked, runs, side) for side in ("left", "right"))
    return (below + upto) / (2.0 * field.size)


def _drawn(
    draws: Draws, one: NDArray[np.float64], other: NDArray[np.float64], count: int, seed: int
) -> Draws:
    """`draws` with the values and squared standard errors of the bootstrap."""
    seeds, tasks = one.shape
    tables = [(1.0 + np.sign(one[:, [t]] - other[:, t])) / 2.0 for t in range(tasks)]
    values: list[NDArray[np.float64]] = []
    squared: list[NDArray[np.float64]] = []
    for which in resamples(seeds, tasks, count=count, seed=seed):
        value, variance = np.zeros((2, len(which)))
        rows = np.arange(len(which))[:, np.newaxis] * seeds
        for task, table in enumerate(tables):
            cells = (rows + which[:, :, task]).ravel()
            times = np.bincount(cells, minlength=len(which) * seeds).reshape(-1, seeds).astype(np.float64)
            won = times @ table.T / seeds
            lost = 1.0 - times @ table / seeds
            value += (times * won).sum(axis=1) / seeds
            variance += _weighted_variance(won - lost, times)
        values.append(value / tasks)
        squared.append(variance / (seeds * tasks**2))
    return dataclasses.replace(draws, values=np.concatenate(values), squared=np.concatenate(squared))


def _weighted_variance(values: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sample variance of each row of `values`, each value counted `times`; B counts a row."""
    seeds = values.shape[1]
    centred = values - (times * values).sum(axis=1, keepdims=True) / seeds
    found: NDArray[np.float64] = (times * centred**2).sum(axis=1) / (seeds - 1)
    found[found < _LEAST] = 0.0
    return found


def _certain(value: float, seeds: int, tasks: int, alpha: float) -> Estimate:
    """The estimate where one agent won every comparison."""
    runs = seeds * tasks
    exact = clopper_pearson(runs if value else 0, runs, alpha=alpha)
    note = f"{'every' if value else 'no'} comparison won: exact interval for {runs} runs"
    return dataclasses.replace(exact, blocks=seeds, method="Clopper-Pearson on runs", note=note)
