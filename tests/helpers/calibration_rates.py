"""How often intervals hold the truth and tests claim what is not so, over many small tournaments.

Each function takes a `Sample` and gives, by name, bool[R, columns] or float64[R, columns]: one row a tournament, one
column an agent, a pair or the whole. The functions under test are those that rankings are made of; beside them stand
the textbook analyses that count every round as an independent observation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from calibration_data import METRICS, Field, Sample, play, rotations
from numpy.typing import NDArray
from scipy import stats

from arena import streams
from arena.capabilities import CompiledPolicy
from games.dhumbal.rules import preset
from tournaments.statistics import (
    Estimate,
    PairContrast,
    cluster_wilson,
    holm,
    legacy_pairs,
    mean_interval,
    paired,
    rank_agents,
    wilson,
)

__all__ = ["ALPHA", "BOUNDS", "Common", "Truth", "claims", "common", "coverage", "family", "holds"]

ALPHA: Final = 0.05
"""1 - confidence."""

BOUNDS: Final[dict[str, tuple[float, float] | None]] = {"coins": None, "wins": (0.0, 1.0)}
"""Least and greatest score of each metric, where there are such."""

Truth = dict[str, NDArray[np.float64]]
"""The true mean of each metric, float64[K]."""


def holds(estimate: Estimate, true: float) -> bool:
    """Whether the interval of an estimate holds `true`; none holds nothing."""
    return estimate.low is not None and estimate.high is not None and estimate.low <= true <= estimate.high


def coverage(sample: Sample, truth: Truth) -> dict[str, NDArray[np.bool_]]:
    """Which 95 % intervals hold the truth.

    Returns:
        bool[R, K] for ``"mean coins"`` and ``"win rate"``, bool[R, P] for ``"difference in coins"`` and
        ``"difference in wins"``; under the same names after ``"rounds: "`` for the analyses of single rounds.
    """
    agents = sample.games.shape[1]
    found: dict[str, list[list[bool]]] = {}
    for row in range(len(sample)):
        coins, wins = sample.means["coins"][row], sample.means["wins"][row]
        games, won = sample.games[row].tolist(), sample.sums["wins"][row, :, 0].tolist()
        means = [mean_interval(coins[:, k], alpha=ALPHA) for k in range(agents)]
        rates = [cluster_wilson(wins[:, k], games=games[k], alpha=ALPHA) for k in range(agents)]
        naive = [wilson(won[k], games[k], alpha=ALPHA) for k in range(agents)]
        for name, true, estimates in (
            ("mean coins", truth["coins"], means),
            ("win rate", truth["wins"], rates),
            ("rounds: win rate", truth["wins"], naive),
        ):
            found.setdefault(name, []).append(list(map(holds, estimates, true.tolist())))
        for metric, table in (("coins", coins), ("wins", wins)):
            contrasts = paired(table, alpha=ALPHA, bounds=BOUNDS[metric])
            held = [holds(c.difference, truth[metric][c.first] - truth[metric][c.second]) for c in contrasts]
            found.setdefault(f"difference in {metric}", []).append(held)
    return {name: np.array(rows) for name, rows in found.items()} | _textbook(sample, truth)


def _textbook(sample: Sample, truth: Truth) -> dict[str, NDArray[np.bool_]]:
    """The intervals of single rounds: t of each agent, Welch's of each pair."""
    found: dict[str, NDArray[np.bool_]] = {}
    count = sample.games.astype(np.float64)
    first, second = np.triu_indices(count.shape[1], 1)
    for metric in METRICS:
        total, squares = np.moveaxis(sample.sums[metric], -1, 0)
        mean = total / count
        part = (squares / count - mean**2) / (count - 1)
        if metric == "coins":
            half = stats.t.ppf(1 - ALPHA / 2, count - 1) * np.sqrt(part)
            found["rounds: mean coins"] = np.abs(mean - truth[metric]) <= half
        one, other = part[:, first], part[:, second]
        spread = one**2 / (count[:, first] - 1) + other**2 / (count[:, second] - 1)
        df = np.divide((one + other) ** 2, spread, out=np.ones_like(spread), where=spread > 0)
        gap = mean[:, first] - mean[:, second] - (truth[metric][first] - truth[metric][second])
        half = stats.t.ppf(1 - ALPHA / 2, df) * np.sqrt(one + other)
        found[f"rounds: difference in {metric}"] = np.abs(gap) <= half
    return found


