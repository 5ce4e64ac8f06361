"""How lucky every player was: what the deals and the draws of a match brought against what they had to bring, compiled.

AIVAT (Burch, Schmid, Moravcik, Morrill, Bowling, "AIVAT: A New Variance Reduction Technique for Agent Evaluation in Imperfect
Information Games", AAAI 2018, section 4) takes E[v] - v(what happened) off at every event of known distribution, for any
value function v. Here these are the events of chance alone, as in MIVAT (White & Bowling, "Learning a Value Function
for Analyzing Stochastic Events", 2009): no player's own strategy is asked for, so agents may be closed boxes. *Luck* is the
sum of v(what happened) - E[v]; its expectation is 0 whoever plays and however bad v is.

The events, given all hands and all that happened before:

- A *draw* brings each card of the stock, or of the reshuffled discards, with the same probability. E[v] is the mean
  over them, without sampling.
- A *deal* of hands to seats is as likely as every other deal of the same hands to the seats; E[v] is the mean of v over all
  m! of them. Where every seat is equally likely to begin, as in the first round of a rotating starter, each seat is also
  as likely to sit where any other does, and E[v] is the mean of v over the seats: in coins exactly 0.

v is `games.dhumbal.outlook`, of the round that is played; what later rounds bring is no part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import permutations
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.capabilities import CompiledPolicy
from arena.errors import BadInput
from arena.jit import jit
from games.dhumbal.bits import bit, int64
from games.dhumbal.cards import STOCK, VALUE
from games.dhumbal.engine import begin, is_legal, step
from games.dhumbal.outlook import (
    UNITS,
    add_hand,
    add_table,
    bias,
    hand_rows,
    outlook,
    read_out,
    seats_in,
    shipped_weights,
    table_rows,
)
from games.dhumbal.policy import call, line_up
from games.dhumbal.rules import Rules
from games.dhumbal.state import SEATS, STATE, VIEW
from games.dhumbal.view import observe

__all__ = ["TERMS", "Values", "luck_of_blocks", "luck_of_match", "shipped_values", "values_of"]

TERMS: Final = ("deal", "draws")
"""The parts of luck, in the order of the last axis: what the deals brought, and what the cards from the stock did."""

_DEAL, _DRAWS = 0, 1
_ZERO = np.uint64(0)
_ROTATE, _WINNER, _RANDOM = 0, 1, 2


class Values(NamedTuple):
    """The value functions of a table, for every number of players that may still be in."""

    weights: NDArray[np.float64]
    """float64[any], one vector after another."""
    offsets: NDArray[np.int64]
    """int64[6]; with m still in, the weights begin at ``offsets[m]``."""
    orders: NDArray[np.int64]
    """int64[152, 5]: every order of 2 hands, then of 3, 4 and 5."""


@cache
def _orders() -> NDArray[np.int64]:
    orders = [order for hands in range(2, SEATS + 1) for order in permutations(range(hands))]
    return np.array([(*order, *(0,) * (SEATS - len(order))) for order in orders], np.int64)


def values_of(weights: Sequence[NDArray[np.float64]]) -> Values:
    """Value functions for tables of 2, 3, ... players still in, from their weights."""
    offsets = np.zeros(SEATS + 1, np.int64)
    offsets[3 : 2 + len(weights)] = np.cumsum([len(vector) for vector in weights[:-1]])
    return Values(np.concatenate(weights), offsets, _orders())


@cache
def shipped_values(rules: Rules) -> Values:
    """The value functions that ship, for a table by `rules`."""
    return values_of([shipped_weights(rules, players) for players in range(2, rules.players + 1)])


@jit
def _starter_is_drawn(state: Any) -> bool:
    """Whether every seat was equally likely to begin the round."""
    kind = state.rules.starter
    if state.round == 0:
        return bool(kind <= _RANDOM)
    for seat in range(state.rules.players):
        if state.out_round[seat] != 0:
            # One who is out passes his chance on to the seat after him.
            return False
    return bool(kind == _RANDOM)


@jit
def _of_deal(state: Any, values: Any, luck: NDArray[np.float64]) -> None:
    """Add the luck of the deal of the round that begins to `luck`, float64[n, 2]."""
    seats, rows = np.empty(SEATS, np.int64), np.empty(3, np.int64)
    hidden, out = np.empty(UNITS), np.empty(SEATS)
    players = seats_in(state, seats)
    weights = values.weights[values.offsets[players] :]
    outlook(state, seats, players, weights, rows, hidden, out)
    expected = np.zeros(SEATS)
    if _starter_is_drawn(state):
        for place in range(players):
            expected[:] += out[place] / players
    else:
        _expect_deal(state, seats, players, weights, values.orders, expected)
    for place in range(players):
        luck[seats[place], _DEAL] += out[place] - expected[place]


@jit
def _expect_deal(  # noqa: PLR0917  # compiled code takes its arguments by place
    state: Any,
    seats: NDArray[np.int64],
    players: int,
    weights: NDArray[np.float64],
    orders: NDArray[np.int64],
    expected: NDArray[np.float64],
) -> None:
    """The mean over all deals of the same hands to the same places, into `expected`, float64[5] by place."""
    row = int64(state.rules.row)
    rows = np.empty(3, np.int64)
    parts = np.zeros((SEATS, SEATS, UNITS))
    for hand in range(players):
        cards, value = state.hands[seats[hand]], int64(state.value[seats[hand]])
        for place in range(players):
            hand_rows(cards, value, row, rows)
            add_hand(weights, place, rows, parts[hand, place])
        # The table is described as seen by whose turn it is.
        table_rows(state, cards, row, rows)
        add_table(weights, players, rows, parts[hand, 0])
    hidden, out = np.empty(UNITS), np.empty(SEATS)
    first = 0
    count = 1
    for other in range(2, players + 1):
        first += count if other > 2 else 0
        count *= other
    for order in range(first, first + count):
        bias(weights, players, hidden)
        for place in range(players):
            hidden += parts[orders[order, place], place]
        read_out(weights, players, state.rules.economy == 0, hidden, out)
        for place in range(players):
            expected[place] += out[place] / count


@jit
def _of_draw(state: Any, drawer: int, card: int, values: Any, luck: NDArray[np.float64]) -> None:
    """Add the luck of a draw to `luck`, float64[n, 2].

    Args:
        state: record STATE after the draw, where the next turn begins.
        drawer: the seat that drew.
        card: what it drew; with the cards of the stock, what it could have drawn.
        values: a `Values`.
        luck: changed.
    """
    seats, rows = np.empty(SEATS, np.int64), np.empty(3, np.int64)
    base, hidden = np.empty(UNITS), np.empty(UNITS)
    out, mean, happened = np.empty(SEATS), np.zeros(SEATS), np.zeros(SEATS)
    players = seats_in(state, seats)
    weights = values.weights[values.offsets[players] :]
    row = int64(state.rules.row)
    bias(weights, players, base)
    table_rows(state, state.hands[seats[0]], row, rows)
    add_table(weights, players, rows, base)
    # The drawer has just played, so he is the last to play again.
    last = players - 1
    for place in range(last):
        hand_rows(state.hands[seats[place]], int64(state.value[seats[place]]), row, rows)
        add_hand(weights, place, rows, base)
    kept = state.hands[drawer] & ~bit(card)
    value = int64(state.value[drawer]) - int64(VALUE[row, card])
    cards = int64(state.stock_size) + 1
    for number in range(cards):
        other = card if number == cards - 1 else int64(state.stock[number])
        hand_rows(kept | bit(other), value + int64(VALUE[row, other]), row, rows)
        hidden[:] = base
        add_hand(weights, last, rows, hidden)
        read_out(weights, players, state.rules.economy == 0, hidden, out)
        for place in range(players):
            mean[place] += out[place] / cards
            happened[place] = out[place]
    for place in range(players):
        luck[seats[place], _DRAWS] += happened[place] - mean[place]


@jit
def _advance(state: Any, action: int, values: Any, luck: NDArray[np.float64]) -> None:
    """Play `action`, and add the luck of what it made happen.

    Whether a draw ends the round depends on no card, and then nobody gets anything for it: there is no luck in it.
    """
    actor, number, before = int64(state.actor), int64(state.round), state.hands[state.actor]
    step(state, action)
    if state.over != 0:
        return
    if state.round != number:
        _of_deal(state, values, luck)
    elif action == STOCK and state.stock_size > 0:
        drawn = state.hands[actor] & ~before
        card = int64(0)
        while drawn & bit(card) == _ZERO:
            card += 1
        _of_draw(state, actor, card, values, luck)


@jit
def _replay(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    rules: Any,
    seed: np.uint64,
    actions: NDArray[np.int64],
    values: Any,
    luck: NDArray[np.float64],
) -> int:
    """Play `actions` from the deal `seed` and add up luck; the number of the first illegal one, or -1."""
    state = states[0]
    begin(state, rules, seed)
    _of_deal(state, values, luck)
    for number in range(len(actions)):
        if not is_legal(state, actions[number]):
            return number
        _advance(state, actions[number], values, luck)
    return -1


@jit
def _replay_blocks(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    views: Any,
    line: tuple[Any, Any, Any],
    rules: Any,
    deals: NDArray[np.uint64],
    seatings: NDArray[np.int64],
    rngs: NDArray[np.uint64],
    values: Any,
    luck: NDArray[np.float64],
    returns: NDArray[np.float64],
) -> None:
    """Play every seating of every block as `games.dhumbal.batch` does and add up luck, float64[B, S, n, 2].

    A match with an illegal action ends there, its luck and `returns`, float64[B, S, n], NaN.
    """
    addresses, parameters, offsets = line
    state, view = states[0], views[0]
    for block in range(seatings.shape[0]):
        for turn in range(seatings.shape[1]):
            begin(state, rules, deals[block])
            _of_deal(state, values, luck[block, turn])
            while state.over == 0:
                seat = int64(state.actor)
                observe(state, seat, view)
                agent = seatings[block, turn, seat]
                own = parameters[offsets[agent] : offsets[agent + 1]]
                action = call(addresses[agent], view, own, rngs[block, turn, seat])
                if not is_legal(state, action):
                    luck[block, turn] = np.nan
                    break
                _advance(state, action, values, luck[block, turn])
            for seat in range(seatings.shape[2]):
                returns[block, turn, seat] = state.returns[seat] if state.over != 0 else np.nan


def luck_of_match(
    rules: Rules, deal: int, actions: Sequence[int], values: Values | None = None
) -> NDArray[np.float64]:
    """The luck of every player in a match that was played, or in its beginning.

    Args:
        rules: how it was played.
        deal: the seed of the deal.
        actions: every action, in order.
        values: the value functions; those that ship where None.

    Returns:
        float64[n, 2] by seat and `TERMS`, in coins or points won, summed over rounds.

    Raises:
        BadInput: if an action is illegal.
    """
    luck = np.zeros((rules.players, len(TERMS)))
    played = np.array(actions, np.int64).reshape(-1)
    values = shipped_values(rules) if values is None else values
    bad = _replay(np.zeros(1, STATE), rules.record(), np.uint64(deal), played, values, luck)
    if bad >= 0:
        raise BadInput(
            f"expected the actions of a match, got the illegal {int(played[bad])!r} as number {bad}"
        )
    return luck


def luck_of_blocks(  # noqa: PLR0917  # everything of one run
    rules: Rules,
    policies: Sequence[CompiledPolicy],
    deals: NDArray[np.uint64],
    seatings: NDArray[np.int16],
    player_seeds: NDArray[np.uint64],
    values: Values | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Play whole blocks of compiled policies again and tell the luck of every seat; 20 to 150 microseconds a round.

    Args:
        rules: how to play.
        policies: the compiled agents, K of them.
        deals: uint64[B], the seed of each block's deal.
        seatings: int16[B, S, n], which of the policies sits on each seat.
        player_seeds: uint64[B, S, n], the dice of each seat.
        values: the value functions; those that ship where None.

    Returns:
        The luck, float64[B, S, n, 2] by seat and `TERMS`, and the returns, float64[B, S, n]; both NaN in a match
        with an illegal action.

    Raises:
        BadInput: if the shapes do not fit each other.
    """
    shape = seatings.shape
    if len(shape) != 3 or shape[2] != rules.players or player_seeds.shape != shape or len(deals) != shape[0]:
        raise BadInput(
            f"expected deals [B], seatings and player_seeds [B, S, {rules.players}], got {deals.shape}, {shape} and "
            f"{player_seeds.shape}"
        )
    line = line_up(policies)
    luck, returns = np.zeros((*shape, len(TERMS))), np.zeros(shape)
    _replay_blocks(
        np.zeros(1, STATE),
        np.zeros(1, VIEW),
        (line.addresses, line.parameters, line.offsets),
        rules.record(),
        np.ascontiguousarray(deals, np.uint64),
        np.ascontiguousarray(seatings, np.int64),
        np.array(player_seeds, np.uint64)[..., np.newaxis],
        shipped_values(rules) if values is None else values,
        luck,
        returns,
    )
    return luck, returns
