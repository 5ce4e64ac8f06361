"""Numbers as a page prints them: estimates with their uncertainty, in as many digits as they deserve."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from tournaments.statistics import Estimate

__all__ = [
    "MINUS",
    "NONE",
    "column",
    "decimals",
    "estimate_text",
    "fixed",
    "interval_text",
    "p_text",
    "rank_text",
    "several",
    "share_text",
    "significant",
]

MINUS: Final = "\u2212"
"""The sign before negative numbers, as wide as a plus."""
NONE: Final = "\u2013"
"""What stands where there is no number."""
_MOST_DECIMALS: Final = 4


def fixed(value: float | None, digits: int, *, signed: bool = False) -> str:
    """A number with so many decimals: ``1,234.5``, with its sign where `signed`; a dash for None."""
    if value is None:
        return NONE
    text = f"{value:{'+' if signed else ''},.{digits}f}"
    return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text.replace("-", MINUS)


def decimals(estimates: Iterable[Estimate | None]) -> int:
    """Decimals that give the middle one of the half-widths two significant digits; a whole column shares them."""
    widths = sorted(
        one.high - one.low for one in estimates if one and one.low is not None and one.high is not None
    )
    widths = [width / 2 for width in widths if width > 0]
    if not widths:
        return 2
    return min(_MOST_DECIMALS, max(0, 1 - math.floor(math.log10(widths[len(widths) // 2]))))


def column(estimates: Sequence[Estimate | None], *, signed: bool | None = None) -> list[str]:
    """The cells of a column such as ``+12.31 ± 0.52``, all with the same decimals.

    Args:
        estimates: the column.
        signed: whether positive numbers get a sign; where None, they do if a number of the column is negative.
    """
    digits = decimals(estimates)
    if signed is None:
        signed = any(one and (one.value or 0.0) < 0 for one in estimates)
    return [estimate_text(one, digits, signed=signed) for one in estimates]


def estimate_text(estimate: Estimate | None, digits: int, *, signed: bool = False) -> str:
    """Such as ``+12.31 ± 0.52``; a dash where there is no estimate."""
    if estimate is None or estimate.value is None:
        return NONE
    text = fixed(estimate.value, digits, signed=signed)
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} ± {fixed((estimate.high - estimate.low) / 2, digits)}"


def interval_text(estimate: Estimate, digits: int, *, signed: bool = False) -> str:
    """Such as ``+1.2 to +3.4``; a dash where there is no interval."""
    if estimate.low is None or estimate.high is None:
        return NONE
    return f"{fixed(estimate.low, digits, signed=signed)} to {fixed(estimate.high, digits, signed=signed)}"


def share_text(estimate: Estimate | None) -> str:
    """A share in percent with its interval: ``35.1 [34.0, 36.2]``."""
    if estimate is None or estimate.value is None:
        return NONE
    text = f"{100 * estimate.value:.1f}"
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def p_text(p: float | None) -> str:
    """Such as ``0.012``, or ``< 0.001``; a dash for None."""
    if p is None:
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def significant(value: float | None) -> str:
    """A number >= 0 in two significant digits, never in powers of ten: ``0.0059``, ``1.0``, ``145``."""
    if value is None:
        return NONE
    return f"{value:.{max(0, 1 - math.floor(math.log10(value)))}f}" if value > 0 else "0"


def rank_text(low: int, high: int) -> str:
    """``2``, or two ranks with a dash between."""
    return str(low) if low == high else f"{low}\u2013{high}"


def several(count: int, one: str, many: str = "") -> str:
    """A count and its noun: ``1 block``, ``1,234 blocks``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
