"""What every search agent shares: parameters, budget, the forced move and what it tells of its thoughts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from agents.search import hooks
from agents.search.rollout import AUTO, Rollout, rollout_policy
from agents.search.worlds import choices
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.conditions import Access, Budget
from arena.errors import BadParameter
from arena.game import Dynamics, Game
from arena.play import rehearse
from arena.spelling import parse

__all__ = [
    "Choice",
    "Limits",
    "Meter",
    "SearchAgent",
    "SearchPlayer",
    "Statistic",
    "at_least",
    "limits",
    "one_of",
    "search_spec",
]


class Limits(NamedTuple):
    """What one decision may cost."""

    simulations: int | None
    """Simulations; None for any number."""
    seconds: float | None
    """Wall time; None for any."""


@dataclass(frozen=True)
class SearchAgent(Agent):
    """The parameters that every search agent has."""

    simulations: int = 200
    """Simulations a decision, at least 1; the budget of a match comes before it."""
    rollout: str = AUTO
    """Who plays worlds out: the spelling of an agent, such as ``random`` or ``greedy``. ``auto`` lets the accelerator of
    the game choose what is strongest, also `depth` and `value`; without an accelerator it is ``random``."""
    depth: int | None = None
    """Steps of a rollout before it is cut, at least 0; None plays to the end."""
    value: str | None = None
    """The registered leaf value (`agents.search.hooks`) of a cut rollout; None counts only what was earned."""
    compiled: bool = True
    """Whether the compiled version that a game may bring takes over; False always searches in Python."""

    def prepare(self, game: Game[Any, Any, Any]) -> None:
        """Compile, where the game brings a compiled player."""
        if self.compiled and hooks.accelerator(self, game) is not None:
            rehearse(self, game)

    def sit(self, seat: Seat) -> Player:
        """A player for one match: the compiled one that the game brings, or else the generic one.

        Raises:
            BadInput: if a parameter names something that is not registered.
            NotCapable: if the rollout's agent cannot play the game.
        """
        if self.compiled:
            player = hooks.accelerated(self, seat)
            if player is not None:
                return player
        return self.searcher(seat)

    @abstractmethod
    def searcher(self, seat: Seat) -> SearchPlayer:
        """The generic player, in Python."""

    def playout(self, seat: Seat) -> Rollout:
        """The rollout that the parameters describe."""
        return Rollout(seat, rollout_policy(self.rollout, seat), self.depth, self.value)

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: if a number is out of range.
            BadSpelling: if the rollout's spelling does not parse.
        """
        at_least("simulations", self.simulations, 1)
        if self.depth is not None:
            at_least("depth", self.depth, 0)
        if self.value is not None and self.depth is None:
            raise BadParameter(f"expected a depth at which value={self.value} is asked, got depth=none")
        parse(self.rollout)


def at_least(name: str, number: float, least: float) -> None:
    """Refuse a number below `least`.

    Raises:
        BadParameter: if it is.
    """
    if not number >= least:
        raise BadParameter(f"expected {name} >= {least}, got {number!r}")


def one_of(name: str, given: str, known: Sequence[str]) -> None:
    """Refuse a word that is not among those known.

    Raises:
        BadParameter: if it is not.
    """
    if given not in known:
        raise BadParameter(f"expected {name} to be one of {', '.join(known)}, got {given!r}")


def search_spec(name: str, summary: str, access: Access = Access.RULES) -> AgentSpec:
    """The facts of a search agent: turns only, and a game that can be determinized unless it sees the true state."""
    return AgentSpec(
        name=name,
        version=2,
        family=Family.SEARCH,
        summary=summary,
        needs=() if access is Access.STATE else ("determinizable",),
        dynamics=Dynamics.TURNS,
        access=access,
    )


def limits(agent: SearchAgent, budget: Budget) -> Limits:
    """What one decision may cost: the match's budget where it sets one, the agent's own number of simulations elsewhere.

    A budget of seconds alone lifts the agent's own number: the search lasts until the time is over.
    """
    if budget.simulations is None and budget.seconds is None:
        return Limits(agent.simulations, None)
    return Limits(budget.simulations, budget.seconds)


class Meter:
    """Counts simulations and seconds against their limits. The first simulation is always granted.

    Args:
        bounds: the limits; at least one is set.
    """

    def __init__(self, bounds: Limits) -> None:
        self.bounds = bounds
        """The limits."""
        self.used = 0
        """Simulations so far."""
        self._began = perf_counter()

    def more(self, simulations: int = 1) -> bool:
        """Whether `simulations` more may be run."""
        if self.bounds.simulations is not None and self.used + simulations > self.bounds.simulations:
            return False
        return self.used == 0 or self.bounds.seconds is None or self.seconds < self.bounds.seconds

    @property
    def seconds(self) -> float:
        """Seconds since the decision began."""
        return perf_counter() - self._began


class Statistic(NamedTuple):
    """What a search found out about one action."""

    action: Any
    """The action."""
    visits: int
    """Simulations that began with it."""
    total: float
    """The sum of the returns still to come, for the searcher, in the game's unit."""

    @property
    def mean(self) -> float | None:
        """The mean return still to come; None where it was never tried."""
        return self.total / self.visits if self.visits else None


class Choice(NamedTuple):
    """A decision and how it came about."""

    best: Statistic
    """The action chosen."""
    statistics: Sequence[Statistic]
    """Every legal action, in the order of the legal set."""
    simulations: int
    """Simulations run."""
    worlds: int
    """Worlds guessed, or forks of the true state."""


def _substream(seat: Seat) -> Seat:
    """`seat` with dice for one decision, which begin at the next number of its own.

    However much a decision draws, the next one finds the dice where it would have found them: two budgets meet the same
    worlds in the same order (synchronized common random numbers; A. M. Law, Simulation Modeling and Analysis, 5th
    edition, 2015, section 11.2).
    """
    seed = int(seat.rng.integers(2**64, dtype=np.uint64))
    return Seat(seat.game, seat.player, seat.role, seat.conditions, seed)


class SearchPlayer(Player):
    """One sitting of a search agent."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        """Where it sits."""
        self._last: Choice | None = None

    @abstractmethod
    def decide(self, turn: Turn, actions: Sequence[Any]) -> Choice:
        """Search; `actions` are all that is legal, at least two."""

    def act(self, turn: Turn) -> Any:
        """The action found best; a forced move is played without search.

        Raises:
            NotCapable: if the legal set is not finite, or several players act at once.
        """
        turn = turn._replace(seat=_substream(turn.seat))
        actions = tuple(choices(turn.legal))
        if len(actions) == 1:
            only = Statistic(actions[0], 0, 0.0)
            self._last = Choice(only, (only,), 0, 0)
        else:
            self._last = self.decide(turn, actions)
        return self._last.best.action

    def thoughts(self) -> Mapping[str, Any] | None:
        """The last decision: what each action was found worth, most visits first; None before the first.

        Values are means of the return still to come for the searcher, in the game's unit; None where never tried.
        """
        if self._last is None:
            return None
        ordered = sorted(self._last.statistics, key=lambda found: -found.visits)
        say = self.seat.game.say
        return {
            "simulations": self._last.simulations,
            "worlds": self._last.worlds,
            "compiled": False,
            "value": self._last.best.mean,
            "actions": [
                {"action": say(found.action), "visits": found.visits, "value": found.mean}
                for found in ordered
            ],
        }
