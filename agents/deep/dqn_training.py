"""One training by DQN: play a rollout, learn from what the replay holds, again and again."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.agent import Policy
from agents.deep.dqn_loss import (
    action_values,
    chosen_values,
    double_targets,
    huber,
    without_value,
)
from agents.deep.exploring import ExploringChooser
from agents.deep.gradient import GradientTraining
from agents.deep.replay import Packed, Replay, Sample, n_step
from agents.deep.rollout import Decisions
from agents.deep.seating import Mixture
from agents.deep.torch_net import Network
from arena import streams
from arena.learner import Task

if TYPE_CHECKING:
    from agents.deep.dqn import DQN

__all__ = ["DQNTraining"]


class DQNTraining(GradientTraining):
    """A training by DQN under way; arguments and errors as those of `GradientTraining`."""

    name = "dqn"
    remedy = "a smaller rate or a smaller target_rate may help"

    def __init__(self, learner: DQN, task: Task, seed: int) -> None:
        super().__init__(learner, task, seed)
        self.learner = learner
        self._target = self._fresh()
        self._target.load_state_dict(self._network.state_dict())
        self._replay = Replay(learner.capacity)
        self._descents = 0

    def update(self) -> dict[str, float]:
        """Play a rollout, learn, and tell how it went.

        Raises:
            LearningDiverged: if the loss is no number any more.
        """
        began = perf_counter()
        here = streams.derive(self._key, self._updates)
        epsilon = self._annealed(self.learner.epsilon, self.learner.final_epsilon, self.learner.exploration)
        count, told = self._play(here, epsilon)
        played = perf_counter()
        learned = self._learn(count, streams.stream(here, "minibatches"))
        self.steps += count
        self._updates += 1
        seconds = {"play_s": played - began, "learn_s": perf_counter() - played}
        return {**told, **learned, "epsilon": epsilon, "replay": float(len(self._replay)), **seconds}

    def _play(self, key: bytes, epsilon: float) -> tuple[int, dict[str, float]]:
        """Play a rollout into the replay: how many decisions it has, and what it tells."""
        matches = self._matches(key, Mixture(self.learner.opponents))
        chooser = ExploringChooser(self._network.plain(), epsilon, streams.stream(key, "actions"))
        decisions, scale = self._played(matches, [chooser])
        self._remember(decisions, scale)
        return len(decisions), {
            "reward": self.course.reward(matches, decisions.returns),
            "value": float(decisions.values.mean()),
        }

    def _remember(self, decisions: Decisions, scale: NDArray[np.float64]) -> None:
        learner = self.learner
        targets = n_step(decisions.rewards / scale, decisions.last, learner.n_step, learner.discount)
        self._replay.add(Packed.of(decisions, targets))

    def _learn(self, fresh: int, rng: np.random.Generator) -> dict[str, float]:
        """The steps of the gradient that are due after `fresh` decisions."""
        learner = self.learner
        rate = self._annealed(learner.rate, learner.final_rate, learner.horizon)
        due = max(1, round(fresh * learner.reuse / learner.minibatch))
        found = [self._descend(self._replay.sample(learner.minibatch, rng), rate) for _ in range(due)]
        means = {name: math.fsum(row[name] for row in found) / due for name in found[0]}
        return {**means, "error": math.sqrt(means["error"]), "rate": rate}

    def _descend(self, sample: Sample, rate: float) -> dict[str, float]:
        """One step of the gradient."""
        learner = self.learner
        targets = self._targets(sample)
        with self._autocast():
            values = chosen_values(
                self._network,
                torch.from_numpy(sample.observations).to(self._type),
                torch.from_numpy(sample.actions),
            )
        errors = values - targets
        loss = huber(errors, learner.threshold)
        norm = self._step(loss, rate)
        self._descents += 1
        if self._descents % learner.target_every == 0:
            self._follow()
        return {"loss": loss.item(), "error": float(errors.detach().square().mean()), "gradient": norm}

    @torch.no_grad()
    def _targets(self, sample: Sample) -> torch.Tensor:
        gains = torch.from_numpy(sample.gains)
        if not len(sample.waiting):
            return gains
        learner = self.learner
        banned = ~torch.from_numpy(sample.masks)
        told = self._values(self._target, sample.later)
        chooser = self._values(self._network, sample.later) if learner.double else told
        return double_targets(
            gains,
            torch.from_numpy(sample.waiting),
            chooser.masked_fill(banned, -torch.inf),
            told,
            learner.discount**learner.n_step,
        )

    def _values(self, network: Network, observations: NDArray[np.float32]) -> torch.Tensor:
        with self._autocast():
            return action_values(network, torch.from_numpy(observations).to(self._type))

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the target network to the one that learns."""
        for slow, fast in zip(self._target.parameters(), self._network.parameters(), strict=True):
            slow.lerp_(fast, self.learner.target_rate)

    def agent(self) -> Policy:
        """Plays as well as has been learned so far: by the target network, whose weights are an average over the last steps.

        B. T. Polyak and A. B. Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM Journal on Control and
        Optimization 30 (1992): the average of noisy iterates is nearer to the optimum than the last of them.
        """
        return self._policy(without_value(self._target.plain()), "values")

    def _own_state(self) -> dict[str, Any]:
        return {
            "target": self._target.state_dict(),
            "replay": self._replay.state(),
            "descents": self._descents,
        }

    def _restore_own(self, kept: dict[str, Any]) -> None:
        self._target.load_state_dict(kept["target"])
        self._replay.restore(kept["replay"])
        self._descents = kept["descents"]
