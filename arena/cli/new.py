"""`arena new`: a package of one's own, with a working game or agent and a test that runs the laws."""

from __future__ import annotations

import keyword
import re
from importlib import resources, util
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Annotated, Final

import typer

from arena.cli._help import Command, Group
from arena.errors import BadParameter

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["app"]

app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None)

NameArgument = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Lower-case letters, digits and dashes, such as my-game."),
]
OutOption = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", help="The folder in which the package's folder is made.", show_default=True
    ),
]

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@app.callback()
def new() -> None:
    """Start a package with a game or an agent of your own.

    It has an entry point by which the arena finds it, something that works, and a test that runs the laws of
    arena.testing, which it passes.
    """


@app.command(cls=Command)
def game(name: NameArgument, out: OutOption = Path()) -> None:
    """Start a package with a game."""
    _scaffold("game", name, out)


@app.command(cls=Command)
def agent(name: NameArgument, out: OutOption = Path()) -> None:
    """Start a package with an agent."""
    _scaffold("agent", name, out)


def _scaffold(kind: str, name: str, out: Path) -> None:
    package = _checked(kind, name)
    folder = out / name
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadParameter(f"expected a new folder, got {str(folder)!r}, which exists and is not empty")
    words = {
        "name": name,
        "package": package,
        "class_name": "".join(part.capitalize() for part in name.split("-")),
        "title": " ".join(part.capitalize() for part in name.split("-")),
    }
    files = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        f"{package}/__init__.py": "init.py",
        f"{package}/{kind}.py": f"{kind}.py",
        f"tests/test_{package}.py": "test.py",
    }
    templates = resources.files("arena.cli") / "scaffold" / kind
    for place, template in files.items():
        _write(folder / place, templates / f"{template}.tmpl", words)
        typer.echo(str(folder / place))
    typer.echo(f"\nnext: cd {folder} && pip install -e . && pytest", err=True)


def _checked(kind: str, name: str) -> str:
    """The name of the package for `name`, which nothing else has.

    Raises:
        BadParameter: if it does not do, or is taken.
    """
    from arena import registry

    package = name.replace("-", "_")
    if not _NAME.fullmatch(name) or keyword.iskeyword(package):
        raise BadParameter(f"expected a name of lower-case letters, digits and dashes, got {name!r}")
    if name in registry.entries(kind):
        owner = registry.entry(kind, name).distribution
        raise BadParameter(f"expected a name that is free: {kind} {name!r} is registered by {owner}")
    if util.find_spec(package) is not None:
        raise BadParameter(f"expected a name that is free: a package {package!r} is installed here already")
    return package


def _write(file: Path, template: Traversable, words: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(Template(template.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
