"""The engine against a plain-Python reference, step by step, from the same seeds."""

from __future__ import annotations

import numpy as np
import pytest
from dhumbal_check import VARIANTS, play_both

from games.dhumbal.engine import begin, step
from games.dhumbal.legal import random_action
from games.dhumbal.rules import Rules, preset
from games.dhumbal.state import STATE, TAKING

ROUNDS_EACH = 2000 // len(VARIANTS) + 1


@pytest.mark.parametrize("rules", VARIANTS, ids=[f"{k}-{r.players}p" for k, r in enumerate(VARIANTS)])
def test_engine_equals_oracle(rules: Rules) -> None:
    """2,000 random rounds over all presets, table sizes and switches.

    Every legal set, every seventh position, every payment. ``python benchmarks/dhumbal.py --check-oracle 100000`` plays
    as many rounds as one likes.
    """
    rounds = 0
    seed = 0
    while rounds < ROUNDS_EACH:
        rounds += play_both(rules, 1000 * seed + 17)
        seed += 1


@pytest.mark.parametrize("name", ["jhyap", "yaniv"])
def test_engine_equals_oracle_over_whole_matches(name: str) -> None:
    """Matches until one is left: who is out, halving, the next starter, the places."""
    for players in (2, 5):
        play_both(preset(name, players=players), players, deep_every=29)


@pytest.mark.parametrize(
    "rules", [preset("np5", players=5), preset("yaniv", players=5), preset("paper", players=5)]
)
def test_every_card_is_somewhere_exactly_once(rules: Rules) -> None:
    """At every step the hands, the stock, the live and the dead cards and what was just thrown make up the deck."""
    deck = (1 << 52) - 1 | (3 << 52 if rules.jokers else 0)
    for seed in range(20):
        state = np.zeros(1, STATE)
        begin(state[0], rules.record(), np.uint64(seed))
        rng = np.array([seed], np.uint64)
        steps = 0
        while not state["over"][0] and steps < 400:
            s = state[0]
            places = [int(hand) for hand in s["hands"][: rules.players]]
            places += [1 << int(card) for card in s["stock"][: s["stock_size"]]]
            places += [int(s["live"]), int(s["dead"]), int(s["thrown"])]
            assert sum(places) == deck
            assert np.bitwise_or.reduce(np.array(places, np.uint64)) == deck
            assert int(s["thrown"]) == 0 or s["phase"] == TAKING
            step(state[0], random_action(state[0], rng))
            steps += 1
