"""The classes of an exported game; imported only where OpenSpiel is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyspiel
from gymnasium import spaces

from arena.adapters.history import History
from arena.capabilities import Encodable
from arena.facts import game_spec
from arena.game import Game

__all__ = ["SpielGame", "SpielState"]


class SpielGame(pyspiel.Game):  # type: ignore[misc]  # pyspiel is not typed
    """The rules of an arena game, for OpenSpiel.

    Args:
        game: the rules.
        kind: a `pyspiel.GameType`.
        info: a `pyspiel.GameInfo`.
        start: the first node.
    """

    def __init__(self, game: Game[Any, Any, Any], kind: Any, info: Any, start: History) -> None:
        super().__init__(kind, info, {})
        self.arena_game = game
        """The game of the arena."""
        self.start = start
        """The first node of the tree."""

    def new_initial_state(self) -> SpielState:
        """A state before the first action, and before the deal where there is chance."""
        return SpielState(self)

    def max_chance_nodes_in_history(self) -> int:
        """A bound of the chance nodes of one history: the deal, and one for each step."""
        spec = game_spec(self.arena_game)
        return spec.horizon + 1 if spec.chance else 0

    def make_py_observer(self, iig_obs_type: Any = None, params: Any = None) -> _Observer:
        """What OpenSpiel observes with: information states by digest, observations by text and tensor."""
        del params
        recall = iig_obs_type is not None and iig_obs_type.perfect_recall
        return _Observer(self.arena_game, recall=recall)


class SpielState(pyspiel.State):  # type: ignore[misc]  # pyspiel is not typed
    """A history of the game. All that changes is which immutable node it holds, so clones are cheap."""

    def __init__(self, owner: SpielGame) -> None:
        super().__init__(owner)
        self.node = owner.start

    def current_player(self) -> int:
        """Who acts: a player, chance, or nobody any more."""
        if self.node.branches:
            return int(pyspiel.PlayerId.CHANCE)
        return int(pyspiel.PlayerId.TERMINAL) if self.node.actor is None else self.node.actor

    def is_terminal(self) -> bool:
        """Whether the match is over."""
        return self.node.over

    def chance_outcomes(self) -> list[tuple[int, float]]:
        """The numbers of the branches and their probabilities."""
        return [(number, chance) for number, (chance, _) in enumerate(self.node.branches)]

    def returns(self) -> list[float]:
        """What each player got; zeros until the match is over."""
        return list(self.node.returns) if self.node.over else [0.0] * len(self.node.returns)

    def _legal_actions(self, player: int) -> list[int]:
        del player
        return self.node.numbers

    def _apply_action(self, action: int) -> None:
        self.node = self.node.child(int(action))

    def _action_to_string(self, player: int, action: int) -> str:
        game = self.get_game().arena_game
        return f"chance {action}" if player == pyspiel.PlayerId.CHANCE else game.say(game.action(action))

    def __str__(self) -> str:
        return ", ".join(self.node.said) or "start"


class _Observer:
    """OpenSpiel's observer protocol: `tensor` and `dict` are filled by `set_from`."""

    def __init__(self, game: Game[Any, Any, Any], *, recall: bool) -> None:
        self._game: Any = game
        self._recall = recall
        self.tensor: Any = None
        self.dict: dict[str, Any] = {}
        spec = game_spec(game)
        space = spec.spaces[spec.roles[0]].observations
        if space is not None and isinstance(game, Encodable) and not recall:
            self.tensor = np.zeros(spaces.flatdim(space), np.float32)
            self.dict = {"observation": self.tensor}
            self._space = space

    def set_from(self, state: SpielState, player: int) -> None:
        """Fill the tensor with what `player` observes; zeros where chance decides next."""
        view = state.node.view(player)
        if self.tensor is not None:
            self.tensor[:] = 0 if view is None else spaces.flatten(self._space, self._game.encode(view))

    def string_from(self, state: SpielState, player: int) -> str:
        """What `player` knows by perfect recall, or the view as text."""
        if self._recall:
            return state.node.information(player)
        view = state.node.view(player)
        return "" if view is None else f"player {player}: {self._game.describe(view)}"
