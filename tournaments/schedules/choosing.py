"""Which lineups tell most about what is undecided: a design of the next blocks under a model of their scores.

In a linear model, y = block + agent + noise, a block of m agents adds (I - 11'/m)/s2 to the information on the effects of
its agents, whoever they are. Wins are no such scores: that a strong agent beats a weak one was known before. There the
model is that of Luce (1959), in which p = exp(effect) / sum of exp(effect) is the chance of the first place, and a block adds
(diag(p) - pp')/s2: most where the chances are even. At tables of two that is p(1 - p), as for Bradley and Terry (1952).

A design is built up portion by portion, each going to the lineup that takes most variance from the contrasts in question:
c'C B (I + C B)^-1 C c, with C the covariance so far and B what the portion adds (Sherman, Morrison and Woodbury; V. V. Fedorov,
Theory of Optimal Experiments, 1972, sections 2.5 and 2.7, on designs for a sum of variances built sequentially).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Standing

__all__ = ["Knowledge", "played"]

_ALPHA: Final = 0.05
"""Chance of calling some two equals resolved; a rule of choice and no claim about agents."""
_PRIOR: Final = 1e-6
"""Information, in blocks, that agents have before the first: what makes every matrix invertible."""
_WIN_PRIOR: Final = 0.04
"""The same for strengths by wins: a standard deviation of 5 logits holds those who always or never won."""
_PORTIONS: Final = 60
"""Portions of a design."""
_DIGITS: Final = 9
"""Decimals of a probability or an effect, so that the last bits of linear algebra choose nothing."""
_EQUAL: Final = 1e-6
"""Lineups whose gains differ by less than this part of them share a portion, for the same reason."""
_LEAST: Final = 0.1
"""The part of an agent's spread that is at least taken for chance, and not for whom he met."""
_NEWTON: Final = 50
"""Steps of the fit of strengths at most."""


def played(seen: Sequence[Standing], lineups: NDArray[np.int16]) -> int:
    """How many blocks a round had, from the blocks of its standings; `lineups` is int16[L, m]."""
    return sum(place.blocks for place in seen) // len(lineups[0])


@dataclass(frozen=True, eq=False)
class _Model:
    """What is known of K agents, and what a block of each of L lineups would add."""

    effects: NDArray[np.float64]
    """float64[K]."""
    information: NDArray[np.float64]
    """float64[K, K], of all blocks so far over their variance."""
    adds: NDArray[np.float64]
    """float64[L, m, m], by one block over its variance."""
    variance: float
    """The variance of a block, by which covariances are to be multiplied."""


