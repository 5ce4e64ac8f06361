"""Who does better than whom at common tables: pair scores by block, and payoff matrices from resampled blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.errors import BadParameter
from arena.errors import nearest as nearest_name
from tournaments.ratings.field import Field, Matches
from tournaments.ratings.resamples import block_weights, unit_of_each

__all__ = ["PAYOFFS", "PairScores", "check_payoff", "pair_scores"]

PAYOFFS: Final = ("places", "metric", "blocks")
"""``"places"``: 1 for a match in which the first is above the second, -1 below, 0 equal; ``"metric"``: the difference of the
metric; ``"blocks"``: each block is one vote, by the mean of ``"places"`` over its matches. Where the metric only says who won,
matches that neither won do not count."""
_CELLS: Final = 1 << 22


@dataclass(frozen=True, eq=False)
class PairScores:
    """Mean pair scores of each block, summed over the units of the bootstrap. K agents, Q = K(K-1)/2 pairs, U units."""

    agents: int
    """K."""
    first: NDArray[np.int64]
    """int64[Q], the agent counted positive."""
    second: NDArray[np.int64]
    """int64[Q], the other one."""
    sums: NDArray[np.float64]
    """float64[U, Q], the sum of the block means of the pair score."""
    met: NDArray[np.float64]
    """float64[U, Q], the blocks in which the two met."""

    def payoff(self) -> NDArray[np.float64]:
        """float64[K, K], the antisymmetric matrix of mean pair scores; 0 where two never met."""
        return self._matrix(self.sums.sum(axis=0), self.met.sum(axis=0))

    def meetings(self) -> NDArray[np.float64]:
        """float64[K, K], the blocks in which two agents met."""
        found = np.zeros((self.agents, self.agents))
        found[self.first, self.second] = self.met.sum(axis=0)
        return found + found.T

    def resampled(
        self, resamples: int, seed: int
    ) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Payoffs and meetings of bootstrap samples of blocks, float64[some, K, K] each, `resamples` in all."""
        for weights in block_weights(len(self.sums), resamples, seed):
            step = max(1, _CELLS // (self.agents * self.agents))
            for start in range(0, len(weights), step):
                part = weights[start : start + step]
                met = part @ self.met
                meetings = np.zeros((len(part), self.agents, self.agents))
                meetings[:, self.first, self.second] = met
                yield self._matrix(part @ self.sums, met), meetings + meetings.transpose(0, 2, 1)

    def unmet(self) -> int:
        """Pairs that never met."""
        return int((self.met.sum(axis=0) == 0).sum())

    def _matrix(self, sums: NDArray[np.float64], met: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = np.divide(sums, met, out=np.zeros_like(sums), where=met > 0)
        # What summing in another order leaves of a draw is rounding.
        mean[np.abs(sums) <= 1e-10 * np.maximum(met, 1.0) * self._largest()] = 0.0
        found = np.zeros((*sums.shape[:-1], self.agents, self.agents))
        found[..., self.first, self.second] = mean
        found[..., self.second, self.first] = -mean
        return found

    def _largest(self) -> float:
        return float(np.abs(self.sums).max(initial=0.0)) or 1.0


def check_payoff(payoff: str) -> str:
    """`payoff`, one of `PAYOFFS`.

    Raises:
        BadParameter: if it is another.
    """
    if payoff not in PAYOFFS:
        guess = nearest_name(payoff, PAYOFFS)
        hint = f"; did you mean {guess!r}?" if guess else ""
        raise BadParameter(f"payoff: expected one of {', '.join(map(repr, PAYOFFS))}, got {payoff!r}{hint}")
    return payoff


def pair_scores(field: Field, payoff: str = "places", *, seed: int = 0) -> PairScores:
    """The pair scores of a field.

    Args:
        field: the matches.
        payoff: one of `PAYOFFS`.
        seed: root of the stream that pools many blocks into units.

    Raises:
        BadParameter: if there is no such payoff.
    """
    check_payoff(payoff)
    agents = field.agents
    first, second = np.triu_indices(agents, 1)
    unit = unit_of_each(field.blocks, first.size, seed)
    units = int(unit.max(initial=-1)) + 1
    sums, met = np.zeros((units, first.size)), np.zeros((units, first.size))
    done = 0
    for table in field.tables:
        for value, share in _by_block(table, agents, payoff, field.depth == 1):
            rows = unit[done : done + len(value)]
            np.add.at(sums, rows, value)
            np.add.at(met, rows, share)
            done += len(value)
    return PairScores(agents, first.astype(np.int64), second.astype(np.int64), sums, met)


def _by_block(
    table: Matches, agents: int, payoff: str, firsts: bool
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """The mean pair score of each block, float64[b, Q], and 1 where the two met, some blocks at a time."""
    pairs = agents * (agents - 1) // 2
    code = np.zeros((agents, agents), dtype=np.int64)
    upper = np.triu_indices(agents, 1)
    code[upper] = np.arange(pairs)
    code += code.T
    starts = np.flatnonzero(np.r_[True, np.diff(table.blocks) > 0])
    step = max(1, _CELLS // max(pairs, 1))
    for low in range(0, starts.size, step):
        stop = int(starts[low + step]) if low + step < starts.size else len(table.blocks)
        rows = slice(int(starts[low]), stop)
        part = Matches(table.agents[rows], table.scores[rows], table.blocks[rows], table.seated)
        yield _one_run(part, code, payoff, firsts)


def _one_run(
    part: Matches, code: NDArray[np.int64], payoff: str, firsts: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same for whole blocks; with `firsts`, of the matches that one of the two won."""
    agents, scores = part.agents, part.scores
    best = scores.max(axis=1)
    block = np.cumsum(np.r_[False, np.diff(part.blocks) > 0])
    pairs = len(code) * (len(code) - 1) // 2
    shape = (int(block[-1]) + 1, pairs)
    size = shape[0] * pairs
    total, count = np.zeros(size), np.zeros(size)
    for i in range(agents.shape[1]):
        for j in range(i + 1, agents.shape[1]):
            one, other = agents[:, i], agents[:, j]
            apart = one != other  # a copy of an agent is no opponent
            if firsts and payoff != "metric":
                apart &= np.maximum(scores[:, i], scores[:, j]) == best
            gap = (scores[:, i] - scores[:, j]) * np.where(one < other, 1.0, -1.0)
            cell = (block * pairs + code[one, other])[apart]
            score = gap if payoff == "metric" else np.sign(gap)
            total += np.bincount(cell, score[apart], minlength=size)
            count += np.bincount(cell, minlength=size)
    mean = np.divide(total, count, out=np.zeros(size), where=count > 0)
    if payoff == "blocks":
        mean = np.sign(np.where(np.abs(mean) < 1e-12, 0.0, mean))
    return mean.reshape(shape), (count > 0).reshape(shape).astype(np.float64)
