"""Luck in Dhumbal: expectation 0 for any players and any value function, brute-force expectations, both ways to go through a match."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from dhumbal_worlds import positions
from numpy.typing import NDArray

from agents.dhumbal.compiled_random import decide_random
from agents.dhumbal.rule_based import Greedy
from agents.dhumbal.styles import STYLES, decide_style
from arena import streams
from arena.capabilities import CompiledPolicy, DealMeasurable, LuckMeasurable, capabilities
from arena.errors import BadInput
from games.dhumbal.aivat import TERMS, Values, luck_of_blocks, luck_of_match, shipped_values, values_of
from games.dhumbal.batch import play_blocks, play_recorded
from games.dhumbal.cards import STOCK, VALUE
from games.dhumbal.deal_controls import DEAL_TERMS, deal_controls
from games.dhumbal.engine import begin, step
from games.dhumbal.game import Dhumbal
from games.dhumbal.mini import DhumbalMini
from games.dhumbal.outlook import (
    SCALE,
    UNITS,
    hand_rows,
    outlook,
    row_count,
    seats_in,
    table_rows,
    weight_count,
)
from games.dhumbal.outlook_fitting import Fitting, fit, unexplained
from games.dhumbal.rules import Rules, preset
from games.dhumbal.state import DISCARDING, STATE, clone

PRESETS = ("np5", "np10", "jhyap", "yaniv", "paper", "paper-fixed")
RANDOM = CompiledPolicy(decide_random, np.zeros(0))
STYLED = [CompiledPolicy(decide_style, vector) for vector in STYLES.values()]
Floats = NDArray[np.float64]


def greedy(rules: Rules) -> CompiledPolicy:
    return Greedy().policy(Dhumbal(players=rules.players))


def wild(players: int, seed: int = 0) -> Values:
    """Value functions that know nothing: large random weights."""
    rng = np.random.default_rng(seed)
    return values_of([rng.normal(size=weight_count(m)) for m in range(2, players + 1)])


def luck(
    rules: Rules, policies: list[CompiledPolicy], matches: int, seed: int, values: Values | None = None
) -> Floats:
    """float64[matches, n, 2], the luck in matches on deals of their own, the policies seated in order."""
    key = streams.root_key(seed)
    seats = np.tile(np.arange(rules.players, dtype=np.int16) % len(policies), (matches, 1, 1))
    dice = streams.numbers(streams.derive(key, "dice"), 0, seats.size).reshape(seats.shape)
    deals = streams.numbers(streams.derive(key, "deal"), 0, matches)
    found, returns = luck_of_blocks(rules, policies, deals, seats, dice, values)
    assert np.array_equal(returns, play_blocks(rules, policies, deals, seats, dice).returns)
    return found[:, 0]


def standard_errors(values: Floats) -> Floats:
    """How many standard errors the means over the first axis are from 0; 0 where nothing varies but rounding."""
    spread = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return np.where(spread > 1e-9, values.mean(axis=0) / np.maximum(spread, 1e-9), 0.0)


def assert_zero_mean(found: Floats) -> None:
    """The sum of all terms within 3 standard errors of 0 on each seat, each term alone within 3.5."""
    assert np.abs(standard_errors(found.sum(axis=2))).max() < 3.0
    assert np.abs(standard_errors(found)).max() < 3.5


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("who", ["random", "greedy", "styles"])
def test_luck_has_expectation_zero(name: str, who: str) -> None:
    """Whoever plays, in every preset: the mean over deals is 0 within its error, of every seat, of deals and of draws."""
    rules = preset(name, 3, **({"match": "round"} if who == "random" else {}))
    policies = {"random": [RANDOM], "greedy": [greedy(rules)], "styles": STYLED}[who]
    matches = 300 if rules.match == "out" or who == "random" else 1500
    found = luck(rules, policies, matches, seed=3)
    assert found[..., 1].std() > 0.5
    assert_zero_mean(found)


@pytest.mark.parametrize("players", [2, 3, 4, 5])
@pytest.mark.parametrize("starter", ["rotate", "winner", "random", "first"])
def test_expectation_zero_needs_no_good_value_function(players: int, starter: str) -> None:
    """Random weights, a fixed or a drawn starter, several rounds: no bias."""
    rules = preset("np10", players, starter=starter, match="rounds", rounds=3)
    found = luck(rules, [*STYLED[:2], RANDOM], 700, seed=players, values=wild(players))
    assert found.std() > 20
    assert_zero_mean(found)


@pytest.mark.parametrize("name", PRESETS)
def test_luck_in_coins_sums_to_zero(name: str) -> None:
    """What chance gives one it takes from the others, term by term; in points nobody loses by a rival's luck alone."""
    rules = preset(name, 4, match="round")
    found = luck(rules, STYLED, 200, seed=1)
    if rules.economy == "coins":
        assert np.abs(found.sum(axis=1)).max() < 1e-9
    else:
        assert np.abs(found[..., 1].sum(axis=1)).max() > 0.1


