"""Pictures of the pages, for the README and to be looked at; see ``scripts/screenshots``."""

from __future__ import annotations

import argparse
import io
import itertools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from web.exports.browser import find_chromium

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
TOURNAMENTS: Final = (
    ("dhumbal", "--agents", "@heuristic,random", "--format", "swiss", "--blocks", "24", "--seed", "2"),
    (
        "dhumbal",
        "--agents",
        "tuned,greedy,balanced",
        "--players",
        "2",
        "--until",
        "decided",
        "--within",
        "1",
        "--seed",
        "1",
    ),
    ("dhumbal", "--agents", "all", "--blocks", "420", "--simulations", "200", "--seed", "1"),
)
"""What is played; the last one is shown."""
MATCH: Final = "3-0-8-1"
LARGEST: Final = 80_000
"""Bytes of a picture of the repository."""
WIDTHS: Final = (1440, 768, 360)
SHEET, GAP = 520, 8
"""Pixels down of a row of pictures, and between them."""
ARENA: Final = "import sys; from arena.cli.main import run; sys.exit(run(sys.argv[1:]))"
Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")


@dataclass(frozen=True)
class Picture:
    """A picture of a page."""

    name: str
    """The name of its file."""
    path: str
    """The address of the page."""
    scheme: Scheme = "light"
    """Its colours."""
    width: int = 1280
    """Pixels of the page across."""
    height: int = 860
    """Pixels down."""
    then: Callable[[Page], None] | None = None
    """What is done when the page is there."""


def to_the_end(page: Page) -> None:
    """Go to the end of a match."""
    page.keyboard.press("End")


def sit_down(page: Page) -> None:
    """Take a seat, wait for one's turn, and choose a card."""
    page.get_by_role("button", name="Sit down").click()
    page.locator(".dt-confirm").wait_for()
    page.keyboard.press("5")


KEPT: Final = (
    Picture("home", "/", height=900),
    Picture("tournament", "/tournaments/3", height=1180),
    Picture("match", f"/matches/{MATCH}?ply=16&view=open", height=1060),
    Picture("match-dark", f"/matches/{MATCH}?ply=16&view=0", "dark", height=1060),
    Picture("showdown", f"/matches/{MATCH}?view=open", height=760, then=to_the_end),
    Picture("compare", f"/compare?a={MATCH}&b=3-0-8-0&ply=9", "dark", height=900),
    Picture("play", "/play", height=760, then=sit_down),
    Picture("phone", f"/matches/{MATCH}?ply=16&view=0", "dark", width=390, height=844),
)
"""The pictures of the repository."""
PAGES: Final = {
    "home": "/",
    "games": "/games",
    "game": "/games/dhumbal",
    "agents": "/agents",
    "agent": "/agents/tuned",
    "tournaments": "/tournaments",
    "tournament": "/tournaments/3",
    "start": "/start",
    "match": f"/matches/{MATCH}?ply=16&view=open",
    "compare": f"/compare?a={MATCH}&b=3-0-8-0&ply=9",
    "play": "/play",
    "embed": f"/embed/{MATCH}?ply=20",
    "missing": "/nothing",
}
"""Every page."""


def main() -> int:
    """Play, serve, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--every", type=Path, metavar="FOLDER", help="every page, wide and narrow, light and dark"
    )
    every: Path | None = parser.parse_args().every
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        with served(Path(home)) as address:
            if every is None:
                IMAGES.mkdir(parents=True, exist_ok=True)
                for picture in KEPT:
                    with Image.open(io.BytesIO(shot(browser, address, picture))) as image:
                        keep(IMAGES / f"{picture.name}.webp", image)
            else:
                every.mkdir(parents=True, exist_ok=True)
            for name in PAGES:
                taken = {
                    picture.name: shot(browser, address, picture, whole=True) for picture in everywhere(name)
                }
                if every is None:
                    keep(IMAGES / "pages" / f"{name}.webp", side_by_side(taken.values()))
                else:
                    for file, png in taken.items():
                        (every / f"{file}.png").write_bytes(png)
    return 0


def everywhere(name: str) -> list[Picture]:
    """A page at every width, light and dark."""
    return [
        Picture(f"{name}-{width}-{scheme}", PAGES[name], scheme, width, 900)
        for width, scheme in itertools.product(WIDTHS, SCHEMES)
    ]


def side_by_side(taken: Iterable[bytes]) -> Image.Image:
    """Pictures of one page in a row, each its upper part, all as high."""
    parts = []
    for one in taken:
        with Image.open(io.BytesIO(one)) as image:
            part = image.convert("RGB").crop((0, 0, image.width, min(image.height, 1000)))
        parts.append(part.resize((round(part.width * SHEET / part.height), SHEET), Image.Resampling.LANCZOS))
    row = Image.new("RGB", (sum(part.width + GAP for part in parts) - GAP, SHEET), "#888")
    place = 0
    for part in parts:
        row.paste(part, (place, 0))
        place += part.width + GAP
    return row


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a server that shows the tournaments."""
    environment = os.environ | {"ARENA_HOME": str(home), "ARENA_LOG_REQUESTS": "false"}
    for words in TOURNAMENTS:
        subprocess.run(
            [sys.executable, "-c", ARENA, "tournament", *words],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    with subprocess.Popen(
        [sys.executable, "-c", ARENA, "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        found = re.search(r"is at (http://[\w.:]+)", server.stdout.readline() if server.stdout else "")
        try:
            if found is None:
                raise RuntimeError("expected the server to say where it is")
            yield found[1]
        finally:
            server.terminate()


def shot(browser: Browser, address: str, picture: Picture, *, whole: bool = False) -> bytes:
    """The picture as PNG, as far down as its height or the whole page."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        reduced_motion="reduce",
        device_scale_factor=1 if whole else 1.4,
    )
    page = context.new_page()
    page.goto(address + picture.path)
    expect(page.locator("h1").first).to_be_attached()
    settle(page)
    if picture.then:
        picture.then(page)
        settle(page)
    taken = page.screenshot(full_page=whole, animations="disabled")
    context.close()
    return taken


def settle(page: Page) -> None:
    """Wait until nothing is on its way any more."""
    expect(page.locator(".loading, [aria-busy=true]")).to_have_count(0)
    page.wait_for_timeout(400)


def keep(file: Path, image: Image.Image) -> None:
    """Write a picture of the repository, as sharp as its size allows."""
    for quality in range(86, 10, -4):
        small = io.BytesIO()
        image.convert("RGB").save(small, "webp", quality=quality, method=6)
        if small.tell() <= LARGEST:
            break
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(small.getvalue())


if __name__ == "__main__":
    sys.exit(main())
