"""How many requests a second the ranking of a large field answers while blocks arrive, and how long they take.

``python benchmarks/web_load.py`` makes a store with a tournament of 2,000 agents, starts ``arena serve`` on it, writes one block
a second, and asks for ``GET /api/v1/tournaments/1/ranking?limit=50`` over open connections, each as soon as the answer
before is there. Only answers with status 200 and 50 rows count; none is a 304.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

import numpy as np
import psutil
from numpy.typing import NDArray

from arena.contest import Pick, Plan, Results, Round, Stop
from tournaments.plan import make_plan, pick, schedule_of
from tournaments.store import Store

ROWS = 50
FORMER_BLOCKS = 4000


def field_plan(agents: int) -> tuple[Plan, Pick, Round]:
    """A tournament of many agents, each with a parameter of its own."""
    names = [f"conservative(take={1 + number / 1000:.3f})" for number in range(agents)]
    plan = make_plan("dhumbal", names, seed=1, stop=Stop(blocks=10**6))
    picks = pick(plan)
    stage = schedule_of(plan).round(plan, picks, 0, ())
    assert stage is not None
    return plan, picks, stage


def made_up(picks: Pick, stage: Round, start: int, count: int) -> Results:
    """Blocks with drawn scores, seated as the schedule says; playing them would measure something else."""
    seats = stage.seatings(start, count)
    shape = seats.shape
    rng = np.random.default_rng(start)
    scores: NDArray[np.float64] = rng.normal(0, 30, shape) + 20 * seats / len(picks.agents)
    scores -= scores.mean(axis=2, keepdims=True)
    won = (scores == scores.max(axis=2, keepdims=True)).astype(np.float64)
    metrics = {
        metric.name: won if metric.name == "wins" else scores.copy() for metric in picks.game.spec.metrics
    }
    return Results(
        stage.number,
        start,
        seats,
        scores,
        metrics,
        np.full(shape[:2], 40, dtype=np.int32),
        np.full(shape, 10, dtype=np.int32),
        np.full(shape, 50.0),
        rng.integers(0, 2**63, shape[:2]).astype(np.uint64),
        np.zeros(shape[:2], dtype=np.bool_),
        seconds=0.1,
    )


@dataclass
class Tallied:
    """What the asker saw."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    versions: set[bytes] = field(default_factory=set)
    bytes: int = 0


class Asker(asyncio.Protocol):
    """One connection that asks again as soon as it has the answer."""

    def __init__(self, request: bytes, tallied: Tallied, until: float) -> None:
        self.request = request
        self.tallied = tallied
        self.until = until
        self.buffer = bytearray()
        self.wanted = -1
        self.asked = 0.0
        self.over = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        assert self.transport is not None
        self.asked = perf_counter()
        if self.asked >= self.until:
            self.transport.close()
            return
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Count the answer once it is whole, and ask again."""
        self.buffer += data
        if self.wanted < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end]).lower()
            length = head.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]
            self.wanted = end + 4 + int(length)
        if len(self.buffer) >= self.wanted:
            self._count()
            self._ask()

    def _count(self) -> None:
        answer = bytes(self.buffer[: self.wanted])
        tallied = self.tallied
        if answer.startswith(b"HTTP/1.1 200") and answer.count(b'"rank_low"') == ROWS:
            tallied.seconds.append(perf_counter() - self.asked)
            tallied.bytes += self.wanted
            tallied.versions.add(answer.split(b"etag: ", 1)[1][:40])
        else:
            tallied.wrong.append(answer[:200].decode("latin-1"))
        del self.buffer[: self.wanted]
        self.wanted = -1

    def connection_lost(self, _error: Exception | None, /) -> None:
        """That was it."""
        if not self.over.done():
            self.over.set_result(None)


async def ask(port: int, connections: int, seconds: float) -> tuple[Tallied, float]:
    """Ask over so many connections for so long."""
    tallied, loop, began = Tallied(), asyncio.get_running_loop(), perf_counter()
    request = (
        f"GET /api/v1/tournaments/1/ranking?limit={ROWS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    )
    pairs = [
        await loop.create_connection(lambda: Asker(request, tallied, began + seconds), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.wait([asker.over for _, asker in pairs], timeout=seconds + 30)
    return tallied, perf_counter() - began


@contextlib.contextmanager
def serving(store: Path, *, log_requests: bool) -> Iterator[tuple[int, psutil.Process]]:
    """``arena serve`` on a store; the port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = "import sys; from arena.cli.main import run; sys.exit(run())"
    command = [sys.executable, "-c", code, "serve", "--store", str(store), "--port", str(port)]
    environment = os.environ | {"ARENA_LOG_REQUESTS": str(log_requests).lower()}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}/api/v1/tournaments/1/ranking?limit={ROWS}"
            for _ in range(600):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(address, timeout=60).read()
                    break
                sleep(0.1)
            yield port, psutil.Process(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def write_on(
    store: Store, picks: Pick, stage: Round, *, round_id: int, start: int, over: threading.Event
) -> None:
    """Write one block a second."""
    while not over.wait(1.0):
        store.add(round_id, made_up(picks, stage, start, 1), 1.0)
        start += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--agents", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--log", action="store_true", help="with a line of the log for every request")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plan, picks, stage = field_plan(chosen.agents)
        with Store.open(Path(folder) / "arena.sqlite") as store:
            row = store.open_round(store.begin(plan, picks), stage)
            for start in range(0, FORMER_BLOCKS, 50):
                store.add(row.id, made_up(picks, stage, start, 50), 0.1)
            over = threading.Event()
            writer = threading.Thread(
                target=write_on,
                args=(store, picks, stage),
                kwargs={"round_id": row.id, "start": FORMER_BLOCKS, "over": over},
                daemon=True,
            )
            with serving(Path(folder) / "arena.sqlite", log_requests=chosen.log) as (port, server):
                writer.start()
                asyncio.run(ask(port, chosen.connections, 1.0))
                before = server.cpu_times()
                tallied, took = asyncio.run(ask(port, chosen.connections, chosen.seconds))
                after = server.cpu_times()
            over.set()
            writer.join()
    times = np.sort(np.array(tallied.seconds)) * 1000
    print(f"{chosen.agents} agents, {chosen.connections} connections, {took:.1f} s, one block a second")
    print(f"{times.size / took:,.0f} requests/s with {ROWS} rows, {len(tallied.versions)} different answers")
    print(
        f"p50 {np.quantile(times, 0.5):.2f} ms, p99 {np.quantile(times, 0.99):.2f} ms, worst {times[-1]:.1f} ms"
    )
    spent = after.user - before.user + after.system - before.system
    print(
        f"the server spent {spent / times.size * 1e6:.0f} µs of one core on each, {spent / took:.0%} of a core in all"
    )
    print(f"{tallied.bytes / took / 1e6:,.0f} MB/s; {len(tallied.wrong)} wrong answers {tallied.wrong[:1]}")


if __name__ == "__main__":
    main()
