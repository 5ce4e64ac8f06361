"""How means settled as blocks arrived: running means of the best agents, with their confidence sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.contest import Results
from tournaments.ranking import RoundRanking
from tournaments.reports.running import Running, running_mean
from tournaments.store import RoundRow, Store

__all__ = ["Convergence", "converge"]


@dataclass(frozen=True)
class Convergence:
    """The running means of a round."""

    shown: RoundRanking
    """The ranking of the round."""
    agents: tuple[int, ...]
    """The agents whose means are here, the best first."""
    running: tuple[Running, ...]
    """The running mean of each."""
    fingerprint: tuple[Any, ...]
    """What of the store it depends on."""


def converge(
    store: Store, rows: Sequence[RoundRow], shown: RoundRanking, agents: int, *, fingerprint: tuple[Any, ...]
) -> Convergence:
    """The running means of the best agents of a ranking.

    Args:
        store: the store.
        rows: the rounds that the ranking is of, in their order.
        shown: the ranking.
        agents: how many of the best.
        fingerprint: what of the store the answer depends on.
    """
    best = tuple(row.agent for row in shown.agents[:agents])
    parts = [np.zeros((0, len(best)))]
    for row in rows:
        end = row.stopped_at if row.stopped_at is not None else store.missing(row.id, None)[0].start
        parts += [_means(results, best, shown.metric) for results in store.chunks(row.id, end)]
    table = np.concatenate(parts)
    running = tuple(running_mean(table[:, column]) for column in range(len(best)))
    return Convergence(shown, best, running, fingerprint)


def _means(results: Results, agents: Sequence[int], metric: str) -> NDArray[np.float64]:
    """float64[B, m], block means of some agents; NaN where an agent is absent."""
    values = results.metrics[metric]
    found = np.full((len(results), len(agents)), np.nan)
    for column, agent in enumerate(agents):
        seated = results.seatings == agent
        count = seated.sum(axis=(1, 2))
        total = np.where(seated, values, 0.0).sum(axis=(1, 2))
        np.divide(total, count, out=found[:, column], where=count > 0)
    return found
