"""What playing each deal in all its seatings saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["duplicate_factor"]


def duplicate_factor(differences: ArrayLike) -> float | None:
    """How many times more matches on deals of their own, seats drawn, give the precision of these duplicates.

    With d[b, s] the difference of two agents in seating s of deal b, a match on a deal of its own has the variance of d over
    deals and seatings together, and the mean of S such matches a share 1/S of it; the factor is that over the variance of
    the block means. It is the inverse of the design effect 1 + (S - 1) rho (Kish, Survey Sampling, 1965, section 5.4).

    Args:
        differences: float64[B, S]; NaN where the two were not both at the table.

    Returns:
        The factor; None with fewer than two whole blocks or if the block means do not vary.

    Raises:
        BadParameter: if the array is not two-dimensional or holds an infinity.
    """
    table = np.asarray(differences, dtype=np.float64)
    if table.ndim != 2:
        raise BadParameter(f"differences are an array of shape (blocks, seatings), got shape {table.shape!r}")
    if np.isinf(table).any():
        raise BadParameter("differences are finite numbers, or NaN where an agent is absent; got an infinity")
    whole: NDArray[np.float64] = table[~np.isnan(table).any(axis=1)]
    if len(whole) < 2 or not whole.shape[1]:
        return None
    block = float(whole.mean(axis=1).var(ddof=1))
    single = float(whole.var(axis=0, ddof=1).mean() + whole.mean(axis=0).var())
    if block <= np.finfo(np.float64).eps * single:
        return None
    return float(single / whole.shape[1] / block)
