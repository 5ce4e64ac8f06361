"""The reader of record files of format 1."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from arena import codec
from arena.conditions import Access, Budget, Conditions, Fault, FaultKind, FaultPolicy
from arena.errors import BadInput, CorruptRecord, RegistryError, UnknownName
from arena.game import Game, Outcome
from arena.record import TUPLES, Record, SeatRecord

__all__ = ["read"]

_LARGEST: Final = 1 << 30
"""Bytes that a record may unpack to; more is refused as damaged."""
_SEEDS: Final = 1 << 64
_SHARED: Final = ("game", "game_version", "conditions", "software")
_CLASSES: Final[dict[str, type]] = {
    cls.__name__: cls for cls in (Budget, Conditions, Fault, Outcome, SeatRecord)
}
_DAMAGE: Final = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)


def read(body: bytes, game: Game[Any, Any, Any] | None) -> list[Record]:
    """The matches in what follows the format version.

    Raises:
        CorruptRecord: as `arena.record.read_records`.
    """
    parsed = _parsed(_unpacked(body))
    place = "head"
    try:
        classes = _classes_of(game, parsed["game"])
        shared = {name: codec.decode(parsed[name], _CLASSES) for name in _SHARED}
        shared["conditions"] = _conditions(shared["conditions"])
        seats = codec.decode(parsed["agents"], _CLASSES)
        records = []
        for number, row in enumerate(parsed["matches"]):
            place = f"match {number}"
            records.append(_record(row, seats, shared, classes))
    except (UnknownName, RegistryError):
        raise
    except _DAMAGE as error:
        raise CorruptRecord(f"damaged record at {place}: {type(error).__name__}: {error}") from error
    if not records:
        raise CorruptRecord("damaged record: it holds no match")
    return records


def _unpacked(body: bytes) -> bytes:
    import zstandard

    try:
        size = zstandard.get_frame_parameters(body).content_size
        if size > _LARGEST:  # also where the frame does not say
            raise CorruptRecord(
                f"damaged record: the compressed part from byte 5 says it unpacks to {size} bytes"
            )
        unpacker = zstandard.ZstdDecompressor().decompressobj()
        text = unpacker.decompress(body)
    except zstandard.ZstdError as error:
        raise CorruptRecord(
            f"damaged record: the compressed part from byte 5 does not unpack ({error})"
        ) from error
    if not unpacker.eof:
        raise CorruptRecord(f"damaged record: it ends at byte {5 + len(body)}, inside the compressed part")
    if unpacker.unused_data:
        end = 5 + len(body) - len(unpacker.unused_data)
        raise CorruptRecord(f"damaged record: expected its end at byte {end}, got more")
    return text


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CorruptRecord(f"damaged record: {error}") from error
    if not isinstance(parsed, dict):
        raise CorruptRecord(f"damaged record at head: expected an object, got {type(parsed).__name__}")
    return parsed


def _classes_of(game: Game[Any, Any, Any] | None, spelled: str) -> Callable[[], Mapping[str, type]]:
    """The dataclasses of the game's actions; the game is made only if it must be."""

    @cache
    def classes() -> Mapping[str, type]:
        from arena.registry import make_game

        known = make_game(spelled) if game is None else game
        return {cls.__name__: cls for cls in known.classes}

    return classes


def _record(
    row: dict[str, Any],
    seats: list[SeatRecord],
    shared: dict[str, Any],
    classes: Callable[[], Mapping[str, type]],
) -> Record:
    row = dict(row)
    actions = row.pop("actions")
    row = {name: codec.decode(value, _CLASSES) for name, value in row.items()}
    row |= {name: tuple(row[name]) for name in TUPLES if isinstance(row[name], list)}
    row["actions"] = _actions(actions, classes)
    row["seats"] = tuple(seats[place] for place in row["seats"])
    row["thoughts"] = {int(ply): thought for ply, thought in row["thoughts"].items()}
    row["faults"] = tuple(dataclasses.replace(fault, kind=FaultKind(fault.kind)) for fault in row["faults"])
    record = Record(**row, **shared)
    for name, test, expected in _EXPECTED:
        if not test(record):
            raise ValueError(f"{name}: expected {expected}, got {str(getattr(record, name))[:80]!r}")
    return record


