"""What goes to the page of one person: messages in order, and at last why the line is closed."""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

__all__ = ["BUSY", "ENDED", "FAILED", "IDLE", "REFUSED", "REPLACED", "UNKNOWN", "Closing", "Wire"]

REPLACED: Final = 4001
"""The close code where the same person has connected anew."""
REFUSED: Final = 4003
"""The close code where the key is not of somebody at the table."""
UNKNOWN: Final = 4004
"""The close code where there is no such table."""
IDLE: Final = 4008
"""The close code where nobody has moved for too long."""
BUSY: Final = 4029
"""The close code where a page does not read what it is sent."""
ENDED: Final = 1001
"""The close code where the server stops."""
FAILED: Final = 1011
"""The close code where the match cannot go on."""
_UNREAD: Final = 256
"""Messages that may wait to be read."""


class Closing(NamedTuple):
    """The end of a line."""

    code: int
    """The close code of the WebSocket."""
    reason: str
    """Why, in a sentence of at most 120 letters."""


class Wire:
    """The line to one page. It is used by one event loop."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[str | Closing] = asyncio.Queue()
        self._closed = False

    def send(self, message: str) -> None:
        """Send a message; a page that reads nothing is given up."""
        if self._waiting.qsize() >= _UNREAD:
            self.close(Closing(BUSY, "the page does not read what it is sent"))
        elif not self._closed:
            self._waiting.put_nowait(message)

    def close(self, why: Closing) -> None:
        """Send no more, and close the line after what was sent; a second time does nothing."""
        if not self._closed:
            self._closed = True
            self._waiting.put_nowait(why)

    async def next(self) -> str | Closing:
        """What is to be sent next."""
        return await self._waiting.get()
