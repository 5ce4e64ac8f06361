"""Which lineup tells most about what is undecided: expected reductions of variance in a linear model.

The model is that of least squares with a term for each block, y = block + agent + noise: a block of m agents adds
(I - 11'/m)/s2 to the information on the effects of its agents, and a new block lowers the variance of a contrast c by
c'C Z'(I + Z C Z')^-1 Z C c, with C the covariance so far and Z the centring of the block over s (the formula of Sherman,
Morrison and Woodbury; V. V. Fedorov, Theory of Optimal Experiments, 1972, section 2.5 on designs built sequentially).
"""

from __future__ import annotations

from collections.abc import Sequence
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
_DIGITS: Final = 9
"""Decimals of a probability, so that the last bits of linear algebra choose nothing."""


def played(seen: Sequence[Standing], lineups: NDArray[np.int16]) -> int:
    """How many blocks a round had, from the blocks of its standings; `lineups` is int16[L, m]."""
    return sum(place.blocks for place in seen) // len(lineups[0])


class Knowledge:
    """What the rounds so far say about K agents.

    Args:
        agents: K.
        lineups: int16[L, m], the lineups of which each block has one; nobody twice in one.
        alone: whether the agents of a lineup play each for himself, so that his score does not depend on theirs.
    """

    def __init__(self, agents: int, lineups: NDArray[np.int16], *, alone: bool = False) -> None:
        self._agents, self._lineups, self._alone = agents, lineups.astype(np.int64), alone
        size = lineups.shape[1]
        self._centre = np.eye(size) - 1.0 / size
        self._information = _PRIOR * np.eye(agents)
        self._design: list[NDArray[np.float64]] = []
        self._seen: list[tuple[int, Standing]] = []
        self._rounds = 0

    def enter(self, drawn: NDArray[np.int64], seen: Sequence[Standing]) -> None:
        """Count a round: the lineup of each of its blocks, int64[B], and its standings."""
        size = self._lineups.shape[1]
        count = np.bincount(drawn, minlength=len(self._lineups)).astype(np.float64)
        met = np.zeros((self._agents, self._agents))
        np.add.at(
            met,
            (self._lineups[:, :, np.newaxis], self._lineups[:, np.newaxis]),
            count[:, np.newaxis, np.newaxis],
        )
        blocks = np.diag(met).copy()
        self._information += np.diag(blocks) - met / size
        for place in seen:
            if place.blocks:
                row = np.eye(self._agents)[place.agent]
                if not self._alone:
                    # Where coins change hands, who sits with the weak scores the more.
                    row = row - met[place.agent] / size / max(blocks[place.agent], 1.0)
                self._design.append(row)
                self._seen.append((self._rounds, place))
        self._rounds += 1

    def chances(self, floor: float) -> tuple[float, ...]:
        """The probability of each lineup in the next round.

        `floor` of it is uniform; the rest is in proportion to the variance that one more block of the lineup is expected
        to take from the contrasts of neighbours that are not resolved, of all neighbours where all are.
        """
        uniform = np.full(len(self._lineups), 1.0 / len(self._lineups))
        variance = self._variance()
        if variance <= 0.0:
            return tuple(uniform.tolist())
        effects = self._effects()
        order = np.argsort(effects, kind="stable")
        units = np.eye(self._agents, dtype=np.float64)[order]
        contrasts = np.diff(units, axis=0)
        covariance = np.asarray(np.linalg.inv(self._information), dtype=np.float64)
        spread = np.sqrt(variance * np.einsum("qk,kj,qj->q", contrasts, covariance, contrasts))
        far = NormalDist().inv_cdf(1 - _ALPHA / (2 * len(contrasts)))
        unresolved = np.abs(contrasts @ effects) < far * spread
        gains = self._gains(covariance, contrasts[unresolved] if unresolved.any() else contrasts)
        wanted = gains / gains.sum() if gains.sum() > 0 else uniform
        return tuple(np.round(floor * uniform + (1 - floor) * wanted, _DIGITS).tolist())

    def _variance(self) -> float:
        """The variance of a block's score, pooled over agents and rounds; 0 where no round had two blocks."""
        parts = [
            (place.blocks, place.se**2 * place.blocks) for _, place in self._seen if place.se is not None
        ]
        weight = sum(blocks for blocks, _ in parts)
        return sum(blocks * square for blocks, square in parts) / weight if weight else 0.0

    def _effects(self) -> NDArray[np.float64]:
        """float64[K], the agents' effects by least squares on the means of all rounds, a term for each round."""
        rounds = np.array([number for number, _ in self._seen])
        weight = np.sqrt([place.blocks for _, place in self._seen])
        scores = np.array([place.score for _, place in self._seen])
        terms = (rounds[:, np.newaxis] == np.arange(self._rounds)).astype(np.float64)
        design = np.column_stack([np.array(self._design), terms]) * weight[:, np.newaxis]
        fitted: NDArray[np.float64] = np.linalg.lstsq(design, scores * weight, rcond=1e-9)[0]
        return np.round(fitted[: self._agents], _DIGITS)

    def _gains(self, covariance: NDArray[np.float64], contrasts: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[L], by how much a block of each lineup lowers the summed variance of contrasts, float64[Q, K]."""
        rows = self._lineups
        towards = self._centre @ (covariance @ contrasts.T)[rows]
        own = covariance[rows[:, :, np.newaxis], rows[:, np.newaxis]]
        middle = np.eye(rows.shape[1]) + self._centre @ own @ self._centre
        gains: NDArray[np.float64] = np.einsum("lmq,lmq->l", towards, np.linalg.solve(middle, towards))
        return gains
