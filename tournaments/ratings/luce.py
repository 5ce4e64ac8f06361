"""The Plackett-Luce model by maximum likelihood, with seats as covariates and a covariance clustered on blocks.

The first of the agents left is chosen with a probability in proportion to exp(strength + seat), again and again (Luce 1959;
Plackett 1975, Applied Statistics 24). At tables of two it is the model of Bradley and Terry (1952). Newton's method on the
distinct orderings; the log-likelihood is concave (Hunter 2004, Annals of Statistics 32, section 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments.ratings.orderings import Orderings

__all__ = ["RIDGE", "Design", "Luce", "block_scores", "fit_luce", "group_of_each", "information_at_zero"]

_TOLERANCE: Final = 1e-11
_MOST_STEPS: Final = 60
_CELLS: Final = 1 << 22
"""Entries of the table of block scores held in memory at once: 32 MiB."""
_PRODUCT: Final = 1 << 14
"""Entries of a table that is multiplied at once: below the size at which BLAS wakes threads, which cost more than they do."""
RIDGE: Final = 0.04
"""The precision of the weak prior on a strength where the data do not bound it: normal with standard deviation 5 logits."""


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
class Luce:
    """A fitted model. P parameters as in its design, B blocks."""

    design: Design
    """What the parameters are."""
    beta: NDArray[np.float64]
    """float64[P], logits; strengths sum to zero in each linked component, seat effects over their table."""
    inverse: NDArray[np.float64]
    """float64[P, P], the inverse of the negative Hessian on what is identified: the textbook covariance."""
    covariance: NDArray[np.float64]
    """float64[P, P], clustered on blocks; meaningless below two blocks."""
    blocks: int
    """B."""
    likelihood: float
    """The log-likelihood, natural logarithms."""
    converged: bool
    """Whether the gradient vanishes with all parameters within reach of the data."""


@dataclass(frozen=True, eq=False)
class _Moments:
    """Log-likelihood, gradient and negative Hessian at one point."""

    value: float
    gradient: NDArray[np.float64]
    information: NDArray[np.float64]


def fit_luce(
    groups: Sequence[Orderings], design: Design, component: NDArray[np.int64], ridge: float = 0.0
) -> Luce:
    """Fit by Newton's method with step halving.

    Args:
        groups: the orderings, one entry for each table size.
        design: which parameters to fit.
        component: int64[K], equal labels for agents linked by matches.
        ridge: precision of a normal prior on every parameter, per squared logit; 0 for plain maximum likelihood.

    Returns:
        The maximum, with the sandwich covariance H^-1 (sum over blocks of g_b g_b') H^-1 B/(B-1) (Liang & Zeger 1986,
        Biometrika 73).
    """
    null = design.null(component)
    pin = null @ null.T
    beta = np.zeros(design.size)
    items = [_items(group, design, number) for number, group in enumerate(groups)]
    at = _moments(groups, items, beta, ridge)
    converged = False
    for _ in range(_MOST_STEPS):
        # Adding `pin` makes the matrix regular and leaves the step, which is orthogonal to it, as it is.
        pinned = at.information + pin * _scale(at)
        step = np.asarray(np.linalg.lstsq(pinned, at.gradient, rcond=None)[0], dtype=np.float64)
        beta, after = _uphill(groups, items, (beta, step), at, ridge)
        converged = float(np.abs(step).max()) < _TOLERANCE * (1.0 + float(np.abs(beta).max()))
        at = after
        if converged:
            break
    inverse = np.linalg.pinv(at.information + pin * _scale(at), hermitian=True) - pin / _scale(at)
    meat = np.zeros((design.size, design.size))
    blocks = 0
    for scores in block_scores(groups, design, beta):
        for part in np.array_split(scores, 1 + scores.size // _PRODUCT):
            meat += part.T @ part
        blocks += len(scores)
    covariance = inverse @ meat @ inverse * (blocks / max(1, blocks - 1))
    return Luce(design, beta, inverse, covariance, blocks, at.value, converged)


def _scale(at: _Moments) -> float:
    return max(1.0, float(np.trace(at.information)) / len(at.gradient))


def _uphill(
    groups: Sequence[Orderings],
    items: Sequence[_Items],
    steps: tuple[NDArray[np.float64], NDArray[np.float64]],
    at: _Moments,
    ridge: float,
) -> tuple[NDArray[np.float64], _Moments]:
    """From a point by a step, halved until it does not lead down."""
    beta, step = steps
    for halvings in range(30):
        there = beta + step / 2**halvings
        after = _moments(groups, items, there, ridge)
        if after.value >= at.value - 1e-12 * (1 + abs(at.value)):
            return there, after
    return beta, at


def _weights(items: _Items, beta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """float64[A, n] each: the logits at each place of the spread orderings, and exp of them, scaled by row."""
    logits = (items.onto @ beta)[items.spread]
    logits -= logits.max(axis=1, keepdims=True)
    return logits, np.exp(logits)


def _moments(
    groups: Sequence[Orderings], items: Sequence[_Items], beta: NDArray[np.float64], ridge: float
) -> _Moments:
    value = -0.5 * ridge * float(beta @ beta)
    gradient = -ridge * beta
    information = ridge * np.eye(beta.size)
    for group, item in zip(groups, items, strict=True):
        logits, weights = _weights(item, beta)
        left = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
        count = group.counts[group.source].astype(np.float64)[:, np.newaxis] * group.shares
        value += float((count * (logits - np.log(left))).sum())
        drawn = weights * np.cumsum(count / left, axis=1)
        slope = np.bincount(item.spread.ravel(), (count - drawn).ravel(), minlength=item.size)
        gradient = gradient + item.onto.T @ slope
        spread = np.bincount(item.spread.ravel(), drawn.ravel(), minlength=item.size)
        between = np.diag(spread) - _together(item, weights, np.cumsum(count / (left * left), axis=1))
        information = information + item.onto.T @ between @ item.onto
    return _Moments(value, gradient, information)


def _together(item: _Items, weights: NDArray[np.float64], twice: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[I, I], the sum over all choices of the products of the chances of two items."""
    size, found = item.size, np.zeros((item.size, item.size))
    for i in range(weights.shape[1]):
        for j in range(i, weights.shape[1]):
            cell = weights[:, i] * weights[:, j] * twice[:, i]
            code = item.spread[:, i] * size + item.spread[:, j]
            both = np.bincount(code, cell, minlength=size * size).reshape(size, size)
            found += both / 2 if i == j else both
    return found + found.T


