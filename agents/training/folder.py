"""The folder of a training.

run.json                    the configuration, and where each stretch of it ran
curve.jsonl                 every metric at every checkpoint
checkpoints/00204800.onnx   the agent after so many decisions (.agent where it is no network)
checkpoints/00204800.state  all that resuming needs; it is written last, so what has one is whole
best.onnx, last.onnx        copies of the best and of the newest checkpoint's agent
tensorboard/                events, where tensorboard is installed

Each file appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agents.training.configuration import Configuration, RunFile, Session, first_difference, parse_run
from agents.training.curve import Curve
from agents.training.files import remove_leftovers, write_whole
from agents.training.networks import NETWORK, SPELLED, agent_bytes, agent_of
from arena import codec
from arena.agent import Agent
from arena.errors import BadInput
from arena.learner import Checkpoint

__all__ = ["Best", "RunFolder", "Saved"]

_MAGIC: Final = b"ARENASTATE\x01"
_DIGEST: Final = 16
"""Bytes of a digest at the end of a state file."""
_KEPT: Final = (NETWORK, SPELLED)


@dataclass(frozen=True)
class Best:
    """The best evaluation so far."""

    steps: int
    """Decisions before the checkpoint."""
    score: float
    """Its mean return over opponents and games."""


@dataclass(frozen=True)
class Saved:
    """A checkpoint and where the training stood."""

    checkpoint: Checkpoint
    """What the learner handed over."""
    number: int
    """Of the checkpoint, from 1."""
    best: Best | None
    """The best evaluation up to here; None before the first."""
    stale: int
    """Evaluations since the best one."""


class RunFolder:
    """A training's files.

    Args:
        path: the folder, which need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        """The folder."""
        self.checkpoints = path / "checkpoints"
        """The folder of checkpoints."""
        self.curve = Curve(path / "curve.jsonl")
        """The learning curve."""

    @property
    def board(self) -> Path:
        """The folder of TensorBoard's events."""
        return self.path / "tensorboard"

    def stored(self) -> RunFile | None:
        """The run file; None where the folder is absent or empty.

        Raises:
            BadInput: if something else is there.
        """
        file = self.path / "run.json"
        if file.exists():
            return parse_run(file)
        if self.path.exists() and not self.path.is_dir():
            raise BadInput(f"expected a folder for a training, got the file {str(self.path)!r}")
        if self.path.exists() and any(self.path.iterdir()):
            raise BadInput(f"{str(self.path)!r} holds something else than a training; take another folder")
        return None

    def open(self, configuration: Configuration, session: Session) -> None:
        """Make the folder, or go on with what is in it; the run file then has `session` as its last one.

        Raises:
            BadInput: if it holds a training of another configuration, or something else.
        """
        found = self.stored()
        if found is not None:
            other = first_difference(found.configuration, configuration)
            if other is not None:
                raise BadInput(
                    f"{str(self.path)!r} holds another training, with {other}; take another folder"
                )
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.checkpoints):
            remove_leftovers(folder)
        sessions = (*(found.sessions if found else ()), session)
        file = RunFile(configuration=configuration, sessions=sessions)
        write_whole(self.path / "run.json", file.text().encode())

    def discard(self) -> None:
        """Remove a folder in which nothing has been learned."""
        if self.steps():
            return
        for path in (self.path / "run.json", self.curve.path):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.board, ignore_errors=True)
        for folder in (self.checkpoints, self.path):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def steps(self) -> list[int]:
        """The decisions before each whole checkpoint, ascending."""
        return sorted(int(path.stem) for path in self.checkpoints.glob("*.state") if path.stem.isdecimal())

    def agent_file(self, name: str) -> Path | None:
        """The file of the ``best`` or the ``last`` agent, or of one in `checkpoints`; None where there is none."""
        folder = self.checkpoints if name.isdecimal() else self.path
        return next((path for ending in _KEPT if (path := folder / f"{name}{ending}").exists()), None)

    def agent_path(self) -> Path:
        """The file of the best agent, or else of the last one.

        Raises:
            BadInput: if there is no checkpoint yet.
        """
        found = self.agent_file("best") or self.agent_file("last")
        if found is None:
            raise BadInput(f"{str(self.path)!r} has no checkpoint yet")
        return found

    def save(self, saved: Saved, keep: int) -> None:
        """Write a checkpoint, the copies beside it, and remove those that are no longer kept.

        Args:
            saved: the checkpoint.
            keep: how many are kept beside the best one.
        """
        name = _name(saved.checkpoint.steps)
        ending, network = agent_bytes(saved.checkpoint.agent)
        self.curve.flush()
        write_whole(self.checkpoints / f"{name}{ending}", network)
        write_whole(self.checkpoints / f"{name}.state", _pack(saved, ending, network))
        self.settle(saved, keep)

    def settle(self, saved: Saved, keep: int) -> None:
        """Let ``best`` and ``last`` be those of `saved`, the newest checkpoint, and remove what is not kept any more."""
        copies = {"last": saved.checkpoint.steps, **({"best": saved.best.steps} if saved.best else {})}
        for copy, steps in copies.items():
            path = self.agent_file(_name(steps))
            if path is not None:
                write_whole(self.path / f"{copy}{path.suffix}", path.read_bytes())
        kept = {*self.steps()[-keep:], *copies.values()}
        for steps in self.steps():
            if steps not in kept:
                self._remove(steps)

    def load(self, steps: int) -> Saved:
        """The checkpoint after `steps` decisions.

        Raises:
            BadInput: if it is damaged, or its agent cannot be made.
        """
        path = self.checkpoints / f"{_name(steps)}.state"
        head, state = _unpack(path)
        file = self.checkpoints / f"{_name(steps)}{head['agent']}"
        agent = agent_of(file)
        if codec.digest(file.read_bytes()) != head["digest"]:
            raise BadInput(f"{str(file)!r} is damaged: it is not what was written")
        best = None if head["best"] is None else Best(**head["best"])
        return Saved(_checkpoint(agent, head, state), head["number"], best, head["stale"])

    def newest(self) -> tuple[Saved | None, list[str]]:
        """The newest whole checkpoint, and what is wrong with newer ones, which are removed.

        Raises:
            BadInput: if there are checkpoints and all of them are damaged.
        """
        problems: list[str] = []
        for steps in reversed(self.steps()):
            try:
                saved = self.load(steps)
            except BadInput as error:
                problems.append(str(error))
                continue
            for newer in self.steps():
                if newer > steps:
                    self._remove(newer)
            return saved, problems
        if problems:
            raise BadInput(f"no checkpoint can be resumed from: {problems[0]}")
        return None, problems

    def _remove(self, steps: int) -> None:
        for ending in (".state", *_KEPT):
            (self.checkpoints / f"{_name(steps)}{ending}").unlink(missing_ok=True)


