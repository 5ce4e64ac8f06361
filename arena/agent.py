"""The contract of an agent: an agent is a recipe, a player is one sitting.

An `Agent` is a frozen dataclass of its parameters, the same before and after a thousand matches. `agent.sit(seat)`
makes a `Player` with the memory of one match. Nothing leaks from match to match.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from arena import codec, streams
from arena.conditions import Access, Budget, Conditions

if TYPE_CHECKING:
    from arena.game import Dynamics, Game, Outcome
    from arena.legal import Legal
    from arena.simulator import Simulator

__all__ = ["Agent", "AgentSpec", "Family", "Player", "Seat", "Turn"]


class Family(StrEnum):
    """What kind of mind an agent has; ``@search`` on the command line means the whole family."""

    BASELINE = "baseline"
    HEURISTIC = "heuristic"
    SEARCH = "search"
    LEARNED = "learned"
    EVOLVED = "evolved"
    PLANNER = "planner"
    LANGUAGE = "language"
    HUMAN = "human"


@dataclass(frozen=True)
class AgentSpec:
    """Facts about an agent with these parameters."""

    name: str
    """The registered name."""
    version: int
    """Raised whenever the same parameters and seed play something else."""
    family: Family
    """What kind of mind it has."""
    summary: str
    """One sentence for listings."""
    games: tuple[str, ...] | None = None
    """The games it plays, by name; None plays every game that has what it `needs`."""
    roles: tuple[str, ...] | None = None
    """The roles it plays; None plays all."""
    needs: tuple[str, ...] = ()
    """The capabilities it needs of a game, such as ``("determinizable",)``."""
    dynamics: Dynamics | None = None
    """The dynamics it plays, such as turns only; None plays both."""
    access: Access = Access.VIEW
    """The least access it can play under."""
    deterministic: bool = True
    """Whether the same seed and views give the same play; False for clocks, people and remote services."""
    automatic: bool = True
    """Whether it plays without a person; only automatic agents are part of ``--agents all``."""


class Seat:
    """Where a player sits in one match, and the dice he was dealt."""

    __slots__ = ("_rng", "conditions", "game", "player", "role", "seed")

    def __init__(
        self, game: Game[Any, Any, Any], player: int, role: str, conditions: Conditions, seed: int
    ) -> None:
        self.game = game
        """The rules, never a state."""
        self.player = player
        """The player's number, from 0."""
        self.role = role
        """The player's role."""
        self.conditions = conditions
        """The conditions of the match."""
        self.seed = seed
        """The player's own number in [0, 2**64), from which his chance is drawn; compiled dice start here."""
        self._rng: np.random.Generator | None = None

    @property
    def rng(self) -> np.random.Generator:
        """The player's own stream of chance."""
        if self._rng is None:
            self._rng = streams.generator(self.seed)
        return self._rng


class Turn(NamedTuple):
    """What a player is handed when he must act."""

    view: Any
    """All he may know."""
    legal: Legal[Any]
    """What he may do."""
    ply: int
    """The number of actions taken before, over all players."""
    seat: Seat
    """Where he sits."""
    simulator: Simulator | None = None
    """The door to copies of the true state; None unless the match grants access `state`."""
    reason: str | None = None
    """Why his last action was handed back; None the first time."""

    @property
    def rng(self) -> np.random.Generator:
        """The player's own stream of chance."""
        return self.seat.rng

    @property
    def budget(self) -> Budget:
        """What this decision may cost."""
        return self.seat.conditions.budget


class Player(ABC):
    """One agent in one seat of one match."""

    @abstractmethod
    def act(self, turn: Turn) -> Any:
        """A legal action."""

    def thoughts(self) -> Mapping[str, Any] | None:
        """What went on in the last decision, as plain data: values, visit counts, text, tokens; None for nothing."""
        return None

    def close(self, outcome: Outcome | None) -> None:  # noqa: B027  # most players have nothing to free
        """The match is over; `outcome` is None where it was broken off."""


@dataclass(frozen=True)
class Agent(ABC):
    """A way to play: a frozen dataclass of its parameters. The constructor stores and does nothing.

    Resources (an ONNX session, a connection) are opened lazily, in `functools.cached_property` for instance; they are no
    part of equality or pickle, and `close` frees them.
    """

    local: ClassVar[bool] = False
    """Whether its parameters name things of this machine, such as files, which strangers must not choose."""

    @property
    @abstractmethod
    def spec(self) -> AgentSpec:
        """Facts about the agent with these parameters.

        Raises:
            BadParameter: if a parameter is outside what it may be.
        """

    @abstractmethod
    def sit(self, seat: Seat) -> Player:
        """A player for one match."""

    def act_many(self, players: Sequence[Player], turns: Sequence[Turn]) -> Sequence[Any]:
        """One action for each turn; `players[i]`, one of this agent's, is handed `turns[i]`.

        The turns are of different matches, or of different seats that act at once. A neural agent does one forward pass
        over all of them, and answers each as `act` would; where it cannot, it raises, and every player is asked alone.
        """
        return [player.act(turn) for player, turn in zip(players, turns, strict=True)]

    def refusal(self, game: Game[Any, Any, Any]) -> str | None:
        """Why it cannot play `game` by these rules, beyond what its `spec` says; None where it can."""
        del game
        return None

    def prepare(self, game: Game[Any, Any, Any]) -> None:  # noqa: B027  # most agents have nothing to prepare
        """Make ready to play `game` in this process, such as compile or load weights; no decision is billed for it.

        Called before an agent's first match in a process, and perhaps again; a second time should cost nothing.
        """

    def close(self) -> None:  # noqa: B027  # most agents open nothing
        """Free what was opened lazily; the agent can play again afterwards."""

    def parameters(self) -> dict[str, Any]:
        """Every parameter by name, in the order of the constructor."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}

    def digest(self) -> str:
        """A digest of what makes the agent play as it does: name, version and parameters; weights where it has any."""
        spec = self.spec
        return codec.digest(codec.canonical([spec.name, spec.version, self.parameters()]), size=8)

    def __getstate__(self) -> dict[str, Any]:
        return self.parameters()
