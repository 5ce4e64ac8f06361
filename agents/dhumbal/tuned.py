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

from agents.dhumbal.prospects import (
    best_run,
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
    middle = hand_value(known, wide(view.rules.row)) + unknown * parameters[_MEAN]
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
def _by_rank(hand: np.uint64, row: int) -> tuple[int, int, int]:
    """What `hand` is worth, what its cards of the dearest rank are worth, and those of the second dearest."""
    counts = per_rank(hand & _NATURAL)
    value, first, second = 0, 0, 0
    while counts != _ZERO:
        place = lowest(counts) & 60
        worth = VALUE[row, place] * of_rank(counts, place)
        counts &= ~(_SUITS << np.uint64(place))
        value += worth
        if worth > first:
            first, second = worth, first
        elif worth > second:
            second = worth
    return value, first, second


@jit
def _cost(
    worth: tuple[int, int, int], run: int, now: float, call_at: int, parameters: NDArray[np.float64]
) -> float:
    """The cost of a hand.

    Args:
        worth: as `_by_rank` finds it.
        run: the most value of a run that it can throw.
        now: the weight of its value now.
        call_at: the threshold of the rules.
        parameters: as `PARAMETERS`.
    """
    value, first, second = worth
    if run > first:
        # Of what a run leaves no more can be thrown than is there.
        first, second = run, min(first, value - run)
    left = value - first
    cost: float = now * value + left + parameters[_SECOND] * (left - second)
    if value <= call_at:
        cost -= parameters[_REACH] + parameters[_BELOW] * (call_at - value)
    return cost


@jit
def _cost_of_hand(hand: np.uint64, view: Any, now: float, parameters: NDArray[np.float64]) -> float:
    row = wide(view.rules.row)
    run = best_run(hand, row, wide(view.rules.run_wrap))
    return _cost(_by_rank(hand, row), run, now, wide(view.rules.call_at), parameters)


@jit
def _with_card(worth: tuple[int, int, int], card: int, held: int) -> tuple[int, int, int]:
    """What `_by_rank` finds of a hand of `worth` with one card more, worth `card`, of whose rank it has `held` cards."""
    value, first, second = worth
    before = held * card
    after = before + card
    if before > 0 and before == first:
        return value + card, after, second
    if before > 0 and before == second:
        return value + card, max(first, after), min(first, after)
    return value + card, max(first, after), min(first, max(second, after))


@jit
def _cost_of_drawing(
    kept: np.uint64,
    source: tuple[np.uint64, np.uint64],
    view: Any,
    now: float,
    parameters: NDArray[np.float64],
) -> float:
    """The least cost of `kept` with a card drawn: on average from the first of `source`, any one of the second.

    All cards of a rank cost the same unless they make a run, so a loop over ranks does, and one over the few cards
    that may make one. To draw from nothing costs nothing.
    """
    pool, choices = source
    row, wrap = wide(view.rules.row), wide(view.rules.run_wrap)
    call_at = wide(view.rules.call_at)
    worth = _by_rank(kept, row)
    run = best_run(kept, row, wrap)
    held = per_rank(kept & _NATURAL)
    making = completing(kept, wrap)
    total = 0.0
    special = pool & making
    while special != _ZERO:
        total += _cost_of_hand(kept | bit(lowest(special)), view, now, parameters)
        special &= special - _ONE
    counts = per_rank(pool & ~making)
    while counts != _ZERO:
        place = lowest(counts) & 60
        many = of_rank(counts, place)
        counts &= ~(_SUITS << np.uint64(place))
        same = of_rank(held, place)
        total += many * _cost(_with_card(worth, VALUE[row, place], same), run, now, call_at, parameters)
    size = count_bits(pool)
    least = total / size if size > 0 else 0.0
    while choices != _ZERO:
        card = lowest(choices)
        choices &= choices - _ONE
        if making & bit(card) != _ZERO:
            cost = _cost_of_hand(kept | bit(card), view, now, parameters)
        else:
            same = of_rank(held, card & 60)
            cost = _cost(_with_card(worth, VALUE[row, card], same), run, now, call_at, parameters)
        least = min(least, cost + parameters[_SHOW])
    return least


@jit
def _left_to_next(discard: int, view: Any, parameters: NDArray[np.float64]) -> float:
    """The cost of what `discard` leaves to the next player."""
    pickup = view.rules.pickup
    if pickup >= 2:
        return 0.0
    row = wide(view.rules.row)
    choices = OPEN[discard] if pickup == 0 else LAST[discard]
    gap = 0.0
    while choices != _ZERO:
        gap = max(gap, parameters[_LOW_AT] - VALUE[row, lowest(choices)])
        choices &= choices - _ONE
    cost: float = parameters[_LOW] * gap
    return cost


@jit
def decide(
    view: Any,
    parameters: NDArray[np.float64],
    rng: NDArray[np.uint64],  # noqa: ARG001  # the signature of all policies
) -> int:
    """The action of tuned.

    Args:
        view: record VIEW of the player to act.
        parameters: float64[11], in the order of `PARAMETERS`.
        rng: uint64[1], not used: tuned plays without chance.
    """
    call_at = wide(view.rules.call_at)
    taking = view.phase == TAKING
    if not taking and view.value <= call_at:
        chance = chance_lowest(view, wide(view.value), parameters)
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
    count = discards(view.hand, wide(view.rules.run_wrap), throws)
    best: int = throws[0]
    least = _IMPOSSIBLE
    for k in range(count):
        discard: int = throws[k]
        kept = view.hand & ~MASK[discard]
        if kept == _ZERO and view.rules.empty_hand == 1:
            return discard
        cost = _cost_of_drawing(kept, (pool, takeable_after(view, discard)), view, now, parameters)
        cost += parameters[_SIZE] * (view.size[0] - COUNT[discard]) + _left_to_next(discard, view, parameters)
        if cost < least:
            least = cost
            best = discard
    return best


@jit
def _take(view: Any, pool: np.uint64, now: float, parameters: NDArray[np.float64]) -> int:
    best = STOCK
    least = _cost_of_drawing(view.hand, (pool, _ZERO), view, now, parameters)
    choices = view.open
    while choices != _ZERO:
        card = lowest(choices)
        choices &= choices - _ONE
        cost = _cost_of_hand(view.hand | bit(card), view, now, parameters) + parameters[_SHOW]
        if cost < least:
            least = cost
            best = take_action(card)
    return best
