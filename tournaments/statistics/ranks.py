"""Who stands where, and how surely: rank intervals and tiers from simultaneous tests.

With adjusted p-values all claims "A is better than B" hold together with probability 1 - alpha, and so do
all rank
intervals: an agent ranks below everyone shown better than him and above everyone shown worse (Al Mohamad,
    Goeman & van Zwet, Biometrical Journal 64, 2022; Mogstad, Romano, Shaikh & Wilhelm, Review of Economic
    Studies 91, 2024).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import ROUNDING, check_alpha

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tournaments.statistics.estimate import PairContrast

__all__ = ["Rank", "rank_agents"]


@dataclass(frozen=True, slots=True)
class Rank:
    """Where one agent stands among K."""

    agent: int
    """Column of the agent."""
    rank: int
    """1 + the number of agents with a higher score: equal scores share a rank, the next is skipped."""
    low: int
    """Best rank the data allow: 1 + the number of agents shown to be better."""
    high: int
    """Worst rank the data allow: K - the number of agents shown to be worse."""
    tier: int
    """1 for the leader and all not shown worse than him; the best of the rest leads tier 2; and so on."""
    letters: str
    """Letters of the groups the agent belongs to; agents who share a letter are not shown to differ."""


def rank_agents(
    scores: Sequence[float | None],
    contrasts: Sequence[PairContrast],
    adjusted: Sequence[float] | NDArray[np.float64],
    *,
    alpha: float = 0.05,
) -> tuple[Rank, ...]:
    """Ranks, rank intervals, tiers and letters of K agents.

    A group that gets a letter is a run of neighbours in score order no two of whom are shown to differ, as
    long as can be. Sharing a letter therefore always means "not shown to differ"; agents without a common
    letter are shown to differ, or have someone between them who is. With every pair compared on the same
    blocks the letters are the usual compact letter display (Piepho, Journal of Computational and Graphical
    Statistics 13, 2004).

    Args:
        scores: K scores, higher is better; None for an agent without one, who is ranked last.
        contrasts: comparisons of pairs; a pair that is missing counts as not shown to differ.
        adjusted: the p-value of each contrast, adjusted for all of them together (`holm`, `max_t`).
        alpha: chance of even one false claim.

    Returns:
        One entry an agent, in the order of `scores`.

    Raises:
        BadParameter: if the lengths differ, a score is NaN or an index out of range.
    """
    alpha, count = check_alpha(alpha), len(scores)
    if any(score is not None and math.isnan(score) for score in scores):
        raise BadParameter("an agent without a score has None, got nan")
    better = _better(contrasts, adjusted, count, alpha)
    values = np.array([-math.inf if score is None else score for score in scores], dtype=np.float64)
    finite = values[np.isfinite(values)]
    step = ROUNDING * float(np.abs(finite).max(initial=0.0))
    order = np.lexsort((np.arange(count), -values))
    tier, letters = _tiers(order, better), _letters(order, better)
    return tuple(
        Rank(
            agent,
            1 + int((values > values[agent] + step).sum()),
            1 + int(better[:, agent].sum()),
            count - int(better[agent].sum()),
            tier[agent],
            letters[agent],
        )
        for agent in range(count)
    )


def _better(
    contrasts: Sequence[PairContrast],
    adjusted: Sequence[float] | NDArray[np.float64],
    count: int,
    alpha: float,
) -> NDArray[np.bool_]:
    """bool[K, K]: the agent of the row is shown to be better than the agent of the column."""
    if len(contrasts) != len(adjusted):
        raise BadParameter(f"one adjusted p-value a contrast, got {len(adjusted)!r} for {len(contrasts)!r}")
    better = np.zeros((count, count), dtype=np.bool_)
    for contrast, p in zip(contrasts, adjusted, strict=True):
        if not (0 <= contrast.first < count and 0 <= contrast.second < count):
            raise BadParameter(
                f"agents are below {count}, got the pair {(contrast.first, contrast.second)!r}"
            )
        gap = contrast.difference.value
        if gap is not None and p <= alpha:
            better[contrast.first, contrast.second] = gap > 0
            better[contrast.second, contrast.first] = gap < 0
    return better


def _tiers(order: NDArray[np.intp], better: NDArray[np.bool_]) -> dict[int, int]:
    """Tier of each agent: down the scores, whoever is shown worse than the tier's leader opens the next."""
    tiers: dict[int, int] = {}
    leader, tier = -1, 0
    for agent in order.tolist():
        if leader < 0 or better[leader, agent]:
            leader, tier = agent, tier + 1
        tiers[agent] = tier
    return tiers


def _letters(order: NDArray[np.intp], better: NDArray[np.bool_]) -> dict[int, str]:
    """Letters of each agent: one for each longest run of neighbours no two of whom are shown to differ."""
    apart = (better | better.T)[np.ix_(order, order)]
    # ends[i] is one past the longest run that starts at place i.
    ends = [
        next((j for j in range(i + 1, len(order)) if apart[i:j, j].any()), len(order))
        for i in range(len(order))
    ]
    starts = [i for i in range(len(order)) if i == 0 or ends[i] > ends[i - 1]]
    letters: dict[int, str] = {int(agent): "" for agent in order}
    for number, start in enumerate(starts):
        for agent in order[start : ends[start]].tolist():
            letters[agent] += _letter(number)
    return letters


def _letter(number: int) -> str:
    """The letters a .. z, then a1 .. z1, a2 .. and so on."""
    return chr(ord("a") + number % 26) + (str(number // 26) if number >= 26 else "")
