"""Numbers as a terminal shows them, and intervals drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tournaments.numbers import Writing, clock, decimals, several

if TYPE_CHECKING:
    from tournaments.statistics import Estimate

__all__ = [
    "clock",
    "column",
    "decimals",
    "ends",
    "interval_bar",
    "p_value",
    "percent",
    "rank_interval",
    "score",
    "several",
    "significant",
]

_TERMINAL: Final = Writing()
column = _TERMINAL.column
ends = _TERMINAL.ends
p_value = _TERMINAL.p
percent = _TERMINAL.share
rank_interval = _TERMINAL.rank
significant = _TERMINAL.significant


def score(estimate: Estimate | None, digits: int) -> str:
    """Such as ``+12.31 ± 0.52``; ``-`` where there is no estimate."""
    return _TERMINAL.estimate(estimate, digits, signed=True)


def interval_bar(estimate: Estimate, low: float, high: float, width: int) -> str:
    """The interval drawn to the scale from `low` to `high`, `width` letters in all: ``  ├──●──┤   ``."""
    if estimate.value is None or high <= low:
        return ""

    def place(value: float) -> int:
        return min(width - 1, max(0, round((value - low) / (high - low) * (width - 1))))

    ends = (estimate.low, estimate.high)
    first, last = (place(estimate.value if end is None else end) for end in ends)
    letters = [" "] * width
    for spot in range(first, last + 1):
        letters[spot] = "─"
    if first < last:
        letters[first], letters[last] = "├", "┤"
    letters[place(estimate.value)] = "●"
    return "".join(letters)
