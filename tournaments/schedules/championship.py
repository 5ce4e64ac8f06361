"""Championship: first within each family of agents, then the winners of the families among themselves.

The format of S. R. Malla, "AI Agents for the Dhumbal Card Game: A Comparative Study", arXiv 2510.11736, 2025, where the best
rule-based, search, learned and baseline agents met at one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arena.contest import Pick, Plan, Round, Schedule, Standing
from arena.errors import BadPlan
from tournaments.schedules.seatings import make_round
from tournaments.schedules.tables import fitting_table

__all__ = ["Championship"]


@dataclass(frozen=True)
class Championship(Schedule):
    """A round within each family of two agents or more, in alphabetical order, and a final.

    A family's only member goes straight to the final; equals go by the order of the plan. The table is as large as the
    plan's game where there are so many players, and the next smaller size of the game where there are fewer.
    """

    def round(self, plan: Plan, picks: Pick, number: int, standings: Sequence[Standing]) -> Round | None:
        """The round within the family that comes next, then the final; None after it.

        Raises:
            BadPlan: if there are fewer than two families.
        """
        families = _families(picks)
        if len(families) < 2:
            raise BadPlan(
                f"a championship needs agents of two families, got only {', '.join(families) or 'none'}; "
                "format = 'round-robin' plays one"
            )
        contested = [family for family, members in families.items() if len(members) > 1]
        if number < len(contested):
            family = contested[number]
            members = families[family]
            return make_round(
                number, f"within family {family}", fitting_table(picks.game, len(members)), members, plan
            )
        if number > len(contested):
            return None
        winners = tuple(sorted(_winner(members, standings) for members in families.values()))
        return make_round(number, "final", fitting_table(picks.game, len(winners)), winners, plan)

    def most_rounds(self, plan: Plan, picks: Pick) -> int:
        """One for each family of two or more, and the final."""
        del plan
        return 1 + sum(len(members) > 1 for members in _families(picks).values())


def _families(picks: Pick) -> dict[str, tuple[int, ...]]:
    """The agents of each family, by name of the family."""
    members: dict[str, list[int]] = {}
    for index, agent in enumerate(picks.agents):
        members.setdefault(agent.spec.family.value, []).append(index)
    return {family: tuple(members[family]) for family in sorted(members)}


def _winner(members: tuple[int, ...], standings: Sequence[Standing]) -> int:
    found = [standing for standing in standings if standing.agent in members]
    return min(found, key=lambda standing: (standing.rank, standing.agent)).agent if found else members[0]
