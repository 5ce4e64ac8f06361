"""A server started from the command line, and a Chromium of the system's that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from web_browsing import Site, Visiting, Visitor, visitor

from arena.errors import HostFault
from web.exports.browser import find_chromium

SERVE = "import sys; from arena.cli.main import run; sys.exit(run(['serve', '--port', '0']))"
SETTINGS = {"ARENA_TABLE_STEP_MS": "20", "ARENA_REFRESH_S": "0.2", "ARENA_LOG_REQUESTS": "false"}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program; without it these tests are skipped."""
    try:
        return find_chromium()
    except HostFault as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def site(chromium: str, played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`arena serve` on a copy of the store, on a free port."""
    assert chromium
    home = tmp_path_factory.mktemp("served")
    store = home / "arena.sqlite"
    shutil.copy(played, store)
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-c", SERVE],
            env=os.environ | SETTINGS | {"ARENA_HOME": str(home), "ARENA_STORE": str(store)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as server,
    ):
        assert server.stdout is not None
        address = _told(server.stdout.readline(), r"is at (http://[\w.:]+)")
        token = _told(server.stdout.readline(), r"(arena_\S+)")
        log.write(address)
        try:
            yield Site(address, token, store)
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser. It ends with each file: Playwright keeps an event loop that other tests must not find running."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=chromium, args=["--disable-gpu", "--disable-dev-shm-usage"]
        )


@pytest.fixture
def visiting(browser: Browser, site: Site) -> Iterator[Visiting]:
    """Makes visitors with profiles of their own."""
    with ExitStack() as stack:

        def visit(**options: object) -> Visitor:
            made: AbstractContextManager[Visitor] = visitor(browser, site, **options)
            return stack.enter_context(made)

        yield visit


@pytest.fixture
def guest(visiting: Visiting) -> Visitor:
    """A visitor with an ordinary screen."""
    return visiting()


def _told(line: str, pattern: str) -> str:
    found = re.search(pattern, line)
    assert found, f"expected the server to say {pattern!r}, got {line!r}"
    return found[1]
