"""Figures as HTML with inline SVG, drawn by hand: they take the page's colours, width and type, and load nothing.

Positions along a picture are percentages, so that a figure fits a phone and a wide screen with letters of the same size.
What is drawn is a mark; every picture says its numbers in words for those who do not see it.
"""

from __future__ import annotations

from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments.reports.figures import Bars, Curve, Curves, Drawing, Line, Mark, Panels, Rows, Scale

__all__ = ["drawn"]

_ROW: Final = 28
"""Pixels of a row."""
_PANEL: Final = 96
"""Pixels of a small panel."""
_CHART: Final = 280
"""Pixels of a chart as wide as the page."""
_GAP: Final = 0.04
"""The share of a bin that stays free on each side of its bar."""
_KINDS: Final = 7
"""Ways to draw a curve that the page's style knows: colours, each with its dashes."""


def drawn(drawing: Drawing) -> str:
    """A figure as HTML."""
    match drawing:
        case Rows():
            return _rows(drawing)
        case Panels():
            return _panels(drawing)
        case Curves():
            return _curves(drawing)


def _rows(figure: Rows) -> str:
    scale, labels = figure.scale, figure.labels()
    grid = "".join(
        f'<line class="grid" x1="{_pc(scale.at(at))}" x2="{_pc(scale.at(at))}" y1="0" y2="{_ROW}"/>'
        for at, _ in labels
    )
    if figure.line is not None and scale.low < figure.line < scale.high:
        at = _pc(scale.at(figure.line))
        grid += f'<line class="zero" x1="{at}" x2="{at}" y1="0" y2="{_ROW}"/>'
    made = ['<div class="rows">']
    for line in figure.rows:
        inner = "".join(
            _mark(mark, scale) if isinstance(mark, Mark) else _bars(mark, scale) for mark in line.marks
        )
        label = escape(f"{line.name}: {line.text}", quote=True)
        made.append(
            f'<div class="row{" breaks" if line.breaks else ""}"><span class="name">{escape(line.name)}</span>'
            f'<svg role="img" aria-label="{label}" width="100%" height="{_ROW}">{grid}{inner}</svg>'
            f'<span class="value">{escape(line.text)}</span></div>'
        )
    texts = "".join(
        f'<text x="{_pc(scale.at(at))}" y="12" text-anchor="middle">{escape(text)}</text>'
        for at, text in labels
    )
    made.append(
        f'<div class="row axis" aria-hidden="true"><span class="name"></span>'
        f'<svg width="100%" height="18">{texts}</svg><span class="value">{escape(figure.unit)}</span></div></div>'
    )
    return "".join(made)


def _mark(mark: Mark, scale: Scale) -> str:
    middle = _ROW // 2
    dot = f'<circle class="dot" cx="{_pc(scale.at(mark.value))}" cy="{middle}" r="4.5"/>'
    if mark.low is None or mark.high is None:
        return dot
    first, last = _pc(scale.at(mark.low)), _pc(scale.at(mark.high))
    line = f'<line class="bar" x1="{first}" x2="{last}" y1="{middle}" y2="{middle}"/>'
    ends = "".join(
        f'<line class="bar" x1="{end}" x2="{end}" y1="{middle - 4}" y2="{middle + 4}"/>'
        for end in (first, last)
    )
    return line + ends + dot


def _bars(bars: Bars, scale: Scale) -> str:
    made = []
    for share, left, right in zip(bars.shares, bars.edges[:-1], bars.edges[1:], strict=True):
        if share > 0:
            height = max(0.75, (_ROW - 4) * share / bars.tallest)
            gap = _GAP * (right - left)
            start, end = scale.at(left + gap), scale.at(right - gap)
            made.append(
                f'<rect class="column" x="{_pc(start)}" y="{_ROW - 2 - height:.1f}" '
                f'width="{_pc(end - start)}" height="{height:.1f}"/>'
            )
    return "".join(made)