def test_luck_explains_what_it_should() -> None:
    """With the value functions that ship, single rounds vary far less once luck is taken off."""
    key = streams.root_key(8)
    for name, players, least in (("np5", 2, 1.4), ("np10", 2, 2.0), ("np5", 4, 1.4), ("np10", 4, 1.7)):
        rules = preset(name, players)
        seats = np.tile(np.arange(players, dtype=np.int16), (2000, 1, 1))
        deals = streams.numbers(key, 0, 2000)
        dice = streams.numbers(streams.derive(key, "dice"), 0, seats.size).reshape(seats.shape)
        found, returns = luck_of_blocks(rules, [greedy(rules), *STYLED], deals, seats, dice)
        assert returns[..., 0].var() > least * (returns - found.sum(axis=3))[..., 0].var()


@pytest.mark.parametrize("name", PRESETS)
def test_both_ways_through_a_match_agree(name: str) -> None:
    """Playing compiled agents again and following the actions of a record give the same luck, bit for bit."""
    rules = preset(name, 4)
    for seed in range(3):
        seating, dice = [0, 4, 2, 3], [seed, 1, 2, 3]
        actions, _ = play_recorded(rules, [*STYLED, RANDOM], seed, seating, dice)
        once = luck_of_match(rules, seed, actions)
        again, _ = luck_of_blocks(
            rules,
            [*STYLED, RANDOM],
            np.array([seed], np.uint64),
            np.array([[seating]], np.int16),
            np.array([[dice]], np.uint64),
        )
        assert np.array_equal(once, again[0, 0])


def value_of(state: NDArray[np.void], values: Values) -> Floats:
    """What the value function says of `state`, float64[5] by seat."""
    seats, out, by_seat = np.zeros(5, np.int64), np.zeros(5), np.zeros(5)
    players = seats_in(state[0], seats)
    weights = values.weights[values.offsets[players] :]
    outlook(state[0], seats, players, weights, np.zeros(3, np.int64), np.zeros(UNITS), out)
    by_seat[seats[:players]] = out[:players]
    return by_seat


def held(hand: Any) -> list[int]:
    return [card for card in range(54) if int(hand) >> card & 1]


def after_other_draw(after: NDArray[np.void], drawer: int, card: int, place: int) -> NDArray[np.void]:
    """`after` a draw of `card`, had the card at `place` of the stock come instead."""
    other = clone(after)
    instead = int(other["stock"][0, place])
    row = int(other["rules"]["row"][0])
    other["stock"][0, place] = card
    other["hands"][0, drawer] ^= np.uint64(1 << card | 1 << instead)
    other["value"][0, drawer] += VALUE[row, instead] - VALUE[row, card]
    return other


