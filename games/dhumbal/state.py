"""The state of a match and the view of a player, as records that compiled code reads by name.

Both are free of padding, so that their bytes are their value. Sets of cards are uint64 words (`games.dhumbal.cards`).
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from games.dhumbal.rules import RULES

__all__ = [
    "CALLS",
    "CALL_VALUE",
    "DISCARDING",
    "END_CAP",
    "END_EMPTY",
    "END_LOWEST",
    "END_NONE",
    "END_REASONS",
    "END_RIGHT",
    "END_STOCK",
    "END_WRONG",
    "FORCED",
    "FORCED_RIGHT",
    "FROM_NOWHERE",
    "FROM_STOCK",
    "POLICY",
    "RIGHT",
    "SEATS",
    "STATE",
    "TAKING",
    "THROWN",
    "TURNS",
    "VIEW",
    "WINS",
    "clone",
]

SEATS: Final = 5
"""Seats in every record; those from `rules.players` on are empty."""

DISCARDING: Final = 0
"""The phase in which the actor calls or throws."""
TAKING: Final = 1
"""The phase in which he takes a card."""

FROM_STOCK: Final = 54
"""In `drew`: the last card came from the stock."""
FROM_NOWHERE: Final = -1
"""In `drew`: no card was drawn yet."""

END_NONE: Final = 0
END_RIGHT: Final = 1
END_WRONG: Final = 2
END_EMPTY: Final = 3
END_STOCK: Final = 4
END_CAP: Final = 5
END_LOWEST: Final = 6
END_REASONS: Final = (
    "no round has ended",
    "a right call",
    "a wrong call",
    "an empty hand",
    "the stock is out",
    "the turn cap",
    "the turn cap, the lowest hand called",
)
"""Why the last round ended, by the number in `ended`."""

WINS: Final = 0
"""Column of `stats`: rounds won."""
CALLS: Final = 1
"""Calls made by choice."""
RIGHT: Final = 2
"""Of these, right ones."""
CALL_VALUE: Final = 3
"""The sum of the hand values at these calls."""
THROWN: Final = 4
"""Cards thrown."""
TURNS: Final = 5
"""Turns begun."""
FORCED: Final = 6
"""Rounds in which the rules made him the caller: an empty hand, or the lowest at the cap."""
FORCED_RIGHT: Final = 7
"""Of these, won ones."""

_WORDS = ("live", "open", "thrown", "dead")

STATE = np.dtype(
    [
        ("seed", "<u8"),  # what all chance still to come is a function of
        *((name, "<u8") for name in _WORDS),
        ("thrown_open", "<u8"),  # the cards of `thrown` that may be taken once it is live
        ("hands", "<u8", SEATS),
        ("known", "<u8", SEATS),  # the cards of a hand that everybody saw taken
        ("last_thrown", "<u8", SEATS),  # what each threw last in this round
        ("shown", "<u8", SEATS),  # the hands shown when the last round ended
        ("reward", "<f8", SEATS),  # of the last step
        ("returns", "<f8", SEATS),  # the sum of all rewards
        ("coins", "<i4", SEATS),
        ("scores", "<i4", SEATS),
        ("stats", "<i4", (SEATS, 8)),
        ("rules", RULES),
        ("value", "<i2", SEATS),  # of each hand
        ("out_round", "<i2", SEATS),  # the round, from 1, in which each went out; 0 while in
        ("turn", "<i2"),  # turns completed in this round
        ("round", "<i2"),  # rounds completed
        ("reshuffles", "<i2"),  # of this round
        ("stock_size", "i1"),
        ("stock", "i1", 54),  # the order of the stock; the top is stock[stock_size - 1]
        ("size", "i1", SEATS),  # cards in each hand
        ("drew", "i1", SEATS),  # where the last card of each came from: a card, FROM_STOCK or FROM_NOWHERE
        ("phase", "i1"),
        ("actor", "i1"),
        ("starter", "i1"),  # of this round
        ("over", "i1"),
        ("truncated", "i1"),  # a round was cut, or the match
        ("ended", "i1"),  # why the last round ended, END_...
        ("caller", "i1"),  # of the last round; -1 for none
        ("winner", "i1"),  # of the last round; -1 for none
        ("paid", "i1"),  # whether `reward` holds anything
        ("spare", "i1", 4),
    ]
)
"""Everything about a match. Only the referee, and a search over worlds of its own making, holds one."""

VIEW = np.dtype(
    [
        ("hand", "<u8"),
        *((name, "<u8") for name in _WORDS),
        ("thrown_open", "<u8"),
        ("known", "<u8", SEATS),
        ("last_thrown", "<u8", SEATS),
        ("shown", "<u8", SEATS),
        ("returns", "<f8", SEATS),
        ("coins", "<i4", SEATS),
        ("scores", "<i4", SEATS),
        ("rules", RULES),
        ("out_round", "<i2", SEATS),
        ("turn", "<i2"),
        ("round", "<i2"),
        ("reshuffles", "<i2"),
        ("value", "<i2"),  # of the own hand
        ("stock_size", "i1"),
        ("size", "i1", SEATS),
        ("drew", "i1", SEATS),
        ("phase", "i1"),
        ("seat", "i1"),  # the viewer's own seat; the only absolute one
        ("actor", "i1"),
        ("starter", "i1"),
        ("over", "i1"),
        ("truncated", "i1"),
        ("ended", "i1"),
        ("caller", "i1"),
        ("winner", "i1"),
        ("spare", "i1", 2),
    ]
)
"""All that a player may know. Entry k of an array, and every number of a seat but `seat`, count from the viewer
clockwise: 0 is he himself, 1 the next to act after him.

`open` holds the cards of the live discard that may be taken, in the taking phase those that the actor may take now;
`thrown` is what the actor just threw, `thrown_open` what of it will be open to the next player; `known` are the cards everybody saw a player take and not throw since.
"""

POLICY = types.int64(
    numba.from_dtype(VIEW), types.Array(types.float64, 1, "C"), types.Array(types.uint64, 1, "C")
)
"""The signature of a compiled policy: ``decide(view, parameters, rng) -> action id``."""


def clone(state: NDArray[np.void]) -> NDArray[np.void]:
    """A copy of `state`, STATE[1], byte by byte; NumPy's own copies a record field by field and takes ten times as long."""
    return np.frombuffer(bytearray(state.tobytes()), STATE)
