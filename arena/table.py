"""A table: agents in their seats, and what becomes of whatever they do.

An agent may raise, hang, answer nonsense or hand out objects that bite. Here all of it becomes an action or a `Fault`,
in the same way for one match (`arena.play`) and for many side by side (`arena.lockstep`)::

    with Table(game, agents, seed) as table:
        while turns := table.referee.pending():
            for player, turn in turns.items():
                table.ask(player, turn)
        record = table.record()
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from time import perf_counter_ns
from typing import Any, Final, NamedTuple, Protocol, Self

from arena import codec, streams
from arena.agent import Agent, Player, Turn
from arena.conditions import Conditions, Fault, FaultKind
from arena.errors import HostFault
from arena.facts import game_spec, spelling
from arena.game import Game, Outcome
from arena.record import Record, SeatRecord, software_versions
from arena.referee import Referee

__all__ = ["LEAVING", "NOT_DATA", "SITTING", "Answer", "Table", "Watch", "player_seeds"]

SITTING: Final = -1
"""The ply at which a player sits down, for a `Watch`."""
LEAVING: Final = -2
"""The ply at which a player is told of the end, for a `Watch`."""

NOT_DATA: Final = (KeyboardInterrupt, HostFault)
"""All that an agent may raise and that is not his fault: a person breaks off, or the arena itself failed."""


class Watch(Protocol):
    """Whoever looks over the shoulder of a match in another process."""

    def before(self, player: int, ply: int) -> Fault | None:
        """Called before an agent's code runs; a fault makes the player fail here instead.

        Args:
            player: whose code it is.
            ply: the ply of a decision, `SITTING` before he sits down, `LEAVING` before he is told of the end.
        """

    def after(self) -> None:
        """Called when the agent's code has returned; what follows is the arena's own."""


class Answer(NamedTuple):
    """What a player did in his turn, ready for the referee."""

    value: Any
    """An action, legal or not, or a `Fault`."""
    micros: int
    """The microseconds he took."""


def player_seeds(seed: int, players: int) -> list[int]:
    """The dice of each player where nobody deals them: numbers derived from the seed of the match."""
    dice: list[int] = streams.numbers(streams.derive(streams.root_key(seed), "players"), 0, players).tolist()
    return dice


class Table:
    """The agents of one match in their seats.

    Args:
        game: the rules.
        agents: one per seat, in the order of the seats.
        seed: the deal, in [0, 2**64).
        conditions: the conditions; the default ones where None.
        seeds: the dice of each player; derived from `seed` where None.
        watch: looks over the shoulder; None where nobody does.
    """

    def __init__(
        self,
        game: Game[Any, Any, Any],
        agents: Sequence[Agent],
        seed: int,
        conditions: Conditions | None = None,
        *,
        seeds: Sequence[int] | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.agents = tuple(agents)
        """Who sits where."""
        self.seed = int(seed)
        """The deal."""
        self.seeds = player_seeds(seed, game_spec(game).players) if seeds is None else list(map(int, seeds))
        """The dice of each player."""
        self.referee = Referee(game, self.seed, self.seeds, conditions or Conditions())
        """Holds the state; ask it for the turns."""
        self.thoughts: dict[int, Any] = {}
        """What players told of their decisions, by the number of the action."""
        self.players: list[Player | None] = [None] * len(self.agents)
        """The players; None where an agent failed to sit down."""
        self._watch = watch
        patience_s = self.referee.conditions.patience_s
        self._patience_ns = None if patience_s is None else int(patience_s * 1e9)
        try:
            failed = [self._seat(agent, number) for number, agent in enumerate(self.agents)]
            # Only when all have sat down, since a charge may set the match going.
            for fault in failed:
                if fault is not None:
                    self.referee.charge(fault)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, player: int, turn: Turn) -> None:
        """Let a player act, and hand what came of it to the referee."""
        self.referee.submit(player, *self.answer(player, turn))

    def answer(self, number: int, turn: Turn) -> Answer:
        """Let a player act; whatever he does is data."""
        forced = self._forced(number, turn.ply)
        if forced is not None:
            return Answer(forced, 0)
        player = self.seated(number)
        began = perf_counter_ns()
        try:
            action = player.act(turn)
            return self.heard(number, action, perf_counter_ns() - began)
        except NOT_DATA:
            raise
        except BaseException as error:
            return Answer(self._failed(number, error), (perf_counter_ns() - began) // 1000)
        finally:
            self._returned()

    def heard(self, number: int, action: Any, took_ns: int) -> Answer:
        """The answer of a player who acted within `took_ns` nanoseconds: in time, and with his thoughts noted."""
        micros = took_ns // 1000
        if self._patience_ns is not None and took_ns > self._patience_ns:
            message = f"took {took_ns / 1e9:.1f} s, allowed {self.referee.conditions.patience_s} s"
            return Answer(self.referee.fault(FaultKind.TIMEOUT, number, message), micros)
        try:
            thoughts = self.seated(number).thoughts()
            if thoughts is not None:
                # A copy: the player may go on writing into his own, and it must fit into the record.
                self.thoughts[self.referee.place(number)] = codec.snapshot(thoughts)
        except NOT_DATA:
            raise
        except BaseException as error:
            return Answer(self._failed(number, error), micros)
        if isinstance(action, Fault):
            # Only the arena makes faults; an agent that hands one in may not choose who is to blame.
            message = "expected an action, got a Fault"
            return Answer(self.referee.fault(FaultKind.ILLEGAL, number, message), micros)
        return Answer(action, micros)

    def seated(self, number: int) -> Player:
        """The player of a seat, who has a turn; one who failed to sit down never has."""
        player = self.players[number]
        if player is None:
            raise HostFault(f"player {number} failed to sit down, and was asked nevertheless")
        return player

    def record(self, seats: Sequence[SeatRecord] | None = None) -> Record:
        """The record of the match, which is over; every player is told so.

        Args:
            seats: who sits where, for the record; made from the agents where None.

        Raises:
            HostFault: if the match is not over.
        """
        referee = self.referee
        outcome = referee.outcome
        if outcome is None:
            raise HostFault("a match is recorded when it is over")
        self._dismiss(outcome)
        return Record(
            game=spelling(referee.game),
            game_version=game_spec(referee.game).version,
            seed=self.seed,
            player_seeds=tuple(self.seeds),
            seats=tuple(map(SeatRecord.of, self.agents) if seats is None else seats),
            conditions=referee.conditions,
            software=software_versions(),
            actions=tuple(referee.actions),
            micros=tuple(referee.micros),
            decisions=tuple(referee.decisions),
            spent=tuple(referee.spent),
            simulated=tuple(referee.simulated),
            thoughts=self.thoughts,
            faults=tuple(referee.faults),
            outcome=outcome,
            scores=referee.scores,
            digests=tuple(referee.digests),
            steps=referee.steps,
        )

    def close(self) -> None:
        """Free the state; players of a match that was broken off are told so. A second time does nothing."""
        if self.referee.closed:
            return
        try:
            self._dismiss(None)
        finally:
            self.referee.close()

    def _seat(self, agent: Agent, number: int) -> Fault | None:
        """Let an agent sit down; a fault where it fails to."""
        forced = self._forced(number, SITTING)
        if forced is not None:
            return forced
        try:
            player: Any = agent.sit(self.referee.seats[number])
        except NOT_DATA:
            raise
        except BaseException as error:
            return self._failed(number, error)
        finally:
            self._returned()
        if isinstance(player, Player):
            self.players[number] = player
            return None
        message = f"expected sit to return a Player, got {type(player).__name__}"
        return self.referee.fault(FaultKind.CRASH, number, message)

    def _dismiss(self, outcome: Outcome | None) -> None:
        """Close every player, each with an outcome of his own to write into."""
        players, self.players = self.players, [None] * len(self.agents)
        for number, player in enumerate(players):
            if player is not None and type(player).close is not Player.close:
                fault = self._dismissed(player, number, outcome)
                if fault is not None:
                    self.referee.charge(fault)

    def _dismissed(self, player: Player, number: int, outcome: Outcome | None) -> Fault | None:
        forced = self._forced(number, LEAVING)
        if forced is not None:
            return forced
        told = outcome and dataclasses.replace(outcome, metrics=dict(outcome.metrics))
        try:
            player.close(told)
            return None
        except NOT_DATA:
            raise
        except BaseException as error:
            return self._failed(number, error)
        finally:
            self._returned()

    def _forced(self, number: int, ply: int) -> Fault | None:
        """The fault that whoever looks over the shoulder puts in the place of the agent's code."""
        forced = None if self._watch is None else self._watch.before(number, ply)
        return None if forced is None else dataclasses.replace(forced, ply=self.referee.ply)

    def _returned(self) -> None:
        if self._watch is not None:
            self._watch.after()

    def _failed(self, number: int, error: BaseException) -> Fault:
        kind = FaultKind.MEMORY if isinstance(error, MemoryError) else FaultKind.CRASH
        try:
            said = " ".join(str.__str__(str(error)).split())
        except KeyboardInterrupt:
            raise
        except BaseException:  # a hostile __str__
            said = "(its message cannot be read)"
        return self.referee.fault(kind, number, f"{type(error).__name__}: {said}"[:300])
