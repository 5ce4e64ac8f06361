"""How long a sequential test will take."""

from __future__ import annotations

import math
from dataclasses import dataclass

from arena.errors import BadParameter

__all__ = ["ExpectedBlocks", "expected_blocks"]


@dataclass(frozen=True)
class ExpectedBlocks:
    """What a sequential test is to be expected to do under one truth."""

    blocks: float
    """The mean number of blocks until it ends."""
    accepts_high: float
    """The probability that it accepts the higher hypothesis."""


def expected_blocks(
    low: float, high: float, truth: float, sd: float, *, alpha: float = 0.05, beta: float = 0.05
) -> ExpectedBlocks:
    """The mean length of a test of "the mean is `low`" against "it is `high`".

    Wald's approximation (Sequential Analysis, 1947, sections 3.4 and 3.6; exact for a Brownian motion): with drift m and
    variance v of the log-likelihood ratio a block, h = 2 m / v and bounds a < 0 < b, the upper bound is met first with
    P = (1 - e^(-h a)) / (e^(-h b) - e^(-h a)), after (b P + a (1 - P)) / m blocks, or -a b / v where m = 0.

    Args:
        low: the mean of a block under the null hypothesis.
        high: under the alternative, above `low`.
        truth: the true mean.
        sd: standard deviation of a block's value, > 0.
        alpha: the probability of accepting `high` where `low` is true, in (0, 0.5).
        beta: the probability of accepting `low` where `high` is true, in (0, 0.5).

    Raises:
        BadParameter: if a number is out of range.
    """
    if not (math.isfinite(truth) and math.isfinite(high - low) and low < high and 0 < sd < math.inf):
        raise BadParameter(f"expected low < high and sd > 0, all finite, got {low!r}, {high!r} and {sd!r}")
    if not (0 < alpha < 0.5 and 0 < beta < 0.5):
        raise BadParameter(f"expected alpha and beta between 0 and 0.5, got {alpha!r} and {beta!r}")
    a, b = math.log(beta / (1 - alpha)), math.log((1 - beta) / alpha)
    ratio = (high - low) / sd
    variance, drift = ratio * ratio, (truth - (low + high) / 2) / sd * ratio
    h = 2 * drift / variance
    if abs(h * (b - a)) < 1e-6:
        return ExpectedBlocks(-a * b / variance, -a / (b - a))
    # Divided by the larger of the two exponentials, so that none overflows.
    if h > 0:
        upper = math.expm1(h * a) / math.expm1(-h * (b - a))
    else:
        upper = math.exp(h * b) * math.expm1(-h * a) / math.expm1(h * (b - a))
    return ExpectedBlocks((b * upper + a * (1 - upper)) / drift, upper)
