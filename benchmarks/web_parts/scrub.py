"""Frames a second while the slider of a long replay moves."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from playwright.sync_api import CDPSession, Page

from benchmarks.web_parts.browser import LONG, chromium, play_long
from benchmarks.web_parts.figures import Figure
from benchmarks.web_parts.server import serving

__all__ = ["scrub"]

STEPS: Final = (1, 3, 7)
FRAMES: Final = 240
TIMES: Final = 3
GOAL: Final = ">= 59"
"""Sixty frames a second, by a clock that is not quite the screen's."""
_SCRUB: Final = """
([step, frames]) => new Promise((done) => {
  const slider = document.querySelector(".pl-scrubber input");
  const last = slider ? Number(slider.max) : 0;
  const times = [];
  let at = slider ? Math.floor(last / 4) : 0;
  let by = step;
  const next = (time) => {
    times.push(time);
    if (times.length > frames) return done(times);
    if (slider) {
      if (at + by > last || at + by < 0) by = -by;
      at += by;
      slider.value = String(at);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})
"""


@dataclass(frozen=True)
class _Run:
    """One way over the slider."""

    rate: float
    """Frames a second."""
    slow: float
    """The share of frames that took more than one and a half times their sixtieth of a second."""
    script_ms: float
    """The time of our script, of each frame."""
    drawing_ms: float
    """The time of styles and layout, of each frame."""
    busy_ms: float
    """The time of the page's own thread, of each frame."""


def scrub() -> Iterator[Figure]:
    """A replay of more than a thousand plies, all of the page to be seen."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        play_long(folder / "arena.sqlite")
        with serving(folder / "arena.sqlite", folder / "log") as server, chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            page.goto("about:blank")
            idle = statistics.median(_run(page, session, 0).rate for _ in range(TIMES))
            page.goto(f"{server.address}/matches/{LONG}")
            page.wait_for_selector(".dt-card")
            plies = int(page.locator(".pl-scrubber input").get_attribute("max") or 0)
            assert plies > 1000, plies
            _run(page, session, 1)
            for step in STEPS:
                yield from _figures(step, plies, [_run(page, session, step) for _ in range(TIMES)], idle)


def _figures(step: int, plies: int, runs: list[_Run], idle: float) -> Iterator[Figure]:
    def middle(name: str) -> float:
        return float(statistics.median(getattr(run, name) for run in runs))

    what = f"scrubbing {plies:,} plies by {step}"
    yield Figure(what, middle("rate"), "frames/s", "an empty page", idle, GOAL)
    yield Figure(f"{what}: frames that came late", 100 * middle("slow"), "%")
    yield Figure(f"{what}: script", middle("script_ms"), "ms/frame")
    yield Figure(f"{what}: styles and layout", middle("drawing_ms"), "ms/frame")
    yield Figure(f"{what}: the page's thread in all", middle("busy_ms"), "ms/frame", bound="<= 16.7")


def _run(page: Page, session: CDPSession, step: int) -> _Run:
    before = _meters(session)
    times = np.array(page.evaluate(_SCRUB, [step, FRAMES]))
    after = _meters(session)
    gaps = np.diff(times)
    spent = {name: (after[name] - before[name]) / FRAMES * 1000 for name in after}
    return _Run(
        rate=float(1000 * gaps.size / (times[-1] - times[0])),
        slow=float((gaps > 25).mean()),
        script_ms=spent["ScriptDuration"],
        drawing_ms=spent["RecalcStyleDuration"] + spent["LayoutDuration"],
        busy_ms=spent["TaskDuration"],
    )


def _meters(session: CDPSession) -> dict[str, float]:
    found = session.send("Performance.getMetrics")["metrics"]
    wanted = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration")
    return {each["name"]: float(each["value"]) for each in found if each["name"] in wanted}
