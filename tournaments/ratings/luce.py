"""The Plackett-Luce model by maximum likelihood, with seats as covariates and a covariance clustered on blocks.

The first of the agents left is chosen with a probability in proportion to exp(strength + seat), again and again (Luce 1959;
Plackett 1975, Applied Statistics 24). At tables of two it is the model of Bradley and Terry (1952). Newton's method on the
distinct orderings; the log-likelihood is concave (Hunter 2004, Annals of Statistics 32, section 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments.ratings.likelihood import Design, Likelihood, Moments

__all__ = ["RIDGE", "Luce", "fit_luce"]

_TOLERANCE: Final = 1e-10
"""A step this small is the last, and not worth another look at the data: the one after it would be of its square."""
_MOST_STEPS: Final = 60
RIDGE: Final = 0.04
"""The precision of the weak prior on a strength where the data do not bound it: normal with standard deviation 5 logits."""


@dataclass(frozen=True, eq=False)
class Luce:
    """A fitted model. P parameters as in its design, B blocks."""

    design: Design
    """What the parameters are."""
    beta: NDArray[np.float64]
    """float64[P], logits; strengths sum to zero in each linked component, seat effects over their table."""
    inverse: NDArray[np.float64]
    """float64[P, P], the inverse of the negative Hessian on what is identified: the textbook covariance."""
    covariance: NDArray[np.float64]
    """float64[P, P], clustered on blocks; meaningless below two blocks."""
    blocks: int
    """B."""
    likelihood: float
    """The log-likelihood, natural logarithms."""
    converged: bool
    """Whether the gradient vanishes with all parameters within reach of the data."""


def fit_luce(likelihood: Likelihood, component: NDArray[np.int64], ridge: float = 0.0) -> Luce:
    """Fit by Newton's method with step halving, from equal strengths.

    Args:
        likelihood: what is to be as large as can be.
        component: int64[K], equal labels for agents linked by matches.
        ridge: precision of a normal prior on every parameter, per squared logit; 0 for plain maximum likelihood.

    Returns:
        The maximum, with the sandwich covariance H^-1 (sum over blocks of g_b g_b') H^-1 B/(B-1) (Liang & Zeger 1986,
        Biometrika 73).
    """
    design = likelihood.design
    null = design.null(component)
    pin = null @ null.T
    beta = np.zeros(design.size)
    at = _held(likelihood.at_zero, beta, ridge)
    converged = False
    for _ in range(_MOST_STEPS):
        # Adding `pin` makes the matrix regular and leaves the step, which is orthogonal to it, as it is.
        pinned = at.information + pin * _scale(at)
        step = np.asarray(np.linalg.lstsq(pinned, at.gradient, rcond=None)[0], dtype=np.float64)
        converged = float(np.abs(step).max()) < _TOLERANCE * (1.0 + float(np.abs(beta).max()))
        if converged:
            beta = beta + step
            break
        beta, at = _uphill(likelihood, (beta, step), at, ridge)
    inverse = np.linalg.pinv(at.information + pin * _scale(at), hermitian=True) - pin / _scale(at)
    meat, blocks = _meat(likelihood, beta)
    covariance = inverse @ meat @ inverse * (blocks / max(1, blocks - 1))
    return Luce(design, beta, inverse, covariance, blocks, at.value, converged)


def _scale(at: Moments) -> float:
    return max(1.0, float(np.trace(at.information)) / len(at.gradient))


def _held(at: Moments, beta: NDArray[np.float64], ridge: float) -> Moments:
    """The moments together with those of a normal prior of precision `ridge`."""
    return Moments(
        at.value - 0.5 * ridge * float(beta @ beta),
        at.gradient - ridge * beta,
        at.information + ridge * np.eye(beta.size),
    )


def _uphill(
    likelihood: Likelihood,
    steps: tuple[NDArray[np.float64], NDArray[np.float64]],
    at: Moments,
    ridge: float,
) -> tuple[NDArray[np.float64], Moments]:
    """From a point by a step, halved until it does not lead down."""
    beta, step = steps
    for halvings in range(30):
        there = beta + step / 2**halvings
        after = _held(likelihood.at(there), there, ridge)
        if after.value >= at.value - 1e-12 * (1 + abs(at.value)):
            return there, after
    return beta, at


def _meat(likelihood: Likelihood, beta: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """The sum over blocks of the squared gradients of their log-likelihoods, float64[P, P], and how many blocks.

    A block holds few of the agents where there are many: its gradient is kept without its zeros.
    """
    from scipy.sparse import csr_array

    design, blocks = likelihood.design, 0
    found = np.zeros((design.size, design.size))
    strengths = slice(design.agents)
    for number, group in enumerate(likelihood.groups):
        slopes, n = likelihood.slopes(number, beta), group.players.shape[1]
        if group.which is not None:
            slopes = slopes[group.which]
        starts = np.flatnonzero(np.r_[True, np.diff(group.blocks) > 0])
        by_seat = np.add.reduceat(slopes, starts, axis=0)
        # From here on the slopes and the copy of the agents belong to the matrix, which adds up its duplicates in place.
        entries = (slopes.ravel(), group.players.ravel().astype(np.int32), np.r_[starts, len(slopes)] * n)
        by_agent = csr_array(entries, shape=(starts.size, design.agents))
        by_agent.sum_duplicates()
        found[strengths, strengths] += (by_agent.T @ by_agent).toarray()
        if design.seats[number]:
            seats = slice(design.seat_offset(number), design.seat_offset(number) + n)
            across = by_agent.T @ by_seat
            found[strengths, seats] += across
            found[seats, strengths] += across.T
            found[seats, seats] += np.einsum("bi,bj->ij", by_seat, by_seat)
        blocks += starts.size
    return found, blocks
