"""What every rating reports: plain values that JSON can hold, the best agent first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from arena.errors import BadParameter
from tournaments.ratings.field import Field

__all__ = ["agent_row", "check_alpha", "check_resamples", "number", "report"]

_FEWEST: Final = 2000
"""Resamples below which the ends of a 95 % interval are too loose."""


def report(
    field: Field,
    rating: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    quantity: str,
    unit: str,
    method: str,
    estimand: str,
    notes: Sequence[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """A report.

    Args:
        field: what was rated.
        rating: the registered name.
        rows: one `agent_row` for each agent of the plan.
        quantity: what the values are, such as ``"strength"``.
        unit: ``"Elo"``, ``"share"``, ``"place"`` or ``"points"``.
        method: the procedure, in a few words.
        estimand: what the values are estimates of.
        notes: sentences that a reader must know.
        more: further entries.

    Returns:
        A dictionary that `json.dumps(..., allow_nan=False)` accepts. ``agents`` is in the order of the values, the
        best first; whoever has none comes last.
    """
    lower_first = unit == "place"

    def place(row: Mapping[str, Any]) -> tuple[bool, float, int]:
        value = row["value"]
        return value is None, 0.0 if value is None else (value if lower_first else -value), row["agent"]

    return {
        "rating": rating,
        "quantity": quantity,
        "unit": unit,
        "method": method,
        "estimand": estimand,
        "metric": field.metric.name,
        "blocks": field.blocks,
        "matches": field.matches,
        "agents": sorted((dict(row) for row in rows), key=place),
        "notes": [*field.notes, *notes],
        **more,
    }


def agent_row(
    field: Field,
    agent: int,
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    method: str,
    note: str = "",
    **more: Any,
) -> dict[str, Any]:
    """One agent's entry: its number in the plan, its name, a value and an interval; None where there is none.

    `more` may hold ``shares`` and ``places``, numbers by heading that a table shows beside the value.
    """
    return {
        "agent": agent,
        "name": field.names[agent],
        "value": number(value),
        "low": number(low),
        "high": number(high),
        "method": method,
        "note": note,
        **more,
    }


def number(value: float | None) -> float | None:
    """`value` as a float; None for None.

    Raises:
        BadParameter: if it is NaN or infinite, which no report may hold.
    """
    if value is None:
        return None
    if not math.isfinite(value):
        raise BadParameter(f"a report holds finite numbers, or None with a note, got {value!r}")
    return float(value) + 0.0  # no negative zero


def check_alpha(alpha: float) -> float:
    """`alpha`, 1 - confidence.

    Raises:
        BadParameter: if it is not strictly between 0 and 1.
    """
    if not 0.0 < alpha < 1.0:
        raise BadParameter(f"alpha lies strictly between 0 and 1, got {alpha!r}; 0.05 gives 95 % intervals")
    return float(alpha)


def check_resamples(resamples: int) -> int:
    """`resamples` of a bootstrap.

    Raises:
        BadParameter: if they are fewer than 2000.
    """
    if resamples < _FEWEST:
        raise BadParameter(f"a bootstrap takes at least {_FEWEST} resamples, got {resamples!r}")
    return int(resamples)
