"""Bets on the sign of a bounded mean: the e-process of block differences in [-1, 1]."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import ROUNDING, check_alpha, check_blocks
from tournaments.statistics.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["BettingRun", "betting_log_e"]

_BETS: Final = np.arange(-18, 19) / 20.0
"""float64[37]: the shares of the wealth that are bet, -0.9 to 0.9."""
_CELLS: Final = 1 << 18
"""Numbers held at once while bets are settled."""
_HALVINGS: Final = 50
"""Steps of bisection: an interval is exact to 2^-49."""
_DECIMALS: Final = 12
"""Decimals at which two differences count as the same when an interval is sought."""
_METHOD: Final = "confidence sequence, mixture of bets"


def betting_log_e(values: ArrayLike, mean: float = 0.0) -> NDArray[np.float64]:
    """The logarithm of the e-value of `BettingRun` against `mean` after each of `values`.

    Args:
        values: float64[B] in [-1, 1]; NaN is left out.
        mean: the hypothesis, strictly between -1 and 1.

    Returns:
        float64[B], one for each value that is there.

    Raises:
        BadParameter: if a value or `mean` is out of range.
    """
    found = _bounded(values)
    settled = np.log1p(np.multiply.outer(found - mean, _stakes(mean)))
    return _mixed(np.cumsum(settled, axis=0))


class BettingRun:
    """The mixture of betting martingales on differences d_b in [-1, 1], and its confidence sequence.

    Against the mean m, a gambler with one coin bets the share g of what he has on every block: after it he has 1 + l (d_b - m)
    times as much, with l = g/(1 + m) for g > 0 and g/(1 - m) for g < 0, the most that cannot ruin him. If m is the mean,
    no bet gains in expectation, so what he has is an e-value (Waudby-Smith & Ramdas, "Estimating means of bounded
    random variables by betting", JRSS-B 86, 2024, sections 3 and 4). Here his coin is spread evenly over the 37 shares
    -0.9, -0.85, ..., 0.9, which needs no guess of mean or variance.

    With these stakes the wealth is convex in m and below 1 at the observed mean: the means that it does not reject are one
    interval, found by bisection. Where blocks differ in their means, as lineups do, it holds at looks after which the means of
    all blocks average to m, such as whole cycles: the product of 1 + l (m_b - m) is at most exp(l sum (m_b - m)) = 1.

    A block costs 37 multiplications for each hypothesis.

    Args:
        means: the hypotheses whose e-values are asked for, each strictly between -1 and 1.

    Raises:
        BadParameter: if one is not.
    """

    def __init__(self, means: Sequence[float] = (0.0,)) -> None:
        self._places = {float(mean): place for place, mean in enumerate(means)}
        self._means = np.array([float(mean) for mean in means])
        self._stakes = np.concatenate([_stakes(mean) for mean in means])
        self._wealth = np.zeros(self._stakes.size)
        self._counts: dict[float, int] = {}
        self._sum = 0.0
        self._blocks = 0

    @property
    def blocks(self) -> int:
        """How many blocks it has."""
        return self._blocks

    @property
    def mean(self) -> float:
        """The mean of the differences; 0 without blocks."""
        return self._sum / self._blocks if self._blocks else 0.0

    @property
    def sd(self) -> float:
        """The standard deviation of the differences; 0 with fewer than two blocks."""
        if self._blocks < 2:
            return 0.0
        squares = sum(count * (value - self.mean) ** 2 for value, count in sorted(self._counts.items()))
        return math.sqrt(squares / (self._blocks - 1))

    def add(self, values: ArrayLike) -> None:
        """Add block differences in [-1, 1], float64[b]; NaN is left out.

        The answers are the same to the last bit however the blocks are cut into runs.

        Raises:
            BadParameter: if one lies outside [-1, 1].
        """
        found = _bounded(values)
        rows = max(1, _CELLS // self._stakes.size)
        for start in range(0, found.size, rows):
            self._settle(found[start : start + rows])

    def _settle(self, found: NDArray[np.float64]) -> None:
        off = np.repeat(np.subtract.outer(found, self._means), _BETS.size, axis=1)
        settled = np.log1p(off * self._stakes)
        # One block after the other: a sum formed in any other way would depend on how the blocks come.
        self._wealth = np.add.accumulate(np.vstack([self._wealth, settled]))[-1]
        self._sum = float(np.add.accumulate(np.concatenate([[self._sum], found]))[-1])
        self._blocks += found.size
        for value, count in zip(*np.unique(np.round(found, _DECIMALS), return_counts=True), strict=True):
            self._counts[float(value)] = self._counts.get(float(value), 0) + int(count)

    def log_e(self, mean: float = 0.0) -> float:
        """The logarithm of the e-value against "the mean is `mean`", one of the hypotheses that it was made with.

        Raises:
            BadParameter: if it is none of them.
        """
        place = self._places.get(float(mean))
        if place is None:
            raise BadParameter(f"this run bets against the means {list(self._places)!r}, got {mean!r}")
        return float(_mixed(self._wealth.reshape(-1, _BETS.size)[place : place + 1])[0])

    def estimate(self, alpha: float = 0.05) -> Estimate:
        """The mean and its confidence sequence at this block: all means with an e-value below 1/`alpha`.

        Raises:
            BadParameter: if `alpha` lies outside (0, 1).
        """
        alpha = check_alpha(alpha)
        if not self._blocks:
            return Estimate(None, None, None, None, None, 0, _METHOD, "no block")
        values = np.array(sorted(self._counts))
        counts = np.array([self._counts[value] for value in values.tolist()], dtype=np.float64)

        def rejected(mean: float) -> bool:
            settled = np.log1p(np.multiply.outer(values - mean, _stakes(mean)))
            return bool(_mixed((counts @ settled)[np.newaxis])[0] >= -math.log(alpha))

        low, high = (_bisected(rejected, self.mean, end) for end in (-1.0, 1.0))
        return Estimate(self.mean, low, high, None, None, self._blocks, _METHOD)


def _bisected(rejected: Callable[[float], bool], inside: float, end: float) -> float:
    """The rejected mean next to those that are not, between `inside` and `end`; `end` where none is rejected."""
    outside = end * (1 - 1e-12)
    if (abs(inside) >= abs(outside) and inside * end > 0) or not rejected(outside):
        return end
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if rejected(middle):
            outside = middle
        else:
            inside = middle
    return outside


def _stakes(mean: float) -> NDArray[np.float64]:
    """float64[37], the stakes l of the bets against `mean`.

    Raises:
        BadParameter: if `mean` is not strictly between -1 and 1.
    """
    if not -1 < mean < 1:
        raise BadParameter(f"the mean of differences in [-1, 1] lies strictly between -1 and 1, got {mean!r}")
    return np.where(_BETS > 0, _BETS / (1 + mean), _BETS / (1 - mean))


def _mixed(wealth: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[B]: the logarithm of the mean over the bets, from float64[B, 37] logarithms of what each has."""
    if not len(wealth):
        return np.zeros(0)
    most = wealth.max(axis=1)
    mixed: NDArray[np.float64] = most + np.log(np.exp(wealth - most[:, np.newaxis]).mean(axis=1))
    return mixed


def _bounded(values: ArrayLike) -> NDArray[np.float64]:
    found = check_blocks(values, "block differences")
    if found.size and np.abs(found).max() > 1 + ROUNDING:
        worst = found[int(np.abs(found).argmax())]
        raise BadParameter(f"bets are on differences between -1 and 1, got {float(worst)!r}")
    return np.clip(found, -1.0, 1.0)
