"""A Chromium of the system's, and a long match for it to show."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from arena.contest import Stop
from tournaments.executors.serial import Serial
from tournaments.plan import make_plan
from tournaments.store import Store
from tournaments.tournament import Tournament

__all__ = ["LONG", "chromium", "play_long"]

LONG: Final = "1-0-0-0"
"""A match of more than a thousand plies."""
GAME: Final = "dhumbal(match=rounds,rounds=20)"
AGENTS: Final = "greedy,tuned,aggressive,balanced"


def play_long(path: Path) -> None:
    """Make a store with long matches, `LONG` among them; six of blocks 1 to 3 have nobody asked for yet."""
    with Store.open(path) as store:
        Tournament(make_plan(GAME, AGENTS, seed=1, stop=Stop(blocks=4)), store).run(Serial())


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a profile of its own, without a GPU.

    Raises:
        SystemExit: if there is none.
    """
    found = os.environ.get("ARENA_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "google-chrome"))), None
    )
    if found is None:
        raise SystemExit("expected Chromium on the path, or in ARENA_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--disable-gpu", "--disable-dev-shm-usage", "--no-sandbox"]
        )
        try:
            yield browser
        finally:
            browser.close()
