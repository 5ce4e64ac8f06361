"""How guessed worlds of Dhumbal are played out: a fast rule-based policy that plans a whole turn, compiled.

A turn is a discard and what is taken. Each combination is valued by what the hand is worth after it, less a share of the
dearest discard that will then be possible; a card from the stock counts as one of fixed value that fits nothing.
The policy looks at nothing but what its player may know.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.prospects import best_shed
from arena.jit import jit
from games.dhumbal.bits import bit, int64, lowest
from games.dhumbal.cards import CALL, COUNT, LAST, MASK, STOCK, VALUE, VALUE_OF
from games.dhumbal.engine import step, take_action, takeable
from games.dhumbal.legal import discards
from games.dhumbal.state import TAKING

__all__ = ["PARAMETERS", "choose_take", "choose_turn", "open_after", "play_turn", "turn_cost"]

PARAMETERS = np.array([1.0, 0.93, 4.3, 0.8])
"""float64[4]: calls at this share of the threshold; the weight of the dearest next discard; what a card from the stock
counts; what one card fewer in the hand is worth."""

_ZERO = np.uint64(0)
_ONE = np.uint64(1)


@jit
def open_after(pickup: int, gate: int, opened: np.uint64, discard: int) -> np.uint64:
    """The cards that may be taken after throwing `discard`.

    Args:
        pickup: of the rules, as a number.
        gate: the rules' pickup_gate, as a number.
        opened: uint64, what the previous throw offers.
        discard: the id of the discard.
    """
    if pickup == 3:
        top: np.uint64 = LAST[discard]
        return top
    if gate == 1 and COUNT[discard] < 2:
        return _ZERO
    return opened


@jit
def turn_cost(  # noqa: PLR0917  # compiled code takes its arguments by place
    kept: np.uint64, left: float, card: int, row: int, wrap: int, weight: float, drawn: float
) -> float:
    """What a turn costs that keeps `kept`, worth `left`, and takes `card`; -1 stands for the stock."""
    if card < 0:
        return left + drawn - weight * max(np.float64(best_shed(kept, row, wrap)), drawn)
    cost: float = left + VALUE[row, card] - weight * best_shed(kept | bit(card), row, wrap)
    return cost


@jit
def choose_turn(state: Any, parameters: NDArray[np.float64], throws: NDArray[np.int64]) -> tuple[int, int]:
    """What the actor, at the beginning of his turn, throws and takes; ``(CALL, STOCK)`` where he calls.

    Args:
        state: record STATE of a running match in the discarding phase.
        parameters: float64[4], as `PARAMETERS`.
        throws: int64[>= MOST_DISCARDS], to work in.
    """
    rules = state.rules
    actor = state.actor
    value = int64(state.value[actor])
    if value <= rules.call_at and value <= parameters[0] * rules.call_at:
        return CALL, STOCK
    weight, drawn, lighter = parameters[1], parameters[2], parameters[3]
    row = int64(rules.row)
    wrap = int64(rules.run_wrap)
    hand = state.hands[actor]
    best_throw, best_take, least = -1, STOCK, 1e9
    for k in range(discards(hand, wrap, throws)):
        throw = throws[k]
        kept = hand & ~MASK[throw]
        if kept == _ZERO and rules.empty_hand == 1:
            return throw, STOCK
        left = np.float64(value - VALUE_OF[row, throw]) - lighter * COUNT[throw]
        cost = turn_cost(kept, left, -1, row, wrap, weight, drawn)
        if cost < least:
            best_throw, best_take, least = throw, STOCK, cost
        choices = open_after(rules.pickup, rules.pickup_gate, state.open, throw)
        while choices != _ZERO:
            card = lowest(choices)
            choices &= choices - _ONE
            cost = turn_cost(kept, left, card, row, wrap, weight, drawn)
            if cost < least:
                best_throw, best_take, least = throw, take_action(card), cost
    return best_throw, best_take


@jit
def choose_take(state: Any, parameters: NDArray[np.float64]) -> int:
    """What the actor takes who has thrown; arguments as `choose_turn`."""
    row = int64(state.rules.row)
    wrap = int64(state.rules.run_wrap)
    kept = state.hands[state.actor]
    left = np.float64(state.value[state.actor])
    best = STOCK
    least = turn_cost(kept, left, -1, row, wrap, parameters[1], parameters[2])
    choices = takeable(state)
    while choices != _ZERO:
        card = lowest(choices)
        choices &= choices - _ONE
        cost = turn_cost(kept, left, card, row, wrap, parameters[1], parameters[2])
        if cost < least:
            best, least = take_action(card), cost
    return best


@jit
def play_turn(state: Any, parameters: NDArray[np.float64], throws: NDArray[np.int64]) -> None:
    """Let the actor finish his turn; arguments as `choose_turn`, in either phase."""
    if state.phase == TAKING:
        step(state, choose_take(state, parameters))
        return
    rounds = state.round
    throw, take = choose_turn(state, parameters, throws)
    step(state, throw)
    if state.round == rounds:
        step(state, take)
