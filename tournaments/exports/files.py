"""The formats of an export, by name. A new one is a function from matches to bytes and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arena.errors import UnknownName
from tournaments.exports.documents import to_json, to_lines
from tournaments.exports.matches import Match
from tournaments.exports.pgn import to_pgn
from tournaments.reports.files import replacing

__all__ = ["EXPORTS", "Export", "export_of", "write_export"]


@dataclass(frozen=True)
class Export:
    """A format."""

    suffix: str
    """How the names of its files end."""
    parts: Callable[[Iterable[Match]], Iterator[bytes]]
    """Its file, piece by piece, so that a whole tournament needs no more memory than a match."""


EXPORTS: Final = {
    "json": Export(".json", to_json),
    "jsonl": Export(".jsonl", to_lines),
    "pgn": Export(".pgn", to_pgn),
}
"""Every format."""


def export_of(wanted: str | None, path: Path | None) -> Export:
    """The format that a word asks for, or the end of a file's name; JSON where neither says.

    Raises:
        UnknownName: if there is no such format.
    """
    if wanted is None and (path is None or not path.suffix):
        wanted = "json"
    if wanted is None:
        wanted = next((name for name, made in EXPORTS.items() if path and path.suffix == made.suffix), None)
    if wanted not in EXPORTS:
        raise UnknownName("format", str(wanted or (path and path.suffix[1:])), EXPORTS)
    return EXPORTS[wanted]


def write_export(matches: Iterable[Match], export: Export, path: Path) -> int:
    """Write matches to a file, which is whole or not there at all; a file of that name is replaced.

    Args:
        matches: what is written.
        export: the format.
        path: the file.

    Returns:
        How many matches were written.
    """
    count = 0

    def counted() -> Iterator[Match]:
        nonlocal count
        for match in matches:
            count += 1
            yield match

    with replacing(path) as beside, beside.open("wb") as file:
        file.writelines(export.parts(counted()))
    return count
