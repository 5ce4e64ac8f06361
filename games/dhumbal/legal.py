"""Which discards a hand allows, found with a few bit tricks and without memory.

With card ``4 * rank + suit`` a rank is a group of four bits and the next rank of a suit is four places up, so that
``h & h >> 4 & h >> 8`` holds the lowest card of every run of three. The order is fixed: singles, sets, runs of 3, 4 and 5,
runs around the corner, runs with jokers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena import dice
from arena.jit import jit
from games.dhumbal.bits import count_bits, int64, lowest, nth_bit
from games.dhumbal.cards import (
    ACTIONS_WRAP,
    CALL,
    JOKER_ID,
    PATTERN_COUNT,
    PATTERNS,
    RUN_OF,
    SET_COUNT,
    SET_ID,
    SET_STRIDE,
    STOCK,
    SUBSETS,
    WRAP_OF,
)
from games.dhumbal.engine import take_action, takeable
from games.dhumbal.state import TAKING

__all__ = [
    "MOST_DISCARDS",
    "count_discards",
    "crowded",
    "discards",
    "legal_actions",
    "nth_discard",
    "random_action",
    "straight_runs",
]

MOST_DISCARDS = 48
"""No hand of five cards allows more discards than this."""

_ZERO = np.uint64(0)
_ONE = int64(1)
_TWO = int64(2)
_NATURAL = np.uint64((1 << 52) - 1)
_NIBBLES = np.uint64(0x1111111111111)
_THREES = np.uint64(0x3333333333333333)
_FIVES = np.uint64(0x5555555555555555)


@jit
def crowded(hand: np.uint64) -> np.uint64:
    """A bit at the lowest place of every rank of which `hand`, without jokers, holds two or more."""
    pairs = hand - ((hand >> np.uint64(1)) & _FIVES)
    counts = (pairs & _THREES) + ((pairs >> np.uint64(2)) & _THREES)
    return ((counts >> np.uint64(1)) | (counts >> np.uint64(2))) & _NIBBLES


@jit
def _higher(hand: np.uint64, steps: int) -> np.uint64:
    """The natural `hand` moved down by `steps` ranks, the lowest ranks coming round on top."""
    shift = np.uint64(4 * steps)
    return ((hand >> shift) | (hand << (np.uint64(52) - shift))) & _NATURAL


@jit
def straight_runs(hand: np.uint64, length: int) -> np.uint64:
    """The lowest card of every run of `length`, 3 to 5, in `hand`, none around the corner, jokers left aside."""
    return _runs(hand & _NATURAL, length, False)


@jit
def _runs(hand: np.uint64, length: int, around: bool) -> np.uint64:
    """The lowest card of every run of `length` in the natural `hand`; with `around` of those around the corner only."""
    found = hand
    for steps in range(1, length):
        found &= _higher(hand, steps)
    straight = np.uint64((1 << (4 * (14 - length))) - 1)
    return found & ~straight if around else found & straight


@jit
def _runs_of_three(hand: np.uint64) -> np.uint64:
    """The lowest card of every run of three in the natural `hand`, also of those around the corner."""
    return hand & _higher(hand, _ONE) & _higher(hand, _TWO)


@jit
def _suit_pattern(hand: np.uint64, card: int) -> int:
    """Which of `card` and the four cards above it in its suit the natural `hand` holds, as five bits."""
    line = hand >> np.uint64(card)
    pattern = np.uint64(0)
    for step in range(5):
        pattern |= ((line >> np.uint64(4 * step)) & np.uint64(1)) << np.uint64(step)
    return int64(pattern)


@jit
def discards(hand: np.uint64, wrap: int, out: NDArray[np.int64]) -> int:
    """Write every discard that `hand` allows.

    Args:
        hand: uint64, one bit a card.
        wrap: 1 where runs go around the corner, else 0.
        out: int64[>= MOST_DISCARDS], receives action ids, each once.

    Returns:
        How many there are.
    """
    found = 0
    rest = hand & _NATURAL
    natural = rest
    while rest != _ZERO:
        out[found] = lowest(rest)
        found += 1
        rest &= rest - np.uint64(1)
    ranks = crowded(natural)
    while ranks != _ZERO:
        place = lowest(ranks)
        ranks &= ranks - np.uint64(1)
        suits = int64((natural >> np.uint64(place)) & np.uint64(15))
        for k in range(SET_COUNT[suits]):
            subset = SUBSETS[suits, k]
            out[found] = SET_ID[subset] + SET_STRIDE[subset] * (place >> 2)
            found += 1
    if natural & _runs_of_three(natural) != _ZERO:
        found = _write_runs(natural, wrap, out, found)
    if hand != natural:
        found = _write_jokers(hand, natural, out, found)
    return found


@jit
def _write_runs(natural: np.uint64, wrap: int, out: NDArray[np.int64], found: int) -> int:
    for around in range(1 + wrap):
        for length in range(3, 6):
            lows = _runs(natural, length, around == 1)
            while lows != _ZERO:
                out[found] = (WRAP_OF[length] if around == 1 else RUN_OF[length]) + lowest(lows)
                found += 1
                lows &= lows - np.uint64(1)
    return found


@jit
def _write_jokers(hand: np.uint64, natural: np.uint64, out: NDArray[np.int64], found: int) -> int:
    held = int64(hand >> np.uint64(52))
    for which in range(1, 4):
        if which & ~held:
            continue
        out[found] = ACTIONS_WRAP + which - 1
        found += 1
        rest = natural
        while rest != _ZERO:
            card = lowest(rest)
            rest &= rest - np.uint64(1)
            pattern = _suit_pattern(natural, card)
            for k in range(PATTERN_COUNT[which, pattern]):
                out[found] = JOKER_ID[which, PATTERNS[which, pattern, k]] + card
                found += 1
    return found


@jit
def count_discards(hand: np.uint64, wrap: int) -> int:
    """How many discards `hand` allows; as `discards` counts, without writing them."""
    natural = hand & _NATURAL
    found = count_bits(natural)
    ranks = crowded(natural)
    while ranks != _ZERO:
        place = lowest(ranks)
        ranks &= ranks - np.uint64(1)
        found += SET_COUNT[np.int64((natural >> np.uint64(place)) & np.uint64(15))]
    if natural & _runs_of_three(natural) != _ZERO:
        for around in range(1 + wrap):
            for length in range(3, 6):
                found += count_bits(_runs(natural, length, around == 1))
    if hand != natural:
        found += _count_jokers(hand, natural)
    return found


@jit
def _count_jokers(hand: np.uint64, natural: np.uint64) -> int:
    held = int64(hand >> np.uint64(52))
    found = 0
    for which in range(1, 4):
        if which & ~held:
            continue
        found += 1
        rest = natural
        while rest != _ZERO:
            found += PATTERN_COUNT[which, _suit_pattern(natural, lowest(rest))]
            rest &= rest - np.uint64(1)
    return found


@jit
def nth_discard(hand: np.uint64, wrap: int, n: int) -> int:
    """The discard that `discards` writes at place `n`."""
    natural = hand & _NATURAL
    singles = count_bits(natural)
    if n < singles:
        return nth_bit(natural, n)
    n -= singles
    ranks = crowded(natural)
    while ranks != _ZERO:
        place = lowest(ranks)
        ranks &= ranks - np.uint64(1)
        suits = int64((natural >> np.uint64(place)) & np.uint64(15))
        if n < SET_COUNT[suits]:
            subset = SUBSETS[suits, n]
            return int64(SET_ID[subset] + SET_STRIDE[subset] * (place >> 2))
        n -= SET_COUNT[suits]
    for around in range(1 + wrap):
        for length in range(3, 6):
            lows = _runs(natural, length, around == 1)
            if n < count_bits(lows):
                return (WRAP_OF[length] if around == 1 else RUN_OF[length]) + nth_bit(lows, n)
            n -= count_bits(lows)
    return _nth_joker(hand, natural, n)


@jit
def _nth_joker(hand: np.uint64, natural: np.uint64, n: int) -> int:
    held = int64(hand >> np.uint64(52))
    for which in range(1, 4):
        if which & ~held:
            continue
        if n == 0:
            return ACTIONS_WRAP + which - 1
        n -= 1
        rest = natural
        while rest != _ZERO:
            card = lowest(rest)
            rest &= rest - np.uint64(1)
            pattern = _suit_pattern(natural, card)
            if n < PATTERN_COUNT[which, pattern]:
                return int64(JOKER_ID[which, PATTERNS[which, pattern, n]] + card)
            n -= PATTERN_COUNT[which, pattern]
    return -1


@jit
def random_action(state: Any, rng: NDArray[np.uint64]) -> int:
    """One of the actor's legal actions, each equally likely.

    Args:
        state: record STATE of a running match.
        rng: uint64[1], the dice.
    """
    if state.phase == TAKING:
        choices = takeable(state)
        if choices == _ZERO:
            return STOCK
        pick = dice.below(rng, count_bits(choices) + 1)
        return STOCK if pick == 0 else take_action(nth_bit(choices, pick - 1))
    hand = state.hands[state.actor]
    wrap = state.rules.run_wrap
    count = count_discards(hand, wrap)
    may_call = 1 if state.value[state.actor] <= state.rules.call_at else 0
    pick = dice.below(rng, count + may_call)
    return CALL if pick == count else nth_discard(hand, wrap, pick)


@jit
def legal_actions(state: Any, out: NDArray[np.int64]) -> int:
    """Write every legal action of the actor into `out`, int64[>= MOST_DISCARDS + 1]; returns how many there are."""
    if state.phase == TAKING:
        out[0] = STOCK
        found = 1
        choices = takeable(state)
        while choices != _ZERO:
            out[found] = take_action(lowest(choices))
            choices &= choices - np.uint64(1)
            found += 1
        return found
    found = discards(state.hands[state.actor], state.rules.run_wrap, out)
    if state.value[state.actor] <= state.rules.call_at:
        out[found] = CALL
        found += 1
    return found