@dataclass(frozen=True, eq=False)
class _Items:
    """Agents on seats, as far as there are any: what a place of an ordering holds."""

    spread: NDArray[np.int64]
    """int64[A, n], the item at each place of the spread orderings."""
    onto: NDArray[np.float64]
    """float64[I, P], the parameters of each item."""

    @property
    def size(self) -> int:
        return len(self.onto)


def _items(group: Orderings, design: Design, number: int) -> _Items:
    seats = design.seats[number]
    codes = group.agents * seats + group.seats if seats else group.agents
    there = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.bool_)
    there[codes] = True
    known, item = np.flatnonzero(there), (np.cumsum(there) - 1)[codes]
    onto = np.zeros((known.size, design.size))
    rows = np.arange(known.size)
    onto[rows, known // seats if seats else known] = 1.0
    if seats:
        onto[rows, design.seat_offset(number) + known % seats] = 1.0
    return _Items(np.take_along_axis(item[group.source], group.spots, axis=1), onto)


def block_scores(
    groups: Sequence[Orderings], design: Design, beta: NDArray[np.float64]
) -> Iterator[NDArray[np.float64]]:
    """The gradient of the log-likelihood of each block, float64[b, P] at a time, in the order of the blocks."""
    for number, group in enumerate(groups):
        _, weights = _weights(_items(group, design, number), beta)
        left = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
        slopes = group.shares - weights * np.cumsum(group.shares / left, axis=1)
        size = group.agents.shape[1]
        cells = group.source[:, np.newaxis] * size + group.spots
        flat: NDArray[np.float64] = np.bincount(
            cells.ravel(), slopes.ravel(), minlength=group.agents.size
        ).astype(np.float64)
        slope = flat.reshape(-1, size)
        starts = np.flatnonzero(np.r_[True, np.diff(group.blocks) > 0])
        step = max(1, _CELLS // design.size)
        for first in range(0, starts.size, step):
            last = first + step
            stop = starts[last] if last < starts.size else group.blocks.size
            rows = slice(int(starts[first]), int(stop))
            yield _one_run(group, design, number, slope, rows)


def _one_run(
    group: Orderings, design: Design, number: int, slope: NDArray[np.float64], rows: slice
) -> NDArray[np.float64]:
    """The block scores of the matches `rows`, which are whole blocks."""
    which, blocks = group.which[rows], group.blocks[rows]
    block = np.cumsum(np.r_[False, np.diff(blocks) > 0])
    count = int(block[-1]) + 1
    found = np.zeros(count * design.size)
    offset = design.seat_offset(number)
    for place in range(group.agents.shape[1]):
        value = slope[which, place]
        base = block * design.size
        found += np.bincount(base + group.agents[which, place], value, minlength=found.size)
        if design.seats[number]:
            found += np.bincount(base + offset + group.seats[which, place], value, minlength=found.size)
    return found.reshape(count, design.size)


def group_of_each(groups: Sequence[Orderings], agents: int) -> NDArray[np.int64]:
    """int64[K], equal labels for agents each of whom was above each other, directly or through others.

    Within such a group the maximum of the likelihood exists (Ford 1957, American Mathematical Monthly 64; Hunter 2004,
    assumption 1): strengths of agents who never lose to a group, or never win, are not bounded.
    """
    from scipy.sparse.csgraph import connected_components

    above = np.zeros((agents, agents), dtype=np.int64)
    for group in groups:
        who = np.take_along_axis(group.agents[group.source], group.spots, axis=1)
        for i in range(who.shape[1] - 1):
            asked = group.shares[:, i] > 0
            for j in range(i + 1, who.shape[1]):
                above += np.bincount(
                    who[asked, i] * agents + who[asked, j], minlength=agents * agents
                ).reshape(agents, agents)
    _, label = connected_components((above > 0).astype(np.int8), directed=True, connection="strong")
    return np.asarray(label, dtype=np.int64)


def information_at_zero(groups: Sequence[Orderings], design: Design) -> NDArray[np.float64]:
    """float64[P, P], the negative Hessian where all agents and seats are equal."""
    items = [_items(group, design, number) for number, group in enumerate(groups)]
    return _moments(groups, items, np.zeros(design.size), 0.0).information
