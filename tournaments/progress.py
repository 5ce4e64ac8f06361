"""How a tournament goes: what is shown while it runs, at a price that does not grow with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from arena.contest import Pick, Results, Round, Stop
from arena.game import Direction, Metric
from arena.spelling import spell
from tournaments.deciding import Decider
from tournaments.ratings.live import LiveTicker
from tournaments.statistics import block_means
from tournaments.tally import win_metric

__all__ = ["Live", "LiveStanding", "Meter", "Progress", "Show"]

_SHOW_S: Final = 1.0
"""How often progress is shown."""

_Z = 1.96
"""Wide enough for a glance; the ranking has Student's t."""


@dataclass(frozen=True)
class LiveStanding:
    """An agent's line while the tournament runs, over every block so far in any order."""

    agent: int
    """The agent of the plan."""
    name: str
    """Its spelling."""
    rank: int
    """By the score, from 1."""
    score: float
    """The mean of the metric that ranks."""
    half_width: float | None
    """Half the width of its 95 % interval; None with fewer than two blocks."""
    wins: float | None
    """The share of matches won; None where the game does not say who won."""
    blocks: int
    """Blocks it played."""
    skill: float | None = None
    """A provisional online rating, in points of openskill; None where there is none."""


@dataclass(frozen=True)
class Progress:
    """How far a round is."""

    round: int
    """The round's number."""
    title: str
    """What it is."""
    blocks: int
    """Blocks stored, those of earlier runs included."""
    planned: int | None
    """Blocks in all; None where time ends it."""
    resumed: int
    """Blocks that earlier runs had stored."""
    matches: int
    """Matches of this run."""
    rate: float
    """Blocks a second in this run."""
    seconds: float
    """Seconds of this run, over all its rounds."""
    left: float | None
    """Seconds that this round is likely to take still; None where nobody knows."""
    faults: int
    """Failures of agents."""
    void: int
    """Blocks that were void and played again."""
    standings: tuple[LiveStanding, ...]
    """The participants, the best first."""
    done: bool
    """Whether the round is over."""
    pairs: int = 0
    """Pairs of agents that are to be decided; 0 where the round waits for no answers."""
    open: tuple[tuple[str, str], ...] = ()
    """Those that are neither decided nor equivalent yet, by spelling."""


Show = Callable[[Progress], None]
"""Whoever shows progress."""


