"""Networks in PyTorch: one trunk, a number for each action and the value of the state."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import nn

from agents.deep.perceptron import Perceptron

__all__ = ["NEVER", "Network", "masked_log_softmax"]

NEVER: Final = -1e9
"""In place of the number of an action that is not allowed."""


def masked_log_softmax(logits: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Logarithms of the probabilities of the actions, float32[B, A]; of those not allowed they are about -1e9.

    Args:
        logits: [B, A].
        masks: bool[B, A].
    """
    return torch.log_softmax(logits.float().masked_fill(~masks, NEVER), dim=1)


class Network(nn.Module):
    """A perceptron with rectified linear units; the last layer gives A numbers for the actions and the value.

    Args:
        features: F, numbers of an observation.
        hidden: units of each hidden layer.
        actions: A.
        head_gain: the gain of the weights of the actions' numbers; small ones start from an even policy.
    """

    def __init__(self, features: int, hidden: Sequence[int], actions: int, head_gain: float = 0.01) -> None:
        super().__init__()
        sizes = [features, *hidden]
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            layers += [_orthogonal(nn.Linear(before, after), 2**0.5), nn.ReLU()]
        self.trunk = nn.Sequential(*layers)
        self.head = _orthogonal(nn.Linear(sizes[-1], actions + 1), 1.0)
        with torch.no_grad():
            self.head.weight[:actions] *= head_gain

    def forward(self, observations: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Numbers of the actions, [B, A], and values, [B], of observations [B, F]."""
        out = self.head(self.trunk(observations))
        return out[:, :-1], out[:, -1]

    def plain(self) -> Perceptron:
        """The network as arrays."""
        linear = [module for module in (*self.trunk, self.head) if isinstance(module, nn.Linear)]
        weights = tuple(np.ascontiguousarray(layer.weight.detach().numpy().T, np.float32) for layer in linear)
        biases = tuple(layer.bias.detach().numpy().astype(np.float32) for layer in linear)
        return Perceptron(weights, biases, linear[-1].out_features - 1)


def _orthogonal(layer: nn.Linear, gain: float) -> nn.Linear:
    nn.init.orthogonal_(layer.weight, gain)
    nn.init.zeros_(layer.bias)
    return layer
