"""The least that a server of the same kind costs: an upper bound for what stands on it.

``/hello`` answers with a few bytes, ``/page`` with as many as a page of the ranking has, both from memory, without a
layer around them. ``/say`` says a word of 2 KB to everybody who listens to ``/events``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

__all__ = ["app"]

PAGE: Final = b"x" * 21_600
WORD: Final = "x" * 2_000


class _Line:
    """What was said, and who waits for more."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.news = asyncio.Event()

    def say(self, word: str) -> None:
        self.words.append(word)
        self.news.set()
        self.news = asyncio.Event()

    async def listen(self, last: str | None) -> AsyncIterator[str]:
        heard = len(self.words) if last is None else int(last)
        while True:
            news = self.news
            for number in range(heard, len(self.words)):
                yield f"id: {number + 1}\ndata: {self.words[number]}\n\n"
            heard = len(self.words)
            await news.wait()


_line = _Line()


async def hello(_: Request) -> Response:
    """The least answer."""
    return PlainTextResponse("hello")


async def page(_: Request) -> Response:
    """An answer as large as a page of the ranking."""
    return Response(PAGE, media_type="application/json")


async def say(_: Request) -> Response:
    """Say a word."""
    _line.say(WORD)
    return PlainTextResponse("said")


async def events(request: Request) -> Response:
    """Every word from now on, or since the last one heard."""
    words = _line.listen(request.headers.get("last-event-id"))
    return StreamingResponse(words, media_type="text/event-stream")


app = Starlette(
    routes=[
        Route("/healthz", hello),
        Route("/hello", hello),
        Route("/page", page),
        Route("/say", say),
        Route("/events", events),
    ]
)
