"""Play: one match in this process.

`play` measures time and catches what agents raise; to *enforce* time and memory, an executor runs it in another process
and looks over its shoulder through a `Watch`. The package's face offers the function under the name of this module
(``from arena import play``), so the module can be called, too.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from arena import streams
from arena.agent import Agent, Seat, Turn
from arena.capabilities import BlockPlayable, capabilities
from arena.conditions import Budget, Conditions
from arena.errors import BadInput, NotCapable
from arena.facts import agent_spec, game_spec, spelling
from arena.game import Game
from arena.record import Record, SeatRecord
from arena.table import LEAVING, SITTING, Table, Watch, player_seeds

__all__ = [
    "LEAVING",
    "SITTING",
    "Watch",
    "check_table",
    "misfit",
    "play",
    "player_seeds",
    "prepare",
    "rehearse",
]


def check_table(game: Game[Any, Any, Any], agents: Sequence[Agent], conditions: Conditions) -> None:
    """Refuse a table that cannot play.

    Raises:
        BadInput: if the number of agents is not the number of players, an agent cannot play under the conditions, or
            its parameters are no plain data.
        NotCapable: if an agent does not play the game.
    """
    spec = game_spec(game)
    conditions.check()
    if len(agents) != spec.players:
        raise BadInput(f"{spec.name} seats {spec.players} players, got {len(agents)} agents")
    for agent, role in zip(agents, spec.roles, strict=True):
        reason = misfit(agent, game, role)
        if reason:
            raise NotCapable(f"{spelling(agent)} cannot play {spelling(game)}: {reason}")
        needed, granted = agent_spec(agent).access, conditions.access
        if not granted.allows(needed):
            raise BadInput(
                f"{spelling(agent)} needs access {needed.value!r}, the match grants {granted.value!r}"
            )
        SeatRecord.of(agent)


def misfit(agent: Agent, game: Game[Any, Any, Any], role: str | None = None) -> str | None:
    """Why `agent` cannot play `game` in `role` (any role where None); None where it can."""
    spec, rules = agent_spec(agent), game_spec(game)
    if spec.games is not None and rules.name not in spec.games:
        return f"it plays {', '.join(spec.games)}"
    if spec.dynamics is not None and rules.dynamics is not spec.dynamics:
        return f"it plays games of {spec.dynamics.value}, not {rules.dynamics.value} ones"
    missing = _missing(game, spec.needs) if spec.needs else []
    if missing:
        return f"it needs a game that is {' and '.join(missing)}"
    wanted = set(rules.roles) if role is None else {role}
    if spec.roles is not None and not wanted & set(spec.roles):
        return f"it plays the roles {', '.join(spec.roles)}"
    return agent.refusal(game)


def prepare(game: Game[Any, Any, Any], agents: Sequence[Agent]) -> None:
    """Let the game and agents make ready in this process. What fails will fail again in play, where it is recorded."""
    with contextlib.suppress(Exception):
        _rehearse_game(game)
    # Agents stand by family: the last ones, which search, compile for longest, and other processes begin with others.
    for agent in reversed({id(agent): agent for agent in agents}.values()):
        with contextlib.suppress(Exception, SystemExit):
            agent.prepare(game)


def _rehearse_game(game: Game[Any, Any, Any]) -> None:
    """No block at all, and the first step of a match of no consequence: what compiles or loads lazily has then."""
    if isinstance(game, BlockPlayable):
        seatings = np.zeros((0, 1, game.spec.players))
        game.play_blocks([], np.zeros(0, np.uint64), seatings.astype(np.int16), seatings.astype(np.uint64))
    state, rng = game.init(0), streams.generator(0)
    try:
        moves = {}
        for player in game.actors(state):
            game.view(state, player)
            moves[player] = game.legal(state, player).sample(rng)
        state = game.step(state, moves)
    finally:
        game.close(state)


def rehearse(agent: Agent, game: Game[Any, Any, Any]) -> None:
    """One decision of `agent` in a match of no consequence, by one simulation: what compiles or loads lazily has then.

    For `Agent.prepare` of agents that have nothing better to do.
    """
    conditions = Conditions(budget=Budget(simulations=1))
    state = game.init(0)
    try:
        first = game.actors(state)[0]
        seat = Seat(game, first, game.spec.roles[first], conditions, 0)
        player = agent.sit(seat)
        player.act(Turn(game.view(state, first), game.legal(state, first), 0, seat))
        player.close(None)
    finally:
        game.close(state)


def _missing(game: Game[Any, Any, Any], needs: Sequence[str]) -> list[str]:
    found = capabilities(game)
    return [need for need in needs if need not in found]


def play(
    game: Game[Any, Any, Any],
    agents: Sequence[Agent],
    seed: int,
    *,
    conditions: Conditions | None = None,
    seeds: Sequence[int] | None = None,
    watch: Watch | None = None,
    seats: Sequence[SeatRecord] | None = None,
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
        seats: who sits where, for the record; made from `agents` where None.
        checked: whether the caller has run `check_table` on this table.

    Raises:
        BadInput: if the table cannot play; never for what an agent does.
    """
    conditions = conditions or Conditions()
    if not checked:
        check_table(game, agents, conditions)
        prepare(game, agents)
    table = Table(game, agents, seed, conditions, seeds=seeds, watch=watch)
    try:
        while turns := table.referee.pending():
            for player, turn in turns.items():
                table.ask(player, turn)
        return table.record(seats)
    finally:
        table.close()


class _CallableModule(ModuleType):
    """This module, which plays when called: `arena.play` is its name and the function's."""

    def __call__(self, *args: Any, **kwargs: Any) -> Record:
        """As the function `play`."""
        return play(*args, **kwargs)


sys.modules[__name__].__class__ = _CallableModule
