"""What a round's blocks tell beside the ranking: block means, who played them, and what should never be there.

It is gathered while the ranking reads the blocks, in one pass. Memory holds a few numbers a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Results
from arena.game import Direction, Game, GameSpec, Utility
from tournaments.histogram import Histogram

__all__ = ["BROKEN", "Breach", "Evidence", "Observer"]

_ROUNDING: Final = 1e-9
"""Relative size of what the sum of a table's scores may leave of zero."""

BROKEN: Final = ("undefined", "outside", "sum", "places")
"""What may be wrong with a match: a score or metric without a value, a score outside the game's range, scores that do
not add up as the game declares, places that are no ranking."""


@dataclass
class Breach:
    """Matches that break one rule."""

    matches: int = 0
    """How many."""
    first: tuple[int, int] | None = None
    """Block and seating of the first; None where there is none."""


@dataclass
class Evidence:
    """The blocks of one round. B blocks, K agents of the plan, n seats."""

    agents: int
    """K."""
    seats: int
    """n."""
    blocks: int = 0
    """B."""
    matches: int = 0
    """Matches in them."""
    seated: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """int64[K, n], matches of each agent on each seat."""
    faulted: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """int64[K], blocks in which the agent failed."""
    faults: int = 0
    """Failures in all."""
    breaches: dict[str, Breach] = field(default_factory=dict)
    """What is wrong, by `BROKEN`."""
    histograms: dict[str, tuple[Histogram, ...]] = field(default_factory=dict)
    """Each metric that describes: a histogram of match values for each agent of the plan."""
    workers: list[str] = field(default_factory=list)
    """Who played, in the order in which they appear."""
    lineups: list[tuple[int, ...]] = field(default_factory=list)
    """Every lineup that met, its agents ascending."""
    parts: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    """Tables by name, in runs of blocks; `table` puts them together."""

    def table(self, name: str) -> NDArray[Any]:
        """A table with a row a block.

        Args:
            name: ``"means"``, float64[B, K], block means of the metric that ranks, NaN where an agent is absent;
                ``"seats"``, float64[B, n], the same by seat; ``"worker"`` and ``"lineup"``, int64[B], indices into
                `workers` and `lineups`.
        """
        found = self.parts.get(name)
        if found:
            return np.concatenate(found)
        width = {"means": self.agents, "seats": self.seats}.get(name)
        return np.zeros((0, width)) if width is not None else np.zeros(0, dtype=np.int64)


