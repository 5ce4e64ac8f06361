"""A network that was read, and what plays with it: compiled policies and a session of onnxruntime, both made lazily."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.deep.compiled import network_policy
from agents.deep.policy_file import policy_digest, read
from agents.deep.reading import Sight, sight
from arena.capabilities import CompiledPolicy, Learnable
from arena.errors import NotCapable

if TYPE_CHECKING:
    from arena.game import Game

__all__ = ["LoadedNetwork", "open_session"]


class LoadedNetwork:
    """A network that was read from a file.

    Args:
        model: what the file holds.
        name: how errors call it.

    Raises:
        BadInput: as `agents.deep.policy_file.read`.
    """

    def __init__(self, model: bytes, name: str) -> None:
        self.perceptron, self.header = read(model)
        self.digest = policy_digest(model)
        """Over header and weights."""
        self.model = model
        """What the file holds."""
        self._name = name
        self._policies: dict[tuple[Any, ...], CompiledPolicy] = {}

    def fit(self, game: Game[Any, Any, Any]) -> None:
        """Refuse a game that the network cannot play.

        Raises:
            NotCapable: if it was trained for another game or encoding, or for too few actions.
        """
        header, seen = self.header, sight(game)
        if header.game != game.spec.name:
            raise NotCapable(f"{self._name} plays {header.game}, not {game.spec.name}")
        known = Sight(header.encoding, header.features, header.actions)
        if known[:2] != seen[:2]:
            raise NotCapable(
                f"{self._name} reads {header.game} by the encoding {known.version!r} of {known.features} features, this is "
                f"{seen.version!r} of {seen.features}: train it again"
            )
        if known.actions < seen.actions:
            raise NotCapable(
                f"{self._name} knows {known.actions} actions, {game.spec.name} by these rules has {seen.actions}"
            )

    def policy(self, game: Game[Any, Any, Any], *, greedy: bool) -> CompiledPolicy | None:
        """The compiled policy for `game`; None where it is not learnable in compiled code.

        Raises:
            NotCapable: as `fit`.
        """
        self.fit(game)
        if not isinstance(game, Learnable):
            return None
        encoding = game.encoding()
        key = (encoding.flat, encoding.legal, encoding.most_legal, greedy)
        if key not in self._policies:
            self._policies[key] = network_policy(game, self.perceptron, greedy=greedy)
        return self._policies[key]

    def run(
        self, observations: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """The numbers of actions, float32[B, A], and values, float32[B] if there are any, of `observations`, float32[B, F].

        Raises:
            NotCapable: if onnxruntime is not installed.
        """
        outputs = self._session.run(None, {"observation": observations})
        return outputs[0], outputs[1][:, 0] if len(outputs) > 1 else None

    def close(self) -> None:
        """Free the session; it is opened again when wanted."""
        self.__dict__.pop("_session", None)

    @cached_property
    def _session(self) -> Any:
        return open_session(self.model)


def open_session(model: bytes) -> Any:
    """A session of onnxruntime on one thread; by default it would take every core from the other players.

    Raises:
        NotCapable: if onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise NotCapable("onnxruntime is not installed: pip install onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
