"""Who sits where: every block seats its lineup in all cyclic rotations of one circular order.

In a game where a player meets his neighbours in another way than the rest, rotations alone leave the circular order
fixed; so the (n - 1)! circular orders follow each other over successive blocks of the same lineup. A block of a game for one
player holds one match of every agent on the same deal.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from arena.contest import Plan, Round
from arena.errors import BadPlan
from arena.game import Game
from tournaments.schedules.lineups import lineups

__all__ = ["Seatings", "arrangements", "make_round", "seat"]


@dataclass(frozen=True)
class Seatings:
    """The seatings of any run of blocks, looked up in a table.

    Block `i` has lineup ``i % L`` in circular order ``i // L % O``.
    """

    agents: tuple[int, ...]
    """The agents that take part, as indices into the plan's."""
    seats: int
    """n, the size of the table."""
    rotate: bool = True
    """Whether a block holds all rotations; otherwise one seating, in the order of the plan."""

    @property
    def cycle(self) -> int:
        """Blocks after which every lineup in every circular order has come equally often."""
        if self.seats == 1:
            return 1
        return len(lineups(len(self.agents), self.seats)) * len(arrangements(self.seats, self.rotate))

    def __call__(self, start: int, count: int) -> NDArray[np.int16]:
        """int16[count, S, n], the seatings of the blocks `start` to `start + count`."""
        if self.seats == 1:
            one = np.array(self.agents, dtype=np.int16)[np.newaxis, :, np.newaxis]
            return np.broadcast_to(one, (count, len(self.agents), 1))
        tables = lineups(len(self.agents), self.seats)
        orders = arrangements(self.seats, self.rotate)
        block = np.arange(start, start + count)
        rows = np.array(self.agents, dtype=np.int16)[tables[block % len(tables)]]
        order = orders[block // len(tables) % len(orders)]
        seated: NDArray[np.int16] = rows[np.arange(count)[:, np.newaxis, np.newaxis], order]
        return seated


@lru_cache(maxsize=16)
def arrangements(seats: int, rotate: bool) -> NDArray[np.int16]:
    """int16[O, S, n], which member of the lineup sits on each seat: O circular orders in S rotations.

    Args:
        seats: n, at least 1.
        rotate: whether all rotations follow each other; otherwise there is one order in one seating.
    """
    if not rotate:
        return np.arange(seats, dtype=np.int16)[np.newaxis, np.newaxis, :]
    circular = [(0, *rest) for rest in itertools.permutations(range(1, seats))]
    turned = (np.arange(seats)[np.newaxis, :] - np.arange(seats)[:, np.newaxis]) % seats
    arranged: NDArray[np.int16] = np.array(circular, dtype=np.int16)[:, turned]
    arranged.flags.writeable = False
    return arranged


def seat(agents: tuple[int, ...], game: Game[object, object, object], plan: Plan) -> Seatings:
    """The seatings of `agents` at the table of `game`.

    Raises:
        BadPlan: if the table is too large for rotations, or one agent is to fill it.
    """
    seats, rotate = game.spec.players, plan.seatings == "rotations"
    if seats > 1:
        lineups(len(agents), seats)
        if rotate and math.factorial(seats - 1) > 1_000_000:
            raise BadPlan(f"a table of {seats} is too large for rotations; seatings = 'fixed' plays it")
    return Seatings(agents, seats, rotate)


def make_round(
    number: int, title: str, game: Game[object, object, object], agents: tuple[int, ...], plan: Plan
) -> Round:
    """A round in which `agents` meet at the table of `game`.

    Raises:
        BadPlan: as `seat`.
    """
    seatings = seat(agents, game, plan)
    return Round(number, title, game, agents, seatings, seatings.cycle)
