"""Tournaments: the list, and each in full."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from fastapi import APIRouter, Request, Response

from arena.errors import ArenaError
from tournaments.store import Store, TournamentRow
from web.caching import watch
from web.deps import ServicesOf
from web.details import card_of, detail_of, leader_of
from web.paging import Cursor, Limit, cursor_of, key_of, link_next
from web.running import running_tournament, state_of
from web.schemas.common import PROBLEMS
from web.schemas.tournaments import State, TournamentDetail, Tournaments
from web.services import Services

__all__ = ["router", "tournament", "tournaments"]

router = APIRouter(prefix="/api/v1/tournaments", tags=["tournaments"])
"""The addresses."""


_PATIENCE_S: Final = 0.3
"""How long a list waits for leaders that are not computed yet."""


@router.get("", responses={key: PROBLEMS[key] for key in (422, 503)})
async def tournaments(
    request: Request,
    response: Response,
    services: ServicesOf,
    *,
    limit: Limit = 20,
    cursor: Cursor = None,
    state: State | None = None,
) -> Tournaments:
    """Tournaments, the newest first."""
    key = key_of(cursor, (int,))
    before = None if key is None else int(key[0])
    watch(request, services.tournaments_stamp)

    def found(store: Store) -> list[tuple[TournamentRow, State]]:
        busy = running_tournament(store)
        return [(row, state_of(row, busy)) for row in reversed(services.library.tournaments())]

    wanted = [
        (row, known)
        for row, known in await services.library.read(found)
        if (before is None or row.id < before) and (state is None or known == state)
    ]
    page = wanted[:limit]
    following = cursor_of(page[-1][0].id) if len(wanted) > limit else None
    link_next(request, response, following)
    leaders = await _leaders(services, [row for row, _ in page])
    return Tournaments(
        items=[card_of(row, known, leaders.get(row.id)) for row, known in page], next=following
    )


@router.get("/{tournament}", responses=PROBLEMS)
async def tournament(request: Request, services: ServicesOf, tournament: str) -> TournamentDetail:
    """One tournament in full, by its number or at least four letters of its digest."""
    watch(request, services.tournaments_stamp)

    def found(store: Store) -> TournamentDetail:
        row = services.library.tournament(tournament)
        known = services.rankings.known(row.id)
        return detail_of(
            row,
            store.rounds(row.id),
            state_of(row, running_tournament(store)),
            services.rankings.picked(row.plan),
            None if known is None else known.ranking,
        )

    return await services.library.read(found)


async def _leaders(services: Services, rows: list[TournamentRow]) -> dict[int, str | None]:
    """The best agent of each tournament where it is known soon; the others are computed on, for the next time."""

    async def leader(row: TournamentRow) -> None:
        with contextlib.suppress(ArenaError):
            found, _ = await services.rankings.ranking(row.id, None)
            leaders[row.id] = leader_of(found.ranking)

    leaders: dict[int, str | None] = {}
    tasks = [asyncio.create_task(leader(row)) for row in rows if row.blocks]
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=_PATIENCE_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    return leaders
