"""What happens to a tournament while it happens: server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Header

from tournaments.store import Store, TournamentRow
from web.deps import ServicesOf
from web.details import progress_of
from web.running import running_tournament, state_of
from web.schemas.common import PROBLEMS
from web.schemas.tournaments import State
from web.services import Services
from web.sse import PING, SILENCE_S, STREAM, EventStream, event_bytes

__all__ = ["events", "router"]

router = APIRouter(prefix="/api/v1/tournaments", tags=["tournaments"])

_LOOK_S: Final = 0.25
"""How often the store is looked at."""


async def _existing(services: ServicesOf, tournament: str) -> int:
    """The number of a tournament, found before the answer begins."""
    row = await services.library.named(tournament)
    return row.id


@router.get("/{tournament}/events", response_class=EventStream, responses={**PROBLEMS, **STREAM})
async def events(
    services: ServicesOf,
    number: Annotated[int, Depends(_existing)],
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=80)] = None,
) -> EventStream:
    """How far a tournament is, whenever that changes, and word of a newer ranking; it ends when the tournament does.

    `progress` holds what the tournament's `progress` does, and its `state`. `ranking` holds the blocks that the newer
    ranking counts. The id of an event says what it told: who reconnects with it hears only what is new.
    """
    return EventStream(_told(services, number, last or ""))


async def _told(services: Services, number: int, told: str) -> AsyncIterator[bytes]:
    """The events of a tournament after the one with the id `told`."""
    clock = asyncio.get_running_loop().time
    spoke = clock()
    ranked = told.rpartition("/")[2]
    while True:
        row, state = await _now(services, number)
        known = services.rankings.known(number)
        blocks = 0 if known is None else known.ranking.final.blocks
        if row.blocks:
            await _touch(services, number)
        progress = progress_of(row, state, None if known is None else known.ranking)
        if str(blocks) != ranked:
            ranked = str(blocks)
            spoke = clock()
            yield _event("ranking", {"blocks": blocks}, f"{told.rpartition('/')[0]}/{ranked}")
        now = f"{row.blocks}:{state}:{progress.open_pairs}/{ranked}"
        if now != told:
            told, spoke = now, clock()
            yield _event("progress", progress.model_dump() | {"state": state}, told)
        if state != "running" or services.stopping:
            return
        if clock() - spoke >= SILENCE_S:
            spoke = clock()
            yield PING
        await asyncio.sleep(_LOOK_S)


async def _now(services: Services, number: int) -> tuple[TournamentRow, State]:
    """What the store knows of a tournament."""

    def found(store: Store) -> tuple[TournamentRow, State]:
        row = services.library.tournament(str(number))
        return row, state_of(row, running_tournament(store))

    return await services.library.read(found)


async def _touch(services: Services, number: int) -> None:
    """Let the ranking be made anew where it is time to, without waiting for it."""
    asyncio.ensure_future(services.rankings.ranking(number, None)).add_done_callback(
        lambda done: done.cancelled() or done.exception()
    )


def _event(kind: str, data: dict[str, Any], identifier: str) -> bytes:
    return event_bytes(kind, orjson.dumps(data).decode(), identifier)
