"""What a round says that is looked at as it goes: the verdict on every pair, and what the ranking makes of it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments.statistics import Estimate, PairContrast, blocks_needed

__all__ = [
    "FIXED_POWER",
    "Look",
    "PairVerdict",
    "Sequential",
    "Verdict",
    "fixed_design",
    "settle",
    "share_of_round",
]

FIXED_POWER: Final = 0.95
"""The power of the fixed design that a stop is compared with."""


class Verdict(StrEnum):
    """What is known of a pair."""

    OPEN = "open"
    """Nothing yet."""
    DECIDED = "decided"
    """One is better."""
    EQUIVALENT = "equivalent"
    """They differ by no more than what counts."""


@dataclass(frozen=True)
class Look:
    """What one look said of one pair."""

    metric: str
    """The metric that ranks."""
    epsilon: float | None
    """Differences up to this size count as none, in the unit of the metric; None where that was not known yet."""
    blocks: int
    """The block of the round after which it was."""
    first: int
    """An agent of the plan."""
    second: int
    """Another."""
    shared: int
    """Blocks that both played."""
    e_value: float
    """The e-value against "no difference" at this look, adjusted for all pairs."""
    e_equivalent: float
    """The same against "they differ by epsilon or more"."""
    estimate: float
    """The observed difference, in the unit of the metric."""
    low: float | None
    """The lower end of its confidence sequence; None where there is none yet, or it was not sought."""
    high: float | None
    """The upper end."""
    verdict: Verdict
    """What is known from this look on."""

    @property
    def key(self) -> tuple[str, float, int, int, int]:
        """What was asked: metric, epsilon (0 where not known yet), blocks and the two agents."""
        return self.metric, self.epsilon or 0.0, self.blocks, self.first, self.second


@dataclass(frozen=True)
class PairVerdict:
    """What the looks at a round say of a pair."""

    first: int
    """An agent of the plan."""
    second: int
    """Another."""
    verdict: Verdict
    """What is known; a pair that is both decided and equivalent is decided."""
    at: int | None
    """The block of the round at which that was known; None where the pair is open."""
    better: int | None
    """The agent shown to be better; None where the pair is not decided."""
    e_value: float
    """The largest e-value against "no difference" at any look, adjusted for all pairs by `e_holm`."""
    e_equivalent: float
    """The same against "they differ by epsilon or more"."""
    difference: Estimate
    """Score of the first less that of the second, in the unit of the metric, with what the confidence sequence of this pair
    allowed both when the verdict fell and at the last block."""
    p: float
    """The always-valid p-value of "no difference" of this pair alone."""
    fixed: int | None
    """Blocks of the round that a fixed design would have asked for, as `fixed_design`; None for an open pair."""


@dataclass(frozen=True)
class Sequential:
    """The answers of a round that is looked at as it goes."""

    method: str
    """The process behind them."""
    epsilon: float | None
    """Differences up to this size count as none, in the unit of the metric; None before it is known."""
    unit: str
    """The unit of the metric."""
    blocks: int
    """Blocks played."""
    looks: int
    """How often the round was looked at."""
    step: int
    """Blocks from one look to the next, as long as there are fewer than 128 such steps."""
    cycle: int
    """Blocks after which all lineups have come equally often."""
    stopped_at: int | None
    """The block at which every pair was decided or equivalent; None where one is open."""
    pairs: tuple[PairVerdict, ...]
    """Every pair that meets."""

    @property
    def fixed(self) -> int | None:
        """Blocks that a fixed design would have asked for, for the pair that needs most; None while a pair is open."""
        needs = [pair.fixed for pair in self.pairs]
        return max((need for need in needs if need is not None), default=None) if None not in needs else None

    @property
    def sentence(self) -> str:
        """How many pairs are decided, equivalent and open, and what a fixed design would have taken."""
        count = {verdict: sum(pair.verdict is verdict for pair in self.pairs) for verdict in Verdict}
        within = "" if self.epsilon is None else f" (within ±{self.epsilon:.3g} {self.unit})"
        said = (
            f"{count[Verdict.DECIDED]} decided, {count[Verdict.EQUIVALENT]} equivalent{within}, "
            f"{count[Verdict.OPEN]} open after {_several(self.blocks, 'block')} and {_several(self.looks, 'look')}"
        )
        if self.fixed is None:
            return said
        return (
            f"{said}; a fixed design with power {FIXED_POWER:.0%} would have asked for about {self.fixed:,} blocks, had it known "
            "these differences beforehand"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the ranking must know."""
        end = "ended" if self.stopped_at is not None else "was to end"
        said = (
            f"the round {end} when every pair was decided or equivalent, so p-values and intervals of a fixed number of "
            "blocks do not hold: pairs have confidence sequences and always-valid p-values, adjusted by e-Holm; the intervals "
            "of single agents describe"
        )
        found = [said]
        if self.step < self.cycle:
            found.append(
                f"a cycle has {self.cycle:,} blocks, so the round was looked at every {self.step:,}, when lineups had come "
                "nearly, not exactly, equally often"
            )
        return tuple(found)


