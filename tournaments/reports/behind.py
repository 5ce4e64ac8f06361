"""The sections behind the ranking: seats, other metrics, faults, checks, and the study's formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.game import Game, Metric
from tournaments.checks import Verdict
from tournaments.histogram import Histogram
from tournaments.ranking import RoundRanking
from tournaments.reports.document import Block, Figure, Prose, Section, Table
from tournaments.reports.figures import Bars, Mark, Row, Rows, Scale
from tournaments.reports.material import Stage
from tournaments.reports.numbers import NONE, column, fixed, p_text, several
from tournaments.reports.ranked import unit_of

__all__ = ["checks", "checks_of_all", "faults", "legacy", "metrics", "seats"]

_BINS: Final = 40
"""Bars of a histogram at most."""
_FEW: Final = 20
"""Values of an agent below which his bars do not set the scale of the others', and their number is told."""


def seats(stage: Stage) -> Section | None:
    """What each seat is worth; None where seats are not balanced."""
    found = stage.found
    if len(found.seats) < 2:
        return None
    texts = column(found.seats)
    marks = [() if seat.value is None else (Mark(seat.value, seat.low, seat.high),) for seat in found.seats]
    ends = [end for seat in found.seats for end in (seat.low, seat.high, seat.value) if end is not None]
    lines = tuple(
        Row(f"seat {number + 1}", mark, text)
        for number, (mark, text) in enumerate(zip(marks, texts, strict=True))
    )
    drawing = Rows(lines, Scale.around(ends), found.unit, line=0.0)
    caption = "The mean by seat, whoever sat there. Every agent sat equally often on each, so the ranking is free of it."
    table = Table(("Seat", unit_of(found)), tuple((str(n + 1), text) for n, text in enumerate(texts)), "lr")
    said = [check.sentence for check in stage.checks if check.name == "seats"]
    figure = Figure("seats", f"Seats: {unit_of(found)}", drawing, caption, table)
    return Section("seats", "Seat effects", (*(Prose(f"{one[0].upper()}{one[1:]}.") for one in said), figure))


def metrics(stage: Stage, game: Game[Any, Any, Any]) -> Section | None:
    """All metrics in a table, and a figure of each one that describes; None where the one that ranks is all there is."""
    found = stage.found
    spec = game.with_players(stage.seen.seats).spec
    known = [m for m in spec.metrics if m.name != found.metric and _measured(found, m.name)]
    if not known:
        return None
    columns = [column([row.metrics[metric.name] for row in found.agents]) for metric in known]
    rows = tuple((row.name, *(cells[place] for cells in columns)) for place, row in enumerate(found.agents))
    head = ("Agent", *(f"{metric.title or metric.name} ({metric.unit})" for metric in known))
    caption = "Means over the matches in which the metric is defined, with 95 % intervals over deal blocks."
    blocks: list[Block] = [Table(head, rows, "l" + "r" * len(known), caption)]
    told = stage.seen.histograms
    figures = [_distribution(found, metric, told[metric.name]) for metric in known if metric.name in told]
    blocks += [figure for figure in figures if figure is not None]
    return Section("metrics", "What else was measured", tuple(blocks))


def _measured(found: RoundRanking, name: str) -> bool:
    """Whether a metric was ever defined, and is no column of the ranking's table already."""
    won = all(row.wins is not None and row.metrics[name].value == row.wins.value for row in found.agents)
    return not won and any(row.metrics[name].value is not None for row in found.agents)


def _distribution(found: RoundRanking, metric: Metric, histograms: tuple[Histogram, ...]) -> Figure | None:
    """How a metric is distributed over matches; of one with two values its mean says it all, of one with one nothing."""
    own = {row.agent: histograms[row.agent] for row in found.agents}
    values = sorted({value for histogram in own.values() for value in histogram.counts})
    texts = column([row.metrics[metric.name] for row in found.agents])
    what = f"{(metric.title or metric.name).capitalize()} ({metric.unit})"
    if len(values) < 2:
        return None
    if len(values) == 2:
        return _means(found, metric, texts, what)
    edges = _edges(values)
    shares = {agent: histogram.shares(edges) for agent, histogram in own.items()}
    many = [agent for agent, histogram in own.items() if histogram.total >= _FEW]
    tallest = max(float(shares[agent].max()) for agent in many or own)
    lines = tuple(
        Row(
            row.name,
            (Bars(tuple(edges.tolist()), tuple(shares[row.agent].clip(max=tallest).tolist()), tallest),),
            _mean(text, own[row.agent].total),
        )
        for row, text in zip(found.agents, texts, strict=True)
    )
    drawing = Rows(lines, Scale(float(edges[0]), float(edges[-1])), metric.unit)
    said = "Each bar is the share of an agent's matches; all rows have the same scale."
    if any(0 < histogram.total < _FEW for histogram in own.values()) and many:
        said += f" Bars of fewer than {_FEW} matches are cut off at the height of their row."
    return Figure(_key(metric), what, drawing, said, _quantiles(found, own, values))


def _mean(text: str, count: int) -> str:
    """A mean with how many values it has, where they are few; a dash where there are none."""
    if text == NONE:
        return NONE
    return f"mean {text} (n = {count})" if count < _FEW else f"mean {text}"


def _means(found: RoundRanking, metric: Metric, texts: list[str], what: str) -> Figure:
    own = [row.metrics[metric.name] for row in found.agents]
    ends = [end for one in own for end in (one.low, one.high, one.value) if end is not None]
    lines = tuple(
        Row(row.name, () if one.value is None else (Mark(one.value, one.low, one.high),), text)
        for row, one, text in zip(found.agents, own, texts, strict=True)
    )
    drawing = Rows(lines, Scale.around(ends), metric.unit)
    return Figure(_key(metric), what, drawing, "Means with 95 % intervals over deal blocks.")


