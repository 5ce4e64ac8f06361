"""What every function here asks of its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

ROUNDING = 64 * float(np.finfo(np.float64).eps)
"""Relative size below which a difference of two block means is the rounding of their sums."""


def check_alpha(alpha: float) -> float:
    """`alpha` as a float, 0 < alpha < 1.

    Raises:
        BadParameter: if it is anything else.
    """
    if not 0.0 < alpha < 1.0:
        raise BadParameter(f"alpha lies strictly between 0 and 1, got {alpha!r}; 0.05 gives 95 % intervals")
    return float(alpha)


def check_table(means: ArrayLike) -> NDArray[np.float64]:
    """Block means as float64[B, K]; NaN marks an agent that is not in the block.

    Raises:
        BadParameter: if the array is not two-dimensional, holds no agent or holds an infinity.
    """
    table = np.asarray(means, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] == 0:
        raise BadParameter(f"block means are an array of shape (blocks, agents), got shape {table.shape!r}")
    if np.isinf(table).any():
        raise BadParameter("block means are finite numbers, or NaN where an agent is absent; got an infinity")
    return table


def check_blocks(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """One value a block, float64[B], with the absent blocks (NaN) left out.

    Raises:
        BadParameter: if the array is not one-dimensional or holds an infinity.
    """
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise BadParameter(f"{what} are one number a block, got shape {column.shape!r}")
    if np.isinf(column).any():
        raise BadParameter(f"{what} are finite numbers, or NaN where the agent is absent; got an infinity")
    present: NDArray[np.float64] = column[~np.isnan(column)]
    return present


def check_shares(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """One share in [0, 1] a block, float64[B], with the absent blocks (NaN) left out.

    Raises:
        BadParameter: if a value lies outside [0, 1].
    """
    shares = check_blocks(values, what)
    if shares.size and (shares.min() < -ROUNDING or shares.max() > 1 + ROUNDING):
        worst = shares.min() if shares.min() < -ROUNDING else shares.max()
        raise BadParameter(f"{what} lie between 0 and 1, got {float(worst)!r}")
    return np.clip(shares, 0.0, 1.0)


def check_index(values: ArrayLike, rows: int, what: str, *, below: int | None = None) -> NDArray[np.int64]:
    """Indices int64[rows], none negative and all less than `below`.

    Raises:
        BadParameter: if they are no such numbers or not `rows` many.
    """
    index = np.asarray(values)
    if index.shape != (rows,):
        raise BadParameter(f"{what} are one index a row, shape {(rows,)!r}, got shape {index.shape!r}")
    if rows == 0:
        return np.zeros(0, dtype=np.int64)
    if index.dtype.kind not in "iu" or index.min() < 0:
        raise BadParameter(
            f"{what} are whole numbers >= 0, got {index.min().item()!r} as {index.dtype.name!r}"
        )
    if below is not None and index.max() >= below:
        raise BadParameter(f"{what} are below {below!r}, got {int(index.max())!r}")
    return index.astype(np.int64)
