"""How rounds and matches begin and end, compiled: the deal, who pays, who is out.

Sources: coins and the tie that beats the caller, Malla 2025, sections 3.1 and 3.2; points, penalties, halving and going
out, pagat.com "Yaniv" and Wikipedia "Jhyap".
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from arena import dice
from arena.jit import jit
from games.dhumbal.bits import bit, int64
from games.dhumbal.cards import VALUE
from games.dhumbal.rules import ROUND_LIMIT
from games.dhumbal.state import (
    CALL_VALUE,
    CALLS,
    DISCARDING,
    END_CAP,
    END_EMPTY,
    END_LOWEST,
    END_RIGHT,
    END_WRONG,
    FORCED,
    FORCED_RIGHT,
    FROM_NOWHERE,
    RIGHT,
    WINS,
)

__all__ = ["RESHUFFLE", "begin_round", "end_round"]

RESHUFFLE: Final = 16
"""The key of a round is the number of the seed at the round; a reshuffle has that key's number at ``RESHUFFLE + its own
number``, lower places are the deal's."""

_SHUFFLE = int64(0)
_STARTER = int64(1)
_FIRST_STARTER = int64(1 << 20)
"""The place of the seed, beyond every round, that draws who starts first."""
_ZERO = np.uint64(0)
_HIGH = np.uint64(32)


@jit
def begin_round(state: Any) -> None:
    """Deal the round numbered `state.round` to all who are still in."""
    rules = state.rules
    key = dice.at(state.seed, int64(state.round))
    _starter(state, key)
    size = 0
    for card in range(4 * rules.ranks):
        if card % 4 < rules.suits:
            state.stock[size] = card
            size += 1
    for joker in range(rules.jokers):
        state.stock[size] = 52 + joker
        size += 1
    dice.shuffle(state.stock, size, dice.at(key, _SHUFFLE))
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
            card = int64(state.stock[size])
            state.hands[seat] |= bit(card)
            state.value[seat] += VALUE[rules.row, card]
        state.size[seat] = rules.hand
    size -= 1
    state.live = bit(int64(state.stock[size]))
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
        seat = _seat_of(dice.at(key, _STARTER), rules.players)
    elif state.round == 0:
        seat = _seat_of(dice.at(state.seed, _FIRST_STARTER), rules.players)
    elif kind == 1 and state.winner >= 0:
        seat = int64(state.winner)
    else:
        seat = (state.starter + 1) % rules.players
    while state.out_round[seat] != 0:
        seat = (seat + 1) % rules.players
    state.starter = seat
    state.actor = seat


@jit
def _seat_of(bits: np.uint64, players: int) -> int:
    """A seat drawn from 64 random bits; no seat is favoured by more than 2**-30."""
    return int64(((bits >> _HIGH) * np.uint64(players)) >> _HIGH)


@jit
def end_round(state: Any, end: int) -> None:
    """Settle the round, show all hands, and deal the next round or end the match.

    Args:
        state: record STATE.
        end: END_RIGHT where the actor called, rightly or not; else the END_ of what happened.
    """
    caller = -1
    if end in (END_RIGHT, END_EMPTY):
        caller = int64(state.actor)
    elif end == END_LOWEST:
        caller = _lowest_but(state, caller)
    state.ended = end
    winner = -1
    if caller >= 0:
        rival = _lowest_but(state, caller)
        winner = caller if rival < 0 or state.value[caller] < state.value[rival] else rival
        if end == END_RIGHT and winner != caller:
            state.ended = END_WRONG
        _count_call(state, end, caller, winner)
    elif end == END_CAP:
        state.truncated = 1
    state.caller = caller
    state.winner = winner
    state.paid = 1
    for seat in range(state.rules.players):
        state.shown[seat] = state.hands[seat]
    if state.rules.economy == 1:
        _score_points(state, caller, winner)
    elif caller >= 0:
        _pay_coins(state, caller, winner)
    _finish_round(state)


