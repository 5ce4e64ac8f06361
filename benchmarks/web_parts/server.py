"""Servers to be measured: ``arena serve``, and bare ones beside it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Final

import psutil

__all__ = ["Server", "peer", "serving"]

ROOT: Final = Path(__file__).parents[2]
_ARENA: Final = "import sys; from arena.cli.main import run; sys.exit(run())"
_START_S: Final = 60.0


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    port: int
    process: psutil.Process

    @property
    def address(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def spent_s(self) -> float:
        """The processor's time that it has taken so far, in seconds."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def serving(store: Path, log: Path, **settings: str) -> Iterator[Server]:
    """``arena serve`` on a store, by its default settings but for those named.

    Args:
        store: the file.
        log: where its standard error goes.
        **settings: variables of the environment, without ``ARENA_``.
    """
    port = _free_port()
    command = [sys.executable, "-c", _ARENA, "serve", "--store", str(store), "--port", str(port)]
    changed = {f"ARENA_{name.upper()}": value for name, value in settings.items()}
    with _running(command, port, log, changed) as process:
        yield Server(port, process)


@contextlib.contextmanager
def peer(log: Path) -> Iterator[Server]:
    """Starlette and uvicorn with next to nothing in them (`benchmarks.web_parts.bare`)."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.web_parts.bare:app", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    with _running(command, port, log, {}) as process:
        yield Server(port, process)


@contextlib.contextmanager
def _running(
    command: Sequence[str], port: int, log: Path, changed: dict[str, str]
) -> Iterator[psutil.Process]:
    with (
        log.open("ab") as said,
        subprocess.Popen(
            command, cwd=ROOT, env=os.environ | changed, stdout=subprocess.DEVNULL, stderr=said
        ) as server,
    ):
        try:
            _wait(port, server, log)
            yield psutil.Process(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(int(_START_S / 0.05)):
        if server.poll() is not None:
            raise SystemExit(f"the server ended: {log.read_text(errors='replace')[-2000:]}")
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30).read()
            return
        sleep(0.05)
    raise SystemExit(f"the server did not answer within {_START_S:.0f} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found
