"""What a store keeps beside blocks: looks, the chances of drawn lineups, and who saw a ranking before the end.

All of it is only ever added to, by the run that looked or drew, in the transaction of the blocks that it looked at.
Stores of version 1 have none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, insert, select

from arena import codec
from arena.contest import Lottery
from arena.errors import NotAStore
from tournaments.store import models
from tournaments.store.files import schema
from tournaments.store.packing import pack_lottery, unpack_lottery

if TYPE_CHECKING:
    from tournaments.verdicts import Look

__all__ = ["add_looks", "add_lottery", "looks", "lottery", "seen", "take_over", "watched"]

_SINCE: Final = 2
"""The version of the store from which on there are looks and lotteries."""
_ADD_LOOK: Final = (
    "INSERT OR IGNORE INTO look (round_id, metric, epsilon, blocks, first, second, shared, e_value, e_equivalent, "
    "estimate, low, high, verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
"""As SQLite has it: a statement of SQLAlchemy's takes longer to fill in than to run."""


def add_looks(connection: Connection, round_id: int, found: Iterable[Look]) -> None:
    """Add looks at a round; those that are there, as after a resumption, are not doubled."""
    rows = [
        (
            *(round_id, *look.key, look.shared, look.e_value, look.e_equivalent),
            *(look.estimate, look.low, look.high, look.verdict.value),
        )
        for look in found
    ]
    if rows:
        connection.exec_driver_sql(_ADD_LOOK, rows)


def looks(connection: Connection, round_id: int) -> tuple[Look, ...]:
    """Every look at a round, by metric, epsilon, blocks and pair."""
    from tournaments.verdicts import Look, Verdict

    if schema(connection) < _SINCE:
        return ()
    table = models.Look
    columns = (table.metric, table.epsilon, table.blocks, table.first, table.second)
    rows = connection.execute(
        select(
            *(*columns, table.shared, table.e_value, table.e_equivalent),
            *(table.estimate, table.low, table.high, table.verdict),
        )
        .where(table.round_id == round_id)
        .order_by(*columns)
    )
    found = (dict(row._mapping) for row in rows)
    return tuple(
        Look(**{**row, "epsilon": row["epsilon"] or None, "verdict": Verdict(row["verdict"])})
        for row in found
    )


def add_lottery(connection: Connection, round_id: int, drawn: Lottery) -> None:
    """Keep what the lineups of a round are drawn from, where that is not there yet."""
    data = pack_lottery(drawn)
    values = {"round_id": round_id, "digest": codec.digest(data), "data": data}
    connection.execute(insert(models.Lottery).prefix_with("OR IGNORE").values(values))


def lottery(connection: Connection, round_id: int) -> Lottery | None:
    """What the lineups of a round were drawn from; None where that was not kept, or nothing was drawn.

    Raises:
        NotAStore: if the row is damaged.
    """
    if schema(connection) < _SINCE:
        return None
    table = models.Lottery
    row = connection.execute(select(table.digest, table.data).where(table.round_id == round_id)).one_or_none()
    if row is None:
        return None
    if codec.digest(row.data) != row.digest:
        raise NotAStore(f"round {round_id} chances of lineups: the bytes are not those that were stored")
    return unpack_lottery(row.data)


def watched(connection: Connection, tournament: int) -> bool:
    """Whether a run has looked at a tournament for its decision."""
    if schema(connection) < _SINCE:
        return False
    wanted = (
        select(models.Look.round_id)
        .join(models.Round, models.Round.id == models.Look.round_id)
        .where(models.Round.tournament_id == tournament)
        .limit(1)
    )
    return connection.scalar(wanted) is not None


def seen(connection: Connection, tournament: int) -> tuple[int, ...]:
    """After how many blocks somebody saw the ranking of a tournament: by a peek, or where a run ended; ascending."""
    table = models.Event
    wanted = select(table.message).where(
        table.tournament_id == tournament, table.kind.in_(("peek", "finished"))
    )
    said = [message.split(maxsplit=1)[0] for message in connection.scalars(wanted)]
    return tuple(sorted({int(word) for word in said if word.isdecimal()}))


def take_over(there: Connection, here: Connection, rounds: Sequence[tuple[int, int]]) -> None:
    """Add the looks and lotteries of another store's rounds; `rounds` are pairs of its round and that of this store."""
    for from_round, to_round in rounds:
        add_looks(here, to_round, looks(there, from_round))
        drawn = lottery(there, from_round)
        if drawn is not None:
            add_lottery(here, to_round, drawn)
