"""The compiled styles against the formulas of Malla 2025, written out in plain Python."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from dhumbal_oracle import Card, arrangement, card, number
from dhumbal_table import lay, play
from scipy import stats

from agents.dhumbal.compiled_random import decide_random
from agents.dhumbal.styles import PARAMETERS, STYLES, decide_style
from games.dhumbal.cards import CALL, DISCARDS, STOCK, TAKE
from games.dhumbal.engine import begin, step
from games.dhumbal.game import Dhumbal
from games.dhumbal.legal import random_action
from games.dhumbal.rules import preset
from games.dhumbal.scene import view_of
from games.dhumbal.state import STATE

_ID = {tuple(sorted(cards)): action for action, cards in DISCARDS}
WEIGHT = {"aggressive": 1.0, "conservative": 0.6, "balanced": 0.8, "opportunistic": 0.8}
PICKUP = {"aggressive": 4, "conservative": 3, "balanced": 4, "opportunistic": 4}


def worth(cards: Any) -> int:
    """The value of cards, faces 11 to 13."""
    return sum(int(rank) + 1 for rank, _ in cards)


def options(hand: list[Card]) -> list[list[Card]]:
    """Every discard of a hand."""
    every = [list(cards) for size in range(1, 6) for cards in combinations(hand, size)]
    return [cards for cards in every if arrangement(cards, wrap=False) is not None]


def scored(style: str, hand: list[Card], call_at: int) -> dict[int, float]:
    """What each discard scores.

    Value * h, 2 * len if more than one, 3 for runs, 50 if what remains may call, 10 * the share of the value shed.
    """
    scores = {}
    for cards in options(hand):
        score = worth(cards) * WEIGHT[style]
        if len(cards) > 1:
            score += 2 * len(cards)
        if len(cards) >= 3 and len({suit for _, suit in cards}) == 1:
            score += 3
        if worth(hand) - worth(cards) <= call_at:
            score += 50
        score += 10 * worth(cards) / worth(hand)
        scores[_ID[tuple(sorted(map(number, cards)))]] = score
    return scores


def hands_of(view: Any) -> list[Card]:
    """The viewer's hand."""
    return [card(c) for c in range(52) if int(view["hand"]) >> c & 1]


def views(name: str, matches: int) -> list[Any]:
    """Views of the actor along random matches."""
    found = []
    for seed in range(matches):
        state = np.zeros(1, STATE)
        begin(state[0], preset(name).record(), np.uint64(seed))
        rng = np.array([seed], np.uint64)
        while not state["over"][0]:
            found.append(view_of(state, int(state["actor"][0]))[()])
            step(state[0], random_action(state[0], rng))
    return found


