"""A room: one table with the people at it, those who watch, and its clock.

The match itself is computed in threads, one call at a time; everything else happens in the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter_ns
from typing import Literal, Protocol, TypeVar

import structlog

from arena.errors import ArenaError
from arena.record import Record
from web.schemas.common import NamedValue
from web.schemas.matches import SeatInfo
from web.schemas.tables import Complaint, Outcome, Ply, Position, Scenery
from web.sse import event_bytes
from web.tables.bout import Bout, Choice, Shot
from web.tables.hub import Hub
from web.tables.wire import ENDED, FAILED, IDLE, REPLACED, Closing, Wire

__all__ = ["Pace", "Room", "Sign", "Worker"]

Result = TypeVar("Result")


class Worker(Protocol):
    """Where the match is computed."""

    def __call__(self, work: Callable[[], Result]) -> Awaitable[Result]:
        """What `work` returns, computed in a thread."""


@dataclass(frozen=True)
class Pace:
    """The times of a table."""

    step_s: float
    """The least time from one moment to the next, in seconds, so that a page can show it."""
    idle_s: float
    """After so many seconds without a word of anybody at the table it is closed."""
    left_s: float = 300.0
    """After so many seconds without a word, and with nobody connected, it gives way where there are too many."""


@dataclass(frozen=True)
class Sign:
    """What stands at the door."""

    id: str
    """The table's id."""
    game: str
    """The game's spelling."""
    title: str
    """What people call the game."""
    seats: tuple[SeatInfo, ...]
    """Who sits where."""
    conditions: tuple[NamedValue, ...]
    """Under which it is played."""
    opened: str
    """When it was opened, ISO 8601, UTC."""

    @staticmethod
    def now() -> str:
        """This moment, as `opened`."""
        return datetime.now(UTC).isoformat(timespec="seconds")


