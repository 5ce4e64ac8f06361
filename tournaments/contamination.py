"""Tests whether results depend on what they should not depend on: who played a block, when, and on which seat.

The unit is the block mean. Where lineups come often, a block is compared with others of its lineup, so that a worker who
happened to get the harder tables is not suspected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments.statistics import holm

__all__ = ["Found", "over_halves", "over_seats", "over_workers"]

_CLASSES: Final = 5
"""Classes into which block means are sorted, as the five results of a pair of chess games."""
_EXPECTED: Final = 5.0
"""Blocks expected in a cell of a table of counts at least (Cochran, Biometrics 10, 1954, is content with less)."""
_EACH: Final = 5
"""Blocks of a lineup, on average, from which on its mean is taken off."""
_HALF: Final = 8
"""Blocks of an agent in each half at least."""
_DIGITS: Final = 9
"""Significant digits in which two block means are told apart; the rest is rounding."""


@dataclass(frozen=True)
class Found:
    """The agent whose results are least likely by chance."""

    agent: int
    """Which agent; 0 where all are tested together."""
    statistic: float
    """Its statistic."""
    df: float
    """Degrees of freedom, of the numerator where there are two."""
    p: float
    """The p-value over all agents, by Holm's procedure."""
    group: int | None = None
    """The worker that adds most to the statistic; None where several small ones together do."""
    df_within: float = 0.0
    """Degrees of freedom of the denominator."""


def over_workers(
    means: NDArray[np.float64], worker: NDArray[np.int64], lineup: NDArray[np.int64]
) -> Found | None:
    """Chi-square tests of independence of each agent's block results and who played them.

    Block means are sorted into at most five classes by their quintiles; the table of workers and classes is tested by
    Pearson's chi-square. It is what fishtest (official-stockfish/fishtest) does with the results of pairs of games.

    Args:
        means: float64[B, K] of block means, NaN where an agent is absent.
        worker: int64[B], who played the block.
        lineup: int64[B], who met in the block.

    Returns:
        The agent with the smallest p-value; None where there are not two workers with enough blocks.
    """
    from scipy import special

    found = []
    for agent, values in enumerate(_residuals(means, lineup).T):
        table, groups = _counts(values, worker)
        if table is None:
            continue
        expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
        terms = ((table - expected) ** 2 / expected).sum(axis=1)
        df = float((table.shape[0] - 1) * (table.shape[1] - 1))
        p = float(special.chdtrc(df, terms.sum()))
        found.append(Found(agent, float(terms.sum()), df, p, groups[int(terms.argmax())]))
    return _smallest(found)


def over_halves(means: NDArray[np.float64], lineup: NDArray[np.int64]) -> Found | None:
    """Welch's t tests of each agent's blocks in the first half against those in the second.

    Args:
        means: float64[B, K] of block means in the order of the blocks, NaN where an agent is absent.
        lineup: int64[B], who met in the block.

    Returns:
        The agent with the smallest p-value; None where no agent has eight blocks in each half.
    """
    from scipy import special

    found = []
    middle = len(means) // 2
    for agent, values in enumerate(_residuals(means, lineup).T):
        halves = [part[~np.isnan(part)] for part in (values[:middle], values[middle:])]
        if min(map(len, halves)) < _HALF:
            continue
        (one, other), counts = (
            tuple(float(half.var(ddof=1)) / len(half) for half in halves),
            [*map(len, halves)],
        )
        spread = one + other
        gap = float(halves[0].mean() - halves[1].mean())
        if spread <= 0:
            found.append(Found(agent, 0.0, 0.0, 1.0))
            continue
        t = gap / spread**0.5
        df = spread**2 / (one**2 / (counts[0] - 1) + other**2 / (counts[1] - 1))
        found.append(Found(agent, t, df, float(2 * special.stdtr(df, -abs(t)))))
    return _smallest(found)


def over_seats(seat_means: NDArray[np.float64]) -> Found | None:
    """Hotelling's test that all seats have the same mean, blocks being independent and seats of a block not.

    T2 = B d' S^-1 d with the n - 1 differences to the last seat, and F = (B - q) T2 / (q (B - 1)) with q = rank of S
    (Rencher and Christensen, Methods of Multivariate Analysis, 3rd edition, 2012, section 5.3).

    Args:
        seat_means: float64[B, n], the mean of the block's matches by seat.

    Returns:
        The test; None with fewer than five blocks a seat, or where seats never differ from block to block.
    """
    from scipy import special

    blocks, seats = seat_means.shape
    differences = seat_means[:, :-1] - seat_means[:, -1:]
    differences = differences[~np.isnan(differences).any(axis=1)]
    if len(differences) < _EACH * seats:
        return None
    mean = differences.mean(axis=0)
    covariance = np.atleast_2d(np.cov(differences, rowvar=False))
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    if rank == 0:
        return None
    blocks = len(differences)
    t2 = float(blocks * mean @ np.linalg.pinv(covariance, hermitian=True) @ mean)
    statistic = (blocks - rank) * t2 / (rank * (blocks - 1))
    p = float(special.fdtrc(rank, blocks - rank, statistic))
    return Found(0, statistic, float(rank), p, df_within=float(blocks - rank))


def _residuals(means: NDArray[np.float64], lineup: NDArray[np.int64]) -> NDArray[np.float64]:
    """Block means less the mean of their lineup, where lineups came often enough to have one."""
    lineups = int(lineup.max(initial=-1)) + 1
    if lineups < 2 or len(means) < _EACH * lineups:
        return means
    taken = means.copy()
    for agent in range(means.shape[1]):
        there = ~np.isnan(means[:, agent])
        own = lineup[there]
        total = np.bincount(own, weights=means[there, agent], minlength=lineups)
        count = np.bincount(own, minlength=lineups)
        taken[there, agent] -= (total / np.maximum(count, 1))[own]
    return taken


def _counts(
    values: NDArray[np.float64], worker: NDArray[np.int64]
) -> tuple[NDArray[np.float64] | None, list[int | None]]:
    """Counts by worker and class of one agent's blocks, and the worker of each row; None where nothing can be compared."""
    there = ~np.isnan(values)
    own, who = _rounded(values[there]), worker[there]
    classes = (
        np.searchsorted(np.unique(np.quantile(own, _QUINTILES)), own) if own.size else own.astype(np.int64)
    )
    _, classes = np.unique(classes, return_inverse=True)
    if not own.size or classes.max() == 0:
        return None, []
    table = np.zeros((int(who.max()) + 1, int(classes.max()) + 1))
    np.add.at(table, (who, classes), 1.0)
    enough = table.sum(axis=1) * table.sum(axis=0).min() / table.sum() >= _EXPECTED
    rows, groups = [*table[enough]], [int(group) for group in np.nonzero(enough)[0]]
    together = table[~enough].sum(axis=0)
    named: list[int | None] = [*groups]
    if together.sum() * table.sum(axis=0).min() / table.sum() >= _EXPECTED:
        rows.append(together)
        named.append(None)
    kept = np.array(rows)
    if len(rows) < 2 or (kept.sum(axis=0) == 0).any():
        return None, []
    return kept, named


_QUINTILES: Final = tuple(place / _CLASSES for place in range(1, _CLASSES))


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = float(np.abs(values).max(initial=0.0)) or 1.0
    return np.round(values / scale, _DIGITS)


def _smallest(found: list[Found]) -> Found | None:
    if not found:
        return None
    adjusted = holm([one.p for one in found])
    place = min(range(len(found)), key=lambda number: found[number].p)
    best = found[place]
    return Found(best.agent, best.statistic, best.df, float(adjusted[place]), best.group, best.df_within)
