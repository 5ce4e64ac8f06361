"""The rules of play, compiled: deal, throw, take, and what is legal. How rounds end is in `games.dhumbal.settle`.

Every function works on a record of dtype `STATE` in place. Chance is a function of (seed, place): the deal of a round is
one of the seed and the round, a reshuffle one of the seed, the round and its number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from arena import dice
from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, int64, lowest
from games.dhumbal.cards import (
    ACTIONS_ALL,
    CALL,
    COUNT,
    LAST,
    MASK,
    OPEN,
    STOCK,
    TAKE,
    TAKE_JOKER,
    VALUE,
    VALUE_OF,
    WRAP_OF,
)
from games.dhumbal.settle import RESHUFFLE, begin_round, end_round
from games.dhumbal.state import (
    DISCARDING,
    END_CAP,
    END_EMPTY,
    END_LOWEST,
    END_NONE,
    END_RIGHT,
    END_STOCK,
    FROM_STOCK,
    TAKING,
    THROWN,
    TURNS,
)

__all__ = ["begin", "is_legal", "reshuffle", "step", "take_action", "takeable", "taken_card"]

_ZERO = np.uint64(0)
_FIRST_WRAP = WRAP_OF[3] + 44
_END_WRAP = WRAP_OF[5] + 52


@jit
def begin(state: Any, rules: Any, seed: np.uint64) -> None:
    """Start a match in place.

    Args:
        state: record STATE; what it held is lost.
        rules: record RULES.
        seed: what all chance of the match is a function of.
    """
    state.rules = rules
    state.seed = seed
    state.over = 0
    state.truncated = 0
    state.round = 0
    state.ended = END_NONE
    state.caller = -1
    state.winner = -1
    state.paid = 0
    for seat in range(5):
        state.coins[seat] = rules.coins if seat < rules.players else 0
        state.scores[seat] = 0
        state.out_round[seat] = 0
        state.shown[seat] = _ZERO
        state.reward[seat] = 0.0
        state.returns[seat] = 0.0
        for column in range(8):
            state.stats[seat, column] = 0
        state.hands[seat] = _ZERO
        state.known[seat] = _ZERO
        state.last_thrown[seat] = _ZERO
        state.value[seat] = 0
        state.size[seat] = 0
        state.drew[seat] = -1
    for place in range(54):
        state.stock[place] = 0
    for place in range(4):
        state.spare[place] = 0
    begin_round(state)


@jit
def takeable(state: Any) -> np.uint64:
    """The cards that the actor, who has thrown, may take instead of the stock's."""
    if state.rules.pickup == 3:
        return np.uint64(state.thrown_open)
    if state.rules.pickup_gate == 1 and count_bits(state.thrown) < 2:
        return _ZERO
    return np.uint64(state.open)


@jit
def taken_card(action: int) -> int:
    """The card that a taking action other than the stock's takes."""
    return action - TAKE if action < TAKE + 52 else action - TAKE_JOKER + 52


@jit
def take_action(card: int) -> int:
    """The action that takes `card` from the discards."""
    return TAKE + card if card < 52 else TAKE_JOKER + card - 52


@jit
def is_legal(state: Any, action: int) -> bool:
    """Whether the actor may take `action`, any whole number."""
    if state.over != 0 or action < 0 or action >= ACTIONS_ALL:
        return False
    if state.phase == TAKING:
        if action == STOCK:
            return True
        if action < TAKE or (action >= TAKE + 52 and action < TAKE_JOKER):
            return False
        return bool(takeable(state) & bit(taken_card(action)) != _ZERO)
    if action == CALL:
        return bool(state.value[state.actor] <= state.rules.call_at)
    if COUNT[action] == 0 or MASK[action] & ~state.hands[state.actor] != _ZERO:
        return False
    return state.rules.run_wrap != 0 or action < _FIRST_WRAP or action >= _END_WRAP


@jit
def step(state: Any, action: int) -> None:
    """Play the legal `action` of the actor, in place; a round that ends is settled and the next one dealt."""
    if state.paid != 0:
        state.paid = 0
        for seat in range(5):
            state.reward[seat] = 0.0
    if state.phase == TAKING:
        end = _take(state, action)
    elif action == CALL:
        state.stats[state.actor, TURNS] += 1
        end = END_RIGHT
    else:
        end = _throw(state, action)
    if end != END_NONE:
        end_round(state, end)


@jit
def _throw(state: Any, action: int) -> int:
    actor = int64(state.actor)
    rules = state.rules
    cards = MASK[action]
    count = int64(COUNT[action])
    state.hands[actor] &= ~cards
    state.known[actor] &= ~cards
    state.value[actor] -= VALUE_OF[rules.row, action]
    state.last_thrown[actor] = cards
    state.thrown = cards
    state.thrown_open = OPEN[action] if rules.pickup == 0 else _ZERO if rules.pickup == 2 else LAST[action]
    state.stats[actor, THROWN] += count
    state.stats[actor, TURNS] += 1
    state.phase = TAKING
    left = state.size[actor] - count
    state.size[actor] = left
    return END_EMPTY if left == 0 and rules.empty_hand == 1 else END_NONE


@jit
def _take(state: Any, action: int) -> int:
    actor = int64(state.actor)
    if action == STOCK:
        if state.stock_size == 0:
            reshuffle(state)
        top = int64(state.stock_size) - 1
        state.stock_size = top
        card = int64(state.stock[top])
        state.drew[actor] = FROM_STOCK
    else:
        card = taken_card(action)
        seen = bit(card)
        state.live &= ~seen
        state.thrown &= ~seen
        state.known[actor] |= seen
        state.drew[actor] = card
    state.hands[actor] |= bit(card)
    state.value[actor] += VALUE[state.rules.row, card]
    state.size[actor] += 1
    return _pass_on(state)


@jit
def _pass_on(state: Any) -> int:
    """End the turn: what was thrown is live, and the next player acts, unless a limit ends the round."""
    rules = state.rules
    state.dead |= state.live
    state.live = state.thrown
    # Under own-last nobody else may ever take from a throw.
    state.open = state.thrown_open if rules.pickup != 3 else _ZERO
    state.thrown = _ZERO
    state.thrown_open = _ZERO
    state.phase = DISCARDING
    state.turn += 1
    actor = int64(state.actor)
    while True:
        actor = actor + 1 if actor + 1 < rules.players else 0
        if state.out_round[actor] == 0:
            break
    state.actor = actor
    if state.stock_size == 0 and rules.stock_out == 1:
        return END_STOCK
    if state.turn >= rules.turn_cap:
        return END_CAP if rules.at_cap == 0 else END_LOWEST
    return END_NONE


@jit
def reshuffle(state: Any) -> None:
    """Shuffle all discards but the live one into a new stock.

    The actor has thrown and takes nothing of the previous throw, so what stays is his own; under own-last only the card
    on top of it, as in the program of Malla 2025.
    """
    pool = state.dead | state.live
    state.live = _ZERO
    if state.rules.pickup == 3:
        pool |= state.thrown & ~state.thrown_open
        state.thrown = state.thrown_open
    state.dead = _ZERO
    state.reshuffles += 1
    size = 0
    while pool != _ZERO:
        state.stock[size] = lowest(pool)
        pool &= pool - np.uint64(1)
        size += 1
    state.stock_size = size
    key = dice.at(state.seed, int64(state.round))
    dice.shuffle(state.stock, size, dice.at(key, int64(RESHUFFLE + state.reshuffles)))
