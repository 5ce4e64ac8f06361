"""How many blocks an open question would take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arena.errors import BadParameter
from tournaments.statistics._checks import check_alpha
from tournaments.statistics._distributions import normal_critical, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tournaments.statistics.estimate import PairContrast

__all__ = ["BlocksNeeded", "blocks_needed", "plan_undecided"]

_LIMIT = 10_000_000
"""Blocks beyond which the answer is "more than that"."""


@dataclass(frozen=True, slots=True)
class BlocksNeeded:
    """Blocks, in all, that would decide a pair if it differs by as much as it seems to."""

    blocks: int | None
    """Blocks in all, those played included; None if no number is foreseeable."""
    sentence: str
    """The answer in words."""
    first: int | None = None
    """The pair, where one was asked about."""
    second: int | None = None


def blocks_needed(
    difference: float, sd: float, *, alpha: float = 0.05, power: float = 0.8, limit: int = _LIMIT
) -> BlocksNeeded:
    """Blocks for the two-sided paired t test to find `difference` with probability `power`.

    B = ((z(1 - alpha/2) + z(power)) sd / difference)^2 + z(1 - alpha/2)^2 / 2, rounded up, at least 2
    (Guenther, American Statistician 35, 1981: the normal formula corrected for the unknown sd).

    Args:
        difference: mean block difference, in score units.
        sd: standard deviation of block differences, >= 0.
        alpha: level of the test; for one of m undecided pairs under Holm, alpha/m.
        power: probability of finding it, in [alpha, 1).
        limit: largest answer; beyond it the sentence says "more than".

    Raises:
        BadParameter: if a number is out of range or NaN.
    """
    alpha = check_alpha(alpha)
    if not (math.isfinite(difference) and math.isfinite(sd) and sd >= 0):
        raise BadParameter(f"a difference is finite and an sd finite and >= 0, got {difference!r} and {sd!r}")
    if not alpha <= power < 1:
        raise BadParameter(f"power lies between alpha = {alpha!r} and 1, got {power!r}; 0.8 is usual")
    if difference == 0:
        return BlocksNeeded(None, f"no difference seen so far: more than {limit:,} blocks for all we know")
    z = normal_critical(alpha)
    if sd == 0:
        # Without spread the sign-flip test decides, as soon as 2^(1 - B) <= alpha.
        count = max(2, math.ceil(1 - math.log2(alpha)))
        return BlocksNeeded(count, f"every block shows the same difference: {count:,} blocks decide it")
    exact = ((z + normal_quantile(power)) * sd / difference) ** 2 + z * z / 2
    if exact > limit:
        return BlocksNeeded(None, f"more than {limit:,} blocks for a difference of {difference:.4g}")
    count = max(2, math.ceil(exact))
    return BlocksNeeded(
        count, f"about {count:,} blocks to find a difference of {difference:.4g} with power {power:g}"
    )


def plan_undecided(
    contrasts: Sequence[PairContrast],
    adjusted: Sequence[float] | NDArray[np.float64],
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    limit: int = _LIMIT,
) -> tuple[BlocksNeeded, ...]:
    """Blocks each undecided pair would need, taking its difference and spread so far at face value.

    With m pairs undecided the level of each is alpha/m, the one Holm's procedure asks of the next pair to
    fall. A pair that seems to differ by chance alone needs far more than foreseen: estimated differences
    are no promises.

    Args:
        contrasts: comparisons by `paired`.
        adjusted: their p-values, adjusted for all of them together.
        alpha: level of the whole family.
        power: probability of deciding each pair.
        limit: largest answer.

    Returns:
        One entry for each contrast with adjusted p above alpha, in the given order.

    Raises:
        BadParameter: if the lengths differ or a number is out of range.
    """
    alpha = check_alpha(alpha)
    if len(contrasts) != len(adjusted):
        raise BadParameter(f"one adjusted p-value a contrast, got {len(adjusted)!r} for {len(contrasts)!r}")
    undecided = [contrast for contrast, p in zip(contrasts, adjusted, strict=True) if p > alpha]
    return tuple(_plan(contrast, alpha / len(undecided), power, limit) for contrast in undecided)


def _plan(contrast: PairContrast, alpha: float, power: float, limit: int) -> BlocksNeeded:
    """The answer for one undecided pair."""
    pair = contrast.first, contrast.second
    difference, se, blocks = contrast.difference.value, contrast.difference.se, contrast.difference.blocks
    if contrast.identical:
        sentence = f"identical behaviour in {blocks:,} blocks: more blocks will not tell them apart"
        return BlocksNeeded(None, sentence, *pair)
    if difference is None or se is None:
        return BlocksNeeded(None, "too few shared blocks to say: play at least two", *pair)
    plan = blocks_needed(difference, se * math.sqrt(blocks), alpha=alpha, power=power, limit=limit)
    return BlocksNeeded(plan.blocks, f"{plan.sentence} ({blocks:,} played)", *pair)
