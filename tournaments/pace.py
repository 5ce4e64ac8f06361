"""How much work is handed out at once: chunks of about as many seconds as are wanted, by what the last ones took."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Final

from arena.contest import Chunk, Results

__all__ = ["Pace"]

_SECONDS: Final = 0.75
"""What a chunk should take: little enough to lose, enough to drown the cost of handing it out."""
_GROWTH: Final = 8
"""A chunk is at most so many times as large as one that was measured; the first ones also compile."""
_LARGEST: Final = 1 << 15
"""Blocks of a chunk at most: some hundred numbers a block are in memory at once."""
_NEARER: Final = 4
"""Towards the end of a budget a chunk takes no more than this part of what is left."""


class Pace:
    """The chunks of the blocks that are missing, in their order.

    Args:
        number: the round's number.
        missing: runs of blocks, the last one perhaps without an end.
        budget: seconds, from now on, within which chunks are begun; None for as long as there are any.
        at_least: chunks to begin in any case.
    """

    def __init__(
        self, number: int, missing: list[range], budget: float | None = None, *, at_least: int = 0
    ) -> None:
        self._number = number
        self._missing = missing
        self._end = None if budget is None else perf_counter() + budget
        self._owed = at_least
        self._largest = 1
        self._each = 0.0
        self._over = False

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, sized as they are asked for."""
        for run in self._missing:
            start = run.start
            while start < run.stop:
                size = self._size()
                if self._over or (size == 0 and self._owed == 0):
                    return
                count = min(max(1, size), run.stop - start)
                self._owed = max(0, self._owed - 1)
                yield Chunk(self._number, start, count)
                start += count

    def end(self) -> None:
        """Hand out no more: what was begun is all there will be."""
        self._over = True

    def measured(self, results: Results) -> None:
        """Learn from what came back."""
        self._each = max(results.seconds, 1e-6) / len(results)
        self._largest = min(_GROWTH * len(results), _LARGEST)

    def _size(self) -> int:
        """Blocks of the next chunk; 0 when time is up."""
        seconds = _SECONDS
        if self._end is not None:
            left = self._end - perf_counter()
            if left <= 0:
                return 0
            seconds = min(seconds, left / _NEARER)
        fitting = int(seconds / self._each) if self._each else 1
        return max(1, min(fitting, self._largest))
