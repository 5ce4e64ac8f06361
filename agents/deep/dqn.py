"""Deep Q-learning with masks, for games of turns that are played in arrays; deep Monte Carlo at one end of its range.

V. Mnih et al., "Human-level control through deep reinforcement learning", Nature 518 (2015).

==========================  ==================================================================================
detail                      here
==========================  ==================================================================================
episodes                    whole matches (`agents.deep.rollout`)
reward                      what the match brings, over the deviation of returns by the same rules at the start
targets                     n-step (Hessel et al., "Rainbow", AAAI 2018) and double (van Hasselt et al., AAAI
                            2016); where `n_step` reaches the end of every match no network is asked, and this is
                            the deep Monte Carlo of D. Zha et al., "DouZero", ICML 2021
masks                       in play, in exploration and in the maximum of the targets
exploration                 epsilon-greedy over legal actions; epsilon falls linearly over `exploration` decisions
replay                      whole rollouts, packed into bits (`agents.deep.replay`), drawn evenly
seats                       self-play and the task's opponents (`agents.deep.seating`)
handed over                 the target network: an average of weights plays better than the last ones
gradient                    Huber loss; norm clipped; Adam, epsilon 1e-5; the rate falls linearly over `horizon`
==========================  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.deep.hyperparameters import check_choice, check_numbers
from agents.deep.needs import need_torch
from arena.learner import Checkpoint, Learner, Task

__all__ = ["DQN"]


@dataclass(frozen=True)
class DQN(Learner):
    """Masked double DQN with n-step returns and self-play; a checkpoint after every rollout."""

    hidden: tuple[int, ...] = (256, 256)
    """Units of the hidden layers, each 1 to 4096."""
    horizon: int = 20_000_000
    """Decisions over which the rate falls to its last value."""
    batch: int = 24_576
    """Decisions of a rollout, about; matches are played to their end."""
    capacity: int = 262_144
    """Decisions that the replay holds."""
    minibatch: int = 2048
    """Decisions of a step of the gradient."""
    reuse: float = 2.0
    """How often a decision is learned from, on average: after a rollout of N decisions N * reuse / minibatch steps are made."""
    n_step: int = 1000
    """Rewards that are summed before the rest is guessed; 1 is the first DQN, more than a match has is Monte Carlo."""
    discount: float = 1.0
    """Gamma, 0 to 1."""
    double: bool = True
    """Whether the network that learns picks the action whose value the target network tells; otherwise the latter does both."""
    target_every: int = 1
    """Steps of the gradient from one update of the target network to the next."""
    target_rate: float = 0.005
    """How far an update moves the target network to the one that learns; 1 makes them equal."""
    threshold: float = 10.0
    """Errors beyond it count linearly; in deviations of returns."""
    rate: float = 7e-4
    """Step of Adam at the start."""
    final_rate: float = 3e-5
    """Step of Adam from `horizon` on."""
    epsilon: float = 0.3
    """Share of decisions taken blindly at the start."""
    final_epsilon: float = 0.02
    """Share of decisions taken blindly from `exploration` on."""
    exploration: int = 2_000_000
    """Decisions over which epsilon falls to its last value."""
    max_gradient: float = 1.0
    """The norm to which a gradient is clipped."""
    opponents: float = 0.5
    """Share of the matches against the task's opponents; none where the task has none. The rest is self-play."""
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
                **dict.fromkeys(("horizon", "batch", "minibatch", "n_step", "exploration"), (1, 10**12)),
                **dict.fromkeys(("capacity", "target_every"), (1, 10**9)),
                "hidden": (1, 4096),
            },
            real={
                **dict.fromkeys(("rate", "final_rate"), (0.0, 10.0)),
                **dict.fromkeys(("max_gradient", "threshold", "reuse"), (1e-6, 1e6)),
                **dict.fromkeys(
                    ("discount", "target_rate", "epsilon", "final_epsilon", "opponents"), (0.0, 1.0)
                ),
            },
        )
        check_choice(self, "precision", ("float32", "bfloat16"))

    def train(self, task: Task, seed: int, resume: Checkpoint | None = None) -> Iterator[Checkpoint]:
        """Learn; see `arena.learner.Learner.train`. The state of a checkpoint holds the replay.

        Metrics: ``reward`` (the mean return of a seat of learner and opponents' matches, in the game's unit, blind decisions
        among them), ``loss``, ``error`` (root of the mean squared error, in deviations of returns), ``gradient`` (its norm
        before clipping), ``value`` (mean value of the best action), ``rate``, ``epsilon``, ``replay`` (decisions it holds),
        ``play_s`` and ``learn_s`` (seconds).

        Raises:
            MissingExtra: if PyTorch is absent.
            NotCapable: if a game is not played in arrays, or an opponent is not compiled.
            BadParameter: if a parameter is outside what it may be, or `resume` is of another training.
            LearningDiverged: if the loss is no number any more.
        """
        need_torch()
        from agents.deep import dqn_training

        self.check()
        return dqn_training.DQNTraining(self, task, seed).checkpoints(resume)
