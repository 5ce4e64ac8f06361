"""The four rule-based styles of Malla 2025, compiled: Aggressive, Conservative, Balanced, Opportunistic.

Source: S. R. Malla, "AI Agents for the Dhumbal Card Game", arXiv 2510.11736, section 3.2.1, and the program published with
it, which is followed where the two differ. Its numbers are for a game that calls at 10; they are scaled to ``call_at``
of the rules. One function plays all four; the style is its vector of parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena import dice
from arena.jit import jit
from games.dhumbal.bits import int64, lowest
from games.dhumbal.cards import (
    ACTIONS_WRAP,
    CALL,
    COUNT,
    RUN_OF,
    SET_ID,
    SET_STRIDE,
    STOCK,
    VALUE,
    VALUE_OF,
)
from games.dhumbal.engine import take_action
from games.dhumbal.legal import count_discards, crowded, nth_discard, straight_runs
from games.dhumbal.state import TAKING

__all__ = ["PARAMETERS", "STYLES", "decide_style"]

PARAMETERS: Final = (
    "pickup",  # t: takes an open card worth at most this (not scaled: a card is a card)
    "shed",  # h: the weight of the value thrown
    "multi",  # per card, where more than one is thrown
    "run",  # where a run is thrown
    "reach",  # where what remains may call
    "share",  # times the share of the value thrown
    "sure",  # calls at or below this, always
    "middle",  # up to here with probability `p_middle`, from there to call_at with `p_high`
    "p_middle",
    "p_high",
    "p_rich",  # added where richer than the mean
    "p_low",  # added per point below call_at
    "p_late",  # added after 20 turns
)
"""What the entries of a style's vector mean; hand values are for call_at 10."""

_T, _H, _MULTI, _RUN, _REACH, _SHARE, _SURE, _MIDDLE, _P_MIDDLE, _P_HIGH, _P_RICH, _P_LOW, _P_LATE = range(13)
_LATE = 20
_MARGIN = 5.0
"""What the next card is reckoned to bring, for call_at 10."""


def _style(pickup: float, shed: float, *calls: float) -> NDArray[np.float64]:
    vector = np.array([pickup, shed, 2.0, 3.0, 50.0, 10.0, *calls])
    vector.flags.writeable = False
    return vector


