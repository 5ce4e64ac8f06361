"""`arena version`: the version of the arena and of what results depend on."""

from __future__ import annotations

import typer

from arena.cli._help import Command

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=Command)
def version() -> None:
    """Print the versions that results depend on.

    They are part of every record: the arena, Python, NumPy and Numba.
    """
    from arena.record import software_versions

    for name, found in software_versions().items():
        typer.echo(f"{name} {found}")
