"""Probability of superiority: how often one agent places above another at the same table.

P(A above B) + P(tie)/2, the measure for games that only rank (Vargha & Delaney, JEBS 25, 2000), here with
an interval clustered on deal blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import check_alpha, check_index
from tournaments.statistics.proportions import cluster_wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tournaments.statistics.estimate import Estimate

__all__ = ["Superiority", "superiority"]


@dataclass(frozen=True, slots=True)
class Superiority:
    """How often one agent places above another."""

    first: int
    second: int
    probability: Estimate
    """P(first above second) + P(tie)/2, in [0, 1]; .5 means level."""
    games: int
    """Meetings at a table behind it."""


def superiority(
    scores: ArrayLike,
    agents: ArrayLike,
    blocks: ArrayLike,
    *,
    agent_count: int | None = None,
    alpha: float = 0.05,
) -> tuple[Superiority, ...]:
    """Probability of superiority of every pair that met, with an interval clustered on blocks.

    A block's meetings are averaged first; the interval is `cluster_wilson` on the block shares.

    Args:
        scores: float[G, n] by game and seat, larger is better (negate places); NaN for an empty seat or a
            void score.
        agents: int[G, n], who sat there; any whole number under a NaN score.
        blocks: int[G], the deal block of the game.
        agent_count: K; the largest index + 1 if None.
        alpha: 1 - confidence.

    Returns:
        K(K-1)/2 values in the order (0, 1), (0, 2), ...; pairs that never met have no value and a note. An
        agent's copies at the same table are not compared with each other. 10^6 four-seat games take about
        two seconds.

    Raises:
        BadParameter: if the shapes differ, an index is out of range or `alpha` wrong.
    """
    value, alpha = np.asarray(scores, dtype=np.float64), check_alpha(alpha)
    seated = np.asarray(agents)
    if value.ndim != 2 or seated.shape != value.shape:
        raise BadParameter(
            f"scores and agents have shape (games, seats), got {value.shape!r} and {seated.shape!r}"
        )
    filled = np.where(np.isnan(value), 0, seated).ravel()
    agent = check_index(filled, value.size, "agents", below=agent_count).reshape(value.shape)
    block = check_index(blocks, len(value), "blocks")
    count = int(agent.max(initial=-1)) + 1 if agent_count is None else agent_count
    pair, share, met = _meetings(value, agent, block, count)
    bounds = np.searchsorted(pair, np.arange(count * count + 1))
    results = []
    for first, second in zip(*np.triu_indices(count, 1), strict=True):
        code = first * count + second
        rows = slice(bounds[code], bounds[code + 1])
        games = int(met[rows].sum())
        estimate = cluster_wilson(share[rows], games=games, alpha=alpha)
        results.append(Superiority(int(first), int(second), estimate, games))
    return tuple(results)


def _meetings(
    scores: NDArray[np.float64], agents: NDArray[np.int64], blocks: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """For each pair and block that met, sorted: pair code, share of the lower-numbered agent, meetings."""
    codes, wins = [], []
    span = int(blocks.max(initial=-1)) + 1
    for left in range(scores.shape[1]):
        for right in range(left + 1, scores.shape[1]):
            one, two = agents[:, left], agents[:, right]
            gap = scores[:, left] - scores[:, right]
            keep = ~np.isnan(gap) & (one != two)
            one, two, gap = one[keep], two[keep], gap[keep]
            above = np.where(one < two, np.sign(gap), -np.sign(gap))
            codes.append((np.minimum(one, two) * count + np.maximum(one, two)) * span + blocks[keep])
            wins.append((above + 1) / 2)
    code = np.concatenate(codes) if codes else np.zeros(0, dtype=np.int64)
    won = np.concatenate(wins) if wins else np.zeros(0)
    distinct, inverse = np.unique(code, return_inverse=True)
    met = np.bincount(inverse, minlength=distinct.size)
    share = np.bincount(inverse, weights=won, minlength=distinct.size) / np.maximum(met, 1)
    return distinct // max(span, 1), share, met