def claims(sample: Sample) -> dict[str, NDArray[np.bool_]]:
    """Which pairs are claimed to differ at the level 5 %.

    Returns:
        bool[R, P] for each metric, by the paired block test; after ``"rounds: "`` by Welch's test of single rounds.
    """
    found: dict[str, list[list[bool]]] = {}
    for row in range(len(sample)):
        for metric in METRICS:
            ours = paired(sample.means[metric][row], alpha=ALPHA, bounds=BOUNDS[metric])
            welch = legacy_pairs(sample.moments(metric, row), alpha=ALPHA)
            found.setdefault(metric, []).append([contrast.p <= ALPHA for contrast in ours])
            found.setdefault(f"rounds: {metric}", []).append([pair.p <= ALPHA for pair in welch])
    return {name: np.array(rows) for name, rows in found.items()}


def family(sample: Sample, truth: Truth) -> dict[str, NDArray[np.bool_]]:
    """What is claimed of all agents of a tournament together, from their coins.

    Returns:
        bool[R, 1] each: ``"false claim"``, whether Holm's procedure claims of any pair what is not so;
        ``"false claim, unadjusted"``, the same at 5 % each; ``"rank intervals"``, whether all hold the true ranks.
        Agents of equal true means share all the ranks that they take up.
    """
    true = truth["coins"]
    best = (true[np.newaxis] > true[:, np.newaxis]).sum(axis=1) + 1
    worst = (true[np.newaxis] >= true[:, np.newaxis]).sum(axis=1)
    rows: list[tuple[bool, bool, bool]] = []
    for means in sample.means["coins"]:
        contrasts = paired(means, alpha=ALPHA)
        plain = np.array([contrast.p for contrast in contrasts])
        wrong = np.array([_wrong(contrast, true) for contrast in contrasts])
        adjusted = holm(plain)
        scores = [mean_interval(column, alpha=ALPHA).value for column in means.T]
        ranks = rank_agents(scores, contrasts, adjusted, alpha=ALPHA)
        held = all(rank.low <= best[rank.agent] and worst[rank.agent] <= rank.high for rank in ranks)
        rows.append((bool((wrong & (adjusted <= ALPHA)).any()), bool((wrong & (plain <= ALPHA)).any()), held))
    names = ("false claim", "false claim, unadjusted", "rank intervals")
    return {name: np.array(rows)[:, [place]] for place, name in enumerate(names)}


def _wrong(contrast: PairContrast, true: NDArray[np.float64]) -> bool:
    """Whether the agent who seems better is not."""
    return bool((contrast.difference.value or 0.0) * (true[contrast.first] - true[contrast.second]) <= 0)


@dataclass(frozen=True)
class Common:
    """What common deals do for the comparison of two heroes in coins."""

    correlation: float
    """Of the rounds of the two on the same deal and seat."""
    elsewhere: float
    """Of their rounds on other deals."""
    saved: float
    """Variance of the difference of two rounds on other deals over that on common deals."""
    rounds_saved: float
    """Variance of the difference of mean coins over as many independent rounds, over that of rotated common deals."""


def common(
    hero: CompiledPolicy, rival: CompiledPolicy, others: CompiledPolicy, *, blocks: int, seed: int
) -> Common:
    """Play two heroes in turn against three `others`, on the same deals with the same dice, and on other deals."""

    def coins(policy: CompiledPolicy, deals: str) -> NDArray[np.float64]:
        field = Field("hero", preset("np10", 4), (policy, others, others, others))
        key = streams.derive(streams.root_key(seed), "common", deals)
        seatings = rotations(field, key, blocks)
        scores: NDArray[np.float64] = play(field, key, 0, seatings).metrics["coins"]
        own: NDArray[np.float64] = scores[seatings == 0].reshape(blocks, -1)
        return own

    one, other, apart = coins(hero, "deals"), coins(rival, "deals"), coins(rival, "other deals")
    single = float(one.var(ddof=1) + other.var(ddof=1)) / one.shape[1]
    return Common(
        float(np.corrcoef(one.ravel(), other.ravel())[0, 1]),
        float(np.corrcoef(one.ravel(), apart.ravel())[0, 1]),
        float((one - apart).var(ddof=1) / (one - other).var(ddof=1)),
        single / float((one - other).mean(axis=1).var(ddof=1)),
    )
