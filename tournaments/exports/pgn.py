r"""Matches as text in the manner of PGN: tags in brackets, then the moves, numbered, and the result.

Tags are those of the Portable Game Notation (S. J. Edwards, *Standard: Portable Game Notation Specification*, 1994, section 8.1):
a name and a text in quotes, in which ``\"`` and ``\\`` are escaped; comments stand in braces (section 5). The rest is our own, since
games here have any number of players and say their moves in words: a move has a line of its own, ``PLY. PLAYER WORDS``, plies
count from 1 and players from 0, and the result is the scores by seat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from arena.record import Record
from arena.replay import Replay
from tournaments.exports.matches import Match

__all__ = ["to_pgn"]


def to_pgn(matches: Iterable[Match]) -> Iterator[bytes]:
    """The text, a match after the other with an empty line between."""
    lead = ""
    for match in matches:
        lines = [*_tags(match), "", *_moves(match.record), _result(match.record)]
        yield (lead + "\n".join(lines) + "\n").encode()
        lead = "\n"


def _tags(match: Match) -> Iterator[str]:
    record, outcome = match.record, match.record.outcome
    tags: dict[str, Any] = {
        "Event": match.event or "?",
        "Round": match.name,
        "Game": record.game,
        "Rules": record.game_version,
        **{f"Seat{player}": seat.agent for player, seat in enumerate(record.seats)},
        "Result": _result(record),
        "Seed": record.seed,
        "PlyCount": len(record.actions),
        "Termination": "cut by a limit of steps" if outcome.truncated else outcome.reason,
    }
    for name, value in tags.items():
        text = " ".join(str(value).split()).replace("\\", "\\\\").replace('"', '\\"')
        yield f'[{name} "{text}"]'


def _moves(record: Record) -> Iterator[str]:
    with Replay(record) as replay:
        for moment in replay:
            for ply, (player, action) in enumerate(moment.actions.items(), moment.ply):
                for fault in record.faults:
                    if fault.ply == ply and fault.player == player:
                        yield f"{{{player} {fault.kind.value}: {_one_line(fault.message)}; a stand-in plays on}}"
                yield f"{ply + 1}. {player} {_one_line(replay.game.say(action))}"


def _one_line(text: str) -> str:
    """Words without the signs that end a comment or a line."""
    return " ".join(text.replace("{", "(").replace("}", ")").split())


def _result(record: Record) -> str:
    """The scores by seat, in as many digits as it takes to tell them apart."""
    return " ".join(f"{score:.12g}" for score in record.scores)
