"""A registered one-seat game, from the plan to the report: the same seeds for all agents, compared by seed."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_plugin import install
from score_course import Course, Jumper
from tournament_toys import Anyone, Constant, FastBid, Solo, table

from arena.agent import Agent
from arena.contest import Results, Stop
from arena.errors import BadInput, BadParameter, BadPlan, UnknownName
from arena.game import Game
from tournaments.plan import make_plan, pick
from tournaments.ranking import Ranking
from tournaments.results import cut
from tournaments.statistics import paired_one, tasks
from tournaments.store import Store
from tournaments.task_report import TaskRun, suite_report, task_report
from tournaments.task_tables import TaskReport, task_json
from tournaments.task_text import WIDTH, task_text
from tournaments.tournament import Tournament

FIELD: tuple[Agent, ...] = (Jumper(0), Jumper(1), Jumper(2), Jumper(-1))


def results_of(tournament: Tournament) -> list[Results]:
    """What the store of a tournament holds of it."""
    found = tournament.store.find(tournament.plan, tournament.picks)
    assert found is not None
    return list(tournament.store.results(found))


def played(
    game: Game[Any, Any, Any],
    blocks: int,
    agents: tuple[Agent, ...] = FIELD,
    references: tuple[float, float] | None = None,
) -> tuple[TaskRun, Ranking]:
    """A tournament of agents that need not be registered, as a task, with its ranking."""
    plan, picks = table(game, agents, blocks=blocks)
    tournament = Tournament(plan, picks=picks)
    ranking = tournament.run()
    return TaskRun(plan, picks, results_of(tournament), references), ranking


def scores_of(run: TaskRun, metric: str = "points") -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """float64[B, K] straight from the results: seating k of a block is agent k's only match on its seed."""
    return np.concatenate([part.metrics[metric][:, :, 0] for part in run.results])


