"""The leaf network: its features, its kernel, its training, and the weights that ship."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from dhumbal_worlds import PRESETS, positions
from numpy.typing import NDArray

from agents.dhumbal.leaf import (
    MOST_FEATURES,
    SCALE,
    UNITS,
    describe_turn,
    evaluate,
    row_count,
    shipped_weights,
    weight_count,
)
from agents.dhumbal.leaf_training import Training, fresh_weights, learn, squared_error, train
from games.dhumbal.game import Dhumbal
from games.dhumbal.groups import best_group
from games.dhumbal.rules import preset
from games.dhumbal.state import DISCARDING


def _network(features: NDArray[np.int64], weights: NDArray[np.float64], rows: int) -> float:
    """The network in NumPy, by its definition."""
    layer = weights[: rows * UNITS].reshape(rows, UNITS)
    biases, second = weights[rows * UNITS : (rows + 2) * UNITS].reshape(2, UNITS)
    hidden = np.maximum(biases + layer[features].sum(axis=0), 0.0)
    return float(SCALE * (hidden @ second + weights[-1]))


@pytest.mark.parametrize("players", [2, 3, 4, 5])
def test_kernel_equals_numpy(players: int) -> None:
    """The compiled network equals its formula, wherever in the parameters its weights begin."""
    rng = np.random.default_rng(players)
    rows = row_count(players)
    weights = rng.normal(size=weight_count(players))
    for first in (0, 13):
        shifted = np.concatenate([rng.normal(size=first), weights])
        for count in (3 * players + 4, 5):
            features = rng.integers(0, rows, MOST_FEATURES)
            value = evaluate(features, count, rows, shifted, first, np.empty(UNITS))
            assert value == pytest.approx(_network(features[:count], weights, rows), rel=1e-12)


def _dearest(hand: int, faces: int) -> set[tuple[int, int]]:
    """Every (value, cards) of the dearest group of a rank or run of a suit in `hand`, by brute force over runs and ranks."""
    cards = [card for card in range(52) if hand >> card & 1]
    groups = [[card for card in cards if card // 4 == rank] for rank in range(13)]
    for suit in range(4):
        ranks = sorted(card // 4 for card in cards if card % 4 == suit)
        run = ranks[:1]
        for below, above in pairwise(ranks):
            run = [*run, above] if above == below + 1 else [above]
            if len(run) >= 3:
                groups.append([4 * rank + suit for rank in run])
    worth = [(sum(min(card // 4 + 1, faces) for card in group), len(group)) for group in groups if group]
    return {pair for pair in worth if pair == max(worth)}


@pytest.mark.parametrize(("row", "faces"), [(0, 10), (1, 13)])
def test_dearest_group(row: int, faces: int) -> None:
    """The dearest group is one of those of the greatest value, and of these of the most cards."""
    rng = np.random.default_rng(row)
    for _ in range(3000):
        # Close ranks of two suits, so that sets and runs are common.
        cards = rng.choice(28, int(rng.integers(1, 6)), replace=False) + 4 * int(rng.integers(0, 7))
        hand = sum(1 << int(card) for card in cards)
        group = int(best_group(np.uint64(hand), row))
        assert group & ~hand == 0
        value = sum(min(card // 4 + 1, faces) for card in range(52) if group >> card & 1)
        assert (value, group.bit_count()) in _dearest(hand, faces)


@pytest.mark.parametrize("rules", PRESETS)
def test_features_are_rows_of_the_first_layer(rules: str) -> None:
    """Every feature of every position is a row of the table for its number of players, no row is named twice."""
    for players in (2, 5):
        game = Dhumbal(players=players, rules=rules)
        features = np.empty(MOST_FEATURES, np.int64)
        for state in positions(game, 40, 3):
            if state["phase"][0] == DISCARDING:
                count = describe_turn(state[0], int(state["actor"][0]), features)
                active = int((state["out_round"][0, :players] == 0).sum())
                assert count == 3 * active + 4
                assert len(set(features[:count].tolist())) == count
                assert 0 <= features[:count].min() <= features[:count].max() < row_count(active)


def test_gradient_is_that_of_the_squared_error() -> None:
    """A step of learning changes every weight by minus the step times the numeric derivative of half the squared error."""
    rng = np.random.default_rng(1)
    rows = row_count(2)
    features = rng.choice(rows, 10, replace=False)
    start = rng.normal(size=weight_count(2)) * 0.3
    target, step = 0.7, 1e-4
    after = start.copy()
    table = np.zeros((1, MOST_FEATURES), np.int16)
    table[0, :10] = features
    learn(after, rows, table, np.array([10]), np.array([target]), step, step)

    def half_error(weights: NDArray[np.float64]) -> float:
        return 0.5 * (_network(features, weights, rows) / SCALE - target) ** 2

    touched = [int(row) * UNITS + 3 for row in features] + list(range(rows * UNITS, len(start)))
    for place in touched:
        nudge = np.zeros_like(start)
        nudge[place] = 1e-6
        slope = (half_error(start + nudge) - half_error(start - nudge)) / 2e-6
        assert (start - after)[place] / step == pytest.approx(slope, rel=1e-4, abs=1e-6)
    untouched = np.ones(len(start), np.bool_)
    for row in features:
        untouched[row * UNITS : (row + 1) * UNITS] = False
    untouched[rows * UNITS :] = False
    assert (start[untouched] == after[untouched]).all()


def test_training_explains_and_repeats() -> None:
    """A little training explains a good part of the variance, and the same seed gives the same weights."""
    rules = preset("np10", 2)
    plan = Training(seed=3, samples=150_000, search_samples=0, chunk=50_000)
    weights = train(rules, plan)
    error, spread = squared_error(weights, rules, Training(seed=4), 10_000, search=False)
    assert error < 0.8 * spread
    assert np.array_equal(weights, train(rules, plan))


def test_fresh_weights_have_the_declared_shape() -> None:
    """The start of a training is a whole network."""
    for players in (2, 3, 4, 5):
        assert fresh_weights(players, np.random.default_rng(0)).shape == (weight_count(players),)


@pytest.mark.parametrize("rules", PRESETS)
@pytest.mark.parametrize("players", [2, 3, 4, 5])
def test_shipped_weights_fit_and_explain(rules: str, players: int) -> None:
    """A trained network ships for every preset and table; it explains part of what the rollout's self-play brings."""
    chosen = preset(rules, players, match="round")
    weights = shipped_weights(chosen, players)
    assert weights is not None
    assert weights.shape == (weight_count(players),)
    error, spread = squared_error(weights, chosen, Training(seed=77), 4000, search=False)
    assert error < 0.97 * spread


def test_unknown_rules_have_no_weights() -> None:
    """Rules that no preset plays by have no network; the search then plays rounds to their end."""
    assert shipped_weights(preset("np5", 4, run_wrap=True), 4) is None
    assert shipped_weights(preset("np5", 4, turn_cap=50, starter="first"), 4) is not None
