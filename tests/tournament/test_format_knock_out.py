"""The knock-out: who goes on, byes, ties, seeds and the final."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tournament_toys import Anyone, Bid, Constant, Dicer, FastBid, Solo, table

from arena.agent import Agent
from arena.contest import Pick, Plan, Round, Standing, Stop
from arena.errors import BadParameter, BadPlan
from tournaments.schedules.knock_out import KnockOut
from tournaments.schedules.tables import Tables
from tournaments.tournament import Tournament


def cup(agents: int, players: int, blocks: int | None = 4000) -> tuple[Plan, Pick]:
    found = [Constant(0, str(number)) for number in range(agents)]
    return table(Bid(players), found, stop=Stop(blocks=blocks, seconds=None if blocks else 1.0))


def results(stage: Round, order: Sequence[int]) -> list[Standing]:
    """Places by an order of all agents, the best first."""
    seated = [agent for agent in order if agent in stage.agents]
    return [Standing(agent, -float(place), place, 9, stage.number) for place, agent in enumerate(seated, 1)]


def played(schedule: KnockOut, plan: Plan, picks: Pick, order: Sequence[int]) -> list[Round]:
    """All rounds, if results always follow `order`."""
    places: list[Standing] = []
    stages: list[Round] = []
    while (stage := schedule.round(plan, picks, len(stages), places)) is not None:
        stages.append(stage)
        places += results(stage, order)
    return stages


def tables_of(stage: Round) -> tuple[tuple[int, ...], ...]:
    assert isinstance(stage.seatings, Tables)
    return stage.seatings.tables


def test_eight_agents_for_two_seats() -> None:
    """The first seed meets the last; the better half goes on; the first two meet in the final."""
    plan, picks = cup(8, 2)
    first, second, final = played(KnockOut(), plan, picks, range(8))

    assert tables_of(first) == ((0, 7), (1, 6), (2, 5), (3, 4))
    assert tables_of(second) == ((0, 3), (1, 2))
    assert (final.title, final.agents) == ("final", (0, 1))
    assert final.notes == (
        "out in round 2: constant(bid=0, label='2'), constant(bid=0, label='3')",
        "out in round 1: " + ", ".join(f"constant(bid=0, label='{number}')" for number in range(4, 8)),
    )


def test_odd_counts_get_byes_by_seed() -> None:
    """Of five, the first waits; of the three left, the first waits again."""
    plan, picks = cup(5, 2)
    stages = played(KnockOut(), plan, picks, [4, 3, 2, 1, 0])

    assert [stage.agents for stage in stages] == [(1, 2, 3, 4), (3, 4), (0, 4)]
    assert tables_of(stages[0]) == ((1, 4), (2, 3))
    assert stages[0].notes == ("a bye for constant(bid=0, label='0')",)


def test_the_better_half_of_a_larger_table_goes_on() -> None:
    """Sixteen at tables of four, filled like a snake: eight, four, and a final of four."""
    plan, picks = cup(16, 4)
    first, second, final = played(KnockOut(), plan, picks, range(16))

    assert tables_of(first) == ((0, 7, 8, 15), (1, 6, 9, 14), (2, 5, 10, 13), (3, 4, 11, 12))
    assert second.agents == tuple(range(8))
    assert final.agents == (0, 1, 2, 3)


def test_a_final_of_fewer_sits_at_a_smaller_table() -> None:
    """Seven at tables of five: a table and two byes, then four at a table of four."""
    plan, picks = cup(7, 5)
    first, final = played(KnockOut(), plan, picks, range(7))

    assert first.agents == (2, 3, 4, 5, 6)
    assert final.agents == (0, 1, 2, 3)
    assert final.game.spec.players == 4


def test_equals_go_by_seed() -> None:
    """A draw sends the better seed on; so does a table without results."""
    plan, picks = cup(4, 2)
    draws = [Standing(agent, 0.0, 1, 9, 0) for agent in range(4)]
    nothing = [Standing(agent, 0.0, 1, 0, 0) for agent in range(4)]
    for places in (draws, nothing):
        final = KnockOut().round(plan, picks, 1, places)
        assert final is not None
        assert final.agents == (0, 1)


def test_a_round_robin_can_give_the_seeds() -> None:
    """The best of the seeding round meets the last of it."""
    plan, picks = cup(4, 2)
    stages = played(KnockOut(seeding=True), plan, picks, [2, 0, 3, 1])

    assert [stage.title for stage in stages] == ["seeding", "last 4", "final"]
    assert tables_of(stages[1]) == ((2, 1), (0, 3))
    assert stages[2].notes == ("out in round 2: constant(bid=0, label='3'), constant(bid=0, label='1')",)
    assert KnockOut(seeding=True).most_rounds(plan, picks) == 3


@given(st.integers(2, 30), st.integers(1, 5), st.permutations(list(range(30))))
@settings(max_examples=80, deadline=None)
def test_it_always_ends_with_the_best(agents: int, players: int, order: list[int]) -> None:
    """Whatever the numbers, rounds are as many as announced, tables full, and the best of all is in the final."""
    game = Solo() if players == 1 else Bid(players)
    plan, picks = table(game, [Dicer(str(number)) for number in range(agents)], blocks=4000)
    schedule = KnockOut()
    stages = played(schedule, plan, picks, order)
    best = next(agent for agent in order if agent < agents)

    assert len(stages) == schedule.most_rounds(plan, picks)
    assert stages[-1].title == "final"
    assert best in stages[-1].agents
    for stage in stages[:-1]:
        assert stage.blocks is not None
        assert stage.blocks % stage.cycle == 0
    for stage in stages:
        seats = stage.seatings(0, 1).shape
        assert seats[2] == stage.game.spec.players


def test_best_of_gives_every_table_its_blocks() -> None:
    """`best_of` blocks a table, whatever the plan's stop."""
    plan, picks = cup(8, 2, blocks=None)
    stages = played(KnockOut(best_of=6), plan, picks, range(8))

    assert [stage.blocks for stage in stages] == [24, 12, 6]
    assert [stage.blocks for stage in played(KnockOut(), plan, picks, range(8))] == [None] * 3


