"""The choices at a turn of Dhumbal as macro actions: a discard together with what is taken, and the call by itself.

Between the two halves of a turn nothing new is learned but the stock's card, so they are best chosen together. Choices
are listed by the rollout's own judgement, best first, and only the first few are searched.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.rollout import open_after, turn_cost
from arena.jit import jit
from games.dhumbal.bits import int64, lowest
from games.dhumbal.cards import CALL, COUNT, MASK, STOCK, VALUE_OF
from games.dhumbal.engine import take_action
from games.dhumbal.legal import MOST_DISCARDS, discards
from games.dhumbal.state import TAKING

__all__ = ["MOST_ARMS", "NOTHING", "list_arms"]

MOST_ARMS: Final = 6 * MOST_DISCARDS + 1
"""No turn has more choices: every discard with the stock or one of five cards, and the call."""
NOTHING: Final = -1
"""In place of an action: a call has no taking, and in the taking phase the discard lies behind."""

_ZERO = np.uint64(0)
_ONE = np.uint64(1)


@jit
def list_arms(
    view: Any, parameters: NDArray[np.float64], arms: NDArray[np.int64], costs: NDArray[np.float64]
) -> int:
    """Write every choice of the viewer, whose turn it is, in the order of its cost by the rollout, the call first.

    Args:
        view: record VIEW.
        parameters: float64[4] of the rollout.
        arms: int64[MOST_ARMS, 2], receives (discard or call, taking), NOTHING where there is none.
        costs: float64[MOST_ARMS], to work in.

    Returns:
        How many there are.
    """
    row = int64(view.rules.row)
    wrap = int64(view.rules.run_wrap)
    weight, drawn, lighter = parameters[1], parameters[2], parameters[3]
    if view.phase == TAKING:
        left = np.float64(view.value)
        found = _add_takes(view.hand, left, view.open, NOTHING, row, wrap, weight, drawn, arms, costs, 0)
        _sort(arms, costs, found)
        return found
    found = 0
    if view.value <= view.rules.call_at:
        arms[0, 0], arms[0, 1], costs[0] = CALL, NOTHING, -1e9
        found = 1
    throws = np.empty(MOST_DISCARDS, np.int64)
    for k in range(discards(view.hand, wrap, throws)):
        throw = throws[k]
        kept = view.hand & ~MASK[throw]
        left = np.float64(view.value - VALUE_OF[row, throw]) - lighter * COUNT[throw]
        if kept == _ZERO and view.rules.empty_hand == 1:
            arms[found, 0], arms[found, 1], costs[found] = throw, NOTHING, left
            found += 1
            continue
        choices = open_after(view.rules.pickup, view.rules.pickup_gate, view.open, throw)
        found = _add_takes(kept, left, choices, throw, row, wrap, weight, drawn, arms, costs, found)
    _sort(arms, costs, found)
    return found


@jit
def _add_takes(  # noqa: PLR0917  # compiled code takes its arguments by place
    kept: np.uint64,
    left: float,
    choices: np.uint64,
    throw: int,
    row: int,
    wrap: int,
    weight: float,
    drawn: float,
    arms: NDArray[np.int64],
    costs: NDArray[np.float64],
    found: int,
) -> int:
    """List `throw` with the stock and with each of the cards in `choices`."""
    arms[found, 0], arms[found, 1] = throw, STOCK
    costs[found] = turn_cost(kept, left, -1, row, wrap, weight, drawn)
    found += 1
    while choices != _ZERO:
        card = lowest(choices)
        choices &= choices - _ONE
        arms[found, 0], arms[found, 1] = throw, take_action(card)
        costs[found] = turn_cost(kept, left, card, row, wrap, weight, drawn)
        found += 1
    return found


@jit
def _sort(arms: NDArray[np.int64], costs: NDArray[np.float64], count: int) -> None:
    """Order the arms by cost; equals stay as they lie."""
    for last in range(1, count):
        throw, take, cost = arms[last, 0], arms[last, 1], costs[last]
        place = last
        while place > 0 and costs[place - 1] > cost:
            arms[place, 0], arms[place, 1], costs[place] = (
                arms[place - 1, 0],
                arms[place - 1, 1],
                costs[place - 1],
            )
            place -= 1
        arms[place, 0], arms[place, 1], costs[place] = throw, take, cost
