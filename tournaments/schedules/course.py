"""How a tournament went in the words of its format: the order of a ladder, the bracket of a knock-out, Swiss points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from arena.contest import Pick, Plan, Standing

__all__ = ["Course", "Coursed", "course_of"]


@dataclass(frozen=True)
class Course:
    """A small table beside the ranking."""

    title: str
    """What it shows, such as ``"bracket"``."""
    head: tuple[str, ...]
    """The names of its columns."""
    rows: tuple[tuple[str, ...], ...]
    """Its cells as they are read, one for each name."""


@runtime_checkable
class Coursed(Protocol):
    """A schedule that has such a table."""

    def course(self, plan: Plan, picks: Pick, standings: Sequence[Standing]) -> Course:
        """The table after the rounds whose standings are given, at least one."""


def course_of(schedule: object, plan: Plan, picks: Pick, standings: Sequence[Standing]) -> Course | None:
    """The table of a format that has one; None for the others, and before the first result.

    Args:
        schedule: the format.
        plan: the tournament.
        picks: its game and agents, made.
        standings: of all rounds so far, by the plan's own metric.
    """
    return schedule.course(plan, picks, standings) if standings and isinstance(schedule, Coursed) else None