def fixed_design(
    verdict: Verdict, estimate: Estimate, sd: float, epsilon: float, *, pairs: int, alpha: float = 0.05
) -> int | None:
    """Shared blocks that a design with a fixed number of them would have asked for to reach a verdict.

    For a decided pair: the paired t test of the observed difference at alpha/`pairs`. For an equivalent one: two
    one-sided tests at alpha/`pairs` each that find a difference of zero inside +-`epsilon` (Schuirmann, Journal of
    Pharmacokinetics and Biopharmaceutics 15, 1987). The power is 95 %. Observed differences that ended a round are a
    little too large, so the number is a little too small.

    Args:
        verdict: what was found.
        estimate: the observed difference.
        sd: the standard deviation of block differences.
        epsilon: what counts as no difference.
        pairs: how many pairs there are.
        alpha: the level of them all.

    Returns:
        Shared blocks; None for an open pair, or where no number is foreseeable.
    """
    if verdict is Verdict.DECIDED:
        return blocks_needed(estimate.value or 0.0, sd, alpha=alpha / pairs, power=FIXED_POWER).blocks
    if verdict is Verdict.EQUIVALENT:
        power = (1 + FIXED_POWER) / 2
        return blocks_needed(epsilon, sd, alpha=min(0.5, 2 * alpha / pairs), power=power).blocks
    return None


def settle(
    contrasts: Sequence[PairContrast], agents: Sequence[int], sequential: Sequential, sign: float
) -> tuple[tuple[PairContrast, ...], NDArray[np.float64], NDArray[np.bool_]]:
    """Contrasts of a fixed design, with the answers of the looks in their place.

    Args:
        contrasts: every pair, by column, counted so that higher is better.
        agents: the agent of the plan in each column.
        sequential: the answers.
        sign: 1 where a higher metric is better, -1 where a lower one is.

    Returns:
        The contrasts, their adjusted p-values float64[m] (1 for a pair that never meets) and bool[m], which are equivalent.
    """
    answers = {(pair.first, pair.second): pair for pair in sequential.pairs}
    found = []
    adjusted = np.ones(len(contrasts))
    same = np.zeros(len(contrasts), dtype=np.bool_)
    for place, contrast in enumerate(contrasts):
        answer = answers.get((agents[contrast.first], agents[contrast.second]))
        if answer is None:
            found.append(contrast)
            continue
        adjusted[place] = min(1.0, 1.0 / max(answer.e_value, 1.0))
        same[place] = answer.verdict is Verdict.EQUIVALENT
        ends = sorted(
            sign * end for end in (answer.difference.low, answer.difference.high) if end is not None
        )
        low, high = ends if len(ends) == 2 else (None, None)
        difference = dataclasses.replace(
            contrast.difference, low=low, high=high, df=None, method=sequential.method
        )
        found.append(
            dataclasses.replace(
                contrast,
                difference=difference,
                p=answer.p,
                statistic=None,
                test=f"e-value, {sequential.method}",
            )
        )
    return tuple(found), adjusted, same


def _several(count: int, one: str) -> str:
    return f"{count:,} {one if count == 1 else one + 's'}"


def share_of_round(need: int | None, shared: int, blocks: int) -> int | None:
    """Blocks of a round that hold `need` shared ones, where `shared` of `blocks` were."""
    return None if need is None or not shared else math.ceil(need * blocks / shared)
