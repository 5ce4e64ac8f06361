"""The contract of a learner: acting and learning are different objects.

A learner turns a task into a row of checkpoints, each of which is an agent ready to play. It never decides when to stop;
whoever iterates does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.agent import Agent
from arena.game import Game

__all__ = ["Checkpoint", "Learner", "Task"]


@dataclass(frozen=True)
class Task:
    """What is to be learned."""

    games: tuple[Game[Any, Any, Any], ...]
    """One game, or several to be played alike."""
    roles: tuple[str, ...] = ()
    """The roles that are trained; all of them where empty."""
    opponents: tuple[Agent, ...] = ()
    """Who sits on the other seats; past selves only where empty."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Demonstrations, goals or whatever else the learner asks for, as plain data."""


@dataclass(frozen=True)
class Checkpoint:
    """One moment of a training."""

    agent: Agent
    """Plays as well as has been learned so far."""
    steps: int
    """Decisions of the learner so far."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """What was measured since the last checkpoint."""
    state: bytes = b""
    """All that resuming needs; resuming gives the checkpoints of the undisturbed training."""


@dataclass(frozen=True)
class Learner(ABC):
    """A way to learn: a frozen dataclass of its hyper-parameters."""

    @abstractmethod
    def train(self, task: Task, seed: int, resume: Checkpoint | None = None) -> Iterator[Checkpoint]:
        """Learn, yielding checkpoints without end.

        Args:
            task: what is to be learned.
            seed: the root of all chance of the training.
            resume: where an earlier training with the same task and seed left off.

        Raises:
            NotCapable: if a game lacks what the learner needs.
        """