def _key(metric: Metric) -> str:
    """What the file of a metric's figure is called, whatever letters its name has."""
    return "metric-" + re.sub(r"[^A-Za-z0-9]+", "-", metric.name).strip("-").lower()


def _edges(values: list[float]) -> NDArray[np.float64]:
    """Ends of bins: one for each whole number where values are few whole numbers, else forty of equal width."""
    low, high = values[0], values[-1]
    if high - low < _BINS and all(value == round(value) for value in values):
        return np.arange(low - 0.5, high + 1.0)
    return np.linspace(low, high, _BINS + 1)


def _quantiles(found: RoundRanking, own: dict[int, Histogram], values: list[float]) -> Table:
    whole = all(value == round(value) for value in values)
    rows = tuple(
        (
            row.name,
            f"{own[row.agent].total:,}",
            *(
                fixed(own[row.agent].quantile(share), 0 if whole else 2)
                for share in (0.0, 0.25, 0.5, 0.75, 1.0)
            ),
        )
        for row in found.agents
    )
    return Table(
        ("Agent", "Matches", "Least", "Lower quartile", "Median", "Upper quartile", "Most"), rows, "lrrrrrr"
    )


def faults(stage: Stage) -> Section:
    """What went wrong, and what else a reader must know."""
    found = stage.found
    blocks: list[Block] = []
    if found.faults:
        rows = tuple(
            (stage.names[fault.agent], fault.kind, f"{fault.count:,}", fault.message)
            for fault in found.faults
        )
        blocks.append(Table(("Agent", "Failure", "Times", "The first"), rows, "llrl", "Failures of agents."))
    else:
        blocks.append(Prose("No agent failed."))
    if found.void:
        blocks.append(Prose(f"{several(found.void, 'block')} void and played anew."))
    blocks += [Prose(f"{note[0].upper()}{note[1:]}.") for note in found.notes]
    return Section("faults", "Faults and notes", tuple(blocks))


def checks(stage: Stage) -> Section:
    """The checks of the data."""
    rows = tuple((one.name, one.verdict.value, one.sentence, p_text(one.p)) for one in stage.checks)
    caption = (
        "Invariants hold for every match or not at all. A test is noted below p = 0.01, which happens to sound data "
        "once in a hundred times, and held against the data below 0.001."
    )
    made = Table(("Check", "Verdict", "Finding", "p"), rows, "lllr", caption)
    return Section("checks", "Checks of the data", (made,))


def checks_of_all(stages: Sequence[Stage]) -> Section:
    """What the checks of several rounds have found that is not in order; the rounds hold the rest."""
    rounds: dict[tuple[str, str, str], list[str]] = {}
    for stage in stages:
        for one in stage.checks:
            if one.verdict is not Verdict.OK:
                found = (one.name, one.verdict.value, one.sentence)
                rounds.setdefault(found, []).append(str(stage.found.number + 1))
    count = sum(len(stage.checks) for stage in stages)
    said = Prose(f"{count:,} checks of {several(len(stages), 'ranking')}.")
    if not rounds:
        return Section("all-checks", "Checks of all rounds", (said, Prose("All are in order.")))
    rows = tuple((*found, ", ".join(numbers)) for found, numbers in rounds.items())
    caption = "What is not in order, or could not be checked; the rest is."
    table = Table(("Check", "Verdict", "Finding", "Rounds"), rows, "llll", caption)
    return Section("all-checks", "Checks of all rounds", (said, table))


def legacy(stage: Stage) -> Section | None:
    """The formulas of the Dhumbal study; None where nobody met, or everybody played alone."""
    found = stage.found
    if not found.legacy.pairs or stage.seen.seats == 1:
        return None
    why = Prose(
        "Do not use these numbers, except to lay them beside the tables of the Dhumbal study (Malla, arXiv 2510.11736, "
        "2025). They treat the matches of one table and one deal as independent, which they are not: Welch's test then "
        "has another error than the 5 % it claims. The inflation says by how much: the variance of a difference "
        "between blocks over the one that Welch's test assumes. Above 1 it claims too much, below 1 too little."
    )
    names = {row.agent: row.name for row in found.agents}
    rows = tuple(
        (
            f"{names[pair.first]} over {names[pair.second]}",
            fixed(pair.difference, 2, signed=True),
            fixed(pair.t, 2, signed=True),
            p_text(pair.p_bonferroni),
            fixed(pair.cohen_d, 2, signed=True),
            fixed(pair.variance_inflation, 2),
        )
        for pair in found.legacy.pairs
    )
    head = ("Pair", "Difference", "Welch's t", "p (Bonferroni)", "Cohen's d", "Inflation")
    blocks: list[Block] = [why, Table(head, rows, "lrrrrr", "Independence is violated in every row.")]
    if found.legacy.rates:
        shares = tuple(
            (
                names[agent],
                NONE if rate.rate is None else f"{100 * rate.rate:.1f} ± {100 * (rate.half_width or 0):.1f}",
            )
            for agent, rate in zip(found.participants, found.legacy.rates, strict=True)
        )
        blocks.append(
            Table(("Agent", "Won, %"), shares, "lr", "Wald intervals. Independence is violated in every row.")
        )
    return Section("legacy", "Legacy: the formulas of the Dhumbal study", tuple(blocks), collapsed=True)
