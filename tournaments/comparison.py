"""The statistics of a round: every participant and every pair of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.game import Direction, Metric
from tournaments import statistics
from tournaments.ranking import PairRow
from tournaments.statistics import BlocksNeeded, Estimate, PairContrast, Rank
from tournaments.tally import Tally
from tournaments.verdicts import Sequential, settle

__all__ = ["Comparison", "compare"]

_ALPHA: Final = 0.05
"""1 - confidence, of intervals one by one and of all claims about pairs together."""
_SHARES: Final = (0.0, 1.0)
"""The bounds of a share of matches won."""


@dataclass(frozen=True)
class Comparison:
    """What the blocks of a round say, by column of the tally."""

    scores: tuple[Estimate, ...]
    """The mean score of each participant, in the unit of the metric."""
    wins: tuple[Estimate, ...]
    """The share won by each; none where the game does not say who won."""
    ranks: tuple[Rank, ...]
    """The place of each."""
    contrasts: tuple[PairContrast, ...]
    """Every pair, counted so that higher is better."""
    pairs: tuple[PairRow, ...]
    """Every pair as reported."""
    undecided: tuple[BlocksNeeded, ...]
    """What each undecided pair would take, by agents of the plan."""
    correction: str = "Holm"
    """How p-values were adjusted for all pairs, in a word."""
    notes: tuple[str, ...] = ()
    """What a reader of the pairs must know."""


def compare(
    count: Tally,
    metric: Metric,
    sequential: Sequential | None = None,
    *,
    adjusted_scores: bool = False,
    correction: str = "holm",
) -> Comparison:
    """The statistics of a tally.

    Args:
        count: the tally.
        metric: the metric that ranks.
        sequential: the answers of a round that waited for them: pairs are judged by those; None where none did.
        adjusted_scores: whether scores and differences are adjusted for who met whom.
        correction: ``"holm"`` or ``"max-t"``, as in `Plan.correction`; a round that waited for answers has its own.
    """
    sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
    better = sign * count.table("scores")
    # Shares won are the one score whose bounds are certain.
    shares = bool(count.wins) and metric.name in ("wins", "win")
    levels = statistics.adjusted(better) if adjusted_scores else None
    contrasts = levels.contrasts if levels else _contrasts(better, bounds=_SHARES if shares else None)
    correction, adjusted, notes = _adjusted(better, contrasts, correction)
    same = np.zeros(len(contrasts), np.bool_)
    if sequential is not None:
        contrasts, adjusted, same = settle(contrasts, count.agents, sequential, sign)
        correction = "e-Holm"
    # Column by column: in a lineup drawn from a pool nobody is in every block, and the estimand says so.
    scores = levels.scores if levels else [statistics.mean_interval(column) for column in better.T]
    ranks = statistics.rank_agents([score.value for score in scores], contrasts, adjusted, alpha=_ALPHA)
    undecided = tuple(
        dataclasses.replace(need, first=_agent(count, need.first), second=_agent(count, need.second))
        for need in statistics.plan_undecided(contrasts, np.where(same, 0.0, adjusted), alpha=_ALPHA)
    )
    return Comparison(
        tuple(_signed(score, sign) for score in scores),
        _wins(count),
        ranks,
        contrasts,
        _pairs(count, better, contrasts, adjusted, sign),
        undecided,
        correction,
        notes,
    )


def _adjusted(
    better: NDArray[np.float64], contrasts: tuple[PairContrast, ...], correction: str
) -> tuple[str, NDArray[np.float64], tuple[str, ...]]:
    """The correction in a word, the p-values adjusted by it, and what must be said of them."""
    if correction == "holm":
        return "Holm", statistics.holm([contrast.p for contrast in contrasts]), ()
    found = statistics.max_t(better, pairs=[(contrast.first, contrast.second) for contrast in contrasts])
    notes = (f"max-t: {found.note}",) if found.note else ()
    return "max-t", np.array(found.adjusted), notes


def _contrasts(
    better: NDArray[np.float64], *, bounds: tuple[float, float] | None
) -> tuple[PairContrast, ...]:
    """Every pair by the paired analysis; a pair that hardly met, by least squares through those that both met."""
    contrasts = statistics.paired(better, alpha=_ALPHA, bounds=bounds)
    if len(better) < 2 or all(contrast.difference.blocks >= 2 for contrast in contrasts):
        return contrasts
    blocks, agents = np.nonzero(~np.isnan(better))
    seats = np.zeros(len(blocks), dtype=np.int64)  # a block's mean is balanced over seats
    fitted = statistics.clustered(
        better[blocks, agents], agents, seats, blocks, agent_count=better.shape[1], alpha=_ALPHA
    )
    return tuple(
        one if one.difference.blocks >= 2 else other for one, other in zip(contrasts, fitted, strict=True)
    )


def _wins(count: Tally) -> tuple[Estimate, ...]:
    if not count.wins:
        return ()
    table = count.table("wins")
    games = count.sums[0].astype(np.int64)
    return tuple(
        statistics.cluster_wilson(table[:, column], games=int(games[column]))
        for column in range(table.shape[1])
    )


def _pairs(
    count: Tally,
    better: NDArray[np.float64],
    contrasts: tuple[PairContrast, ...],
    adjusted: NDArray[np.float64],
    sign: float,
) -> tuple[PairRow, ...]:
    wins = count.table("wins") if count.wins else None
    risks = statistics.paired(wins, bounds=_SHARES) if wins is not None else ()
    above = _superiority(count)
    rows = []
    for place, contrast in enumerate(contrasts):
        first, second = contrast.first, contrast.second
        decided = adjusted[place] <= _ALPHA and contrast.difference.value is not None
        winner = first if (contrast.difference.value or 0.0) > 0 else second
        rows.append(
            PairRow(
                count.agents[first],
                count.agents[second],
                _signed(contrast.difference, sign),
                contrast.p,
                float(adjusted[place]),
                contrast.test,
                count.agents[winner] if decided else None,
                contrast.identical,
                _d_av(count, first, second),
                _signed(statistics.d_z(better[:, first] - better[:, second]), sign),
                above.get((first, second)),
                risks[place].difference if risks else None,
                None if wins is None else statistics.odds_ratio(wins[:, first], wins[:, second]),
                None if wins is None else statistics.cohen_h(wins[:, first], wins[:, second]),
            )
        )
    return tuple(rows)


def _d_av(count: Tally, first: int, second: int) -> float | None:
    one, other = count.moments(first), count.moments(second)
    return None if min(one.count, other.count) < 2 else statistics.d_av(one, other)


def _superiority(count: Tally) -> dict[tuple[int, int], Estimate]:
    """How often the first of each pair that met was above the second."""
    if not count.pairs or count.copies:
        return {}
    pairs, shares = np.concatenate(count.pairs), np.concatenate(count.shares)
    order = np.argsort(pairs, kind="stable")
    pairs, shares = pairs[order], shares[order]
    codes, starts = np.unique(pairs, return_index=True)
    each = count.matches // max(count.blocks, 1)
    found = {}
    for code, part in zip(codes.tolist(), np.split(shares, starts[1:]), strict=True):
        found[divmod(code, len(count.agents))] = statistics.cluster_wilson(part, games=each * part.size)
    return found


def _signed(estimate: Estimate, sign: float) -> Estimate:
    """An estimate of a quantity times `sign`, 1 or -1, from that of the quantity."""
    if sign > 0:
        return estimate
    turned: dict[str, Any] = {
        "value": None if estimate.value is None else -estimate.value,
        "low": None if estimate.high is None else -estimate.high,
        "high": None if estimate.low is None else -estimate.low,
    }
    return dataclasses.replace(estimate, **turned)


def _agent(count: Tally, column: int | None) -> int | None:
    return None if column is None else count.agents[column]
