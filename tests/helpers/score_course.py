"""A toy one-seat game: a course of jumps in which boldness pays and skewed luck decides."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from arena import streams
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.game import Direction, Dynamics, Game, GameSpec, Information, Metric, Outcome, Utility
from arena.legal import Listed

__all__ = ["Course", "Jumper", "Run"]

Seen = tuple[int, float]
"""Jumps done, and points so far."""


@dataclass
class Run:
    """The state."""

    seed: int
    jumps: int = 0
    points: float = 0.0


@dataclass(frozen=True)
class Course(Game[Run, Seen, int]):
    """Each of `length` jumps pays its step, 0 to 2, times the seed's own wind, which is lognormal.

    With `spread` 0 every seed is the same. The course is solved from `goal` points on.
    """

    length: int = 4
    spread: float = 1.0
    goal: float = 4.0

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="course",
            version=1,
            title="Course",
            summary="jump far",
            players=1,
            table_sizes=(1,),
            roles=("jumper",),
            dynamics=Dynamics.TURNS,
            information=Information.IMPERFECT,
            utility=Utility.GENERAL,
            returns=(0.0, math.inf),
            horizon=self.length,
            metrics=(
                Metric("points", "points", primary=True),
                Metric("success", "share"),
                Metric("missed", "points", Direction.LOWER),
            ),
        )

    def wind(self, seed: int) -> float:
        return math.exp(self.spread * float(streams.stream(streams.root_key(seed), "wind").standard_normal()))

    def init(self, seed: int) -> Run:
        return Run(seed)

    def actors(self, state: Run) -> tuple[int, ...]:
        return (0,) if state.jumps < self.length else ()

    def view(self, state: Run, player: int) -> Seen:
        return state.jumps, state.points

    def legal(self, state: Run, player: int) -> Listed[int]:
        return Listed((0, 1, 2))

    def step(self, state: Run, actions: Mapping[int, int]) -> Run:
        state.jumps += 1
        state.points += self.wind(state.seed) * actions[0]
        return state

    def rewards(self, state: Run) -> tuple[float, ...]:
        return (state.points if state.jumps == self.length else 0.0,)

    def outcome(self, state: Run) -> Outcome | None:
        if self.actors(state):
            return None
        metrics = {
            "points": (state.points,),
            "success": (float(state.points >= self.goal),),
            "missed": (max(0.0, self.goal - state.points),),
        }
        return Outcome((state.points,), "at the end", metrics=metrics)

    def copy(self, state: Run, seed: int | None = None) -> Run:
        return Run(state.seed if seed is None else seed, state.jumps, state.points)

    def describe(self, view: Seen) -> str:
        return f"{view[0]} jumps, {view[1]:.2f} points"


@dataclass(frozen=True)
class Jumper(Agent):
    """Always jumps `bold`, or by dice where that is -1."""

    bold: int = 1
    family: str = "heuristic"

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec(
            name="jumper",
            version=1,
            family=Family(self.family),
            summary="a jumper of the tests",
            games=("course",),
        )

    def sit(self, seat: Seat) -> Player:
        return _Player(self.bold, seat)


class _Player(Player):
    def __init__(self, bold: int, seat: Seat) -> None:
        self.bold = bold
        self.rng = streams.generator(seat.seed)

    def act(self, turn: Turn) -> int:
        return self.bold if self.bold >= 0 else int(self.rng.integers(0, 3))
