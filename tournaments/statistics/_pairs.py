"""Differences of all pairs of agents, block by block, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tournaments.statistics._checks import ROUNDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CELLS = 1 << 20
"""Differences held in memory at once by `pair_moments`: 8 MiB."""


@dataclass(frozen=True, slots=True)
class PairMoments:
    """Count, mean and spread of the block differences of P = K(K-1)/2 pairs: (0, 1), (0, 2), ..."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    blocks: NDArray[np.int64]
    """Blocks that hold both agents."""
    nonzero: NDArray[np.int64]
    """Blocks in which the two differ."""
    mean: NDArray[np.float64]
    """0 where there is no block."""
    sd: NDArray[np.float64]
    """Standard deviation with `blocks` - 1 degrees of freedom; 0 where there are fewer than two blocks."""


def rounding_of(table: NDArray[np.float64]) -> float:
    """Absolute size below which a difference of two entries of `table` counts as rounding."""
    return ROUNDING * float(np.nanmax(np.abs(table), initial=0.0))


def differences(table: NDArray[np.float64], first: int, second: int) -> NDArray[np.float64]:
    """Block differences first - second over the blocks that hold both; what is only rounding is 0."""
    difference = table[:, first] - table[:, second]
    difference = difference[~np.isnan(difference)]
    difference[np.abs(difference) <= rounding_of(table[:, [first, second]])] = 0.0
    return difference


def pair_moments(table: NDArray[np.float64]) -> PairMoments:
    """Moments of the block differences of every pair.

    Two passes over the differences themselves, not over cross products: agents that play alike give exactly
    0.

    Args:
        table: float64[B, K] of block means, NaN where absent.
    """
    blocks, agents = table.shape
    first, second = (index.astype(np.int64) for index in np.triu_indices(agents, 1))
    columns = np.ascontiguousarray(table.T)
    complete = not np.isnan(table).any()
    limit = ROUNDING * np.nanmax(np.abs(columns), axis=1, initial=0.0)
    counts = np.zeros((2, first.size), dtype=np.int64)
    moments = np.zeros((2, first.size))
    step = max(1, _CELLS // max(blocks, 1))
    for agent in range(agents - 1):
        start = np.searchsorted(first, agent)
        for low in range(agent + 1, agents, step):
            high = min(low + step, agents)
            where = slice(start + low - agent - 1, start + high - agent - 1)
            rounding = np.maximum(limit[low:high], limit[agent])
            _fill(
                columns[agent] - columns[low:high],
                rounding,
                counts[:, where],
                moments[:, where],
                complete=complete,
            )
    return PairMoments(first, second, counts[0], counts[1], moments[0], moments[1])


def _fill(
    difference: NDArray[np.float64],
    rounding: NDArray[np.float64],
    counts: NDArray[np.int64],
    moments: NDArray[np.float64],
    *,
    complete: bool,
) -> None:
    """Write count, non-zero count, mean and sd of each row of `difference`, which is consumed."""
    if complete:
        counts[0] = difference.shape[1]
    else:
        absent = np.isnan(difference)
        counts[0] = difference.shape[1] - absent.sum(axis=1)
        difference[absent] = 0.0
    zero = np.abs(difference) <= rounding[:, np.newaxis]
    difference[zero] = 0.0
    counts[1] = difference.shape[1] - zero.sum(axis=1)
    mean = difference.sum(axis=1) / np.maximum(counts[0], 1)
    difference -= mean[:, np.newaxis]
    if not complete:
        difference[absent] = 0.0
    sd = np.sqrt(np.einsum("pb,pb->p", difference, difference) / np.maximum(counts[0] - 1, 1))
    moments[0] = mean
    moments[1] = np.where(sd <= rounding, 0.0, sd)
