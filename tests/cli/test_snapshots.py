"""Help and errors are as the files in `snapshots/` say.

After an intended change, write them again and read the difference before you commit it::

    ARENA_SNAPSHOTS=write pytest tests/cli/test_snapshots.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from cli_bench import Answer, arena

FOLDER = Path(__file__).parent / "snapshots"

HELP = {
    "help": ["--help"],
    "help-agents": ["agents", "--help"],
    "help-doctor": ["doctor", "--help"],
    "help-evaluate": ["evaluate", "--help"],
    "help-exploit": ["exploit", "--help"],
    "help-games": ["games", "--help"],
    "help-leaderboard": ["leaderboard", "--help"],
    "help-matches": ["matches", "--help"],
    "help-new": ["new", "--help"],
    "help-new-agent": ["new", "agent", "--help"],
    "help-new-game": ["new", "game", "--help"],
    "help-play": ["play", "--help"],
    "help-power": ["power", "--help"],
    "help-rank": ["rank", "--help"],
    "help-replay": ["replay", "--help"],
    "help-replay-export": ["replay", "export", "--help"],
    "help-report": ["report", "--help"],
    "help-serve": ["serve", "--help"],
    "help-sprt": ["sprt", "--help"],
    "help-store": ["store", "--help"],
    "help-store-backup": ["store", "backup", "--help"],
    "help-store-check": ["store", "check", "--help"],
    "help-store-list": ["store", "list", "--help"],
    "help-store-merge": ["store", "merge", "--help"],
    "help-study": ["study", "--help"],
    "help-tournament": ["tournament", "--help"],
    "help-train": ["train", "--help"],
    "help-tune": ["tune", "--help"],
    "help-version": ["version", "--help"],
}
ERRORS = {
    "error-command": ["tournamnt"],
    "error-option": ["tournament", "pebbles", "--agnets", "all"],
    "error-option-value": ["play", "pebbles", "--agents"],
    "error-missing-argument": ["play"],
    "error-game": ["games", "pebles"],
    "error-agent": ["agents", "first-won"],
    "error-parameter": ["agents", "first-one:curiousity=1"],
    "error-parameter-value": ["agents", "first-one:curiosity=2"],
    "error-spelling": ["agents", "first-one(curiosity=1"],
    "error-players": ["play", "pebbles", "--agents", "random", "--players", "9"],
    "error-seats": ["play", "pebbles", "--agents", "random,random,random", "--players", "2"],
    "error-no-agents": ["play", "pebbles"],
    "error-view": ["play", "pebbles", "--agents", "random", "--show", "3"],
    "error-access": ["play", "pebbles", "--agents", "random", "--access", "veiw"],
    "error-seed": ["play", "pebbles", "--agents", "random", "--seed", "-1"],
    "error-broken-plugin": ["games", "broken-game"],
    "error-new-name": ["new", "game", "Über Game"],
    "error-new-taken": ["new", "agent", "random"],
    "error-replay-no-file": ["replay", "no-such-file.arec"],
}


def as_text(answer: Answer) -> str:
    parts = [f"exit code {answer.code}\n"]
    for name, text in (("standard output", answer.out), ("standard error", answer.err)):
        if text:
            parts.append(f"--- {name}\n{text}")
    return "".join(parts)


def compare(name: str, text: str) -> None:
    file = FOLDER / f"{name}.txt"
    if os.environ.get("ARENA_SNAPSHOTS") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    assert file.exists(), f"{file.name} is absent; the module's first lines say how to write it"
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", HELP)
def test_help(name: str) -> None:
    """The help of every command, without colour, within 80 columns, exit code 0."""
    answer = arena(*HELP[name])

    assert (answer.code, answer.err) == (0, "")
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "\x1b" not in answer.out
    compare(name, as_text(answer))


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.usefixtures("toys")
def test_error(name: str) -> None:
    """A mistake gives one line on standard error, nothing on standard output, and exit code 2 (1 for a broken plug-in)."""
    answer = arena(*ERRORS[name])

    assert answer.out == ""
    assert re.fullmatch(r"arena: error: [^\n]+\n", answer.err), answer.err
    assert answer.code == (1 if name == "error-broken-plugin" else 2)
    # Which plug-ins are registered is no matter of these files.
    compare(name, re.sub(r"\(known: [^)]*\)", "(known: ...)", as_text(answer)))


def test_every_command_has_a_snapshot() -> None:
    """No command's help goes unseen."""
    from arena.cli.main import COMMANDS

    commands = {name for names in COMMANDS.values() for name in names}

    assert commands <= {words[0] for words in HELP.values()}


def test_no_snapshot_is_left_over() -> None:
    """Every file belongs to a test."""
    assert {file.stem for file in FOLDER.glob("*.txt")} == {*HELP, *ERRORS}
