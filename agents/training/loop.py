"""The loop around a learner: what is evaluated, kept and shown, and when it ends.

The learner hands over checkpoints at its own pace. Some are evaluated, some written; all stand in the learning curve. A training
that was killed and resumed has the curve, the checkpoints and the end of one that was not: what the loop decides by, it keeps
in the checkpoint, and what was learned after the last one is learned again in the same way.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import math
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from agents.training.board import Boards
from agents.training.configuration import Configuration
from agents.training.evaluation import Result, evaluate, pooled
from agents.training.folder import Best, RunFolder, Saved
from agents.training.progress import Progress
from arena.agent import Agent
from arena.errors import BadParameter, HostFault, LearningDiverged
from arena.learner import Checkpoint, Learner, Task

__all__ = ["Training"]

_VITAL: Final = ("loss", "entropy", "divergence", "grad", "weight")
"""Words in the names of metrics without which a training has gone wrong when they are no numbers."""
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Training:
    """A training that is ready to run."""

    learner: Learner
    """Who learns."""
    task: Task
    """What is learned."""
    judges: tuple[Agent, ...]
    """The agents of `Configuration.evaluate_against`."""
    configuration: Configuration
    """When is evaluated, written and ended."""
    folder: RunFolder
    """Where all of it is kept; it has been opened."""

    def run(self, saved: Saved | None, watch: Callable[[Progress], None], board: Boards | None = None) -> str:
        """Learn until the end.

        Args:
            saved: where to go on; None begins anew.
            watch: called when something is to be shown.
            board: keeps what was measured; None where nobody wants it.

        Returns:
            Why it ended, in a few words.

        Raises:
            NotCapable: if a game lacks what the learner needs.
            LearningDiverged: if a loss is no number any more; the last good checkpoint is kept.
            HostFault: if memory or the disk is full; the last good checkpoint is kept.
            KeyboardInterrupt: ended from the keyboard; what has been learned is kept.
        """
        return _Run(self, saved, watch, board).run()


class _Run:
    """One stretch of a training, and where it stands."""

    def __init__(
        self,
        training: Training,
        saved: Saved | None,
        watch: Callable[[Progress], None],
        board: Boards | None,
    ) -> None:
        self._what = training
        self._plan = training.configuration
        self._folder = training.folder
        self._watch = watch
        self._board = board
        self._saved = saved
        self._unsaved: Saved | None = None
        self._number = saved.number if saved else 0
        self._steps = saved.checkpoint.steps if saved else 0
        self._best = saved.best if saved else None
        self._stale = saved.stale if saved else 0
        kept = self._folder.curve.cut(self._number)
        self._seconds = kept[-1]["timing"]["seconds"] if kept else 0.0
        self._clock = _Clock(self._steps)
        self._shown = Progress(self._steps, self._plan.steps, self._seconds, saved=self._saved_steps())

    def run(self) -> str:
        if self._saved is not None:
            self._folder.settle(self._saved, self._plan.keep)
        resume = self._saved.checkpoint if self._saved else None
        reason = self._over()
        try:
            if reason is None:
                with contextlib.closing(self._checkpoints(resume)) as checkpoints:
                    reason = self._learn(checkpoints)
        except BaseException as error:
            self._keep_unsaved()
            stopped = self._stopped(error)
            if stopped is error:
                raise
            raise stopped from error
        self._show(done=True)
        return reason

    def _checkpoints(self, resume: Checkpoint | None) -> Generator[Checkpoint, None, None]:
        yield from self._what.learner.train(self._what.task, self._plan.seed, resume)

    def _learn(self, checkpoints: Iterator[Checkpoint]) -> str:
        self._show()
        for checkpoint in checkpoints:
            self._clock.learned(checkpoint.steps)
            self._take(checkpoint)
            reason = self._over()
            if reason is not None:
                return reason
        return "the learner has ended"

    def _take(self, checkpoint: Checkpoint) -> None:
        """One checkpoint of the learner: judged, written down, kept."""
        _check_finite(checkpoint)
        before, now = self._steps, checkpoint.steps
        last = now >= self._plan.steps
        judged = last or _crossed(before, now, self._plan.evaluate_every)
        results = self._judge(checkpoint.agent) if judged else None
        best, stale = self._best, self._stale
        if results is not None:
            score = sum(result.score.mean for result in results) / len(results)
            better = best is None or score > best.score
            best, stale = (Best(now, score), 0) if better else (best, stale + 1)
        evaluation = None if results is None else {result.opponent: result.row() for result in results}
        timing = {"seconds": self._seconds + self._clock.seconds, "decisions_per_s": self._clock.rate}
        self._folder.curve.add(self._number + 1, now, checkpoint.metrics, evaluation, timing)
        self._number, self._steps, self._best, self._stale = self._number + 1, now, best, stale
        self._unsaved = Saved(checkpoint, self._number, best, stale)
        if judged or _crossed(before, now, self._plan.checkpoint_every):
            self._save()
        if self._board is not None:
            self._board.add(now, checkpoint.metrics, results or (), self._clock.rate)
        self._clock.go_on()
        self._show(metrics=checkpoint.metrics, results=results)

    def _judge(self, agent: Agent) -> tuple[Result, ...]:
        pairs = len(self._what.judges) * len(self._what.task.games)
        total = pairs * self._plan.evaluate_blocks

        def note(done: int) -> None:
            self._show(note=f"evaluating: {done:,} of {total:,} deals")

        note(0)
        found = evaluate(
            agent, self._what.task.games, self._what.judges, self._plan.evaluate_blocks, watch=note
        )
        return tuple(pooled(found))

    def _save(self) -> None:
        if self._unsaved is not None:
            self._folder.save(self._unsaved, self._plan.keep)
            self._saved, self._unsaved = self._unsaved, None

    def _keep_unsaved(self) -> None:
        """What has been learned since the last checkpoint; the disk may be full, and then nothing is lost but that."""
        with contextlib.suppress(Exception):
            self._save()

    def _saved_steps(self) -> int | None:
        return self._saved.checkpoint.steps if self._saved else None

    def _over(self) -> str | None:
        """Why the training is over; None while it is not."""
        if self._steps >= self._plan.steps:
            return f"{self._steps:,} decisions"
        if self._plan.patience is not None and self._stale >= self._plan.patience:
            return f"no improvement in {self._stale} evaluations"
        return None

    def _stopped(self, error: BaseException) -> BaseException:
        """What to tell of an error: that memory or the disk is full, or the error itself."""
        place = f"after {self._steps:,} decisions"
        kept = self._saved_steps()
        good = "no checkpoint was written yet" if kept is None else f"the checkpoint after {kept:,} is kept"
        if isinstance(error, MemoryError) or "out of memory" in str(error) or "allocate memory" in str(error):
            return HostFault(f"out of memory {place}; {good}")
        if isinstance(error, OSError) and error.errno in _FULL:
            return HostFault(
                f"{error.filename or self._folder.path}: no space left on the disk {place}; {good}"
            )
        if isinstance(error, LearningDiverged | FloatingPointError) or _is_nan_network(error):
            return LearningDiverged(f"{error} {place}; {good}")
        return error

    def _show(
        self,
        *,
        metrics: Mapping[str, float] | None = None,
        results: tuple[Result, ...] | None = None,
        note: str = "",
        done: bool = False,
    ) -> None:
        shown = dataclasses.replace(
            self._shown,
            steps=self._steps,
            seconds=self._seconds + self._clock.seconds,
            rate=self._clock.rate,
            left=self._clock.left(self._plan.steps),
            fresh=results is not None,
            best=self._best,
            stale=self._stale,
            saved=self._saved_steps(),
            note=note,
            done=done,
        )
        if metrics is not None:
            shown = dataclasses.replace(shown, metrics=dict(metrics))
        if results is not None:
            shown = dataclasses.replace(shown, results=results, evaluated=self._steps)
        self._shown = shown
        self._watch(shown)


class _Clock:
    """How fast a stretch goes: all of it, and the time of learning alone, without what comes before its first checkpoint.

    Until then libraries load and code compiles.
    """

    def __init__(self, steps: int) -> None:
        self._first = self._steps = steps
        self._began = self._since = self._start = perf_counter()
        self._learning = 0.0
        self._count = 0

    @property
    def seconds(self) -> float:
        """Since the stretch began."""
        return perf_counter() - self._began

    @property
    def rate(self) -> float:
        """Decisions a second of learning."""
        return (self._steps - self._first) / self._learning if self._learning > 0 else 0.0

    def learned(self, steps: int) -> None:
        """The learner has come to `steps`; what follows is no learning."""
        self._learning += perf_counter() - self._since
        self._steps = steps

    def go_on(self) -> None:
        """What follows is learning."""
        self._since = perf_counter()
        self._count += 1
        if self._count == 1:
            self._first, self._start, self._learning = self._steps, self._since, 0.0

    def left(self, target: int) -> float | None:
        """Seconds to `target` at the pace of the stretch; None before anybody knows."""
        done = self._steps - self._first
        spent = perf_counter() - self._start
        return max(0, target - self._steps) * spent / done if done and self._count else None


def _check_finite(checkpoint: Checkpoint) -> None:
    """Refuse a checkpoint of a training that has gone wrong.

    Raises:
        LearningDiverged: if a loss, the entropy, a gradient or a weight is no finite number.
    """
    for name, value in checkpoint.metrics.items():
        if not math.isfinite(value) and any(word in name for word in _VITAL):
            raise LearningDiverged(f"{name} is {value!r}")


def _is_nan_network(error: BaseException) -> bool:
    """Whether `error` is what a network says of weights that are no finite numbers."""
    return isinstance(error, BadParameter) and "finite" in str(error)


def _crossed(before: int, now: int, every: int) -> bool:
    """Whether a multiple of `every` lies in ``(before, now]``."""
    return now // every > before // every
