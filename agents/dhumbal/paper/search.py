"""The tree search of Malla 2025 in the world that its program simulates, compiled.

What the published program does: it lists everybody's moves from the *searcher's* hand, so that in its simulations rivals
throw the searcher's cards, which he keeps; their own hands only shrink by what they throw and grow by what they take. At the
end every card of a rival counts as an ace. Each action of the root is tried by one random playout; the bonus of exploration
is multiplied by a share that falls like 1 / simulations, against returns of some ten coins, so that from then on the best
action so far is tried again and again. The action of the best mean is played. The call, the discard and the taking are
searched one after another; of a single card the list has two copies.

Our reading: a playout begins right below the root. The program has a tree there, but follows one line of it. A decision took
1.45 s in that program, all but its limit of 1.5 s; we count simulations instead (`arena study dhumbal --only budget`
shows how little it matters).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.substreams import substream
from arena import dice
from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, int64, lowest
from games.dhumbal.cards import CALL, COUNT, LAST, MASK, STOCK, VALUE, VALUE_OF
from games.dhumbal.determinize import hidden_cards
from games.dhumbal.engine import take_action, taken_card
from games.dhumbal.legal import MOST_DISCARDS, count_discards, discards, nth_discard
from games.dhumbal.state import SEATS, TAKING

__all__ = ["decide", "outcome", "playout"]

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_TURNS: Final = 100
"""Turns after which a simulated round ends, as in the program."""
_NOTHING_LEFT: Final = -2
_STUCK: Final = -10.0
"""What a simulation brings that has no move left, as in the program."""

VALUE_NOW, PLAYERS, CALL_AT, ROW, TOP, TURN, MOVER = range(7)
"""Places in the numbers of a simulation: the searcher's hand value; of the rules players, threshold and row of values; the
card on top, -1 for none; turns so far; whose turn it is, the searcher being 0."""


@jit
def outcome(value: int, sizes: NDArray[np.int64], players: int, caller: int) -> float:
    """What the searcher gets when a simulated round ends, in coins.

    Args:
        value: of the searcher's hand.
        sizes: int64[>= players], cards of each rival from place 1 on, each counted as an ace.
        players: at the table.
        caller: who called, 0 the searcher; -1 where nobody did, and the first of the lowest collects.
    """
    least = value
    others = 0
    for place in range(1, players):
        least = min(least, sizes[place])
        others += sizes[place]
    winner = -1
    for place in range(players - 1, -1, -1):
        worth = value if place == 0 else sizes[place]
        if worth == least and place != caller:
            winner = place
    if caller >= 0 and winner >= 0:
        if caller == 0:
            return -float(value + others)
        return float(value + others) if winner == 0 else 0.0
    if caller >= 0:
        winner = caller
    return float(others) if winner == 0 else -float(value)


@jit
def playout(  # noqa: PLR0917  # compiled code takes its arguments by place
    hand: np.uint64,
    unseen: np.uint64,
    numbers: NDArray[np.int64],
    sizes: NDArray[np.int64],
    stage: int,
    rng: NDArray[np.uint64],
) -> float:
    """Play on at random to the end of the round, as the program simulates it.

    Args:
        hand: uint64, the searcher's cards.
        unseen: uint64, the cards he may still draw.
        numbers: int64[7], as `VALUE_NOW` and its fellows say; used up.
        sizes: int64[SEATS], cards of each rival; used up.
        stage: where in the turn to begin: 0 the call, 1 the discard, 2 the taking.
        rng: uint64[1], the dice.

    Returns:
        What the searcher gets, in coins.
    """
    players = numbers[PLAYERS]
    while True:
        mover = numbers[MOVER]
        if stage == 0:
            if numbers[VALUE_NOW] <= numbers[CALL_AT] and dice.below(rng, 2) == 1:
                return outcome(numbers[VALUE_NOW], sizes, players, mover)
            stage = 1
        if stage == 1:
            if hand == _ZERO:
                return _STUCK
            hand = _throw(hand, numbers, sizes, mover, _any_discard(hand, rng))
        stage = 0
        card = _taken(unseen, numbers, sizes, mover, rng)
        if card == _NOTHING_LEFT:
            return outcome(numbers[VALUE_NOW], sizes, players, int64(-1))
        if card >= 0:
            unseen &= ~bit(card)
            hand |= bit(card)
            numbers[VALUE_NOW] += VALUE[numbers[ROW], card]
        numbers[TURN] += 1
        numbers[MOVER] = mover + 1 if mover + 1 < players else 0
        if numbers[TURN] >= _TURNS:
            return outcome(numbers[VALUE_NOW], sizes, players, int64(-1))


@jit
def _taken(
    unseen: np.uint64,
    numbers: NDArray[np.int64],
    sizes: NDArray[np.int64],
    mover: int,
    rng: NDArray[np.uint64],
) -> int:
    """The card that the searcher takes, the top or one unseen; -1 where a rival takes one, -2 where none is left."""
    top = numbers[TOP] >= 0 and dice.below(rng, 2) == 1
    if mover != 0:
        sizes[mover] += 1
        return int64(-1)
    if top:
        return int64(numbers[TOP])
    left = count_bits(unseen)
    return int64(_NOTHING_LEFT) if left == 0 else _nth(unseen, dice.below(rng, left))


@jit
def _any_discard(hand: np.uint64, rng: NDArray[np.uint64]) -> int:
    """A discard of `hand`; singles are listed twice."""
    singles = count_bits(hand)
    pick = dice.below(rng, singles + count_discards(hand, int64(0)))
    return nth_discard(hand, int64(0), pick if pick < singles else pick - singles)


@jit
def _throw(
    hand: np.uint64, numbers: NDArray[np.int64], sizes: NDArray[np.int64], mover: int, throw: int
) -> np.uint64:
    """What the searcher holds after `mover` threw cards of the searcher's hand."""
    numbers[TOP] = lowest(LAST[throw])
    if mover != 0:
        sizes[mover] = max(int64(0), sizes[mover] - COUNT[throw])
        return hand
    numbers[VALUE_NOW] -= VALUE_OF[numbers[ROW], throw]
    return np.uint64(hand & ~MASK[throw])


