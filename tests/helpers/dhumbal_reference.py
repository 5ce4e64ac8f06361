"""The rule-based agents of Dhumbal in plain Python, by lists of cards and tries of every subset: oracles for the compiled ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena import dice
from games.dhumbal.cards import CALL, DISCARDS, STOCK
from games.dhumbal.engine import begin, step, taken_card
from games.dhumbal.legal import random_action
from games.dhumbal.rules import CHOICES, Rules
from games.dhumbal.state import STATE, TAKING, VIEW
from games.dhumbal.view import observe

_IDS = {frozenset(cards): action for action, cards in DISCARDS}
_LAID = dict(DISCARDS)
_WRAP = range(369, 405)


def random_views(rules: Rules, matches: int, seed: int, every: int = 1) -> Iterator[NDArray[np.void]]:
    """The actor's view, VIEW of shape (), before each `every`-th action of matches of random play."""
    state, view = np.zeros(1, STATE), np.zeros(1, VIEW)
    rng = np.array([seed], np.uint64)
    for match in range(matches):
        begin(state[0], rules.record(), np.uint64(seed + match))
        played = 0
        while not state["over"][0] and state["round"][0] < 4:
            if played % every == 0:
                observe(state[0], int(state["actor"][0]), view[0])
                yield view.reshape(()).copy()
            played += 1
            step(state[0], random_action(state[0], rng))


def cards(word: Any) -> list[int]:
    """The cards of a 64-bit word."""
    return [card for card in range(54) if int(word) >> card & 1]


