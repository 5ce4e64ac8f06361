"""Games as the API shows them."""

from __future__ import annotations

from web.schemas.common import Model

__all__ = ["GameCard", "GameDetail", "Games", "Metric", "Parameter", "Preset"]


class Metric(Model):
    """Something measured for every player at the end of a match."""

    name: str
    """Its name, for ``by``."""
    unit: str
    """What one unit of it is."""
    direction: str
    """``higher`` or ``lower`` is better, or ``neither``: it describes and does not rank."""
    primary: bool
    """Whether rankings go by it unless told otherwise."""
    title: str
    """What people call it."""


class GameCard(Model):
    """A game with its default parameters."""

    name: str
    """The registered name."""
    title: str
    """What people call it."""
    summary: str
    """One sentence."""
    players: int
    """How many sit at the table."""
    table_sizes: list[int]
    """Every number of players that it can be made for."""
    information: str
    """``perfect`` or ``imperfect``."""
    dynamics: str
    """``turns`` or ``simultaneous``."""
    utility: str
    """``zero-sum``, ``identical`` or ``general``."""
    metrics: list[Metric]
    """What is measured."""
    capabilities: list[str]
    """What it can do beyond the contract."""


class Parameter(Model):
    """A parameter of a game or an agent."""

    name: str
    """Its name."""
    value: str
    """Its value here, as spelled."""
    kind: str
    """Its type, in words."""


class Preset(Model):
    """A named set of rules of a game."""

    name: str
    """Its name."""
    summary: str
    """What it is; empty where the game does not say."""


class GameDetail(GameCard):
    """A game in full."""

    spelling: str
    """The game with all its parameters."""
    version: int
    """The version of its rules."""
    distribution: str
    """The package that brings it."""
    roles: list[str]
    """The roles that there are."""
    horizon: int
    """No match takes more steps."""
    chance: bool
    """Whether chance plays a part."""
    returns: list[float | None]
    """The least and the greatest return of a player; null where there is no bound."""
    parameters: list[Parameter]
    """Its parameters."""
    presets: list[Preset]
    """Its presets."""
    agents: list[str]
    """The agents that play it without a person."""


class Games(Model):
    """Every game."""

    items: list[GameCard]
    """By name."""
    next: str | None = None
    """Always null: the list is whole."""
