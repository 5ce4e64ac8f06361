"""What a tournament says at its end, readable at 80 columns; the same from the store."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.cli import _figures as figures
from arena.cli._console import aside, out, table

if TYPE_CHECKING:
    from rich.console import Console
    from tournaments.ranking import PairRow, Ranking, RoundRanking

    from arena.contest import Plan
    from tournaments.store import Store

__all__ = ["headline", "resume_hint", "show"]

ALL_PAIRS_UP_TO: Final = 5
"""With so many agents every pair is shown; with more, the undecided ones only."""
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
        _csv(ranking)
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
    for found in ranking.rounds:
        last = found is ranking.final
        if len(ranking.rounds) > 1:
            console.print(f"\nRound {found.number + 1}: {found.title}", style="bold")
        _ranking(console, found)
        if last:
            _metrics(console, found)
            _pairs(console, found)
        _foot(console, found)


def _ranking(console: Console, found: RoundRanking) -> None:
    unit = f"{found.metric} ({found.unit})" if found.unit else found.metric
    wins = any(row.wins is not None for row in found.agents)
    heads = ["rank", "agent", unit, *(["wins %"] if wins else []), "ms/decision"]
    made = table(*heads, right=tuple(head for head in heads if head != "agent"))
    digits = figures.decimals(row.score for row in found.agents)
    for place, row in enumerate(found.agents):
        following = found.agents[place + 1] if place + 1 < len(found.agents) else row
        made.add_row(
            figures.rank_interval(row.rank_low, row.rank_high),
            row.name,
            figures.score(row.score, digits),
            *([figures.percent(row.wins)] if wins else []),
            _milliseconds(row.ms_per_decision),
            end_section=following.tier != row.tier,
        )
    console.print()
    console.print(made)


def _milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def _metrics(console: Console, found: RoundRanking) -> None:
    names = [name for name in found.agents[0].metrics if name != found.metric] if found.agents else []
    if not names:
        return
    made = table("agent", *names, right=tuple(names))
    columns = {name: [row.metrics.get(name) for row in found.agents] for name in names}
    digits = {name: figures.decimals(column) for name, column in columns.items()}
    for place, row in enumerate(found.agents):
        made.add_row(row.name, *(figures.score(columns[name][place], digits[name]) for name in names))
    console.print()
    console.print(made)


def _pairs(console: Console, found: RoundRanking) -> None:
    everything = len(found.agents) <= ALL_PAIRS_UP_TO
    pairs = [pair for pair in found.pairs if everything or pair.better is None]
    if pairs:
        _pairs_table(console, found, pairs[:PAIRS_SHOWN], "pair" if everything else "undecided pair")
    if len(pairs) > PAIRS_SHOWN:
        console.print(f"and {len(pairs) - PAIRS_SHOWN} more undecided pairs; --json lists them all")
    _undecided(console, found)


def _pairs_table(console: Console, found: RoundRanking, pairs: list[PairRow], head: str) -> None:
    names = {row.agent: row.name for row in found.agents}
    made = table(head, "difference", "p (Holm)", "d", right=("difference", "p (Holm)", "d"))
    digits = figures.decimals(pair.difference for pair in pairs)
    for pair in pairs:
        made.add_row(
            f"{names[pair.first]} - {names[pair.second]}",
            figures.score(pair.difference, digits),
            "identical" if pair.identical else figures.p_value(pair.p_holm),
            "-" if pair.d_av is None else f"{pair.d_av:+.2f}",
        )
    console.print()
    console.print(made)


def _undecided(console: Console, found: RoundRanking) -> None:
    names = {row.agent: row.name for row in found.agents}
    total = len(found.pairs)
    if not total:
        return
    open_pairs = len(found.undecided)
    console.print()
    if not open_pairs:
        console.print(f"All {figures.several(total, 'pair')} are decided at the 5 % level (Holm).")
        return
    console.print(
        f"{open_pairs} of {figures.several(total, 'pair')} undecided at the 5 % level (Holm). To decide them:"
    )
    foreseen = sorted(found.undecided, key=lambda need: (need.blocks is None, need.blocks or 0))
    for need in foreseen[:3]:
        if need.first is not None and need.second is not None:
            console.print(f"  {names[need.first]} - {names[need.second]}: {need.sentence}")


def _foot(console: Console, found: RoundRanking) -> None:
    """What the numbers mean, and what went wrong."""
    blocks, matches = (
        figures.several(found.blocks, "block"),
        figures.several(found.matches, "match", "matches"),
    )
    console.print(f"\n{blocks}, {matches}; ± and [ ] are 95 % intervals over deal blocks.")
    console.print(found.estimand)
    for note in found.notes:
        console.print(note)
    for fault in found.faults:
        row = found.row(fault.agent)
        said = f" ({fault.message})" if fault.message else ""
        console.print(f"{row.name}: {figures.several(fault.count, fault.kind)}{said}", style="red")
    if found.void:
        console.print(f"{figures.several(found.void, 'block')} void and played anew", style="red")


def _where(store: Store | None, identifier: int | None, ranking: Ranking) -> None:
    """Where it is kept, and the commands that go on from here."""
    from tournaments.plan import command_line

    console = out()
    console.print("\nagain: ", style="dim", end="")
    console.print(command_line(ranking.plan), soft_wrap=True)
    if store is None or store.path is None:
        return
    option = _store_option(store)
    console.print("stored: ", style="dim", end="")
    console.print(f"{store.path}, tournament {identifier}", soft_wrap=True)
    for words in (f"rank {identifier}{option} --by METRIC", f"replay {identifier}/0/0/0{option}"):
        console.print("        ", end="")
        console.print(f"arena {words}", soft_wrap=True)


def _store_option(store: Store) -> str:
    import shlex

    from tournaments.store import default_path

    return "" if store.path in (None, default_path()) else f" --store {shlex.quote(str(store.path))}"


def _csv(ranking: Ranking) -> None:
    """One row for each agent of each round."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_CSV_HEAD)
    for found in ranking.rounds:
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
