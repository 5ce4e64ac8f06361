"""What a variance reduction found: plain values, with a JSON form."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tournaments.statistics import Estimate

__all__ = [
    "Method",
    "MethodPair",
    "PairFactor",
    "RoundVariance",
    "VarianceReport",
    "ZeroMean",
    "variance_json",
]


@dataclass(frozen=True)
class MethodPair:
    """How two agents compare by one method."""

    first: int
    """An agent of the plan."""
    second: int
    """Another."""
    difference: Estimate
    """Score of the first less that of the second, in the unit of the metric."""
    p: float
    """Two-sided p-value of "no difference" of this pair alone."""
    factor: float | None
    """Variance of the plain block differences over that of these: so many times fewer blocks give the same interval. None
    where either does not vary or the pair met less than twice."""


@dataclass(frozen=True)
class Method:
    """The estimates by one method."""

    name: str
    """One of `METHODS`."""
    what: str
    """What it does, in one line."""
    scores: tuple[Estimate, ...]
    """The mean of the metric of each participant, in their order."""
    pairs: tuple[MethodPair, ...]
    """Every pair of participants, in their order."""
    coefficients: Mapping[str, tuple[float, ...]]
    """What was taken off for each unit of a variate, by its name: the mean over the folds, for each participant."""
    note: str
    """What a reader must know; empty if nothing."""
    means: NDArray[np.float64] = field(compare=False, repr=False)
    """float64[B, m], the adjusted block means by participant; NaN where one is absent. No part of the JSON form."""


@dataclass(frozen=True)
class PairFactor:
    """What duplicate deals saved one pair."""

    first: int
    """An agent of the plan."""
    second: int
    """Another."""
    factor: float | None
    """As `duplicate_factor`."""


@dataclass(frozen=True)
class ZeroMean:
    """Whether a variate behaves as chance says it must."""

    name: str
    """The variate."""
    worst: float
    """Its mean in standard errors, of the participant farthest from 0; beyond 4 something is wrong with the deals, with the
    digests or with the agents' dice. 0 where it does not vary."""


@dataclass(frozen=True)
class RoundVariance:
    """One round."""

    number: int
    """The round's number."""
    game: str
    """The spelling of its game."""
    metric: str
    """What is compared."""
    unit: str
    """Its unit."""
    participants: tuple[int, ...]
    """The agents of the plan that took part; the order of all columns."""
    names: tuple[str, ...]
    """Their spellings."""
    blocks: int
    """B, deal blocks."""
    seatings: int
    """S, matches of each block."""
    duplicates: tuple[PairFactor, ...]
    """What playing each deal S times saved, for every pair; none where S is 1."""
    methods: tuple[Method, ...]
    """By method, the plain one first."""
    checks: tuple[ZeroMean, ...]
    """Every variate that was used."""
    notes: tuple[str, ...]
    """What a reader must know beyond the numbers."""

    def method(self, name: str) -> Method | None:
        """The method called `name`; None where it was not asked for or the game cannot do it."""
        return next((method for method in self.methods if method.name == name), None)


@dataclass(frozen=True)
class VarianceReport:
    """All rounds of a tournament."""

    rounds: tuple[RoundVariance, ...]
    """In their order."""


def variance_json(report: VarianceReport) -> dict[str, Any]:
    """The report as plain data: dictionaries, lists, numbers, texts and None; no NaN."""
    return {"rounds": [_plain(part) for part in report.rounds]}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [one.name for one in dataclasses.fields(value)]
        kept = [name for name in fields if not (isinstance(value, Method) and name == "means")]
        return {name: _plain(getattr(value, name)) for name in kept}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value
