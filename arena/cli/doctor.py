"""`arena doctor`: what works here, what does not, and what to do about it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import typer

from arena.cli._help import Command

__all__ = ["Finding", "app", "examine"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)

GOOD: Final = "ok"
NOTED: Final = "note"
BAD: Final = "BAD"
_STYLES: Final = {GOOD: "green", NOTED: "yellow", BAD: "bold red"}
_OURS: Final = "agent-arena"


@dataclass(frozen=True)
class Finding:
    """What one look gave."""

    mark: str
    """``"ok"``, ``"note"`` (works, but not all of it) or ``"BAD"`` (must be mended)."""
    what: str
    """What was looked at."""
    detail: str
    """What was found, and what to do."""


@app.command(cls=Command)
def doctor() -> None:
    """Say what is wrong with this installation.

    And what to do about it. Exit code 1 where something must be mended.
    """
    from arena.cli._console import out

    console = out()
    bad = 0
    for finding in examine():
        bad += finding.mark == BAD
        console.print(f"{finding.mark:>4}", style=_STYLES[finding.mark], end="  ")
        console.print(f"{finding.what}: {finding.detail}", soft_wrap=True)
    if bad:
        console.print(f"\n{bad} to be mended", style="bold red")
        raise typer.Exit(1)
    console.print("\nall well", style="bold green")


def examine() -> Iterator[Finding]:
    """Every finding, in the order of the report."""
    yield from _python()
    yield from _install()
    yield from _plugins()
    yield from _folders()
    yield from _extras()


def _python() -> Iterator[Finding]:
    fit = sys.version_info >= (3, 11)
    yield Finding(GOOD if fit else BAD, "python", f"{platform.python_version()} ({sys.executable})")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding(GOOD, "cores", f"{cores} usable of {os.cpu_count()}")
    from arena.record import software_versions

    found = {**software_versions(), **_versions("scipy", "gymnasium", "sqlalchemy", "typer", "rich")}
    yield Finding(GOOD, "versions", ", ".join(f"{name} {version}" for name, version in found.items()))


def _versions(*names: str) -> dict[str, str]:
    found = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def _install() -> Iterator[Finding]:
    from arena.cli import _surroundings
    from arena.errors import HostFault

    root = _surroundings.editable_root(_OURS)
    yield Finding(GOOD, "install", f"editable, from {root}" if root else "wheel")
    try:
        _surroundings.refuse_shadowed()
        yield Finding(GOOD, "packages", "games, agents and tournaments are the arena's own")
    except HostFault as error:
        yield Finding(BAD, "packages", str(error))
    for name in _surroundings.editable_plugins():
        stale = _surroundings.stale_entry_points(name)
        if stale:
            again = f"pip install -e {_surroundings.editable_root(name)}"
            yield Finding(BAD, f"entry points of {name}", f"stale ({', '.join(stale)}): {again}")
        else:
            yield Finding(GOOD, f"entry points of {name}", "as in its pyproject.toml")


def _plugins() -> Iterator[Finding]:
    from arena import registry
    from arena.errors import ArenaError

    for kind in registry.GROUPS:
        problems = {}
        for name, found in registry.entries(kind).items():
            problem = found.problem()
            if problem is None and kind in ("game", "agent"):
                try:
                    registry.make_game(name) if kind == "game" else registry.make_agent(name)
                except ArenaError as error:
                    problem = str(error)
            if problem:
                problems[name] = problem
        total = len(registry.entries(kind))
        if total and not problems:
            yield Finding(GOOD, f"{kind}s", f"{total} registered, all load")
        for problem in problems.values():
            yield Finding(BAD, f"{kind}s", problem)


def _folders() -> Iterator[Finding]:
    from arena.jit import cache_folder

    compiled = cache_folder()
    if compiled is None:
        yield Finding(
            NOTED,
            "compiled code",
            "no folder can be written, so every start compiles; set ARENA_CACHE to one that can",
        )
    else:
        files = [file for file in compiled.rglob("*") if file.is_file()]
        size = sum(file.stat().st_size for file in files) / 1e6
        yield Finding(GOOD, "compiled code", f"{compiled} ({len(files)} files, {size:.1f} MB)")
    from tournaments.store import default_path

    store = default_path()
    problem = _unwritable(store)
    if problem:
        yield Finding(BAD, "store", f"{store}: {problem}; set ARENA_HOME to a folder that can be written")
    else:
        yield Finding(GOOD, "store", f"{store} ({'there' if store.exists() else 'made when first needed'})")


def _unwritable(file: Path) -> str | None:
    """Why `file` cannot be written; None where it can. Leaves nothing behind."""
    import tempfile

    folder = next(parent for parent in file.absolute().parents if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        if file.exists():
            with file.open("r+b"):
                pass
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def _extras() -> Iterator[Finding]:
    from arena.cli._surroundings import extras

    for extra in extras():
        if extra.missing:
            lacking = ", ".join(extra.missing)
            yield Finding(
                NOTED, f"extra {extra.name}", f"lacks {lacking}: pip install 'agent-arena[{extra.name}]'"
            )
        else:
            yield Finding(GOOD, f"extra {extra.name}", "present")
