"""What a network is worth at the table: matches against fixed opponents in compiled code, the same deals for all.

A candidate sits on one seat, and one opponent fills all others; seats and opponents take turns from deal to deal. Every
candidate of a generation plays the same deals, and opponents throw the same dice (common random numbers), so that
candidates are told apart by what they do. Each generation plays new deals.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.deep.compiled import network_policy
from agents.deep.course import Course
from agents.deep.perceptron import Perceptron
from agents.deep.seating import compiled_opponents
from agents.evolution.genome import Vector
from agents.evolution.truncation import Candidate, Scored
from arena import streams
from arena.capabilities import BlockPlayable, CompiledPolicy
from arena.errors import BadParameter, HostFault, NotCapable
from arena.facts import game_spec, spelling
from arena.game import Game
from arena.learner import Task

__all__ = ["Contest"]

_MOST_MATCHES: Final = 10**7
"""Matches of a scoring, however far doubling goes."""
_SCALE_DEALS: Final = 1000
"""Deals that the opponents play among themselves to find the spread of a game's returns."""


@dataclass(frozen=True)
class _Table:
    """One game of the task with its opponents; K opponents, n seats."""

    game: Any
    """A `BlockPlayable` game."""
    opponents: tuple[CompiledPolicy, ...]
    """K policies."""
    seats: NDArray[np.int64]
    """int64[R], where the candidate may sit."""

    def seatings(self, matches: int) -> NDArray[np.int16]:
        """int16[matches, 1, n]: 0 for the candidate, k for opponent k from 1."""
        places = np.arange(matches)
        fields = 1 + places // len(self.seats) % len(self.opponents)
        seatings = np.repeat(fields[:, np.newaxis], game_spec(self.game).players, axis=1)
        seatings[places, self.seats[places % len(self.seats)]] = 0
        return seatings.astype(np.int16)[:, np.newaxis]

    def play(self, hero: CompiledPolicy, matches: int, key: streams.Key) -> tuple[NDArray[np.float64], int]:
        """The hero's returns, float64[matches], and how many decisions he took.

        Raises:
            HostFault: if a policy takes an illegal action.
        """
        seatings = self.seatings(matches)
        deals = streams.numbers(streams.derive(key, "deals"), 0, matches)
        dice = streams.numbers(streams.derive(key, "dice"), 0, seatings.size).reshape(seatings.shape)
        outcome = self.game.play_blocks((hero, *self.opponents), deals, seatings, dice)
        if (outcome.faults >= 0).any():
            raise HostFault(f"{spelling(self.game)}: a compiled policy took an illegal action")
        his = seatings == 0
        return outcome.returns[his], int(outcome.decisions[his].sum())


