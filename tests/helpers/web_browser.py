"""A Chromium of the system's, and a match whose agents say wild things."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from arena.play import play
from arena.record import Record
from arena.registry import make_agent, make_game

__all__ = ["chromium_page", "wild_record"]

BREAKOUT = "</script><script>window.broken = true</script><!-- <img src=x onerror='window.broken=true'>"
"""What would run if a page took it for its own."""


def wild_record() -> Record:
    """A short match in which every decision comes with thoughts that try to leave the page's data."""
    record = play(
        make_game("dhumbal:players=3,rules=np5"),
        [make_agent(name) for name in ("greedy", "tuned", "random")],
        11,
    )
    thoughts = {number: {"text": BREAKOUT, BREAKOUT: 1.0} for number in range(len(record.actions))}
    return dataclasses.replace(record, thoughts=thoughts)


@contextmanager
def chromium_page(**context: Any) -> Iterator[Any]:
    """A page of a browser; the test is left out where there is none.

    Args:
        **context: what Playwright's `new_context` takes.
    """
    named = os.environ.get("ARENA_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "google-chrome"))), None
    )
    if named is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=named, args=["--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            yield browser.new_context(**context).new_page()
        finally:
            browser.close()
