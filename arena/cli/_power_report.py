"""The table of `arena power`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arena.cli import _figures as figures
from arena.cli._console import out, rows, table
from tournaments.sprt.planning import sd_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tournaments.sprt.planning import PlannedDifference
    from tournaments.statistics import Estimate

__all__ = ["Seen", "told"]

_HEADS: Final = ("difference", "sd", "blocks", "at most", "time", "if none", "if so", "at worst")
_MOST: Final = 10_000_000
"""Blocks beyond which the number says nothing."""


@dataclass(frozen=True)
class Seen:
    """What was measured of two agents."""

    agents: tuple[str, str]
    """Who are compared."""
    game: str
    """What they play."""
    metric: str
    """By which metric."""
    unit: str
    """Its unit."""
    source: str
    """Where it was measured, in words."""
    difference: Estimate
    """The mean of the first less the second."""
    sd: float
    """Of the difference of a block."""
    matches: float
    """Matches of a block."""
    seconds: float | None
    """Of one core for a block; None where nobody measured."""


def told(seen: Seen, planned: Sequence[PlannedDifference], alpha: float, power: float) -> None:
    """Print a plan.

    Args:
        seen: what was measured.
        planned: a row a difference.
        alpha: level of the test.
        power: probability of finding a difference.
    """
    console = out()
    console.print(f"{seen.agents[0]} against {seen.agents[1]} · {seen.game}", style="bold", soft_wrap=True)
    console.print()
    console.print(rows(_measured(seen)))
    console.print()
    made = table(*_HEADS, right=_HEADS)
    for row in planned:
        made.add_row(*_cells(row, seen))
    if made.row_count:
        console.print(made)
        console.print()
    console.print(rows(_notes(seen, planned, alpha, power)))


def _measured(seen: Seen) -> list[tuple[str, str]]:
    """Difference and spread, and where they come from."""
    unit = "" if seen.unit in ("", seen.metric) else f" ({seen.unit})"
    interval = sd_interval(seen.sd, seen.difference.blocks)
    within = "" if interval is None else f" [{interval[0]:.3g}, {interval[1]:.3g}]"
    return [
        ("measured", f"{seen.metric}{unit} in {seen.source}"),
        ("difference", figures.score(seen.difference, figures.decimals([seen.difference]))),
        ("sd", f"{seen.sd:.3g}{within} of a block's difference"),
    ]


def _notes(
    seen: Seen, planned: Sequence[PlannedDifference], alpha: float, power: float
) -> list[tuple[str, str]]:
    """What the columns mean."""
    risks = f"risks {100 * alpha / 2:g} % and {100 * (1 - power):.3g} %"
    truths = "if there is no difference, if there is, and if it is half of it"
    notes = [
        ("sd", "the difference in standard deviations of a block"),
        ("blocks", f"fixed length: the paired t test at the {100 * alpha:g} % level, power {power:g}"),
        ("at most", "the same with the standard deviation at the upper end of its interval"),
        ("time", f"of one core, for a fixed length; a block is {seen.matches:.3g} matches"),
        ("if ...", f"mean blocks of a sequential test of 0 against it, {risks}: {truths}"),
    ]
    if any(_is_seen(row, seen) for row in planned):
        notes.append(("*", "the difference that was seen, which is no promise"))
    if seen.sd == 0:
        notes.append(("note", "no spread was seen; a longer pilot may show some"))
    return notes


def _is_seen(row: PlannedDifference, seen: Seen) -> bool:
    return row.difference == abs(seen.difference.value or 0.0)


def _cells(row: PlannedDifference, seen: Seen) -> list[str]:
    blocks = row.fixed.blocks
    time = "-" if blocks is None or seen.seconds is None else figures.clock(blocks * seen.seconds)
    return [
        f"{'*' if _is_seen(row, seen) else ''}{row.difference:.3g}",
        "-" if row.effect is None else f"{row.effect:.2g}",
        _count(blocks or math.inf),
        _count(row.fixed_at_most.blocks or math.inf),
        "< 0:01" if time == "0:00" else time,
        *(_count(length) for length in (row.if_none, row.if_so, row.at_worst)),
    ]


def _count(blocks: float | None) -> str:
    if blocks is None:
        return "-"
    return f"{round(blocks):,}" if blocks <= _MOST else "> 10M"
