"""Answers that hold at every look: e-values, confidence sequences and families of them.

Whoever looks after every block and stops when he likes the answer makes a p-value of a fixed number of blocks worthless: with
looks enough, every difference becomes "significant". An *e-process* is evidence against a hypothesis that may be
read at any time: under the hypothesis it exceeds 1/alpha at any of its looks with probability alpha at most (Ville 1939;
Shafer, "Testing by betting", JRSS-A 184, 2021; Ramdas, Gruenwald, Vovk & Shafer, Statistical Science 38, 2023). The
hypotheses that it does not reject form a *confidence sequence*, which holds the truth at all looks at once.

Two of them are here. `BettingRun` is for differences in [-1, 1], such as shares won, and holds from the first block on.
`AsymptoticRun` is for scores without bounds and holds for many blocks, as a t interval does.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._sequential_asymptotic import (
    AsymptoticRun,
    asymptotic_bounds,
    asymptotic_log_e,
    asymptotic_log_es,
)
from tournaments.statistics._sequential_betting import BettingRun, betting_log_e

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tournaments.statistics.estimate import Estimate

__all__ = [
    "AsymptoticRun",
    "BettingRun",
    "Run",
    "always_valid_p",
    "asymptotic_bounds",
    "asymptotic_interval",
    "asymptotic_log_e",
    "asymptotic_log_es",
    "betting_interval",
    "betting_log_e",
    "e_holm",
    "e_value",
    "equivalence_log_e",
]

_MOST_LOG: Final = 700.0
"""Logarithm of the largest e-value that is told apart from infinity; a thousand of them still add up."""


class Run(Protocol):
    """A sequence of block differences, watched as it grows."""

    @property
    def blocks(self) -> int:
        """How many blocks it has."""

    @property
    def mean(self) -> float:
        """Their mean; 0 without blocks."""

    @property
    def sd(self) -> float:
        """Their standard deviation; 0 with fewer than two blocks."""

    def add(self, values: ArrayLike) -> None:
        """Add block differences, float64[b], NaN left out; how they are cut into runs makes no difference."""

    def log_e(self, mean: float = 0.0) -> float:
        """The logarithm of the e-value against "the mean is `mean`"."""

    def estimate(self, alpha: float = 0.05) -> Estimate:
        """The mean and its confidence sequence at this block."""


def betting_interval(values: ArrayLike, *, alpha: float = 0.05) -> Estimate:
    """The confidence sequence of the mean of `values` in [-1, 1] at their last block, by `BettingRun`.

    Args:
        values: float64[B]; NaN is left out.
        alpha: the chance that any interval of the sequence misses the mean.

    Raises:
        BadParameter: if a value lies outside [-1, 1] or `alpha` outside (0, 1).
    """
    run = BettingRun()
    run.add(values)
    return run.estimate(alpha)


def asymptotic_interval(values: ArrayLike, *, alpha: float = 0.05, spread: float = 0.0) -> Estimate:
    """The asymptotic confidence sequence of the mean of `values` at their last block, by `AsymptoticRun`.

    Args:
        values: float64[B]; NaN is left out.
        alpha: the chance that any interval of the sequence misses the mean, for many blocks.
        spread: as `AsymptoticRun`.

    Raises:
        BadParameter: if a value is infinite, `spread` negative or `alpha` outside (0, 1).
    """
    run = AsymptoticRun(spread)
    run.add(values)
    return run.estimate(alpha)


def e_value(log_e: ArrayLike) -> NDArray[np.float64]:
    """E-values from their logarithms, none above e^700."""
    return np.exp(np.minimum(np.asarray(log_e, dtype=np.float64), _MOST_LOG))


def equivalence_log_e(run: Run, epsilon: float) -> float:
    """The logarithm of the e-value against "the mean is `epsilon` or more away from zero".

    The smaller of those against the means -`epsilon` and `epsilon`, while the observed mean lies between them: an interval of
    the confidence sequence lies inside (-`epsilon`, `epsilon`) exactly when it reaches 1/alpha. Means farther away have
    larger e-values still, so it is an e-value against each of them.

    Raises:
        BadParameter: if `epsilon` is negative or infinite.
    """
    if not 0 <= epsilon < math.inf:
        raise BadParameter(f"epsilon is a number >= 0, got {epsilon!r}")
    if abs(run.mean) > epsilon:
        return -math.inf
    return min(run.log_e(-epsilon), run.log_e(epsilon))


def e_holm(e_values: ArrayLike) -> NDArray[np.float64]:
    """E-values adjusted for a family, by closed testing with the arithmetic mean.

    The adjusted e-value of a hypothesis is the least mean of e-values over all sets of hypotheses that hold it: with the
    others ascending, min over i of (e + e_(1) + ... + e_(i)) / (i + 1) (Vovk & Wang, "E-values: calibration,
    combination and applications", Annals of Statistics 49, 2021, section 5, algorithm 1). A mean of e-values is an
    e-value whatever their dependence, and of e-processes an e-process; so rejecting where it reaches 1/alpha keeps the
    chance of even one false rejection at any look at alpha. Never below Bonferroni's e / m.

    Args:
        e_values: float64[m], each >= 0.

    Returns:
        float64[m] in the given order.

    Raises:
        BadParameter: if one is negative, infinite or NaN.
    """
    found = np.asarray(e_values, dtype=np.float64)
    if found.ndim != 1 or not (np.isfinite(found) & (found >= 0)).all():
        raise BadParameter(f"e-values are a list of finite numbers >= 0, got {e_values!r}")
    ascending = np.sort(found)
    before = np.concatenate([np.zeros(1), np.cumsum(ascending)[:-1]]) if found.size else ascending
    adjusted = found.copy()
    # The i smallest beside it; where it is one of them itself, the mean is no smaller than without.
    for others in range(1, found.size):
        mean = (found + before[others]) / (others + 1)
        adjusted = np.where(ascending[others] <= found, np.minimum(adjusted, mean), adjusted)
    return adjusted


def always_valid_p(e_values: ArrayLike) -> NDArray[np.float64]:
    """min(1, 1/e): p-values that hold at every look, where `e_values` are the largest so far of e-processes."""
    found = np.asarray(e_values, dtype=np.float64)
    return np.minimum(1.0, 1.0 / np.maximum(found, 1.0))
