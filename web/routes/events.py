"""What happens to a tournament while it happens: server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from tournaments.store import Store, TournamentRow
from web.deps import ServicesOf
from web.details import progress_of
from web.running import running_tournament, state_of
from web.schemas.common import PROBLEMS
from web.schemas.tournaments import State
from web.services import Services

__all__ = ["events", "router"]

router = APIRouter(prefix="/api/v1/tournaments", tags=["tournaments"])

_LOOK_S: Final = 0.25
"""How often the store is looked at."""
_RETRY_MS: Final = 2000
"""After which a browser that lost the line tries again."""


async def _existing(services: ServicesOf, tournament: str) -> int:
    """The number of a tournament, found before the answer begins."""
    row = await services.library.read(lambda _: services.library.tournament(tournament))
    return row.id


@router.get("/{tournament}/events", response_class=EventSourceResponse, responses=PROBLEMS)
async def events(
    services: ServicesOf,
    number: Annotated[int, Depends(_existing)],
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=80)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """How far a tournament is, whenever that changes, and word of a newer ranking; it ends when the tournament does.

    `progress` holds what the tournament's `progress` does, and its `state`. `ranking` holds the blocks that the newer
    ranking counts. The id of an event says what it told: who reconnects with it hears only what is new.
    """
    told = last or ""
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
            yield _event("ranking", {"blocks": blocks}, f"{told.rpartition('/')[0]}/{ranked}")
        now = f"{row.blocks}:{state}:{progress.open_pairs}/{ranked}"
        if now != told:
            told = now
            yield _event("progress", progress.model_dump() | {"state": state}, told)
        if state != "running":
            return
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


def _event(kind: str, data: dict[str, Any], identifier: str) -> ServerSentEvent:
    return ServerSentEvent(event=kind, data=data, id=identifier, retry=_RETRY_MS)
