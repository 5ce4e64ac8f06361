"""The sections that rank: table, intervals, head-to-head, pairs."""

from __future__ import annotations

import dataclasses
from typing import Final

from tournaments.ranking import AgentRow, PairRow, RoundRanking
from tournaments.reports.document import Block, Figure, Prose, Section, Table
from tournaments.reports.figures import Mark, Row, Rows, Scale
from tournaments.reports.material import Stage
from tournaments.reports.numbers import (
    NONE,
    column,
    decimals,
    fixed,
    interval_text,
    p_text,
    rank_text,
    several,
    share_text,
    significant,
)
from tournaments.statistics import Estimate
from tournaments.verdicts import Verdict

__all__ = ["head_to_head", "less_from", "pairs", "ranking", "unit_of"]

_SHOWN_PAIRS: Final = 60
"""Pairs up to which the page shows them at once."""
_TONES: Final = 4
"""Depths of colour on each side of zero."""


def ranking(stage: Stage) -> Section:
    """The table of the ranking, the intervals of the scores, and those of the ranks."""
    found = stage.found
    blocks: list[Block] = [_table(found), _forest(found)]
    if len(found.agents) > 1:
        blocks.append(_ranks(found))
    return Section("ranking", "Ranking", tuple(blocks))


def unit_of(found: RoundRanking) -> str:
    """The metric that ranks, with its unit."""
    return f"{found.metric} ({found.unit})" if found.unit not in ("", found.metric) else found.metric


def _table(found: RoundRanking) -> Table:
    wins = any(row.wins is not None for row in found.agents)
    scores = column([row.score for row in found.agents])
    head = ["Rank", "Tier", "Agent", unit_of(found), *(["Won, %"] if wins else [])]
    head += ["Matches", "Faults", "ms a decision"]
    rows = [
        (
            rank_text(row.rank_low, row.rank_high),
            str(row.tier),
            row.name,
            scores[place],
            *([share_text(row.wins)] if wins else []),
            f"{row.matches:,}",
            f"{row.faults:,}",
            significant(row.ms_per_decision),
        )
        for place, row in enumerate(found.agents)
    ]
    better = "higher" if found.higher_is_better else "lower"
    caption = (
        f"Ranked by the mean of {found.metric}; {better} is better. "
        f"Ranks are intervals: 95 % confidence for all {len(found.agents)} at once."
    )
    align = "rrl" + "r" * (len(head) - 3)
    return Table(tuple(head), tuple(rows), align, caption, _breaks(found))


def _breaks(found: RoundRanking) -> frozenset[int]:
    """The rows that begin a tier."""
    tiers = [row.tier for row in found.agents]
    return frozenset(place for place in range(1, len(tiers)) if tiers[place] != tiers[place - 1])


def _forest(found: RoundRanking) -> Figure:
    marks = [_mark(row) for row in found.agents]
    ends = [end for mark in marks if mark for end in (mark.low, mark.high, mark.value) if end is not None]
    texts, breaks = column([row.score for row in found.agents]), _breaks(found)
    lines = tuple(
        Row(row.name, (mark,) if mark else (), text, place in breaks)
        for place, (row, mark, text) in enumerate(zip(found.agents, marks, texts, strict=True))
    )
    drawing = Rows(lines, Scale.around(ends), found.unit, line=0.0)
    caption = "Dots are means, lines 95 % intervals over deal blocks. Overlap of two lines is no test: see the pairs."
    return Figure("scores", f"Scores: {unit_of(found)}", drawing, caption)


def _mark(row: AgentRow) -> Mark | None:
    """An agent's score, drawn; None where there is none."""
    score = row.score
    return None if score.value is None else Mark(score.value, score.low, score.high)


def _ranks(found: RoundRanking) -> Figure:
    breaks = _breaks(found)
    lines = tuple(
        Row(
            row.name,
            (Mark(row.rank, row.rank_low, row.rank_high),),
            rank_text(row.rank_low, row.rank_high),
            place in breaks,
        )
        for place, row in enumerate(found.agents)
    )
    scale, step = Scale(0.5, len(lines) + 0.5), 1 if len(lines) <= 20 else 5
    drawing = Rows(lines, scale, "rank", whole=step)
    caption = "Dots are the ranks of the means, lines the ranks that the data allow. A line parts the tiers."
    return Figure("ranks", "Rank intervals", drawing, caption)


def head_to_head(stage: Stage) -> Section | None:
    """Every difference as a matrix; None with fewer than two agents."""
    found = stage.found
    if len(found.agents) < 2:
        return None
    digits = decimals([pair.difference for pair in found.pairs])
    known = [abs(pair.difference.value) for pair in found.pairs if pair.difference.value is not None]
    largest = max(known, default=0.0)
    rows, tones = [], []
    for place, row in enumerate(found.agents):
        cells = [f"{place + 1}  {row.name}"]
        colours: list[int | None] = [None]
        for other in found.agents:
            pair = None if other is row else _seen_from(found.pair(row.agent, other.agent), row.agent)
            text, tone = _cell(pair, digits, largest, higher=found.higher_is_better)
            cells.append(text)
            colours.append(tone)
        rows.append(tuple(cells))
        tones.append(tuple(colours))
    head = ("Row less column", *(str(place + 1) for place in range(len(rows))))
    caption = (
        f"Mean difference in {unit_of(found)}, on the deals that both played. Blue: the row is better; orange: the "
        f"column is. A star marks pairs that are decided at the 5 % level over all pairs ({found.correction})."
    )
    made = Table(head, tuple(rows), "l" + "r" * len(rows), caption, tones=tuple(tones), key="head-to-head")
    return Section("matrix", "Head to head", (made,))


