"""Trains the leaf networks of the search on self-play; no other library than NumPy and Numba.

``python -m agents.dhumbal.leaf_training`` makes the shipped file anew, from the same seed the same weights. First
rounds are played by the rollout itself, with now and then a random turn, so that the network also knows positions that good
play avoids; then by the search with the network so far, in which players call and wait as searchers do. A sample
is the beginning of a turn and what the round brought whoever's turn it was. Samples are made as fast as they are learned
from, so each is used once, by stochastic gradient descent on the squared error with a step that falls to zero.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal import ismcts
from agents.dhumbal.inference import BELIEF
from agents.dhumbal.leaf import (
    MOST_FEATURES,
    SCALE,
    SHIPPED,
    UNITS,
    describe_turn,
    row_count,
    weight_count,
)
from agents.dhumbal.rollout import PARAMETERS, play_turn
from arena import dice, streams
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.engine import begin, step
from games.dhumbal.legal import MOST_DISCARDS, random_action
from games.dhumbal.rules import PRESETS, Rules, preset
from games.dhumbal.state import DISCARDING, STATE, VIEW
from games.dhumbal.view import observe

__all__ = [
    "Samples",
    "Training",
    "fresh_weights",
    "learn",
    "main",
    "play_samples",
    "squared_error",
    "train",
    "without_unmet_rows",
]

_TURNS = 10_000


class Samples(NamedTuple):
    """Beginnings of turns and what came of them; N samples."""

    rows: NDArray[np.int16]
    """int16[N, MOST_FEATURES], the features."""
    counts: NDArray[np.int64]
    """int64[N], how many features there are."""
    returns: NDArray[np.float64]
    """float64[N], what the round brought whoever's turn it was, in units of SCALE."""


@jit
def _random_turn(state: Any, rng: NDArray[np.uint64]) -> None:
    """Throw and take at random."""
    rounds = state.round
    step(state, random_action(state, rng))
    if state.round == rounds:
        step(state, random_action(state, rng))


@jit
def play_samples(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    views: Any,
    rules: Any,
    deal: np.uint64,
    explore: float,
    share: int,
    parameters: NDArray[np.float64],
    rows: NDArray[np.int16],
    counts: NDArray[np.int64],
    returns: NDArray[np.float64],
) -> None:
    """Play rounds until as many samples are made as there is room for.

    Args:
        states: STATE[1], to work in.
        views: VIEW[1], to work in.
        rules: record RULES of a match of one round.
        deal: the first deal; the following are derived from it.
        explore: the chance of a random turn.
        share: one in so many turns becomes a sample.
        parameters: of `agents.dhumbal.ismcts`, who plays; with 0 simulations the rollout plays.
        rows: see `Samples`; written.
        counts: see `Samples`; written.
        returns: see `Samples`; written.
    """
    state = states[0]
    rng = np.empty(1, np.uint64)
    rng[0] = dice.at(deal, 1 << 40)
    throws = np.empty(MOST_DISCARDS, np.int64)
    features = np.empty(MOST_FEATURES, np.int64)
    seats = np.empty(_TURNS, np.int64)
    made, number = 0, 0
    while made < len(returns):
        begin(state, rules, dice.at(deal, number))
        number += 1
        first = made
        while state.over == 0:
            if state.phase == DISCARDING:
                if made < len(returns) and dice.below(rng, share) == 0:
                    seats[made - first] = state.actor
                    counts[made] = describe_turn(state, int64(state.actor), features)
                    rows[made, : counts[made]] = features[: counts[made]]
                    made += 1
                if dice.uniform(rng) < explore:
                    _random_turn(state, rng)
                    continue
            if parameters[0] > 0.0:
                observe(state, int64(state.actor), views[0])
                step(state, ismcts.decide(views[0], parameters, rng))
            else:
                play_turn(state, parameters[ismcts.ROLLOUT :], throws)
        for k in range(first, made):
            returns[k] = state.reward[seats[k - first]] / SCALE


