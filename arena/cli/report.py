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
    from tournaments.reports import Material, Report, SuiteReport
    from tournaments.store import Store, TournamentRow

__all__ = ["app"]

_STREAM: Final = Path("-")
"""What stands for standard output."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena report --open\n  arena report 3 --out paper/tables.tex --figures paper/figures\n"
    "  arena report 3 --to parquet --out results/\n  arena report 3 --checks\n"
    "  arena report 4 5 --reference 4=0:200 --reference 5=-21:21",
)
def report(
    identifiers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID...",
            help="A tournament's number, the beginning of its digest, or 'last' (where absent); several of games for one "
            "are reported as a suite.",
            show_default=False,
        ),
    ] = None,
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
    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures",
            metavar="DIR",
            help="Write every figure into this folder as PDF, SVG and PNG too; LaTeX takes in the PDFs.",
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
    reference: Annotated[
        list[str] | None,
        typer.Option(
            "--reference",
            metavar="ID=LOW:HIGH",
            help="Of a game for one, the scores of a weak and of a strong player, by a tournament's number or its game; may be "
            "repeated.",
            show_default=False,
        ),
    ] = None,
    checks: Annotated[
        bool, typer.Option("--checks", help="Print the checks of the data, and write nothing.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Show the page in a browser.")] = False,
    store: _options.StoreOption = None,
) -> None:
    """Write a report of a stored tournament, or check its data.

    Several tournaments of games for one seat, of the same agents, are a suite of tasks. With --checks, exit code 1 where the
    data are not sound.
    """
    from tournaments.reports import format_of, gather
    from tournaments.store import Store

    if checks and (to is not None or path is not None or figures is not None or open_):
        raise BadInput("--checks writes nothing; expected it without --to, --out, --figures and --open")
    style = format_of(to, None if path == _STREAM else path)
    if open_ and (style != "html" or path == _STREAM):
        raise BadInput("--open shows a page; expected --to html and a file")
    with Store.open(store, create=False) as opened:
        rows = [_options.stored(opened, identifier) for identifier in identifiers or ["last"]]
        for row in rows:
            if not row.finished:
                opened.peek(row.id, row.blocks, "a report")
        if checks:
            if len(rows) > 1:
                raise BadInput(f"--checks looks at one tournament, got {len(rows)}")
            _checks(gather(opened, rows[0], by=by))
            return
        made = _made(opened, rows, by, "" if rating == "none" else rating, reference or [], luck=luck)
        _written(made, opened, rows, style, path, figures=figures, show=open_)


def _made(
    store: Store, rows: list[TournamentRow], by: str | None, ratings: str, reference: list[str], *, luck: bool
) -> Report | SuiteReport:
    """The report of one tournament, or of several as a suite."""
    from tournaments.reports import make_report, make_suite

    references = _references(reference, rows)
    if len(rows) == 1:
        own = references.get(rows[0].id)
        return make_report(store, rows[0], by=by, ratings=ratings, luck=luck, references=own)
    if luck:
        raise BadInput(f"--luck looks at one tournament, got {len(rows)}")
    return make_suite(store, rows, references=references, by=by)


def _references(words: list[str], rows: list[TournamentRow]) -> dict[int, tuple[float, float]]:
    """The references of each tournament by its number; a game's name stands for all its tournaments."""
    found: dict[int, tuple[float, float]] = {}
    for word in words:
        task, _, ends = word.rpartition("=")
        named = [
            row.id for row in rows if task in (str(row.id), row.plan.game) or (len(rows) == 1 and not task)
        ]
        if not named:
            known = ", ".join(f"{row.id} ({row.plan.game})" for row in rows)
            raise BadInput(f"--reference {word!r} names none of the tournaments; expected one of {known}")
        low, _, high = ends.partition(":")
        try:
            scores = (float(low), float(high))
        except ValueError as error:
            raise BadInput(
                f"expected --reference ID=LOW:HIGH with two numbers, such as 4=0:200, got {word!r}"
            ) from error
        found |= dict.fromkeys(named, scores)
    return found


def _written(
    made: Report | SuiteReport,
    store: Store,
    rows: list[TournamentRow],
    style: str,
    path: Path | None,
    *,
    figures: Path | None,
    show: bool,
) -> None:
    from tournaments.reports import FORMATS, report_text, write_figures, write_report

    drawn = None if figures is None else write_figures(made.document, figures)
    if path == _STREAM:
        beside = None if drawn is None else {name: files[0] for name, files in drawn.items()}
        typer.echo(report_text(made, style, figures=beside), nl=False)
        return
    name = "-".join(str(row.id) for row in rows)
    files = write_report(made, store, style, path or Path(f"report-{name}{FORMATS[style]}"), figures=drawn)
    for file in files if figures is None else (*files, figures):
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
