"""`arena rank`: the ranking of a stored tournament, by the same metric or another."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from arena.cli import _complete, _options
from arena.cli import _contest_options as its
from arena.cli._help import Command
from arena.errors import BadInput

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena rank\n  arena rank 3 --by wins\n  arena rank 3 --csv > ranking.csv\n"
    "  arena rank --rating plackett-luce,alpha-rank",
)
def rank(
    identifier: Annotated[
        str,
        typer.Argument(metavar="ID", help="A tournament's number, the beginning of its digest, or 'last'."),
    ] = "last",
    *,
    by: its.ByOption = None,
    correction: its.CorrectionOption = None,
    as_json: its.JsonOption = False,
    as_csv: its.CsvOption = False,
    rating: Annotated[
        str | None,
        typer.Option(
            "--rating",
            metavar="LIST",
            help="Ratings shown below the ranking, such as plackett-luce,alpha-rank.",
            autocompletion=_complete.ratings_list,
        ),
    ] = None,
    store: _options.StoreOption = None,
) -> None:
    """Rank a stored tournament again; nothing is played."""
    from arena.cli._report import show
    from tournaments.rank import rank as ranked
    from tournaments.store import Store

    if as_json and as_csv:
        raise BadInput("expected --json or --csv, got both")
    if as_csv and rating:
        raise BadInput("expected --csv or --rating, got both; --json holds the ranking and the ratings")
    with Store.open(store, create=False) as opened:
        row = _options.stored(opened, identifier)
        if not row.finished:
            opened.peek(row.id, row.blocks, f"the ranking by {by or row.plan.by or 'score'}")
        plan = dataclasses.replace(row.plan, correction=correction or row.plan.correction)
        if not rating:
            ranking = ranked(plan, opened.results(row.id), by=by)
            show(ranking, opened, identifier=row.id, style="json" if as_json else "csv" if as_csv else "")
            return
        from arena.cli._ratings import show_ratings
        from tournaments.plan import pick
        from tournaments.ratings.rated import make_ratings

        chosen = make_ratings(rating, by or row.plan.by)
        picks, results = pick(row.plan), list(opened.results(row.id))
        ranking = ranked(plan, results, picks, by=by)
        reports = {name: dict(made.rate(picks, results)) for name, made in chosen.items()}
        if not as_json:
            show(ranking, opened, identifier=row.id)
        show_ratings(ranking, reports, as_json=as_json)
