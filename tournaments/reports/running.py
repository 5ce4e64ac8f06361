"""The mean as blocks arrive, with its interval, at a few numbers of blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Running", "running_mean"]

_POINTS: Final = 120
"""Numbers of blocks at which the mean is looked at, at most."""


@dataclass(frozen=True)
class Running:
    """Means of the first blocks. m points."""

    blocks: NDArray[np.int64]
    """int64[m], ascending: how many blocks of the tournament had been played."""
    mean: NDArray[np.float64]
    """float64[m], the mean over those in which the agent took part."""
    low: NDArray[np.float64]
    """float64[m], lower ends of the 95 % t intervals, each right by itself and not all at once."""
    high: NDArray[np.float64]
    """float64[m], upper ends."""


def running_mean(values: NDArray[np.float64], *, points: int = _POINTS, alpha: float = 0.05) -> Running:
    """The running mean of an agent's block means, with the t interval of each moment.

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
        nothing = np.zeros(0)
        return Running(np.zeros(0, dtype=np.int64), nothing, nothing, nothing)
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
    return Running(places + 1, centre + mean, centre + mean - half, centre + mean + half)
