"""``python -m arena.testing FOLDER [GAME ...]``: write golden transcripts.

Without games, those of every game that this distribution registers.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from arena.errors import ArenaError
from arena.registry import entries, make_game
from arena.testing.golden import write_golden

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Write the transcripts and print their files; returns 0, or 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m arena.testing", description="Write golden transcripts.")
    parser.add_argument("folder", type=Path, help="where they are kept, such as tests/golden")
    parser.add_argument(
        "games", nargs="*", help="spellings of games; every game of agent-arena where none is given"
    )
    chosen = parser.parse_args(arguments)
    ours = [entry.name for entry in entries("game").values() if entry.distribution == "agent-arena"]
    try:
        for spelled in chosen.games or ours:
            print(write_golden(chosen.folder, make_game(spelled)))  # noqa: T201  # its answer
    except ArenaError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
