"""Two players name a side of a coin at once; the second wins when they match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from arena import Dynamics, Game, GameSpec, Information, Legal, Listed, Metric, Outcome, Utility

__all__ = ["NUMBER", "CoinDuel"]

NUMBER: Final = 5
"""No game at all."""

SIDES: Final = ("heads", "tails")

Sides = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CoinDuel(Game[Sides, Sides, str]):
    """Matching pennies, played a few times."""

    rounds: int = 3

    @property
    def spec(self) -> GameSpec:
        """Facts about the game."""
        return GameSpec(
            name="coin-duel",
            version=1,
            title="Coin Duel",
            summary="match the other's coin, or do not",
            players=2,
            table_sizes=(2,),
            roles=("evader", "matcher"),
            dynamics=Dynamics.SIMULTANEOUS,
            information=Information.PERFECT,
            utility=Utility.ZERO_SUM,
            returns=(-float(self.rounds), float(self.rounds)),
            horizon=self.rounds,
            metrics=(Metric("coins", "coins", primary=True),),
            chance=False,
        )

    def init(self, seed: int) -> Sides:
        """Nothing has been named."""
        del seed
        return ()

    def actors(self, state: Sides) -> tuple[int, ...]:
        """Both, until the rounds are over."""
        return (0, 1) if len(state) < self.rounds else ()

    def view(self, state: Sides, player: int) -> Sides:
        """All that has been named."""
        del player
        return state

    def legal(self, state: Sides, player: int) -> Legal[str]:
        """Either side."""
        del state, player
        return Listed(SIDES)

    def step(self, state: Sides, actions: Mapping[int, str]) -> Sides:
        """Both sides are shown."""
        return (*state, (actions[0], actions[1]))

    def rewards(self, state: Sides) -> tuple[float, ...]:
        """One coin changes hands."""
        if not state:
            return (0.0, 0.0)
        return (-1.0, 1.0) if state[-1][0] == state[-1][1] else (1.0, -1.0)

    def outcome(self, state: Sides) -> Outcome | None:
        """The coins won."""
        if len(state) < self.rounds:
            return None
        won = float(sum(1 if one == other else -1 for one, other in state))
        returns = (-won, won)
        return Outcome(returns, "all rounds are played", metrics={"coins": returns})

    def copy(self, state: Sides, seed: int | None = None) -> Sides:
        """The state itself, which never changes."""
        del seed
        return state

    def describe(self, view: Sides) -> str:
        """The sides so far."""
        return ", ".join(f"{one} against {other}" for one, other in view) or "nothing has been named"
