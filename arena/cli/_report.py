"""What a tournament says at its end, readable at 80 columns; the same from the store."""

from __future__ import annotations

import csv
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.cli import _figures as figures
from arena.cli._console import aside, fitted, numbers, out, rows, table

if TYPE_CHECKING:
    from rich.console import Console

    from arena.contest import Plan
    from tournaments.ranking import PairRow, Ranking, RoundRanking
    from tournaments.store import Store

__all__ = ["headline", "resume_hint", "show", "show_agents", "write_csv"]

ALL_PAIRS_UP_TO: Final = 5
"""With so many agents every pair is shown; with more, the undecided ones only."""
BARS_FROM: Final = 110
"""Columns from which on intervals are drawn beside the numbers."""
BAR_WIDTH: Final = 34
"""Letters of such a drawing."""
PAIRS_SHOWN: Final = 12
"""Pairs shown at most."""


def headline(plan: Plan) -> str:
    """What is played, in one line."""
    return f"{plan.game} · {plan.format} · {figures.several(len(plan.agents), 'agent')} · seed {plan.seed}"


def show(ranking: Ranking, store: Store | None, *, identifier: int | None = None, style: str = "") -> None:
    """Print a ranking.

    Args:
        ranking: what was found.
        store: where it is kept; None where nothing is.
        identifier: the tournament's number in the store.
        style: ``"json"``, ``"csv"``, or empty for people.
    """
    if style == "json":
        from tournaments.ranking import ranking_json

        typer.echo(json.dumps(ranking_json(ranking), indent=2, allow_nan=False))
    elif style == "csv":
        write_csv(ranking.rounds)
    else:
        _report(out(), ranking)
        _where(store, identifier, ranking)


def resume_hint(store: Store, identifier: int) -> None:
    """How an interrupted tournament goes on."""
    aside().print(
        f"\ninterrupted; go on with: arena tournament --resume {identifier}{_store_option(store)}",
        style="bold yellow",
        soft_wrap=True,
    )


def _report(console: Console, ranking: Ranking) -> None:
    from arena.cli._rounds import show_rounds, told_in_short
    from tournaments.overall import OVERALL

    console.print(headline(ranking.plan), style="bold")
    short = told_in_short(ranking)
    if short:
        show_rounds(console, ranking)
    for found in ranking.rounds[-1:] if short else ranking.rounds:
        if len(ranking.rounds) > 1 or short:
            whole = found.title == OVERALL
            heading = found.title.capitalize() if whole else f"Round {found.number + 1}: {found.title}"
            console.print(f"\n{heading}", style="bold")
        show_agents(console, found)
        if found is ranking.final:
            _metrics(console, found)
            _pairs(console, found)
        _foot(console, found, ranking.plan)


def show_agents(console: Console, found: RoundRanking) -> None:
    """Print the table of a ranking: rank interval, score, wins and time of every agent; a line parts the tiers.

    Args:
        console: where.
        found: the ranking of a round.
    """
    wins = any(row.wins is not None for row in found.agents)
    heads = ["rank", "agent", _measured(found), *(["wins %"] if wins else []), "ms/decision"]
    bars = _bars(found) if console.width >= BARS_FROM else []
    made = table(*heads, *([""] if bars else []), right=tuple(head for head in heads if head != "agent"))
    scores = figures.column([row.score for row in found.agents])
    for place, row in enumerate(found.agents):
        following = found.agents[place + 1] if place + 1 < len(found.agents) else row
        made.add_row(
            figures.rank_interval(row.rank_low, row.rank_high),
            row.name,
            scores[place],
            *([figures.percent(row.wins)] if wins else []),
            figures.significant(row.ms_per_decision),
            *bars[place : place + 1],
            end_section=following.tier != row.tier,
        )
    console.print()
    console.print(made)


def _measured(found: RoundRanking) -> str:
    """The metric and its unit, once where the one is part of the other: ``coins/round``, ``score (points)``."""
    if found.unit.startswith(found.metric):
        return found.unit
    return f"{found.metric} ({found.unit})" if found.unit else found.metric


