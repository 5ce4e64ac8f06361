"""Learned agents that ship: one name, and for each game that brings one a network under that name.

A distribution ships its networks by entry points of the group ``arena.policies``, each a function without arguments that
gives the path of the file:

```toml
[project.entry-points."arena.policies"]
"dhumbal/ppo" = "agents.dhumbal.networks:ppo"
```

Games without a network of that name are not played, and ``--agents all`` leaves the agent out there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from agents.deep.agent import NetworkAgent
from agents.deep.network import LoadedNetwork
from agents.deep.policy_file import file_bytes
from arena import codec, registry
from arena.agent import AgentSpec, Family
from arena.errors import BadParameter, NotCapable
from arena.game import Dynamics, Game

__all__ = ["ShippedDQN", "ShippedGA", "ShippedNetwork", "ShippedPPO"]


@dataclass(frozen=True)
class ShippedNetwork(NetworkAgent):
    """A learned agent that ships."""

    name: ClassVar[str]
    """The registered name, and the second half of the names of its networks."""
    family: ClassVar[Family] = Family.LEARNED
    """What kind of mind it has."""
    summary: ClassVar[str]
    """One sentence for listings."""

    greedy: bool = True
    """Whether the best action is played; False draws from the softmax of the logits."""

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent.

        Raises:
            BadParameter: if a parameter is outside what it may be.
        """
        if not isinstance(self.greedy, bool):
            raise BadParameter(f"{self.name}: expected greedy as bool, got {self.greedy!r}")
        return AgentSpec(
            name=self.name,
            version=1,
            family=self.family,
            summary=self.summary,
            games=self.trained_games(),
            dynamics=Dynamics.TURNS,
        )

    def trained_games(self) -> tuple[str, ...]:
        """The games that bring a network of this name, in alphabetical order."""
        endings = [entry.rpartition("/") for entry in registry.entries("policy")]
        return tuple(game for game, _, agent in endings if agent == self.name)

    @property
    def greedily(self) -> bool:
        """Whether the best action is played."""
        return self.greedy

    def network(self, game: Game[Any, Any, Any]) -> LoadedNetwork:
        """The network that `game` brings, read once. Raises as `NetworkAgent.network`."""
        name = game.spec.name
        if name not in self.trained_games():
            known = ", ".join(self.trained_games()) or "no game"
            raise NotCapable(f"{self.name} plays {known}, not {name}")
        return self._network_for(name)

    def _network_for(self, game: str) -> LoadedNetwork:
        network = _shipped(f"{game}/{self.name}")
        if not self.greedy and network.header.kind == "values":
            raise BadParameter(f"{self.name}: expected greedy=true, it holds action values, got greedy=false")
        return network

    def digest(self) -> str:
        """A digest of name, version, `greedy` and every network of that name."""
        spec = self.spec
        networks = [[game, self._network_for(game).digest] for game in self.trained_games()]
        return codec.digest(codec.canonical([spec.name, spec.version, self.greedy, networks]), size=8)

    def close(self) -> None:
        """Free the sessions of the networks; they are opened again when wanted."""
        for game in self.trained_games():
            self._network_for(game).close()


@cache
def _shipped(name: str) -> LoadedNetwork:
    """The network of an entry point, read once in a process: what ships does not change while it runs."""
    path: Path = registry.entry("policy", name).load()()
    return LoadedNetwork(file_bytes(path), f"{name.rpartition('/')[2]} of {path.name}")


@dataclass(frozen=True)
class ShippedPPO(ShippedNetwork):
    """Trained by proximal policy optimization (`agents.deep.ppo`)."""

    name = "ppo"
    summary = "a network trained by proximal policy optimization"


@dataclass(frozen=True)
class ShippedDQN(ShippedNetwork):
    """Trained by deep Q-learning (`agents.deep.dqn`)."""

    name = "dqn"
    summary = "a network trained by deep Q-learning"


@dataclass(frozen=True)
class ShippedGA(ShippedNetwork):
    """Evolved by a genetic algorithm (`agents.evolution.genetic`)."""

    name = "ga"
    family = Family.EVOLVED
    summary = "a network whose weights a genetic algorithm evolved"
