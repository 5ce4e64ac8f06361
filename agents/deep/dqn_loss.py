"""The numbers of deep Q-learning: action values, targets, and how far the two are apart."""

from __future__ import annotations

import numpy as np
import torch

from agents.deep.perceptron import Perceptron
from agents.deep.torch_net import Network

__all__ = ["action_values", "chosen_values", "double_targets", "huber", "without_value"]


def action_values(network: Network, observations: torch.Tensor) -> torch.Tensor:
    """The values of all actions, float32[B, A].

    Args:
        network: whose value of the state counts for nothing.
        observations: [B, F].
    """
    values, _ = network.forward(observations)
    return values.float()


def chosen_values(network: Network, observations: torch.Tensor, actions: torch.Tensor) -> torch.Tensor:
    """The values of one action a row, float32[B]; a quarter cheaper to learn from than those of all.

    Args:
        network: as in `action_values`.
        observations: [B, F].
        actions: int64[B].
    """
    weight, bias = network.head.weight[actions], network.head.bias[actions]
    hidden: torch.Tensor = network.trunk(observations)
    return (hidden.float() * weight).sum(dim=1) + bias


def double_targets(
    gains: torch.Tensor, waiting: torch.Tensor, online: torch.Tensor, target: torch.Tensor, discount: float
) -> torch.Tensor:
    """What the chosen actions should be worth, float32[B].

    H. van Hasselt, A. Guez and D. Silver, "Deep Reinforcement Learning with Double Q-learning", AAAI 2016, equation 4: the
    network that learns picks the action, the target network says what it is worth.

    Args:
        gains: float32[B], what came up to the decision from which the rest is guessed.
        waiting: int64[b], the rows that have a rest.
        online: float32[b, A], values by the network that learns; -inf for what is not allowed.
        target: float32[b, A], values by the target network.
        discount: ``gamma^n``.
    """
    best = online.argmax(dim=1, keepdim=True)
    return gains.index_add(0, waiting, discount * target.gather(1, best)[:, 0])


def huber(errors: torch.Tensor, threshold: float) -> torch.Tensor:
    """The mean of ``e^2 / 2`` for ``|e| <= d`` and ``d (|e| - d / 2)`` beyond, a number.

    P. J. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35 (1964). It is least at the
    mean of what is noisy only where errors stay within the threshold; where they do not, it is drawn to the median.

    Args:
        errors: [B].
        threshold: d, > 0.
    """
    size = errors.abs()
    inner = size.clamp(max=threshold)
    return (inner * (size - 0.5 * inner)).mean()


def without_value(perceptron: Perceptron) -> Perceptron:
    """The action values alone, of a perceptron whose last output is the value of the state."""
    weight, bias = perceptron.weights[-1][:, :-1], perceptron.biases[-1][:-1]
    return Perceptron(
        (*perceptron.weights[:-1], np.ascontiguousarray(weight)),
        (*perceptron.biases[:-1], np.ascontiguousarray(bias)),
        perceptron.actions,
    )
