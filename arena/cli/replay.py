"""`arena replay`: a match told again, from a file or from the store, and proof that it went as recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arena.cli import _options
from arena.cli._help import Command
from arena.errors import BadParameter

if TYPE_CHECKING:
    from arena.cli._story import Story
    from arena.record import Record

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
    _tell(record, show, ply)
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
    from tournaments.replays import resimulate

    for record in records:
        resimulate(record)
    actions = sum(len(record.actions) for record in records)
    if as_json:
        typer.echo(
            json.dumps({"match": match, "matches": len(records), "actions": actions, "verified": True})
        )
    else:
        matches = "1 match" if len(records) == 1 else f"{len(records)} matches"
        typer.echo(f"verified: {matches}, {actions} actions, every view and score as recorded")


def _story(record: Record, show: str | None, *, scenes: bool, default: str = "public") -> Story:
    from arena import registry
    from arena.cli._console import out
    from arena.cli._story import Story

    game = registry.make_game(record.game)
    viewpoint = _options.viewpoint(default if show is None else show, game.spec.players)
    return Story(out(), game, [seat.agent for seat in record.seats], viewpoint, scenes=scenes)


def _tell(record: Record, show: str | None, ply: int | None) -> None:
    from arena.cli._story import Retelling

    last = len(record.actions)
    if ply is not None and not 0 <= ply <= last:
        raise BadParameter(f"expected --ply from 0 to {last}, got {ply!r}")
    story = _story(
        record, show, scenes=show is not None and ply is None, default="public" if ply is None else "open"
    )
    told = Retelling(story.game, record.seed)
    try:
        story.head(record.seed)
        if ply is None:
            story.scene(told.state)
        for step in told.follow(record.actions if ply is None else record.actions[:ply]):
            if ply is None or told.ply == ply:
                for fault in record.faults:
                    if step.ply <= fault.ply < told.ply:
                        story.fault(fault)
                story.step(step, told.state)
        if ply is not None:
            story.scene(told.state)
            story.thoughts(record.thoughts.get(ply - 1))
            return
        story.scene(told.state, over=True)
        story.end(record.outcome, record.scores)
    finally:
        told.close()


def _document(record: Record, show: str | None) -> dict[str, Any]:
    """The match as plain JSON; actions both as data and in words."""
    import dataclasses

    from arena import codec
    from arena.cli._story import Retelling, scene_text

    story = _story(record, show, scenes=False)
    told = Retelling(story.game, record.seed)
    plies: list[dict[str, Any]] = []
    try:
        for step in told.follow(record.actions):
            for place, (player, action) in enumerate(step.actions):
                ply = step.ply + place
                row = {"ply": ply, "player": player, "action": codec.encode(action)}
                row["says"] = story.game.say(action)
                row["micros"] = record.micros[ply] if record.micros else None
                row["thoughts"] = codec.encode(record.thoughts.get(ply))
                plies.append(row)
            if show is not None:
                plies[-1]["scene"] = scene_text(story.game, told.state, story.viewpoint)
    finally:
        told.close()
    head = {
        name: codec.encode(getattr(record, name))
        for name in ("game", "game_version", "seed", "software", "steps")
    }
    return {
        **head,
        "seats": [dataclasses.asdict(seat) for seat in record.seats],
        "conditions": dataclasses.asdict(record.conditions),
        "plies": plies,
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
