"""Worker processes: started, fed, watched, ended."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping
from multiprocessing import forkserver
from typing import Any, Final, Self

import psutil

from arena.conditions import Fault
from arena.errors import HostFault
from tournaments.executors.worker import CELLS, Job, Place, last_words, work

__all__ = ["Worker", "Workshop", "pickled", "start_server"]

_GRACE_S: Final = 2.0
"""How long a worker that was told to go may take to close its agents."""
_SINGLE: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What keeps a library to one thread: the workers already use every core."""


class Worker:
    """One process and its end of the pipe.

    Args:
        context: of multiprocessing.
        player: the pickled player of chunks.
    """

    def __init__(self, context: Any, player: bytes) -> None:
        shared = context.RawArray(ctypes.c_longlong, CELLS)
        self.cells = memoryview(shared).cast("B").cast("q")
        """What it publishes; see `last_words`."""
        self.pipe, far = context.Pipe()
        """Brings `Ready`, `Results` and `Failed`."""
        self.jobs: deque[Job] = deque()
        """What it was given; it is at the first."""
        self.ready = False
        """Whether it has started."""
        self._process = context.Process(target=work, args=(far, shared), daemon=True)
        try:
            self._process.start()
        except (OSError, EOFError) as error:
            raise HostFault(f"a worker cannot be started: {type(error).__name__}: {error}") from error
        finally:
            far.close()
        # Should it be dead already, its end of the pipe says so when it is first read.
        with contextlib.suppress(OSError):
            self.pipe.send_bytes(player)

    @property
    def sentinel(self) -> int:
        """What `multiprocessing.connection.wait` takes to learn of its end."""
        handle: int = self._process.sentinel
        return handle

    def give(self, job: Job, forced: Mapping[Place, Fault]) -> None:
        """Hand it a job."""
        chunk = job.chunk
        here = {
            place: fault for place, fault in forced.items() if 0 <= place.block - chunk.start < chunk.count
        }
        self.jobs.append(job)
        # Should it be dead, its sentinel says so, and the job is still among `jobs`.
        with contextlib.suppress(OSError):
            self.pipe.send((job, here))

    def doing(self) -> tuple[Place | None, int]:
        """Whose code runs, and since when; see `last_words`."""
        return last_words(self.cells)

    def megabytes(self) -> float:
        """The memory it uses; 0 if it has ended."""
        try:
            used: float = psutil.Process(self._process.pid).memory_info().rss / 2**20
        except psutil.Error:
            return 0.0
        return used

    def ended(self) -> int:
        """Wait for its end, and say how: an exit code, or the negative number of a signal."""
        self._process.join()
        code: int = self._process.exitcode
        return code

    def kill(self) -> None:
        """End it at once, with whatever its agents have started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()

    def dismiss(self) -> None:
        """Tell it to go when it is done."""
        with contextlib.suppress(OSError):
            self.pipe.send(None)

    def close(self, until: float) -> None:
        """See that it is gone, at the clock `until` of `time.monotonic` at the latest."""
        self._process.join(max(0.0, until - time.monotonic()))
        if self._process.is_alive():
            self.kill()
        self.pipe.close()
        self._process.close()


class Workshop:
    """All workers of one run; a context that leaves none behind.

    Args:
        player: the pickled player of chunks.
        modules: modules that every worker needs.
    """

    def __init__(self, player: bytes, modules: list[str]) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._modules = modules
        self._player = player
        self.workers: list[Worker] = []
        """Those alive, as far as is known."""

    def __enter__(self) -> Self:
        start_server(self._modules)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let idle workers go in peace, end those that are busy."""
        for worker in self.workers:
            if kind is None and not worker.jobs:
                worker.dismiss()
            else:
                worker.kill()
        until = time.monotonic() + _GRACE_S
        for worker in self.workers:
            worker.close(until)
        self.workers.clear()

    def hire(self) -> Worker:
        """A new worker."""
        worker = Worker(self._context, self._player)
        self.workers.append(worker)
        return worker

    def bury(self, worker: Worker) -> None:
        """Forget a worker that has ended."""
        self.workers.remove(worker)
        worker.close(time.monotonic())


def start_server(modules: list[str]) -> None:
    """Start the process that workers are forked from, if it does not run yet; it loads `modules` meanwhile."""
    multiprocessing.set_forkserver_preload(["tournaments.executors.worker", *modules])
    with _one_thread_each():
        forkserver.ensure_running()


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Within, a server of processes is started that keeps its children's libraries to one thread."""
    missing = [name for name in _SINGLE if name not in os.environ]
    os.environ.update(dict.fromkeys(missing, "1"))
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]


def pickled(player: Any) -> bytes:
    """`player` as bytes for other processes.

    Raises:
        HostFault: if the game or an agent cannot be pickled.
    """
    try:
        return pickle.dumps(player)
    except Exception as error:
        raise HostFault(
            f"game and agents cannot be sent to other processes ({type(error).__name__}: {error}); "
            "executor 'serial' plays in this one"
        ) from error
