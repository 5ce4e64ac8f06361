"""The sign-flip permutation test of paired block differences.

If neither agent is better, swapping their names in a block flips the sign of that block's difference and
changes nothing else, so all 2**B patterns of signs are equally likely (Fisher, The Design of Experiments,
1935, section 21). The test is exact at every number of blocks and for every distribution symmetric about 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from arena.streams import root_key, stream
from tournaments.statistics._checks import check_blocks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["SignFlip", "sign_flip"]

_ENUMERATED = 10
"""Differences up to which all sign patterns are written out: faster than building the distribution."""

_SUPPORT = 1 << 18
"""Distinct sums up to which the null distribution is built exactly; 17 blocks without ties reach it."""

_DECIMALS = 11
"""Decimals, relative to the largest difference, at which two sums count as the same."""

_RESAMPLES = 9999
"""Random sign patterns when the exact distribution is too large."""

_CELLS = 1 << 22
"""Random signs held in memory at once."""


@dataclass(frozen=True, slots=True)
class SignFlip:
    """Outcome of a sign-flip test."""

    p: float
    """Two-sided p-value, in (0, 1] up to underflow."""
    exact: bool
    """True if every sign pattern was counted; False if they were sampled."""


def sign_flip(differences: ArrayLike, *, seed: int = 0) -> SignFlip:
    """Two-sided sign-flip test that block differences are symmetric about 0.

    The null distribution of the sum is built by convolution over the distinct absolute values, so equal values
    cost next to nothing and win shares stay exact for a thousand blocks. Beyond 2**18 distinct sums 9999 random
    patterns are drawn, and p = (1 + hits) / (1 + draws) (Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9,
    2010). The result depends on neither the order of the blocks nor which agent comes first.

    Args:
        differences: float[B]; NaN entries are left out. Blocks without a difference carry no information.
        seed: root of the random patterns.

    Raises:
        BadParameter: if the array is not one-dimensional or holds an infinity.
    """
    values = check_blocks(differences, "block differences")
    values = values[values != 0.0]
    if values.size == 0:
        return SignFlip(1.0, exact=True)
    if (values > 0).all() or (values < 0).all():
        # Only the two patterns of equal signs reach a sum as large.
        return SignFlip(2.0 ** (1 - values.size), exact=True)
    relative = np.round(values / np.abs(values).max(), _DECIMALS)
    bound = abs(float(relative.sum())) - 10.0 ** (2 - _DECIMALS)
    sizes = np.sort(np.abs(relative))
    if sizes.size <= _ENUMERATED:
        return SignFlip(float((np.abs(_patterns(sizes.size) @ sizes) >= bound).mean()), exact=True)
    null = _null(sizes)
    if null is None:
        return SignFlip(_sampled(sizes, bound, seed), exact=False)
    sums, weights = null
    return SignFlip(min(1.0, float(weights[np.abs(sums) >= bound].sum())), exact=True)


@lru_cache(maxsize=_ENUMERATED)
def _patterns(count: int) -> NDArray[np.float64]:
    """All patterns of `count` signs whose last is positive, float64[2**(count - 1), count]; the rest mirror them."""
    bits = np.arange(2 ** (count - 1))[:, np.newaxis] >> np.arange(count) & 1
    signs = (1 - 2 * bits).astype(np.float64)
    signs.flags.writeable = False
    return signs


def _null(sizes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Support and probabilities of the sum of randomly signed `sizes`; None if there are too many sums."""
    sums: NDArray[np.float64] = np.zeros(1)
    weights: NDArray[np.float64] = np.ones(1)
    distinct, counts = np.unique(sizes, return_counts=True)
    for size, count in zip(distinct.tolist(), counts.tolist(), strict=True):
        if sums.size * (count + 1) > 4 * _SUPPORT:
            return None
        # With k of the `count` signs positive the sum moves by size * (2k - count).
        steps = size * np.arange(-count, count + 1, 2, dtype=np.float64)
        chances = np.multiply.outer(weights, _binomial(count)).ravel()
        sums, where = np.unique(np.round(np.add.outer(sums, steps).ravel(), _DECIMALS), return_inverse=True)
        weights = np.bincount(where, weights=chances).astype(np.float64)
        if sums.size > _SUPPORT:
            return None
    return sums, weights


def _binomial(count: int) -> NDArray[np.float64]:
    """Chance of k heads in `count` fair tosses, k = 0..count."""
    logs = np.array([math.lgamma(k + 1) for k in range(count + 1)])
    chances: NDArray[np.float64] = np.exp(logs[-1] - logs - logs[::-1] - count * math.log(2))
    return chances


def _sampled(sizes: NDArray[np.float64], bound: float, seed: int) -> float:
    """Share of random sign patterns of the sorted `sizes` whose sum reaches `bound`, the data counted in."""
    rng = stream(root_key(seed), "statistics", "sign flip")
    hits, left, step = 0, _RESAMPLES, max(1, _CELLS // sizes.size)
    while left:
        signs = 2.0 * rng.integers(0, 2, size=(min(step, left), sizes.size), dtype=np.int8) - 1.0
        hits += int((np.abs(signs @ sizes) >= bound).sum())
        left -= len(signs)
    return (1 + hits) / (1 + _RESAMPLES)
