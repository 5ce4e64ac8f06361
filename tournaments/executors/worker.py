"""What happens inside a worker: it plays chunks, and publishes in shared memory what it is doing.

Before any code of an agent runs, the worker writes down whose code it is and since when; the parent reads along and
ends the worker when a decision takes too long or too much memory. Nothing is ever sent back about it: after the end of a process
its last words still stand in the shared memory.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from typing import Any, Final, NamedTuple

from arena.conditions import Fault
from arena.contest import Chunk, Results
from arena.errors import BadPlan
from tournaments.chunks import ChunkPlayer

__all__ = ["CELLS", "Failed", "Job", "Place", "Ready", "last_words", "work"]

CELLS: Final = 6
"""64-bit cells of shared memory a worker has."""
_BLOCK, _ATTEMPT, _SEATING, _PLAYER, _PLY, _SINCE = range(CELLS)
_COMPILED: Final = -1
"""In the cell of the player: compiled code runs, nobody knows whose."""


class Place(NamedTuple):
    """One call of an agent's code, the same in every run of the tournament."""

    block: int
    attempt: int
    seating: int
    player: int
    ply: int


@dataclass(frozen=True)
class Job:
    """A chunk to be played."""

    chunk: Chunk
    """Which blocks."""
    compiled: bool = True
    """Whether compiled code may be used."""


@dataclass(frozen=True)
class Ready:
    """A worker has started."""

    megabytes: float
    """The memory it uses while idle."""


@dataclass(frozen=True)
class Failed:
    """A chunk, or the start of a worker, failed, and by no agent's fault."""

    message: str
    """Why, in one line."""
    by_plan: bool = False
    """Whether the plan is to blame."""


def last_words(cells: memoryview) -> tuple[Place | None, int]:
    """Whose code runs and since when.

    Returns:
        The place, None where it is compiled code or no agent's, and the clock of `time.monotonic_ns` when it began,
        0 where it is no agent's.
    """
    since = cells[_SINCE]
    if not since or cells[_PLAYER] == _COMPILED:
        return None, since
    return Place(*cells[:_SINCE].tolist()), since


class _Lookout:
    """Publishes what the worker is doing, and puts faults where the parent wants them."""

    def __init__(self, cells: memoryview, forced: Mapping[Place, Fault]) -> None:
        self._cells = cells
        self._forced = forced

    def match(self, block: int, attempt: int, seating: int) -> None:
        """A match begins."""
        cells = self._cells
        cells[_BLOCK], cells[_ATTEMPT], cells[_SEATING] = block, attempt, seating

    def compiled(self) -> None:
        """Compiled code begins."""
        self._cells[_PLAYER] = _COMPILED
        self._cells[_SINCE] = time.monotonic_ns()

    def before(self, player: int, ply: int) -> Fault | None:
        """An agent's code begins, unless it is to fail here."""
        cells = self._cells
        cells[_PLAYER], cells[_PLY] = player, ply
        if self._forced:
            fault = self._forced.get(Place(*cells[:_SINCE].tolist()))
            if fault is not None:
                return fault
        # Last, so that a clock is never read together with an older place.
        cells[_SINCE] = time.monotonic_ns()
        return None

    def after(self) -> None:
        """The code has returned."""
        self._cells[_SINCE] = 0


def work(pipe: connection.Connection[Any, Any], shared: Any) -> None:
    """The life of a worker.

    Args:
        pipe: brings the pickled player, then (job, forced faults) until None; takes `Ready`, `Results` and `Failed`.
        shared: `CELLS` signed 64-bit cells.
    """
    # A session of its own: Ctrl-C is the parent's business, and what an agent starts can be ended with it.
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cells = memoryview(shared).cast("B").cast("q")
    try:
        player = pickle.loads(pipe.recv_bytes())
    except Exception as error:
        pipe.send(Failed(f"a worker cannot load game and agents: {type(error).__name__}: {error}"))
        return
    import psutil

    pipe.send(Ready(psutil.Process().memory_info().rss / 2**20))
    while (order := pipe.recv()) is not None:
        job, forced = order
        pipe.send(_played(player, job, _Lookout(cells, forced)))
    for agent in getattr(player, "agents", ()):
        agent.close()


def _played(player: Callable[[Chunk], Results], job: Job, lookout: _Lookout) -> Results | Failed:
    try:
        if isinstance(player, ChunkPlayer):
            return player.play(job.chunk, lookout, compiled=job.compiled)
        return player(job.chunk)
    except BadPlan as error:
        return Failed(str(error), by_plan=True)
    except Exception as error:
        return Failed(str(error))


def _end_with_parent() -> None:
    """End this process when the parent has died, also in the middle of an agent's decision."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