class Room:
    """One table. It is used by one event loop.

    Args:
        sign: what stands at the door.
        bout: the match.
        pace: its times.
        work: computes in a thread.
        keep: keeps a record, in a thread, and gives its id.
    """

    def __init__(
        self, sign: Sign, bout: Bout, pace: Pace, work: Worker, keep: Callable[[Record], str]
    ) -> None:
        self.sign = sign
        """What stands at the door."""
        self.people = bout.people
        """The seats of people."""
        self.hub: Hub[bytes] = Hub()
        """What those who watch hear."""
        self.over = False
        """Whether the match is over."""
        self.outcome: Outcome | None = None
        """How it ended; None while it is played."""
        self.match: str | None = None
        """The id of the match that was kept; None until it is over."""
        self._bout = bout
        self._pace = pace
        self._work = work
        self._keep = keep
        self._wires: dict[int, Wire] = {}
        self._lock = asyncio.Lock()
        self._moved = asyncio.Event()
        self._problem: str | None = None
        self._log = structlog.get_logger("arena.web")
        loop = asyncio.get_running_loop()
        self._heard = self._shown = loop.time()
        self._asked_ns = perf_counter_ns()
        self._guard = threading.Lock()
        self._shut = False
        self._now = bout.shot
        self._positions = self._said(bout.shot, bout.choices)

    @property
    def plies(self) -> int:
        """Actions taken so far, as shown."""
        return self._now.frames["public"].ply

    @property
    def state(self) -> Literal["thinking", "waiting", "over"]:
        """Whether agents think, a person is waited for, or the match is over."""
        return "over" if self.over else "waiting" if self._bout.asked else "thinking"

    @property
    def here(self) -> tuple[int, ...]:
        """The seats of people who are connected."""
        return tuple(sorted(self._wires))

    @property
    def left(self) -> bool:
        """Whether the people went away, or never came, a while ago."""
        return not self._wires and asyncio.get_running_loop().time() - self._heard > self._pace.left_s

    async def run(self) -> None:
        """Play the match to its end, then stay open for those who look at it, until nobody has said a word for too long."""
        why = Closing(IDLE, "nobody has said a word at this table for too long")
        try:
            await self._do(self._bout.prepare)
            while not self.over and await self._advance():
                pass
            while self.over and self._left() > 0:  # noqa: ASYNC110 -- who connects anew prolongs it
                await asyncio.sleep(self._left())
        except Exception as error:
            # The rules themselves failed: those at the table hear of it, the log has the rest.
            self._log.exception("a table failed", table=self.sign.id, exc_info=error)
            why = Closing(FAILED, "the arena failed at this table; its log says more")
        finally:
            self.shut(why)
            await asyncio.shield(asyncio.ensure_future(self._do(self._bout.close)))

    def attach(self, player: int) -> Wire:
        """Connect a person, who is told how things stand; an older connection of his is closed."""
        self._heard = asyncio.get_running_loop().time()
        wire, older = Wire(), self._wires.get(player)
        if self._shut:
            wire.close(Closing(ENDED, "the table is closed"))
            return wire
        if older is not None:
            older.close(Closing(REPLACED, "the same seat was taken up elsewhere"))
        self._wires[player] = wire
        wire.send(self._positions[player])
        if self._problem is not None:
            wire.send(Complaint(detail=self._problem).model_dump_json())
        return wire

    def detach(self, player: int, wire: Wire) -> None:
        """A connection is gone; the game waits."""
        if self._wires.get(player) is wire:
            del self._wires[player]
            self._heard = asyncio.get_running_loop().time()

    async def act(self, player: int, ply: int, says: str) -> None:
        """Take the move of a person and show it.

        Raises:
            MomentPassed: if it is not his turn, or was meant for another moment.
            IllegalAction: if the words mean no legal move.
        """
        micros = (perf_counter_ns() - self._asked_ns) // 1000
        self._heard = asyncio.get_running_loop().time()
        async with self._lock:
            shots = await self._do(lambda: self._bout.act(player, ply, says, micros))
            await self._show(shots)
        self._moved.set()

    def scenery(self) -> bytes:
        """How things stand, for somebody who begins to watch."""
        return self._event(self._now, self._bout.history[: self.plies], self.hub.last)

    def shut(self, why: Closing) -> None:
        """Close every line; a second time does nothing."""
        self._shut = True
        for wire in self._wires.values():
            wire.close(why)
        self._wires = {}
        self.hub.close()

    async def _advance(self) -> bool:
        """One step of the agents, or of a person who is waited for; False where nobody came."""
        if not self._bout.thinking:
            self._moved.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), max(0.0, self._left()))
            return self._moved.is_set() or self._left() > 0
        async with self._lock:
            shots = await self._do(self._bout.play_on)
            passed = asyncio.get_running_loop().time() - self._shown
            await asyncio.sleep(max(0.0, self._pace.step_s - passed))
            await self._show(shots)
        return True

    def _left(self) -> float:
        """Seconds until the table is closed if nobody says a word."""
        return self._heard + self._pace.idle_s - asyncio.get_running_loop().time()

    async def _show(self, shots: list[Shot]) -> None:
        """Tell everybody of new moments; with the last one the record is kept first, so that its id can be told."""
        if shots and self._bout.over:
            await self._finish()
        for shot in shots or [self._now]:
            last = shot is self._bout.shot
            self._now = shot
            self._positions = self._said(shot, self._bout.choices if last else {})
            for player, wire in self._wires.items():
                wire.send(self._positions[player])
            if shots:
                self.hub.say(self._event(shot, list(shot.done), self.hub.last + 1))
        if self.over:
            self.hub.close()
            self._complain()
        self._shown = asyncio.get_running_loop().time()
        if self._bout.asked:
            self._asked_ns = perf_counter_ns()

    async def _finish(self) -> None:
        """Keep the record of the match."""

        def kept() -> str:
            try:
                return self._keep(self._bout.record())
            finally:
                self._bout.close()

        self.outcome = self._bout.outcome()
        try:
            self.match = await self._do(kept)
        except ArenaError as error:
            self._problem = f"the match is over, but it was not kept: {error}"
            self._log.exception("a match was not kept", table=self.sign.id)
        self.over = True

    def _complain(self) -> None:
        """Tell the people why their match was not kept."""
        if self._problem is not None:
            for wire in self._wires.values():
                wire.send(Complaint(detail=self._problem).model_dump_json())

    def _said(self, shot: Shot, choices: Mapping[int, Choice]) -> dict[int, str]:
        """What each person is told of a moment."""
        return {player: self._position(shot, player, choices.get(player)) for player in self.people}

    def _position(self, shot: Shot, player: int, choice: Choice | None) -> str:
        frame = shot.frames[player]
        return Position(
            table=self.sign.id,
            seat=player,
            frame=frame,
            previous=shot.before.get(player),
            legal=[] if choice is None else choice.legal,
            expected=None if choice is None else choice.expected,
            history=self._bout.history[: frame.ply],
            outcome=self.outcome if frame.over else None,
            match=self.match if frame.over else None,
        ).model_dump_json()

    def _event(self, shot: Shot, history: list[Ply], number: int) -> bytes:
        frame = shot.frames["public"]
        scenery = Scenery(
            table=self.sign.id,
            frame=frame,
            history=history,
            outcome=self.outcome if frame.over else None,
            match=self.match if frame.over else None,
        )
        return event_bytes("state", scenery.model_dump_json(), str(number))

    def _do(self, work: Callable[[], Result]) -> Awaitable[Result]:
        """Use the match in a thread; one that goes on after its asker was cancelled is waited for by the next."""

        def guarded() -> Result:
            with self._guard:
                return work()

        return self._work(guarded)
