"""One training by PPO: play a batch of matches, learn from it, again and again."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.agent import Policy
from agents.deep.chooser import DrawingChooser
from agents.deep.gradient import GradientTraining
from agents.deep.perceptron import Perceptron
from agents.deep.ppo_loss import Minibatch, ppo_loss
from agents.deep.rollout import Decisions, advantages
from agents.deep.seating import Mixture
from arena import registry, streams
from arena.learner import Task

if TYPE_CHECKING:
    from agents.deep.ppo import PPO

__all__ = ["PPOTraining"]


class PPOTraining(GradientTraining):
    """A training by PPO under way; arguments and errors as those of `GradientTraining`."""

    name = "ppo"
    remedy = "a smaller rate or a smaller max_gradient may help"

    def __init__(self, learner: PPO, task: Task, seed: int) -> None:
        super().__init__(
            learner, task, seed, registry.make_agent(learner.teacher) if learner.teacher else None
        )
        self.learner = learner
        self._league: list[Perceptron] = []

    def update(self) -> dict[str, float]:
        """Play a batch, learn from it, and tell how it went.

        Raises:
            LearningDiverged: if the loss is no number any more.
        """
        began = perf_counter()
        here = streams.derive(self._key, self._updates)
        decisions, scale, reward = self._play(here)
        played = perf_counter()
        metrics = self._learn(decisions, scale, streams.stream(here, "minibatches"))
        before, self.steps = self.steps, self.steps + len(decisions)
        self._updates += 1
        if self.steps // self.learner.league_every > before // self.learner.league_every:
            self._league = (
                [*self._league, self._network.plain()][-self.learner.league :] if self.learner.league else []
            )
        seconds = {"play_s": played - began, "learn_s": perf_counter() - played}
        return {"reward": reward, **metrics, **seconds}

    def _play(self, key: bytes) -> tuple[Decisions, NDArray[np.float64], float]:
        """A batch of decisions, the scale of each, and the mean reward of learners that others played against."""
        mixture = Mixture(self.learner.opponents, self.learner.past)
        matches = self._matches(key, mixture, len(self._league))
        rng = streams.stream(key, "actions")
        choosers = [DrawingChooser(network, rng) for network in (self._network.plain(), *self._league)]
        teacher = self.course.teacher if self._lesson() > 0.0 else None
        decisions, scale = self._played(matches, choosers, teacher)
        return decisions, scale, self.course.reward(matches, decisions.returns)

    def _learn(
        self, decisions: Decisions, scale: NDArray[np.float64], rng: np.random.Generator
    ) -> dict[str, float]:
        learner = self.learner
        rate = self._annealed(learner.rate, learner.final_rate, learner.horizon)
        bonus = self._annealed(learner.entropy, learner.final_entropy, learner.horizon)
        batch = self._batch(decisions, scale)
        sums: dict[str, float] = {}
        parts = 0
        for _ in range(learner.epochs):
            order = torch.from_numpy(rng.permutation(len(decisions)))
            for rows in order.tensor_split(max(1, round(len(order) / learner.minibatch))):
                found = self._descend(batch.rows(rows), rate, bonus)
                sums = {name: sums.get(name, 0.0) + value for name, value in found.items()}
                parts += 1
        means = {name: value / parts for name, value in sums.items()}
        explained = 1.0 - float((batch.targets - batch.values).var() / batch.targets.var().clamp_min(1e-12))
        return {**means, "explained": explained, "rate": rate, "bonus": bonus}

    def _lesson(self) -> float:
        """The weight of imitation."""
        learner = self.learner
        if self.course.teacher is None:
            return 0.0
        return learner.teacher_weight * max(0.0, 1.0 - self.steps / learner.teacher_steps)

    def _batch(self, decisions: Decisions, scale: NDArray[np.float64]) -> Minibatch:
        rewards = decisions.rewards / scale
        gains = advantages(rewards, decisions.values, decisions.last, 1.0, self.learner.trace)
        targets = gains + decisions.values
        even = (gains - gains.mean()) / (gains.std() + 1e-8)
        columns = (decisions.actions, decisions.log_probs, decisions.values, even, targets, decisions.advice)
        return Minibatch(
            torch.from_numpy(decisions.observations).to(self._type),
            torch.from_numpy(decisions.masks),
            *(torch.from_numpy(column) for column in columns),
        )

    def _descend(self, batch: Minibatch, rate: float, bonus: float) -> dict[str, float]:
        """One step of the gradient."""
        learner = self.learner
        with self._autocast():
            logits, values = self._network(batch.observations)
        loss, metrics = ppo_loss(
            logits, values.float(), batch, learner.clip, learner.value_weight, bonus, self._lesson()
        )
        return {**metrics, "gradient": self._step(loss, rate)}

    def agent(self) -> Policy:
        """Plays as well as has been learned so far."""
        return self._policy(self._network.plain(), "logits")

    def _own_state(self) -> dict[str, Any]:
        return {"league": [torch.from_numpy(network.flat()) for network in self._league]}

    def _restore_own(self, kept: dict[str, Any]) -> None:
        now = self._network.plain()
        self._league = [
            Perceptron.of_flat(numbers.numpy(), now.sizes, now.actions) for numbers in kept["league"]
        ]
