"""One number for all runs on a suite of tasks: mean, median, interquartile mean, optimality gap.

The four aggregates of Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
NeurIPS 2021 (arXiv 2108.13264), section 4, with the same point estimates as their program rliable. Beside each
value stands its *influence*: what one run contributes, up to a constant, so that with T tasks of B seeds

    SE^2 = sum over tasks of s_t^2 / (B T^2),    s_t the standard deviation of the influences on task t

is its first-order variance with the tasks held fixed (Hampel, JASA 69, 1974).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics.tasks._scores import check_scores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "IQM",
    "MEAN",
    "MEDIAN",
    "Aggregate",
    "gap_below",
    "interquartile_mean",
    "mean_score",
    "median_score",
    "normalised",
    "optimality_gap",
]

Parts = tuple["NDArray[np.float64]", "NDArray[np.float64]"]
"""float64[r] values and float64[r, B, T] influences."""

_TRIM: Final = 0.25
"""The share of all runs that the interquartile mean leaves out at either end."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A number for all runs of an agent."""

    name: str
    """What it is called."""
    parts: Callable[[NDArray[np.float64]], Parts]
    """From r draws float64[r, B, T] the value of each, float64[r], and the influences, float64[r, B, T]."""
    smooth: bool = True
    """Whether the influences say how far it moves; a median jumps from task to task."""

    def __call__(self, scores: NDArray[np.float64]) -> float:
        """The value for scores float64[B, T]."""
        return float(self.parts(scores[np.newaxis])[0][0])


def normalised(scores: ArrayLike, low: float, high: float) -> NDArray[np.float64]:
    """(score - low) / (high - low): 0 at the low reference, 1 at the high one, beyond both where scores are.

    Where a lower score is better, `low` is the larger number (the weak reference), and the result rises as play gets
    better all the same. "Human-normalised" Atari scores take a random and a human player (Mnih et al., Nature 518,
    2015).

    Args:
        scores: float array of any shape.
        low: score of the weak reference, such as a random agent.
        high: score of the strong one, such as a human.

    Raises:
        BadParameter: if the references are equal or not finite.
    """
    if not (np.isfinite(low) and np.isfinite(high)) or low == high:
        raise BadParameter(f"references are two different finite scores, got {low!r} and {high!r}")
    return (np.asarray(scores, dtype=np.float64) - low) / (high - low)


def interquartile_mean(scores: ArrayLike) -> float:
    """The mean of the middle half of all runs on all tasks together.

    Of N = B T runs the int(N/4) lowest and as many highest are left out (`scipy.stats.trim_mean` at 25 %). Less moved
    by single tasks than the mean, and surer than the median.

    Args:
        scores: float[B, T], normalised; one task may come as float[B].

    Raises:
        BadParameter: if the shape is another or a score is not finite.
    """
    return IQM(check_scores(scores))


def mean_score(scores: ArrayLike) -> float:
    """The mean over tasks of the mean over seeds; `scores` and errors as of `interquartile_mean`."""
    return MEAN(check_scores(scores))


def median_score(scores: ArrayLike) -> float:
    """The median over tasks of the mean over seeds; `scores` and errors as of `interquartile_mean`."""
    return MEDIAN(check_scores(scores))


def optimality_gap(scores: ArrayLike, *, target: float = 1.0) -> float:
    """How far runs fall short of `target` on average; runs beyond it count as on it. Lower is better.

    Args:
        scores: as of `interquartile_mean`.
        target: the score beyond which better play counts for no more.

    Raises:
        BadParameter: as `interquartile_mean`, or if `target` is not finite.
    """
    return gap_below(target)(check_scores(scores))


def gap_below(target: float = 1.0) -> Aggregate:
    """The optimality gap to `target` as an `Aggregate`.

    Raises:
        BadParameter: if `target` is not finite.
    """
    if not np.isfinite(target):
        raise BadParameter(f"the target of the optimality gap is a finite score, got {target!r}; 1 is usual")
    return Aggregate("optimality gap", partial(_gap, float(target)))


def _gap(target: float, draws: NDArray[np.float64]) -> Parts:
    short = target - np.minimum(draws, target)
    return short.mean(axis=(1, 2)), short


def _mean(draws: NDArray[np.float64]) -> Parts:
    return draws.mean(axis=1).mean(axis=1), draws


def _median(draws: NDArray[np.float64]) -> Parts:
    tasks = draws.shape[2]
    means = draws.mean(axis=1)
    middle = np.argsort(means, axis=1, kind="stable")[:, (tasks - 1) // 2 : tasks // 2 + 1]
    weights = np.zeros_like(means)
    np.put_along_axis(weights, middle, tasks / middle.shape[1], axis=1)
    return np.median(means, axis=1), draws * weights[:, np.newaxis]


def _iqm(draws: NDArray[np.float64]) -> Parts:
    flat = draws.reshape(len(draws), -1)
    runs = flat.shape[1]
    cut = int(_TRIM * runs)
    ranked = np.sort(flat, axis=1)
    kept = ranked[:, cut : runs - cut]
    low, high = (kept[:, [end], np.newaxis] for end in (0, -1))
    # Runs beyond the quartiles count as on them (Yuen, Biometrika 61, 1974).
    return kept.mean(axis=1), np.clip(draws, low, high) * (runs / kept.shape[1])


MEAN: Final = Aggregate("mean", _mean)
"""The mean of task means."""
MEDIAN: Final = Aggregate("median", _median, smooth=False)
"""The median of task means."""
IQM: Final = Aggregate("interquartile mean", _iqm)
"""The mean of the middle half of all runs."""
