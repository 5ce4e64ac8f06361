"""Lock-step: many matches side by side, so that an agent answers all that it is asked at once.

A neural agent does one forward pass for all its seats in all matches (`Agent.act_many`) where `arena.play` asks it turn
by turn. The records are those of `play`, but for the times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from time import perf_counter_ns
from typing import Any

from arena.agent import Agent, Turn
from arena.conditions import Conditions
from arena.errors import BadParameter
from arena.game import Game
from arena.play import check_table, prepare
from arena.record import Record
from arena.table import NOT_DATA, Answer, Table

__all__ = ["Lineup", "play_lockstep"]


@dataclass(frozen=True)
class Lineup:
    """One match to be played."""

    agents: tuple[Agent, ...]
    """One per seat, in the order of the seats."""
    seed: int
    """The deal, in [0, 2**64)."""
    seeds: tuple[int, ...] | None = None
    """The dice of each player; derived from `seed` where None."""


def play_lockstep(
    game: Game[Any, Any, Any],
    tables: Sequence[Lineup],
    *,
    conditions: Conditions | None = None,
    lanes: int = 256,
    checked: bool = False,
) -> list[Record]:
    """Play many matches of one game side by side.

    An agent object that sits on several seats or in several matches is asked by one `act_many` a round. Where that
    raises or gives a wrong number of actions, its players are asked one by one, so that only an offender is charged. The
    time of a common answer is shared evenly among the decisions.

    Args:
        game: the rules.
        tables: the matches.
        conditions: the conditions of all of them; the default ones where None.
        lanes: the number of matches that run at the same time, >= 1.
        checked: whether the caller has run `check_table` on every table.

    Returns:
        The records in the order of `tables`, each equal to that of `play` but for the times.

    Raises:
        BadInput: if a table cannot play; never for what an agent does.
    """
    conditions = conditions or Conditions()
    if lanes < 1:
        raise BadParameter(f"expected lanes >= 1, got {lanes!r}")
    if not checked:
        rows = [same.agents for same in dict.fromkeys(_Same(lineup.agents) for lineup in tables)]
        for agents in rows:
            check_table(game, agents, conditions)
        prepare(game, [agent for agents in rows for agent in agents])
    records: dict[int, Record] = {}
    running: dict[int, Table] = {}
    waiting = enumerate(tables)
    try:
        while True:
            for number, lineup in islice(waiting, lanes - len(running)):
                running[number] = Table(game, lineup.agents, lineup.seed, conditions, seeds=lineup.seeds)
            if not running:
                return [records[number] for number in range(len(tables))]
            _round(running.values())
            for number in [number for number, table in running.items() if table.referee.outcome]:
                records[number] = running[number].record()
                running.pop(number).close()
    finally:
        for table in running.values():
            table.close()


class _Same:
    """A row of agents, equal to another when it holds the same objects."""

    def __init__(self, agents: tuple[Agent, ...]) -> None:
        self.agents = agents
        self._ids = tuple(map(id, agents))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._ids == self._ids

    def __hash__(self) -> int:
        return hash(self._ids)


@dataclass(frozen=True)
class _Ask:
    """One turn of one match."""

    table: Table
    player: int
    turn: Turn


def _round(tables: Iterable[Table]) -> None:
    """Let everybody act who has a turn in any of the matches."""
    asked: list[_Ask] = []
    by_agent: dict[int, list[int]] = {}
    for table in tables:
        for player, turn in table.referee.pending().items():
            by_agent.setdefault(id(table.agents[player]), []).append(len(asked))
            asked.append(_Ask(table, player, turn))
    answers: dict[int, Answer] = {}
    for places in by_agent.values():
        answers.update(zip(places, _answers([asked[place] for place in places]), strict=True))
    # Handed in match by match and by player, as `play` does, so that faults stand in the same order.
    for place, ask in enumerate(asked):
        ask.table.referee.submit(ask.player, *answers[place])


def _answers(asked: list[_Ask]) -> list[Answer]:
    """The answers of one agent."""
    agent = asked[0].table.agents[asked[0].player]
    together = len(asked) > 1 and type(agent).act_many is not Agent.act_many
    began = perf_counter_ns()
    actions = _act_many(agent, asked) if together else None
    if actions is None:
        return [ask.table.answer(ask.player, ask.turn) for ask in asked]
    share_ns = (perf_counter_ns() - began) // len(asked)
    return [ask.table.heard(ask.player, action, share_ns) for ask, action in zip(asked, actions, strict=True)]


def _act_many(agent: Agent, asked: list[_Ask]) -> list[Any] | None:
    """One action for each turn; None where the agent does not give that."""
    try:
        players = [ask.table.seated(ask.player) for ask in asked]
        answered = agent.act_many(players, [ask.turn for ask in asked])
        actions = list(islice(answered, len(asked) + 1))
    except NOT_DATA:
        raise
    except BaseException:
        return None
    return actions if len(actions) == len(asked) else None
