"""A sequential test on the screen: how it goes, and what it says at its end."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.cli import _figures as figures
from arena.cli._console import aside, out, rows
from arena.cli._live import LineByLine, LiveScreen, on_terminal

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from arena.contest import Executor
    from tournaments.progress import Progress
    from tournaments.sprt import Running, SequentialMatch, SprtReport
    from tournaments.statistics import Estimate

__all__ = ["shown"]

_BAR: Final = 31
"""Letters of the drawing of the ratio between its bounds."""
_UNITS: Final = {"elo": "Elo", "nelo": "normalized Elo", "difference": ""}


def shown(match: SequentialMatch, executor: Executor, command: str, *, quiet: bool, as_json: bool) -> None:
    """Play a test and print it; one that is interrupted says how far it came.

    Args:
        match: the test.
        executor: who plays.
        command: the words that go on with it.
        quiet: whether nothing is shown meanwhile.
        as_json: whether the result is one JSON document.
    """
    try:
        with nullcontext() if quiet else _shower(match) as live:
            found = match.run(executor, live)
    except KeyboardInterrupt:
        _told(match, match.so_far(), command, as_json=as_json)
        aside().print(f"\ninterrupted; go on with: {command}", style="bold yellow", soft_wrap=True)
        raise
    _told(match, found, command, as_json=as_json)


def _shower(match: SequentialMatch) -> _Screen | _Lines:
    """What fits the place that progress goes to."""
    console = aside()
    return (_Screen if on_terminal(console) else _Lines)(console, match)


class _Screen(LiveScreen[["Running", "Progress"]]):
    """Shows a test in place, on a terminal."""

    def __init__(self, console: Console, match: SequentialMatch) -> None:
        super().__init__(console, _headline(match))
        self._match = match

    def due(self, late: bool, running: Running, progress: Progress, /) -> bool:
        """If the last look is long enough ago, or all is done."""
        del running
        return late or progress.done

    def look(self, running: Running, progress: Progress) -> RenderableType:
        """The whole screen: what is tested, how far it is, and where the ratio stands between its bounds."""
        from rich.console import Group
        from rich.text import Text

        if not progress.blocks:
            return self.waiting()
        title = Text(self._title, "bold", no_wrap=True, overflow="ellipsis")
        most = self._match.tournament.plan.stop.blocks
        counts = [
            figures.several(progress.blocks, "block") + (f" of {most:,} at most" if most else ""),
            f"{progress.rate:,.{0 if progress.rate >= 10 else 1}f} blocks/s",
            figures.clock(progress.seconds),
        ]
        lines = (" · ".join(counts), "", _bar(running, _unit(self._match)), _standing(running))
        return Group(title, *(Text(line, no_wrap=True, overflow="ellipsis") for line in lines))


class _Lines(LineByLine[["Running", "Progress"]]):
    """Shows a test by a line every few seconds."""

    def __init__(self, console: Console, match: SequentialMatch) -> None:
        super().__init__(console, _headline(match), "bold")

    def due(self, late: bool, running: Running, progress: Progress, /) -> bool:
        """If the last line is long enough ago, or all is done."""
        del running
        return late or progress.done

    def line(self, running: Running, progress: Progress) -> str:
        """How far it is, and where the ratio stands."""
        blocks = figures.several(progress.blocks, "block")
        return f"{figures.clock(progress.seconds)}  {blocks}  {_standing(running)}"


def _standing(running: Running) -> str:
    """The ratio with its bounds, and the estimate so far."""
    from tournaments.sprt import report_on

    found = report_on(running)
    low, high = found.bounds
    parts = [
        f"LLR {found.llr:+.2f} [{low:+.2f}, {high:+.2f}]",
        _interval("Elo", found.elo) if found.elo else _interval("difference", found.mean),
    ]
    return "  ".join(part for part in parts if part)


def _bar(running: Running, unit: str) -> str:
    """Where the ratio stands between the bounds at which the one or the other is accepted, drawn."""
    low, high = running.bounds
    letters = ["─"] * _BAR
    letters[round(-low / (high - low) * (_BAR - 1))] = "┼"
    place = round((running.llr - low) / (high - low) * (_BAR - 1))
    letters[min(_BAR - 1, max(0, place))] = "●"
    return f"{unit} {running.design.low:g} ├{''.join(letters)}┤ {running.design.high:g}"


def _interval(name: str, estimate: Estimate | None) -> str:
    """Such as ``Elo +3.2 [-1.1, +7.5]``."""
    if estimate is None or estimate.value is None:
        return ""
    digits = max(1, figures.decimals([estimate]))
    text = f"{estimate.value:+.{digits}f}"
    if estimate.low is not None and estimate.high is not None:
        text += f" [{estimate.low:+.{digits}f}, {estimate.high:+.{digits}f}]"
    return f"{name} {text}".strip()


def _headline(match: SequentialMatch) -> str:
    plan, design = match.tournament.plan, match.design
    first, second = plan.agents
    unit = _unit(match)
    asked = f"{unit} {design.low:g} or {design.high:g}".strip()
    return f"{first} against {second} · {plan.game} · {asked} · seed {plan.seed}"


def _unit(match: SequentialMatch) -> str:
    named = _UNITS[match.design.model]
    return named or f"difference of {_metric(match)[0]}"


def _metric(match: SequentialMatch) -> tuple[str, str]:
    """The metric that says who is above, and its unit."""
    from tournaments.plan import ranking_metric

    metric = ranking_metric(match.tournament.plan, match.tournament.picks.game)
    return metric.name, metric.unit


def _verdict(match: SequentialMatch, found: SprtReport) -> str:
    """What was decided, in a sentence."""
    design, first = found.design, match.tournament.plan.agents[0]
    unit = _unit(match)
    if found.verdict == "open":
        return f"open: {figures.several(found.blocks, 'block')} decide neither for {design.low:g} nor for {design.high:g}"
    low, high = design.low, design.high
    kept, dropped = (high, low) if found.verdict == "high" else (low, high)
    risk = design.alpha if found.verdict == "high" else design.beta
    said = f"{unit} {kept:g} accepted over {dropped:g}, with a risk of {100 * risk:g} %"
    better = _direction(found, first)
    return f"{said}{better}"


def _direction(found: SprtReport, first: str) -> str:
    """What the verdict says of the first agent; nothing where the hypotheses do not part stronger from weaker."""
    design = found.design
    if found.verdict == "high" and design.low >= 0:
        return f": {first} is stronger"
    if found.verdict == "low" and design.high <= 0:
        return f": {first} is weaker"
    if found.verdict == "low" and design.low == 0:
        return f": {first} is not stronger by that much"
    return ""


def _told(match: SequentialMatch, found: SprtReport, command: str, *, as_json: bool) -> None:
    """The result, for people or for programs."""
    if as_json:
        typer.echo(json.dumps(_document(match, found, command), indent=2, allow_nan=False))
        return
    console = out()
    console.print(_headline(match), style="bold", soft_wrap=True)
    console.print()
    console.print(rows(_lines(match, found)))
    console.print()
    console.print(f"{'go on' if found.verdict == 'open' else 'again':<11}", style="bold", end="")
    console.print(command, soft_wrap=True)


def _lines(match: SequentialMatch, found: SprtReport) -> list[tuple[str, str]]:
    low, high = found.bounds
    games = found.blocks * found.measure.games
    lines = [
        ("verdict", _verdict(match, found)),
        ("LLR", f"{found.llr:+.2f}; the test ends at {low:+.2f} and {high:+.2f}"),
        ("played", f"{figures.several(found.blocks, 'block')}, {figures.several(games, 'match', 'matches')}"),
    ]
    if found.counts:
        name = "pairs" if len(found.counts) == 5 else "blocks"
        shares = [f"{cell:g}" for cell in found.measure.cells]
        counted = " · ".join(f"{count:,}" for count in found.counts)
        lines.append((name, f"{counted} with {', '.join(shares[:-1])} and {shares[-1]} of the points"))
    elo = figures.percent(found.mean)
    if found.measure.kind == "share":
        lines.append(("points", f"{elo} % of the matches, draws half, by {_metric(match)[0]}"))
        lines.append(("Elo", _interval("", found.elo)))
    else:
        lines.append(("difference", f"{_interval('', found.mean)} {_metric(match)[1]}"))
    lines.append(("nElo", _interval("", found.nelo) or "-"))
    if found.los is not None:
        lines.append(("LOS", f"{100 * found.los:.1f} %, the likelihood of superiority"))
    lines.append(("[ ]", "95 % intervals, corrected for the stop"))
    if found.mean.note:
        lines.append(("note", found.mean.note))
    return lines


def _document(match: SequentialMatch, found: SprtReport, command: str) -> dict[str, Any]:
    """The result as values of JSON."""
    from tournaments.sprt import report_json

    plan = match.tournament.plan
    return {
        "game": plan.game,
        "agents": list(plan.agents),
        "seed": plan.seed,
        "metric": _metric(match)[0],
        **report_json(found),
        "matches": found.blocks * found.measure.games,
        "command": command,
    }