def _panels(figure: Panels) -> str:
    x, made = figure.x, []
    for line in figure.lines:
        last = float(line.value[-1])
        y = Scale(last - figure.reach, last + figure.reach)
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
            f"{_frame(_running(line, x, y))}"
            f'</svg><svg class="ticks" aria-hidden="true" width="100%" height="{_PANEL}">{texts}</svg>'
            f'<span class="axis"><span>{x.low:,.0f}</span><span>{x.high:,.0f} {escape(figure.unit)}</span></span></div>'
        )
    return f'<div class="panels">{"".join(made)}</div>'


def _running(line: Line, x: Scale, y: Scale) -> str:
    said = ~np.isnan(line.always_low)
    always = _band(line.x[said], line.always_low[said], line.always_high[said], x, y) if said.any() else ""
    return (
        (f'<path class="always" d="{always}"/>' if always else "")
        + f'<path class="band" d="{_band(line.x, line.low, line.high, x, y)}"/>'
        + f'<path class="line" d="{_path(line.x, line.value, x, y)}"/>'
    )


def _curves(figure: Curves) -> str:
    at = np.array(figure.x)
    x, y = Scale(float(at[0]), float(at[-1])), figure.y
    grid = "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{_pc(100 - y.at(level))}" y2="{_pc(100 - y.at(level))}"/>'
        for level, _ in y.labels()
    )
    made = []
    for number, curve in enumerate(figure.curves):
        made.append(_frame(_curve(curve, number, at, x, y)))
    label = escape("; ".join(f"{curve.name}: {curve.text}" for curve in figure.curves), quote=True)
    ups = "".join(
        f'<text x="-6" y="{_pc(100 - y.at(level))}" dy="4" text-anchor="end">{escape(text)}</text>'
        for level, text in y.labels()
    )
    across = "".join(
        f'<text x="{_pc(x.at(level))}" y="{_CHART + 16}" text-anchor="middle">{escape(text)}</text>'
        for level, text in x.labels()
    )
    keys = "".join(
        f'<li><svg aria-hidden="true" width="32" height="12"><line class="curve k{number % _KINDS}" x1="0" x2="32" '
        f'y1="6" y2="6"/></svg>{escape(curve.name)}</li>'
        for number, curve in enumerate(figure.curves)
    )
    return (
        f'<div class="chart"><span class="axis">{escape(figure.up)}</span>'
        f'<svg role="img" aria-label="{label}" width="100%" height="{_CHART}">{grid}{"".join(made)}{ups}{across}</svg>'
        f'<span class="axis across">{escape(figure.across)}</span><ul class="keys">{keys}</ul></div>'
    )


def _curve(curve: Curve, number: int, at: NDArray[np.float64], x: Scale, y: Scale) -> str:
    kind = f"k{number % _KINDS}"
    low, high, own = (np.array(values) for values in (curve.low, curve.high, curve.y))
    return (
        f'<path class="spread {kind}" d="{_band(at, low, high, x, y)}"/>'
        f'<path class="curve {kind}" d="{_path(at, own, x, y)}"/>'
    )


def _frame(inner: str) -> str:
    """A thousand units to each side, whatever the size of the picture."""
    return (
        '<svg width="100%" height="100%" viewBox="0 0 1000 1000" preserveAspectRatio="none">'
        + inner
        + "</svg>"
    )


def _path(at: NDArray[np.float64], values: NDArray[np.float64], x: Scale, y: Scale, start: str = "M") -> str:
    across = np.round(1000 * (at - x.low) / (x.high - x.low), 1)
    up = np.round(1000 - 1000 * (values - y.low) / (y.high - y.low), 1)
    # A picture has an edge; what lies far beyond it is drawn just beyond it.
    up = np.clip(up, -2000, 3000)
    return start + "L".join(f"{a:g} {b:g}" for a, b in zip(across.tolist(), up.tolist(), strict=True))


def _band(
    at: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], x: Scale, y: Scale
) -> str:
    return f"{_path(at, low, x, y)}{_path(at[::-1], high[::-1], x, y, 'L')}Z"


def _pc(percent: float) -> str:
    return f"{percent:.2f}%"