@jit
def _nth(word: np.uint64, n: int) -> int:
    """The place of the set bit of `word` with `n` set bits below it."""
    rest = np.uint64(word)
    for _ in range(n):
        rest &= rest - _ONE
    return lowest(rest)


@jit
def _try(view: Any, action: int, unseen: np.uint64, rng: NDArray[np.uint64]) -> float:
    """What one playout of `action` brings; -1 stands for no call."""
    numbers = np.empty(7, np.int64)
    sizes = np.empty(SEATS, np.int64)
    players = int64(view.rules.players)
    numbers[VALUE_NOW], numbers[PLAYERS], numbers[CALL_AT] = view.value, players, view.rules.call_at
    numbers[ROW], numbers[TOP], numbers[TURN], numbers[MOVER] = view.rules.row, -1, view.turn, 0
    for place in range(SEATS):
        sizes[place] = view.size[place]
    hand = np.uint64(view.hand)
    if action == CALL:
        return outcome(numbers[VALUE_NOW], sizes, players, int64(0))
    if action < 0:
        return playout(hand, unseen, numbers, sizes, int64(1), rng)
    if view.phase != TAKING:
        hand = _throw(hand, numbers, sizes, int64(0), action)
        return playout(hand, unseen, numbers, sizes, int64(2), rng)
    if action == STOCK:
        left = count_bits(unseen)
        if left == 0:
            return outcome(numbers[VALUE_NOW], sizes, players, int64(-1))
        card = _nth(unseen, dice.below(rng, left))
    else:
        card = taken_card(action)
    hand |= bit(card)
    numbers[VALUE_NOW] += VALUE[numbers[ROW], card]
    numbers[TURN] += 1
    numbers[MOVER] = 1
    return playout(hand, unseen & ~bit(card), numbers, sizes, int64(0), rng)


@jit
def _best(
    view: Any, actions: NDArray[np.int64], found: int, simulations: int, rng: NDArray[np.uint64]
) -> int:
    """The one of the first `found` of `actions` that the search plays."""
    if found == 1:
        return int64(actions[0])
    unseen = hidden_cards(view)
    totals, visits = np.zeros(found), np.zeros(found, np.int64)
    best = 0
    for simulation in range(max(found, simulations)):
        place = simulation if simulation < found else best
        totals[place] += _try(view, actions[place], unseen, rng)
        visits[place] += 1
        if simulation + 1 >= found:
            for k in range(found):
                if totals[k] * visits[best] > totals[best] * visits[k]:
                    best = k
    return int64(actions[best])


@jit
def decide(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """The action of the search; ``parameters[0]`` is the number of simulations of each of its questions."""
    own = substream(rng)
    simulations = int64(parameters[0])
    actions = np.empty(MOST_DISCARDS + 1, np.int64)
    if view.phase == TAKING:
        actions[0] = STOCK
        found = 1
        choices = np.uint64(view.open)
        while choices != _ZERO:
            actions[found] = take_action(lowest(choices))
            choices &= choices - _ONE
            found += 1
        return _best(view, actions, found, simulations, own)
    if view.value <= view.rules.call_at:
        actions[0], actions[1] = CALL, -1
        if _best(view, actions, int64(2), simulations, own) == CALL:
            return CALL
    return _best(view, actions, discards(view.hand, int64(0), actions), simulations, own)
