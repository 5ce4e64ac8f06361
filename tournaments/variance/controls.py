"""Control variates with known expectation 0, their coefficients fitted on other blocks.

With x of expectation 0 the mean of y - beta x has the expectation of y for every fixed beta, and the least variance at the
regression coefficient (Lavenberg & Welch, "A Perspective on the Use of Control Variables to Increase the Efficiency of
Monte Carlo Simulations", Management Science 27, 1981). A coefficient fitted on the same blocks depends on their x, and
the product is biased by order 1/B. Here the blocks are cut into folds and each fold gets the coefficients of the others
(cross-fitting; Chernozhukov et al., "Double/debiased machine learning", Econometrics Journal 21, 2018, section 3): then beta
and x are independent, and nothing is biased at any number of blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arena.errors import BadParameter, nearest
from tournaments.statistics._checks import check_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["FOLDS", "SLOPES", "Controlled", "control"]

FOLDS: Final = 10
"""Folds where nothing else is said."""
SLOPES: Final = ("own", "common")
"""Whose coefficients are fitted: each agent's own, or one vector for all."""

_PER_TERM: Final = 8
"""Blocks to learn from for each coefficient and the mean; with fewer a fit adds more variance than it takes."""
_RANK: Final = 1e-9
"""Directions of a correlation matrix with a smaller eigenvalue are no direction."""


@dataclass(frozen=True, eq=False)
class Controlled:
    """Block means with the luck taken off. B blocks, K agents, C variates, F folds."""

    means: NDArray[np.float64]
    """float64[B, K], of the same expectation as the plain means; NaN where an agent is absent."""
    coefficients: NDArray[np.float64]
    """float64[F, K, C], what was taken off for each unit of a variate in each fold."""
    fold: NDArray[np.int64]
    """int64[B], the fold of each block: runs of consecutive blocks, as equal as can be."""
    note: str = ""
    """What a reader must know; empty if nothing."""


def control(means: ArrayLike, variates: ArrayLike, *, slopes: str = "own", folds: int = FOLDS) -> Controlled:
    """Take the luck off block means: y - beta x, beta by least squares on the other folds.

    Args:
        means: y, float64[B, K], NaN where an agent is absent.
        variates: x, float64[B, K, C], each of expectation 0; not looked at where an agent is absent.
        slopes: ``"own"``, every agent has his coefficients; or ``"common"``, all share them, so that variates that
            sum to zero over the agents leave the sums of the means as they were.
        folds: F >= 2; fewer where there are fewer blocks.

    Returns:
        The adjusted means. Where a fold has fewer than 8 (C + 1) other blocks to learn from, or a variate does not vary,
        nothing is taken off; whether that is so depends on no score, so the expectation stays.

    Raises:
        BadParameter: if shapes do not fit, a variate is not finite where its agent is present, or a setting is unknown.
    """
    table = check_table(means)
    x = np.asarray(variates, dtype=np.float64)
    if x.ndim != 3 or x.shape[:2] != table.shape:
        raise BadParameter(
            f"variates have the shape {(*table.shape, 'C')!r} of the means, got shape {x.shape!r}"
        )
    if slopes not in SLOPES:
        guess = nearest(slopes, SLOPES) or SLOPES[0]
        raise BadParameter(f"slopes are one of {', '.join(SLOPES)}, got {slopes!r}; did you mean {guess!r}?")
    if folds < 2:
        raise BadParameter(f"folds are at least 2, got {folds!r}: coefficients come from the other folds")
    present = ~np.isnan(table)
    if not np.isfinite(x[present]).all():
        raise BadParameter("variates are finite numbers wherever the agent is present")
    x = np.where(present[..., np.newaxis], x, 0.0)
    blocks = len(table)
    count = max(1, min(folds, blocks))
    fold = np.arange(blocks) * count // max(blocks, 1)
    coefficients, short = _fitted(np.where(present, table, 0.0), x, present, fold, count, slopes == "common")
    adjusted = table - np.einsum("bkc,bkc->bk", x, coefficients[fold])
    note = f"{short} of {count * table.shape[1]} fits had too few blocks: nothing taken off" if short else ""
    return Controlled(adjusted, coefficients, fold, note)


def _fitted(  # noqa: PLR0917  # everything of one fit
    y: NDArray[np.float64],
    x: NDArray[np.float64],
    present: NDArray[np.bool_],
    fold: NDArray[np.int64],
    folds: int,
    common: bool,
) -> tuple[NDArray[np.float64], int]:
    """float64[F, K, C], the coefficients for each fold from the blocks of all others; and how many could not be fitted."""
    agents, terms = x.shape[1:]
    count = np.zeros((folds, agents))
    joint = np.zeros((folds, agents, terms + 1, terms + 1))
    sums = np.zeros((folds, agents, terms + 1))
    both = np.concatenate([x, y[..., np.newaxis]], axis=2)
    # Centred once, so that no precision is lost in differences of sums of squares.
    level = both.sum(axis=0) / np.maximum(present.sum(axis=0), 1)[:, np.newaxis]
    both = np.where(present[..., np.newaxis], both - level, 0.0)
    for number in range(folds):
        part = both[fold == number]
        count[number] = present[fold == number].sum(axis=0)
        sums[number] = part.sum(axis=0)
        joint[number] = np.einsum("bkc,bkd->kcd", part, part)
    others = count.sum(axis=0) - count
    sums, joint = sums.sum(axis=0) - sums, joint.sum(axis=0) - joint
    centred = (
        joint - np.einsum("fkc,fkd->fkcd", sums, sums) / np.maximum(others, 1)[..., np.newaxis, np.newaxis]
    )
    if common:
        centred = np.broadcast_to(centred.sum(axis=1, keepdims=True), centred.shape)
        others = np.broadcast_to(others.max(axis=1, keepdims=True), others.shape)
    enough = others >= _PER_TERM * (terms + 1)
    found = np.where(enough[..., np.newaxis], _solved(centred[..., :-1, :-1], centred[..., :-1, -1]), 0.0)
    return found, int(np.count_nonzero(~enough))


def _solved(squares: NDArray[np.float64], products: NDArray[np.float64]) -> NDArray[np.float64]:
    """The least-squares coefficients, float64[..., C]; 0 in directions in which nothing varies."""
    if not products.shape[-1]:
        return products
    scale = np.sqrt(np.maximum(np.einsum("...cc->...c", squares), 0.0))
    safe = np.where(scale > 0, scale, 1.0)
    correlations = squares / safe[..., :, np.newaxis] / safe[..., np.newaxis, :]
    inverse = np.linalg.pinv(correlations, rcond=_RANK, hermitian=True)
    found: NDArray[np.float64] = np.einsum("...cd,...d->...c", inverse, products / safe) / safe
    return found
