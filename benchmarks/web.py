"""What the server and the pages reach: the ranking under load, live events, sizes, the first frame, scrubbing.

    python benchmarks/web.py [--json] [--only PART ...]

`leaderboard`: requests a second for the ranking of 2,000 agents by the default settings, one worker, 32 connections, while
one block a second is written; only answers 200 with 50 rows count, none is a 304. `events`: 100 spectators of a table at
which somebody moves 20 times a second; each moment from sending the move to its arrival at each spectator, numbers without
gaps, every third spectator cut off once and reconnecting. `viewer`: sizes of what is built. `first-frame`: from the address
to the first frame on the screen, a fresh browser each time. `scrub`: frames a second while the slider of a replay of more
than 1,000 plies moves by 1, 3, 7 plies a frame. The last two need Chromium; it draws without a GPU.

Server and asker share the machine's cores. Peers are measured in the same run: bare Starlette for the server, an empty
page for the browser.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

# This file has the name of the package that it measures: the checkout takes the place of this folder.
sys.path[0] = str(Path(__file__).parents[1])

from benchmarks.web_parts.events import events  # noqa: E402
from benchmarks.web_parts.figures import Figure  # noqa: E402
from benchmarks.web_parts.first_frame import first_frame  # noqa: E402
from benchmarks.web_parts.leaderboard import leaderboard  # noqa: E402
from benchmarks.web_parts.scrub import scrub  # noqa: E402
from benchmarks.web_parts.viewer import viewer  # noqa: E402

PARTS: Final[dict[str, Callable[[], Iterator[Figure]]]] = {
    "leaderboard": leaderboard,
    "events": events,
    "viewer": viewer,
    "first-frame": first_frame,
    "scrub": scrub,
}


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    given = parser.parse_args()
    for name in given.only:
        for figure in PARTS[name]():
            print(figure.as_json() if given.json else figure.as_text(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
