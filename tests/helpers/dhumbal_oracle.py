"""Dhumbal in plain Python, written from the rules and not from the engine: the oracle of its tests and benchmarks.

Slow and plain on purpose: cards are ``(rank, suit)`` from ``(0, 0)``, the ace of clubs; jokers are ``("joker", 0)`` and
``("joker", 1)``; hands are lists; legal discards are found by trying every subset. It shares with the engine only the
numbering of actions and the rules dataclass; the dice are written out again from the papers.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from games.dhumbal.cards import CALL, DISCARDS, STOCK, TAKE, TAKE_JOKER
from games.dhumbal.rules import Rules

Card = tuple[Any, int]
_WORD = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def splitmix(seed: int, place: int) -> int:
    """Number `place` (from 0) of SplitMix64 seeded by `seed`; Steele, Lea and Flood 2014, figure 19."""
    z = (seed + (place + 1) * _GOLDEN) & _WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _WORD
    return z ^ (z >> 31)


def shuffled(cards: list[Card], seed: int) -> list[Card]:
    """Fisher and Yates, each swap drawn by Lemire's method from the upper halves of SplitMix64."""
    deck, place = list(cards), 0
    for last in range(len(deck) - 1, 0, -1):
        bound = last + 1
        while True:
            product = (splitmix(seed, place) >> 32) * bound
            place += 1
            if product & 0xFFFFFFFF >= 2**32 % bound:
                break
        other = product >> 32
        deck[last], deck[other] = deck[other], deck[last]
    return deck


def number(card: Card) -> int:
    """The card's number in the table of actions."""
    rank, suit = card
    return 52 + suit if rank == "joker" else 4 * rank + suit


def card(number_: int) -> Card:
    """The card of a number."""
    return ("joker", number_ - 52) if number_ >= 52 else divmod(number_, 4)


_ID = {tuple(sorted(cards)): action for action, cards in DISCARDS}


def arrangement(cards: list[Card], *, wrap: bool) -> list[Card] | None:
    """The cards as they lie if they may be thrown together, else None."""
    naturals = sorted(c for c in cards if c[0] != "joker")
    jokers = sorted(c for c in cards if c[0] == "joker")
    if len(cards) == 1 or (not naturals and len(jokers) == 2):
        return naturals + jokers
    if not jokers and len({rank for rank, _ in naturals}) == 1:
        return naturals
    if len(cards) < 3 or len({suit for _, suit in naturals}) != 1:
        return None
    ranks = [rank for rank, _ in naturals]
    if not jokers:
        return _natural_run(naturals, ranks, wrap=wrap)
    return _joker_run(naturals, ranks, jokers)


def _natural_run(naturals: list[Card], ranks: list[int], *, wrap: bool) -> list[Card] | None:
    if ranks == list(range(ranks[0], ranks[0] + len(ranks))):
        return naturals
    if wrap:
        for first in ranks:
            around = [(first + step) % 13 for step in range(len(ranks))]
            if sorted(around) == ranks:
                return [(rank, naturals[0][1]) for rank in around]
    return None


def _joker_run(naturals: list[Card], ranks: list[int], jokers: list[Card]) -> list[Card] | None:
    if ranks[-1] - ranks[0] + 1 > len(naturals) + len(jokers):
        return None
    spare, suit = list(jokers), naturals[0][1]
    laid = [(rank, suit) if rank in ranks else spare.pop(0) for rank in range(ranks[0], ranks[-1] + 1)]
    top = ranks[-1]
    while spare:
        if top < 12:
            laid.append(spare.pop(0))
            top += 1
        else:
            laid.insert(0, spare.pop(0))
    return laid