@jit
def _count_call(state: Any, end: int, caller: int, winner: int) -> None:
    right = 1 if winner == caller else 0
    state.stats[winner, WINS] += 1
    if end == END_RIGHT:
        state.stats[caller, CALLS] += 1
        state.stats[caller, RIGHT] += right
        state.stats[caller, CALL_VALUE] += state.value[caller]
    else:
        state.stats[caller, FORCED] += 1
        state.stats[caller, FORCED_RIGHT] += right


@jit
def _lowest_but(state: Any, caller: int) -> int:
    """The seat of the lowest hand but the caller's, the lowest seat among equals; -1 where nobody is left."""
    low = -1
    for seat in range(state.rules.players):
        if (
            seat != caller
            and state.out_round[seat] == 0
            and (low < 0 or state.value[seat] < state.value[low])
        ):
            low = seat
    return low


@jit
def _pay_coins(state: Any, caller: int, winner: int) -> None:
    """A right call collects every rival's hand; a wrong one pays the sum of all hands to the winner."""
    for seat in range(state.rules.players):
        payer = seat if winner == caller else caller
        if payer != winner:
            amount = int64(state.value[seat])
            state.coins[payer] -= amount
            state.coins[winner] += amount
            _reward(state, payer, -np.float64(amount))
            _reward(state, winner, np.float64(amount))


@jit
def _score_points(state: Any, caller: int, winner: int) -> None:
    """The lowest hands of a called round score nothing, a wrong caller his penalty, all others their hand."""
    rules = state.rules
    for seat in range(rules.players):
        if state.out_round[seat] != 0:
            continue
        points = int64(state.value[seat])
        if seat == caller and winner != caller:
            extra = 25 if rules.penalty in (1, 3) else 30
            points = extra if rules.penalty < 3 else points + extra
        elif winner >= 0 and points == state.value[winner]:
            points = 0
        score = state.scores[seat] + points
        if rules.halving != 0 and points != 0 and score % 50 == 0:
            score //= 2
        if rules.match != 2:
            _reward(state, seat, np.float64(state.scores[seat] - score))
        state.scores[seat] = score


@jit
def _finish_round(state: Any) -> None:
    """Count the round, put out who must go, and deal the next one or end the match."""
    rules = state.rules
    state.round += 1
    if rules.match == 2:
        for seat in range(rules.players):
            if state.out_round[seat] == 0 and state.scores[seat] >= rules.out_at:
                state.out_round[seat] = state.round
    if not _is_match_over(state):
        begin_round(state)
        return
    state.over = 1
    if rules.match == 2:
        _reward_places(state)


@jit
def _is_match_over(state: Any) -> bool:
    """Whether the round just counted was the last; a match that reaches `ROUND_LIMIT` is truncated."""
    rules = state.rules
    if rules.match == 0:
        return True
    if rules.match == 1:
        return bool(state.round >= rules.rounds)
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
def _reward(state: Any, seat: int, amount: float) -> None:
    state.reward[seat] += amount
    state.returns[seat] += amount


@jit
def _placing(state: Any, seat: int) -> float:
    """The place of `seat` from 1 (best) where staying in longest counts, then few points; equals share their places."""
    own_round = state.out_round[seat] if state.out_round[seat] != 0 else ROUND_LIMIT + 1
    place = 1.0
    for other in range(state.rules.players):
        if other != seat:
            lasted = (state.out_round[other] if state.out_round[other] != 0 else ROUND_LIMIT + 1) - own_round
            ahead = lasted if lasted != 0 else state.scores[seat] - state.scores[other]
            place += 1.0 if ahead > 0 else 0.5 if ahead == 0 else 0.0
    return place


@jit
def _reward_places(state: Any) -> None:
    """In a match until one is left everybody gets the share of rivals behind him less the share ahead: zero-sum."""
    players = state.rules.players
    for seat in range(players):
        _reward(state, seat, (players + 1 - 2 * _placing(state, seat)) / (players - 1))