def deal_luck(state: NDArray[np.void], values: Values) -> Floats:
    """The luck of a deal, by trying the deals that are as likely.

    Where the starter is drawn, the whole table turned by some seats; else every other deal of the same hands to the seats.
    """
    rules, players, starter = state["rules"][0], int(state["rules"]["players"][0]), int(state["starter"][0])
    inside = [seat for seat in range(players) if not state["out_round"][0, seat]]
    first = int(state["round"][0]) == 0 and rules["starter"] < 3
    drawn = first or (rules["starter"] == 2 and len(inside) == players)
    turns = [inside[turn:] + inside[:turn] for turn in range(len(inside))]
    tried = []
    for order in turns if drawn else permutations(inside):
        other = clone(state)
        for seat, source in zip(inside, order, strict=True):
            for name in ("hands", "value", "size"):
                other[name][0, seat] = state[name][0, source]
            if drawn and source == starter:
                other["actor"][0] = other["starter"][0] = seat
        tried.append(value_of(other, values))
    gained: Floats = value_of(state, values) - np.mean(tried, axis=0)
    return gained


def reference(rules: Rules, deal: int, actions: list[int], values: Values) -> Floats:
    """Luck by brute force in plain Python, float64[5, 2]: every other card drawn, every other deal dealt, v asked each time."""
    state = np.zeros(1, STATE)
    begin(state[0], rules.record(), np.uint64(deal))
    found = np.zeros((5, 2))
    found[:, 0] += deal_luck(state, values)
    for action in actions:
        before = clone(state)
        step(state[0], action)
        if state["over"][0]:
            break
        if state["round"][0] != before["round"][0]:
            found[:, 0] += deal_luck(state, values)
        elif action == STOCK:
            actor = int(before["actor"][0])
            (card,) = held(state["hands"][0, actor] & ~before["hands"][0, actor])
            others = [
                after_other_draw(state, actor, card, place) for place in range(int(state["stock_size"][0]))
            ]
            worths = [value_of(other, values) for other in [state, *others]]
            found[:, 1] += worths[0] - np.mean(worths, axis=0)
    return found


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("players", [2, 4])
def test_expectations_are_those_of_brute_force(name: str, players: int) -> None:
    """Means over every card that could be drawn and every deal, by trying them all; reshuffles and several rounds included."""
    rules = preset(name, players)
    for seed, values in enumerate((shipped_values(rules), wild(players))):
        policies = [RANDOM, *STYLED]
        actions, _ = play_recorded(rules, policies, 40 + seed, [0, 1, 2, 3][:players], [5, 6, 7, 8][:players])
        actions = actions[:240]
        expected = reference(rules, 40 + seed, actions, values)[:players]
        assert luck_of_match(rules, 40 + seed, actions, values) == pytest.approx(expected, rel=1e-9, abs=1e-8)


def test_a_draw_brings_every_card_of_the_stock_equally_often() -> None:
    """E[v] at a draw against the mean over many reorderings of the stock by the engine's own dice."""
    rules = preset("np5", 3)
    values = wild(3)
    actions, _ = play_recorded(rules, STYLED, 3, [0, 1, 2], [1, 2, 3])
    first = actions.index(STOCK)
    state = np.zeros(1, STATE)
    begin(state[0], rules.record(), np.uint64(3))
    for action in actions[:first]:
        step(state[0], action)
    game = Dhumbal(players=3)
    drawn = []
    for seed in range(4000):
        other = game.copy(state, seed)
        step(other[0], STOCK)
        drawn.append(value_of(other, values)[:3])
    step(state[0], STOCK)
    gained = luck_of_match(rules, 3, actions[: first + 1], values) - luck_of_match(
        rules, 3, actions[:first], values
    )
    expected = value_of(state, values)[:3] - gained[:, 1]
    spread = np.std(drawn, axis=0) / np.sqrt(len(drawn))
    assert (np.abs(np.mean(drawn, axis=0) - expected) < 3.5 * spread).all()


def network(state: NDArray[np.void], players: int, weights: Floats) -> Floats:
    """The value function in NumPy, by its definition."""
    rows, each = row_count(players), row_count(1) - row_count(0)
    rest = weights[rows * UNITS :]
    second = rest[UNITS : (1 + players) * UNITS].reshape(players, UNITS)
    row, actor = int(state["rules"]["row"][0]), int(state["actor"][0])
    part = np.zeros(3, np.int64)
    table_rows(state[0], state["hands"][0, actor], row, part)
    features = (part + players * each).tolist()
    for place in range(players):
        seat = (actor + place) % players
        hand_rows(state["hands"][0, seat], int(state["value"][0, seat]), row, part)
        features += (part + place * each).tolist()
    hidden = rest[:UNITS] + weights[: rows * UNITS].reshape(rows, UNITS)[features].sum(axis=0)
    out: Floats = SCALE * (second @ np.maximum(hidden, 0.0) + rest[(1 + players) * UNITS :])
    return out - out.mean() if state["rules"]["economy"][0] == 0 else out


