"""A game in turns as an OpenSpiel game, for its exact solvers: best responses, CFR, sequence-form linear programs.

Chance comes from `Enumerable`: the first states are the outcomes of a chance node at the root, and where an action has
several successors a chance node follows. The information state of a player is what a player of the arena has: the views
of his own turns and his own actions, in order, and his view now. So it has perfect recall by construction, also where a
view alone has not.

Source: M. Lanctot et al., "OpenSpiel: A Framework for Reinforcement Learning in Games", arXiv 1908.09453.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
from gymnasium import spaces

from arena import codec
from arena.adapters.openspiel import pyspiel
from arena.capabilities import Encodable, Enumerable, Indexed
from arena.errors import NotCapable
from arena.facts import game_spec, spelling
from arena.game import Dynamics, Game, Information, Utility
from arena.legal import Finite

__all__ = ["export"]

_FIRST_STATES: Final = 1_000_000
"""More first states than this are no chance node that anybody could solve."""
_CHANCE_OUTCOMES: Final = 512
"""Successors of one action beyond which the game is refused; OpenSpiel wants a bound beforehand."""


@cache
def export(game: Game[Any, Any, Any]) -> Any:
    """`game` as a `pyspiel.Game`, registered as ``arena_`` and its spelling, so that `pyspiel.load_game` finds it, too.

    Action numbers are the game's own (`Indexed`). Returns are 0 until the end, then those of the match. The cut of a match
    by a step limit is no part of the rules and does not happen here.

    Args:
        game: a game in turns with actions numbered by one number and with enumerable chance.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
        NotCapable: if the game cannot be exported; the message says why.
    """
    spiel = pyspiel()
    _check(game)
    # Classes that derive from pyspiel's are made here, because pyspiel is an extra.
    kind, info, first = _game_type(spiel, game), _game_info(spiel, game), _Root(game)

    class ArenaState(spiel.State):  # type: ignore[misc]  # pyspiel is not typed
        """A history of the game; all that changes is in one immutable node, so clones share it."""

        def __init__(self, owner: Any) -> None:
            super().__init__(owner)
            self.node: _Node = first.node

        def current_player(self) -> int:
            if self.node.branches:
                return int(spiel.PlayerId.CHANCE)
            return int(spiel.PlayerId.TERMINAL) if self.node.actor is None else self.node.actor

        def is_terminal(self) -> bool:
            return not self.node.branches and self.node.actor is None

        def chance_outcomes(self) -> list[tuple[int, float]]:
            return [(number, chance) for number, (chance, _) in enumerate(self.node.branches)]

        def _legal_actions(self, player: int) -> list[int]:
            del player
            return self.node.numbers

        def _apply_action(self, action: int) -> None:
            self.node = self.node.child(action)

        def _action_to_string(self, player: int, action: int) -> str:
            if player == spiel.PlayerId.CHANCE:
                return f"chance {action}"
            return game.say(game.action(action))  # type: ignore[attr-defined]

        def returns(self) -> list[float]:
            ended = self.is_terminal()
            return list(self.node.returns) if ended else [0.0] * len(self.node.returns)

        def __str__(self) -> str:
            return " ".join(self.node.said) or "start"

    class ArenaGame(spiel.Game):  # type: ignore[misc]  # pyspiel is not typed
        """The rules."""

        def __init__(self, params: Any = None) -> None:
            del params
            super().__init__(kind, info, {})

        def new_initial_state(self) -> Any:
            return ArenaState(self)

        def max_chance_nodes_in_history(self) -> int:
            return game_spec(game).horizon + 1 if game_spec(game).chance else 0

        def make_py_observer(self, iig_obs_type: Any = None, params: Any = None) -> Any:
            del params
            return _Observer(game, bool(iig_obs_type and iig_obs_type.perfect_recall))

    spiel.register_game(kind, ArenaGame)
    return ArenaGame()


def _check(game: Game[Any, Any, Any]) -> None:
    spec = game_spec(game)
    if spec.dynamics is not Dynamics.TURNS:
        raise NotCapable(f"{spec.name} cannot be exported to OpenSpiel: several players act at once")
    if not isinstance(game, Enumerable):
        raise NotCapable(f"{spec.name} cannot be exported to OpenSpiel: its chance cannot be listed (Enumerable)")
    seats = [spec.spaces.get(role) for role in spec.roles]
    if not isinstance(game, Indexed) or not all(seat and isinstance(seat.actions, spaces.Discrete) for seat in seats):
        raise NotCapable(
            f"{spec.name} cannot be exported to OpenSpiel: expected one number for each action (Indexed, Discrete)"
        )


def _short_name(game: Game[Any, Any, Any]) -> str:
    return "arena_" + re.sub(r"\W+", "_", spelling(game)).strip("_")


def _game_type(spiel: Any, game: Game[Any, Any, Any]) -> Any:
    spec, kinds = game_spec(game), spiel.GameType
    utilities = {
        Utility.ZERO_SUM: kinds.Utility.ZERO_SUM,
        Utility.IDENTICAL: kinds.Utility.IDENTICAL,
        Utility.GENERAL: kinds.Utility.GENERAL_SUM,
    }
    perfect = spec.information is Information.PERFECT
    return kinds(
        short_name=_short_name(game),
        long_name=spec.title,
        dynamics=kinds.Dynamics.SEQUENTIAL,
        chance_mode=kinds.ChanceMode.EXPLICIT_STOCHASTIC if spec.chance else kinds.ChanceMode.DETERMINISTIC,
        information=kinds.Information.PERFECT_INFORMATION if perfect else kinds.Information.IMPERFECT_INFORMATION,
        utility=utilities[spec.utility],
        reward_model=kinds.RewardModel.TERMINAL,
        max_num_players=spec.players,
        min_num_players=spec.players,
        provides_information_state_string=True,
        provides_information_state_tensor=False,
        provides_observation_string=True,
        provides_observation_tensor=isinstance(game, Encodable),
    )


def _game_info(spiel: Any, game: Game[Any, Any, Any]) -> Any:
    spec = game_spec(game)
    low, high = spec.returns
    return spiel.GameInfo(
        num_distinct_actions=max(int(spec.spaces[role].actions.n) for role in spec.roles),  # type: ignore[attr-defined]
        max_chance_outcomes=max(_CHANCE_OUTCOMES, len(_Root(game).node.branches)) if spec.chance else 0,
        num_players=spec.players,
        min_utility=low,
        max_utility=high,
        utility_sum=0.0 if spec.utility is Utility.ZERO_SUM else None,
        max_game_length=spec.horizon,
    )
