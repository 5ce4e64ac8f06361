"""A histogram of values that come in runs, of a range that nobody knows beforehand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Histogram"]

_MOST: Final = 512
"""Distinct values kept; beyond, they are rounded to a grid that grows coarser as needed."""


@dataclass
class Histogram:
    """How often each value came; exact up to 512 distinct values, on a grid of a power of two beyond."""

    counts: dict[float, int] = field(default_factory=dict)
    """Values and how often each came."""
    width: float = 0.0
    """Distance of two points of the grid; 0 where values are kept as they are."""

    def add(self, values: NDArray[np.float64]) -> None:
        """Add values, float64[...]; NaN is left out."""
        kept = values[~np.isnan(values)]
        if not kept.size:
            return
        found, counts = np.unique(
            np.round(kept / self.width) * self.width if self.width else kept, return_counts=True
        )
        self._merge(found, counts)
        if len(self.counts) > _MOST:
            self._coarsen()

    @property
    def total(self) -> int:
        """How many values there were."""
        return sum(self.counts.values())

    def quantile(self, share: float) -> float | None:
        """The smallest value that at least `share` of all do not exceed; None without values."""
        left = share * self.total
        for value in sorted(self.counts):
            left -= self.counts[value]
            if left <= 1e-9:
                return value
        return None

    def shares(self, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[m], the share of the values in each of m bins between m + 1 `edges`; the last bin holds its end."""
        values = np.array(list(self.counts), dtype=np.float64)
        weights = np.array(list(self.counts.values()), dtype=np.float64)
        found = np.histogram(values, edges, weights=weights)[0]
        shares: NDArray[np.float64] = found / max(1.0, float(weights.sum()))
        return shares

    def _merge(self, values: NDArray[np.float64], counts: NDArray[np.int64]) -> None:
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            # Zero has no sign.
            self.counts[value + 0.0] = self.counts.get(value + 0.0, 0) + count

    def _coarsen(self) -> None:
        spread = max(self.counts) - min(self.counts)
        self.width = max(2 * self.width, 2.0 ** math.ceil(math.log2(2 * spread / _MOST)))
        values = np.array(list(self.counts), dtype=np.float64)
        counts = np.array(list(self.counts.values()), dtype=np.int64)
        self.counts = {}
        self._merge(np.round(values / self.width) * self.width, counts)
