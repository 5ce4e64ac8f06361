"""What a training shows while it runs: a live table on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from arena.cli._console import aside, table
from arena.cli._figures import clock
from arena.cli._live import LineByLine, LiveScreen, Shown, Silence, on_terminal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from agents.evolution.match_up import Estimate
    from agents.training.progress import Progress

__all__ = ["Lines", "Screen", "percent", "screen_for", "signed"]


def screen_for(title: str, *, quiet: bool) -> Shown[[Progress]]:
    """What fits: nothing, lines, or a live screen.

    Args:
        title: what is learned.
        quiet: whether nothing is to be shown.
    """
    console = aside()
    if quiet:
        return Silence()
    if on_terminal(console):
        return Screen(console, title)
    return Lines(console, title)


class Lines(LineByLine[["Progress"]]):
    """A line every few seconds, and one for every evaluation."""

    def due(self, late: bool, progress: Progress, /) -> bool:
        """If there is an evaluation, or the last line is some seconds old; never before anything was learned."""
        return bool(progress.metrics) and (late or progress.fresh)

    def line(self, progress: Progress) -> str:
        """How far it is, and what came of the evaluation or of the last update."""
        parts = [f"{clock(progress.seconds)}  {_counts(progress)}"]
        if progress.note:
            parts.append(progress.note)
        elif progress.fresh:
            parts += [f"{r.opponent} {signed(r.score)}{_wins(r.wins)}" for r in progress.results]
        else:
            parts.append(_metrics(progress))
        return "  ".join(parts)


class Screen(LiveScreen[["Progress"]]):
    """A live screen: how far it is, what the learner measures, how strong it is."""

    def due(self, late: bool, progress: Progress, /) -> bool:
        """If there is something new to see, or the last look is long enough ago; never before anything was learned."""
        return bool(progress.metrics) and (late or progress.fresh or progress.done)

    def waiting(self, what: str = "matches") -> RenderableType:
        """The screen before the first update."""
        return super().waiting(what)

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
