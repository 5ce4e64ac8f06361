"""What stored tournaments of one-seat games say: each task, and all of them as a suite.

A task is a tournament of a game for one: a block is a seed (of an environment, a shop's task, an economy) that every
agent plays once. A suite is several such tournaments of the same agents; scores are made comparable by a low and a
high reference for each task.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Plan, Results
from arena.errors import BadParameter, BadPlan
from arena.game import Direction, GameSpec, Metric
from arena.spelling import spell
from tournaments import statistics
from tournaments.estimand import notes
from tournaments.plan import ranking_metric, schedule_of
from tournaments.statistics import tasks
from tournaments.tally import tally, win_metric
from tournaments.task_tables import (
    Suite,
    SuiteAgent,
    SuitePair,
    Task,
    TaskAgent,
    TaskPair,
    TaskReport,
    task_json,
)

__all__ = ["TaskReport", "TaskRun", "suite_report", "task_json", "task_report"]

_SUCCESSES: Final = ("success", "solved")
"""What games call the metric that says whether a task was solved, beside wins."""
_MANY_SEEDS: Final = 1000
"""From so many seeds on the t test is as good as sign flips, and faster."""
_ALPHA: Final = 0.05


@dataclass(frozen=True)
class TaskRun:
    """One task of a suite, played."""

    plan: Plan
    """The tournament."""
    picks: Pick
    """Its game, for one seat, and its agents."""
    results: Sequence[Results]
    """Its blocks, from block 0 on without a gap, in any order."""
    references: tuple[float, float] | None = None
    """Scores of a weak and of a strong reference, normalised to 0 and 1; None leaves scores as they are."""
    success: str | None = None
    """The metric, 0 or 1, that says whether a task was solved; where None the game's own ``"success"``, ``"solved"`` or
    wins, if it is 0 or 1."""


@dataclass(frozen=True, eq=False)
class _Scores:
    """One task, read: columns in the order of the report's names."""

    run: TaskRun
    metric: Metric
    raw: NDArray[np.float64]
    """float64[B, K]."""
    solved: NDArray[np.float64] | None
    success: str | None
    notes: tuple[str, ...]

    @property
    def better(self) -> NDArray[np.float64]:
        """Scores of which higher is better: normalised, or as they are, negated where lower is better."""
        if self.run.references is not None:
            return tasks.normalised(self.raw, *self.run.references)
        return self.raw if self.metric.direction is Direction.HIGHER else -self.raw


def task_report(
    plan: Plan,
    picks: Pick,
    results: Sequence[Results],
    *,
    references: tuple[float, float] | None = None,
    success: str | None = None,
    points: int = 21,
) -> TaskReport:
    """The report of one stored tournament of a one-seat game.

    Args:
        plan: the tournament.
        picks: its game and agents.
        results: its blocks, from block 0 on without a gap, in any order.
        references: as of `TaskRun`.
        success: as of `TaskRun`.
        points: thresholds of the profiles.

    Raises:
        BadInput: as `suite_report`.
        StoreConflict: if the results contradict the plan.
    """
    return suite_report([TaskRun(plan, picks, results, references, success)], points=points)


def suite_report(runs: Sequence[TaskRun], *, points: int = 21) -> TaskReport:
    """The report of several one-seat tournaments of the same agents, one a task.

    The aggregates count as many seeds of each task as the shortest tournament has, its first ones; tables of single
    tasks count all.

    Args:
        runs: the tasks, at least one.
        points: thresholds of the profiles, >= 2.

    Raises:
        BadPlan: if a game has more seats than one, a format has rounds for some of the agents, nothing was played, or
            agents differ from task to task.
        BadParameter: if some tasks of several have no references, references are no two scores of which the second is
            better, a success is neither 0 nor 1, or `points` is below 2.
        UnknownName: if a game has no metric named as its success.
        StoreConflict: if results contradict their plan.
    """
    if not runs:
        raise BadParameter("a suite is one or more tasks, got none")
    names = tuple(spell(agent) for agent in runs[0].picks.agents)
    read = [_read(run, names) for run in runs]
    bare = [spell(run.picks.game) for run in runs if run.references is None]
    if bare and len(runs) > 1:
        raise BadParameter(
            "scores of several tasks are comparable between references only; "
            f"expected references=(low, high) of {bare[0]!r}"
        )
    return TaskReport(names, tuple(_task(scores) for scores in read), _suite(read, points))


def _read(run: TaskRun, names: tuple[str, ...]) -> _Scores:
    spec, plan = run.picks.game.spec, run.plan
    if spec.players != 1:
        raise BadPlan(f"a task is a game for one seat, got {spell(run.picks.game)!r} for {spec.players}")
    own = [spell(agent) for agent in run.picks.agents]
    if set(own) != set(names):
        odd = min(set(own) ^ set(names))
        raise BadPlan(f"the tasks of a suite are played by the same agents, {odd!r} is not on every task")
    stage = schedule_of(plan).round(plan, run.picks, 0, ())
    if stage is None or set(stage.agents) != set(range(len(own))) or any(part.round for part in run.results):
        raise _other_format(plan)
    metric = ranking_metric(plan, run.picks.game)
    _check_references(run, metric)
    blocks = sorted(run.results, key=lambda part: part.start)
    count = tally(stage, blocks, metric)
    if not count.blocks:
        raise BadPlan(f"{spell(run.picks.game)!r}: nothing was played")
    if set(count.agents) != set(stage.agents):
        raise _other_format(plan)
    columns = [count.agents.index(own.index(name)) for name in names]
    said = _success(run, spec)
    solved = None
    if said is not None:
        solved = tally(stage, blocks, said).table("scores")[:, columns]
        if not np.isin(solved, (0.0, 1.0)).all():
            if run.success is not None:
                raise BadParameter(f"a success is 0 or 1, metric {said.name!r} of {spec.name} is neither")
            # A share of what was asked for, under a name that games use for success too.
            said = solved = None
    known = notes(plan, run.picks, stage, count)
    return _Scores(
        run, metric, count.table("scores")[:, columns], solved, None if said is None else said.name, known
    )