class Knowledge:
    """What the rounds so far say about K agents.

    Args:
        agents: K.
        lineups: int16[L, m], the lineups of which each block has one; nobody twice in one.
        alone: whether the agents of a lineup play each for himself, so that his score does not depend on theirs.
        wins: whether scores are shares of first places, which add up to 1 at a table.
    """

    def __init__(
        self, agents: int, lineups: NDArray[np.int16], *, alone: bool = False, wins: bool = False
    ) -> None:
        self._agents, self._lineups, self._alone = agents, lineups.astype(np.int64), alone
        self._wins = wins and not alone
        size = lineups.shape[1]
        self._centre = np.eye(size) - 1.0 / size
        self._counts: list[NDArray[np.float64]] = []
        self._design: list[NDArray[np.float64]] = []
        self._seen: list[tuple[int, Standing]] = []

    def enter(self, count: NDArray[np.int64], seen: Sequence[Standing]) -> None:
        """Count a round: how many blocks had each lineup, int64[L], and its standings."""
        size = self._lineups.shape[1]
        self._counts.append(count.astype(np.float64))
        met = self._added(np.ones((len(self._lineups), size, size)), self._counts[-1])
        blocks = np.diag(met)
        for place in seen:
            if place.blocks:
                row = np.eye(self._agents)[place.agent]
                if not self._alone:
                    # Where coins change hands, who sits with the weak scores the more.
                    row = row - met[place.agent] / size / max(blocks[place.agent], 1.0)
                self._design.append(row)
                self._seen.append((len(self._counts) - 1, place))

    def chances(self, floor: float) -> tuple[float, ...]:
        """The probability of each lineup in the next round.

        `floor` of it is uniform; the rest is the design that, in as many blocks as there were so far, takes most variance from
        the contrasts of neighbours that are not resolved, of all neighbours where all are.
        """
        uniform = np.full(len(self._lineups), 1.0 / len(self._lineups))
        model = self._by_wins() if self._wins else self._linear()
        if model.variance <= 0.0:
            return tuple(uniform.tolist())
        order = np.argsort(model.effects, kind="stable")
        units = np.eye(self._agents, dtype=np.float64)[order]
        contrasts = np.diff(units, axis=0)
        covariance = np.asarray(np.linalg.inv(model.information), dtype=np.float64)
        squares = np.einsum("qk,kj,qj->q", contrasts, covariance, contrasts)
        far = NormalDist().inv_cdf(1 - _ALPHA / (2 * len(contrasts)))
        unresolved = np.abs(contrasts @ model.effects) < far * np.sqrt(model.variance * squares)
        wanted = self._designed(model, contrasts[unresolved] if unresolved.any() else contrasts)
        return tuple(np.round(floor * uniform + (1 - floor) * wanted, _DIGITS).tolist())

    @property
    def _count(self) -> NDArray[np.float64]:
        """float64[L], the blocks of all rounds."""
        total: NDArray[np.float64] = np.sum(self._counts, axis=0)
        return total

    def _added(self, adds: NDArray[np.float64], count: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[K, K], what float64[L] blocks of the lineups add, at float64[L, m, m] each."""
        found = np.zeros((self._agents, self._agents))
        rows = self._lineups
        weighed = adds * count[:, np.newaxis, np.newaxis]
        np.add.at(found, (rows[:, :, np.newaxis], rows[:, np.newaxis]), weighed)
        return found

    def _spread(self) -> tuple[float, float]:
        """The variance of a block's score, summed over agents and rounds by their blocks, and those blocks."""
        parts = [
            (place.blocks, place.se**2 * place.blocks**2) for _, place in self._seen if place.se is not None
        ]
        return sum(square for _, square in parts), float(sum(blocks for blocks, _ in parts))

    def _linear(self) -> _Model:
        """Effects by least squares on the means of all rounds, a term for each round; blocks are alike."""
        total, blocks = self._spread()
        adds = np.broadcast_to(self._centre, (len(self._lineups), *self._centre.shape))
        information = self._added(adds, self._count) + _PRIOR * np.eye(self._agents)
        variance = total / blocks if blocks else 0.0
        effects = self._least_squares() if variance > 0 else np.zeros(self._agents)
        return _Model(effects, information, adds, variance)

    def _least_squares(self) -> NDArray[np.float64]:
        """float64[K]."""
        rounds = np.array([number for number, _ in self._seen])
        weight = np.sqrt([place.blocks for _, place in self._seen])
        scores = np.array([place.score for _, place in self._seen])
        terms = (rounds[:, np.newaxis] == np.arange(len(self._counts))).astype(np.float64)
        design = np.column_stack([np.array(self._design), terms]) * weight[:, np.newaxis]
        fitted: NDArray[np.float64] = np.linalg.lstsq(design, scores * weight, rcond=1e-9)[0]
        return np.round(fitted[: self._agents], _DIGITS)

    def _by_wins(self) -> _Model:
        """Strengths by maximum likelihood: all that it needs of the scores is how often each agent won."""
        won = np.zeros(self._agents)
        for _, place in self._seen:
            won[place.agent] += place.score * place.blocks
        strength, rows, count = np.zeros(self._agents), self._lineups, self._count
        prior = _WIN_PRIOR * np.eye(self._agents)
        for _ in range(_NEWTON):
            chance, adds = self._first_places(strength)
            information = self._added(adds, count) + prior
            expected = np.bincount(rows.ravel(), (chance * count[:, np.newaxis]).ravel(), self._agents)
            step = np.linalg.solve(information, won - expected - prior @ strength)
            strength = strength + np.clip(step, -1.0, 1.0)
            if np.abs(step).max() < 10.0**-_DIGITS:
                break
        return _Model(np.round(strength, _DIGITS), information, adds, self._dispersion(chance))

    def _dispersion(self, chance: NDArray[np.float64]) -> float:
        """The variance of a block's shares over that of one game with the same chances, float64[L, m]; 0 where unknown."""
        total, rows = self._spread()[0], self._lineups.ravel()
        within = between = 0.0
        for count in self._counts:
            games, wins, squares = (
                np.bincount(rows, (chance**power * count[:, np.newaxis]).ravel(), self._agents)
                for power in range(3)
            )
            within += float((wins - squares).sum())
            # Part of an agent's spread is that he met others here than there.
            between += float((squares - wins**2 / np.maximum(games, 1.0)).sum())
        return max(total - between, _LEAST * total) / within if within else 0.0

    def _first_places(self, strength: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """float64[L, m], the chances of the first place in each lineup, and float64[L, m, m], their covariances."""
        logits = strength[self._lineups]
        chance = np.exp(logits - logits.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        return chance, chance[:, :, np.newaxis] * (np.eye(logits.shape[1]) - chance[:, np.newaxis])

    def _designed(self, model: _Model, contrasts: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[L], the shares of the lineups in the design for contrasts, float64[Q, K]."""
        share, information = np.zeros(len(self._lineups)), model.information
        portion = float(self._count.sum()) / _PORTIONS
        for _ in range(_PORTIONS):
            covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
            gains = self._gains(covariance, contrasts, portion * model.adds)
            best = gains >= gains.max() * (1 - _EQUAL)
            share += best / best.sum()
            information = information + self._added(model.adds, portion * best / best.sum())
        return share / _PORTIONS

    def _gains(
        self, covariance: NDArray[np.float64], contrasts: NDArray[np.float64], adds: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """float64[L], by how much each of float64[L, m, m] lowers the summed variance of contrasts, float64[Q, K]."""
        rows = self._lineups
        towards = (covariance @ contrasts.T)[rows]
        own = covariance[rows[:, :, np.newaxis], rows[:, np.newaxis]]
        middle = np.eye(rows.shape[1]) + own @ adds
        gains: NDArray[np.float64] = np.einsum("lmq,lmq->l", towards, adds @ np.linalg.solve(middle, towards))
        return gains
