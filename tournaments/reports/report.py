"""A report of a stored tournament, put together from its sections."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from arena.contest import Pick
from tournaments.checks import Verdict
from tournaments.ranking import ranking_json
from tournaments.ratings.rated import rate_all
from tournaments.reports import behind, beyond, overview, ranked
from tournaments.reports.document import Block, Document, Heading, Section
from tournaments.reports.material import Material, Stage, gather
from tournaments.store import Store, TournamentRow
from tournaments.variance import reduce_stored, variance_json

__all__ = ["AFTER", "BEFORE", "STAGE", "Report", "make_report", "report_json"]

BEFORE: Final[tuple[Callable[[Material], Sequence[Section]], ...]] = (overview.played,)
"""What makes the sections before those of the rounds."""
STAGE: Final[tuple[Callable[[Material, Stage], Section | None], ...]] = (
    lambda _, stage: ranked.ranking(stage),
    lambda _, stage: ranked.head_to_head(stage),
    lambda _, stage: ranked.pairs(stage),
    lambda _, stage: behind.convergence(stage),
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
    """What JSON says beyond the ranking and the checks: ``"ratings"`` by spelling, and ``"variance"``, where asked for."""


def make_report(
    store: Store,
    tournament: TournamentRow,
    *,
    by: str | None = None,
    picks: Pick | None = None,
    ratings: str = "",
    luck: bool = False,
) -> Report:
    """The report of a stored tournament.

    Args:
        store: the store.
        tournament: which of its tournaments.
        by: another metric to rank by.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.
        ratings: spellings of ratings to be shown, such as ``"plackett-luce,nash"``; none where empty.
        luck: whether every match is looked at again, to take off the luck of the cards.

    Raises:
        BadInput: if no block of it is stored yet, it cannot be ranked by that metric, or a rating is not known.
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
    sections += [beyond.rating(name, rated) for name, rated in more.get("ratings", {}).items()]
    if "variance" in more:
        sections.append(beyond.luck(more["variance"]))
    looked = beyond.looks(store, tournament, material.picks, material.ranking)
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
    if "ratings" in report.more:
        words["ratings"] = report.more["ratings"]
    if "variance" in report.more:
        words["variance"] = variance_json(report.more["variance"])
    return json.dumps(words, indent=2, allow_nan=False) + "\n"
