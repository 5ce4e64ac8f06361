"""Tuned: a rule-based policy with eleven parameters, to be found by the cross-entropy method, compiled.

A turn is a discard and a card taken; of all turns it plays the one of least cost. The cost looks at the hand that
results, on average over the cards the stock may hold where one is drawn from there: its value now, after the best
discard and after the best two; how many cards it keeps; whether it may be called next turn; and what the next player
can do with what was thrown. How much the value now weighs depends on the chance that a rival calls first, reckoned from
the sizes of the rivals' hands and the cards they were seen to take. It calls when it is sure enough to be the lowest.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.prospects import best_shed, completing, hand_value, per_rank, stock_pool, takeable_after
from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, lowest
from games.dhumbal.cards import CALL, COUNT, LAST, MASK, OPEN, STOCK, VALUE
from games.dhumbal.engine import take_action
from games.dhumbal.legal import MOST_DISCARDS, discards
from games.dhumbal.state import TAKING

__all__ = ["PARAMETERS", "START", "chance_at_most", "chance_lowest", "decide"]

PARAMETERS: Final = (
    "second",  # weight of the value after two discards; that after one discard weighs 1
    "size",  # per card kept
    "reach",  # gained if the hand may be called next turn
    "below",  # gained per point that it is below the threshold then
    "hazard",  # weight of the value now, times the chance that a rival may call before the next turn
    "low",  # per point that the cheapest card left to the next player is below `low_at`
    "low_at",
    "show",  # cost of taking an open card, which everybody sees
    "mean",  # what an unknown card of a rival is worth on average
    "spread",  # standard deviation or so of what one unknown card is worth
    "sure",  # calls when the chance to be the lowest is at least this
)
"""What the entries of the vector of parameters mean; costs are in points of the hand."""

_SECOND, _SIZE, _REACH, _BELOW, _HAZARD, _LOW, _LOW_AT, _SHOW, _MEAN, _SPREAD, _SURE = range(11)

START = np.array([1.2, 1.2, 4.0, 0.5, 0.4, 0.4, 4.5, 0.2, 5.3, 1.9, 0.55])
"""float64[11]: where the search for parameters starts; sensible everywhere, tuned nowhere."""
START.flags.writeable = False

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_NATURAL = np.uint64((1 << 52) - 1)
_SUITS = np.uint64(15)
_IMPOSSIBLE = 1e9


@jit
def chance_at_most(view: Any, place: int, most: int, parameters: NDArray[np.float64]) -> float:
    """The chance that the rival at `place` holds at most `most` points.

    A logistic curve around his known cards and the mean of the unknown ones, the flatter the more are unknown.
    """
    known = view.known[place]
    unknown = np.float64(view.size[place] - count_bits(known))
    middle = hand_value(known, np.int64(view.rules.row)) + unknown * parameters[_MEAN]
    width = parameters[_SPREAD] * math.sqrt(unknown) + 0.3
    return 1.0 / (1.0 + math.exp((middle - most - 0.5) / width))


@jit
def chance_lowest(view: Any, most: int, parameters: NDArray[np.float64]) -> float:
    """The chance that every rival holds more than `most` points, `most` being a hand to call with."""
    chance = 1.0
    for place in range(1, view.rules.players):
        if view.size[place] > 0:
            chance *= 1.0 - chance_at_most(view, place, most, parameters)
    return chance


@jit
def _dearest_ranks(hand: np.uint64, row: int) -> tuple[int, int]:
    """What the cards of the dearest rank of `hand` are worth together, and those of the second dearest."""
    counts = per_rank(hand & _NATURAL)
    first, second = 0, 0
    while counts != _ZERO:
        place = lowest(counts) & 60
        worth = VALUE[row, place] * np.int64((counts >> np.uint64(place)) & _SUITS)
        counts &= ~(_SUITS << np.uint64(place))
        if worth > first:
            first, second = worth, first
        elif worth > second:
            second = worth
    return first, second


@jit
def _cost(value: int, first: int, second: int, now: float, call_at: int, parameters: NDArray[np.float64]) -> float:
    """The cost of a hand worth `value` whose best two discards throw `first` and `second` points."""
    left = value - first
    cost = now * value + left + parameters[_SECOND] * (left - second)
    if value <= call_at:
        cost -= parameters[_REACH] + parameters[_BELOW] * (call_at - value)
    return cost


@jit
def _cost_of_hand(hand: np.uint64, view: Any, now: float, parameters: NDArray[np.float64]) -> float:
    row = np.int64(view.rules.row)
    value = hand_value(hand, row)
    first, second = _dearest_ranks(hand, row)
    shed = best_shed(hand, row, np.int64(view.rules.run_wrap))
    if shed > first:
        # A run: of what it leaves no more can be thrown than is there.
        first, second = shed, min(first, value - shed)
    return _cost(value, first, second, now, np.int64(view.rules.call_at), parameters)


@jit
def _cost_of_stock(
    kept: np.uint64, pool: np.uint64, view: Any, now: float, parameters: NDArray[np.float64]
) -> float:
    """The mean cost of `kept` with a card of `pool`; 0 for an empty pool.

    All cards of a rank cost the same unless they make a run, so a loop over ranks does, and one over the few cards
    that may make one.
    """
    size = count_bits(pool)
    if size == 0:
        return 0.0
    row, wrap = np.int64(view.rules.row), np.int64(view.rules.run_wrap)
    call_at = np.int64(view.rules.call_at)
    value = hand_value(kept, row)
    dearest, runner_up = _dearest_ranks(kept, row)
    shed = best_shed(kept, row, wrap)
    total = 0.0
    making = completing(kept, wrap)
    special = pool & making
    while special != _ZERO:
        total += _cost_of_hand(kept | bit(lowest(special)), view, now, parameters)
        special &= special - _ONE
    counts = per_rank(pool & ~making)
    held = per_rank(kept & _NATURAL)
    while counts != _ZERO:
        place = lowest(counts) & 60
        many = np.int64((counts >> np.uint64(place)) & _SUITS)
        counts &= ~(_SUITS << np.uint64(place))
        card = VALUE[row, place]
        before = card * np.int64((held >> np.uint64(place)) & _SUITS)
        after = before + card
        if before > 0 and before == dearest:
            first, second = after, runner_up
        elif before > 0 and before == runner_up:
            first, second = max(dearest, after), min(dearest, after)
        else:
            first, second = max(dearest, after), min(dearest, max(runner_up, after))
        if shed > first:
            first, second = shed, min(first, value + card - shed)
        total += many * _cost(value + card, first, second, now, call_at, parameters)
    return total / size


@jit
def _left_to_next(discard: int, view: Any, parameters: NDArray[np.float64]) -> float:
    """The cost of what `discard` leaves to the next player."""
    pickup = view.rules.pickup
    if pickup >= 2:
        return 0.0
    row = np.int64(view.rules.row)
    choices = OPEN[discard] if pickup == 0 else LAST[discard]
    gap = 0.0
    while choices != _ZERO:
        gap = max(gap, parameters[_LOW_AT] - VALUE[row, lowest(choices)])
        choices &= choices - _ONE
    return parameters[_LOW] * gap


@jit
def decide(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """The action of tuned.

    Args:
        view: record VIEW of the player to act.
        parameters: float64[11], in the order of `PARAMETERS`.
        rng: uint64[1], not used: tuned plays without chance.
    """
    call_at = np.int64(view.rules.call_at)
    taking = view.phase == TAKING
    if not taking and view.value <= call_at:
        chance = chance_lowest(view, np.int64(view.value), parameters)
        if chance >= parameters[_SURE]:
            return CALL
    now = parameters[_HAZARD] * (1.0 - chance_lowest(view, call_at, parameters))
    pool = stock_pool(view)
    if taking:
        return _take(view, pool, now, parameters)
    return _throw(view, pool, now, parameters)


@jit
def _throw(view: Any, pool: np.uint64, now: float, parameters: NDArray[np.float64]) -> int:
    throws = np.empty(MOST_DISCARDS, np.int64)
    count = discards(view.hand, view.rules.run_wrap, throws)
    best = throws[0]
    least = _IMPOSSIBLE
    for k in range(count):
        discard = throws[k]
        kept = view.hand & ~MASK[discard]
        if kept == _ZERO and view.rules.empty_hand == 1:
            return discard
        cost = _cost_of_stock(kept, pool, view, now, parameters)
        choices = takeable_after(view, discard)
        while choices != _ZERO:
            taken = _cost_of_hand(kept | bit(lowest(choices)), view, now, parameters)
            cost = min(cost, taken + parameters[_SHOW])
            choices &= choices - _ONE
        cost += parameters[_SIZE] * (view.size[0] - COUNT[discard]) + _left_to_next(discard, view, parameters)
        if cost < least:
            least = cost
            best = discard
    return best


@jit
def _take(view: Any, pool: np.uint64, now: float, parameters: NDArray[np.float64]) -> int:
    best = STOCK
    least = _cost_of_stock(view.hand, pool, view, now, parameters)
    choices = view.open
    while choices != _ZERO:
        card = lowest(choices)
        choices &= choices - _ONE
        cost = _cost_of_hand(view.hand | bit(card), view, now, parameters) + parameters[_SHOW]
        if cost < least:
            least = cost
            best = take_action(card)
    return best
