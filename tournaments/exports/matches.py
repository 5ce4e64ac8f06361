"""The matches that are exported: those of a file, of a tournament, of one of its rounds or blocks, or a single one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arena.errors import BadParameter
from arena.record import Record, read_records
from tournaments.replays import records
from tournaments.store import Store

__all__ = ["Match", "file_matches", "stored_matches"]


@dataclass(frozen=True)
class Match:
    """A match and where it is from."""

    name: str
    """``TOURNAMENT/ROUND/BLOCK/SEATING``, or a file's name and the number of the match in it, from 1."""
    event: str
    """What it was part of, such as ``tournament 3``; empty where nobody says."""
    record: Record
    """The match."""


def file_matches(file: Path, number: int | None = None) -> Iterator[Match]:
    """The matches of a file of records.

    Args:
        file: the file.
        number: which of them, from 1; all where None.

    Raises:
        BadParameter: if there is none of that number.
        RecordError: if the file is damaged.
    """
    found = read_records(file.read_bytes())
    if number is not None and not 1 <= number <= len(found):
        raise BadParameter(f"expected --match from 1 to {len(found)}, got {number!r}")
    for place, record in enumerate(found, 1):
        if number in (None, place):
            yield Match(f"{file.name}/{place}", "", record)


def stored_matches(
    store: Store,
    tournament: int,
    stage: int | None = None,
    block: int | None = None,
    seating: int | None = None,
) -> Iterator[Match]:
    """The matches of a tournament, in the order of rounds, blocks and seatings; compiled ones are made again.

    Args:
        store: the store.
        tournament: its number in the store.
        stage: the round's number; all rounds where None.
        block: the block's number within the round; all of them where None.
        seating: which seating of the block; all of them where None.

    Raises:
        BadInput: if there is no such match.
        ReplayDiffers: if a match that is made again does not come out as stored.
    """
    for place, record in records(store, tournament, stage, block, seating):
        yield Match(f"{tournament}/{'/'.join(map(str, place))}", f"tournament {tournament}", record)
