"""The log-likelihood ratio as a Brownian motion between two bounds, for what a stopped test says about the truth.

The outcomes of a sequential test are ordered along its boundary: a fast failure, a slow failure, what is open at some
time by where it stands, a slow success, a fast success. How probable a worse outcome would be under each truth
gives a median-unbiased estimate and an interval that the stop does not bias (Siegmund, Sequential Analysis, 1985,
section III.5; the fishtest program uses the same order).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Corridor"]

_REACH: Final = 9.0
"""Standard deviations beyond which an image is not seen."""


@dataclass(frozen=True)
class Corridor:
    """A Brownian motion from 0 that ends at a bound. Times are in blocks."""

    low: float
    """The lower bound, < 0."""
    high: float
    """The upper bound, > 0."""
    drift: float
    """Per block."""
    variance: float
    """Per block, > 0."""

    def worse(self, time: float, level: float) -> float:
        """The probability of a worse outcome than being at `level` after `time`.

        P(at the lower bound before `time`) + P(between the bounds all along, and below `level`), by the method of images
        (Karatzas & Shreve, Brownian Motion and Stochastic Calculus, 1991, section 2.8.C) with the drift by Girsanov's
        weight. The images converge for every time; few are needed in tests that end when they should.

        Args:
            time: blocks played, > 0.
            level: the log-likelihood ratio, between the bounds; a bound itself means that the test ended there and then.
        """
        if level <= self.low:
            return min(1.0, max(0.0, self._lost(time)))
        return min(1.0, max(0.0, self._lost(time) + self._open_below(time, level)))

    def _images(self, time: float) -> NDArray[np.float64]:
        """Twice the width of the corridor, times every whole number that matters."""
        width = 2 * (self.high - self.low)
        far = 2 + math.ceil(_REACH * math.sqrt(self.variance * time) / width)
        return np.asarray(width * np.arange(-far, far + 1), dtype=np.float64)

    def _lost(self, time: float) -> float:
        """P(at the lower bound before `time`, and never at the upper one)."""
        from scipy import special

        tilt, sd = self.drift / self.variance, math.sqrt(self.variance * time)
        signed = self._images(time) - self.low
        away, moved = np.abs(signed), self.drift * time
        near = np.exp(tilt * self.low - tilt * away + special.log_ndtr((moved - away) / sd))
        far = np.exp(tilt * self.low + tilt * away + special.log_ndtr((-moved - away) / sd))
        return float((np.sign(signed) * (near + far)).sum())

    def _open_below(self, time: float, level: float) -> float:
        """P(between the bounds until `time`, and below `level` then)."""
        images = self._images(time)
        return self._mass(images, time, level) - self._mass(2 * self.low - images, time, level)

    def _mass(self, centres: NDArray[np.float64], time: float, level: float) -> float:
        """What sources at `centres`, weighted for the drift, have between the lower bound and `level`."""
        from scipy import special

        tilt, sd = self.drift / self.variance, math.sqrt(self.variance * time)
        start, end = ((edge - centres - self.drift * time) / sd for edge in (self.low, level))
        # Differences are formed in the tail in which they are not lost.
        upper = start > 0
        small, large = np.where(upper, -end, start), np.where(upper, -start, end)
        weight = tilt * centres
        return float(
            (np.exp(weight + special.log_ndtr(large)) - np.exp(weight + special.log_ndtr(small))).sum()
        )
