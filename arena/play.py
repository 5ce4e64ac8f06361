"""Play: the only loop that lets agents act.

`play` runs one match in this process and returns its record. It measures time and catches what agents raise; to
*enforce* time and memory, an executor runs it in another process and looks over its shoulder through a `Watch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter_ns
from typing import Any, Protocol

from arena import streams
from arena.agent import Agent, Player, Turn
from arena.conditions import Conditions, Fault, FaultKind
from arena.errors import BadInput, HostFault, NotCapable
from arena.game import Game
from arena.record import Record, SeatRecord, software_versions
from arena.referee import Referee
from arena.spelling import spell

__all__ = ["Watch", "check_table", "misfit", "play", "player_seeds", "record_of"]


class Watch(Protocol):
    """Whoever looks over the shoulder of a match in another process."""

    def before(self, player: int, ply: int) -> Fault | None:
        """Called before each decision; a fault makes the player fail here instead of being asked."""


def player_seeds(seed: int, players: int) -> list[int]:
    """The dice of each player where nobody deals them: numbers derived from the seed of the match."""
    return [
        int(value) for value in streams.numbers(streams.derive(streams.root_key(seed), "players"), 0, players)
    ]


def check_table(game: Game[Any, Any, Any], agents: Sequence[Agent], conditions: Conditions) -> None:
    """Refuse a table that cannot play.

    Raises:
        BadInput: if the number of agents is not the number of players, or an agent cannot play under the conditions.
        NotCapable: if an agent does not play the game.
    """
    spec = game.spec
    conditions.check()
    if len(agents) != spec.players:
        raise BadInput(f"{spec.name} seats {spec.players} players, got {len(agents)} agents")
    for agent, role in zip(agents, spec.roles, strict=True):
        reason = misfit(agent, game, role)
        if reason:
            raise NotCapable(f"{spell(agent)} cannot play {spell(game)}: {reason}")
        if not conditions.access.allows(agent.spec.access):
            raise BadInput(
                f"{spell(agent)} needs access {agent.spec.access.value!r}, the match grants {conditions.access.value!r}"
            )


def misfit(agent: Agent, game: Game[Any, Any, Any], role: str | None = None) -> str | None:
    """Why `agent` cannot play `game` in `role` (any role where None); None where it can."""
    from arena.capabilities import capabilities

    spec = agent.spec
    if spec.games is not None and game.spec.name not in spec.games:
        return f"it plays {', '.join(spec.games)}"
    missing = [need for need in spec.needs if need not in capabilities(game)]
    if missing:
        return f"it needs a game that is {' and '.join(missing)}"
    wanted = set(game.spec.roles) if role is None else {role}
    if spec.roles is not None and not wanted & set(spec.roles):
        return f"it plays the roles {', '.join(spec.roles)}"
    return None


def play(
    game: Game[Any, Any, Any],
    agents: Sequence[Agent],
    seed: int,
    *,
    conditions: Conditions | None = None,
    seeds: Sequence[int] | None = None,
    watch: Watch | None = None,
    checked: bool = False,
) -> Record:
    """Play one match and return its record.

    Args:
        game: the rules.
        agents: one per seat, in the order of the seats.
        seed: the deal, in [0, 2**64).
        conditions: the conditions; the default ones where None.
        seeds: the dice of each player; derived from `seed` where None.
        watch: looks over the shoulder; None where nobody does.
        checked: whether the caller has run `check_table` on this table.

    Raises:
        BadInput: if the table cannot play; never for what an agent does.
    """
    conditions = conditions or Conditions()
    if not checked:
        check_table(game, agents, conditions)
    dealt = player_seeds(seed, game.spec.players) if seeds is None else [int(value) for value in seeds]
    referee = Referee(game, seed, dealt, conditions)
    try:
        table = _Table(referee, agents, watch)
        while turns := referee.pending():
            for player, turn in turns.items():
                table.ask(player, turn)
        table.close()
        return record_of(referee, agents, seed, dealt, table.thoughts)
    finally:
        referee.close()


class _Table:
    """The players of one match, and what they were thinking."""

    def __init__(self, referee: Referee, agents: Sequence[Agent], watch: Watch | None) -> None:
        self.referee = referee
        self.watch = watch
        self.thoughts: dict[int, Any] = {}
        patience = referee.conditions.patience_s
        self._patience_ns = None if patience is None else int(patience * 1e9)
        self._players: list[Player | Fault] = [
            self._sit(agent, player) for player, agent in enumerate(agents)
        ]

    def ask(self, player: int, turn: Turn) -> None:
        """Let a player act, and hand what came of it to the referee."""
        began = perf_counter_ns()
        answer = self._answer(player, turn)
        self.referee.submit(player, answer, (perf_counter_ns() - began) // 1000)

    def close(self) -> None:
        """Tell every player that the match is over."""
        for number, player in enumerate(self._players):
            if isinstance(player, Player):
                try:
                    player.close(self.referee.outcome)
                except (Exception, SystemExit) as error:  # whatever an agent raises is data
                    self.referee.faults.append(self._fault(number, error))

    def _sit(self, agent: Agent, number: int) -> Player | Fault:
        try:
            return agent.sit(self.referee.seats[number])
        except (Exception, SystemExit) as error:  # whatever an agent raises is data
            return self._fault(number, error)

    def _answer(self, number: int, turn: Turn) -> Any:
        player = self._players[number]
        if isinstance(player, Fault):
            return player
        if self.watch is not None:
            forced = self.watch.before(number, turn.ply)
            if forced is not None:
                return forced
        began = perf_counter_ns()
        try:
            action = player.act(turn)
            thoughts = player.thoughts()
        except HostFault:
            raise
        except (Exception, SystemExit) as error:  # whatever an agent raises is data
            return self._fault(number, error)
        took = perf_counter_ns() - began
        if self._patience_ns is not None and took > self._patience_ns:
            seconds = self.referee.conditions.patience_s
            return self.referee.fault(
                FaultKind.TIMEOUT, number, f"took {took / 1e9:.1f} s, allowed {seconds} s"
            )
        if thoughts is not None:
            self.thoughts[turn.ply] = thoughts
        return action

    def _fault(self, number: int, error: BaseException) -> Fault:
        kind = FaultKind.MEMORY if isinstance(error, MemoryError) else FaultKind.CRASH
        try:
            said = str(error)
        except Exception:  # a hostile __str__
            said = "(its message cannot be read)"
        return self.referee.fault(kind, number, f"{type(error).__name__}: {said}"[:300])


def record_of(
    referee: Referee, agents: Sequence[Agent], seed: int, seeds: Sequence[int], thoughts: dict[int, Any]
) -> Record:
    """The record of a match that is over."""
    outcome = referee.outcome
    if outcome is None:
        raise HostFault("a match is recorded when it is over")
    return Record(
        game=spell(referee.game),
        game_version=referee.game.spec.version,
        seed=seed,
        player_seeds=tuple(seeds),
        seats=tuple(SeatRecord.of(agent) for agent in agents),
        conditions=referee.conditions,
        software=software_versions(),
        actions=tuple(referee.actions),
        micros=tuple(referee.micros),
        decisions=tuple(referee.decisions),
        spent=tuple(referee.spent),
        thoughts=thoughts,
        faults=tuple(referee.faults),
        outcome=outcome,
        scores=referee.scores,
        digests=tuple(referee.digests),
        steps=referee.steps,
    )
