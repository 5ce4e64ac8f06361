"""Worlds: positions that a search may play on, without ever holding the true state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from arena.errors import NotCapable
from arena.game import Game, Outcome
from arena.legal import Finite, Legal

__all__ = ["Imagined", "World", "choices", "sole_actor"]


class World(Protocol):
    """A position to be played on; `arena.simulator.Fork` and `Imagined` are two kinds."""

    @property
    def actors(self) -> tuple[int, ...]:
        """Who must act now; empty at the end."""

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it runs."""

    @property
    def rewards(self) -> tuple[float, ...]:
        """What each player got by the last step."""

    def view(self, player: int) -> Any:
        """What `player` would know."""

    def legal(self, player: int) -> Legal[Any]:
        """What `player`, one of the actors, may do."""

    def step(self, actions: Mapping[int, Any]) -> None:
        """Play on."""

    def close(self) -> None:
        """Free it."""


class Imagined:
    """A world of the searcher's own making.

    Args:
        game: the rules.
        state: a state that nobody else holds.
    """

    __slots__ = ("_game", "_state")

    def __init__(self, game: Game[Any, Any, Any], state: Any) -> None:
        self._game = game
        self._state = state

    @classmethod
    def of(cls, game: Any, view: Any, player: int, rng: np.random.Generator) -> Imagined:
        """A world that fits all that `player` knows, the rest drawn at random; `game` is `Determinizable`."""
        return cls(game, game.determinize(view, player, rng))

    def copy(self) -> Imagined:
        """A world of its own with the same hidden cards and the same chance still to come."""
        return Imagined(self._game, self._game.copy(self._state))

    @property
    def actors(self) -> tuple[int, ...]:
        """Who must act now; empty at the end."""
        return self._game.actors(self._state)

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it runs."""
        return self._game.outcome(self._state)

    @property
    def rewards(self) -> tuple[float, ...]:
        """What each player got by the last step."""
        return self._game.rewards(self._state)

    def view(self, player: int) -> Any:
        """What `player` would know."""
        return self._game.view(self._state, player)

    def legal(self, player: int) -> Legal[Any]:
        """What `player`, one of the actors, may do."""
        return self._game.legal(self._state, player)

    def step(self, actions: Mapping[int, Any]) -> None:
        """Play on."""
        self._state = self._game.step(self._state, actions)

    def close(self) -> None:
        """Free it."""
        self._game.close(self._state)


def sole_actor(world: World) -> int | None:
    """The player who acts now; None at the end.

    Raises:
        NotCapable: if several act at the same moment.
    """
    actors = world.actors
    if len(actors) > 1:
        raise NotCapable(f"search needs one actor at a time, got the players {actors!r} at once")
    return actors[0] if actors else None


def choices(legal: Legal[Any]) -> Finite[Any]:
    """The legal set as one that can be iterated.

    Raises:
        NotCapable: if it is not finite.
    """
    if not isinstance(legal, Finite):
        raise NotCapable(f"search needs a finite set of legal actions, got {legal.expected()}")
    return legal
