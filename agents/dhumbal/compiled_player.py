"""A compiled policy at the referee's table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.agent import Player, Seat, Turn
from arena.capabilities import CompiledPolicy
from arena.jit import jit
from games.dhumbal.policy import address, call
from games.dhumbal.state import VIEW

__all__ = ["CompiledPlayer"]


@jit
def _answer(place: int, views: Any, parameters: NDArray[np.float64], dice: NDArray[np.uint64]) -> int:
    """What the policy at the address `place` does on the only view of `views`, VIEW[1]."""
    return call(place, views[0], parameters, dice)


class CompiledPlayer(Player):
    """One sitting of a compiled policy.

    Args:
        policy: what decides.
        seat: where it sits.
    """

    def __init__(self, policy: CompiledPolicy, seat: Seat) -> None:
        self.policy = policy
        """What decides; keeps the machine code alive."""
        self._parameters = np.array(policy.parameters, np.float64)
        self._dice = np.array([seat.seed], np.uint64)
        self._value = 0

    @cached_property
    def _place(self) -> int:
        # Only when it is wanted, for it may have to be compiled first.
        return address(self.policy.decide)

    def act(self, turn: Turn) -> int:
        """What the policy does."""
        view = np.asarray(turn.view, VIEW).reshape(1)
        self._value = int(view["value"][0])
        return int(_answer(self._place, view, self._parameters, self._dice))

    def thoughts(self) -> Mapping[str, Any]:
        """What the hand was worth."""
        return {"hand value": self._value}
