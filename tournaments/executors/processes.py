"""Chunks in several processes, with time and memory enforced from outside.

A worker that outstays a limit is ended, and the block is played again with a fault in the very place. A worker that dies
by itself is replaced and its chunk played again: that is the host's fault, unless an agent's code ends its process twice
in the same place. Blocks depend on nothing but their number, so a chunk may be played again in parts.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, Final

from arena.conditions import Conditions, Fault, FaultKind
from arena.contest import Chunk, Executor, Pick, Results
from arena.errors import BadParameter, BadPlan, HostFault
from tournaments.chunks import ChunkPlayer
from tournaments.executors.pool import Worker, Workshop, pickled, start_server
from tournaments.executors.worker import Failed, Job, Place, Ready

__all__ = ["Processes", "usable_cores"]

_POLL_S: Final = 0.5
"""How often workers are looked at, at least."""
_POLL_MEMORY_S: Final = 0.05
"""How often their memory is looked at."""
_MARGIN_S: Final = 0.1
"""What a decision may take beyond the patience before its process is ended; the worker's own clock judges within."""
_COMPILED_S: Final = 300.0
"""What a run of compiled blocks, or agents making ready, may take at least before the referee plays without either;
compiling is part of it, on a slow machine that is busy."""
_QUICK_S: Final = 2.0
"""A worker whose chunks are quicker than this is handed the next one before it is done."""


def usable_cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Processes(Executor):
    """Plays in worker processes."""

    workers: int | None = None
    """How many; as many as there are usable cores where None."""
    respawns: int = 8
    """How often one chunk may lose its worker by no agent's fault before the run is given up."""

    def warm_up(self, picks: Pick) -> None:
        """Start the process that workers are forked from; it loads the game and the agents."""
        start_server(_modules(picks))

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        """Play `chunks`; the results come in any order, and a chunk may come back in parts.

        Raises:
            BadParameter: if `workers` or `respawns` is out of range.
            HostFault: if workers keep dying, or the game itself fails.
        """
        count = usable_cores() if self.workers is None else self.workers
        if count < 1:
            raise BadParameter(f"expected workers >= 1, got {self.workers!r}")
        if self.respawns < 0:
            raise BadParameter(f"expected respawns >= 0, got {self.respawns!r}")
        with Workshop(pickled(player), _modules(player)) as shop:
            yield from _Foreman(shop, player, self.respawns).run(count, chunks)


def _modules(owner: Any) -> list[str]:
    """Where the game and the agents of `owner` come from, to be loaded once for all workers."""
    things = [getattr(owner, "game", None), *getattr(owner, "agents", ())]
    return sorted({type(thing).__module__ for thing in things if thing is not None} - {"__main__"})


