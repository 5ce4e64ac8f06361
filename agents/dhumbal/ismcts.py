"""Information-set search for Dhumbal, compiled: sequential halving over whole turns in shared guessed worlds.

One simulation plays one choice of the searcher's turn in one guessed world, lets the others play a turn each by the
rollout, and asks a small network what the round is then worth where the searcher's next turn begins. All choices still
in the race meet the same worlds, with the same hidden hands and the same order of the stock, so that most of the noise
cancels in their differences; after each stage the worse half of them is dropped. Worlds in which a rival would have
called, or would have thrown more, are drawn less often.

The tree is one turn deep on purpose: the root's choices share everything that a deeper tree would split.

Sources: P. Cowling, E. Powley, D. Whitehouse, "Information Set Monte Carlo Tree Search", IEEE TCIAIG 4(2), 2012 (a new world
for every iteration); Z. Karnin, T. Koren, O. Somekh, "Almost Optimal Exploration in Multi-Armed Bandits", ICML 2013
(sequential halving); T. Cazenave, "Sequential Halving Applied to Trees", IEEE TCIAIG 7(1), 2015; R. Lorentz, "Amazons
Discover Monte-Carlo", CG 2008 (playouts that are cut early and valued).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.inference import CHANCES, guess, prepare
from agents.dhumbal.leaf import MOST_FEATURES, UNITS, describe_turn, evaluate
from agents.dhumbal.macro import MOST_ARMS, NOTHING, list_arms
from agents.dhumbal.rollout import play_turn
from agents.dhumbal.substreams import substream
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.engine import step
from games.dhumbal.legal import MOST_DISCARDS
from games.dhumbal.state import STATE, TAKING

__all__ = ["HEAD", "decide", "race", "rank_arms", "search", "simulate"]

SIMULATIONS, WIDTH, HORIZON, ROWS = range(4)
ROLLOUT: Final = 4
BELIEF: Final = 8
HEAD: Final = 16
"""Where the weights of the leaf network begin in the parameters. Before them: simulations; the most choices searched;
own turns begun until the leaf; rows of the network, 0 for none, then playouts go to the end of the round; four of the
rollout (`agents.dhumbal.rollout`) and eight of what rivals may hold (`agents.dhumbal.inference`)."""

_ROUND = 0


@jit
def simulate(  # noqa: PLR0917  # compiled code takes its arguments by place
    state: Any,
    throw: int,
    take: int,
    parameters: NDArray[np.float64],
    throws: NDArray[np.int64],
    features: NDArray[np.int64],
    hidden: NDArray[np.float64],
) -> float:
    """Play one choice of the actor's in a world and value what comes of it.

    Args:
        state: record STATE of a world of one round; used up.
        throw: the discard or the call; NOTHING where the actor has thrown.
        take: what he takes; NOTHING where the round ends before.
        parameters: as `HEAD` says, the weights of the leaf behind.
        throws: int64[>= MOST_DISCARDS], to work in.
        features: int64[>= MOST_FEATURES], to work in.
        hidden: float64[UNITS], to work in.

    Returns:
        What the round brings the actor from here, coins or points.
    """
    seat = int64(state.actor)
    if throw != NOTHING:
        step(state, throw)
    if take != NOTHING and state.over == 0:
        step(state, take)
    rows = int64(parameters[ROWS])
    turns = int64(parameters[HORIZON]) if rows > 0 else 1 << 30
    rollout = parameters[ROLLOUT:BELIEF]
    while state.over == 0:
        if state.actor == seat:
            turns -= 1
            if turns <= 0:
                count = describe_turn(state, seat, features)
                return evaluate(features, count, rows, parameters, HEAD, hidden)
        play_turn(state, rollout, throws)
    reward: float = state.reward[seat]
    return reward


@jit
def search(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    parameters: NDArray[np.float64],
    rng: NDArray[np.uint64],
    arms: NDArray[np.int64],
    visits: NDArray[np.int64],
    totals: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> int:
    """Decide a turn.

    Args:
        view: record VIEW of the player to act.
        parameters: as `HEAD` says, the weights of the leaf behind.
        rng: uint64[1], the player's dice, advanced by one number (`agents.dhumbal.substreams`).
        arms: int64[MOST_ARMS, 2], receives the choices.
        visits: int64[MOST_ARMS], receives the simulations of each.
        totals: float64[MOST_ARMS], receives the sum of what each brought.
        counts: int64[3], receives how many choices there are, simulations, worlds.

    Returns:
        The place of the best choice in `arms`.
    """
    own = substream(rng)
    found = list_arms(view, parameters[ROLLOUT:BELIEF], arms, totals)
    return race(view, parameters, own, found, arms, visits, totals, counts)


@jit
def race(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    parameters: NDArray[np.float64],
    own: NDArray[np.uint64],
    found: int,
    arms: NDArray[np.int64],
    visits: NDArray[np.int64],
    totals: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> int:
    """Sequential halving over the first choices listed, as many as the parameters say.

    Args:
        view: record VIEW of the player to act.
        parameters: as `HEAD` says, the weights of the leaf behind.
        own: uint64[1], the dice of this decision.
        found: how many choices there are.
        arms: int64[MOST_ARMS, 2], the choices.
        visits: int64[MOST_ARMS], receives the simulations of each.
        totals: float64[MOST_ARMS], receives the sum of what each brought.
        counts: int64[3], receives how many choices there are, simulations, worlds.

    Returns:
        The place of the best choice in `arms`.
    """
    for k in range(found):
        visits[k] = 0
        totals[k] = 0.0
    counts[0], counts[1], counts[2] = found, 0, 0
    if found == 1:
        return 0
    simulations = int64(parameters[SIMULATIONS])
    left = min(found, int64(parameters[WIDTH]), simulations)
    order = np.arange(left)
    states = np.empty(3, STATE)
    pool = np.empty(54, np.int64)
    chances = np.empty(CHANCES)
    belief = parameters[BELIEF:HEAD]
    size = prepare(view, own, belief, states, pool, chances)
    states[0].rules.match = _ROUND
    depth = int64(parameters[HORIZON]) * view.rules.players + 1 if parameters[ROWS] > 0 else 54
    throws = np.empty(MOST_DISCARDS, np.int64)
    features = np.empty(MOST_FEATURES, np.int64)
    hidden = np.empty(UNITS)
    stages = 0
    while 1 << stages < left:
        stages += 1
    stages = max(stages, 1)
    for stage in range(stages):
        rest = simulations - counts[1]
        worlds = rest // (stages - stage) // left
        if stage == stages - 1:
            worlds = (rest + left - 1) // left
        for _ in range(worlds):
            guess(view, own, belief, pool, size, chances, depth, states)
            counts[2] += 1
            for k in range(min(left, simulations - counts[1])):
                arm = order[k]
                states[2] = states[1]
                totals[arm] += simulate(
                    states[2], arms[arm, 0], arms[arm, 1], parameters, throws, features, hidden
                )
                visits[arm] += 1
                counts[1] += 1
        rank_arms(order, left, visits, totals)
        if stage < stages - 1:
            left = (left + 1) // 2
    best: int = order[0]
    return best


@jit
def rank_arms(
    order: NDArray[np.int64], left: int, visits: NDArray[np.int64], totals: NDArray[np.float64]
) -> None:
    """Order the first `left` choices by their means, best first; equals and those never tried stay as they lie."""
    for last in range(1, left):
        arm = order[last]
        if visits[arm] == 0:
            continue
        mean = totals[arm] / visits[arm]
        place = last
        while place > 0 and (
            visits[order[place - 1]] == 0 or totals[order[place - 1]] / visits[order[place - 1]] < mean
        ):
            order[place] = order[place - 1]
            place -= 1
        order[place] = arm


@jit
def decide(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """The action of the search, as a compiled policy; arguments as `search`."""
    arms = np.empty((MOST_ARMS, 2), np.int64)
    visits = np.empty(MOST_ARMS, np.int64)
    totals = np.empty(MOST_ARMS)
    counts = np.empty(3, np.int64)
    best = search(view, parameters, rng, arms, visits, totals, counts)
    action: int = arms[best, 1] if view.phase == TAKING else arms[best, 0]
    return action
