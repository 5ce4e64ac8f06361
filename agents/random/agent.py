"""Uniform legal play; compiled where the game brings a compiled version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from agents.search import hooks
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.capabilities import CompiledPolicy
from arena.game import Game
from arena.play import rehearse

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

    def compiled_policy(self, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
        """The policy that `game` brings; None where it brings none."""
        return hooks.compiled_policy(self, game)

    def prepare(self, game: Game[Any, Any, Any]) -> None:
        """Compile, where the game brings a compiled player."""
        if hooks.accelerator(self, game) is not None:
            rehearse(self, game)

    def sit(self, seat: Seat) -> Player:
        """A player that draws from the seat's own stream."""
        return hooks.accelerated(self, seat) or _RandomPlayer()


class _RandomPlayer(Player):
    def act(self, turn: Turn) -> Any:
        return turn.legal.sample(turn.rng)
