"""What can be thrown together, as far as values of positions need it, compiled."""

from __future__ import annotations

import numpy as np

from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, lowest
from games.dhumbal.cards import VALUE

__all__ = ["best_group", "worth"]

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_NATURAL = np.uint64((1 << 52) - 1)
_RANK = np.uint64(15)
_FOUR = np.uint64(4)
_EIGHT = np.uint64(8)


@jit
def best_group(hand: np.uint64, row: int) -> np.uint64:
    """The cards of the dearest discard of `hand`, all of a rank or a whole run; more cards before fewer among equals.

    Jokers are worth nothing and are left out, and so are runs around the corner.

    Args:
        hand: uint64, one bit a card.
        row: of `games.dhumbal.cards.VALUE`.
    """
    natural = hand & _NATURAL
    best = _ZERO
    dearest = 0
    many = 0
    rest = natural
    while rest != _ZERO:
        place = np.uint64(lowest(rest) & 60)
        same = rest & (_RANK << place)
        rest &= ~same
        count = count_bits(same)
        value = VALUE[row, place] * count
        if value > dearest or (value == dearest and count > many):
            dearest = value
            many = count
            best = same
    lows = natural & (natural >> _FOUR) & (natural >> _EIGHT)
    while lows != _ZERO:
        card = lowest(lows)
        lows &= lows - _ONE
        run = _ZERO
        value = 0
        while card < 52 and natural & bit(card) != _ZERO:
            run |= bit(card)
            value += VALUE[row, card]
            card += 4
        if value >= dearest:
            dearest = value
            best = run
    return best


@jit
def worth(cards: np.uint64, row: int) -> int:
    """The sum of the values of `cards`.

    Args:
        cards: uint64, one bit a card.
        row: of `games.dhumbal.cards.VALUE`.
    """
    total = 0
    while cards != _ZERO:
        total += VALUE[row, lowest(cards)]
        cards &= cards - _ONE
    return total
