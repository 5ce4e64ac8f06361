"""The contract of a game: rules are public, state is private.

A `Game` is a frozen dataclass of its parameters, with functions over a state that only the referee (and a search over
worlds of its own making) ever holds. Agents may hold the game; they see views.

The life of a state::

    state = game.init(seed)
    while actors := game.actors(state):
        actions = {player: choose(game.view(state, player), game.legal(state, player)) for player in actors}
        state = game.step(state, actions)       # the old state is consumed
    outcome = game.outcome(state)
    game.close(state)
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar, cast

import numpy as np
from gymnasium import Space

from arena import codec
from arena.errors import BadInput, BadParameter, IllegalAction, UnknownName, nearest
from arena.legal import Finite, Legal, Text

__all__ = [
    "Direction",
    "Dynamics",
    "Game",
    "GameSpec",
    "Information",
    "Metric",
    "Outcome",
    "RoleSpaces",
    "Utility",
]

State = TypeVar("State")
View = TypeVar("View")
Action = TypeVar("Action")


class Dynamics(StrEnum):
    """Who acts when."""

    TURNS = "turns"
    """One player at a time."""
    SIMULTANEOUS = "simultaneous"
    """Several players may act at the same moment."""


class Information(StrEnum):
    """What a view may hide."""

    PERFECT = "perfect"
    """Every view tells the whole state, but for the chance still to come."""
    IMPERFECT = "imperfect"
    """Something is hidden from somebody."""


class Utility(StrEnum):
    """How the returns of a match add up."""

    ZERO_SUM = "zero-sum"
    """They sum to zero."""
    IDENTICAL = "identical"
    """All players get the same."""
    GENERAL = "general"
    """Neither."""


class Direction(StrEnum):
    """Which way a metric is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"
    """It describes and does not rank."""


@dataclass(frozen=True)
class Metric:
    """Something measured for every player at the end of a match."""

    name: str
    """The key in `Outcome.metrics`."""
    unit: str
    """What one unit of it is, such as ``"coins"`` or ``"share"``."""
    direction: Direction = Direction.HIGHER
    """Which way is better."""
    primary: bool = False
    """Whether rankings go by it unless told otherwise; exactly one metric of a game is primary."""
    title: str = ""
    """What people call it; the name where empty."""
    sparse: bool = False
    """Whether a match may leave it undefined (NaN) for a player, such as the value of a hand he never called."""


@dataclass(frozen=True)
class RoleSpaces:
    """The static Gymnasium spaces of one role."""

    actions: Space[Any]
    """Every action of the role in any state, by `Indexed.index` where the game is indexed."""
    observations: Space[Any] | None = None
    """What `Encodable.encode` returns; None where the game is not encodable."""


@dataclass(frozen=True)
class GameSpec:
    """Facts about a game with these parameters."""

    name: str
    """The registered name."""
    version: int
    """Raised whenever the same seed and actions give something else."""
    title: str
    """What people call it."""
    summary: str
    """One sentence for listings."""
    players: int
    """How many sit at the table."""
    table_sizes: tuple[int, ...]
    """Every number of players the game can be made for, ascending."""
    roles: tuple[str, ...]
    """The role of each player, `players` of them."""
    dynamics: Dynamics
    """Who acts when."""
    information: Information
    """What a view may hide."""
    utility: Utility
    """How the returns add up."""
    returns: tuple[float, float]
    """The least and the greatest return of any player; may be infinite."""
    horizon: int
    """No match takes more steps than this."""
    metrics: tuple[Metric, ...]
    """What `Outcome.metrics` holds; exactly one is primary."""
    spaces: Mapping[str, RoleSpaces] = field(default_factory=dict)
    """The spaces of each role."""
    chance: bool = True
    """Whether the seed matters."""

    @property
    def primary(self) -> Metric:
        """The metric that rankings go by."""
        return next(metric for metric in self.metrics if metric.primary)

    def metric(self, name: str) -> Metric:
        """The metric called `name`.

        Raises:
            UnknownName: if there is none.
        """
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise UnknownName(f"metric of {self.name}", name, (metric.name for metric in self.metrics))


