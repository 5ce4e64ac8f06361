"""Live events: 100 spectators of a table at which two people move 20 times a second between them."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Self

import numpy as np
import orjson
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.web_parts.figures import Figure
from benchmarks.web_parts.server import Server, peer, serving
from benchmarks.web_parts.spectators import Spectator, heard_all

__all__ = ["events"]

SPECTATORS: Final = 100
RATE_HZ: Final = 20
MOMENTS: Final = 300
LEAVING: Final = 3
"""Every third spectator is cut off once."""
GAME: Final = "dhumbal(match=rounds,players=2,rounds=30)"
_PLY: Final = re.compile(rb'"ply":(\d+)')


def events() -> Iterator[Figure]:
    """A table and, beside it, bare Starlette with events of the same size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder / "arena.sqlite", folder / "log") as server:
            yield from asyncio.run(_table(server))
        with peer(folder / "bare") as bare:
            yield from asyncio.run(_bare(bare))


async def _table(server: Server) -> list[Figure]:
    opened = _post(f"{server.address}/api/v1/tables", {"game": GAME, "seats": ["human", "human"]})
    async with _People(server.port, opened) as people:
        before = server.spent_s()
        spectators, sent = await _watched(
            server.port, f"/api/v1/tables/{opened['id']}/events", people.move, wants=1 + MOMENTS
        )
        spent = server.spent_s() - before
    plies = {number: int(_PLY.findall(event)[0]) for number, event in spectators[0].data.items()}
    # A moment is told with the plies taken by then, and the first thing heard is how matters stood before.
    said = {number: sent[ply - 1] for number, ply in plies.items() if ply > 0}
    return _figures("a table", spectators, said, spent)


async def _bare(server: Server) -> list[Figure]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)

    async def say() -> int:
        writer.write(f"GET /say HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        return await _answered(reader)

    before = server.spent_s()
    spectators, sent = await _watched(server.port, "/events", say, wants=MOMENTS)
    said = dict(enumerate(sent.values(), start=1))
    return _figures("bare Starlette", spectators, said, server.spent_s() - before)


async def _answered(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(int(re.findall(rb"content-length: (\d+)", head.lower())[0]))
    return 0


async def _watched(
    port: int, path: str, move: Callable[[], Awaitable[int]], *, wants: int
) -> tuple[list[Spectator], dict[int, float]]:
    """Make the moments while all watch; the spectators, and when each moment was asked for, by ply or in order."""
    spectators = [
        Spectator(port, path, leaves_after=40 + place if place % LEAVING == 1 else None, keeps=place == 0)
        for place in range(SPECTATORS)
    ]
    tasks = [asyncio.create_task(one.watch()) for one in spectators]
    await asyncio.sleep(1.5)
    sent: dict[int, float] = {}
    began = perf_counter()
    for moment in range(MOMENTS):
        await asyncio.sleep(max(0.0, began + moment / RATE_HZ - perf_counter()))
        now = perf_counter()
        ply = await move()
        sent[ply if ply not in sent else len(sent)] = now
    for _ in range(100):
        if all(len(one.numbers) >= wants for one in spectators):
            break
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    failed = [
        one for one in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(one, Exception)
    ]
    assert not failed, failed[:1]
    return spectators, sent


def _figures(what: str, spectators: list[Spectator], said: dict[int, float], spent_s: float) -> list[Figure]:
    last = max(said)
    wrong = heard_all(spectators, last)
    assert not wrong, wrong[:3]
    late = []
    for one in spectators:
        left, back = one.away or (0.0, 0.0)
        # What was said while a spectator was cut off, or had just come back, waited for him and not for the server.
        late += [
            came - said[number]
            for number, came in one.came.items()
            if number in said and not left - 0.1 < said[number] < back
        ]
    times = np.array(late) * 1000
    rate = (len(said) - 1) / (max(said.values()) - min(said.values()))
    name = f"{SPECTATORS} spectators of {what}"
    cut = sum(one.away is not None for one in spectators)
    lost = len(spectators) * len(said) - sum(len(set(one.numbers) & set(said)) for one in spectators)
    return [
        Figure(f"{name}: moments a second", rate, "Hz"),
        Figure(f"{name}: 50th percentile", float(np.quantile(times, 0.5)), "ms"),
        Figure(f"{name}: 99th percentile", float(np.quantile(times, 0.99)), "ms", bound="< 100"),
        Figure(f"{name}: latest", float(times.max()), "ms"),
        Figure(f"{name}: events lost, {cut} spectators cut off once", lost, "events", bound="<= 0"),
        Figure(f"{name}: time of a core", spent_s / len(late) * 1e6, "µs/event"),
    ]


class _People:
    """Two people at a table, who move as soon as they are told to."""

    def __init__(self, port: int, opened: dict[str, Any]) -> None:
        self._port = port
        self._table = opened["id"]
        self._people = opened["people"]
        self._lines: list[ClientConnection] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._asked: asyncio.Queue[tuple[ClientConnection, int, str]] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        for person in self._people:
            address = f"ws://127.0.0.1:{self._port}/api/v1/tables/{self._table}/play?key={person['key']}"
            line = await connect(address, max_size=None, compression=None)
            self._lines.append(line)
            self._tasks.append(asyncio.create_task(self._listen(line)))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for line in self._lines:
            await line.close()

    async def move(self) -> int:
        """Make the next move, one that is no call; the plies taken before it."""
        line, ply, says = await asyncio.wait_for(self._asked.get(), 10)
        await line.send(json.dumps({"type": "act", "ply": ply, "says": says}))
        return ply

    async def _listen(self, line: ClientConnection) -> None:
        async for message in line:
            state = orjson.loads(message)
            assert state["type"] == "state", state
            if state["legal"]:
                moves = [move["says"] for move in state["legal"] if move["kind"] != "call"]
                self._asked.put_nowait(
                    (line, state["frame"]["ply"], (moves or [state["legal"][0]["says"]])[0])
                )


def _post(address: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
