"""What a training shows while it runs: a live table on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol, Self

from arena.cli._console import aside, table
from arena.cli._figures import clock

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

    from agents.evolution.match_up import Estimate
    from agents.training.progress import Progress

__all__ = ["Lines", "Screen", "Silence", "percent", "screen_for", "signed"]

REFRESH_S: Final = 0.25
"""Seconds between two looks of the live screen."""
LINE_S: Final = 5.0
"""Seconds between two lines where there is no terminal; every evaluation has its own."""


class _Shown(Protocol):
    """Whoever shows progress; used as a context."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def __call__(self, progress: Progress) -> None:
        """Take note of the progress."""


def screen_for(title: str, *, quiet: bool) -> _Shown:
    """What fits: nothing, lines, or a live screen.

    Args:
        title: what is learned.
        quiet: whether nothing is to be shown.
    """
    console = aside()
    if quiet:
        return Silence()
    if console.is_terminal and not console.is_dumb_terminal:
        return Screen(console, title)
    return Lines(console, title)


class Silence:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, progress: Progress) -> None:
        """Nothing."""


class Lines:
    """A line every few seconds, and one for every evaluation."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._next = 0.0

    def __enter__(self) -> Self:
        self._console.print(self._title, soft_wrap=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._console.file.flush()

    def __call__(self, progress: Progress) -> None:
        """Print a line, if there is an evaluation or the last line is some seconds old."""
        now = perf_counter()
        if not progress.metrics or (now < self._next and not progress.fresh):
            return
        self._next = now + LINE_S
        parts = [f"{clock(progress.seconds)}  {_counts(progress)}"]
        if progress.note:
            parts.append(progress.note)
        elif progress.fresh:
            parts += [f"{r.opponent} {signed(r.score)}{_wins(r.wins)}" for r in progress.results]
        else:
            parts.append(_metrics(progress))
        self._console.print("  ".join(parts), soft_wrap=True)


class Screen:
    """A live screen: how far it is, what the learner measures, how strong it is."""

    def __init__(self, console: Console, title: str) -> None:
        from rich.live import Live

        self._console = console
        self._title = title
        self._next = 0.0
        self._live: Live = Live(self._waiting(), console=console, transient=True, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, progress: Progress) -> None:
        """Draw again, if the last look is long enough ago."""
        now = perf_counter()
        if progress.metrics and (now >= self._next or progress.fresh or progress.done):
            self._next = now + REFRESH_S
            self._live.update(self.look(progress), refresh=True)

    def _waiting(self) -> RenderableType:
        from rich.console import Group
        from rich.text import Text

        return Group(
            Text(self._title, "bold", no_wrap=True, overflow="ellipsis"),
            Text("The first matches are on their way; a first run compiles for some seconds.", "dim"),
        )

    def look(self, progress: Progress) -> RenderableType:
        """The whole screen."""
        from rich.console import Group
        from rich.padding import Padding
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        bar = ProgressBar(total=1.0, completed=min(1.0, progress.steps / progress.target))
        last = progress.note or _standing(progress)
        return Group(
            Text(self._title, "bold", no_wrap=True, overflow="ellipsis"),
            Padding(bar, 0),
            Text(_counts(progress), no_wrap=True, overflow="ellipsis"),
            Text(_metrics(progress)),
            Text(last, "dim", no_wrap=True, overflow="ellipsis"),
            Text(),
            _strength(progress),
        )


def _strength(progress: Progress) -> RenderableType:
    """The last evaluation."""
    from rich.console import Group
    from rich.text import Text

    made = table("against", "score", "wins %", right=("score", "wins %"))
    for result in progress.results:
        made.add_row(result.opponent, signed(result.score), percent(result.wins))
    if progress.evaluated is None:
        return made
    return Group(made, Text(f"95 % intervals, after {progress.evaluated:,} decisions", "dim"))


def _counts(progress: Progress) -> str:
    """How far, how fast, how long still."""
    parts = [
        f"{progress.steps:,} of {progress.target:,} decisions",
        f"{progress.rate:,.0f} decisions/s" if progress.rate else "",
        "" if progress.left is None or progress.done else f"{clock(progress.left)} left",
    ]
    return " · ".join(part for part in parts if part)


def _standing(progress: Progress) -> str:
    """What is kept, and which evaluation was the best."""
    parts = ["" if progress.saved is None else f"checkpoint after {progress.saved:,}"]
    if progress.best is not None:
        since = f", the last but {progress.stale}" if progress.stale else ""
        parts.append(f"best after {progress.best.steps:,}: {progress.best.score:+.2f}{since}")
    return " · ".join(part for part in parts if part)


def _metrics(progress: Progress) -> str:
    """What the learner measured, but for the clock's."""
    from agents.training.curve import is_timing

    shown = [f"{name} {value:.3g}" for name, value in progress.metrics.items() if not is_timing(name)]
    return "  ".join(shown)


def signed(estimate: Estimate) -> str:
    """Such as ``+12.31 ± 0.52``."""
    if math.isnan(estimate.half_width):
        return f"{estimate.mean:+.2f}"
    return f"{estimate.mean:+.2f} ± {estimate.half_width:.2f}"


def _wins(wins: Estimate | None) -> str:
    return "" if wins is None else f" ({percent(wins)} % wins)"


def percent(share: Estimate | None) -> str:
    """A share in percent with its interval; ``-`` where there is none."""
    if share is None or math.isnan(share.mean):
        return "-"
    width = "" if math.isnan(share.half_width) else f" ± {100 * share.half_width:.1f}"
    return f"{100 * share.mean:.1f}{width}"
