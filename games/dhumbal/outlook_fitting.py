"""Fits the value function of `games.dhumbal.outlook` to rounds of any compiled players; NumPy and Numba only.

A sample is the beginning of a turn and what the round brought every player. Rounds are played by lineups drawn at random,
and samples are made as fast as they are learned from, so each is used once, by stochastic gradient descent on the squared
error with a step that falls to zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena import dice, streams
from arena.capabilities import CompiledPolicy
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.engine import begin, step
from games.dhumbal.outlook import SCALE, UNITS, hand_rows, row_count, seats_in, table_rows, weight_count
from games.dhumbal.policy import call, line_up
from games.dhumbal.rules import Rules
from games.dhumbal.state import DISCARDING, SEATS, STATE, VIEW
from games.dhumbal.view import observe

__all__ = ["Fitting", "Samples", "fit", "learn", "play_samples", "unexplained"]

_TURNS = 20_000
_HAND = row_count(1) - row_count(0)


class Samples(NamedTuple):
    """Beginnings of turns and what came of them; N samples of rounds among m players."""

    rows: NDArray[np.int16]
    """int16[N, 3 m + 3], the features."""
    returns: NDArray[np.float64]
    """float64[N, m], what the round brought each player from the one whose turn it was on, in units of SCALE."""


@dataclass(frozen=True)
class Fitting:
    """How a value function is fitted."""

    seed: int = 1
    """The root of all chance."""
    samples: int = 4_000_000
    """Samples learned from, one pass."""
    step: float = 0.02
    """The step at the beginning."""
    chunk: int = 50_000
    """Samples made at a time; every chunk by fresh lineups."""


@jit
def _describe(state: Any, seats: NDArray[np.int64], rows: NDArray[np.int64], out: NDArray[np.int16]) -> None:
    """Write the features where a turn begins as rows of the first layer; `seats` int64[5] and `rows` int64[3] are scratch."""
    players = seats_in(state, seats)
    row = int64(state.rules.row)
    for place in range(players):
        seat = seats[place]
        hand_rows(state.hands[seat], int64(state.value[seat]), row, rows)
        for part in range(3):
            out[3 * place + part] = place * _HAND + rows[part]
    table_rows(state, state.hands[seats[0]], row, rows)
    for part in range(3):
        out[3 * players + part] = players * _HAND + rows[part]


@jit
def play_samples(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    views: Any,
    line: tuple[Any, Any, Any],
    rules: Any,
    deal: np.uint64,
    rows: NDArray[np.int16],
    returns: NDArray[np.float64],
) -> None:
    """Play rounds until as many samples are made as there is room for.

    Args:
        states: STATE[1], to work in.
        views: VIEW[1], to work in.
        line: addresses, parameters and offsets of a `Line` of the players; every seat is filled at random from it.
        rules: record RULES of a match of one round.
        deal: the first deal; the following are derived from it.
        rows: see `Samples`; written.
        returns: see `Samples`; written.
    """
    addresses, parameters, offsets = line
    state, view = states[0], views[0]
    rng = np.empty(1, np.uint64)
    rng[0] = dice.at(deal, 1 << 40)
    own = np.empty((SEATS, 1), np.uint64)
    agents = np.empty(SEATS, np.int64)
    seats, scratch = np.empty(SEATS, np.int64), np.empty(3, np.int64)
    actors = np.empty(_TURNS, np.int64)
    players = int64(rules.players)
    made, number = 0, 0
    while made < len(returns):
        begin(state, rules, dice.at(deal, number))
        number += 1
        for seat in range(players):
            agents[seat] = dice.below(rng, len(addresses))
            own[seat, 0] = dice.next_bits(rng)
        first = made
        while state.over == 0:
            seat = int64(state.actor)
            if state.phase == DISCARDING and made < len(returns) and made - first < _TURNS:
                actors[made - first] = seat
                _describe(state, seats, scratch, rows[made])
                made += 1
            observe(state, seat, view)
            agent = agents[seat]
            step(
                state,
                call(addresses[agent], view, parameters[offsets[agent] : offsets[agent + 1]], own[seat]),
            )
        for k in range(first, made):
            for place in range(players):
                returns[k, place] = state.reward[(actors[k - first] + place) % players] / SCALE


@jit
def _learn_outputs(  # noqa: PLR0917  # compiled code takes its arguments by place
    weights: NDArray[np.float64],
    second: int,
    returns: NDArray[np.float64],
    rate: float,
    hidden: NDArray[np.float64],
    slope: NDArray[np.float64],
) -> float:
    """A step of the second layer, which begins at `second`, for one sample; the sum of its squared errors.

    What the first layer has to learn is added to `slope`, float64[UNITS].
    """
    squares = 0.0
    players = len(returns)
    for place in range(players):
        line = second + place * UNITS
        last = second + players * UNITS + place
        guess = weights[last]
        for unit in range(UNITS):
            guess += max(hidden[unit], 0.0) * weights[line + unit]
        error = guess - returns[place]
        squares += error * error
        weights[last] -= rate * error
        for unit in range(UNITS):
            if hidden[unit] > 0.0:
                slope[unit] += error * weights[line + unit]
                weights[line + unit] -= rate * error * hidden[unit]
    return squares


@jit
def learn(  # noqa: PLR0917  # compiled code takes its arguments by place
    weights: NDArray[np.float64],
    table: int,
    rows: NDArray[np.int16],
    returns: NDArray[np.float64],
    first_step: float,
    last_step: float,
) -> float:
    """One pass of stochastic gradient descent over samples in their order.

    Args:
        weights: float64[weight_count], as `games.dhumbal.outlook` reads them; changed.
        table: rows of the first layer.
        rows: see `Samples`.
        returns: see `Samples`.
        first_step: the step at the beginning; 0 only measures.
        last_step: the step at the end.

    Returns:
        The mean squared error a player, each sample judged before it is learned from.
    """
    hidden, slope = np.empty(UNITS), np.empty(UNITS)
    biases = table * UNITS
    second = biases + UNITS
    squares = 0.0
    for sample in range(len(returns)):
        rate = first_step + (last_step - first_step) * sample / len(returns)
        for unit in range(UNITS):
            hidden[unit] = weights[biases + unit]
            slope[unit] = 0.0
        for k in range(rows.shape[1]):
            at = int64(rows[sample, k]) * UNITS
            for unit in range(UNITS):
                hidden[unit] += weights[at + unit]
        squares += _learn_outputs(weights, second, returns[sample], rate, hidden, slope)
        for unit in range(UNITS):
            slope[unit] *= rate
            weights[biases + unit] -= slope[unit]
        for k in range(rows.shape[1]):
            at = int64(rows[sample, k]) * UNITS
            for unit in range(UNITS):
                weights[at + unit] -= slope[unit]
    return squares / returns.size


def _make(rules: Rules, policies: Sequence[CompiledPolicy], deal: int, count: int) -> Samples:
    made = Samples(np.zeros((count, 3 * rules.players + 3), np.int16), np.zeros((count, rules.players)))
    line = line_up(policies)
    play_samples(
        np.zeros(1, STATE),
        np.zeros(1, VIEW),
        (line.addresses, line.parameters, line.offsets),
        rules.record(),
        np.uint64(deal),
        *made,
    )
    order = streams.generator(deal).permutation(count)
    return Samples(made.rows[order], made.returns[order])


def fit(rules: Rules, policies: Sequence[CompiledPolicy], plan: Fitting) -> NDArray[np.float64]:
    """Fit a value function.

    Args:
        rules: of a match of one round.
        policies: who may play; each seat of a round is filled at random.
        plan: how.

    Returns:
        float64[weight_count(rules.players)].
    """
    players = rules.players
    key = streams.derive(streams.root_key(plan.seed), "outlook", players)
    rng = streams.stream(key, "start")
    weights = np.zeros(weight_count(players))
    rows = row_count(players) * UNITS
    weights[:rows] = rng.normal(0.0, 0.15, rows)
    second = slice(rows + UNITS, rows + (1 + players) * UNITS)
    weights[second] = rng.normal(0.0, 0.3, players * UNITS)
    start = weights.copy()
    chunks = max(1, plan.samples // plan.chunk)
    for number in range(chunks):
        made = _make(rules, policies, streams.number(key, "deal", number), plan.chunk)
        steps = [plan.step * (1 - place / chunks) for place in (number, number + 1)]
        learn(weights, row_count(players), *made, *steps)
    unmet = (weights[:rows] == start[:rows]).reshape(-1, UNITS).all(axis=1)
    weights[:rows].reshape(-1, UNITS)[unmet] = 0.0  # nothing is known of them
    return weights


def unexplained(
    weights: NDArray[np.float64], rules: Rules, policies: Sequence[CompiledPolicy], plan: Fitting, count: int
) -> float:
    """The share of the variance of returns that the value function leaves, on `count` fresh samples.

    The seed of `plan` must not be that of the fit.
    """
    made = _make(rules, policies, streams.number(streams.root_key(plan.seed), "test"), count)
    error = learn(weights.copy(), row_count(rules.players), *made, 0.0, 0.0)
    return (
        float(error / (made.returns**2).mean())
        if rules.economy == "coins"
        else float(error / made.returns.var())
    )
