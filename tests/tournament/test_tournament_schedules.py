"""Schedules: who meets whom in which seat, for any number of agents and seats, balanced at every moment."""

from __future__ import annotations

import itertools
import math
import pickle
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tournament_toys import Bid, Constant, Dicer, Solo, table

from arena.contest import Pick, Plan, Round, Standing
from arena.errors import BadPlan
from tournaments.schedules.championship import Championship
from tournaments.schedules.lineups import MOST_COMBINATIONS, is_selection, lineups
from tournaments.schedules.round_robin import RoundRobin
from tournaments.schedules.seatings import Seatings

sizes = st.integers(2, 9).flatmap(lambda agents: st.tuples(st.just(agents), st.integers(1, 5)))


def meetings(rows: NDArray[np.int16], agents: int) -> NDArray[np.int64]:
    """How often each pair, or an agent and its copy, sat together."""
    met = np.zeros((agents, agents), dtype=np.int64)
    for row in rows:
        for one, other in itertools.combinations(row.tolist(), 2):
            met[one, other] += 1
            met[other, one] += one != other
    return met


@given(sizes)
def test_lineups_are_all_combinations_once(size: tuple[int, int]) -> None:
    """With enough agents every combination comes once; with fewer, every composition with all agents in it."""
    agents, seats = size
    found = Counter(tuple(row) for row in lineups(agents, seats).tolist())
    if agents >= seats:
        expected = set(itertools.combinations(range(agents), seats))
    else:
        filled = itertools.combinations_with_replacement(range(agents), seats)
        expected = {row for row in filled if len(set(row)) == agents}

    assert set(found) == expected
    assert set(found.values()) == {1}