class _Foreman:
    """Hands out jobs, takes in results, and settles what befalls the workers."""

    def __init__(self, shop: Workshop, player: Callable[[Chunk], Results], respawns: int) -> None:
        self._shop = shop
        conditions = player.conditions if isinstance(player, ChunkPlayer) else Conditions(patience_s=None)
        self._patience = conditions.patience_s
        self._memory = conditions.memory_mb
        self._respawns = respawns
        self._again: deque[Job] = deque()
        self._forced: dict[Place, Fault] = {}
        self._suspects: set[Place] = set()
        self._lost: Counter[int] = Counter()
        self._depth = 1

    def run(self, count: int, chunks: Iterator[Chunk]) -> Iterator[Results]:
        """Play `chunks` with `count` workers."""
        while True:
            self._hand_out(count, chunks)
            if not any(worker.jobs for worker in self._shop.workers):
                return
            for results in self._wait():
                self._depth = 2 if results.seconds < _QUICK_S else 1
                yield results
            yield from self._enforce()

    def _hand_out(self, count: int, chunks: Iterator[Chunk]) -> None:
        """Give every worker that can take a job one, and hire as long as there are jobs."""
        while (worker := self._free(count)) is not None or len(self._shop.workers) < count:
            job = self._next(chunks)
            if job is None:
                return
            (worker or self._shop.hire()).give(job, self._forced)

    def _next(self, chunks: Iterator[Chunk]) -> Job | None:
        """What is to be played again first, then new chunks."""
        if self._again:
            return self._again.popleft()
        chunk = next(chunks, None)
        return None if chunk is None else Job(chunk)

    def _free(self, count: int) -> Worker | None:
        """A worker that can take a job; None where all are busy, or another one is to be hired first."""
        least = min(self._shop.workers, key=lambda worker: len(worker.jobs), default=None)
        if least is None or not least.jobs:
            return least
        full = len(self._shop.workers) >= count
        return least if full and least.ready and len(least.jobs) < self._depth else None

    def _wait(self) -> Iterator[Results]:
        """What has come in, after waiting a little."""
        workers = list(self._shop.workers)
        by_handle: dict[Any, Worker] = {worker.pipe: worker for worker in workers}
        by_handle |= {worker.sentinel: worker for worker in workers}
        ready = connection.wait(list(by_handle), self._pause())
        for worker in {id(by_handle[handle]): by_handle[handle] for handle in ready}.values():
            alive = yield from self._drain(worker)
            if not alive:
                self._mourn(worker)

    def _drain(self, worker: Worker) -> Generator[Results, None, bool]:
        """Take in all that `worker` has said; False if it will say no more."""
        try:
            while worker.pipe.poll():
                yield from self._take(worker, worker.pipe.recv())
        except (EOFError, OSError):
            return False
        return True

    def _pause(self) -> float:
        if self._memory is not None:
            return _POLL_MEMORY_S
        return _POLL_S if self._patience is None else min(_POLL_S, max(self._patience / 4, _POLL_MEMORY_S))

    def _take(self, worker: Worker, said: Results | Ready | Failed) -> Iterator[Results]:
        if isinstance(said, Results):
            worker.jobs.popleft()
            yield said
        elif isinstance(said, Ready):
            worker.ready = True
            if self._memory is not None and said.megabytes >= self._memory:
                raise BadPlan(
                    f"memory_mb: an idle worker uses {said.megabytes:.0f} MB already, got {self._memory!r}"
                )
        elif said.by_plan:
            raise BadPlan(said.message)
        else:
            raise HostFault(said.message)

    def _enforce(self) -> Iterator[Results]:
        """End every worker that outstays a limit; what it had finished counts."""
        for worker in list(self._shop.workers):
            kind = self._beyond(worker)
            if kind is not None:
                worker.kill()
                yield from self._drain(worker)
                self._settle(worker, kind)

    def _beyond(self, worker: Worker) -> FaultKind | None:
        """The limit that `worker` is beyond; None where it is within all."""
        if not worker.jobs or not worker.ready:
            return None
        if self._patience is not None and self._outstayed(worker):
            return FaultKind.TIMEOUT
        if self._memory is not None and worker.megabytes() > self._memory:
            return FaultKind.MEMORY
        return None

    def _outstayed(self, worker: Worker) -> bool:
        """Whether the code that runs, or ran when the worker ended, has taken too long."""
        place, since = worker.doing()
        if not since or self._patience is None:
            return False
        limit = self._patience if place is not None else max(self._patience, _COMPILED_S)
        return time.monotonic_ns() - since > (limit + _MARGIN_S) * 1e9

    def _settle(self, worker: Worker, kind: FaultKind) -> None:
        """After a worker was ended for a limit: force a fault, suspect, or just play again."""
        place, since = worker.doing()
        if place is None:
            # In compiled code nobody knows whose decision it was; the referee will find out. Outside, it was no agent.
            if not since:
                self._lament(
                    worker, None, f"a worker used more than {self._memory} MB with no agent deciding"
                )
            self._replace(worker, None, compiled=not since)
        elif kind is FaultKind.TIMEOUT and self._outstayed(worker):
            self._force(place, kind, f"took more than {self._patience:g} s and was ended")
            self._replace(worker, place)
        elif kind is FaultKind.MEMORY and place in self._suspects:
            self._force(place, kind, f"its process used more than {self._memory} MB, twice, and was ended")
            self._replace(worker, place)
        else:
            # What earlier matches left behind counts against nobody: only a fresh worker convicts.
            self._suspects.add(place)
            self._replace(worker, place)

    def _mourn(self, worker: Worker) -> None:
        """After a worker has died by itself."""
        code = worker.ended()
        place, since = worker.doing()
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        if not worker.ready:
            hint = "; a script that starts workers needs: if __name__ == '__main__'" if code == 1 else ""
            self._lament(worker, None, f"a worker ended {how} before it could start{hint}")
            self._replace(worker, None)
            return
        # A kill comes from outside: a person, or a system that is out of memory.
        if place is not None and code != -signal.SIGKILL:
            if place in self._suspects:
                self._force(place, FaultKind.CRASH, f"its process ended {how}, twice")
                self._replace(worker, place)
                return
            self._suspects.add(place)
        where = "" if place is None else f" in block {place.block}, while player {place.player} was deciding"
        self._lament(worker, place, f"a worker ended {how}{where}")
        self._replace(worker, place, compiled=place is not None or not since)

    def _lament(self, worker: Worker, place: Place | None, what: str) -> None:
        """Count a worker lost by no agent's fault, by the work it was lost on."""
        if worker.jobs:
            work = worker.jobs[0].chunk.start if place is None else place.block
            self._lost[work] += 1
            if self._lost[work] > self._respawns:
                raise HostFault(f"{what}; {self._lost[work]} workers were lost there")

    def _force(self, place: Place, kind: FaultKind, message: str) -> None:
        self._forced[place] = Fault(kind, place.player, max(place.ply, 0), message)

    def _replace(self, worker: Worker, place: Place | None, *, compiled: bool = True) -> None:
        """Put another in the place of a worker that has ended, and have its jobs played again.

        The block at `place` goes to the new worker alone, so that what happens to it depends on nothing before.
        """
        jobs = list(worker.jobs)
        self._shop.bury(worker)
        if not jobs:
            return
        first, *others = jobs
        self._again.extend(others)
        if place is None:
            self._again.appendleft(Job(first.chunk, first.compiled and compiled))
            return
        chunk, block = first.chunk, place.block
        parts = ((chunk.start, block - chunk.start), (block + 1, chunk.start + chunk.count - block - 1))
        for start, count in reversed(parts):
            if count:
                self._again.appendleft(Job(Chunk(chunk.round, start, count), first.compiled))
        self._shop.hire().give(Job(Chunk(chunk.round, block, 1), first.compiled), self._forced)