class Observer:
    """Watches blocks go by on their way to the ranking."""

    def __init__(self, agents: int, game: Game[Any, Any, Any], metric: str) -> None:
        """Watch for `agents` agents of a plan of `game`, whose metric called `metric` ranks."""
        self._agents = agents
        self._game = game
        self._metric = metric
        self._rounds: dict[int, Evidence] = {}
        self._lineups: dict[int, dict[bytes, int]] = {}

    def watch(self, results: Iterable[Results]) -> Iterator[Results]:
        """The same blocks, each looked at before it is handed on."""
        for part in results:
            self._look(part)
            yield part

    def evidence(self, number: int) -> Evidence:
        """What the round `number` told; that of no blocks where none was seen."""
        return self._rounds.get(number) or self._empty(self._game.spec)

    def _empty(self, spec: GameSpec) -> Evidence:
        described = [metric.name for metric in spec.metrics if metric.direction is Direction.NEITHER]
        return Evidence(
            self._agents,
            spec.players,
            seated=np.zeros((self._agents, spec.players), dtype=np.int64),
            faulted=np.zeros(self._agents, dtype=np.int64),
            breaches={name: Breach() for name in BROKEN},
            histograms={name: tuple(Histogram() for _ in range(self._agents)) for name in described},
        )

    def _look(self, part: Results) -> None:
        spec = self._game.with_players(part.seatings.shape[2]).spec
        seen = self._rounds.setdefault(part.round, self._empty(spec))
        seen.blocks += len(part)
        seen.matches += int(part.steps.size)
        self._count(seen, part)
        self._tables(seen, part)
        _breaches(seen, part, spec)
        for name, histograms in seen.histograms.items():
            values, seated = part.metrics[name].ravel(), part.seatings.ravel()
            for agent in np.unique(seated):
                histograms[agent].add(values[seated == agent])

    def _count(self, seen: Evidence, part: Results) -> None:
        seats = np.broadcast_to(np.arange(seen.seats), part.seatings.shape)
        cells = part.seatings.astype(np.int64) * seen.seats + seats
        seen.seated += np.bincount(cells.ravel(), minlength=seen.seated.size).reshape(seen.seated.shape)
        seen.faults += len(part.faults)
        for _, agent in {(fault.block, fault.agent) for fault in part.faults}:
            seen.faulted[agent] += 1

    def _tables(self, seen: Evidence, part: Results) -> None:
        rows = np.repeat(np.arange(len(part)), part.seatings[0].size)
        cells, values = rows * seen.agents + part.seatings.ravel(), part.metrics[self._metric]
        size = len(part) * seen.agents
        total = np.bincount(cells, weights=values.ravel(), minlength=size)
        count = np.bincount(cells, minlength=size)
        means = np.full(size, np.nan)
        np.divide(total, count, out=means, where=count > 0)
        if part.worker not in seen.workers:
            seen.workers.append(part.worker)
        new = {
            "means": means.reshape(len(part), seen.agents),
            "seats": values.mean(axis=1),
            "worker": np.full(len(part), seen.workers.index(part.worker)),
            "lineup": self._lineup(seen, part),
        }
        for name, table in new.items():
            seen.parts.setdefault(name, []).append(table)

    def _lineup(self, seen: Evidence, part: Results) -> NDArray[np.int64]:
        """int64[b], the number of each block's lineup."""
        known = self._lineups.setdefault(part.round, {})
        # A game for one player has every agent on a seating of its own: all of them are the lineup.
        sorted_rows = np.sort(part.seatings.reshape(len(part), -1), axis=1)
        rows, inverse = np.unique(sorted_rows, axis=0, return_inverse=True)
        numbers = np.zeros(len(rows), dtype=np.int64)
        for place, row in enumerate(rows):
            key = row.tobytes()
            if key not in known:
                known[key] = len(seen.lineups)
                seen.lineups.append(tuple(sorted(set(row.tolist()))))
            numbers[place] = known[key]
        found: NDArray[np.int64] = numbers[inverse.ravel()]
        return found


def _breaches(seen: Evidence, part: Results, spec: GameSpec) -> None:
    """Count the matches that break a rule; where an agent failed, the penalty changes sums, so those are let off."""
    regular = np.ones(part.steps.shape, dtype=np.bool_)
    for fault in part.faults:
        regular[fault.block - part.start, fault.seating] = False
    scores = part.scores
    undefined = np.isnan(scores).any(axis=2)
    for metric in spec.metrics:
        if not metric.sparse:
            undefined |= np.isnan(part.metrics[metric.name]).any(axis=2)
    low, high = spec.returns
    slack = _ROUNDING * np.maximum(1.0, np.abs(scores).max(axis=2))
    outside = (scores.min(axis=2) < low - slack) | (scores.max(axis=2) > high + slack)
    wrong = np.zeros_like(regular)
    if spec.utility is Utility.ZERO_SUM:
        wrong = np.abs(scores.sum(axis=2)) > slack * spec.players
    elif spec.utility is Utility.IDENTICAL:
        wrong = np.ptp(scores, axis=2) > slack
    unplaced = np.zeros_like(regular)
    for metric in spec.metrics:
        if metric.unit == "place":
            unplaced |= ~_are_places(part.metrics[metric.name])
    broken = (undefined, outside, wrong & regular, unplaced & regular)
    for name, matches in zip(BROKEN, broken, strict=True):
        _note(seen.breaches[name], matches, part.start)


def _note(breach: Breach, matches: NDArray[np.bool_], start: int) -> None:
    count = int(matches.sum())
    if count and breach.first is None:
        block, seating = (int(found[0]) for found in np.nonzero(matches))
        breach.first = (start + block, seating)
    breach.matches += count


def _are_places(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """bool[B, S], whether the places of a table are a ranking in which equals share the best place, or the mean."""
    ahead = (values[..., np.newaxis, :] < values[..., np.newaxis]).sum(axis=-1)
    level = (values[..., np.newaxis, :] == values[..., np.newaxis]).sum(axis=-1)
    best = np.abs(values - (ahead + 1)) <= _ROUNDING
    mean = np.abs(values - (ahead + (level + 1) / 2)) <= _ROUNDING
    found: NDArray[np.bool_] = best.all(axis=2) | mean.all(axis=2)
    return found
