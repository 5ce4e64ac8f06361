"""Tournaments that the server starts: each a process of the command line's own, which writes the store and can be stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arena.contest import Plan
from arena.errors import BadInput, HostFault, StoreConflict
from tournaments.plan import pick
from tournaments.plan_files import plan_toml
from tournaments.store import Store
from web.library import Library
from web.running import running_tournament

__all__ = ["Jobs"]

_BEGIN_S: Final = 30.0
"""How long a tournament may take to appear in the store."""
_LOOK_S: Final = 0.1
_STOP_S: Final = 5.0
"""How long a run that was asked to stop may take before it is ended."""
_BOOT: Final = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from arena.cli.main import run; sys.exit(run())"
)
"""The command line, which listens to an interrupt also where the server was started to ignore it, as in `arena serve &`."""
_SAID: Final = 4000
"""Letters of a failed run's last words that are read."""


@dataclass
class _Job:
    process: asyncio.subprocess.Process
    log: Path


class Jobs:
    """The runs of a server, at most one at a time: a store has one writer.

    Args:
        library: the store that they write.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = asyncio.Lock()
        self._made: tempfile.TemporaryDirectory[str] | None = None
        self._job: _Job | None = None
        self._count = 0

    async def start(self, plan: Plan) -> int:
        """Start a tournament; its number in the store, once it is there.

        Raises:
            StoreConflict: if another tournament is being played.
            HostFault: if it does not begin.
        """
        picks = pick(plan)
        self._count += 1
        file = self._folder() / f"plan-{self._count}.toml"
        file.write_text(plan_toml(plan), encoding="utf-8")
        async with self._lock:
            job = await self._run("--plan", str(file))
            for _ in range(int(_BEGIN_S / _LOOK_S)):
                found = await self._library.read(lambda store: _begun(store, plan, picks))
                if found is not None:
                    return found
                if job.process.returncode is not None:
                    break
                await asyncio.sleep(_LOOK_S)
            await self._end(job)
            raise HostFault(f"the tournament did not begin: {_last_words(job)}")

    async def resume(self, tournament: int) -> None:
        """Go on with a stored tournament.

        Raises:
            StoreConflict: if one is being played.
            BadInput: if it cannot be resumed.
        """
        async with self._lock:
            job = await self._run("--resume", str(tournament))
            # Bad news comes soon: the plan is read and its agents are made before anything else.
            for _ in range(int(_STOP_S / _LOOK_S)):
                if job.process.returncode not in (None, 0):
                    raise BadInput(f"tournament {tournament} cannot go on: {_last_words(job)}")
                if job.process.returncode == 0 or await self._library.read(running_tournament) == tournament:
                    return
                await asyncio.sleep(_LOOK_S)

    async def cancel(self, tournament: int) -> None:
        """Stop a tournament that this server started; what was played stays, and it can be resumed.

        Raises:
            StoreConflict: if it is not being played, or by somebody else.
        """
        running = await self._library.read(running_tournament)
        if running != tournament:
            raise StoreConflict(f"tournament {tournament} is not being played")
        job = self._job
        if job is None or job.process.returncode is not None:
            raise StoreConflict(
                f"tournament {tournament} is played by another process of this machine, not by the server; stop it there"
            )
        await self._end(job)

    async def close(self) -> None:
        """Stop what runs, so that it can be resumed, and clean up; called once."""
        if self._job is not None:
            await self._end(self._job)
        if self._made is not None:
            self._made.cleanup()

    def _folder(self) -> Path:
        """Where plans and logs of runs lie, made when the first run needs it."""
        if self._made is None:
            self._made = tempfile.TemporaryDirectory(prefix="arena-jobs-")
        return Path(self._made.name)

    async def _run(self, *words: str) -> _Job:
        if self._job is not None and self._job.process.returncode is None:
            raise StoreConflict("another tournament is being played; wait for its end or cancel it")
        busy = await self._library.read(running_tournament)
        if busy is not None:
            raise StoreConflict(f"tournament {busy} is being played; wait for its end or cancel it")
        log = self._folder() / f"run-{self._count}.log"
        with log.open("wb") as sink:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                _BOOT,
                "tournament",
                *words,
                "--store",
                str(self._library.path),
                "--quiet",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=sink,
                env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200"},
                start_new_session=True,
            )
        self._job = _Job(process, log)
        return self._job

    async def _end(self, job: _Job) -> None:
        """Interrupt a run as Ctrl-C does; end it where it does not listen."""
        for number, patience in ((signal.SIGINT, _STOP_S), (signal.SIGKILL, None)):
            if job.process.returncode is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(job.process.pid, number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(job.process.wait(), patience)


def _begun(store: Store, plan: Plan, picks: object) -> int | None:
    if store.path is None:
        return None
    return store.find(plan, picks)  # type: ignore[arg-type]


def _last_words(job: _Job) -> str:
    """What a run said last."""
    with contextlib.suppress(OSError):
        lines = job.log.read_text(encoding="utf-8", errors="replace")[-_SAID:].split("\n")
        said = [line.strip() for line in lines if line.strip()]
        if said:
            return said[-1]
    return f"it ended with code {job.process.returncode}"
