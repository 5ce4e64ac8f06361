"""A hub: what is said once is heard by everybody who listens, in order, and nothing is lost while it is kept.

Listeners read one shared list at their own speed. They cost no queue, and a slow one holds up nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final, Generic, TypeVar

__all__ = ["KEPT", "Hub"]

KEPT: Final = 2048
"""Words kept at most; who is further behind goes on with the oldest one kept."""
Word = TypeVar("Word")


class Hub(Generic[Word]):
    """Words with numbers from 1. It is used by one event loop.

    Args:
        kept: words kept at most.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._words: deque[Word] = deque(maxlen=kept)
        self.last = 0
        """The number of the last word; 0 before the first."""
        self.closed = False
        """Whether no more words will come."""
        self.listeners = 0
        """How many listen now."""
        self._news = asyncio.Event()

    def say(self, word: Word) -> int:
        """Say a word; its number."""
        self._words.append(word)
        self.last += 1
        self._wake()
        return self.last

    def close(self) -> None:
        """Say no more; who listens hears what was said and then the end."""
        self.closed = True
        self._wake()

    async def listen(
        self, after: int, *, silence_s: float | None = None, sigh: Word | None = None
    ) -> AsyncIterator[Word]:
        """Every word after the one numbered `after`, as they are said, until the hub is closed.

        Args:
            after: the number.
            silence_s: after so many seconds without a word comes `sigh`, which has no number; None waits for ever.
            sigh: what comes then, again and again.
        """
        heard = min(after, self.last)
        self.listeners += 1
        try:
            while True:
                news = self._news
                while heard < self.last:
                    heard = max(heard, self.last - len(self._words)) + 1
                    yield self._words[heard - self.last - 1]
                if self.closed:
                    return
                if news is self._news and not await _within(news, silence_s) and sigh is not None:
                    yield sigh
        finally:
            self.listeners -= 1

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


async def _within(news: asyncio.Event, silence_s: float | None) -> bool:
    """Whether news come in time."""
    try:
        async with asyncio.timeout(silence_s):
            return await news.wait()
    except TimeoutError:
        return False
