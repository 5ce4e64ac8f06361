"""What a tournament shows while it runs: a live ranking on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from arena.cli._console import aside, table
from arena.cli._figures import clock, several
from arena.cli._live import LineByLine, LiveScreen, Shown, Silence, on_terminal

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tournaments.progress import LiveStanding, Progress

__all__ = ["Lines", "Screen", "screen_for", "share"]

_SKILL: Final = "provisional\nskill"
"""The head of the online ratings."""


def screen_for(title: str, *, seconds: float | None, quiet: bool) -> Shown[[Progress]]:
    """What fits: nothing, lines, or a live screen.

    Args:
        title: what is played.
        seconds: the plan's time of play; None where blocks end it.
        quiet: whether nothing is to be shown.
    """
    console = aside()
    if quiet:
        return Silence()
    if on_terminal(console):
        return Screen(console, title, seconds)
    return Lines(console, title)


class Lines(LineByLine[["Progress"]]):
    """One line every few seconds."""

    def __init__(self, console: Console, title: str) -> None:
        super().__init__(console, title)
        self._round = -1

    def due(self, late: bool, progress: Progress, /) -> bool:
        """If the last line is some seconds old, a new round begins, or all is done."""
        return late or progress.round != self._round or progress.done

    def line(self, progress: Progress) -> str:
        """How far it is, and who leads."""
        self._round = progress.round
        leaders = ", ".join(f"{s.rank} {s.name} {_score(s)}" for s in progress.standings[:3])
        text = f"{clock(progress.seconds)}  {_counts(progress)}"
        return f"{text}  {leaders}" if leaders else text


class Screen(LiveScreen[["Progress"]]):
    """A live screen: how far it is, and the ranking as it forms."""

    def __init__(self, console: Console, title: str, seconds: float | None) -> None:
        super().__init__(console, title)
        self._seconds = seconds

    def due(self, late: bool, progress: Progress, /) -> bool:
        """If the last look is long enough ago, or all is done."""
        return late or progress.done

    def look(self, progress: Progress) -> RenderableType:
        """The whole screen: what is played, how far it is, and the ranking as it forms."""
        from rich.console import Group
        from rich.padding import Padding
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        done = share(progress, self._seconds)
        bar = ProgressBar(total=1.0, completed=done or 0.0, pulse=done is None)
        head = [Text(self._title, "bold", no_wrap=True, overflow="ellipsis")]
        if progress.title.replace(" ", "-") not in self._title:
            head.append(Text(f"round {progress.round + 1}: {progress.title}"))
        # What does not fit is cut from the tail of the ranking, never from the head.
        room = max(3, self._console.height - len(head) - 6)
        counts = [Text(_counts(progress), no_wrap=True, overflow="ellipsis")]
        if progress.open:
            room -= 1
            named = "; ".join(f"{first}, {second}" for first, second in progress.open)
            counts.append(Text(f"open: {named}", "dim", no_wrap=True, overflow="ellipsis"))
        return Group(*head, Padding(bar, 0), *counts, Text(), _ranking(progress.standings, max(3, room)))


def share(progress: Progress, seconds: float | None) -> float | None:
    """How much is done, 0 to 1; None where nobody knows."""
    shares = []
    if progress.planned:
        shares.append(progress.blocks / progress.planned)
    if seconds:
        shares.append(progress.seconds / seconds)
    return min(1.0, max(shares)) if shares else None


def _counts(progress: Progress) -> str:
    """Blocks, matches, how fast, and how long still."""
    done = several(progress.blocks, "block")
    if progress.planned:
        done = f"{progress.blocks:,} of {several(progress.planned, 'block')}"
    new = progress.blocks - progress.resumed
    speed = progress.rate * progress.matches / new if new else 0.0
    parts = [
        done,
        several(progress.matches, "match", "matches"),
        f"{speed:,.{0 if speed >= 10 else 1}f} matches/s",
        "" if progress.left is None or progress.done else f"{clock(progress.left)} left",
        several(progress.faults, "fault") if progress.faults else "",
        f"{progress.void:,} void" if progress.void else "",
        f"{len(progress.open):,} of {several(progress.pairs, 'pair')} open" if progress.pairs else "",
    ]
    return " · ".join(part for part in parts if part)


def _ranking(standings: Sequence[LiveStanding], room: int) -> RenderableType:
    """The ranking as it forms; a line parts two agents whose intervals do not overlap."""
    rated = any(standing.skill is not None for standing in standings)
    heads = ["rank", "agent", "score", "wins %", "blocks", *([_SKILL] if rated else [])]
    made = table(*heads, right=tuple(head for head in heads if head != "agent"))
    room -= rated  # its head has two lines
    shown = standings[:room]
    for place, standing in enumerate(shown):
        wins = "-" if standing.wins is None else f"{100 * standing.wins:.1f}"
        apart = place + 1 < len(shown) and _apart(standing, shown[place + 1])
        made.add_row(
            str(standing.rank),
            standing.name,
            _score(standing),
            wins,
            f"{standing.blocks:,}",
            *([_skill(standing)] if rated else []),
            end_section=apart and len(standings) * 2 <= room,
        )
    if len(shown) < len(standings):
        made.caption = f"and {len(standings) - len(shown)} more"
    return made


def _skill(standing: LiveStanding) -> str:
    return "-" if standing.skill is None else f"{standing.skill:.1f}"


def _apart(better: LiveStanding, worse: LiveStanding) -> bool:
    if better.half_width is None or worse.half_width is None:
        return False
    return bool(abs(better.score - worse.score) > better.half_width + worse.half_width)


def _score(standing: LiveStanding) -> str:
    width = standing.half_width
    return f"{standing.score:+.3g}" if width is None else f"{standing.score:+.2f} ± {width:.2f}"