@pytest.mark.parametrize("players", [2, 5])
@pytest.mark.parametrize("name", ["np5", "yaniv"])
def test_the_value_function_is_its_formula(name: str, players: int) -> None:
    """Rows, rectified units and outputs in NumPy; in coins the values sum to zero."""
    weights = np.random.default_rng(players).normal(size=weight_count(players))
    game = Dhumbal(players=players, rules=name, match="round")
    for state in positions(game, 60, seed=players):
        if state["phase"][0] == DISCARDING:
            seats, out = np.zeros(5, np.int64), np.zeros(5)
            seats_in(state[0], seats)
            outlook(state[0], seats, players, weights, np.zeros(3, np.int64), np.zeros(UNITS), out)
            assert out[:players] == pytest.approx(network(state, players, weights), rel=1e-9, abs=1e-9)


def test_value_functions_can_be_fitted_anew() -> None:
    """A short fit explains a fifth of the variance of rounds it has not seen; the same seed gives the same weights."""
    rules = preset("np10", 2, match="round")
    plan = Fitting(samples=200_000)
    weights = fit(rules, [greedy(rules), *STYLED], plan)
    assert unexplained(weights, rules, [greedy(rules), *STYLED], Fitting(seed=2), 20_000) < 0.8
    assert np.array_equal(weights, fit(rules, [greedy(rules), *STYLED], plan))


@pytest.mark.parametrize(("name", "players"), [("np5", 2), ("yaniv", 3), ("paper", 4), ("np10", 5)])
def test_control_variates_have_expectation_zero(name: str, players: int) -> None:
    """Every variate on every seat, over a hundred thousand deals; those of the seats sum to zero over the table."""
    found = deal_controls(preset(name, players), streams.numbers(streams.root_key(6), 0, 100_000))
    assert found.shape == (100_000, players, len(DEAL_TERMS))
    assert np.abs(standard_errors(found)).max() < 3.5
    assert np.abs(found[..., :4].sum(axis=1)).max() < 1e-9
    varies = found.std(axis=(0, 1)) > 0
    assert varies.tolist() == [True, True, name == "yaniv", name != "paper", True, True, True]


def test_games_say_that_they_measure_luck() -> None:
    """The capabilities, the names of the terms, and what a unit of luck is worth in each metric."""
    game = Dhumbal(players=2, rules="np10", match="rounds", rounds=4)
    assert isinstance(game, LuckMeasurable)
    assert isinstance(game, DealMeasurable)
    assert {"luckmeasurable", "dealmeasurable"} <= set(capabilities(game))
    assert (game.luck_terms, game.deal_terms) == (TERMS, DEAL_TERMS)
    assert (game.luck_scale("coins"), game.luck_scale("wins")) == (0.25, None)
    assert Dhumbal(rules="jhyap").luck_scale("points") is None
    assert Dhumbal(rules="jhyap", match="round").luck_scale("points") == -1.0
    mini = DhumbalMini()
    assert mini.luck(1, []).shape == (mini.spec.players, 2)


def test_what_is_no_match_is_refused() -> None:
    """An illegal action is named with its number, shapes with their sizes."""
    rules = preset("np5", 2)
    with pytest.raises(BadInput, match="illegal 316 as number 0"):
        luck_of_match(rules, 1, [STOCK])
    with pytest.raises(BadInput, match=r"seatings and player_seeds \[B, S, 2\]"):
        luck_of_blocks(
            rules,
            [RANDOM],
            np.zeros(1, np.uint64),
            np.zeros((1, 1, 3), np.int16),
            np.zeros((1, 1, 3), np.uint64),
        )
