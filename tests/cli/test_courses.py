"""The end of a tournament in the words of its format: a ladder's rungs, a bracket, Swiss points, rounds in a line each."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path

import pytest
from cli_bench import arena
from hypothesis import given, settings
from hypothesis import strategies as st
from tournament_toys import Bid, Constant, table

from arena.contest import Pick, Plan, Schedule, Standing, Stop
from tournaments.schedules.course import Course, course_of
from tournaments.schedules.knock_out import KnockOut
from tournaments.schedules.ladder import Ladder
from tournaments.schedules.round_robin import RoundRobin
from tournaments.schedules.swiss import Swiss


def event(agents: int, players: int) -> tuple[Plan, Pick]:
    found = [Constant(0, str(number)) for number in range(agents)]
    return table(Bid(players), found, stop=Stop(blocks=4000))


def played(schedule: Schedule, plan: Plan, picks: Pick, strength: list[float]) -> list[Standing]:
    """The standings of all rounds, if the stronger one always wins."""
    places: list[Standing] = []
    number = 0
    while (stage := schedule.round(plan, picks, number, places)) is not None:
        order = sorted(stage.agents, key=lambda agent: -strength[agent])
        places += [Standing(agent, strength[agent], rank, 9, number) for rank, agent in enumerate(order, 1)]
        number += 1
    return places


def shuffled(agents: int, random: object) -> list[float]:
    strength = [float(number) for number in range(agents)]
    random.shuffle(strength)  # type: ignore[attr-defined]
    return strength


def told(schedule: Schedule, plan: Plan, picks: Pick, places: list[Standing]) -> Course:
    found = course_of(schedule, plan, picks, places)
    assert found is not None
    assert {len(row) for row in found.rows} == {len(found.head)}
    return found


@given(st.integers(2, 14), st.integers(2, 4), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_a_ladder_ends_in_order(agents: int, players: int, random: object) -> None:
    """With results that never err the rungs are the order of strength, and rounds count each agent's own."""
    if agents < players:
        return
    plan, picks = event(agents, players)
    strength = shuffled(agents, random)
    places = played(Ladder(), plan, picks, strength)
    course = told(Ladder(), plan, picks, places)
    order = sorted(range(agents), key=lambda agent: -strength[agent])

    assert [row[1] for row in course.rows] == [plan.agents[agent] for agent in order]
    assert [row[0] for row in course.rows] == [str(rung) for rung in range(1, agents + 1)]
    assert [int(row[2]) for row in course.rows] == [
        len({place.round for place in places if place.agent == agent}) for agent in order
    ]


def test_a_ladder_that_was_broken_off_has_those_who_entered() -> None:
    """After the first rounds there are the first agents only."""
    plan, picks = event(6, 3)
    places = [place for place in played(Ladder(), plan, picks, [6, 5, 4, 3, 2, 1]) if place.round < 2]

    assert [row[1] for row in told(Ladder(), plan, picks, places).rows] == list(plan.agents[:3])


@given(st.integers(2, 13), st.integers(2, 4), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_bracket_has_everybody_once_a_round(
    agents: int, players: int, seeding: bool, random: object
) -> None:
    """Whoever goes on from one round is there in the next, the rest is gone, and the strongest one wins the final."""
    plan, picks = event(agents, players)
    plan = dataclasses.replace(plan, agents=tuple(f"agent-{number}" for number in range(agents)))
    strength = shuffled(agents, random)
    schedule = KnockOut(best_of=1, seeding=seeding)
    course = told(schedule, plan, picks, played(schedule, plan, picks, strength))
    rounds: list[tuple[set[str], set[str]]] = []
    for title, seated, on in course.rows:
        if title:
            rounds.append((set(), set()))
        here = (
            {name.split(" ")[0] for name in seated.split(", ")} if seated != "a bye" else set(on.split(", "))
        )
        assert not here & rounds[-1][0]
        rounds[-1][0].update(here)
        rounds[-1][1].update(on.split(", "))
    best = max(range(agents), key=lambda agent: strength[agent])

    assert rounds[0][0] == set(plan.agents)
    assert all(after[0] == before[1] for before, after in itertools.pairwise(rounds))
    assert course.rows[-1][0] == "final"
    assert course.rows[-1][2] == plan.agents[best]


@given(st.integers(2, 13), st.integers(2, 4), st.integers(1, 5), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_swiss_points_add_up(agents: int, players: int, rounds: int, random: object) -> None:
    """Every table of n hands out n/2 points, a bye none; totals are sums of rounds, places go by points a round played."""
    if agents < players:
        return
    plan, picks = event(agents, players)
    course = told(Swiss(rounds), plan, picks, played(Swiss(rounds), plan, picks, shuffled(agents, random)))
    each = [[None if cell == "bye" else float(cell) for cell in row[4:]] for row in course.rows]
    totals = [float(row[3]) for row in course.rows]

    assert course.head[4:] == tuple(f"r{number}" for number in range(1, rounds + 1))
    for points in zip(*each, strict=True):
        assert sum(found is None for found in points) == agents % players
        assert sum(found or 0.0 for found in points) == pytest.approx(
            agents // players * players / 2, abs=0.01 * agents
        )
    for total, own in zip(totals, each, strict=True):
        assert total == pytest.approx(sum(found or 0.0 for found in own), abs=0.02 * rounds)
    means = [float(row[2]) for row in course.rows]
    assert means == sorted(means, reverse=True)


def test_other_formats_have_none() -> None:
    """A round robin's ranking says it all, and before the first result there is nothing to say."""
    plan, picks = event(4, 2)

    assert course_of(RoundRobin(), plan, picks, played(RoundRobin(), plan, picks, [4, 3, 2, 1])) is None
    assert course_of(Ladder(), plan, picks, []) is None


AGENTS = "first-one,random,first-one:curiosity=0.1,first-one:curiosity=0.9,first-one:curiosity=0.5"


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize(
    ("format_", "title", "heads"),
    [
        ("ladder(blocks=4)", "The ladder, from the top", "rung agent rounds"),
        ("swiss(rounds=3)", "Standings by points a round", "place agent mean points r1 r2 r3"),
        ("knock-out", "The bracket", "round table goes on"),
        ("adaptive(rounds=2)", None, "round blocks scores, the best first"),
    ],
)
def test_the_report(tmp_path: Path, format_: str, title: str | None, heads: str) -> None:
    """Readable at 80 columns; ranked again by another metric the course stays what it was; JSON holds it."""
    store = ["--store", str(tmp_path / "cup.sqlite")]
    words = ["pebbles", "-a", AGENTS, "-p", "2", "--blocks", "40", "--seed", "5", "--format", format_]
    answer = arena("tournament", *words, *store, "-q", "--workers", "1")
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    commands = ("play again", "stored in", "rank by", "look at")

    assert max(len(line.rstrip()) for line in lines if not line.startswith(commands)) <= 80
    assert heads in [" ".join(line.split()) for line in lines]
    assert (title in lines) if title else ("Over all rounds" in lines)
    assert any(line.startswith("rounds  ") and "blocks in all" in line for line in lines)
    assert arena("rank", *store).out == answer.out
    document = json.loads(arena("rank", *store, "--json").out)
    assert (document["course"] is None) == (title is None)
    other = json.loads(arena("rank", *store, "--json", "--by", "points").out) if title else document
    assert other["course"] == document["course"]
