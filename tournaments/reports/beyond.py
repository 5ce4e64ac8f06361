"""Sections beyond the ranking: ratings, what luck was taken off, and the looks of a stop that waits for answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tournaments.reports.document import Block, Facts, Section, Table
from tournaments.reports.material import Material
from tournaments.reports.numbers import NONE, column, fixed, significant
from tournaments.variance import RoundVariance, VarianceReport
from tournaments.verdicts import Look

__all__ = ["looks", "luck", "rating"]

_LOOKS_SHOWN: Final = 400
"""Rows of the ledger that a page holds; the latest."""


def rating(name: str, report: Mapping[str, Any]) -> Section:
    """The report of a rating, as `tournaments.ratings.rated.rate_all` gives it."""
    agents: Sequence[Mapping[str, Any]] = report["agents"]
    more = list(dict.fromkeys(title for agent in agents for title in agent.get("shares", {})))
    head = ("Agent", f"{report['quantity']} ({report['unit']})", "95 % interval", *more)
    digits = 0 if report["unit"] == "Elo" else 3
    rows = []
    # A place is better the lower it is; whoever has no value comes last.
    sign = 1 if report["unit"] == "place" else -1
    for agent in sorted(agents, key=lambda one: (one["value"] is None, sign * (one["value"] or 0.0))):
        value, low, high = (agent[key] for key in ("value", "low", "high"))
        rows.append(
            (
                str(agent["name"]),
                NONE if value is None else fixed(value, digits),
                NONE if low is None or high is None else f"{fixed(low, digits)} to {fixed(high, digits)}",
                *(
                    fixed(agent["shares"][title], 3) if title in agent.get("shares", {}) else NONE
                    for title in more
                ),
            )
        )
    facts = [("estimates", str(report["estimand"])), ("method", str(report["method"]))]
    facts += [("note", str(note)) for note in report["notes"]]
    facts += [("note", f"{agent['name']}: {agent['note']}") for agent in agents if agent["note"]]
    table = Table(head, tuple(rows), "lrr" + "r" * len(more))
    return Section(f"rating-{name}", f"Rating: {name}", (table, Facts(tuple(facts))))


def luck(found: VarianceReport) -> Section:
    """By how much duplicate deals, control variates and AIVAT shorten the tournament."""
    blocks: list[Block] = []
    for stage in found.rounds:
        blocks += [_factors(stage), Facts(tuple(_means(stage)))]
    return Section("luck", "Luck taken off", tuple(blocks))


def _factors(stage: RoundVariance) -> Table:
    names = dict(zip(stage.participants, stage.names, strict=True))
    saved = {(pair.first, pair.second): pair.factor for pair in stage.duplicates}
    others = [method for method in stage.methods if method.name != "plain"]
    head = ("Pair", f"plain ({stage.unit})", *(["duplicates"] if saved else []))
    head += tuple(title for method in others for title in (method.name, "factor"))
    plain = stage.methods[0].pairs
    columns = [[f"{names[pair.first]} less {names[pair.second]}" for pair in plain]]
    columns.append(column([pair.difference for pair in plain], signed=True))
    if saved:
        columns.append([significant(saved.get((pair.first, pair.second))) for pair in plain])
    for method in others:
        columns.append(column([pair.difference for pair in method.pairs], signed=True))
        columns.append([significant(pair.factor) for pair in method.pairs])
    caption = (
        f"{stage.game}: differences by every method, with 95 % intervals. A factor of 2 means that half the blocks give the "
        "same interval. The means are estimates of the same thing."
    )
    return Table(head, tuple(zip(*columns, strict=True)), "l" + "r" * (len(head) - 1), caption)


def _means(stage: RoundVariance) -> Iterator[tuple[str, str]]:
    for method in stage.methods:
        yield method.name, f"{method.what}{'; ' + method.note if method.note else ''}"
    for check in stage.checks:
        verdict = "as chance has it" if check.worst <= 4 else "NOT as chance has it"
        yield check.name, f"mean {check.worst:.1f} standard errors from 0 at most: {verdict}"
    for note in stage.notes:
        yield "note", note


def looks(material: Material) -> Section | None:
    """The ledger of the looks that runs took; None where nobody looked."""
    if material.row.plan.stop.until is None:
        return None
    rows = [
        _look(stage.found.number, look, stage.names) for stage in material.stages for look in stage.kept.looks
    ]
    head = ("Round", "Blocks", "Pair", "Shared", "e-value", "Estimate", "95 % sequence", "Verdict")
    left_out = (
        f"; the first {len(rows) - _LOOKS_SHOWN:,} rows are left out" if len(rows) > _LOOKS_SHOWN else ""
    )
    caption = f"What was known of each pair after which block{left_out}. e-values after e-Holm."
    table = Table(head, tuple(rows[-_LOOKS_SHOWN:]), "rrlrrrrl", caption)
    return Section("looks", "Every look", (table,), collapsed=True)


def _look(number: int, look: Look, names: Sequence[str]) -> tuple[str, ...]:
    known = look.low is not None and look.high is not None
    return (
        str(number + 1),
        f"{look.blocks:,}",
        f"{names[look.first]} less {names[look.second]}",
        f"{look.shared:,}",
        significant(look.e_value),
        fixed(look.estimate, 3),
        f"{fixed(look.low or 0.0, 3)} to {fixed(look.high or 0.0, 3)}" if known else NONE,
        look.verdict.value,
    )
