"""Stored matches for other programs and other eyes: JSON, lines of JSON, and text like PGN."""

from tournaments.exports.documents import document, plain
from tournaments.exports.files import EXPORTS, Export, export_of, write_export
from tournaments.exports.matches import Match, file_matches, stored_matches

__all__ = [
    "EXPORTS",
    "Export",
    "Match",
    "document",
    "export_of",
    "file_matches",
    "plain",
    "stored_matches",
    "write_export",
]
