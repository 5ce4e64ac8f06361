"""How many blocks a comparison will take, in one go or one after the other, for several differences at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arena.errors import BadParameter
from tournaments.sprt.expected import expected_blocks
from tournaments.statistics import BlocksNeeded, blocks_needed
from tournaments.statistics._distributions import gamma_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PlannedDifference", "plan_differences", "round_differences", "sd_interval"]

_EFFECTS: Final = (0.5, 0.2, 0.1, 0.05, 0.02)
"""Differences in standard deviations of a block, from plain to hardly there."""


@dataclass(frozen=True)
class PlannedDifference:
    """What finding a difference of one size will take."""

    difference: float
    """Mean difference of a block, in the unit of the metric."""
    effect: float | None
    """The same in standard deviations of a block; None where there is no spread."""
    fixed: BlocksNeeded
    """Blocks of a tournament of fixed length, analysed by the paired t test."""
    fixed_at_most: BlocksNeeded
    """The same if the standard deviation is at the upper end of its interval."""
    if_none: float | None
    """Mean length of a sequential test of 0 against this difference if there is none; None where there is no spread."""
    if_so: float | None
    """The same if the difference is this one."""
    at_worst: float | None
    """The same if it is half of this one, where the test takes longest."""


def sd_interval(sd: float, blocks: int, *, confidence: float = 0.95) -> tuple[float, float] | None:
    """The interval of a standard deviation, s sqrt((B - 1) / chi2); exact for normal values, rough for others.

    Args:
        sd: as measured, with B - 1 degrees of freedom.
        blocks: B.
        confidence: of the interval.

    Returns:
        (low, high); None with fewer than two blocks.
    """
    if blocks < 2:
        return None
    shape, tail = (blocks - 1) / 2, (1 - confidence) / 2
    low, high = (sd * math.sqrt(shape / gamma_quantile(level, shape)) for level in (1 - tail, tail))
    return low, high


def round_differences(sd: float) -> tuple[float, ...]:
    """Differences worth planning for, from a half to a fiftieth of `sd`, in one significant digit; none without spread."""
    return tuple(float(f"{effect * sd:.1g}") for effect in _EFFECTS) if sd > 0 else ()


def plan_differences(
    differences: Sequence[float],
    sd: float,
    blocks: int,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> tuple[PlannedDifference, ...]:
    """What finding each of `differences` will take.

    The sequential test has one-sided errors: alpha/2, as either side of the t test, and 1 - power.

    Args:
        differences: mean differences of a block, not 0; the sign does not matter.
        sd: standard deviation of block differences, as measured.
        blocks: over how many blocks.
        alpha: level of the two-sided t test.
        power: probability of finding the difference, above 0.5.

    Raises:
        BadParameter: if a number is out of range.
    """
    if not 0.5 < power < 1:
        raise BadParameter(f"expected power between 0.5 and 1, got {power!r}; 0.8 is usual")
    for difference in differences:
        if not (math.isfinite(difference) and difference):
            raise BadParameter(f"expected differences other than 0, got {difference!r}")
    interval = sd_interval(sd, blocks)
    most = interval[1] if interval else sd

    def sequential(size: float, truth: float) -> float | None:
        if sd == 0:
            return None
        return expected_blocks(0.0, size, truth * size, sd, alpha=alpha / 2, beta=1 - power).blocks

    return tuple(
        PlannedDifference(
            difference,
            abs(difference) / sd if sd > 0 else None,
            blocks_needed(difference, sd, alpha=alpha, power=power),
            blocks_needed(difference, most, alpha=alpha, power=power),
            *(sequential(abs(difference), truth) for truth in (0.0, 1.0, 0.5)),
        )
        for difference in differences
    )
