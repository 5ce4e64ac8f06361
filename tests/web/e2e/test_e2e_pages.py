"""Every page: nothing that axe finds, nothing that stands out at 320 pixels, in light and dark; a match in another site's frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

import pytest
from playwright.sync_api import expect
from web_browsing import MATCH, Site, Visitor, offences

PAGES: Final = {
    "home": "/",
    "games": "/games",
    "game": "/games/dhumbal",
    "agents": "/agents",
    "agent": "/agents/greedy",
    "tournaments": "/tournaments",
    "tournament": "/tournaments/1",
    "start": "/start",
    "match": f"/matches/{MATCH}?ply=9&view=open",
    "showdown": f"/matches/{MATCH}?ply=41&view=open",
    "compare": f"/compare?a={MATCH}&b=1-0-3-3",
    "play": "/play",
    "embed": f"/embed/{MATCH}?ply=9",
    "missing": "/nothing",
}
"""A page of every kind."""


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_fits(guest: Visitor, name: str) -> None:
    """The checker finds nothing, light and wide or dark and narrow, and nothing stands out from 1280 down to 320 pixels."""
    page = guest.go(PAGES[name])
    assert offences(page) == []
    for width in (1280, 768, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert guest.overflow() == [], f"at {width} pixels"
    page.emulate_media(color_scheme="dark")
    page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 50))")
    assert offences(page) == []


@contextmanager
def another_site(page: str) -> Iterator[str]:
    """The address of a server of this machine, of another origin, that answers everything with a page."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by the base
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_a_match_in_the_frame_of_another_site(guest: Visitor, site: Site) -> None:
    """It tells where it is, and does what the page around it asks."""
    page = guest.page
    around = f"""<!doctype html><link rel="icon" href="data:,"><title>A page around</title>
        <iframe src="{site.url(f"/embed/{MATCH}")}" width="700" height="600"></iframe>
        <script>window.told = []; addEventListener("message", (event) => told.push(event.data));
        function ask(what) {{ document.querySelector("iframe").contentWindow.postMessage({{ arena: 1, ...what }}, "*"); }}</script>"""
    with another_site(around) as address:
        page.goto(address)
        page.wait_for_function("told.some((one) => one.event === 'ready' && one.count === 42)")
        page.evaluate("ask({ command: 'seek', index: 7 })")
        page.wait_for_function("told.some((one) => one.event === 'ply' && one.index === 7)")
        expect(page.frame_locator("iframe").locator(".pl-counter")).to_contain_text("ply 7 of")
        page.evaluate("ask({ command: 'play' })")
        page.wait_for_function("told.some((one) => one.event === 'ply' && one.index === 8)")
        page.evaluate("ask({ command: 'seek', index: 99 })")
        page.wait_for_function("told.some((one) => one.event === 'over')")
