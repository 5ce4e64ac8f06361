"""`arena leaderboard`: the ranking of a tournament in a table, of the store or of a server."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli import _contest_options as its
from arena.cli import _options
from arena.cli._help import Command
from arena.cli._remote import client_for, round_of
from arena.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from tournaments.ranking import RoundRanking
    from web.client import Client

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena leaderboard\n  arena leaderboard 3 --by wins --limit 10\n"
    "  arena leaderboard --server https://arena.example\n  arena leaderboard 3 --csv > ranking.csv",
)
def leaderboard(
    tournament: _options.TournamentArgument = "last",
    *,
    by: its.ByOption = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--round",
            metavar="N",
            min=0,
            help="A round, from 0; the last, or that over all rounds, where absent.",
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N; all where absent.")
    ] = None,
    as_json: its.JsonOption = False,
    as_csv: its.CsvOption = False,
    store: _options.StoreOption = None,
    server: _options.ServerOption = None,
) -> None:
    """Show who leads, on this machine or on a server."""
    from arena.cli._report import write_csv

    if as_json and as_csv:
        raise BadInput("expected --json or --csv, got both")
    client = client_for(server, store)
    if client is None:
        identifier, found, document = _stored(store, tournament, by, number, limit)
    else:
        identifier = client.tournament(tournament)
        document = client.listing("tournaments", str(identifier), "ranking", most=limit, by=by, round=number)
        found = round_of(client, document)
    if as_json:
        typer.echo(json.dumps(document, indent=2, allow_nan=False))
    elif as_csv:
        write_csv([found])
    else:
        _show(identifier, found, int(document["agents"]), client)


def _stored(
    path: Path | None, name: str, by: str | None, number: int | None, limit: int | None
) -> tuple[int, RoundRanking, dict[str, Any]]:
    """The tournament's number, the round, and the answer that a server would give."""
    from tournaments.rank import rank
    from tournaments.store import Store
    from web.schemas.rankings import Ranking, RankingRow

    with Store.open(path, create=False) as opened:
        row = _options.stored(opened, name)
        ranking = rank(row.plan, opened.results(row.id), by=by)
    rounds = {found.number: found for found in ranking.rounds}
    if number is not None and number not in rounds:
        raise UnknownName("round", str(number), map(str, rounds))
    found = ranking.final if number is None else rounds[number]
    agents = found.agents[:limit]
    document = Ranking(
        **{
            name: getattr(found, name) for name in ("title", "metric", "unit", "higher_is_better", "estimand")
        },
        **{name: getattr(found, name) for name in ("blocks", "matches", "correction")},
        tournament=row.id,
        round=found.number,
        agents=len(found.agents),
        notes=list(found.notes),
        items=[RankingRow.model_validate(agent, from_attributes=True) for agent in agents],
        next=None,
    )
    return row.id, dataclasses.replace(found, agents=agents), document.model_dump()


def _show(identifier: int, found: RoundRanking, agents: int, client: Client | None) -> None:
    from arena.cli import _figures as figures
    from arena.cli._console import out, rows
    from arena.cli._report import show_agents

    console = out()
    where = "" if client is None else f" · {client.server}"
    console.print(f"Tournament {identifier}, {found.title}{where}", style="bold", soft_wrap=True)
    show_agents(console, found)
    if len(found.agents) < agents:
        console.print(f"... and {figures.several(agents - len(found.agents), 'agent')} more")
    played = f"{figures.several(found.blocks, 'block')}, {figures.several(found.matches, 'match', 'matches')}"
    lines = [
        ("played", f"{played}; ± and [ ] are 95 % intervals over deal blocks"),
        ("estimates", found.estimand),
    ]
    console.print()
    console.print(rows([*lines, *(("note", note) for note in found.notes)]))
