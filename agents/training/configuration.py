"""What a training is made of, as the typed file `run.json` that stands in its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError

from arena.errors import BadInput

__all__ = ["CHANGEABLE", "Configuration", "RunFile", "Session", "first_difference", "parse_run"]

CHANGEABLE: Final = ("steps", "patience")
"""When a training ends: all of a configuration that a resumed training may have otherwise."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Configuration(_Words):
    """All that a training's checkpoints depend on, and when it ends."""

    games: tuple[str, ...] = Field(min_length=1)
    """The spellings of the games, played alike."""
    learner: str
    """The spelling of the learner."""
    against: tuple[str, ...] = ()
    """The spellings of the opponents it learns against; empty leaves them to the learner."""
    seed: StrictInt = Field(ge=0)
    """The root of all chance of the training."""
    steps: StrictInt = Field(ge=1)
    """Decisions of the learner after which the training ends."""
    checkpoint_every: StrictInt = Field(ge=1)
    """Decisions between two checkpoints that are written."""
    evaluate_every: StrictInt = Field(ge=1)
    """Decisions between two evaluations; an evaluated checkpoint is written, too."""
    evaluate_against: tuple[str, ...] = Field(min_length=1)
    """The spellings of the agents that each fill all other seats at an evaluation."""
    evaluate_blocks: StrictInt = Field(ge=2)
    """Deals of an evaluation against each of them in each game, played from every seat."""
    patience: StrictInt | None = Field(default=None, ge=1)
    """Evaluations without improvement after which the training ends; None never ends it early."""
    keep: StrictInt = Field(default=3, ge=1)
    """Checkpoints that are kept beside the best one."""
    threads: StrictInt = Field(default=1, ge=1)
    """Threads of the learner's arithmetic; another number may round otherwise."""


class Session(_Words):
    """One stretch of a training: from its start, or from where it was resumed, to where it stopped."""

    from_steps: int
    """Where it began."""
    versions: dict[str, str]
    """Of what it runs with, by distribution."""
    commit: str | None
    """The commit of the source; None where the arena does not run from a checkout."""
    machine: dict[str, str]
    """Operating system, processor, cores and accelerator."""
    command: str
    """The words that started it."""


class RunFile(_Words):
    """The file `run.json`."""

    format: int = 1
    """Raised whenever an earlier reader could not read it."""
    configuration: Configuration
    """What the training is made of."""
    sessions: tuple[Session, ...] = ()
    """Its stretches, in their order."""

    def text(self) -> str:
        """The file."""
        return json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"


def parse_run(path: Path) -> RunFile:
    """The file of a training.

    Raises:
        BadInput: if it cannot be read or is none; the message names the first field that is off.
    """
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"expected a training's file at {str(path)!r}: {error.strerror}") from error
    except ValueError as error:
        raise BadInput(f"{str(path)!r} is no file of a training: {error}") from error
    version = data.get("format") if isinstance(data, dict) else None
    if version != 1:
        raise BadInput(f"{str(path)!r}: expected a training's file of format 1, got {version!r}")
    try:
        return RunFile.model_validate(data)
    except ValidationError as error:
        raise BadInput(f"{str(path)!r} is no file of a training: {_first_problem(error)}") from error


def _first_problem(error: ValidationError) -> str:
    """The first of pydantic's findings, in one line."""
    found = error.errors()[0]
    place = ".".join(str(part) for part in found["loc"])
    return f"{place}: {found['msg'].lower()}, got {found['input']!r}"


def first_difference(old: Configuration, new: Configuration) -> str | None:
    """The first field, other than `CHANGEABLE`, in which two configurations differ, in words; None where none does."""
    for name in Configuration.model_fields:
        before, now = getattr(old, name), getattr(new, name)
        if name not in CHANGEABLE and before != now:
            return f"{name.replace('_', '-')} {_said(before)}, not {_said(now)}"
    return None


def _said(value: Any) -> str:
    return repr(", ".join(value)) if isinstance(value, tuple) else repr(value)