def test_a_knock_out_is_played_to_its_end() -> None:
    """The winner is the one who bids most; the last line is the final."""
    agents: list[Agent] = [Constant(0), Constant(0, "b"), Dicer(), Constant(0, "c"), Constant(2)]
    plan, picks = table(FastBid(2), agents, blocks=900, format="knock-out", by="wins")
    found = Tournament(plan, picks=picks).run()

    assert [stage.title for stage in found.rounds] == ["last 5", "last 3", "final"]
    assert 4 in found.final.participants
    assert found.final.row(4).rank == 1
    assert sum(stage.blocks for stage in found.rounds) == 900


def test_a_game_for_one_halves_the_field() -> None:
    """All play the same deals, the better half goes on."""
    agents: list[Agent] = [Anyone(0), Anyone(1), Anyone(2), Anyone()]
    plan, picks = table(Solo(), agents, blocks=40, format="knock-out")
    found = Tournament(plan, picks=picks).run()

    assert found.rounds[0].participants == (0, 1, 2, 3)
    assert found.final.participants in ((1, 2), (2, 3))
    assert found.final.row(2).rank == 1


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (KnockOut(best_of=0), "knock-out: expected best_of to be a whole number >= 1, got 0"),
        (KnockOut(seeding=2), "knock-out: expected seeding to be true or false, got 2"),  # type: ignore[arg-type]
    ],
)
def test_parameters_are_checked(schedule: KnockOut, words: str) -> None:
    """By name, with what was expected."""
    with pytest.raises(BadParameter, match=words):
        schedule.round(*cup(4, 2), 0, ())


def test_too_few_agents_or_blocks_are_refused() -> None:
    """One agent has nobody to beat; three blocks do not serve four tables in three rounds."""
    with pytest.raises(BadPlan, match="a knock-out needs at least 2 agents, got 1"):
        KnockOut().round(*cup(1, 2), 0, ())
    with pytest.raises(BadPlan, match="3 rounds of 4 tables take at least 12 blocks, got blocks = 3"):
        KnockOut().round(*cup(8, 2, blocks=3), 0, ())
