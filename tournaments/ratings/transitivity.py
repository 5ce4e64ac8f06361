"""`transitivity`: can one number an agent tell who beats whom?

The likelihood ratio of the Bradley-Terry model, in which it can, against the model with a parameter for every pair. Pairs of
one block hang together, so the statistic is no chi-square; its mean and variance under the model are worked out from the
scores of the blocks, and the p-value is that of the F distribution with them (Rao & Scott 1984, Annals of Statistics 12; Thomas &
Rao 1987, Journal of the American Statistical Association 82).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Rating, Results
from tournaments.ratings.field import Field, field_of
from tournaments.ratings.pairs import PairScores, pair_scores
from tournaments.ratings.plackett_luce import ELO
from tournaments.ratings.reports import agent_row, check_alpha, report

__all__ = ["Transitivity", "TransitivityTest", "transitivity"]

_METHOD: Final = (
    "Bradley-Terry on the block means of pairs, likelihood ratio with a second-order correction for blocks"
)


@dataclass(frozen=True)
class TransitivityTest:
    """Outcome of the test. Q pairs that met."""

    ratio: float | None
    """Likelihood ratio, twice the difference of the log-likelihoods, a block one observation; None where it is undefined."""
    df: float | None
    """Degrees of freedom of its reference distribution, after Satterthwaite; None as above."""
    p: float
    """p-value of "one number an agent suffices"; 1 where the data cannot speak."""
    strengths: tuple[float, ...]
    """Bradley-Terry strengths in logits, mean 0; all 0 where the test is undefined."""
    worst: tuple[int, int, float, float] | None
    """The pair farthest from the model: two agents, the share of the first's wins, and what the model says; None as above."""
    sentence: str
    """What it means."""


@dataclass(frozen=True)
class Transitivity(Rating):
    """The test, with the strengths of the model that it tests.

    Raises:
        BadParameter: if `alpha` is not strictly between 0 and 1.
    """

    by: str | None = None
    """The metric that ranks; the game's primary one where None."""
    alpha: float = 0.05
    """The level below which the p-value speaks against one number an agent."""

    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """``test`` holds the statistic, the p-value and a sentence; values are the strengths under test."""
        check_alpha(self.alpha)
        field = field_of(picks, results, self.by)
        found = transitivity(pair_scores(field), alpha=self.alpha)
        note = "" if found.ratio is not None else "no strength: see the note"
        rows = [
            agent_row(
                field,
                agent,
                ELO * found.strengths[agent] if found.ratio is not None else None,
                None,
                None,
                method=_METHOD,
                note=note,
            )
            for agent in range(field.agents)
        ]
        return report(
            field,
            "transitivity",
            rows,
            quantity="strength",
            unit="Elo",
            method=_METHOD,
            estimand=_estimand(field),
            notes=(_named(field, found), "intervals of strengths: rating plackett-luce"),
            test={"ratio": found.ratio, "df": found.df, "p": found.p, "sentence": _named(field, found)},
        )


def _estimand(field: Field) -> str:
    return (
        f"log-odds of being placed above another agent by {field.metric.name} {field.where()} of {field.game}, as differences "
        "of one number an agent, in Elo about the mean of the field"
    )


def _named(field: Field, found: TransitivityTest) -> str:
    if found.worst is None or found.ratio is None:
        return found.sentence
    first, second, share, said = found.worst
    return (
        f"{found.sentence}; farthest from the model: {field.names[first]} is above {field.names[second]} in {100 * share:.1f} % of "
        f"meetings, where strengths say {100 * said:.1f} %"
    )


