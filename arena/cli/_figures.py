"""Numbers as people read them: estimates with their uncertainty, in as many digits as they deserve."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tournaments.statistics import Estimate

__all__ = [
    "clock",
    "column",
    "decimals",
    "ends",
    "half_width",
    "interval_bar",
    "p_value",
    "percent",
    "rank_interval",
    "score",
    "several",
    "significant",
]

_MOST_DECIMALS = 4


def half_width(estimate: Estimate) -> float | None:
    """Half of the interval; None where there is none."""
    if estimate.low is None or estimate.high is None:
        return None
    return (estimate.high - estimate.low) / 2


def decimals(estimates: Iterable[Estimate | None]) -> int:
    """Decimals that give the middle one of the half-widths two significant digits; a whole column shares them."""
    widths = sorted(width for estimate in estimates if estimate and (width := half_width(estimate)))
    if not widths:
        return 2
    return min(_MOST_DECIMALS, max(0, 1 - math.floor(math.log10(widths[len(widths) // 2]))))


def score(estimate: Estimate | None, digits: int, *, signed: bool = True) -> str:
    """Such as ``+12.31 ± 0.52``; ``-`` where there is no estimate."""
    if estimate is None or estimate.value is None:
        return "-"
    width = half_width(estimate)
    text = f"{estimate.value:{'+' if signed else ''}.{digits}f}"
    return text if width is None else f"{text} ± {width:.{digits}f}"


def column(estimates: Sequence[Estimate | None], *, plain: bool = False) -> list[str]:
    """The cells of a column, all with the same decimals; signs only where one of them is negative.

    Args:
        estimates: the column.
        plain: whether the uncertainty is left out.
    """
    digits = decimals(estimates)
    signed = any(estimate and (estimate.value or 0) < 0 for estimate in estimates)
    cells = [score(estimate, digits, signed=signed) for estimate in estimates]
    return [cell.partition(" ±")[0] for cell in cells] if plain else cells


def ends(estimates: Sequence[Estimate]) -> list[str]:
    """The cells of a column whose intervals are not centred, such as ``+0.12 [+0.02, +0.31]``."""
    digits = decimals(estimates)
    cells = []
    for estimate in estimates:
        text = score(dataclasses.replace(estimate, low=None, high=None), digits)
        if estimate.low is not None and estimate.high is not None:
            text = f"{text} [{estimate.low:+.{digits}f}, {estimate.high:+.{digits}f}]"
        cells.append(text)
    return cells


def percent(estimate: Estimate | None) -> str:
    """A share in percent with its interval, such as ``35.1 [34.0, 36.2]``."""
    if estimate is None or estimate.value is None:
        return "-"
    text = f"{100 * estimate.value:.1f}"
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def p_value(p: float) -> str:
    """Such as ``0.012``, or ``< 0.001``."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def significant(value: float | None) -> str:
    """A positive number in two significant digits, never in powers of ten: ``0.0059``, ``1.0``, ``145``."""
    if value is None:
        return "-"
    return f"{value:.{max(0, 1 - math.floor(math.log10(value)))}f}" if value > 0 else "0"


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


def rank_interval(low: int, high: int) -> str:
    """``2`` or ``2-4``."""
    return str(low) if low == high else f"{low}-{high}"


def clock(seconds: float) -> str:
    """``0:45``, ``2:05``, ``1:02:03``."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def several(count: int, one: str, many: str = "") -> str:
    """A count and its noun: ``1 block``, ``1,234 blocks``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
