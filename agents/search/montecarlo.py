"""Flat Monte Carlo on determinized worlds: every action is tried in the same guessed worlds, the best mean wins.

There is no tree: after its own action the searcher, like everybody else, plays by the rollout. What is shared makes the
comparison sharp: all actions meet the same hidden cards, the same chance and players with the same dice (common random
numbers), so most of the noise cancels in their differences.

Known weakness: *strategy fusion* (I. Frank, D. Basin, "Search in games with incomplete information", Artificial
Intelligence 100, 1998) does not arise before the first action, since a plan is never made per world; but a rollout that
knows no better values information at nothing.

Sources: B. Brugmann, "Monte Carlo Go", 1993; M. Ginsberg, "GIB: Imperfect Information in a Computationally Challenging
Game", JAIR 14, 2001 (same worlds for every card); Z. Karnin, T. Koren, O. Somekh, "Almost Optimal Exploration in
Multi-Armed Bandits", ICML 2013 (sequential halving).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.search.base import (
    Choice,
    Limits,
    Meter,
    SearchAgent,
    SearchPlayer,
    Statistic,
    limits,
    search_spec,
)
from agents.search.worlds import Imagined
from arena import streams
from arena.agent import AgentSpec, Seat, Turn

__all__ = ["MonteCarlo"]


@dataclass(frozen=True)
class MonteCarlo(SearchAgent):
    """Tries every action in the same guessed worlds and plays the one with the best mean.

    Of N simulations with A legal actions it uses A for each of N // A worlds; with fewer than A simulations, one world for
    as many actions, drawn at random.
    """

    halving: bool = False
    """Whether the worse half of the actions is dropped again and again, in ceil(log2 A) rounds of equal cost
    (sequential halving), so that the better ones meet more worlds."""

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent with these parameters."""
        self.check()
        return search_spec("montecarlo", "tries every action in the same guessed worlds, without a tree")

    def searcher(self, seat: Seat) -> SearchPlayer:
        """The generic player, in Python."""
        return _MonteCarloPlayer(self, seat)


class _MonteCarloPlayer(SearchPlayer):
    def __init__(self, agent: MonteCarlo, seat: Seat) -> None:
        super().__init__(seat)
        self._agent = agent
        self._rollout = agent.playout(seat)

    def decide(self, turn: Turn, actions: Sequence[Any]) -> Choice:
        bounds = limits(self._agent, turn.budget)
        meter = Meter(bounds)
        comparison = _Comparison(self.seat, self._rollout, turn, actions)
        arms = list(range(len(actions)))
        if bounds.simulations is not None and bounds.simulations < len(actions):
            arms = sorted(turn.rng.permutation(len(actions))[: bounds.simulations].tolist())
        rounds = max(1, math.ceil(math.log2(len(arms)))) if self._agent.halving else 1
        for number in range(rounds):
            comparison.compare(arms, meter, _share(bounds, rounds, number, meter))
            if number + 1 < rounds:
                arms = comparison.better_half(arms)
        statistics = comparison.statistics()
        return Choice(statistics[comparison.best(arms)], statistics, meter.used, comparison.worlds)


def _share(bounds: Limits, rounds: int, number: int, meter: Meter) -> Limits:
    """Where round `number` of `rounds` ends: an equal part of what is left."""
    left = rounds - number
    simulations, seconds = bounds
    if simulations is not None:
        simulations = meter.used + (simulations - meter.used) // left
    if seconds is not None:
        seconds = meter.seconds + max(0.0, seconds - meter.seconds) / left
    return Limits(simulations, seconds)


class _Comparison:
    """Returns of every action over a growing number of worlds."""

    def __init__(self, seat: Seat, rollout: Any, turn: Turn, actions: Sequence[Any]) -> None:
        self.worlds = 0
        self._seat = seat
        self._rollout = rollout
        self._turn = turn
        self._actions = actions
        self._visits = [0] * len(actions)
        self._totals = [0.0] * len(actions)

    def compare(self, arms: Sequence[int], meter: Meter, until: Limits) -> None:
        """Let all of `arms` meet one new world after another, until the limits are reached."""
        while meter.more(len(arms)) and (meter.used == 0 or _within(meter, until, len(arms))):
            rng = self._turn.rng
            world = Imagined.of(self._seat.game, self._turn.view, self._seat.player, rng)
            dice = int(rng.integers(2**63))
            for arm in arms:
                self._visits[arm] += 1
                self._totals[arm] += self._play(world.copy(), arm, dice)
            world.close()
            self.worlds += 1
            meter.used += len(arms)

    def _play(self, world: Imagined, arm: int, dice: int) -> float:
        world.step({self._seat.player: self._actions[arm]})
        earned = world.rewards[self._seat.player]
        to_go = self._rollout(world, self._turn.ply + 1, streams.generator(dice))
        world.close()
        return float(earned + to_go[self._seat.player])

    def mean(self, arm: int) -> float:
        return self._totals[arm] / self._visits[arm]

    def best(self, arms: Sequence[int]) -> int:
        """The arm with the best mean; the first among equals."""
        return max(arms, key=self.mean)

    def better_half(self, arms: Sequence[int]) -> list[int]:
        ranked = sorted(arms, key=self.mean, reverse=True)
        return sorted(ranked[: math.ceil(len(arms) / 2)])

    def statistics(self) -> list[Statistic]:
        rows = zip(self._actions, self._visits, self._totals, strict=True)
        return [Statistic(action, visits, total) for action, visits, total in rows]


def _within(meter: Meter, until: Limits, simulations: int) -> bool:
    if until.simulations is not None and meter.used + simulations > until.simulations:
        return False
    return until.seconds is None or meter.seconds < until.seconds
