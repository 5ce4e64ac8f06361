"""What is known of a deal before anybody plays, with expectation 0: control variates, compiled.

Hands are exchangeable, so what a seat holds less the mean over the table has expectation 0, also given who begins; cards
are uniform, so a sum of values less its number of cards times the mean card has. Neither needs a table of constants.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.jit import jit
from games.dhumbal.bits import count_bits, int64, lowest
from games.dhumbal.cards import VALUE
from games.dhumbal.engine import begin
from games.dhumbal.groups import best_group, worth
from games.dhumbal.rules import Rules
from games.dhumbal.state import STATE

__all__ = ["DEAL_TERMS", "deal_controls"]

DEAL_TERMS: Final = (
    "hand",
    "hand after a discard",
    "jokers",
    "begins",
    "all hands",
    "hand that begins",
    "open card",
)
"""The variates: value of the own hand less the table's mean, the same after the dearest discard, and of the number of
jokers; whether the seat begins, less 1/n (0 where the rules name who begins); and, the same for all seats, the value of all
hands, of the hand that begins less the table's mean, and of the card turned up, less what they are worth on average."""

_JOKERS = np.uint64(3 << 52)
_FIRST: Final = 3
"""The place in `CHOICES` of the starter who is always seat 0."""


@jit
def _fill(states: Any, rules: Any, deals: NDArray[np.uint64], mean: float, out: NDArray[np.float64]) -> None:
    """Write the variates of the first rounds of `deals` to `out`, float64[B, n, 7]; `mean` is that of a card's value."""
    state = states[0]
    players, row = int64(rules.players), int64(rules.row)
    for block in range(len(deals)):
        begin(state, rules, deals[block])
        each = out[block]
        for seat in range(players):
            hand = state.hands[seat]
            each[seat, 0] = state.value[seat]
            each[seat, 1] = worth(hand & ~best_group(hand, row), row)
            each[seat, 2] = count_bits(hand & _JOKERS)
            drawn = rules.starter != _FIRST
            each[seat, 3] = (1.0 if state.starter == seat else 0.0) - 1.0 / players if drawn else 0.0
        for part in range(3):
            level = 0.0
            for seat in range(players):
                level += each[seat, part] / players
            for seat in range(players):
                each[seat, part] -= level
            if part == 0:
                each[:, 4] = (level - mean * rules.hand) * players
        each[:, 5] = each[int64(state.starter), 0]
        each[:, 6] = VALUE[row, lowest(state.live)] - mean


def deal_controls(rules: Rules, deals: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The control variates of the first rounds of deals.

    Args:
        rules: how they are played.
        deals: uint64[B].

    Returns:
        float64[B, n, 7] by seat and `DEAL_TERMS`; each with expectation 0 over deals.
    """
    out = np.zeros((len(deals), rules.players, len(DEAL_TERMS)))
    record = rules.record()
    cards = [card for card in range(4 * rules.ranks) if card % 4 < rules.suits]
    mean = float(VALUE[int(record["row"]), cards].sum()) / rules.deck
    _fill(np.zeros(1, STATE), record, np.ascontiguousarray(deals, np.uint64), mean, out)
    return out
