"""Proximal policy optimization with masks, for games of turns that are played in arrays.

J. Schulman et al., "Proximal Policy Optimization Algorithms", arXiv 1707.06347 (2017). Actions that are not allowed have
probability 0 in play and in the gradient (S. Huang and S. Ontañón, "A Closer Look at Invalid Action Masking in Policy
Gradient Algorithms", FLAIRS 2022). Large batches, and an entropy bonus that is high at first and falls, follow M. Rudolph et
al., "Reevaluating Policy Gradient Methods for Imperfect-Information Games", arXiv 2502.08938 (2025).

==========================  ==================================================================================
detail                      here
==========================  ==================================================================================
episodes                    whole matches, so that no return is guessed (`agents.deep.rollout`)
reward                      what the match brings, over the deviation of returns by the same rules at the start
discount                    none: a match ends by itself
advantages                  GAE, made to mean 0 and deviation 1 over the whole batch
value                       a head on the same trunk, squared error without clipping
imitation                   of a teacher, if one is named, with a weight that falls to nothing
seats                       self-play, a league of past selves, and the task's opponents (`agents.deep.seating`)
gradient                    norm clipped; Adam, epsilon 1e-5; rate and entropy bonus fall linearly over `horizon`
==========================  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.deep.hyperparameters import check_choice, check_numbers
from agents.deep.needs import need_torch
from arena.learner import Checkpoint, Learner, Task

__all__ = ["PPO"]


@dataclass(frozen=True)
class PPO(Learner):
    """Masked PPO with self-play; a checkpoint after every update."""

    hidden: tuple[int, ...] = (256, 256)
    """Units of the hidden layers, each 1 to 4096."""
    horizon: int = 20_000_000
    """Decisions over which rate and entropy bonus fall to their last values."""
    batch: int = 16_384
    """Decisions of an update, about; matches are played to their end."""
    minibatch: int = 1024
    """Decisions of a step of the gradient."""
    epochs: int = 2
    """How often an update goes through its batch."""
    rate: float = 1e-3
    """Step of Adam at the start."""
    final_rate: float = 3e-5
    """Step of Adam from `horizon` on."""
    entropy: float = 0.03
    """Weight of the entropy bonus at the start."""
    final_entropy: float = 0.003
    """Weight of the entropy bonus from `horizon` on."""
    clip: float = 0.2
    """How far the ratio of probabilities may move from 1."""
    value_weight: float = 0.5
    """Weight of the value's squared error."""
    trace: float = 0.95
    """Lambda of the advantages, 0 to 1."""
    max_gradient: float = 0.5
    """The norm to which a gradient is clipped."""
    opponents: float = 0.4
    """Share of the matches against the task's opponents; none where the task has none."""
    past: float = 0.1
    """Share of the matches against one past self on all other seats; the rest is self-play."""
    league: int = 6
    """How many past selves are kept, the latest ones."""
    league_every: int = 1_000_000
    """Decisions from one past self to the next."""
    teacher: str = ""
    """An agent to imitate at first, by its spelling; none where empty."""
    teacher_weight: float = 1.0
    """Weight of imitation at the start."""
    teacher_steps: int = 1_500_000
    """Decisions over which that weight falls to nothing."""
    precision: str = "float32"
    """``float32``, or ``bfloat16``: twice as fast on processors that multiply it (AVX-512 BF16), much slower on others."""

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            BadParameter: naming the parameter and what it may be.
        """
        check_numbers(
            self,
            whole={
                **dict.fromkeys(
                    ("horizon", "batch", "minibatch", "epochs", "league_every", "teacher_steps"), (1, 10**12)
                ),
                "hidden": (1, 4096),
                "league": (0, 100),
            },
            real={
                **dict.fromkeys(("rate", "final_rate", "clip", "max_gradient"), (0.0, 10.0)),
                **dict.fromkeys(("entropy", "final_entropy", "value_weight", "teacher_weight"), (0.0, 100.0)),
                **dict.fromkeys(("trace", "opponents", "past"), (0.0, 1.0)),
            },
        )
        check_choice(self, "precision", ("float32", "bfloat16"))

    def train(self, task: Task, seed: int, resume: Checkpoint | None = None) -> Iterator[Checkpoint]:
        """Learn; see `arena.learner.Learner.train`.

        Metrics: ``reward`` (the mean return of a seat of learner and opponents' matches, in the game's unit),
        ``policy_loss``, ``value_loss``, ``entropy``, ``divergence`` (from the policy that played, in nats), ``clipped`` (the
        share of ratios out of bounds), ``gradient`` (its norm before clipping), ``explained`` (the share of the variance of
        returns that the values tell), ``rate``, ``bonus``, ``play_s`` and ``learn_s`` (seconds).

        Raises:
            MissingExtra: if PyTorch is absent.
            NotCapable: if a game is not played in arrays, or an opponent is not compiled.
            BadParameter: if a parameter is outside what it may be, or `resume` is of another training.
            LearningDiverged: if the loss is no number any more.
        """
        need_torch()
        from agents.deep import ppo_training

        self.check()
        return ppo_training.PPOTraining(self, task, seed).checkpoints(resume)
