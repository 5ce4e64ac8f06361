"""Determinized UCT for Dhumbal, compiled: one tree of perfect information for each of several guessed worlds.

The same algorithm as `agents.search.mcts`; playouts go to the end, by the rollout of `agents.dhumbal.rollout` or at random.
It is the kind of search that S. R. Malla, "AI Agents for the Dhumbal Card Game", arXiv 2510.11736 (2025), calls MCTS. A node
is an action taken in its parent; its children form a linked list, since most actions of most nodes are never tried.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.montecarlo import play_to_end
from agents.dhumbal.substreams import substream
from arena import dice
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.determinize import determinize
from games.dhumbal.engine import step
from games.dhumbal.legal import MOST_DISCARDS, legal_actions
from games.dhumbal.state import SEATS, STATE
from games.dhumbal.view import view_actions

__all__ = ["NODE", "decide", "search"]

SIMULATIONS: Final = 0
ROUND_ONLY: Final = 2
WORLDS, EXPLORATION, WIDTH = 7, 8, 9
"""Places in the parameters; the first seven are those of `agents.dhumbal.montecarlo`. Behind them: worlds, at least 1; the
constant c of UCB1; the unit of exploration, 0 for the range of returns seen."""

NODE = np.dtype(
    [
        ("total", "<f8"),  # sum of the returns after it, for the player who acts at its parent
        ("action", "<i4"),
        ("visits", "<i4"),
        ("passes", "<i4"),  # how often an action was chosen here
        ("children", "<i4"),
        ("first", "<i4"),  # the child made last; -1 for none
        ("next", "<i4"),  # the sibling made before it; -1 for none
        ("player", "<i4"),  # who acts at its parent
    ]
)
"""A node of the tree."""

_TIE = 1e-9


@jit
def _grow(nodes: Any, place: int, parent: int, action: int, player: int) -> None:
    """Make the node at `place` a child of `parent`; -1 makes it a root."""
    node = nodes[place]
    node.total = 0.0
    node.action = action
    node.visits = 0
    node.passes = 0
    node.children = 0
    node.first = -1
    node.next = -1
    node.player = player
    if parent >= 0:
        node.next = nodes[parent].first
        nodes[parent].first = place
        nodes[parent].children += 1


@jit
def _fresh(nodes: Any, parent: int, actions: NDArray[np.int64], count: int, rng: NDArray[np.uint64]) -> int:
    """One of the actions that were never tried at `parent`, each equally likely."""
    skip = dice.below(rng, count - nodes[parent].children)
    for k in range(count):
        child = nodes[parent].first
        while child >= 0 and nodes[child].action != actions[k]:
            child = nodes[child].next
        if child < 0:
            if skip == 0:
                chosen: int = actions[k]
                return chosen
            skip -= 1
    return -1


@jit
def _best_child(nodes: Any, parent: int, reach: float, rng: NDArray[np.uint64]) -> int:
    """The child of the greatest upper bound (UCB1); among equals each equally likely."""
    passes = math.log(nodes[parent].passes)
    best, greatest, equals = -1, -np.inf, 0
    child = int64(nodes[parent].first)
    while child >= 0:
        visits = nodes[child].visits
        score = nodes[child].total / visits + reach * math.sqrt(passes / visits)
        if score > greatest + _TIE:
            best, greatest, equals = child, score, 1
        elif score > greatest - _TIE:
            equals += 1
            if dice.below(rng, equals) == 0:
                best = child
        child = int64(nodes[child].next)
    return best


@jit
def _simulate(  # noqa: PLR0917  # compiled code takes its arguments by place
    nodes: Any,
    used: int,
    state: Any,
    parameters: NDArray[np.float64],
    seen: NDArray[np.float64],
    path: NDArray[np.int64],
    gains: NDArray[np.float64],
    work: tuple[Any, Any, Any],
    rng: NDArray[np.uint64],
) -> int:
    """Walk down from the root, add one node, play out, back up.

    Args:
        nodes: NODE[>= used + 1], the root first.
        used: how many nodes there are.
        state: record STATE of the world; used up.
        parameters: as `WORLDS` says.
        seen: float64[2], the least and the greatest return so far.
        path: int64[>= used + 1], to work in.
        gains: float64[>= used + 1, SEATS], to work in: what each step brought.
        work: int64[MOST_DISCARDS + 1] twice and float64[SEATS], to work in.
        rng: uint64[1], the searcher's dice.

    Returns:
        How many nodes there are now.
    """
    actions, throws, to_go = work
    width = parameters[WIDTH]
    if width == 0.0:
        width = seen[1] - seen[0] if seen[1] > seen[0] else 1.0
    place, depth, fresh = 0, 0, False
    while state.over == 0 and not fresh:
        count = legal_actions(state, actions)
        fresh = nodes[place].children < count
        if fresh:
            _grow(nodes, used, place, _fresh(nodes, place, actions, count, rng), int64(state.actor))
            child = used
            used += 1
        else:
            child = _best_child(nodes, place, parameters[EXPLORATION] * width, rng)
        nodes[place].passes += 1
        step(state, int64(nodes[child].action))
        path[depth] = child
        for seat in range(SEATS):
            gains[depth, seat] = state.reward[seat] if state.paid != 0 else 0.0
        depth += 1
        place = child
    to_go[:] = 0.0
    play_to_end(state, parameters, throws, rng, to_go)
    for back in range(depth - 1, -1, -1):
        node = nodes[path[back]]
        for seat in range(SEATS):
            to_go[seat] += gains[back, seat]
        mine = to_go[node.player]
        node.visits += 1
        node.total += mine
        seen[0] = min(seen[0], mine)
        seen[1] = max(seen[1], mine)
    return used


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
    """Decide; arguments and result as `agents.dhumbal.montecarlo.search`, parameters as `WORLDS` says."""
    own = substream(rng)
    found = view_actions(view, actions)
    visits[:found] = 0
    totals[:found] = 0.0
    counts[0], counts[1], counts[2] = found, 0, 0
    if found == 1:
        return 0
    simulations = int64(parameters[SIMULATIONS])
    worlds = min(int64(parameters[WORLDS]), simulations)
    most = (simulations + worlds - 1) // worlds
    nodes = np.empty(most + 1, NODE)
    path = np.empty(most + 1, np.int64)
    gains = np.empty((most + 1, SEATS))
    work = (np.empty(MOST_DISCARDS + 1, np.int64), np.empty(MOST_DISCARDS + 1, np.int64), np.empty(SEATS))
    seen = np.empty(2)
    states = np.empty(2, STATE)
    for world in range(worlds):
        luck = substream(own)
        determinize(view, luck, states[0])
        if parameters[ROUND_ONLY] != 0.0:
            states[0].rules.match = 0
        _grow(nodes, 0, -1, -1, -1)
        used = 1
        seen[0], seen[1] = np.inf, -np.inf
        for _ in range((simulations - world + worlds - 1) // worlds):
            states[1] = states[0]
            used = _simulate(nodes, used, states[1], parameters, seen, path, gains, work, luck)
        _add_root(nodes, actions, found, visits, totals)
    counts[1], counts[2] = simulations, worlds
    return _most_visited(visits, totals, found)


@jit
def _add_root(
    nodes: Any, actions: NDArray[np.int64], found: int, visits: NDArray[np.int64], totals: NDArray[np.float64]
) -> None:
    """Add the visits and returns of the root's children to those of the other worlds."""
    child = int64(nodes[0].first)
    while child >= 0:
        for k in range(found):
            if actions[k] == nodes[child].action:
                visits[k] += nodes[child].visits
                totals[k] += nodes[child].total
        child = int64(nodes[child].next)


@jit
def _most_visited(visits: NDArray[np.int64], totals: NDArray[np.float64], found: int) -> int:
    """The place with most visits; among equals the better mean, then the first."""
    best = 0
    for k in range(1, found):
        if visits[k] > visits[best] or (
            visits[k] == visits[best] and visits[k] > 0 and totals[k] > totals[best]
        ):
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
