"""`arena rank`: the ranking of a stored tournament, by the same metric or another."""

from __future__ import annotations

from typing import Annotated

import typer

from arena.cli import _contest_options as its
from arena.cli import _options
from arena.cli._help import Command
from arena.errors import BadInput

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena rank\n  arena rank 3 --by wins\n  arena rank 3 --csv > ranking.csv",
)
def rank(
    identifier: Annotated[
        str,
        typer.Argument(metavar="ID", help="A tournament's number, the beginning of its digest, or 'last'."),
    ] = "last",
    *,
    by: its.ByOption = None,
    as_json: its.JsonOption = False,
    as_csv: its.CsvOption = False,
    store: _options.StoreOption = None,
) -> None:
    """Rank a stored tournament again; nothing is played."""
    from arena.cli._report import show
    from tournaments.rank import rank as ranked
    from tournaments.store import Store

    if as_json and as_csv:
        raise BadInput("expected --json or --csv, got both")
    with Store.open(store, create=False) as opened:
        row = _options.stored(opened, identifier)
        ranking = ranked(row.plan, opened.results(row.id), by=by)
        show(ranking, opened, identifier=row.id, style="json" if as_json else "csv" if as_csv else "")
