"""Who meets whom in a round of a Swiss tournament: folded score groups, and as few meetings anew as can be.

With two seats a score group is cut in half and the first of the upper half meets the first of the lower half, as in the
Dutch system (FIDE Handbook, C.04.3, section B, "S1" and "S2"). With n seats it is cut into n parts, and the first of
each part sit together, which for two seats is the same. Who is left over in a group floats to the next one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["fold", "swiss_tables"]

_STEPS: Final = 20_000
"""Steps of the search for a pairing without meetings anew, after which one more meeting is allowed."""
_AGAIN: Final = 1e6
"""What a meeting anew costs, beside the differences of the scores at a table."""


def fold(order: Sequence[int], points: Callable[[int], float], seats: int) -> list[tuple[int, ...]]:
    """Tables of `seats` by score groups.

    Args:
        order: the agents, the best first; a multiple of `seats` of them.
        points: the score of an agent; neighbours in `order` with the same score are a group.
        seats: n.
    """
    tables: list[tuple[int, ...]] = []
    floating: list[int] = []
    for _, group in itertools.groupby(order, key=points):
        members = [*floating, *group]
        count = len(members) // seats
        inside, floating = members[: count * seats], members[count * seats :]
        tables += [tuple(inside[place::count]) for place in range(count)]
    return tables


def swiss_tables(
    order: Sequence[int], points: Callable[[int], float], met: NDArray[np.int64], seats: int
) -> list[tuple[int, ...]]:
    """Tables of `seats`, by folded score groups, changed so that as few as can be meet anew.

    With two seats the best agent without an opponent gets the one nearest to whom folding would give him, and a search
    goes back on choices that leave others without a new opponent. With more seats agents are exchanged between tables,
    the most useful exchange first, while it saves meetings anew or makes the tables more even in score.

    Args:
        order: the agents, the best first; a multiple of `seats` of them.
        points: the score of an agent.
        met: int64[K, K], how often two have met.
        seats: n, at least 2.
    """
    folded = fold(order, points, seats)
    if not any(met[one, other] for table in folded for one, other in itertools.combinations(table, 2)):
        return folded
    return _paired(order, folded, met) if seats == 2 else _exchanged(folded, points, met)


def _paired(
    order: Sequence[int], folded: list[tuple[int, ...]], met: NDArray[np.int64]
) -> list[tuple[int, ...]]:
    place = {agent: rank for rank, agent in enumerate(order)}
    wish = {one: place[other] for table in folded for one, other in (table, table[::-1])}
    for limit in range(int(met.max()) + 1):
        choices = {
            one: sorted(
                (other for other in order if other != one and met[one, other] <= limit),
                key=lambda other: (met[one, other], abs(place[other] - wish[one])),
            )
            for one in order
        }
        found = _search(tuple(order), choices, iter(range(_STEPS)))
        if found is not None:
            return found
    return folded


def _search(
    left: tuple[int, ...], choices: dict[int, list[int]], steps: Iterator[int]
) -> list[tuple[int, ...]] | None:
    """Pairs of those who are `left`, by everybody's `choices`; None where there are none, or the steps are spent."""
    if not left:
        return []
    one = left[0]
    for other in choices[one]:
        if other not in left:
            continue
        if next(steps, None) is None:
            return None
        rest = _search(tuple(agent for agent in left if agent not in (one, other)), choices, steps)
        if rest is not None:
            return [(one, other), *rest]
    return None


def _exchanged(
    folded: list[tuple[int, ...]], points: Callable[[int], float], met: NDArray[np.int64]
) -> list[tuple[int, ...]]:
    """Exchange agents between tables, the best exchange first, while the tables get cheaper."""
    agents = np.array([agent for table in folded for agent in table])
    at = np.repeat(np.arange(len(folded)), len(folded[0]))
    score = np.array([points(agent) for agent in agents.tolist()])
    cost = _AGAIN * met[np.ix_(agents, agents)].astype(np.float64) ** 2
    cost += (score[:, np.newaxis] - score) ** 2
    np.fill_diagonal(cost, 0.0)
    apart = at[:, np.newaxis] != at
    everybody = np.arange(len(agents))
    while True:
        with_table = np.stack([cost[:, at == table].sum(axis=1) for table in range(len(folded))], axis=1)
        own = with_table[everybody, at]
        across = with_table[:, at] - cost
        change = np.where(apart, across + across.T - own[:, np.newaxis] - own, 0.0)
        one, other = np.unravel_index(int(np.argmin(change)), change.shape)
        if change[one, other] >= -1e-9:
            return [tuple(agents[at == table].tolist()) for table in range(len(folded))]
        at[one], at[other] = at[other], at[one]
        apart = at[:, np.newaxis] != at
