"""The tally of a round: millions of matches brought down to what the ranking needs.

Blocks are counted in runs of a fixed length, so that every sum is formed in the same order however the blocks were
played, and memory holds a few numbers a block.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import FaultedSeat, Results, Round
from arena.errors import StoreConflict
from arena.game import Direction, GameSpec, Metric
from tournaments.results import aligned
from tournaments.statistics import Estimate, Moments, block_means

__all__ = ["RUN", "Sums", "Tally", "tally", "win_metric"]

_ROUNDING: Final = 1e-12
RUN: Final = 4096
"""Blocks summed at once; part of the definition of the sums, to the last bit."""


def win_metric(spec: GameSpec) -> Metric | None:
    """The metric that says who won, as shares that are 0 or 1 (or split among equals); None where a game has none."""
    for metric in spec.metrics:
        if metric.name in ("wins", "win") and not metric.sparse and metric.direction is Direction.HIGHER:
            return metric
    return None


@dataclass
class Sums:
    """What a ratio of sums and its standard error need, for each of m agents.

    In block b an agent has the total Y_b of a metric over X_b matches in which it is defined.
    """

    y: NDArray[np.float64]
    x: NDArray[np.float64]
    yy: NDArray[np.float64]
    xy: NDArray[np.float64]
    xx: NDArray[np.float64]
    blocks: NDArray[np.int64]
    """Blocks with X_b > 0."""

    @classmethod
    def zero(cls, agents: int) -> Sums:
        """The sums of nothing."""
        y, x, yy, xy, xx = np.zeros((5, agents))
        return cls(y, x, yy, xy, xx, np.zeros(agents, dtype=np.int64))

    def add(self, y: NDArray[np.float64], x: NDArray[np.float64]) -> None:
        """Add blocks: float64[m, b] totals and numbers of matches."""
        self.y += y.sum(axis=1)
        self.x += x.sum(axis=1)
        self.yy += (y * y).sum(axis=1)
        self.xy += (x * y).sum(axis=1)
        self.xx += (x * x).sum(axis=1)
        self.blocks += np.count_nonzero(x, axis=1)

    def only(self, agents: list[int]) -> Sums:
        """The sums of some of the agents."""
        return Sums(**{part.name: getattr(self, part.name)[agents] for part in dataclasses.fields(self)})

    def ratio(self, agent: int, *, alpha: float = 0.05) -> Estimate:
        """The mean over all matches in which the metric is defined, of one agent.

        r = Y/X with the standard error of a ratio estimator on blocks, sqrt(B/(B-1) sum (Y_b - r X_b)^2) / X (Cochran,
        Sampling Techniques, 3rd edition, 1977, section 6.4), and Student's t with B - 1 degrees of freedom.
        """
        from scipy import special

        method, blocks = "ratio of sums over blocks, t interval", int(self.blocks[agent])
        if blocks == 0:
            return Estimate(None, None, None, None, None, 0, method, "never defined")
        x = float(self.x[agent])
        value = float(self.y[agent]) / x
        if blocks == 1:
            note = "one block: no interval, since the spread between blocks is unknown"
            return Estimate(value, None, None, None, None, 1, method, note)
        squares = float(self.yy[agent] - 2 * value * self.xy[agent] + value**2 * self.xx[agent])
        # What the subtraction leaves of equal blocks is rounding.
        squares = 0.0 if squares <= _ROUNDING * float(self.yy[agent]) else squares
        se = math.sqrt(squares * blocks / (blocks - 1)) / x
        half = -float(special.stdtrit(blocks - 1, alpha / 2)) * se
        return Estimate(value, value - half, value + half, se, float(blocks - 1), blocks, method)


@dataclass
class Tally:
    """A round, counted. B blocks, m participants, n seats; columns are participants in the order of `agents`."""

    agents: tuple[int, ...]
    """The participants, as indices into the plan's agents."""
    copies: bool = False
    """Whether an agent sat twice at one table."""
    matches: int = 0
    """Matches played."""
    void: int = 0
    """Blocks that were void and played again, each time counted."""
    scores: list[NDArray[np.float64]] = field(default_factory=list)
    """float64[b, m] each, block means of the metric that ranks."""
    wins: list[NDArray[np.float64]] = field(default_factory=list)
    """float64[b, m] each, block means of the wins; none where the game has no such metric."""
    seats: list[NDArray[np.float64]] = field(default_factory=list)
    """float64[b, n] each, block means of the metric that ranks, by seat."""
    pairs: list[NDArray[np.int64]] = field(default_factory=list)
    """int64[p] each, first * m + second of each pair that met in a block."""
    shares: list[NDArray[np.float64]] = field(default_factory=list)
    """float64[p] each, the share of the meetings in which the first was above the second, ties counting half."""
    metrics: dict[str, Sums] = field(default_factory=dict)
    """Every metric of the game."""
    sums: NDArray[np.float64] = field(default_factory=lambda: np.zeros((6, 0)))
    """float64[6, m]: matches, sum and sum of squares of the metric that ranks, wins, decisions, microseconds."""
    truncated: int = 0
    """Matches that a limit of steps ended."""
    faults: list[FaultedSeat] = field(default_factory=list)
    """Every failure."""

    @property
    def blocks(self) -> int:
        """B."""
        return sum(len(part) for part in self.scores)

    def table(self, name: str) -> NDArray[np.float64]:
        """The parts of ``"scores"``, ``"wins"`` or ``"seats"`` as one float64 array with a row a block."""
        parts: list[NDArray[np.float64]] = getattr(self, name)
        return np.concatenate(parts) if parts else np.zeros((0, len(self.agents)))

    def moments(self, column: int) -> Moments:
        """Count, sum and sum of squares of a participant's match scores."""
        count, total, squares = self.sums[:3, column]
        return Moments(int(count), float(total), float(squares))


