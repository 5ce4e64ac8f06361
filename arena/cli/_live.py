"""What long work shows while it runs: a live screen on a terminal, a line every few seconds elsewhere, or nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from time import perf_counter
from typing import TYPE_CHECKING, Final, Generic, ParamSpec, Protocol, Self

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

__all__ = ["LINE_S", "REFRESH_S", "LineByLine", "LiveScreen", "Shown", "Silence", "on_terminal"]

REFRESH_S: Final = 0.25
"""Seconds between two looks of a live screen."""
LINE_S: Final = 5.0
"""Seconds between two lines where there is no terminal."""

Told = ParamSpec("Told")


class Shown(Protocol[Told]):
    """Whoever shows progress; used as a context."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def __call__(self, *told: Told.args, **more: Told.kwargs) -> None:
        """Take note of the progress."""


def on_terminal(console: Console) -> bool:
    """Whether a live screen can be drawn there."""
    return console.is_terminal and not console.is_dumb_terminal


class Silence:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, *told: object, **more: object) -> None:
        """Nothing."""


class LineByLine(ABC, Generic[Told]):
    """Shows a line, whenever one is due.

    Args:
        console: where.
        title: the first line.
        style: of the title.
    """

    def __init__(self, console: Console, title: str, style: str = "") -> None:
        self._console = console
        self._title = title
        self._style = style
        self._next = 0.0

    def __enter__(self) -> Self:
        self._console.print(self._title, style=self._style or None, soft_wrap=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._console.file.flush()

    def __call__(self, *told: Told.args, **more: Told.kwargs) -> None:
        """Print a line, if one is due."""
        now = perf_counter()
        if self.due(now >= self._next, *told, **more):
            self._next = now + LINE_S
            self._console.print(self.line(*told, **more), soft_wrap=True)

    @abstractmethod
    def due(self, late: bool, /, *told: Told.args, **more: Told.kwargs) -> bool:
        """Whether there is to be a line now; `late` where the last one is some seconds old."""

    @abstractmethod
    def line(self, *told: Told.args, **more: Told.kwargs) -> str:
        """The line."""


class LiveScreen(ABC, Generic[Told]):
    """Shows the whole in place, whenever a look is due.

    Args:
        console: where.
        title: the first line.
    """

    def __init__(self, console: Console, title: str) -> None:
        from rich.live import Live

        self._console = console
        self._title = title
        self._next = 0.0
        self._live: Live = Live(console=console, transient=True, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.update(self.waiting())
        self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, *told: Told.args, **more: Told.kwargs) -> None:
        """Draw again, if a look is due."""
        now = perf_counter()
        if self.due(now >= self._next, *told, **more):
            self._next = now + REFRESH_S
            self._live.update(self.look(*told, **more), refresh=True)

    def waiting(self, what: str = "blocks") -> RenderableType:
        """The screen before the first news; `what` are on their way."""
        from rich.console import Group
        from rich.text import Text

        return Group(
            Text(self._title, "bold", no_wrap=True, overflow="ellipsis"),
            Text(f"The first {what} are on their way; a first run compiles for some seconds.", "dim"),
        )

    @abstractmethod
    def due(self, late: bool, /, *told: Told.args, **more: Told.kwargs) -> bool:
        """Whether to draw now; `late` where the last look is long enough ago."""

    @abstractmethod
    def look(self, *told: Told.args, **more: Told.kwargs) -> RenderableType:
        """The whole screen."""
