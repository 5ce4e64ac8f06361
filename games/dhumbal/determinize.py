"""Worlds that fit what a player knows, compiled: for search under hidden information.

Hidden are the rivals' cards that nobody saw them take, and the stock. `determinize` draws them uniformly;
`determinize_weighted` makes hands likelier that explain why their holder threw what he threw and did not call, by
sampling importance resampling (Rubin, 1988) hand by hand. Neither needs memory beyond the state it fills.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena import dice
from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, int64, lowest
from games.dhumbal.cards import VALUE, VALUE_OF
from games.dhumbal.legal import count_discards, nth_discard
from games.dhumbal.state import FROM_STOCK, TAKING

__all__ = ["determinize", "determinize_weighted", "hidden_cards", "redraw"]

_ZERO = np.uint64(0)
_REDRAW = int64((1 << 20) + 1)
"""The place of a seed that orders a stock drawn anew; beyond every round's."""
_NATURAL: Final = 52


@jit
def redraw(state: Any, seed: np.uint64) -> None:
    """Draw the chance still to come anew from `seed`: the order of the stock, reshuffles, later deals. Hands stay."""
    state.seed = seed
    dice.shuffle(state.stock, int64(state.stock_size), dice.at(seed, _REDRAW))


@jit
def hidden_cards(view: Any) -> np.uint64:
    """The cards whose place the viewer does not know: in the stock or unseen in a rival's hand."""
    rules = view.rules
    suits = np.uint64((1 << rules.suits) - 1)
    deck = _ZERO
    for rank in range(rules.ranks):
        deck |= suits << np.uint64(4 * rank)
    for joker in range(rules.jokers):
        deck |= bit(_NATURAL + joker)
    seen = view.hand | view.live | view.thrown | view.dead
    for place in range(1, rules.players):
        seen |= view.known[place]
    return np.uint64(deck & ~seen)


@jit
def determinize(view: Any, rng: NDArray[np.uint64], state: Any) -> None:
    """Fill `state` with a world that fits `view`, every one equally likely; about 0.2 microseconds.

    Args:
        view: record VIEW.
        rng: uint64[1], dice of the caller's.
        state: record STATE; every field is written. `stats` start at zero, so the world's metrics tell nothing of
            what happened before; returns are right.
    """
    _known_part(view, rng, state)
    size = _pool(view, state)
    dice.shuffle(state.stock, size, dice.next_bits(rng))
    players = int64(view.rules.players)
    for place in range(1, players):
        seat = (view.seat + place) % players
        missing = view.size[place] - count_bits(view.known[place])
        if view.over == 0:
            for _ in range(missing):
                size -= 1
                _deal(state, seat, int64(state.stock[size]))
    state.stock_size = view.stock_size


@jit
def determinize_weighted(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any, rng: NDArray[np.uint64], tries: int, decline: float, greed: float, state: Any
) -> None:
    """Fill `state` with a world that fits `view`, plausible hands likelier.

    Each rival's unseen cards are drawn `tries` times, and one draw is kept with a chance proportional to its weight:
    `decline` if the hand he must have held before his last throw could have called, times
    exp(-greed * (the most value he could have thrown - the value he threw)).

    Args:
        view: record VIEW.
        rng: uint64[1], dice of the caller's.
        tries: draws per rival, 1 or more; 1 is `determinize`.
        decline: the weight, in (0, 1], of having passed up a call.
        greed: per point of value, 0 or more.
        state: record STATE; every field is written, as by `determinize`.
    """
    _known_part(view, rng, state)
    size = _pool(view, state)
    players = int64(view.rules.players)
    for place in range(1, players):
        if view.over == 0:
            seat = (view.seat + place) % players
            missing = view.size[place] - count_bits(view.known[place])
            kept = _choose(view, place, missing, rng, tries, decline, greed, state.stock, size)
            size = _remove(state.stock, size, kept)
            while kept != _ZERO:
                _deal(state, seat, lowest(kept))
                kept &= kept - np.uint64(1)
    dice.shuffle(state.stock, size, dice.next_bits(rng))
    state.stock_size = view.stock_size


