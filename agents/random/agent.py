"""Uniform legal play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn

__all__ = ["Random"]

_SPEC: Final = AgentSpec(
    name="random",
    version=1,
    family=Family.BASELINE,
    summary="plays uniformly among the legal actions of any game",
)


@dataclass(frozen=True)
class Random(Agent):
    """Plays uniformly among the legal actions; needs nothing of the game."""

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent."""
        return _SPEC

    def sit(self, seat: Seat) -> Player:
        """A player that draws from the seat's own stream."""
        del seat
        return _RandomPlayer()


class _RandomPlayer(Player):
    def act(self, turn: Turn) -> Any:
        return turn.legal.sample(turn.rng)
