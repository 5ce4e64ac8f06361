"""The asymptotic confidence sequence: for scores without bounds, from so many blocks on that their mean is near normal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import check_alpha, check_blocks
from tournaments.statistics.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["AsymptoticRun", "asymptotic_bounds", "asymptotic_log_e", "asymptotic_log_es"]

_BURN_IN: Final = 30
"""Blocks before which nothing is said."""
_TUNED: Final = 256
"""Blocks at which the sequence is narrowest."""
_RHO_2: Final = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05)) + 1) / _TUNED
"""The variance of the mixture that makes it so at alpha = 0.05 (Waudby-Smith et al. 2024, appendix on tuning)."""
_ROUNDING: Final = 1e-12
"""Relative size of what the subtraction leaves of equal values."""
_METHOD: Final = "asymptotic confidence sequence, normal mixture"


def asymptotic_log_e(values: ArrayLike, mean: float = 0.0, *, spread: float = 0.0) -> NDArray[np.float64]:
    """The logarithm of the e-value of `AsymptoticRun` against `mean` after each of `values`.

    Args:
        values: float64[B]; NaN is left out.
        mean: the hypothesis.
        spread: as `AsymptoticRun`.

    Returns:
        float64[B], one for each value that is there; 0 before 30 blocks.

    Raises:
        BadParameter: if a value is infinite or `spread` negative.
    """
    found = check_blocks(values, "block differences")
    spread = _checked(spread)
    count = np.arange(1, found.size + 1, dtype=np.float64)
    return _log_e(count, np.cumsum(found), np.cumsum(found * found), mean, spread)


class AsymptoticRun:
    """Robbins' normal mixture with the variance plugged in, and its confidence sequence.

    With the sum S_t of the differences less m, their variance s_t^2 and r = t rho^2 + 1, the e-value against m is
    r^(-1/2) exp(rho^2 S_t^2 / (2 r s_t^2)), and the interval the mean +- s_t sqrt(2 r / (t^2 rho^2) log(sqrt(r) / alpha))
    (Robbins, Annals of Mathematical Statistics 41, 1970; Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform
    central limit theory and asymptotic confidence sequences", Annals of Statistics 52, 2024, theorem 2.2). rho is such
    that the interval is narrowest at 256 blocks; before 30 blocks it says nothing.

    It holds as the number of blocks grows, whatever the distribution of the scores, as long as it has a variance. Scores that
    differ in a few blocks out of many have next to no variance at first: `spread` is the size of one more deviation that is
    counted with those seen, which s_t^2 soon forgets.

    Args:
        spread: a difference that would be nothing special, such as the standard deviation of the scores; 0 adds none.

    Raises:
        BadParameter: if `spread` is negative or infinite.
    """

    burn_in: ClassVar[int] = _BURN_IN
    """Blocks before which nothing is said."""

    def __init__(self, spread: float = 0.0) -> None:
        self.spread = _checked(spread)
        """The one more deviation."""
        # Blocks, sum and sum of squares.
        self._sums = np.zeros(3)

    @property
    def sums(self) -> NDArray[np.float64]:
        """float64[3]: blocks, sum of the differences and sum of their squares."""
        return self._sums

    @property
    def blocks(self) -> int:
        """How many blocks it has."""
        return int(self._sums[0])

    @property
    def mean(self) -> float:
        """The mean of the differences; 0 without blocks."""
        return float(self._sums[1] / self._sums[0]) if self._sums[0] else 0.0

    @property
    def sd(self) -> float:
        """The standard deviation of the differences, without the one more deviation; 0 with fewer than two blocks."""
        if self.blocks < 2:
            return 0.0
        return math.sqrt(float(_variance(*self._parts(), 0.0)[0]) * self.blocks / (self.blocks - 1))

    def add(self, values: ArrayLike) -> None:
        """Add block differences, float64[b]; NaN is left out.

        The answers are the same to the last bit however the blocks are cut into runs.

        Raises:
            BadParameter: if one is infinite.
        """
        found = check_blocks(values, "block differences")
        rows = np.column_stack([np.ones(found.size), found, found * found])
        # One block after the other: a sum formed in any other way would depend on how the blocks come.
        self._sums = np.add.accumulate(np.vstack([self._sums, rows]))[-1]

    def _parts(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Count, sum and sum of squares, float64[1] each."""
        return self._sums[0:1], self._sums[1:2], self._sums[2:3]

    def log_e(self, mean: float = 0.0) -> float:
        """The logarithm of the e-value against "the mean is `mean`"; 0 before 30 blocks, infinite without variance."""
        if not self.blocks:
            return 0.0
        return float(_log_e(*self._parts(), mean, self.spread)[0])

    def estimate(self, alpha: float = 0.05) -> Estimate:
        """The mean and its confidence sequence at this block; no interval before 30 blocks.

        Raises:
            BadParameter: if `alpha` lies outside (0, 1).
        """
        alpha, blocks = check_alpha(alpha), self.blocks
        if not blocks:
            return Estimate(None, None, None, None, None, 0, _METHOD, "no block")
        if blocks < _BURN_IN:
            note = f"{blocks} blocks: no interval before {_BURN_IN}"
            return Estimate(self.mean, None, None, None, None, blocks, _METHOD, note)
        variance = _variance(*self._parts(), self.spread)
        half = float(_half_width(self._parts()[0], variance, alpha)[0])
        mean, se = self.mean, math.sqrt(float(variance[0]) / blocks)
        return Estimate(mean, mean - half, mean + half, se, None, blocks, _METHOD)


def asymptotic_bounds(
    runs: Sequence[AsymptoticRun], alpha: float = 0.05
) -> list[tuple[float | None, float | None]]:
    """The ends of the confidence sequences of several runs at once, as `AsymptoticRun.estimate` has them one by one.

    Args:
        runs: the runs.
        alpha: the chance that one ever misses its mean.

    Returns:
        The lower and the upper end for each run, in the unit of the scores; None before 30 blocks.

    Raises:
        BadParameter: if `alpha` lies outside (0, 1).
    """
    alpha = check_alpha(alpha)
    count, total, squares, spread = _gathered(runs)
    half = _half_width(count, _variance(count, total, squares, spread), alpha)
    mean = total / count
    ends = zip((mean - half).tolist(), (mean + half).tolist(), (count >= _BURN_IN).tolist(), strict=True)
    return [(low, high) if known else (None, None) for low, high, known in ends]


def asymptotic_log_es(runs: Sequence[AsymptoticRun], mean: float = 0.0) -> NDArray[np.float64]:
    """float64[m], the logarithms of the e-values of several runs against `mean` at once, as `AsymptoticRun.log_e` has them."""
    count, total, squares, spread = _gathered(runs)
    return _log_e(count, total, squares, mean, spread)


def _gathered(
    runs: Sequence[AsymptoticRun],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Count (1 where there is no block yet), sum, sum of squares and spread of each run, float64[m] each."""
    sums = np.array([run.sums for run in runs]).reshape(-1, 3).T
    return np.maximum(sums[0], 1.0), sums[1], sums[2], np.array([run.spread for run in runs])


def _half_width(
    count: NDArray[np.float64], variance: NDArray[np.float64], alpha: float
) -> NDArray[np.float64]:
    """float64[B], half the width of the confidence sequence."""
    grown = count * _RHO_2 + 1
    width: NDArray[np.float64] = np.sqrt(
        variance * 2 * grown / (count**2 * _RHO_2) * np.log(np.sqrt(grown) / alpha)
    )
    return width


def _variance(
    count: NDArray[np.float64],
    total: NDArray[np.float64],
    squares: NDArray[np.float64],
    spread: float | NDArray[np.float64],
) -> NDArray[np.float64]:
    """float64[B], the variance of the differences with one more deviation of the size `spread`."""
    off = squares - total * total / count
    return (np.where(off <= _ROUNDING * squares, 0.0, off) + spread * spread) / count


def _log_e(
    count: NDArray[np.float64],
    total: NDArray[np.float64],
    squares: NDArray[np.float64],
    mean: float,
    spread: float | NDArray[np.float64],
) -> NDArray[np.float64]:
    variance = _variance(count, total, squares, spread)
    grown = count * _RHO_2 + 1
    off = total - count * mean
    off = np.where(np.abs(off) <= _ROUNDING * (np.abs(total) + count * abs(mean)), 0.0, off)
    bare = np.where(off == 0, 0.0, math.inf)
    gain = np.divide(_RHO_2 * off * off, 2 * grown * variance, out=bare, where=variance > 0)
    return np.where(count < _BURN_IN, 0.0, gain - np.log(grown) / 2)


def _checked(spread: float) -> float:
    if not 0 <= spread < math.inf:
        raise BadParameter(f"a spread is a number >= 0, got {spread!r}")
    return float(spread)
