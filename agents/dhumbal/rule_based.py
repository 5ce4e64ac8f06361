"""The rule-based agents of Dhumbal: four styles of the literature, greedy and tuned.

Each is a compiled ``decide(view, parameters, rng)``. The player at the referee's table calls the same machine code on the
same view with dice that start at the same number as the batch referee does, so that both give the same match.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal import greedy, tuned
from agents.dhumbal.compiled_player import CompiledPlayer
from agents.dhumbal.parameters import tuned_entries, tuned_parameters
from agents.dhumbal.prospects import wide
from agents.dhumbal.styles import PARAMETERS as STYLE_PARAMETERS
from agents.dhumbal.styles import STYLES, decide_style
from agents.evolution.knobs import Knob
from arena import codec
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.capabilities import CompiledPolicy
from arena.errors import BadParameter, NotCapable
from arena.game import Dynamics, Game
from arena.jit import jit
from arena.play import rehearse
from games.dhumbal.game import CardTable
from games.dhumbal.state import VIEW

__all__ = [
    "Aggressive",
    "Balanced",
    "CompiledAgent",
    "Conservative",
    "Greedy",
    "Opportunistic",
    "Tuned",
]

_GAMES: Final = ("dhumbal", "dhumbal-mini")


@dataclass(frozen=True)
class CompiledAgent(Agent):
    """An agent of Dhumbal that is nothing but a compiled policy."""

    _name: ClassVar[str]
    _summary: ClassVar[str]

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent.

        Raises:
            BadParameter: if a parameter is outside what it may be.
        """
        self.check()
        return AgentSpec(
            name=self._name,
            version=1,
            family=Family.HEURISTIC,
            summary=self._summary,
            games=_GAMES,
            dynamics=Dynamics.TURNS,
        )

    @abstractmethod
    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: naming the parameter and what it may be.
        """

    @abstractmethod
    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy under the rules of `game`."""

    def compiled_policy(self, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
        """The policy for `game`; None where it is no Dhumbal."""
        return self.policy(game) if isinstance(game, CardTable) else None

    def prepare(self, game: Game[Any, Any, Any]) -> None:
        """Compile."""
        rehearse(self, game)

    def sit(self, seat: Seat) -> Player:
        """A player for one match.

        Raises:
            NotCapable: if the game is no Dhumbal.
        """
        policy = self.compiled_policy(seat.game)
        if policy is None:
            raise NotCapable(f"{self._name} plays {' and '.join(_GAMES)}, not {seat.game.spec.name}")
        return CompiledPlayer(policy, seat)


def _check_number(agent: str, name: str, value: object, low: float, high: float) -> None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not fits:
        raise BadParameter(f"{agent}: expected {name} from {low:g} to {high:g}, got {value!r}")


@dataclass(frozen=True)
class _Style(CompiledAgent):
    """One of the four styles of Malla 2025, section 3.2.1; see `agents.dhumbal.styles`."""

    take: float
    """Takes an open card worth at most this, 0 to 13; two more with a hand above 15, one less with one up to 12."""
    hand: float
    """The weight of the value thrown, 0 to 10."""
    call: float
    """Calls at or below this, always; in a game that calls at 10, scaled for others. 0 to 10."""

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: naming the parameter and what it may be.
        """
        for name, high in (("take", 13.0), ("hand", 10.0), ("call", 10.0)):
            _check_number(self._name, name, getattr(self, name), 0.0, high)

    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy under the rules of `game`."""
        del game  # the style scales its thresholds itself
        vector = np.array(STYLES[self._name])
        for entry, value in (("pickup", self.take), ("shed", self.hand), ("sure", self.call)):
            vector[STYLE_PARAMETERS.index(entry)] = value
        return CompiledPolicy(decide_style, vector)


@dataclass(frozen=True)
class Aggressive(_Style):
    """Calls whenever it may."""

    _name = "aggressive"
    _summary = "calls whenever it may and throws the dearest cards"
    take: float = 4.0
    hand: float = 1.0
    call: float = 10.0

    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy under the rules of `game`; above `call` it never calls."""
        vector = super().policy(game).parameters
        for entry in ("p_middle", "p_high"):
            vector[STYLE_PARAMETERS.index(entry)] = 0.0
        return CompiledPolicy(decide_style, vector)


@dataclass(frozen=True)
class Conservative(_Style):
    """Calls with seven or less."""

    _name = "conservative"
    _summary = "calls only with seven tenths of the threshold or less"
    take: float = 3.0
    hand: float = 0.6
    call: float = 7.0


@dataclass(frozen=True)
class Balanced(_Style):
    """Calls with a chance that falls with the value of the hand."""

    _name = "balanced"
    _summary = "calls low hands always, the others now and then"
    take: float = 4.0
    hand: float = 0.8
    call: float = 5.0


@dataclass(frozen=True)
class Opportunistic(_Style):
    """Calls more boldly when it is richer than the mean, and late."""

    _name = "opportunistic"
    _summary = "calls boldly when it is ahead, and late in the round"
    take: float = 4.0
    hand: float = 0.8
    call: float = 7.0


@dataclass(frozen=True)
class Greedy(CompiledAgent):
    """Plays the turn after which its hand is worth least, looking two of its own turns ahead."""

    _name = "greedy"
    _summary = "keeps its hand low two turns ahead, and calls whenever it may"
    now: float = 1.0
    """The weight of the hand at the end of this turn, beside that after the next discard, which weighs 1; 0 to 100."""
    call: float = 1.0
    """Calls at or below this share of the threshold, 0 to 1."""

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: naming the parameter and what it may be.
        """
        _check_number(self._name, "now", self.now, 0.0, 100.0)
        _check_number(self._name, "call", self.call, 0.0, 1.0)

    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy, the same under all rules."""
        del game
        return CompiledPolicy(greedy.decide, np.array([self.call, self.now]))


@dataclass(frozen=True)
class Tuned(CompiledAgent):
    """Eleven weights found by the cross-entropy method, for each preset and number of players."""

    _name = "tuned"
    _summary = "weighs eleven things, with weights tuned for the rules and the number of players"
    weights: tuple[float, ...] | None = None
    """The weights, in the order of `agents.dhumbal.tuned.PARAMETERS`; None takes those that ship for the rules, or for
    the nearest ones (`agents.dhumbal.parameters`)."""

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: naming the parameter and what it may be.
        """
        if self.weights is None:
            return
        wanted = len(tuned.PARAMETERS)
        if len(self.weights) != wanted:
            raise BadParameter(f"tuned: expected {wanted} weights, got {self.weights!r}")
        for name, value in zip(tuned.PARAMETERS, self.weights, strict=True):
            _check_number(self._name, name, value, -1000.0, 1000.0)

    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy with the weights for the rules of `game`."""
        vector = (
            tuned_parameters(game.resolved) if self.weights is None else np.array(self.weights, np.float64)
        )
        return CompiledPolicy(tuned.decide, vector)

    def sit(self, seat: Seat) -> Player:
        """A player for one match, who tells how sure he is to hold the lowest hand."""
        policy = self.compiled_policy(seat.game)
        if policy is None:
            raise NotCapable(f"{self._name} plays {' and '.join(_GAMES)}, not {seat.game.spec.name}")
        return _TunedPlayer(policy, seat)

    def digest(self) -> str:
        """A digest of name, version and weights, those that ship included."""
        shipped = [[entry.game, *entry.values] for entry in tuned_entries()]
        weights = shipped if self.weights is None else list(self.weights)
        return codec.digest(codec.canonical([self._name, self.spec.version, weights]), size=8)

    def knobs(self, game: Game[Any, Any, Any]) -> tuple[Knob, ...]:
        """What may be tuned, and where the search starts: at `START`, under all rules."""
        del game
        return _KNOBS

    def with_knobs(self, values: Sequence[float]) -> Tuned:
        """Tuned with these weights."""
        return Tuned(tuple(float(value) for value in values))


_BOUNDS: Final = (
    (-0.5, 3.0, 0.3),  # second
    (-2.0, 6.0, 0.7),  # size
    (-5.0, 15.0, 1.5),  # reach
    (-1.0, 4.0, 0.4),  # below
    (-0.5, 3.0, 0.3),  # hazard
    (-1.0, 3.0, 0.2),  # low
    (1.0, 13.0, 1.5),  # low_at
    (-3.0, 4.0, 0.5),  # show
    (1.0, 10.0, 0.7),  # mean
    (0.3, 8.0, 0.6),  # spread
    (0.05, 0.98, 0.12),  # sure
)
_KNOBS: Final = tuple(
    Knob(name, float(start), spread, low, high)
    for name, start, (low, high, spread) in zip(tuned.PARAMETERS, tuned.START, _BOUNDS, strict=True)
)


class _TunedPlayer(CompiledPlayer):
    """Tuned at the referee's table."""

    def act(self, turn: Turn) -> int:
        self._view = np.asarray(turn.view, VIEW).reshape(1)
        return super().act(turn)

    def thoughts(self) -> Mapping[str, Any]:
        lowest = float(_lowest(self._view, self._parameters))
        return {"hand value": self._value, "chance to be lowest": round(lowest, 3)}


@jit
def _lowest(views: Any, parameters: NDArray[np.float64]) -> float:
    """The chance that the viewer of the only view of `views`, VIEW[1], holds less than every rival."""
    return tuned.chance_lowest(views[0], wide(views[0].value), parameters)