def _name(steps: int) -> str:
    return f"{steps:08d}"


def _checkpoint(agent: Agent, head: Mapping[str, Any], state: bytes) -> Checkpoint:
    metrics = {name: float(value) for name, value in head["metrics"].items()}
    return Checkpoint(agent, head["steps"], metrics, state)


def _pack(saved: Saved, ending: str, network: bytes) -> bytes:
    """A state file: a magic word, the length of the head, the head as JSON, the learner's state, a digest of it all."""
    best = saved.best
    head = {
        "number": saved.number,
        "steps": saved.checkpoint.steps,
        "metrics": {name: float(value) for name, value in saved.checkpoint.metrics.items()},
        "best": None if best is None else {"steps": best.steps, "score": best.score},
        "stale": saved.stale,
        "agent": ending,
        "digest": codec.digest(network),
    }
    text = json.dumps(head).encode()
    body = _MAGIC + len(text).to_bytes(4, "little") + text + saved.checkpoint.state
    return body + bytes.fromhex(codec.digest(body))


def _unpack(path: Path) -> tuple[dict[str, Any], bytes]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"expected a checkpoint at {str(path)!r}: {error.strerror}") from error
    body, seal = data[:-_DIGEST], data[-_DIGEST:]
    start = len(_MAGIC) + 4
    if not body.startswith(_MAGIC) or len(body) < start:
        raise BadInput(f"{str(path)!r} is no checkpoint of a training, or one of another version")
    if bytes.fromhex(codec.digest(body)) != seal:
        raise BadInput(f"{str(path)!r} is damaged or cut short")
    end = start + int.from_bytes(body[len(_MAGIC) : start], "little")
    head: dict[str, Any] = json.loads(body[start:end])
    return head, body[end:]
