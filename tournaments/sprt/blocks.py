"""From played blocks to one number a block: how the first agent did against the second."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from arena.errors import BadPlan
from arena.game import Direction
from tournaments.sprt.design import Measure
from tournaments.statistics import block_means

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arena.contest import Results, Round
    from arena.game import Metric

__all__ = ["block_values", "measure_of"]

_FEW: Final = 2
"""Comparisons of a block up to which its values are cells: a trinomial or a pentanomial."""


def measure_of(stage: Round, kind: str) -> Measure:
    """What a block's value is in a round of two agents.

    Args:
        stage: the round.
        kind: ``"share"`` or ``"difference"``.

    Raises:
        BadPlan: if not two agents take part.
    """
    if len(stage.agents) != 2:
        raise BadPlan(f"a sequential test is between 2 agents, got {len(stage.agents)}")
    seatings = stage.seatings(0, stage.cycle)
    games = 1 if seatings.shape[2] == 1 else seatings.shape[1]
    compared = games * (1 if seatings.shape[2] <= 2 else seatings.shape[2])
    if kind != "share" or compared > _FEW:
        return Measure(kind, games)
    return Measure(kind, games, tuple(step / (2 * compared) for step in range(2 * compared + 1)))


def block_values(stage: Round, results: Results, metric: Metric, kind: str) -> NDArray[np.float64]:
    """How the first of two agents did in each block.

    A share counts every pair of seats of a match of which one is the first agent's and the other the second's: 1 where the
    first is above by the metric, 1/2 where they are equal. With two seats that is a win, a draw or a loss, and a block of
    both rotations is a pair of games; with more, copies of the agents fill the table, and equal agents share 1/2.

    Args:
        stage: the round, of two agents.
        results: consecutive whole blocks of it.
        metric: the one that says who is above.
        kind: ``"share"``, or ``"difference"`` of mean scores, counted so that higher is better.

    Returns:
        float64[B]
    """
    sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
    values = sign * results.metrics[metric.name]
    first = results.seatings == stage.agents[0]
    if kind == "difference":
        blocks = np.repeat(np.arange(len(results)), first[0].size)
        agents = np.where(first, 0, 1).ravel()
        table = block_means(values.ravel(), agents, blocks, agent_count=2, block_count=len(results))
        return np.asarray(table[:, 0] - table[:, 1])
    if values.shape[2] == 1:
        # One seat: a block holds one match of each agent, on the same deal.
        values, first = values.transpose(0, 2, 1), first.transpose(0, 2, 1)
    twice, pairs = np.zeros(len(results)), np.zeros(len(results))
    for low, high in itertools.combinations(range(values.shape[2]), 2):
        meets = first[:, :, low] != first[:, :, high]
        side = np.where(first[:, :, low], 1.0, -1.0)
        above = 1.0 + side * np.sign(values[:, :, low] - values[:, :, high])
        # Whole numbers until the last step, so that equal blocks are equal to the bit.
        twice += np.where(meets, above, 0.0).sum(axis=1)
        pairs += meets.sum(axis=1)
    return np.asarray(twice / (2 * pairs))
