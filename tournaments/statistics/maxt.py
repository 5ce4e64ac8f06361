"""Step-down max-t: simultaneous tests that use how the comparisons hang together.

Every pair's t statistic is compared with the largest of all the pairs still in question over bootstrap
samples of whole deal blocks. Pairs that share agents and deals are strongly dependent, which Holm cannot
use and this does (Romano & Wolf, Econometrica 73, 2005, algorithm 4.1 with studentised statistics; JASA
100, 2005, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter
from arena.streams import root_key, stream
from tournaments.statistics._checks import check_table
from tournaments.statistics._pairs import rounding_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["MaxT", "max_t"]

MIN_BLOCKS = 8
"""Shared blocks below which the bootstrap cannot judge a pair."""

MIN_RESAMPLES = 2000
"""Fewer resamples place the 95 % quantile of the maximum too loosely: 400 gave 7 % false claims."""

_MOST_UNITS = 4096
"""Units resampled at most; more blocks are first pooled into that many random batches, i.i.d. as well."""

_CELLS = 1 << 22
"""Weights, or differences, held in memory at once: 32 MiB."""


@dataclass(frozen=True, slots=True)
class MaxT:
    """Outcome of a max-t procedure."""

    pairs: tuple[tuple[int, int], ...]
    """The pairs (first, second), in the order given."""
    adjusted: tuple[float, ...]
    """Adjusted p-value of each pair; reject where it is <= alpha."""
    resamples: int
    """Bootstrap samples drawn; the smallest possible p is 1 / (resamples + 1)."""
    note: str = ""
    """Which pairs could not be judged and why; empty if all could."""


def max_t(
    means: ArrayLike,
    *,
    pairs: Sequence[tuple[int, int]] | None = None,
    resamples: int = MIN_RESAMPLES,
    seed: int = 0,
) -> MaxT:
    """Step-down max-t over pairs of agents by studentised block bootstrap.

    Args:
        means: float[B, K] of block means, NaN where the agent is absent.
        pairs: the pairs to test; all K(K-1)/2 if None. `[(hero, rival) ...]` asks Dunnett's question, one
            against the rest, at a smaller price.
        resamples: bootstrap samples R, at least 2000. Time and memory grow as R * B * P.
        seed: root of the bootstrap.

    Returns:
        Adjusted p-values, independent of the order of the blocks. Pairs with fewer than 8 shared blocks
        cannot be
        bootstrapped: they get p = 1 and a note; pairs that behave alike get p = 1.

    Raises:
        BadParameter: if the table, a pair or the number of resamples is wrong.
    """
    table = check_table(means)
    chosen = _check_pairs(pairs, table.shape[1])
    if resamples < MIN_RESAMPLES:
        raise BadParameter(f"max-t takes at least {MIN_RESAMPLES} resamples, got {resamples!r}")
    units = _Units.of(table, chosen, seed)
    adjusted = np.ones(len(chosen))
    if units.testable.any():
        adjusted[units.testable] = _adjust(units, resamples, seed)
    few = int((~units.testable).sum())
    note = (
        f"{few} of {len(chosen)} pairs share fewer than {MIN_BLOCKS} blocks and stay undecided" if few else ""
    )
    return MaxT(tuple(chosen), tuple(float(p) for p in adjusted), resamples, note)


def _check_pairs(pairs: Sequence[tuple[int, int]] | None, agents: int) -> list[tuple[int, int]]:
    if pairs is None:
        return [(first, second) for first in range(agents) for second in range(first + 1, agents)]
    for first, second in pairs:
        if first == second or not (0 <= first < agents and 0 <= second < agents):
            raise BadParameter(
                f"a pair names two different agents of 0 to {agents - 1}, got {(first, second)!r}"
            )
    return [(int(first), int(second)) for first, second in pairs]


@dataclass(frozen=True, slots=True)
class _Units:
    """What is resampled: blocks, or batches of them, for P pairs of which Q can be tested."""

    observed: NDArray[np.float64]
    """float64[Q], |t| of each pair on all its blocks."""
    residual: NDArray[np.float64]
    """float64[U, Q], sum over the unit's shared blocks of the difference less its mean."""
    shared: NDArray[np.float64] | None
    """float64[U, Q], 1 where the unit holds a shared block; None if all do."""
    testable: NDArray[np.bool_]
    """bool[P]."""

    @classmethod
    def of(cls, table: NDArray[np.float64], pairs: list[tuple[int, int]], seed: int) -> _Units:
        """Units of a table of block means, in an order that does not depend on the order of its rows."""
        rows = table[np.lexsort(table.T[::-1])]
        if len(rows) > _MOST_UNITS:
            rows = rows[stream(root_key(seed), "statistics", "max-t", "batches").permutation(len(rows))]
        batch = np.arange(len(rows)) * min(len(rows), _MOST_UNITS) // max(len(rows), 1)
        first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        step = max(1, _CELLS // max(len(rows), 1))
        parts = [
            _unit_part(
                rows[:, first[at : at + step]] - rows[:, second[at : at + step]], batch, rounding_of(table)
            )
            for at in range(0, first.size, step)
        ]
        if not parts:
            empty = np.zeros((batch.size, 0))
            return cls(np.zeros(0), empty, None, np.zeros(0, dtype=np.bool_))
        observed, residual, shared = (
            np.concatenate(part, axis=-1) for part in zip(*(p[:3] for p in parts), strict=True)
        )
        testable = np.concatenate([part[3] for part in parts])
        return cls(observed, residual, None if shared.all() else shared, testable)


def _unit_part(
    difference: NDArray[np.float64], batch: NDArray[np.int64], rounding: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Observed, residual and shared of the testable pairs among the columns, and which those are."""
    present = ~np.isnan(difference)
    testable = present.sum(axis=0) >= MIN_BLOCKS
    present, difference = present[:, testable], difference[:, testable]
    difference[~present | (np.abs(difference) <= rounding)] = 0.0
    mean = difference.sum(axis=0) / present.sum(axis=0)
    residual = np.where(present, difference - mean, 0.0)
    residual[np.abs(residual) <= rounding] = 0.0
    count = present.sum(axis=0)
    squares = np.einsum("bp,bp->p", residual, residual)
    observed = _ratio(np.abs(mean) * count, squares * count / (count - 1))
    if batch.size and batch[-1] + 1 < batch.size:
        starts = np.searchsorted(batch, np.arange(batch[-1] + 1))
        residual = np.add.reduceat(residual, starts, axis=0)
        present = np.logical_or.reduceat(present, starts, axis=0)
    return observed, residual, present.astype(np.float64), testable


def _adjust(units: _Units, resamples: int, seed: int) -> NDArray[np.float64]:
    """Adjusted p-values of the testable pairs."""
    observed = units.observed
    order = np.argsort(-observed, kind="stable")
    hits = np.zeros(observed.size, dtype=np.int64)
    for weights in _block_weights(len(units.residual), resamples, seed):
        drawn = _studentise(weights, units)[:, order]
        # Successive maxima: each pair meets the largest of itself and all pairs with smaller statistics.
        largest = np.maximum.accumulate(drawn[:, ::-1], axis=1)[:, ::-1]
        hits += (largest >= observed[order]).sum(axis=0)
    adjusted = np.empty(observed.size)
    adjusted[order] = np.maximum.accumulate((1 + hits) / (1 + resamples))
    adjusted[observed == 0.0] = 1.0
    return adjusted


def _block_weights(units: int, resamples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """How often each unit is drawn in each bootstrap sample: float64[some, units], `resamples` in all."""
    rng = stream(root_key(seed), "statistics", "max-t", "bootstrap")
    step = max(1, _CELLS // units)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        drawn = rng.integers(0, units, size=(rows, units)) + units * np.arange(rows)[:, np.newaxis]
        yield np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units).astype(np.float64)


def _studentise(weights: NDArray[np.float64], units: _Units) -> NDArray[np.float64]:
    """|t| of each pair in each bootstrap sample, float64[R, Q], about the mean of the data."""
    total = weights @ units.residual
    squares = weights @ units.residual**2
    count = float(len(units.residual)) if units.shared is None else weights @ units.shared
    # A sample with fewer than two of the pair's blocks has no spread: infinite, so no claim rests on it.
    spare = np.maximum(count - 1, np.finfo(np.float64).tiny)
    variance = np.maximum(squares - total**2 / np.maximum(count, 1), 0.0) * count / spare
    return _ratio(np.abs(total), np.where(count < 2, 0.0, variance))


def _ratio(size: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The quotient size / sqrt(variance); 0 where the size is 0, infinite where only the variance is."""
    with np.errstate(divide="ignore"):
        return np.divide(size, np.sqrt(variance), out=np.zeros_like(size), where=size > 0)
