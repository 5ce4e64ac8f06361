"""The ticker beside a running tournament: fed from whole chunks, and never more than its share of the time."""

from __future__ import annotations

from importlib.util import find_spec
from time import perf_counter
from typing import Final

import numpy as np

from arena.contest import Results
from arena.game import Direction, Metric
from tournaments.ratings.ticker import Ticker

__all__ = ["SHARE", "LiveTicker", "live_ticker"]

SHARE: Final = 0.008
"""The share of a run's time that the ticker takes at most."""
_LOADING_S: Final = 0.02
"""Seconds that loading openskill takes; it waits until that much is its share."""
_GUESS_S: Final = 2e-4
"""Seconds a match takes at most, before any was measured."""


def live_ticker(agents: int, metric: Metric) -> LiveTicker | None:
    """A ticker for a tournament of so many agents; None for two, or where openskill is not installed.

    Args:
        agents: K, the agents of the plan.
        metric: the metric that ranks.
    """
    return LiveTicker(agents, metric) if agents > 2 and find_spec("openskill") is not None else None


class LiveTicker:
    """Online ratings of a running tournament.

    A chunk of compiled blocks is played faster than its matches can be rated, so of each chunk as many blocks are taken,
    evenly spaced, as the ticker's share of the time allows, and of a block one match: matches of one deal say much the same,
    and the seating changes from block to block.

    Args:
        agents: K, the agents of the plan.
        metric: the metric that ranks.
    """

    def __init__(self, agents: int, metric: Metric) -> None:
        self._agents = agents
        self._metric = metric.name
        self._sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
        self._ticker: Ticker | None = None
        self._began = perf_counter()
        self._loading = 0.0
        self._feeding = 0.0
        self._fed = 0

    @property
    def fed(self) -> int:
        """Matches taken so far."""
        return self._fed

    def add(self, results: Results) -> None:
        """Take what there is time for from a run of blocks."""
        entered = perf_counter()
        left = SHARE * (entered - self._began) - self._loading - self._feeding
        if self._ticker is None:
            if left >= _LOADING_S:
                self._ticker = Ticker(self._agents)
                self._loading = perf_counter() - entered
            return
        cost = self._feeding / self._fed if self._fed else _GUESS_S
        if left >= cost:
            self._feed(self._ticker, results, int(left / cost))
            self._feeding += perf_counter() - entered

    def skills(self) -> dict[int, float]:
        """The mean of the belief about the skill of each agent of the plan that was seen, in points of openskill."""
        if self._ticker is None:
            return {}
        return {row.agent: row.mu for row in self._ticker.rows() if row.matches}

    def _feed(self, ticker: Ticker, results: Results, most: int) -> None:
        blocks, seatings = results.seatings.shape[:2]
        chosen = np.unique(np.linspace(0, blocks - 1, min(most, blocks)).round().astype(np.int64))
        seating = (self._fed + np.arange(len(chosen))) % seatings
        agents = results.seatings[chosen, seating]
        scores = self._sign * results.metrics[self._metric][chosen, seating]
        told = ~np.isnan(scores).any(axis=1)
        for seats, values in zip(agents[told].tolist(), scores[told].tolist(), strict=True):
            ticker.feed(seats, values)
        self._fed += len(chosen)
