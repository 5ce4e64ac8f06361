"""Records: a match as its seeds and actions, from which everything else can be made again.

A record stores no states. A file holds the matches of one deal block: the letters ``AREC``, a format version byte, and a
Zstandard frame with a checksum around one JSON document, in which what the matches share stands once. Every old format
keeps its reader, in a file of its own.
"""

from __future__ import annotations

import dataclasses
import platform
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from arena import codec
from arena._memo import once_per_object
from arena._version import __version__
from arena.agent import Agent
from arena.conditions import Conditions, Fault
from arena.errors import BadInput, CorruptRecord, UnknownFormat
from arena.facts import agent_spec, spelling
from arena.game import Game, Outcome

if TYPE_CHECKING:
    import zstandard

__all__ = ["FORMAT", "MAGIC", "Record", "SeatRecord", "read_records", "software_versions", "write_records"]

MAGIC: Final = b"AREC"
"""The first bytes of every record file."""
FORMAT: Final = 1
"""The format that `write_records` writes."""


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
TUPLES: Final = ("player_seeds", "micros", "decisions", "spent", "scores", "digests", "simulated")
"""Fields of a record that are tuples of numbers or texts in every game, written as plain lists."""


def write_records(records: Sequence[Record]) -> bytes:
    """The matches of one block as the bytes of a file.

    Raises:
        BadInput: if there are none, they do not share game, conditions and software, or an action is no plain data.
    """
    if not records:
        raise BadInput("expected the records of a block, got none")
    first = records[0]
    for record in records:
        for name in _SHARED:
            value, other = getattr(first, name), getattr(record, name)
            if other is not value and other != value:
                raise BadInput(
                    f"expected the matches of a block to share their {name}, got {value!r} and {other!r}"
                )
    seats = list(dict.fromkeys(seat for record in records for seat in record.seats))
    head = _head(first.game, first.game_version, first.conditions, tuple(first.software.items()))
    agents = ",".join(map(_seat, seats))
    matches = codec.dumps([_row(record, seats) for record in records])
    body = f'{{{head},"agents":[{agents}],"matches":{matches}}}'.encode()
    return MAGIC + bytes([FORMAT]) + _compressor().compress(body)


def _compressor() -> zstandard.ZstdCompressor:
    """The compressor of this thread; making one costs more than a small block does."""
    import zstandard

    found: zstandard.ZstdCompressor | None = getattr(_OF_THREAD, "compressor", None)
    if found is None:
        found = _OF_THREAD.compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
    return found


_OF_THREAD: Final = threading.local()


def _row(record: Record, seats: list[SeatRecord]) -> dict[str, Any]:
    """What a match does not share with the others of its block."""
    row = {name: getattr(record, name) for name in _own_fields()}
    for name in TUPLES:
        row[name] = list(row[name])
    row["seats"] = [seats.index(seat) for seat in record.seats]
    row["thoughts"] = {str(ply): thought for ply, thought in record.thoughts.items()}
    return row


@cache
def _own_fields() -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(Record) if field.name not in _SHARED)


# The blocks of a tournament share their head and their agents, too; each is spelled once.
@lru_cache(maxsize=64)
def _head(game: str, version: int, conditions: Conditions, software: tuple[tuple[str, str], ...]) -> str:
    shared = dict(zip(_SHARED, (game, version, conditions, dict(software)), strict=True))
    return codec.dumps(shared)[1:-1]


@lru_cache(maxsize=1024)
def _seat(seat: SeatRecord) -> str:
    return codec.dumps(seat)


def read_records(data: bytes, game: Game[Any, Any, Any] | None = None) -> list[Record]:
    """The matches in the bytes of a file, of this or any earlier format.

    Args:
        data: the bytes.
        game: whose actions they are; asked for the `classes` of actions that are dataclasses, and made from the
            record's spelling where it is needed and None.

    Raises:
        CorruptRecord: if the bytes are no record; the message names the first bad place.
        UnknownFormat: if the format is newer than this reader.
        UnknownName: if the actions are dataclasses of a game that is not installed.
    """
    if data[:4] != MAGIC:
        raise CorruptRecord(f"no record: expected {MAGIC!r} at byte 0, got {data[:4]!r}")
    if len(data) < 5:
        raise CorruptRecord("no record: it ends at byte 4, before the format version")
    readers = _readers()
    if data[4] not in readers:
        known = ", ".join(map(str, readers))
        raise UnknownFormat(f"record format {data[4]} at byte 4; this version reads {known}")
    return readers[data[4]](data[5:], game)


def _readers() -> dict[int, Callable[[bytes, Game[Any, Any, Any] | None], list[Record]]]:
    from arena import _record_1

    return {1: _record_1.read}
