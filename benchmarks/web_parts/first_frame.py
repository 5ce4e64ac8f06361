"""From the address of a match to its first frame on the screen, a fresh browser each time."""

from __future__ import annotations

import statistics
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.web_parts.browser import LONG, chromium, play_long
from benchmarks.web_parts.figures import Figure
from benchmarks.web_parts.server import peer, serving

__all__ = ["first_frame"]

TIMES: Final = 5
UNASKED: Final = ("1-0-1-0", "1-0-2-0", "1-0-3-0")
_WATCH: Final = """
window.shown = new Promise((done) => {
  const look = () => {
    if (document.querySelector(SELECTOR)) requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
"""
"""Notes when the frame in which something is first there has been drawn."""


def first_frame() -> Iterator[Figure]:
    """A match that somebody has looked at before, one that nobody has, and a page of one word."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        play_long(folder / "arena.sqlite")
        with serving(folder / "arena.sqlite", folder / "log") as server, peer(folder / "bare") as bare:
            urllib.request.urlopen(f"{server.address}/api/v1/matches/{LONG}", timeout=120).read()
            urllib.request.urlopen(f"{server.address}/matches/{LONG}", timeout=60).read()
            empty = _seconds(f"{bare.address}/hello", "body", TIMES)
            known = _seconds(f"{server.address}/matches/{LONG}", ".dt-card", TIMES)
            fresh = [
                second
                for match in UNASKED
                for second in _seconds(f"{server.address}/matches/{match}", ".dt-card", 1)
            ]
    page = statistics.median(empty)
    yield Figure(
        "first frame, cold browser", statistics.median(known), "s", "a page of one word", page, "< 1"
    )
    yield Figure("the same, the slowest", max(known), "s", bound="< 1")
    yield Figure("the same, a match nobody has asked for", statistics.median(fresh), "s")


def _seconds(address: str, selector: str, times: int) -> list[float]:
    """Seconds from the beginning of the navigation until something is drawn, each in a browser of its own."""
    found = []
    for _ in range(times):
        with chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(_WATCH.replace("SELECTOR", repr(selector)))
            page.goto(address, wait_until="commit")
            found.append(float(page.evaluate("window.shown")) / 1000)
    return found
