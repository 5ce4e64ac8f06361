"""Intervals for means, differences and aggregates over seeds that all agents share.

Scores of games are skewed and seeds are few. There the percentile bootstrap is too short: it lacks both the (B - 1)/B
of the variance and the t quantile, and leans to the wrong side (Hesterberg, American Statistician 69, 2015, sections
3 and 4). The studentized bootstrap draws the whole t ratio anew and mends all three (Efron & Tibshirani, An
Introduction to the Bootstrap, 1993, section 12.5; Hall, Annals of Statistics 16, 1988).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from tournaments.statistics._checks import ROUNDING, check_alpha
from tournaments.statistics._distributions import t_critical
from tournaments.statistics.estimate import Estimate
from tournaments.statistics.tasks._scores import check_both, check_scores
from tournaments.statistics.tasks.aggregates import MEAN, Aggregate
from tournaments.statistics.tasks.resample import RESAMPLES, resamples, taken

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["FEW_SEEDS", "MANY_SEEDS", "Draws", "difference_interval", "score_interval", "task_estimate"]

FEW_SEEDS: Final = 10
"""Below so many seeds of each task every interval carries a note."""

MANY_SEEDS: Final = 1000
"""From so many seeds on the t interval is as good, and faster."""

_STUDENTIZED: Final = "studentized bootstrap over seeds"
_T: Final = "t interval over seeds"
_BOOTSTRAP_SE: Final = "bootstrap standard error over seeds, t interval"


@dataclass(frozen=True, slots=True)
class Draws:
    """A statistic of the data and of R bootstrap draws."""

    value: float
    """Of the data."""
    variances: NDArray[np.float64]
    """float64[T], each task's part of the squared standard error of `value`."""
    values: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """float64[R], of the draws; none where none are needed."""
    squared: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """float64[R], squared standard errors of the draws."""


