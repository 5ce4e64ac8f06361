"""A report on tasks as text, 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from tournaments.statistics import Estimate
from tournaments.task_tables import Suite, Task, TaskAgent, TaskPair, TaskReport

__all__ = ["WIDTH", "task_text"]

WIDTH: Final = 80
"""Columns; no line is longer."""

_NAME: Final = 20
"""Columns of an agent's name beside one task."""
_SHORT: Final = 16
"""Columns of an agent's name beside all runs."""
_PAIR: Final = 36
"""Columns of a name beside another."""
_MARK: Final = "*"
"""Marks an estimate with a note."""
_CURVE: Final = 7
"""Thresholds of the profiles that are shown."""


def task_text(report: TaskReport) -> str:
    """`report` in lines of at most 80 columns, the best agents first.

    Between the agents of a pair, > or < says who is shown to be better. What is marked by * is explained below its
    table.
    """
    lines: list[str] = []
    for task in report.tasks:
        lines += [*_task(task, report.names), ""]
    lines += _suite(report.suite, report.names, len(report.tasks))
    return "\n".join(lines) + "\n"


def _task(task: Task, names: tuple[str, ...]) -> Iterator[str]:
    way = "higher" if task.higher_is_better else "lower"
    between = "" if task.references is None else " references {:g} and {:g},".format(*task.references)
    title = f"{task.game}: {task.metric} ({task.unit}), {way} is better,{between} {task.seeds:,} seed{'s' if task.seeds > 1 else ''} that all played"
    yield from _wrapped(title)
    said: dict[str, None] = {}
    solved = f" {'solved':<19}" if task.success else ""
    yield f"  {'agent':<{_NAME}}{'mean':>10} {'95 % interval':<25}{solved}".rstrip()
    for row in task.agents:
        yield _agent(row, names, said)
    if task.pairs:
        yield f"  {'first - second':<{_NAME - 7}}{'mean':>9} {'95 % interval':<25} {'p Holm':>7} P(first better)"
    for pair in task.pairs:
        yield from _pair(pair, names, said)
    yield from _feet([*said, *task.notes])


def _agent(row: TaskAgent, names: tuple[str, ...], said: dict[str, None]) -> str:
    name = _short(names[row.agent], _NAME - 1)
    line = f"  {name:<{_NAME}}{_number(row.score.value):>10} {_ends(row.score, said):<25}"
    if row.success is not None:
        line += f" {_rate(row.success, said)}"
    return line.rstrip()


def _pair(pair: TaskPair, names: tuple[str, ...], said: dict[str, None]) -> Iterator[str]:
    mark = {pair.first: ">", pair.second: "<", None: "-"}[pair.better]
    yield f"  {_short(names[pair.first], _PAIR)} {mark} {_short(names[pair.second], _PAIR)}"
    found = f"  {'':<{_NAME - 7}}{_number(pair.difference.value):>9} {_ends(pair.difference, said):<25}"
    yield f"{found} {_p(pair.p_holm):>7} {_rate(pair.improvement, said)}"
    if pair.success is not None:
        test = "" if pair.success.mcnemar is None else f" mid-p {_p(pair.success.mcnemar.mid_p)}"
        yield f"  {'      solved':<{_NAME - 3}}{_rate(pair.success.difference, said):<31} {_p(pair.success.p):>7}{test}"


def _suite(suite: Suite, names: tuple[str, ...], count: int) -> Iterator[str]:
    said: dict[str, None] = {}
    scores = "normalised scores" if suite.normalised else "scores"
    yield f"all runs: {scores} of {count} task{'s' if count > 1 else ''}, {suite.seeds:,} seeds each"
    last = f"{'gap':>9}" if suite.normalised else ""
    yield f"  {'agent':<{_SHORT}}{'IQM':>10} {'95 % interval':<23}{'mean':>9}{'median':>9}{last}"
    for row in suite.agents:
        name = f"  {_short(names[row.agent], _SHORT - 1):<{_SHORT}}"
        means = "".join(f"{_number(found.value, 3):>9}" for found in (row.mean, row.median, row.gap) if found)
        yield f"{name}{_number(row.iqm.value):>10} {_ends(row.iqm, said, 3):<23}{means}"
    if suite.pairs:
        yield f"  {'first - second':<{_SHORT}}{'IQM':>10} {'95 % interval':<23} P(first better)"
    for pair in suite.pairs:
        yield f"  {_short(names[pair.first], _PAIR)} - {_short(names[pair.second], _PAIR)}"
        found = f"  {'':<{_SHORT}}{_number(pair.difference.value):>10} {_ends(pair.difference, said, 3):<23}"
        yield f"{found} {_rate(pair.improvement, said)}"
    yield from _profiles(suite, names)
    yield from _feet([*said, *suite.notes])


def _profiles(suite: Suite, names: tuple[str, ...]) -> Iterator[str]:
    """The share of runs above a few of the thresholds."""
    last = len(suite.taus) - 1
    picked = sorted({round(place * last / (_CURVE - 1)) for place in range(_CURVE)})
    yield f"  {'runs above':<{_SHORT}}" + "".join(f"{_number(suite.taus[place], 2):>8}" for place in picked)
    for row in suite.agents:
        shares = "".join(f"{row.profile.shares[place]:>8.2f}" for place in picked)
        yield f"  {_short(names[row.agent], _SHORT - 1):<{_SHORT}}{shares}"


def _ends(estimate: Estimate, said: dict[str, None], digits: int = 4) -> str:
    """The interval, marked where the estimate has a note, which is kept in `said`."""
    mark = _mark(estimate, said)
    if estimate.low is None:
        return f"none{mark}"
    return f"[{_number(estimate.low, digits)}, {_number(estimate.high, digits)}]{mark}"


def _rate(share: Estimate, said: dict[str, None]) -> str:
    """A share, or a difference of two, with its interval."""
    mark = _mark(share, said)
    if share.value is None or share.low is None or share.high is None:
        return ("-" if share.value is None else f"{share.value:.3f} none") + mark
    return f"{share.value:.3f} [{share.low:.2f}, {share.high:.2f}]{mark}"


def _mark(estimate: Estimate, said: dict[str, None]) -> str:
    if not estimate.note:
        return ""
    said[estimate.note] = None
    return _MARK


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.0005 else "<.001"


def _number(value: float | None, digits: int = 4) -> str:
    if value is None:
        return "-"
    text = f"{value:.{digits}g}"
    return "0" if float(text) == 0.0 else text


def _feet(found: list[str]) -> Iterator[str]:
    for note in dict.fromkeys(found):
        yield from _wrapped(f"{_MARK} {note}", "  ", "    ")


def _wrapped(text: str, first: str = "", later: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=later)


def _short(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}…"
