"""Rankings of large fields: running sums of each agent, and places from simultaneous intervals of single agents.

Two thousand agents are two million pairs, whose paired tests take minutes. Here every agent has a t interval of his own
mean at level 1 - alpha/K, so that all K hold at once whatever depends on what (Bonferroni). Whoever's interval lies wholly
above another's is shown to be better, and the ranks that this leaves open are joint confidence intervals of the ranks
(Klein, Wright & Wieczorek, Journal of the Royal Statistical Society C 69, 2020, section 2). Where all agents play the same
deals the paired tests are sharper; in a large field hardly two agents ever meet, and these are. Sums are kept, so a block
more costs no more than itself.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Plan, Results, Round
from arena.errors import BadInput, StoreConflict
from arena.facts import agent_spec, spelling
from arena.game import Direction
from arena.spelling import spell
from tournaments.estimand import estimand
from tournaments.plan import ranking_metric
from tournaments.rank import check_void
from tournaments.ranking import AgentRow, FaultCount, Legacy, PairRow, RoundRanking
from tournaments.statistics import Estimate
from tournaments.tally import win_metric

__all__ = ["METHOD", "LargeField"]

METHOD: Final = "simultaneous t intervals of single agents"
"""How pairs are compared."""
_ALPHA: Final = 0.05
_ROUNDING: Final = 1e-12


@dataclass
class _Moments:
    """Count, mean and sum of squares about it, of the block means of each of m agents."""

    count: NDArray[np.float64]
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]

    @classmethod
    def none(cls, agents: int) -> _Moments:
        return cls(*np.zeros((3, agents)))

    def add(self, values: NDArray[np.float64], agents: NDArray[np.int64]) -> None:
        """Add block means, NaN where one is void: float64[c] of the agents int64[c].

        Two sets are joined as Chan, Golub & LeVeque (The American Statistician 37, 1983) do.
        """
        kept = ~np.isnan(values)
        values, agents = values[kept], agents[kept]
        size = self.mean.size
        new = np.bincount(agents, minlength=size).astype(np.float64)
        total = np.bincount(agents, weights=values, minlength=size)
        mean = np.divide(total, new, out=np.zeros(size), where=new > 0)
        squares = np.bincount(agents, weights=(values - mean[agents]) ** 2, minlength=size)
        both = self.count + new
        gap = mean - self.mean
        share = np.divide(new, both, out=np.zeros(size), where=both > 0)
        self.squares += squares + gap * gap * self.count * share
        self.mean += gap * share
        self.count = both

    def errors(self) -> NDArray[np.float64]:
        """float64[m], standard errors of the means; infinite where the blocks tell of no spread."""
        degrees = np.maximum(self.count - 1, 1)
        spread = np.sqrt(self.squares / degrees)
        known = (self.count > 1) & (spread > _ROUNDING * np.maximum(1.0, np.abs(self.mean)))
        return np.where(known, spread / np.sqrt(np.maximum(self.count, 1)), np.inf)

    def half(self, alpha: float) -> NDArray[np.float64]:
        """float64[m], half the widths of the t intervals at level 1 - `alpha`; infinite where there are none."""
        from scipy import special

        quantile = -special.stdtrit(np.maximum(self.count - 1, 1), alpha / 2)
        return np.asarray(quantile * self.errors(), dtype=np.float64)


class LargeField:
    """The running sums of a round of many agents.

    Args:
        plan: the tournament.
        picks: its game and agents.
        stage: the round.
    """

    def __init__(self, plan: Plan, picks: Pick, stage: Round) -> None:
        self._plan, self._picks, self._stage = plan, picks, stage
        self._metric = ranking_metric(plan, stage.game)
        self._wins = win_metric(stage.game.spec)
        agents = stage.agents if stage.ranked is None else stage.ranked
        self._agents = agents
        self._columns = np.full(max(stage.agents) + 1, -1, dtype=np.int64)
        self._columns[list(agents)] = np.arange(len(agents))
        self._scores, self._won = _Moments.none(len(agents)), _Moments.none(len(agents))
        # Rows: matches, decisions, microseconds.
        self._sums = np.zeros((3, len(agents)))
        self._faults: Counter[tuple[int, str]] = Counter()
        self._messages: dict[tuple[int, str], str] = {}
        self.blocks = 0
        """Blocks counted, from block 0 on."""
        self._matches = self._void = 0

    def add(self, results: Results) -> None:
        """Count the next blocks.

        Raises:
            BadInput: if they are not the next ones.
            StoreConflict: if somebody sat elsewhere than the schedule says.
        """
        if results.start != self.blocks:
            raise BadInput(f"expected blocks from {self.blocks} on, got them from {results.start} on")
        stage, count = self._stage, len(results)
        if not np.array_equal(results.seatings, stage.seatings(results.start, count)):
            raise StoreConflict(
                f"round {stage.number}: the blocks from {results.start} on are seated otherwise than the schedule says"
            )
        seated = self._columns[results.seatings]
        rows = np.repeat(np.arange(count), seated[0].size)
        kept = seated.ravel() >= 0
        seats, size = seated.ravel()[kept], len(self._agents)
        cells, places = np.unique(rows[kept] * size + seats, return_inverse=True)
        met = np.bincount(places)

        def means(name: str) -> NDArray[np.float64]:
            totals = np.bincount(places, weights=results.metrics[name].ravel()[kept])
            return np.asarray(totals / met, dtype=np.float64)

        self._scores.add(means(self._metric.name), cells % size)
        if self._wins is not None:
            self._won.add(means(self._wins.name), cells % size)
        for row, what in enumerate((np.ones(seated.shape), results.decisions, results.micros)):
            weights = np.asarray(what, dtype=np.float64).ravel()[kept]
            self._sums[row] += np.bincount(seats, weights=weights, minlength=size)
        for fault in results.faults:
            self._faults[fault.agent, fault.kind] += 1
            self._messages.setdefault((fault.agent, fault.kind), fault.message)
        self.blocks += count
        self._matches += int(results.steps.size)
        self._void += 0 if results.attempts is None else int(results.attempts.sum())

    def ranking(self) -> RoundRanking:
        """The ranking of the blocks so far; of the pairs, those of neighbours in it.

        Raises:
            BadPlan: if more than 1 % of the blocks were void.
        """
        stage, metric = self._stage, self._metric
        check_void(stage.title, self._void, self.blocks)
        rows, pairs = self._rows()
        return RoundRanking(
            number=stage.number,
            title=stage.title,
            game=spell(stage.game),
            metric=metric.name,
            unit=metric.unit,
            higher_is_better=metric.direction is Direction.HIGHER,
            estimand=estimand(self._plan, stage, metric),
            participants=self._agents,
            blocks=self.blocks,
            matches=self._matches,
            cycle=stage.cycle,
            notes=self._notes(),
            agents=rows,
            pairs=pairs,
            undecided=(),
            seats=(),
            faults=tuple(
                FaultCount(*kind, self._faults[kind], self._messages[kind]) for kind in sorted(self._faults)
            ),
            void=self._void,
            legacy=Legacy(True, (), ()),
            correction="Bonferroni",
        )

    def _notes(self) -> tuple[str, ...]:
        agents = len(self._agents)
        found = [
            *self._stage.notes,
            (
                f"{agents:,} agents are {math.comb(agents, 2):,} pairs: instead of paired tests, every agent has an interval "
                "that holds for all of them at once (Bonferroni), and ranks and tiers say what these intervals decide; pairs "
                "are those of neighbours in the ranking, and there are no letters"
            ),
        ]
        if self.blocks % self._stage.cycle:
            found.append(
                f"{self.blocks:,} blocks are not whole cycles of {self._stage.cycle:,}: lineups and seating orders have come "
                "nearly, not exactly, equally often"
            )
        if self._faults:
            found.append(f"{self._faults.total():,} faults of agents")
        return tuple(found)

    def _rows(self) -> tuple[tuple[AgentRow, ...], tuple[PairRow, ...]]:
        """Every agent, the best first, and every pair of neighbours."""
        sign = 1.0 if self._metric.direction is Direction.HIGHER else -1.0
        played = self._scores.count > 0
        mean, reach = sign * self._scores.mean, self._scores.half(_ALPHA / len(self._agents))
        low, high = mean - reach, mean + reach  # infinite without two blocks that differ
        value = np.where(played, mean, -np.inf)
        order = np.lexsort((np.arange(value.size), -value))
        step = _ROUNDING * float(np.abs(value[played]).max(initial=0.0))
        rank = 1 + value.size - np.searchsorted(np.sort(value), value + step, side="right")
        # Whoever's lower end is above my upper one is shown to be better.
        best = 1 + value.size - np.searchsorted(np.sort(low), high, side="right")
        worst = value.size - np.searchsorted(np.sort(high), low, side="left")
        tiers = _tiers(order, low, high)
        scores = self._estimates(self._scores)
        wins = self._estimates(self._won, bounds=(0.0, 1.0)) if self._wins is not None else None
        failures = Counter[int]()
        for (agent, _), count in self._faults.items():
            failures[agent] += count
        rows = []
        for column in order.tolist():
            agent = self._agents[column]
            made = self._picks.agents[agent]
            matches, decisions, micros = self._sums[:, column].tolist()
            rows.append(
                AgentRow(
                    agent,
                    spelling(made),
                    agent_spec(made).family.value,
                    int(rank[column]),
                    int(best[column]),
                    int(worst[column]),
                    tiers[column],
                    "",
                    scores[column],
                    None if wins is None else wins[column],
                    {self._metric.name: scores[column]},
                    int(matches),
                    int(decisions),
                    failures[agent],
                    micros / decisions / 1000 if decisions else None,
                )
            )
        ends = (sign * value, sign * (low if sign > 0 else high), sign * (high if sign > 0 else low))
        return tuple(rows), self._pairs(order.tolist(), ends, low > -np.inf)

    def _pairs(
        self,
        order: list[int],
        ends: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
        known: NDArray[np.bool_],
    ) -> tuple[PairRow, ...]:
        """Neighbours in the ranking, compared by the intervals that hold at once."""
        value, low, high = ends
        nothing = Estimate(None, None, None, None, None, 0, METHOD, "no effect size in a large field")
        rows = []
        for first, second in itertools.pairwise(order):
            blocks = int(min(self._scores.count[first], self._scores.count[second]))
            gap = float(value[first] - value[second]) if blocks else None
            sure = bool(known[first] and known[second])
            least = float(low[first] - high[second]) if sure else None
            most = float(high[first] - low[second]) if sure else None
            shown = least is not None and most is not None and (least > 0 or most < 0)
            difference = Estimate(gap, least, most, None, None, blocks, METHOD)
            rows.append(
                PairRow(
                    self._agents[first],
                    self._agents[second],
                    difference,
                    # Of a test by intervals no more is known than on which side of the level p lies.
                    _ALPHA if shown else 1.0,
                    _ALPHA if shown else 1.0,
                    METHOD,
                    self._agents[first] if shown else None,
                    False,
                    None,
                    nothing,
                    None,
                    None,
                    None,
                    None,
                )
            )
        return tuple(rows)

    def _estimates(
        self, moments: _Moments, bounds: tuple[float, float] = (-math.inf, math.inf)
    ) -> Sequence[Estimate]:
        """Each mean with its own 95 % t interval, held within `bounds`."""
        half, se = moments.half(_ALPHA).tolist(), moments.errors().tolist()
        least, most = bounds
        found = []
        for mean, width, error, blocks in zip(
            moments.mean.tolist(), half, se, moments.count.astype(np.int64).tolist(), strict=True
        ):
            if not blocks:
                found.append(Estimate(None, None, None, None, None, 0, "block mean, t interval", "no block"))
            elif math.isinf(width):
                note = "no interval, since the blocks show no spread"
                found.append(Estimate(mean, None, None, None, None, blocks, "block mean, t interval", note))
            else:
                low, high = max(least, mean - width), min(most, mean + width)
                found.append(
                    Estimate(mean, low, high, error, float(blocks - 1), blocks, "block mean, t interval")
                )
        return found


def _tiers(order: NDArray[np.intp], low: NDArray[np.float64], high: NDArray[np.float64]) -> dict[int, int]:
    """Tier of each agent: down the scores, whoever is shown worse than the tier's leader opens the next."""
    tiers: dict[int, int] = {}
    tier, floor = 0, math.inf
    for agent, start, end in zip(order.tolist(), low[order].tolist(), high[order].tolist(), strict=True):
        if not tiers or end < floor:
            tier, floor = tier + 1, start
        tiers[agent] = tier
    return tiers
