"""A chunk of blocks, played: a pure function of the plan, the round and the numbers of the blocks.

Chance is a function of its place: the deal of block `i` is the `i`-th number of the round's stream of deals, the dice
of a player the number of (block, seating, seat) in the round's stream of players. A block is played in compiled
code where the game can do so and every seat of it is compiled, else by the referee, match by match; both ways give the same.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from arena import streams
from arena.agent import Agent
from arena.capabilities import BlockPlayable, Compiled, CompiledPolicy
from arena.conditions import Conditions, FaultPolicy
from arena.contest import Chunk, Pick, Plan, Results, Round
from arena.errors import ArenaError, BadPlan, HostFault
from arena.game import Game
from arena.play import Watch, play, prepare
from arena.record import Record, SeatRecord, write_records
from tournaments.plan import schedule_of
from tournaments.sheet import Sheet

__all__ = ["MOST_VOID", "ChunkPlayer", "ChunkWatch"]

MOST_VOID: Final = 10
"""How often one block may be void in a row."""


class ChunkWatch(Watch, Protocol):
    """Whoever looks over the shoulder of a chunk in another process."""

    def match(self, block: int, attempt: int, seating: int) -> None:
        """Called before each match that the referee plays."""

    def compiled(self) -> None:
        """Called before blocks are played in compiled code or agents make ready; `after` is called when they are."""


@dataclass(frozen=True)
class ChunkPlayer:
    """Plays the chunks of one round. Picklable where the game and the agents are."""

    game: Game[Any, Any, Any]
    """The round's game."""
    agents: tuple[Agent, ...]
    """All agents of the plan."""
    number: int
    """The round's number."""
    seatings: Callable[[int, int], NDArray[np.int16]]
    """Who sits where, as `Round.seatings`."""
    seed: int
    """The plan's root of all chance."""
    conditions: Conditions
    """The plan's conditions."""
    common: int = 1
    """How many consecutive seatings of a block share their dice, as `Schedule.common`."""

    @classmethod
    def of(cls, plan: Plan, picks: Pick, stage: Round) -> ChunkPlayer:
        """The player of the round `stage`."""
        common = schedule_of(plan).common(plan, picks)
        return cls(stage.game, picks.agents, stage.number, stage.seatings, plan.seed, plan.conditions, common)

    def __getstate__(self) -> dict[str, Any]:
        # What was compiled or hashed in this process is made anew in another.
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def __call__(self, chunk: Chunk) -> Results:
        """Play a chunk in this process, with nobody looking over the shoulder.

        Raises:
            HostFault: if the game itself fails; never for what an agent does.
            BadPlan: if a block is void again and again.
        """
        return self.play(chunk)

    def play(self, chunk: Chunk, watch: ChunkWatch | None = None, *, compiled: bool = True) -> Results:
        """Play a chunk.

        Args:
            chunk: which blocks.
            watch: looks over the shoulder; None where nobody does.
            compiled: whether compiled code may be used; the results are the same without.

        Raises:
            HostFault: if the game itself fails; never for what an agent does.
            BadPlan: if a block is void again and again.
        """
        began = perf_counter()
        seatings = self.seatings(chunk.start, chunk.count)
        sheet = Sheet(chunk, self.game.spec, seatings)
        rest = np.arange(chunk.count)
        if compiled and self._policies:
            fast = self._compiled_seats[seatings].all(axis=(1, 2))
            failed = self._play_compiled(chunk, seatings, np.flatnonzero(fast), sheet, watch)
            rest = np.concatenate([np.flatnonzero(~fast), failed])
        if compiled and len(rest):
            self._prepare(np.unique(seatings[rest]).tolist(), watch)
        rows = sorted(rest.tolist())
        played = [self._play_block(chunk.start + row, seatings[row], watch) for row in rows]
        # All played before the first is written: code that runs again and again runs faster.
        for row, (records, attempts) in zip(rows, played, strict=True):
            sheet.refereed(row, records, write_records(records), attempts)
        return sheet.results(perf_counter() - began, str(os.getpid()))

    def deals(self, start: int, count: int, attempt: int = 0) -> NDArray[np.uint64]:
        """The deals of a run of blocks, uint64[count], when they were void `attempt` times before."""
        return streams.numbers(self._key("deal", attempt), start, count)

    def dice(self, start: int, shape: tuple[int, int, int], attempt: int = 0) -> NDArray[np.uint64]:
        """The dice of the players of a run of blocks, uint64[B, S, n], `shape` = (B, S, n)."""
        count, seatings, seats = shape
        own = -(-seatings // self.common)
        each = own * seats
        dice = streams.numbers(self._key("players", attempt), start * each, count * each)
        dice = dice.reshape(count, own, seats)
        return dice if self.common == 1 else dice[:, np.arange(seatings) // self.common]

    def _key(self, name: str, attempt: int) -> streams.Key:
        key = self._keys[name]
        return streams.derive(key, "again", attempt) if attempt else key

    @cached_property
    def _keys(self) -> dict[str, streams.Key]:
        root = streams.root_key(self.seed)
        return {name: streams.derive(root, "round", self.number, name) for name in ("deal", "players")}

    def _play_compiled(
        self,
        chunk: Chunk,
        seatings: NDArray[np.int16],
        rows: NDArray[np.intp],
        sheet: Sheet,
        watch: ChunkWatch | None,
    ) -> NDArray[np.intp]:
        """Play the blocks at `rows` in compiled code; those with an illegal action come back, unplayed."""
        if not len(rows) or not isinstance(self.game, BlockPlayable):
            return rows
        seated = np.unique(seatings[rows])
        policies = [self._policies[agent] for agent in seated.tolist()]
        deals, dice = self.deals(chunk.start, chunk.count)[rows], self.dice(chunk.start, seatings.shape)[rows]
        places = np.searchsorted(seated, seatings[rows]).astype(np.int16)
        if watch is not None:
            watch.compiled()
        try:
            if chunk.start and not self._lined_up:
                # Workers that begin together share the compiling: that of the first block begins with its agents.
                prepare(self.game, [])
            if not self._lined_up.issuperset(seated.tolist()):
                # One block that nobody counts, so that compiling is no decision's time.
                self._lined_up.update(seated.tolist())
                self.game.play_blocks(policies, deals[:1], places[:1], dice[:1])
            began = perf_counter()
            outcome = self.game.play_blocks(policies, deals, places, dice)
            seconds = perf_counter() - began
        except ArenaError:
            raise
        except Exception as error:
            where = f"round {chunk.round} blocks {chunk.start} to {chunk.start + chunk.count - 1}"
            raise _host_fault(where, error) from error
        finally:
            if watch is not None:
                watch.after()
        sheet.compiled(rows, outcome, seconds)
        return rows[(outcome.faults >= 0).any(axis=1)]

    def _prepare(self, agents: list[int], watch: ChunkWatch | None) -> None:
        """Let agents make ready before their first match in this process, on nobody's clock."""
        fresh = [agent for agent in agents if agent not in self._prepared]
        if not fresh:
            return
        self._prepared.update(fresh)
        if watch is not None:
            watch.compiled()
        try:
            prepare(self.game, [self.agents[agent] for agent in fresh])
        finally:
            if watch is not None:
                watch.after()

    @cached_property
    def _prepared(self) -> set[int]:
        """The agents that have made ready in this process."""
        return set()

    @cached_property
    def _lined_up(self) -> set[int]:
        """The agents whose policies have played in compiled blocks in this process."""
        return set()

    def _play_block(
        self, block: int, seatings: NDArray[np.int16], watch: ChunkWatch | None
    ) -> tuple[list[Record], int]:
        """The matches of one block, played by the referee, and how often it was void before."""
        for attempt in range(MOST_VOID + 1):
            records = self.records(block, seatings, attempt, watch)
            void = self.conditions.faults is FaultPolicy.VOID and any(record.faults for record in records)
            if not void:
                return records, attempt
        fault = next(fault for record in records for fault in record.faults)
        raise BadPlan(
            f"round {self.number} block {block} was void {MOST_VOID + 1} times in a row ({fault.message}); "
            "faults = 'stand-in' plays on"
        )

    def records(
        self, block: int, seatings: NDArray[np.int16], attempt: int = 0, watch: ChunkWatch | None = None
    ) -> list[Record]:
        """The matches of one block, played by the referee.

        Args:
            block: its number.
            seatings: int16[S, n], who sits where in each match.
            attempt: how often it was void before.
            watch: looks over the shoulder; None where nobody does.

        Raises:
            HostFault: if the game itself fails.
        """
        deal = int(self.deals(block, 1, attempt)[0])
        dice = self.dice(block, (1, *seatings.shape), attempt)[0].tolist()
        records = []
        for seating, seated in enumerate(seatings.tolist()):
            if watch is not None:
                watch.match(block, attempt, seating)
            try:
                record = play(
                    self.game,
                    [self.agents[agent] for agent in seated],
                    deal,
                    conditions=self.conditions,
                    seeds=dice[seating],
                    watch=watch,
                    checked=True,
                    seats=[self._seat_records[agent] for agent in seated],
                )
            except ArenaError:
                raise
            except Exception as error:
                raise _host_fault(f"round {self.number} block {block} seating {seating}", error) from error
            records.append(record)
        return records

    @cached_property
    def _seat_records(self) -> tuple[SeatRecord, ...]:
        return tuple(SeatRecord.of(agent) for agent in self.agents)

    @cached_property
    def _policies(self) -> dict[int, CompiledPolicy]:
        """The compiled agents by number; none where the game plays no blocks, or a limit of steps is not its own."""
        limit = self.conditions.step_limit
        if not isinstance(self.game, BlockPlayable) or (limit is not None and limit < self.game.spec.horizon):
            return {}
        found: dict[int, CompiledPolicy] = {}
        for number, agent in enumerate(self.agents):
            policy = agent.compiled_policy(self.game) if isinstance(agent, Compiled) else None
            if policy is not None:
                found[number] = policy
        return found

    @cached_property
    def _compiled_seats(self) -> NDArray[np.bool_]:
        """bool[K], which agents are compiled."""
        return np.array([number in self._policies for number in range(len(self.agents))])


def _host_fault(where: str, error: Exception) -> HostFault:
    return HostFault(f"{where} could not be played: {type(error).__name__}: {error}")
