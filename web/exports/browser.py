"""A Chromium of the system's, which shows a match and is photographed frame by frame."""

from __future__ import annotations

import math
import os
import shutil
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self
from urllib.parse import urlencode

from arena.errors import BadParameter, HostFault, MissingExtra
from web.exports.html import MatchPage

__all__ = ["Camera", "Look", "find_chromium", "require"]

_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_VARIABLE: Final = "ARENA_CHROMIUM"
_ARGUMENTS: Final = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)
_ADDRESS: Final = "http://arena.invalid/"
"""Where the page seems to be; nothing is ever asked of a network."""
_ZOOMS: Final = tuple(4 * 0.93**step for step in range(32))
"""How large the page is drawn; the first at which it fits is taken."""
_NARROWEST: Final = 300
"""Nothing is drawn larger than a phone shows it, in pixels of the page."""
_SMALLEST, _LARGEST = 160, 4096


@dataclass(frozen=True)
class Look:
    """How pictures look."""

    width: int
    """Pixels across."""
    height: int
    """Pixels down."""
    theme: Literal["light", "dark"] = "light"
    """The colours of the page."""

    def __post_init__(self) -> None:
        if not all(_SMALLEST <= side <= _LARGEST for side in (self.width, self.height)):
            raise BadParameter(
                f"expected a size from {_SMALLEST}x{_SMALLEST} to {_LARGEST}x{_LARGEST} pixels, "
                f"got {f'{self.width}x{self.height}'!r}"
            )
        if self.theme not in ("light", "dark"):
            raise BadParameter(f"expected theme 'light' or 'dark', got {self.theme!r}")


def find_chromium() -> str:
    """The program: what ``ARENA_CHROMIUM`` names, or the first Chromium, Chrome or Edge that is installed.

    Raises:
        HostFault: if there is none; the message says what to install.
    """
    named = os.environ.get(_VARIABLE)
    found = next(filter(None, map(shutil.which, [named] if named else _NAMES)), None)
    if found is not None:
        return found
    if named:
        raise HostFault(
            f"expected a program in {_VARIABLE}, got {named!r}; unset it, or name a Chromium or Chrome"
        )
    raise HostFault(
        "no Chromium is installed, which takes the pictures: apt-get install chromium (or your system's way), "
        f"or name one in {_VARIABLE}"
    )


def require(*modules: str) -> list[Any]:
    """Modules of the extra ``video``.

    Raises:
        MissingExtra: if one is not installed.
    """
    try:
        return [import_module(name) for name in modules]
    except ImportError as error:
        raise MissingExtra((error.name or modules[0]).partition(".")[0], "video") from error


class Camera:
    """A browser that shows a match without controls; used as a context.

    Args:
        page: the match.
        look: how its pictures look.
    """

    def __init__(self, page: MatchPage, look: Look) -> None:
        self._page = page
        self._look = look
        self._playwright: Any = None
        self._browser: Any = None
        self._shown: Any = None

    @property
    def count(self) -> int:
        """How many frames there are."""
        return self._page.frames

    def __enter__(self) -> Self:
        program = find_chromium()
        (api,) = require("playwright.sync_api")
        self._errors = api.Error
        try:
            self._playwright = api.sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
            self._shown = self._opened(self._zoom())
        except api.Error as error:
            self._close()
            raise HostFault(f"{Path(program).name} failed: {_first_line(error)}") from error
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def shot(self, index: int) -> bytes:
        """The picture of a frame, as PNG.

        Args:
            index: which frame, from 0.

        Raises:
            HostFault: if the browser fails.
        """
        look = self._look
        try:
            self._shown.evaluate("index => window.arenaReplay.seek(index)", index)
            whole: bytes = self._shown.screenshot(
                animations="disabled", clip={"x": 0, "y": 0, "width": self._across, "height": self._down}
            )
        except self._errors as error:
            raise HostFault(f"the browser failed at frame {index} of {look}: {_first_line(error)}") from error
        return whole

    def _zoom(self) -> float:
        """How large the page can be drawn so that the first frame, one in the middle and the last one fit."""
        look = self._look
        page = self._opened(1.0)
        for zoom in _ZOOMS:
            if zoom > 1 and look.width / zoom < _NARROWEST:
                continue
            page.set_viewport_size(
                {"width": math.ceil(look.width / zoom), "height": math.ceil(look.height / zoom)}
            )
            if all(self._fits(page, index) for index in {0, self.count // 2, self.count - 1}):
                break
        page.context.close()
        return zoom

    def _fits(self, page: Any, index: int) -> bool:
        page.evaluate("index => window.arenaReplay.seek(index)", index)
        fits: bool = page.evaluate(
            "() => { const { scrollHeight, scrollWidth } = document.documentElement;"
            " return scrollHeight <= innerHeight && scrollWidth <= innerWidth; }"
        )
        return fits

    def _opened(self, zoom: float) -> Any:
        """The page as so many pixels for each of its own."""
        look = self._look
        self._across, self._down = math.ceil(look.width / zoom), math.ceil(look.height / zoom)
        context = self._browser.new_context(
            viewport={"width": self._across, "height": self._down},
            device_scale_factor=zoom,
            reduced_motion="reduce",
            color_scheme=look.theme,
            locale="en-US",
            service_workers="block",
            bypass_csp=True,  # for the style by which a screenshot holds animations
        )
        page = context.new_page()
        text = self._page.text
        page.route("**/*", lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
        page.goto(f"{_ADDRESS}?{urlencode({'picture': 1, 'theme': look.theme})}")
        page.evaluate("() => window.arenaReplay.ready")
        return page

    def _close(self) -> None:
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._browser = self._playwright = self._shown = None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
