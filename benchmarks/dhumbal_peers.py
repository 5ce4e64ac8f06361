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
from dataclasses import dataclass, field
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


@dataclass
class Shown:
    """What is handed to a player in his turn, made anew each time."""

    number: int
    actor: int
    hands: list[list[Card]]
    pile: list[Card]
    stock: int
    coins: list[int]


@dataclass
class Result:
    """What is kept of a round."""

    caller: int
    winner: int
    values: list[int]
    changes: list[int]
    turns: int
    hands: list[list[Card]] = field(default_factory=list)


class Aggressive:
    """Calls whenever it may; throws the discard of the highest score."""

    def __init__(self) -> None:
        self.seen: list[Card] = []

    def analyze(self, hand: list[Card]) -> dict[str, Any]:
        """Groups, runs, high and low cards and how much the best discard would shed."""
        groups, runs = self.groups(hand), self.runs(hand)
        high = [card for card in hand if card.value >= 10]
        sheds = [sum(card.value for card in cards) for cards in groups + runs]
        sheds += [card.value for card in high]
        return {
            "total": sum(card.value for card in hand),
            "high": high,
            "low": [card for card in hand if card.value <= 3],
            "groups": groups,
            "runs": runs,
            "potential": max(sheds, default=0),
        }

    def groups(self, hand: list[Card]) -> list[list[Card]]:
        """Every set."""
        by_rank = defaultdict(list)
        for card in hand:
            by_rank[card.rank].append(card)
        return [
            list(cards)
            for alike in by_rank.values()
            for size in range(2, len(alike) + 1)
            for cards in itertools.combinations(alike, size)
        ]

    def runs(self, hand: list[Card]) -> list[list[Card]]:
        """Every longest run."""
        by_suit = defaultdict(list)
        for card in hand:
            by_suit[card.suit].append(card)
        found = []
        for suited in by_suit.values():
            suited.sort(key=lambda card: _RANKS.index(card.rank))
            run = suited[:1]
            for card in suited[1:]:
                if _RANKS.index(card.rank) == _RANKS.index(run[-1].rank) + 1:
                    run.append(card)
                    continue
                if len(run) >= 3:
                    found.append(run)
                run = [card]
            if len(run) >= 3:
                found.append(run)
        return found

    def throw(self, shown: Shown) -> list[Card]:
        """The discard of the highest score."""
        hand = shown.hands[shown.actor]
        found = self.analyze(hand)
        scored = []
        for cards in [[card] for card in hand] + found["groups"] + found["runs"]:
            left = [card for card in hand if card not in cards]
            scored.append((cards, self.score(cards, sum(card.value for card in left), found["total"])))
        best: list[Card] = max(scored, key=lambda pair: pair[1])[0]
        return best

    def score(self, cards: list[Card], rest: int, total: int) -> float:
        """How good it is to throw `cards` and keep `rest` points."""
        score = float(sum(card.value for card in cards))
        if len(cards) > 1:
            score += 2.0 * len(cards)
        if len(cards) >= 3 and all(card.suit == cards[0].suit for card in cards):
            score += 3.0
        if rest <= _CALL_AT:
            score += 50.0
        return score + 10.0 * max(0.0, (total - rest) / total)

    def calls(self, shown: Shown) -> bool:
        """Whenever allowed."""
        del shown
        return True

    def wants(self, opened: list[Card], hand: list[Card]) -> Card | None:
        """The open card if it is cheap enough."""
        value = sum(held.value for held in hand)
        limit = 4 + (2 if value > 15 else -1 if value <= 12 else 0)
        good = [card for card in opened if card.value <= limit]
        return min(good, key=lambda card: card.value) if good else None


class RandomPlayer(Aggressive):
    """Draws one of all options."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance

    def throw(self, shown: Shown) -> list[Card]:
        hand = shown.hands[shown.actor]
        found = self.analyze(hand)
        return self.chance.choice([[card] for card in hand] + found["groups"] + found["runs"])

    def calls(self, shown: Shown) -> bool:
        return self.chance.random() < 1 / (1 + len(shown.hands[shown.actor]))

    def wants(self, opened: list[Card], hand: list[Card]) -> Card | None:
        del hand
        return opened[0] if self.chance.random() < 0.5 else None


class ObjectRound:
    """Rounds of the object program, calling at 10, with one open card to pick up.

    Args:
        players: who plays.
        chance: a generator of Python's own.
    """

    def __init__(self, players: list[Aggressive], chance: random.Random) -> None:
        self.players, self.chance = players, chance
        self.coins = [10_000] * len(players)

    def play(self) -> Result | None:
        """Play one round; None where nobody called."""
        deck = [Card(suit, rank) for suit in "♠♥♦♣" for rank in _RANKS]
        self.chance.shuffle(deck)
        hands = [[deck.pop() for _ in range(5)] for _ in self.players]
        pile = [deck.pop()]
        for turn in range(400):
            seat = turn % len(self.players)
            player, hand = self.players[seat], hands[seat]
            shown = Shown(turn, seat, [list(held) for held in hands], list(pile), len(deck), list(self.coins))
            if sum(card.value for card in hand) <= _CALL_AT and player.calls(shown):
                return self.settle(hands, seat, turn)
            self.turn(player, shown, hand, pile, deck)
        return None

    def turn(
        self, player: Aggressive, shown: Shown, hand: list[Card], pile: list[Card], deck: list[Card]
    ) -> None:
        """Throw, then take the open card or one of the stock."""
        thrown = player.throw(shown)
        assert _may_throw(thrown)
        for card in thrown:
            if card in hand:
                hand.remove(card)
        for other in self.players:
            if other is not player:
                other.seen.extend(thrown)
                del other.seen[:-200]
        wanted = player.wants(shown.pile[-1:], hand)
        if wanted is not None:
            pile.remove(wanted)
            hand.append(wanted)
        else:
            if not deck:
                deck.extend(pile)
                pile.clear()
                self.chance.shuffle(deck)
            hand.append(deck.pop())
        pile.extend(thrown)

    def settle(self, hands: list[list[Card]], caller: int, turns: int) -> Result:
        """Pay in coins."""
        values = [sum(card.value for card in hand) for hand in hands]
        best = min((value, seat) for seat, value in enumerate(values) if seat != caller)
        winner = caller if values[caller] < best[0] else best[1]
        changes = [0] * len(hands)
        for seat, value in enumerate(values):
            payer = seat if winner == caller else caller
            changes[payer] -= min(value, 100)
            changes[winner] += min(value, 100)
        self.coins = [coins + change for coins, change in zip(self.coins, changes, strict=True)]
        return Result(caller, winner, values, changes, turns, [list(hand) for hand in hands])


def _may_throw(cards: list[Card]) -> bool:
    if len(cards) == 1 or all(card.rank == cards[0].rank for card in cards):
        return True
    places = sorted(_PLACE[card.rank] for card in cards)
    suited = all(card.suit == cards[0].suit for card in cards)
    return suited and len(cards) >= 3 and places == list(range(places[0], places[0] + len(places)))


def games_per_second(play: Callable[[], object], seconds: float) -> float:
    """How often `play` runs in a second of the processor's: the best tenth of a second out of about `seconds`."""
    play()
    best, spent = 0.0, 0.0
    while spent < seconds:
        started, passed, count = time.process_time(), 0.0, 0
        while passed < 0.1:
            play()
            count += 1
            passed = time.process_time() - started
        best, spent = max(best, count / passed), spent + passed
    return best


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
