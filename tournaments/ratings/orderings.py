"""Orderings, counted: equal matches once, ties as the mean over the orders that they leave open.

A tie of t is the mean log-likelihood of the orders in which the t may stand, each with the weight one over their number.
For two this is half a win each, as Elo, choix and evalica have it. The model of Davidson (1970) and Turner et al. (2020,
Computational Statistics 35, section 2) has a parameter for the prevalence of ties of each size instead; it needs a sum over
all subsets of every remaining table, and where ties are a matter of the scoring rather than of near-equal strength its
parameter has no meaning. With intervals clustered on blocks, which do not trust the likelihood, the plain convention loses
nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments.ratings.field import Matches

__all__ = ["Orderings", "orderings_of"]

_ALL_ORDERS_UP_TO: Final = 5
"""Ties of more are spread over the 2t rotations of both directions, in which each pair stands either way equally often."""
_SAMPLE: Final = 1 << 15
"""Matches that are looked at to see whether orderings come again, where there are many."""
_WORTH_COUNTING: Final = 3.0
"""Matches an ordering, estimated, from which on sorting them costs less than it saves."""


@dataclass(frozen=True, eq=False)
class Orderings:
    """The distinct orderings of a group of matches: U with ties, A once the ties are spread; n seats."""

    agents: NDArray[np.int64]
    """int64[U, n], the agents from the first place to the last; equals in the order of agents and seats."""
    seats: NDArray[np.int64]
    """int64[U, n], their seats."""
    counts: NDArray[np.int64]
    """int64[U], matches with this ordering."""
    which: NDArray[np.int64] | None
    """int64[M], the ordering of each match; None where every match is an entry of its own, in their order."""
    players: NDArray[np.int64]
    """int64[M, n], who sat on each seat in each match."""
    blocks: NDArray[np.int64]
    """int64[M], the block of each match, ascending."""
    stages: int
    """Choices that count: the first of all, the first of the rest, and so on."""
    source: NDArray[np.int64]
    """int64[A], of which ordering each spread one comes."""
    spots: NDArray[np.int64]
    """int64[A, n], which place of that ordering stands at each place of the spread one."""
    shares: NDArray[np.float64]
    """float64[A, n], the weight of each choice of a spread ordering; the last place is no choice."""
    tied: int
    """Matches with a tie that matters."""
    seated: bool
    """Whether seats mean anything."""

    def spread(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of values of the orderings, int64[U, n], those of the spread ones, int64[A, n], place by place."""
        if len(self.source) == len(values):  # there are no ties, or none that matters
            return values if (np.diff(self.source) > 0).all() else values[self.source]
        return np.take_along_axis(values[self.source], self.spots, axis=1)

    def above(self, agents: int) -> NDArray[np.bool_]:
        """bool[K, K], row by row whom each agent was placed above, where the place counts."""
        found = np.zeros(agents * agents, dtype=np.bool_)
        who = self.spread(self.agents)
        for place in range(self.stages):
            asked = np.flatnonzero(self.shares[:, place] > 0)
            first = who[asked, place] * agents
            for below in range(place + 1, who.shape[1]):
                found[first + who[asked, below]] = True
        return found.reshape(agents, agents)


def orderings_of(table: Matches, depth: int | None) -> Orderings:
    """The orderings of `table`.

    Args:
        table: matches of one size.
        depth: places that count; None for all.
    """
    n = table.size
    stages = n - 1 if depth is None else min(depth, n - 1)
    order = np.argsort(-table.scores, axis=1, kind="stable")
    scores = np.take_along_axis(table.scores, order, axis=1)
    ties = scores[:, 1:] == scores[:, :-1]
    rows = np.flatnonzero(ties.any(axis=1))
    # Equals in the order of agents and seats, so that an ordering is written in one way.
    order[rows] = np.lexsort((table.agents[rows], -table.scores[rows]), axis=1)
    agents, seats = np.take_along_axis(table.agents, order, axis=1), order
    tied = int(ties[:, :stages].any(axis=1).sum())
    chosen, which, counts = _distinct(agents, seats, ties)
    if which is not None:
        agents, seats, ties = agents[chosen], seats[chosen], ties[chosen]
    source, spots, shares = _spread(ties, stages)
    return Orderings(
        agents=agents,
        seats=seats,
        counts=counts,
        which=which,
        players=table.agents,
        blocks=table.blocks,
        stages=stages,
        source=source,
        spots=spots,
        shares=shares,
        tied=tied,
        seated=table.seated,
    )


