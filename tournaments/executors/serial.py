"""Chunks one after the other, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from arena.contest import Chunk, Executor, Results

__all__ = ["Serial"]


@dataclass(frozen=True)
class Serial(Executor):
    """Plays in this process. Time is measured; a player that hangs, or ends its process, takes the run with it."""

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        """Play `chunks` in their order.

        Raises:
            HostFault: if the game itself fails.
        """
        for chunk in chunks:
            yield player(chunk)
