"""Pairs of agents compared on the deals they share: the primary analysis.

d_b is the mean over a block's seatings of score(first) - score(second). Blocks are independent, so the t
test on the d_b is right whatever happens inside a block: zero-sum tables, duplicate deals, rotations
(Miller, "Adding Error Bars to Evals", arXiv 2411.00640, 2024, section 4 argues the same for evaluations of
language models).
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import check_alpha, check_table
from tournaments.statistics._distributions import t_critical, t_two_sided
from tournaments.statistics._pairs import PairMoments, differences, pair_moments
from tournaments.statistics.estimate import Estimate, PairContrast
from tournaments.statistics.proportions import cluster_wilson
from tournaments.statistics.signflip import sign_flip

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["paired", "paired_one"]

_FEW_BLOCKS = 8
"""Below this many blocks the t test leans on normality, and the sign-flip test takes its place."""

_FEW_VALUES = 10
"""Data with at most this many distinct differences are lumpy ..."""

_FEW_NONZERO = 64
"""... if fewer blocks than this differ at all; beyond, the t test is as good on a lattice as elsewhere."""

_FEW_UNLIKE = 2
"""Where so many blocks at most depart from the commonest difference, their spread says next to nothing."""

_DECIMALS = 12
"""Decimals at which two differences of shares count as the same."""

_METHOD = "paired block differences, t interval"
_SCORE_METHOD = "paired block differences, score interval"


def paired_one(
    first: ArrayLike,
    second: ArrayLike,
    *,
    alpha: float = 0.05,
    seed: int = 0,
    bounds: tuple[float, float] | None = None,
) -> PairContrast:
    """Compare two agents: `paired` on the columns `first` and `second`, float[B], NaN where absent."""
    columns = np.column_stack([np.asarray(first), np.asarray(second)])
    return paired(columns, alpha=alpha, seed=seed, bounds=bounds)[0]


def paired(
    means: ArrayLike, *, alpha: float = 0.05, seed: int = 0, bounds: tuple[float, float] | None = None
) -> tuple[PairContrast, ...]:
    """Compare every pair of agents on the blocks that hold both.

    Estimate: the mean of d_b; SE = sd(d_b)/sqrt(B); interval and p from Student's t with B - 1 degrees of
    freedom. With fewer than 8 blocks, or lumpy data (at most 10 distinct values and fewer than 64 blocks
    that differ), p comes from the sign-flip test instead; the interval stays the t interval. A p below
    alpha and an interval that holds 0 (or the reverse) can then stand side by side, and p decides.

    Shares won differ by the same amount, most often 0, in most blocks of close agents, and a t interval on the
    one or two blocks left holds the truth as seldom as 62 % of the time (Dhumbal for two, 8 blocks). Given the
    `bounds` of the scores, the interval of such a pair is that of `cluster_wilson` for the difference moved
    into [0, 1], one game a block.

    Args:
        means: float[B, K] of block means, NaN where the agent is absent.
        alpha: 1 - confidence of each interval; p-values are not adjusted for the number of pairs.
        seed: root of the sampled sign-flip tests.
        bounds: least and greatest score that can be, (0, 1) for shares; None where there are none to speak of.

    Returns:
        K(K-1)/2 contrasts in the order (0, 1), (0, 2), ..., (K-2, K-1); none for one agent. Pairs that
        behave alike give the difference 0 with p = 1 and, without `bounds`, the interval [0, 0]; pairs with one
        shared block, or none, p = 1 and no interval. K = 50 and B = 100,000 take about a second.

    Raises:
        BadParameter: if `alpha` or the shape is wrong, a mean infinite or outside `bounds`.
    """
    table, alpha = check_table(means), check_alpha(alpha)
    moments = pair_moments(table)
    tests = _t_tests(moments, alpha)
    contrasts = [_contrast(table, moments, tests, pair, seed) for pair in range(moments.first.size)]
    if bounds is None:
        return tuple(contrasts)
    width = _width(table, bounds)
    # Two blocks that depart from all others by 2 `width` at most leave no larger sum of squares.
    squares = moments.sd**2 * np.maximum(moments.blocks - 1, 0)
    for pair in np.flatnonzero((moments.blocks >= 2) & (squares <= _FEW_UNLIKE * (2 * width) ** 2)):
        contrasts[pair] = _by_score(table, contrasts[pair], width, alpha)
    return tuple(contrasts)


def _width(table: NDArray[np.float64], bounds: tuple[float, float]) -> float:
    """The largest difference that `bounds` allow, if all of `table` lies within them."""
    low, high = bounds
    if not (low < high and math.isfinite(high - low)):
        raise BadParameter(f"bounds are the least and the greatest score, got {bounds!r}; (0, 1) for shares")
    width = float(high) - float(low)
    least, most = np.nanmin(table, initial=np.inf), np.nanmax(table, initial=-np.inf)
    if least < low - 1e-9 * width or most > high + 1e-9 * width:
        outside = least if least < low else most
        raise BadParameter(f"scores lie between {low!r} and {high!r}, got {float(outside)!r}")
    return width


def _by_score(table: NDArray[np.float64], contrast: PairContrast, width: float, alpha: float) -> PairContrast:
    """The contrast with a score interval, if nearly all blocks show the same difference."""
    shared = differences(table, contrast.first, contrast.second)
    commonest = int(np.unique(np.round(shared / width, _DECIMALS), return_counts=True)[1].max())
    if shared.size - commonest > _FEW_UNLIKE or 2 * commonest < shared.size:
        return contrast
    share = cluster_wilson(np.clip((shared / width + 1) / 2, 0.0, 1.0), alpha=alpha)
    if share.low is None or share.high is None:
        return contrast
    old = contrast.difference
    why = f"{commonest} of {shared.size} blocks show the same difference: a score interval"
    estimate = dataclasses.replace(
        old,
        low=width * (2 * share.low - 1),
        high=width * (2 * share.high - 1),
        method=_SCORE_METHOD,
        note="; ".join(filter(None, (old.note, why))),
    )
    return dataclasses.replace(contrast, difference=estimate)


@dataclass(frozen=True, slots=True)
class _TTests:
    """The t tests of P pairs; meaningless, but finite, for pairs with fewer than two blocks."""

    se: NDArray[np.float64]
    half: NDArray[np.float64]
    statistic: NDArray[np.float64]
    p: NDArray[np.float64]


def _t_tests(moments: PairMoments, alpha: float) -> _TTests:
    count = np.maximum(moments.blocks, 2)
    se = moments.sd / np.sqrt(count)
    statistic = np.divide(moments.mean, se, out=np.zeros_like(se), where=se > 0)
    return _TTests(se, t_critical(alpha, count - 1) * se, statistic, t_two_sided(statistic, count - 1))


def _contrast(
    table: NDArray[np.float64], moments: PairMoments, tests: _TTests, pair: int, seed: int
) -> PairContrast:
    """The contrast of one pair."""
    first, second = int(moments.first[pair]), int(moments.second[pair])
    blocks, mean = int(moments.blocks[pair]), float(moments.mean[pair])
    if blocks < 2:
        return _undefined(first, second, mean, blocks)
    df = float(blocks - 1)
    if moments.nonzero[pair] == 0:
        note = f"identical behaviour: the same score in all {blocks} blocks"
        same = Estimate(0.0, 0.0, 0.0, 0.0, df, blocks, _METHOD, note)
        return PairContrast(first, second, same, 1.0, None, "none: identical behaviour", identical=True)
    se, half = float(tests.se[pair]), float(tests.half[pair])
    statistic: float | None = float(tests.statistic[pair]) if se > 0 else None
    p, test, note = float(tests.p[pair]), f"paired t, {blocks - 1} df", ""
    if blocks < _FEW_BLOCKS or moments.nonzero[pair] < _FEW_NONZERO or se == 0:
        shared = differences(table, first, second)
        if blocks < _FEW_BLOCKS or np.unique(shared).size <= _FEW_VALUES:
            flipped = sign_flip(shared, seed=seed)
            p, test, note = (
                flipped.p,
                f"sign flip, {'exact' if flipped.exact else 'sampled'}",
                _why(blocks, se),
            )
    estimate = Estimate(mean, mean - half, mean + half, se, df, blocks, _METHOD, note)
    return PairContrast(first, second, estimate, p, statistic, test)


def _undefined(first: int, second: int, mean: float, blocks: int) -> PairContrast:
    """The contrast of a pair with one shared block or none."""
    if blocks == 0:
        note = "no shared block: the pair was never compared on the same deal"
        nothing = Estimate(None, None, None, None, None, 0, _METHOD, note)
        return PairContrast(first, second, nothing, 1.0, None, "none: no shared block")
    note = "one shared block: no interval, since the spread between blocks is unknown"
    single = Estimate(mean, None, None, None, None, 1, _METHOD, note)
    return PairContrast(first, second, single, 1.0, None, "none: one shared block")


def _why(blocks: int, se: float) -> str:
    """Why the sign-flip test was used."""
    if se == 0:
        return f"the same difference in all {blocks} blocks: an interval without width, p by sign flips"
    if blocks < _FEW_BLOCKS:
        return f"only {blocks} blocks: p by sign flips, which cannot fall below {2.0 ** (1 - blocks):.3g}"
    return "few distinct differences: p by sign flips"
