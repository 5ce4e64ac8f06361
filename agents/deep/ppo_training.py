"""One training by PPO: play a batch of matches, learn from it, again and again."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.agent import Policy
from agents.deep.chooser import DrawingChooser
from agents.deep.course import Course
from agents.deep.perceptron import Perceptron
from agents.deep.ppo_loss import Minibatch, ppo_loss
from agents.deep.rollout import Decisions, advantages, play_matches
from agents.deep.seating import Mixture, deal_matches
from agents.deep.torch_net import Network
from arena import registry, streams
from arena.errors import BadParameter, LearningDiverged
from arena.learner import Checkpoint, Task

if TYPE_CHECKING:
    from agents.deep.ppo import PPO

__all__ = ["PPOTraining", "run"]

_FIRST_GUESS = 60.0
"""Decisions of a seat in a match, before any was played."""
_RECALL = 0.8
"""How much of what is known of the length of matches is kept when others were played."""


def run(learner: PPO, task: Task, seed: int, resume: Checkpoint | None) -> Iterator[Checkpoint]:
    """Train; a checkpoint after every update. See `agents.deep.ppo.PPO.train`."""
    training = PPOTraining(learner, task, seed)
    if resume is not None:
        training.restore(resume.state)
    while True:
        metrics = training.update()
        yield Checkpoint(training.agent(), training.steps, metrics, training.state())


class PPOTraining:
    """A training under way.

    Args:
        learner: the hyper-parameters.
        task: what is to be learned.
        seed: the root of all chance.

    Raises:
        NotCapable: if a game is not played in arrays, or an opponent is not compiled.
    """

    def __init__(self, learner: PPO, task: Task, seed: int) -> None:
        self.learner = learner
        self.course = Course(task, registry.make_agent(learner.teacher) if learner.teacher else None)
        self._seed = seed
        self._key = streams.derive(streams.root_key(seed), "ppo")
        torch.manual_seed(streams.number(self._key, "network") >> 1)
        self._network = self._fresh()
        self._optimizer = torch.optim.Adam(self._network.parameters(), lr=learner.rate, eps=1e-5)
        self._type = getattr(torch, learner.precision)
        self._league: list[Perceptron] = []
        self._scale: NDArray[np.float64] | None = None
        self._lengths = _FIRST_GUESS * np.array(self.course.sizes, np.float64)
        self._updates = 0
        self.steps = 0
        """Decisions so far."""

    def _fresh(self) -> Network:
        return Network(self.course.features, self.learner.hidden, self.course.actions)

    def update(self) -> dict[str, float]:
        """Play a batch, learn from it, and tell how it went.

        Raises:
            LearningDiverged: if the loss is no number any more.
        """
        began = perf_counter()
        here = streams.derive(self._key, self._updates)
        decisions, variants, reward = self._play(here)
        played = perf_counter()
        metrics = self._learn(decisions, variants, streams.stream(here, "minibatches"))
        before, self.steps = self.steps, self.steps + len(decisions)
        self._updates += 1
        if self.steps // self.learner.league_every > before // self.learner.league_every:
            self._league = (
                [*self._league, self._network.plain()][-self.learner.league :] if self.learner.league else []
            )
        seconds = {"play_s": played - began, "learn_s": perf_counter() - played}
        return {"reward": reward, **metrics, **seconds}

    def _play(self, key: bytes) -> tuple[Decisions, NDArray[np.int64], float]:
        """A batch of decisions, the variant of each, and the mean reward of learners that others played against."""
        share = self.learner.batch / len(self._lengths)
        counts = np.maximum(1, np.rint(share / self._lengths)).astype(np.int64)
        mixture = Mixture(self.learner.opponents, self.learner.past)
        matches = deal_matches(
            key,
            counts.tolist(),
            self.course.sizes,
            opponents=self.course.opponents,
            league=len(self._league),
            mixture=mixture,
        )
        rng = streams.stream(key, "actions")
        choosers = [DrawingChooser(network, rng) for network in (self._network.plain(), *self._league)]
        teacher = self.course.teacher if self._lesson() > 0.0 else None
        decisions = play_matches(self.course.tables(len(matches.seeds)), matches, choosers, teacher)
        variants = matches.variants[decisions.matches]
        lengths = np.maximum(1.0, np.bincount(variants, minlength=len(counts)) / counts)
        self._lengths = lengths if self._scale is None else _RECALL * self._lengths + (1 - _RECALL) * lengths
        if self._scale is None:
            self._scale = self.course.deviations(matches, decisions.returns)
        return decisions, variants, self.course.reward(matches, decisions.returns)

    def _learn(
        self, decisions: Decisions, variants: NDArray[np.int64], rng: np.random.Generator
    ) -> dict[str, float]:
        learner = self.learner
        rate, bonus = (
            self._annealed(learner.rate, learner.final_rate),
            self._annealed(learner.entropy, learner.final_entropy),
        )
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        batch = self._batch(decisions, variants)
        sums: dict[str, float] = {}
        parts = 0
        for _ in range(learner.epochs):
            order = torch.from_numpy(rng.permutation(len(decisions)))
            for rows in order.tensor_split(max(1, round(len(order) / learner.minibatch))):
                found = self._descend(batch.rows(rows), bonus)
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

    def _annealed(self, first: float, last: float) -> float:
        return first + (last - first) * min(1.0, self.steps / self.learner.horizon)

    def _batch(self, decisions: Decisions, variants: NDArray[np.int64]) -> Minibatch:
        assert self._scale is not None  # noqa: S101 - measured by the first play
        rewards = decisions.rewards / self._scale[variants]
        gains = advantages(rewards, decisions.values, decisions.last, 1.0, self.learner.trace)
        targets = gains + decisions.values
        even = (gains - gains.mean()) / (gains.std() + 1e-8)
        columns = (decisions.actions, decisions.log_probs, decisions.values, even, targets, decisions.advice)
        return Minibatch(
            torch.from_numpy(decisions.observations).to(self._type),
            torch.from_numpy(decisions.masks),
            *(torch.from_numpy(column) for column in columns),
        )

    def _descend(self, batch: Minibatch, bonus: float) -> dict[str, float]:
        """One step of the gradient."""
        learner = self.learner
        with torch.autocast("cpu", self._type, enabled=self._type is not torch.float32):
            logits, values = self._network(batch.observations)
        loss, metrics = ppo_loss(
            logits, values.float(), batch, learner.clip, learner.value_weight, bonus, self._lesson()
        )
        if not math.isfinite(loss.item()):
            raise LearningDiverged(
                f"ppo: the loss is {loss.item()} after {self.steps:,} decisions; a smaller rate or a smaller "
                "max_gradient may help"
            )
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self._network.parameters(), learner.max_gradient)
        self._optimizer.step()
        return {**metrics, "gradient": float(norm)}

    def agent(self) -> Policy:
        """Plays as well as has been learned so far."""
        return self.course.agent(
            self._network.plain(),
            "logits",
            self.learner,
            seed=self._seed,
            steps=self.steps,
            scale=1.0 if self._scale is None else float(self._scale.mean()),
        )

    def state(self) -> bytes:
        """All that resuming needs."""
        buffer = io.BytesIO()
        torch.save(
            {
                "of": self._signature(),
                "network": self._network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "league": [torch.from_numpy(network.flat()) for network in self._league],
                "scale": None if self._scale is None else torch.from_numpy(self._scale),
                "lengths": torch.from_numpy(self._lengths),
                "updates": self._updates,
                "steps": self.steps,
            },
            buffer,
        )
        return buffer.getvalue()

    def restore(self, state: bytes) -> None:
        """Go on from what `state` returned.

        Raises:
            BadParameter: if it is the state of another training, or none.
        """
        try:
            kept = torch.load(io.BytesIO(state), weights_only=True)
            other = kept["of"]
        except Exception as error:
            raise BadParameter("expected the state of a ppo training, got bytes that are none") from error
        if other != self._signature():
            raise BadParameter(f"expected the state of {self._signature()}, got that of {other}")
        self._network.load_state_dict(kept["network"])
        self._optimizer.load_state_dict(kept["optimizer"])
        now = self._network.plain()
        self._league = [
            Perceptron.of_flat(numbers.numpy(), now.sizes, now.actions) for numbers in kept["league"]
        ]
        self._scale = None if kept["scale"] is None else kept["scale"].numpy()
        self._lengths = kept["lengths"].numpy()
        self._updates, self.steps = kept["updates"], kept["steps"]

    def _signature(self) -> str:
        """What a state must be of to fit this training."""
        return self.course.signature(self.learner, self._seed)
