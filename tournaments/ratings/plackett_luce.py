"""`plackett-luce`: strengths on the Elo scale from whole orderings, with intervals that know what a deal is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Rating, Results
from tournaments.ratings.field import Field, field_of
from tournaments.ratings.likelihood import Design, Likelihood
from tournaments.ratings.luce import RIDGE, Luce, fit_luce
from tournaments.ratings.orderings import Orderings, orderings_of
from tournaments.ratings.reports import agent_row, check_alpha, report
from tournaments.statistics._distributions import t_critical

__all__ = ["ELO", "LuceFit", "PlackettLuce", "fit_field"]

ELO: Final = 400.0 / math.log(10.0)
"""Elo points a logit: 400 points are odds of ten to one."""
_METHOD: Final = "Plackett-Luce by maximum likelihood, sandwich clustered on blocks, t interval"
_FARTHEST: Final = 12.0
"""Logits beyond which an agent on a seat has left the data behind."""
_ROUNDING: Final = 1e-9
"""Standard errors below this, in logits, are rounding."""


@dataclass(frozen=True, eq=False)
class LuceFit:
    """A field, fitted. K agents."""

    luce: Luce
    """The model."""
    groups: tuple[Orderings, ...]
    """What it was fitted to."""
    component: NDArray[np.int64]
    """int64[K], equal labels for agents linked by matches."""
    bounded: NDArray[np.int64]
    """int64[K], equal labels for agents whose differences the data bound."""
    anchor: NDArray[np.bool_]
    """bool[K, K], row by row the agents whose mean is the zero of that agent's scale."""
    notes: tuple[str, ...]
    """What became of seats, separation and links."""

    @property
    def strengths(self) -> NDArray[np.float64]:
        """float64[K], logits above the mean of each agent's anchor."""
        theta = self.luce.beta[: len(self.component)]
        above: NDArray[np.float64] = theta - self.anchor @ theta / self.anchor.sum(axis=1)
        return above

    def errors(self, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[K], standard errors of `strengths` under a covariance of the parameters."""
        agents = len(self.component)
        contrast = np.eye(agents) - self.anchor / self.anchor.sum(axis=1, keepdims=True)
        variance = ((contrast @ covariance[:agents, :agents]) * contrast).sum(axis=1)
        errors: NDArray[np.float64] = np.sqrt(np.maximum(variance, 0.0))
        return errors

    def has_interval(self, agent: int) -> bool:
        """Whether the data bound the agent's distance from its anchor."""
        return bool((self.bounded[self.anchor[agent]] == self.bounded[agent]).all())


@dataclass(frozen=True)
class PlackettLuce(Rating):
    """Batch Plackett-Luce ratings.

    Raises:
        BadParameter: if `alpha` is not strictly between 0 and 1.
    """

    by: str | None = None
    """The metric whose order is rated; the game's primary one where None."""
    seats: bool = True
    """Whether seats have effects of their own, estimated along."""
    anchor: float = 1500.0
    """The Elo of the mean of the field."""
    alpha: float = 0.05
    """1 - confidence of each interval."""

    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """Strengths in Elo; ``seats`` holds the effects of the seats."""
        check_alpha(self.alpha)
        field = field_of(picks, results, self.by)
        fit = fit_field(field, seats=self.seats)
        rows = self._rows(field, fit)
        depth = "" if field.depth is None else ", first places only"
        return report(
            field,
            "plackett-luce",
            rows,
            quantity="strength",
            unit="Elo",
            method=_METHOD,
            estimand=(
                f"strength in a Plackett-Luce model of the order by {field.metric.name} {field.where()} of {field.game}"
                f"{depth}: 400 points are odds of 10 to 1 to be placed above, seats held equal"
            ),
            notes=[f"anchor: the mean of the field is {self.anchor:g} Elo", *fit.notes],
            seats=self._seats(fit),
            log_likelihood=fit.luce.likelihood,
        )

    def _rows(self, field: Field, fit: LuceFit) -> list[dict[str, Any]]:
        blocks, played = fit.luce.blocks, field.played
        values = self.anchor + ELO * fit.strengths
        errors = fit.errors(fit.luce.covariance)
        textbook = ELO * fit.errors(fit.luce.inverse)
        # Whoever sat in a part of the blocks has so many fewer to be sure of.
        reach = ELO * t_critical(self.alpha, np.maximum(1, field.blocks_of_each - 1))
        rows = []
        for agent in range(field.agents):
            note = _why(fit, agent, bool(played[agent]), int(played.sum()), float(errors[agent]))
            if not played[agent]:
                rows.append(agent_row(field, agent, None, None, None, method=_METHOD, note=note, se=None))
                continue
            bound = blocks > 1 and fit.has_interval(agent) and played.sum() > 1
            half = float(reach[agent] * errors[agent])
            value = float(values[agent])
            low, high = (value - half, value + half) if bound else (None, None)
            more = {
                "se": ELO * float(errors[agent]) if bound else None,
                "se_independent": float(textbook[agent]) if bound else None,
            }
            rows.append(agent_row(field, agent, value, low, high, method=_METHOD, note=note, **more))
        return rows

    def _seats(self, fit: LuceFit) -> list[dict[str, Any]]:
        """The effect of each seat in Elo against the mean of its table, with its interval."""
        luce, found = fit.luce, []
        reach = ELO * float(t_critical(self.alpha, max(1, luce.blocks - 1)))
        for number, count in enumerate(luce.design.seats):
            first = luce.design.seat_offset(number)
            for seat in range(count):
                value = ELO * float(luce.beta[first + seat])
                variance = float(luce.covariance[first + seat, first + seat])
                half = reach * math.sqrt(max(variance, 0.0)) if luce.blocks > 1 else None
                found.append(
                    {
                        "table": count,
                        "seat": seat,
                        "value": value,
                        "low": None if half is None else value - half,
                        "high": None if half is None else value + half,
                    }
                )
        return found


def _why(fit: LuceFit, agent: int, played: bool, players: int, error: float) -> str:
    """What a reader must know of one agent's numbers; empty if nothing."""
    if not played:
        return "played no match against anybody"
    if players == 1:
        return "the only agent: there is nobody to be compared with"
    if not fit.has_interval(agent):
        others = fit.component == fit.component[agent]
        return _unbounded(fit, agent, others)
    if fit.luce.blocks < 2:
        return "one block: no interval, since the spread between blocks is unknown"
    if error < _ROUNDING:
        return "the same result in every block: an interval without width"
    return ""


def _unbounded(fit: LuceFit, agent: int, others: NDArray[np.bool_]) -> str:
    above = fit.luce.beta[agent] > np.mean(fit.luce.beta[: len(others)][others])
    side = "never placed below" if above else "never placed above"
    return f"{side} those outside its group: the data set no bound, a weak prior keeps the value finite, no interval"


def fit_field(field: Field, *, seats: bool = True) -> LuceFit:
    """Fit the model, with what is needed to read it.

    Where an agent, or a group, never loses to the others (or never wins), the likelihood has no maximum; then a weak
    prior, normal with a standard deviation of 5 logits, holds the values, and only differences within a group get intervals.
    Agents that no chain of matches links have a scale of their own each.

    Args:
        field: the matches.
        seats: whether to fit effects of seats, where they can be told from those of the agents.
    """
    groups = tuple(orderings_of(table, field.depth) for table in field.tables)
    component, bounded = _linked(groups, field.agents)
    linked = np.unique(component[field.played]).size
    notes: list[str] = []
    separated = any(np.unique(bounded[component == label]).size > 1 for label in np.unique(component))
    design = Design(
        field.agents, tuple(group.agents.shape[1] if group.seated and seats else 0 for group in groups)
    )
    likelihood = Likelihood(groups, design)
    if any(design.seats) and not _told_apart(likelihood, component):
        likelihood = Likelihood(groups, Design(field.agents, (0,) * len(groups)))
        notes.append("agents and seats cannot be told apart here: strengths include the seats")
    luce = fit_luce(likelihood, component, RIDGE if separated else 0.0)
    if not separated and not (luce.converged and likelihood.farthest(luce.beta) < _FARTHEST):
        luce = fit_luce(likelihood, component, RIDGE)
        notes.append("a seat or an agent is beyond what the data bound: a weak prior keeps all values finite")
    if separated:
        notes.append("somebody always won or always lost: a weak prior (sd 869 Elo) keeps the values finite")
    if linked > 1:
        notes.append(
            f"no chain of matches links the {linked} groups of agents: values compare within a group only"
        )
    tied = sum(group.tied for group in groups)
    if tied:
        notes.append(f"{tied:,} matches with ties: the mean over the orders that they leave open")
    return LuceFit(luce, groups, component, bounded, _anchors(component, bounded, field.played), tuple(notes))


def _linked(groups: Sequence[Orderings], agents: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """int64[K] each: equal labels for agents linked by chains of matches, and for those whose differences are bounded.

    Bounded are the differences within a group of whom each was above each other, directly or through others: there the
    maximum of the likelihood exists (Ford 1957, American Mathematical Monthly 64; Hunter 2004, assumption 1).
    """
    from scipy.sparse.csgraph import connected_components

    above = np.zeros((agents, agents), dtype=np.bool_)
    for group in groups:
        above |= group.above(agents)
    weak, strong = (
        np.asarray(connected_components(above.astype(np.int8), connection=kind)[1], dtype=np.int64)
        for kind in ("weak", "strong")
    )
    return weak, strong


def _anchors(
    component: NDArray[np.int64], bounded: NDArray[np.int64], played: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """bool[K, K]: the largest group with bounded differences in each linked component; all of it where none has two."""
    anchor = np.eye(len(component), dtype=np.bool_)
    for label in np.unique(component[played]):
        members = (component == label) & played
        groups, sizes = np.unique(bounded[members], return_counts=True)
        chosen = members if sizes.max() == 1 else members & (bounded == groups[sizes.argmax()])
        anchor[members] = chosen
    return anchor


def _told_apart(likelihood: Likelihood, component: NDArray[np.int64]) -> bool:
    """Whether the information at equal strengths has full rank beside the shifts that change nothing."""
    values = np.linalg.eigvalsh(likelihood.at_zero.information)
    free = likelihood.design.null(component).shape[1]
    return bool(values.size == free or values[free] > 1e-9 * max(values[-1], 1.0))
