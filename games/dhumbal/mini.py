"""A miniature Dhumbal that exact solvers can hold: few ranks, two suits, two cards, a turn cap.

It is the same engine with other rules. Chance is enumerated where it falls, so a state here keeps no secret order of the
stock: the next card is any of the stock's, each equally likely.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from arena.game import GameSpec
from games.dhumbal.cards import STOCK, VALUE
from games.dhumbal.engine import reshuffle, step
from games.dhumbal.game import CardTable, State, spec_of
from games.dhumbal.rules import Rules
from games.dhumbal.state import clone

__all__ = ["DhumbalMini"]


@dataclass(frozen=True)
class DhumbalMini(CardTable):
    """Two players, two cards each; seat 0 begins; at the cap the lowest hand counts as caller."""

    ranks: int = 3
    """Ranks in the deck, from the ace up, 3 to 5."""
    call_at: int = 3
    """A hand worth at most this may call."""
    turn_cap: int = 3
    """Turns after which the round is cut."""

    @property
    def resolved(self) -> Rules:
        """The rules in full."""
        return _resolve(self)

    @property
    def spec(self) -> GameSpec:
        """Facts about the game with these parameters."""
        return _spec(self)

    def initial(self) -> Iterator[tuple[float, State]]:
        """Every deal of two hands and the card turned up, with its probability."""
        rules = self.resolved
        deck = [4 * rank + suit for rank in range(rules.ranks) for suit in range(rules.suits)]
        deals = []
        for first in combinations(deck, rules.hand):
            rest = [card for card in deck if card not in first]
            for second in combinations(rest, rules.hand):
                deals += [(first, second, up) for up in rest if up not in second]
        for first, second, up in deals:
            yield 1.0 / len(deals), self._dealt(deck, (first, second), up)

    def successors(self, state: State, actions: Mapping[int, int]) -> Iterator[tuple[float, State]]:
        """Every state that may follow, with its probability; `state` stays as it is."""
        (action,) = actions.values()
        if action != STOCK:
            yield 1.0, self.step(clone(state), actions)
            return
        before = clone(state)
        if before["stock_size"][0] == 0:
            reshuffle(before[0])
        size = int(before["stock_size"][0])
        for place in range(size):
            after = clone(before)
            order = after["stock"][0]
            order[[place, size - 1]] = order[[size - 1, place]]
            step(after[0], STOCK)
            # The order of the stock is not yet decided: states that differ in nothing else are the same.
            left = int(after["stock_size"][0])
            order[:left].sort()
            order[left:] = 0
            yield 1.0 / size, after

    def _dealt(self, deck: list[int], hands: tuple[tuple[int, ...], ...], up: int) -> State:
        state = self.init(0)
        row = int(state["rules"]["row"][0])
        for seat, hand in enumerate(hands):
            state["hands"][0, seat] = sum(1 << card for card in hand)
            state["value"][0, seat] = sum(int(VALUE[row, card]) for card in hand)
        state["live"] = state["open"] = np.uint64(1 << up)
        stock = [card for card in deck if card != up and not any(card in hand for hand in hands)]
        state["stock"] = 0
        state["stock"][0, : len(stock)] = stock
        return state


@lru_cache(maxsize=64)
def _resolve(game: DhumbalMini) -> Rules:
    return Rules(
        players=2,
        call_at=game.call_at,
        turn_cap=game.turn_cap,
        at_cap="lowest",
        starter="first",
        hand=2,
        ranks=game.ranks,
        suits=2,
    ).check()


@lru_cache(maxsize=64)
def _spec(game: DhumbalMini) -> GameSpec:
    return spec_of(
        game.resolved,
        "dhumbal-mini",
        "Dhumbal, miniature",
        "Dhumbal with two cards each of a tiny deck, small enough to be solved exactly.",
        (2,),
    )
