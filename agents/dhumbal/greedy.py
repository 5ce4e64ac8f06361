"""Greedy: looks two of its own turns ahead and keeps the hand that will be worth least, compiled.

A turn is valued by what the hand is expected to be worth at its end and after the *next* discard, the sum of the two:
exactly where an open card is taken, on average over the cards the stock may hold where one is drawn. Rivals do not
exist for it, save for the cards they were seen to take. With less weight on the end of this turn it plays better still;
equal weights are the yardstick: +6.1 coins a round against three Aggressive who may call at 10.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.prospects import (
    best_shed,
    completing,
    hand_value,
    of_rank,
    per_rank,
    stock_pool,
    takeable_after,
    wide,
)
from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, lowest
from games.dhumbal.cards import CALL, MASK, STOCK, VALUE
from games.dhumbal.engine import take_action
from games.dhumbal.legal import MOST_DISCARDS, discards
from games.dhumbal.state import TAKING

__all__ = ["PARAMETERS", "cost_of_stock", "cost_of_taking", "decide"]

PARAMETERS = np.array([1.0, 1.0])
"""float64[2]: calls at this share of the rules' threshold; the weight of the hand's value before the next discard, beside
its value after it, which weighs 1."""

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_NATURAL = np.uint64((1 << 52) - 1)
_IMPOSSIBLE = 1e9


@jit
def cost_of_taking(kept: np.uint64, card: int, row: int, wrap: int, now: float) -> float:
    """What `kept` and `card` are worth after the next discard, plus `now` times their worth before it."""
    hand = kept | bit(card)
    value = hand_value(hand, row)
    return value - best_shed(hand, row, wrap) + now * value


@jit
def cost_of_stock(kept: np.uint64, pool: np.uint64, row: int, wrap: int, now: float) -> float:
    """The mean of `cost_of_taking` over the cards of `pool`; 0 for an empty pool.

    All cards of a rank cost the same unless they make a run, so a loop over ranks does, and one over the few cards
    that may make one.
    """
    size = count_bits(pool)
    if size == 0:
        return 0.0
    value = hand_value(kept, row)
    shed = best_shed(kept, row, wrap)
    total = 0.0
    special = pool & completing(kept, wrap)
    while special != _ZERO:
        total += cost_of_taking(kept, lowest(special), row, wrap, now)
        special &= special - _ONE
    counts = per_rank(pool & ~completing(kept, wrap))
    held = per_rank(kept & _NATURAL)
    while counts != _ZERO:
        place = lowest(counts) & 60
        here = np.uint64(15) << np.uint64(place)
        many = of_rank(counts, place)
        counts &= ~here
        worth = VALUE[row, place]
        set_worth = worth * (1 + of_rank(held, place))
        total += many * ((1.0 + now) * (value + worth) - max(shed, set_worth))
    return total / size


@jit
def _cost(kept: np.uint64, choices: np.uint64, pool: np.uint64, view: Any, now: float) -> float:
    """The least cost of a turn that keeps `kept` and then takes from `choices` or the stock."""
    row = wide(view.rules.row)
    wrap = wide(view.rules.run_wrap)
    cost = cost_of_stock(kept, pool, row, wrap, now)
    while choices != _ZERO:
        cost = min(cost, cost_of_taking(kept, lowest(choices), row, wrap, now))
        choices &= choices - _ONE
    return cost


@jit
def decide(
    view: Any,
    parameters: NDArray[np.float64],
    rng: NDArray[np.uint64],  # noqa: ARG001  # the signature of all policies
) -> int:
    """The action of greedy.

    Args:
        view: record VIEW of the player to act.
        parameters: float64[2], as `PARAMETERS`.
        rng: uint64[1], not used: greedy plays without chance.
    """
    pool = stock_pool(view)
    now = parameters[1]
    if view.phase == TAKING:
        return _take(view, pool, now)
    if view.value <= view.rules.call_at and view.value <= parameters[0] * view.rules.call_at:
        return CALL
    throws = np.empty(MOST_DISCARDS, np.int64)
    count = discards(view.hand, wide(view.rules.run_wrap), throws)
    best: int = throws[0]
    least = _IMPOSSIBLE
    for k in range(count):
        discard: int = throws[k]
        kept = view.hand & ~MASK[discard]
        if kept == _ZERO and view.rules.empty_hand == 1:
            return discard
        cost = _cost(kept, takeable_after(view, discard), pool, view, now)
        if cost < least:
            least = cost
            best = discard
    return best


@jit
def _take(view: Any, pool: np.uint64, now: float) -> int:
    row = wide(view.rules.row)
    wrap = wide(view.rules.run_wrap)
    best = STOCK
    least = cost_of_stock(view.hand, pool, row, wrap, now)
    choices = view.open
    while choices != _ZERO:
        card = lowest(choices)
        choices &= choices - _ONE
        cost = cost_of_taking(view.hand, card, row, wrap, now)
        if cost < least:
            least = cost
            best = take_action(card)
    return best
