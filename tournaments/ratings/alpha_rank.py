"""`alpha-rank`: which agents an evolving population keeps, when nothing says that strength is a line.

The ranking of Omidshafiei et al. (2019, Scientific Reports 9:9937): a population plays one agent; a mutant with another
appears and takes over, or not, by what the two score against each other; the share of time at each agent in the long run is
its mass. In a cycle (rock, paper, scissors) all keep some; where somebody beats everybody, he has it all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Results
from arena.errors import BadParameter
from tournaments.ratings.field import Field, field_of
from tournaments.ratings.masses import MassReport, mass_report, pool_of
from tournaments.ratings.pairs import check_payoff, pair_scores
from tournaments.ratings.resampled import Resampled

__all__ = ["AlphaRank", "fixation", "stationary"]

_LIMIT: Final = 1e-6
"""The chance of a step against the payoffs that stands for infinite selection."""
IN_SUPPORT: Final = 1e-3
"""The mass from which on an agent counts as kept: far above what steps of chance 1e-6 leave."""


@dataclass(frozen=True)
class AlphaRank(Resampled):
    """Alpha-rank with the distribution of its masses over resampled blocks.

    Raises:
        BadParameter: if a parameter is out of its range.
    """

    payoff: str = "places"
    """What a meeting is worth, one of `tournaments.ratings.pairs.PAYOFFS`."""
    selection: float | None = None
    """The intensity of selection alpha, > 0 and per unit of payoff; None for its limit at infinity."""
    population: int = 50
    """Agents of the population, >= 2; without effect in the limit."""

    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """Masses that add up to 1; ``shares`` holds the share of resamples that keep the agent."""
        self.check()
        field = field_of(picks, results, self.by)
        pool = pool_of(field)
        scores = pair_scores(field, self.payoff, seed=self.seed)
        mass = self._masses(scores.payoff()[np.newaxis][:, pool][:, :, pool])[0]
        drawn = [
            self._masses(payoff[:, pool][:, :, pool])
            for payoff, _ in scores.resampled(self.resamples if self._worth(field, pool) else 0, self.seed)
        ]
        how = "infinite selection" if self.selection is None else f"selection {self.selection:g}"
        return mass_report(
            field,
            MassReport(
                "alpha-rank",
                pool,
                mass,
                drawn,
                scores,
                IN_SUPPORT,
                self.alpha,
                f"alpha-rank, {how}",
                self._estimand(field),
            ),
        )

    def _worth(self, field: Field, pool: NDArray[np.int64]) -> bool:
        return pool.size > 1 and field.blocks > 1

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: if one is out of its range.
        """
        super().check()
        check_payoff(self.payoff)
        if self.selection is not None and not self.selection > 0:
            raise BadParameter(f"expected selection > 0, or None for infinite, got {self.selection!r}")
        if self.population < 2:
            raise BadParameter(f"expected population >= 2, got {self.population!r}")

    def _masses(self, payoff: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[R, K] from payoffs float64[R, K, K]."""
        return stationary(fixation(payoff, self.selection, self.population))

    def _estimand(self, field: Field) -> str:
        return (
            f"share of time of each agent in the alpha-rank dynamics on the matrix of {self.payoff} between pairs {field.where()} "
            f"of {field.game}; a table of more than two enters by its pairs"
        )


def fixation(
    payoff: NDArray[np.float64], selection: float | None, population: int = 50, *, limit: float = _LIMIT
) -> NDArray[np.float64]:
    """The chance that a mutant takes over.

    Args:
        payoff: float[..., K, K], what the row scores against the column.
        selection: alpha, > 0; None for the limit at infinity.
        population: m, >= 2.
        limit: the chance of a step against the payoffs in the limit, in (0, 1/2).

    Returns:
        float64[..., K, K], from the row's agent to the column's: with u = alpha (f(column, row) - f(row, column)),
        (1 - exp(-u)) / (1 - exp(-m u)), and 1/m at u = 0 (equation 3 of the supplement); in the limit 1 - `limit`, 1/2 or
        `limit` by the sign of u. The diagonal is 0.
    """
    gap = np.swapaxes(payoff, -1, -2) - payoff
    if selection is None:
        found = np.where(gap > 0, 1.0 - limit, np.where(gap < 0, limit, 0.5))
    else:
        u = np.clip(selection * gap, -600.0 / population, None)
        small = np.abs(u) < 1e-14
        safe = np.where(small, 1.0, u)
        found = np.where(small, 1.0 / population, np.expm1(-safe) / np.expm1(-population * safe))
    agents = payoff.shape[-1]
    found[..., np.arange(agents), np.arange(agents)] = 0.0
    chances: NDArray[np.float64] = found
    return chances


def stationary(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """The stationary distributions of irreducible Markov chains.

    Args:
        rates: float[..., K, K], positive off the diagonal, in any common scale; the diagonal is not read.

    Returns:
        float64[..., K]. By the elimination of Grassmann, Taksar & Heyman (1985, Operations Research 33), which subtracts
        nothing and so keeps every digit however small a rate is.
    """
    left = np.array(rates, dtype=np.float64)
    agents = left.shape[-1]
    for last in range(agents - 1, 0, -1):
        out = left[..., last, :last].sum(axis=-1)[..., np.newaxis]
        left[..., :last, last] /= out
        left[..., :last, :last] += left[..., :last, last, np.newaxis] * left[..., last, np.newaxis, :last]
    mass = np.zeros(left.shape[:-1])
    mass[..., :1] = 1.0
    for place in range(1, agents):
        mass[..., place] = (mass[..., :place] * left[..., :place, place]).sum(axis=-1)
    total = mass.sum(axis=-1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(mass, total, out=mass, where=total > 0)
    return shares