def score_interval(
    scores: ArrayLike,
    *,
    of: Aggregate = MEAN,
    alpha: float = 0.05,
    count: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """An aggregate of one agent's runs with its interval over seeds.

    The studentized bootstrap over seeds within tasks. Where it cannot say (more than alpha/4 of the draws are
    without spread, as with 4 seeds of one task or fewer, or scores that are mostly equal) and from 1000 seeds on,
    Student's t with the degrees of freedom of Satterthwaite (Biometrics Bulletin 2, 1946). The median, which is not
    smooth, gets the standard error of the bootstrap, times sqrt(B/(B - 1)), and t with B - 1 degrees of freedom.

    Args:
        scores: float[B, T] of B seeds of T tasks; one task may come as float[B].
        of: what to estimate; the mean, `IQM`, `MEDIAN` or `gap_below`.
        alpha: 1 - confidence.
        count: bootstrap draws.
        seed: root of the draws; the same for agents that are compared.

    Returns:
        The estimate; `blocks` is B. No interval with one seed, nor where nothing varies with the seed: what is
        deterministic has an effective sample of one, and `note` says so. Below 10 seeds `note` says that, too.

    Raises:
        BadParameter: if the scores are no such array, or `alpha`, `count` or `seed` is wrong.
    """
    table, alpha = check_scores(scores), check_alpha(alpha)
    return _interval(of.parts, of, (table,), alpha=alpha, count=count, seed=seed)


def difference_interval(
    first: ArrayLike,
    second: ArrayLike,
    *,
    of: Aggregate = MEAN,
    alpha: float = 0.05,
    count: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """The difference of an aggregate of two agents, first - second, paired by seed.

    Both agents keep their scores on a drawn seed together, so what is common to a seed cancels.

    Args:
        first: float[B, T] or float[B], scores of one agent.
        second: the same of another, on the same seeds.
        of: as of `score_interval`; so are the other arguments, the result and the errors.
        alpha: 1 - confidence.
        count: bootstrap draws.
        seed: root of the draws.
    """
    one, other = check_both(first, second)
    alpha = check_alpha(alpha)

    def parts(
        a: NDArray[np.float64], b: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        (value_a, influence_a), (value_b, influence_b) = of.parts(a), of.parts(b)
        return value_a - value_b, influence_a - influence_b

    return _interval(parts, of, (one, other), alpha=alpha, count=count, seed=seed)


def _interval(
    parts: Callable[..., tuple[NDArray[np.float64], NDArray[np.float64]]],
    of: Aggregate,
    tables: tuple[NDArray[np.float64], ...],
    *,
    alpha: float,
    count: int,
    seed: int,
) -> Estimate:
    seeds, tasks = tables[0].shape
    scale = max(float(np.abs(table).max()) for table in tables)
    values, influences = parts(*(table[np.newaxis] for table in tables))
    value, variances = float(values[0]), _variances(influences, scale)[0]
    fixed = all(bool((table == table[0]).all()) for table in tables)
    needed = not fixed and (not of.smooth or (variances.sum() > 0.0 and seeds < MANY_SEEDS))
    if not needed:
        return task_estimate(Draws(value, variances), seeds, alpha, fixed=fixed)
    drawn = [
        parts(*(taken(table, which) for table in tables))
        for which in resamples(seeds, tasks, count=count, seed=seed)
    ]
    found = np.concatenate([some for some, _ in drawn])
    squared = np.concatenate([_variances(some, scale).sum(axis=1) for _, some in drawn])
    return task_estimate(Draws(value, variances, found, squared), seeds, alpha, smooth=of.smooth)


def _variances(influences: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """float64[r, T], each task's part of the squared standard error, from float64[r, B, T]."""
    draws, seeds, tasks = influences.shape
    found: NDArray[np.float64] = np.zeros((draws, tasks))
    if seeds > 1:
        found = np.asarray(influences.var(axis=1, ddof=1), dtype=np.float64)
        found[found <= (ROUNDING * scale * max(1, tasks)) ** 2] = 0.0
    found /= seeds * tasks**2
    return found


def task_estimate(
    draws: Draws, seeds: int, alpha: float, *, smooth: bool = True, fixed: bool = False
) -> Estimate:
    """The estimate that a statistic and its draws give, with the notes that go with it.

    Args:
        draws: the statistic; without draws the interval is Student's.
        seeds: B.
        alpha: 1 - confidence.
        smooth: whether `draws.variances` and `draws.squared` can be trusted.
        fixed: whether the scores behind it are the same on all seeds.
    """
    value = draws.value
    if seeds == 1:
        note = "one seed: no interval, since the spread between seeds is unknown"
        return Estimate(value, None, None, None, None, 1, _T, note)
    se = math.sqrt(float(draws.variances.sum()))
    if not smooth:
        se = float(draws.values.std(ddof=1)) * math.sqrt(seeds / (seeds - 1))
    if se == 0.0:
        return Estimate(value, None, None, 0.0, None, seeds, _T, _spreadless(seeds, fixed))
    notes = [f"only {seeds} seeds: play at least {FEW_SEEDS}"] if seeds < FEW_SEEDS else []
    method, df = _BOOTSTRAP_SE, float(seeds - 1)
    if smooth:
        ends = _studentized(draws, se, alpha)
        if ends is not None:
            return Estimate(value, *ends, se, None, seeds, _STUDENTIZED, "".join(notes))
        method, df = _T, float(draws.variances.sum() ** 2 / (draws.variances**2 / (seeds - 1)).sum())
        if draws.values.size:
            notes.append("too many draws without spread to studentize")
    half = float(t_critical(alpha, df)) * se
    return Estimate(value, value - half, value + half, se, df, seeds, method, "; ".join(notes))


def _spreadless(seeds: int, fixed: bool) -> str:
    """Why there is no interval."""
    if fixed:
        return f"deterministic: n_eff = 1; the same scores on all {seeds} seeds, so there is no interval"
    return f"no spread over {seeds} seeds: n_eff = 1, so there is no interval"


def _studentized(draws: Draws, se: float, alpha: float) -> tuple[float, float] | None:
    """The ends of the studentized interval; None where too many draws have no spread."""
    if not draws.values.size:
        return None
    gap, error = draws.values - draws.value, np.sqrt(draws.squared)
    if np.count_nonzero(error == 0.0) > alpha / 4 * error.size:
        return None
    ratio = np.divide(gap, error, out=np.copysign(np.inf, gap), where=error > 0.0)
    # Order statistics, since a few ratios are infinite.
    upper = float(np.quantile(ratio, 1 - alpha / 2, method="higher"))
    lower = float(np.quantile(ratio, alpha / 2, method="lower"))
    if not (math.isfinite(upper) and math.isfinite(lower)):
        return None
    return draws.value - upper * se, draws.value - lower * se
