"""Tuned: a rule-based policy of Dhumbal whose parameters are found by the cross-entropy method, compiled."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.prospects import best_shed, completing, hand_value, per_rank, stock_pool, takeable_after
from arena.jit import jit
from games.dhumbal.bits import bit, count_bits, lowest
from games.dhumbal.cards import CALL, COUNT, LAST, MASK, OPEN, RUN_OF, STOCK, VALUE, VALUE_OF
from games.dhumbal.engine import take_action
from games.dhumbal.legal import MOST_DISCARDS, discards
from games.dhumbal.state import TAKING

NOW, SECOND, SIZE, REACH, HAZARD, LOW, KNOWN, SHOW, MEAN, FALL, SLOPE, SURE, LOWAT = range(13)
START = np.array([0.1, 0.3, 0.0, 2.0, 0.3, 0.2, 0.2, 0.0, 4.0, 0.0, 3.0, 0.6, 6.0])

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_NATURAL = np.uint64((1 << 52) - 1)


@jit
def two_sheds(hand: np.uint64, row: int, wrap: int) -> tuple[int, int]:
    """value of first best shed and second."""
    first = best_shed(hand, row, wrap)
    return first, 0


@jit
def groups(kept: np.uint64, row: int) -> tuple[int, int]:
    """The worth of the two dearest ranks of `kept`."""
    counts = per_rank(kept & _NATURAL)
    a = 0
    b = 0
    while counts != _ZERO:
        place = lowest(counts) & 60
        w = VALUE[row, place] * np.int64((counts >> np.uint64(place)) & np.uint64(15))
        counts &= ~(np.uint64(15) << np.uint64(place))
        if w > a:
            b = a
            a = w
        elif w > b:
            b = w
    return a, b


@jit
def hand_cost(hand, row, wrap, call_at, par, wnow):
    v = hand_value(hand, row)
    a, b = groups(hand, row)
    first = best_shed(hand, row, wrap)
    if first > a:
        second = min(a, v - first)
    else:
        second = b
    c = wnow * v + (v - first) + par[1] * (v - first - second)
    if v <= call_at:
        c -= par[3]
    return c


@jit
def stock_cost(kept, pool, row, wrap, call_at, par, wnow):
    size = count_bits(pool)
    if size == 0:
        return 0.0
    v0 = hand_value(kept, row)
    a, b = groups(kept, row)
    run = best_shed(kept, row, wrap)
    total = 0.0
    comp = completing(kept, wrap)
    special = pool & comp
    while special != _ZERO:
        total += hand_cost(kept | bit(lowest(special)), row, wrap, call_at, par, wnow)
        special &= special - _ONE
    counts = per_rank(pool & ~comp)
    held = per_rank(kept & _NATURAL)
    while counts != _ZERO:
        place = lowest(counts) & 60
        here = np.uint64(15) << np.uint64(place)
        many = np.int64((counts >> np.uint64(place)) & np.uint64(15))
        counts &= ~here
        w = VALUE[row, place]
        g = w * np.int64((held >> np.uint64(place)) & np.uint64(15))
        n = g + w
        v = v0 + w
        if g > 0 and g == a:
            first = n
            second = b
        elif g > 0 and g == b:
            first = max(a, n)
            second = min(a, n)
        else:
            first = max(a, n)
            second = min(a, max(b, n))
        if run > first:
            second = min(first, v - run)
            first = run
        c = wnow * v + (v - first) + par[1] * (v - first - second)
        if v <= call_at:
            c -= par[3]
        total += many * c
    return total / size


@jit
def chance_below(view, place, x, par):
    """chance that rival at place holds at most x."""
    known = view.known[place]
    u = view.size[place] - count_bits(known)
    e = hand_value(known, np.int64(view.rules.row)) + u * par[8] * math.exp(-par[9] * 0.1 * view.turn / view.rules.players)
    s = par[10] * math.sqrt(float(u)) + 0.3
    return 1.0 / (1.0 + math.exp((e - x - 0.5) / s))


@jit
def feed(view, d, nxt, row, par):
    pickup = view.rules.pickup
    if pickup >= 2:
        return 0.0
    open_ = OPEN[d] if pickup == 0 else LAST[d]
    worst = 0.0
    known = view.known[nxt]
    while open_ != _ZERO:
        c = lowest(open_)
        open_ &= open_ - _ONE
        if c >= 52:
            w = par[5] * par[12]
        else:
            v = VALUE[row, c]
            w = par[5] * max(0.0, par[12] - v)
            same = (known >> np.uint64(c & 60)) & np.uint64(15)
            if same != _ZERO:
                w += par[6] * v * count_bits(same)
        worst = max(worst, w)
    return worst


@jit
def decide(view: Any, par: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    row = np.int64(view.rules.row)
    wrap = np.int64(view.rules.run_wrap)
    call_at = np.int64(view.rules.call_at)
    players = view.rules.players
    hazard = 0.0
    clear = 1.0
    nxt = 0
    for place in range(1, players):
        if view.size[place] > 0:
            if nxt == 0:
                nxt = place
            clear *= 1.0 - chance_below(view, place, call_at, par)
    hazard = 1.0 - clear
    if view.phase != TAKING and view.value <= call_at:
        p = 1.0
        for place in range(1, players):
            if view.size[place] > 0:
                p *= 1.0 - chance_below(view, place, view.value, par)
        if p >= par[11]:
            return CALL
    pool = stock_pool(view)
    wnow = par[0] + par[4] * hazard
    if view.phase == TAKING:
        best = STOCK
        least = stock_cost(view.hand, pool, row, wrap, call_at, par, wnow)
        choices = view.open
        while choices != _ZERO:
            card = lowest(choices)
            choices &= choices - _ONE
            cost = hand_cost(view.hand | bit(card), row, wrap, call_at, par, wnow) + par[7]
            if cost < least:
                least = cost
                best = take_action(card)
        return best
    throws = np.empty(MOST_DISCARDS, np.int64)
    count = discards(view.hand, view.rules.run_wrap, throws)
    best = throws[0]
    least = 1e9
    for k in range(count):
        d = throws[k]
        kept = view.hand & ~MASK[d]
        if kept == _ZERO and view.rules.empty_hand == 1:
            return d
        cost = stock_cost(kept, pool, row, wrap, call_at, par, wnow)
        choices = takeable_after(view, d)
        while choices != _ZERO:
            cost = min(cost, hand_cost(kept | bit(lowest(choices)), row, wrap, call_at, par, wnow) + par[7])
            choices &= choices - _ONE
        cost += par[2] * (view.size[0] - COUNT[d]) + feed(view, d, nxt, row, par)
        if cost < least:
            least = cost
            best = d
    return best