def transitivity(scores: PairScores, *, alpha: float = 0.05) -> TransitivityTest:
    """Test whether one strength an agent explains the pair scores.

    Args:
        scores: pair scores by ``"places"``.
        alpha: the level of the sentence.

    Returns:
        The test on all pairs that met. It is undefined, with p = 1 and a sentence, where the pairs are no more than a tree needs,
        where strengths are not bounded, or where there are fewer than two blocks.
    """
    met = scores.met.sum(axis=0)
    pairs = np.flatnonzero(met > 0)
    why = _undefined(scores, pairs)
    if why:
        return TransitivityTest(None, None, 1.0, (0.0,) * scores.agents, None, why)
    first, second = scores.first[pairs], scores.second[pairs]
    won = (scores.sums[:, pairs] + scores.met[:, pairs]) / 2
    share = won.sum(axis=0) / met[pairs]
    strengths = _bradley_terry(first, second, share, met[pairs], scores.agents)
    said = 1.0 / (1.0 + np.exp(strengths[second] - strengths[first]))
    ratio = 2 * float(met[pairs] @ (_cross(share, share) - _cross(share, said)))
    df, p = _reference(scores, pairs, said, ratio, won)
    gap = np.abs(share - said) * np.sqrt(met[pairs])
    at = int(gap.argmax())
    worst = (int(first[at]), int(second[at]), float(share[at]), float(said[at]))
    verdict = (
        f"one number an agent does not tell who beats whom (p = {p:.2g})"
        if p <= alpha
        else f"nothing speaks against one number an agent (p = {p:.2g})"
    )
    return TransitivityTest(ratio, df, p, tuple(strengths.tolist()), worst, verdict)


def _undefined(scores: PairScores, pairs: NDArray[np.int64]) -> str:
    """Why there is nothing to test; empty if there is."""
    from scipy.sparse.csgraph import connected_components

    if not pairs.size:
        return "no two agents met: there is nothing to test"
    if len(scores.sums) < 2:
        return "one block: nothing is known of the spread between blocks"
    first, second = scores.first[pairs], scores.second[pairs]
    total, met = scores.sums[:, pairs].sum(axis=0), scores.met[:, pairs].sum(axis=0)
    beats = np.zeros((scores.agents, scores.agents), dtype=np.int8)
    beats[first, second] = total > -met
    beats[second, first] = total < met
    playing = np.unique(np.r_[first, second])
    linked, _ = connected_components((beats + beats.T)[np.ix_(playing, playing)], directed=False)
    strong, _ = connected_components(beats[np.ix_(playing, playing)], directed=True, connection="strong")
    if strong > linked:
        return "somebody always won or always lost against the others: strengths are not bounded, so there is no test"
    if pairs.size <= playing.size - linked:
        return "every set of results between so few pairs fits some strengths: there is nothing to test"
    return ""


def _cross(share: NDArray[np.float64], said: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean log-likelihood of shares under the chances `said`."""
    from scipy.special import xlog1py, xlogy

    return np.asarray(xlogy(share, said) + xlog1py(1 - share, -said), dtype=np.float64)


def _bradley_terry(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    share: NDArray[np.float64],
    weight: NDArray[np.float64],
    agents: int,
) -> NDArray[np.float64]:
    """float64[K], the strengths of greatest likelihood in logits, mean 0, by Newton's method."""
    design = _design(first, second, agents)
    theta = np.zeros(agents)
    for _ in range(60):
        said = 1.0 / (1.0 + np.exp(-(design @ theta)))
        information = design.T @ ((weight * said * (1 - said))[:, np.newaxis] * design)
        step = np.asarray(
            np.linalg.pinv(information, hermitian=True) @ (design.T @ (weight * (share - said)))
        )
        # Long steps from a flat start are cut: the likelihood is concave, so the way is right.
        theta = theta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-12:
            break
    centred: NDArray[np.float64] = theta - theta.mean()
    return centred


def _design(first: NDArray[np.int64], second: NDArray[np.int64], agents: int) -> NDArray[np.float64]:
    rows = np.arange(first.size)
    design = np.zeros((first.size, agents))
    design[rows, first], design[rows, second] = 1.0, -1.0
    return design


def _reference(
    scores: PairScores,
    pairs: NDArray[np.int64],
    said: NDArray[np.float64],
    ratio: float,
    won: NDArray[np.float64],
) -> tuple[float, float]:
    """Degrees of freedom and p-value from the covariance of the blocks' scores off the model."""
    from scipy.special import fdtrc

    met = scores.met[:, pairs]
    weight = met.sum(axis=0) * said * (1 - said)
    root = np.sqrt(weight)
    design = _design(scores.first[pairs], scores.second[pairs], scores.agents) * root[:, np.newaxis]
    off = np.eye(pairs.size) - design @ np.linalg.pinv(design)
    units = len(met)
    moved = ((won - met * said) / root) @ off
    covariance = moved.T @ moved * (units / (units - 1))
    trace, squares = float(np.trace(covariance)), float((covariance * covariance).sum())
    if trace <= 1e-12:
        return 0.0, 1.0
    df = trace * trace / squares
    return df, float(fdtrc(df, df * (units - 1), ratio / trace))
