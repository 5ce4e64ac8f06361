"""Where a game brings its own compiled search, leaf values, priors and inference: four groups of entry points.

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
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from arena.agent import Agent, Player, Seat
from arena.errors import BrokenPlugin, DuplicateName, UnknownName

if TYPE_CHECKING:
    from agents.search.worlds import World

__all__ = [
    "ACCELERATORS",
    "INFERENCES",
    "PRIORS",
    "VALUES",
    "Accelerator",
    "Inference",
    "Prior",
    "Value",
    "accelerated",
    "inference",
    "prior",
    "value",
]

ACCELERATORS: Final = "arena.accelerators"
"""The group of compiled players, by ``game/agent``."""
VALUES: Final = "arena.values"
"""The group of leaf values."""
PRIORS: Final = "arena.priors"
"""The group of move priors."""
INFERENCES: Final = "arena.inferences"
"""The group of weights of worlds."""


class Accelerator(Protocol):
    """A game's own, compiled player of a search agent."""

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


def accelerated(agent: Agent, seat: Seat) -> Player | None:
    """The compiled player that the game of `seat` brings for `agent`; None where it brings none.

    Raises:
        BrokenPlugin: if one is registered and fails to load.
        DuplicateName: if two distributions register one.
    """
    maker = _find(ACCELERATORS, f"{seat.game.spec.name}/{agent.spec.name}")
    return None if maker is None else cast("Accelerator", maker)(agent, seat)


def value(name: str) -> Value:
    """The registered leaf value called `name`.

    Raises:
        UnknownName: if there is none; the message suggests the nearest.
        BrokenPlugin: if it fails to load.
    """
    return cast("Value", _named(VALUES, "leaf value", name))


def prior(name: str) -> Prior:
    """The registered prior called `name`; raises as `value`."""
    return cast("Prior", _named(PRIORS, "prior", name))


def inference(name: str) -> Inference:
    """The registered inference called `name`; raises as `value`."""
    return cast("Inference", _named(INFERENCES, "inference", name))


def _named(group: str, kind: str, name: str) -> Any:
    found = _find(group, name)
    if found is None:
        raise UnknownName(kind, name, sorted(set(metadata.entry_points(group=group).names)))
    return found


@cache
def _find(group: str, name: str) -> Any | None:
    points = list(metadata.entry_points(group=group, name=name))
    targets = {point.value for point in points}
    if len(targets) > 1:
        owners = sorted(point.dist.name if point.dist else "an unnamed distribution" for point in points)
        raise DuplicateName(f"{group} {name!r} is registered by {' and by '.join(owners)}")
    if not points:
        return None
    try:
        return points[0].load()
    except Exception as error:  # whatever a plug-in raises on import
        raise BrokenPlugin(
            f"{group} {name!r} ({points[0].value}) fails to load: {type(error).__name__}: {error}"
        ) from error
