"""What the functions of score tasks ask of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def check_scores(scores: ArrayLike, what: str = "scores") -> NDArray[np.float64]:
    """Scores of one agent as float64[B, T]: B seeds of each of T tasks; one task may come as float[B].

    Raises:
        BadParameter: if the shape is another, there is no seed or no task, or a number is not finite.
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim == 1:
        table = table[:, np.newaxis]
    if table.ndim != 2 or table.size == 0:
        raise BadParameter(f"{what} are an array of shape (seeds, tasks), got shape {np.shape(scores)!r}")
    if not np.isfinite(table).all():
        worst = float(table[~np.isfinite(table)][0])
        raise BadParameter(f"{what} are finite, one for every seed of every task; got {worst!r}")
    return table


def check_both(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The scores of two agents on the same seeds, float64[B, T] each.

    Raises:
        BadParameter: if they are no such scores, or of other seeds or tasks than each other.
    """
    one, other = check_scores(first), check_scores(second)
    if one.shape != other.shape:
        raise BadParameter(
            f"two agents are compared on the same seeds of the same tasks, got shapes {one.shape!r} and {other.shape!r}"
        )
    return one, other
