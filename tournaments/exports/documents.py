"""A match as JSON: one document, or one line a ply."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from arena import codec
from arena.record import Record
from arena.replay import Moment, Replay
from tournaments.exports.matches import Match

__all__ = ["document", "plain", "to_json", "to_lines"]


def document(record: Record, scene: Callable[[Replay, Moment], str] | None = None) -> dict[str, Any]:
    """A match as values of JSON; actions both as data and in words.

    Args:
        record: the match.
        scene: gives the text of what is to be seen before each step; None leaves it out.
    """
    moments: list[dict[str, Any]] = []
    with Replay(record) as replay:
        for moment in replay:
            seen = {} if scene is None else {"scene": scene(replay, moment)}
            moments.append(
                {"ply": moment.ply, **seen, "actions": [told for _, told in _actions(record, replay, moment)]}
            )
    return {**_head(record), "moments": moments, **_end(record)}


def to_json(matches: Iterable[Match]) -> Iterator[bytes]:
    """One document: a list with the `document` of every match, each with its name under ``match``."""
    lead = b"[\n"
    for match in matches:
        yield lead + _encoded({"match": match.name, **document(match.record)})
        lead = b",\n"
    yield b"[]\n" if lead == b"[\n" else b"\n]\n"


def to_lines(matches: Iterable[Match]) -> Iterator[bytes]:
    """Lines of JSON: of every match one with ``kind`` ``"match"``, one ``"ply"`` for each action, and one ``"end"``."""
    for match in matches:
        record = match.record
        yield _encoded({"kind": "match", "match": match.name, **_head(record)}) + b"\n"
        with Replay(record) as replay:
            for moment in replay:
                for ply, told in _actions(record, replay, moment):
                    yield _encoded({"kind": "ply", "match": match.name, "ply": ply, **told}) + b"\n"
        yield _encoded({"kind": "end", "match": match.name, **_end(record)}) + b"\n"


def plain(value: Any) -> Any:
    """The value for JSON: tuples become lists, what is undefined or infinite becomes null."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value


def _head(record: Record) -> dict[str, Any]:
    """What was known before the first action."""
    names = ("game", "game_version", "seed", "software", "steps")
    return {
        **{name: codec.encode(getattr(record, name)) for name in names},
        "seats": [dataclasses.asdict(seat) for seat in record.seats],
        "conditions": dataclasses.asdict(record.conditions),
    }


def _actions(record: Record, replay: Replay, moment: Moment) -> Iterator[tuple[int, dict[str, Any]]]:
    """The actions of a step, each with its number."""
    for ply, (player, action) in enumerate(moment.actions.items(), moment.ply):
        yield (
            ply,
            {
                "player": player,
                "action": codec.encode(action),
                "says": replay.game.say(action),
                "micros": record.micros[ply] if record.micros else None,
                "thoughts": codec.encode(moment.thoughts.get(player)),
            },
        )


def _end(record: Record) -> dict[str, Any]:
    return {
        "faults": [dataclasses.asdict(fault) for fault in record.faults],
        "outcome": plain(dataclasses.asdict(record.outcome)),
        "scores": plain(record.scores),
    }


def _encoded(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False).encode()
