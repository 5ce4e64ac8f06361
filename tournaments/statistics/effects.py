"""How large a difference is, apart from how sure we are of it.

Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition, 1988 (h: chapter 6, d: chapter
2); d_av and
d_z: Lakens, Frontiers in Psychology 4:863, 2013; probability of superiority: Vargha & Delaney, JEBS 25, 2000.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import ROUNDING, check_alpha, check_blocks, check_shares
from tournaments.statistics._distributions import t_critical
from tournaments.statistics.estimate import Estimate, PairContrast
from tournaments.statistics.paired import paired_one

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tournaments.statistics.legacy import Moments

__all__ = ["cohen_h", "d_av", "d_z", "odds_ratio", "risk_difference"]

_LARGEST_LOG = 700.0
"""Logarithm beyond which an odds ratio no longer fits a float."""


def risk_difference(first: ArrayLike, second: ArrayLike, *, alpha: float = 0.05) -> PairContrast:
    """Difference of two shares, in [-1, 1], by the paired analysis of blocks.

    Args:
        first: float[B], share won by one agent in each block, NaN where absent.
        second: float[B], the other's.
        alpha: 1 - confidence.

    Raises:
        BadParameter: if the shapes differ or a share lies outside [0, 1].
    """
    _shared_shares(first, second)
    return paired_one(first, second, alpha=alpha, bounds=(0.0, 1.0))


def odds_ratio(first: ArrayLike, second: ArrayLike, *, alpha: float = 0.05) -> Estimate:
    """Odds of winning of one agent over the other's: p(1-q) / (q(1-p)).

    The interval is exp of a t interval for the logarithm, whose standard error comes from the block sums of
    its linearisation (delta method), so that shares of one block may depend on each other.

    Args:
        first: float[B], share won by one agent in each block, NaN where absent.
        second: float[B], the other's; only blocks that hold both count.
        alpha: 1 - confidence.

    Returns:
        The ratio in (0, inf); `se` is that of its logarithm. If one of them won all or none, half a win is
        added to each side of both (Haldane & Anscombe) and no interval is given.

    Raises:
        BadParameter: if the shapes differ or a share lies outside [0, 1].
    """
    a, b = _shared_shares(first, second)
    method = "odds ratio, delta method on blocks"
    if a.size == 0:
        return _nothing(method)
    p, q = float(a.mean()), float(b.mean())
    if not (0 < p < 1 and 0 < q < 1):
        p, q = ((share * a.size + 0.5) / (a.size + 1) for share in (p, q))
        note = "one side won all or none: half a win added to each side, no interval"
        return Estimate(p * (1 - q) / (q * (1 - p)), None, None, None, None, a.size, method, note)
    log = math.log(p) - math.log1p(-p) - math.log(q) + math.log1p(-q)
    linear = _linear(log, (a - p) / (p * (1 - p)) - (b - q) / (q * (1 - q)), alpha, method)
    if linear.low is None or linear.high is None:
        return Estimate(math.exp(log), None, None, None, None, a.size, method, linear.note)
    ends = math.exp(linear.low), math.exp(min(linear.high, _LARGEST_LOG))
    return Estimate(math.exp(log), *ends, linear.se, linear.df, a.size, method, linear.note)


def cohen_h(first: ArrayLike, second: ArrayLike, *, alpha: float = 0.05) -> Estimate:
    """Cohen's h = 2 asin(sqrt p) - 2 asin(sqrt q), in [-pi, pi]; .2 is small, .5 medium, .8 large.

    Args:
        first: float[B], share won by one agent in each block, NaN where absent.
        second: float[B], the other's; only blocks that hold both count.
        alpha: 1 - confidence.

    Returns:
        h with a t interval by the delta method on blocks; none if one of them won all or none.

    Raises:
        BadParameter: if the shapes differ or a share lies outside [0, 1].
    """
    a, b = _shared_shares(first, second)
    method = "Cohen's h, delta method on blocks"
    if a.size == 0:
        return _nothing(method)
    p, q = float(a.mean()), float(b.mean())
    h = 2 * math.asin(math.sqrt(p)) - 2 * math.asin(math.sqrt(q))
    if not (0 < p < 1 and 0 < q < 1):
        return Estimate(h, None, None, None, None, a.size, method, "one side won all or none: no interval")
    return _linear(h, (a - p) / math.sqrt(p * (1 - p)) - (b - q) / math.sqrt(q * (1 - q)), alpha, method)


def d_av(first: Moments, second: Moments) -> float | None:
    """Cohen's d with the pooled-average spread: (m1 - m2) / sqrt((s1^2 + s2^2) / 2), s with n - 1.

    The spread is that of single games, so the number compares with those of papers that report Cohen's d.

    Returns:
        d; if neither agent's score ever varies, 0 where the means are equal and None, for want of a bound,
        where not.

    Raises:
        BadParameter: if one of them has fewer than two games.
    """
    if min(first.count, second.count) < 2:
        raise BadParameter(f"d_av takes two games of each agent, got {first.count!r} and {second.count!r}")
    gap = first.mean - second.mean
    spread = math.sqrt((first.variance(ddof=1) + second.variance(ddof=1)) / 2)
    if spread == 0.0:
        return None if gap else 0.0
    return gap / spread


def d_z(differences: ArrayLike, *, alpha: float = 0.05) -> Estimate:
    """Standardised block difference d_z = mean(d_b) / sd(d_b): what decides how many blocks a test needs.

    The standard error is sqrt(1/B + d_z^2 / (2B)), of large samples from a normal (Hedges & Olkin,
    Statistical Methods for Meta-Analysis, 1985, chapter 5).

    Args:
        differences: float[B], NaN where the pair did not meet.
        alpha: 1 - confidence.

    Raises:
        BadParameter: if `alpha` or the shape is wrong, or a difference infinite.
    """
    values, alpha = check_blocks(differences, "block differences"), check_alpha(alpha)
    method, blocks = "d_z of block differences", values.size
    if blocks < 2:
        note = f"{'one block' if blocks else 'no block'}: the spread between blocks is unknown"
        return Estimate(None, None, None, None, None, blocks, method, note)
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    if sd <= ROUNDING * float(np.abs(values).max()):
        zero = mean == 0.0
        note = (
            "identical behaviour" if zero else f"the same difference in all {blocks} blocks: d_z has no bound"
        )
        return Estimate(0.0 if zero else None, None, None, None, None, blocks, method, note)
    value = mean / sd
    se = math.sqrt(1 / blocks + value**2 / (2 * blocks))
    half = float(t_critical(alpha, blocks - 1)) * se
    return Estimate(value, value - half, value + half, se, float(blocks - 1), blocks, method)


def _shared_shares(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The shares of two agents in the blocks that hold both."""
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise BadParameter(
            f"the two agents have one share a block each, got shapes {a.shape!r} and {b.shape!r}"
        )
    both = ~(np.isnan(a) | np.isnan(b))
    return check_shares(a[both], "block shares"), check_shares(b[both], "block shares")


def _linear(value: float, influence: NDArray[np.float64], alpha: float, method: str) -> Estimate:
    """The t interval of a smooth function of block means from its influence on each block."""
    alpha, blocks = check_alpha(alpha), influence.size
    if blocks < 2:
        note = "one block: no interval, since the spread between blocks is unknown"
        return Estimate(value, None, None, None, None, blocks, method, note)
    se = float(influence.std(ddof=1)) / math.sqrt(blocks)
    half = float(t_critical(alpha, blocks - 1)) * se
    note = "no spread between blocks, so the interval has no width" if se <= ROUNDING else ""
    return Estimate(value, value - half, value + half, se, float(blocks - 1), blocks, method, note)


def _nothing(method: str) -> Estimate:
    return Estimate(None, None, None, None, None, 0, method, "no shared block: nothing to compare")
