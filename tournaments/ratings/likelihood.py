"""The log-likelihood of a Plackett-Luce model with its gradient and Hessian, over some thousand orderings at a time.

With w = exp(logit) of what an ordering holds at each place and R_t the sum of w from place t on, the choice at place t adds
log w_t - log R_t (Plackett 1975, Applied Statistics 24, equation 1; the Hessian as in Hunter 2004, Annals of Statistics 32,
section 5). All entries that an ordering adds to the Hessian come from two running sums, of 1/R_t and of 1/R_t^2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tournaments.ratings.orderings import Orderings

__all__ = ["Design", "Likelihood", "Moments"]

_SLICE: Final = 1 << 14
"""Orderings looked at together: what they need stays in the cache of a core."""
_FAINTEST: Final = -300.0
"""The lowest logit below the highest, so that no sum of squared weights is zero; reached on the way only, if at all."""


@dataclass(frozen=True)
class Design:
    """Which parameters there are: K strengths, then the effects of the seats of each table size."""

    agents: int
    """K."""
    seats: tuple[int, ...]
    """Seats with an effect, for each group of orderings; 0 for none."""

    @property
    def size(self) -> int:
        """P, all parameters."""
        return self.agents + sum(self.seats)

    def seat_offset(self, group: int) -> int:
        """The first parameter of a group's seats."""
        return self.agents + sum(self.seats[:group])

    def null(self, component: NDArray[np.int64]) -> NDArray[np.float64]:
        """float64[P, C], orthonormal: a shift of all strengths of a linked component, or of all seats, changes nothing."""
        columns = [
            np.pad((component == label).astype(float), (0, self.size - self.agents))
            for label in np.unique(component)
        ]
        for group, count in enumerate(self.seats):
            if count:
                column = np.zeros(self.size)
                column[self.seat_offset(group) : self.seat_offset(group) + count] = 1.0
                columns.append(column)
        stacked = np.stack(columns, axis=1)
        normal: NDArray[np.float64] = stacked / np.linalg.norm(stacked, axis=0)
        return normal


@dataclass(frozen=True, eq=False)
class Moments:
    """What the likelihood is at one point. P parameters."""

    value: float
    """The log-likelihood, natural logarithms."""
    gradient: NDArray[np.float64]
    """float64[P]."""
    information: NDArray[np.float64]
    """float64[P, P], the negative Hessian."""


