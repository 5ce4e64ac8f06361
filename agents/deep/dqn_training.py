"""One training by DQN: play a rollout, learn from what the replay holds, again and again."""

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
from agents.deep.course import Course
from agents.deep.dqn_loss import (
    action_values,
    chosen_values,
    double_targets,
    huber,
    without_value,
)
from agents.deep.exploring import ExploringChooser
from agents.deep.replay import Packed, Replay, Sample, n_step
from agents.deep.rollout import Decisions, play_matches
from agents.deep.seating import Mixture, deal_matches
from agents.deep.torch_net import Network
from arena import streams
from arena.errors import BadParameter, LearningDiverged
from arena.learner import Checkpoint, Task

if TYPE_CHECKING:
    from agents.deep.dqn import DQN

__all__ = ["DQNTraining", "run"]

_FIRST_GUESS = 60.0
"""Decisions of a seat in a match, before any was played."""
_RECALL = 0.8
"""How much of what is known of the length of matches is kept when others were played."""


def run(learner: DQN, task: Task, seed: int, resume: Checkpoint | None) -> Iterator[Checkpoint]:
    """Train; a checkpoint after every rollout. See `agents.deep.dqn.DQN.train`."""
    training = DQNTraining(learner, task, seed)
    if resume is not None:
        training.restore(resume.state)
    while True:
        metrics = training.update()
        yield Checkpoint(training.agent(), training.steps, metrics, training.state())


class DQNTraining:
    """A training under way.

    Args:
        learner: the hyper-parameters.
        task: what is to be learned.
        seed: the root of all chance.

    Raises:
        NotCapable: if a game is not played in arrays, or an opponent is not compiled.
    """

    def __init__(self, learner: DQN, task: Task, seed: int) -> None:
        self.learner = learner
        self.course = Course(task)
        self._seed = seed
        self._key = streams.derive(streams.root_key(seed), "dqn")
        torch.manual_seed(streams.number(self._key, "network") >> 1)
        self._network = self._fresh()
        self._target = self._fresh()
        self._target.load_state_dict(self._network.state_dict())
        self._optimizer = torch.optim.Adam(self._network.parameters(), lr=learner.rate, eps=1e-5)
        self._type = getattr(torch, learner.precision)
        self._replay = Replay(learner.capacity)
        self._scale: NDArray[np.float64] | None = None
        self._lengths = _FIRST_GUESS * np.array(self.course.sizes, np.float64)
        self._rollouts = 0
        self._descents = 0
        self.steps = 0
        """Decisions so far."""

    def _fresh(self) -> Network:
        return Network(self.course.features, self.learner.hidden, self.course.actions)

    def update(self) -> dict[str, float]:
        """Play a rollout, learn, and tell how it went.

        Raises:
            LearningDiverged: if the loss is no number any more.
        """
        began = perf_counter()
        here = streams.derive(self._key, self._rollouts)
        epsilon = self._annealed(self.learner.epsilon, self.learner.final_epsilon, self.learner.exploration)
        count, told = self._play(here, epsilon)
        played = perf_counter()
        learned = self._learn(count, streams.stream(here, "minibatches"))
        self.steps += count
        self._rollouts += 1
        seconds = {"play_s": played - began, "learn_s": perf_counter() - played}
        return {**told, **learned, "epsilon": epsilon, "replay": float(len(self._replay)), **seconds}

    def _annealed(self, first: float, last: float, horizon: int) -> float:
        return first + (last - first) * min(1.0, self.steps / horizon)

    def _play(self, key: bytes, epsilon: float) -> tuple[int, dict[str, float]]:
        """Play a rollout into the replay: how many decisions it has, and what it tells."""
        share = self.learner.batch / len(self._lengths)
        counts = np.maximum(1, np.rint(share / self._lengths)).astype(np.int64)
        matches = deal_matches(
            key,
            counts.tolist(),
            self.course.sizes,
            opponents=self.course.opponents,
            league=0,
            mixture=Mixture(self.learner.opponents),
        )
        chooser = ExploringChooser(self._network.plain(), epsilon, streams.stream(key, "actions"))
        decisions = play_matches(self.course.tables(len(matches.seeds)), matches, [chooser])
        variants = matches.variants[decisions.matches]
        lengths = np.maximum(1.0, np.bincount(variants, minlength=len(counts)) / counts)
        self._lengths = lengths if self._scale is None else _RECALL * self._lengths + (1 - _RECALL) * lengths
        if self._scale is None:
            self._scale = self.course.deviations(matches, decisions.returns)
        self._remember(decisions, self._scale[variants])
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
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        due = max(1, round(fresh * learner.reuse / learner.minibatch))
        found = [self._descend(self._replay.sample(learner.minibatch, rng)) for _ in range(due)]
        means = {name: math.fsum(row[name] for row in found) / due for name in found[0]}
        return {**means, "error": math.sqrt(means["error"]), "rate": rate}

    def _descend(self, sample: Sample) -> dict[str, float]:
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
        if not math.isfinite(loss.item()):
            raise LearningDiverged(
                f"dqn: the loss is {loss.item()} after {self.steps:,} decisions; a smaller rate or a smaller "
                "target_rate may help"
            )
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self._network.parameters(), learner.max_gradient)
        self._optimizer.step()
        self._descents += 1
        if self._descents % learner.target_every == 0:
            self._follow()
        return {"loss": loss.item(), "error": float(errors.detach().square().mean()), "gradient": float(norm)}

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

    def _autocast(self) -> torch.autocast:
        """Where the precision of learning holds."""
        return torch.autocast("cpu", self._type, enabled=self._type is not torch.float32)

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
        perceptron = without_value(self._target.plain())
        return self.course.agent(
            perceptron,
            "values",
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
                "target": self._target.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "replay": self._replay.state(),
                "scale": None if self._scale is None else torch.from_numpy(self._scale),
                "lengths": torch.from_numpy(self._lengths),
                "rollouts": self._rollouts,
                "descents": self._descents,
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
            raise BadParameter("expected the state of a dqn training, got bytes that are none") from error
        if other != self._signature():
            raise BadParameter(f"expected the state of {self._signature()}, got that of {other}")
        self._network.load_state_dict(kept["network"])
        self._target.load_state_dict(kept["target"])
        self._optimizer.load_state_dict(kept["optimizer"])
        self._replay.restore(kept["replay"])
        self._scale = None if kept["scale"] is None else kept["scale"].numpy()
        self._lengths, self.steps = kept["lengths"].numpy(), kept["steps"]
        self._rollouts, self._descents = kept["rollouts"], kept["descents"]

    def _signature(self) -> str:
        """What a state must be of to fit this training."""
        return self.course.signature(self.learner, self._seed)
