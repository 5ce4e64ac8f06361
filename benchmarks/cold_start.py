"""How long a first tournament takes to show something: nothing compiled yet, on a terminal of its own.

    python benchmarks/cold_start.py [--json] [--whole]

The command is `arena tournament dhumbal --agents all` with an empty folder of compiled code and an empty store. The first
figure is the time until the first row of the ranking is on the screen; with --whole it is played to its end. Time is by
the clock on the wall and means something on an idle machine only.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import re
import signal
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

COMMAND: Final = ("tournament", "dhumbal", "--agents", "all", "--store")
ROW: Final = re.compile(rb"[+-]\d+\.\d")
"""A mean of coins, as only a row of the ranking has it."""
LIMIT_S: Final = 60.0
"""What the first row may take before the run is given up."""


def watch(folder: Path, *, whole: bool) -> dict[str, float]:
    """Seconds until the first row and, with `whole`, until the end.

    Raises:
        SystemExit: if no row comes.
    """
    arena = Path(sys.executable).with_name("arena")
    environment = os.environ | {"ARENA_CACHE": str(folder / "cache"), "TERM": "xterm", "COLUMNS": "120"}
    began = perf_counter()
    child, screen = pty.fork()
    if child == 0:
        os.execve(arena, [str(arena), *COMMAND, str(folder / "store.sqlite")], environment)  # noqa: S606  # our own command
    found: dict[str, float] = {}
    shown = b""
    while True:
        try:
            text = os.read(screen, 1 << 16)
        except OSError:  # how a terminal ends
            break
        shown += text
        if "first row" not in found and ROW.search(shown):
            found["first row"] = perf_counter() - began
        if not text or ("first row" in found and not whole) or perf_counter() - began > 3 * LIMIT_S:
            break
    os.kill(child, signal.SIGINT)
    os.waitpid(child, 0)
    if "first row" not in found:
        raise SystemExit(
            f"no row came within {perf_counter() - began:.0f} s:\n{shown.decode(errors='replace')}"
        )
    if whole:
        found["the end"] = perf_counter() - began
    return found


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--whole", action="store_true", help="play to the end, about a minute and a quarter")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for what, seconds in watch(Path(folder), whole=given.whole).items():
            if given.json:
                print(json.dumps({"what": f"cold start to {what}", "value": seconds, "unit": "s"}))
            else:
                print(f"cold start to {what}: {seconds:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
