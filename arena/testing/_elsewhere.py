"""Another process, started afresh, for laws that what is seen here is seen there."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from arena.agent import Agent
from arena.conditions import Conditions
from arena.errors import HostFault
from arena.game import Game
from arena.play import play
from arena.record import Record
from arena.testing._law import Place
from arena.testing._trial import portrait, walk

__all__ = ["elsewhere", "played", "walked"]

_PATIENCE_S: Final = 300
"""Seconds after which the other process counts as hung."""


def elsewhere(function: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What `function` gives for each of `calls`, each called in a process of its own with other hashes of text.

    Args:
        function: a function of a module.
        calls: the arguments of each call, which must be picklable.

    Raises:
        HostFault: if the other process fails; the message carries what it wrote.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "path").write_bytes(pickle.dumps(sys.path))
        for number, arguments in enumerate(calls):
            (folder / f"call-{number}").write_bytes(pickle.dumps((function, arguments)))
        # This process has other hashes unless somebody chose them, and then the next number gives others.
        chosen = os.environ.get("PYTHONHASHSEED", "random")
        hashes = str((int(chosen) + 1) % 2**32) if chosen.isdecimal() else "random"
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONHASHSEED": hashes,
        }
        finished = subprocess.run(
            [sys.executable, "-m", "arena.testing._elsewhere", name],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
        results = []
        for number in range(len(calls)):
            answer = folder / f"result-{number}"
            if not answer.exists():
                raise HostFault(
                    f"another process failed: {(finished.stderr or finished.stdout).strip()[-2000:]}"
                )
            results.append(pickle.loads(answer.read_bytes()))
        return results


def walked(game: Game[Any, Any, Any], seed: int, most: int) -> list[dict[str, Any]]:
    """The portraits of a random match."""
    with closing(walk(game, seed, Place("", ""), most)) as moments:
        return [portrait(game, moment.state) for moment in moments]


def played(game: Game[Any, Any, Any], table: Sequence[Agent], seed: int, conditions: Conditions) -> Record:
    """The record of a match."""
    return play(game, table, seed, conditions=conditions)


def _answer(folder: Path, number: int) -> None:
    function, arguments = pickle.loads((folder / f"call-{number}").read_bytes())
    unfinished = folder / f"unfinished-{number}"
    unfinished.write_bytes(pickle.dumps(function(*arguments)))
    unfinished.rename(folder / f"result-{number}")


def _main(folder: Path) -> None:
    sys.path[:] = pickle.loads((folder / "path").read_bytes())
    for number in range(len(list(folder.glob("call-*")))):
        child = os.fork()
        if child == 0:
            _answer(folder, number)
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