def _bars(found: RoundRanking) -> list[str]:
    """The intervals of the scores, drawn to one scale."""
    scores = [row.score for row in found.agents]
    ends = [end for score in scores for end in (score.low, score.high, score.value) if end is not None]
    if not ends:
        return []
    return [figures.interval_bar(score, min(ends), max(ends), BAR_WIDTH) for score in scores]


def _metrics(console: Console, found: RoundRanking) -> None:
    """Every other metric; where the intervals do not fit beside each other, the means alone."""
    columns = {
        name: [row.metrics.get(name) for row in found.agents]
        for name in (found.agents[0].metrics if found.agents else ())
        if not _shown(found, name)
    }
    columns = {
        name: cells for name, cells in columns.items() if any(c and c.value is not None for c in cells)
    }
    if not columns:
        return
    names = [row.name for row in found.agents]
    full = {name: figures.column(cells) for name, cells in columns.items()}
    made, width = numbers("agent", names, full)
    left_out = 0
    if width > console.width:
        plain = {name: figures.column(cells, plain=True) for name, cells in columns.items()}
        made, left_out = fitted("means", names, plain, console.width)
    console.print()
    console.print(made)
    if left_out:
        console.print(f"... and {figures.several(left_out, 'metric')} more; --json has them all")


def _shown(found: RoundRanking, name: str) -> bool:
    """Whether a metric stands in the table of the ranking already: the one that ranks, and who won."""
    won = all(row.wins is not None and row.metrics[name].value == row.wins.value for row in found.agents)
    return won or name == found.metric


def _pairs(console: Console, found: RoundRanking) -> None:
    """All pairs of few agents, the undecided ones of many, and what those would take."""
    total, undecided = len(found.pairs), [pair for pair in found.pairs if pair.better is None]
    if not total:
        return
    everything = len(found.agents) <= ALL_PAIRS_UP_TO
    order = {row.agent: place for place, row in enumerate(found.agents)}
    pairs = [_best_first(pair, order) for pair in (found.pairs if everything else undecided)]
    pairs.sort(key=lambda pair: (order[pair.first], order[pair.second]))
    needs = {frozenset((need.first, need.second)): need.blocks for need in found.undecided}
    verdicts = _verdicts(found)
    fixed = found.sequential is None
    words = (f"p ({found.correction})", "d", "blocks to decide" if fixed else "verdict")
    made = table("pair", "difference", *words, right=("difference", *words))
    shown = [pair.difference for pair in pairs[:PAIRS_SHOWN]]
    differences = figures.column(shown) if fixed else figures.ends(shown)
    for pair, difference in zip(pairs, differences, strict=False):
        both = frozenset((pair.first, pair.second))
        need = needs.get(both)
        made.add_row(
            f"{found.row(pair.first).name} over {found.row(pair.second).name}",
            difference,
            "identical" if pair.identical else figures.p_value(pair.p_adjusted),
            "-" if pair.d_av is None else f"{pair.d_av:+.2f}",
            _outcome(pair, need) if verdicts is None else verdicts.get(both, "-"),
        )
    if made.row_count:
        console.print()
        console.print(made)
    if len(pairs) > PAIRS_SHOWN:
        console.print(f"... and {len(pairs) - PAIRS_SHOWN} more; --json has them all")


def _best_first(pair: PairRow, order: Mapping[int, int]) -> PairRow:
    """The pair with the better placed agent first; differences turn their sign."""
    if order[pair.first] < order[pair.second]:
        return pair
    turned = pair.difference
    turned = dataclasses.replace(
        turned,
        value=None if turned.value is None else -turned.value,
        low=None if turned.high is None else -turned.high,
        high=None if turned.low is None else -turned.low,
    )
    d_av = None if pair.d_av is None else -pair.d_av
    return dataclasses.replace(pair, first=pair.second, second=pair.first, difference=turned, d_av=d_av)


def _foot(console: Console, found: RoundRanking, plan: Plan) -> None:
    """What the numbers mean, what is open, and what went wrong."""
    blocks, matches = (
        figures.several(found.blocks, "block"),
        figures.several(found.matches, "match", "matches"),
    )
    lines = [("played", f"{blocks}, {matches}; ± and [ ] are 95 % intervals over deal blocks")]
    lines.append(("estimates", found.estimand))
    if found.pairs:
        lines.append(("pairs", _undecided(found)))
    lines += [("note", note) for note in found.notes]
    for fault in found.faults:
        said = f": {fault.message}" if fault.message else ""
        lines.append(
            ("faults", f"{plan.agents[fault.agent]}, {figures.several(fault.count, fault.kind)}{said}")
        )
    if found.void:
        lines.append(("void", f"{figures.several(found.void, 'block')}, played anew"))
    console.print()
    console.print(rows(lines))


