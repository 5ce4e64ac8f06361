"""The sections on games for one: every task by seed, and all runs together with their profiles."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from tournaments.reports.document import Block, Figure, Prose, Section, Table
from tournaments.reports.figures import Curve, Curves, Mark, Row, Rows, Scale
from tournaments.reports.numbers import NONE, decimals, fixed, interval_text, p_text, several, share_text
from tournaments.reports.ranked import less_from
from tournaments.statistics import Estimate
from tournaments.statistics.tasks import FEW_SEEDS, SuccessContrast
from tournaments.task_tables import Suite, SuitePair, Task, TaskPair, TaskReport

__all__ = ["POINTS", "aggregates", "task"]

POINTS: Final = 41
"""Thresholds of the profiles that are drawn."""
_MARK: Final = "*"
"""Stands behind an interval about which a note says more."""
_SHOWN_PAIRS: Final = 60
"""Pairs up to which they are drawn."""


def task(found: TaskReport, number: int) -> tuple[Block, ...]:
    """One task: its agents, its pairs on the same seeds, and what a reader must know.

    Args:
        found: the report.
        number: which of its tasks.
    """
    one = found.tasks[number]
    notes: dict[str, None] = {}
    blocks: list[Block] = [_few(one.seeds), _agents(one, found.names, notes)]
    if one.pairs:
        blocks += _pairs(one, found.names, notes)
    return *blocks, *_feet(notes, one.notes)


def aggregates(found: TaskReport) -> Section:
    """All runs together: interquartile means, how probably one agent beats another, and profiles."""
    suite, notes = found.suite, dict[str, None]()
    order = {row.agent: place for place, row in enumerate(suite.agents)}
    pairs = sorted((_turned(pair, order) for pair in suite.pairs), key=lambda pair: _places(pair, order))
    blocks: list[Block] = [_totals(suite, found.names, len(found.tasks), notes)]
    if pairs:
        digits = 3 if suite.normalised else decimals([pair.difference for pair in pairs])
        blocks.append(_differences(pairs, digits, found.names, notes))
    if 0 < len(pairs) <= _SHOWN_PAIRS:
        blocks.append(_improvement(pairs, found.names))
    blocks += [_profiles(suite, found.names, len(found.tasks)), *_feet(notes, suite.notes)]
    return Section("aggregates", "Aggregates and profiles", tuple(blocks))


def _few(seeds: int) -> Prose:
    if seeds >= FEW_SEEDS:
        return Prose(
            f"{several(seeds, 'seed')} that every agent played; whatever is common to a seed cancels in pairs."
        )
    return Prose(
        f"Only {several(seeds, 'seed')} that every agent played: with fewer than {FEW_SEEDS} even studentized intervals are "
        "too short for skewed scores. Do not rely on them yet."
    )


def _agents(one: Task, names: tuple[str, ...], notes: dict[str, None]) -> Table:
    digits = decimals([row.score for row in one.agents])
    between = any(row.normalised is not None for row in one.agents)
    head = ["Agent", f"{one.metric} ({one.unit})", "95 % interval"]
    head += [*(["Normalised", "95 % interval"] if between else []), *(["Solved, %"] if one.success else [])]
    rows = []
    for row in one.agents:
        cells = [names[row.agent], fixed(row.score.value, digits), _interval(row.score, digits, notes)]
        if row.normalised is not None:
            cells += [fixed(row.normalised.value, 3), _interval(row.normalised, 3, notes)]
        if row.success is not None:
            cells.append(_share(row.success, notes))
        rows.append(tuple(cells))
    way = "higher" if one.higher_is_better else "lower"
    scale = "" if one.references is None else "; normalised: {:g} is 0 and {:g} is 1".format(*one.references)
    caption = (
        f"{one.game}: means over seeds, {way} is better{scale}. Intervals: {_methods(row.score for row in one.agents)}."
        + (f" Solved: the share of seeds with {one.success}." if one.success else "")
    )
    return Table(tuple(head), tuple(rows), "l" + "r" * (len(head) - 1), caption)


def _pairs(one: Task, names: tuple[str, ...], notes: dict[str, None]) -> tuple[Block, ...]:
    pairs = _in_order(one)
    digits = decimals([pair.difference for pair in pairs])
    rows = tuple(
        (
            f"{names[pair.first]} less {names[pair.second]}",
            fixed(pair.difference.value, digits, signed=True),
            _interval(pair.difference, digits, notes, signed=True),
            p_text(pair.p_holm),
            _share(pair.improvement, notes),
            "undecided" if pair.better is None else f"{names[pair.better]} is better",
        )
        for pair in pairs
    )
    head = ("Pair", "Difference", "95 % interval", "p (Holm)", "Improves, %", "At the 5 % level")
    caption = (
        f"Differences of {one.metric} on the same seeds; p-values of sign flips, adjusted for all pairs (Holm 1979). Improves: "
        "how often a run of the first beats a run of the second, ties counting half."
    )
    made = (Table(head, rows, "lrrrrl", caption),)
    return (*made, _solved(pairs, names, notes)) if one.success else made


def _solved(pairs: Sequence[TaskPair], names: tuple[str, ...], notes: dict[str, None]) -> Table:
    """How the success of every pair differs."""
    rows = []
    for pair in pairs:
        found = pair.success
        if found is None:
            continue
        test = found.mcnemar
        counts = NONE if test is None else f"{test.only_first:,} and {test.only_second:,}"
        p_alone = p_text(None if test is None else test.mid_p)
        difference = f"{_points(found.difference)}{_noted(found.difference, notes)}"
        rows.append(
            (f"{names[pair.first]} less {names[pair.second]}", difference, counts, p_text(found.p), p_alone)
        )
    head = ("Pair", "Solved, points", "Solved alone", "p, sign flips", "p, McNemar")
    caption = (
        "Solved: the difference of the shares in percentage points. Solved alone: seeds that only the first, and only the second "
        "solved. McNemar's p is the mid-p of these. Neither p is adjusted for the number of pairs."
    )
    return Table(head, tuple(rows), "lrrrr", caption)


def _points(share: Estimate) -> str:
    """A difference of shares in percentage points, with its interval."""
    value, low, high = (None if end is None else 100 * end for end in (share.value, share.low, share.high))
    text = fixed(value, 1, signed=True)
    return text if low is None else f"{text} [{fixed(low, 1, signed=True)}, {fixed(high, 1, signed=True)}]"


Pair = TypeVar("Pair", TaskPair, SuitePair)


def _turned(pair: Pair, order: Mapping[int, int]) -> Pair:
    """The pair with the better ranked agent first; its success stays as it was."""
    if order[pair.first] < order[pair.second]:
        return pair
    return dataclasses.replace(
        pair,
        first=pair.second,
        second=pair.first,
        difference=less_from(0.0, pair.difference),
        improvement=less_from(1.0, pair.improvement),
    )


def _swapped(found: SuccessContrast) -> SuccessContrast:
    test = found.mcnemar
    if test is not None:
        test = dataclasses.replace(test, only_first=test.only_second, only_second=test.only_first)
    return dataclasses.replace(found, difference=less_from(0.0, found.difference), mcnemar=test)


def _in_order(one: Task) -> list[TaskPair]:
    """The pairs of a task, the better ranked agent first, the best pair first."""
    order = {row.agent: place for place, row in enumerate(one.agents)}
    found = []
    for pair in one.pairs:
        turned = _turned(pair, order)
        if turned is not pair and pair.success is not None:
            turned = dataclasses.replace(turned, success=_swapped(pair.success))
        found.append(turned)
    return sorted(found, key=lambda pair: _places(pair, order))


def _places(pair: TaskPair | SuitePair, order: Mapping[int, int]) -> tuple[int, int]:
    return order[pair.first], order[pair.second]


def _totals(suite: Suite, names: tuple[str, ...], count: int, notes: dict[str, None]) -> Table:
    digits = 3 if suite.normalised else decimals([row.iqm for row in suite.agents])
    head = ("Agent", "IQM", "95 % interval", "Mean", "Median", *(["Gap"] if suite.normalised else []))
    rows = tuple(
        (
            names[row.agent],
            fixed(row.iqm.value, digits),
            _interval(row.iqm, digits, notes),
            fixed(row.mean.value, digits),
            fixed(row.median.value, digits),
            *([fixed(row.gap.value, digits)] if row.gap is not None else []),
        )
        for row in suite.agents
    )
    scores = "Normalised scores" if suite.normalised else "Scores"
    caption = (
        f"{scores} of {several(count, 'task')}, {several(suite.seeds, 'seed')} each. IQM: the mean of the middle half of all "
        "runs (Agarwal et al. 2021)."
        + (" Gap: how far runs fall short of 1 on average." if suite.normalised else "")
    )
    return Table(head, rows, "l" + "r" * (len(head) - 1), caption)


def _differences(
    pairs: Sequence[SuitePair], digits: int, names: tuple[str, ...], notes: dict[str, None]
) -> Table:
    rows = tuple(
        (
            f"{names[pair.first]} less {names[pair.second]}",
            fixed(pair.difference.value, digits, signed=True),
            _interval(pair.difference, digits, notes, signed=True),
            _share(pair.improvement, notes),
        )
        for pair in pairs
    )
    caption = (
        "Differences of interquartile means, paired by seed. The intervals hold one by one, not all at once."
    )
    return Table(("Pair", "IQM difference", "95 % interval", "Improves, %"), rows, "lrrr", caption)


def _improvement(pairs: Sequence[SuitePair], names: tuple[str, ...]) -> Figure:
    lines = []
    for pair in pairs:
        own, text = pair.improvement, share_text(pair.improvement)
        mark = () if own.value is None else (Mark(own.value, own.low, own.high),)
        lines.append(Row(f"{names[pair.first]} over {names[pair.second]}", mark, text))
    drawing = Rows(tuple(lines), Scale(0.0, 1.0), "probability", line=0.5)
    caption = (
        "How probably a run of the first beats a run of the second on the same task, ties counting half, with 95 % "
        "intervals; a half is what chance gives."
    )
    return Figure("improvement", "Probability of improvement", drawing, caption)


def _profiles(suite: Suite, names: tuple[str, ...], count: int) -> Figure:
    curves, last = [], len(suite.taus) - 1
    shown = sorted({round(last * share / 4) for share in range(5)})
    for row in suite.agents:
        own = row.profile
        said = ", ".join(f"{own.shares[at]:.2f} above {suite.taus[at]:.3g}" for at in shown)
        curves.append(
            Curve(
                names[row.agent], tuple(own.shares), tuple(own.low), tuple(own.high), f"share of runs {said}"
            )
        )
    across = "normalised score" if suite.normalised else "score"
    drawing = Curves(tuple(curves), suite.taus, across, "share of runs above")
    runs = several(suite.seeds * count, "run")
    caption = (
        f"The share of an agent's {runs} that score above each threshold; a curve above another everywhere is better at every "
        "quantile. Each band holds its whole curve with 95 % confidence."
    )
    head = ("Runs above", *(f"{suite.taus[at]:.3g}" for at in shown))
    rows = tuple(
        (names[row.agent], *(f"{row.profile.shares[at]:.2f}" for at in shown)) for row in suite.agents
    )
    table = Table(head, rows, "l" + "r" * len(shown))
    return Figure("profiles", "Performance profiles", drawing, caption, table)


def _methods(estimates: Iterable[Estimate]) -> str:
    return ", ".join(dict.fromkeys(one.method for one in estimates))


def _interval(estimate: Estimate, digits: int, notes: dict[str, None], *, signed: bool = False) -> str:
    return interval_text(estimate, digits, signed=signed) + _noted(estimate, notes)


def _share(estimate: Estimate, notes: dict[str, None]) -> str:
    return share_text(estimate) + _noted(estimate, notes)


def _noted(estimate: Estimate, notes: dict[str, None]) -> str:
    """The mark of an estimate with a note, which is kept."""
    if not estimate.note:
        return ""
    notes[estimate.note] = None
    return _MARK


def _feet(marked: Iterable[str], notes: Iterable[str]) -> list[Block]:
    """What the marks mean, and what else a reader must know."""
    said = dict.fromkeys(marked)
    feet: list[Block] = [Prose(f"{_MARK} {note}.") for note in said]
    return feet + [
        Prose(f"{note[0].upper()}{note[1:]}.") for note in dict.fromkeys(notes) if note not in said
    ]