def _other_format(plan: Plan) -> BadPlan:
    return BadPlan(
        f"a task is one round that ranks all agents, got format {plan.format!r}; 'round-robin' plays it"
    )


def _check_references(run: TaskRun, metric: Metric) -> None:
    if run.references is None:
        return
    low, high = run.references
    rise = high - low if metric.direction is Direction.HIGHER else low - high
    if not (np.isfinite(rise) and rise > 0):
        raise BadParameter(
            f"references are the scores of a weak and of a strong player in {metric.name!r} "
            f"({metric.direction.value} is better), got {run.references!r}"
        )


def _success(run: TaskRun, spec: GameSpec) -> Metric | None:
    """The metric that says whether a task was solved."""
    if run.success is not None:
        return spec.metric(run.success)
    for metric in spec.metrics:
        if metric.name in _SUCCESSES and not metric.sparse and metric.direction is Direction.HIGHER:
            return metric
    return win_metric(spec)


def _task(scores: _Scores) -> Task:
    run, metric, seeds = scores.run, scores.metric, len(scores.raw)
    better = scores.better
    agents = [
        TaskAgent(
            agent,
            tasks.score_interval(scores.raw[:, agent], alpha=_ALPHA),
            None if run.references is None else tasks.score_interval(better[:, agent], alpha=_ALPHA),
            None if scores.solved is None else tasks.success_rate(scores.solved[:, agent], alpha=_ALPHA),
        )
        for agent in range(scores.raw.shape[1])
    ]
    few = (_few(seeds),) if seeds < tasks.FEW_SEEDS else ()
    return Task(
        game=spell(run.picks.game),
        metric=metric.name,
        unit=metric.unit,
        higher_is_better=metric.direction is Direction.HIGHER,
        references=run.references,
        success=scores.success,
        seeds=seeds,
        agents=tuple(sorted(agents, key=lambda row: (-float(better[:, row.agent].mean()), row.agent))),
        pairs=_pairs(scores, better),
        notes=(*few, *scores.notes),
    )


def _few(seeds: int, of: str = "") -> str:
    return f"only {seeds} seed{'s' if seeds > 1 else ''}{of}: play at least {tasks.FEW_SEEDS}"


def _pairs(scores: _Scores, better: NDArray[np.float64]) -> tuple[TaskPair, ...]:
    raw, solved = scores.raw, scores.solved
    pairs = list(itertools.combinations(range(raw.shape[1]), 2))
    plain = [_p(raw[:, first], raw[:, second]) for first, second in pairs]
    rows = []
    for (first, second), p, adjusted in zip(pairs, plain, statistics.holm(plain), strict=True):
        ahead = first if float((better[:, first] - better[:, second]).mean()) > 0 else second
        rows.append(
            TaskPair(
                first,
                second,
                tasks.difference_interval(raw[:, first], raw[:, second], alpha=_ALPHA),
                p,
                float(adjusted),
                ahead if adjusted <= _ALPHA else None,
                tasks.probability_of_improvement(better[:, first], better[:, second], alpha=_ALPHA),
                None if solved is None else tasks.compare_success(solved[:, first], solved[:, second]),
            )
        )
    return tuple(rows)


def _p(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Two-sided p-value of "no difference" on the same seeds."""
    if first.size >= _MANY_SEEDS:
        return statistics.paired_one(first, second).p
    return statistics.sign_flip(first - second).p


def _suite(read: Sequence[_Scores], points: int) -> Suite:
    seeds = min(len(scores.raw) for scores in read)
    normalised = all(scores.run.references is not None for scores in read)
    # Agents first, then as the statistics want it: seeds and tasks.
    table = np.stack([scores.better[:seeds] for scores in read], axis=-1).transpose(1, 0, 2)
    taus = tasks.tau_grid(table, points)
    agents = [
        SuiteAgent(
            agent,
            tasks.score_interval(own, of=tasks.IQM, alpha=_ALPHA),
            tasks.score_interval(own, alpha=_ALPHA),
            tasks.score_interval(own, of=tasks.MEDIAN, alpha=_ALPHA),
            tasks.score_interval(own, of=tasks.gap_below(1.0), alpha=_ALPHA) if normalised else None,
            tasks.performance_profile(own, taus, alpha=_ALPHA),
        )
        for agent, own in enumerate(table)
    ]
    pairs = tuple(
        SuitePair(
            first,
            second,
            tasks.difference_interval(table[first], table[second], of=tasks.IQM, alpha=_ALPHA),
            tasks.probability_of_improvement(table[first], table[second], alpha=_ALPHA),
        )
        for first, second in itertools.combinations(range(len(table)), 2)
    )
    ranked = sorted(agents, key=lambda row: (-(row.iqm.value or 0.0), row.agent))
    return Suite(seeds, normalised, tuple(taus.tolist()), tuple(ranked), pairs, _suite_notes(read, seeds))


def _suite_notes(read: Sequence[_Scores], seeds: int) -> tuple[str, ...]:
    found = []
    if seeds < tasks.FEW_SEEDS:
        found.append(_few(seeds, " of each task"))
    if any(len(scores.raw) > seeds for scores in read):
        found.append(f"the first {seeds} seeds of each task are counted, as many as the shortest has")
    only = read[0]
    if only.run.references is None:
        turned = "" if only.metric.direction is Direction.HIGHER else ", negated since lower is better"
        found.append(f"without references scores are in {only.metric.unit}{turned}")
    return tuple(found)
