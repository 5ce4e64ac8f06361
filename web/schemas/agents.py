"""Agents as the API shows them."""

from __future__ import annotations

from web.schemas.common import Interval, Model
from web.schemas.games import Parameter

__all__ = ["AgentCard", "AgentDetail", "AgentResult", "Agents"]


class AgentCard(Model):
    """An agent with its default parameters."""

    name: str
    """The registered name."""
    version: int
    """Raised whenever the same parameters and seed play something else."""
    family: str
    """What kind of mind it has."""
    summary: str
    """One sentence."""
    games: list[str]
    """The registered games that it plays."""
    roles: list[str]
    """The roles that it plays; empty for all."""
    deterministic: bool
    """Whether the same seed and views give the same play."""
    access: str
    """The least access that it plays under: ``view``, ``rules`` or ``state``."""


class AgentResult(Model):
    """What an agent reached in a tournament."""

    tournament: int
    """The tournament's number."""
    created: str
    """When it began: ISO 8601, UTC."""
    game: str
    """The game's spelling."""
    rank_low: int
    """The best rank that the data allow."""
    rank_high: int
    """The worst rank that the data allow."""
    of: int
    """Agents ranked."""
    score: Interval
    """The mean of the metric that ranked."""
    unit: str
    """Its unit."""
    wins: Interval | None
    """The share of matches won; null where the game does not say who won."""
    matches: int
    """Matches played."""


class AgentDetail(AgentCard):
    """An agent in full."""

    spelling: str
    """The agent with its parameters."""
    digest: str
    """What makes it play as it does."""
    parameters: list[Parameter]
    """Its parameters."""
    results: list[AgentResult]
    """Its tournaments, the oldest first; at most the last hundred."""


class Agents(Model):
    """Every agent."""

    items: list[AgentCard]
    """By family, then by name."""
    next: str | None = None
    """Always null: the list is whole."""
