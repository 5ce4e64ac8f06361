"""Agents that need not share a deal: score ~ agent + seat, with standard errors clustered on the block.

Ordinary least squares over all seats of all games; rows of one block may depend on each other in any way
(Liang & Zeger, Biometrika 73, 1986; Cameron & Miller, Journal of Human Resources 50, 2015, equations 10 to
12). Where two agents share many blocks, `paired` is the sharper tool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import ROUNDING, check_alpha, check_index
from tournaments.statistics._distributions import t_critical, t_two_sided
from tournaments.statistics.estimate import Estimate, PairContrast

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["clustered", "components"]

_METHOD = "least squares on agent and seat, clustered on blocks"

_FEW_BLOCKS = 20
"""Clusters below which sandwich intervals are known to be too short (Cameron & Miller, section VI)."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The seats of all games that have a score: R rows, K agents, n seats, B blocks."""

    scores: NDArray[np.float64]
    agents: NDArray[np.int64]
    seats: NDArray[np.int64]
    blocks: NDArray[np.int64]
    agent_count: int
    seat_count: int
    block_count: int
    void: int
    """Rows left out because they have no score."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """A fit in K + n columns, one an agent and one a seat; only contrasts of the columns have a meaning."""

    beta: NDArray[np.float64]
    covariance: NDArray[np.float64]
    projector: NDArray[np.float64]
    """Projection onto the estimable contrasts."""
    floor: float
    """Standard errors below this are rounding."""


def components(agents: ArrayLike, blocks: ArrayLike, *, agent_count: int | None = None) -> NDArray[np.int64]:
    """Which agents are linked by a chain of shared blocks.

    Args:
        agents: int[R], one row a seat.
        blocks: int[R], the block of that seat.
        agent_count: K; the largest index + 1 if None.

    Returns:
        int64[K]: the smallest agent of each agent's component; equal labels mean linked.

    Raises:
        BadParameter: if the indices are malformed.
    """
    rows = np.asarray(agents).size
    agent = check_index(agents, rows, "agents", below=agent_count)
    block = check_index(blocks, rows, "blocks")
    count = int(agent.max(initial=-1)) + 1 if agent_count is None else agent_count
    label = np.arange(count, dtype=np.int64)
    while True:
        lowest = np.full(int(block.max(initial=-1)) + 1, count, dtype=np.int64)
        np.minimum.at(lowest, block, label[agent])
        spread = label.copy()
        np.minimum.at(spread, agent, lowest[block])
        if np.array_equal(spread, label):
            return label
        label = spread


def clustered(
    scores: ArrayLike,
    agents: ArrayLike,
    seats: ArrayLike,
    blocks: ArrayLike,
    *,
    agent_count: int | None = None,
    alpha: float = 0.05,
) -> tuple[PairContrast, ...]:
    """Compare every pair of agents by least squares with clustered standard errors.

    Args:
        scores: float[R], one row a seat of a game; rows with NaN are left out.
        agents: int[R], who sat there.
        seats: int[R], which seat it was.
        blocks: int[R], the deal block of the game.
        agent_count: K; the largest index + 1 if None.
        alpha: 1 - confidence of each interval.

    Returns:
        K(K-1)/2 contrasts in the order (0, 1), (0, 2), ...; the covariance carries the small-sample factor
        B/(B-1) * (R-1)/(R-rank), the t quantile B - 1 degrees of freedom. A difference that the seats hide
        (the two never sat where the other, or a common acquaintance, sat) has no value and p = 1. A pair
        that no chain of shared blocks links gets a note: its difference also holds the difference between
        the two fields.

    Raises:
        BadParameter: if the shapes differ, a score is infinite or an index or `alpha` wrong.
    """
    rows, alpha = _rows(scores, agents, seats, blocks, agent_count), check_alpha(alpha)
    label = components(rows.agents, rows.blocks, agent_count=rows.agent_count)
    present = np.bincount(rows.agents, minlength=rows.agent_count) > 0
    fit = _fit(rows)
    return tuple(
        _contrast(rows, fit, (first, second), linked=bool(label[first] == label[second]), alpha=alpha)
        if present[first] and present[second]
        else _missing(first, second, "an agent without a score: nothing to compare")
        for first in range(rows.agent_count)
        for second in range(first + 1, rows.agent_count)
    )


def _rows(
    scores: ArrayLike, agents: ArrayLike, seats: ArrayLike, blocks: ArrayLike, agent_count: int | None
) -> _Rows:
    value = np.asarray(scores, dtype=np.float64)
    if value.ndim != 1 or np.isinf(value).any():
        raise BadParameter(f"scores are finite, one a row, or NaN; got shape {value.shape!r} or an infinity")
    agent = check_index(agents, value.size, "agents", below=agent_count)
    seat, block = check_index(seats, value.size, "seats"), check_index(blocks, value.size, "blocks")
    count = int(agent.max(initial=-1)) + 1 if agent_count is None else agent_count
    kept = ~np.isnan(value)
    _, block = np.unique(block[kept], return_inverse=True)
    return _Rows(
        value[kept],
        agent[kept],
        seat[kept],
        block.astype(np.int64),
        count,
        int(seat.max(initial=-1)) + 1,
        int(block.max(initial=-1)) + 1,
        int((~kept).sum()),
    )


def _fit(rows: _Rows) -> _Fit:
    """Least squares in all K + n indicator columns, by the pseudo-inverse, and the clustered covariance."""
    agents, width = rows.agent_count, rows.agent_count + rows.seat_count
    met = np.bincount(rows.agents * rows.seat_count + rows.seats, minlength=agents * rows.seat_count)
    met = met.reshape(agents, rows.seat_count).astype(np.float64)
    gram = np.zeros((width, width))
    gram[:agents, agents:], gram[agents:, :agents] = met, met.T
    gram[np.diag_indices(width)] = np.concatenate([met.sum(axis=1), met.sum(axis=0)])
    centred = rows.scores - (rows.scores.mean() if rows.scores.size else 0.0)
    bread = np.linalg.pinv(gram, hermitian=True)
    beta = bread @ _sums(rows, centred, np.zeros(centred.size, dtype=np.int64), 1)[0]
    residual = centred - beta[rows.agents] - beta[agents + rows.seats]
    score = _sums(rows, residual, rows.blocks, rows.block_count)
    rank = int(np.linalg.matrix_rank(gram, hermitian=True))
    blocks, left = rows.block_count, rows.scores.size - rank
    factor = blocks / (blocks - 1) * (rows.scores.size - 1) / left if blocks > 1 and left > 0 else 0.0
    scale = float(np.abs(rows.scores).max(initial=0.0))
    return _Fit(beta, factor * bread @ (score.T @ score) @ bread, bread @ gram, ROUNDING * scale)


def _sums(
    rows: _Rows, values: NDArray[np.float64], groups: NDArray[np.int64], group_count: int
) -> NDArray[np.float64]:
    """Sum of `values` in each group over each indicator column: float64[group_count, K + n]."""
    parts = []
    for index, count in ((rows.agents, rows.agent_count), (rows.seats, rows.seat_count)):
        total = np.bincount(groups * count + index, weights=values, minlength=group_count * count)
        parts.append(total.reshape(group_count, count))
    return np.concatenate(parts, axis=1)


def _contrast(rows: _Rows, fit: _Fit, pair: tuple[int, int], *, linked: bool, alpha: float) -> PairContrast:
    """The contrast of two agents who both have scores."""
    first, second = pair
    weights = np.zeros(fit.beta.size)
    weights[first], weights[second] = 1.0, -1.0
    if not np.allclose(fit.projector @ weights, weights, atol=1e-6):
        return _missing(first, second, "agents and seats are confounded: no seat links the two")
    value, blocks = float(weights @ fit.beta), rows.block_count
    notes = [] if linked else ["no chain of shared deals links the two: this assumes equally strong fields"]
    if rows.void:
        notes.append(f"{rows.void} rows without a score left out")
    if blocks < 2:
        notes.append("one block: no interval, since the spread between blocks is unknown")
        single = Estimate(value, None, None, None, None, blocks, _METHOD, "; ".join(notes))
        return PairContrast(first, second, single, 1.0, None, "none: one block")
    se = float(np.sqrt(max(float(weights @ fit.covariance @ weights), 0.0)))
    df = float(blocks - 1)
    if se <= fit.floor:
        return _exact(pair, value if abs(value) > fit.floor else 0.0, blocks, notes)
    if blocks < _FEW_BLOCKS:
        notes.append(f"only {blocks} blocks: clustered intervals are too short below {_FEW_BLOCKS}")
    half = float(t_critical(alpha, df)) * se
    estimate = Estimate(value, value - half, value + half, se, df, blocks, _METHOD, "; ".join(notes))
    p = float(t_two_sided(value / se, df))
    return PairContrast(first, second, estimate, p, value / se, f"clustered t, {blocks - 1} df")


def _exact(pair: tuple[int, int], value: float, blocks: int, notes: list[str]) -> PairContrast:
    """The contrast when the fit leaves no spread between blocks."""
    notes.append("no spread between blocks, so the interval has no width")
    if value == 0.0:
        notes.append("identical behaviour")
    estimate = Estimate(value, value, value, 0.0, float(blocks - 1), blocks, _METHOD, "; ".join(notes))
    # Without spread only the signs of the blocks speak, as in the sign-flip test.
    p = 1.0 if value == 0.0 else 2.0 ** (1 - blocks)
    return PairContrast(*pair, estimate, p, None, "sign flip, exact", identical=value == 0.0)


def _missing(first: int, second: int, note: str) -> PairContrast:
    """A contrast that the data cannot give."""
    nothing = Estimate(None, None, None, None, None, 0, _METHOD, note)
    return PairContrast(first, second, nothing, 1.0, None, "none: not estimable")
