"""A report of a stored tournament, put together from its sections."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from arena.contest import Pick
from arena.errors import BadPlan
from tournaments.checks import Verdict
from tournaments.ranking import ranking_json
from tournaments.ratings.rated import rate_all
from tournaments.reports import behind, beyond, convergence, overview, ranked, tasks
from tournaments.reports.document import Block, Document, Heading, Prose, Section
from tournaments.reports.material import Material, Stage, gather
from tournaments.store import Store, TournamentRow
from tournaments.task_report import task_report
from tournaments.task_tables import TaskReport, task_json
from tournaments.variance import reduce_stored, variance_json

__all__ = ["AFTER", "BEFORE", "STAGE", "Report", "make_report", "report_json"]

BEFORE: Final[tuple[Callable[[Material], Sequence[Section]], ...]] = (overview.played,)
"""What makes the sections before those of the rounds."""
STAGE: Final[tuple[Callable[[Material, Stage], Section | None], ...]] = (
    lambda _, stage: ranked.ranking(stage),
    lambda _, stage: ranked.head_to_head(stage),
    lambda _, stage: ranked.pairs(stage),
    lambda _, stage: convergence.convergence(stage),
    lambda _, stage: behind.seats(stage),
    lambda material, stage: behind.metrics(stage, material.picks.game),
    lambda _, stage: behind.faults(stage),
    lambda _, stage: behind.checks(stage),
    lambda _, stage: behind.legacy(stage),
)
"""What makes the sections of each round, in their order."""
AFTER: Final[tuple[Callable[[Material], Sequence[Section]], ...]] = (overview.method,)
"""What makes the sections behind those of the rounds."""


@dataclass(frozen=True)
class Report:
    """A report, and what it was made from."""

    document: Document
    """Its sections; more may be added."""
    material: Material
    """The tournament, read."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What JSON says beyond the ranking and the checks: ``"ratings"`` by spelling and ``"variance"``, where asked for, and
    ``"tasks"`` of a game for one."""


def make_report(
    store: Store,
    tournament: TournamentRow,
    *,
    by: str | None = None,
    picks: Pick | None = None,
    ratings: str = "",
    luck: bool = False,
    references: tuple[float, float] | None = None,
) -> Report:
    """The report of a stored tournament.

    Args:
        store: the store.
        tournament: which of its tournaments.
        by: another metric to rank by.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.
        ratings: spellings of ratings to be shown, such as ``"plackett-luce,nash"``; none where empty.
        luck: whether every match is looked at again, to take off the luck of the cards.
        references: of a game for one, scores of a weak and of a strong player, normalised to 0 and 1.

    Raises:
        BadInput: if no block of it is stored yet, it cannot be ranked by that metric, a rating is not known, or references
            are given for a game with more seats or are no two scores of which the second is better.
        MissingExtra: if a rating needs a package that is not installed.
        BadPlan: if more than 1 % of the blocks of a round were void.
    """
    material = gather(store, tournament, by=by, picks=picks)
    sections = [section for make in BEFORE for section in make(material)]
    *earlier, final = material.stages
    if earlier:
        sections.append(Section("final", _title(final), ()))
    sections += _sections(material, final)
    if earlier:
        sections.append(behind.checks_of_all(material.stages))
        sections += [_as_one(material, stage) for stage in earlier]
    more = _more(store, material, by, ratings=ratings, luck=luck)
    alone, found = _seeds(store, material, by, references)
    sections += alone
    more |= {} if found is None else {"tasks": task_json(found)}
    sections += [beyond.rating(name, rated) for name, rated in more.get("ratings", {}).items()]
    if "variance" in more:
        sections.append(beyond.luck(more["variance"]))
    looked = beyond.looks(material)
    sections += [looked] if looked else []
    sections += [section for make in AFTER for section in make(material)]
    return Report(Document(overview.title(material), overview.lead(material), sections), material, more)


def _more(store: Store, material: Material, by: str | None, *, ratings: str, luck: bool) -> dict[str, Any]:
    row, picks = material.row, material.picks
    found: dict[str, Any] = {}
    if ratings:
        results = list(store.results(row.id))
        found["ratings"] = rate_all(ratings, picks, results, by=by or row.plan.by)
    if luck:
        found["variance"] = reduce_stored(store, row.id, picks=picks, by=by)
    return found


def _seeds(
    store: Store, material: Material, by: str | None, references: tuple[float, float] | None
) -> tuple[list[Section], TaskReport | None]:
    """What a game for one adds: the report by seeds; nothing for other games."""
    row, picks = material.row, material.picks
    if picks.game.spec.players > 1:
        if references is not None:
            raise BadPlan(
                f"references are of games for one seat, tournament {row.id} is of {row.plan.game!r} for "
                f"{picks.game.spec.players}"
            )
        return [], None
    plan = row.plan if by is None else dataclasses.replace(row.plan, by=by)
    try:
        found = task_report(
            plan, picks, list(store.results(row.id)), references=references, points=tasks.POINTS
        )
    except BadPlan as error:
        # The ranking stands all the same: a format of several rounds is no task.
        return [Section("seeds", "Seeds", (Prose(f"No report by seeds: {error}."),))], None
    return [Section("seeds", "Seeds", tasks.task(found, 0)), tasks.aggregates(found)], found


def _sections(material: Material, stage: Stage) -> list[Section]:
    return [section for make in STAGE if (section := make(material, stage)) is not None]


def _title(stage: Stage) -> str:
    title = stage.found.title
    # A ranking over all rounds has no blocks of its own, and is no round.
    return f"Round {stage.found.number + 1}: {title}" if stage.seen.blocks else title.capitalize()


def _as_one(material: Material, stage: Stage) -> Section:
    """An earlier round, shown when it is asked for."""
    blocks: list[Block] = []
    for section in _sections(material, stage):
        blocks += [Heading(section.title), *section.blocks]
    return Section(f"round-{stage.found.number + 1}", _title(stage), tuple(blocks), collapsed=True)


def report_json(report: Report) -> str:
    """The ranking and the checks as one JSON document."""
    row, material = report.material.row, report.material
    words: dict[str, Any] = {
        "tournament": {
            "digest": row.digest,
            "created": row.created,
            "seconds": row.seconds,
            "finished": row.finished,
            "software": row.software,
        },
        "ranking": ranking_json(material.ranking),
        "checks": [
            {
                "round": stage.found.number,
                "sound": all(check.verdict is not Verdict.BAD for check in stage.checks),
                "checks": [dataclasses.asdict(check) for check in stage.checks],
            }
            for stage in material.stages
        ],
    }
    drawn = [stage for stage in material.stages if stage.kept.lottery is not None]
    if drawn:
        words["chances"] = [_chances(stage) for stage in drawn]
    if "ratings" in report.more:
        words["ratings"] = report.more["ratings"]
    if "tasks" in report.more:
        words["tasks"] = report.more["tasks"]
    if "variance" in report.more:
        words["variance"] = variance_json(report.more["variance"])
    return json.dumps(words, indent=2, allow_nan=False) + "\n"


def _chances(stage: Stage) -> dict[str, Any]:
    """The lineups of a round that was drawn, as agents of the plan, with their probabilities."""
    lottery = stage.kept.lottery
    lineups = [] if lottery is None else lottery.lineups.tolist()
    chances = [] if lottery is None else lottery.chances.tolist()
    return {
        "round": stage.found.number,
        "lineups": [[stage.names[agent] for agent in lineup] for lineup in lineups],
        "chances": chances,
    }
