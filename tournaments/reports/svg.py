"""Figures as HTML with inline SVG, drawn by hand: they take the page's colours, width and type, and load nothing.

Positions along a picture are percentages, so that a figure fits a phone and a wide screen with letters of the same size.
What is drawn is a mark; every picture says its numbers in words for those who do not see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bars", "Line", "Mark", "Row", "Scale", "panels", "rows"]

_ROW: Final = 28
"""Pixels of a row."""
_PANEL: Final = 96
"""Pixels of a small panel."""
_GAP: Final = 0.04
"""The share of a bin that stays free on each side of its bar."""
_TICKS: Final = 5
"""Ticks of an axis, about."""


@dataclass(frozen=True)
class Scale:
    """From values to percent of the width."""

    low: float
    """The value at the left edge."""
    high: float
    """The value at the right edge."""

    @classmethod
    def around(cls, values: Sequence[float], *, room: float = 0.04) -> Scale:
        """A scale that holds `values`, with `room` of its length free on both sides."""
        low, high = min(values, default=0.0), max(values, default=1.0)
        spare = (high - low) * room or max(abs(low), 1.0) * 0.05
        return cls(low - spare, high + spare)

    def at(self, value: float) -> float:
        """Where a value lies, in percent of the width; values beyond an edge lie a little outside."""
        return min(103.0, max(-3.0, 100 * (value - self.low) / (self.high - self.low)))

    def ticks(self) -> list[float]:
        """Round numbers within the scale, about five, at least one."""
        rough = (self.high - self.low) / _TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [number * step + 0.0 for number in range(first, last + 1)]

    def labels(self) -> list[tuple[float, str]]:
        """Ticks with their text, all with the same decimals."""
        ticks = self.ticks()
        if len(ticks) < 2:
            return [(tick, f"{tick:g}") for tick in ticks]
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

    def drawn(self, scale: Scale) -> str:
        """The mark as SVG."""
        middle = _ROW // 2
        dot = f'<circle class="dot" cx="{_pc(scale.at(self.value))}" cy="{middle}" r="4.5"/>'
        if self.low is None or self.high is None:
            return dot
        first, last = _pc(scale.at(self.low)), _pc(scale.at(self.high))
        line = f'<line class="bar" x1="{first}" x2="{last}" y1="{middle}" y2="{middle}"/>'
        ends = "".join(
            f'<line class="bar" x1="{end}" x2="{end}" y1="{middle - 4}" y2="{middle + 4}"/>'
            for end in (first, last)
        )
        return line + ends + dot


@dataclass(frozen=True)
class Bars:
    """A histogram: a bar for each bin, its height a share of `tallest`."""

    edges: tuple[float, ...]
    """The m + 1 ends of m bins."""
    shares: tuple[float, ...]
    """The share of each bin."""
    tallest: float
    """The share of a bar as high as the row, over all rows of a figure."""

    def drawn(self, scale: Scale) -> str:
        """The bars as SVG."""
        made = []
        for share, left, right in zip(self.shares, self.edges[:-1], self.edges[1:], strict=True):
            if share > 0:
                height = max(0.75, (_ROW - 4) * share / self.tallest)
                gap = _GAP * (right - left)
                start, end = scale.at(left + gap), scale.at(right - gap)
                made.append(
                    f'<rect class="column" x="{_pc(start)}" y="{_ROW - 2 - height:.1f}" '
                    f'width="{_pc(end - start)}" height="{height:.1f}"/>'
                )
        return "".join(made)


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


def rows(
    lines: Sequence[Row], scale: Scale, *, unit: str, zero: bool = False, ticks: Sequence[int] | None = None
) -> str:
    """A figure of rows over a common axis.

    Args:
        lines: the rows.
        scale: the axis.
        unit: what the axis measures.
        zero: whether a line marks the value 0 where the axis holds it.
        ticks: what is labelled; round numbers where None.
    """
    labels = scale.labels() if ticks is None else [(float(at), str(at)) for at in ticks]
    grid = "".join(
        f'<line class="grid" x1="{_pc(scale.at(at))}" x2="{_pc(scale.at(at))}" y1="0" y2="{_ROW}"/>'
        for at, _ in labels
    )
    if zero and scale.low < 0 < scale.high:
        grid += f'<line class="zero" x1="{_pc(scale.at(0))}" x2="{_pc(scale.at(0))}" y1="0" y2="{_ROW}"/>'
    made = ['<div class="rows">']
    for line in lines:
        drawn = "".join(mark.drawn(scale) for mark in line.marks)
        label = escape(f"{line.name}: {line.text}", quote=True)
        made.append(
            f'<div class="row{" breaks" if line.breaks else ""}"><span class="name">{escape(line.name)}</span>'
            f'<svg role="img" aria-label="{label}" width="100%" height="{_ROW}">{grid}{drawn}</svg>'
            f'<span class="value">{escape(line.text)}</span></div>'
        )
    texts = "".join(
        f'<text x="{_pc(scale.at(at))}" y="12" text-anchor="middle">{escape(text)}</text>'
        for at, text in labels
    )
    made.append(
        f'<div class="row axis" aria-hidden="true"><span class="name"></span>'
        f'<svg width="100%" height="18">{texts}</svg><span class="value">{escape(unit)}</span></div></div>'
    )
    return "".join(made)


@dataclass(frozen=True)
class Line:
    """A small panel: a running estimate within its interval."""

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


def panels(lines: Sequence[Line], x: Scale, *, reach: float, unit: str) -> str:
    """Small panels, as many beside each other as the page has room for, all with the same scale around their last value.

    Args:
        lines: what each panel shows.
        x: the axis to the right.
        reach: how far the axis upwards reaches above and below the last value.
        unit: what the axis to the right counts.
    """
    made = []
    for line in lines:
        last = float(line.value[-1])
        y = Scale(last - reach, last + reach)
        labels = [(at, text) for at, text in y.labels() if 8 <= y.at(at) <= 82]
        lines_at = "".join(
            f'<line class="grid" x1="0" x2="100%" y1="{_pc(100 - y.at(at))}" y2="{_pc(100 - y.at(at))}"/>'
            for at, _ in labels
        )
        texts = "".join(
            f'<text x="4" y="{_pc(100 - y.at(at))}" dy="4">{escape(text)}</text>' for at, text in labels
        )
        made.append(
            f'<div class="panel"><span class="name">{escape(line.name)}</span><svg role="img" '
            f'aria-label="{escape(line.text, quote=True)}" width="100%" height="{_PANEL}">{lines_at}'
            '<svg width="100%" height="100%" viewBox="0 0 1000 1000" preserveAspectRatio="none">'
            f'<path class="band" d="{_band(line, x, y)}"/><path class="line" d="{_path(line.x, line.value, x, y)}"/>'
            f'</svg></svg><svg class="ticks" aria-hidden="true" width="100%" height="{_PANEL}">{texts}</svg>'
            f'<span class="axis"><span>{x.low:,.0f}</span><span>{x.high:,.0f} {escape(unit)}</span></span></div>'
        )
    return f'<div class="panels">{"".join(made)}</div>'


def _path(at: NDArray[np.float64], values: NDArray[np.float64], x: Scale, y: Scale, start: str = "M") -> str:
    across = np.round(1000 * (at - x.low) / (x.high - x.low), 1)
    up = np.round(1000 - 1000 * (values - y.low) / (y.high - y.low), 1)
    # A picture has an edge; what lies far beyond it is drawn just beyond it.
    up = np.clip(up, -2000, 3000)
    return start + "L".join(f"{a:g} {b:g}" for a, b in zip(across.tolist(), up.tolist(), strict=True))


def _band(line: Line, x: Scale, y: Scale) -> str:
    return f"{_path(line.x, line.low, x, y)}{_path(line.x[::-1], line.high[::-1], x, y, 'L')}Z"


def _pc(percent: float) -> str:
    return f"{percent:.2f}%"
