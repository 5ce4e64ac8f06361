"""Where a game brings its own compiled versions of agents, leaf values, priors and inference: four groups of entry points.

```toml
[project.entry-points."arena.accelerators"]
"dhumbal/ismcts" = "agents.dhumbal.accelerate:ismcts"     # game/agent: an `Accelerator`
[project.entry-points."arena.values"]
"race-to-go" = "my_package.race:value"                    # any name: a `Value`, as in mcts(depth=8, value=race-to-go)
[project.entry-points."arena.priors"]
"race-prior" = "my_package.race:prior"                    # a `Prior`, as in ismcts(selection=puct, prior=race-prior)
[project.entry-points."arena.inferences"]
"race-weights" = "my_package.race:weigh"                  # an `Inference`, as in ismcts(inference=race-weights)
```

Names, not functions, are the parameters of agents, so that a spelling, a record and a plan file can carry them and text
from outside never imports anything that nobody registered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from arena import registry
from arena.agent import Agent, Player, Seat
from arena.conditions import Conditions
from arena.game import Game

if TYPE_CHECKING:
    from agents.search.worlds import World
    from arena.capabilities import CompiledPolicy

__all__ = [
    "Accelerator",
    "Inference",
    "Prior",
    "Value",
    "accelerated",
    "accelerator",
    "compiled_policy",
    "inference",
    "prior",
    "value",
]


class Accelerator(Protocol):
    """A game's own, compiled player of an agent that plays many games."""

    def __call__(self, agent: Any, seat: Seat) -> Player | None:
        """A player that keeps the parameters of `agent`, its budget and the keys of its thoughts; None where it cannot."""


class Value(Protocol):
    """What a position is worth, for rollouts that are cut."""

    def __call__(self, world: World) -> Sequence[float]:
        """The return still to come for each player, in the game's unit; n numbers."""


class Prior(Protocol):
    """How likely a good player is to choose each action."""

    def __call__(self, world: World, player: int, actions: Sequence[Any]) -> Sequence[float]:
        """A weight >= 0 for each of `actions`, not all zero; they need not add up to 1."""


class Inference(Protocol):
    """How likely a guessed world is, given what was seen."""

    def __call__(self, world: World, player: int, view: Any) -> float:
        """A weight >= 0, proportional to the probability of the world given the `view` of `player`."""


def accelerator(agent: Agent, game: Game[Any, Any, Any]) -> Accelerator | None:
    """What makes a compiled player of `agent` for `game`; None where the game brings nothing.

    Raises:
        BrokenPlugin: if one is registered and fails to load.
        DuplicateName: if two distributions register one.
    """
    found = registry.entries("accelerator").get(f"{game.spec.name}/{agent.spec.name}")
    return None if found is None else cast("Accelerator", found.load())


def accelerated(agent: Agent, seat: Seat) -> Player | None:
    """The compiled player that the game of `seat` brings for `agent`; None where it brings none. Raises as `accelerator`."""
    make = accelerator(agent, seat.game)
    return None if make is None else make(agent, seat)


def compiled_policy(agent: Agent, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
    """The policy of the compiled player that `game` brings for `agent`, for whole blocks in compiled code.

    Returns:
        What the player calls its ``policy``; None where the game brings no player, or the player has none.
    """
    player = accelerated(agent, Seat(game, 0, game.spec.roles[0], Conditions(), 0))
    found: CompiledPolicy | None = getattr(player, "policy", None)
    return found


def value(name: str) -> Value:
    """The registered leaf value called `name`.

    Raises:
        UnknownName: if there is none; the message suggests the nearest.
        BrokenPlugin: if it fails to load.
    """
    return cast("Value", registry.entry("value", name).load())


def prior(name: str) -> Prior:
    """The registered prior called `name`; raises as `value`."""
    return cast("Prior", registry.entry("prior", name).load())


def inference(name: str) -> Inference:
    """The registered inference called `name`; raises as `value`."""
    return cast("Inference", registry.entry("inference", name).load())