@jit
def learn(  # noqa: PLR0917  # compiled code takes its arguments by place
    weights: NDArray[np.float64],
    table: int,
    rows: NDArray[np.int16],
    counts: NDArray[np.int64],
    returns: NDArray[np.float64],
    first_step: float,
    last_step: float,
) -> float:
    """One pass of stochastic gradient descent over samples in their order.

    Args:
        weights: float64[weight_count], as `agents.dhumbal.leaf.evaluate` reads them; changed.
        table: rows of the first layer.
        rows: see `Samples`.
        counts: see `Samples`.
        returns: see `Samples`.
        first_step: the step at the beginning; 0 only measures.
        last_step: the step at the end.

    Returns:
        The mean squared error, each sample judged before it is learned from.
    """
    hidden = np.empty(UNITS)
    slope = np.empty(UNITS)
    units = len(hidden)
    at = table * units
    biases = weights[at : at + units]
    second = weights[at + units : at + 2 * units]
    total = 0.0
    for sample in range(len(returns)):
        rate = first_step + (last_step - first_step) * sample / len(returns)
        hidden[:] = biases
        for k in range(counts[sample]):
            place = int64(rows[sample, k]) * units
            line = weights[place : place + units]
            for unit in range(units):
                hidden[unit] += line[unit]
        guess = weights[at + 2 * units]
        for unit in range(units):
            guess += max(hidden[unit], 0.0) * second[unit]
        error = guess - returns[sample]
        total += error * error
        weights[at + 2 * units] -= rate * error
        for unit in range(units):
            slope[unit] = rate * error * second[unit] if hidden[unit] > 0.0 else 0.0
            second[unit] -= rate * error * max(hidden[unit], 0.0)
        for unit in range(units):
            biases[unit] -= slope[unit]
        for k in range(counts[sample]):
            place = int64(rows[sample, k]) * units
            line = weights[place : place + units]
            for unit in range(units):
                line[unit] -= slope[unit]
    return total / len(returns)


@dataclass(frozen=True)
class Training:
    """How a network is trained."""

    seed: int = 1
    """The root of all chance."""
    samples: int = 4_000_000
    """Samples from the rollout's self-play."""
    step: float = 0.02
    """The step at the beginning."""
    search_samples: int = 200_000
    """Samples from the search's self-play."""
    search_step: float = 0.005
    """The step at the beginning of that part."""
    simulations: int = 60
    """Simulations a decision in the search's self-play."""
    explore: float = 0.08
    """The chance of a random turn."""
    chunk: int = 50_000
    """Samples made at a time."""


