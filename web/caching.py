"""Answers kept ready: the bytes of a URL, as long as what they were made from is the same.

A route that answers from something with a version says so by `watch`, before it reads; the answer is then kept with its
ETag and sent again, without coming to the router, until the version is another. ETags are digests of the bytes, so they
outlive the server.
"""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Cache", "Ticket", "watch"]

Stamp = Callable[[], object]
"""Gives what a source is now; equal values mean an equal source."""

_TICKET: Final = "arena.ticket"
_GZIP_FROM: Final = 1024
"""Bytes from which an answer is also kept compressed."""
_TEXTS: Final = (b"text/", b"json", b"javascript", b"xml")
"""What is worth compressing."""


@dataclass
class Ticket:
    """What a route says of the answer it is about to make."""

    stamp: Stamp | None = None
    """Asked again before the answer is sent again; None where the answer is not kept."""
    taken: object = None
    """What `stamp` said before the answer was made."""


@dataclass(frozen=True)
class _Kept:
    """An answer."""

    stamp: Stamp
    taken: object
    etag: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    zipped: bytes | None

    def fresh(self) -> bool:
        return bool(self.stamp() == self.taken)

    @property
    def size(self) -> int:
        return len(self.body) + len(self.zipped or b"")


def watch(request: Request, stamp: Stamp) -> None:
    """Say that the answer to `request` may be kept while `stamp` gives the same; called before the source is read."""
    ticket = request.scope.get(_TICKET)
    if isinstance(ticket, Ticket):
        ticket.taken = stamp()
        ticket.stamp = stamp


class Cache:
    """Keeps answers to GET in front of an application.

    Args:
        app: the application.
        limit: bytes kept; the answers that nobody asked for longest go first.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._kept: OrderedDict[tuple[str, bytes], _Kept] = OrderedDict()
        self._flights: dict[tuple[str, bytes], asyncio.Event] = {}
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, from what is kept where that is right."""
        if scope["type"] != "http" or scope["method"] != "GET" or _wants_part(scope):
            await self._app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is None:
            await self._make(key, scope, receive, send)
            return
        if not kept.fresh():
            flight = self._flights.get(key)
            if flight is None:
                await self._lead(key, scope, receive, send)
                return
            # One request makes the answer anew; those that come meanwhile wait for it.
            await flight.wait()
            kept = self._kept.get(key)
            if kept is None:
                await self._make(key, scope, receive, send)
                return
        await _send(kept, scope, send)

    async def _lead(self, key: tuple[str, bytes], scope: Scope, receive: Receive, send: Send) -> None:
        flight = self._flights[key] = asyncio.Event()
        try:
            await self._make(key, scope, receive, send)
        finally:
            del self._flights[key]
            flight.set()

    async def _make(self, key: tuple[str, bytes], scope: Scope, receive: Receive, send: Send) -> None:
        ticket = scope[_TICKET] = Ticket()
        started: list[Message] = []
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                if ticket.stamp is None or message["status"] != 200:
                    self._forget(key)
                    await send(message)
                    return
                started.append(message)
            elif not started:
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    kept = _kept(ticket, started[0], b"".join(parts))
                    self._keep(key, kept)
                    await _send(kept, scope, send)

        await self._app(scope, receive, keep)

    def _keep(self, key: tuple[str, bytes], kept: _Kept) -> None:
        self._forget(key)
        if kept.size > self._limit:
            return
        self._kept[key] = kept
        self._size += kept.size
        while self._size > self._limit:
            _, dropped = self._kept.popitem(last=False)
            self._size -= dropped.size

    def _forget(self, key: tuple[str, bytes]) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._size -= dropped.size


def _wants_part(scope: Scope) -> bool:
    """Whether a request asks for a range, which is another answer at the same address."""
    return any(name == b"range" for name, _ in scope["headers"])


def _kept(ticket: Ticket, start: Message, body: bytes) -> _Kept:
    if ticket.stamp is None:
        raise AssertionError("an answer is kept where its source was named")
    headers = [
        (name, value) for name, value in start["headers"] if name.lower() not in (b"content-length", b"etag")
    ]
    if not any(name.lower() == b"cache-control" for name, _ in headers):
        headers.append((b"cache-control", b"no-cache"))
    headers.append((b"vary", b"accept-encoding"))
    etag = b'W/"' + blake2b(body, digest_size=12).hexdigest().encode() + b'"'
    kind = next((value for name, value in headers if name == b"content-type"), b"")
    small = len(body) < _GZIP_FROM or not any(word in kind for word in _TEXTS)
    zipped = None if small else gzip.compress(body, compresslevel=5, mtime=0)
    headers.append((b"etag", etag))
    return _Kept(ticket.stamp, ticket.taken, etag, headers, body, zipped)


async def _send(kept: _Kept, scope: Scope, send: Send) -> None:
    """Send an answer, or word that the asker has it."""
    known, zips = b"", False
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            known = value
        elif name == b"accept-encoding":
            zips = b"gzip" in value
    if known and (known.strip() == b"*" or kept.etag in known.replace(b" ", b"").split(b",")):
        headers = [pair for pair in kept.headers if pair[0] not in (b"content-type", b"link")]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    body, headers = kept.body, list(kept.headers)
    if zips and kept.zipped is not None:
        body = kept.zipped
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
