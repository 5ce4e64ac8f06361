"""`nash` and `maximal-lottery`: the mixture of agents that nobody can exploit.

Nash averaging (Balduzzi et al. 2018, Advances in Neural Information Processing Systems 31) takes the antisymmetric matrix of
log-odds; copies of an agent change nothing, and agents that only beat the weak gain nothing by it. A maximal lottery (Kreweras
1965; Fishburn 1984, Review of Economic Studies 51) does the same on the margins of votes, one block one vote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Results
from tournaments.ratings.equilibrium import equilibria
from tournaments.ratings.field import Field, field_of
from tournaments.ratings.masses import MassReport, mass_report, pool_of
from tournaments.ratings.pairs import PairScores, pair_scores
from tournaments.ratings.resampled import Resampled

__all__ = ["MaximalLottery", "Nash", "log_odds"]

IN_SUPPORT: Final = 1e-6
"""The mass from which on an agent counts as played."""


@dataclass(frozen=True)
class Nash(Resampled):
    """Nash averaging with the distribution of the mixture over resampled blocks.

    Raises:
        BadParameter: if a parameter is out of its range.
    """

    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """Masses that add up to 1; ``skill`` is an agent's mean log-odds against the mixture, at most 0 (equation 8)."""
        self.check()
        field = field_of(picks, results, self.by)
        scores = pair_scores(field, "places", seed=self.seed)
        pool, mass, drawn = _mixtures(field, scores, self.resamples, self.seed, odds=True)
        game = log_odds(scores.payoff(), scores.meetings())[np.ix_(pool, pool)]
        skill = game @ mass
        return mass_report(
            field,
            MassReport(
                "nash",
                pool,
                mass,
                drawn,
                scores,
                IN_SUPPORT,
                self.alpha,
                "Nash averaging, equilibrium of greatest entropy on log-odds",
                f"mass of each agent in the mixture that nobody of this pool can exploit, where two agents play for the "
                f"log-odds of being placed above the other {field.where()} of {field.game}",
                tuple({"skill": float(value)} for value in skill),
            ),
        )


@dataclass(frozen=True)
class MaximalLottery(Resampled):
    """Maximal lotteries with blocks as voters, and their distribution over resampled blocks.

    Raises:
        BadParameter: if a parameter is out of its range.
    """

    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """Masses that add up to 1."""
        self.check()
        field = field_of(picks, results, self.by)
        scores = pair_scores(field, "blocks", seed=self.seed)
        pool, mass, drawn = _mixtures(field, scores, self.resamples, self.seed, odds=False)
        return mass_report(
            field,
            MassReport(
                "maximal-lottery",
                pool,
                mass,
                drawn,
                scores,
                IN_SUPPORT,
                self.alpha,
                "maximal lottery, equilibrium of greatest entropy on margins of votes",
                f"probability of each agent in the lottery that no other lottery would beat in a vote of the deals {field.where()} "
                f"of {field.game}, each deal preferring who does better on it",
            ),
        )


def log_odds(payoff: NDArray[np.float64], meetings: NDArray[np.float64]) -> NDArray[np.float64]:
    """The antisymmetric matrix of log-odds, float64[..., K, K].

    Args:
        payoff: float64[..., K, K], the share of meetings above less the share below, in [-1, 1].
        meetings: float64[..., K, K], blocks in which the two met. Half a block goes to either side, so that nobody's odds are
            infinite (Haldane 1956; Anscombe 1956).
    """
    above, below = meetings * (1 + payoff) / 2 + 0.5, meetings * (1 - payoff) / 2 + 0.5
    odds = np.log(above) - np.log(below)
    antisymmetric: NDArray[np.float64] = (odds - np.swapaxes(odds, -1, -2)) / 2
    return antisymmetric


def _mixtures(
    field: Field, scores: PairScores, resamples: int, seed: int, *, odds: bool
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[NDArray[np.float64]]]:
    """The agents that played, their masses, and those of the resamples."""
    pool = pool_of(field)

    def solved(payoff: NDArray[np.float64], meetings: NDArray[np.float64]) -> NDArray[np.float64]:
        game = log_odds(payoff, meetings) if odds else payoff
        return equilibria(game[:, pool][:, :, pool])

    if not pool.size:
        return pool, np.zeros(0), []
    mass = solved(scores.payoff()[np.newaxis], scores.meetings()[np.newaxis])[0]
    worth = pool.size > 1 and field.blocks > 1
    return pool, mass, [solved(*part) for part in scores.resampled(resamples, seed)] if worth else []
