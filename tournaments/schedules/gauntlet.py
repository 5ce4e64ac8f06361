"""Gauntlet: heroes against a field, each in the same places on the same deals with the same dice.

Common random numbers (P. Glasserman and D. D. Yao, "Some Guidelines and Guarantees for Common Random Numbers",
Management Science 38, 1992): what two heroes make of one and the same table differs by what they do and by nothing
else, so that the variance of their difference is Var A + Var B - 2 Cov(A, B) with a large covariance. The heroes never
meet; a difference says who does better against the field, not who wins the game between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Plan, Round, Schedule, Standing
from arena.errors import BadPlan, UnknownName
from arena.spelling import parse
from tournaments.schedules.lineups import is_selection, lineups
from tournaments.schedules.seatings import arrangements
from tournaments.schedules.tables import check_whole

__all__ = ["Gauntlet", "GauntletSeatings"]


@dataclass(frozen=True)
class GauntletSeatings:
    """The seatings of a gauntlet.

    Block `i` has the field's lineup ``i % L`` in circular order ``i // L % O``. Its seatings are the rotations, and in
    each rotation all heroes one after the other in the same seat.
    """

    heroes: tuple[int, ...]
    """The heroes, as indices into the plan's agents."""
    field: tuple[int, ...]
    """The others."""
    seats: int
    """n, the size of the table, at least 2."""
    rotate: bool = True
    """Whether a block holds all rotations; otherwise every hero sits first, before the field."""

    @property
    def cycle(self) -> int:
        """Blocks after which every lineup of the field has come equally often in every circular order."""
        return len(self._lineups) * len(arrangements(self.seats, self.rotate))

    @property
    def _lineups(self) -> NDArray[np.int16]:
        """int16[L, n - 1], who of the field sits together; copies fill the table where the field is small."""
        if len(self.field) == 1:
            return np.zeros((1, self.seats - 1), dtype=np.int16)
        return lineups(len(self.field), self.seats - 1)

    def __call__(self, start: int, count: int) -> NDArray[np.int16]:
        """int16[count, R * H, n], the seatings of the blocks `start` to `start + count`: R rotations, H heroes."""
        tables = np.array(self.field, dtype=np.int16)[self._lineups]
        orders = arrangements(self.seats, self.rotate)
        block = np.arange(start, start + count)
        others = tables[block % len(tables)]
        order = orders[block // len(tables) % len(orders)]
        seated = np.empty((count, order.shape[1], len(self.heroes), self.seats), dtype=np.int16)
        for place, hero in enumerate(self.heroes):
            rows = np.column_stack([np.full(count, hero, dtype=np.int16), others])
            seated[:, :, place] = rows[np.arange(count)[:, np.newaxis, np.newaxis], order]
        return seated.reshape(count, -1, self.seats)


@dataclass(frozen=True)
class Gauntlet(Schedule):
    """Heroes against a field: the sharpest comparison of variants of one agent.

    In every block each hero meets the same lineup of the field, on the same deal, with the same dice, in all rotations.
    Several heroes are ranked among themselves by their differences within the blocks; a single hero is ranked with those
    he meets, by what everybody scores at his tables.
    """

    heroes: int | str | tuple[str, ...] = 1
    """How many agents, from the first of the plan on, are heroes; or their names, the whole spelling where a name alone
    is not enough. The rest is the field."""

    def round(self, plan: Plan, picks: Pick, number: int, standings: Sequence[Standing]) -> Round | None:
        """The only round; None after it.

        Raises:
            BadParameter: if `heroes` is no positive number.
            BadPlan: if nobody is left for the field, or the game is for one player.
            UnknownName: if a hero is none of the plan's agents.
        """
        del standings
        if number:
            return None
        heroes, seats = self._chosen(plan), picks.game.spec.players
        field = tuple(agent for agent in range(len(plan.agents)) if agent not in heroes)
        if seats == 1:
            raise BadPlan(
                "a gauntlet needs a table of two or more; in a game for one, format = 'round-robin' compares all agents "
                "on the same deals"
            )
        if not field:
            raise BadPlan(
                f"gauntlet: {len(heroes)} of {len(plan.agents)} agents are heroes, which leaves no field to meet; "
                "name more agents or fewer heroes"
            )
        seatings = GauntletSeatings(heroes, field, seats, plan.seatings == "rotations")
        return Round(
            0,
            "gauntlet",
            picks.game,
            tuple(range(len(plan.agents))),
            seatings,
            seatings.cycle,
            ranked=heroes if len(heroes) > 1 else None,
            against=_against(plan, heroes, field, seats),
        )

    def common(self, plan: Plan, picks: Pick) -> int:
        """All heroes in one seat share the dice of the table."""
        del picks
        return len(self._chosen(plan))

    def _chosen(self, plan: Plan) -> tuple[int, ...]:
        """The heroes as indices, ascending."""
        if isinstance(self.heroes, str):
            return (_named(self.heroes, plan),)
        if isinstance(self.heroes, tuple):
            if not self.heroes:
                raise BadPlan("gauntlet: expected at least one hero, got none")
            return tuple(sorted({_named(name, plan) for name in self.heroes}))
        count = check_whole("gauntlet", "heroes", self.heroes)
        if count >= len(plan.agents):
            raise BadPlan(
                f"gauntlet: heroes = {count} of {len(plan.agents)} agents leave no field to meet; "
                f"expected at most {len(plan.agents) - 1}"
            )
        return tuple(range(count))


def _named(name: str, plan: Plan) -> int:
    """The agent of the plan with this spelling, or the only one with this name."""
    if name in plan.agents:
        return plan.agents.index(name)
    found = [place for place, spelled in enumerate(plan.agents) if parse(spelled).name == name]
    if len(found) != 1:
        raise UnknownName("hero", str(name), plan.agents)
    return found[0]


def _against(plan: Plan, heroes: tuple[int, ...], field: tuple[int, ...], seats: int) -> str:
    others = seats - 1
    if len(field) <= others:
        whom = f"{'copies of ' if len(field) < others else ''}{' and '.join(plan.agents[agent] for agent in field)}"
    elif is_selection(len(field), others):
        whom = f"a balanced selection of the lineups of {others} from the field of {len(field)} agents"
    else:
        whom = f"a uniformly drawn lineup of {others} from the field of {len(field)} agents"
    if len(heroes) == 1:
        return f"at the tables where {plan.agents[heroes[0]]} meets {whom}"
    return f"for each of {len(heroes)} heroes against the field: {whom}, the same for all heroes, on the same deals and dice"
