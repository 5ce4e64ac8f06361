"""How the networks of Malla 2025 learn: PPO and DQN on a few hundred rounds.

Known from the program and the curves stored with it: PPO learned from about 1000 rounds and DQN from 500, of 50 turns at most,
in which one network plays all seats, so that the state after an action is the next player's. Adam with a rate of 1e-4, a
discount of 0.99, batches of 16 (PPO, one step of temporal difference, clipped at 0.2, each batch used once) and 32 (DQN, the
last 2000 decisions, a target network renewed every 100 decisions, exploration falling from 1 to 0.01 by 0.995 a batch). PPO
divides the softmax over all 128 outputs by the chance among those that exist: the ratio starts below 1, where the clip
stops every bad action from being unlearned. The targets of DQN are maxima over outputs that no action has.

Our reading: the training program that is published is an earlier one, for 104 inputs and 5 outputs; we take its way of learning
for the network that played the championship. The reward is the value thrown / 65, and the coins of a call; the curves fit it.
Four players, as in the championship. DQN learns once in four decisions. With `fixed` outputs, softmax and maximum are over
the legal actions, and nothing else changes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.deep.compiled import pick
from agents.dhumbal.paper.network import (
    FIXED,
    GREEDY,
    HEAD,
    INPUTS,
    LAYERS,
    NO_CALL,
    OUTPUTS,
    logits,
    observe_paper,
    options,
    output_count,
)
from arena import dice, streams
from arena.errors import BadParameter
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.cards import CALL, VALUE_OF
from games.dhumbal.engine import begin, step
from games.dhumbal.legal import MOST_DISCARDS
from games.dhumbal.rules import preset
from games.dhumbal.state import STATE, VIEW
from games.dhumbal.view import observe

__all__ = ["DQN_ROUNDS", "PPO_ROUNDS", "trained"]

PPO_ROUNDS: Final = 1000
"""Rounds from which PPO of the paper learned."""
DQN_ROUNDS: Final = 500
"""Rounds after which the weights of DQN that the paper played with were saved."""

_RATE, _DISCOUNT, _CLIP = 1e-4, 0.99, 0.2
_BATCH = {"ppo": 16, "dqn": 32}
_STEPS = {"ppo": 16, "dqn": 4}
_MEMORY: Final = 2000
_RENEW: Final = 100
_TURNS: Final = 50
_MOST: Final = MOST_DISCARDS + 1

Floats = NDArray[np.float64]

_FIELDS = (
    ("inputs", "<f8", INPUTS),
    ("after", "<f8", INPUTS),
    ("legal", "<i2", _MOST),  # the outputs that stand for legal actions
    ("legal_after", "<i2", _MOST),
    ("count", "<i2"),
    ("count_after", "<i2"),
    ("output", "<i2"),  # which was chosen
    ("chance", "<f8"),  # with what probability among the legal ones
    ("reward", "<f8"),
    ("done", "i1"),
    ("spare", "i1", 1),
)
_STEP = np.dtype(list(_FIELDS))
"""One decision."""


@jit
def _collect(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    views: Any,
    rules: Any,
    parameters: Floats,
    epsilon: float,
    counters: NDArray[np.int64],
    rng: NDArray[np.uint64],
    steps: Any,
) -> int:
    """Let the network play on by itself and keep its decisions.

    Args:
        states: STATE[1], the round; a new one begins where it is over.
        views: VIEW[1], to work in.
        rules: record RULES.
        parameters: of the network.
        epsilon: the chance of a random action.
        counters: int64[2]: rounds begun; whether the actor has declined to call.
        rng: uint64[1], the dice.
        steps: STEP[n], filled.

    Returns:
        How many were filled: n, or less where the last round of this call ended early.
    """
    actions, outputs = np.empty(_MOST, np.int64), np.empty(_MOST, np.int64)
    scores, inputs = np.empty(_MOST), np.empty(INPUTS)
    state, view = states[0], views[0]
    fixed, greedy = parameters[FIXED] != 0.0, parameters[GREEDY] != 0.0
    for place in range(len(steps)):
        if state.over != 0:
            begin(state, rules, dice.next_bits(rng))
            counters[0] += 1
            counters[1] = 0
        kept = steps[place]
        observe(state, int64(state.actor), view)
        question, found = options(view, fixed, counters[1] == 1, actions, outputs)
        observe_paper(view, question, inputs)
        logits(inputs, parameters, outputs, found, scores)
        if dice.uniform(rng) < epsilon:
            chosen = dice.below(rng, found)
        else:
            chosen = pick(scores, found, greedy, rng)
        kept.chance = 1.0 if greedy else _chance(scores, found, chosen)
        kept.count = found
        kept.output = outputs[chosen]
        for k in range(found):
            kept.legal[k] = outputs[k]
        for k in range(INPUTS):
            kept.inputs[k] = inputs[k]
        kept.reward = _act(state, actions[chosen], counters)
        kept.done = state.over
        kept.count_after = 0
        if state.over == 0:
            observe(state, int64(state.actor), view)
            question, found = options(view, fixed, counters[1] == 1, actions, outputs)
            observe_paper(view, question, inputs)
            kept.count_after = found
            for k in range(found):
                kept.legal_after[k] = outputs[k]
            for k in range(INPUTS):
                kept.after[k] = inputs[k]
    return len(steps)


@jit
def _chance(scores: Floats, found: int, chosen: int) -> float:
    total = 0.0
    for k in range(found):
        total += np.exp(scores[k] - scores[chosen])
    return 1.0 / total


@jit
def _act(state: Any, action: int, counters: NDArray[np.int64]) -> float:
    """Take an answer of the network in place; the reward of who gave it."""
    if action == NO_CALL:
        counters[1] = 1
        return 0.0
    actor = int64(state.actor)
    counters[1] = 0
    thrown = 0.0 if action == CALL else VALUE_OF[state.rules.row, action] / 65.0
    step(state, action)
    return np.float64(state.reward[actor]) if action == CALL else thrown


class _Layers:
    """A network of 117, 128, 64 and some outputs, with gradients and Adam."""

    def __init__(self, outputs: int, rng: np.random.Generator) -> None:
        sizes = (INPUTS, *LAYERS, outputs)
        self.weights: list[Floats] = []
        for below, above in itertools.pairwise(sizes):
            bound = np.sqrt(6.0 / (below + above))  # Glorot and Bengio 2010, as Keras does by default
            self.weights += [rng.uniform(-bound, bound, (below, above)), np.zeros(above)]
        self._means = [np.zeros_like(weight) for weight in self.weights]
        self._squares = [np.zeros_like(weight) for weight in self.weights]
        self._updates = 0

    def forward(self, inputs: Floats) -> list[Floats]:
        """The inputs, both hidden layers and the outputs, [B, units] each."""
        first = np.maximum(inputs @ self.weights[0] + self.weights[1], 0.0)
        second = np.maximum(first @ self.weights[2] + self.weights[3], 0.0)
        return [inputs, first, second, second @ self.weights[4] + self.weights[5]]

    def learn(self, layers: list[Floats], slope: Floats) -> None:
        """One step of Adam (Kingma and Ba 2015, algorithm 1) against `slope`, d loss / d outputs, [B, outputs]."""
        gradients: list[Floats] = []
        for number in (2, 1, 0):
            gradients = [layers[number].T @ slope, slope.sum(axis=0), *gradients]
            if number:
                slope = (slope @ self.weights[2 * number].T) * (layers[number] > 0.0)
        self._updates += 1
        rate = _RATE * np.sqrt(1 - 0.999**self._updates) / (1 - 0.9**self._updates)
        for place, gradient in enumerate(gradients):
            mean, square = self._means[place], self._squares[place]
            np.add(mean, 0.1 * (gradient - mean), out=mean)
            np.add(square, 0.001 * (gradient * gradient - square), out=square)
            self.weights[place] -= rate * mean / (np.sqrt(square) + 1e-7)

    def write(self, parameters: Floats) -> None:
        """Copy the weights behind `HEAD`."""
        np.concatenate([weight.ravel() for weight in self.weights], out=parameters[HEAD:])


def _masks(batch: NDArray[np.void], outputs: int, name: str, count: str) -> NDArray[np.bool_]:
    """bool[B, outputs], which outputs stand for legal actions."""
    masks = np.zeros((len(batch), outputs), np.bool_)
    held = np.arange(_MOST) < batch[count][:, np.newaxis]
    rows, places = np.nonzero(held)
    masks[rows, batch[name][rows, places]] = True
    return masks


@dataclass
class _Pupil:
    """A network in training."""

    learner: str
    fixed: bool
    net: _Layers
    other: _Layers
    """The critic of PPO, the target of DQN."""
    rng: np.random.Generator
    seen: int = 0
    epsilon: float = 0.0

    def __post_init__(self) -> None:
        self.memory = np.zeros(_MEMORY, _STEP)
        if self.learner == "dqn":
            self.epsilon = 1.0
            self._renew()

    def _renew(self) -> None:
        self.other.weights = [weight.copy() for weight in self.net.weights]

    def take(self, steps: NDArray[np.void]) -> None:
        """Learn from new decisions."""
        if self.learner == "ppo":
            self._ppo(steps)
            return
        for decision in range(len(steps)):
            self.memory[(self.seen + decision) % _MEMORY] = steps[decision]
        before, self.seen = self.seen, self.seen + len(steps)
        size = min(self.seen, _MEMORY)
        if size >= _BATCH["dqn"]:
            self._dqn(self.memory[self.rng.choice(size, _BATCH["dqn"], replace=False)])
            self.epsilon = max(0.01, self.epsilon * 0.995 ** len(steps))
        if before // _RENEW != self.seen // _RENEW:
            self._renew()

    def _ppo(self, batch: NDArray[np.void]) -> None:
        rows, running = np.arange(len(batch)), 1.0 - batch["done"]
        values = self.other.forward(batch["inputs"])
        target = batch["reward"] + running * _DISCOUNT * self.other.forward(batch["after"])[3][:, 0]
        advantage = target - values[3][:, 0]
        layers = self.net.forward(batch["inputs"])
        scores = layers[3].copy()
        if self.fixed:
            scores[~_masks(batch, scores.shape[1], "legal", "count")] = -np.inf
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        ratio = shares[rows, batch["output"]] / (batch["chance"] + 1e-10)
        # Schulman et al. 2017, eq. 7: outside the clip the surrogate is flat.
        flat = np.where(advantage >= 0, ratio > 1 + _CLIP, ratio < 1 - _CLIP)
        weight = np.where(flat, 0.0, advantage * ratio) / len(batch)
        slope = shares * weight[:, np.newaxis]
        slope[rows, batch["output"]] -= weight
        self.net.learn(layers, slope)
        self.other.learn(values, (2.0 * (values[3][:, 0] - target) / len(batch))[:, np.newaxis])

    def _dqn(self, batch: NDArray[np.void]) -> None:
        rows, running = np.arange(len(batch)), 1.0 - batch["done"]
        after = self.other.forward(batch["after"])[3]
        if self.fixed:
            legal = _masks(batch, after.shape[1], "legal_after", "count_after")
            legal[batch["done"] != 0] = True
            after = np.where(legal, after, -np.inf)
        target = batch["reward"] + running * _DISCOUNT * after.max(axis=1)
        layers = self.net.forward(batch["inputs"])
        slope = np.zeros_like(layers[3])
        error = layers[3][rows, batch["output"]] - target
        slope[rows, batch["output"]] = 2.0 * error / slope.size
        self.net.learn(layers, slope)


@lru_cache(maxsize=32)
def trained(learner: str, rounds: int, seed: int, fixed: bool) -> Floats:
    """The parameters of a network that has learned, as `agents.dhumbal.paper.network.HEAD` says; the same for the same seed.

    Args:
        learner: ``"ppo"`` or ``"dqn"``.
        rounds: how many rounds it plays against itself, at least 0.
        seed: the root of all chance.
        fixed: whether outputs are action ids, or else places in the list of legal actions.

    Raises:
        BadParameter: if there is no such learner, or `rounds` is negative.
    """
    if learner not in _BATCH or rounds < 0:
        raise BadParameter(f"expected 'ppo' or 'dqn' and rounds >= 0, got {learner!r} and {rounds!r}")
    key = streams.derive(streams.root_key(seed), "paper network", learner, int(fixed))
    outputs = output_count(fixed)
    rng = streams.stream(key, "weights")
    net = _Layers(outputs, rng)
    pupil = _Pupil(learner, fixed, net, _Layers(1 if learner == "ppo" else outputs, rng), rng)
    parameters = np.zeros(HEAD + sum(weight.size for weight in net.weights))
    parameters[[GREEDY, FIXED, OUTPUTS]] = float(learner == "dqn"), float(fixed), float(outputs)
    net.write(parameters)
    states, counters = np.zeros(1, STATE), np.zeros(2, np.int64)
    states["over"] = 1
    luck = np.array([streams.number(key, "rounds")], np.uint64)
    record = preset("paper", 4, turn_cap=_TURNS).record()
    views, steps = np.zeros(1, VIEW), np.zeros(_STEPS[learner], _STEP)
    while counters[0] < rounds or (rounds and not states["over"][0]):
        _collect(states, views, record, parameters, pupil.epsilon, counters, luck, steps)
        pupil.take(steps)
        net.write(parameters)
    parameters.flags.writeable = False
    return parameters
