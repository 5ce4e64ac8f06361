"""The generalized likelihood ratio of two hypotheses about a mean, whatever the distribution.

The empirical likelihood takes the observed frequencies p of the values a for the distribution. Under "the mean is s" the most
likely one is q = p / (1 + x (a - s)) with the x that makes its mean s (Owen, Empirical Likelihood, 2001, section 2.9); the
ratio of two such hypotheses is N sum p log(q1 / q0) (Van den Bergh, A practical introduction to the GSPRT, 2018). A ratio
of mean to standard deviation is linearised and solved in rounds (Van den Bergh, Comments on normalized Elo, 2020).

Every function works on many samples at once: rows R, cells C.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from arena.errors import BadParameter
from tournaments.sprt.elo import bayes_elo_chances, draw_elo

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["EMPTY", "llr_bayes", "llr_mean", "llr_normal", "llr_t", "regularized"]

EMPTY: Final = 1e-3
"""What an empty cell counts, so that no hypothesis is impossible (as the fishtest program does)."""
_FEW: Final = 5
"""So many cells or fewer (a pentanomial) start the rounds of `llr_t` from equal chances."""
_STEPS: Final = 100
"""Steps of Newton's method at most; every one that leaves the bracket halves it."""
_ROUNDS: Final = 100
"""Rounds of `llr_t` at most."""
_EXACT: Final = 1e-14
"""A step of Newton's method so small, in parts of the first bracket, is the last: the next would be its square."""
_ENDLESS: Final = 1e6
"""The ratio of a mean to a standard deviation of nothing."""
_SAME: Final = 1e-12
"""Chances that change by less than this in a round are found."""


def regularized(counts: ArrayLike) -> Floats:
    """`counts` with every empty cell at `EMPTY`."""
    given = np.asarray(counts, dtype=np.float64)
    return np.where(given == 0.0, EMPTY, given)


def llr_mean(cells: ArrayLike, counts: ArrayLike, mean0: float, mean1: float) -> Floats:
    """The log-likelihood ratio of "the mean is `mean1`" over "the mean is `mean0`".

    Args:
        cells: float[C] or float[R, C], the values.
        counts: float[R, C], how often each came; cells that count 0 are left out.
        mean0: of the null hypothesis.
        mean1: of the alternative.

    Returns:
        float64[R]; NaN where a mean lies outside the values.

    Raises:
        BadParameter: if the shapes do not fit.
    """
    values, weights = _checked(cells, counts)
    chances = weights / weights.sum(axis=1, keepdims=True)
    logs = [_log_change(values - mean, chances) for mean in (mean0, mean1)]
    return np.asarray((weights * (logs[0] - logs[1])).sum(axis=1))


def llr_t(cells: ArrayLike, counts: ArrayLike, t0: float, t1: float, reference: float) -> Floats:
    """The log-likelihood ratio of "(mean - reference) / sd is `t1`" over "it is `t0`".

    Args:
        cells: float[C] or float[R, C], the values.
        counts: float[R, C], how often each came; cells that count 0 are left out.
        t0: of the null hypothesis.
        t1: of the alternative.
        reference: from where the mean is counted.

    Returns:
        float64[R]. Where no such distribution is found on the cells, `llr_normal` stands in.

    Raises:
        BadParameter: if the shapes do not fit.
    """
    values, weights = _checked(cells, counts)
    chances = weights / weights.sum(axis=1, keepdims=True)
    logs = [_log_change_t(values, chances, t, reference) for t in (t0, t1)]
    ratio = np.asarray((weights * (logs[0] - logs[1])).sum(axis=1))
    lost = np.isnan(ratio)
    if lost.any():
        mean = (chances * values).sum(axis=1)
        sd = np.sqrt((chances * (values - mean[:, np.newaxis]) ** 2).sum(axis=1))
        endless = np.where(mean == reference, 0.0, np.copysign(_ENDLESS, mean - reference))
        t = np.divide(mean - reference, sd, out=endless, where=sd > 0)
        ratio[lost] = llr_normal(t, weights.sum(axis=1), t0, t1)[lost]
    return ratio


def llr_normal(t: ArrayLike, count: ArrayLike, t0: float, t1: float) -> Floats:
    """The ratio of `llr_t` for a normal distribution, N/2 log((1 + (t - t0)^2) / (1 + (t - t1)^2)), t observed.

    Van den Bergh, Normalized Elo in practice, 2021; the two agree to the second order in `t0` and `t1`.
    """
    seen = np.asarray(t, dtype=np.float64)
    change = np.log1p((seen - t0) ** 2) - np.log1p((seen - t1) ** 2)
    return np.asarray(np.asarray(count, dtype=np.float64) / 2 * change)


