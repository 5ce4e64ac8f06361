"""Server-sent events: written once for all who listen, and sent without another task or queue for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.responses import StreamingResponse

__all__ = ["PING", "SILENCE_S", "STREAM", "EventStream", "event_bytes"]

PING: Final = b": here\n\n"
"""A comment, which tells proxies that the line is alive."""
SILENCE_S: Final = 15.0
"""After so many seconds without an event comes a `PING`."""
_RETRY_MS: Final = 2000
"""After which a browser that lost the line tries again."""
_TEXT: Final = {"type": "string"}
_ITEM: Final = {
    "type": "object",
    "properties": {"event": _TEXT, "data": _TEXT, "id": _TEXT, "retry": {"type": "integer", "minimum": 0}},
}
STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/event-stream": {"itemSchema": _ITEM}}}
}
"""What the API's description says of an `EventStream`."""


class EventStream(StreamingResponse):
    """Events as they happen, as `event_bytes` writes them.

    Args:
        events: the events; the answer ends with them.
        status_code: the status, where FastAPI looks for it.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes], status_code: int = 200) -> None:
        # The last header is for proxies that would gather what they pass on.
        super().__init__(
            events, status_code, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        )


def event_bytes(kind: str, data: str, identifier: str) -> bytes:
    """An event as it is sent.

    Args:
        kind: what it is called.
        data: what it tells, JSON in one line.
        identifier: its id, by which a browser says after which event it wants to go on.
    """
    return f"event: {kind}\nid: {identifier}\nretry: {_RETRY_MS}\ndata: {data}\n\n".encode()
