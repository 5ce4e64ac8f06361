"""What an estimate is: a number, how sure we are of it, and a sentence where that needs saying."""

from __future__ import annotations

import math
from dataclasses import dataclass

from arena.errors import BadParameter

__all__ = ["Estimate", "PairContrast"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number estimated from deal blocks, with its interval.

    Raises:
        BadParameter: if a number is NaN; what is unknown is None and `note` says why.
    """

    value: float | None
    """The point estimate; None if there is no data at all."""
    low: float | None
    """Lower end of the interval; None if no interval is defined."""
    high: float | None
    """Upper end of the interval; None exactly when `low` is."""
    se: float | None
    """Standard error; None where the method has none (exact intervals) or it is undefined."""
    df: float | None
    """Degrees of freedom of the t quantile in the interval; None if it uses none."""
    blocks: int
    """Independent units (deal blocks) behind the number."""
    method: str
    """Name of the method, fit for the foot of a table."""
    note: str = ""
    """What a reader must know beyond the numbers; empty if nothing."""

    def __post_init__(self) -> None:
        for name in ("value", "low", "high", "se", "df"):
            number = getattr(self, name)
            if number is not None and math.isnan(number):
                raise BadParameter(f"an unknown {name} is None with a note, got {number!r}")


@dataclass(frozen=True, slots=True)
class PairContrast:
    """How the agents of one pair differ."""

    first: int
    """Column of the agent counted positive."""
    second: int
    """Column of the agent counted negative."""
    difference: Estimate
    """Estimate of score(first) - score(second), in the unit of the scores."""
    p: float
    """Two-sided p-value of "no difference"; 1 where the data cannot speak."""
    statistic: float | None
    """t statistic; None where it is undefined or infinite."""
    test: str
    """Name of the test that gave `p`."""
    identical: bool = False
    """True if the two scored the same in every one of at least two shared blocks."""
