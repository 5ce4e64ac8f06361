"""From results to a ranking: a pure function of the plan and the blocks."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.conditions import FaultPolicy
from arena.contest import Pick, Plan, Results, Round, Standing
from arena.errors import BadPlan
from arena.game import Direction, Metric
from arena.spelling import spell
from tournaments import estimand, statistics
from tournaments.plan import pick, plan_digest, ranking_metric, schedule_of
from tournaments.ranking import AgentRow, FaultCount, Legacy, PairRow, Ranking, RoundRanking
from tournaments.statistics import Estimate, PairContrast, Rank
from tournaments.tally import Sums, Tally, tally, win_metric

__all__ = ["rank", "rank_round"]

_ALPHA: Final = 0.05
_MOST_VOID: Final = 0.01
"""The share of void blocks beyond which a ranking is refused."""


def rank(plan: Plan, results: Iterable[Results], picks: Pick | None = None) -> Ranking:
    """The ranking of a tournament.

    Args:
        plan: the tournament.
        results: whole blocks, of each round from block 0 on without a gap: a sequence in any order, or an iterator in the
            order of rounds and blocks.
        picks: its game and agents; made from the plan where None.

    Raises:
        BadInput: if the plan cannot be played, or a block is missing or there twice.
        BadPlan: if more than 1 % of the blocks of a round were void.
        StoreConflict: if the results contradict the plan.
    """
    picks = picks or pick(plan)
    if isinstance(results, Sequence):
        results = sorted(results, key=lambda part: (part.round, part.start))
    by_round = {number: parts for number, parts in itertools.groupby(results, lambda part: part.round)}
    raise NotImplementedError
