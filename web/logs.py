"""The log: one JSON object a line on standard error."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Final

import orjson
import structlog

__all__ = ["RequestLog", "configure"]

_GATHER_S: Final = 0.05
"""How long a line of a request may wait for others, in seconds."""
_GATHER_LINES: Final = 1000
"""Lines that wait at most."""
_AS_LINE: Final = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


def configure() -> None:
    """Send the log of the server, and the warnings of what it stands on, to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


class RequestLog:
    """A line for every request, in the form of the other lines of the log; it is used by one event loop.

    A system call a line would cost more than a ready answer does, so lines wait for each other: a twentieth of a second
    and a thousand lines at most. Each tells the moment of its own request.
    """

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._closed = False

    def add(self, request_id: str, method: str, path: str, *, status: int, seconds: float) -> None:
        """Tell of an answer that is over."""
        line = {
            "request_id": request_id,
            "method": method,
            "path": path,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "event": "request",
            "level": "info",
            "timestamp": datetime.now(UTC),
        }
        self._lines.append(orjson.dumps(line, option=_AS_LINE))
        if self._closed or len(self._lines) >= _GATHER_LINES:
            self.flush()
        elif len(self._lines) == 1:
            asyncio.get_running_loop().call_later(_GATHER_S, self.flush)

    def flush(self) -> None:
        """Write the lines that wait."""
        lines, self._lines = self._lines, []
        if lines:
            sys.stderr.buffer.write(b"".join(lines))
            sys.stderr.buffer.flush()

    def close(self) -> None:
        """Write the lines that wait, and later ones at once."""
        self._closed = True
        self.flush()
