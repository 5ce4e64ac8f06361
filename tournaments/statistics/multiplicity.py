"""Many comparisons at once, with the chance of even one false claim held at alpha."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["bonferroni", "holm"]


def bonferroni(p_values: ArrayLike) -> NDArray[np.float64]:
    """Bonferroni-adjusted p-values: min(1, m p).

    Args:
        p_values: float[m] in [0, 1].

    Raises:
        BadParameter: if one is NaN or lies outside [0, 1].
    """
    p = _check(p_values)
    return np.minimum(1.0, p.size * p)


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's step-down adjusted p-values (Scandinavian Journal of Statistics 6, 1979).

    The i-th smallest of m is multiplied by m - i + 1, then made monotone: never above Bonferroni's, and
    valid under any dependence between the tests.

    Args:
        p_values: float[m] in [0, 1].

    Returns:
        float[m] in the given order; reject where it is <= alpha.

    Raises:
        BadParameter: if one is NaN or lies outside [0, 1].
    """
    p = _check(p_values)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)))
    return adjusted


def _check(p_values: ArrayLike) -> NDArray[np.float64]:
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or np.isnan(p).any() or (p.size and (p.min() < 0 or p.max() > 1)):
        raise BadParameter(f"p-values are a list of numbers between 0 and 1, got {p_values!r}")
    return p
