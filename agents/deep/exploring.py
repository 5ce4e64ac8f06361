"""Epsilon-greedy play in a learner's own matches, compiled; see `agents.deep.chooser`, which draws from a softmax."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.deep.compiled import last_layer, packed, product
from agents.deep.perceptron import Perceptron
from agents.deep.rollout import Choice
from arena.jit import jit

__all__ = ["ExploringChooser"]


@jit
def _explore(  # noqa: PLR0917  # compiled code takes its arguments by place
    observations: NDArray[np.float32],
    masks: NDArray[np.bool_],
    parameters: NDArray[np.float64],
    epsilon: float,
    draws: NDArray[np.float64],
    actions: NDArray[np.int64],
    values: NDArray[np.float32],
) -> None:
    """Choose an action of each row; `draws`, float64[W, 2] in [0, 1), say whether blindly, and which one then."""
    count = masks.shape[1]
    for row in range(len(observations)):
        weights, hidden, _ = last_layer(parameters, observations[row])
        width = len(hidden)
        best, legal = -1, 0
        top = np.float32(0.0)
        for action in range(count):
            if not masks[row, action]:
                continue
            legal += 1
            first = action * (width + 1)
            value = product(weights[first : first + width + 1], hidden)
            if best < 0 or value > top:
                best, top = action, value
        actions[row], values[row] = best, top
        if draws[row, 0] < epsilon:
            left = int(draws[row, 1] * legal)
            for action in range(count):
                if masks[row, action]:
                    if left == 0:
                        actions[row] = action
                        break
                    left -= 1


@dataclass(frozen=True, eq=False)
class ExploringChooser:
    """Plays the best legal action, or with chance `epsilon` any legal one, each as likely as the others.

    R. S. Sutton and A. G. Barto, Reinforcement Learning (2018), section 2.2. A `agents.deep.rollout.Chooser`.
    """

    perceptron: Perceptron
    """Its first outputs are action values."""
    epsilon: float
    """In [0, 1]."""
    rng: np.random.Generator
    """Two numbers a decision, whatever they decide, in the order of the decisions."""

    @cached_property
    def _parameters(self) -> NDArray[np.float64]:
        return packed(self.perceptron, self.perceptron.actions, greedy=True)

    def __call__(self, observations: NDArray[np.float32], masks: NDArray[np.bool_]) -> Choice:
        """An action of each row, float32[W, F], among what the masks, bool[W, A], allow; the values are of the best ones."""
        count = len(masks)
        actions, values = np.empty(count, np.int64), np.empty(count, np.float32)
        draws = self.rng.random((count, 2))
        _explore(observations, masks, self._parameters, self.epsilon, draws, actions, values)
        return Choice(actions, np.zeros(count, np.float32), values)
