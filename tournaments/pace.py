"""How much work is handed out at once: chunks of about as many seconds as are wanted, by what the last ones took."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from arena.contest import Chunk, Results

__all__ = ["Pace"]

_SECONDS: Final = 0.75
"""What a chunk should take: little enough to lose, enough to drown the cost of handing it out."""
_GROWTH: Final = 8
"""A chunk is at most so many times as large as one that was measured; the first ones also compile."""
_LARGEST: Final = 1 << 17


class Pace:
    """The chunks of the blocks that are missing, in their order.

    Args:
        number: the round's number.
        missing: runs of blocks, the last one perhaps without an end.
        go_on: asked before each chunk; when it says False there are no more.
    """

    def __init__(self, number: int, missing: list[range], go_on: Callable[[], bool]) -> None:
        self._number = number
        self._missing = missing
        self._go_on = go_on
        self._size = 1

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, sized as they are asked for."""
        for run in self._missing:
            start = run.start
            while start < run.stop:
                if not self._go_on():
                    return
                count = min(self._size, run.stop - start)
                yield Chunk(self._number, start, count)
                start += count

    def measured(self, results: Results) -> None:
        """Learn from what came back."""
        fitting = int(_SECONDS * len(results) / max(results.seconds, 1e-6))
        self._size = max(1, min(fitting, _GROWTH * len(results), _LARGEST))
