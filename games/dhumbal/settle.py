"""How rounds and matches begin and end, compiled: the deal, who pays, who is out.

Sources: coins and the tie that beats the caller, Malla 2025, sections 3.1 and 3.2; points, penalties, halving and going
out, pagat.com "Yaniv" and Wikipedia "Jhyap".
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from arena import dice
from arena.jit import jit
from games.dhumbal.bits import bit
from games.dhumbal.cards import VALUE
from games.dhumbal.rules import ROUND_LIMIT
from games.dhumbal.state import DISCARDING, END_RIGHT, END_WRONG, FROM_NOWHERE, WINS

__all__ = ["DEAL", "RESHUFFLE", "begin_round", "finish_round", "is_match_over", "placing", "settle"]

DEAL: Final = 1
"""The key of a round is the number of the seed at ``DEAL * round``."""
RESHUFFLE: Final = 16
"""A reshuffle has the number of the round's key at ``RESHUFFLE + its number``; lower places are the deal's."""

_FIRST_STARTER: Final = 1 << 20
"""The place of the seed, beyond every round, that draws who starts first."""
_ZERO = np.uint64(0)
_HIGH = np.uint64(32)


@jit
def begin_round(state: Any) -> None:
    """Deal the round numbered `state.round` to all who are still in."""
    rules = state.rules
    key = dice.at(state.seed, state.round * DEAL)
    _starter(state, key)
    size = 0
    for card in range(4 * rules.ranks):
        if card % 4 < rules.suits:
            state.stock[size] = card
            size += 1
    for joker in range(rules.jokers):
        state.stock[size] = 52 + joker
        size += 1
    dice.shuffle(state.stock, size, dice.at(key, 0))
    for seat in range(rules.players):
        state.hands[seat] = _ZERO
        state.known[seat] = _ZERO
        state.last_thrown[seat] = _ZERO
        state.drew[seat] = FROM_NOWHERE
        state.value[seat] = 0
        state.size[seat] = 0
        if state.out_round[seat] != 0:
            continue
        for _ in range(rules.hand):
            size -= 1
            card = state.stock[size]
            state.hands[seat] |= bit(card)
            state.value[seat] += VALUE[rules.row, card]
        state.size[seat] = rules.hand
    size -= 1
    state.live = bit(state.stock[size])
    # The card turned up is nobody's throw, yet the first player may take it as if it were.
    state.open = state.live if rules.pickup < 2 else _ZERO
    state.stock_size = size
    state.thrown = _ZERO
    state.thrown_open = _ZERO
    state.dead = _ZERO
    state.turn = 0
    state.reshuffles = 0
    state.phase = DISCARDING


@jit
def _starter(state: Any, key: np.uint64) -> None:
    """Who begins the round; one who is out is passed over clockwise."""
    rules = state.rules
    kind = rules.starter
    if kind == 3:
        seat = 0
    elif kind == 2:
        seat = _seat_of(dice.at(key, 1), rules.players)
    elif state.round == 0:
        seat = _seat_of(dice.at(state.seed, _FIRST_STARTER), rules.players)
    elif kind == 1 and state.winner >= 0:
        seat = np.int64(state.winner)
    else:
        seat = (state.starter + 1) % rules.players
    while state.out_round[seat] != 0:
        seat = (seat + 1) % rules.players
    state.starter = seat
    state.actor = seat


@jit
def _seat_of(bits: np.uint64, players: int) -> int:
    """A seat drawn from 64 random bits; no seat is favoured by more than 2**-30."""
    return np.int64(((bits >> _HIGH) * np.uint64(players)) >> _HIGH)


@jit
def settle(state: Any, caller: int) -> int:
    """Pay for the round that `caller` ended; -1: nobody called. Shows all hands and says who won.

    Returns:
        1 if the caller is strictly the lowest, else 0.
    """
    low = _lowest_rival(state, caller)
    right = 0
    if caller >= 0 and (low < 0 or state.value[caller] < state.value[low]):
        right = 1
    winner = -1
    if caller >= 0:
        winner = caller if right == 1 else low
        state.ended = END_RIGHT if right == 1 else END_WRONG
        state.stats[winner, WINS] += 1
    state.caller = caller
    state.winner = winner
    state.paid = 1
    for seat in range(state.rules.players):
        state.shown[seat] = state.hands[seat]
    if state.rules.economy == 0:
        if caller >= 0:
            _pay_coins(state, caller, winner)
    else:
        _score_points(state, caller, winner)
    return right


@jit
def _lowest_rival(state: Any, caller: int) -> int:
    """The lowest hand but the caller's, the lowest seat among equals."""
    low = -1
    for seat in range(state.rules.players):
        if seat != caller and state.out_round[seat] == 0 and (low < 0 or state.value[seat] < state.value[low]):
            low = seat
    return low


