"""`rank-probabilities`: how likely each place is, by resampling whole blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Results
from tournaments.ratings.field import Field, Matches, field_of
from tournaments.ratings.reports import agent_row, report
from tournaments.ratings.resampled import Resampled
from tournaments.ratings.resamples import block_weights, few_blocks, unit_of_each
from tournaments.statistics import block_means

__all__ = ["RankProbabilities", "place_shares"]

_METHOD: Final = "block bootstrap of the mean score"


@dataclass(frozen=True)
class RankProbabilities(Resampled):
    """The distribution of each agent's place by the mean of the metric.

    Raises:
        BadParameter: if a parameter is out of its range.
    """

    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """Mean places with their quantiles; ``shares`` holds the share of resamples at each place."""
        self.check()
        field = field_of(picks, results, self.by)
        table = _last_round(field)
        blocks = len(table)
        played = ~np.isnan(table).all(axis=0) if blocks else np.zeros(field.agents, dtype=np.bool_)
        pool = np.flatnonzero(played)
        method = f"{_METHOD}, {self.resamples:,} resamples"
        rows = [
            agent_row(field, agent, None, None, None, method=method, note="played no match against anybody")
            for agent in range(field.agents)
        ]
        if pool.size:
            shares = self._shares(table[:, pool]) if blocks > 1 else _points(table[:, pool])
            for place, agent in enumerate(pool.tolist()):
                rows[agent] = self._row(field, agent, shares[place], method, blocks)
        notes = few_blocks(blocks) if blocks > 1 and pool.size > 1 else ()
        if field.rounds > 1:
            notes += ("means are of the last round: rounds are not averaged over different opponents",)
        return report(
            field,
            "rank-probabilities",
            rows,
            quantity="mean place",
            unit="place",
            method=method,
            estimand=(
                f"place by the mean {field.metric.name} {field.where()} of {field.game}, were the tournament played again with "
                "as many fresh deals"
            ),
            notes=notes,
            resamples=self.resamples if blocks > 1 else 0,
        )

    def _shares(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[k, k], the probability of each agent at each place."""
        present = ~np.isnan(means)
        unit = unit_of_each(len(means), means.shape[1], self.seed)
        units = int(unit[-1] if unit.size == 0 else unit.max()) + 1
        sums, counts = np.zeros((units, means.shape[1])), np.zeros((units, means.shape[1]))
        np.add.at(sums, unit, np.where(present, means, 0.0))
        np.add.at(counts, unit, present.astype(np.float64))
        total = np.zeros((means.shape[1], means.shape[1]))
        scale = float(np.abs(sums).max(initial=0.0))
        for weights in block_weights(units, self.resamples, self.seed):
            count = weights @ counts
            mean = np.divide(weights @ sums, count, out=np.full(count.shape, -np.inf), where=count > 0)
            total += place_shares(mean, rounding=1e-12 * scale) * len(mean)
        return total / self.resamples

    def _row(
        self, field: Field, agent: int, shares: NDArray[np.float64], method: str, blocks: int
    ) -> dict[str, Any]:
        places = np.arange(1, len(shares) + 1)
        cumulative = np.cumsum(shares)
        low, high = (
            int(places[np.searchsorted(cumulative, level - 1e-12).clip(0, len(shares) - 1)])
            for level in (self.alpha / 2, 1 - self.alpha / 2)
        )
        note = "" if blocks > 1 else "one block: no interval, since the spread between blocks is unknown"
        if len(shares) == 1:
            note = "the only agent: there is nobody to be compared with"
        known = blocks > 1 and len(shares) > 1
        return agent_row(
            field,
            agent,
            float(places @ shares),
            low if known else None,
            high if known else None,
            method=method,
            note=note,
            first=float(shares[0]),
            shares={
                _ordinal(place): float(share) for place, share in zip(places.tolist(), shares, strict=True)
            },
        )


def place_shares(means: NDArray[np.float64], *, rounding: float = 0.0) -> NDArray[np.float64]:
    """How often each agent is at each place.

    Args:
        means: float64[R, k], the scores of the resamples, higher is better.
        rounding: scores this near to each other are equal.

    Returns:
        float64[k, k], row by row the share of resamples at the places 1 to k; equals share their places evenly, so that rows and
        columns add up to 1.
    """
    resamples, agents = means.shape
    found = np.zeros((agents, agents))
    places = np.arange(agents)
    for agent in range(agents):
        own = means[:, agent, np.newaxis]
        with np.errstate(invalid="ignore"):  # two who were never drawn: infinite less infinite
            gap = means - own
        equal = (np.abs(gap) <= rounding) | (means == own)
        above = ((gap > 0) & ~equal).sum(axis=1)[:, np.newaxis]
        count = equal.sum(axis=1)[:, np.newaxis]
        found[agent] = (((places >= above) & (places < above + count)) / count).sum(axis=0)
    shares: NDArray[np.float64] = found / max(resamples, 1)
    return shares


def _points(means: NDArray[np.float64]) -> NDArray[np.float64]:
    return place_shares(np.nan_to_num(means[:1], nan=-np.inf, neginf=-np.inf))


def _last_round(field: Field) -> NDArray[np.float64]:
    """float64[B, K], block means of the last round, NaN where an agent is absent."""
    table: Matches | None = field.last
    if table is None:
        return np.zeros((0, field.agents))
    block = np.cumsum(np.r_[False, np.diff(table.blocks) > 0])
    rows = np.repeat(block, table.size)
    return block_means(
        table.scores.ravel(),
        table.agents.ravel(),
        rows,
        agent_count=field.agents,
        block_count=int(block[-1]) + 1,
    )


def _ordinal(place: int) -> str:
    suffix = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{suffix}"
