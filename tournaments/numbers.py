"""Numbers as people read them: estimates with their uncertainty, in as many digits as they deserve."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tournaments.statistics import Estimate

__all__ = ["Writing", "clock", "decimals", "half_width", "several"]

_MOST_DECIMALS: Final = 4


def half_width(estimate: Estimate) -> float | None:
    """Half of the interval; None where there is none."""
    if estimate.low is None or estimate.high is None:
        return None
    return (estimate.high - estimate.low) / 2


def decimals(estimates: Iterable[Estimate | None]) -> int:
    """Decimals that give the middle one of the half-widths two significant digits; a whole column shares them."""
    widths = sorted(width for one in estimates if one and (width := half_width(one)))
    if not widths:
        return 2
    return min(_MOST_DECIMALS, max(0, 1 - math.floor(math.log10(widths[len(widths) // 2]))))


def clock(seconds: float) -> str:
    """``0:45``, ``2:05``, ``1:02:03``."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def several(count: int, one: str, many: str = "") -> str:
    """A count and its noun: ``1 block``, ``1,234 blocks``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


@dataclass(frozen=True)
class Writing:
    """How numbers are written in one place: on a page with its typographic signs, or on a terminal."""

    minus: str = "-"
    """The sign before negative numbers."""
    none: str = "-"
    """What stands where there is no number."""
    to: str = "-"
    """What stands between two ranks."""

    def fixed(self, value: float | None, digits: int, *, signed: bool = False) -> str:
        """A number with so many decimals: ``1,234.5``, with its sign where `signed`; zero never has a minus."""
        if value is None:
            return self.none
        text = f"{value:{'+' if signed else ''},.{digits}f}"
        if float(text.replace(",", "")) == 0:
            return text.lstrip("+-")
        return text.replace("-", self.minus)

    def estimate(self, estimate: Estimate | None, digits: int, *, signed: bool = False) -> str:
        """Such as ``+12.31 ± 0.52``."""
        if estimate is None or estimate.value is None:
            return self.none
        text, width = self.fixed(estimate.value, digits, signed=signed), half_width(estimate)
        return text if width is None else f"{text} ± {self.fixed(width, digits)}"

    def column(
        self, estimates: Sequence[Estimate | None], *, signed: bool | None = None, plain: bool = False
    ) -> list[str]:
        """The cells of a column such as ``+12.31 ± 0.52``, all with the same decimals.

        Args:
            estimates: the column.
            signed: whether positive numbers get a sign; where None, they do if a number of the column is negative.
            plain: whether the uncertainty is left out.
        """
        digits = decimals(estimates)
        if signed is None:
            signed = any(one and (one.value or 0.0) < 0 for one in estimates)
        cells = [self.estimate(one, digits, signed=signed) for one in estimates]
        return [cell.partition(" ±")[0] for cell in cells] if plain else cells

    def ends(self, estimates: Sequence[Estimate]) -> list[str]:
        """The cells of a column whose intervals are not centred, such as ``+0.12 [+0.02, +0.31]``."""
        digits = decimals(estimates)
        cells = []
        for one in estimates:
            text = self.estimate(dataclasses.replace(one, low=None, high=None), digits, signed=True)
            if one.low is not None and one.high is not None:
                low, high = (self.fixed(end, digits, signed=True) for end in (one.low, one.high))
                text = f"{text} [{low}, {high}]"
            cells.append(text)
        return cells

    def interval(self, estimate: Estimate, digits: int, *, signed: bool = False) -> str:
        """Such as ``+1.2 to +3.4``."""
        if estimate.low is None or estimate.high is None:
            return self.none
        low, high = (self.fixed(end, digits, signed=signed) for end in (estimate.low, estimate.high))
        return f"{low} to {high}"

    def share(self, estimate: Estimate | None) -> str:
        """A share in percent with its interval: ``35.1 [34.0, 36.2]``."""
        if estimate is None or estimate.value is None:
            return self.none
        text = f"{100 * estimate.value:.1f}"
        if estimate.low is None or estimate.high is None:
            return text
        return f"{text} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"

    def p(self, p: float | None) -> str:
        """Such as ``0.012``, or ``< 0.001``."""
        if p is None:
            return self.none
        return "< 0.001" if p < 0.001 else f"{p:.3f}"

    def significant(self, value: float | None) -> str:
        """A number >= 0 in two significant digits, never in powers of ten: ``0.0059``, ``1.0``, ``145``."""
        if value is None:
            return self.none
        return f"{value:.{max(0, 1 - math.floor(math.log10(value)))}f}" if value > 0 else "0"

    def rank(self, low: int, high: int) -> str:
        """``2``, or two ranks with a dash between."""
        return str(low) if low == high else f"{low}{self.to}{high}"
