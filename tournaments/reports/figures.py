"""What a figure shows, in no format yet: the page draws it as SVG, a paper's file is drawn by matplotlib.

Whatever is computed for a figure (scales, bins, running means, tones) is computed once and stands here; who draws it
decides about pixels, letters and colours alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bars", "Curve", "Curves", "Drawing", "Line", "Mark", "Panels", "Row", "Rows", "Scale"]

_TICKS: Final = 5
"""Ticks of an axis, about."""


@dataclass(frozen=True)
class Scale:
    """From values to percent of a length."""

    low: float
    """The value at the left edge, or the lower one."""
    high: float
    """The value at the right edge, or the upper one."""

    @classmethod
    def around(cls, values: Sequence[float], *, room: float = 0.04) -> Scale:
        """A scale that holds `values`, with `room` of its length free on both sides."""
        low, high = min(values, default=0.0), max(values, default=1.0)
        spare = (high - low) * room or max(abs(low), 1.0) * 0.05
        return cls(low - spare, high + spare)

    def at(self, value: float) -> float:
        """Where a value lies, in percent of the length; values beyond an edge lie a little outside."""
        return min(103.0, max(-3.0, 100 * (value - self.low) / (self.high - self.low)))

    def ticks(self, count: int = _TICKS) -> list[float]:
        """Round numbers within the scale, about `count`, at least one."""
        rough = (self.high - self.low) / count
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [number * step + 0.0 for number in range(first, last + 1)]

    def labels(self, count: int = _TICKS) -> list[tuple[float, str]]:
        """Ticks with their text, all with the same decimals."""
        ticks = self.ticks(count)
        if len(ticks) < 2:
            return [(tick, f"{tick:g}".replace("-", "\u2212")) for tick in ticks]
        step = ticks[1] - ticks[0]
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        if abs(step * 10**digits - round(step * 10**digits)) > 1e-6:
            digits += 1
        return [(tick, f"{tick:,.{digits}f}".replace("-", "\u2212")) for tick in ticks]


@dataclass(frozen=True)
class Mark:
    """An estimate with its interval: a line and a dot."""

    value: float
    """Where the dot is."""
    low: float | None = None
    """Left end of the line; None where there is no interval."""
    high: float | None = None
    """Right end."""


@dataclass(frozen=True)
class Bars:
    """A histogram: a bar for each bin, its height a share of `tallest`."""

    edges: tuple[float, ...]
    """The m + 1 ends of m bins."""
    shares: tuple[float, ...]
    """The share of each bin."""
    tallest: float
    """The share of a bar as high as the row, over all rows of a figure."""


@dataclass(frozen=True)
class Row:
    """A line of a figure: a name, what is drawn, and the numbers as text."""

    name: str
    """Its name."""
    marks: tuple[Mark | Bars, ...]
    """What is drawn."""
    text: str
    """The numbers, printed beside it."""
    breaks: bool = False
    """Whether it begins a new group."""


@dataclass(frozen=True)
class Rows:
    """Rows over a common axis: forest plots, rank intervals, histograms."""

    rows: tuple[Row, ...]
    """The rows from the top."""
    scale: Scale
    """The axis."""
    unit: str
    """What the axis measures."""
    line: float | None = None
    """A value marked by a line where the axis holds it, such as 0 or what chance gives."""
    whole: int | None = None
    """Every how many whole numbers are labelled, from itself on; round numbers where None."""

    def labels(self) -> list[tuple[float, str]]:
        """Where the axis is labelled, and with what."""
        if self.whole is None:
            return self.scale.labels()
        marks = range(self.whole, math.floor(self.scale.high) + 1, self.whole)
        return [(float(at), str(at)) for at in marks]


@dataclass(frozen=True)
class Line:
    """A small panel: a running estimate within its interval, and within one that holds at all looks."""

    name: str
    """Whose it is."""
    x: NDArray[np.float64]
    """float64[m], ascending."""
    value: NDArray[np.float64]
    """float64[m]; the last one is the middle of the panel."""
    low: NDArray[np.float64]
    """float64[m], the lower ends."""
    high: NDArray[np.float64]
    """float64[m], the upper ends."""
    text: str
    """The panel in words."""
    always_low: NDArray[np.float64]
    """float64[m], the lower ends of the confidence sequence; NaN where it says nothing yet."""
    always_high: NDArray[np.float64]
    """float64[m], the upper ends."""


@dataclass(frozen=True)
class Panels:
    """Small panels beside each other, all with the same scale around their last value."""

    lines: tuple[Line, ...]
    """What each panel shows."""
    x: Scale
    """The axis to the right."""
    reach: float
    """How far the axis upwards reaches above and below the last value."""
    unit: str
    """What the axis to the right counts."""


@dataclass(frozen=True)
class Curve:
    """A curve with its band."""

    name: str
    """Whose it is."""
    y: tuple[float, ...]
    """Its value at each point of the figure."""
    low: tuple[float, ...]
    """The lower edge of the band."""
    high: tuple[float, ...]
    """The upper edge."""
    text: str
    """The curve in words."""


@dataclass(frozen=True)
class Curves:
    """Curves over the same points, in one frame."""

    curves: tuple[Curve, ...]
    """The curves."""
    x: tuple[float, ...]
    """The points, ascending; at least two."""
    across: str
    """What the axis to the right measures."""
    up: str
    """What the axis upwards measures."""
    y: Scale = Scale(0.0, 1.0)
    """The axis upwards."""


Drawing = Rows | Panels | Curves
"""What a figure may be."""
