"""`arena matches`: the matches of a tournament in short, of the store or of a server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from arena.cli import _contest_options as its
from arena.cli import _options
from arena.cli._help import Command
from arena.cli._remote import client_for
from arena.errors import UnknownName

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena matches\n  arena matches 3 --agent greedy --limit 50\n"
    "  arena matches 3 --block 17 --server https://arena.example\n  arena replay 3/0/17/1",
)
def matches(
    tournament: _options.TournamentArgument = "last",
    *,
    agent: Annotated[
        str | None,
        typer.Option(
            "--agent",
            metavar="NAME",
            help="Only matches in which this agent sat: a name or a spelling, or its position in the plan, from 0.",
        ),
    ] = None,
    number: Annotated[
        int | None, typer.Option("--round", metavar="N", min=0, help="Only this round, from 0.")
    ] = None,
    block: Annotated[
        int | None, typer.Option("--block", metavar="N", min=0, help="Only this deal block, from 0.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Only the first N.")] = 20,
    as_json: its.JsonOption = False,
    store: _options.StoreOption = None,
    server: _options.ServerOption = None,
) -> None:
    """List the matches of a tournament, on this machine or on a server."""
    client = client_for(server, store)
    wanted = {"round": number, "block": block}
    if client is None:
        found = _stored(store, tournament, agent, wanted, limit + 1)
    else:
        detail = client.get("tournaments", str(client.tournament(tournament)))
        sat = None if agent is None else _position(agent, [str(each) for each in detail["agents"]])
        path = ("tournaments", str(detail["id"]), "matches")
        found = client.listing(*path, most=limit + 1, agent=sat, **wanted)["items"]
    if as_json:
        typer.echo(json.dumps({"items": found[:limit]}, indent=2, allow_nan=False))
    else:
        _show(found[:limit], more=len(found) > limit)


def _stored(
    path: Path | None, name: str, agent: str | None, wanted: Mapping[str, int | None], most: int
) -> list[dict[str, Any]]:
    """The cards that a server would give."""
    from tournaments.store import Store
    from web.matches import cards

    with Store.open(path, create=False) as opened:
        row = _options.stored(opened, name)
        agents = row.plan.agents
        sat = None if agent is None else _position(agent, agents)
        found = cards(opened, row.id, agents, stage=wanted["round"], block=wanted["block"], agent=sat)
        return [card.model_dump() for card in islice(found, most)]


def _position(words: str, agents: Sequence[str]) -> int:
    """The agent of the plan that is meant.

    Raises:
        UnknownName: if there is none, or more than one.
    """
    if words in agents:
        return agents.index(words)
    if words.isascii() and words.isdecimal() and int(words) < len(agents):
        return int(words)
    from arena.spelling import parse

    spelled = parse(words)
    parsed = [parse(each) for each in agents]
    if spelled in parsed:
        return parsed.index(spelled)
    named = [place for place, each in enumerate(parsed) if each.name == words]
    if len(named) != 1:
        raise UnknownName("agent", words, agents)
    return named[0]


def _show(found: Sequence[Mapping[str, Any]], *, more: bool) -> None:
    from arena.cli._console import aside, out, table

    if not found:
        aside().print("no matches are stored that are so")
        return
    made = table("match", "seats and scores", "steps", "faults", right=("steps", "faults"))
    for card in found:
        seats = (f"{name} {score:+g}" for name, score in zip(card["seats"], card["scores"], strict=True))
        faults = str(card["faults"]) if card["faults"] else "-"
        made.add_row(card["id"].replace("-", "/"), ", ".join(seats), str(card["steps"]), faults)
    out().print(made)
    if more:
        aside().print("... and more; --limit says how many are listed")
