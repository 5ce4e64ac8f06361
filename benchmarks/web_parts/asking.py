"""Connections that ask for one address again and again, each as soon as the answer before is there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

__all__ = ["Tallied", "ask"]


@dataclass
class Tallied:
    """What the askers saw."""

    took_s: float = 0.0
    """How long they asked."""
    seconds: list[float] = field(default_factory=list)
    """How long each right answer took."""
    wrong: list[str] = field(default_factory=list)
    """The beginnings of wrong answers."""
    versions: set[bytes] = field(default_factory=set)
    """Different answers, by their ETags."""
    bytes: int = 0
    """Of all right answers."""

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return len(self.seconds) / self.took_s

    def quantile_ms(self, share: float) -> float:
        """The time, in milliseconds, within which that share of the right answers came."""
        return float(np.quantile(self.seconds, share)) * 1000


class _Asker(asyncio.Protocol):
    def __init__(self, request: bytes, rows: int, tallied: Tallied, until: float) -> None:
        self.request = request
        self.rows = rows
        self.tallied = tallied
        self.until = until
        self.buffer = bytearray()
        self.wanted = -1
        self.asked = 0.0
        self.over = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
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

    def connection_lost(self, _error: Exception | None, /) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def _ask(self) -> None:
        assert self.transport is not None
        self.asked = perf_counter()
        if self.asked >= self.until:
            self.transport.close()
            return
        self.transport.write(self.request)

    def _count(self) -> None:
        answer = bytes(self.buffer[: self.wanted])
        tallied = self.tallied
        if answer.startswith(b"HTTP/1.1 200") and answer.count(b'"rank_low"') == self.rows:
            tallied.seconds.append(perf_counter() - self.asked)
            tallied.bytes += self.wanted
            tallied.versions.add(answer.partition(b"etag: ")[2][:40])
        else:
            tallied.wrong.append(answer[:200].decode("latin-1"))
        del self.buffer[: self.wanted]
        self.wanted = -1


def ask(port: int, path: str, *, rows: int, connections: int, seconds: float) -> Tallied:
    """Ask over so many connections for so long; only answers 200 with that many rows of a ranking are right."""
    return asyncio.run(_ask(port, path, rows, connections, seconds))


async def _ask(port: int, path: str, rows: int, connections: int, seconds: float) -> Tallied:
    tallied, loop, began = Tallied(), asyncio.get_running_loop(), perf_counter()
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    pairs = [
        await loop.create_connection(
            lambda: _Asker(request, rows, tallied, began + seconds), "127.0.0.1", port
        )
        for _ in range(connections)
    ]
    await asyncio.wait([asker.over for _, asker in pairs], timeout=seconds + 30)
    tallied.took_s = perf_counter() - began
    return tallied
