"""`arena replay`: a match told again, from a file or from the store, and proof that it went as recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arena.cli import _options
from arena.cli._help import Command, Group, write_help
from arena.cli._remote import client_for, match_from
from arena.errors import BadParameter

if TYPE_CHECKING:
    from arena.cli._story import Story
    from arena.record import Record
    from arena.replay import Moment, Replay

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_BESIDE: Final = ("export",)
_STORED: Final = re.compile(r"(last|[0-9a-f]+)([/-])(\d+)\2(\d+)\2(\d+)")


class _Replay(Command):
    """`arena replay MATCH`, with `arena replay export MATCH` beside it."""

    @property
    def commands(self) -> dict[str, Any]:
        """The commands beside it, by name."""
        from arena.cli._replay_export import app as exporting

        return {"export": typer.main.get_command(exporting)}

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of these words, or of the command beside it that the first of them names."""
        if args and args[0] in _BESIDE:
            # A group without arguments of its own stands between, so that usage and variables read as they should.
            between = Group(name=info_name)
            above = between.context_class(between, info_name=info_name, parent=parent)
            return self.commands[args[0]].make_context(args[0], args[1:], parent=above, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, with the commands beside it before the options."""
        write_help(self, ctx, formatter, self.commands)


@app.command(
    cls=_Replay,
    epilog="\b\nExamples:\n  arena replay match.arec --show open\n  arena replay 3/0/17/1 --verify\n"
    "  arena replay match.arec --ply 12\n  arena replay 3/0/17/1 --server https://arena.example\n"
    "  arena replay export 3/0/17/1 --html",
)
def replay(
    match: Annotated[
        str,
        typer.Argument(
            metavar="MATCH",
            help="A file written by --record, or a match of the store or of --server as "
            "TOURNAMENT/ROUND/BLOCK/SEATING, as arena matches prints it.",
        ),
    ],
    *,
    show: _options.ViewOption = None,
    ply: Annotated[
        int | None,
        typer.Option(
            "--ply", metavar="N", help="Only the table after ply N, from 0, and what was thought there."
        ),
    ] = None,
    number: Annotated[
        int, typer.Option("--match", metavar="N", help="Which match of a file that holds several, from 1.")
    ] = 1,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Play it again from its actions and compare; exit code 2 where it differs."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the match as one JSON document.")] = False,
    store: _options.StoreOption = None,
    server: _options.ServerOption = None,
) -> None:
    """Print a match ply by ply, or verify it."""
    records = _records(match, store, server)
    if verify:
        _verify(match, records, as_json)
        return
    if not 1 <= number <= len(records):
        raise BadParameter(f"expected --match from 1 to {len(records)}, got {number!r}")
    record = records[number - 1]
    if as_json:
        typer.echo(json.dumps(_document(record, show), allow_nan=False))
        return
    if ply is None:
        _tell(record, show)
    else:
        _moment(record, show, ply)
    if len(records) > 1:
        typer.echo(f"\nmatch {number} of {len(records)} in {match}; another: --match N", err=True)


def _records(match: str, store: Path | None, server: str | None) -> list[Record]:
    """The matches of a file, or the one of the store or of a server."""
    from arena.record import read_records

    file = Path(match)
    if file.is_file():
        return read_records(file.read_bytes())
    client = client_for(server, store)
    if client is not None:
        return [match_from(client, match).record]
    stored = _STORED.fullmatch(match)
    if stored is None:
        raise BadParameter(
            f"expected a file, or a stored match as TOURNAMENT/ROUND/BLOCK/SEATING, got {match!r}"
        )
    from tournaments import replays
    from tournaments.store import Store

    name, _, round_, block, seating = stored.groups()
    with Store.open(store, create=False) as opened:
        found = _options.stored(opened, name)
        return [replays.record(opened, found.id, int(round_), int(block), int(seating))]


def _verify(match: str, records: Sequence[Record], as_json: bool) -> None:
    from arena.replay import verify

    for record in records:
        verify(record)
    actions = sum(len(record.actions) for record in records)
    if as_json:
        typer.echo(
            json.dumps({"match": match, "matches": len(records), "actions": actions, "verified": True})
        )
    else:
        matches = "1 match" if len(records) == 1 else f"{len(records)} matches"
        typer.echo(f"verified: {matches}, {actions} actions, every view and score as recorded")


def _story(replay: Replay, show: str | None, *, scenes: bool, default: str = "public") -> Story:
    from arena.cli._console import out
    from arena.cli._story import Story

    viewpoint = _options.viewpoint(default if show is None else show, replay.game.spec.players)
    agents = [seat.agent for seat in replay.record.seats]
    return Story(out(), replay.game, agents, viewpoint, scenes=scenes)


def _tell(record: Record, show: str | None) -> None:
    """The whole match, move by move."""
    from arena.replay import Replay

    with Replay(record) as replay:
        story = _story(replay, show, scenes=show is not None)
        story.head(record.seed)
        for moment in replay:
            over = moment.outcome is not None
            if over or story.scenes or moment.ply == 0:
                story.scene(moment, over=over)
            for fault in record.faults:
                if moment.ply <= fault.ply < moment.ply + len(moment.actors):
                    story.fault(fault)
            story.step(moment.ply, moment.actions)
        story.end(record.outcome, record.scores)


def _moment(record: Record, show: str | None, ply: int) -> None:
    """One moment: the step that led there, the table, and what was thought in that step."""
    from arena.replay import Replay

    last = len(record.actions)
    if not 0 <= ply <= last:
        raise BadParameter(f"expected --ply from 0 to {last}, got {ply!r}")
    with Replay(record) as replay:
        story = _story(replay, show, scenes=True, default="open")
        story.head(record.seed)
        before = 0
        actions: Mapping[int, Any] = {}
        thoughts: Mapping[int, Any] = {}
        for moment in replay:
            if moment.ply >= ply:
                story.step(before, actions)
                story.scene(moment)
                for player, told in thoughts.items():
                    story.thoughts(player, told)
                return
            before, actions, thoughts = moment.ply, moment.actions, moment.thoughts


def _document(record: Record, show: str | None) -> dict[str, Any]:
    """The match as plain JSON; with --show a scene is what is to be seen before the step."""
    from arena.cli._story import scene_text
    from tournaments.exports import document

    if show is None:
        return document(record)

    def scene(replay: Replay, moment: Moment) -> str:
        return scene_text(replay.game, moment, _options.viewpoint(show, replay.game.spec.players))

    return document(record, scene)