@jit
def _pay_coins(state: Any, caller: int, winner: int) -> None:
    """A right call collects every rival's hand; a wrong one pays the sum of all hands to the winner."""
    for seat in range(state.rules.players):
        payer = seat if winner == caller else caller
        if payer != winner:
            amount = state.value[seat]
            state.coins[payer] -= amount
            state.coins[winner] += amount
            state.reward[payer] -= amount
            state.reward[winner] += amount


@jit
def _score_points(state: Any, caller: int, winner: int) -> None:
    """The lowest hands of a called round score nothing, a wrong caller his penalty, all others their hand."""
    rules = state.rules
    for seat in range(rules.players):
        if state.out_round[seat] != 0:
            continue
        points = np.int64(state.value[seat])
        if seat == caller and winner != caller:
            extra = 25 if rules.penalty == 1 or rules.penalty == 3 else 30
            points = extra if rules.penalty < 3 else points + extra
        elif winner >= 0 and points == state.value[winner]:
            points = 0
        score = state.scores[seat] + points
        if rules.halving != 0 and points != 0 and score % 50 == 0:
            score //= 2
        if rules.match != 2:
            state.reward[seat] = state.scores[seat] - score
        state.scores[seat] = score


@jit
def finish_round(state: Any) -> None:
    """Count the round, put out who must go, and deal the next one or end the match."""
    rules = state.rules
    state.round += 1
    if rules.match == 2:
        for seat in range(rules.players):
            if state.out_round[seat] == 0 and state.scores[seat] >= rules.out_at:
                state.out_round[seat] = state.round
    if not is_match_over(state):
        begin_round(state)
        return
    state.over = 1
    if rules.match == 2:
        _reward_places(state)


@jit
def is_match_over(state: Any) -> bool:
    """Whether the round just counted was the last; a match that reaches `ROUND_LIMIT` is truncated."""
    rules = state.rules
    if rules.match == 0:
        return True
    if rules.match == 1:
        return state.round >= rules.rounds
    left = 0
    for seat in range(rules.players):
        if state.out_round[seat] == 0:
            left += 1
    if left <= 1:
        return True
    if state.round >= ROUND_LIMIT:
        state.truncated = 1
        return True
    return False


@jit
def _worth(state: Any, seat: int) -> float:
    """What places go by, higher is better: coins, few points, or in a match until one is left staying in longest."""
    if state.rules.economy == 0:
        return np.float64(state.coins[seat])
    if state.rules.match != 2:
        return -np.float64(state.scores[seat])
    lasted = state.out_round[seat] if state.out_round[seat] != 0 else 2 * ROUND_LIMIT
    return lasted * 1e6 - state.scores[seat]


@jit
def placing(state: Any, seat: int) -> float:
    """The place of `seat` from 1 (best); equals share the mean of their places."""
    place = 1.0
    for other in range(state.rules.players):
        if other != seat:
            difference = _worth(state, other) - _worth(state, seat)
            place += 1.0 if difference > 0 else 0.5 if difference == 0 else 0.0
    return place


@jit
def _reward_places(state: Any) -> None:
    """In a match until one is left everybody gets the share of rivals behind him less the share ahead: zero-sum."""
    players = state.rules.players
    for seat in range(players):
        state.reward[seat] = (players + 1 - 2 * placing(state, seat)) / (players - 1)
