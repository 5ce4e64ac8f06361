"""What `training.py` measures ours against: sb3-contrib's MaskablePPO on environments with one learner."""

# The methods are Gymnasium's and Stable-Baselines3's, and do what those say.
# ruff: noqa: D102

from __future__ import annotations

import itertools
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from sb3_contrib import MaskablePPO
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import VecEnv
from torch import nn

from arena.adapters.gymnasium_env import ArenaGym
from arena.adapters.pettingzoo_aec import ArenaAEC
from arena.adapters.seats import MASK

__all__ = ["AecLearner", "GymLearner", "Trunk", "maskable_ppo"]

Observation = NDArray[np.float32]
Step = tuple[Observation, float, bool, bool, dict[str, Any]]


class _Learner(gymnasium.Env[Observation, Any]):
    """Observations as one vector, and the mask of the turn kept for `action_masks`."""

    def __init__(self, arrays: spaces.Dict, actions: spaces.Space[Any]) -> None:
        self._names = [name for name in arrays.spaces if name != MASK]
        features = sum(int(np.prod(arrays[name].shape or ())) for name in self._names)
        self.observation_space = spaces.Box(-np.inf, np.inf, (features,), np.float32)
        self.action_space = actions
        self._mask = np.zeros(0, np.bool_)

    def action_masks(self) -> NDArray[np.bool_]:
        return self._mask

    def _split(self, arrays: dict[str, NDArray[Any]], mask: NDArray[np.int8]) -> Observation:
        self._mask = mask.astype(np.bool_)
        return np.concatenate([arrays[name].ravel() for name in self._names])


class GymLearner(_Learner):
    """Our Gymnasium adapter."""

    def __init__(self, env: ArenaGym) -> None:
        assert isinstance(env.observation_space, spaces.Dict)
        super().__init__(env.observation_space, env.action_space)
        self._env = env

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        seen, info = self._env.reset(seed=seed, options=options)
        return self._split(seen, seen[MASK]), info

    def step(self, action: Any) -> Step:
        seen, reward, terminated, truncated, info = self._env.step(action)
        return self._split(seen, seen[MASK]), reward, terminated, truncated, info


class AecLearner(_Learner):
    """Our PettingZoo adapter as one environment, whose observations are those of whoever acts next.

    So does PettingZoo's tutorial on action masking with Stable-Baselines3. A reward is that of the agent that acts next, which
    is why such a training learns little from a game of more than two; here only its speed counts. Unlike the tutorial's, it
    does not observe a second time for the mask.
    """

    def __init__(self, env: ArenaAEC) -> None:
        agent = env.possible_agents[0]
        nested = env.observation_space(agent)
        assert isinstance(nested, spaces.Dict)
        arrays = nested["observation"]
        assert isinstance(arrays, spaces.Dict)
        super().__init__(arrays, env.action_space(agent))
        self._env = env

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        super().reset(seed=seed)
        self._env.reset(seed=seed, options=options)
        return self._last()[0], {}

    def step(self, action: Any) -> Step:
        self._env.step(action)
        return self._last()

    def _last(self) -> Step:
        seen, reward, terminated, truncated, info = self._env.last()
        return self._split(seen["observation"], seen[MASK]), float(reward), terminated, truncated, info


class Trunk(BaseFeaturesExtractor):
    """The hidden layers, shared by policy and value as ours are."""

    def __init__(self, space: spaces.Box, hidden: tuple[int, ...]) -> None:
        super().__init__(space, hidden[-1])
        sizes = (int(np.prod(space.shape)), *hidden)
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            layers += [nn.Linear(before, after), nn.ReLU()]
        self.trunk = nn.Sequential(*layers)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.trunk(observations)
        return found


def maskable_ppo(
    env: VecEnv, hidden: tuple[int, ...], batch: int, minibatch: int, epochs: int
) -> MaskablePPO:
    """A training whose network, batch and epochs are those of ours."""
    return MaskablePPO(
        "MlpPolicy",
        env,
        n_steps=batch // env.num_envs,
        batch_size=minibatch,
        n_epochs=epochs,
        policy_kwargs={
            "features_extractor_class": Trunk,
            "features_extractor_kwargs": {"hidden": hidden},
            "net_arch": [],
        },
        seed=1,
        device="cpu",
    )
