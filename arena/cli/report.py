"""`arena report`: a stored tournament as a page, a paper's tables or data; and the checks of the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from arena.cli import _complete, _options
from arena.cli import _contest_options as its
from arena.cli._help import Command
from arena.errors import BadInput

if TYPE_CHECKING:
    from tournaments.reports import Material, Report
    from tournaments.store import Store, TournamentRow

__all__ = ["app"]

_STREAM: Final = Path("-")
"""What stands for standard output."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena report --open\n  arena report 3 --to latex --out tables.tex\n"
    "  arena report 3 --to parquet --out results/\n  arena report 3 --checks",
)
def report(
    identifier: Annotated[
        str,
        typer.Argument(metavar="ID", help="A tournament's number, the beginning of its digest, or 'last'."),
    ] = "last",
    *,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="html, md, latex, csv, json or parquet; by the name of --out where absent, else html.",
        ),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="PATH",
            help="The file, or '-' for standard output; of Parquet also a folder; 'report-ID' in this folder where absent.",
        ),
    ] = None,
    by: its.ByOption = None,
    rating: Annotated[
        str,
        typer.Option(
            "--rating",
            metavar="LIST",
            help="Ratings shown beside the ranking, such as plackett-luce,nash; 'none' for none.",
            autocompletion=_complete.ratings_list,
        ),
    ] = "plackett-luce",
    luck: Annotated[
        bool,
        typer.Option("--luck", help="Look at every match again and take off the luck of the cards."),
    ] = False,
    checks: Annotated[
        bool, typer.Option("--checks", help="Print the checks of the data, and write nothing.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Show the page in a browser.")] = False,
    store: _options.StoreOption = None,
) -> None:
    """Write a report of a stored tournament, or check its data.

    With --checks, exit code 1 where the data are not sound.
    """
    from tournaments.reports import format_of, gather, make_report
    from tournaments.store import Store

    if checks and (to is not None or path is not None or open_):
        raise BadInput("--checks writes nothing; expected it without --to, --out and --open")
    style = format_of(to, None if path == _STREAM else path)
    if open_ and (style != "html" or path == _STREAM):
        raise BadInput("--open shows a page; expected --to html and a file")
    with Store.open(store, create=False) as opened:
        row = _options.stored(opened, identifier)
        if checks:
            _checks(gather(opened, row, by=by))
        else:
            wanted = "" if rating == "none" else rating
            made = make_report(opened, row, by=by, ratings=wanted, luck=luck)
            _written(made, opened, row, style, path, show=open_)


def _written(
    made: Report, store: Store, row: TournamentRow, style: str, path: Path | None, *, show: bool
) -> None:
    from tournaments.reports import FORMATS, report_text, write_report

    if path == _STREAM:
        typer.echo(report_text(made, style), nl=False)
        return
    files = write_report(made, store, style, path or Path(f"report-{row.id}{FORMATS[style]}"))
    for file in files:
        typer.echo(str(file))
    if show:
        import webbrowser

        webbrowser.open(files[0].resolve().as_uri())


def _checks(material: Material) -> None:
    """Print every check; exit code 1 where one has failed."""
    from arena.cli._console import out, table
    from arena.cli._figures import p_value
    from tournaments.checks import Verdict

    console, stages = out(), material.stages
    for stage in stages:
        if len(stages) > 1:
            console.print(f"Round {stage.found.number + 1}: {stage.found.title}", style="bold")
        shown = table("check", "verdict", "finding", "p", right=("p",))
        for check in stage.checks:
            p = "" if check.p is None else p_value(check.p)
            shown.add_row(check.name, check.verdict.value, check.sentence, p)
        console.print(shown)
    if any(check.verdict is Verdict.BAD for check in material.checks):
        raise typer.Exit(1)