def tally(stage: Round, results: Iterable[Results], metric: Metric) -> Tally:
    """The tally of a round.

    Args:
        stage: the round.
        results: its blocks, consecutive from block 0.
        metric: the metric that ranks.

    Raises:
        BadInput: if a block is missing or there twice.
        StoreConflict: if somebody sat elsewhere than the schedule says.
    """
    count = Tally(stage.agents, sums=np.zeros((6, len(stage.agents))))
    count.metrics = {named.name: Sums.zero(len(stage.agents)) for named in stage.game.spec.metrics}
    column = np.full(max(stage.agents) + 1, -1, dtype=np.int64)
    column[list(stage.agents)] = np.arange(len(stage.agents))
    wins = win_metric(stage.game.spec)
    for part in aligned(results, RUN):
        if not np.array_equal(part.seatings, stage.seatings(part.start, len(part))):
            raise StoreConflict(
                f"round {stage.number}: the blocks from {part.start} on are seated otherwise than the schedule says"
            )
        _add(count, part, column[part.seatings], metric, wins)
    return count if stage.ranked is None else _only(count, stage.ranked)


def _only(count: Tally, ranked: tuple[int, ...]) -> Tally:
    """The tally of those who are ranked, a part of its agents in their order; seats and faults are of all."""
    columns = [count.agents.index(agent) for agent in ranked]
    place = np.full(len(count.agents), -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    pairs, shares = [], []
    for codes, above in zip(count.pairs, count.shares, strict=True):
        first, second = place[codes // len(count.agents)], place[codes % len(count.agents)]
        both = (first >= 0) & (second >= 0)
        if both.any():
            pairs.append((first * len(columns) + second)[both])
            shares.append(above[both])
    return dataclasses.replace(
        count,
        agents=ranked,
        scores=[part[:, columns] for part in count.scores],
        wins=[part[:, columns] for part in count.wins],
        pairs=pairs,
        shares=shares,
        metrics={name: sums.only(columns) for name, sums in count.metrics.items()},
        sums=count.sums[:, columns],
    )


def _add(count: Tally, part: Results, seated: NDArray[np.int64], metric: Metric, wins: Metric | None) -> None:
    blocks, agents = len(part), len(count.agents)
    rows = np.repeat(np.arange(blocks), seated[0].size)
    flat = seated.ravel()
    values = part.metrics[metric.name]

    def means(name: str) -> NDArray[np.float64]:
        return block_means(part.metrics[name].ravel(), flat, rows, agent_count=agents, block_count=blocks)

    count.matches += int(part.steps.size)
    count.void += 0 if part.attempts is None else int(part.attempts.sum())
    count.truncated += int(part.truncated.sum())
    count.faults += part.faults
    count.scores.append(means(metric.name))
    count.seats.append(values.mean(axis=1))
    if wins is not None:
        count.wins.append(means(wins.name))
    for name, sums in count.metrics.items():
        sums.add(*_totals(part.metrics[name].ravel(), flat * blocks + rows, blocks, agents))
    won = np.zeros(values.shape) if wins is None else part.metrics[wins.name]
    kept = ~np.isnan(values)
    for place, what in enumerate((kept, values, values * values, won, part.decisions, part.micros)):
        filled = np.nan_to_num(np.asarray(what, dtype=np.float64)).ravel()
        count.sums[place] += np.bincount(flat, weights=filled, minlength=agents)
    _meetings(count, values if metric.direction is Direction.HIGHER else -values, seated)


def _totals(
    values: NDArray[np.float64], cells: NDArray[np.int64], blocks: int, agents: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """float64[m, b] each: the total of a metric in each block, and the matches in which it is defined."""
    kept = ~np.isnan(values)
    if not kept.all():
        values, cells = values[kept], cells[kept]
    size = blocks * agents
    total: NDArray[np.float64] = np.bincount(cells, weights=values, minlength=size).astype(np.float64)
    matches = np.bincount(cells, minlength=size).astype(np.float64)
    return total.reshape(agents, blocks), matches.reshape(agents, blocks)


def _meetings(count: Tally, values: NDArray[np.float64], seated: NDArray[np.int64]) -> None:
    """Who was above whom in each block, over its matches."""
    seats, agents = seated.shape[2], len(count.agents)
    order = np.argsort(seated, axis=2, kind="stable")
    lineup = np.take_along_axis(seated, order, axis=2)
    if seats > 1 and (lineup[:, :, 1:] == lineup[:, :, :-1]).any():
        count.copies = True
        return
    if seats > 1 and (lineup != lineup[:, :1]).any():
        _mixed_meetings(count, np.take_along_axis(values, order, axis=2), lineup)
        return
    # Seats first and blocks last, so that what is added up lies side by side.
    ranked = np.ascontiguousarray(np.take_along_axis(values, order, axis=2).transpose(2, 1, 0))
    for low in range(seats):
        for high in range(low + 1, seats):
            above = (np.sign(ranked[low] - ranked[high]).mean(axis=0) + 1) / 2
            met = ~np.isnan(above)
            count.pairs.append((lineup[:, 0, low] * agents + lineup[:, 0, high])[met])
            count.shares.append(above[met])


def _mixed_meetings(count: Tally, ranked: NDArray[np.float64], lineup: NDArray[np.int64]) -> None:
    """Who was above whom in each block whose seatings are of different lineups, over the matches where two met."""
    blocks, _, seats = lineup.shape
    agents = len(count.agents)
    low, high = np.triu_indices(seats, 1)
    # A pair may sit in other places of the next lineup, so its matches are gathered by who they are.
    cells = (
        np.arange(blocks)[:, np.newaxis, np.newaxis] * agents**2
        + lineup[:, :, low] * agents
        + lineup[:, :, high]
    )
    above = (np.sign(ranked[:, :, low] - ranked[:, :, high]) + 1) / 2
    found, which = np.unique(cells, return_inverse=True)
    shares = np.bincount(which.ravel(), weights=above.ravel()) / np.bincount(which.ravel())
    met = ~np.isnan(shares)
    count.pairs.append((found % agents**2)[met])
    count.shares.append(shares[met])
