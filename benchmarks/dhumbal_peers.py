"""What the Dhumbal engine is measured against, run in the same process and the same minute.

A plain object program of the kind that Malla 2025 (arXiv 2510.11736) describes: cards as objects with text for rank and
suit, hands as lists, every turn a fresh copy of the public state, options rebuilt and scored for every discard. And two
libraries people use for card games from Python: RLCard (gin rummy, Uno) and OpenSpiel (gin rummy, crazy eights).
"""

from __future__ import annotations

import itertools
import random
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

__all__ = ["ObjectRound", "games_per_second", "openspiel_random", "rlcard_random"]

_RANKS = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"]
_PLACE = {rank: place for place, rank in enumerate(_RANKS)}
_CALL_AT = 10


class Card:
    """A card as an object."""

    def __init__(self, suit: str, rank: str) -> None:
        self.suit, self.rank = suit, rank
        self.value = _PLACE[rank] + 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Card) and (self.suit, self.rank) == (other.suit, other.rank)

    def __hash__(self) -> int:
        return hash((self.suit, self.rank))


class Aggressive:
    """Calls whenever it may; throws the discard of the highest score."""

    def __init__(self) -> None:
        self.seen: list[Card] = []

    def groups(self, hand: list[Card]) -> list[list[Card]]:
        """Every set and every longest run."""
        by_rank, by_suit = defaultdict(list), defaultdict(list)
        for card in hand:
            by_rank[card.rank].append(card)
            by_suit[card.suit].append(card)
        found = [
            list(cards)
            for alike in by_rank.values()
            for size in range(2, len(alike) + 1)
            for cards in itertools.combinations(alike, size)
        ]
        for suited in by_suit.values():
            suited.sort(key=lambda card: _PLACE[card.rank])
            run = suited[:1]
            for card in suited[1:]:
                if _PLACE[card.rank] == _PLACE[run[-1].rank] + 1:
                    run.append(card)
                    continue
                if len(run) >= 3:
                    found.append(run)
                run = [card]
            if len(run) >= 3:
                found.append(run)
        return found

    def throw(self, hand: list[Card]) -> list[Card]:
        """The discard of the highest score."""
        total = sum(card.value for card in hand)
        scored = []
        for cards in [[card] for card in hand] + self.groups(hand):
            left = [card for card in hand if card not in cards]
            rest = sum(card.value for card in left)
            score = float(total - rest)
            if len(cards) > 1:
                score += 2.0 * len(cards)
            if len(cards) >= 3 and all(card.suit == cards[0].suit for card in cards):
                score += 3.0
            if rest <= _CALL_AT:
                score += 50.0
            scored.append((cards, score + 10.0 * (total - rest) / total))
        return max(scored, key=lambda pair: pair[1])[0]

    def wants(self, card: Card, hand: list[Card]) -> bool:
        """Whether the open card is cheap enough."""
        value = sum(held.value for held in hand)
        return card.value <= 4 + (2 if value > 15 else -1 if value <= 12 else 0)


class RandomPlayer(Aggressive):
    """Draws one of all options."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance

    def throw(self, hand: list[Card]) -> list[Card]:
        return self.chance.choice([[card] for card in hand] + self.groups(hand))

    def wants(self, card: Card, hand: list[Card]) -> bool:
        del card, hand
        return self.chance.random() < 0.5


class ObjectRound:
    """Rounds of the object program, calling at 10, with the real pick-up of one open card.

    Args:
        players: who plays; `RandomPlayer` calls with one chance in six when he may.
        chance: a generator of Python's own.
    """

    def __init__(self, players: list[Aggressive], chance: random.Random) -> None:
        self.players, self.chance = players, chance
        self.coins = [10_000] * len(players)

    def play(self) -> int:
        """Play one round; the number of turns."""
        deck = [Card(suit, rank) for suit in "♠♥♦♣" for rank in _RANKS]
        self.chance.shuffle(deck)
        hands = [[deck.pop() for _ in range(5)] for _ in self.players]
        pile = [deck.pop()]
        turns = 0
        while turns < 400:
            seat = turns % len(self.players)
            player, hand = self.players[seat], hands[seat]
            shown = {"hands": [list(held) for held in hands], "pile": list(pile), "coins": list(self.coins)}
            turns += 1
            may = sum(card.value for card in hand) <= _CALL_AT
            if may and (not isinstance(player, RandomPlayer) or self.chance.random() < 1 / 6):
                self.settle(hands, seat)
                break
            self.turn(player, hand, pile, deck, shown)
        return turns

    def turn(self, player: Aggressive, hand: list[Card], pile: list[Card], deck: list[Card], shown: Any) -> None:
        """Throw, then take the open card or one of the stock."""
        thrown = player.throw(hand)
        for card in thrown:
            hand.remove(card)
        for other in self.players:
            if other is not player:
                other.seen.extend(thrown)
                del other.seen[:-200]
        opened = shown["pile"][-1]
        if player.wants(opened, hand):
            pile.remove(opened)
            hand.append(opened)
        else:
            if not deck:
                deck.extend(pile)
                pile.clear()
                self.chance.shuffle(deck)
            hand.append(deck.pop())
        pile.extend(thrown)

    def settle(self, hands: list[list[Card]], caller: int) -> None:
        """Pay in coins."""
        values = [sum(card.value for card in hand) for hand in hands]
        best = min((value, seat) for seat, value in enumerate(values) if seat != caller)
        winner = caller if values[caller] < best[0] else best[1]
        for seat, value in enumerate(values):
            payer = seat if winner == caller else caller
            self.coins[payer] -= min(value, 100)
            self.coins[winner] += min(value, 100)


def games_per_second(play: Callable[[], object], seconds: float) -> float:
    """How often `play` runs in a second of the processor's, over about `seconds`."""
    play()
    started, count = time.process_time(), 0
    while time.process_time() - started < seconds:
        play()
        count += 1
    return count / (time.process_time() - started)


def rlcard_random(name: str) -> Callable[[], object]:
    """A random game of RLCard's environment `name`."""
    import rlcard
    from rlcard.agents import RandomAgent

    table = rlcard.make(name)
    table.set_agents([RandomAgent(num_actions=table.num_actions) for _ in range(table.num_players)])
    return lambda: table.run(is_training=False)


def openspiel_random(name: str) -> Callable[[], object]:
    """A random game of OpenSpiel's game `name`, driven from Python."""
    import numpy as np
    import pyspiel

    game, rng = pyspiel.load_game(name), np.random.default_rng(1)

    def play() -> object:
        state = game.new_initial_state()
        while not state.is_terminal():
            if state.is_chance_node():
                actions, chances = zip(*state.chance_outcomes(), strict=True)
                state.apply_action(actions[int(np.searchsorted(np.cumsum(chances), rng.random()))])
            else:
                legal = state.legal_actions()
                state.apply_action(legal[int(rng.integers(len(legal)))])
        return state.returns()

    return play
