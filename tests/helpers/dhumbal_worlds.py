"""Views of Dhumbal met in play, and what can be said of a world made from one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.rollout import PARAMETERS, choose_turn
from games.dhumbal.engine import step
from games.dhumbal.game import CardTable, Dhumbal
from games.dhumbal.legal import random_action
from games.dhumbal.state import DISCARDING

PRESETS = ("np5", "np10", "jhyap", "yaniv", "paper", "paper-fixed")
TABLES = [Dhumbal(players=players, rules=name) for name in PRESETS for players in (2, 3, 4, 5)]


def positions(game: CardTable, count: int, seed: int, *, sensible: float = 0.7) -> Iterator[NDArray[np.void]]:
    """States of matches in which turns are sensible or random, about one in five steps; each to be copied if kept."""
    rng = np.random.default_rng(seed)
    luck = np.array([seed], np.uint64)
    throws = np.empty(64, np.int64)
    made = 0
    number = 0
    while made < count:
        state = game.init(seed * 1000 + number)
        number += 1
        while game.actors(state) and made < count:
            if rng.random() < 0.2:
                made += 1
                yield state.copy()
            if state["phase"][0] == DISCARDING and rng.random() < sensible:
                action = choose_turn(state[0], PARAMETERS, throws)[0]
            else:
                action = random_action(state[0], luck)
            step(state[0], action)


def viewed(game: CardTable, state: NDArray[np.void]) -> Any:
    """What the actor of `state` sees, as a record."""
    (actor,) = game.actors(state)
    return np.asarray(game.view(state, actor))[()]


def cards_of(state: NDArray[np.void]) -> list[int]:
    """Every card of a world, wherever it lies, one entry a place."""
    s = state[0]
    found: list[int] = []
    for field in ("live", "thrown", "dead"):
        found += [card for card in range(54) if int(s[field]) >> card & 1]
    for hand in s["hands"]:
        found += [card for card in range(54) if int(hand) >> card & 1]
    stock: list[int] = s["stock"][: int(s["stock_size"])].tolist()
    return found + stock
