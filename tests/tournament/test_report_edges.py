"""Reports of few blocks, broken data, games for one, several rounds."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from unittest import mock

import numpy as np
import pytest
from reporting import FIELD, Page, reported, section_table
from tournament_toys import (
    Anyone,
    Bid,
    Constant,
    FastBid,
    Naughty,
    Solo,
    blocks_of,
    player_of,
    stage_of,
    table,
)

from arena.agent import Agent
from arena.contest import Chunk, Pick, Plan, Results
from arena.errors import BadInput
from tournaments.checks import Check, Verdict
from tournaments.rank import rank
from tournaments.reports import (
    Heading,
    make_report,
    report_text,
)
from tournaments.store import Store


def test_an_empty_tournament_has_no_report(store: Store) -> None:
    """A tournament that was begun and not played is refused in one line that says how to play it."""
    plan, picks = table(FastBid(3), FIELD)
    tournament, *_ = blocks_of(store, plan, picks)

    with pytest.raises(BadInput, match=f"--resume {tournament}"):
        make_report(store, store.tournament(tournament), picks=picks)


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_few_blocks_give_a_report(blocks: int) -> None:
    """Whatever cannot be said yet is left out or said in words; no NaN is printed."""
    with Store.memory() as store:
        report = reported(store, FastBid(3), FIELD[:3], blocks)
    for style in ("html", "md", "latex", "json"):
        assert not re.search(r"\b(nan|inf)\b", report_text(report, style))


def test_identical_agents_give_a_report() -> None:
    """Agents that do the same have no spread in their differences; the pair is called identical."""
    with Store.memory() as store:
        report = reported(store, FastBid(2), [Constant(1), Constant(1, "b")], 40)

    assert section_table(report, "pairs").rows[0][3] == "identical"
    assert "nan" not in report_text(report, "html").split("</style>")[1]


def test_one_player_games_have_reports() -> None:
    """Score tasks: no seats and no meetings, and a metric of which less is better."""
    with Store.memory() as store:
        report = reported(store, Solo(), [Anyone(), Anyone(2), Anyone(0)], 50)
        row = report.material.row
        turned = make_report(store, row, by="cost", picks=report.material.picks)

    assert "seats" not in [section.key for section in report.document.sections]
    assert turned.material.ranking.final.agents[0].name == "anyone(bid=0)"
    assert "lower is better" in section_table(turned, "ranking").caption
    tones = section_table(turned, "matrix").tones
    assert tones[0][2] is not None
    assert tones[0][2] > 0


def test_fixed_seats_are_noted() -> None:
    """Where seats are not rotated, seat and agent cannot be told apart, and the checks say so."""
    with Store.memory() as store:
        report = reported(store, FastBid(3, bonus=1.0), FIELD[:3], 40, seatings="fixed")
    checks = {check.name: check for check in report.material.checks}

    assert (checks["seats"].verdict, checks["rotation"].verdict) == (Verdict.NOTE, Verdict.NOTE)


def test_rotated_seats_show_their_effect() -> None:
    """A seat that gets coins from everybody else is found, and the ranking is free of it."""
    with Store.memory() as store:
        report = reported(store, FastBid(3, bonus=1.0), FIELD[:3], 120)
    checks = {check.name: check for check in report.material.checks}

    assert checks["seats"].verdict is Verdict.NOTE
    assert checks["seats"].p is not None
    assert checks["seats"].p < 1e-6
    assert checks["rotation"].verdict is Verdict.OK


Change = Callable[[Results], Results]


def _scores(results: Results, value: float) -> Results:
    scores = results.scores.copy()
    scores[3, 1, 0] = value
    return dataclasses.replace(results, scores=scores)


def _metric(results: Results, name: str) -> Results:
    values = results.metrics[name].copy()
    values[3, 1, 0] = np.nan
    return dataclasses.replace(results, metrics={**results.metrics, name: values})


def checks_of(plan: Plan, picks: Pick, results: Results) -> dict[str, Check]:
    """The checks of blocks that need not be as they were played."""
    from tournaments.checks import check_round
    from tournaments.evidence import Observer

    observer = Observer(len(plan.agents), picks.game, "coins")
    found = rank(plan, observer.watch([results]), picks).final
    made = check_round(found, observer.evidence(0), names=plan.agents, balanced=True)
    return {check.name: check for check in made}


@pytest.mark.parametrize(
    ("change", "bad"),
    [
        (lambda results: results, set()),
        (lambda results: _scores(results, results.scores[3, 1, 0] + 0.5), {"sums"}),
        (lambda results: _scores(results, -500.0), {"sums", "range"}),
        (lambda results: _metric(results, "wins"), {"values"}),
        (lambda results: _metric(results, "bid_success"), set()),
    ],
)
def test_broken_matches_are_found(change: Change, bad: set[str]) -> None:
    """A score that does not add up, lies outside the range or is missing fails its check, with block and seating."""
    plan, picks = table(FastBid(3), FIELD, blocks=20)
    results = change(player_of(plan, picks)(Chunk(0, 0, 20)))
    checks = checks_of(plan, picks, results)

    assert {name for name, check in checks.items() if check.verdict is Verdict.BAD} == bad
    for name in bad:
        assert checks[name].sentence.startswith("1 of 60 matches")
        assert checks[name].sentence.endswith("in block 3, seating 1")


def test_faulted_matches_need_not_add_up() -> None:
    """The penalty for a failure changes the sum of a table; that is no breach, and the rate of failures is told."""
    plan, picks = table(Bid(3), [Naughty(), Constant(0), Constant(2)], blocks=40)
    checks = checks_of(plan, picks, player_of(plan, picks)(Chunk(0, 0, 40)))

    assert checks["sums"].verdict is Verdict.OK
    assert checks["faults"].verdict is Verdict.BAD
    assert "naughty" in checks["faults"].sentence


def test_places_must_be_a_ranking() -> None:
    """Equals may share the best place or the mean; gaps, repeats without a tie and zeros are none."""
    from tournaments.evidence import _are_places

    good = [[1, 2, 3], [1, 1, 3], [1.5, 1.5, 3], [2, 2, 2], [1, 1, 1], [1, 2.5, 2.5]]
    bad = [[1, 1, 2], [0, 1, 2], [1, 2, 4], [2, 2, 3], [1, 2, 2.5]]

    assert _are_places(np.array([good], dtype=np.float64)).all()
    assert not _are_places(np.array([bad], dtype=np.float64)).any()


def test_aggregates_are_computed_again() -> None:
    """A ranking whose score is not that of its blocks is found."""
    from tournaments.checks import check_round
    from tournaments.evidence import Observer

    plan, picks = table(FastBid(3), FIELD, blocks=20)
    observer = Observer(len(plan.agents), picks.game, "coins")
    found = rank(plan, observer.watch([player_of(plan, picks)(Chunk(0, 0, 20))]), picks).final
    first = found.agents[0]
    wrong = dataclasses.replace(first, score=dataclasses.replace(first.score, value=9.0))
    found = dataclasses.replace(found, agents=(wrong, *found.agents[1:]), matches=found.matches + 1)
    checks = check_round(found, observer.evidence(0), names=plan.agents, balanced=True)

    assert [check.name for check in checks if check.verdict is Verdict.BAD] == ["blocks", "aggregates"]
    assert first.name in checks[1].sentence


def test_championships_have_a_part_for_each_round(store: Store) -> None:
    """Every round has its own sections with anchors of their own, and the end is what the lead speaks of."""
    agents: list[Agent] = [Constant(0), Constant(2), Constant(1, "", "search"), Constant(0, "s", "search")]
    plan, picks = table(FastBid(2), agents, blocks=20, format="championship")
    from tournaments.executors.serial import Serial
    from tournaments.tournament import Tournament

    Tournament(plan, store=store, picks=picks).run(Serial())
    report = make_report(store, store.tournaments()[0], picks=picks)
    keys = [section.key for section in report.document.sections]

    assert len(keys) == len(set(keys))
    assert keys[:3] == ["played", "final", "ranking"]
    assert keys[-4:] == ["all-checks", "round-1", "round-2", "method"]
    assert report.document.lead.startswith(report.material.ranking.final.agents[0].name)
    earlier = next(section for section in report.document.sections if section.key == "round-1")
    assert earlier.collapsed
    assert earlier.title == f"Round 1: {stage_of(plan, picks).title}"
    titles = [block.text for block in earlier.blocks if isinstance(block, Heading)]
    assert titles[0] == "Ranking"
    assert "Checks of the data" in titles
    Page(report_text(report, "html"))
    for style in ("md", "latex"):
        assert earlier.title in report_text(report, style)


def test_the_ranking_over_all_rounds_comes_first(store: Store) -> None:
    """Where a format ranks over all rounds, that ranking leads, and all blocks together must link the agents."""
    from tournaments.executors.serial import Serial
    from tournaments.schedules.swiss import Swiss
    from tournaments.tournament import Tournament

    plan, picks = table(FastBid(2), FIELD, blocks=16)
    with mock.patch("arena.registry.make", return_value=Swiss()):
        Tournament(plan, store=store, picks=picks).run(Serial())
        report = make_report(store, store.tournaments()[0], picks=picks)
    keys = [section.key for section in report.document.sections]

    assert report.material.ranking.final.title == "over all rounds"
    assert report.document.sections[1].title == "Over all rounds"
    assert "convergence" not in keys
    *earlier, final = report.material.stages
    assert len(earlier) == sum(key.startswith("round-") for key in keys)
    assert [check.name for check in final.checks] == ["links"]
    assert any(
        check.verdict is Verdict.NOTE for stage in earlier for check in stage.checks if check.name == "links"
    )
    assert not [check for check in report.material.checks if check.verdict is Verdict.BAD]
    Page(report_text(report, "html"))
