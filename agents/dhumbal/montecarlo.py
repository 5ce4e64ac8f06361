"""Flat Monte Carlo for Dhumbal, compiled: every legal action is tried in the same guessed worlds, the best mean wins.

The same algorithm as `agents.search.montecarlo`; playouts go to the end, by the rollout of `agents.dhumbal.rollout` or at
random.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.rollout import play_turn
from agents.dhumbal.substreams import substream
from arena import dice
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.determinize import determinize
from games.dhumbal.engine import step
from games.dhumbal.legal import MOST_DISCARDS, random_action
from games.dhumbal.state import SEATS, STATE
from games.dhumbal.view import view_actions

__all__ = ["HEAD", "decide", "play_to_end", "search"]

SIMULATIONS, RANDOM, ROUND_ONLY = range(3)
HEAD: Final = 3
"""Where the rollout's parameters begin. Before them: simulations; 1 for random playouts; 1 where they end with the round."""


@jit
def play_to_end(
    state: Any,
    parameters: NDArray[np.float64],
    throws: NDArray[np.int64],
    rng: NDArray[np.uint64],
    earned: NDArray[np.float64],
) -> None:
    """Play a world to its end and add what each seat gets on the way to `earned`.

    Args:
        state: record STATE of a world; used up.
        parameters: as `HEAD` says.
        throws: int64[>= MOST_DISCARDS], to work in.
        rng: uint64[1], the dice of random play.
        earned: float64[SEATS], added to.
    """
    at_random = parameters[RANDOM] != 0.0
    rollout = parameters[HEAD:]
    while state.over == 0:
        if at_random:
            step(state, random_action(state, rng))
        else:
            play_turn(state, rollout, throws)
        if state.paid != 0:
            for seat in range(SEATS):
                earned[seat] += state.reward[seat]


@jit
def search(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    parameters: NDArray[np.float64],
    rng: NDArray[np.uint64],
    actions: NDArray[np.int64],
    visits: NDArray[np.int64],
    totals: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> int:
    """Decide.

    Args:
        view: record VIEW of the player to act.
        parameters: as `HEAD` says, the rollout's behind.
        rng: uint64[1], the player's dice, advanced by one number (`agents.dhumbal.substreams`).
        actions: int64[>= MOST_DISCARDS + 1], receives the legal actions.
        visits: int64 of the same length, receives the simulations of each.
        totals: float64 of the same length, receives the sum of what each brought.
        counts: int64[3], receives how many actions there are, simulations, worlds.

    Returns:
        The place of the best action in `actions`.
    """
    own = substream(rng)
    found = view_actions(view, actions)
    for k in range(found):
        visits[k] = 0
        totals[k] = 0.0
    counts[0], counts[1], counts[2] = found, 0, 0
    if found == 1:
        return 0
    simulations = int64(parameters[SIMULATIONS])
    order = np.arange(found)
    tried = found
    if simulations < found:
        tried = simulations
        dice.shuffle(order, found, dice.next_bits(own))
    states = np.empty(2, STATE)
    throws = np.empty(MOST_DISCARDS, np.int64)
    luck = np.empty(1, np.uint64)
    earned = np.empty(SEATS)
    seat = int64(view.seat)
    for _ in range(simulations // tried):
        determinize(view, own, states[0])
        if parameters[ROUND_ONLY] != 0.0:
            states[0].rules.match = 0
        key = dice.next_bits(own)
        counts[2] += 1
        for k in range(tried):
            place = order[k]
            states[1] = states[0]
            luck[0] = key
            step(states[1], actions[place])
            for other in range(SEATS):
                earned[other] = states[1].reward[other] if states[1].paid != 0 else 0.0
            play_to_end(states[1], parameters, throws, luck, earned)
            totals[place] += earned[seat]
            visits[place] += 1
    counts[1] = counts[2] * tried
    best = -1
    for k in range(found):
        if visits[k] > 0 and (best < 0 or totals[k] / visits[k] > totals[best] / visits[best]):
            best = k
    return best


@jit
def decide(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """The action of the search, as a compiled policy; arguments as `search`."""
    actions = np.empty(MOST_DISCARDS + 1, np.int64)
    visits = np.empty(MOST_DISCARDS + 1, np.int64)
    totals = np.empty(MOST_DISCARDS + 1)
    counts = np.empty(3, np.int64)
    best: int = actions[search(view, parameters, rng, actions, visits, totals, counts)]
    return best
