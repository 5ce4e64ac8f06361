"""The learning curve: one line of JSON for every checkpoint that a learner hands over.

    {"number": 3, "steps": 24576, "metrics": {...}, "evaluation": {...}, "timing": {...}}

`evaluation` stands in lines of evaluated checkpoints only. What the clock says stands in `timing` alone, so that two curves of
the same seed are the same without it.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["Curve", "is_timing", "without_timing"]

_TIMED: Final = ("_s", "seconds", "_per_second")


def is_timing(name: str) -> bool:
    """Whether a metric of this name tells of the clock: it ends in ``_s`` (also ``_per_s``) or ``seconds``."""
    return name.endswith(_TIMED)


class Curve:
    """The file `curve.jsonl`; lines are added at its end.

    Args:
        path: the file, which need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        """The file."""

    def add(
        self,
        number: int,
        steps: int,
        metrics: Mapping[str, float],
        evaluation: Mapping[str, Mapping[str, float]] | None,
        timing: Mapping[str, float],
    ) -> None:
        """Write one line.

        Args:
            number: of the checkpoint, from 1.
            steps: decisions of the learner so far.
            metrics: by name; those of the clock go to the timing.
            evaluation: by opponent, then by name; None where there was none.
            timing: what else the clock says, by name.
        """
        line: dict[str, Any] = {"number": number, "steps": steps}
        line["metrics"] = {
            name: _plain(value) for name, value in sorted(metrics.items()) if not is_timing(name)
        }
        if evaluation is not None:
            line["evaluation"] = {
                opponent: {name: _plain(value) for name, value in row.items()}
                for opponent, row in evaluation.items()
            }
        timed = {name: value for name, value in metrics.items() if is_timing(name)}
        line["timing"] = {name: _plain(value) for name, value in sorted({**timed, **timing}.items())}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def flush(self) -> None:
        """What was written is on the disk when this returns."""
        with self.path.open("ab") as file:
            os.fsync(file.fileno())

    def lines(self) -> Iterator[dict[str, Any]]:
        """Every whole line; a last one that was cut short ends them."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for text in file:
                if not text.endswith("\n"):
                    return
                yield json.loads(text)

    def cut(self, number: int) -> list[dict[str, Any]]:
        """Keep the lines of the first `number` checkpoints only, and return them."""
        kept = [line for line in self.lines() if line["number"] <= number]
        text = "".join(json.dumps(line) + "\n" for line in kept)
        beside = self.path.with_name(self.path.name + ".tmp")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.path)
        return kept


def without_timing(lines: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a curve without what the clock says."""
    return [{name: value for name, value in line.items() if name != "timing"} for line in lines]


def _plain(value: float) -> float | None:
    """`value` as JSON has it; None for what is no number."""
    number = float(value)
    return number if math.isfinite(number) else None
