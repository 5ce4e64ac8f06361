"""Completion in the shell: commands, options, and the names of games and agents."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_bench import arena, arena_process

from arena.cli import _complete


def completed(line: str, folder: Path) -> list[str]:
    """What bash is offered at the end of `line`."""
    words = line.split(" ")
    env = {
        "_ARENA_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    return arena_process(env=env, path=folder).out.split()


def test_bash_is_offered_names(toy_folder: Path) -> None:
    """Commands, games and agents complete, and so does the last name of a list."""
    assert completed("arena to", toy_folder) == ["tournament"]
    assert completed("arena games pe", toy_folder) == ["pebbles"]
    assert completed("arena agents fir", toy_folder) == ["first-one"]
    assert completed("arena tournament pebbles --agents random,fi", toy_folder) == ["random,first-one"]


@pytest.mark.usefixtures("toys")
def test_names() -> None:
    """What stands in a list is not offered twice; `all` comes first."""
    assert _complete.any_game("peb") == ["pebbles"]
    assert "round-robin" in _complete.any_schedule("")
    assert _complete.agents_list("")[0] == "all"
    assert "random,random" not in _complete.agents_list("random,")
    assert _complete.agents_list("first-one,rand") == ["first-one,random"]


def test_the_script_is_for_arena(monkeypatch: pytest.MonkeyPatch) -> None:
    """--show-completion prints a script that asks `arena`."""
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")

    out = arena("--show-completion", "bash").out

    assert "_ARENA_COMPLETE=complete_bash" in out