@jit
def _known_part(view: Any, rng: NDArray[np.uint64], state: Any) -> None:
    """Everything but hidden cards, seat by seat."""
    state.rules = view.rules
    state.seed = dice.next_bits(rng)
    state.live, state.open, state.thrown, state.dead = view.live, view.open, view.thrown, view.dead
    state.thrown_open = view.thrown_open
    players = int64(view.rules.players)
    for place in range(5):
        seat = (view.seat + place) % players if place < players else place
        state.known[seat] = view.known[place]
        state.last_thrown[seat] = view.last_thrown[place]
        state.shown[seat] = view.shown[place]
        state.coins[seat], state.scores[seat] = view.coins[place], view.scores[place]
        state.out_round[seat] = view.out_round[place]
        state.size[seat], state.drew[seat] = view.size[place], view.drew[place]
        state.reward[seat] = 0.0
        state.returns[seat] = view.returns[place]
        for column in range(8):
            state.stats[seat, column] = 0
        # When the match is over all hands have been shown.
        hand = view.hand if place == 0 else view.shown[place] if view.over != 0 else view.known[place]
        state.hands[seat] = hand
        state.value[seat] = _value(hand, int64(view.rules.row))
    state.turn, state.round, state.reshuffles = view.turn, view.round, view.reshuffles
    state.phase, state.over, state.truncated, state.ended = view.phase, view.over, view.truncated, view.ended
    state.actor = (view.seat + view.actor) % players
    state.starter = (view.seat + view.starter) % players
    state.caller = (view.seat + view.caller) % players if view.caller >= 0 else -1
    state.winner = (view.seat + view.winner) % players if view.winner >= 0 else -1
    state.paid = 0
    for place in range(4):
        state.spare[place] = 0


@jit
def _value(cards: np.uint64, row: int) -> int:
    value = 0
    while cards != _ZERO:
        value += VALUE[row, lowest(cards)]
        cards &= cards - np.uint64(1)
    return value


@jit
def _pool(view: Any, state: Any) -> int:
    """Write the hidden cards into the stock of `state`; how many there are."""
    hidden = hidden_cards(view)
    if view.over != 0:
        for place in range(1, view.rules.players):
            hidden &= ~view.shown[place]
    size = 0
    while hidden != _ZERO:
        state.stock[size] = lowest(hidden)
        hidden &= hidden - np.uint64(1)
        size += 1
    for place in range(size, 54):
        state.stock[place] = 0
    return size


@jit
def _deal(state: Any, seat: int, card: int) -> None:
    state.hands[seat] |= bit(card)
    state.value[seat] += VALUE[state.rules.row, card]


@jit
def _remove(stock: Any, size: int, cards: np.uint64) -> int:
    """Take `cards` out of the first `size` of `stock`; how many are left."""
    left = 0
    for place in range(size):
        card = int64(stock[place])
        if cards & bit(card) == _ZERO:
            stock[left] = card
            left += 1
    return left


@jit
def _choose(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    place: int,
    missing: int,
    rng: NDArray[np.uint64],
    tries: int,
    decline: float,
    greed: float,
    stock: Any,
    size: int,
) -> np.uint64:
    """The `missing` unseen cards of the rival at `place`, one draw out of `tries` by weight."""
    kept, total = _ZERO, 0.0
    for _ in range(tries):
        drawn, last = _ZERO, int64(-1)
        for picked in range(missing):
            other = picked + dice.below(rng, size - picked)
            last = int64(stock[other])
            stock[other] = stock[picked]
            stock[picked] = last
            drawn |= bit(last)
        weight = 1.0 if tries == 1 else _weight(view, place, drawn, last, decline, greed)
        total += weight
        if dice.uniform(rng) * total < weight:
            kept = drawn
    return kept


@jit
def _weight(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any, place: int, drawn: np.uint64, last: int, decline: float, greed: float
) -> float:
    """How well the unseen cards `drawn` explain what the rival at `place` did in his last turn."""
    thrown = view.last_thrown[place]
    if thrown == _ZERO:
        return 1.0
    rules = view.rules
    row = int64(rules.row)
    before = view.known[place] | drawn | thrown
    if not (place == view.actor and view.phase == TAKING):
        # He has drawn since; a card of the stock may be any of the unseen, the last drawn here as well as another.
        card = last if view.drew[place] == FROM_STOCK else int64(view.drew[place])
        before &= ~bit(card)
    best = 0
    for n in range(count_discards(before, rules.run_wrap)):
        best = max(best, VALUE_OF[row, nth_discard(before, rules.run_wrap, n)])
    weight = math.exp(-greed * (best - _value(thrown, row)))
    return weight * decline if _value(before, row) <= rules.call_at else weight