def _distinct(
    agents: NDArray[np.int64], seats: NDArray[np.int64], ties: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None, NDArray[np.int64]]:
    """One match of each ordering, the ordering of each match, and how many have it; no counting where nearly all differ."""
    n = agents.shape[1]
    base, every = (int(agents.max(initial=0)) + 1) * n, np.arange(len(agents))
    if n * math.log2(base) + n > 62:
        return every, None, np.ones_like(every)
    key = np.zeros(len(agents), dtype=np.int64)
    for place in range(n):
        key = key * base + (agents[:, place] * n + seats[:, place])
    for place in range(n - 1):
        key = key * 2 + ties[:, place]
    if _mostly_new(key):
        return every, None, np.ones_like(every)
    _, chosen, which, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return chosen, which, counts


def _mostly_new(key: NDArray[np.int64]) -> bool:
    """Whether there are so many orderings that few come again: of N equally likely, m show m^2 / 2N pairs of equals."""
    if len(key) < 8 * _SAMPLE:
        return False
    sample = key[:: len(key) // _SAMPLE]
    pairs = sample.size - np.unique(sample).size
    return bool(2.0 * pairs * len(key) < _WORTH_COUNTING * sample.size**2)


def _spread(
    ties: NDArray[np.bool_], stages: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Orderings without ties: where each comes from, its places, and the weight of each of its choices."""
    n = ties.shape[1] + 1
    sources, places, weights = [], [], []
    for pattern, rows in _by_pattern(ties):
        for order, weight in _orders(pattern, stages):
            sources.append(rows)
            places.append(np.broadcast_to(np.array(order, dtype=np.int64), (len(rows), n)))
            weights.append(np.broadcast_to(np.array(weight), (len(rows), n)))
    if not sources:
        return np.zeros(0, np.int64), np.zeros((0, n), np.int64), np.zeros((0, n))
    return np.concatenate(sources), np.concatenate(places), np.concatenate(weights)


def _by_pattern(ties: NDArray[np.bool_]) -> Iterator[tuple[tuple[bool, ...], NDArray[np.int64]]]:
    """Every pattern of ties with the rows that have it."""
    some = ties.any(axis=1)
    plain, tied = np.flatnonzero(~some), np.flatnonzero(some)
    if plain.size:
        yield (False,) * ties.shape[1], plain
    patterns, which = np.unique(ties[tied], axis=0, return_inverse=True)
    for code, pattern in enumerate(patterns):
        yield tuple(pattern.tolist()), tied[which.ravel() == code]


@cache
def _orders(ties: tuple[bool, ...], stages: int) -> tuple[tuple[list[int], list[float]], ...]:
    """The orders to look at, each with the weight of its choices.

    A choice sees who is left, not in which order the others went; so ties are spread one by one, and a choice without a
    tie is counted once.
    """
    n = len(ties) + 1
    groups: list[list[int]] = [[0]]
    for place in range(1, n):
        if ties[place - 1]:
            groups[-1].append(place)
        else:
            groups.append([place])
    single = [float(len(group) == 1 and group[0] < stages) for group in groups for _ in group]
    found = [(list(range(n)), single)] if any(single) else []
    for group in groups:
        orders = _within(tuple(group), stages)
        for order in orders if len(orders) > 1 else ():
            whole, weight = list(range(n)), [0.0] * n
            whole[group[0] : group[0] + len(group)] = order
            for place in group:
                weight[place] = 1.0 / len(orders) if place < stages else 0.0
            found.append((whole, weight))
    return tuple(found)


def _within(group: tuple[int, ...], stages: int) -> list[tuple[int, ...]]:
    """The orders of one group of equals over which the likelihood is averaged."""
    start, size = group[0], len(group)
    if size == 1 or start >= stages:
        return [group]
    turned = [group[k:] + group[:k] for k in range(size)]
    if stages - start == 1:  # only who comes first is asked
        return turned
    if size <= _ALL_ORDERS_UP_TO:
        return list(itertools.permutations(group))
    return turned + [turn[::-1] for turn in turned]
