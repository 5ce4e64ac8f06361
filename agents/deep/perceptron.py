"""A multi-layer perceptron as plain arrays: what every learner hands over, and what every player plays."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.errors import BadParameter

__all__ = ["Perceptron"]


@dataclass(frozen=True, eq=False)
class Perceptron:
    """Layers of weights with rectifiers between them and none after the last.

    Layer k computes ``y = x W_k + b_k``, and ``max(0, y)`` goes on to layer k + 1 (Goodfellow, Bengio and Courville 2016,
    Deep Learning, section 6.1). K layers, F features.
    """

    weights: tuple[NDArray[np.float32], ...]
    """K arrays float32[in, out]; layer 0 has ``in = F``, and each other layer the ``out`` of the one before it."""
    biases: tuple[NDArray[np.float32], ...]
    """K arrays float32[out]."""
    actions: int
    """The first so many outputs are one number an action; one further output, if there is one, is the value of the state."""

    @property
    def features(self) -> int:
        """F, how many numbers an observation has."""
        return int(self.weights[0].shape[0])

    @property
    def outputs(self) -> int:
        """How many numbers come out: `actions`, and one more where there is a value."""
        return int(self.weights[-1].shape[1])

    @property
    def has_value(self) -> bool:
        """Whether the last output is the value of the state."""
        return self.outputs == self.actions + 1

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths from the observation to the outputs, such as ``(925, 256, 256, 370)``."""
        return (self.features, *(int(weight.shape[1]) for weight in self.weights))

    def check(self) -> None:
        """Refuse arrays that do not fit each other.

        Raises:
            BadParameter: naming the layer, and what was expected.
        """
        if not self.weights or len(self.weights) != len(self.biases):
            raise BadParameter(
                "perceptron: expected one or more layers with a bias each, got "
                f"{len(self.weights)} weights and {len(self.biases)} biases"
            )
        before = self.weights[0].shape[0] if self.weights[0].ndim else 0
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            _check_layer(layer, weight, bias, before)
            before = weight.shape[1]
        if not 1 <= self.actions <= self.outputs <= self.actions + 1:
            raise BadParameter(
                f"perceptron: expected {self.actions} actions with or without a value, got {self.outputs} outputs"
            )

    def forward(self, observations: NDArray[np.float32]) -> NDArray[np.float32]:
        """The outputs, float32[B, outputs], for `observations`, float32[B, F]."""
        hidden = observations
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            hidden = hidden @ weight + bias
            if layer + 1 < len(self.weights):
                np.maximum(hidden, 0.0, out=hidden)
        return hidden

    def flat(self) -> NDArray[np.float32]:
        """All numbers in a row, float32[P]: of each layer its weights, row by row, and its biases."""
        parts = [
            part
            for pair in zip(self.weights, self.biases, strict=True)
            for part in (pair[0].ravel(), pair[1])
        ]
        return np.ascontiguousarray(np.concatenate(parts), np.float32)

    @classmethod
    def of_flat(cls, numbers: NDArray[np.float32], sizes: Sequence[int], actions: int) -> Perceptron:
        """The perceptron of which `numbers`, float32[P], is the `flat`.

        Args:
            numbers: float32[P].
            sizes: widths from the observation to the outputs, K + 1 of them.
            actions: how many of the outputs are actions.

        Raises:
            BadParameter: if P is not what `sizes` needs.
        """
        wanted = sum((before + 1) * after for before, after in itertools.pairwise(sizes))
        if numbers.shape != (wanted,):
            raise BadParameter(
                f"perceptron: expected {wanted} numbers for sizes {tuple(sizes)}, got {numbers.shape}"
            )
        weights, biases, start = [], [], 0
        for before, after in itertools.pairwise(sizes):
            end = start + before * after
            weights.append(np.array(numbers[start:end], np.float32).reshape(before, after))
            biases.append(np.array(numbers[end : end + after], np.float32))
            start = end + after
        return cls(tuple(weights), tuple(biases), actions)


def _check_layer(layer: int, weight: NDArray[np.float32], bias: NDArray[np.float32], before: int) -> None:
    if weight.ndim != 2 or weight.shape[0] != before or bias.shape != weight.shape[1:]:
        raise BadParameter(
            f"perceptron: expected layer {layer} of weights [{before}, out] and biases [out], got "
            f"{weight.shape} and {bias.shape}"
        )
    if weight.dtype != np.float32 or bias.dtype != np.float32:
        raise BadParameter(
            f"perceptron: expected float32 in layer {layer}, got {weight.dtype} and {bias.dtype}"
        )
    if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
        raise BadParameter(f"perceptron: expected finite numbers in layer {layer}")
