"""Who sits where in the matches a learner learns from: itself, its past selves, and other agents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.deep.rollout import Matches
from agents.search import hooks
from arena import streams
from arena.capabilities import Compiled, CompiledPolicy
from arena.errors import NotCapable
from arena.facts import game_spec, spelling
from arena.game import Game

__all__ = ["Mixture", "compiled_opponents", "deal_matches"]

_SELF: Final = -1
"""In a seating: learner 0."""


@dataclass(frozen=True)
class Mixture:
    """The share of matches by who sits at the table; what is left of 1 is the learner against itself."""

    opponents: float = 0.0
    """Against the task's opponents: every seat but the learner's is drawn among them."""
    league: float = 0.0
    """Against one past self in all other seats."""


def compiled_opponents(game: Game[Any, Any, Any], opponents: Sequence[Any]) -> list[CompiledPolicy]:
    """The compiled policies of `opponents` for `game`.

    Raises:
        NotCapable: if one has none.
    """
    found = []
    for agent in opponents:
        own = agent.compiled_policy(game) if isinstance(agent, Compiled) else None
        policy = own or hooks.compiled_policy(agent, game)
        if policy is None:
            raise NotCapable(
                f"{spelling(agent)} cannot be an opponent of learners of {game_spec(game).name}: it has no compiled "
                "policy; expected rule-based agents, or search with default parameters"
            )
        found.append(policy)
    return found


def deal_matches(
    key: bytes, counts: Sequence[int], sizes: Sequence[int], *, opponents: int, league: int, mixture: Mixture
) -> Matches:
    """Matches drawn from the stream of `key`.

    Args:
        key: of a stream.
        counts: how many of each variant; M in all.
        sizes: seats of each variant.
        opponents: how many compiled opponents there are, the same for all variants.
        league: how many past selves there are; they are learners 1 to `league`.
        mixture: how often who plays.
    """
    rng = streams.stream(key, "seating")
    seats = max(sizes)
    variants = np.repeat(np.arange(len(sizes)), counts)
    count = len(variants)
    seating = np.full((count, seats), _SELF, np.int64)
    kind = rng.random(count)
    against = kind < mixture.opponents if opponents else np.zeros(count, np.bool_)
    past = ~against & (kind < mixture.opponents + mixture.league) if league else np.zeros(count, np.bool_)
    own = rng.integers(0, np.asarray(sizes)[variants])
    others = rng.integers(0, max(opponents, 1), (count, seats))
    seating[against] = others[against]
    member = rng.integers(1, max(league, 1) + 1, count)
    seating[past] = _SELF - member[past, None]
    seating[np.arange(count), own] = _SELF
    return Matches(variants, _numbers(key, "deals", (count,)), seating, _numbers(key, "dice", (count, seats)))


def _numbers(key: bytes, name: str, shape: tuple[int, ...]) -> NDArray[np.uint64]:
    return streams.numbers(streams.derive(key, name), 0, int(np.prod(shape))).reshape(shape)
