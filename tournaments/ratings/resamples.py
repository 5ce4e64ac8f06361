"""The block bootstrap: how often each block is drawn, from a seeded stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.streams import root_key, stream

__all__ = ["FEW_BLOCKS", "block_weights", "few_blocks", "unit_of_each"]

_CELLS: Final = 1 << 22
"""Weights held in memory at once: 32 MiB."""
_MOST_UNITS: Final = 4096
"""Units resampled at most; more blocks are first pooled at random into so many batches, which are i.i.d. as well."""
FEW_BLOCKS: Final = 20
"""Blocks below which percentile intervals of a bootstrap are known to be too short."""


def unit_of_each(blocks: int, columns: int, seed: int) -> NDArray[np.int64]:
    """int64[B], which unit of the bootstrap each block belongs to.

    Args:
        blocks: B.
        columns: numbers kept for each unit; with very many of them there are fewer units.
        seed: root of the stream that pools blocks.
    """
    units = min(blocks, _MOST_UNITS, max(256, 8 * _CELLS // max(columns, 1)))
    if units == blocks:
        return np.arange(blocks)
    order = stream(root_key(seed), "ratings", "batches").permutation(blocks)
    unit = np.empty(blocks, dtype=np.int64)
    unit[order] = np.arange(blocks) * units // blocks
    return unit


def block_weights(units: int, resamples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Multinomial weights, float64[some, units], `resamples` in all: how often each unit is in each resample."""
    rng = stream(root_key(seed), "ratings", "bootstrap")
    chances = np.full(units, 1.0 / max(units, 1))
    step = max(1, _CELLS // max(units, 1))
    for start in range(0, resamples, step):
        yield rng.multinomial(units, chances, size=min(step, resamples - start)).astype(np.float64)


def few_blocks(blocks: int) -> tuple[str, ...]:
    """A sentence where there are too few blocks for a bootstrap to be trusted; none otherwise."""
    if blocks >= FEW_BLOCKS:
        return ()
    return (f"only {blocks} blocks: shares and intervals of a bootstrap are rough below {FEW_BLOCKS}",)
