"""The lines of a report on tasks: what was found of every agent and every pair, by task and over all tasks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from tournaments.statistics import Estimate
from tournaments.statistics.tasks import Profile, SuccessContrast

__all__ = ["Suite", "SuiteAgent", "SuitePair", "Task", "TaskAgent", "TaskPair", "TaskReport", "task_json"]


@dataclass(frozen=True)
class TaskAgent:
    """One agent on one task."""

    agent: int
    """Index into `TaskReport.names`."""
    score: Estimate
    """The mean of the metric over seeds, in its own unit."""
    normalised: Estimate | None
    """The same between the references, where higher is better; None without references."""
    success: Estimate | None
    """The share of seeds solved; None where the game does not say."""


@dataclass(frozen=True)
class TaskPair:
    """Two agents on the same seeds of one task."""

    first: int
    """Index into `TaskReport.names`."""
    second: int
    """Another."""
    difference: Estimate
    """Score of the first less that of the second, paired by seed, in the unit of the metric."""
    p: float
    """Two-sided sign-flip p-value of the seed differences; Student's from 1000 seeds on."""
    p_holm: float
    """The same, adjusted for all pairs of the task by Holm's procedure."""
    better: int | None
    """The agent shown to be better at 5 %; None where the pair is undecided."""
    improvement: Estimate
    """How probably a run of the first beats a run of the second, ties counting half."""
    success: SuccessContrast | None
    """How their success differs; None where the game does not say."""


@dataclass(frozen=True)
class Task:
    """All agents on one task."""

    game: str
    """The spelling of the game."""
    metric: str
    """The metric that ranks."""
    unit: str
    """Its unit."""
    higher_is_better: bool
    """Which way it is better."""
    references: tuple[float, float] | None
    """Scores of the weak and of the strong reference."""
    success: str | None
    """The metric that says whether a task was solved."""
    seeds: int
    """Seeds that every agent played."""
    agents: tuple[TaskAgent, ...]
    """Every agent, the best first."""
    pairs: tuple[TaskPair, ...]
    """Every pair of agents, in the order of `TaskReport.names`."""
    notes: tuple[str, ...]
    """What a reader must know."""


@dataclass(frozen=True)
class SuiteAgent:
    """One agent on all tasks together; normalised scores where there are references."""

    agent: int
    """Index into `TaskReport.names`."""
    iqm: Estimate
    """The mean of the middle half of all runs."""
    mean: Estimate
    """The mean of task means."""
    median: Estimate
    """The median of task means."""
    gap: Estimate | None
    """How far runs fall short of the strong reference on average; None without references."""
    profile: Profile
    """The share of runs above each threshold of `Suite.taus`."""


@dataclass(frozen=True)
class SuitePair:
    """Two agents on the same seeds of all tasks."""

    first: int
    """Index into `TaskReport.names`."""
    second: int
    """Another."""
    difference: Estimate
    """Interquartile mean of the first less that of the second, paired by seed."""
    improvement: Estimate
    """How probably a run of the first beats a run of the second on the same task, ties counting half."""


@dataclass(frozen=True)
class Suite:
    """All tasks together."""

    seeds: int
    """Seeds of each task that are counted."""
    normalised: bool
    """Whether scores lie between references."""
    taus: tuple[float, ...]
    """The thresholds of the profiles."""
    agents: tuple[SuiteAgent, ...]
    """Every agent, the highest interquartile mean first."""
    pairs: tuple[SuitePair, ...]
    """Every pair of agents; their intervals hold one by one."""
    notes: tuple[str, ...]
    """What a reader must know."""


@dataclass(frozen=True)
class TaskReport:
    """One-seat tournaments, read as tasks."""

    names: tuple[str, ...]
    """The agents' spellings, in the order of the first plan."""
    tasks: tuple[Task, ...]
    """Every task."""
    suite: Suite
    """All of them together; with one task, that task's aggregates and profiles."""


def task_json(report: TaskReport) -> dict[str, Any]:
    """The whole report as what JSON can hold."""
    found: dict[str, Any] = dataclasses.asdict(report)
    return found
