"""The command line on a bench: run in this process or in one of its own, with toy plug-ins beside the built-ins."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from arena import registry
from arena.cli import main

TOY_ENTRY_POINTS = """\
[arena.games]
pebbles = pebbles.game:Pebbles
broken-game = no_such_module_anywhere:Game

[arena.agents]
first-one = first_one.agent:FirstOne
faulty = toy_agents:Faulty
slow = toy_agents:Slow
broken-agent = toy_agents:NoSuchClass
"""
TOY_AGENTS = '''\
"""Agents that misbehave."""

import time
from dataclasses import dataclass

from arena.agent import Agent, AgentSpec, Family, Player


class _Raises(Player):
    def act(self, turn):
        raise RuntimeError("no idea what to do")


class _Sleeps(Player):
    def __init__(self, seconds):
        self.seconds = seconds

    def act(self, turn):
        time.sleep(self.seconds)
        return turn.legal.sample(turn.rng)


@dataclass(frozen=True)
class Faulty(Agent):
    @property
    def spec(self):
        return AgentSpec("faulty", 1, Family.BASELINE, "raises at every turn", automatic=False)

    def sit(self, seat):
        return _Raises()


@dataclass(frozen=True)
class Slow(Agent):
    seconds: float = 0.05

    @property
    def spec(self):
        return AgentSpec("slow", 1, Family.BASELINE, "sleeps at every turn", automatic=False)

    def sit(self, seat):
        return _Sleeps(self.seconds)
'''


class Answer(NamedTuple):
    """What a command gave."""

    code: int
    """The exit code."""
    out: str
    """Standard output."""
    err: str
    """Standard error."""


def arena(*words: str, env: Mapping[str, str] | None = None, typed: str = "") -> Answer:
    """Run ``arena WORDS`` in this process, without a terminal, 80 columns wide."""
    out, err = io.StringIO(), io.StringIO()
    changed = {"COLUMNS": "80", "LINES": "24", **(env or {})}
    with (
        mock.patch.dict(os.environ, changed),
        mock.patch.object(sys, "stdin", io.StringIO(typed)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main.run(words)
    return Answer(code, out.getvalue(), err.getvalue())


def arena_process(
    *words: str, env: Mapping[str, str] | None = None, path: Path | None = None, timeout_s: float = 60
) -> Answer:
    """Run ``arena WORDS`` in a process of its own.

    Args:
        words: the words after ``arena``.
        env: variables on top of this process's.
        path: a folder put on the search path for modules.
        timeout_s: seconds it may take.
    """
    changed = {**os.environ, "COLUMNS": "80", "LINES": "24", **(env or {})}
    if path is not None:
        changed["PYTHONPATH"] = str(path)
    command = [sys.executable, "-c", "import sys; from arena.cli.main import run; sys.exit(run())", *words]
    done = subprocess.run(
        command, env=changed, capture_output=True, text=True, timeout=timeout_s, check=False
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def build_toys(folder: Path) -> Path:
    """A folder like site-packages with the scaffolds of `arena new` and misbehaving agents, all registered."""
    for kind, name in (("game", "pebbles"), ("agent", "first-one")):
        package = name.replace("-", "_")
        made = arena("new", kind, name, "--out", str(folder / "sources"))
        assert made.code == 0, made.err
        (folder / "sources" / name / package).rename(folder / package)
    (folder / "toy_agents.py").write_text(TOY_AGENTS)
    info = folder / "arena_toys-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: arena-toys\nVersion: 0\n")
    (info / "entry_points.txt").write_text(TOY_ENTRY_POINTS)
    return folder


@contextlib.contextmanager
def on_path(folder: Path) -> Iterator[None]:
    """The plug-ins of `folder` are registered in this process as long as the context lasts."""
    sys.path.insert(0, str(folder))
    registry.entries.cache_clear()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        registry.entries.cache_clear()
