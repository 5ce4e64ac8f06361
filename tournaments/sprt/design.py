"""What a sequential test asks: two hypotheses, two error rates, and what a block is measured by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from arena.errors import BadParameter, UnknownName
from tournaments.sprt.elo import LARGEST_ELO, score_of, t_of

__all__ = ["MODELS", "Design", "Measure"]

MODELS: Final = ("elo", "nelo", "difference")
"""What hypotheses may be about: logistic Elo, normalized Elo, a difference in the unit of the metric."""


@dataclass(frozen=True)
class Measure:
    """What one number a block stands for."""

    kind: str
    """``"share"``: the share of the comparisons within a block that the first agent wins, ties half, in [0, 1];
    ``"difference"``: his mean score less the other's."""
    games: int
    """Matches of a block in which the two meet; the unit of normalized Elo."""
    cells: tuple[float, ...] = ()
    """Every value that a block can have, ascending, where there are few (a trinomial, a pentanomial); else none."""

    @property
    def reference(self) -> float:
        """The value of equal agents."""
        return 0.5 if self.kind == "share" else 0.0


@dataclass(frozen=True)
class Design:
    """A sequential probability ratio test of "the difference is `low`" against "it is `high`".

    Wald, Sequential Analysis, 1947; the bounds are his section 3.2.

    Raises:
        BadParameter: if the hypotheses or the error rates make no test.
        UnknownName: if there is no such model.
    """

    model: str = "elo"
    """One of `MODELS`."""
    low: float = 0.0
    """The difference under the null hypothesis, in the unit of the model."""
    high: float = 5.0
    """The difference under the alternative, above `low`."""
    alpha: float = 0.05
    """The probability of accepting `high` where `low` is true, in (0, 0.5)."""
    beta: float = 0.05
    """The probability of accepting `low` where `high` is true, in (0, 0.5)."""

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise UnknownName("model of an SPRT", self.model, MODELS)
        for name, value in (("low", self.low), ("high", self.high)):
            if not math.isfinite(value):
                raise BadParameter(f"expected finite hypotheses, got {self.model} {name} {value!r}")
        if not self.low < self.high:
            raise BadParameter(
                f"expected {self.model}0 below {self.model}1, got {self.low!r} and {self.high!r}; "
                f"the nearest that will do are {self.high!r} and {self.low!r}"
                if self.low > self.high
                else f"expected {self.model}0 below {self.model}1, got {self.low!r} twice"
            )
        for name, rate in (("alpha", self.alpha), ("beta", self.beta)):
            if not 0 < rate < 0.5:
                raise BadParameter(f"expected {name} between 0 and 0.5, got {rate!r}; 0.05 is usual")
        if self.model == "elo" and max(abs(self.low), abs(self.high)) > LARGEST_ELO:
            raise BadParameter(f"expected Elo within {LARGEST_ELO:.0f}, got {self.low!r} and {self.high!r}")

    @property
    def lower(self) -> float:
        """The log-likelihood ratio at which `low` is accepted, log(beta / (1 - alpha)) (Wald's approximation)."""
        return math.log(self.beta / (1 - self.alpha))

    @property
    def upper(self) -> float:
        """The log-likelihood ratio at which `high` is accepted, log((1 - beta) / alpha)."""
        return math.log((1 - self.beta) / self.alpha)

    def targets(self, measure: Measure) -> tuple[float, float]:
        """The hypotheses as means of a block, or as ratios of mean to standard deviation for normalized Elo.

        Raises:
            BadParameter: if Elo is asked of differences, or a difference of shares.
        """
        if self.model == "nelo":
            return t_of(self.low, measure.games), t_of(self.high, measure.games)
        wanted = "share" if self.model == "elo" else "difference"
        if measure.kind != wanted:
            raise BadParameter(
                f"model {self.model!r} tests {wanted}s, got {measure.kind}s; 'nelo' tests both"
            )
        if self.model == "elo":
            return score_of(self.low), score_of(self.high)
        return self.low, self.high
