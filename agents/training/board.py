"""TensorBoard's events of a training, where tensorboard is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from agents.training.evaluation import Result
from arena.errors import MissingExtra

__all__ = ["Board", "Boards", "open_board"]


class Boards(Protocol):
    """Whoever keeps what was measured."""

    def add(self, steps: int, metrics: Mapping[str, float], results: Sequence[Result], rate: float) -> None:
        """Keep what was measured after `steps` decisions.

        Args:
            steps: decisions of the learner so far.
            metrics: of the learner, by name.
            results: an evaluation of this moment, by opponent; none where there was none.
            rate: decisions a second.
        """

    def close(self) -> None:
        """Nothing comes any more."""


class Board:
    """Event files of TensorBoard.

    Args:
        writer: a ``torch.utils.tensorboard.SummaryWriter``.
    """

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def add(self, steps: int, metrics: Mapping[str, float], results: Sequence[Result], rate: float) -> None:
        """Write the scalars ``learner/NAME``, ``against OPPONENT/score``, ``.../wins`` and ``speed/decisions_per_s``."""
        scalars = {f"learner/{name}": value for name, value in metrics.items()}
        scalars["speed/decisions_per_s"] = rate
        for result in results:
            for name, value in result.row().items():
                scalars[f"against {result.opponent}/{name}"] = value
        for name, value in scalars.items():
            self._writer.add_scalar(name, value, steps)

    def close(self) -> None:
        """Write what is still in memory."""
        self._writer.close()


def open_board(folder: Path, from_steps: int) -> Board:
    """The events in `folder`; those after `from_steps` decisions, of a stretch that was broken off, are hidden.

    Raises:
        MissingExtra: if torch or tensorboard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        missing = (error.name or "tensorboard").partition(".")[0]
        raise MissingExtra(missing, "train") from error
    made: Any = SummaryWriter  # it ships no types
    return Board(made(str(folder), purge_step=from_steps + 1 if from_steps else None))