def _actions(encoded: Any, classes: Callable[[], Mapping[str, type]]) -> Any:
    try:
        return codec.decode(encoded)
    except BadInput:
        return codec.decode(encoded, classes())


def _conditions(found: Conditions) -> Conditions:
    conditions = dataclasses.replace(found, access=Access(found.access), faults=FaultPolicy(found.faults))
    conditions.check()
    return conditions


def _text(value: object) -> bool:
    return isinstance(value, str)


def _whole(value: object, below: int = 1 << 63) -> bool:
    return type(value) is int and 0 <= value < below


def _wholes(values: object, count: int, below: int = 1 << 63) -> bool:
    return (
        isinstance(values, tuple) and len(values) == count and all(_whole(value, below) for value in values)
    )


def _numbers(values: object, count: int) -> bool:
    return (
        isinstance(values, tuple)
        and len(values) == count
        and all(type(value) in (int, float) for value in values)
    )


def _fault(fault: object, players: int) -> bool:
    return (
        isinstance(fault, Fault)
        and _whole(fault.player, players)
        and _whole(fault.ply)
        and _text(fault.message)
    )


def _seat(seat: object) -> bool:
    return isinstance(seat, SeatRecord) and _text(seat.agent) and _whole(seat.version) and _text(seat.digest)


def _outcome(outcome: Any, players: int) -> bool:
    return (
        isinstance(outcome, Outcome)
        and _numbers(outcome.returns, players)
        and _text(outcome.reason)
        and outcome.truncated in (True, False)
        and isinstance(outcome.metrics, dict)
        and all(map(_text, outcome.metrics))
        and all(_numbers(values, players) for values in outcome.metrics.values())
    )


def _seated(record: Record) -> int:
    return len(record.player_seeds)


_EXPECTED: Final[tuple[tuple[str, Callable[[Any], bool], str], ...]] = (
    ("game", lambda r: _text(r.game), "a spelling"),
    ("game_version", lambda r: _whole(r.game_version), "a whole number"),
    ("seed", lambda r: _whole(r.seed, _SEEDS), "a whole number below 2**64"),
    (
        "player_seeds",
        lambda r: isinstance(r.player_seeds, tuple) and _wholes(r.player_seeds, _seated(r), _SEEDS),
        "whole numbers below 2**64",
    ),
    ("seats", lambda r: len(r.seats) == _seated(r) and all(map(_seat, r.seats)), "a seat for each player"),
    (
        "software",
        lambda r: isinstance(r.software, dict) and all(map(_text, r.software.values())),
        "names and versions",
    ),
    ("actions", lambda r: isinstance(r.actions, tuple), "a tuple"),
    ("micros", lambda r: not r.micros or _wholes(r.micros, len(r.actions)), "a whole number for each action"),
    ("decisions", lambda r: _wholes(r.decisions, _seated(r)), "a whole number for each player"),
    ("spent", lambda r: _wholes(r.spent, _seated(r)), "a whole number for each player"),
    (
        "simulated",
        lambda r: not r.simulated or _wholes(r.simulated, _seated(r)),
        "a whole number for each player",
    ),
    ("faults", lambda r: all(_fault(fault, _seated(r)) for fault in r.faults), "faults of players"),
    ("outcome", lambda r: _outcome(r.outcome, _seated(r)), "an outcome with a value for each player"),
    ("scores", lambda r: _numbers(r.scores, _seated(r)), "a number for each player"),
    (
        "digests",
        lambda r: isinstance(r.digests, tuple) and all(map(_text, r.digests)),
        "digests",
    ),
    ("steps", lambda r: _whole(r.steps), "a whole number"),
    ("thoughts", lambda r: all(_whole(n, len(r.actions)) for n in r.thoughts), "thoughts by action"),
)
"""What the fields of a record must be, in the order in which they are read."""
