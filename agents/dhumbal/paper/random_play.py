"""The random player of Malla 2025, compiled: calls, and takes the open card, every other time that it may.

Known from the program: a discard is drawn from all that are legal; a call is made, and an open card taken, with chance 1/2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena import dice
from arena.jit import jit
from games.dhumbal.bits import count_bits, nth_bit
from games.dhumbal.cards import CALL, STOCK
from games.dhumbal.engine import take_action
from games.dhumbal.legal import count_discards, nth_discard
from games.dhumbal.state import TAKING

__all__ = ["decide"]


@jit
def decide(
    view: Any,
    parameters: NDArray[np.float64],  # noqa: ARG001  # the signature of all policies
    rng: NDArray[np.uint64],
) -> int:
    """An action; takes no `parameters`."""
    if view.phase == TAKING:
        choices = count_bits(view.open)
        if choices == 0 or dice.below(rng, 2) == 0:
            return STOCK
        return take_action(nth_bit(view.open, dice.below(rng, choices)))
    if view.value <= view.rules.call_at and dice.below(rng, 2) == 1:
        return CALL
    return nth_discard(
        view.hand, view.rules.run_wrap, dice.below(rng, count_discards(view.hand, view.rules.run_wrap))
    )
