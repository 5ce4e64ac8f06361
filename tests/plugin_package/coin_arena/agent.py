"""An agent that names one side, always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arena import Agent, AgentSpec, Family, Player, Seat, Turn

__all__ = ["Heads"]


@dataclass(frozen=True)
class Heads(Agent):
    """Names one side, always."""

    side: str = "heads"

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent."""
        return AgentSpec("heads", 1, Family.BASELINE, "names one side, always", games=("coin-duel",))

    def sit(self, seat: Seat) -> Player:
        """A player without memory."""
        del seat
        return _HeadsPlayer(self.side)


class _HeadsPlayer(Player):
    def __init__(self, side: str) -> None:
        self._side = side

    def act(self, turn: Turn) -> Any:
        return self._side
