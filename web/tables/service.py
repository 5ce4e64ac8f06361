"""The tables of a server: opened, found, closed."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from arena import streams
from arena.agent import Agent, Family
from arena.conditions import Budget, Conditions
from arena.errors import BadInput, BadParameter, UnknownName
from arena.facts import agent_spec, spelling
from arena.game import Game
from arena.play import check_table
from arena.record import Record, SeatRecord
from arena.registry import make_game, make_public_agent
from arena.spelling import parse
from web.conditions import conditions_of
from web.errors import Forbidden, TooMany
from web.human import HumanMatches, key_digest
from web.schemas.matches import SeatInfo
from web.schemas.tables import Chair, TableDetail, TableOpened, TableRequest
from web.tables.bout import Bout
from web.tables.person import seated
from web.tables.room import Pace, Room, Sign
from web.tables.wire import ENDED, Closing

__all__ = ["Tables"]

_THREADS: Final = 2
"""Threads that compute for all tables together: a slow agent makes others wait, and never the server."""
Result = TypeVar("Result")


@dataclass(frozen=True)
class _Open:
    room: Room
    digests: dict[int, str]
    task: asyncio.Task[None]


class Tables:
    """The tables of a server. It is used by one event loop.

    Args:
        human: where finished matches are kept.
        pace: the times of every table.
        most: tables open at most at a time.
    """

    def __init__(self, human: HumanMatches, pace: Pace, most: int) -> None:
        self._human = human
        self._pace = pace
        self._most = most
        self._open: dict[str, _Open] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="arena-table")

    async def open(self, wanted: TableRequest) -> TableOpened:
        """Open a table and begin to play.

        Raises:
            UnknownName: if there is no such game or agent.
            BadInput: if the table cannot be played, or nobody at it is a person.
            TooMany: if too many are open.
        """
        self._make_place()
        bout, sign = await self._work(lambda: _laid(wanted))
        try:
            self._make_place()
        except TooMany:
            await self._work(bout.close)
            raise
        people = [Chair(seat=seat, key=secrets.token_urlsafe(32)) for seat in bout.people]
        digests = {chair.seat: key_digest(chair.key) for chair in people}

        def keep(record: Record) -> str:
            return self._human.add(record, list(digests.values()))

        room = Room(sign, bout, self._pace, self._work, keep)
        task = asyncio.create_task(room.run(), name=f"table {sign.id}")
        task.add_done_callback(lambda _: self._open.pop(sign.id, None))
        self._open[sign.id] = _Open(room, digests, task)
        return TableOpened(id=sign.id, seat=people[0].seat, key=people[0].key, people=people)

    def room(self, identifier: str) -> Room:
        """The table with an id.

        Raises:
            UnknownName: if there is none, or it was closed.
        """
        found = self._open.get(identifier)
        if found is None:
            raise UnknownName("table", identifier[:60], ["t-..., as it was told when the table was opened"])
        return found.room

    def seat(self, identifier: str, key: str) -> int:
        """The seat at a table that a key proves.

        Raises:
            UnknownName: if there is no such table.
            Forbidden: if the key is not of somebody there.
        """
        self.room(identifier)
        given = key_digest(key)
        for seat, digest in self._open[identifier].digests.items():
            if hmac.compare_digest(given, digest):
                return seat
        raise Forbidden(f"expected the key of somebody at table {identifier!r}, got another one")

    def detail(self, identifier: str) -> TableDetail:
        """A table as everybody may see it.

        Raises:
            UnknownName: if there is none, or it was closed.
        """
        room = self.room(identifier)
        sign = room.sign
        return TableDetail(
            id=sign.id,
            game=sign.game,
            title=sign.title,
            seats=list(sign.seats),
            people=list(room.people),
            conditions=list(sign.conditions),
            opened=sign.opened,
            state=room.state,
            plies=room.plies,
            here=list(room.here),
            watching=room.hub.listeners,
            outcome=room.outcome,
            match=room.match,
        )

    def forget(self, match: str) -> None:
        """A match was deleted: its table is closed, where it is open still."""
        for each in self._open.values():
            if each.room.match == match:
                each.room.shut(Closing(ENDED, "the match was deleted"))
                each.task.cancel()

    def hang_up(self) -> None:
        """Close every line to every table."""
        for each in self._open.values():
            each.room.shut(Closing(ENDED, "the server stops"))

    async def close(self) -> None:
        """Break off every match; called once."""
        tasks = [each.task for each in self._open.values()]
        self.hang_up()
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        self._threads.shutdown(wait=True)

    def _work(self, work: Callable[[], Result]) -> Awaitable[Result]:
        return asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _make_place(self) -> None:
        """Where there are too many tables, close the oldest that is over, or else one that was left."""
        if len(self._open) < self._most:
            return
        rooms = [each for each in self._open.values() if not each.task.cancelling()]
        if len(rooms) < self._most:  # one is on its way out
            return
        free = [each for each in rooms if each.room.over] or [each for each in rooms if each.room.left]
        if not free:
            raise TooMany(f"expected fewer than {self._most} open tables; end one, or come back later")
        free[0].room.shut(Closing(ENDED, "the table was cleared for others"))
        free[0].task.cancel()


def _laid(wanted: TableRequest) -> tuple[Bout, Sign]:
    """The match that a request means, and what stands at its door."""
    agents = [seated(make_public_agent(spelled)) for spelled in wanted.seats]
    if not any(agent_spec(agent).family is Family.HUMAN for agent in agents):
        raise BadParameter(f"expected 'human' on at least one seat, got {', '.join(wanted.seats)!r}")
    game = _game(wanted.game, len(agents))
    # Nobody hurries a person.
    conditions = Conditions(budget=Budget(simulations=wanted.simulations), patience_s=None)
    check_table(game, agents, conditions)
    bout = Bout(game, agents, streams.fresh_seed(), conditions)
    sign = Sign(
        id=f"t-{secrets.token_hex(8)}",
        game=spelling(game),
        title=game.spec.title,
        seats=tuple(_info(seat, agent) for seat, agent in enumerate(agents)),
        conditions=tuple(conditions_of(conditions)),
        opened=Sign.now(),
    )
    return bout, sign


def _game(spelled: str, seats: int) -> Game[object, object, object]:
    """The game, set for so many players where it does not say for how many."""
    game: Game[object, object, object] = make_game(spelled)
    if game.spec.players == seats or "players" in parse(spelled).parameters:
        return game
    if seats not in game.spec.table_sizes:
        sizes = ", ".join(map(str, game.spec.table_sizes))
        raise BadInput(f"{game.spec.name} seats {sizes} players, got {seats} seats")
    return game.with_players(seats)


def _info(seat: int, agent: Agent) -> SeatInfo:
    record = SeatRecord.of(agent)
    return SeatInfo(
        seat=seat, agent=record.agent, name=record.agent, version=str(record.version), digest=record.digest
    )
