"""Balanced incomplete block designs: every pair equally often, and first in the order of lineups."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest

from tournaments.schedules.designs import design
from tournaments.schedules.lineups import lineups

DESIGNS = [
    (7, 3, 1),
    (9, 3, 1),
    (13, 3, 1),
    (7, 4, 2),
    (8, 4, 3),
    (10, 4, 2),
    (13, 4, 1),
    (16, 4, 1),
    (25, 4, 1),
    (11, 5, 2),
    (21, 5, 1),
    (25, 5, 1),
]


def meetings(rows: list[tuple[int, ...]]) -> Counter[tuple[int, int]]:
    return Counter(pair for row in rows for pair in itertools.combinations(sorted(row), 2))


@pytest.mark.parametrize(("agents", "seats", "times"), DESIGNS)
def test_every_pair_meets_equally_often(agents: int, seats: int, times: int) -> None:
    """Each of the v(v-1)/2 pairs is in exactly lambda of the b = lambda v(v-1)/(k(k-1)) lineups."""
    blocks = list(design(agents, seats))
    met = meetings(blocks)

    assert len(blocks) == times * agents * (agents - 1) // (seats * (seats - 1))
    assert len(set(blocks)) == len(blocks)
    assert set(met.values()) == {times}
    assert len(met) == agents * (agents - 1) // 2
    assert {len(set(block)) for block in blocks} == {seats}
    assert set(itertools.chain(*blocks)) == set(range(agents))


@pytest.mark.parametrize(("agents", "seats", "times"), DESIGNS)
def test_the_order_of_lineups_begins_with_a_design(agents: int, seats: int, times: int) -> None:
    """After b blocks of a round robin every pair has met equally often, and no lineup comes twice in the cycle."""
    first = times * agents * (agents - 1) // (seats * (seats - 1))
    rows = [tuple(row) for row in lineups(agents, seats).tolist()]

    assert set(meetings(rows[:first]).values()) == {times}
    assert len(set(rows)) == len(rows)
    assert len(set(np.bincount(np.array(rows).ravel()).tolist())) == 1


@pytest.mark.parametrize(("agents", "seats"), [(6, 3), (8, 3), (12, 4), (7, 5), (5, 2), (4, 4)])
def test_other_sizes_have_no_design_here(agents: int, seats: int) -> None:
    """Their order is the greedy one."""
    assert design(agents, seats) == ()


def test_orders_that_are_designs_already_stay() -> None:
    """What is stored of a greedy order that is a design by itself stays valid."""
    assert lineups(9, 3)[:5].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7]]
    assert lineups(8, 4)[:4].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [0, 1, 4, 5], [2, 3, 6, 7]]
    assert lineups(16, 4)[3:6].tolist() == [[12, 13, 14, 15], [0, 4, 8, 12], [1, 5, 9, 13]]
