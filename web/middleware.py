"""Around every request: its id, one line of the log, the counts for Prometheus, the headers that protect a browser."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from time import perf_counter
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import PROBLEM, problem_bytes
from web.logs import RequestLog

__all__ = ["Meters", "Observed", "security_headers"]

_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_OWN_FRAMES: Final = b"frame-ancestors 'self'"
_ANY_FRAMES: Final = b"frame-ancestors *"
_EMBED: Final = "/embed/"
"""Pages that other sites may show in a frame: they can be watched, and nothing can be done there."""
_DOCS_CSP: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; img-src 'self' data: https://fastapi.tiangolo.com; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def security_headers(*, https: bool, docs: bool = False) -> list[tuple[bytes, bytes]]:
    """The headers of every answer.

    Args:
        https: whether browsers are to remember that the server is reached by HTTPS only.
        docs: for the pages that try out the API, whose scripts come from elsewhere.
    """
    named = {
        "content-security-policy": _DOCS_CSP if docs else _CSP,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }
    if https:
        named["strict-transport-security"] = "max-age=31536000"
    return [(name.encode(), value.encode()) for name, value in named.items()]


class Meters:
    """What is counted, in a registry of its own, so that two servers of one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        """Where Prometheus finds it all."""
        self.requests = Counter(
            "arena_requests", "Answers by method and status.", ("method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "arena_request_seconds",
            "Time to the end of an answer, streams left out.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.active = Gauge("arena_requests_active", "Requests being answered.", registry=self.registry)
        self._counts: dict[tuple[str, int], Any] = {}

    def count(self, method: str, status: int, seconds: float, *, stream: bool) -> None:
        """Count an answer."""
        key = (method if method in ("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD") else "other", status)
        counter = self._counts.get(key)
        if counter is None:
            counter = self._counts[key] = self.requests.labels(key[0], str(status))
        counter.inc()
        if not stream:
            self.seconds.observe(seconds)


class Observed:
    """The outermost layer of the server.

    Args:
        app: what answers.
        meters: what is counted.
        headers: of every answer.
        docs_headers: of the pages that try out the API.
        requests: tells of every request in the log; nobody does where None.
    """

    def __init__(
        self,
        app: ASGIApp,
        meters: Meters,
        headers: Iterable[tuple[bytes, bytes]],
        docs_headers: Iterable[tuple[bytes, bytes]] = (),
        *,
        requests: RequestLog | None = None,
    ) -> None:
        self._app = app
        self._meters = meters
        self._headers = list(headers)
        self._embed_headers = [
            (name, value.replace(_OWN_FRAMES, _ANY_FRAMES)) for name, value in self._headers
        ]
        self._docs_headers = list(docs_headers)
        self._requests = requests
        self._log = structlog.get_logger("arena.web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and tell of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(self, scope, send)
        self._meters.active.inc()
        try:
            await self._app(scope, receive, request.send)
        except Exception as error:  # whatever a route raises: the asker hears no more than that it failed
            self._log.exception("request failed", request_id=request.id, path=scope["path"], exc_info=error)
            if not request.status:
                await request.fail(500, "the server failed; its log has the request's id")
        finally:
            self._meters.active.dec()
            self.note(request)

    def headers_for(self, path: str) -> list[tuple[bytes, bytes]]:
        """The headers of an answer at `path`."""
        if path.startswith(_EMBED):
            return self._embed_headers
        return self._docs_headers if self._docs_headers and path == "/docs" else self._headers

    def note(self, request: _Request) -> None:
        """Count an answer and log it."""
        seconds, scope = perf_counter() - request.began, request.scope
        self._meters.count(scope["method"], request.status, seconds, stream=request.streams)
        if self._requests is not None:
            self._requests.add(
                request.id, scope["method"], scope["path"], status=request.status, seconds=seconds
            )


class _Request:
    """One request on its way."""

    __slots__ = ("_outer", "_replaced", "_send", "began", "id", "scope", "status", "streams")

    def __init__(self, outer: Observed, scope: Scope, send: Send) -> None:
        self.began = perf_counter()
        self.scope = scope
        self.status = 0
        self.streams = False
        self.id = _given_id(scope) or secrets.token_hex(8)
        scope["arena.request_id"] = self.id
        self._outer = outer
        self._send = send
        self._replaced = False

    async def send(self, message: Message) -> None:
        """Send a part of the answer, with the headers of every answer."""
        if message["type"] != "http.response.start":
            if not self._replaced:
                await self._send(message)
            return
        status, headers = message["status"], message["headers"]
        kind = next((value for name, value in headers if name == b"content-type"), b"")
        if status >= 400 and kind.startswith(b"text/plain"):
            # What answers before the routes do (a body beyond the limit) speaks plain text.
            self._replaced = True
            await self.fail(status, "the body of the request is too large" if status == 413 else "")
            return
        self.status = status
        self.streams = kind.startswith(b"text/event-stream")
        extra = self._outer.headers_for(self.scope["path"])
        message["headers"] = [*headers, *extra, (b"x-request-id", self.id.encode())]
        await self._send(message)

    async def fail(self, status: int, detail: str) -> None:
        """Answer with a problem document."""
        self.status = status
        body = problem_bytes(status, detail, instance=self.scope["path"])
        headers = [
            (b"content-type", PROBLEM.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            *self._outer.headers_for(self.scope["path"]),
            (b"x-request-id", self.id.encode()),
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _given_id(scope: Scope) -> str:
    """The id that a proxy in front gave, where it is one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            return text if len(text) <= 64 and text.replace("-", "").isalnum() and text.isascii() else ""
    return ""
