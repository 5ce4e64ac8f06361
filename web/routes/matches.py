"""Matches: stored ones in short, each in full, its frames, its record, and what another agent would have done."""

from __future__ import annotations

import asyncio
import itertools
import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response

from arena.errors import BadParameter
from arena.record import write_records
from arena.registry import make_public_agent
from tournaments.store import Store
from web.advice import advice
from web.caching import watch
from web.deps import FromStore, ServicesOf
from web.frames import viewpoint_of
from web.matches import Found, cards
from web.paging import Cursor, Limit, cursor_of, key_of, link_next
from web.schemas.common import PROBLEMS
from web.schemas.matches import Advice, FramePage, MatchDetail, Matches
from web.services import Services

__all__ = ["advised", "frames", "match_", "matches", "record", "router"]

router = APIRouter(prefix="/api/v1", tags=["matches"])

_MOST_FRAMES: Final = 2000
"""Frames of a page at most."""
_FRAMES: Final = re.compile(r"frames=(\d{1,9})-(\d{0,9})")
_BYTES: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
_RANGES: Final[dict[int | str, dict[str, Any]]] = {
    206: {"description": "The part asked for."},
    416: PROBLEMS[422],
}
MatchId = Annotated[
    str, Path(max_length=60, description="``T-R-B-S`` of a stored match, ``h-...`` of one with a person.")
]


@router.get("/tournaments/{tournament}/matches", responses=PROBLEMS, dependencies=[FromStore])
async def matches(
    request: Request,
    response: Response,
    services: ServicesOf,
    tournament: str,
    *,
    stage: Annotated[int | None, Query(alias="round", ge=0, lt=2**31, description="Only this round.")] = None,
    block: Annotated[int | None, Query(ge=0, lt=2**53, description="Only this deal block.")] = None,
    agent: Annotated[
        int | None, Query(ge=0, lt=2**15, description="Only where this agent of the plan sat.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Matches:
    """Stored matches of a tournament, in the order of rounds, blocks and seatings."""
    key = key_of(cursor, (int, int, int))
    after = None if key is None else (int(key[0]), int(key[1]), int(key[2]))

    def found(store: Store) -> Matches:
        row = services.library.tournament(tournament)
        if agent is not None and agent >= len(row.plan.agents):
            raise BadParameter(f"expected agent from 0 to {len(row.plan.agents) - 1}, got {agent!r}")
        wanted = cards(store, row.id, row.plan.agents, stage=stage, block=block, agent=agent, after=after)
        page = list(itertools.islice(wanted, limit + 1))
        last = page[limit - 1] if len(page) > limit else None
        following = None if last is None else cursor_of(last.round, last.block, last.seating)
        return Matches(items=page[:limit], next=following)

    answer = await services.library.read(found)
    link_next(request, response, answer.next)
    return answer


@router.get("/matches/{match}", responses=PROBLEMS)
async def match_(request: Request, services: ServicesOf, match: MatchId) -> MatchDetail:
    """A match in full, without its frames."""

    def made() -> MatchDetail:
        return services.matches.detail(services.matches.find(match))

    _keep(request, services, match)
    return await asyncio.to_thread(made)


@router.get("/matches/{match}/frames", responses={**PROBLEMS, **_RANGES})
async def frames(
    request: Request,
    response: Response,
    services: ServicesOf,
    match: MatchId,
    *,
    view: Annotated[str, Query(max_length=8, description="``public``, ``open``, or a seat from 0.")] = "open",
    start: Annotated[int, Query(ge=0, lt=2**31, description="The first frame.")] = 0,
    count: Annotated[int, Query(ge=1, le=_MOST_FRAMES, description="Frames at most.")] = _MOST_FRAMES,
    wanted: Annotated[
        str | None,
        Header(alias="Range", max_length=60, description="In place of start and count: ``frames=0-99``."),
    ] = None,
) -> FramePage:
    """Frames of a match: what is to be seen before every step, and what was done."""
    part = _FRAMES.fullmatch(wanted) if wanted else None
    if part is not None:
        start = int(part[1])
        count = max(1, int(part[2]) - start + 1) if part[2] else _MOST_FRAMES

    def made() -> FramePage:
        found = services.matches.find(match)
        film = services.matches.film(found, viewpoint_of(view, len(found.record.seats)))
        items = film.frames[start : start + min(count, _MOST_FRAMES)]
        return FramePage(match=found.id, view=view, total=len(film.frames), start=start, items=list(items))

    _keep(request, services, match)
    page = await asyncio.to_thread(made)
    if part is not None:
        response.status_code = 206 if page.items else 416
        span = f"{start}-{start + len(page.items) - 1}" if page.items else "*"
        response.headers["Content-Range"] = f"frames {span}/{page.total}"
    return page


@router.get(
    "/matches/{match}/record",
    response_class=Response,
    responses={
        **PROBLEMS,
        200: {"content": {"application/octet-stream": {}}, "description": "The record file."},
        **_RANGES,
    },
)
async def record(
    services: ServicesOf,
    match: MatchId,
    wanted: Annotated[
        str | None, Header(alias="Range", max_length=60, description="Such as ``bytes=0-99``.")
    ] = None,
) -> Response:
    """The record of a match as a file, which `arena replay` plays."""
    found = await asyncio.to_thread(services.matches.find, match)
    data = write_records([found.record])
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{found.id}.arec"',
        "Cache-Control": "no-cache",
    }
    part = _part(wanted, len(data))
    if part is None:
        return Response(data, 200, headers, "application/octet-stream")
    if not len(part):
        return Response(b"", 416, headers | {"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
    return Response(data[part.start : part.stop], 206, headers, "application/octet-stream")


@router.get("/matches/{match}/advice", responses=PROBLEMS)
async def advised(
    services: ServicesOf,
    match: MatchId,
    *,
    seat: Annotated[int, Query(ge=0, lt=1000, description="Whose decisions.")] = 0,
    agent: Annotated[str, Query(max_length=200, description="Who is asked.")] = "ismcts",
) -> Advice:
    """What an agent would have done at every decision of a seat."""

    def made(found: Found) -> Advice:
        return Advice(
            agent=agent, seat=seat, items=list(advice(found.record, make_public_agent(agent), seat))
        )

    found = await asyncio.to_thread(services.matches.find, match)
    return await asyncio.to_thread(made, found)


def _part(wanted: str | None, size: int) -> range | None:
    """The bytes that a header asks for; empty where there are none, None where it asks for all (RFC 9110, 14.1.2)."""
    found = _BYTES.fullmatch(wanted) if wanted else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return range(max(0, size - int(found[2])), size)
    first = int(found[1])
    if found[2] and int(found[2]) < first:
        return None
    return range(first, max(first, min(int(found[2]) + 1, size) if found[2] else size))


def _keep(request: Request, services: Services, match: str) -> None:
    """Keep the answer ready where it cannot change but with the store."""
    if not match.startswith("h-"):
        watch(request, services.library.version)
