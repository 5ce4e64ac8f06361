"""The compiled Monte Carlo and UCT are the generic ones: the same means and visits on the same views, within error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dhumbal_worlds import positions

from agents.dhumbal import accelerate
from agents.search.mcts import MCTS
from agents.search.montecarlo import MonteCarlo
from arena.agent import Seat, Turn
from arena.conditions import Conditions
from games.dhumbal.game import Dhumbal

# Rounds are cut early, so that the generic search in Python has time for many.
_GAME = Dhumbal(players=2, rules="np10", turn_cap=14, at_cap="lowest")


def _view_of_interest(number: int) -> np.ndarray[Any, Any]:
    """A position with three to six legal actions."""
    found = 0
    for state in positions(_GAME, 4000, 31):
        (actor,) = _GAME.actors(state)
        if 3 <= len(_GAME.legal(state, actor)) <= 6 and state["turn"][0] < 7:  # type: ignore[arg-type]
            found += 1
            if found == number:
                return state
    raise AssertionError("no such position")


def _repeat(
    agent: Any, state: Any, repeats: int, *, compiled: bool
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Means and shares of visits of each action by its text, one row a repeat."""
    (actor,) = _GAME.actors(state)
    names = [_GAME.say(action) for action in _GAME.legal(state, actor)]  # type: ignore[attr-defined]
    means, shares = [], []
    for seed in range(repeats):
        seat = Seat(_GAME, actor, "player", Conditions(), 1000 + seed)
        if compiled:
            maker: Any = accelerate.mcts if isinstance(agent, MCTS) else accelerate.montecarlo
            player = maker(agent, seat)
        else:
            player = agent.searcher(seat)
        player.act(Turn(_GAME.view(state, actor), _GAME.legal(state, actor), 0, seat))
        thoughts = player.thoughts()
        rows = {row["action"]: row for row in thoughts["actions"]}
        means.append([rows[name]["value"] for name in names])
        shares.append([rows[name]["visits"] / thoughts["simulations"] for name in names])
    return np.array(means), np.array(shares)


def _agree(ours: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> None:
    error = np.sqrt(ours.var(axis=0, ddof=1) / len(ours) + theirs.var(axis=0, ddof=1) / len(theirs))
    assert (np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 4.5 * error + 1e-9).all()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_monte_carlo_equals_the_generic_one(number: int) -> None:
    """Mean returns of every action agree within 4.5 standard errors."""
    state = _view_of_interest(number)
    ours, _ = _repeat(MonteCarlo(simulations=60, rollout="random"), state, 200, compiled=True)
    theirs, _ = _repeat(MonteCarlo(simulations=60, rollout="random"), state, 16, compiled=False)
    _agree(ours, theirs)


@pytest.mark.parametrize("scale", ["range", "none"])
@pytest.mark.parametrize("number", [1, 2])
def test_uct_equals_the_generic_one(number: int, scale: str) -> None:
    """Mean returns and shares of the visits of every action agree within 4.5 standard errors."""
    state = _view_of_interest(number)
    agent = MCTS(simulations=120, worlds=4, rollout="random", scale=scale)
    ours, our_shares = _repeat(agent, state, 200, compiled=True)
    theirs, their_shares = _repeat(agent, state, 12, compiled=False)
    _agree(ours, theirs)
    _agree(our_shares, their_shares)
