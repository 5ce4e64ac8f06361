"""One decision of one agent, without a match."""

from __future__ import annotations

from typing import Any

from arena.agent import Agent, Player, Seat, Turn
from arena.conditions import Budget, Conditions
from arena.game import Game


def sit(
    game: Game[Any, Any, Any], agent: Agent, player: int, seed: int, budget: Budget | None = None
) -> tuple[Player, Seat]:
    """`agent` at the seat of `player`."""
    seat = Seat(game, player, game.spec.roles[player], Conditions(budget=budget or Budget()), seed)
    return agent.sit(seat), seat


def decide(
    game: Game[Any, Any, Any], agent: Agent, state: Any, seed: int, budget: Budget | None = None
) -> tuple[Any, dict[str, Any]]:
    """What `agent` does in `state`, and its thoughts."""
    (actor,) = game.actors(state)
    player, seat = sit(game, agent, actor, seed, budget)
    action = player.act(Turn(game.view(state, actor), game.legal(state, actor), 0, seat))
    return action, dict(player.thoughts() or {})


def visits(thoughts: dict[str, Any]) -> dict[str, int]:
    """Visits by the text of the action."""
    return {row["action"]: row["visits"] for row in thoughts["actions"]}


def values(thoughts: dict[str, Any]) -> dict[str, float]:
    """Mean values by the text of the action; those that were never tried are left out."""
    return {row["action"]: row["value"] for row in thoughts["actions"] if row["value"] is not None}
