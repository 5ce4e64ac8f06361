"""The figures of a report drawn by matplotlib, in inches and points; `tournaments.reports.paper` writes them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure as Sheet
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath

from tournaments.reports.figures import Bars, Curves, Line, Mark, Panels, Rows, Scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tournaments.reports.document import Table

__all__ = ["COLUMN", "PAGE", "curves", "heat", "panels", "rows"]

COLUMN: Final = 3.4
"""Inches of a column of a paper."""
PAGE: Final = 7.0
"""Inches of a page of two columns."""

_BLUE: Final = "#0072B2"
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's, without the yellow that is too light for lines, the ones most unlike in grey first."""
_DASHES: Final[tuple[Any, ...]] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)), (0, (9, 2)))
"""Five of them and seven colours: no two of 35 curves are alike, and neighbours differ in both."""
_TONES: Final = {
    0: "#f5f6f7",
    **dict(enumerate(("#e9f1f8", "#c9dff0", "#9cc5e3", "#6ba8d4"), 1)),
    **{-depth: tone for depth, tone in enumerate(("#fcf1e4", "#f8dcba", "#f1bd82", "#e69f50"), 1)},
}
"""Blue and orange of about the same lightness: a sign before every number tells them apart in grey."""
_RULE: Final = "#d0d4d8"
_QUIET: Final = "#555555"
_SIZE: Final = 7.0
"""Points of letters."""
_SMALL: Final = 6.0
_LEAST: Final = 4.8
"""Points below which letters cannot be read on paper."""
_ROW: Final = 0.175
"""Inches of a row."""
_PAD: Final = 0.06
"""Inches between columns."""
_NAME: Final = 26
"""Letters of a line of a name; longer ones take a second, and end in an ellipsis beyond that."""


