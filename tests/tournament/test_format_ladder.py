"""The ladder: newcomers find their rung, neighbours sort themselves, and later arrivals change nothing before them."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tournament_toys import Bid, Constant, Dicer, FastBid, Solo, table

from arena.agent import Agent
from arena.contest import Pick, Plan, Round, Standing
from arena.errors import BadParameter, BadPlan
from tournaments.chunks import ChunkPlayer
from tournaments.executors.serial import Serial
from tournaments.overall import OVERALL
from tournaments.schedules.ladder import Ladder
from tournaments.schedules.tables import Tables
from tournaments.store import Store
from tournaments.store.rows import round_digest
from tournaments.tournament import Tournament


def ladder(agents: int, players: int) -> tuple[Plan, Pick]:
    return table(Bid(players), [Constant(0, str(number)) for number in range(agents)], format="ladder")


def climbed(schedule: Ladder, plan: Plan, picks: Pick, strength: list[float]) -> list[Round]:
    """All rounds, if the stronger one always wins."""
    places: list[Standing] = []
    stages: list[Round] = []
    while (stage := schedule.round(plan, picks, len(stages), places)) is not None:
        stages.append(stage)
        order = sorted(stage.agents, key=lambda agent: -strength[agent])
        places += [
            Standing(agent, strength[agent], place, 9, stage.number) for place, agent in enumerate(order, 1)
        ]
    return stages


def order_of(stage: Round) -> list[int]:
    assert isinstance(stage.seatings, Tables)
    return list(itertools.chain(*stage.seatings.tables))


@given(st.integers(2, 30), st.integers(2, 5), st.integers(1, 3), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_clear_strengths_end_in_order(agents: int, players: int, rounds: int, random: object) -> None:
    """With results that never err, placements alone sort: the last round among neighbours stands in order of strength."""
    if agents < players:
        return
    strength = [float(number) for number in range(agents)]
    random.shuffle(strength)  # type: ignore[attr-defined]
    plan, picks = ladder(agents, players)
    schedule = Ladder(rounds=rounds)
    stages = climbed(schedule, plan, picks, strength)
    # The first window may stand in any order until it has played once.
    last = [strength[agent] for agent in order_of(stages[-1])]

    assert len(stages) <= schedule.most_rounds(plan, picks)
    if agents > players:
        assert last == sorted(last, reverse=True)
    for stage in stages:
        assert stage.seatings(0, 3).shape == (3, players, players)
        assert set(np.unique(stage.seatings(0, stage.cycle)).tolist()) == set(stage.agents)


def test_a_search_takes_about_log_n_rounds() -> None:
    """At tables of four a newcomer tries three rungs at once: 29 rungs in three rounds."""
    plan, picks = ladder(30, 4)
    stages = climbed(Ladder(rounds=1), plan, picks, [-float(number) for number in range(30)])
    last = [stage for stage in stages if stage.title == "placement of constant(bid=0, label='29')"]

    assert 2 <= len(last) <= 3


def test_neighbours_meet_across_the_edges_of_windows() -> None:
    """The windows of every second round lie half a window further, so that a place can be won across an edge."""
    plan, picks = ladder(4, 2)
    stages = [
        stage
        for stage in climbed(Ladder(rounds=2), plan, picks, [0.0, -1.0, -2.0, -3.0])
        if stage.title == "neighbours"
    ]

    assert [order_of(stage) for stage in stages[-2:]] == [[0, 1, 2, 3], [1, 2]]


def test_a_window_plays_all_its_lineups() -> None:
    """Five neighbours at tables of three: ten lineups, equally often."""
    plan, picks = ladder(10, 3)
    stages = climbed(Ladder(window=5, blocks=20), plan, picks, [-float(n) for n in range(10)])
    stage = next(stage for stage in stages[-2:] if len(stage.agents) == 10)
    seated = stage.seatings(0, stage.cycle)
    lineups = {tuple(sorted(block[0].tolist())) for block in seated}

    assert stage.cycle == 20
    assert stage.blocks == 40
    assert len(lineups) == 20
    assert all(max(lineup) - min(lineup) <= 4 for lineup in lineups)


@given(st.integers(3, 12), st.integers(2, 4), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_future_changes_no_round(agents: int, players: int, seed: int) -> None:
    """The rounds of a ladder are the first rounds of any longer one, to the digest by which a store knows them."""
    if agents <= players:
        return
    strength = [float((seed * number * 7919) % 101) + number / 100 for number in range(1, agents + 1)]
    longer = climbed(Ladder(), *ladder(agents, players), strength)
    shorter = climbed(Ladder(), *ladder(agents - 1, players), strength)

    assert [round_digest(stage) for stage in shorter] == [
        round_digest(stage) for stage in longer[: len(shorter)]
    ]
    assert len(longer) > len(shorter)


class Counting(Serial):
    """Plays in this process and counts."""

    played = 0

    def run(self, player: ChunkPlayer, chunks: object) -> object:  # type: ignore[override]
        for results in super().run(player, chunks):  # type: ignore[arg-type]
            type(self).played += len(results)
            yield results


def test_a_newcomer_joins_a_stored_ladder(store: Store) -> None:
    """What the store holds of the ladder so far is taken over, and the result is that of playing everything."""
    agents: list[Agent] = [Constant(2), Dicer(), Constant(0), Constant(1), Dicer("b")]
    full = table(FastBid(2), agents, blocks=None, format="ladder(blocks=8)")
    early = table(FastBid(2), agents[:4], blocks=None, format="ladder(blocks=8)")
    Counting.played = 0
    first = Tournament(early[0], store, picks=early[1]).run(Counting())
    before = Counting.played
    assert before == first.final.blocks
    Counting.played = 0
    joined = Tournament(full[0], store, picks=full[1]).run(Counting())

    assert joined.final.title == OVERALL
    assert Counting.played == joined.final.blocks - before
    anew = Tournament(full[0], picks=full[1]).run()
    assert [dataclasses.replace(stage, agents=()) for stage in anew.rounds] == [
        dataclasses.replace(stage, agents=()) for stage in joined.rounds
    ]
    assert store.check().problems == ()


def test_records_of_refereed_blocks_are_taken_over(store: Store) -> None:
    """Their files too."""
    agents: list[Agent] = [Constant(2), Dicer(), Constant(0)]
    full = table(Bid(2), agents, blocks=None, format="ladder(blocks=4)")
    early = table(Bid(2), agents[:2], blocks=None, format="ladder(blocks=4)")
    Tournament(early[0], store, picks=early[1]).run()
    Tournament(full[0], store, picks=full[1]).run()
    first, second = (store.rounds(tournament)[0].id for tournament in (1, 2))

    assert store.record_files(first)
    assert store.record_files(first) == store.record_files(second)


def test_another_format_takes_nothing_over(store: Store) -> None:
    """Only formats whose rounds do not depend on later agents."""
    agents: list[Agent] = [Constant(2), Dicer(), Constant(0), Constant(1)]
    early = table(FastBid(2), agents[:3], blocks=20)
    full = table(FastBid(2), agents, blocks=20)
    Counting.played = 0
    Tournament(early[0], store, picks=early[1]).run(Counting())
    Tournament(full[0], store, picks=full[1]).run(Counting())

    assert Counting.played == 40


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Ladder(rounds=0), "ladder: expected rounds to be a whole number >= 1, got 0"),
        (Ladder(blocks=0), "ladder: expected blocks to be a whole number >= 1, got 0"),
        (Ladder(window=2), "ladder: expected window to be a whole number >= 3, got 2"),
    ],
)
def test_parameters_are_checked(schedule: Ladder, words: str) -> None:
    """By name, with what was expected."""
    with pytest.raises(BadParameter, match=words):
        schedule.round(*ladder(5, 3), 0, ())


def test_games_and_fields_too_small_are_refused() -> None:
    """Nobody meets in a game for one; two agents do not fill a table of three."""
    with pytest.raises(BadPlan, match="ladder is about who meets whom"):
        Ladder().round(*table(Solo(), [Dicer(), Constant()]), 0, ())
    with pytest.raises(BadPlan, match="ladder needs at least 3 agents for a table of 3, got 2"):
        Ladder().round(*ladder(2, 3), 0, ())


def test_a_placement_without_results_leaves_the_newcomer_last() -> None:
    """A stop by time may leave a round without blocks: then nobody moves."""
    plan, picks = ladder(3, 2)
    none = [Standing(agent, 0.0, 1, 0, number) for number in range(3) for agent in range(3)]
    stage = Ladder().round(plan, picks, 3, none)

    assert stage is not None
    assert order_of(stage) == [0, 1]
