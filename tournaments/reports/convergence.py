"""The section on convergence: how the mean of every agent settled, with two intervals."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments.ranking import AgentRow
from tournaments.reports.document import Figure, Section, Table
from tournaments.reports.figures import Line, Panels, Scale
from tournaments.reports.material import Stage
from tournaments.reports.numbers import NONE, decimals, fixed, several
from tournaments.reports.ranked import unit_of
from tournaments.reports.running import Running, running_mean

__all__ = ["convergence"]

_SETTLED: Final = 0.1
"""The share of an agent's blocks from which on the intervals must fit the axis; earlier ones are as wide as they like."""
_FEW: Final = 8
"""Blocks of his below which an interval need not fit the axis, unless he has no more."""
_MOMENTS: Final = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Shares of the blocks at which the table gives the running means."""


def convergence(stage: Stage) -> Section | None:
    """The running mean of every agent with its intervals; None where there is one block."""
    found = stage.found
    means = stage.seen.table("means")
    running = [(row, running_mean(means[:, row.agent])) for row in found.agents]
    running = [(row, one) for row, one in running if one.blocks.size]
    if not running:
        return None
    digits = decimals([row.score for row, _ in running])
    lines = tuple(_line(row, one, digits) for row, one in running)
    reach = 1.1 * max(_reach(one) for _, one in running)
    drawing = Panels(lines, Scale(0.0, float(found.blocks)), reach or 1.0, "blocks")
    caption = (
        f"Running mean of {unit_of(found)} after each number of blocks; all panels have the same scale, each around its last "
        "mean. The dark band is the 95 % t interval, right at a number of blocks chosen beforehand and not at one chosen "
        "by looking. The light band is a 95 % confidence sequence, which holds at all looks at once; it begins at an agent's "
        "30th block."
    )
    figure = Figure("convergence", "Running means", drawing, caption, _moments(running, found.blocks, digits))
    return Section("convergence", "Convergence", (figure,))


def _line(row: AgentRow, one: Running, digits: int) -> Line:
    return Line(
        row.name,
        one.blocks.astype(np.float64),
        one.mean,
        one.low,
        one.high,
        _words(row, one, digits),
        one.always_low,
        one.always_high,
    )


def _reach(one: Running) -> float:
    """How far the intervals of the later moments lie from the last mean."""
    last = float(one.mean[-1])
    kept = one.count >= min(max(_SETTLED * one.count[-1], _FEW), one.count[-1])
    ends = np.concatenate([part[kept] for part in (one.low, one.high, one.always_low, one.always_high)])
    return float(np.nanmax(np.abs(ends - last)))


def _words(row: AgentRow, one: Running, digits: int) -> str:
    middle, last = one.blocks.size // 2, one.blocks.size - 1
    parts = [
        f"{fixed(float(one.mean[at]), digits)}, interval {_ends(one.low, one.high, at, digits)}, after "
        f"{several(int(one.blocks[at]), 'block')}"
        for at in dict.fromkeys((0, middle, last))
    ]
    if not np.isnan(one.always_low[-1]):
        parts.append(f"confidence sequence at the end {_ends(one.always_low, one.always_high, last, digits)}")
    return f"{row.name}: running mean {'; '.join(parts)}"


def _ends(low: NDArray[np.float64], high: NDArray[np.float64], at: int, digits: int) -> str:
    return f"{fixed(float(low[at]), digits)} to {fixed(float(high[at]), digits)}"


def _moments(running: list[tuple[AgentRow, Running]], blocks: int, digits: int) -> Table:
    """Running means at a few shares of the blocks, and the confidence sequence at the end."""
    wanted = sorted({max(2, round(share * blocks)) for share in _MOMENTS})
    rows = []
    for row, one in running:
        cells = [row.name]
        for number in wanted:
            at = int(np.searchsorted(one.blocks, number, side="right")) - 1
            half = (one.high[at] - one.low[at]) / 2
            cells.append(
                NONE if at < 0 else f"{fixed(float(one.mean[at]), digits)} ± {fixed(float(half), digits)}"
            )
        said = not np.isnan(one.always_low[-1])
        cells.append(_ends(one.always_low, one.always_high, -1, digits) if said else NONE)
        rows.append(tuple(cells))
    head = ("After blocks", *(f"{number:,}" for number in wanted), "At all looks")
    return Table(head, tuple(rows), "l" + "r" * (len(wanted) + 1))
