"""`arena store`: what is kept, whether it is whole, and copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arena.cli import _options
from arena.cli._figures import several
from arena.cli._help import Command, Group

__all__ = ["app"]

app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None)


@app.callback()
def store() -> None:
    """Look after the store of tournaments."""


@app.command("list", cls=Command)
def list_(store: _options.StoreOption = None) -> None:
    """List the stored tournaments."""
    from arena.cli._console import aside, out, table
    from tournaments.store import Store

    made = table(
        "id", "game", "agents", "blocks", "matches", "begun", "state", right=("id", "blocks", "matches")
    )
    with Store.open(store, create=False) as opened:
        for row in opened.tournaments():
            made.add_row(
                str(row.id),
                row.plan.game,
                str(len(row.plan.agents)),
                f"{row.blocks:,}",
                f"{row.matches:,}",
                str(row.created)[:16].replace("T", " "),
                "finished" if row.finished else "open",
            )
        out().print(made)
        aside().print(f"\n{opened.path}", style="dim", soft_wrap=True)


@app.command(cls=Command)
def check(
    store: _options.StoreOption = None,
    samples: Annotated[
        int,
        typer.Option(
            "--samples", metavar="N", help="Blocks of each tournament that are played again and compared."
        ),
    ] = 8,
) -> None:
    """Read everything, play some of it again, and say whether it is whole.

    Exit code 1 where it is not.
    """
    from tournaments.store import Store

    with Store.open(store, create=False) as opened:
        found = opened.check(samples=samples)
    for problem in found.problems:
        typer.echo(f"problem: {problem}", err=True)
    counts = f"{several(found.chunks, 'chunk')}, {several(found.blocks, 'block')}, {several(found.matches, 'match', 'matches')}"
    typer.echo(f"{'whole' if found.ok else 'damaged'}: {counts}, {found.resimulated:,} played again")
    if not found.ok:
        raise typer.Exit(1)


@app.command(cls=Command)
def backup(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    store: _options.StoreOption = None,
) -> None:
    """Copy the store to a file, also while it is in use."""
    from tournaments.store import Store

    with Store.open(store, create=False) as opened:
        opened.backup(to)
        typer.echo(f"{opened.path} copied to {to}")


@app.command(cls=Command)
def merge(
    other: Annotated[Path, typer.Argument(metavar="FILE", help="The store that is taken over.")],
    store: _options.StoreOption = None,
) -> None:
    """Take over every block of another store that this one lacks."""
    from tournaments.store import Store

    with Store.open(other, create=False) as from_there, Store.open(store) as opened:
        blocks = opened.merge(from_there)
        typer.echo(f"{several(blocks, 'block')} taken over from {other}")
