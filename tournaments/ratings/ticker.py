"""`openskill`: a live ticker of online ratings, provisional by nature.

The Plackett-Luce update of Weng & Lin (2011, Journal of Machine Learning Research 12, algorithm 4) by the package openskill, an
extra. It costs next to nothing a match and is right at once, but depends on the order of the matches and takes them for
independent; so it is fit for a table that moves while a tournament is on, and nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from arena.contest import Pick, Rating, Results
from arena.errors import MissingExtra
from tournaments.ratings.field import Field, field_of
from tournaments.ratings.reports import agent_row, check_alpha, report
from tournaments.statistics._distributions import normal_critical

__all__ = ["OpenSkill", "Ticker", "TickerRow"]

_METHOD: Final = "online Plackett-Luce of openskill, provisional"
_PROVISIONAL: Final = "provisional: ratings depend on the order of the matches and take them for independent; plackett-luce decides"


@dataclass(frozen=True)
class TickerRow:
    """One agent's line of a live table."""

    agent: int
    """The agent of the plan."""
    mu: float
    """The mean of the belief about its skill."""
    sigma: float
    """The standard deviation of that belief."""
    matches: int
    """Matches seen."""


class Ticker:
    """Online ratings, fed match by match.

    Args:
        agents: K.
        start: a strength for each agent in logits, such as a batch fit's, to begin at; None begins equal.

    Raises:
        MissingExtra: if openskill is not installed.
    """

    def __init__(self, agents: int, start: Sequence[float] | None = None) -> None:
        try:
            from openskill.models import PlackettLuce
        except ImportError as error:
            raise MissingExtra("openskill", "openskill") from error
        self._model: Any = PlackettLuce()
        # A logit of the fitted model is about beta, the spread of a single performance, here.
        step = float(self._model.beta)
        shift = [0.0] * agents if start is None else [step * value for value in start]
        self._ratings = [self._model.rating(mu=self._model.mu + value) for value in shift]
        self._matches = [0] * agents

    def feed(self, agents: Sequence[int], scores: Sequence[float]) -> None:
        """One match.

        Args:
            agents: who sat at the table; a match with copies of an agent is passed over.
            scores: what they scored, higher is better; equals are tied.
        """
        if len(set(agents)) < len(agents) or len(agents) < 2:
            return
        teams = [[self._ratings[agent]] for agent in agents]
        for agent, (after,) in zip(agents, self._model.rate(teams, scores=list(scores)), strict=True):
            self._ratings[agent] = after
            self._matches[agent] += 1

    def feed_field(self, field: Field) -> None:
        """All matches of a field, in the order of its blocks."""
        for table in field.tables:
            for agents, scores in zip(table.agents.tolist(), table.scores.tolist(), strict=True):
                self.feed(agents, scores)

    def rows(self) -> tuple[TickerRow, ...]:
        """The live table, the best first; whoever has not played comes last."""
        rows = [
            TickerRow(agent, float(rating.mu), float(rating.sigma), matches)
            for agent, (rating, matches) in enumerate(zip(self._ratings, self._matches, strict=True))
        ]
        return tuple(sorted(rows, key=lambda row: (row.matches == 0, -row.mu, row.agent)))


@dataclass(frozen=True)
class OpenSkill(Rating):
    """The ticker as a rating, fed in the order of the blocks.

    Raises:
        MissingExtra: if openskill is not installed.
        BadParameter: if `alpha` is not strictly between 0 and 1.
    """

    by: str | None = None
    """The metric that ranks; the game's primary one where None."""
    alpha: float = 0.05
    """1 - probability of the intervals of belief."""

    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """Means of belief with their intervals, which are narrower than what is known."""
        check_alpha(self.alpha)
        field = field_of(picks, results, self.by)
        ticker = Ticker(field.agents)
        ticker.feed_field(field)
        rows = [self._row(field, row) for row in ticker.rows()]
        return report(
            field,
            "openskill",
            rows,
            quantity="skill",
            unit="points",
            method=_METHOD,
            estimand=f"belief about skill after the matches {field.where()} of {field.game}, in the order of their blocks",
            notes=[_PROVISIONAL],
            provisional=True,
        )

    def _row(self, field: Field, row: TickerRow) -> dict[str, Any]:
        if not row.matches:
            why = "played no match against anybody"
            return agent_row(field, row.agent, None, None, None, method=_METHOD, note=why)
        half = normal_critical(self.alpha) * row.sigma
        return agent_row(
            field,
            row.agent,
            row.mu,
            row.mu - half,
            row.mu + half,
            method=_METHOD,
            sigma=row.sigma,
            played=row.matches,
        )
