"""The compiled decisions of the rule-based agents equal plain-Python references."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dhumbal_reference import Greedy, Tuned, random_views, style_action

from agents.dhumbal import greedy, tuned
from agents.dhumbal.parameters import tuned_parameters
from agents.dhumbal.styles import STYLES, decide_style
from games.dhumbal.cards import CALL
from games.dhumbal.rules import PRESETS, preset
from games.dhumbal.state import TAKING

_VARIANTS: list[tuple[str, int, dict[str, Any]]] = [
    ("np5", 4, {}),
    ("np10", 2, {}),
    ("np10", 5, {"run_wrap": True}),
    ("np10", 3, {"pickup": "top", "pickup_gate": "multi"}),
    ("np10", 4, {"pickup": "none", "call_at": 30}),
    ("np5", 3, {"jokers": 2, "run_wrap": True}),
    ("jhyap", 4, {}),
    ("yaniv", 5, {}),
    ("paper", 4, {"call_at": 25}),
    ("paper-fixed", 4, {}),
]
_IDS = [f"{name}-{players}-{'-'.join(map(str, changes.values()))}" for name, players, changes in _VARIANTS]
_VARIED = pytest.mark.parametrize(("name", "players", "changes"), _VARIANTS, ids=_IDS)


@_VARIED
@pytest.mark.parametrize("style", sorted(STYLES))
def test_style_equals_the_formulas(style: str, name: str, players: int, changes: dict[str, Any]) -> None:
    """Each style does what Malla 2025's formulas say, on the views of random play; its dice are used in the same way."""
    rng, twin = np.array([5], np.uint64), np.array([5], np.uint64)
    seen = 0
    for view in random_views(preset(name, players, **changes), 24, 11, every=9):
        action = decide_style(view[()], np.array(STYLES[style]), rng)
        assert action in style_action(view, style, twin), (view["hand"], action)
        assert rng[0] == twin[0]
        seen += 1
    assert seen > 60


@_VARIED
@pytest.mark.parametrize("now", [0.0, 1.0])
def test_greedy_plays_the_cheapest_turn(now: float, name: str, players: int, changes: dict[str, Any]) -> None:
    """No turn costs less, by the mean over every card that may be drawn and every discard of every hand."""
    rng = np.zeros(1, np.uint64)
    parameters = np.array([1.0, now])
    for view in random_views(preset(name, players, **changes), 4, 3, every=23):
        action = greedy.decide(view[()], parameters, rng)
        if view["phase"] != TAKING and view["value"] <= view["rules"]["call_at"]:
            assert action == CALL
            continue
        costs = Greedy(view, now).costs()
        assert costs[action] <= min(costs.values()) + 1e-9


@_VARIED
def test_tuned_plays_the_cheapest_turn(name: str, players: int, changes: dict[str, Any]) -> None:
    """Tuned calls and plays by its formula of cost, with the parameters that ship and with odd ones."""
    rules = preset(name, players, **changes)
    odd = np.array([0.3, -0.7, 9.0, 1.5, 2.0, 1.1, 8.0, -0.6, 3.0, 5.0, 0.3])
    for parameters in (tuned_parameters(rules), odd):
        named = dict(zip(tuned.PARAMETERS, parameters.tolist(), strict=True))
        for view in random_views(rules, 3, 23, every=29):
            action = tuned.decide(view[()], parameters, np.zeros(1, np.uint64))
            reference = Tuned(view, named)
            assert (action == CALL) == reference.calls()
            if action != CALL:
                costs = reference.costs()
                assert costs[action] <= min(costs.values()) + 1e-9


def test_every_preset_is_among_the_variants() -> None:
    """No preset is left out above."""
    assert {name for name, _, _ in _VARIANTS} == set(PRESETS)
