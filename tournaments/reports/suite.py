"""Several tournaments of games for one, played by the same agents, reported as a suite of tasks."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from arena.contest import Pick
from arena.errors import BadParameter, BadPlan
from tournaments.checks import Verdict
from tournaments.plan import pick
from tournaments.reports import behind, overview, tasks
from tournaments.reports.document import Block, Document, Facts, Prose, Section
from tournaments.reports.material import Material, gather
from tournaments.reports.numbers import fixed, interval_text, several
from tournaments.store import Store, TournamentRow
from tournaments.task_report import TaskRun, suite_report
from tournaments.task_tables import TaskReport, task_json

__all__ = ["SuiteReport", "make_suite", "suite_json"]

References = Mapping[int, tuple[float, float]]
"""By the number of a tournament the scores of a weak and of a strong player, normalised to 0 and 1."""

_METHOD: Final = (
    ("Seed", "One seed of a game's chance, which every agent plays once; agents are compared by seed."),
    ("Normalised", "(score less weak reference) / (strong less weak): what makes several tasks comparable."),
    (
        "Interval",
        "95 %: studentized bootstrap over seeds (Efron and Tibshirani 1993, 12.5), with the same draws for all.",
    ),
    ("IQM", "Interquartile mean: that of the middle half of all runs (Agarwal et al. 2021)."),
    ("Tasks", "They are fixed: nothing is claimed about tasks that are not in the suite."),
    (
        "Improves",
        "How often a run of the first beats one of the second on the same task, ties counting half.",
    ),
    ("p", "Sign flips of the seed differences, adjusted for all pairs of a task by Holm's procedure (1979)."),
    ("p, McNemar", "The mid-p of the seeds that one agent of the two alone solved (Fagerland et al. 2013)."),
)


@dataclass(frozen=True)
class SuiteReport:
    """A report on a suite, and what it was made from."""

    document: Document
    """Its sections; more may be added."""
    materials: tuple[Material, ...]
    """The tournaments, read, in their order."""
    found: TaskReport
    """The tasks, and all of them together."""
    references: References = field(default_factory=dict)
    """What was normalised."""


def make_suite(
    store: Store,
    rows: Sequence[TournamentRow],
    *,
    references: References,
    by: str | None = None,
    picks: Mapping[int, Pick] | None = None,
) -> SuiteReport:
    """The report of several tournaments of games for one.

    Args:
        store: the store.
        rows: which of its tournaments, each once.
        references: of each tournament, by its number.
        by: another metric to rank by, one that all the games have.
        picks: games and agents that are not registered, by the number of the tournament.

    Raises:
        BadPlan: if a game has more seats than one, a format has several rounds, or agents differ from task to task.
        BadInput: if a tournament is named twice, has no block, no references or such as `suite_report` refuses, or one of
            another tournament is given.
    """
    known = picks or {}
    made = [known.get(row.id) or pick(row.plan) for row in rows]
    _check(rows, made, references)
    materials = [gather(store, row, by=by, picks=one) for row, one in zip(rows, made, strict=True)]
    runs = [
        TaskRun(
            row.plan if by is None else dataclasses.replace(row.plan, by=by),
            one,
            list(store.results(row.id)),
            references[row.id],
        )
        for row, one in zip(rows, made, strict=True)
    ]
    found = suite_report(runs, points=tasks.POINTS)
    sections = [tasks.aggregates(found)]
    for number, material in enumerate(materials):
        title = f"Task {number + 1}: {material.ranking.plan.game}"
        blocks = (*tasks.task(found, number), *_checked(material), *_played(material))
        sections.append(Section(f"task-{number + 1}", title, blocks))
    sections.append(Section("method", "How to read the numbers", (Facts(_METHOD),), collapsed=True))
    title = f"Suite of {several(len(rows), 'task')}: {several(len(found.names), 'agent')}"
    return SuiteReport(
        Document(title, _lead(found, materials), sections), tuple(materials), found, dict(references)
    )


def _check(rows: Sequence[TournamentRow], picks: Sequence[Pick], references: References) -> None:
    numbers = [row.id for row in rows]
    for row, one in zip(rows, picks, strict=True):
        if numbers.count(row.id) > 1:
            raise BadParameter(f"a suite holds each tournament once, tournament {row.id} is named twice")
        if one.game.spec.players != 1:
            raise BadPlan(
                f"several tournaments are read as a suite of games for one seat, tournament {row.id} is of "
                f"{row.plan.game!r} for {one.game.spec.players}; report it alone"
            )
        if row.id not in references:
            raise BadParameter(
                "scores of several tasks are comparable between references only; expected "
                f"--reference {row.id}=LOW:HIGH for {row.plan.game!r}, the scores of a weak and of a strong player"
            )


def _lead(found: TaskReport, materials: Sequence[Material]) -> str:
    best = found.suite.agents[0]
    value = fixed(best.iqm.value, 3)
    ends = f" ({interval_text(best.iqm, 3)})" if best.iqm.low is not None else ""
    said = (
        f"{found.names[best.agent]} has the highest interquartile mean of normalised scores: {value}{ends}. "
        f"{several(len(found.tasks), 'task')}, {several(found.suite.seeds, 'seed')} each."
    )
    bad = [row.row.id for row in materials if any(one.verdict is Verdict.BAD for one in row.checks)]
    if bad:
        numbers = ", ".join(map(str, bad))
        said += f" Do not rely on it yet: the checks of the data failed in tournament {numbers}, see below."
    return said


def _checked(material: Material) -> tuple[Block, ...]:
    """The checks of a task's data: in a sentence where all are in order."""
    if all(one.verdict is Verdict.OK for one in material.checks):
        return (Prose(f"All {len(material.checks)} checks of its data are in order."),)
    return tuple(block for stage in material.stages for block in behind.checks(stage).blocks)


def _played(material: Material) -> tuple[Block, ...]:
    """What was played, and the command that plays it again."""
    return tuple(block for section in overview.played(material) for block in section.blocks)


def suite_json(report: SuiteReport) -> str:
    """The tasks and their aggregates as one JSON document, with the tournaments they come from."""
    words: dict[str, Any] = {
        "tournaments": [
            {
                "id": one.row.id,
                "digest": one.row.digest,
                "game": one.ranking.plan.game,
                "references": list(report.references[one.row.id]),
                "sound": all(check.verdict is not Verdict.BAD for check in one.checks),
            }
            for one in report.materials
        ],
        "tasks": task_json(report.found),
    }
    return json.dumps(words, indent=2, allow_nan=False) + "\n"
