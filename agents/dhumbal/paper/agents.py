"""The agents of Malla 2025 that are not among the four styles: random, MCTS, ISMCTS, PPO and DQN."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from agents.dhumbal.paper import network, random_play, search
from agents.dhumbal.paper.training import DQN_ROUNDS, PPO_ROUNDS, trained
from agents.dhumbal.rule_based import CompiledAgent
from arena.agent import AgentSpec, Family
from arena.capabilities import CompiledPolicy
from arena.errors import BadParameter
from games.dhumbal.game import CardTable

__all__ = ["PaperDQN", "PaperISMCTS", "PaperMCTS", "PaperPPO", "PaperRandom"]

_MOST: Final = 1_000_000


@dataclass(frozen=True)
class _Paper(CompiledAgent):
    """One of the paper's agents; never part of ``--agents all``."""

    _family: ClassVar[Family]

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent.

        Raises:
            BadParameter: if a parameter is outside what it may be.
        """
        return dataclasses.replace(super().spec, family=self._family, games=("dhumbal",), automatic=False)

    def _check_whole(self, name: str, low: int, high: int) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadParameter(f"{self._name}: expected {name} from {low} to {high}, got {value!r}")


@dataclass(frozen=True)
class PaperRandom(_Paper):
    """Calls, and takes the open card, every other time that it may; see `agents.dhumbal.paper.random_play`."""

    _name = "paper-random"
    _summary = "the random player of Malla 2025"
    _family = Family.BASELINE

    def check(self) -> None:
        """There is nothing to refuse."""

    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy, the same under all rules."""
        del game
        return CompiledPolicy(random_play.decide, np.zeros(0))


@dataclass(frozen=True)
class _Search(_Paper):
    """A search of `agents.dhumbal.paper.search`."""

    _family = Family.SEARCH

    simulations: int
    """Of each of the three questions of a turn; 1 to 1,000,000."""

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: if `simulations` is out of range.
        """
        self._check_whole("simulations", 1, _MOST)

    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy, the same under all rules."""
        del game
        return CompiledPolicy(search.decide, np.array([float(self.simulations)]))


@dataclass(frozen=True)
class PaperMCTS(_Search):
    """What the paper calls MCTS: its ISMCTS with a third of the simulations."""

    _name = "paper-mcts"
    _summary = "the MCTS of Malla 2025"
    simulations: int = 20


@dataclass(frozen=True)
class PaperISMCTS(_Search):
    """What the paper calls ISMCTS: three simulations where its MCTS makes one, in the same tree."""

    _name = "paper-ismcts"
    _summary = "the ISMCTS of Malla 2025"
    simulations: int = 60


@dataclass(frozen=True)
class _Network(_Paper):
    """A network of `agents.dhumbal.paper.training`, trained when it is first asked to play."""

    _family = Family.LEARNED
    _learner: ClassVar[str]

    rounds: int
    """Rounds of training, 0 to 1,000,000."""
    seed: int = 2025
    """The root of the chance of its training, >= 0."""
    fixed: bool = False
    """Whether outputs are the game's action ids, or else places in the list of legal actions, as in the paper."""

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: if a number is out of range.
        """
        self._check_whole("rounds", 0, _MOST)
        self._check_whole("seed", 0, 2**63)
        if not isinstance(self.fixed, bool):
            raise BadParameter(f"{self._name}: expected fixed true or false, got {self.fixed!r}")

    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy, the same under all rules."""
        del game
        return CompiledPolicy(network.decide, trained(self._learner, self.rounds, self.seed, self.fixed))


@dataclass(frozen=True)
class PaperPPO(_Network):
    """The PPO of the paper; draws its actions."""

    _name = "paper-ppo"
    _summary = "the PPO of Malla 2025"
    _learner = "ppo"
    rounds: int = PPO_ROUNDS


@dataclass(frozen=True)
class PaperDQN(_Network):
    """The DQN of the paper; takes the action of the greatest value."""

    _name = "paper-dqn"
    _summary = "the DQN of Malla 2025"
    _learner = "dqn"
    rounds: int = DQN_ROUNDS
