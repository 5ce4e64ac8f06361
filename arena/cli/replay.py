"""`arena replay`: a match told again, from a file or from the store, and proof that it went as recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arena.cli import _options
from arena.cli._help import Command
from arena.errors import BadParameter

if TYPE_CHECKING:
    from arena.cli._story import Story
    from arena.record import Record
    from arena.replay import Replay

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_STORED: Final = re.compile(r"([0-9a-f]+)/(\d+)/(\d+)/(\d+)")


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena replay match.arec --show open\n  arena replay 3/0/17/1 --verify\n"
    "  arena replay match.arec --ply 12",
)
def replay(
    match: Annotated[
        str,
        typer.Argument(
            metavar="MATCH",
            help="A file written by --record, or a match of the store as TOURNAMENT/ROUND/BLOCK/SEATING, each "
            "number as arena rank and arena store list print it.",
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
) -> None:
    """Print a match ply by ply, or verify it."""
    records = _records(match, store)
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


def _records(match: str, store: Path | None) -> list[Record]:
    """The matches of a file, or the one of the store."""
    from arena.record import read_records

    file = Path(match)
    stored = _STORED.fullmatch(match)
    if stored is None or file.exists():
        if not file.is_file():
            raise BadParameter(
                f"expected a file, or a stored match as TOURNAMENT/ROUND/BLOCK/SEATING, got {match!r}"
            )
        return read_records(file.read_bytes())
    from tournaments import replays
    from tournaments.store import Store

    name, round_, block, seating = stored.groups()
    with Store.open(store, create=False) as opened:
        found = opened.tournament(name)
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
    """The match as plain JSON; actions both as data and in words; a scene is what is to be seen before the step."""
    import dataclasses

    from arena import codec
    from arena.cli._story import scene_text
    from arena.replay import Replay

    moments: list[dict[str, Any]] = []
    with Replay(record) as replay:
        story = _story(replay, show, scenes=False)
        for moment in replay:
            scene = {} if show is None else {"scene": scene_text(replay.game, moment, story.viewpoint)}
            actions = [
                {
                    "player": player,
                    "action": codec.encode(action),
                    "says": replay.game.say(action),
                    "micros": record.micros[moment.ply + place] if record.micros else None,
                    "thoughts": codec.encode(moment.thoughts.get(player)),
                }
                for place, (player, action) in enumerate(moment.actions.items())
            ]
            moments.append({"ply": moment.ply, **scene, "actions": actions})
    head = {
        name: codec.encode(getattr(record, name))
        for name in ("game", "game_version", "seed", "software", "steps")
    }
    return {
        **head,
        "seats": [dataclasses.asdict(seat) for seat in record.seats],
        "conditions": dataclasses.asdict(record.conditions),
        "moments": moments,
        "faults": [dataclasses.asdict(fault) for fault in record.faults],
        "outcome": _plain(dataclasses.asdict(record.outcome)),
        "scores": _plain(record.scores),
    }


def _plain(value: Any) -> Any:
    """The value for JSON: tuples become lists, what is undefined or infinite becomes null."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value
