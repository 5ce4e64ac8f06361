"""Agents who met unlike opponents: score ~ block + agent, with standard errors by leaving blocks out.

Least squares with a term for each block, so that only differences within a block count: the least-squares rating of K.
Massey ("Statistical Models Applied to the Rating of Sports Teams", Bluefield College, 1997, section 2) for tables of any
size. An agent is compared with one he never met by way of those both met. The model is additive: it takes the
difference of two agents to be the same whoever else sits there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tournaments.statistics._checks import ROUNDING, check_alpha, check_table
from tournaments.statistics._distributions import t_critical, t_two_sided
from tournaments.statistics.clustered import components
from tournaments.statistics.estimate import Estimate, PairContrast

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Adjusted", "adjusted"]

_METHOD = "least squares within blocks, jackknife over blocks"
_FEW_BLOCKS = 8
"""Blocks of a pair below which its interval leans on the model more than on the data."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Scores as if everybody had met everybody alike."""

    scores: tuple[Estimate, ...]
    """The effect of each agent, counted from the mean over all, plus the mean of all block means."""
    contrasts: tuple[PairContrast, ...]
    """Every pair, in the order (0, 1), (0, 2), ..., (K-2, K-1)."""


@dataclass(frozen=True, slots=True)
class _Fit:
    effects: NDArray[np.float64]
    covariance: NDArray[np.float64]
    linked: NDArray[np.int64]
    floor: float


def adjusted(means: ArrayLike, *, alpha: float = 0.05) -> Adjusted:
    """Scores and differences adjusted for who met whom.

    y_bk = a_b + t_k + e_bk by least squares, the t of agents linked by shared blocks adding up to 0. The covariance is
    the jackknife over blocks in closed form: with H_b the block's part of the projection, residuals (I - H_b)^-1 e_b, summed
    as a sandwich and times (B - 1)/B (R. M. Bell & D. F. McCaffrey, Survey Methodology 28, 2002, section 2, "CR3"). A
    contrast has as many degrees of freedom as blocks hold one of the two, less 1.

    Args:
        means: float[B, K] of block means, NaN where the agent is absent.
        alpha: 1 - confidence of each interval; p-values are not adjusted for the number of pairs.

    Raises:
        BadParameter: if `alpha` or the shape is wrong, or a mean infinite.
    """
    table, alpha = check_table(means), check_alpha(alpha)
    present = ~np.isnan(table)
    fit = _fit(table, present)
    scores = tuple(_score(table, present, fit, agent, alpha) for agent in range(table.shape[1]))
    contrasts = tuple(
        _contrast(present, fit, first, second, alpha)
        for first in range(table.shape[1])
        for second in range(first + 1, table.shape[1])
    )
    return Adjusted(scores, contrasts)


def _fit(table: NDArray[np.float64], present: NDArray[np.bool_]) -> _Fit:
    there = present[present.sum(axis=1) > 1]
    values = table[present.sum(axis=1) > 1]
    agents, size = table.shape[1], there.sum(axis=1, keepdims=True)
    # Each block's rows less their mean: what the term of the block leaves.
    centre = np.where(there, np.nan_to_num(values), 0.0)
    centre = np.where(there, centre - centre.sum(axis=1, keepdims=True) / np.maximum(size, 1), 0.0)
    shares = there / np.maximum(size, 1)
    information = np.diag(there.sum(axis=0).astype(np.float64)) - there.T.astype(np.float64) @ shares
    bread = np.linalg.pinv(information, hermitian=True)
    effects = bread @ centre.sum(axis=0)
    fitted = there * (effects - (shares * effects).sum(axis=1, keepdims=True))
    scores = _left_out(there, centre - fitted, bread)
    blocks = max(len(there), 1)
    covariance = (blocks - 1) / blocks * bread @ (scores.T @ scores) @ bread
    rows, columns = np.nonzero(there)
    linked = components(columns, rows, agent_count=agents)
    return _Fit(effects, covariance, linked, ROUNDING * float(np.abs(centre).max(initial=0.0)))


def _left_out(
    there: NDArray[np.bool_], residuals: NDArray[np.float64], bread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The residuals of each block as seen from the fit without it, float64[B, K]; blocks of one lineup at once."""
    found = np.zeros(residuals.shape)
    lineups, which = np.unique(there, axis=0, return_inverse=True)
    which = which.ravel()
    for place, lineup in enumerate(lineups):
        members = np.flatnonzero(lineup)
        centre = np.eye(members.size) - 1.0 / members.size
        own = centre @ bread[np.ix_(members, members)] @ centre
        # A block that alone links two parts is fitted exactly; what it says cannot be left out.
        factor = np.linalg.pinv(np.eye(members.size) - own, rcond=1e-9, hermitian=True)
        rows = np.flatnonzero(which == place)
        found[np.ix_(rows, members)] = residuals[np.ix_(rows, members)] @ factor
    return found


def _score(
    table: NDArray[np.float64], present: NDArray[np.bool_], fit: _Fit, agent: int, alpha: float
) -> Estimate:
    """The effect of one agent from the mean of all."""
    blocks, agents = int(present[:, agent].sum()), table.shape[1]
    if blocks == 0:
        return Estimate(None, None, None, None, None, 0, _METHOD, "no block: nothing was played")
    played = present.any(axis=0)
    weights = np.eye(agents)[agent] - played / played.sum()
    level = float(np.nanmean(table[present.any(axis=1)], axis=1).mean())
    note = "" if len(set(fit.linked[played].tolist())) == 1 else "not all agents are linked by shared blocks"
    return _estimate(level + float(weights @ fit.effects), weights, fit, blocks, alpha=alpha, note=note)


def _contrast(present: NDArray[np.bool_], fit: _Fit, first: int, second: int, alpha: float) -> PairContrast:
    if fit.linked[first] != fit.linked[second]:
        note = "no chain of shared deals links the two: they cannot be compared"
        nothing = Estimate(None, None, None, None, None, 0, _METHOD, note)
        return PairContrast(first, second, nothing, 1.0, None, "none: not linked")
    weights = np.eye(present.shape[1])[first] - np.eye(present.shape[1])[second]
    blocks = int((present[:, first] | present[:, second]).sum())
    value = float(weights @ fit.effects)
    note = "" if (present[:, first] & present[:, second]).any() else "never met: compared by way of others"
    found = _estimate(value if abs(value) > fit.floor else 0.0, weights, fit, blocks, alpha=alpha, note=note)
    if found.se is None:
        return PairContrast(first, second, found, 1.0, None, "none: one block")
    if found.se == 0.0:
        same = found.value == 0.0
        return PairContrast(
            first,
            second,
            found,
            1.0 if same else 2.0 ** (1 - blocks),
            None,
            "sign flip, exact",
            identical=same,
        )
    statistic = value / found.se
    p = float(t_two_sided(statistic, blocks - 1))
    return PairContrast(first, second, found, p, statistic, f"jackknife t, {blocks - 1} df")


def _estimate(
    value: float, weights: NDArray[np.float64], fit: _Fit, blocks: int, *, alpha: float, note: str
) -> Estimate:
    if blocks < 2:
        return Estimate(value, None, None, None, None, blocks, _METHOD, note or "one block: no interval")
    se = float(np.sqrt(max(float(weights @ fit.covariance @ weights), 0.0)))
    se = 0.0 if se <= fit.floor else se
    if blocks < _FEW_BLOCKS:
        note = "; ".join(filter(None, (note, f"only {blocks} blocks")))
    half = float(t_critical(alpha, float(blocks - 1))) * se
    return Estimate(value, value - half, value + half, se, float(blocks - 1), blocks, _METHOD, note)
