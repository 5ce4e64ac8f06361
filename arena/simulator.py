"""The only door to copies of the true state, for matches that grant access `state`.

Every fork is drawn with new chance, and every step through it is counted and billed to the decision's budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from arena import streams
from arena.errors import BudgetSpent
from arena.game import Game, Outcome
from arena.legal import Legal

__all__ = ["BudgetSpent", "Fork", "Simulator"]


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
        self._open: list[Fork] = []
        self._over = False
        self.forks = 0
        """Forks opened so far."""
        self.steps = 0
        """Steps taken so far, over all forks."""

    def fork(self) -> Fork:
        """A copy of the true state with chance drawn anew.

        Raises:
            BudgetSpent: if the decision's budget of simulations is used up, or the turn is over.
        """
        if self._over:
            raise BudgetSpent("expected a fork during the turn, which is over")
        if self._limit is not None and self.forks >= self._limit:
            raise BudgetSpent(f"expected at most {self._limit} simulations a decision")
        self.forks += 1
        seed = streams.number(self._key, self.forks)
        fork = Fork(self, self._game, self._game.copy(self._state, seed))
        self._open.append(fork)
        return fork

    def closed(self) -> None:
        """Let go of the state and of every fork still open; the referee calls it when the turn is over."""
        self._over = True
        self._state = None
        for fork in list(self._open):
            fork.close()


class Fork:
    """One continuation to be played out. Close it when done, or use it as a context."""

    def __init__(self, simulator: Simulator, game: Game[Any, Any, Any], state: Any) -> None:
        self._simulator = simulator
        self._game = game
        self._state = state
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def actors(self) -> tuple[int, ...]:
        """Who must act now."""
        return self._game.actors(self._living())

    @property
    def outcome(self) -> Outcome | None:
        """How the continuation ended; None while it runs."""
        return self._game.outcome(self._living())

    @property
    def rewards(self) -> tuple[float, ...]:
        """What each player got by the last step."""
        return self._game.rewards(self._living())

    def view(self, player: int) -> Any:
        """What `player` would know."""
        return self._game.view(self._living(), player)

    def legal(self, player: int) -> Legal[Any]:
        """What `player`, one of the actors, may do."""
        return self._game.legal(self._living(), player)

    def step(self, actions: Mapping[int, Any]) -> None:
        """Play on; one step is billed."""
        state = self._living()
        self._simulator.steps += 1
        self._state = self._game.step(state, actions)

    def close(self) -> None:
        """Free the copy; a second time does nothing."""
        if not self._closed:
            self._closed = True
            self._simulator._open.remove(self)
            self._game.close(self._state)
            self._state = None

    def _living(self) -> Any:
        if self._closed:
            raise BudgetSpent("expected a fork that is open; it was closed, or its turn is over")
        return self._state
