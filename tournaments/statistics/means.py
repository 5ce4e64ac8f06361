"""The mean score of each agent, with the t interval over blocks.

A block's seatings share one deal, so the block mean is the observation and the spread of block means the
noise; games inside a block are not counted as independent (cluster summaries: Donner & Klar, Design and
Analysis of Cluster Randomization Trials, 2000, chapter 7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tournaments.statistics._checks import ROUNDING, check_alpha, check_blocks, check_index, check_table
from tournaments.statistics._distributions import t_critical
from tournaments.statistics.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["block_means", "mean_interval", "mean_scores"]

_METHOD = "block mean, t interval"


def block_means(
    scores: ArrayLike, agents: ArrayLike, blocks: ArrayLike, *, agent_count: int, block_count: int
) -> NDArray[np.float64]:
    """Mean score of each agent in each block.

    Args:
        scores: float[R], one row a seat of a game; NaN for a score that is void.
        agents: int[R], the agent in that seat, below `agent_count`.
        blocks: int[R], the block of that game, below `block_count`.
        agent_count: K.
        block_count: B.

    Returns:
        float64[B, K]; NaN where an agent has no row in a block, and where one of his scores there is void:
        a block without one of its seatings is no longer balanced over seats.

    Raises:
        BadParameter: if the shapes differ or an index is out of range.
    """
    values = np.asarray(scores, dtype=np.float64)
    agent = check_index(agents, values.size, "agents", below=agent_count)
    block = check_index(blocks, values.size, "blocks", below=block_count)
    cell = block * agent_count + agent
    size = block_count * agent_count
    total = np.bincount(cell, weights=values, minlength=size)
    count = np.bincount(cell, minlength=size)
    table = np.full(size, np.nan)
    np.divide(total, count, out=table, where=count > 0)
    return table.reshape(block_count, agent_count)


def mean_interval(values: ArrayLike, *, alpha: float = 0.05) -> Estimate:
    """Mean over blocks with its t interval.

    Mean m, SE = s/sqrt(B) with s of B - 1 degrees of freedom, interval m -+ t(1 - alpha/2; B - 1) SE.

    Args:
        values: float[B], one value a block; NaN where the agent is absent.
        alpha: 1 - confidence.

    Raises:
        BadParameter: if `alpha` or the shape is wrong, or a value infinite.
    """
    present = check_blocks(values, "block means")
    return mean_scores(present[:, np.newaxis], alpha=alpha)[0]


def mean_scores(means: ArrayLike, *, alpha: float = 0.05) -> tuple[Estimate, ...]:
    """Mean score of each agent over his blocks, with its t interval.

    Args:
        means: float[B, K] of block means, NaN where the agent is absent.
        alpha: 1 - confidence of each interval.

    Returns:
        K estimates. Without a block `value` is None; with one block, or none, there is no interval; if all
        block means are equal the interval has no width. `note` then says so.

    Raises:
        BadParameter: if `alpha` or the shape is wrong, or a mean infinite.
    """
    table, alpha = check_table(means), check_alpha(alpha)
    present = ~np.isnan(table)
    count = present.sum(axis=0)
    filled = np.where(present, table, 0.0)
    mean = filled.sum(axis=0) / np.maximum(count, 1)
    centred = np.where(present, table - mean, 0.0)
    df = np.maximum(count - 1, 1)
    sd = np.sqrt(np.einsum("bk,bk->k", centred, centred) / df)
    sd[sd <= ROUNDING * np.abs(filled).max(axis=0, initial=0.0)] = 0.0
    se = sd / np.sqrt(np.maximum(count, 1))
    half = t_critical(alpha, df) * se
    return tuple(
        _one(float(mean[k]), float(se[k]), float(half[k]), int(count[k]), table.shape[0])
        for k in range(table.shape[1])
    )


def _one(mean: float, se: float, half: float, blocks: int, rows: int) -> Estimate:
    """The estimate of one agent seen in `blocks` of `rows` blocks."""
    if blocks == 0:
        return Estimate(None, None, None, None, None, 0, _METHOD, "no block: nothing was played")
    if blocks == 1:
        note = "one block: no interval, since the spread between blocks is unknown"
        return Estimate(mean, None, None, None, None, 1, _METHOD, note)
    note = "" if blocks == rows else f"absent from {rows - blocks} of {rows} blocks, which are left out"
    if se == 0.0:
        note = (
            f"all {blocks} block means are equal, so the interval has no width; "
            "if game and agents are deterministic they count as one observation"
        )
    return Estimate(mean, mean - half, mean + half, se, float(blocks - 1), blocks, _METHOD, note)
