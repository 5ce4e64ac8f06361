"""The formulas of the Dhumbal study, so that results can be laid beside its tables.

S. R. Malla, "AI Agents for the Dhumbal Card Game: A Comparative Study", arXiv 2510.11736, 2025: Welch's t
test with Bonferroni's correction, Cohen's d and Wald intervals, on the scores of single games as if they
were independent. They are not (players of one game share its cards, and one wins what the others lose), so
every row says so and gives the factor by which the real variance differs from the one assumed. The figures
were checked against the study's published tables, which use z = 1.96 and variances with divisor n in
Cohen's d and Wald's interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import ROUNDING, check_alpha, check_index
from tournaments.statistics._distributions import t_two_sided

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from tournaments.statistics.estimate import PairContrast

__all__ = ["LegacyPair", "LegacyRate", "Moments", "legacy_pairs", "legacy_rate", "moments"]

_Z = 1.96
"""The study's normal quantile."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, sum and sum of squares of an agent's game scores: all that the study's formulas need.

    Raises:
        BadParameter: if the count is negative or a sum not finite.
    """

    count: int
    """Games, >= 0."""
    total: float
    """Sum of the scores."""
    squares: float
    """Sum of the squared scores."""

    def __post_init__(self) -> None:
        if self.count < 0 or not (math.isfinite(self.total) and math.isfinite(self.squares)):
            raise BadParameter(f"moments are a count >= 0 and two finite sums, got {self!r}")

    @classmethod
    def of(cls, scores: ArrayLike) -> Moments:
        """Moments of one agent's scores; NaN (a void game) is left out."""
        values = np.asarray(scores, dtype=np.float64).ravel()
        values = values[~np.isnan(values)]
        return cls(int(values.size), float(values.sum()), float(values @ values))

    @property
    def mean(self) -> float:
        """Mean score; 0 without games."""
        return self.total / self.count if self.count else 0.0

    def variance(self, *, ddof: int) -> float:
        """Variance with divisor n - `ddof`; 0 if that is not positive, or if only rounding is left."""
        if self.count <= ddof:
            return 0.0
        mean_square = self.squares / self.count
        spread = mean_square - self.mean**2
        return 0.0 if spread <= ROUNDING * mean_square else spread * self.count / (self.count - ddof)


@dataclass(frozen=True, slots=True)
class LegacyPair:
    """One pair by the study's formulas."""

    first: int
    second: int
    difference: float
    """Mean game score of `first` less that of `second`."""
    t: float | None
    """Welch's t; None if the test is undefined."""
    df: float | None
    """Welch-Satterthwaite degrees of freedom; None if the test is undefined."""
    p: float
    """Two-sided p of Welch's test; 1 if undefined, as in the study's program."""
    p_bonferroni: float
    """min(1, m p) for the m pairs reported together."""
    significant: bool
    """p <= alpha / m."""
    cohen_d: float
    """Pooled Cohen's d with variances of divisor n; 0 if one agent has no spread (as in the study)."""
    variance_inflation: float | None
    """Variance of the difference between block means over the variance Welch's test assumes; None if unknown.

    Above 1 the test claims too much, below 1 too little.
    """
    note: str = ""
    independence_violated: bool = True
    """Always True: games of one table and one deal are not independent samples."""


@dataclass(frozen=True, slots=True)
class LegacyRate:
    """One share by the study's formula."""

    wins: float
    games: int
    rate: float | None
    """wins / games; None without games."""
    half_width: float | None
    """1.96 sqrt(rate (1 - rate) / games)."""
    low: float | None
    """rate - half_width; may fall below 0."""
    high: float | None
    """rate + half_width; may exceed 1."""
    independence_violated: bool = True
    """Always True: games of one deal are not independent trials."""


