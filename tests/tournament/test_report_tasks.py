"""Reports of games for one: seeds, success and profiles, alone and as a suite, with the numbers of the statistics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reporting import Page, played, section_table
from score_course import Course, Jumper
from tournament_toys import Constant, FastBid, table

from arena.agent import Agent
from arena.contest import Pick
from arena.errors import BadInput, BadParameter, BadPlan
from arena.game import Game
from tournaments.executors.serial import Serial
from tournaments.reports import (
    Figure,
    Prose,
    SuiteReport,
    Table,
    make_report,
    make_suite,
    report_text,
    write_report,
)
from tournaments.reports.document import pictures
from tournaments.reports.figures import Curves, Rows
from tournaments.statistics import tasks
from tournaments.store import Store
from tournaments.tournament import Tournament

FIELD: list[Agent] = [Jumper(0), Jumper(1), Jumper(2), Jumper(-1)]
REFERENCES = {1: (0.0, 8.0), 2: (0.0, 12.0)}


@pytest.fixture(scope="module")
def suite() -> Iterator[tuple[Store, dict[int, Pick]]]:
    """Two tasks of the same four agents, 24 and 20 seeds, and a third with a table of two."""
    with Store.memory() as store:
        picks = {}
        bidders: list[Agent] = [Constant(0), Constant(2)]
        tables: list[tuple[Game[Any, Any, Any], list[Agent], int]] = [
            (Course(length=4), FIELD, 24),
            (Course(length=6), FIELD[::-1], 20),
            (FastBid(2), bidders, 8),
        ]
        for game, agents, blocks in tables:
            number, pick = played(store, game, agents, blocks)
            picks[number] = pick
        yield store, picks


def made(suite: tuple[Store, dict[int, Pick]], **words: object) -> SuiteReport:
    """The report of the two tasks."""
    store, picks = suite
    rows = store.tournaments()[:2]
    return make_suite(store, rows, picks=picks, **{"references": REFERENCES, **words})  # type: ignore[arg-type]


def test_a_game_for_one_has_its_sections(suite: tuple[Store, dict[int, Pick]]) -> None:
    """Beside the ranking: seeds with success, aggregates, profiles; no formulas that are of tables."""
    store, picks = suite
    report = make_report(store, store.tournament(1), picks=picks[1], references=(0.0, 8.0))
    keys = [section.key for section in report.document.sections]

    assert {"ranking", "pairs", "seeds", "aggregates"} <= set(keys)
    assert not {"seats", "legacy"} & set(keys)
    shown = section_table(report, "seeds")
    assert shown.head[-3:] == ("Normalised", "95 % interval", "Solved, %")
    scores = np.concatenate([part.metrics["points"][:, :, 0] for part in store.results(1)])
    best = tasks.score_interval(scores[:, 2])
    assert best.value is not None
    assert shown.rows[0][0] == "jumper(bold=2)"
    assert float(shown.rows[0][1]) == pytest.approx(best.value, abs=0.6)
    assert shown.rows[0][3] == f"{best.value / 8:.3f}"
    assert "tasks" in json.loads(report_text(report, "json"))
    assert {"improvement", "profiles"} <= set(pictures(report.document))
    assert "every agent alone on every deal" in report_text(report, "md")
    Page(report_text(report, "html"))


def test_pairs_have_the_better_agent_first(suite: tuple[Store, dict[int, Pick]]) -> None:
    """Every pair is told from the side of the better ranked; difference, improvement and success turn together."""
    store, picks = suite
    report = make_report(store, store.tournament(1), picks=picks[1])
    (seeds,) = [section for section in report.document.sections if section.key == "seeds"]
    pairs, solved = [block for block in seeds.blocks if isinstance(block, Table)][1:]
    points = np.concatenate([part.metrics["points"][:, :, 0] for part in store.results(1)])
    success = np.concatenate([part.metrics["success"][:, :, 0] for part in store.results(1)])

    assert pairs.rows[0][0] == "jumper(bold=2) less jumper(bold=-1)"
    assert not any(row[1].startswith("\u2212") for row in pairs.rows)
    names = [
        name.removesuffix("(bold=1)")
        for name in ("jumper(bold=0)", "jumper", "jumper(bold=2)", "jumper(bold=-1)")
    ]
    for row, told in zip(pairs.rows, solved.rows, strict=True):
        first, second = (names.index(name) for name in row[0].split(" less "))
        contrast = tasks.compare_success(success[:, first], success[:, second])
        improvement = tasks.probability_of_improvement(points[:, first], points[:, second])
        assert improvement.value is not None
        assert contrast.difference.value is not None
        assert contrast.mcnemar is not None
        assert row[4].startswith(f"{100 * improvement.value:.1f} [")
        assert told[1].startswith(f"{100 * contrast.difference.value:+.1f} [".replace("-", "\u2212"))
        assert told[2] == f"{contrast.mcnemar.only_first} and {contrast.mcnemar.only_second}"


@pytest.mark.parametrize("blocks", [1, 4, 9, 10])
def test_few_seeds_are_flagged(blocks: int) -> None:
    """Below ten seeds a sentence above the numbers says that they are not to be relied on; no number is NaN."""
    with Store.memory() as store:
        number, picks = played(store, Course(), FIELD, blocks)
        report = make_report(store, store.tournament(number), picks=picks)
    (seeds,) = [section for section in report.document.sections if section.key == "seeds"]
    first = seeds.blocks[0]

    assert isinstance(first, Prose)
    assert ("Do not rely on them yet" in first.text) == (blocks < 10)
    if blocks < 10:
        assert any(isinstance(block, Prose) and "play at least 10" in block.text for block in seeds.blocks)
    for style in ("html", "md", "latex", "json"):
        body = report_text(report, style)
        assert "nan" not in body.split("</style>")[-1].lower().replace("finance", "")


def test_a_suite_is_one_report(suite: tuple[Store, dict[int, Pick]]) -> None:
    """Aggregates first, then every task with its checks, conditions and command; JSON holds the same."""
    report = made(suite)
    keys = [section.key for section in report.document.sections]
    text = report_text(report, "md")

    assert keys == ["aggregates", "task-1", "task-2", "method"]
    assert "Suite of 2 tasks: 4 agents" in text
    assert "20 seeds each" in report.document.lead
    assert text.count("    arena tournament ") == 2
    assert text.count("checks of its data are in order") == 2
    found = json.loads(report_text(report, "json"))
    assert [one["references"] for one in found["tournaments"]] == [[0.0, 8.0], [0.0, 12.0]]
    assert found["tasks"]["suite"]["seeds"] == 20
    aggregates = report.document.sections[0].blocks
    assert isinstance(aggregates[0], Table)
    iqm = {row.agent: row.iqm.value for row in report.found.suite.agents}
    assert [row[1] for row in aggregates[0].rows] == [f"{value:.3f}" for value in iqm.values()]
    assert report.document.lead.startswith(f"{aggregates[0].rows[0][0]} has the highest")
    for style in ("html", "latex"):
        assert "Performance profiles" in report_text(report, style)
    Page(report_text(report, "html"))


def test_profiles_are_drawn_as_they_are(suite: tuple[Store, dict[int, Pick]]) -> None:
    """The curves of the figure are the profiles of the statistics; those of probability stand around a half."""
    report = made(suite)
    found = pictures(report.document)
    profiles, improvement = found["profiles"], found["improvement"]
    assert isinstance(profiles, Figure)
    assert isinstance(profiles.drawing, Curves)
    assert isinstance(improvement, Figure)
    assert isinstance(improvement.drawing, Rows)

    assert [curve.y for curve in profiles.drawing.curves] == [
        tuple(row.profile.shares) for row in report.found.suite.agents
    ]
    assert profiles.drawing.x == report.found.suite.taus
    assert improvement.drawing.line == 0.5
    assert len(improvement.drawing.rows) == 6


def test_what_is_no_suite_is_refused(suite: tuple[Store, dict[int, Pick]], tmp_path: Path) -> None:
    """A table of two, a tournament twice, one without references, results as a suite: one sentence each."""
    store, picks = suite
    one, other, two = store.tournaments()

    with pytest.raises(
        BadPlan, match=r"games for one seat, tournament 3 is of 'bid\(players=2\)' for 2; report it alone"
    ):
        make_suite(store, [one, two], references={1: (0, 8), 3: (0, 1)}, picks=picks)
    with pytest.raises(BadParameter, match="tournament 1 is named twice"):
        make_suite(store, [one, one], references=REFERENCES, picks=picks)
    with pytest.raises(BadParameter, match=r"expected --reference 2=LOW:HIGH for 'course\(length=6\)'"):
        make_suite(store, [one, other], references={1: (0, 8)}, picks=picks)
    with pytest.raises(BadParameter, match="a weak and of a strong player"):
        made(suite, references={1: (8.0, 0.0), 2: (0.0, 1.0)})
    with pytest.raises(BadPlan, match=r"references are of games for one seat, tournament 3 is of"):
        make_report(store, two, picks=picks[3], references=(0.0, 1.0))
    for style in ("csv", "parquet"):
        with pytest.raises(BadInput, match=f"'{style}' holds the results of one tournament, got 2"):
            write_report(made(suite), store, style, tmp_path / "x")


def test_by_another_metric_lower_is_better(suite: tuple[Store, dict[int, Pick]]) -> None:
    """--by reaches the tasks; where less is better the order turns, and the pairs still have the better first."""
    store, picks = suite
    report = make_report(store, store.tournament(1), picks=picks[1], by="missed", references=(4.0, 0.0))
    shown = section_table(report, "seeds")

    assert shown.head[1] == "missed (points)"
    assert "lower is better" in shown.caption
    assert shown.rows[0][0] == "jumper(bold=2)"


def test_formats_of_several_rounds_keep_their_ranking() -> None:
    """A championship of a game for one is no task: the ranking stands, and a sentence says why seeds are left out."""
    agents: list[Agent] = [Jumper(0), Jumper(1), Jumper(0, "search"), Jumper(2, "search")]
    plan, picks = table(Course(), agents, blocks=6, format="championship")
    with Store.memory() as store:
        Tournament(plan, store=store, picks=picks).run(Serial())
        report = make_report(store, store.tournaments()[0], picks=picks)
    (seeds,) = [section for section in report.document.sections if section.key == "seeds"]
    (said,) = seeds.blocks

    assert isinstance(said, Prose)
    assert "a task is one round that ranks all agents, got format 'championship'" in said.text
    assert section_table(report, "ranking").rows
