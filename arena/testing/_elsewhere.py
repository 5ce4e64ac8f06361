"""Another process, started afresh, for laws that what is seen here is seen there.

Starting Python and importing a compiled game takes seconds, so one process is kept for as long as this one lives. It
plays nothing itself: every call is answered by a fork of its own, in which nothing has been played before.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import pickle
import select
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from multiprocessing import spawn
from time import perf_counter
from typing import IO, Any, Final

from arena.agent import Agent
from arena.conditions import Conditions
from arena.errors import HostFault
from arena.game import Game
from arena.play import play
from arena.record import Record
from arena.testing._law import Place
from arena.testing._trial import portrait, walk

__all__ = ["elsewhere", "played", "walked"]

_PATIENCE_S: Final = 300
"""Seconds after which the other process counts as hung."""
_HEAD: Final = 8
"""Bytes that say how long a message is."""


def elsewhere(function: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What `function` gives for each of `calls`, each called in a process of its own with other hashes of text.

    Args:
        function: a function of a module.
        calls: the arguments of each call, which must be picklable.

    Raises:
        HostFault: if a call, or the other process, fails; the message carries what it wrote.
    """
    results = []
    for arguments in calls:
        # The path first: what follows may be of modules that are found there only.
        message = pickle.dumps((list(sys.path), _main_module(), pickle.dumps((function, arguments))))
        answered, result = pickle.loads(_Other.living().ask(message))
        if not answered:
            raise HostFault(f"another process failed: {result[-2000:]}")
        results.append(pickle.loads(result))
    return results


def _main_module() -> dict[str, Any]:
    """Where the script that runs lies, so that what it defines can be found elsewhere, as multiprocessing does it."""
    told = spawn.get_preparation_data("elsewhere")
    return {key: value for key, value in told.items() if key.startswith("init_main_from")}


def walked(game: Game[Any, Any, Any], seed: int, most: int) -> list[dict[str, Any]]:
    """The portraits of a random match."""
    with closing(walk(game, seed, Place("", ""), most)) as moments:
        return [portrait(game, moment.state) for moment in moments]


def played(game: Game[Any, Any, Any], table: Sequence[Agent], seed: int, conditions: Conditions) -> Record:
    """The record of a match."""
    return play(game, table, seed, conditions=conditions)


class _Other:
    """The other process, seen from here."""

    _kept: _Other | None = None

    def __init__(self) -> None:
        # This process has other hashes unless somebody chose them, and then the next number gives others.
        chosen = os.environ.get("PYTHONHASHSEED", "random")
        hashes = str((int(chosen) + 1) % 2**32) if chosen.isdecimal() else "random"
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONHASHSEED": hashes,
        }
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "arena.testing._elsewhere"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        atexit.register(self.close)

    @classmethod
    def living(cls) -> _Other:
        """The process that is kept, or a new one where there is none."""
        if cls._kept is None or cls._kept._process.poll() is not None:
            cls._kept = cls()
        return cls._kept

    def ask(self, message: bytes) -> bytes:
        """The answer to one message."""
        try:
            assert self._process.stdin is not None
            _write(self._process.stdin, message)
            return self._read(self._read_head())
        except (OSError, EOFError) as error:
            self._said.seek(0)
            said = self._said.read().decode(errors="replace").strip()
            self.close()
            raise HostFault(f"another process failed: {said[-2000:] or error}") from error

    def close(self) -> None:
        """End the process; a second time does nothing."""
        type(self)._kept = None
        atexit.unregister(self.close)
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def _read_head(self) -> int:
        return int.from_bytes(self._read(_HEAD), "little")

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        descriptor, until = self._process.stdout.fileno(), perf_counter() + _PATIENCE_S
        found = b""
        while len(found) < size:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, until - perf_counter()))
            piece = os.read(descriptor, size - len(found)) if ready else b""
            if not piece:
                raise EOFError("it ended" if ready else f"no answer in {_PATIENCE_S} s")
            found += piece
        return found


def _write(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_HEAD, "little") + message)
    stream.flush()


def _serve() -> None:
    """Answer calls, each in a fork, until the asking process is gone."""
    questions = sys.stdin.buffer
    # What an agent prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while head := questions.read(_HEAD):
        path, main, call = pickle.loads(questions.read(int.from_bytes(head, "little")))
        sys.path[:] = path
        answer, modules = pickle.loads(_forked(main, call))
        _write(answers, answer)
        # Loaded here as well, where nothing is ever played, so that the next fork need not.
        for name in modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def _forked(main: dict[str, Any], call: bytes) -> bytes:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as stream:
            stream.write(_called(main, call))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    return answer or pickle.dumps((pickle.dumps((False, "the process was ended")), []))


def _called(main: dict[str, Any], call: bytes) -> bytes:
    before = set(sys.modules)
    try:
        if b"__main__" in call:
            spawn.prepare(main)
        function, arguments = pickle.loads(call)
        answer = pickle.dumps((True, pickle.dumps(function(*arguments))))
    except BaseException:
        answer = pickle.dumps((False, traceback.format_exc()))
    return pickle.dumps((answer, sorted(set(sys.modules) - before)))


if __name__ == "__main__":
    _serve()
