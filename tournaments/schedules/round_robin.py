"""Round robin: everybody meets everybody, in every lineup that the table allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arena.contest import Pick, Plan, Round, Schedule, Standing
from tournaments.schedules.seatings import make_round

__all__ = ["RoundRobin"]


@dataclass(frozen=True)
class RoundRobin(Schedule):
    """One round in which every lineup of the table's size comes equally often.

    With fewer agents than seats, copies of the agents fill the table; the ranking says so.
    """

    def round(self, plan: Plan, picks: Pick, number: int, standings: Sequence[Standing]) -> Round | None:
        """The only round; None after it.

        Raises:
            BadPlan: if one agent alone is to fill a table.
        """
        del standings
        if number:
            return None
        agents = tuple(range(len(picks.agents)))
        return make_round(0, "round robin", picks.game, agents, plan)
