"""How a training stands, for whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.training.evaluation import Result
from agents.training.folder import Best

__all__ = ["Progress"]


@dataclass(frozen=True)
class Progress:
    """A moment of a training."""

    steps: int
    """Decisions of the learner so far."""
    target: int
    """Decisions after which it ends."""
    seconds: float = 0.0
    """Of all stretches of the training."""
    rate: float = 0.0
    """Decisions a second while it learns, in this stretch."""
    left: float | None = None
    """Seconds that are left at the pace of this stretch, evaluations included; None before anybody knows."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """What the learner measured last, by name."""
    results: tuple[Result, ...] = ()
    """The last evaluation, pooled over games, by opponent; none before the first."""
    evaluated: int | None = None
    """Decisions before the last evaluation."""
    fresh: bool = False
    """Whether the last evaluation is of this moment."""
    best: Best | None = None
    """The best evaluation so far."""
    stale: int = 0
    """Evaluations since the best one."""
    saved: int | None = None
    """Decisions before the newest checkpoint that was written."""
    note: str = ""
    """What goes on, where it is not learning."""
    done: bool = False
    """Whether the training has ended."""
