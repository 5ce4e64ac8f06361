"""Swiss: folded score groups, no meeting anew where it can be avoided, byes, and a ranking over all rounds."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tournament_toys import Bid, Constant, Dicer, FastBid, Solo, table

from arena import streams
from arena.contest import Pick, Plan, Round, Standing, Stop
from arena.errors import BadParameter, BadPlan
from tournaments.overall import OVERALL
from tournaments.plan import ranking_metric
from tournaments.rank import rank
from tournaments.schedules.pairing import fold, swiss_tables
from tournaments.schedules.swiss import Swiss
from tournaments.schedules.tables import Tables
from tournaments.store import Store
from tournaments.tournament import Tournament


def event(agents: int, players: int, rounds: int = 5, blocks: int = 600) -> tuple[Plan, Pick]:
    found = [Constant(0, str(number)) for number in range(agents)]
    return table(Bid(players), found, blocks=blocks, format=f"swiss(rounds={rounds})")


def tables_of(stage: Round) -> tuple[tuple[int, ...], ...]:
    assert isinstance(stage.seatings, Tables)
    return stage.seatings.tables


def by_strength(stage: Round, strength: NDArray[np.float64]) -> list[Standing]:
    """Everybody scores his strength, above that of the table: the better one wins."""
    order = sorted(stage.agents, key=lambda agent: -strength[agent])
    return [
        Standing(agent, float(strength[agent]), place, 9, stage.number)
        for place, agent in enumerate(order, 1)
    ]


def course(agents: int, players: int, rounds: int, seed: int) -> list[Round]:
    """A tournament of random results."""
    plan, picks = event(agents, players, rounds, blocks=rounds * agents)
    generator = streams.generator(seed)
    places: list[Standing] = []
    found = []
    for number in range(rounds):
        stage = Swiss(rounds).round(plan, picks, number, places)
        assert stage is not None
        found.append(stage)
        places += by_strength(stage, generator.normal(size=agents))
    assert Swiss(rounds).round(plan, picks, rounds, places) is None
    return found


def test_folding_two_seats_is_the_dutch_system() -> None:
    """The upper half of a score group meets the lower half in order; who is left over floats down."""
    assert fold(range(8), lambda _: 0.0, 2) == [(0, 4), (1, 5), (2, 6), (3, 7)]
    points = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    assert fold(range(6), points.__getitem__, 2) == [(0, 1), (2, 4), (3, 5)]


def test_folding_more_seats_takes_one_of_each_part() -> None:
    """Twelve equals at tables of four: every table has one of each quarter."""
    assert fold(range(12), lambda _: 0.5, 4) == [(0, 3, 6, 9), (1, 4, 7, 10), (2, 5, 8, 11)]


def test_the_second_round_is_among_equals() -> None:
    """Winners meet winners, losers losers."""
    plan, picks = event(8, 2)
    strength = -np.arange(8.0)
    first = Swiss().round(plan, picks, 0, ())
    assert first is not None
    assert tables_of(first) == ((0, 4), (1, 5), (2, 6), (3, 7))
    second = Swiss().round(plan, picks, 1, by_strength(first, strength))
    assert second is not None
    assert tables_of(second) == ((0, 2), (1, 3), (4, 6), (5, 7))


@given(st.integers(2, 30), st.integers(2, 5), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_everybody_sits_once_and_byes_are_shared(agents: int, players: int, seed: int) -> None:
    """Tables are full, nobody sits twice in a round, and no agent has two byes before all others had one."""
    if agents < players:
        return
    byes: Counter[int] = Counter(dict.fromkeys(range(agents), 0))
    for stage in course(agents, players, 4, seed):
        seated = list(itertools.chain(*tables_of(stage)))
        assert sorted(seated) == list(stage.agents)
        assert len(set(seated)) == len(seated) == agents - agents % players
        assert {len(members) for members in tables_of(stage)} == {players}
        byes.update(set(range(agents)) - set(seated))
    assert max(byes.values()) - min(byes.values()) <= 1


def unmet_pairing_exists(left: tuple[int, ...], met: set[frozenset[int]]) -> bool:
    """By brute force."""
    if not left:
        return True
    one, *others = left
    return any(
        frozenset((one, other)) not in met
        and unmet_pairing_exists(tuple(agent for agent in others if agent != other), met)
        for other in others
    )


@pytest.mark.parametrize(("agents", "rounds"), [(6, 5), (8, 7), (9, 7), (10, 6), (12, 8), (5, 4)])
@pytest.mark.parametrize("seed", range(6))
def test_nobody_meets_twice_where_it_can_be_avoided(agents: int, rounds: int, seed: int) -> None:
    """A pairing without meetings anew is found whenever brute force finds one."""
    met: set[frozenset[int]] = set()
    for stage in course(agents, 2, rounds, seed):
        pairs = {frozenset(pair) for pair in tables_of(stage)}
        if unmet_pairing_exists(stage.agents, met):
            assert not pairs & met
        met |= pairs


@pytest.mark.parametrize(("agents", "players"), [(9, 3), (16, 4), (12, 3), (25, 5)])
def test_few_meet_twice_at_larger_tables(agents: int, players: int) -> None:
    """Exchanges between tables leave at most half of the meetings anew of folding alone."""
    again, plain = 0, 0
    for seed in range(4):
        met = np.zeros((agents, agents), dtype=np.int64)
        points = np.full(agents, 0.5)
        generator = streams.generator(seed)
        for stage in course(agents, players, 3, seed):
            order = sorted(range(agents), key=lambda agent: (-points[agent], agent))
            for found, total in (
                (tables_of(stage), "again"),
                (fold(order, points.__getitem__, players), "plain"),
            ):
                repeats = sum(
                    int(met[pair]) for members in found for pair in itertools.combinations(members, 2)
                )
                again, plain = (again + repeats, plain) if total == "again" else (again, plain + repeats)
            for members in tables_of(stage):
                for one, other in itertools.permutations(members, 2):
                    met[one, other] += 1
            strength = generator.normal(size=agents)
            for members in tables_of(stage):
                for agent in members:
                    points[agent] += sum(strength[agent] > strength[other] for other in members)
    assert again <= plain / 2


def test_pairing_is_quick_for_thirty() -> None:
    """Even where nearly everybody has met everybody, the search ends."""
    met = np.ones((30, 30), dtype=np.int64)
    np.fill_diagonal(met, 0)
    found = swiss_tables(list(range(30)), lambda _: 0.5, met, 2)

    assert sorted(itertools.chain(*found)) == list(range(30))


def test_blocks_are_shared_over_rounds_and_tables() -> None:
    """A stop by blocks is for the whole tournament, in whole blocks for each table."""
    plan, picks = event(9, 2, rounds=3, blocks=50)
    stage = Swiss(3).round(plan, picks, 0, ())
    assert stage is not None
    assert (stage.blocks, stage.cycle) == (16, 4)
    seated = stage.seatings(0, 16)
    assert Counter(tuple(sorted(block[0].tolist())) for block in seated) == Counter(
        {tuple(sorted(members)): 4 for members in tables_of(stage)}
    )
    timed, picks = table(Bid(2), picks.agents, stop=Stop(seconds=2.0), format="swiss(rounds=3)")
    stage = Swiss(3).round(timed, picks, 0, ())
    assert stage is not None
    assert stage.blocks is None


def test_a_bye_costs_nothing() -> None:
    """Standings go by points a round played: the winner of his only game stands above who won two of three."""
    plan, picks = event(3, 2, rounds=3)
    places: list[Standing] = []
    seen = []
    for number in range(3):
        stage = Swiss(3).round(plan, picks, number, places)
        assert stage is not None
        seen.append(set(stage.agents))
        places += by_strength(stage, -np.arange(3.0))
    assert Counter(frozenset({0, 1, 2} - seated) for seated in seen) == Counter(
        {frozenset({0}): 1, frozenset({1}): 1, frozenset({2}): 1}
    )
    first = Swiss(3).round(plan, picks, 0, ())
    assert first is not None
    assert first.notes == ("a bye for constant(bid=0, label='2')",)


def test_the_last_line_is_a_table_over_all_rounds(store: Store) -> None:
    """Adjusted for who met whom, everybody in it, byte-identical when ranked again from the store."""
    agents = [Constant(2), Constant(1), Dicer(), Dicer("b"), Constant(0), Constant(0, "b"), Constant(0, "c")]
    plan, picks = table(FastBid(2), agents, blocks=300, format="swiss(rounds=4)")
    tournament = Tournament(plan, store, picks=picks)
    found = tournament.run()

    assert [stage.title for stage in found.rounds] == ["swiss"] * 4 + [OVERALL]
    assert found.final.participants == tuple(range(7))
    assert found.final.blocks == sum(stage.blocks for stage in found.rounds[:-1]) == 300
    assert found.final.matches == 600
    assert "adjusted for who met whom" in found.final.estimand
    assert sum(row.matches for row in found.final.agents) == 1200
    assert tournament.rank() == found
    parts = [part for stage in range(4) for part in store.chunks(store.rounds(1)[stage].id)]
    again = rank(plan, parts, picks)
    assert again == found
    assert rank(plan, parts, picks, by="wins").final.metric == "wins"


def test_a_whole_round_robin_of_means_and_the_adjusted_table_agree() -> None:
    """Where everybody has met everybody equally often, adjusted differences are the plain ones."""
    agents = [Constant(2), Constant(1), Dicer(), Constant(0)]
    plan, picks = table(FastBid(2), agents, blocks=240, format="swiss(rounds=3)")
    found = Tournament(plan, picks=picks).run()
    met = {
        frozenset(row.tolist())
        for stage in found.rounds[:-1]
        for row in _seated(plan, picks, found.rounds, stage.number)
    }
    assert len(met) == 6
    assert ranking_metric(plan, picks.game).name == "coins"
    scores = {row.agent: row.metrics["coins"].value for row in found.final.agents}
    for pair in found.final.pairs:
        first, second = scores[pair.first], scores[pair.second]
        assert first is not None
        assert second is not None
        assert pair.difference.value is not None
        # At a table of two the mean against others is half the difference from the mean of all, times 2 (K - 1)/K.
        assert pair.difference.value == pytest.approx((first - second) * 2 * 3 / 4)


def _seated(plan: Plan, picks: Pick, rounds: tuple[object, ...], number: int) -> NDArray[np.int16]:
    places = [place for found in rounds[:number] for place in found.standings()]  # type: ignore[attr-defined]
    stage = Swiss(3).round(plan, picks, number, places)
    assert stage is not None
    return np.array(tables_of(stage))


@pytest.mark.parametrize(
    ("agents", "players", "rounds", "blocks", "words"),
    [
        (3, 4, 2, 100, "swiss needs at least 4 agents for a table of 4, got 3; format = 'round-robin' fills"),
        (9, 2, 5, 19, "swiss: 5 rounds of 4 tables take at least 20 blocks, got blocks = 19"),
    ],
)
def test_what_cannot_be_played_is_refused(
    agents: int, players: int, rounds: int, blocks: int, words: str
) -> None:
    """In one line, before anything is played."""
    plan, picks = event(agents, players, rounds, blocks)
    with pytest.raises(BadPlan, match=words):
        Swiss(rounds).round(plan, picks, 0, ())


@pytest.mark.parametrize("rounds", [0, -1, 2.5, True, "x"])
def test_rounds_are_a_positive_number(rounds: object) -> None:
    """Anything else is refused by name."""
    plan, picks = event(4, 2)
    with pytest.raises(BadParameter, match="swiss: expected rounds to be a whole number >= 1, got"):
        Swiss(rounds).round(plan, picks, 0, ())  # type: ignore[arg-type]


def test_nobody_meets_in_a_game_for_one() -> None:
    """A Swiss of one seat has no sense."""
    plan, picks = table(Solo(), [Dicer(), Constant(1)])
    with pytest.raises(BadPlan, match="in a game for one nobody meets"):
        Swiss().round(plan, picks, 0, ())


def test_rounds_without_results_move_nobody() -> None:
    """A round that time cut short leaves who did not play where he stood."""
    plan, picks = event(4, 2)
    empty = [Standing(agent, 0.0, 1, 0, 0) for agent in range(4)]
    stage = Swiss().round(plan, picks, 1, empty)

    assert stage is not None
    assert tables_of(stage) == ((0, 1), (2, 3))
