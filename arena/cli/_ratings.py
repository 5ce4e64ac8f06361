"""Ratings below a ranking, readable at 80 columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.cli._console import fitted, out, rows

if TYPE_CHECKING:
    from rich.console import Console

    from tournaments.ranking import Ranking

__all__ = ["show_ratings"]

_DECIMALS: Final = {"Elo": 0, "points": 2, "place": 2}
_UNITS: Final = {"Elo": " (Elo)", "share": " (%)", "points": "", "place": ""}


def show_ratings(
    ranking: Ranking, reports: Mapping[str, Mapping[str, Any]], *, as_json: bool = False
) -> None:
    """Print the reports of ratings, one table each, or one JSON document with the ranking.

    Args:
        ranking: the ranking of the same results; printed here in the JSON only.
        reports: what `Rating.rate` gave, by spelling.
        as_json: whether to print JSON.
    """
    if as_json:
        from tournaments.ranking import ranking_json

        whole = {**ranking_json(ranking), "ratings": reports}
        typer.echo(json.dumps(whole, indent=2, allow_nan=False))
        return
    console = out()
    for spelled, report in reports.items():
        _show(console, spelled, report)


def _show(console: Console, spelled: str, report: Mapping[str, Any]) -> None:
    agents: Sequence[Mapping[str, Any]] = report["agents"]
    console.print(f"\n{spelled}", style="bold")
    columns = {
        f"{report['quantity']}{_UNITS.get(report['unit'], '')}": [
            _value(row, report["unit"]) for row in agents
        ]
    }
    for key, form in (("shares", _percent), ("places", str)):
        for title in _titles(agents, key):
            columns[title.replace("-", "_")] = [
                form(row[key][title]) if title in row.get(key, {}) else "-" for row in agents
            ]
    names = [str(row["name"]) for row in agents]
    made, left_out = fitted("agent", names, columns, console.width)
    console.print()
    console.print(made)
    if left_out:
        console.print(f"... and {left_out} more columns; --json has them all")
    console.print()
    console.print(rows(_foot(report)))


def _foot(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the numbers mean, and what their reader must know; agents with the same note share a line."""
    lines = [("method", str(report["method"])), ("estimates", str(report["estimand"]))]
    lines += [("note", str(note)) for note in report["notes"]]
    by_note: dict[str, list[str]] = {}
    for row in report["agents"]:
        if row["note"]:
            by_note.setdefault(str(row["note"]), []).append(str(row["name"]))
    everybody = len(report["agents"])
    for note, names in by_note.items():
        lines.append(("note", note if len(names) == everybody > 1 else f"{', '.join(names)}: {note}"))
    return lines


def _titles(agents: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return list(dict.fromkeys(title for row in agents for title in row.get(key, {})))


def _value(row: Mapping[str, Any], unit: str) -> str:
    """Such as ``1534 [1519, 1549]``; ``-`` where there is no value."""
    value, low, high = row["value"], row["low"], row["high"]
    if value is None:
        return "-"
    if unit == "share":
        text = _percent(value)
        return text if low is None else f"{text} [{_percent(low)}, {_percent(high)}]"
    digits = _DECIMALS.get(unit, 2)
    text = f"{value:.{digits}f}"
    if low is None:
        return text
    ends = 0 if unit == "place" else digits
    return f"{text} [{low:.{ends}f}, {high:.{ends}f}]"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
