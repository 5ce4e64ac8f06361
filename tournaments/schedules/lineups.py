"""Which agents meet at a table: lineups in an order of which every first part is as balanced as can be.

A tournament stops where it must, not where a design is complete, so the order matters: each next lineup is the one
whose pairs have met least so far. Where there is a balanced incomplete block design for the numbers of agents and seats, its
lineups come first, so that after them every pair has met equally often; where the order begins with such a design of its
own accord, (9,3,1), (8,4,3) and (16,4,1), it stays as it is. With few agents the order runs through all combinations; with
many it is a selection of them, and the estimand says so.
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.errors import BadPlan
from tournaments.schedules.designs import design

__all__ = ["MOST_COMBINATIONS", "is_selection", "lineups"]

MOST_COMBINATIONS: Final = 3000
"""Beyond this many combinations a balanced selection of them is played."""
_SELECTED: Final = 1024
"""Lineups of a selection, rounded up so that every agent sits equally often."""


def is_selection(agents: int, seats: int) -> bool:
    """Whether `lineups` holds only some of the combinations."""
    return agents > seats and math.comb(agents, seats) > MOST_COMBINATIONS


@lru_cache(maxsize=32)
def lineups(agents: int, seats: int) -> NDArray[np.int16]:
    """Who sits together, in balanced order.

    With at least as many agents as seats every lineup holds distinct agents. With fewer, copies of the agents fill the
    table: the lineups are then all compositions in which every agent sits at least once.

    Args:
        agents: K, at least 1.
        seats: n, at least 1.

    Returns:
        int16[L, n], ascending within a lineup.

    Raises:
        BadPlan: if one agent alone is to fill a table of several.
    """
    if agents < 1 or (agents == 1 and seats > 1):
        raise BadPlan(f"expected at least 2 agents for a table of {seats}, got {agents}")
    if is_selection(agents, seats):
        return _frozen(_selection(agents, seats))
    if agents >= seats:
        found = list(itertools.combinations(range(agents), seats))
    else:
        filled = itertools.combinations_with_replacement(range(agents), seats)
        found = [row for row in filled if len(set(row)) == agents]
    rows = np.array(found, dtype=np.int16)
    ordered = rows[_balanced_order(rows, agents)]
    first = design(agents, seats)
    if first and not _is_balanced(ordered[: len(first)], agents):
        chosen = set(first)
        rows = np.array([*first, *(row for row in found if row not in chosen)], dtype=np.int16)
        ordered = rows[_balanced_order(rows, agents, len(first))]
    return _frozen(ordered)


def _is_balanced(rows: NDArray[np.int16], agents: int) -> bool:
    """Whether every pair is in equally many of the rows."""
    met = np.zeros((agents, agents), dtype=np.int64)
    np.add.at(met, (rows[:, :, np.newaxis], rows[:, np.newaxis]), 1)
    pairs = met[np.triu_indices(agents, 1)]
    return int(pairs.min()) == int(pairs.max())


def _balanced_order(rows: NDArray[np.int16], agents: int, first: int = 0) -> NDArray[np.intp]:
    """The order in which each next row has the least to do with those before; the `first` rows come before all others.

    The cost of a row is the sum, over its pairs, of how often they have met, plus a little for how often each of its
    agents has sat; the first of equals is taken.
    """
    count, seats = rows.shape
    sat = np.zeros((count, agents))
    np.add.at(sat, (np.arange(count)[:, np.newaxis], rows), 1.0)
    cost = np.zeros(count)
    order = np.empty(count, dtype=np.intp)
    weight = seats * seats * count
    for place in range(count):
        chosen = int(np.argmin(cost[:first] if place < first else cost))
        order[place] = chosen
        shared = sat @ sat[chosen]
        # The squares count meetings of pairs; the plain term, small beside them, sittings of agents.
        cost += (shared * (shared - 1)) + shared / weight
        cost[chosen] = np.inf
    return order


def _selection(agents: int, seats: int) -> NDArray[np.int16]:
    """A run of distinct lineups, those of a design and then built one by one from the pairs that have met least."""
    step = agents // math.gcd(agents, seats)
    wanted = math.ceil(_SELECTED / step) * step
    met = np.zeros((agents, agents))
    sat = np.zeros(agents)
    rows: list[tuple[int, ...]] = list(design(agents, seats))
    if rows:
        start = np.array(rows, dtype=np.int16)
        rows = [rows[place] for place in _balanced_order(start, agents).tolist()]
        np.add.at(sat, start, 1)
        np.add.at(met, (start[:, :, np.newaxis], start[:, np.newaxis]), 1)
    seen = set(rows)
    while len(rows) < wanted:
        row = _least_met(met, sat, seats)
        if row in seen:
            row = _neighbour(row, seen, met, sat)
        seen.add(row)
        rows.append(row)
        sat[list(row)] += 1
        met[np.ix_(row, row)] += 1
    return np.array(rows, dtype=np.int16)


def _least_met(met: NDArray[np.float64], sat: NDArray[np.float64], seats: int) -> tuple[int, ...]:
    """A lineup of those who have sat least, each next one having met the ones before least."""
    chosen: list[int] = []
    open_ = np.ones(len(sat), dtype=np.bool_)
    for _ in range(seats):
        fewest = open_ & (sat == sat[open_].min())
        cost = np.where(fewest, (met[chosen] ** 2).sum(axis=0), np.inf)
        agent = int(np.argmin(cost))
        chosen.append(agent)
        open_[agent] = False
    return tuple(sorted(chosen))


def _neighbour(
    row: tuple[int, ...], seen: set[tuple[int, ...]], met: NDArray[np.float64], sat: NDArray[np.float64]
) -> tuple[int, ...]:
    """The cheapest lineup not seen yet that differs from `row` in one agent."""
    best, least = row, math.inf
    for out, agent in itertools.product(row, range(len(sat))):
        other = tuple(sorted({*row, agent} - {out}))
        if agent in row or other in seen:
            continue
        cost = float(met[np.ix_(other, other)].sum() + len(row) * sat[agent])
        if cost < least:
            best, least = other, cost
    return best


def _frozen(rows: NDArray[np.int16]) -> NDArray[np.int16]:
    rows = np.ascontiguousarray(rows, dtype=np.int16)
    rows.flags.writeable = False
    return rows
