"""Agents built to fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn


@dataclass(frozen=True)
class Crasher(Agent):
    """Raises in every turn."""

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("crasher", 1, Family.BASELINE, "raises")

    def sit(self, seat: Seat) -> Player:
        return _Crashing()


class _Crashing(Player):
    def act(self, turn: Turn) -> Any:
        raise RuntimeError("no idea")


@dataclass(frozen=True)
class Cheat(Agent):
    """Answers nonsense in every turn."""

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("cheat", 1, Family.BASELINE, "cheats")

    def sit(self, seat: Seat) -> Player:
        return _Cheating()


class _Cheating(Player):
    def act(self, turn: Turn) -> Any:
        return "all the aces"