def value(hand: Sequence[int], row: int) -> int:
    """What cards are worth; row 0 has faces of 10, row 1 of 11 to 13."""
    ranks = [card // 4 + 1 for card in hand if card < 52]
    return sum(rank if row else min(rank, 10) for rank in ranks)


@lru_cache(maxsize=200_000)
def throws(hand: tuple[int, ...], wrap: bool) -> tuple[int, ...]:
    """Every discard of a hand, by trying every subset."""
    found = []
    for size in range(1, len(hand) + 1):
        for subset in combinations(hand, size):
            action = _IDS.get(frozenset(subset))
            if action is not None and (wrap or action not in _WRAP):
                found.append(action)
    return tuple(sorted(found))


@lru_cache(maxsize=200_000)
def shed(hand: tuple[int, ...], row: int, wrap: bool) -> int:
    """The most value that one discard throws."""
    return max((value(_LAID[action], row) for action in throws(hand, wrap)), default=0)


def pool(view: Any) -> list[int]:
    """The cards that a draw may bring as far as the viewer knows."""
    rules = view["rules"]
    if view["stock_size"] == 0:
        return cards(int(view["dead"]) | int(view["live"]))
    seen = set(cards(view["hand"]) + cards(view["live"]) + cards(view["thrown"]) + cards(view["dead"]))
    for place in range(1, rules["players"]):
        seen.update(cards(view["known"][place]))
    deck = [card for card in range(4 * rules["ranks"]) if card % 4 < rules["suits"]]
    deck += range(52, 52 + rules["jokers"])
    return [card for card in deck if card not in seen]


def choices_after(view: Any, action: int) -> list[int]:
    """The cards that may be taken after throwing `action`."""
    rules = view["rules"]
    pickup = CHOICES["pickup"][rules["pickup"]]
    if pickup == "own-last":
        return list(_LAID[action][-1:])
    if CHOICES["pickup_gate"][rules["pickup_gate"]] == "multi" and len(_LAID[action]) < 2:
        return []
    return cards(view["open"])


class Greedy:
    """The cost of every turn to greedy; `now` is the weight of the hand before the next discard."""

    def __init__(self, view: Any, now: float) -> None:
        self.view, self.now = view, now
        self.row, self.wrap = int(view["rules"]["row"]), bool(view["rules"]["run_wrap"])
        self.pool = pool(view)

    def hand(self, held: Sequence[int]) -> float:
        """The cost of holding cards at the end of a turn."""
        ordered = tuple(sorted(held))
        worth = value(ordered, self.row)
        return worth - shed(ordered, self.row, self.wrap) + self.now * worth

    def stock(self, kept: Sequence[int]) -> float:
        """The mean cost of drawing."""
        return float(np.mean([self.hand([*kept, card]) for card in self.pool])) if self.pool else 0.0

    def taking(self, kept: Sequence[int], card: int) -> float:
        """The cost of taking an open card."""
        return self.hand([*kept, card])

    def throwing(self, action: int) -> float:
        """What the discard costs by itself."""
        del action
        return 0.0

    def costs(self) -> dict[int, float]:
        """The cost of every discard, or in the taking phase of every card that may be taken."""
        hand = cards(self.view["hand"])
        if self.view["phase"] == TAKING:
            found = {STOCK: self.stock(hand)}
            for card in cards(self.view["open"]):
                found[317 + card if card < 52 else 1500 + card] = self.taking(hand, card)
            return found
        found = {}
        for action in throws(tuple(hand), self.wrap):
            kept = [card for card in hand if card not in _LAID[action]]
            if not kept and self.view["rules"]["empty_hand"] == 1:
                found[action] = -math.inf
                continue
            takes = [self.taking(kept, card) for card in choices_after(self.view, action)]
            found[action] = min([self.stock(kept), *takes]) + self.throwing(action)
        return found


class Tuned(Greedy):
    """The cost of every turn to tuned with the parameters `p`, by name."""

    def __init__(self, view: Any, p: dict[str, float]) -> None:
        super().__init__(view, 0.0)
        self.p = p
        self.call_at = int(view["rules"]["call_at"])
        self.now = p["hazard"] * (1.0 - self.all_above(self.call_at))

    def all_above(self, most: int) -> float:
        """The chance that every rival holds more than `most`."""
        chance = 1.0
        for place in range(1, self.view["rules"]["players"]):
            size = int(self.view["size"][place])
            if size == 0:
                continue
            known = cards(self.view["known"][place])
            unknown = size - len(known)
            middle = value(known, self.row) + unknown * self.p["mean"]
            width = self.p["spread"] * math.sqrt(unknown) + 0.3
            chance *= 1.0 - 1.0 / (1.0 + math.exp((middle - most - 0.5) / width))
        return chance

    def calls(self) -> bool:
        """Whether it calls."""
        worth = int(self.view["value"])
        return bool(
            self.view["phase"] != TAKING and worth <= self.call_at and self.all_above(worth) >= self.p["sure"]
        )

    def hand(self, held: Sequence[int]) -> float:
        ordered = tuple(sorted(held))
        worth = value(ordered, self.row)
        ranks = sorted(
            (value([c for c in ordered if c < 52 and c // 4 == rank], self.row) for rank in range(13)),
            reverse=True,
        )
        best = shed(ordered, self.row, self.wrap)
        second = ranks[1] if best == ranks[0] else min(ranks[0], worth - best)
        cost = self.now * worth + (worth - best) + self.p["second"] * (worth - best - second)
        if worth <= self.call_at:
            cost -= self.p["reach"] + self.p["below"] * (self.call_at - worth)
        return cost

    def taking(self, kept: Sequence[int], card: int) -> float:
        return super().taking(kept, card) + self.p["show"]

    def throwing(self, action: int) -> float:
        laid = _LAID[action]
        cost = self.p["size"] * (int(self.view["size"][0]) - len(laid))
        pickup = CHOICES["pickup"][self.view["rules"]["pickup"]]
        if pickup in ("none", "own-last"):
            return cost
        run = len(laid) > 2 and len({card // 4 for card in laid}) > 1
        left = laid[-1:] if pickup == "top" else (laid[0], laid[-1]) if run else laid
        return cost + self.p["low"] * max(0.0, *(self.p["low_at"] - value([card], self.row) for card in left))


def style_action(view: Any, name: str, rng: NDArray[np.uint64]) -> set[int]:
    """What a style of Malla 2025 may do on the view: the best discards where several are equally good."""
    take, weight = {"aggressive": (4, 1.0), "conservative": (3, 0.6)}.get(name, (4, 0.8))
    rules, hand = view["rules"], cards(view["hand"])
    row, call_at, worth = int(rules["row"]), int(rules["call_at"]), int(view["value"])
    if view["phase"] == TAKING:
        limit = take + (2 if worth > 15 else -1 if worth <= 12 else 0)
        fitting = [c for c in cards(view["open"]) if value([c], row) <= limit]
        cheapest = min((value([c], row) for c in fitting), default=0)
        return {317 + c if c < 52 else 1500 + c for c in fitting if value([c], row) == cheapest} or {STOCK}
    if worth <= call_at:
        if _style_calls(view, name, rng):
            return {CALL}
        return _style_waits(hand, worth, call_at, row, bool(rules["run_wrap"]))
    scores = {}
    for action in throws(tuple(hand), bool(rules["run_wrap"])):
        laid = _LAID[action]
        thrown = value(laid, row)
        score = weight * thrown + 10 * thrown / worth
        score += 2 * len(laid) if len(laid) > 1 else 0
        score += 3 if len(laid) > 2 and len({card // 4 for card in laid}) > 1 else 0
        score += 50 if worth - thrown <= call_at else 0
        scores[action] = score
    return {action for action, score in scores.items() if score > max(scores.values()) - 1e-9}


def _style_calls(view: Any, name: str, rng: NDArray[np.uint64]) -> bool:
    scaled = 10 * int(view["value"]) / int(view["rules"]["call_at"])
    if name == "aggressive":
        return True
    if name == "conservative":
        return scaled <= 7
    if name == "balanced":
        chance = 1.0 if scaled <= 5 else 0.7 if scaled <= 8 else 0.4
    elif scaled <= 7:
        chance = 1.0
    else:
        players = int(view["rules"]["players"])
        wealth = view["coins"][:players].astype(int) - view["scores"][:players].astype(int)
        chance = 0.8 if wealth[0] > wealth.mean() + 1e-12 else 0.3
        chance += 0.05 * (10 - scaled) + (0.15 if view["turn"] >= 20 else 0.0)
    return chance >= 1.0 or dice.uniform(rng) < chance


def _style_waits(hand: list[int], worth: int, call_at: int, row: int, wrap: bool) -> set[int]:
    room = call_at / 2
    safe = [card for card in hand if worth - value([card], row) <= room]
    if safe:
        dearest = max(value([card], row) for card in safe)
        return {_IDS[frozenset([card])] for card in safe if value([card], row) == dearest}
    sets = {
        action
        for action in throws(tuple(hand), wrap)
        if len(_LAID[action]) > 1 and worth - value(_LAID[action], row) <= room
    }
    if sets:
        return sets
    cheapest = min(value([card], row) for card in hand)
    return {_IDS[frozenset([card])] for card in hand if value([card], row) == cheapest}


def card_taken(action: int) -> int | None:
    """The card an action takes; None for the stock."""
    return None if action == STOCK else int(taken_card(action))
