"""A game in turns as an OpenSpiel game, for its exact solvers: best responses, CFR, sequence-form linear programs.

Chance comes from `Enumerable`: the first states are the outcomes of a chance node at the root, and where an action has
several successors a chance node follows. The information state of a player is what a player of the arena has: the views
of his own turns and his own actions, in order, and his view now. So it has perfect recall by construction, also where a
view alone has not.

Source: M. Lanctot et al., "OpenSpiel: A Framework for Reinforcement Learning in Games", arXiv 1908.09453.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from gymnasium import spaces

from arena.adapters._pyspiel import load_pyspiel
from arena.adapters.history import History
from arena.capabilities import Encodable, Enumerable, Indexed
from arena.errors import NotCapable
from arena.facts import game_spec, spelling
from arena.game import Dynamics, Game, Information, Utility

__all__ = ["export"]

_CHANCE_OUTCOMES: Final = 512
"""The bound of outcomes of one chance node that OpenSpiel is told, unless the deal has more."""


@cache
def export(game: Game[Any, Any, Any]) -> Any:
    """`game` as a `pyspiel.Game`.

    It is registered under ``arena_`` and its spelling, so that `pyspiel.load_game` finds it, too. Action numbers are the
    game's own. Returns are zero until the end, then those of the match. A match that the arena would cut by the step limit
    of its conditions is not cut: that limit is no rule of the game.

    Args:
        game: a game in turns, whose actions have one number each and whose chance can be listed.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
        NotCapable: if the game cannot be exported; the message says why.
    """
    pyspiel = load_pyspiel()
    from arena.adapters._spiel_game import SpielGame

    _check(game)
    start = History.start(game)
    kind = _game_type(pyspiel, game)
    info = _game_info(pyspiel, game, start)

    def rules(self: Any, params: Any = None) -> None:
        del params
        SpielGame.__init__(self, game, kind, info, start)

    # OpenSpiel keeps what it is given until after the interpreter's end, which a class survives and a function does not.
    maker = type("ExportedGame", (SpielGame,), {"__init__": rules})
    pyspiel.register_game(kind, maker)
    return maker()


def _check(game: Game[Any, Any, Any]) -> None:
    spec = game_spec(game)
    why = None
    seats = [spec.spaces.get(role) for role in spec.roles]
    if spec.dynamics is not Dynamics.TURNS:
        why = "several players act at once"
    elif not isinstance(game, Enumerable):
        why = "its chance cannot be listed (Enumerable)"
    elif not isinstance(game, Indexed) or not all(
        seat and isinstance(seat.actions, spaces.Discrete) for seat in seats
    ):
        why = "its actions do not have one number each (Indexed, with a Discrete space)"
    if why is not None:
        raise NotCapable(f"{spec.name} cannot be exported to OpenSpiel: {why}")


def _game_type(pyspiel: Any, game: Game[Any, Any, Any]) -> Any:
    spec, kinds = game_spec(game), pyspiel.GameType
    utilities = {
        Utility.ZERO_SUM: kinds.Utility.ZERO_SUM,
        Utility.IDENTICAL: kinds.Utility.IDENTICAL,
        Utility.GENERAL: kinds.Utility.GENERAL_SUM,
    }
    chances, informations = kinds.ChanceMode, kinds.Information
    perfect = spec.information is Information.PERFECT
    return kinds(
        short_name="arena_" + re.sub(r"\W+", "_", spelling(game)).strip("_"),
        long_name=spec.title,
        dynamics=kinds.Dynamics.SEQUENTIAL,
        chance_mode=chances.EXPLICIT_STOCHASTIC if spec.chance else chances.DETERMINISTIC,
        information=informations.PERFECT_INFORMATION if perfect else informations.IMPERFECT_INFORMATION,
        utility=utilities[spec.utility],
        reward_model=kinds.RewardModel.TERMINAL,
        max_num_players=spec.players,
        min_num_players=spec.players,
        provides_information_state_string=True,
        provides_information_state_tensor=False,
        provides_observation_string=True,
        provides_observation_tensor=isinstance(game, Encodable),
    )


def _game_info(pyspiel: Any, game: Game[Any, Any, Any], start: History) -> Any:
    spec = game_spec(game)
    counts = [spaces.flatdim(spec.spaces[role].actions) for role in spec.roles]
    return pyspiel.GameInfo(
        num_distinct_actions=max(counts),
        max_chance_outcomes=max(_CHANCE_OUTCOMES, len(start.branches)) if spec.chance else 0,
        num_players=spec.players,
        min_utility=spec.returns[0],
        max_utility=spec.returns[1],
        utility_sum=0.0 if spec.utility is Utility.ZERO_SUM else None,
        max_game_length=spec.horizon,
    )
