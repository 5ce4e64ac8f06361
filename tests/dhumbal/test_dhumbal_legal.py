"""Legal discards against brute force over every hand there is."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from dhumbal_oracle import Oracle, card, word
from numpy.typing import NDArray

from arena import dice
from arena.jit import jit
from games.dhumbal.cards import ACTIONS_CLASSIC, ACTIONS_WRAP, CALL, DISCARDS, MASK, STOCK
from games.dhumbal.engine import begin, is_legal
from games.dhumbal.legal import (
    MOST_DISCARDS,
    count_discards,
    discards,
    legal_actions,
    nth_discard,
    random_action,
)
from games.dhumbal.rules import preset
from games.dhumbal.state import STATE

Words = NDArray[np.uint64]


@jit
def _disagreements(hands: Words, wrap: int, allowed: NDArray[np.int64], masks: Words) -> int:
    """How many hands' discards differ from those of `allowed` whose cards they hold."""
    out = np.zeros(64, np.int64)
    wrong = 0
    for hand in hands:
        expected, sought = 0, np.uint64(0)
        for action in allowed:
            if masks[action] & ~hand == np.uint64(0):
                expected += 1
                sought += dice.mix(np.uint64(action))
        found = discards(hand, wrap, out)
        given = np.uint64(0)
        ordered = True
        for place in range(found):
            given += dice.mix(np.uint64(out[place]))
            ordered = ordered and nth_discard(hand, wrap, place) == out[place]
        if found != expected or given != sought or count_discards(hand, wrap) != found or not ordered:
            wrong += 1
    return wrong


def _hands(size: int, cards: int) -> Words:
    """Every hand of `size` of the first `cards` cards."""
    found = np.array([0], np.uint64)
    top = np.array([-1])
    for _ in range(size):
        grown, tops = [], []
        for c in range(cards):
            fits = found[top < c]
            grown.append(fits | np.uint64(1 << c))
            tops.append(np.full(len(fits), c))
        found, top = np.concatenate(grown), np.concatenate(tops)
    return found


def _ids(low: int, high: int) -> NDArray[np.int64]:
    return np.array([action for action, _ in DISCARDS if low <= action < high])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("wrap", [0, 1])
def test_every_hand_of_52_cards(size: int, wrap: int) -> None:
    """All C(52, k) hands, 2,598,960 of five cards, with and without runs around the corner.

    The discards are those of the table whose cards the hand holds, each once.
    """
    allowed = _ids(0, ACTIONS_WRAP if wrap else ACTIONS_CLASSIC)
    assert _disagreements(_hands(size, 52), wrap, allowed, MASK) == 0


@pytest.mark.slow
@pytest.mark.parametrize("jokers", [1, 2, 3])
def test_every_hand_with_jokers(jokers: int) -> None:
    """All hands of up to five cards with one joker, the other, or both."""
    allowed = np.concatenate([_ids(0, ACTIONS_CLASSIC), _ids(ACTIONS_WRAP, 2000)])
    for size in range(6 - (jokers + 1) // 2):
        hands = _hands(size, 52) | np.uint64(jokers << 52)
        assert _disagreements(hands, 0, allowed, MASK) == 0


def test_no_hand_allows_more_than_the_buffer_holds() -> None:
    """The greatest number of discards of any hand of five is below `MOST_DISCARDS`."""
    out = np.zeros(64, np.int64)
    richest = [sum(1 << (4 * rank) for rank in range(3)) | 3 << 52, 0b1111 | 1 << 52, 0b11111 | 3 << 52]
    one_suit = [
        sum(1 << 4 * rank for rank in ranks) for k in (3, 4, 5) for ranks in combinations(range(13), k)
    ]
    hands = richest + [hand | jokers << 52 for hand in one_suit for jokers in range(4)]
    most = max(discards(np.uint64(hand), 1, out) for hand in hands if hand.bit_count() <= 5)
    assert most <= MOST_DISCARDS


def test_random_actions_are_uniform_over_the_legal_ones() -> None:
    """Each legal action of a crowded hand is drawn equally often (chi-square), in both phases."""
    from scipy import stats

    state: Any = np.zeros(1, STATE)
    begin(state[0], preset("np10", call_at=60).record(), np.uint64(1))
    hand = word([card(c) for c in (0, 4, 8, 9, 10)])
    state["hands"][0, int(state["actor"][0])] = hand
    state["value"][0, int(state["actor"][0])] = 12
    for phase in (0, 1):
        state["phase"] = phase
        state["open"] = word([card(c) for c in (20, 21, 22)])
        out = np.zeros(64, np.int64)
        legal = out[: legal_actions(state[0], out)].tolist()
        assert (CALL if phase == 0 else STOCK) in legal
        assert all(is_legal(state[0], action) for action in legal)
        rng = np.array([7], np.uint64)
        drawn = [random_action(state[0], rng) for _ in range(400 * len(legal))]
        counts = [drawn.count(action) for action in legal]
        assert sum(counts) == len(drawn)
        assert stats.chisquare(counts).pvalue > 1e-4


def test_is_legal_agrees_with_the_list_on_every_number() -> None:
    """Over the first positions of a match with jokers and corners, no number from -5 to 1600 is judged otherwise."""
    rules = preset("np10", jokers=2, run_wrap=True)
    state: Any = np.zeros(1, STATE)
    out = np.zeros(64, np.int64)
    from games.dhumbal.engine import step

    for seed in range(6):
        begin(state[0], rules.record(), np.uint64(seed))
        rng = np.array([seed], np.uint64)
        for _ in range(20):
            if state["over"][0]:
                break
            legal = set(out[: legal_actions(state[0], out)].tolist())
            assert {action for action in range(-5, 1600) if is_legal(state[0], action)} == legal
            step(state[0], random_action(state[0], rng))


def test_the_oracle_finds_the_same_in_a_known_hand() -> None:
    """A♣ 2♣ 3♣ 3♦ R★, too dear to call at 7: the classic ones, and what the joker adds."""
    oracle = Oracle(preset("yaniv", players=2), 0)
    oracle.hands[oracle.actor] = [(0, 0), (1, 0), (2, 0), (2, 1), ("joker", 0)]
    out = np.zeros(64, np.int64)
    found = out[: discards(np.uint64(word(oracle.hands[oracle.actor])), 0, out)]
    assert sorted(found.tolist()) == oracle.legal()
