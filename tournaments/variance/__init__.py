"""Variance reduction: the same means from fewer deals, unbiased.

Luck whose expectation is known to be 0 is taken off the block means: what the deal gave (control variates) and what the
deals and draws of a match brought by a value function (AIVAT). Whatever is fitted is fitted on other blocks.
"""

from __future__ import annotations

from tournaments.variance.controls import Controlled, control
from tournaments.variance.duplicates import duplicate_factor
from tournaments.variance.reduce import METHODS, reduce, reduce_stored
from tournaments.variance.replayed import deal_table, luck_of_results
from tournaments.variance.report import (
    Method,
    MethodPair,
    PairFactor,
    RoundVariance,
    VarianceReport,
    ZeroMean,
    variance_json,
)

__all__ = [
    "METHODS",
    "Controlled",
    "Method",
    "MethodPair",
    "PairFactor",
    "RoundVariance",
    "VarianceReport",
    "ZeroMean",
    "control",
    "deal_table",
    "duplicate_factor",
    "luck_of_results",
    "reduce",
    "reduce_stored",
    "variance_json",
]
