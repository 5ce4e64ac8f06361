"""Performance profiles: the share of runs that score above tau, for every tau.

The score distribution of Agarwal et al., NeurIPS 2021 (arXiv 2108.13264), section 4.2, after Dolan and More
(Mathematical Programming 91, 2002): where one profile lies above another everywhere, its agent is better at every
quantile of runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import check_alpha
from tournaments.statistics.proportions import wilson
from tournaments.statistics.tasks._scores import check_scores

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Profile", "performance_profile", "tau_grid"]

_BANDS: Final = ("simultaneous", "pointwise")


@dataclass(frozen=True, slots=True)
class Profile:
    """The share of runs above each of G thresholds, with a band."""

    taus: tuple[float, ...]
    """The thresholds, G of them, ascending."""
    shares: tuple[float, ...]
    """The share of runs, over all tasks, with a score above each; it never rises."""
    low: tuple[float, ...]
    """Lower end of the band at each, in [0, 1]."""
    high: tuple[float, ...]
    """Upper end of the band at each, in [0, 1]."""
    runs: int
    """Runs of all tasks together."""
    band: str
    """``"simultaneous"``: the band holds the whole profile at once; ``"pointwise"``: each threshold on its own."""


def performance_profile(
    scores: ArrayLike, taus: ArrayLike, *, band: str = "simultaneous", alpha: float = 0.05
) -> Profile:
    """The performance profile of one agent.

    The simultaneous band is share -+ e, valid at every number of runs and for all thresholds at once: e =
    sqrt(ln(2/alpha)/(2N)) for the N runs of one task (Dvoretzky, Kiefer & Wolfowitz with the constant of Massart,
    Annals of Probability 18, 1990), and e = sqrt(ln(2 exp(1)/alpha)/(2N)) where runs of several tasks are not
    distributed alike (Bretagnolle, Seminaire de Probabilites 14, 1980). The pointwise band is Wilson's interval for N
    runs; runs of tasks that differ spread less, so it errs on the long side (Hoeffding, Annals of Mathematical
    Statistics 27, 1956).

    Args:
        scores: float[B, T] or float[B], normalised, higher is better.
        taus: float[G], thresholds, ascending.
        band: ``"simultaneous"`` or ``"pointwise"``.
        alpha: 1 - confidence.

    Raises:
        BadParameter: if the scores or thresholds are no such numbers, or `band` or `alpha` is wrong.
    """
    table, alpha = check_scores(scores), check_alpha(alpha)
    grid = np.asarray(taus, dtype=np.float64)
    if grid.ndim != 1 or grid.size == 0 or not np.isfinite(grid).all() or (np.diff(grid) <= 0).any():
        raise BadParameter(f"thresholds are finite numbers in ascending order, got {taus!r}")
    if band not in _BANDS:
        raise BadParameter(f"band: expected 'simultaneous' or 'pointwise', got {band!r}")
    runs = table.size
    above = runs - np.searchsorted(np.sort(table, axis=None), grid, "right")
    shares = above / runs
    if band == "simultaneous":
        half = math.sqrt((math.log(2 / alpha) + (table.shape[1] > 1)) / (2 * runs))
        low, high = np.maximum(shares - half, 0.0), np.minimum(shares + half, 1.0)
    else:
        low, high = _wilson_band(above, runs, alpha)
    return Profile(
        tuple(grid.tolist()), tuple(shares.tolist()), tuple(low.tolist()), tuple(high.tolist()), runs, band
    )


def _wilson_band(
    above: NDArray[np.int64], runs: int, alpha: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's interval at each threshold."""
    found = [wilson(int(count), runs, alpha=alpha) for count in above]
    ends = [(estimate.low or 0.0, 1.0 if estimate.high is None else estimate.high) for estimate in found]
    low, high = np.array(ends).T
    return low, high


def tau_grid(scores: Iterable[ArrayLike], points: int = 21) -> NDArray[np.float64]:
    """Thresholds that show the profiles of all agents from 1 (nearly) to 0.

    Args:
        scores: one array for each agent.
        points: G >= 2.

    Returns:
        float64[G], evenly spaced from the lowest to the highest score of all; around the one score there is if all
        are equal.

    Raises:
        BadParameter: if `points` is below 2, or there are no scores or not finite ones.
    """
    if points < 2:
        raise BadParameter(f"a grid of thresholds has at least 2 points, got {points!r}")
    tables = [check_scores(table) for table in scores]
    if not tables:
        raise BadParameter("a grid of thresholds is made from scores, got none")
    low, high = min(float(t.min()) for t in tables), max(float(t.max()) for t in tables)
    if low == high:
        low, high = low - 1.0, high + 1.0
    return np.linspace(low, high, points)