@pytest.mark.parametrize(("agents", "seats"), [(7, 3), (9, 3), (8, 4), (10, 4), (13, 4), (16, 4), (11, 5)])
def test_every_first_part_of_a_cycle_is_nearly_balanced(agents: int, seats: int) -> None:
    """Wherever a tournament stops, no pair has met much more often than another; plain order would be far worse."""
    rows = lineups(agents, seats)
    pairs = np.triu_indices(agents, 1)
    spreads: list[int] = []
    plain: list[int] = []
    in_order = np.array(list(itertools.combinations(range(agents), seats)), dtype=np.int16)
    for stop in range(1, len(rows) + 1, max(1, len(rows) // 40)):
        for found, order in ((spreads, rows), (plain, in_order)):
            met = meetings(order[:stop], agents)[pairs]
            found.append(int(met.max() - met.min()))

    assert max(spreads) <= 4
    assert max(plain) >= 2 * max(spreads)


@pytest.mark.parametrize(("agents", "seats", "first"), [(7, 3, 7), (9, 3, 12), (13, 3, 26), (4, 2, 2)])
def test_first_lineups_cover_the_pairs_early(agents: int, seats: int, first: int) -> None:
    """As many lineups as a balanced incomplete block design has blocks let at least 80 % of the pairs meet."""
    met = meetings(lineups(agents, seats)[:first], agents)[np.triu_indices(agents, 1)]

    assert (met > 0).mean() >= min(0.8, first * seats * (seats - 1) / (agents * (agents - 1)))


@pytest.mark.parametrize(("agents", "seats"), [(50, 4), (100, 5), (40, 3)])
def test_many_agents_get_a_balanced_selection(agents: int, seats: int) -> None:
    """Every agent sits equally often, pairs meet within a few of each other, no lineup comes twice."""
    rows = lineups(agents, seats)
    met = meetings(rows, agents)[np.triu_indices(agents, 1)]

    assert is_selection(agents, seats)
    assert math.comb(agents, seats) > MOST_COMBINATIONS
    assert len(set(np.bincount(rows.ravel(), minlength=agents).tolist())) == 1
    assert len({tuple(row) for row in rows.tolist()}) == len(rows)
    assert met.min() >= 1
    assert met.max() - met.min() <= 4


@given(sizes, st.integers(0, 500), st.integers(1, 40))
def test_seatings_are_a_pure_function_of_the_block(size: tuple[int, int], start: int, count: int) -> None:
    """Any cut of the blocks into runs gives the same seatings, also after a trip through pickle."""
    agents, seats = size
    seatings = Seatings(tuple(range(3, 3 + agents)), seats)
    whole = seatings(start, count)

    assert whole.shape == (count, agents if seats == 1 else seats, seats)
    assert whole.dtype == np.int16
    again = pickle.loads(pickle.dumps(seatings))
    for block in range(count):
        assert np.array_equal(again(start + block, 1)[0], whole[block])


@given(sizes)
def test_blocks_hold_all_rotations_and_cycles_all_orders(size: tuple[int, int]) -> None:
    """Within a block everybody sits everywhere; within a cycle every lineup comes in every circular order."""
    agents, seats = size
    if seats == 1:
        return
    seatings = Seatings(tuple(range(agents)), seats)
    seen: Counter[tuple[tuple[int, ...], tuple[int, ...]]] = Counter()
    for block in seatings(0, min(seatings.cycle, 400)):
        rows = [tuple(row) for row in block.tolist()]
        turns = [tuple(np.roll(rows[0], turn).tolist()) for turn in range(seats)]
        assert sorted(rows) == sorted(turns)
        assert all(sorted(column) == sorted(rows[0]) for column in zip(*rows, strict=True))
        seen[tuple(sorted(rows[0])), min(turns)] += 1
    if seatings.cycle <= 400 and agents >= seats:
        assert len(seen) == math.comb(agents, seats) * math.factorial(seats - 1)
        assert set(seen.values()) == {1}


def test_a_game_for_one_holds_every_agent_in_a_block() -> None:
    """Score tasks: all agents on the same deal, which is what pairs them."""
    plan, picks = table(Solo(), [Dicer(), Constant(1), Constant(2)])
    stage = RoundRobin().round(plan, picks, 0, ())

    assert stage is not None
    assert stage.cycle == 1
    assert stage.seatings(7, 2).tolist() == [[[0], [1], [2]]] * 2


def test_fixed_seatings_are_the_order_of_the_plan() -> None:
    """One seating a block, as given."""
    plan, picks = table(Bid(3), [Dicer(), Constant(1), Constant(2)], seatings="fixed")
    stage = RoundRobin().round(plan, picks, 0, ())

    assert stage is not None
    assert stage.seatings(0, 2).tolist() == [[[0, 1, 2]], [[0, 1, 2]]]


def test_round_robin_has_one_round() -> None:
    """All agents, in one round."""
    plan, picks = table(Bid(3), [Constant(0, str(number)) for number in range(5)])
    stage = RoundRobin().round(plan, picks, 0, ())

    assert stage is not None
    assert stage.agents == (0, 1, 2, 3, 4)
    assert RoundRobin().most_rounds(plan, picks) == 1
    assert RoundRobin().round(plan, picks, 1, ()) is None


FAMILIES = ["heuristic", "search", "heuristic", "learned", "search", "heuristic", "baseline"]


def championship(players: int = 4) -> tuple[Plan, Pick]:
    agents = [Constant(1, str(number), family) for number, family in enumerate(FAMILIES)]
    return table(Bid(players), agents, format="championship")


def standings(stage: Round, order: Sequence[int]) -> list[Standing]:
    assert sorted(order) == sorted(stage.agents)
    return [Standing(agent, 1.0 / place, place, 9, stage.number) for place, agent in enumerate(order, 1)]


def test_championship_goes_by_families_then_the_winners() -> None:
    """A round within each family of two or more; the only member of a family goes straight to the final."""
    plan, picks = championship()
    schedule = Championship()
    first = schedule.round(plan, picks, 0, ())
    assert first is not None
    assert (first.title, first.agents, first.game.spec.players) == ("within family heuristic", (0, 2, 5), 3)

    places = standings(first, [5, 0, 2])
    second = schedule.round(plan, picks, 1, places)
    assert second is not None
    assert (second.title, second.agents, second.game.spec.players) == ("within family search", (1, 4), 2)

    places += standings(second, [1, 4])
    final = schedule.round(plan, picks, 2, places)
    assert final is not None
    assert (final.title, final.agents, final.game.spec.players) == ("final", (1, 3, 5, 6), 4)
    assert schedule.round(plan, picks, 3, places) is None
    assert schedule.most_rounds(plan, picks) == 3


def test_championship_settles_ties_by_the_order_of_the_plan() -> None:
    """Equals share a rank; the first in the plan goes on."""
    plan, picks = championship()
    places = [Standing(agent, 1.0, 1, 9, 0) for agent in (5, 2, 0)] + [
        Standing(4, 1.0, 1, 9, 1),
        Standing(1, 0.5, 2, 9, 1),
    ]
    final = Championship().round(plan, picks, 2, places)

    assert final is not None
    assert final.agents == (0, 3, 4, 6)


def test_championship_keeps_the_plans_table_where_it_can() -> None:
    """The table is never larger than that of the plan's game, and copies fill only the smallest one."""
    plan, picks = championship(players=2)
    first = Championship().round(plan, picks, 0, ())

    assert first is not None
    assert first.game.spec.players == 2


def test_championship_of_one_family_is_refused() -> None:
    """There is nothing to be won across families."""
    plan, picks = table(Bid(2), [Constant(0), Constant(1)], format="championship")

    with pytest.raises(BadPlan, match="agents of two families, got only heuristic; format = 'round-robin'"):
        Championship().round(plan, picks, 0, ())
