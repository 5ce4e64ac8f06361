"""What a rival of Dhumbal may hold, given what he did: worlds drawn from a cheap model of play, compiled.

What tells on a hand: players keep low cards, the more so the longer the round lasts, so unseen cards are drawn with a
chance that falls exponentially with their value, save for the card drawn last, of which nothing is known. Who threw
something had nothing much dearer to throw, and who threw did not call. Who took an open card mostly had a use for it, and
who left one mostly had none. A draw that does not explain the last turn is mostly drawn again (rejection sampling, as the
weights are at most 1; after a few tries the last draw stands).

The weights were fitted by conditional likelihood, true hands among uniformly drawn ones, on self-play of the search
(`docs/games/dhumbal_search.md`).
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.prospects import best_shed, hand_value
from arena import dice
from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, highest, int64, lowest
from games.dhumbal.cards import VALUE
from games.dhumbal.determinize import determinize, hidden_cards
from games.dhumbal.state import FROM_STOCK, TAKING

__all__ = ["BELIEF", "CHANCES", "explains", "guess", "offered", "prepare"]

BELIEF = np.array([16.0, 0.5, 0.05, 0.0, 0.0245, 0.43, 0.3, 0.3])
"""float64[8]: tries a hand, at least 1. Weights, in (0, 1]: of a call passed up; per point of value not thrown, as what it
takes from the logarithm; then what a point of a kept card's value takes from the logarithm of its chance, at the start of
the round and more with each turn of his, up to ten; the weight of an open card passed up that would have fitted; of an
open card taken that fits nothing, and per point of its value above 3, as what it takes from the logarithm."""

TRIES, DECLINE, GREED, TILT, SLOPE, MISSED, ODD, DEAR = range(8)
VALUES: Final = 14
"""Values of cards, from 0 to 13."""
GAPS: Final = 64
"""Points not thrown that are told apart."""
CHANCES: Final = 2 * VALUES + GAPS
"""Entries of the tables that `prepare` fills."""

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_LATEST = 10.0


@jit
def prepare(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    rng: NDArray[np.uint64],
    belief: NDArray[np.float64],
    worlds: Any,
    pool: NDArray[np.int64],
    chances: NDArray[np.float64],
) -> int:
    """Set down what all worlds of a decision share.

    Args:
        view: record VIEW of a match that is not over.
        rng: uint64[1], the searcher's dice.
        belief: float64[8], as `BELIEF`.
        worlds: STATE[>= 2], the first receives everything but hidden cards.
        pool: int64[54], receives the hidden cards.
        chances: float64[CHANCES], receives the chances of a kept card by its value, the weights of a throw short of the
            dearest by so many points, and those of a card taken that fits nothing, by its value.

    Returns:
        How many hidden cards there are.
    """
    base = worlds[0]
    determinize(view, rng, base)
    players = int64(view.rules.players)
    row = int64(view.rules.row)
    for place in range(1, players):
        seat = (int64(view.seat) + place) % players
        base.hands[seat] = view.known[place]
        base.value[seat] = hand_value(view.known[place], row)
    rest = hidden_cards(view)
    size = 0
    while rest != _ZERO:
        pool[size] = lowest(rest)
        rest &= rest - _ONE
        size += 1
    tilt = belief[TILT] + belief[SLOPE] * min(view.turn / players, _LATEST)
    for value in range(VALUES):
        chances[value] = math.exp(-tilt * value)
        chances[VALUES + GAPS + value] = belief[ODD] * math.exp(-belief[DEAR] * max(value - 3, 0))
    for gap in range(GAPS):
        chances[VALUES + gap] = math.exp(-belief[GREED] * gap)
    return size


@jit
def _draw(  # noqa: PLR0917  # compiled code takes its arguments by place
    pool: NDArray[np.int64],
    picked: int,
    size: int,
    row: int,
    chances: NDArray[np.float64],
    kept: bool,
    rng: NDArray[np.uint64],
) -> int:
    """Move one of ``pool[picked:size]`` to ``pool[picked]``; a `kept` one by the chances of its value."""
    while True:
        bits = dice.next_bits(rng)
        other = picked + int64(((bits >> _HALF) * np.uint64(size - picked)) >> _HALF)
        card: int = pool[other]
        if not kept or np.float64(bits & _LOW) * 2.0**-32 < chances[VALUE[row, card]]:
            pool[other] = pool[picked]
            pool[picked] = card
            return card


@jit
def offered(view: Any, place: int) -> np.uint64:
    """The cards of the previous throw that the rival at `place` could have taken when he drew from the stock instead.

    Nothing where it is no longer known, or where he took one of them.

    Args:
        view: record VIEW.
        place: the rival, counted from the viewer.
    """
    if view.rules.pickup != 0 or view.drew[place] != FROM_STOCK:
        return _ZERO
    if place == 1 and view.phase == TAKING:
        # What the viewer threw before his last throw is not in the view.
        return _ZERO
    cards: np.uint64 = view.last_thrown[place - 1]
    if count_bits(cards) >= 3 and cards & (cards >> np.uint64(4)) != _ZERO:
        return bit(lowest(cards)) | bit(highest(cards))
    return cards


@jit
def _fits(kept: np.uint64, card: int, row: int, wrap: int) -> bool:
    """Whether `card` makes a set or run with cards of `kept` that is dearer than all that could be thrown without it."""
    best = best_shed(kept | bit(card), row, wrap)
    return best > VALUE[row, card] and best > best_shed(kept, row, wrap)


@jit
def explains(
    view: Any, place: int, kept: np.uint64, belief: NDArray[np.float64], chances: NDArray[np.float64]
) -> float:
    """How well it explains the last turn of a rival that he kept `kept` then, a weight in (0, 1]; 1 if he had none.

    Args:
        view: record VIEW.
        place: the rival, counted from the viewer.
        kept: uint64, his cards after that throw and before he took one.
        belief: as `BELIEF`.
        chances: as `prepare` leaves them.
    """
    thrown = view.last_thrown[place]
    if thrown == _ZERO:
        return 1.0
    row = int64(view.rules.row)
    wrap = int64(view.rules.run_wrap)
    worth = hand_value(thrown, row)
    gap = best_shed(kept | thrown, row, wrap) - worth
    weight: float = chances[VALUES + min(max(gap, 0), GAPS - 1)]
    if worth + hand_value(kept, row) <= view.rules.call_at:
        weight *= belief[DECLINE]
    took = int64(view.drew[place])
    if took < FROM_STOCK and view.rules.pickup < 2:
        if not _fits(kept, took, row, wrap):
            weight *= chances[VALUES + GAPS + VALUE[row, took]]
        return weight
    rest = offered(view, place)
    while rest != _ZERO:
        card = lowest(rest)
        rest &= rest - _ONE
        if _fits(kept, card, row, wrap):
            weight *= belief[MISSED]
            return weight
    return weight


@jit
def guess(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    rng: NDArray[np.uint64],
    belief: NDArray[np.float64],
    pool: NDArray[np.int64],
    size: int,
    chances: NDArray[np.float64],
    depth: int,
    worlds: Any,
) -> None:
    """Fill ``worlds[1]`` with a world that fits `view`.

    Args:
        view: record VIEW, as given to `prepare`.
        rng: uint64[1], the searcher's dice.
        belief: as `BELIEF`.
        pool: as `prepare` left it; its order changes.
        size: what `prepare` returned.
        chances: as `prepare` left them.
        depth: how many cards of the stock will be drawn at most; the order of those below is of no interest.
        worlds: STATE[>= 2]; the first as `prepare` left it, the second receives the world.
    """
    worlds[1] = worlds[0]
    state = worlds[1]
    state.seed = dice.next_bits(rng)
    players = int64(view.rules.players)
    row = int64(view.rules.row)
    picked = 0
    for place in range(1, players):
        missing = int64(view.size[place]) - count_bits(view.known[place])
        if missing > 0:
            _fill_hand(view, place, missing, rng, belief, pool, picked, size, chances)
            seat = (int64(view.seat) + place) % players
            for k in range(picked, picked + missing):
                state.hands[seat] |= bit(pool[k])
                state.value[seat] += VALUE[row, pool[k]]
            picked += missing
    left = size - picked
    for place in range(left):
        state.stock[place] = pool[picked + place]
    for last in range(left - 1, max(0, left - 1 - depth), -1):
        other = int64(((dice.next_bits(rng) >> _HALF) * np.uint64(last + 1)) >> _HALF)
        card = state.stock[last]
        state.stock[last] = state.stock[other]
        state.stock[other] = card


@jit
def _fill_hand(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    place: int,
    missing: int,
    rng: NDArray[np.uint64],
    belief: NDArray[np.float64],
    pool: NDArray[np.int64],
    picked: int,
    size: int,
    chances: NDArray[np.float64],
) -> None:
    """Move the unseen cards of the rival at `place` to ``pool[picked:picked + missing]``."""
    has_thrown = view.last_thrown[place] != _ZERO
    fresh = 1 if view.drew[place] == FROM_STOCK else 0
    seen = view.known[place]
    if fresh == 0 and view.drew[place] >= 0:
        seen &= ~bit(int64(view.drew[place]))
    for _ in range(int64(belief[TRIES])):
        kept = seen
        for k in range(missing):
            keeps = has_thrown and k < missing - fresh
            card = _draw(
                pool, picked + k, size, row=int64(view.rules.row), chances=chances, kept=keeps, rng=rng
            )
            if k < missing - fresh:
                kept |= bit(card)
        if not has_thrown:
            return
        weight = explains(view, place, kept, belief, chances)
        if weight >= 1.0 or dice.uniform(rng) < weight:
            return