def test_a_registered_game_from_the_plan_to_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words, a store on disk, every agent on every seed once, a ranking by seed differences, and the report."""
    code = "from score_course import Course, Jumper\n"
    points = {
        "arena.games": {"course": "course_plugin:Course"},
        "arena.agents": {"jumper": "course_plugin:Jumper"},
    }
    install(tmp_path, monkeypatch, "course_plugin", code, points)
    plan = make_plan(
        "course(length=3)", ["jumper(bold=2)", "jumper", "jumper(bold=-1)"], seed=3, stop=Stop(blocks=14)
    )
    with Store.open(tmp_path / "store.sqlite") as store:
        ranking = Tournament(plan, store).run().final
    with Store.open(tmp_path / "store.sqlite") as store:
        found = list(store.results(store.tournaments()[0].id))
    report = task_report(plan, pick(plan), found)

    scores = scores_of(TaskRun(plan, pick(plan), found))
    assert scores.shape == (14, 3)
    # Bold 2 earns twice what bold 1 does: both met the same wind.
    assert scores[:, 0] == pytest.approx(2 * scores[:, 1], rel=1e-12)
    for row in ranking.pairs:
        again = paired_one(scores[:, row.first], scores[:, row.second])
        assert row.difference.value == pytest.approx(again.difference.value)
        assert row.difference.blocks == 14
        assert row.p == pytest.approx(again.p)
    assert report.names == ("jumper(bold=2)", "jumper", "jumper(bold=-1)")
    (task,) = report.tasks
    assert (task.game, task.metric, task.seeds, task.success) == ("course(length=3)", "points", 14, "success")
    assert [row.agent for row in task.agents] == [row.agent for row in ranking.agents]
    assert [row.score.value for row in task.agents] == pytest.approx(
        [row.score.value for row in ranking.agents]
    )


def test_every_number_is_that_of_the_statistics() -> None:
    """The report holds what the functions say of the scores, by agent and by pair."""
    run, _ = played(Course(), 12)
    (task,), scores, solved = (
        task_report(run.plan, run.picks, run.results).tasks,
        scores_of(run),
        scores_of(run, "success"),
    )
    for row in task.agents:
        assert row.score == tasks.score_interval(scores[:, row.agent])
        assert row.success == tasks.success_rate(solved[:, row.agent])
        assert row.normalised is None
    assert len(task.pairs) == 6
    for pair in task.pairs:
        one, other = scores[:, pair.first], scores[:, pair.second]
        assert pair.difference == tasks.difference_interval(one, other)
        assert pair.improvement == tasks.probability_of_improvement(one, other)
        assert pair.success == tasks.compare_success(solved[:, pair.first], solved[:, pair.second])
        assert pair.p <= pair.p_holm
    # Jumping always beats not jumping on each of the 12 seeds.
    still = next(pair for pair in task.pairs if (pair.first, pair.second) == (0, 2))
    assert (still.p, still.better) == (2.0**-11, 2)
    # The agent that never jumps scores 0 on every seed.
    assert task.agents[-1].score.note.startswith("deterministic: n_eff = 1")


def test_a_suite_of_tournaments() -> None:
    """Several tasks between references: aggregates of normalised scores over the seeds that all have."""
    runs = [
        played(Course(length=4), 12, references=(0.0, 8.0))[0],
        played(Course(length=6), 15, FIELD[::-1], references=(0.0, 12.0))[0],
    ]
    report = suite_report(runs, points=9)

    one = scores_of(runs[0]) / 8.0
    other = scores_of(runs[1])[:12, ::-1] / 12.0
    suite = report.suite
    assert (suite.seeds, suite.normalised, len(suite.taus)) == (12, True, 9)
    assert "the first 12 seeds of each task are counted, as many as the shortest has" in suite.notes
    assert [task.seeds for task in report.tasks] == [12, 15]
    for row in suite.agents:
        own = np.column_stack([one[:, row.agent], other[:, row.agent]])
        assert row.iqm == tasks.score_interval(own, of=tasks.IQM)
        assert row.mean == tasks.score_interval(own)
        assert row.gap == tasks.score_interval(own, of=tasks.gap_below(1.0))
        assert row.profile == tasks.performance_profile(own, suite.taus)
    values = [row.iqm.value for row in suite.agents]
    assert values == sorted(values, key=lambda value: -(value or 0.0))
    for pair in suite.pairs:
        both = [np.column_stack([one[:, k], other[:, k]]) for k in (pair.first, pair.second)]
        assert pair.difference == tasks.difference_interval(*both, of=tasks.IQM)
        assert pair.improvement == tasks.probability_of_improvement(*both)


def test_lower_can_be_better() -> None:
    """Where less is better the order turns, references go downwards, and differences keep their unit."""
    plan, picks = table(Course(), FIELD, blocks=12, by="missed")
    tournament = Tournament(plan, picks=picks)
    ranking = tournament.run().final
    report = task_report(plan, picks, results_of(tournament), references=(4.0, 0.0))
    (task,) = report.tasks
    assert not task.higher_is_better
    assert [row.agent for row in task.agents] == [row.agent for row in ranking.agents]
    assert (task.agents[0].agent, task.agents[-1].agent) == (2, 0)
    worst = task.agents[-1]
    assert worst.normalised is not None
    assert (worst.score.value, worst.normalised.value) == (4.0, 0.0)
    still = next(pair for pair in task.pairs if (pair.first, pair.second) == (0, 2))
    assert still.difference.value is not None
    assert (still.difference.value > 0, still.better) == (True, 2)
    assert still.improvement.value is not None
    assert still.improvement.value < 0.5
    bare = task_report(plan, picks, results_of(tournament))
    assert bare.suite.notes == ("without references scores are in points, negated since lower is better",)
    with pytest.raises(BadParameter, match=r"'missed' \(lower is better\), got \(0\.0, 4\.0\)"):
        task_report(plan, picks, results_of(tournament), references=(0.0, 4.0))


@pytest.mark.parametrize("blocks", [1, 2, 5])
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_few_seeds_and_none_that_differ(blocks: int, spread: float) -> None:
    """One seed, few seeds, a game without chance: flagged, JSON without NaN, and text."""
    run, _ = played(Course(spread=spread), blocks)
    report = task_report(run.plan, run.picks, run.results)
    text = task_text(report)
    assert f"* only {blocks} seed{'s' if blocks > 1 else ''}: play at least 10" in text
    if blocks == 1:
        assert "one seed: no interval" in text
    elif spread == 0:
        assert "deterministic: n_eff = 1" in text
        # The agent that throws dice differs from seed to seed all the same.
        dicer = next(row for row in report.tasks[0].agents if row.agent == 3)
        assert dicer.score.low is not None
    assert "NaN" not in json.dumps(task_json(report), allow_nan=False)


def _whole(report: TaskReport) -> TaskReport:
    """The report with scores and names as long as they come."""
    wide = tuple(f"{name}-with-a-name-that-goes-on-and-on-and-on-beyond-all-columns" for name in report.names)
    return dataclasses.replace(report, names=wide)


def test_the_text_is_80_columns_wide() -> None:
    """Whatever names and numbers: no line is longer, and every agent and note is there."""
    for scale in (1e-9, 1.0, 1e12):
        runs = [
            played(Course(length=4, goal=4 * scale), 6, references=(-0.123 * scale, 8.0 * scale))[0],
            played(Course(length=6), 6, references=(-12345.678, -12345.6))[0],
        ]
        for report in (suite_report(runs), suite_report(runs[:1]), _whole(suite_report(runs))):
            lines = task_text(report).splitlines()
            assert max(map(len, lines)) <= WIDTH
            assert any("only 6 seeds" in line for line in lines)


def test_the_text() -> None:
    """Golden: agents from the best down, who is shown to be better, and what marks mean."""
    run, _ = played(Course(), 12, (Jumper(0), Jumper(2)))
    lines = task_text(task_report(run.plan, run.picks, run.results)).splitlines()
    assert lines[0] == "course: points (points), higher is better, 12 seeds that all played"
    assert lines[1].split() == ["agent", "mean", "95", "%", "interval", "solved"]
    assert lines[2].startswith("  jumper(bold=2) ")
    assert lines[3].startswith("  jumper(bold=0)               0 none*")
    assert lines[5] == "  jumper(bold=0) < jumper(bold=2)"
    assert "  * deterministic: n_eff = 1; the same scores on all 12 seeds, so there is no" in lines


def test_a_game_that_says_nothing_of_success() -> None:
    """The part on success is left out; a metric named as success must exist and be 0 or 1."""
    run, _ = played(Solo(), 10, (Anyone(0), Anyone(1)))
    report = task_report(run.plan, run.picks, run.results)
    assert report.tasks[0].success is None
    assert report.tasks[0].pairs[0].success is None
    with pytest.raises(UnknownName, match="sucess"):
        task_report(run.plan, run.picks, run.results, success="sucess")
    with pytest.raises(BadParameter, match="a success is 0 or 1, metric 'points' of solo is neither"):
        task_report(run.plan, run.picks, run.results, success="points")


def test_a_share_of_success_is_no_success() -> None:
    """A metric called success that takes other values than 0 and 1 says nothing of success, unless it is named."""
    run, _ = played(Course(), 10)
    half = [
        dataclasses.replace(part, metrics={**part.metrics, "success": part.metrics["success"] / 2})
        for part in run.results
    ]
    assert task_report(run.plan, run.picks, half).tasks[0].success is None
    with pytest.raises(BadParameter, match="a success is 0 or 1, metric 'success' of course is neither"):
        task_report(run.plan, run.picks, half, success="success")


def _refused(run: TaskRun, match: str, kind: type[BadInput] = BadPlan) -> None:
    with pytest.raises(kind, match=match):
        suite_report([run])


def test_what_is_no_task_is_refused() -> None:
    """More seats than one, other formats, nothing played, other agents, scores that cannot be compared."""
    run, _ = played(Course(), 10)
    two, picks = table(FastBid(2), [Constant(0), Constant(1)], blocks=4)
    _refused(TaskRun(two, picks, []), "a task is a game for one seat, got 'bid\\(players=2\\)' for 2")
    _refused(dataclasses.replace(run, results=[]), "'course': nothing was played")
    families: tuple[Agent, ...] = (
        Constant(0),
        Constant(1),
        Constant(0, "c", "search"),
        Constant(1, "d", "search"),
    )
    split, both = table(Solo(), families, blocks=4, format="championship")
    _refused(TaskRun(split, both, []), "ranks all agents, got format 'championship'; 'round-robin' plays it")
    later = [dataclasses.replace(part, round=1) for part in run.results]
    _refused(
        dataclasses.replace(run, results=later), "one round that ranks all agents, got format 'round-robin'"
    )
    _refused(
        dataclasses.replace(run, references=(1.0, math.inf)), "a weak and of a strong player", BadParameter
    )
    fewer, _ = played(Course(length=5), 10, FIELD[:3])
    with pytest.raises(BadPlan, match=r"played by the same agents, 'jumper\(bold=-1\)' is not on every task"):
        suite_report([run, fewer])
    with pytest.raises(BadParameter, match=r"expected references=\(low, high\) of 'course\(length=5\)'"):
        suite_report([dataclasses.replace(run, references=(0.0, 8.0)), played(Course(length=5), 10)[0]])
    with pytest.raises(BadParameter, match="one or more tasks, got none"):
        suite_report([])


def test_blocks_may_come_in_any_order() -> None:
    """The report of shuffled chunks is the same, and a missing block is refused."""
    plan, picks = table(Course(), FIELD, blocks=30)
    tournament = Tournament(plan, picks=picks)
    tournament.run()
    everything = results_of(tournament)
    pieces = [
        cut(part, low, min(low + 4, part.start + len(part)))
        for part in everything
        for low in range(part.start, part.start + len(part), 4)
    ]
    assert task_report(plan, picks, pieces[::-1]) == task_report(plan, picks, everything)
    with pytest.raises(BadInput, match="expected block"):
        task_report(plan, picks, [pieces[0], *pieces[2:]])
