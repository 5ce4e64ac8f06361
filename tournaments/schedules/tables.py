"""Tables that stand: the same lineups meet again and again over the blocks of a round, and what formats share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.contest import Plan, Standing
from arena.errors import BadParameter, BadPlan
from arena.game import Game
from tournaments.schedules.seatings import arrangements

__all__ = [
    "Tables",
    "beaten",
    "check_share",
    "check_whole",
    "fitting_table",
    "need_company",
    "places",
    "shared_blocks",
]


@dataclass(frozen=True)
class Tables:
    """The seatings of lineups that take turns.

    Block `i` is played at table ``i % T`` in circular order ``i // T % O``. At a table of one seat all members play the
    same deal, each alone.
    """

    tables: tuple[tuple[int, ...], ...]
    """The T lineups, of agents of the plan."""
    seats: int
    """n, the size of a table; of one seat a table may have any number of members, all tables the same."""
    rotate: bool = True
    """Whether a block holds all rotations; otherwise one seating, as given."""

    def __call__(self, start: int, count: int) -> NDArray[np.int16]:
        """int16[count, S, n], the seatings of the blocks `start` to `start + count`."""
        tables = np.array(self.tables, dtype=np.int16)
        block = np.arange(start, start + count)
        rows = tables[block % len(tables)]
        if self.seats == 1:
            return rows[:, :, np.newaxis]
        orders = arrangements(self.seats, self.rotate)
        order = orders[block // len(tables) % len(orders)]
        seated: NDArray[np.int16] = rows[np.arange(count)[:, np.newaxis, np.newaxis], order]
        return seated


def fitting_table(game: Game[object, object, object], players: int) -> Game[object, object, object]:
    """The game at the largest table that so many players can fill, at most that of `game`.

    Where even the smallest table is larger, copies fill it.
    """
    spec = game.spec
    sizes = [size for size in spec.table_sizes if size <= min(players, spec.players)]
    return game.with_players(max(sizes, default=min(spec.table_sizes)))


def check_whole(format_: str, field: str, value: object, least: int = 1) -> int:
    """A parameter of a format that is a whole number.

    Raises:
        BadParameter: if it is none, or below `least`.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadParameter(f"{format_}: expected {field} to be a whole number >= {least}, got {value!r}")
    return value


def check_share(format_: str, field: str, value: object) -> float:
    """A parameter of a format that is a share above 0.

    Raises:
        BadParameter: if it is no number above 0 and at most 1.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise BadParameter(f"{format_}: expected {field} above 0 and at most 1, got {value!r}")
    return value


def need_company(format_: str, agents: int, seats: int) -> None:
    """Refuse games in which nobody meets anybody, and fewer agents than seats.

    Raises:
        BadPlan: if there is one seat, or agents do not fill a table.
    """
    if seats == 1:
        raise BadPlan(
            f"{format_} is about who meets whom, and in a game for one nobody meets; "
            "format = 'round-robin' compares all agents on the same deals"
        )
    if agents < seats:
        raise BadPlan(
            f"{format_} needs at least {seats} agents for a table of {seats}, got {agents}; "
            "format = 'round-robin' fills tables with copies"
        )


def shared_blocks(plan: Plan, format_: str, rounds: int, tables: int) -> int | None:
    """Blocks of each round where the stop by blocks is shared evenly over the rounds; None without such a stop.

    It is a whole number of blocks for each table.

    Raises:
        BadPlan: if there are too few for every table to play in every round.
    """
    if plan.stop.blocks is None:
        return None
    each = plan.stop.blocks // rounds
    if each < tables:
        raise BadPlan(
            f"{format_}: {rounds} rounds of {tables} tables take at least {rounds * tables} blocks, "
            f"got blocks = {plan.stop.blocks!r}"
        )
    return each - each % tables


def places(standings: Sequence[Standing], number: int) -> dict[int, int]:
    """The ranks of those who have played in round `number`, by agent; equals share a rank."""
    return {place.agent: place.rank for place in standings if place.round == number and place.blocks}


def beaten(table: tuple[int, ...], ranks: dict[int, int]) -> dict[int, float]:
    """The share of the others at his table whom each agent has beaten, equals counting half; nothing without results.

    With two seats that is 1 for a win, 0.5 for a draw and 0 for a loss.
    """
    if any(agent not in ranks for agent in table):
        return {}
    others = len(table) - 1
    return {
        agent: (
            sum(ranks[agent] < ranks[other] for other in table)
            + 0.5 * sum(ranks[agent] == ranks[other] for other in table if other != agent)
        )
        / others
        for agent in table
    }
