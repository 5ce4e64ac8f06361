"""What the arena asks of games and agents again and again, remembered as long as the object lives.

Games and agents are immutable, so their `spec` and their spelling never change; a property that builds the spec anew
costs several microseconds, a digest more, and a match asks for each of them several times.
"""

from __future__ import annotations

from typing import Any

from arena._memo import once_per_object
from arena.agent import Agent, AgentSpec
from arena.game import Game, GameSpec
from arena.spelling import spell

__all__ = ["agent_spec", "game_spec", "spelling"]


@once_per_object
def game_spec(game: Game[Any, Any, Any]) -> GameSpec:
    """The game's `spec`."""
    return game.spec


@once_per_object
def agent_spec(agent: Agent) -> AgentSpec:
    """The agent's `spec`."""
    return agent.spec


@once_per_object
def spelling(thing: Any) -> str:
    """The spelling of a game or an agent."""
    return spell(thing)