STYLES: Final[Mapping[str, NDArray[np.float64]]] = MappingProxyType(
    {
        "aggressive": _style(4.0, 1.0, 10.0, 10.0, 1.0, 1.0, 0.0, 0.0, 0.0),
        "conservative": _style(3.0, 0.6, 7.0, 7.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        "balanced": _style(4.0, 0.8, 5.0, 8.0, 0.7, 0.4, 0.0, 0.0, 0.0),
        "opportunistic": _style(4.0, 0.8, 7.0, 7.0, 0.3, 0.3, 0.5, 0.05, 0.15),
    }
)
"""The parameters of each style, float64[13]."""


@jit
def decide_style(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """The action of the style with `parameters`, float64[13]."""
    if view.phase == TAKING:
        return _take(view, parameters[_T])
    if view.value <= view.rules.call_at:
        if _calls(view, parameters, rng):
            return CALL
        return _wait(view)
    return _throw(view, parameters)


@jit
def _calls(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> bool:
    # Against thresholds scaled by call_at / 10, the hand is worth value * 10 / call_at.
    value = view.value * 10.0 / view.rules.call_at
    if value <= parameters[_SURE]:
        return True
    chance = parameters[_P_MIDDLE] if value <= parameters[_MIDDLE] else parameters[_P_HIGH]
    if parameters[_P_RICH] > 0.0:
        total = 0
        for place in range(view.rules.players):
            total += view.coins[place] - view.scores[place]
        # Few points are wealth where points are counted.
        if (view.coins[0] - view.scores[0]) * view.rules.players > total:
            chance += parameters[_P_RICH]
    chance += parameters[_P_LOW] * (10.0 - value)
    if view.turn >= _LATE:
        chance += parameters[_P_LATE]
    return bool(chance >= 1.0 or (chance > 0.0 and dice.uniform(rng) < chance))


@jit
def _wait(view: Any) -> int:
    """Throw the dearest card, or else set or run, that leaves room for the next card; else the cheapest card."""
    room = view.rules.call_at * (1.0 - _MARGIN / 10.0)
    hand, row = view.hand, view.rules.row
    chosen, most, cheapest = -1, -1, lowest(hand)
    rest = hand
    while rest != np.uint64(0):
        card = lowest(rest)
        rest &= rest - np.uint64(1)
        value = VALUE[row, card]
        if view.value - value <= room and value > most:
            chosen, most = card, value
        if value < VALUE[row, cheapest]:
            cheapest = card
    if chosen < 0:
        count = count_discards(hand, view.rules.run_wrap)
        for n in range(count):
            action = nth_discard(hand, view.rules.run_wrap, n)
            if COUNT[action] > 1 and view.value - VALUE_OF[row, action] <= room:
                return action
        chosen = cheapest
    return chosen if chosen < 52 else ACTIONS_WRAP + chosen - 52


@jit
def _throw(view: Any, parameters: NDArray[np.float64]) -> int:
    """The discard of the highest score.

    Every score grows with the value thrown and the number of cards, so of single cards only the dearest, of the sets of a
    rank only the largest, and of the runs of a suit only the longest need to be scored.
    """
    hand, wrap = view.hand, view.rules.run_wrap
    if wrap != 0 or hand >> np.uint64(52) != np.uint64(0):
        return _throw_of_all(view, parameters)
    best = _dearest(hand, int64(view.rules.row))
    ranks, run = crowded(hand), _longest_run(hand)
    if ranks == np.uint64(0) and run < 0:
        return best
    score = _score(view, parameters, best)
    while ranks != np.uint64(0):
        place = lowest(ranks)
        ranks &= ranks - np.uint64(1)
        suits = int64((hand >> np.uint64(place)) & np.uint64(15))
        action = SET_ID[suits] + SET_STRIDE[suits] * (place >> 2)
        this = _score(view, parameters, action)
        if this > score:
            best, score = action, this
    return run if run >= 0 and _score(view, parameters, run) > score else best


@jit
def _dearest(hand: np.uint64, row: int) -> int:
    """The card of `hand` that is worth most, the first of equals."""
    dearest = lowest(hand)
    rest = hand & (hand - np.uint64(1))
    while rest != np.uint64(0):
        card = lowest(rest)
        rest &= rest - np.uint64(1)
        if VALUE[row, card] > VALUE[row, dearest]:
            dearest = card
    return dearest


@jit
def _longest_run(hand: np.uint64) -> int:
    """The longest run of a hand of five at most, which holds no two apart; -1 for none."""
    for length in range(5, 2, -1):
        lows = straight_runs(hand, length)
        if lows != np.uint64(0):
            return RUN_OF[length] + lowest(lows)
    return -1


@jit
def _throw_of_all(view: Any, parameters: NDArray[np.float64]) -> int:
    """The same where runs go around the corner or hold jokers: every discard is scored."""
    hand, wrap = view.hand, view.rules.run_wrap
    best, score = -1, -1.0
    for n in range(count_discards(hand, wrap)):
        action = nth_discard(hand, wrap, n)
        this = _score(view, parameters, action)
        if this > score:
            best, score = action, this
    return best


@jit
def _score(view: Any, parameters: NDArray[np.float64], action: int) -> float:
    worth = np.float64(view.value)
    thrown = np.float64(VALUE_OF[view.rules.row, action])
    score = parameters[_H] * thrown
    # A hand of jokers alone has no share to shed.
    if worth > 0.0:
        score += parameters[_SHARE] * thrown / worth
    if COUNT[action] > 1:
        score += parameters[_MULTI] * COUNT[action]
        if _is_run(action):
            score += parameters[_RUN]
    if worth - thrown <= view.rules.call_at:
        score += parameters[_REACH]
    return np.float64(score)


@jit
def _is_run(action: int) -> bool:
    return action >= RUN_OF[3] and (action < CALL or action > ACTIONS_WRAP + 2 or action < ACTIONS_WRAP)


@jit
def _take(view: Any, pickup: float) -> int:
    """The cheapest open card if it is cheap enough, else the stock's."""
    limit = pickup
    if view.value > 15:
        limit += 2.0
    elif view.value <= 12:
        limit -= 1.0
    row = view.rules.row
    chosen, least = -1, int64(99)
    rest = view.open
    while rest != np.uint64(0):
        card = lowest(rest)
        rest &= rest - np.uint64(1)
        if VALUE[row, card] < least:
            chosen, least = card, VALUE[row, card]
    if chosen < 0 or least > limit:
        return STOCK
    return take_action(chosen)
