"""A small field that is played until every pair is decided."""

from __future__ import annotations

from typing import Any, Final

from tournament_toys import Constant, Dicer, FastBid, table

from arena.agent import Agent
from arena.contest import Pick, Plan, Stop

__all__ = ["DECIDED", "FIELD", "duel"]

FIELD: Final[list[Agent]] = [Constant(0), Constant(2), Dicer()]
"""Who plays."""
DECIDED: Final = Stop(until="decided")
"""When it ends."""


def duel(stop: Stop = DECIDED, by: str | None = "wins", **plan: Any) -> tuple[Plan, Pick]:
    """Three agents two by two, of which one bids high and two less."""
    return table(FastBid(2), FIELD, stop=stop, by=by, **plan)
