"""The cards and the fixed table of actions.

Card ``4 * rank + suit``: ranks from the ace (0) to the king (12), suits ♣ ♦ ♥ ♠ (0 to 3); the jokers are 52 and 53.
A set of cards is a 64-bit word with one bit a card.

An action is a number, and the same number means the same cards in every state and under all rules:

=================  =======  ====================================================================
ids                how many what
=================  =======  ====================================================================
0 .. 51            52       throw one card
52 .. 129          78       throw a pair, by rank
130 .. 181         52       throw three of a rank
182 .. 194         13       throw four of a rank
195 .. 238         44       throw a run of 3, by its lowest card
239 .. 278         40       throw a run of 4
279 .. 314         36       throw a run of 5
315                1        call
316                1        take the top of the stock
317 .. 368         52       take this card from the previous player's throw
369 .. 404         36       runs of 3, 4, 5 around the corner (… Q K A 2 …), where the rules allow them
405 .. 406         2        throw one joker
407                1        throw both jokers
408 .. 1551        1144     throw a run in which jokers stand for missing cards
1552 .. 1553       2        take this joker from the previous player's throw
=================  =======  ====================================================================

The first 369 are all there is without jokers and runs around the corner. A joker stands for any missing card of a run
(pagat.com, "Yaniv"); it cannot join a set, but both jokers are a pair. Since a number names cards and not places, a run
with jokers lies in one way: jokers fill the gaps, those left over go to its high end, or to its low end above the king.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final, NamedTuple

import numpy as np

__all__ = [
    "ACTIONS_ALL",
    "ACTIONS_CLASSIC",
    "ACTIONS_WRAP",
    "CALL",
    "CARDS",
    "COUNT",
    "DISCARDS",
    "JOKER_ID",
    "LAST",
    "MASK",
    "OPEN",
    "PATTERNS",
    "PATTERN_COUNT",
    "RANKS",
    "RUN_OF",
    "SET_COUNT",
    "SET_ID",
    "SET_STRIDE",
    "STOCK",
    "SUBSETS",
    "SUITS",
    "TAKE",
    "TAKE_JOKER",
    "VALUE",
    "VALUE_OF",
    "WRAP_OF",
]

RANKS: Final = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")
SUITS: Final = ("♣", "♦", "♥", "♠")
CARDS: Final = 54
"""Cards of the largest deck; 52 and 53 are the jokers."""

CALL: Final = 315
STOCK: Final = 316
TAKE: Final = 317
"""``TAKE + card`` takes a card below 52."""
TAKE_JOKER: Final = 1552
"""``TAKE_JOKER + card - 52`` takes a joker."""
ACTIONS_CLASSIC: Final = 369
ACTIONS_WRAP: Final = 405
ACTIONS_ALL: Final = 1554
RUN_OF: Final = (0, 0, 0, 195, 239, 279)
"""``RUN_OF[length] + lowest card`` throws a run."""
WRAP_OF: Final = (0, 0, 0, 369 - 44, 377 - 40, 389 - 36)
"""``WRAP_OF[length] + lowest card`` throws a run around the corner."""

_KING = 12
_BOTH = (1 << 52) | (1 << 53)


class _Throw(NamedTuple):
    """The cards of a discard in the order in which they lie."""

    cards: tuple[int, ...]
    run: bool


def _classic() -> list[_Throw]:
    throws: list[_Throw] = []
    for size in (1, 2, 3, 4):
        for rank in range(13):
            throws += [_Throw(cards, False) for cards in combinations(range(4 * rank, 4 * rank + 4), size)]
    return throws + _runs(around=False)


def _runs(*, around: bool) -> list[_Throw]:
    found = []
    for length in (3, 4, 5):
        lows = [low for low in range(52) if (low // 4 + length - 1 > _KING) == around]
        found += [_Throw(tuple((low + 4 * step) % 52 for step in range(length)), True) for low in lows]
    return found


def _laid(low: int, pattern: int, jokers: tuple[int, ...]) -> tuple[int, ...]:
    """The run of the natural cards ``low + 4 * i`` for the bits i of `pattern`, and of `jokers`, as it lies."""
    spare = list(jokers)
    span = pattern.bit_length()
    run = [low + 4 * step if pattern >> step & 1 else spare.pop(0) for step in range(span)]
    for joker in spare:
        if low // 4 + span <= _KING:
            run.append(joker)
            span += 1
        else:
            run.insert(0, joker)
    return tuple(run)


def _joker_patterns(jokers: int) -> list[int]:
    """Which natural cards of a suit, as bits from the lowest, `jokers` jokers complete to a run of 3 to 5."""
    fits = []
    for pattern in range(1, 32, 2):
        length = pattern.bit_count() + jokers
        if 3 <= length <= 5 and pattern.bit_length() <= length:
            fits.append(pattern)
    return fits


_JOKER_HANDS = ((52,), (53,), (52, 53))


def _joker_throws() -> tuple[list[_Throw], np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """The discards with jokers from id 405 on, and ``JOKER_ID``."""
    throws = [_Throw((52,), False), _Throw((53,), False), _Throw((52, 53), False)]
    first = np.full((4, 32), -1, np.int64)
    for which, jokers in enumerate(_JOKER_HANDS, start=1):
        for pattern in _joker_patterns(len(jokers)):
            first[which, pattern] = ACTIONS_WRAP + len(throws)
            lows = range(4 * (13 - pattern.bit_length() + 1))
            throws += [_Throw(_laid(low, pattern, jokers), True) for low in lows]
    return throws, first


_JOKER_THROWS, JOKER_ID = _joker_throws()
"""int64[4, 32]: ``JOKER_ID[w, pattern] + lowest natural card`` throws a run with joker 52 (w=1), 53 (2) or both (3);
-1 where there is none."""

_THROWS: Final[dict[int, _Throw]] = {
    **dict(enumerate(_classic())),
    **dict(enumerate(_runs(around=True), start=ACTIONS_CLASSIC)),
    **dict(enumerate(_JOKER_THROWS, start=ACTIONS_WRAP)),
}

DISCARDS: Final[tuple[tuple[int, tuple[int, ...]], ...]] = tuple((a, t.cards) for a, t in _THROWS.items())
"""Every discard: its id and its cards in the order in which they lie."""


def _word(cards: tuple[int, ...]) -> int:
    return sum(1 << card for card in cards)


def _table() -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint64]], ...]:
    mask, opened, last = np.zeros((3, ACTIONS_ALL), np.uint64)
    for action, (cards, run) in _THROWS.items():
        mask[action] = _word(cards)
        opened[action] = _word((cards[0], cards[-1])) if run else _word(cards)
        last[action] = _word(cards[-1:])
    return mask, opened, last


MASK, OPEN, LAST = _table()
"""uint64[1554] each: the cards of a discard; those the next player may take (of a set any, of a run the ends); the one
that lies on top. 0 where the id is no discard."""

COUNT = np.array([int(word).bit_count() for word in MASK], np.int8)
"""int8[1554]: how many cards a discard has; 0 where the id is no discard."""


def _values() -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    value = np.zeros((2, 64), np.int64)
    for card in range(52):
        value[0, card] = min(card // 4 + 1, 10)
        value[1, card] = card // 4 + 1
    return value


VALUE = _values()
"""int64[2, 64]: what a card is worth where faces are 10 (row 0) or 11 to 13 (row 1); jokers are worth nothing."""


def _values_of() -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    value = np.zeros((2, ACTIONS_ALL), np.int64)
    for action, (cards, _) in _THROWS.items():
        value[:, action] = VALUE[:, list(cards)].sum(axis=1)
    return value


VALUE_OF = _values_of()
"""int64[2, 1554]: what the cards of a discard are worth; 0 where the id is no discard."""


def _subsets() -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], ...]:
    ids = {tuple(cards): action for action, cards in DISCARDS if action < RUN_OF[3]}
    base, stride = np.zeros((2, 16), np.int64)
    for suits in range(1, 16):
        cards = tuple(suit for suit in range(4) if suits >> suit & 1)
        base[suits] = ids[cards]
        stride[suits] = ids[tuple(4 + card for card in cards)] - ids[cards]
    listed, count = np.zeros((16, 11), np.int64), np.zeros(16, np.int64)
    for suits in range(16):
        inside = [s for s in range(1, 16) if s & ~suits == 0 and s.bit_count() >= 2]
        count[suits] = len(inside)
        listed[suits, : len(inside)] = sorted(inside, key=lambda s: int(base[s]))
    return base, stride, listed, count


SET_ID, SET_STRIDE, SUBSETS, SET_COUNT = _subsets()
"""``SET_ID[s] + SET_STRIDE[s] * rank`` throws the suits s (4 bits) of a rank; ``SUBSETS[s, :SET_COUNT[s]]`` are the sets
of two or more within the suits s."""


def _patterns() -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], ...]:
    listed, count = np.zeros((4, 32, 16), np.int64), np.zeros((4, 32), np.int64)
    for which in range(1, 4):
        for held in range(1, 32, 2):
            inside = [p for p in range(1, 32, 2) if p & ~held == 0 and JOKER_ID[which, p] >= 0]
            count[which, held] = len(inside)
            listed[which, held, : len(inside)] = inside
    return listed, count


PATTERNS, PATTERN_COUNT = _patterns()
"""``PATTERNS[w, held, :PATTERN_COUNT[w, held]]``: which of the natural cards `held` (bits from the lowest, of one suit)
the jokers w complete to a run with that lowest card."""
