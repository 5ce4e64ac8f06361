"""Views as arrays for learners, compiled: one flat vector, and the same by name.

=============  ======  =================================================================================
name           length  what
=============  ======  =================================================================================
hand           54      1 where the viewer holds the card
open           54      1 where the card may be taken from the discards
live           54      1 where the card is part of the live discard
thrown         54      1 where the actor just threw the card
dead           54      1 where the card is out of play until a reshuffle
unseen         54      1 where the viewer does not know the card's place
known          5 x 54  1 where everybody saw that player take the card and not throw it since
last_thrown    5 x 54  1 where that player threw the card in his last turn
size           5       cards in hand, / 5
coins          5       coins less the mean of the table, / 100
scores         5       points, / 100
playing        5       1 where somebody sits there and is still in
actor          5       1 for whose turn it is
starter        5       1 for who began the round
table          8       hand value / 64; 1 if it may call; phase; stock / 54; turns / 100; turns left, as a share of
                       the cap; reshuffles / 4; rounds / 10
rules          23      players / 5; call_at / 10; faces 11-13; jokers; run_wrap; gate; an empty hand ends; stock-out
                       ends; the lowest calls at the cap; points; halving; one-hot pickup (4), penalty (5), match (3)
=============  ======  =================================================================================

Rows of five and numbers of players count from the viewer clockwise. Everything is clipped to [-10, 10].
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.jit import jit
from games.dhumbal.bits import int64, lowest
from games.dhumbal.cards import CARDS
from games.dhumbal.determinize import hidden_cards
from games.dhumbal.state import SEATS, VIEW

__all__ = ["ENCODED", "ENCODING", "FEATURES", "encode", "encode_flat", "observation_space"]

FEATURES: Final = MappingProxyType(
    {
        **dict.fromkeys(("hand", "open", "live", "thrown", "dead", "unseen"), (CARDS,)),
        **dict.fromkeys(("known", "last_thrown"), (SEATS, CARDS)),
        **dict.fromkeys(("size", "coins", "scores", "playing", "actor", "starter"), (SEATS,)),
        "table": (8,),
        "rules": (23,),
    }
)
"""The shape of each named array, in the order of the flat vector."""

ENCODED: Final = sum(int(np.prod(shape)) for shape in FEATURES.values())
"""Numbers in the flat vector."""

ENCODING: Final = "dhumbal-1"
"""Raised whenever the flat vector, or the number of an action, comes to mean something else."""


def _parts() -> Iterator[tuple[str, slice, tuple[int, ...]]]:
    """Where each named array lies in the flat vector, and its shape."""
    start = 0
    for name, shape in FEATURES.items():
        end = start + int(np.prod(shape))
        yield name, slice(start, end), shape
        start = end


_PARTS: Final = tuple(_parts())
_KNOWN = 6 * CARDS
_LAST = _KNOWN + SEATS * CARDS
_SEATS = _LAST + SEATS * CARDS
_TABLE = _SEATS + 6 * SEATS
_RULES = _TABLE + 8
_BOUND = 10.0


@jit
def _mark(out: Any, start: int, cards: np.uint64) -> None:
    while cards != np.uint64(0):
        out[start + lowest(cards)] = 1.0
        cards &= cards - np.uint64(1)


@jit
def encode_flat(view: Any, out: NDArray[np.float32]) -> None:
    """Write the flat vector of `view`.

    Args:
        view: record VIEW.
        out: float32[ENCODED], every entry is written.
    """
    for place in range(len(out)):
        out[place] = 0.0
    _mark(out, int64(0), view.hand)
    _mark(out, int64(CARDS), view.open)
    _mark(out, int64(2 * CARDS), view.live)
    _mark(out, int64(3 * CARDS), view.thrown)
    _mark(out, int64(4 * CARDS), view.dead)
    _mark(out, int64(5 * CARDS), hidden_cards(view))
    players = int64(view.rules.players)
    mean = 0.0
    for place in range(players):
        mean += view.coins[place] / players
    for place in range(players):
        _mark(out, _KNOWN + place * CARDS, view.known[place])
        _mark(out, _LAST + place * CARDS, view.last_thrown[place])
        out[_SEATS + place] = view.size[place] / 5.0
        out[_SEATS + SEATS + place] = _clip((view.coins[place] - mean) / 100.0)
        out[_SEATS + 2 * SEATS + place] = _clip(view.scores[place] / 100.0)
        out[_SEATS + 3 * SEATS + place] = 1.0 if view.out_round[place] == 0 else 0.0
    out[_SEATS + 4 * SEATS + view.actor] = 1.0
    out[_SEATS + 5 * SEATS + view.starter] = 1.0
    _write_table(view, out)
    _write_rules(view.rules, out)


@jit
def _clip(value: float) -> float:
    return min(_BOUND, max(-_BOUND, value))


@jit
def _write_table(view: Any, out: NDArray[np.float32]) -> None:
    rules = view.rules
    out[_TABLE] = view.value / 64.0
    out[_TABLE + 1] = 1.0 if view.value <= rules.call_at else 0.0
    out[_TABLE + 2] = view.phase
    out[_TABLE + 3] = view.stock_size / 54.0
    out[_TABLE + 4] = _clip(view.turn / 100.0)
    out[_TABLE + 5] = (rules.turn_cap - view.turn) / rules.turn_cap
    out[_TABLE + 6] = _clip(view.reshuffles / 4.0)
    out[_TABLE + 7] = _clip(view.round / 10.0)


@jit
def _write_rules(rules: Any, out: NDArray[np.float32]) -> None:
    out[_RULES] = rules.players / 5.0
    out[_RULES + 1] = rules.call_at / 10.0
    out[_RULES + 2] = rules.row
    out[_RULES + 3] = 1.0 if rules.jokers > 0 else 0.0
    out[_RULES + 4] = rules.run_wrap
    out[_RULES + 5] = rules.pickup_gate
    out[_RULES + 6] = rules.empty_hand
    out[_RULES + 7] = rules.stock_out
    out[_RULES + 8] = rules.at_cap
    out[_RULES + 9] = rules.economy
    out[_RULES + 10] = rules.halving
    out[_RULES + 11 + rules.pickup] = 1.0
    out[_RULES + 15 + rules.penalty] = 1.0
    out[_RULES + 20 + rules.match] = 1.0


def encode(view: NDArray[np.void]) -> dict[str, NDArray[np.float32]]:
    """The arrays of the table above, float32, slices of one flat vector.

    Args:
        view: VIEW, shape ().
    """
    flat = np.empty(ENCODED, np.float32)
    encode_flat(np.asarray(view, VIEW)[()], flat)
    return {name: flat[part].reshape(shape) for name, part, shape in _PARTS}


def observation_space() -> spaces.Dict:
    """The Gymnasium space of `encode`."""
    return spaces.Dict(
        {name: spaces.Box(-_BOUND, _BOUND, shape, np.float32) for name, shape in FEATURES.items()}
    )