def llr_bayes(losses: float, draws: float, wins: float, elo0: float, elo1: float) -> float:
    """The log-likelihood ratio of two differences in BayesElo, from single games and the draw parameter that fits them.

    The test of programs before pentanomials; games of one opening count as independent, which they are not.

    Raises:
        BadParameter: if there is no loss or no win.
    """
    drawn = draw_elo(losses, draws, wins)
    null, other = (bayes_elo_chances(elo, drawn) for elo in (elo0, elo1))
    pairs = zip((losses, draws, wins), null, other, strict=True)
    return sum(count * math.log(q1 / q0) for count, q0, q1 in pairs if count)


def _checked(cells: ArrayLike, counts: ArrayLike) -> tuple[Floats, Floats]:
    values, weights = np.asarray(cells, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    if weights.ndim != 2 or values.shape not in (weights.shape, weights.shape[1:]):
        raise BadParameter(
            f"expected counts of shape (rows, cells) and as many cells, got shapes {weights.shape!r} and {values.shape!r}"
        )
    if weights.size and (weights.min() < 0 or (weights.sum(axis=1) <= 0).any()):
        raise BadParameter("counts are >= 0 and not all 0, got a row that is not")
    return np.broadcast_to(values, weights.shape), weights


def _log_change(deviations: Floats, chances: Floats) -> Floats:
    """log(p/q), float64[R, C], of the most likely q under which the mean of `deviations` is 0; NaN where there is none."""
    there = chances > 0
    apart = np.where(there, deviations, 0.0)
    x = _multiplier(apart, chances)
    return np.asarray(np.log1p(x[:, np.newaxis] * apart))


def _multiplier(apart: Floats, chances: Floats) -> Floats:
    """The x with sum p d / (1 + x d) = 0, float64[R], by Newton's method within a bracket; NaN where there is none.

    No chance is above 1, so 1 + x d >= p for every cell: that brackets x (Owen, 2001, section 2.9).
    """
    rows = np.arange(len(apart))
    ends = apart.argmax(axis=1), apart.argmin(axis=1)
    top, bottom = (apart[rows, end] for end in ends)
    solvable = (top > 0) & (bottom < 0)
    low = np.where(solvable, (chances[rows, ends[0]] - 1) / np.where(solvable, top, 1.0), 0.0)
    high = np.where(solvable, (chances[rows, ends[1]] - 1) / np.where(solvable, bottom, -1.0), 0.0)
    x = np.zeros(len(apart))
    exact = _EXACT * (high - low)
    for _ in range(_STEPS):
        ratio = apart / (1 + x[:, np.newaxis] * apart)
        slope = (chances * ratio * ratio).sum(axis=1)
        gap = (chances * ratio).sum(axis=1)
        low, high = np.where(gap > 0, x, low), np.where(gap < 0, x, high)
        step = x + np.divide(gap, slope, out=np.zeros_like(gap), where=slope > 0)
        step = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        done = bool((np.abs(step - x) <= exact).all())
        x = step
        if done:
            break
    return np.where(solvable | ((top == 0) & (bottom == 0)), x, np.nan)


def _log_change_t(values: Floats, chances: Floats, t: float, reference: float) -> Floats:
    """log(p/q), float64[R, C], of the most likely q whose (mean - reference) / sd is `t`; NaN where none is found.

    With mean m and sd s of the last round's q, the condition is linear in the next: the mean of
    a - reference - t s (1 + ((m - a)/s)^2) / 2 is 0.
    """
    there = chances > 0
    spread = there / there.sum(axis=1, keepdims=True) if chances.shape[1] <= _FEW else chances.copy()
    logs = np.full_like(chances, np.nan)
    open_ = np.arange(len(chances))
    for _ in range(_ROUNDS):
        found = _bent(values[open_], chances[open_], spread[open_], t, reference)
        following = chances[open_] * np.exp(-found)
        lost = np.isnan(found).any(axis=1)
        done = np.abs(following - spread[open_]).max(axis=1, initial=0.0) < _SAME
        logs[open_[done]] = found[done]
        spread[open_] = following
        open_ = open_[~(done | lost)]
        if not len(open_):
            break
    return logs


def _bent(values: Floats, chances: Floats, spread: Floats, t: float, reference: float) -> Floats:
    """One round of `_log_change_t`: log(p/q) from the mean and the sd of `spread`."""
    mean = (spread * values).sum(axis=1, keepdims=True)
    sd = np.sqrt((spread * (values - mean) ** 2).sum(axis=1, keepdims=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        bent = values - reference - t * sd * (1 + ((mean - values) / sd) ** 2) / 2
    # Without spread there is no such ratio, unless the mean is to be the reference itself.
    return _log_change(np.where(np.isfinite(bent), bent, values - reference if t == 0 else 1.0), chances)
