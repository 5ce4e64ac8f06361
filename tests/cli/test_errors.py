"""Every error becomes one line and a code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_bench import arena, arena_process

from arena import errors
from arena.cli import main

pytestmark = pytest.mark.usefixtures("toys")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.BadInput("x"), 2),
        (errors.UnknownName("game", "x", ["y"]), 2),
        (errors.BadParameter("x"), 2),
        (errors.BadSpelling("x"), 2),
        (errors.BadPlan("x"), 2),
        (errors.IllegalAction("x"), 2),
        (errors.NotCapable("x"), 2),
        (errors.CorruptRecord("x"), 2),
        (errors.UnknownFormat("x"), 2),
        (errors.ReplayDiffers("x"), 2),
        (errors.NotAStore("x"), 2),
        (errors.StoreVersion("x"), 2),
        (errors.StoreConflict("x"), 2),
        (errors.StoreUnwritable("x"), 1),
        (errors.MissingExtra("x", "y"), 1),
        (errors.DuplicateName("x"), 1),
        (errors.BrokenPlugin("x"), 1),
        (errors.LawBroken("x"), 1),
        (errors.HostFault("x"), 1),
        (OSError(28, "No space left on device", "file"), 1),
        (ZeroDivisionError("x"), 1),
    ],
)
def test_code_of_each_error(error: Exception, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bad input is 2, failure is 1, and either is one line."""

    def fail() -> None:
        raise error

    monkeypatch.setattr("arena.record.software_versions", fail)

    answer = arena("version")

    assert answer.code == code
    assert answer.err.startswith("arena: error: ")
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.err


def test_a_bug_is_called_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw says so, and how to see where."""

    def fail() -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("arena.record.software_versions", fail)

    assert (
        "internal error: ZeroDivisionError: oh (a bug of the arena; ARENA_DEBUG=1 shows where)"
        in arena("version").err
    )
    assert "Traceback" in arena("version", env={"ARENA_DEBUG": "1"}).err


def test_message_of_many_lines_becomes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a plug-in writes into its error, standard error gets one line."""

    def fail() -> None:
        raise errors.BrokenPlugin("first\n  second\n\nthird")

    monkeypatch.setattr("arena.record.software_versions", fail)

    assert arena("version").err == "arena: error: first second third\n"


def test_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is no error: no line, exit code 130."""

    def fail() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("arena.record.software_versions", fail)

    answer = arena("version")

    assert (answer.code, answer.err) == (main.INTERRUPTED, "")


def test_reader_that_goes_away_is_no_error() -> None:
    """`arena games | head -0`: no word on standard error."""
    command = f"{sys.executable} -c 'from arena.cli.main import run; raise SystemExit(run())' version | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)

    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk_is_one_line() -> None:
    """Standard output that cannot be written is said in one line, exit code 1."""
    command = (
        f"{sys.executable} -c 'from arena.cli.main import run; raise SystemExit(run())' version > /dev/full"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert done.stderr == "arena: error: no space left on device\n"


def test_option_from_the_environment(tmp_path: Path) -> None:
    """Every option has a variable, ARENA_COMMAND_OPTION; the command line wins over it."""
    env = {
        "ARENA_PLAY_AGENTS": "random",
        "ARENA_PLAY_SEED": "7",
        "ARENA_PLAY_RECORD": str(tmp_path / "m.arec"),
    }

    from_variables = arena("play", "pebbles", env=env)
    from_both = arena("play", "pebbles", "--seed", "8", env=env)

    assert "seed 7" in from_variables.out
    assert "seed 8" in from_both.out
    assert (tmp_path / "m.arec").exists()


def test_foreign_variables_do_nothing() -> None:
    """ARENA_VERSION and the like belong to others."""
    assert "Usage: arena" in arena("--help", env={"ARENA_VERSION": "1", "ARENA_HELP": "0"}).out
    assert arena("version", env={"ARENA_VERSION": "1"}).out.startswith("agent-arena ")


def test_terminal_that_knows_no_umlauts(toy_folder: Path) -> None:
    """Where standard output has no Unicode, signs are replaced and nothing falls."""
    answer = arena_process("games", env={"PYTHONIOENCODING": "ascii"}, path=toy_folder)

    assert answer.code == 0
    assert "pebbles" in answer.out
