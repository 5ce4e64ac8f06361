"""The agent `random` for Dhumbal, compiled."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.compiled_player import CompiledPlayer
from arena import dice
from arena.agent import Agent, Seat
from arena.capabilities import CompiledPolicy
from arena.jit import jit
from games.dhumbal.bits import count_bits, nth_bit
from games.dhumbal.cards import CALL, STOCK
from games.dhumbal.engine import take_action
from games.dhumbal.legal import count_discards, nth_discard
from games.dhumbal.state import TAKING

__all__ = ["decide_random", "random"]


@jit
def decide_random(
    view: Any,
    parameters: NDArray[np.float64],  # noqa: ARG001  # the signature of all policies
    rng: NDArray[np.uint64],
) -> int:
    """One of the legal actions, each equally likely; takes no `parameters`."""
    if view.phase == TAKING:
        pick = dice.below(rng, count_bits(view.open) + 1)
        return STOCK if pick == 0 else take_action(nth_bit(view.open, pick - 1))
    count = count_discards(view.hand, view.rules.run_wrap)
    pick = dice.below(rng, count + (1 if view.value <= view.rules.call_at else 0))
    return CALL if pick == count else nth_discard(view.hand, view.rules.run_wrap, pick)


_POLICY: Final = CompiledPolicy(decide_random, np.zeros(0))


def random(agent: Agent, seat: Seat) -> CompiledPlayer:
    """The compiled player of `random`; its dice are the seat's."""
    del agent  # it has no parameters
    return CompiledPlayer(_POLICY, seat)
