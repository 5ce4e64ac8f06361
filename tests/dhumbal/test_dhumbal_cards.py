"""The table of actions: the counts, the fixed numbers, and that it holds exactly what may be thrown."""

from __future__ import annotations

from itertools import combinations
from math import comb

import pytest
from dhumbal_oracle import Card, arrangement, card, number

from games.dhumbal.cards import (
    ACTIONS_ALL,
    ACTIONS_CLASSIC,
    ACTIONS_WRAP,
    CALL,
    COUNT,
    DISCARDS,
    LAST,
    MASK,
    OPEN,
    STOCK,
    TAKE,
    TAKE_JOKER,
    VALUE,
    VALUE_OF,
)
from games.dhumbal.text import say_action


def test_the_classic_table_has_369_actions() -> None:
    """52 singles, 78 pairs, 52 triples, 13 fours, 44 + 40 + 36 runs: 315 discards; with call, stock and 52 cards, 369."""
    sizes = [COUNT[action] for action in range(315)]
    sets = [4 * 13, 13 * comb(4, 2), 13 * comb(4, 3), 13]
    runs = [4 * 11, 4 * 10, 4 * 9]
    assert (sets, runs) == ([52, 78, 52, 13], [44, 40, 36])
    assert sizes == [1] * 52 + [2] * 78 + [3] * 52 + [4] * 13 + [3] * 44 + [4] * 40 + [5] * 36
    assert (CALL, STOCK, TAKE, ACTIONS_CLASSIC) == (315, 316, 317, 315 + 1 + 1 + 52)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (0, "discard A♣"),
        (51, "discard K♠"),
        (52, "discard A♣ A♦"),
        (129, "discard K♥ K♠"),
        (130, "discard A♣ A♦ A♥"),
        (182, "discard A♣ A♦ A♥ A♠"),
        (195, "discard A♣ 2♣ 3♣"),
        (278, "discard 10♠ J♠ Q♠ K♠"),
        (314, "discard 9♠ 10♠ J♠ Q♠ K♠"),
        (315, "call"),
        (316, "take stock"),
        (317, "take A♣"),
        (368, "take K♠"),
        (369, "discard Q♣ K♣ A♣"),
        (404, "discard K♠ A♠ 2♠ 3♠ 4♠"),
        (405, "discard R★"),
        (407, "discard R★ B★"),
        (1552, "take R★"),
        (1553, "take B★"),
    ],
)
def test_numbers_are_fixed_for_ever(action: int, said: str) -> None:
    """Records and trained policies depend on these numbers."""
    assert say_action(action) == said


def test_the_table_is_exactly_what_may_be_thrown() -> None:
    """Every subset of at most five cards that shares a suit or a rank is in the table if the oracle allows it, else not.

    And it lies there as the oracle lays it. Other subsets share neither and may never be thrown.
    """
    jokers: list[Card] = [("joker", 0), ("joker", 1)]
    alike = [[(rank, suit) for rank in range(13)] for suit in range(4)]
    alike += [[(rank, suit) for suit in range(4)] for rank in range(13)]
    allowed: dict[tuple[int, ...], list[int]] = {}
    for group in alike:
        for size in range(1, 6):
            for cards in combinations([*group, *jokers], size):
                laid = arrangement(list(cards), wrap=True)
                if laid is not None:
                    allowed[tuple(sorted(map(number, cards)))] = [number(c) for c in laid]
    listed = {tuple(sorted(cards)): list(cards) for _, cards in DISCARDS}
    assert len(listed) == len(DISCARDS) == 315 + 36 + 3 + 1144
    assert listed == allowed


def test_numbers_of_discards_do_not_overlap() -> None:
    """Discards fill 0..314 and 369..1551; the rest are call, stock and takes."""
    ids = [action for action, _ in DISCARDS]
    assert sorted(ids) == [*range(315), *range(ACTIONS_CLASSIC, TAKE_JOKER)]
    assert ACTIONS_WRAP == 405
    assert ACTIONS_ALL == TAKE_JOKER + 2


def test_masks_counts_and_values_belong_to_the_cards() -> None:
    """Each row of the tables is what its cards say, in both ways of counting faces."""
    for action, cards in DISCARDS:
        assert int(MASK[action]) == sum(1 << c for c in cards)
        assert COUNT[action] == len(cards)
        for row, king in ((0, 10), (1, 13)):
            worth = [0 if card(c)[0] == "joker" else min(int(card(c)[0]) + 1, king) for c in cards]
            assert VALUE_OF[row, action] == sum(worth) == sum(VALUE[row, c] for c in cards)


def test_of_a_set_any_card_and_of_a_run_the_ends_are_open() -> None:
    """pagat.com, "Yaniv": any card of a set may be picked up, of a sequence only the first or the last."""
    for action, cards in DISCARDS:
        is_set = len({card(c)[0] for c in cards}) == 1
        assert int(OPEN[action]) == sum(1 << c for c in (cards if is_set else (cards[0], cards[-1])))
        assert int(LAST[action]) == 1 << cards[-1]