def rows(figure: Rows) -> Sheet:
    """A forest plot, rank intervals or histograms: a name, what is drawn and the numbers in every row."""
    names = [_name(row.name) for row in figure.rows]
    texts = [_known(row.text) for row in figure.rows]
    count = len(figure.rows)
    left = _widest(names, _SIZE) + 2 * _PAD
    right = _widest(texts, _SMALL) + 2 * _PAD
    tall = _ROW * (1.45 if any("\n" in name for name in names) else 1.0)
    bottom = 0.31
    sheet = Sheet(figsize=(COLUMN, count * tall + bottom + 0.05))
    axes = _axes(sheet, left, bottom, COLUMN - left - right, count * tall)
    axes.set_xlim(figure.scale.low, figure.scale.high)
    axes.set_ylim(count, 0)
    axes.set_yticks([])
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    _across(axes, figure.labels(), figure.unit)
    axes.grid(axis="x", color=_RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    if figure.line is not None and figure.scale.low < figure.line < figure.scale.high:
        axes.axvline(figure.line, color=_QUIET, linewidth=0.8, zorder=1)
    aside = axes.get_yaxis_transform()
    for place, row in enumerate(figure.rows):
        _beside(axes, place + 0.5, names[place], texts[place], right)
        if row.breaks:
            inches = COLUMN - left - right
            ends = [-left / inches + 0.01, 1 + right / inches - 0.01]
            axes.plot(ends, [place, place], color=_QUIET, linewidth=0.5, transform=aside, clip_on=False)
        for mark in row.marks:
            if isinstance(mark, Mark):
                _mark(axes, place + 0.5, mark)
            else:
                _bars(axes, place + 1, mark)
    return sheet


def _mark(axes: Axes, y: float, mark: Mark) -> None:
    if mark.low is not None and mark.high is not None:
        axes.plot([mark.low, mark.high], [y, y], color=_BLUE, linewidth=1.1, solid_capstyle="butt")
        for end in (mark.low, mark.high):
            axes.plot([end, end], [y - 0.16, y + 0.16], color=_BLUE, linewidth=0.9)
    axes.plot(
        [mark.value], [y], "o", color=_BLUE, markersize=3.6, markeredgecolor="white", markeredgewidth=0.5
    )


def _bars(axes: Axes, floor: float, bars: Bars) -> None:
    edges = np.array(bars.edges)
    heights = 0.88 * np.array(bars.shares) / bars.tallest
    axes.bar(
        edges[:-1], -heights, np.diff(edges) * 0.92, bottom=floor, align="edge", color=_BLUE, linewidth=0
    )
    axes.axhline(floor, color=_RULE, linewidth=0.5, zorder=0.5)


def _beside(axes: Axes, y: float, name: str, text: str, room: float) -> None:
    """A row's name to the left and its numbers, `room` inches of them, to the right of the frame."""
    inches, _ = _inches(axes)
    aside = axes.get_yaxis_transform()
    _line(axes, -_PAD / inches, y, name, _SIZE, ha="right", transform=aside)
    _line(axes, 1 + (room - _PAD / 2) / inches, y, text, _SMALL, ha="right", transform=aside)


def _line(axes: Axes, x: float, y: float, text: str, size: float, **kind: Any) -> None:
    """Text whose digits and small letters have their middle at `y`, so that rows stand evenly whatever their letters."""
    if "\n" in text:
        axes.text(x, y, text, va="center", fontsize=size, linespacing=0.95, **kind)
        return
    low, high = axes.get_ylim()
    unit = (high - low) / _inches(axes)[1]
    axes.text(x, y - 0.36 * size / 72 * unit, text, va="baseline", fontsize=size, **kind)


def _inches(axes: Axes) -> tuple[float, float]:
    """Width and height of a frame."""
    whole, tall = axes.get_figure(root=True).get_size_inches()  # type: ignore[union-attr]  # it stands on a sheet
    place = axes.get_position()
    return float(place.width * whole), float(place.height * tall)


def heat(table: Table) -> Sheet:
    """A heat map: names to the left, and the cells with their numbers."""
    names = [_name(" ".join(row[0].split())) for row in table.rows]
    cells = [[_known(text) for text in row[1:]] for row in table.rows]
    heads = [_known(text) for text in table.head[1:]]
    left = _widest(names, _SIZE) + 2 * _PAD
    widest = _widest([text for row in (*cells, heads) for text in row], 1.0) * 1.2
    columns = max(1, len(heads))
    width = COLUMN if (COLUMN - left - _PAD) / columns >= widest * _LEAST else PAGE
    side = min((width - left - _PAD) / columns, 0.42)
    size = min(_SMALL, side / widest)
    tall = max(_ROW * (1.45 if any("\n" in name for name in names) else 1.0), min(side, 0.24))
    sheet = Sheet(figsize=(width, len(names) * tall + 0.26))
    axes = _axes(sheet, left, 0.03, columns * side, len(names) * tall)
    axes.set_xlim(0, columns)
    axes.set_ylim(len(names), 0)
    axes.set_axis_off()
    for line, name in enumerate(names):
        _line(axes, -_PAD / side, line + 0.5, name, _SIZE, ha="right")
        for place, text in enumerate(cells[line]):
            tone = table.tones[line][place + 1] if table.tones else None
            if tone is not None:
                axes.add_patch(Rectangle((place, line), 1, 1, color=_TONES[tone], linewidth=0))
            weight = "bold" if text.endswith("*") else "normal"
            _line(axes, place + 0.5, line + 0.5, text, size, ha="center", weight=weight)
    for place, text in enumerate(heads):
        axes.text(place + 0.5, -0.12, text, ha="center", va="bottom", fontsize=_SMALL, color=_QUIET)
    return sheet


def panels(figure: Panels) -> Sheet:
    """Running means: a panel for each agent, all with the same scale around their last value."""
    lines = figure.lines
    columns = min(len(lines), 2 if len(lines) <= 12 else 3)
    count = -(-len(lines) // columns)
    scales = [
        Scale(float(one.value[-1]) - figure.reach, float(one.value[-1]) + figure.reach) for one in lines
    ]
    labels = [scale.labels(3) for scale in scales]
    left = _widest([text for one in labels for _, text in one], _SMALL) + 0.1
    width, tall, title = COLUMN / columns, 0.62, 0.17
    bottom = 0.33
    sheet = Sheet(figsize=(COLUMN, count * (tall + title) + bottom + 0.02))
    for place, (line, scale) in enumerate(zip(lines, scales, strict=True)):
        across, down = place % columns, place // columns
        at = bottom + (count - 1 - down) * (tall + title)
        axes = _axes(sheet, across * width + left, at, width - left - 0.1, tall)
        axes.set_xlim(figure.x.low, figure.x.high)
        axes.set_ylim(scale.low, scale.high)
        axes.set_yticks([one for one, _ in labels[place]], [text for _, text in labels[place]])
        axes.tick_params(labelsize=_SMALL, colors=_QUIET, labelcolor="black", pad=1.5)
        for side in ("right", "top"):
            axes.spines[side].set_visible(False)
        axes.grid(axis="y", color=_RULE, linewidth=0.5)
        axes.set_title(_name(line.name).replace("\n", ""), fontsize=_SIZE, loc="left", pad=2)
        lowest = down == count - 1 or place + columns >= len(lines)
        _across(axes, figure.x.labels(3), figure.unit if lowest else "", shown=lowest)
        _running(axes, line)
    return sheet


def _running(axes: Axes, line: Line) -> None:
    axes.fill_between(line.x, line.always_low, line.always_high, color="#56B4E9", alpha=0.28, linewidth=0)
    axes.fill_between(line.x, line.low, line.high, color=_BLUE, alpha=0.38, linewidth=0)
    for edge in (line.always_low, line.always_high):
        axes.plot(line.x, edge, color=_BLUE, linewidth=0.4, linestyle=(0, (2, 1.5)))
    axes.plot(line.x, line.value, color="black", linewidth=0.9)


def curves(figure: Curves) -> Sheet:
    """Profiles: curves with their bands in one frame, their names below."""
    names = [_name(curve.name).replace("\n", "") for curve in figure.curves]
    keys = _widest(names, _SIZE) + 0.45
    columns = max(1, min(len(names), int((COLUMN - 0.1) / keys)))
    lines = -(-len(names) // columns)
    below, tall = 0.4 + 0.155 * lines, 1.8
    sheet = Sheet(figsize=(COLUMN, tall + below + 0.06))
    labels = figure.y.labels()
    left = _widest([text for _, text in labels], _SMALL) + 0.28
    axes = _axes(sheet, left, below, COLUMN - left - 0.12, tall)
    axes.set_xlim(figure.x[0], figure.x[-1])
    axes.set_ylim(figure.y.low, figure.y.high)
    axes.set_yticks([at for at, _ in labels], [text for _, text in labels])
    axes.tick_params(labelsize=_SMALL, pad=1.5)
    axes.set_ylabel(_known(figure.up), fontsize=_SIZE, labelpad=2)
    for side in ("right", "top"):
        axes.spines[side].set_visible(False)
    axes.grid(color=_RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    _across(axes, Scale(figure.x[0], figure.x[-1]).labels(), figure.across)
    for number, curve in enumerate(figure.curves):
        colour = _COLOURS[number % len(_COLOURS)]
        axes.fill_between(figure.x, curve.low, curve.high, color=colour, alpha=0.1, linewidth=0)
        dashes = _DASHES[number % len(_DASHES)]
        axes.plot(figure.x, curve.y, linewidth=1.2, linestyle=dashes, color=colour, label=names[number])
    sheet.legend(
        loc="lower left", bbox_to_anchor=(0.0, 0.0), ncols=columns, frameon=False, fontsize=_SIZE,
        handlelength=2.6, borderaxespad=0.2, labelspacing=0.25, columnspacing=1.0,
    )  # fmt: skip
    return sheet


def _axes(sheet: Sheet, left: float, bottom: float, width: float, height: float) -> Axes:
    """A frame at a place in inches."""
    whole, tall = sheet.get_size_inches()
    return sheet.add_axes((left / whole, bottom / tall, width / whole, height / tall))


def _across(axes: Axes, labels: Sequence[tuple[float, str]], unit: str, *, shown: bool = True) -> None:
    """The axis to the right, with as many labels as do not touch."""
    inches, _ = _inches(axes)
    need = _widest([text for _, text in labels], _SMALL) + 0.08
    step = max(1, -(-int(1000 * need * len(labels)) // int(1000 * inches)))
    kept = labels[::step]
    axes.set_xticks([at for at, _ in kept], [text for _, text in kept] if shown else [""] * len(kept))
    axes.tick_params(axis="x", labelsize=_SMALL, pad=1.5)
    if unit:
        axes.set_xlabel(_known(unit), fontsize=_SMALL, labelpad=1.5)


def _name(text: str) -> str:
    """A name on at most two lines."""
    lines = textwrap.wrap(_known(text), _NAME, max_lines=2, placeholder="\u2026", break_on_hyphens=False)
    return "\n".join(lines)


def _known(text: str) -> str:
    """Text in which letters that the font lacks are written as their numbers, such as U+4E2D."""
    font = get_font([_font_file()])
    return "".join(
        one if one.isprintable() and font.get_char_index(ord(one)) else f"U+{ord(one):04X}" for one in text
    )


def _font_file() -> str:
    from matplotlib.font_manager import findfont

    return str(findfont(FontProperties(family="DejaVu Sans")))


def _widest(texts: Sequence[str], size: float) -> float:
    """Inches of the widest line of texts in letters of `size` points."""
    lines = {line for text in texts for line in text.split("\n") if line.strip()}
    font = FontProperties(family="DejaVu Sans")
    return (
        max((float(TextPath((0, 0), one, size=size, prop=font).get_extents().x1) for one in lines), default=0)
        / 72
    )
