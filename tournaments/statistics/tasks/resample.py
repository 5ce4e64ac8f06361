"""The stratified bootstrap: seeds drawn anew within each task, the same draw for all agents.

Agents share the seeds, so an easy seed lifts all of them. A draw that takes whole seeds, with every agent's
score on them, keeps that; draws of its own for each agent would lose it and make every comparison too wide.
Tasks are the strata and stay as they are (Agarwal et al., NeurIPS 2021, section 4.1, arXiv 2108.13264).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arena.errors import BadParameter
from arena.streams import root_key, stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["RESAMPLES", "resamples", "taken"]

RESAMPLES: Final = 2000
"""Draws behind an interval."""

_CELLS: Final = 1 << 19
"""Drawn seeds held in memory at once; part of the definition of the draws."""


def resamples(
    seeds: int, tasks: int, *, count: int = RESAMPLES, seed: int = 0
) -> Iterator[NDArray[np.int64]]:
    """Which seeds each draw holds, in batches.

    The draws depend on the arguments alone: called again for another agent they are the same.

    Args:
        seeds: B, seeds of each task.
        tasks: T.
        count: draws in all.
        seed: root of the draws.

    Yields:
        int64[r, B, T], numbers of seeds in [0, B); the batches hold `count` draws together.

    Raises:
        BadParameter: if `seeds`, `tasks` or `count` is below 1, or `seed` is no whole number >= 0.
    """
    for name, number in (("seeds", seeds), ("tasks", tasks), ("count", count)):
        if number < 1:
            raise BadParameter(f"{name} of the bootstrap are at least 1, got {number!r}")
    rng = stream(root_key(seed), "statistics", "score tasks")
    step, left = max(1, _CELLS // (seeds * tasks)), count
    while left:
        size = min(step, left)
        yield rng.integers(0, seeds, size=(size, seeds, tasks), dtype=np.int64)
        left -= size


def taken(scores: NDArray[np.float64], drawn: NDArray[np.int64]) -> NDArray[np.float64]:
    """The scores of the drawn seeds, float64[r, B, T], from float64[B, T]."""
    return scores[drawn, np.arange(scores.shape[1])]
