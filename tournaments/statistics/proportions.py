"""Intervals for a share: of games won, of tasks solved.

`wald`, `wilson` and `clopper_pearson` are for independent trials; `cluster_wilson` is for games that come
in deal blocks and is the one to report.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from arena.errors import BadParameter
from tournaments.statistics._checks import ROUNDING, check_alpha, check_shares
from tournaments.statistics._distributions import beta_quantile, gamma_quantile, normal_critical, t_critical
from tournaments.statistics.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["clopper_pearson", "cluster_wilson", "wald", "wilson"]

_LEAST_CAP = 6.0
"""Games a played game may count for at few blocks: duplicate deals with rotated seats beat independent games."""

_BLOCKS_A_CAP = 8
"""Blocks with which the cap grows by 1: the more blocks, the surer a small spread between them. With a cap that stayed
at 4, intervals of near-equal agents held the truth 96.8 % of the time at 256 blocks of Dhumbal, and no more blocks
would have mended it."""

_FEW_WINS = 3.0
"""Effective wins (or losses) up to which Wilson's interval stops short of the truth too often, as Brown, Cai & DasGupta
found; its end towards 0 (or 1) is then the exact Poisson limit."""


def wald(successes: float, trials: int, *, alpha: float = 0.05) -> Estimate:
    """The textbook interval p -+ z sqrt(p(1-p)/n); kept for comparison with papers that use it.

    It covers far too rarely near 0 and 1 and may leave [0, 1]: at p = .015 and n = 50 its 95 % interval
    covers 52.9 % (Brown, Cai & DasGupta, Statistical Science 16, 2001).

    Raises:
        BadParameter: if not 0 <= successes <= trials, or `alpha` is wrong.
    """
    share, alpha = _share(successes, trials), check_alpha(alpha)
    if share is None:
        return _nothing("Wald")
    se = math.sqrt(share * (1 - share) / trials)
    half = normal_critical(alpha) * se
    note = "no width: a Wald interval cannot speak when all or none succeed" if se == 0 else ""
    return Estimate(share, share - half, share + half, se, None, trials, "Wald", note)


def wilson(successes: float, trials: int, *, alpha: float = 0.05) -> Estimate:
    """Wilson's score interval for independent trials (JASA 22, 1927).

    Raises:
        BadParameter: if not 0 <= successes <= trials, or `alpha` is wrong.
    """
    share, alpha = _share(successes, trials), check_alpha(alpha)
    if share is None:
        return _nothing("Wilson")
    low, high = _wilson_bounds(share, trials, normal_critical(alpha))
    return Estimate(share, low, high, None, None, trials, "Wilson")


def clopper_pearson(successes: int, trials: int, *, alpha: float = 0.05) -> Estimate:
    """The exact interval for independent trials (Clopper & Pearson, Biometrika 26, 1934).

    Raises:
        BadParameter: if not 0 <= successes <= trials, or `alpha` is wrong.
    """
    share, alpha = _share(successes, trials), check_alpha(alpha)
    if share is None:
        return _nothing("Clopper-Pearson")
    low = 0.0 if successes == 0 else beta_quantile(alpha / 2, successes, trials - successes + 1)
    high = 1.0 if successes == trials else beta_quantile(1 - alpha / 2, successes + 1, trials - successes)
    return Estimate(share, low, high, None, None, trials, "Clopper-Pearson")


def cluster_wilson(
    shares: ArrayLike, *, games: int | None = None, alpha: float = 0.05, cap: float | None = None
) -> Estimate:
    """Wilson's interval for games that come in deal blocks.

    Wilson's formula with the effective number of games n_eff = p(1-p) / (s^2/B), s^2 the variance of the
    block shares, held between B and `cap` times `games`, and Student's t with B - 1 degrees of freedom for
    z (Kish's design effect in the score interval, as in Korn & Graubard, Survey Methodology 24, 1998). With
    at most 3 effective wins the lower end is the Poisson limit of Brown, Cai & DasGupta's modified interval
    (Statistical Science 16, 2001, section 4.1.1), and so on the other side. If every block is all lost or
    every block all won, s^2 says nothing and the exact interval on blocks takes over.

    Args:
        shares: float[B], the share won in each block, in [0, 1]; ties may count a half. NaN where the agent
            is absent.
        games: games behind all the shares together; one a block if None.
        alpha: 1 - confidence.
        cap: independent games that one game may count for, >= 1; 6, or an eighth of the blocks if that is
            more, where None. 1 never claims more than independent games would.

    Returns:
        The pooled share with its interval, inside [0, 1]; `se` is s/sqrt(B).

    Raises:
        BadParameter: if a share lies outside [0, 1], `games` is below the number of blocks, or `alpha` or
        `cap` wrong.
    """
    values, alpha = check_shares(shares, "block shares"), check_alpha(alpha)
    blocks = values.size
    played = blocks if games is None else games
    each = max(_LEAST_CAP, blocks / _BLOCKS_A_CAP) if cap is None else cap
    if played < blocks or each < 1:
        raise BadParameter(
            f"every block holds a game and cap >= 1, got {games!r} games, {blocks} blocks, cap {cap!r}"
        )
    if blocks == 0:
        return _nothing("cluster Wilson")
    share = float(values.mean())
    if values.max() == 0.0 or values.min() == 1.0:
        exact = clopper_pearson(blocks if share > 0 else 0, blocks, alpha=alpha)
        note = f"{'all' if share > 0 else 'none'} won: exact interval on {blocks} blocks"
        return Estimate(
            exact.value, exact.low, exact.high, None, None, blocks, "Clopper-Pearson on blocks", note
        )
    if blocks == 1:
        note = "one block: no interval, since the spread between blocks is unknown"
        return Estimate(share, None, None, None, None, 1, "cluster Wilson", note)
    se = float(values.std(ddof=1)) / math.sqrt(blocks)
    se = 0.0 if se <= ROUNDING else se
    most = each * played
    effective = most if se == 0 else min(max(share * (1 - share) / se**2, blocks), most)
    low, high = _wilson_bounds(share, effective, float(t_critical(alpha, blocks - 1)))
    low, high = _poisson_limits(share, effective, alpha, low, high)
    note = f"the same share in all {blocks} blocks: counted as {most:g} games" if se == 0 else ""
    return Estimate(share, low, high, se, float(blocks - 1), blocks, "cluster Wilson", note)


def _poisson_limits(
    share: float, trials: float, alpha: float, low: float, high: float
) -> tuple[float, float]:
    """The interval (low, high) with an end next to 0 or 1 moved out to the exact limit for a rare event.

    The lower limit is the mean of a Poisson count that reaches the wins seen with probability alpha: the upper
    end lies too far out to miss, so all of alpha is spent on this side.
    """
    if share * trials <= _FEW_WINS:
        low = min(low, gamma_quantile(alpha, share * trials) / trials)
    if (1 - share) * trials <= _FEW_WINS:
        high = max(high, 1 - gamma_quantile(alpha, (1 - share) * trials) / trials)
    return low, high


def _wilson_bounds(share: float, trials: float, z: float) -> tuple[float, float]:
    """Ends of the score interval: where |share - p| = z sqrt(p(1-p)/trials)."""
    ratio = z * z / trials
    centre = (share + ratio / 2) / (1 + ratio)
    half = math.sqrt(ratio * (share * (1 - share) + ratio / 4)) / (1 + ratio)
    # At 0 and 1 an end of the interval is the share itself; rounding must not move it past.
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def _share(successes: float, trials: int) -> float | None:
    """The share successes / trials, or None without trials."""
    if trials < 0 or not 0 <= successes <= trials:
        raise BadParameter(f"successes lie between 0 and the trials, got {successes!r} of {trials!r}")
    return successes / trials if trials else None


def _nothing(method: str) -> Estimate:
    """The estimate without data."""
    return Estimate(None, None, None, None, None, 0, method, "no games: nothing was played")
