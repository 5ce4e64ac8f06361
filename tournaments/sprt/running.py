"""The test as it runs: after every block, in their order, and whatever it is told beyond its end is not heard.

Up to a thousand blocks the test looks after each; from then on after every thousandth part of those played, which changes
nothing but the time it takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arena.errors import BadParameter
from tournaments.sprt.likelihood import EMPTY, llr_mean, llr_t, regularized

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tournaments.sprt.design import Design, Measure

    Floats = NDArray[np.float64]

__all__ = ["LEAST_BLOCKS", "Running", "next_look"]

LEAST_BLOCKS: Final = 8
"""No test ends before: of fewer blocks the spread is hardly known."""
_EACH: Final = 1000
"""Up to so many blocks every one is looked at."""
_FARTHEST: Final = 0.1
"""Of the bound, what the approximate ratio has passed at least at a decision to be drawn to it."""
_AT_ONCE: Final = 1 << 20
"""Numbers of a table of counts at most."""


def next_look(blocks: int) -> int:
    """The number of blocks at the first look after `blocks`, itself a look or 0."""
    return blocks + max(1, blocks // _EACH)


@dataclass
class _Ladder:
    """How far the ratio jumps beyond its record in one direction, on average (Siegmund, 1985, section X.2)."""

    record: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def climb(self, height: float) -> None:
        """Note a height; only a new record counts."""
        if height > self.record:
            step = height - self.record
            self.record, self.total, self.squares = height, self.total + step, self.squares + step * step

    @property
    def overshoot(self) -> float:
        """E[H^2] / (2 E[H]) over the steps H from record to record, by which the ratio will pass a bound."""
        return self.squares / self.total / 2 if self.total else 0.0


class Running:
    """A sequential test of block values.

    A bound is moved inwards by the overshoot that is to be expected there, so that the error rates are those asked for
    and not smaller (Siegmund, 1985; the fishtest program does the same).

    Args:
        design: what is asked.
        measure: what a block's value is.

    Raises:
        BadParameter: if the design does not go with the measure.
    """

    def __init__(self, design: Design, measure: Measure) -> None:
        self.design = design
        """What is asked."""
        self.measure = measure
        """What a block's value is."""
        self.blocks = 0
        """Blocks up to the last look; after the decision those that led to it."""
        self.llr = 0.0
        """The log-likelihood ratio at the last look."""
        self.decision: str | None = None
        """``"high"`` or ``"low"``, the hypothesis that was accepted; None while the test is open."""
        self._targets = design.targets(measure)
        self._values = np.zeros(0)
        self._up, self._down = _Ladder(), _Ladder()

    @property
    def bounds(self) -> tuple[float, float]:
        """Where the test ends now, corrected for the overshoot."""
        design = self.design
        return design.lower + self._down.overshoot, design.upper - self._up.overshoot

    @property
    def values(self) -> Floats:
        """float64[blocks], the values up to the last look."""
        return self._values[: self.blocks]

    def add(self, values: ArrayLike, *, last: bool = False) -> None:
        """Hear the values of the next blocks.

        Args:
            values: float[b], in the order of the blocks.
            last: whether no more will come; the test then looks after them in any case.

        Raises:
            BadParameter: if a value is not finite, or a share is none.
        """
        if self.decision is not None:
            return
        self._values = np.concatenate([self._values, self._checked(values)])
        looks: list[int] = []
        while (look := next_look(looks[-1] if looks else self.blocks)) <= len(self._values):
            looks.append(look)
        if last and len(self._values) > (looks[-1] if looks else self.blocks):
            looks.append(len(self._values))
        if looks:
            self._look(np.array(looks))

    def _checked(self, values: ArrayLike) -> Floats:
        given = np.asarray(values, dtype=np.float64)
        if given.ndim != 1 or not np.isfinite(given).all():
            raise BadParameter(f"expected one finite number a block, got shape {given.shape!r}")
        cells = self.measure.cells
        wrong = given[~np.isin(given, cells)] if cells else given[:0]
        if self.measure.kind == "share" and not cells:
            wrong = given[(given < 0) | (given > 1)]
        if wrong.size:
            known = f"one of {cells!r}" if cells else "a share from 0 to 1"
            raise BadParameter(f"expected {known} a block, got {float(wrong[0])!r}")
        return given

    def _look(self, looks: NDArray[np.int64]) -> None:
        """Go through the looks until the test ends."""
        codes = np.array(self.measure.cells) if self.measure.cells else np.unique(self._values[: looks[-1]])
        rows = max(1, _AT_ONCE // (len(codes) + 2))
        for first in range(0, len(looks), rows):
            part = looks[first : first + rows]
            for look, llr in zip(part.tolist(), self._ratios(part, codes).tolist(), strict=True):
                self.blocks, self.llr = look, llr
                self._up.climb(llr)
                self._down.climb(-llr)
                low, high = self.bounds
                if look >= LEAST_BLOCKS and not low < llr < high:
                    self.decision = "high" if llr >= high else "low"
                    return

    def _ratios(self, looks: NDArray[np.int64], codes: Floats) -> Floats:
        """The log-likelihood ratio at every look."""
        values = self._values[: looks[-1]]
        counts = np.zeros((len(looks), len(codes)))
        at = np.searchsorted(looks, np.arange(1, len(values) + 1)), np.searchsorted(codes, values)
        np.add.at(counts, at, 1.0)
        counts = counts.cumsum(axis=0)
        if self.measure.cells:
            return self._ratio(codes, regularized(counts))
        cells = np.broadcast_to(codes, counts.shape)
        ends = self._ends(values, looks)
        return self._ratio(np.hstack([cells, ends]), np.hstack([counts, np.full_like(ends, EMPTY)]))

    def _ends(self, values: Floats, looks: NDArray[np.int64]) -> Floats:
        """float64[R, 2], cells so far out that no hypothesis lies beyond: 0 and 1 of a share, else what was seen."""
        if self.measure.kind == "share":
            return np.tile([0.0, 1.0], (len(looks), 1))
        seen = np.maximum.accumulate(np.abs(values))[looks - 1]
        least = 2 * max(map(abs, self._targets)) if self.design.model == "difference" else 0.0
        far = np.maximum(seen, least)
        return np.asarray(np.where(far > 0, far, 1.0)[:, np.newaxis] * np.array([-1.0, 1.0]))

    def _ratio(self, cells: Floats, counts: Floats) -> Floats:
        if self.design.model == "nelo":
            return llr_t(cells, counts, *self._targets, self.measure.reference)
        return llr_mean(cells, counts, *self._targets)

    def corridor_level(self, drift: float) -> tuple[float, float]:
        """When and where the test stands, for `Corridor.worse`: at a bound where it was decided.

        Args:
            drift: the mean change of the log-likelihood ratio a block, in the normal approximation.

        Returns:
            (time in blocks, level); where the approximation is beyond its bound or short of it at the decision, the time
            is when a straight line meets the bound (fishtest does so beyond the bound), so that the slope stays.
        """
        low, high = self.design.lower, self.design.upper
        level = self.blocks * drift
        if self.decision is not None:
            bound = high if self.decision == "high" else low
            passed = level / bound
            return self.blocks / (passed if passed > _FARTHEST else 1.0), bound
        return float(self.blocks), math.copysign(
            min(abs(level), 0.999 * (high if level > 0 else -low)), level
        )
