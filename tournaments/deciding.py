"""The stop that waits for answers: a round ends when every pair of agents is decided or equivalent.

A `Decider` looks at the blocks in the order of their numbers, after whole cycles, so that where it stops is a function of the
blocks alone: not of workers, chunks or interruptions. It asks two questions about every pair at every look. *Do they
differ?* A pair whose e-value against "no difference", adjusted for all pairs, reaches 1/alpha is decided. *Does it matter?*
A pair whose e-value against "they differ by epsilon or more", adjusted for all pairs, reaches 1/alpha is equivalent. The
chance that any pair is ever called different by mistake is alpha at most, and so is that of any being called equivalent.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Plan, Results, Round
from arena.game import Direction, Metric
from tournaments.plan import ranking_metric
from tournaments.statistics import Estimate, block_means
from tournaments.statistics.sequential import (
    AsymptoticRun,
    BettingRun,
    Run,
    always_valid_p,
    asymptotic_bounds,
    asymptotic_log_es,
    e_holm,
    e_value,
    equivalence_log_e,
)
from tournaments.tally import win_metric
from tournaments.verdicts import Look, PairVerdict, Sequential, Verdict, fixed_design, share_of_round

__all__ = ["WITHIN_SHARE", "WITHIN_SPREAD", "Decider", "Look", "decider", "ledger", "look_after", "look_step"]

WITHIN_SHARE: Final = 0.02
"""Epsilon of shares won, where nobody says otherwise: two points in a hundred."""
WITHIN_SPREAD: Final = 0.05
"""Epsilon of other metrics, in standard deviations of the score of a single match: about what two points are of the wins at a
table of two to five, whose standard deviation is 0.5 to 0.4; a quarter of what Cohen called a small effect."""
_ALPHA: Final = 0.05
_LONGEST: Final = 1000
"""Blocks of a cycle beyond which it is looked at in parts."""
_FINE: Final = 7
"""Up to 2^7 steps every one is looked at; then every second, from 2^8 on every fourth ..."""
_SEARCHED: Final = 4096
"""Blocks in which pairs that meet are sought."""


def look_step(cycle: int) -> int:
    """Blocks from one look to the next: the cycle, or its largest divisor up to 1,000 where it is longer."""
    return max(step for step in range(1, min(cycle, _LONGEST) + 1) if cycle % step == 0)


def look_after(blocks: int, step: int) -> int:
    """The block of the first look after `blocks` blocks.

    Every multiple of `step` up to 128 of them, every second one up to 256, every fourth up to 512 and so on: a stop
    comes less than 2 % late, and a million steps are looked at 1,000 times.
    """
    following = blocks // step + 1
    every = 1 << max(0, following.bit_length() - _FINE)
    return -(-following // every) * every * step


class Decider:
    """Looks at the blocks of a round until every pair is decided or equivalent.

    Args:
        stage: the round.
        metric: the metric that ranks.
        epsilon: differences up to this size count as none, in the unit of the metric; chosen as `WITHIN_SHARE` and
            `WITHIN_SPREAD` say where None.
        keep: whether every look is kept for the ledger, with its intervals.
        note: whether the looks that count are noted for `take`.

    Raises:
        BadParameter: if `epsilon` is out of range.
    """

    def __init__(
        self,
        stage: Round,
        metric: Metric,
        epsilon: float | None = None,
        *,
        keep: bool = False,
        note: bool = False,
    ) -> None:
        self._stage = stage
        self._metric = metric
        self._step = look_step(stage.cycle)
        self._columns = np.full(max(stage.agents) + 1, -1, dtype=np.int64)
        self._columns[list(stage.agents)] = np.arange(len(stage.agents))
        self._pairs = _meeting(stage)
        wins = win_metric(stage.game.spec)
        shares = wins is not None and wins.name == metric.name
        self._epsilon = WITHIN_SHARE if epsilon is None and shares else epsilon
        self._frozen = shares
        nulls = (0.0, -(self._epsilon or 0.0), self._epsilon or 0.0)
        # Normal mixtures of all pairs are worked out at once; bets, which have more to keep, one by one.
        self._mixtures = [] if shares else [AsymptoticRun() for _ in self._pairs]
        self._runs: list[Run] = [BettingRun(nulls) for _ in self._pairs] if shares else [*self._mixtures]
        self._moments = np.zeros(3)
        self._waiting: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
        self._at = 0
        self._looks = 0
        self._seen = 0
        # Rows: against no difference, against epsilon or more, both adjusted; against no difference, of the pair alone.
        self._best = np.zeros((3, len(self._pairs)))
        self._since: list[list[int | None]] = [[None] * len(self._pairs) for _ in range(2)]
        self._better: list[int | None] = [None] * len(self._pairs)
        # What the interval of each pair was when its verdict fell: it holds later, too.
        self._bounds = [(-math.inf, math.inf)] * len(self._pairs)
        self._kept: list[Look] | None = [] if keep else None
        self._noted: list[Look] | None = [] if note else None
        self.stopped_at: int | None = None
        """The first block at which every pair was decided or equivalent; None while one is open."""

    def add(self, results: Results) -> None:
        """Count a run of blocks, in any order of runs; those beyond a missing one wait for it."""
        blocks, agents = len(results), len(self._stage.agents)
        seated = self._columns[results.seatings]
        values = np.ascontiguousarray(results.metrics[self._metric.name]).reshape(blocks, -1)
        rows = np.repeat(np.arange(blocks), seated[0].size)
        table = block_means(values.ravel(), seated.ravel(), rows, agent_count=agents, block_count=blocks)
        there = ~np.isnan(values)
        filled = np.where(there, values, 0.0)
        moments = np.stack([there.sum(axis=1), filled.sum(axis=1), (filled * filled).sum(axis=1)], axis=1)
        self._waiting[results.start] = (table, moments)
        while (ready := self._waiting.pop(self._at, None)) is not None:
            self._advance(*ready)

    def through(self, results: Iterable[Results]) -> Iterator[Results]:
        """Pass on runs of blocks, and count them."""
        for part in results:
            self.add(part)
            yield part

    def _advance(self, table: NDArray[np.float64], moments: NDArray[np.float64]) -> None:
        """Count blocks that follow those before, with a look wherever one is due."""
        start = 0
        while start < len(table):
            due = look_after(self._at, self._step)
            stop = min(len(table), start + due - self._at)
            for run, (first, second) in zip(self._runs, self._pairs, strict=True):
                run.add(table[start:stop, first] - table[start:stop, second])
            self._moments = np.add.accumulate(np.vstack([self._moments, moments[start:stop]]))[-1]
            self._at += stop - start
            start = stop
            if self._at == due:
                self._look()

    def _look(self) -> None:
        self._looks += 1
        self._seen = self._at
        if not self._frozen and self._at >= AsymptoticRun.burn_in:
            self._freeze()
        alone = e_value(self._logs(self._epsilon if self._frozen else None))
        adjusted = np.stack([e_holm(row) for row in alone])
        self._best = np.maximum(self._best, np.vstack([adjusted, alone[:1]]))
        was_open = set(self._open())
        fell = self._settle()
        if self._kept is not None:
            bounds = [_ends(run.estimate(_ALPHA)) for run in self._runs]
            self._kept += [self._line(place, adjusted, bounds) for place in range(len(self._pairs))]
        if self.stopped_at is None:
            ends = not self._open()
            if self._noted is not None:
                places = range(len(self._pairs)) if ends else sorted(was_open | fell.keys())
                bounds = self._sought(fell)
                self._noted += [self._line(place, adjusted, bounds) for place in places]
            self.stopped_at = self._at if ends else None

    def _logs(self, epsilon: float | None) -> NDArray[np.float64]:
        """float64[2, m]: logarithms of the e-values against no difference and against `epsilon` or more."""
        logs = np.full((2, len(self._pairs)), -np.inf)
        if self._mixtures:
            logs[0] = asymptotic_log_es(self._mixtures)
            if epsilon is not None:
                ends = [asymptotic_log_es(self._mixtures, mean) for mean in (-epsilon, epsilon)]
                within = np.abs([run.mean for run in self._mixtures]) <= epsilon
                logs[1] = np.where(within, np.minimum(*ends), -np.inf)
            return logs
        for place, run in enumerate(self._runs):
            logs[0, place] = run.log_e(0.0)
            if epsilon is not None:
                logs[1, place] = equivalence_log_e(run, epsilon)
        return logs

    def _settle(self) -> dict[int, Estimate]:
        """Note the verdicts that fall at this look; the places of their pairs, with what the interval then is."""
        fell: dict[int, Estimate] = {}
        for row, place in zip(*np.nonzero(self._best[:2] >= 1 / _ALPHA), strict=True):
            if self._since[row][place] is None:
                run = self._runs[place]
                self._since[row][place] = self._at
                found = fell[int(place)] = run.estimate(_ALPHA)
                self._bounds[place] = _common(self._bounds[place], found)
                if row == 0:
                    self._better[place] = self._winner(int(place), run.mean)
        return fell

    def _sought(self, fell: dict[int, Estimate]) -> list[tuple[float | None, float | None]]:
        """The interval of each pair as far as it costs next to nothing: bets seek theirs where a verdict falls only."""
        if self._mixtures:
            return asymptotic_bounds(self._mixtures, _ALPHA)
        return [_ends(fell[place]) if place in fell else (None, None) for place in range(len(self._pairs))]

    def _freeze(self) -> None:
        """Fix what the spread of single scores decides, once and for all."""
        self._frozen = True
        count, total, squares = self._moments.tolist()
        spread = math.sqrt(max(0.0, squares - total * total / count) / count) if count else 0.0
        if self._epsilon is None:
            # Where all score the same there is no spread to go by, and any number does.
            self._epsilon = WITHIN_SPREAD * (spread or 1.0)
        for run in self._mixtures:
            run.spread = spread

    def _winner(self, place: int, mean: float) -> int:
        first, second = self._pairs[place]
        higher = (mean > 0) == (self._metric.direction is Direction.HIGHER)
        return self._stage.agents[first if higher else second]

    def _verdict(self, place: int) -> Verdict:
        if self._since[0][place] is not None:
            return Verdict.DECIDED
        return Verdict.OPEN if self._since[1][place] is None else Verdict.EQUIVALENT

    def _agents(self, place: int) -> tuple[int, int]:
        first, second = self._pairs[place]
        return self._stage.agents[first], self._stage.agents[second]

    def _line(
        self,
        place: int,
        e_values: NDArray[np.float64],
        bounds: Sequence[tuple[float | None, float | None]],
    ) -> Look:
        run, (first, second), (low, high) = self._runs[place], self._agents(place), bounds[place]
        epsilon = self._epsilon if self._frozen else None
        e_difference, e_equivalent = e_values[:, place].tolist()
        return Look(
            *(self._metric.name, epsilon, self._at, first, second, run.blocks),
            *(e_difference, e_equivalent, run.mean, low, high, self._verdict(place)),
        )

    @property
    def pairs(self) -> int:
        """How many pairs meet."""
        return len(self._pairs)

    @property
    def looks(self) -> tuple[Look, ...]:
        """Every look so far at every pair, where they are kept."""
        return tuple(self._kept or ())

    def take(self) -> tuple[Look, ...]:
        """The looks that were noted since the last call: at each pair until its verdict falls, at all where the round ends.

        They have the intervals of scores; those of shares won, which take a search, where a verdict falls.
        """
        found = tuple(self._noted or ())
        if self._noted is not None:
            self._noted.clear()
        return found

    def _open(self) -> list[int]:
        """The places of the pairs that are neither decided nor equivalent."""
        return [place for place in range(len(self._pairs)) if self._verdict(place) is Verdict.OPEN]

    def open_pairs(self) -> tuple[tuple[int, int], ...]:
        """The pairs, as agents of the plan, that the last look left open."""
        return tuple(self._agents(place) for place in self._open())

    def finish(self) -> None:
        """Look at what came since the last look, for an answer about all that was counted; nothing is counted after it.

        Looks at other times than those that are due are allowed: an e-value holds at all of them at once.
        """
        if self._at and self._at != self._seen:
            self._look()

    def answer(self) -> Sequential:
        """What is known of every pair."""
        method = self._runs[0].estimate().method if self._runs else "no pair"
        pairs = tuple(self._answer(place) for place in range(len(self._pairs)))
        epsilon = self._epsilon
        unit, cycle = self._metric.unit, self._stage.cycle
        return Sequential(
            method, epsilon, unit, self._at, self._looks, self._step, cycle, self.stopped_at, pairs
        )

    def _answer(self, place: int) -> PairVerdict:
        run, verdict = self._runs[place], self._verdict(place)
        estimate = run.estimate(_ALPHA)
        if estimate.low is not None:
            low, high = _common(self._bounds[place], estimate)
            estimate = dataclasses.replace(estimate, low=low, high=high)
        need = fixed_design(verdict, estimate, run.sd, self._epsilon or 0.0, pairs=len(self._pairs))
        since = {Verdict.DECIDED: self._since[0], Verdict.EQUIVALENT: self._since[1]}.get(verdict)
        e_difference, e_equivalent, alone = self._best[:, place].tolist()
        return PairVerdict(
            *self._agents(place),
            verdict,
            None if since is None else since[place],
            self._better[place],
            e_difference,
            e_equivalent,
            estimate,
            float(always_valid_p(alone)),
            share_of_round(need, run.blocks, self._at),
        )


def decider(
    plan: Plan, stage: Round, metric: Metric, *, keep: bool = False, note: bool = False
) -> Decider | None:
    """Who looks at a round of `plan`; None where its stop waits for no answers.

    Args:
        plan: the tournament.
        stage: the round.
        metric: the metric that ranks; the plan's epsilon is in the unit of the plan's own.
        keep: as `Decider`.
        note: as `Decider`.
    """
    if plan.stop.until is None:
        return None
    return Decider(stage, metric, plan.stop.epsilon, keep=keep, note=note)


def ledger(plan: Plan, stage: Round, results: Iterable[Results]) -> tuple[Look, ...]:
    """Every look at a round, made again from its blocks: what was known of which pair after which block.

    Args:
        plan: the tournament; a plan whose stop waits for no answers has an empty ledger.
        stage: the round.
        results: its blocks, from block 0 on.

    Returns:
        A row for every pair that meets at every look, in their order.
    """
    watch = decider(plan, stage, ranking_metric(plan, stage.game), keep=True)
    if watch is None:
        return ()
    for part in results:
        watch.add(part)
    return watch.looks


def _ends(found: Estimate) -> tuple[float | None, float | None]:
    return found.low, found.high


def _common(bounds: tuple[float, float], estimate: Estimate) -> tuple[float, float]:
    """What two intervals of a confidence sequence have in common; the later one where that is nothing."""
    low, high = (
        -math.inf if estimate.low is None else estimate.low,
        math.inf if estimate.high is None else estimate.high,
    )
    found = max(low, bounds[0]), min(high, bounds[1])
    return found if found[0] <= found[1] else (low, high)


def _meeting(stage: Round) -> list[tuple[int, int]]:
    """The pairs of ranked agents who share a block, as columns of the round's agents."""
    seated = stage.seatings(0, min(stage.cycle, _SEARCHED)).reshape(min(stage.cycle, _SEARCHED), -1)
    there = np.zeros((len(seated), max(stage.agents) + 1), dtype=np.int64)
    there[np.arange(len(seated))[:, np.newaxis], seated] = 1
    together = there[:, list(stage.agents)].T @ there[:, list(stage.agents)]
    ranked = set(stage.agents if stage.ranked is None else stage.ranked)
    columns = [column for column, agent in enumerate(stage.agents) if agent in ranked]
    return [(one, two) for one in columns for two in columns if one < two and together[one, two]]
