"""Spectators of server-sent events, each with a connection of its own, who notice when each event came and miss none."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

__all__ = ["Spectator", "heard_all"]

_AWAY_S: Final = 0.2


@dataclass
class Spectator:
    """One who watches, and comes back by himself where the line breaks."""

    port: int
    path: str
    leaves_after: int | None = None
    """After so many events the connection is cut, and made anew with the id of the last one heard."""
    numbers: list[int] = field(default_factory=list)
    """The ids of the events heard, in their order."""
    came: dict[int, float] = field(default_factory=dict)
    """When each event came."""
    data: dict[int, bytes] = field(default_factory=dict)
    """What the events said, kept by the first spectator only."""
    keeps: bool = False
    """Whether `data` is kept."""
    away: tuple[float, float] | None = None
    """From when to when the connection was cut."""

    async def watch(self) -> None:
        """Watch until the events end."""
        while not await self._connection():
            left = perf_counter()
            await asyncio.sleep(_AWAY_S)
            self.away = (left, perf_counter())

    async def _connection(self) -> bool:
        """One connection; whether the events came to their end on it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        last = f"Last-Event-ID: {self.numbers[-1]}\r\n" if self.numbers else ""
        request = f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/event-stream\r\n{last}\r\n"
        try:
            writer.write(request.encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head[:200]
            assert b"transfer-encoding: chunked" in head.lower(), head
            return await self._read(reader)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> bool:
        waiting = b""
        while True:
            size = int(await reader.readuntil(b"\r\n"), 16)
            chunk = await reader.readexactly(size + 2)
            now = perf_counter()
            if size == 0:
                return True
            *events, waiting = (waiting + chunk[:-2]).split(b"\n\n")
            for event in events:
                self._hear(event, now)
            if self.leaves_after is not None and len(self.numbers) >= self.leaves_after:
                self.leaves_after = None
                return False

    def _hear(self, event: bytes, now: float) -> None:
        for line in event.split(b"\n"):
            if line.startswith(b"id: "):
                number = int(line[4:])
                self.numbers.append(number)
                self.came[number] = now
                if self.keeps:
                    self.data[number] = event


def heard_all(spectators: list[Spectator], last: int) -> list[str]:
    """What spectators missed, heard twice or heard in another order; empty where all is well.

    Args:
        spectators: who watched.
        last: the id of the last event.
    """
    wrong = []
    for place, one in enumerate(spectators):
        expected = list(range(one.numbers[0], last + 1)) if one.numbers else [last]
        if one.numbers != expected:
            gaps = sorted(set(expected) - set(one.numbers))
            wrong.append(f"spectator {place}: {len(one.numbers)} events, missed {gaps[:5]}")
    return wrong