class Oracle:
    """One match."""

    def __init__(self, rules: Rules, seed: int) -> None:
        self.rules, self.seed = rules, seed
        n = rules.players
        self.coins, self.scores = [rules.coins] * n, [0] * n
        self.out, self.returns = [0] * n, [0.0] * n
        self.round, self.winner, self.over, self.truncated = 0, -1, False, False
        self.reason = ""
        self.starter = -1
        self.wins, self.calls, self.right = [0] * n, [0] * n, [0] * n
        self.cards_thrown = [0] * n
        self.deal()

    # The round -----------------------------------------------------------------------------------------------------

    def deal(self) -> None:
        rules, n = self.rules, self.rules.players
        self.key = splitmix(self.seed, self.round)
        deck: list[Card] = [(rank, suit) for rank in range(rules.ranks) for suit in range(rules.suits)]
        deck = shuffled(deck + [("joker", k) for k in range(rules.jokers)], splitmix(self.key, 0))
        self.hands: list[list[Card]] = [[] for _ in range(n)]
        for seat in range(n):
            if not self.out[seat]:
                self.hands[seat] = [deck.pop() for _ in range(rules.hand)]
        self.live = [deck.pop()]
        self.open = list(self.live) if rules.pickup in ("previous", "top") else []
        self.stock = deck
        self.dead: list[Card] = []
        self.thrown: list[Card] = []
        self.thrown_open: list[Card] = []
        self.known: list[set[Card]] = [set() for _ in range(n)]
        self.turn, self.reshuffles, self.taking = 0, 0, False
        self.starter = self.first_seat()
        self.actor = self.starter

    def first_seat(self) -> int:
        rules, n = self.rules, self.rules.players
        if rules.starter == "first":
            seat = 0
        elif rules.starter == "random":
            seat = (splitmix(self.key, 1) >> 32) * n >> 32
        elif self.round == 0:
            seat = (splitmix(self.seed, 1 << 20) >> 32) * n >> 32
        elif rules.starter == "winner" and self.winner >= 0:
            seat = self.winner
        else:
            seat = (self.starter + 1) % n
        while self.out[seat]:
            seat = (seat + 1) % n
        return seat

    def value(self, cards: list[Card]) -> int:
        return sum(0 if rank == "joker" else min(rank + 1, self.rules.faces) for rank, _ in cards)

    # What is legal -------------------------------------------------------------------------------------------------

    def takeable(self) -> list[Card]:
        if self.rules.pickup == "own-last":
            return self.thrown_open
        if self.rules.pickup == "none" or (self.rules.pickup_gate == "multi" and len(self.thrown) < 2):
            return []
        return self.open

    def legal(self) -> list[int]:
        """Every legal action id, ascending."""
        if self.taking:
            return sorted([STOCK] + [take(c) for c in self.takeable()])
        hand = self.hands[self.actor]
        found = [CALL] if self.value(hand) <= self.rules.call_at else []
        for size in range(1, len(hand) + 1):
            tried = [cards for cards in combinations(hand, size) if self.may_throw(list(cards))]
            found += [_ID[tuple(sorted(number(c) for c in cards))] for cards in tried]
        return sorted(found)

    def may_throw(self, cards: list[Card]) -> bool:
        return arrangement(cards, wrap=self.rules.run_wrap) is not None

    # Play ----------------------------------------------------------------------------------------------------------

    def step(self, action: int) -> None:
        if action == CALL:
            self.calls[self.actor] += 1
            self.finish("call", self.actor)
        elif self.taking:
            self.take(action)
        else:
            self.throw(list(_LAID[action]))

    def throw(self, cards: list[Card]) -> None:
        laid = arrangement(cards, wrap=self.rules.run_wrap)
        assert laid is not None
        hand = self.hands[self.actor]
        for c in laid:
            hand.remove(c)
            self.known[self.actor].discard(c)
        self.cards_thrown[self.actor] += len(laid)
        self.thrown, self.taking = laid, True
        is_set = len({rank for rank, _ in laid}) == 1
        if self.rules.pickup == "previous":
            self.thrown_open = list(laid) if is_set else [laid[0], laid[-1]]
        else:
            self.thrown_open = [] if self.rules.pickup == "none" else [laid[-1]]
        if not hand and self.rules.empty_hand == "ends":
            self.finish("empty", self.actor)

    def take(self, action: int) -> None:
        hand = self.hands[self.actor]
        if action == STOCK:
            if not self.stock:
                self.reshuffle()
            hand.append(self.stock.pop())
        else:
            taken = card(action - TAKE if action < TAKE + 52 else action - TAKE_JOKER + 52)
            (self.thrown if taken in self.thrown else self.live).remove(taken)
            hand.append(taken)
            self.known[self.actor].add(taken)
        self.dead += self.live
        self.live, self.thrown = self.thrown, []
        self.open = [] if self.rules.pickup == "own-last" else self.thrown_open
        self.thrown_open, self.taking = [], False
        self.turn += 1
        self.actor = (self.actor + 1) % self.rules.players
        while self.out[self.actor]:
            self.actor = (self.actor + 1) % self.rules.players
        if not self.stock and self.rules.stock_out == "end":
            self.finish("stock", -1)
        elif self.turn == self.rules.turn_cap:
            if self.rules.at_cap == "lowest":
                seats = [s for s in range(self.rules.players) if not self.out[s]]
                self.finish("lowest", min(seats, key=lambda s: (self.value(self.hands[s]), s)))
            else:
                self.truncated = True
                self.finish("cap", -1)

    def reshuffle(self) -> None:
        pool = self.dead + self.live
        if self.rules.pickup == "own-last":
            pool += [c for c in self.thrown if c not in self.thrown_open]
            self.thrown = list(self.thrown_open)
        self.reshuffles += 1
        self.dead, self.live = [], []
        self.stock = shuffled(sorted(pool, key=number), splitmix(self.key, 16 + self.reshuffles))

    # The end of a round --------------------------------------------------------------------------------------------

    def finish(self, reason: str, caller: int) -> None:
        n = self.rules.players
        seats = [seat for seat in range(n) if not self.out[seat]]
        values = {seat: self.value(self.hands[seat]) for seat in seats}
        self.winner = -1
        if caller >= 0:
            rivals = [seat for seat in seats if seat != caller]
            best = min(rivals, key=lambda seat: (values[seat], seat))
            self.winner = caller if values[caller] < values[best] else best
            self.wins[self.winner] += 1
            self.right[caller] += reason == "call" and self.winner == caller
        self.reason = reason
        if self.rules.economy == "coins":
            self.pay(caller, values)
        else:
            self.score(caller, values)
        self.round += 1
        if self.rules.match == "out":
            for seat in seats:
                if self.scores[seat] >= self.rules.out_at:
                    self.out[seat] = self.round
        if self.is_last():
            self.over = True
            if self.rules.match == "out":
                self.rank()
        else:
            self.deal()

    def pay(self, caller: int, values: dict[int, int]) -> None:
        if caller < 0:
            return
        payments = [0] * self.rules.players
        for seat, value in values.items():
            payer = seat if self.winner == caller else caller
            payments[payer] -= value
            payments[self.winner] += value
        if self.winner == caller:
            assert payments[caller] == sum(values.values()) - values[caller]
        for seat, payment in enumerate(payments):
            self.coins[seat] += payment
            self.returns[seat] += payment

    def score(self, caller: int, values: dict[int, int]) -> None:
        extra = {"25": 25, "30": 30, "hand+25": 25, "hand+30": 30}[self.rules.penalty]
        lowest = values[self.winner] if caller >= 0 else None
        for seat, value in values.items():
            if seat == caller and self.winner != caller:
                points = extra + (value if self.rules.penalty.startswith("hand") else 0)
            else:
                points = 0 if value == lowest else value
            before = self.scores[seat]
            after = before + points
            if self.rules.halving and points and after % 50 == 0:
                after //= 2
            self.scores[seat] = after
            if self.rules.match != "out":
                self.returns[seat] += before - after

    def is_last(self) -> bool:
        if self.rules.match == "out":
            return self.out.count(0) <= 1
        return self.round == (1 if self.rules.match == "round" else self.rules.rounds)

    def rank(self) -> None:
        """Share of rivals behind less the share ahead."""
        n = self.rules.players
        merit = [(self.out[s] or 10**6, -self.scores[s]) for s in range(n)]
        for seat in range(n):
            behind = sum(merit[seat] > other for other in merit)
            ahead = sum(merit[seat] < other for other in merit)
            self.returns[seat] = (behind - ahead) / (n - 1)


_LAID: dict[int, tuple[Card, ...]] = {action: tuple(card(c) for c in cards) for action, cards in DISCARDS}


def take(taken: Card) -> int:
    """The action that takes a card from the discards."""
    return TAKE_JOKER + taken[1] if taken[0] == "joker" else TAKE + number(taken)


def word(cards: Any) -> int:
    """Cards as a set of bits."""
    return sum(1 << number(c) for c in cards)
