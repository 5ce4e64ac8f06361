"""The contracts of a tournament: plan, schedule, block, result, rating, executor.

The unit of everything statistical is the **deal block**: one deal under a balanced set of seatings. A `Schedule` decides
in `Round`s, reading the results of all earlier rounds. Within a round the lineup of block `i` is a pure function of `i`,
so that a run resumes as a set difference and a result depends on no order, no executor and no number of workers.

Index letters used throughout: B blocks, S seatings of a block, n seats, K agents.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.agent import Agent
from arena.conditions import Conditions
from arena.game import Game

__all__ = [
    "Chunk",
    "Executor",
    "FaultedSeat",
    "Lottery",
    "Pick",
    "Plan",
    "Rating",
    "Results",
    "Round",
    "Schedule",
    "Standing",
    "Stop",
]


@dataclass(frozen=True)
class Stop:
    """When a tournament ends; the first limit reached ends it."""

    blocks: int | None = None
    """Blocks of each round, or of all rounds where the format shares them out; None sets no limit."""
    seconds: float | None = None
    """Seconds of play, added up over resumed runs; None sets no limit."""
    until: str | None = None
    """``"decided"`` ends a round when every pair of agents is decided or equivalent; None waits for no answers."""
    epsilon: float | None = None
    """With `until`: differences up to this size count as none, in the unit of the metric that ranks; chosen by
    `tournaments.deciding` where None."""


@dataclass(frozen=True)
class Plan:
    """A tournament, in the words of a plan file; everything needed to play it again."""

    game: str
    """The game's spelling."""
    agents: tuple[str, ...]
    """The agents' spellings, distinct; their order is the order of all indices."""
    seed: int
    """The root of all chance."""
    format: str = "round-robin"
    """The schedule's spelling."""
    conditions: Conditions = field(default_factory=Conditions)
    """Under which every match is played."""
    stop: Stop = Stop()
    """When it ends."""
    by: str | None = None
    """The metric that ranks; the game's primary one where None."""
    seatings: str = "rotations"
    """``"rotations"``: every block holds all cyclic rotations of its lineup; ``"fixed"``: one seating, as given (the
    estimand is then *this table*, and is labelled so)."""
    correction: str = "holm"
    """How p-values are adjusted for the number of pairs: ``"holm"``, or in round robins of fixed length ``"max-t"``, which
    uses how the pairs hang together. No part of what is played."""


@dataclass(frozen=True, eq=False)
class Lottery:
    """Lineups of which every block of a round draws one: what estimates weighted by inverse propensities divide by."""

    lineups: NDArray[np.int16]
    """int16[L, m], the agents of each lineup in ascending order."""
    chances: NDArray[np.float64]
    """float64[L], the probability of each; they sum to 1."""


@dataclass(frozen=True)
class Round:
    """One stage of a tournament in which all tables have the same size.

    `seatings(start, count)` gives int16[count, S, n], which agent of the plan sits where in each seating of the blocks
    `start` to `start + count`: a pure function.
    """

    number: int
    """From 0; part of every stream of chance of the round."""
    title: str
    """What it is, such as ``"within family heuristic"``."""
    game: Game[Any, Any, Any]
    """The game of the round; the table size may differ from round to round."""
    agents: tuple[int, ...]
    """The agents that take part, as indices into the plan's."""
    seatings: Callable[[int, int], NDArray[np.int16]]
    """The seatings of a run of blocks."""
    cycle: int
    """Blocks after which every lineup and circular order has come equally often; rankings are best read there."""
    blocks: int | None = None
    """How many blocks the round has; None leaves it to the plan's stop."""
    propensities: Callable[[int, int], NDArray[np.float64]] | None = None
    """The probability with which each block's lineup was chosen, float64[count]; None where nothing was chosen."""
    lottery: Lottery | None = None
    """What the lineups were drawn from; None where nothing was chosen, or it is no list of lineups."""
    ranked: tuple[int, ...] | None = None
    """The agents that are ranked, a part of `agents` in ascending order; all of them where None."""
    against: str | None = None
    """Against whom the scores are means, in words; a lineup drawn from all `agents` where None."""
    notes: tuple[str, ...] = ()
    """What the format has to say to a reader of the round's ranking."""


