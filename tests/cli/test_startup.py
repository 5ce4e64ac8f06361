"""``arena --help`` answers at once, and the doors are shut where they must be."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from cli_bench import arena, arena_process

# Not pydantic: recent versions of Typer read options by it.
HEAVY = [
    "numpy",
    "numba",
    "scipy",
    "pandas",
    "torch",
    "matplotlib",
    "sqlalchemy",
    "gymnasium",
    "statsmodels",
    "pettingzoo",
    "rich",
]
PROBE = """
import sys
from arena.cli.main import run
code = run({words!r})
print("LOADED", code, *sorted(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
"""


def loaded_by(*words: str) -> str:
    source = PROBE.format(words=list(words), heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    )
    return next(line for line in done.stderr.splitlines() if line.startswith("LOADED"))


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["tournament", "--help"], ["play", "--help"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    """Neither the arrays nor the compiler nor the statistics are imported to print help."""
    assert loaded_by(*words) == "LOADED 0"


def test_a_mistyped_command_loads_nothing_heavy() -> None:
    """An unknown command or option is refused before anything is imported."""
    assert loaded_by("tournamnt") == "LOADED 2"
    assert loaded_by("tournament", "--agnts") == "LOADED 2"


def test_help_is_fast() -> None:
    """`arena --help` takes less than half a second of processor time, start of Python included; the best of three."""
    best = 9.0
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = arena_process("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert answer.code == 0
    assert best < 0.5


def test_no_words_show_the_help() -> None:
    """`arena` alone prints what there is, and so does a command that only holds others."""
    assert arena() == arena("--help")
    assert arena("store") == arena("store", "--help")


def test_a_foreign_package_named_agents_is_refused(tmp_path: Path) -> None:
    """Beside openai-agents an editable install cannot find its own agents: one line that says so, exit code 1."""
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("")
    info = tmp_path / "openai_agents-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: openai-agents\nVersion: 1.0\n")
    (info / "RECORD").write_text("agents/__init__.py,,\n")
    (info / "top_level.txt").write_text("agents\n")

    answer = arena_process("games", path=tmp_path)

    assert answer.code == 1
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert "cannot live beside openai-agents" in answer.err
    assert "pip install ." in answer.err


def test_the_foreign_package_does_not_stop_the_doctor(tmp_path: Path) -> None:
    """The doctor still speaks, and says what is wrong."""
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("")

    answer = arena_process("doctor", path=tmp_path)

    assert answer.code == 1
    assert "hides the arena's own" in answer.out


def test_a_side_by_side_wheel_is_no_stranger(tmp_path: Path) -> None:
    """Where wheels share the folder `agents`, as they do in site-packages, nothing is refused."""
    from arena.cli import _surroundings

    (tmp_path / "agents" / "random").mkdir(parents=True)
    (tmp_path / "agents" / "__init__.py").write_text("")
    source = (
        "import sys; from arena.cli._surroundings import hidden_packages; print(sorted(hidden_packages()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout == "[]\n"
    assert _surroundings.hidden_packages() == {}
