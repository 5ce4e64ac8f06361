"""Conditions in words."""

from __future__ import annotations

from arena.conditions import Conditions
from web.schemas.common import NamedValue

__all__ = ["conditions_of"]


def conditions_of(had: Conditions) -> list[NamedValue]:
    """Under which a match is played, in words; limits that are not set are left out."""
    simulations, seconds = had.budget.simulations, had.budget.seconds
    said = {
        "access": had.access.value,
        "simulations a decision": "as each agent says" if simulations is None else f"{simulations:,}",
        "time a decision": "not limited" if seconds is None else f"{seconds:g} s",
        "faults": had.faults.value,
        "patience": "for ever" if had.patience_s is None else f"{had.patience_s:g} s",
    }
    if had.step_limit is not None:
        said["step limit"] = f"{had.step_limit:,} steps"
    if had.memory_mb is not None:
        said["memory"] = f"{had.memory_mb:,} MB"
    return [NamedValue(name=name, value=value) for name, value in said.items()]
