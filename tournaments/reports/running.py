"""The mean as blocks arrive, at a few numbers of blocks, with its interval and the one that holds at all looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments.statistics import AsymptoticRun

__all__ = ["Running", "running_mean"]

_POINTS: Final = 120
"""Numbers of blocks at which the mean is looked at, at most."""


@dataclass(frozen=True)
class Running:
    """Means of the first blocks. m points."""

    blocks: NDArray[np.int64]
    """int64[m], ascending: how many blocks of the tournament had been played."""
    count: NDArray[np.int64]
    """int64[m]: in how many of them the agent took part."""
    mean: NDArray[np.float64]
    """float64[m], the mean over those in which the agent took part."""
    low: NDArray[np.float64]
    """float64[m], lower ends of the 95 % t intervals, each right by itself and not all at once."""
    high: NDArray[np.float64]
    """float64[m], upper ends."""
    always_low: NDArray[np.float64]
    """float64[m], lower ends of the 95 % confidence sequence, right all at once; NaN before the agent's 30th block."""
    always_high: NDArray[np.float64]
    """float64[m], upper ends."""


def running_mean(values: NDArray[np.float64], *, points: int = _POINTS, alpha: float = 0.05) -> Running:
    """The running mean of an agent's block means, with the t interval of each moment and the confidence sequence.

    The confidence sequence is that of `tournaments.statistics.AsymptoticRun`.

    Args:
        values: float64[B], NaN where the agent is absent.
        points: at how many numbers of blocks it is looked at, at most.
        alpha: 1 - confidence of each interval by itself.

    Returns:
        The means; no points where the agent has fewer than two blocks.
    """
    from scipy import special

    there = ~np.isnan(values)
    count = np.cumsum(there)
    if not count.size or count[-1] < 2:
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Running(none, none, nothing, nothing, nothing, nothing, nothing)
    # Sums of squares are formed around the whole mean, or rounding would eat the spread.
    centre = float(values[there].mean())
    moved = np.where(there, values - centre, 0.0)
    first = int(np.searchsorted(count, 2))
    places = np.unique(
        np.linspace(first, len(values) - 1, min(points, len(values) - first)).round().astype(np.int64)
    )
    total, squares, number = np.cumsum(moved)[places], np.cumsum(moved * moved)[places], count[places]
    mean = total / number
    spread = np.maximum(squares - number * mean * mean, 0.0) / (number - 1)
    half = -special.stdtrit(number - 1, alpha / 2) * np.sqrt(spread / number)
    always = centre + _sequence(values - centre, places + 1, alpha)
    low, high = centre + mean - half, centre + mean + half
    return Running(places + 1, number, centre + mean, low, high, always[0], always[1])


def _sequence(values: NDArray[np.float64], blocks: NDArray[np.int64], alpha: float) -> NDArray[np.float64]:
    """float64[2, m], both ends of the confidence sequence after each of so many `blocks`; NaN where it has none."""
    run, done = AsymptoticRun(), 0
    ends = np.full((2, blocks.size), np.nan)
    for place, upto in enumerate(blocks.tolist()):
        run.add(values[done:upto])
        done = upto
        estimate = run.estimate(alpha)
        if estimate.low is not None and estimate.high is not None:
            ends[:, place] = estimate.low, estimate.high
    return ends