@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("name", ["np10", "np5"])
def test_styles_follow_the_formulas(style: str, name: str) -> None:
    """In thousands of positions: the discard of the highest score, and the open card taken if it is cheap enough."""
    rng = np.array([1], np.uint64)
    call_at = preset(name).call_at
    throws = takes = 0
    for view in views(name, 12):
        action = decide_style(view, STYLES[style], rng)
        hand = hands_of(view)
        if view["phase"]:
            limit = PICKUP[style] + (2 if worth(hand) > 15 else -1 if worth(hand) <= 12 else 0)
            opened = [c for c in range(52) if int(view["open"]) >> c & 1 and c // 4 + 1 <= limit]
            expected = TAKE + min(opened, key=lambda c: (c // 4, c)) if opened else STOCK
            assert action == expected
            takes += expected != STOCK
        elif worth(hand) > call_at:
            scores = scored(style, hand, call_at)
            assert scores[action] == pytest.approx(max(scores.values()))
            throws += 1
    assert throws > 400
    assert takes > 30


@pytest.mark.parametrize(
    ("style", "value", "chance"),
    [
        ("aggressive", 10, 1.0),
        ("conservative", 7, 1.0),
        ("conservative", 8, 0.0),
        ("balanced", 5, 1.0),
        ("balanced", 6, 0.7),
        ("balanced", 8, 0.7),
        ("balanced", 9, 0.4),
        ("balanced", 10, 0.4),
        ("opportunistic", 7, 1.0),
        ("opportunistic", 8, 0.3 + 0.1),
        ("opportunistic", 10, 0.3),
    ],
)
def test_styles_call_as_often_as_they_should(style: str, value: int, chance: float) -> None:
    """Section 3.2.1: the chance of a call at each hand value, calling at 10, none richer than the mean, early on."""
    game = Dhumbal(rules="np10")
    pairs = {5: "2c 3d", 6: "2c 4d", 7: "3c 4d", 8: "3c 5d", 9: "4c 5d", 10: "4c 6d"}
    state = lay(game, [pairs[value], "9s", "9d", "9h"], live="4h", stock="Kc")
    assert _call_rate(state, style) == pytest.approx(chance, abs=0.03)


def test_opportunistic_dares_more_when_rich_and_when_late() -> None:
    """0.8 instead of 0.3 if richer than the mean, and 0.15 more after turn 20."""
    game = Dhumbal(rules="np10")
    state = lay(game, ["4c 6d", "9s", "9d", "9h"], live="4h", stock="Kc")
    state["coins"][0, :4] = [5, 0, 0, 0]
    assert _call_rate(state, "opportunistic") == pytest.approx(0.8, abs=0.03)
    state["turn"] = 20
    assert _call_rate(state, "opportunistic") == pytest.approx(0.95, abs=0.03)
    state["coins"][0, :4] = [5, 5, 5, 6]
    assert _call_rate(state, "opportunistic") == pytest.approx(0.45, abs=0.03)


def test_thresholds_scale_with_the_preset() -> None:
    """Where one calls at 5, Conservative's 7 of 10 becomes 3.5 and Balanced's 5 becomes 2.5."""
    game = Dhumbal(rules="np5")
    rates = {}
    for cards, value in (("Ac 2d", 3), ("2c 2d", 4)):
        state = lay(game, [cards, "9s", "9d", "9h"], live="4h", stock="Kc")
        rates[value] = [_call_rate(state, style) for style in ("conservative", "balanced")]
    assert rates[3] == [1.0, pytest.approx(0.7, abs=0.03)]
    assert rates[4] == [0.0, pytest.approx(0.7, abs=0.03)]


def _call_rate(state: Any, style: str) -> float:
    view = view_of(state, 0)[()]
    rng = np.array([9], np.uint64)
    return sum(decide_style(view, STYLES[style], rng) == CALL for _ in range(2500)) / 2500


@pytest.mark.parametrize(
    ("hand", "thrown"),
    [
        ("Ac 2d 5h", "discard 5♥"),
        ("Ac 2d 6h", "discard 6♥"),
        ("4c 4d", "discard 4♣"),
        ("Ac Ad 6h", "discard 6♥"),
    ],
)
def test_who_may_call_and_waits_throws_what_leaves_room_for_the_next_card(hand: str, thrown: str) -> None:
    """The program of Malla 2025: the dearest single card that leaves at most call_at less 5."""
    game = Dhumbal(rules="np10")
    state = lay(game, [hand, "9s", "9d", "9h"], live="4h", stock="Kc")
    never = STYLES["conservative"].copy()
    never[PARAMETERS.index("sure")] = never[PARAMETERS.index("middle")] = -1.0
    view = view_of(state, 0)[()]
    assert game.say(decide_style(view, never, np.array([1], np.uint64))) == thrown


def test_the_compiled_random_policy_is_uniform() -> None:
    """Over the legal actions of a crowded hand that may call, and over a take."""
    game = Dhumbal(rules="np10", players=2)
    state = lay(game, ["Ac 2c 3c 3d Ad", "9s 9d"], live="4h", stock="Kc Kd")
    for _ in range(2):
        (actor,) = game.actors(state)
        legal: list[int] = list(game.legal(state, actor))  # type: ignore[call-overload]
        view = view_of(state, actor)[()]
        rng = np.array([2], np.uint64)
        drawn = [decide_random(view, np.zeros(0), rng) for _ in range(300 * len(legal))]
        assert set(drawn) == set(legal)
        assert stats.chisquare([drawn.count(action) for action in legal]).pvalue > 1e-4
        state = play(game, state, "discard 3c 3d") if len(legal) > 2 else state
