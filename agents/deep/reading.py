"""How a network sees a game: by its compiled encoding where it has one, and else by its named arrays, in a row."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from arena.capabilities import Encodable, Indexed, Learnable
from arena.errors import NotCapable
from arena.game import Dynamics, Game
from arena.legal import Legal

__all__ = ["Sight", "observation", "options", "sight"]


class Sight(NamedTuple):
    """What a network for a game must fit."""

    version: str
    """Of the encoding."""
    features: int
    """F."""
    actions: int
    """A."""


def sight(game: Game[Any, Any, Any]) -> Sight:
    """What a network for `game` must fit.

    Raises:
        NotCapable: if the game gives no arrays, or its actions have no fixed numbers of one factor, or several players act
            at once.
    """
    if isinstance(game, Learnable):
        encoding = game.encoding()
        return Sight(encoding.version, encoding.features, encoding.actions)
    spec = game.spec
    if (
        not isinstance(game, Encodable)
        or not isinstance(game, Indexed)
        or spec.dynamics is not Dynamics.TURNS
    ):
        raise NotCapable(f"{spec.name} is no game of turns that is encodable and indexed, as a network needs")
    state = game.init(0)
    try:
        (player, *_) = game.actors(state)
        mask = game.mask(game.legal(state, player))
        features = len(_joined(game.encode(game.view(state, player))))
    finally:
        game.close(state)
    if isinstance(mask, tuple):
        raise NotCapable(f"{spec.name} has actions of {len(mask)} factors, a network chooses one of a list")
    return Sight(f"{spec.name}-{spec.version}", features, len(mask))


def observation(game: Game[Any, Any, Any], view: Any) -> NDArray[np.float32]:
    """The vector of `view`, float32[F]."""
    if not isinstance(game, Learnable):
        return _joined(cast("Encodable", game).encode(view))
    encoding = game.encoding()
    out = np.empty(encoding.features, np.float32)
    encoding.flat(np.asarray(view)[()], out)
    return out


def options(game: Game[Any, Any, Any], legal: Legal[Any]) -> NDArray[np.int64]:
    """The numbers of the legal actions, int64[count], in ascending order."""
    return np.flatnonzero(cast("Indexed", game).mask(legal))


def _joined(arrays: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
    """All numbers in a row, array by array in the order of the game."""
    return np.concatenate([np.asarray(array, np.float32).ravel() for array in arrays.values()])
