"""Agents that play by a network: from a file, and those that ship."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from agents.deep.network import LoadedNetwork
from agents.deep.players import CompiledPlayer, SessionPlayer, answer_many
from agents.deep.policy_file import Header, file_bytes, write
from arena import codec
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.capabilities import CompiledPolicy
from arena.errors import BadParameter, NotCapable
from arena.game import Dynamics, Game
from arena.play import rehearse

if TYPE_CHECKING:
    from agents.deep.perceptron import Perceptron

__all__ = ["NetworkAgent", "Policy"]


@dataclass(frozen=True)
class NetworkAgent(Agent):
    """An agent that plays by a network."""

    @abstractmethod
    def network(self, game: Game[Any, Any, Any]) -> LoadedNetwork:
        """The network for `game`, read once.

        Raises:
            BadInput: if it cannot be read.
            NotCapable: if there is none for this game.
        """

    @property
    @abstractmethod
    def greedily(self) -> bool:
        """Whether the best action is played; otherwise one is drawn from the softmax."""

    def compiled_policy(self, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
        """The policy for `game`; None where the game has no compiled encoding.

        Raises:
            BadInput: if the network cannot be read.
            NotCapable: if it does not fit the game.
        """
        return self.network(game).policy(game, greedy=self.greedily)

    def sit(self, seat: Seat) -> Player:
        """A player for one match.

        Raises:
            BadInput: if the network cannot be read.
            NotCapable: if it does not fit the game.
        """
        network = self.network(seat.game)
        policy = network.policy(seat.game, greedy=self.greedily)
        if policy is None:
            return SessionPlayer(network, seat, self.greedily)
        return CompiledPlayer(network, policy, seat)

    def act_many(self, players: Sequence[Player], turns: Sequence[Turn]) -> Sequence[Any]:
        """One action for each turn, by one forward pass where a session of onnxruntime plays."""
        asked = [player for player in players if isinstance(player, SessionPlayer)]
        if len(asked) < len(players) or len({turn.seat.game.spec.name for turn in turns}) > 1:
            return super().act_many(players, turns)
        return answer_many(asked, turns)

    def refusal(self, game: Game[Any, Any, Any]) -> str | None:
        """Why the network does not fit the rules; None where it does."""
        try:
            self.network(game).fit(game)
        except NotCapable as error:
            return str(error)
        return None

    def prepare(self, game: Game[Any, Any, Any]) -> None:
        """Read the weights, and compile or open the session."""
        rehearse(self, game)


@dataclass(frozen=True)
class Policy(NetworkAgent):
    """The network of a file, such as a checkpoint of a training."""

    local: ClassVar[bool] = True
    """Its file is one of this machine."""

    file: str
    """An ONNX file of `agents.deep.policy_file.write`."""
    greedy: bool = True
    """Whether the best action is played. False draws from the softmax of the logits, as learners of policies do while they
    learn; it is no choice where the network's numbers are values."""
    model: bytes = field(default=b"", repr=False)
    """What the file holds, for a network that lies in no file; `file` is only its name then."""

    @staticmethod
    def of(perceptron: Perceptron, header: Header, name: str, *, greedy: bool = True) -> Policy:
        """An agent that carries its network with it.

        Args:
            perceptron: the network.
            header: what it was trained for.
            name: what to call it.
            greedy: whether the best action is played.

        Raises:
            BadParameter: if network and header do not fit.
            MissingExtra: if onnx is not installed.
        """
        return Policy(name, greedy, write(perceptron, header))

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent.

        Raises:
            BadParameter: if a parameter is outside what it may be.
            BadInput: if the file cannot be read.
        """
        self.check()
        header = self._loaded.header
        trained = f" in {header.steps:,} decisions" if header.steps else ""
        return AgentSpec(
            name="policy",
            version=1,
            family=Family.LEARNED,
            summary=f"the network {self.file}, trained for {header.game}{trained}",
            games=(header.game,),
            dynamics=Dynamics.TURNS,
        )

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: naming the parameter and what it may be.
            BadInput: if the file cannot be read.
        """
        for name, wanted in (("file", str), ("greedy", bool), ("model", bytes)):
            if not isinstance(getattr(self, name), wanted):
                raise BadParameter(
                    f"policy: expected {name} as {wanted.__name__}, got {getattr(self, name)!r}"
                )
        if not self.file:
            raise BadParameter(f"policy: expected file, the path of an ONNX file, got {self.file!r}")
        if not self.greedy and self._loaded.header.kind == "values":
            raise BadParameter(
                f"policy: expected greedy=true, {self.file!r} holds action values, got greedy=false"
            )

    @property
    def greedily(self) -> bool:
        """Whether the best action is played."""
        return self.greedy

    @cached_property
    def _loaded(self) -> LoadedNetwork:
        return LoadedNetwork(self.model or file_bytes(self.file), repr(self.file))

    def network(self, game: Game[Any, Any, Any]) -> LoadedNetwork:
        """The network, read once. Raises as `NetworkAgent.network`."""
        del game  # one for all
        return self._loaded

    def digest(self) -> str:
        """A digest of name, version, `greedy` and the network; the same whatever the file is called."""
        spec = self.spec
        pieces = [spec.name, spec.version, self.greedy, self._loaded.digest]
        return codec.digest(codec.canonical(pieces), size=8)

    def close(self) -> None:
        """Forget the network and its session; it is read again when wanted."""
        self.__dict__.pop("_loaded", None)
