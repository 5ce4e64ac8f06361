"""Learners for the tests of trainings: they walk at random, slowly or badly, and hand out agents that exist."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arena import streams
from arena.agent import Agent
from arena.errors import BadParameter, NotCapable
from arena.learner import Checkpoint, Learner, Task
from arena.registry import make_agent

ENTRY_POINTS = """\
[arena.learners]
climber = training_toys:Climber
"""


def register(folder: Path) -> Path:
    """A folder that, on the search path beside this file's, registers the toys."""
    info = folder / "training_toys-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: training-toys\nVersion: 0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


@dataclass(frozen=True)
class Climber(Learner):
    """A walk whose every step depends on all before; its agents are random at first, and ever better ones later."""

    pace: int = 100
    """Decisions from checkpoint to checkpoint."""
    horizon: int = 1000
    """Where the walk's steps have become small."""
    nap: float = 0.0
    """Seconds a checkpoint takes."""
    nan_at: int = 0
    """The checkpoint whose loss is no number; 0 for none."""
    fails_at: int = 0
    """The checkpoint that runs out of memory; 0 for none."""
    ends_at: int = 0
    """The checkpoint after which it ends; 0 for never."""
    incapable: bool = False
    """Whether no game is good enough."""
    agents: tuple[str, ...] = ("random", "conservative", "aggressive", "random")
    """Who is handed out, one after the other; the last one from then on."""

    def check(self) -> None:
        """Refuse a pace that makes no sense."""
        if self.pace < 1:
            raise BadParameter(f"climber: expected pace >= 1, got {self.pace!r}")

    def train(self, task: Task, seed: int, resume: Checkpoint | None = None) -> Iterator[Checkpoint]:
        """Walk."""
        if self.incapable:
            raise NotCapable("expected a game that can be climbed")
        key = streams.derive(streams.root_key(seed), "walk")
        number, place = json.loads(resume.state) if resume else (0, 0.0)
        while True:
            number += 1
            if self.ends_at and number > self.ends_at:
                return
            if number == self.fails_at:
                raise MemoryError
            time.sleep(self.nap)
            steps = number * self.pace
            rate = max(0.1, 1 - steps / self.horizon)
            noise = float(streams.stream(key, number).normal())
            place = math.sin(place) + rate * noise
            loss = math.nan if number == self.nan_at else place**2
            metrics = {"reward": place, "loss": loss, "learn_s": time.perf_counter()}
            agent: Agent = make_agent(self.agents[min(number, len(self.agents)) - 1])
            yield Checkpoint(agent, steps, metrics, json.dumps([number, place]).encode())
