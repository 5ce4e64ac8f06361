"""What a hand of Dhumbal may come to: the best discard it holds, and the cards a draw may bring, compiled.

Exact under all rules: runs around the corner and jokers included.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from arena.jit import jit
from games.dhumbal.bits import highest, lowest
from games.dhumbal.cards import COUNT, JOKER_ID, LAST, PATTERN_COUNT, PATTERNS, VALUE, VALUE_OF

__all__ = [
    "best_run",
    "best_shed",
    "completing",
    "hand_value",
    "of_rank",
    "per_rank",
    "stock_pool",
    "takeable_after",
    "wide",
]

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_FOUR = np.uint64(4)
_NATURAL = np.uint64((1 << 52) - 1)
_JOKERS = np.uint64(3 << 52)
_NIBBLES = np.uint64(0x1111111111111)
_THREES = np.uint64(0x3333333333333333)
_FIVES = np.uint64(0x5555555555555555)


@jit
def wide(number: Any) -> int:
    """`number`, of any kind of whole number, as int64: a helper is compiled anew for every kind it is handed."""
    return np.int64(number)  # type: ignore[return-value]  # an int to compiled code


@jit
def per_rank(cards: np.uint64) -> np.uint64:
    """How many of `cards` are of each rank: four bits a rank, the ace lowest; jokers lie in the fourteenth group."""
    pairs = cards - ((cards >> _ONE) & _FIVES)
    return (pairs & _THREES) + ((pairs >> np.uint64(2)) & _THREES)


@jit
def of_rank(counts: np.uint64, place: int) -> int:
    """The entry of `per_rank` for the rank whose group of four bits begins at `place`."""
    return wide((counts >> np.uint64(place)) & np.uint64(15))


@jit
def hand_value(cards: np.uint64, row: int) -> int:
    """What `cards` are worth; `row` of `games.dhumbal.cards.VALUE`."""
    total = 0
    rest = cards & _NATURAL
    while rest != _ZERO:
        total += VALUE[row, lowest(rest)]
        rest &= rest - _ONE
    return total


@jit
def _up(cards: np.uint64, wrap: int) -> np.uint64:
    """The natural `cards` one rank higher; where runs go around the corner the kings become aces."""
    moved = (cards << _FOUR) & _NATURAL
    return moved | (cards >> np.uint64(48)) if wrap != 0 else moved


@jit
def _down(cards: np.uint64, wrap: int) -> np.uint64:
    """The natural `cards` one rank lower; where runs go around the corner the aces become kings."""
    moved = cards >> _FOUR
    return moved | ((cards << np.uint64(48)) & _NATURAL) if wrap != 0 else moved


@jit
def best_shed(hand: np.uint64, row: int, wrap: int) -> int:
    """The most value that one discard of `hand` throws; 0 for an empty hand.

    Args:
        hand: uint64, one bit a card, at most five cards.
        row: of `games.dhumbal.cards.VALUE`.
        wrap: 1 where runs go around the corner, else 0.
    """
    natural = hand & _NATURAL
    if natural == _ZERO:
        return 0
    best: int = VALUE[row, highest(natural)]
    counts = per_rank(natural)
    crowded = ((counts >> _ONE) | (counts >> np.uint64(2))) & _NIBBLES
    while crowded != _ZERO:
        place = lowest(crowded)
        crowded &= crowded - _ONE
        worth = VALUE[row, place] * of_rank(counts, place)
        best = max(best, worth)
    return max(best, best_run(hand, row, wrap))


@jit
def best_run(hand: np.uint64, row: int, wrap: int) -> int:
    """The most value of a run that `hand` can throw, with jokers or without; 0 where there is none; as `best_shed`."""
    natural = hand & _NATURAL
    above = natural & _up(natural, wrap)
    best = 0
    if above & _up(above, wrap) != _ZERO:
        best = _best_natural_run(natural, row, wrap)
    if hand != natural:
        best = max(best, _best_joker_run(hand, natural, row))
    return best


@jit
def _best_natural_run(natural: np.uint64, row: int, wrap: int) -> int:
    """The most value of a run of natural cards; 0 without one."""
    best = 0
    tops = natural & _up(natural, wrap)
    tops &= _up(tops, wrap)
    while tops != _ZERO:
        card = tops & (~tops + _ONE)
        tops &= tops - _ONE
        worth = 0
        length = 0
        while card & natural != _ZERO and length < 5:
            worth += VALUE[row, lowest(card)]
            card = _down(card, wrap)
            length += 1
        best = max(best, worth)
    return best


@jit
def _best_joker_run(hand: np.uint64, natural: np.uint64, row: int) -> int:
    """The most value of a run in which a joker of `hand` stands for a card; 0 without one."""
    best = 0
    held = np.int64(hand >> np.uint64(52))
    rest = natural
    while rest != _ZERO:
        card = lowest(rest)
        rest &= rest - _ONE
        line = natural >> np.uint64(card)
        pattern = 0
        for step in range(5):
            pattern |= of_rank(line & _NIBBLES, 4 * step) << step
        for which in range(1, 4):
            if which & ~held:
                continue
            for k in range(PATTERN_COUNT[which, pattern]):
                worth = VALUE_OF[row, JOKER_ID[which, PATTERNS[which, pattern, k]] + card]
                best = max(best, worth)
    return best


@jit
def completing(hand: np.uint64, wrap: int) -> np.uint64:
    """The cards with which `hand` might throw a run that it cannot throw without; all other cards make none.

    Without jokers in `hand` exactly these make a run, jokers among them where `hand` has two natural cards of a suit
    near each other; with jokers it is every card of a suit within four ranks of one held.
    """
    natural = hand & _NATURAL
    up = _up(natural, wrap)
    down = _down(natural, wrap)
    up_2 = _up(up, wrap)
    if hand == natural:
        found = (up & up_2) | (down & _down(down, wrap)) | (up & down)
        if natural & (up | up_2) != _ZERO:
            found |= _JOKERS
        return found
    near = natural | up | down
    for _ in range(3):
        near |= _up(near, 0) | _down(near, 0)
    return near | _JOKERS | (up & up_2) | (down & _down(down, wrap)) | (up & down)


@jit
def stock_pool(view: Any) -> np.uint64:
    """The cards that the viewer's next draw from the stock may bring, as far as he can know.

    Those he has not seen lie anywhere; when the stock is out, the discards but what he throws are shuffled into it.

    Args:
        view: record VIEW; the phase does not matter, what he throws from his hand never comes back to him.
    """
    if view.stock_size == 0:
        discarded: np.uint64 = view.dead | view.live
        return discarded
    seen: np.uint64 = view.hand | view.live | view.thrown | view.dead
    for place in range(1, view.rules.players):
        seen |= view.known[place]
    deck = _NATURAL
    if view.rules.ranks != 13 or view.rules.suits != 4:
        deck = _small_deck(view.rules.ranks, view.rules.suits)
    if view.rules.jokers != 0:
        deck |= _JOKERS
    return deck & ~seen


@jit
def _small_deck(ranks: int, suits: int) -> np.uint64:
    deck = _ZERO
    for card in range(4 * ranks):
        if card % 4 < suits:
            deck |= _ONE << np.uint64(card)
    return deck


@jit
def takeable_after(view: Any, discard: int) -> np.uint64:
    """The cards that the viewer, whose turn begins, may take once he has thrown `discard`.

    Args:
        view: record VIEW in the discarding phase.
        discard: the action id of a discard of his hand.
    """
    takeable: np.uint64 = view.open
    if view.rules.pickup == 3:
        takeable = LAST[discard]
    elif view.rules.pickup_gate == 1 and COUNT[discard] < 2:
        takeable = _ZERO
    return takeable
