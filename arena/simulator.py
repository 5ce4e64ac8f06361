"""The only door to copies of the true state, for matches that grant access `state`.

Every fork is drawn with new chance, and every step through it is counted and billed to the decision's budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena import streams
from arena.errors import ArenaError
from arena.game import Game, Outcome
from arena.legal import Legal

__all__ = ["BudgetSpent", "Fork", "Simulator"]


class BudgetSpent(ArenaError):
    """The simulations that one decision may cost are used up."""


class Simulator:
    """Copies of the state of one turn.

    Args:
        game: the rules.
        state: the true state, never handed out.
        key: the stream from which the chance of forks is drawn.
        simulations: how many forks one decision may open; None for any number.
    """

    def __init__(
        self, game: Game[Any, Any, Any], state: Any, key: streams.Key, simulations: int | None
    ) -> None:
        self._game = game
        self._state = state
        self._key = key
        self._limit = simulations
        self.forks = 0
        """Forks opened so far."""
        self.steps = 0
        """Steps taken so far, over all forks."""

    def fork(self) -> Fork:
        """A copy of the true state with chance drawn anew.

        Raises:
            BudgetSpent: if the decision's budget of simulations is used up.
        """
        if self._limit is not None and self.forks >= self._limit:
            raise BudgetSpent(f"expected at most {self._limit} simulations a decision")
        self.forks += 1
        seed = streams.number(self._key, self.forks)
        return Fork(self, self._game, self._game.copy(self._state, seed))

    def closed(self) -> None:
        """Let go of the state; the referee calls it when the turn is over."""
        self._state = None


class Fork:
    """One continuation to be played out. Close it when done, or use it as a context."""

    def __init__(self, simulator: Simulator, game: Game[Any, Any, Any], state: Any) -> None:
        self._simulator = simulator
        self._game = game
        self._state = state

    def __enter__(self) -> Fork:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def actors(self) -> tuple[int, ...]:
        """Who must act now."""
        return self._game.actors(self._state)

    @property
    def outcome(self) -> Outcome | None:
        """How the continuation ended; None while it runs."""
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
        """Play on; one step is billed."""
        self._simulator.steps += 1
        self._state = self._game.step(self._state, actions)

    def close(self) -> None:
        """Free the copy."""
        if self._state is not None:
            self._game.close(self._state)
            self._state = None
