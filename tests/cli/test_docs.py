"""Every command, argument and option is documented in docs/cli.md, and nothing else is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from cli_bench import arena

from arena.cli.main import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
MODULES = {name: module for names in COMMANDS.values() for name, module in names.items()}


def section(command: str) -> str:
    found = re.search(rf"^## arena {command}\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli.md has no section on arena {command}"
    return found.group(1)


def parameters(command: str) -> Iterator[Any]:
    made: Any = typer.main.get_command(import_module(MODULES[command]).app)
    for part in [made, *getattr(made, "commands", {}).values()]:
        yield from part.params


@pytest.mark.parametrize("command", MODULES)
def test_every_option_is_documented(command: str) -> None:
    """The table of a command's section names all its arguments and options, by every name, and no others."""
    documented = set(
        re.findall(
            r"(?<![\w-])--?[a-z][\w-]*", re.sub(r"^    .*$", "", table_of(command), flags=re.MULTILINE)
        )
    )
    wanted = {
        name for param in parameters(command) if param.param_type_name == "option" for name in param.opts
    }

    assert documented == wanted


def table_of(command: str) -> str:
    """The first cells of the table, in which options and arguments are named."""
    cells = [line.split("|")[1] for line in section(command).splitlines() if line.startswith("| `")]
    return "\n".join(cells)


@pytest.mark.parametrize("command", MODULES)
def test_every_argument_is_documented(command: str) -> None:
    """Arguments stand in the table by the name that the help uses."""
    wanted = {param.metavar for param in parameters(command) if param.param_type_name == "argument"}

    for name in wanted:
        assert f"`{name}`" in table_of(command)


def test_every_command_is_in_the_overview() -> None:
    """The table at the top has every command, and only commands."""
    assert set(re.findall(r"\[`arena ([a-z]+)`\]", PAGE)) == set(MODULES)
    assert set(re.findall(r"^## arena ([a-z]+)$", PAGE, flags=re.MULTILINE)) == set(MODULES)


def test_every_example_parses() -> None:
    """The examples use commands and options that exist: with --help behind them, each prints help."""
    examples = re.findall(r"^    (arena .+)$", PAGE, flags=re.MULTILINE)

    assert len(examples) > 20
    for example in examples:
        words = shlex.split(example.partition(" > ")[0])[1:]
        answer = arena(*words, "--help")
        assert answer.code == 0, f"{example}: {answer.err}"


def test_every_exit_code_is_documented() -> None:
    """The codes of the code are those of the page."""
    from arena.cli import main

    codes = {int(code) for code in re.findall(r"^\| (\d+) \| ", PAGE, flags=re.MULTILINE)}

    assert codes == {main.DONE, main.FAILED, main.MISUSED, main.INTERRUPTED}
