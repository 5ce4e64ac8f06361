"""What trainings by gradient share: a network, its optimizer, matches in even shares, and a state to resume from."""

from __future__ import annotations

import io
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.agent import Policy
from agents.deep.course import Course
from agents.deep.perceptron import Perceptron
from agents.deep.rollout import Chooser, Decisions, Matches, play_matches
from agents.deep.seating import Mixture, deal_matches
from agents.deep.torch_net import Network
from arena import streams
from arena.agent import Agent
from arena.errors import BadParameter, LearningDiverged
from arena.learner import Checkpoint, Task

__all__ = ["GradientTraining", "Hyperparameters"]

_FIRST_GUESS = 60.0
"""Decisions of a seat in a match, before any was played."""
_RECALL = 0.8
"""How much of what is known of the length of matches is kept when others were played."""


class Hyperparameters(Protocol):
    """What every learner by gradient has."""

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of the hidden layers."""

    @property
    def batch(self) -> int:
        """Decisions that are played between two updates, about."""

    @property
    def rate(self) -> float:
        """Step of Adam at the start."""

    @property
    def max_gradient(self) -> float:
        """The norm to which a gradient is clipped."""

    @property
    def precision(self) -> str:
        """The name of a type of PyTorch."""


class GradientTraining(ABC):
    """A training under way.

    Args:
        learner: the hyper-parameters.
        task: what is to be learned.
        seed: the root of all chance.
        teacher: tells what he would play; None for nobody.

    Raises:
        NotCapable: if a game is not played in arrays, or an opponent is not compiled.
    """

    name: ClassVar[str]
    """The learner's registered name; also that of its stream of chance."""
    remedy: ClassVar[str]
    """What may help where the loss is no number any more."""

    def __init__(self, learner: Any, task: Task, seed: int, teacher: Agent | None = None) -> None:
        settings: Hyperparameters = learner
        self.course = Course(task, teacher)
        self._settings = learner
        self._seed = seed
        self._key = streams.derive(streams.root_key(seed), self.name)
        torch.manual_seed(streams.number(self._key, "network") >> 1)
        self._network = self._fresh()
        self._optimizer = torch.optim.Adam(self._network.parameters(), lr=settings.rate, eps=1e-5)
        self._type = getattr(torch, settings.precision)
        self._scale: NDArray[np.float64] | None = None
        self._lengths = _FIRST_GUESS * np.array(self.course.sizes, np.float64)
        self._updates = 0
        self.steps = 0
        """Decisions so far."""

    def _fresh(self) -> Network:
        return Network(self.course.features, self._settings.hidden, self.course.actions)

    def checkpoints(self, resume: Checkpoint | None) -> Iterator[Checkpoint]:
        """Train; a checkpoint after every update.

        Raises:
            BadParameter: if `resume` is of another training.
            LearningDiverged: if the loss is no number any more.
        """
        if resume is not None:
            self.restore(resume.state)
        while True:
            metrics = self.update()
            yield Checkpoint(self.agent(), self.steps, metrics, self.state())

    @abstractmethod
    def update(self) -> dict[str, float]:
        """Play, learn, and tell how it went.

        Raises:
            LearningDiverged: if the loss is no number any more.
        """

    def _matches(self, key: bytes, mixture: Mixture, league: int = 0) -> Matches:
        """Matches for an update, in which each game gets the same share of the decisions."""
        share = self._settings.batch / len(self._lengths)
        counts = np.maximum(1, np.rint(share / self._lengths)).astype(np.int64)
        return deal_matches(
            key,
            counts.tolist(),
            self.course.sizes,
            opponents=self.course.opponents,
            league=league,
            mixture=mixture,
        )

    def _played(
        self, matches: Matches, choosers: Sequence[Chooser], teacher: int | None = None
    ) -> tuple[Decisions, NDArray[np.float64]]:
        """The learner's decisions in `matches`, and what returns are divided by at each of them, float64[N]."""
        decisions = play_matches(self.course.tables(len(matches.seeds)), matches, choosers, teacher)
        variants = matches.variants[decisions.matches]
        games = len(self._lengths)
        counts = np.bincount(matches.variants, minlength=games)
        lengths = np.maximum(1.0, np.bincount(variants, minlength=games) / counts)
        if self._scale is None:
            self._lengths, self._scale = lengths, self.course.deviations(matches, decisions.returns)
        else:
            self._lengths = _RECALL * self._lengths + (1 - _RECALL) * lengths
        return decisions, self._scale[variants]

    def _annealed(self, first: float, last: float, horizon: int) -> float:
        return first + (last - first) * min(1.0, self.steps / horizon)

    def _autocast(self) -> torch.autocast:
        """Where the precision of learning holds."""
        return torch.autocast("cpu", self._type, enabled=self._type is not torch.float32)

    def _step(self, loss: torch.Tensor, rate: float) -> float:
        """One step of Adam down the gradient of `loss`; the norm of the gradient before it was clipped."""
        if not math.isfinite(loss.item()):
            raise LearningDiverged(
                f"{self.name}: the loss is {loss.item()} after {self.steps:,} decisions; {self.remedy}"
            )
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self._network.parameters(), self._settings.max_gradient)
        self._optimizer.step()
        return float(norm)

    @abstractmethod
    def agent(self) -> Policy:
        """Plays as well as has been learned so far."""

    def _policy(self, perceptron: Perceptron, kind: str) -> Policy:
        """An agent that plays by `perceptron`; `kind` is one of `agents.deep.policy_file.KINDS`."""
        scale = 1.0 if self._scale is None else float(self._scale.mean())
        return self.course.agent(
            perceptron, kind, self._settings, seed=self._seed, steps=self.steps, scale=scale
        )

    @abstractmethod
    def _own_state(self) -> dict[str, Any]:
        """What resuming needs beyond what all trainings have: what `torch.load` reads with ``weights_only``."""

    @abstractmethod
    def _restore_own(self, kept: dict[str, Any]) -> None:
        """Go on from what `_own_state` returned."""

    def state(self) -> bytes:
        """All that resuming needs."""
        kept = {
            "of": self._signature(),
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "scale": None if self._scale is None else torch.from_numpy(self._scale),
            "lengths": torch.from_numpy(self._lengths),
            "updates": self._updates,
            "steps": self.steps,
        }
        buffer = io.BytesIO()
        torch.save(kept | self._own_state(), buffer)
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
            raise BadParameter(
                f"expected the state of a {self.name} training, got bytes that are none"
            ) from error
        if other != self._signature():
            raise BadParameter(f"expected the state of {self._signature()}, got that of {other}")
        self._network.load_state_dict(kept["network"])
        self._optimizer.load_state_dict(kept["optimizer"])
        self._scale = None if kept["scale"] is None else kept["scale"].numpy()
        self._lengths = kept["lengths"].numpy()
        self._updates, self.steps = kept["updates"], kept["steps"]
        self._restore_own(kept)

    def _signature(self) -> str:
        """What a state must be of to fit this training."""
        return self.course.signature(self._settings, self._seed)
