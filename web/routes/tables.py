"""Tables: a person sits down and plays by a WebSocket, others watch by server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header, Path, Query, Response, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.requests import HTTPConnection

from arena.errors import ArenaError, UnknownName
from web.deps import ServicesOf, services_of
from web.schemas.common import PROBLEMS, Problem
from web.schemas.tables import Act, Complaint, TableDetail, TableOpened, TableRequest
from web.sse import PING, SILENCE_S, STREAM, EventStream
from web.tables.room import Room
from web.tables.wire import REFUSED, UNKNOWN, Closing, Wire

__all__ = ["delete_match", "open_table", "play", "router", "table_", "watch_table"]

router = APIRouter(prefix="/api/v1", tags=["tables"])

_POLICY: Final = 1008
"""The close code where the page is of another site."""
_LONGEST: Final = 20_000
"""Letters of a message at most."""
TableId = Annotated[str, Path(max_length=60, description="As it was told when the table was opened.")]
Key = Annotated[
    str | None,
    Header(alias="X-Table-Key", max_length=200, description="The key of somebody who played it."),
]


@router.post(
    "/tables",
    status_code=201,
    responses={**PROBLEMS, 429: {"model": Problem, "description": "Too many tables are open."}},
)
async def open_table(response: Response, services: ServicesOf, wanted: TableRequest) -> TableOpened:
    """Open a table with one person or more at it; the match begins at once."""
    opened = await services.tables.open(wanted)
    response.headers["Location"] = f"/api/v1/tables/{opened.id}"
    response.headers["Cache-Control"] = "no-store"
    return opened


@router.get("/tables/{table}", responses=PROBLEMS)
async def table_(response: Response, services: ServicesOf, table: TableId) -> TableDetail:
    """A table as everybody may see it."""
    response.headers["Cache-Control"] = "no-store"
    return services.tables.detail(table)


async def _room(services: ServicesOf, table: TableId) -> Room:
    """The table, found before the answer begins."""
    return services.tables.room(table)


@router.get("/tables/{table}/events", response_class=EventStream, responses={**PROBLEMS, **STREAM})
async def watch_table(
    room: Annotated[Room, Depends(_room)],
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=80)] = None,
) -> EventStream:
    """What everybody may see of a table, step by step: no hands, no thoughts, no seed. It ends with the match.

    The first `state` of a connection tells how things stand; who reconnects with the id of the last one that he heard
    hears every one since.
    """
    return EventStream(_watching(room, int(last) if last and last.isascii() and last.isdigit() else None))


async def _watching(room: Room, heard: int | None) -> AsyncIterator[bytes]:
    """The events of a table after the one heard last; how things stand first where that is none."""
    if heard is None or heard > room.hub.last:
        heard = room.hub.last
        yield room.scenery()
    async for event in room.hub.listen(heard, silence_s=SILENCE_S, sigh=PING):
        yield event


@router.websocket("/tables/{table}/play")
async def play(websocket: WebSocket, table: str, key: Annotated[str, Query(max_length=200)] = "") -> None:
    """A person's line to his table; see `web.schemas.tables` for what is said on it."""
    if not _same_site(websocket):
        await websocket.close(_POLICY, "expected a page of this site")
        return
    await websocket.accept()
    tables = services_of(websocket).tables
    try:
        player = tables.seat(table, key)
    except ArenaError as error:
        code = UNKNOWN if isinstance(error, UnknownName) else REFUSED
        refused = Wire()
        refused.send(Complaint(detail=str(error)).model_dump_json())
        refused.close(
            Closing(code, "there is no such table" if code == UNKNOWN else "the key is another one")
        )
        await _send(websocket, refused)
        return
    room = tables.room(table)
    wire = room.attach(player)
    sending = asyncio.create_task(_send(websocket, wire))
    try:
        await _receive(websocket, room, player, wire)
    finally:
        room.detach(player, wire)
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending


@router.delete(
    "/matches/{match}",
    status_code=204,
    responses={
        **PROBLEMS,
        403: {"model": Problem, "description": "The key is not of somebody who played it."},
        410: {"model": Problem, "description": "It was deleted before."},
    },
)
async def delete_match(
    services: ServicesOf, match: Annotated[str, Path(max_length=60)], key: Key = None
) -> Response:
    """Delete a match for good; for somebody who played it."""
    await asyncio.to_thread(services.human.delete, match, key)
    services.matches.forget(match)
    services.tables.forget(match)
    return Response(status_code=204)


async def _send(websocket: WebSocket, wire: Wire) -> None:
    """Send what a table says, until it says no more or the page is gone."""
    with contextlib.suppress(RuntimeError, OSError, WebSocketDisconnect):
        while True:
            message = await wire.next()
            if isinstance(message, Closing):
                await websocket.close(message.code, message.reason)
                return
            await websocket.send_text(message)


async def _receive(websocket: WebSocket, room: Room, player: int, wire: Wire) -> None:
    """Take what a page says; what is no legal move of the moment changes nothing and is answered with the reason."""
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        try:
            act = _understood(message.get("text"))
            await room.act(player, act.ply, act.says)
        except (ArenaError, ValueError) as error:
            wire.send(Complaint(detail=str(error)).model_dump_json())


def _understood(text: str | None) -> Act:
    """The move that a message is.

    Raises:
        ValueError: if it is none.
    """
    wanted = 'expected {"type": "act", "ply": 0, "says": "..."}'
    if text is None or len(text) > _LONGEST:
        raise ValueError(f"{wanted}, got {'bytes' if text is None else f'{len(text)} letters'}")
    try:
        return Act.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        said = first["msg"][:1].lower() + first["msg"][1:]
        raise ValueError(f"{wanted}, got {text[:60]!r}: {place}: {said}".replace(": : ", ": ")) from error


def _same_site(connection: HTTPConnection) -> bool:
    """Whether a connection comes from a page of this server, or from no page at all."""
    origin = connection.headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower()
    except ValueError:  # no address at all
        return False