class Likelihood:
    """The log-likelihood of groups of orderings.

    Args:
        groups: the orderings, one entry for each table size.
        design: which parameters there are.
    """

    def __init__(self, groups: Sequence[Orderings], design: Design) -> None:
        self.groups = tuple(groups)
        self.design = design
        self._choices = [_choices(group, design, number) for number, group in enumerate(self.groups)]

    def at(self, beta: NDArray[np.float64]) -> Moments:
        """Value, gradient and negative Hessian at `beta`, float64[P] logits."""
        value, gradient = 0.0, np.zeros(beta.size)
        information = np.zeros((beta.size, beta.size))
        for choices in self._choices:
            logits, weights = choices.weigh(beta)
            logs, drawn, between = _summed(choices, weights)
            value += float(choices.chosen @ logits) - logs
            gradient += choices.onto.T @ (choices.chosen - drawn)
            information += choices.onto.T @ (choices.onto.T @ between).T
        return Moments(value, gradient, information)

    @cached_property
    def at_zero(self) -> Moments:
        """`at` where all agents and seats are equal."""
        return self.at(np.zeros(self.design.size))

    def farthest(self, beta: NDArray[np.float64]) -> float:
        """The largest logit, either way, of an agent on a seat that he sat on."""
        reached = [np.abs(choices.onto @ beta).max(initial=0.0) for choices in self._choices]
        return float(max(reached, default=0.0))

    def slopes(self, number: int, beta: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[U, n], what one match of each ordering of group `number` adds to the gradient, seat by seat."""
        choices, group = self._choices[number], self.groups[number]
        _, weights = choices.weigh(beta)
        slopes = np.empty((len(group.source), len(choices.items)))
        for rows in choices.slices:
            weight = weights[choices.items[:, rows]]
            shares = choices.shares[:, rows]
            once = _running(shares / _left(weight)[: len(shares)])
            for place in range(len(weight)):
                slope = -weight[place] * once[min(place, len(once) - 1)]
                slopes[rows, place] = slope + shares[place] if place < len(shares) else slope
        cells = (group.source[:, np.newaxis] * len(choices.items) + group.spread(group.seats)).ravel()
        found = np.zeros(group.seats.size)
        if len(slopes) > len(group.counts):  # ties are spread over several orders
            found += np.bincount(cells, slopes.ravel(), minlength=found.size)
        else:
            found[cells] = slopes.ravel()
        return found.reshape(group.seats.shape)


@dataclass(frozen=True, eq=False)
class _Choices:
    """The choices of a group of orderings: A spread orderings of n places, T of them choices; I items.

    An item is an agent on a seat, where seats have effects: all that a weight depends on.
    """

    items: NDArray[np.int64]
    """int64[n, A], the item at each place."""
    shares: NDArray[np.float64]
    """float64[T, A], the weight of each choice in one match."""
    counts: NDArray[np.float64]
    """float64[A], how many matches there were."""
    chosen: NDArray[np.float64]
    """float64[I], how often each item was chosen."""
    onto: Any
    """A sparse matrix, [I, P], the parameters of each item."""

    @property
    def slices(self) -> list[slice]:
        """The orderings in runs; longer ones where the table of pairs of items is large."""
        step = max(_SLICE, len(self.chosen) ** 2 // 8)
        return [slice(start, start + step) for start in range(0, len(self.counts), step)]

    def weigh(self, beta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """float64[I] each: the logits, from 0 down, and exp of them."""
        logits = self.onto @ beta
        logits = np.maximum(logits - logits.max(initial=-np.inf), _FAINTEST)
        return logits, np.exp(logits)


def _choices(group: Orderings, design: Design, number: int) -> _Choices:
    from scipy.sparse import csr_array

    seats = design.seats[number]
    codes = group.agents * seats + group.seats if seats else group.agents
    there = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.bool_)
    there[codes] = True
    known, item = np.flatnonzero(there), (np.cumsum(there) - 1)[codes]
    columns = [known // seats, design.seat_offset(number) + known % seats] if seats else [known]
    each = len(columns)
    entries = (np.ones(each * known.size), np.stack(columns, axis=1).ravel())
    onto = csr_array((*entries, np.arange(0, each * known.size + 1, each)), shape=(known.size, design.size))
    items = np.ascontiguousarray(group.spread(item).T)
    shares = np.ascontiguousarray(group.shares[:, : group.stages].T)
    counts = group.counts[group.source].astype(np.float64)
    chosen = np.zeros(known.size)
    for place, share in enumerate(shares):
        chosen += np.bincount(items[place], share * counts, minlength=known.size)
    return _Choices(items, shares, counts, chosen, onto)


def _left(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[n, c], the weights of all who are left at each place."""
    left = weight.copy()
    for place in range(len(left) - 2, -1, -1):
        left[place] += left[place + 1]
    return left


def _running(rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sums down to each place, in the memory of `rate`."""
    for place in range(1, len(rate)):
        rate[place] += rate[place - 1]
    return rate


def _summed(
    choices: _Choices, weights: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """The sum of the logs of what was left, the chances summed, float64[I], and minus the Hessian, float64[I, I]."""
    size, n = weights.size, len(choices.items)
    logs, drawn, own, pairs = 0.0, np.zeros(size), np.zeros(size), np.zeros(size * size)
    for rows in choices.slices:
        item = choices.items[:, rows]
        weight = weights[item]
        counts = choices.counts[rows] * choices.shares[:, rows]
        left = _left(weight)[: len(counts)]
        logs += float(np.vdot(counts, np.log(left)))
        rate = counts / left
        twice, once = _running(rate / left), _running(rate)
        which = np.minimum(np.arange(n), len(counts) - 1)
        flat = item.ravel()
        drawn += np.bincount(flat, (weight * once[which]).ravel(), minlength=size)
        scaled = weight * twice[which]
        own += np.bincount(flat, (scaled * weight).ravel(), minlength=size)
        first, second = np.triu_indices(n, 1)
        cells = (item[first] * size + item[second]).ravel()
        pairs += np.bincount(cells, (scaled[first] * weight[second]).ravel(), minlength=size * size)
    both = pairs.reshape(size, size)
    return logs, drawn, np.diag(drawn - own) - both - both.T
