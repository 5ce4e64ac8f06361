"""Records: a match as its seeds and actions, from which everything else can be made again.

A record stores no states. A file holds the matches of one deal block: the letters ``AREC``, a format version byte, and a
Zstandard frame with a checksum around one JSON document, in which what the matches share stands once. Every old format
keeps its reader.
"""

from __future__ import annotations

import dataclasses
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from arena import codec
from arena._memo import once_per_object
from arena._version import __version__
from arena.agent import Agent
from arena.conditions import Access, Budget, Conditions, Fault, FaultKind, FaultPolicy
from arena.errors import CorruptRecord, UnknownFormat
from arena.facts import agent_spec, spelling
from arena.game import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FORMAT", "MAGIC", "Record", "SeatRecord", "read_records", "software_versions", "write_records"]

MAGIC: Final = b"AREC"
"""The first bytes of every record file."""
FORMAT: Final = 1
"""The format that `write_records` writes."""
_LARGEST: Final = 1 << 30
"""Bytes that a record may unpack to; more is refused as damaged."""


@dataclass(frozen=True)
class SeatRecord:
    """Who sat on a seat."""

    agent: str
    """The agent's spelling, name and parameters."""
    version: int
    """The agent's version."""
    digest: str
    """`Agent.digest`: what made it play as it did."""

    @staticmethod
    def of(agent: Agent) -> SeatRecord:
        """The record of `agent`; made once, since an agent does not change.

        Raises:
            BadInput: if its parameters are no plain data.
        """
        return _seat_record(agent)


@once_per_object
def _seat_record(agent: Agent) -> SeatRecord:
    return SeatRecord(spelling(agent), agent_spec(agent).version, agent.digest())


@dataclass(frozen=True)
class Record:
    """One match."""

    game: str
    """The game's spelling, name and parameters."""
    game_version: int
    """The version of its rules."""
    seed: int
    """The deal, in [0, 2**64)."""
    player_seeds: tuple[int, ...]
    """The dice of each player, in [0, 2**64)."""
    seats: tuple[SeatRecord, ...]
    """Who sat where."""
    conditions: Conditions
    """The conditions of the match."""
    software: Mapping[str, str]
    """The versions it was played with."""
    actions: tuple[Any, ...]
    """Every action, in the order of steps and, within a step, of players."""
    micros: tuple[int, ...]
    """Microseconds spent on each action; 0 for a stand-in's. Empty where nobody measured."""
    decisions: tuple[int, ...]
    """How many actions each player chose himself."""
    spent: tuple[int, ...]
    """Microseconds each player spent in all."""
    faults: tuple[Fault, ...]
    """Every failure of an agent."""
    outcome: Outcome
    """How it ended as played."""
    scores: tuple[float, ...]
    """The returns after the penalty for faults."""
    digests: tuple[str, ...]
    """A digest of all views every 32 actions and, last, at the end."""
    steps: int
    """The number of steps."""
    thoughts: Mapping[int, Any] = field(default_factory=dict)
    """What players told of their decisions, by the number of the action: ``actions[number]`` came of it."""
    simulated: tuple[int, ...] = ()
    """How many steps each player took through simulators; empty where nobody counted."""


@cache
def software_versions() -> dict[str, str]:
    """The versions of what a match is played with."""
    versions = {"agent-arena": __version__, "python": platform.python_version()}
    for name in ("numpy", "numba"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


_SHARED: Final = ("game", "game_version", "conditions", "software")


def write_records(records: Sequence[Record]) -> bytes:
    """The matches of one block as the bytes of a file.

    Raises:
        ValueError: if there are none, or they do not share game, conditions and software.
    """
    import zstandard

    shared = {name: getattr(records[0], name) for name in _SHARED}
    seats = list(dict.fromkeys(seat for record in records for seat in record.seats))
    matches = []
    for record in records:
        if any(getattr(record, name) != value for name, value in shared.items()):
            raise ValueError("the matches of a block share their game, conditions and software")
        row = {f.name: getattr(record, f.name) for f in dataclasses.fields(record) if f.name not in _SHARED}
        row["seats"] = [seats.index(seat) for seat in record.seats]
        row["thoughts"] = {str(ply): thought for ply, thought in record.thoughts.items()}
        matches.append(row)
    body = codec.dumps({**shared, "agents": seats, "matches": matches}).encode()
    packed = zstandard.ZstdCompressor(level=9, write_checksum=True).compress(body)
    return MAGIC + bytes([FORMAT]) + packed


def read_records(data: bytes) -> list[Record]:
    """The matches in the bytes of a file, of this or any earlier format.

    Raises:
        CorruptRecord: if the bytes are no record; the message names the first bad place.
        UnknownFormat: if the format is newer than this reader.
    """
    if data[:4] != MAGIC:
        raise CorruptRecord(f"no record: expected {MAGIC!r} at byte 0, got {data[:4]!r}")
    if len(data) < 5:
        raise CorruptRecord("no record: it ends at byte 4, before the format version")
    reader = _READERS.get(data[4])
    if reader is None:
        known = ", ".join(map(str, _READERS))
        raise UnknownFormat(f"record format {data[4]} at byte 4; this version reads {known}")
    return reader(data[5:])


def _read_1(body: bytes) -> list[Record]:
    import zstandard

    try:
        text = zstandard.ZstdDecompressor().decompress(body, max_output_size=_LARGEST)
    except zstandard.ZstdError as error:
        raise CorruptRecord(
            f"damaged record: the compressed part from byte 5 does not unpack ({error})"
        ) from error
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CorruptRecord(f"damaged record: {error}") from error
    place = "head"
    try:
        document = codec.decode(parsed, _CLASSES)
        shared = {name: document[name] for name in _SHARED}
        shared["conditions"] = _conditions(shared["conditions"])
        seats = document["agents"]
        records = []
        for number, row in enumerate(document["matches"]):
            place = f"match {number}"
            records.append(_record(row, seats, shared))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise CorruptRecord(f"damaged record at {place}: {type(error).__name__}: {error}") from error
    if not records:
        raise CorruptRecord("damaged record: it holds no match")
    return records


def _record(row: dict[str, Any], seats: list[SeatRecord], shared: dict[str, Any]) -> Record:
    row = dict(row)
    row["seats"] = tuple(seats[place] for place in row["seats"])
    row["thoughts"] = {int(ply): thought for ply, thought in row["thoughts"].items()}
    row["faults"] = tuple(dataclasses.replace(fault, kind=FaultKind(fault.kind)) for fault in row["faults"])
    return Record(**row, **shared)


def _conditions(found: Conditions) -> Conditions:
    return dataclasses.replace(found, access=Access(found.access), faults=FaultPolicy(found.faults))


_CLASSES: Final[dict[str, type]] = {
    cls.__name__: cls for cls in (Budget, Conditions, Fault, Outcome, SeatRecord)
}
_READERS: Final[dict[int, Callable[[bytes], list[Record]]]] = {1: _read_1}