def fresh_weights(players: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Small random rows and second layer, biases of zero; float64[weight_count(players)]."""
    weights = np.zeros(weight_count(players))
    rows = row_count(players) * UNITS
    weights[:rows] = rng.normal(0.0, 0.15, rows)
    weights[rows + UNITS : rows + 2 * UNITS] = rng.normal(0.0, 0.3, UNITS)
    return weights


def _make(rules: Rules, parameters: NDArray[np.float64], deal: int, count: int, plan: Training) -> Samples:
    made = Samples(np.zeros((count, MOST_FEATURES), np.int16), np.zeros(count, np.int64), np.zeros(count))
    share = 1 if parameters[0] > 0 else 2
    play_samples(
        np.zeros(1, STATE),
        np.zeros(1, VIEW),
        rules.record(),
        np.uint64(deal),
        plan.explore,
        share,
        parameters,
        *made,
    )
    order = streams.generator(deal).permutation(count)
    return Samples(made.rows[order], made.counts[order], made.returns[order])


def _player(simulations: int, weights: NDArray[np.float64] | None, players: int) -> NDArray[np.float64]:
    rows = 0 if weights is None else row_count(players)
    head = np.array([simulations, 8, 1, rows, *PARAMETERS, *BELIEF], np.float64)
    return head if weights is None else np.concatenate([head, weights])


def train(rules: Rules, plan: Training) -> NDArray[np.float64]:
    """Train one network.

    Args:
        rules: of a match of one round.
        plan: how.

    Returns:
        float64[weight_count(rules.players)].
    """
    players = rules.players
    key = streams.derive(streams.root_key(plan.seed), "leaf", players)
    start = fresh_weights(players, streams.stream(key, "start"))
    weights = start.copy()
    for name, simulations, total, step_size in (
        ("rollout", 0, plan.samples, plan.step),
        ("search", plan.simulations, plan.search_samples, plan.search_step),
    ):
        chunks = total // plan.chunk
        for number in range(chunks):
            playing = _player(simulations, weights if simulations else None, players)
            deal = streams.number(key, name, number)
            made = _make(rules, playing, deal, plan.chunk, plan)
            steps = [step_size * (1 - place / chunks) for place in (number, number + 1)]
            learn(weights, row_count(players), *made, *steps)
    return without_unmet_rows(weights, start, players)


def without_unmet_rows(
    weights: NDArray[np.float64], start: NDArray[np.float64], players: int
) -> NDArray[np.float64]:
    """The `weights` with zeros in the rows that training left as they were at the `start`: nothing is known of them.

    Compared in float16, as they are shipped.
    """
    rows = row_count(players)
    known = weights.copy()
    table = known[: rows * UNITS].reshape(rows, UNITS)
    before = start[: rows * UNITS].reshape(rows, UNITS)
    same = (table.astype(np.float16) == before.astype(np.float16)).all(axis=1)
    table[same] = 0.0
    return known


def squared_error(
    weights: NDArray[np.float64], rules: Rules, plan: Training, count: int, *, search: bool
) -> tuple[float, float]:
    """The mean squared error on fresh samples, and their variance, in squared units of SCALE.

    Args:
        weights: of the network.
        rules: of a match of one round.
        plan: its seed must not be that of the training.
        count: samples.
        search: whether the search plays, or the rollout.
    """
    playing = _player(plan.simulations if search else 0, weights if search else None, rules.players)
    made = _make(rules, playing, streams.number(streams.root_key(plan.seed), "test"), count, plan)
    return learn(weights.copy(), row_count(rules.players), *made, 0.0, 0.0), float(made.returns.var())


def main(arguments: list[str]) -> None:
    """Train the networks of the presets named, all by default, and write them beside those that are there."""
    parser = argparse.ArgumentParser(prog="python -m agents.dhumbal.leaf_training", description=__doc__)
    parser.add_argument("--presets", nargs="*", default=list(PRESETS), choices=list(PRESETS))
    parser.add_argument("--players", nargs="*", type=int, default=[2, 3, 4, 5])
    parser.add_argument("--out", type=Path, default=SHIPPED)
    for field, kind in (("seed", int), ("samples", int), ("search_samples", int)):
        parser.add_argument(f"--{field.replace('_', '-')}", type=kind, default=getattr(Training(), field))
    chosen = parser.parse_args(arguments)
    plan = Training(seed=chosen.seed, samples=chosen.samples, search_samples=chosen.search_samples)
    networks: dict[str, Any] = {}
    if chosen.out.exists():
        with np.load(chosen.out) as old:
            networks.update(old)
    for name in chosen.presets:
        for players in chosen.players:
            rules = preset(name, players, match="round")
            weights = train(rules, plan)
            error, spread = squared_error(weights, rules, Training(seed=plan.seed + 1), 50_000, search=False)
            print(f"{name} {players} players: {1 - error / spread:.3f} of the variance explained")  # noqa: T201
            networks[f"{name}-{players}"] = weights.astype(np.float16)
            np.savez_compressed(chosen.out, **networks)


if __name__ == "__main__":
    main(sys.argv[1:])