@dataclass(frozen=True)
class Contest:
    """A task as a score for candidates; G games."""

    task: Task
    """Its opponents must be compiled."""
    seed: int
    """The root of the chance of all deals."""
    hidden: tuple[int, ...]
    """Units of the hidden layers."""
    deals: int
    """Matches that a child plays of each game."""
    proofs: int
    """Matches of each game in the second and third scoring."""
    workers: int = 1
    """Threads; the scores are the same with any number."""
    doubling: float = math.inf
    """Generations in which both numbers of matches double."""

    def check(self) -> None:
        """Refuse a task that cannot be scored; raises as `course` and `tables`."""
        if not self.task.opponents:
            raise BadParameter(
                "ga: expected at least one opponent, such as aggressive; it does not play itself"
            )
        # Now, and not in several threads at once.
        _ = self.course, self.scales

    @cached_property
    def tables(self) -> tuple[_Table, ...]:
        """One for each game.

        Raises:
            NotCapable: if a game cannot be played whole in compiled code, or an opponent is not compiled for it.
            BadParameter: if a game has none of the task's roles.
        """
        return tuple(self._table(game) for game in self.task.games)

    @cached_property
    def course(self) -> Course:
        """The task as the learners of `agents.deep` see it; raises as `Course`."""
        return Course(self.task)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Widths of the networks, from the observation to the actions."""
        return (self.course.features, *self.hidden, self.course.actions)

    def _table(self, game: Game[Any, Any, Any]) -> _Table:
        if not isinstance(game, BlockPlayable):
            raise NotCapable(f"ga: {spelling(game)} cannot be played whole in compiled code (block_playable)")
        roles = self.task.roles
        seats = [seat for seat, role in enumerate(game_spec(game).roles) if not roles or role in roles]
        if not seats:
            raise BadParameter(
                f"ga: expected roles of {spelling(game)}, {game_spec(game).roles!r}, got {roles!r}"
            )
        return _Table(game, tuple(compiled_opponents(game, self.task.opponents)), np.array(seats))

    @cached_property
    def scales(self) -> tuple[float, ...]:
        """G numbers by which returns are divided: 1 for a single game, else the spread of the opponents' own returns."""
        if len(self.tables) == 1:
            return (1.0,)
        return tuple(self._spread(place, table) for place, table in enumerate(self.tables))

    def _spread(self, place: int, table: _Table) -> float:
        key = streams.derive(self._key, "scale", place)
        played = [
            table.play(policy, _SCALE_DEALS, streams.derive(key, number))[0]
            for number, policy in enumerate(table.opponents)
        ]
        return float(np.concatenate(played).std()) or 1.0

    @property
    def _key(self) -> streams.Key:
        return streams.derive(streams.root_key(self.seed), "deep ga")

    def matches(self, purpose: str, generation: int) -> int:
        """How many matches of each game are played for `purpose`."""
        first = self.deals if purpose == "population" else self.proofs
        growth: float = 2.0 ** min(64.0, generation / self.doubling)
        return min(_MOST_MATCHES, round(first * growth))

    def __call__(self, candidates: Sequence[Candidate], generation: int, purpose: str) -> Scored:
        """Scores as `Score` wants them: the matches of all games side by side, divided by `scales`."""
        key = streams.derive(self._key, purpose, generation)
        keys = [streams.derive(key, place) for place in range(len(self.tables))]
        matches = self.matches(purpose, generation)

        def play(candidate: Candidate) -> tuple[NDArray[np.float64], int]:
            return self._play(candidate(), keys, matches)

        with self._threads() as pool:
            played = list(pool.map(play, candidates) if pool else map(play, candidates))
        return Scored(np.array([values for values, _ in played]), sum(count for _, count in played))

    @contextlib.contextmanager
    def _threads(self) -> Iterator[ThreadPoolExecutor | None]:
        if self.workers == 1:
            yield None
            return
        with ThreadPoolExecutor(self.workers) as pool:
            yield pool

    def _play(
        self, vector: Vector, keys: Sequence[streams.Key], matches: int
    ) -> tuple[NDArray[np.float64], int]:
        network = self.network(vector)
        parts, decisions = [], 0
        for table, key, scale in zip(self.tables, keys, self.scales, strict=True):
            values, count = table.play(network_policy(table.game, network, greedy=True), matches, key)
            parts.append(values / scale)
            decisions += count
        return np.concatenate(parts), decisions

    def network(self, vector: Vector) -> Perceptron:
        """The network with the parameters `vector`, float32[P]."""
        return Perceptron.of_flat(vector, self.sizes, self.sizes[-1])

    def returns(self, values: NDArray[np.float64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
        """What one candidate got, as `__call__` has it, by game and opponent in the game's own unit; fields he met only."""
        parts = np.split(values, len(self.tables))
        for table, scale, part in zip(self.tables, self.scales, parts, strict=True):
            fields = table.seatings(len(part)).max(axis=(1, 2))
            for number, agent in enumerate(self.task.opponents, start=1):
                own = part[fields == number]
                if len(own):
                    yield f"{spelling(table.game)}/{spelling(agent)}", own * scale