def _cell(pair: PairRow | None, digits: int, largest: float, *, higher: bool) -> tuple[str, int | None]:
    """A cell of the matrix and its tone."""
    if pair is None or pair.difference.value is None:
        return NONE, None
    value = pair.difference.value
    text = fixed(value, digits, signed=True) + ("*" if pair.better is not None else "")
    depth = 0 if largest == 0 else round(_TONES * abs(value) / largest)
    return text, depth if (value > 0) == higher else -depth


def _seen_from(pair: PairRow, agent: int) -> PairRow:
    """The pair with `agent` first; differences turn their sign."""
    if pair.first == agent:
        return pair
    return dataclasses.replace(
        pair,
        first=pair.second,
        second=pair.first,
        difference=less_from(0.0, pair.difference),
        d_av=None if pair.d_av is None else -pair.d_av,
        superiority=None if pair.superiority is None else less_from(1.0, pair.superiority),
    )


def less_from(whole: float, found: Estimate) -> Estimate:
    """`whole` less an estimate: with 0 the other sign, with 1 the other share."""
    value, low, high = found.value, found.low, found.high
    return dataclasses.replace(
        found,
        value=None if value is None else whole - value,
        low=None if high is None else whole - high,
        high=None if low is None else whole - low,
    )


def pairs(stage: Stage) -> Section | None:
    """Every pair with its interval, p-value and the blocks that are still needed; None with fewer than two agents."""
    found = stage.found
    if not found.pairs:
        return None
    order = {row.agent: place for place, row in enumerate(found.agents)}
    turned = [
        _seen_from(pair, pair.first if order[pair.first] < order[pair.second] else pair.second)
        for pair in found.pairs
    ]
    turned.sort(key=lambda pair: (order[pair.first], order[pair.second]))
    needs = {frozenset((need.first, need.second)): need.blocks for need in found.undecided}
    equivalent = _equivalent(found)
    digits = decimals([pair.difference for pair in turned])
    above = any(pair.superiority is not None for pair in turned)
    rows = [
        (
            f"{found.row(pair.first).name} over {found.row(pair.second).name}",
            fixed(pair.difference.value, digits, signed=True),
            interval_text(pair.difference, digits, signed=True),
            "identical" if pair.identical else p_text(pair.p_adjusted),
            fixed(pair.d_av, 2, signed=True),
            *([share_text(pair.superiority)] if above else []),
            f"{pair.difference.blocks:,}",
            _needed(pair, needs.get(frozenset((pair.first, pair.second))), equivalent),
        )
        for pair in turned
    ]
    head = [
        "Pair",
        "Difference",
        "95 % interval",
        f"p ({found.correction})",
        "d",
        *(["Above, %"] if above else []),
    ]
    head += ["Shared blocks", "Blocks needed"]
    tests = (
        "paired tests on blocks" if found.sequential is None else "confidence sequences, valid at any look"
    )
    caption = (
        f"Differences in {unit_of(found)}; p-values of {tests}, adjusted for all pairs; d is Cohen's "
        "with the mean variance of single matches."
        + (
            " Above: how often the first places above the second at one table, ties counting half."
            if above
            else ""
        )
    )
    made = Table(tuple(head), tuple(rows), "l" + "r" * (len(head) - 1), caption)
    open_ = sum(
        pair.better is None and frozenset((pair.first, pair.second)) not in equivalent for pair in turned
    )
    said = Prose(
        f"{several(open_, 'pair')} of {len(turned):,} undecided at the 5 % level."
        if open_
        else f"Every pair is decided{' or equivalent' if equivalent else ''} at the 5 % level."
    )
    return Section("pairs", "Every pair", (said, made), collapsed=len(turned) > _SHOWN_PAIRS)


def _equivalent(found: RoundRanking) -> frozenset[frozenset[int]]:
    """The pairs that a round that waited for answers has found to be equivalent."""
    answers = () if found.sequential is None else found.sequential.pairs
    return frozenset(
        frozenset((one.first, one.second)) for one in answers if one.verdict is Verdict.EQUIVALENT
    )


def _needed(pair: PairRow, blocks: int | None, equivalent: frozenset[frozenset[int]]) -> str:
    if pair.better is not None:
        return "decided"
    if frozenset((pair.first, pair.second)) in equivalent:
        return "equivalent"
    if blocks is None:
        return NONE
    # With few blocks the sign-flip test cannot decide, however large the difference; the plan is that of a t test.
    shared = pair.difference.blocks
    return f"about {blocks:,}" if blocks > shared else f"over {shared:,}"
