"""Quantiles and tail areas; SciPy is loaded at the first call and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def normal_quantile(probability: float) -> float:
    """The z with P(Z <= z) = `probability` for a standard normal Z."""
    from scipy import special

    return float(special.ndtri(probability))


def normal_critical(alpha: float) -> float:
    """The z with P(|Z| >= z) = `alpha` for a standard normal Z."""
    return -normal_quantile(alpha / 2)


def t_critical(alpha: float, df: ArrayLike) -> NDArray[np.float64]:
    """The t with P(|T| >= t) = `alpha` for Student's T, elementwise over the degrees of freedom `df` > 0."""
    from scipy import special

    return np.asarray(-special.stdtrit(np.asarray(df, dtype=np.float64), alpha / 2), dtype=np.float64)


def t_two_sided(statistic: ArrayLike, df: ArrayLike) -> NDArray[np.float64]:
    """P(|T| >= |t|) for Student's T, elementwise; `df` > 0 may be fractional."""
    from scipy import special

    tail = special.stdtr(np.asarray(df, dtype=np.float64), -np.abs(np.asarray(statistic, dtype=np.float64)))
    return np.asarray(2.0 * tail, dtype=np.float64)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The x with P(X <= x) = `probability` for X ~ Beta(a, b)."""
    from scipy import special

    return float(special.betaincinv(a, b, probability))


def gamma_quantile(probability: float, shape: float) -> float:
    """The x with P(X <= x) = `probability` for X ~ Gamma(`shape`) of scale 1.

    It is the mean of the Poisson count that reaches `shape` with that probability.
    """
    from scipy import special

    return float(special.gammaincinv(shape, probability))
