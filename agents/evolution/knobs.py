"""What an agent says about its parameters so that they can be tuned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from arena.agent import Agent
from arena.game import Game

__all__ = ["Knob", "Tunable"]


@dataclass(frozen=True)
class Knob:
    """One number that may be tuned."""

    name: str
    """What it is called in listings and files."""
    start: float
    """Where the search starts, between `low` and `high`."""
    spread: float
    """How far from `start` a good value may reasonably lie: the first standard deviation of the search, above 0."""
    low: float
    """It is never less."""
    high: float
    """It is never more."""


@runtime_checkable
class Tunable(Protocol):
    """An agent whose parameters can be tuned."""

    def knobs(self, game: Game[Any, Any, Any]) -> tuple[Knob, ...]:
        """What may be tuned for `game`."""

    def with_knobs(self, values: Sequence[float]) -> Agent:
        """The agent with these values, in the order of `knobs`."""
