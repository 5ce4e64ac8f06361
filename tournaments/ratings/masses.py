"""Ratings that share out a mass of 1: the report of their distribution over resampled blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tournaments.ratings.field import Field
from tournaments.ratings.pairs import PairScores
from tournaments.ratings.reports import agent_row, report
from tournaments.ratings.resamples import few_blocks

__all__ = ["MassReport", "mass_report", "pool_of"]


@dataclass(frozen=True, eq=False)
class MassReport:
    """What a rating by masses found. k agents of the pool, R resamples."""

    rating: str
    """The registered name."""
    pool: NDArray[np.int64]
    """int64[k], the agents that played."""
    mass: NDArray[np.float64]
    """float64[k], the masses."""
    drawn: Sequence[NDArray[np.float64]]
    """The masses of the resamples, float64[some, k] each; none where there was nothing to resample."""
    scores: PairScores
    """What they were computed from."""
    support: float
    """The mass from which on an agent counts as kept."""
    alpha: float
    """1 - confidence."""
    method: str
    """The procedure."""
    estimand: str
    """What the masses are."""
    extra: tuple[dict[str, Any], ...] = ()
    """More entries for each agent of the pool."""


def pool_of(field: Field) -> NDArray[np.int64]:
    """int64[k], the agents that sat at a table with others."""
    return np.flatnonzero(field.played)


def mass_report(field: Field, found: MassReport) -> dict[str, Any]:
    """The report: masses, percentile intervals, and the share of resamples in which each agent is kept."""
    drawn = np.concatenate(found.drawn) if found.drawn else np.zeros((0, found.pool.size))
    method = f"{found.method}; intervals by block bootstrap; kept: per cent of {len(drawn):,} resamples that give it mass"
    rows = [
        agent_row(field, agent, None, None, None, method=method, note="played no match against anybody")
        for agent in range(field.agents)
    ]
    where = {int(agent): place for place, agent in enumerate(found.pool)}
    for agent, place in where.items():
        low, high, shares = None, None, {}
        if len(drawn):
            low, high = np.quantile(drawn[:, place], [found.alpha / 2, 1 - found.alpha / 2])
            shares = {"kept": float((drawn[:, place] >= found.support).mean())}
        more = found.extra[place] if found.extra else {}
        rows[agent] = agent_row(
            field,
            agent,
            float(found.mass[place]),
            low,
            high,
            method=method,
            note=_why(found, field),
            shares=shares,
            **more,
        )
    return report(
        field,
        found.rating,
        rows,
        quantity="mass",
        unit="share",
        method=method,
        estimand=found.estimand,
        notes=_notes(field, found),
        resamples=len(drawn),
        payoff=found.scores.payoff()[np.ix_(found.pool, found.pool)].tolist(),
        payoff_agents=found.pool.tolist(),
    )


def _why(found: MassReport, field: Field) -> str:
    if found.pool.size == 1:
        return "the only agent: there is nobody to be compared with"
    if field.blocks < 2:
        return "one block: no interval, since the spread between blocks is unknown"
    return ""


def _notes(field: Field, found: MassReport) -> tuple[str, ...]:
    notes = few_blocks(field.blocks) if found.pool.size > 1 and field.blocks > 1 else ()
    meetings = found.scores.meetings()[np.ix_(found.pool, found.pool)]
    unmet = int((meetings == 0).sum() - found.pool.size) // 2
    if unmet:
        notes += (f"{unmet} pairs never met: their payoff counts as even",)
    payoff = found.scores.payoff()[np.ix_(found.pool, found.pool)]
    even = int((payoff == 0).sum() - found.pool.size) // 2 - unmet
    if even > 0:
        notes += (f"{even} pairs are exactly even, as identical agents are: they share what they keep",)
    return notes
