"""A visitor of the pages in a real browser, for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Protocol

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect

__all__ = ["MATCH", "Site", "Visiting", "Visitor", "card_faces", "offences", "tab_to", "visitor"]

MATCH: Final = "1-0-3-2"
"""A match of the store's only tournament."""

_TABS: Final = 80
"""Presses of the tab key that a page may need."""
_FITS: Final = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
_LISTEN: Final = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the content policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass(frozen=True)
class Site:
    """A server of the arena."""

    address: str
    """Where it is, without a slash at the end."""
    token: str
    """What allows everything there."""
    store: Path
    """What it shows."""

    def url(self, path: str) -> str:
        """The whole address of a page such as ``/games``."""
        return self.address + path


def offences(page: Page) -> list[str]:
    """What axe finds wrong on a page: the rule, how many times, and where first."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        """async () => (await axe.run()).violations.map(
          (one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].target} ${one.nodes[0].failureSummary}`)"""
    )
    return found


@dataclass
class Visitor:
    """A page of a browser, and what it complained about."""

    page: Page
    """The page."""
    site: Site
    """The server that it looks at."""
    complaints: list[str] = field(default_factory=list)
    """Errors on the console, exceptions, and what the content policy refused."""

    def go(self, path: str) -> Page:
        """Open a page of the site and wait until it has drawn what it shows."""
        self.page.goto(self.site.url(path))
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        expect(self.page.locator("h1").first).to_be_attached()
        expect(self.page.locator(".loading, [aria-busy=true]")).to_have_count(0)

    def forgive(self, pattern: str) -> None:
        """Drop complaints that were meant to come, such as of an answer 404; there must be one."""
        found = [each for each in self.complaints if re.search(pattern, each)]
        assert found, f"expected a complaint like {pattern!r}, got {self.complaints}"
        self.complaints = [each for each in self.complaints if each not in found]

    def overflow(self) -> list[str]:
        """What stands out of the page at the right, and so makes it scroll sideways, once the page has had time to fit."""
        with suppress(Error):
            self.page.wait_for_function(_FITS, timeout=1000)
            return []
        found: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll("body *")]
              .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
              .map((one) => `${one.tagName}.${one.getAttribute("class")}`)"""
        )
        return found


class Visiting(Protocol):
    """Makes visitors, by options of Playwright's contexts."""

    def __call__(self, **options: object) -> Visitor:
        """A visitor; his page closes with the test, which fails if he had to complain."""
        ...


@contextmanager
def visitor(browser: Browser, site: Site, **options: Any) -> Iterator[Visitor]:
    """A visitor with a profile of his own; in the end nothing must have been complained about.

    Args:
        browser: what he uses.
        site: what he visits.
        options: of Playwright's `new_context`, such as ``viewport`` and ``color_scheme``.
    """
    context = browser.new_context(
        **{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options
    )
    context.set_default_timeout(10_000)
    context.add_init_script(_LISTEN)
    one = Visitor(context.new_page(), site)

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            one.complaints.append(f"{message.text} ({message.location.get('url')})")

    context.on("console", heard)
    context.on("weberror", lambda error: one.complaints.append(str(error.error)))
    try:
        yield one
    finally:
        context.close()
    assert one.complaints == []


def tab_to(page: Page, selector: str) -> None:
    """Press the tab key until something that fits has the focus.

    Raises:
        AssertionError: if nothing that fits is reached.
    """
    for _ in range(_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
    raise AssertionError(f"expected the tab key to reach {selector!r} at {page.url}")


def card_faces(page: Page) -> int:
    """How many cards in hands show their faces."""
    return page.locator(".dt-hand .pc-face").count()