def _outcome(pair: PairRow, need: int | None) -> str:
    """Whether a pair is decided, or the blocks that deciding it would take."""
    if pair.better is not None:
        return "decided"
    return "-" if need is None else f"about {need:,}"


def _verdicts(found: RoundRanking) -> dict[frozenset[int], str] | None:
    """Decided, equivalent or open, by pair; None where the round waited for no answers."""
    if found.sequential is None:
        return None
    return {frozenset((pair.first, pair.second)): pair.verdict.value for pair in found.sequential.pairs}


def _undecided(found: RoundRanking) -> str:
    """How many pairs are open, and what the nearest of them would take, in words."""
    if found.sequential is not None:
        return found.sequential.sentence
    total, nearest = (
        len(found.pairs),
        min(found.undecided, key=lambda need: need.blocks or 1 << 62, default=None),
    )
    if nearest is None:
        return (
            f"all {total} decided at the 5 % level ({found.correction})"
            if total > 1
            else "decided at the 5 % level"
        )
    open_ = f"{len(found.undecided)} of {figures.several(total, 'pair')} undecided"
    said = f"{open_} at the 5 % level ({found.correction})"
    if nearest.first is None or nearest.second is None:
        return said
    pair = f"{found.row(nearest.first).name} and {found.row(nearest.second).name}"
    return f"{said}; nearest to a decision are {pair}: {nearest.sentence}"


def _where(store: Store | None, identifier: int | None, ranking: Ranking) -> None:
    """Where it is kept, and the commands that go on from here."""
    from arena.contest import Stop
    from tournaments.plan import command_line

    plan = ranking.plan
    if len(ranking.rounds) == 1 and ranking.final.blocks:
        # Time is never twice the same; so many blocks are.
        answers, blocks = ranking.final.sequential, ranking.final.blocks
        again = Stop(blocks)
        if answers is not None and answers.stopped_at in (None, blocks):
            again = Stop(blocks, until=plan.stop.until, epsilon=plan.stop.epsilon)
        plan = dataclasses.replace(plan, stop=again)
    lines = [("play again", command_line(plan))]
    if store is not None and store.path is not None:
        option = _store_option(store)
        lines += [
            ("stored in", f"{store.path}, as tournament {identifier}"),
            ("rank by", f"arena rank {identifier}{option} --by METRIC"),
            ("look at", f"arena replay {identifier}/0/0/0{option}"),
        ]
    console = out()
    console.print()
    for name, text in lines:
        # Commands are never broken into lines, so that they can be copied.
        console.print(f"{name:<12}", style="bold", end="")
        console.print(text, soft_wrap=True)


def _store_option(store: Store) -> str:
    import shlex

    from tournaments.store import default_path

    return "" if store.path in (None, default_path()) else f" --store {shlex.quote(str(store.path))}"


def write_csv(rounds: Sequence[RoundRanking]) -> None:
    """Print rankings as CSV, one row for each agent of each round.

    Args:
        rounds: the rankings.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_CSV_HEAD)
    for found in rounds:
        for row in found.agents:
            wins: Any = row.wins
            writer.writerow(
                [
                    found.number,
                    row.rank_low,
                    row.rank_high,
                    row.tier,
                    row.name,
                    row.family,
                    row.score.value,
                    row.score.low,
                    row.score.high,
                    *(("", "", "") if wins is None else (wins.value, wins.low, wins.high)),
                    row.matches,
                    row.faults,
                    row.ms_per_decision,
                ]
            )


_CSV_HEAD: Final = [
    "round",
    "rank_low",
    "rank_high",
    "tier",
    "agent",
    "family",
    "score",
    "score_low",
    "score_high",
    "wins",
    "wins_low",
    "wins_high",
    "matches",
    "faults",
    "ms_per_decision",
]
