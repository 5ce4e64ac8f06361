"""What a round is expected to bring every player where a turn begins, all cards known: a value function, compiled.

It serves the variance reduction of `games.dhumbal.aivat`, which is unbiased whatever this function says and shortens runs the
more the better it foretells. So it looks at all hands, as nobody at the table can.

Every feature is a small whole number and has a row of weights for each of its values, so that the first layer is a sum of
rows: three for each hand, three for the table. Rectified linear units follow, and a weighted sum of them for every player.
In coins, where a round is zero-sum, the mean over the players is taken off. The weights that ship were fitted to rounds
among rule-based agents; `benchmarks/variance.py --fit` makes them anew.
"""

from __future__ import annotations

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
    "SCALE",
    "SHIPPED",
    "UNITS",
    "add_hand",
    "add_table",
    "bias",
    "hand_rows",
    "outlook",
    "read_out",
    "row_count",
    "seats_in",
    "shipped_weights",
    "table_rows",
    "weight_count",
]

SHIPPED: Final = Path(__file__).parent / "data" / "outlook.npz"
"""The fitted weights, float16, one vector for each preset and number of players still in, by ``preset-players``."""
UNITS: Final = 16
"""Hidden units."""
SCALE: Final = 32.0
"""Coins or points of one unit of the output."""

_VALUES: Final = 48
_AFTERS: Final = 24
_LATERS: Final = 16
_HAND_ROWS: Final = _VALUES + 5 * _AFTERS + 4 * _LATERS
_OPENS: Final = 33
_STOCKS: Final = 14
_TABLE_ROWS: Final = 2 * _OPENS + _STOCKS

_ZERO = np.uint64(0)
_ONE = np.uint64(1)


def row_count(players: int) -> int:
    """How many rows the first layer has with `players` still in."""
    return _HAND_ROWS * players + _TABLE_ROWS


def weight_count(players: int) -> int:
    """How many weights there are: the rows, their biases, a row for each player's output, the outputs' biases."""
    return (row_count(players) + 1 + players) * UNITS + players


@cache
def shipped_weights(rules: Rules, players: int) -> NDArray[np.float64]:
    """The fitted weights for a round by `rules` with `players` still in, ``float64[weight_count(players)]``.

    Those of the preset whose rules differ in the fewest fields; an ill-fitting value function costs precision, never
    correctness.
    """
    from dataclasses import fields

    def unlike(name: str) -> tuple[int, int]:
        other = PRESETS[name]
        different = sum(getattr(other, field.name) != getattr(rules, field.name) for field in fields(Rules))
        return (other.economy != rules.economy, different + abs(other.call_at - rules.call_at))

    with np.load(SHIPPED) as shipped:
        known = [name for name in PRESETS if f"{name}-{players}" in shipped]
        return np.asarray(shipped[f"{min(known, key=unlike)}-{players}"], np.float64)


@jit
def hand_rows(hand: np.uint64, value: int, row: int, out: NDArray[np.int64]) -> None:
    """The three features of a hand: its value; value and size after the dearest discard; the same after two.

    Args:
        hand: uint64, one bit a card.
        value: what it is worth.
        row: of `games.dhumbal.cards.VALUE`.
        out: int64[3], written: numbers of rows among those of one player.
    """
    first = best_group(hand, row)
    kept = hand & ~first
    after = value - worth(first, row)
    second = best_group(kept, row)
    later = after - worth(second, row)
    size = min(count_bits(kept), 4)
    out[0] = min(value, _VALUES - 1)
    out[1] = _VALUES + _AFTERS * size + min(after, _AFTERS - 1)
    size = min(count_bits(kept & ~second), 3)
    out[2] = _VALUES + 5 * _AFTERS + _LATERS * size + min(later, _LATERS - 1)


@jit
def table_rows(state: Any, hand: np.uint64, row: int, out: NDArray[np.int64]) -> None:
    """The three features of the table: what the best open card does to `hand`, with one discard more, and the stock.

    Args:
        state: record STATE where a turn begins; its hands are not looked at.
        hand: of the player whose turn it is.
        row: of `games.dhumbal.cards.VALUE`.
        out: int64[3], written: numbers of rows among those of the table.
    """
    kept = hand & ~best_group(hand, row)
    value = worth(kept, row)
    choices = state.open
    taken = _OPENS - 1
    shed = _OPENS - 1
    while choices != _ZERO:
        card = lowest(choices)
        choices &= choices - _ONE
        with_it = value + int64(VALUE[row, card])
        taken = min(taken, with_it)
        both = kept | bit(card)
        shed = min(shed, with_it - worth(best_group(both, row), row))
    out[0] = taken
    out[1] = _OPENS + shed
    out[2] = 2 * _OPENS + state.stock_size // 4