class Live:
    """Running sums over the blocks of a round.

    Args:
        picks: game and agents of the plan.
        stage: the round.
        metric: the metric that ranks.
        ticker: online ratings, fed with the same blocks; None where there are none.
    """

    def __init__(
        self, picks: Pick, stage: Round, metric: Metric, *, ticker: LiveTicker | None = None
    ) -> None:
        self._ticker = ticker
        self._names = [spell(picks.agents[agent]) for agent in stage.agents]
        self._agents = stage.agents
        self._ranked = frozenset(stage.agents if stage.ranked is None else stage.ranked)
        self._metric = metric
        self._wins = win_metric(stage.game.spec)
        self._columns = np.full(max(stage.agents) + 1, -1, dtype=np.int64)
        self._columns[list(stage.agents)] = np.arange(len(stage.agents))
        # Rows: blocks, sum and sum of squares of block means, sum of win shares.
        self._sums = np.zeros((4, len(stage.agents)))
        self.blocks = 0
        """Blocks so far."""
        self.faults = 0
        """Failures so far."""
        self.void = 0
        """Void blocks so far."""

    def add(self, results: Results) -> None:
        """Count a run of blocks."""
        blocks, agents = len(results), len(self._agents)
        self.blocks += blocks
        self.faults += len(results.faults)
        self.void += 0 if results.attempts is None else int(results.attempts.sum())
        seated = self._columns[results.seatings]
        rows = np.repeat(np.arange(blocks), seated[0].size)

        def means(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
            values = results.metrics[name].ravel()
            return block_means(values, seated.ravel(), rows, agent_count=agents, block_count=blocks)

        table = means(self._metric.name)
        there = ~np.isnan(table)
        filled = np.where(there, table, 0.0)
        won = filled if self._wins is None else np.nan_to_num(means(self._wins.name))
        for place, part in enumerate((there, filled, filled * filled, won)):
            self._sums[place] += part.sum(axis=0)
        if self._ticker is not None:
            self._ticker.add(results)

    def standings(self) -> tuple[LiveStanding, ...]:
        """Everybody who is ranked and has played, the best first."""
        sign = -1.0 if self._metric.direction is Direction.HIGHER else 1.0
        played = [
            column
            for column, agent in enumerate(self._agents)
            if self._sums[0, column] and agent in self._ranked
        ]
        mean = {column: float(self._sums[1, column] / self._sums[0, column]) for column in played}
        order = sorted(played, key=lambda column: (sign * mean[column], column))
        skills = {} if self._ticker is None else self._ticker.skills()
        return tuple(self._line(column, rank, mean[column], skills) for rank, column in enumerate(order, 1))

    def named(self, pairs: Iterable[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
        """Pairs of agents of the plan, by spelling."""
        name = dict(zip(self._agents, self._names, strict=True))
        return tuple((name[first], name[second]) for first, second in pairs)

    def _line(self, column: int, rank: int, mean: float, skills: Mapping[int, float]) -> LiveStanding:
        blocks, _, squares, won = (float(value) for value in self._sums[:, column])
        half = None
        if blocks > 1:
            variance = max(0.0, squares - blocks * mean * mean) / (blocks - 1)
            half = _Z * math.sqrt(variance / blocks)
        wins = None if self._wins is None else won / blocks
        agent = self._agents[column]
        return LiveStanding(
            agent, self._names[column], rank, mean, half, wins, int(blocks), skills.get(agent)
        )


class Meter:
    """Shows the progress of a round, about once a second.

    Args:
        stage: the round.
        live: its running sums, with the blocks of earlier runs.
        limits: of this round: blocks in all, and seconds left.
        began: when the run began, by `perf_counter`.
        show: who shows it; None shows nothing.
        watch: who looks for answers; None where the round waits for none.
    """

    def __init__(
        self,
        stage: Round,
        live: Live,
        limits: Stop,
        began: float,
        show: Show | None,
        *,
        watch: Decider | None = None,
    ) -> None:
        self._stage = stage
        self._watch = watch
        self._live = live
        self._limits = limits
        self._began = began
        self._show = show
        self._resumed = live.blocks
        self._entered = self._shown = perf_counter()
        self._matches = 0

    def glance(self, matches: int = 0, *, done: bool = False) -> None:
        """Count matches that were played, and show progress when it is time to, or when the round is done."""
        self._matches += matches
        now = perf_counter()
        if self._show is not None and (done or now - self._shown >= _SHOW_S):
            self._shown = now
            self._show(self._progress(now, done))

    def _progress(self, now: float, done: bool) -> Progress:
        live, spent = self._live, now - self._entered
        rate = (live.blocks - self._resumed) / spent if spent > 0 else 0.0
        return Progress(
            round=self._stage.number,
            title=self._stage.title,
            blocks=live.blocks,
            planned=self._limits.blocks,
            resumed=self._resumed,
            matches=self._matches,
            rate=rate,
            seconds=now - self._began,
            left=0.0 if done else self._left(rate, spent),
            faults=live.faults,
            void=live.void,
            standings=live.standings(),
            done=done,
            pairs=0 if self._watch is None else self._watch.pairs,
            open=() if self._watch is None else live.named(self._watch.open_pairs()),
        )

    def _left(self, rate: float, spent: float) -> float | None:
        if self._watch is not None:
            return None
        limits, left = self._limits, []
        if limits.seconds is not None:
            left.append(max(0.0, limits.seconds - spent))
        if limits.blocks is not None and rate > 0:
            left.append(max(0, limits.blocks - self._live.blocks) / rate)
        return min(left, default=None)