@dataclass(frozen=True)
class Outcome:
    """How a match ended."""

    returns: tuple[float, ...]
    """What each player got, the sum of his rewards."""
    reason: str
    """Why it ended, in a few words."""
    truncated: bool = False
    """Whether a limit of steps ended it, not the rules."""
    metrics: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Each metric of the game, a value per player."""


@dataclass(frozen=True)
class Game(ABC, Generic[State, View, Action]):
    """A game: a frozen dataclass of its parameters. The constructor stores and does nothing."""

    classes: ClassVar[tuple[type, ...]] = ()
    """The dataclasses that views and actions are made of; `codec.decode` rebuilds these and no others."""

    @property
    @abstractmethod
    def spec(self) -> GameSpec:
        """Facts about the game with these parameters.

        Raises:
            BadParameter: if a parameter is outside what it may be.
        """

    @abstractmethod
    def init(self, seed: int) -> State:
        """The first state of the match that `seed`, in [0, 2**64), stands for."""

    @abstractmethod
    def actors(self, state: State) -> tuple[int, ...]:
        """The players who must act now, ascending; empty when the match is over."""

    @abstractmethod
    def view(self, state: State, player: int) -> View:
        """All that `player` may know, as plain data that later steps do not change."""

    @abstractmethod
    def legal(self, state: State, player: int) -> Legal[Action]:
        """What `player`, one of the actors, may do."""

    @abstractmethod
    def step(self, state: State, actions: Mapping[int, Action]) -> State:
        """The state after every actor has taken his legal action.

        Consumes `state`: it may be changed in place and returned, and is never to be used again. Legality is the
        referee's business; an illegal action here is undefined.
        """

    @abstractmethod
    def rewards(self, state: State) -> tuple[float, ...]:
        """What each player got by the last step; zeros before the first."""

    @abstractmethod
    def outcome(self, state: State) -> Outcome | None:
        """How the match ended; None while it runs."""

    @abstractmethod
    def copy(self, state: State, seed: int | None = None) -> State:
        """A state of its own, equal to `state`; with a `seed`, the chance still to come is drawn anew from it."""

    @abstractmethod
    def describe(self, view: View) -> str:
        """The view as text, for terminals, language models and screen readers."""

    def say(self, action: Action) -> str:
        """An action as text that a person would type."""
        return action if isinstance(action, str) else str(action)

    def read(self, text: str, legal: Legal[Action]) -> Action:
        """The legal action that `text` means.

        Raises:
            IllegalAction: if it means none; the message suggests the nearest.
        """
        wanted = text.strip()
        if isinstance(legal, Text):
            if wanted in legal:
                return cast("Action", wanted)
            raise IllegalAction(f"expected {legal.expected()}, got {text[:60]!r}")
        if not isinstance(legal, Finite):
            return self._read_plain(wanted, legal)
        by_text: dict[str, Action] = {self.say(action).casefold(): action for action in legal}
        if wanted.casefold() in by_text:
            return by_text[wanted.casefold()]
        guess = nearest(wanted, by_text)
        hint = f"did you mean {guess!r}? " if guess else ""
        raise IllegalAction(f"no legal action reads {text!r}: {hint}({legal.expected()})")

    def _read_plain(self, text: str, legal: Legal[Action]) -> Action:
        try:
            action: Action = codec.loads(text, {cls.__name__: cls for cls in self.classes})
        except BadInput as error:
            raise IllegalAction(f"expected {legal.expected()}, got {text[:60]!r}") from error
        if action not in legal:
            raise IllegalAction(f"expected {legal.expected()}, got {text[:60]!r}")
        return action

    def key(self, view: View) -> bytes:
        """The bytes by which two views are equal; digests of records are made of them."""
        return codec.canonical(view)

    def stand_in(self, view: View, legal: Legal[Action], rng: np.random.Generator) -> Action:
        """The move of the stand-in that plays on for a player who failed; random unless a game knows better."""
        del view
        return legal.sample(rng)

    def close(self, state: State) -> None:
        """Free what `state` holds outside of memory, such as an emulator; called once."""

    def parameters(self) -> dict[str, Any]:
        """Every parameter by name, in the order of the constructor."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}

    def with_players(self, players: int) -> Game[State, View, Action]:
        """The same game for another number of players.

        Raises:
            BadParameter: if the game cannot be played by so many.
        """
        if players == self.spec.players:
            return self
        if players not in self.spec.table_sizes or "players" not in self.parameters():
            sizes = ", ".join(map(str, self.spec.table_sizes))
            raise BadParameter(f"{self.spec.name} is played by {sizes}; got players={players!r}")
        return dataclasses.replace(self, players=players)  # type: ignore[call-arg]