@jit
def bias(weights: NDArray[np.float64], players: int, hidden: NDArray[np.float64]) -> None:
    """Set `hidden`, float64[UNITS], to the biases of the first layer."""
    at = (_HAND_ROWS * players + _TABLE_ROWS) * UNITS
    for unit in range(UNITS):
        hidden[unit] = weights[at + unit]


@jit
def add_hand(
    weights: NDArray[np.float64], place: int, rows: NDArray[np.int64], hidden: NDArray[np.float64]
) -> None:
    """Add the rows of a hand to `hidden`.

    Args:
        weights: float64[weight_count].
        place: whose hand, counted from the player whose turn it is over those still in.
        rows: int64[3], as `hand_rows` writes them.
        hidden: float64[UNITS], changed.
    """
    base = place * _HAND_ROWS
    one, two, three = (base + rows[0]) * UNITS, (base + rows[1]) * UNITS, (base + rows[2]) * UNITS
    for unit in range(UNITS):
        hidden[unit] += weights[one + unit] + weights[two + unit] + weights[three + unit]


@jit
def add_table(
    weights: NDArray[np.float64], players: int, rows: NDArray[np.int64], hidden: NDArray[np.float64]
) -> None:
    """Add the rows of the table, int64[3] as `table_rows` writes them, to `hidden`."""
    base = players * _HAND_ROWS
    one, two, three = (base + rows[0]) * UNITS, (base + rows[1]) * UNITS, (base + rows[2]) * UNITS
    for unit in range(UNITS):
        hidden[unit] += weights[one + unit] + weights[two + unit] + weights[three + unit]


@jit
def read_out(  # compiled code takes its arguments by place
    weights: NDArray[np.float64],
    players: int,
    zero_sum: bool,
    hidden: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """The second layer: what each player will get, coins or points.

    Args:
        weights: float64[weight_count].
        players: m, how many are still in.
        zero_sum: whether the mean over them is taken off.
        hidden: float64[UNITS], sums of rows.
        out: float64[>= m], written, counted from the player whose turn it is.
    """
    at = (_HAND_ROWS * players + _TABLE_ROWS + 1) * UNITS
    mean = 0.0
    for place in range(players):
        total = weights[at + players * UNITS + place]
        for unit in range(UNITS):
            total += max(hidden[unit], 0.0) * weights[at + place * UNITS + unit]
        out[place] = SCALE * total
        mean += out[place]
    if zero_sum:
        mean /= players
        for place in range(players):
            out[place] -= mean


@jit
def seats_in(state: Any, seats: NDArray[np.int64]) -> int:
    """Write the seats still in, clockwise from the player whose turn it is, into `seats`, int64[5]; how many there are."""
    found = 0
    seat = int64(state.actor)
    for _ in range(state.rules.players):
        if state.out_round[seat] == 0:
            seats[found] = seat
            found += 1
        seat = seat + 1 if seat + 1 < state.rules.players else 0
    return found


@jit
def outlook(  # noqa: PLR0917  # compiled code takes its arguments by place
    state: Any,
    seats: NDArray[np.int64],
    players: int,
    weights: NDArray[np.float64],
    rows: NDArray[np.int64],
    hidden: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """What the round is expected to bring each player where a turn begins.

    Args:
        state: record STATE in the discarding phase.
        seats: those still in, as `seats_in` writes them.
        players: m, how many they are.
        weights: float64[weight_count(m)].
        rows: int64[3], to work in.
        hidden: float64[UNITS], to work in.
        out: float64[>= m], written, in the order of `seats`.
    """
    row = int64(state.rules.row)
    bias(weights, players, hidden)
    table_rows(state, state.hands[seats[0]], row, rows)
    add_table(weights, players, rows, hidden)
    for place in range(players):
        seat = seats[place]
        hand_rows(state.hands[seat], int64(state.value[seat]), row, rows)
        add_hand(weights, place, rows, hidden)
    read_out(weights, players, state.rules.economy == 0, hidden, out)