def moments(scores: ArrayLike, agents: ArrayLike, *, agent_count: int) -> tuple[Moments, ...]:
    """Moments of every agent from game scores.

    Args:
        scores: float[R], one row a seat of a game; rows with NaN are left out.
        agents: int[R], who sat there, below `agent_count`.
        agent_count: K.

    Raises:
        BadParameter: if the shapes differ or an index is out of range.
    """
    value = np.asarray(scores, dtype=np.float64)
    agent = check_index(agents, value.size, "agents", below=agent_count)
    kept = ~np.isnan(value)
    value, agent = value[kept], agent[kept]
    count = np.bincount(agent, minlength=agent_count)
    total = np.bincount(agent, weights=value, minlength=agent_count)
    squares = np.bincount(agent, weights=value**2, minlength=agent_count)
    return tuple(Moments(int(count[k]), float(total[k]), float(squares[k])) for k in range(agent_count))


def legacy_rate(wins: float, games: int) -> LegacyRate:
    """A share with the study's 95 % Wald interval.

    Raises:
        BadParameter: if not 0 <= wins <= games.
    """
    if games < 0 or not 0 <= wins <= games:
        raise BadParameter(f"wins lie between 0 and the games, got {wins!r} of {games!r}")
    if games == 0:
        return LegacyRate(wins, 0, None, None, None, None)
    rate = wins / games
    half = _Z * math.sqrt(rate * (1 - rate) / games)
    return LegacyRate(wins, games, rate, half, rate - half, rate + half)


def legacy_pairs(
    agents: Sequence[Moments], *, contrasts: Iterable[PairContrast] = (), alpha: float = 0.05
) -> tuple[LegacyPair, ...]:
    """Every pair of agents by the study's formulas.

    Welch's t = (m1 - m2) / sqrt(s1^2/n1 + s2^2/n2), s with divisor n - 1 (Biometrika 34, 1947). Cohen's
    d = (m1 - m2) / sqrt(((n1 - 1) v1 + (n2 - 1) v2) / (n1 + n2 - 2)), v with divisor n.

    Args:
        agents: moments of the game scores of each of K agents.
        contrasts: the block analysis of the same scores (`paired`), for the variance inflation: its squared
            standard error over s1^2/n1 + s2^2/n2. One winner among k equal agents gives k/(k - 1).
        alpha: level of the whole family, divided by the number of pairs.

    Returns:
        K(K-1)/2 rows in the order (0, 1), (0, 2), ...

    Raises:
        BadParameter: if `alpha` is wrong.
    """
    alpha = check_alpha(alpha)
    errors = {(c.first, c.second): c.difference.se for c in contrasts}
    pairs = [(first, second) for first in range(len(agents)) for second in range(first + 1, len(agents))]
    return tuple(_pair(agents, pair, errors.get(pair), alpha, len(pairs)) for pair in pairs)


def _pair(
    agents: Sequence[Moments], pair: tuple[int, int], block_se: float | None, alpha: float, count: int
) -> LegacyPair:
    """One row; `block_se` is the standard error of the difference by the block analysis."""
    one, two = agents[pair[0]], agents[pair[1]]
    gap = one.mean - two.mean
    if min(one.count, two.count) < 2:
        return LegacyPair(*pair, gap, None, None, 1.0, 1.0, False, 0.0, None, "fewer than two games: no test")
    share_one, share_two = one.variance(ddof=1) / one.count, two.variance(ddof=1) / two.count
    assumed = share_one + share_two
    inflation = None if block_se is None or assumed == 0 else block_se**2 / assumed
    if share_one == 0 or share_two == 0:
        note = "an agent whose score never varies: no test, d set to 0"
        return LegacyPair(*pair, gap, None, None, 1.0, 1.0, False, 0.0, inflation, note)
    t = gap / math.sqrt(assumed)
    df = assumed**2 / (share_one**2 / (one.count - 1) + share_two**2 / (two.count - 1))
    p = float(t_two_sided(t, df))
    pooled = (one.count - 1) * one.variance(ddof=0) + (two.count - 1) * two.variance(ddof=0)
    d = gap / math.sqrt(pooled / (one.count + two.count - 2))
    return LegacyPair(*pair, gap, t, df, p, min(1.0, count * p), p <= alpha / count, d, inflation)
