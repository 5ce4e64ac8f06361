"""What a round of Dhumbal is worth at the beginning of a turn: features and a small network, compiled.

A search cuts its playouts where its own next turn begins and asks this network what the round will bring the player
whose turn it is. In a guessed world all hands are known, so the features are of all hands; the network was trained on
self-play (`agents.dhumbal.leaf_training`), in which nobody sees the hands of others: so it does not believe in playing
with open cards.

Every feature is a small whole number and has a row of weights for each of its values (an embedding), so that the first
layer is a sum of some twenty rows and no multiplication. A layer of rectified linear units and a weighted sum follow.
Sparse first layers that are sums of rows: Y. Nasu, "Efficiently Updatable Neural-Network-based Evaluation Functions for
computer Shogi", 2018.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, int64, lowest
from games.dhumbal.cards import VALUE
from games.dhumbal.groups import best_group, worth
from games.dhumbal.rules import PRESETS, Rules

__all__ = [
    "MOST_FEATURES",
    "SCALE",
    "UNITS",
    "describe_turn",
    "evaluate",
    "row_count",
    "shipped_weights",
    "weight_count",
]

SHIPPED: Final = Path(__file__).parent / "data" / "leaf.npz"
"""The trained weights, float16, one vector for each preset and number of players, by ``preset-players``."""

UNITS: Final = 32
"""Hidden units."""
SCALE: Final = 32.0
"""Coins or points of one unit of the network's output."""
MOST_FEATURES: Final = 5 * 3 + 4
"""No table has more features than this."""

_VALUES = 48
_AFTERS = 24
_LATERS = 16
_HAND_ROWS = _VALUES + 5 * _AFTERS + 4 * _LATERS
_OPENS = 33
_STOCKS = 14
_LEADS = 41
_TABLE_ROWS = 2 * _OPENS + _STOCKS + _LEADS

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_NATURAL = np.uint64((1 << 52) - 1)


def row_count(players: int) -> int:
    """How many rows the first layer has at a table of `players`."""
    return _HAND_ROWS * players + _TABLE_ROWS


def weight_count(players: int) -> int:
    """How many weights the network has: the rows of the first layer, its biases, the second layer, its bias."""
    return (row_count(players) + 2) * UNITS + 1


_OF_THE_MATCH = frozenset(
    {"players", "starter", "match", "rounds", "out_at", "halving", "coins", "at_cap", "turn_cap"}
)
"""Fields of the rules that a round, once begun, does not depend on or hardly does."""


@cache
def shipped_weights(rules: Rules, players: int) -> NDArray[np.float64] | None:
    """The trained network for a round by `rules` with `players` still in, ``float64[weight_count(players)]``.

    None where no preset is played like that, then there is none.
    """
    for name, preset in PRESETS.items():
        if all(
            getattr(preset, field.name) == getattr(rules, field.name)
            for field in fields(Rules)
            if field.name not in _OF_THE_MATCH
        ):
            with np.load(SHIPPED) as shipped:
                key = f"{name}-{players}"
                return shipped[key].astype(np.float64) if key in shipped else None
    return None


@jit
def describe_turn(state: Any, seat: int, out: NDArray[np.int64]) -> int:
    """Write the features of a world in which the turn of `seat` begins: the rows of the first layer.

    Of each hand: its value; its value and size after the dearest discard; the same after two. Of the table: what the best
    open card does to the hand of `seat`, how far the stock has gone, and how far `seat` is ahead of the lowest rival.

    Args:
        state: record STATE in the discarding phase.
        seat: whose turn it is.
        out: int64[>= MOST_FEATURES].

    Returns:
        How many features there are; hands come from `seat` clockwise, those who are out left out.
    """
    row = int64(state.rules.row)
    players = int64(state.rules.players)
    found = 0
    base = 0
    least = 100
    other = seat
    left = _ZERO
    for step in range(players):
        if state.out_round[other] == 0:
            hand = state.hands[other]
            value = int64(state.value[other])
            first = best_group(hand, row)
            kept = hand & ~first
            after = value - worth(first, row)
            second = best_group(kept, row)
            later = after - worth(second, row)
            size = min(count_bits(kept), 4)
            out[found] = base + min(value, _VALUES - 1)
            out[found + 1] = base + _VALUES + _AFTERS * size + min(after, _AFTERS - 1)
            size = min(count_bits(kept & ~second), 3)
            out[found + 2] = base + _VALUES + 5 * _AFTERS + _LATERS * size + min(later, _LATERS - 1)
            found += 3
            base += _HAND_ROWS
            if step == 0:
                left = kept
            else:
                least = min(least, value)
        other = other + 1 if other + 1 < players else 0
    _describe_open(state, left, row, base, out, found)
    base += 2 * _OPENS
    out[found + 2] = base + state.stock_size // 4
    lead = least - int64(state.value[seat])
    out[found + 3] = base + _STOCKS + min(max(lead + 20, 0), _LEADS - 1)
    return found + 4


@jit
def _describe_open(  # noqa: PLR0917  # compiled code takes its arguments by place
    state: Any, kept: np.uint64, row: int, base: int, out: NDArray[np.int64], found: int
) -> None:
    """Write what `kept`, the hand after the dearest discard, is worth with the best open card, and after one more."""
    value = worth(kept & _NATURAL, row)
    choices = state.open
    taken = _OPENS - 1
    shed = _OPENS - 1
    while choices != _ZERO:
        card = lowest(choices)
        choices &= choices - _ONE
        with_it = value + VALUE[row, card]
        taken = min(taken, with_it)
        shed = min(shed, with_it - worth(best_group(kept | bit(card), row), row))
    out[found] = base + taken
    out[found + 1] = base + _OPENS + shed


@jit
def evaluate(  # noqa: PLR0917  # compiled code takes its arguments by place
    features: NDArray[np.int64],
    count: int,
    rows: int,
    weights: NDArray[np.float64],
    first: int,
    hidden: NDArray[np.float64],
) -> float:
    """The network: ``SCALE * (w2 . max(0, b1 + sum of the rows) + b2)``.

    Args:
        features: int64[>= count], numbers of rows.
        count: how many of them there are.
        rows: how many the network has.
        weights: holds, from `first` on, the rows (rows x UNITS), b1 (UNITS), w2 (UNITS) and b2.
        first: where they begin.
        hidden: float64[UNITS], to work in.

    Returns:
        What the player whose turn it is will get from the round, coins or points.
    """
    # The lengths are not written as constants: loops of known length are unrolled before they can be vectorized.
    units = len(hidden)
    biases = first + rows * units
    hidden[:] = weights[biases : biases + units]
    done = 0
    while done + 1 < count:
        one = first + features[done] * units
        two = first + features[done + 1] * units
        line_1 = weights[one : one + units]
        line_2 = weights[two : two + units]
        for unit in range(units):
            hidden[unit] += line_1[unit] + line_2[unit]
        done += 2
    if done < count:
        one = first + features[done] * units
        line_1 = weights[one : one + units]
        for unit in range(units):
            hidden[unit] += line_1[unit]
    second = weights[biases + units : biases + 2 * units]
    for unit in range(units):
        hidden[unit] = max(hidden[unit], 0.0) * second[unit]
    # Four sums side by side, since one has to wait for every addition.
    total_0 = total_1 = total_2 = total_3 = 0.0
    for unit in range(0, units, 4):
        total_0 += hidden[unit]
        total_1 += hidden[unit + 1]
        total_2 += hidden[unit + 2]
        total_3 += hidden[unit + 3]
    value: float = SCALE * (weights[biases + 2 * units] + (total_0 + total_1) + (total_2 + total_3))
    return value