class Schedule(ABC):
    """A format of tournaments: round robin, championship, Swiss ... A frozen dataclass of its parameters."""

    @abstractmethod
    def round(self, plan: Plan, picks: Pick, number: int, standings: Sequence[Standing]) -> Round | None:
        """The round `number`, given the standings of all earlier ones; None when the tournament is over.

        Args:
            plan: the tournament.
            picks: its game and agents, made.
            number: from 0.
            standings: of the rounds 0 to `number - 1`.

        Raises:
            BadPlan: if the format cannot be played with so many agents.
        """

    def most_rounds(self, plan: Plan, picks: Pick) -> int:
        """How many rounds there will be at most; a budget of seconds is shared evenly among those still to come."""
        del plan, picks
        return 1

    def common(self, plan: Plan, picks: Pick) -> int:
        """How many consecutive seatings of a block share the dice of their players, seat by seat.

        1 where every match has dice of its own; more in formats that compare agents by common random numbers.
        """
        del plan, picks
        return 1

    @property
    def overall(self) -> bool:
        """Whether a ranking over all rounds, adjusted for who met whom, follows the last one."""
        return False

    @property
    def continues(self) -> bool:
        """Whether a plan with more agents at its end begins with the same rounds, which need not be played again."""
        return False


@dataclass(frozen=True)
class Pick:
    """The game and the agents of a plan, made."""

    game: Game[Any, Any, Any]
    """The plan's game."""
    agents: tuple[Agent, ...]
    """The plan's agents, in its order."""


@dataclass(frozen=True)
class FaultedSeat:
    """A failure within a chunk."""

    block: int
    """The block's number within the round."""
    seating: int
    """Which seating of the block."""
    agent: int
    """The agent of the plan that failed."""
    kind: str
    """How, a value of `FaultKind`."""
    message: str
    """What happened, in one line."""


@dataclass(frozen=True, eq=False)
class Results:
    """What a run of consecutive whole blocks of one round gave, by block, seating and seat."""

    round: int
    """The round's number."""
    start: int
    """The number of the first block."""
    seatings: NDArray[np.int16]
    """int16[B, S, n], the agent of the plan on each seat."""
    scores: NDArray[np.float64]
    """float64[B, S, n], the returns after the penalty for faults."""
    metrics: Mapping[str, NDArray[np.float64]]
    """Each metric of the game, float64[B, S, n]; NaN where a sparse metric is undefined."""
    steps: NDArray[np.int32]
    """int32[B, S], the steps of each match."""
    decisions: NDArray[np.int32]
    """int32[B, S, n], the actions each seat chose."""
    micros: NDArray[np.float64]
    """float64[B, S, n], microseconds each seat spent; measured, so never part of a canonical ranking."""
    digests: NDArray[np.uint64]
    """uint64[B, S], a digest of how each match ended; a replay must give it again."""
    truncated: NDArray[np.bool_]
    """bool[B, S], whether a limit of steps ended the match."""
    faults: tuple[FaultedSeat, ...] = ()
    """Every failure of an agent."""
    attempts: NDArray[np.int32] | None = None
    """int32[B], how often the block was void before; None means never."""
    records: tuple[bytes, ...] = ()
    """The record file of each block; empty where the matches are made again from their seeds."""
    seconds: float = 0.0
    """Wall time of playing the chunk."""
    worker: str = ""
    """Who played it."""

    def __len__(self) -> int:
        return len(self.seatings)


@dataclass(frozen=True)
class Chunk:
    """Work for an executor: consecutive blocks of one round, about a second of play or less."""

    round: int
    """The round's number."""
    start: int
    """The first block."""
    count: int
    """How many blocks."""


@dataclass(frozen=True)
class Standing:
    """One agent's place after a round or a tournament."""

    agent: int
    """The agent of the plan."""
    score: float
    """The mean of the metric that ranks."""
    rank: int
    """By that mean, from 1; equals share the best."""
    blocks: int
    """Blocks he played."""
    round: int = 0
    """The round it was."""
    se: float | None = None
    """The standard error of the score; None where there is none."""


class Rating(ABC):
    """A way to rate agents from results. A frozen dataclass of its parameters."""

    @abstractmethod
    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """A JSON-able report: per agent a value and an interval, and what it is an estimate of, in words."""


class Executor(ABC):
    """Plays chunks, in this process or in others. A frozen dataclass of its parameters."""

    def warm_up(self, picks: Pick) -> None:  # noqa: B027  # most executors have nothing to start
        """Begin to start what `run` will need, while the caller sees to other things; it may be left out."""

    @abstractmethod
    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        """Play `chunks` by the picklable `player`, yielding results as they come, in any order.

        Raises:
            HostFault: if workers keep dying and the budget of new ones is spent.
        """
