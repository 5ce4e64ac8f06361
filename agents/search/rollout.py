"""Rollouts: how a world is played to its end, or to a leaf that is valued instead."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from agents.search import hooks
from agents.search.worlds import World, sole_actor
from arena.agent import Agent, Player, Seat, Turn
from arena.conditions import Access, Budget
from arena.errors import NotCapable
from arena.play import misfit
from arena.registry import make_agent

__all__ = ["AUTO", "Rollout", "rollout_policy"]

AUTO = "auto"
"""The rollout that a game's accelerator chooses itself; without one, random play to the end."""


def rollout_policy(spelling: str, seat: Seat) -> Agent | None:
    """The agent that a rollout's spelling stands for; None for random play.

    Raises:
        BadInput: if it spells no agent.
        NotCapable: if the agent cannot play the game, or only with access to the true state.
    """
    if spelling in (AUTO, "random"):
        return None
    agent = make_agent(spelling)
    reason = misfit(agent, seat.game)
    if reason is None and agent.spec.access is Access.STATE:
        reason = "it needs the true state"
    if reason is None and not agent.spec.automatic:
        reason = "it does not play by itself"
    if reason is not None:
        raise NotCapable(f"{spelling} cannot play out {seat.game.spec.name}: {reason}")
    return agent


class Rollout:
    """Plays worlds out.

    Args:
        seat: where the searcher sits.
        policy: who plays every seat; None for uniform legal play.
        depth: steps before the world is cut; None plays to the end.
        value: what a cut world is still worth; None counts only what was earned.
    """

    def __init__(self, seat: Seat, policy: Agent | None, depth: int | None, value: str | None) -> None:
        self._seat = seat
        self._policy = policy
        self._depth = depth
        self._value = None if value is None else hooks.value(value)
        # The searcher's own budget is not the budget of those who play out for him.
        self._conditions = dataclasses.replace(seat.conditions, budget=Budget())

    def __call__(self, world: World, ply: int, rng: np.random.Generator) -> list[float]:
        """The return still to come for each player from here; `world` is played on and used up.

        Args:
            world: where to start.
            ply: the number of actions taken before.
            rng: the chance of the players; equal generators give equal rollouts.
        """
        totals = [0.0] * self._seat.game.spec.players
        table: dict[int, tuple[Seat, Player]] = {}
        steps = 0
        while (actor := sole_actor(world)) is not None:
            if steps == self._depth:
                self._add_value(world, totals)
                break
            world.step({actor: self._choose(world, actor, ply + steps, table, rng)})
            for player, reward in enumerate(world.rewards):
                totals[player] += reward
            steps += 1
        for _, sitting in table.values():
            sitting.close(world.outcome)
        return totals

    def _choose(
        self,
        world: World,
        actor: int,
        ply: int,
        table: dict[int, tuple[Seat, Player]],
        rng: np.random.Generator,
    ) -> Any:
        if self._policy is None:
            return world.legal(actor).sample(rng)
        if actor not in table:
            game = self._seat.game
            dice = int(rng.integers(2**63))
            seat = Seat(game, actor, game.spec.roles[actor], self._conditions, dice)
            table[actor] = seat, self._policy.sit(seat)
        seat, sitting = table[actor]
        return sitting.act(Turn(world.view(actor), world.legal(actor), ply, seat))

    def _add_value(self, world: World, totals: list[float]) -> None:
        if self._value is not None:
            for player, worth in enumerate(self._value(world)):
                totals[player] += worth
