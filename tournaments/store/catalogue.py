"""What the tables say of tournaments and rounds: reading and entering, each on a connection of the caller's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Row, bindparam, func, insert, select

from arena import codec
from arena.contest import Pick, Plan, Results, Round
from arena.record import software_versions
from arena.spelling import spell
from tournaments.plan import plan_digest
from tournaments.store import models
from tournaments.store.packing import pack
from tournaments.store.rows import (
    RoundRow,
    TournamentRow,
    plan_of,
    plan_text,
    round_digest,
    versions_digest,
)

__all__ = [
    "ENDLESS",
    "add_run",
    "agent_version",
    "course",
    "enter_round",
    "enter_tournament",
    "find_round",
    "find_tournament",
    "gaps",
    "inserted",
    "log",
    "round_row",
    "stored",
    "tournament_rows",
]

ENDLESS: Final = 1 << 62
"""More blocks than anyone will play."""


def tournament_rows(connection: Connection) -> tuple[TournamentRow, ...]:
    """Every tournament, the oldest first."""
    rows = connection.execute(select(models.Tournament).order_by(models.Tournament.id)).all()
    return tuple(_tournament_row(connection, row) for row in rows)


def _tournament_row(connection: Connection, row: Row[Any]) -> TournamentRow:
    rounds = course(connection, row.id)
    matches = connection.scalar(
        select(func.sum(models.Chunk.matches))
        .join(models.Round, models.Round.id == models.Chunk.round_id)
        .where(models.Round.tournament_id == row.id)
    )
    last = connection.scalar(
        select(models.Event.kind)
        .where(models.Event.tournament_id == row.id, models.Event.kind.in_(("run", "finished")))
        .order_by(models.Event.id.desc())
        .limit(1)
    )
    return TournamentRow(
        row.id,
        row.digest,
        plan_of(row.plan),
        row.created,
        json.loads(row.software),
        sum(stage.blocks for stage in rounds),
        matches or 0,
        sum(stage.seconds for stage in rounds),
        last == "finished",
    )


def find_tournament(connection: Connection, plan: Plan, picks: Pick) -> int | None:
    """The tournament that `plan` is when played by these versions; None where there is none."""
    return connection.scalar(
        select(models.Tournament.id).where(
            models.Tournament.digest == plan_digest(plan),
            models.Tournament.versions == versions_digest(picks),
        )
    )


def enter_tournament(connection: Connection, plan: Plan, picks: Pick) -> int:
    """A new tournament and its entrants."""
    values = {
        "digest": plan_digest(plan),
        "versions": versions_digest(picks),
        "plan": plan_text(plan),
        "software": json.dumps(software_versions()),
        "created": _now(),
    }
    tournament = inserted(connection.execute(insert(models.Tournament).values(values)))
    for position, agent in enumerate(picks.agents):
        spec = agent.spec
        version = agent_version(connection, spell(agent), spec.version, agent.digest(), spec.family.value)
        entry = {"tournament_id": tournament, "position": position, "agent_version_id": version}
        connection.execute(insert(models.Entrant).values(entry))
    return tournament


def agent_version(connection: Connection, spelling: str, version: int, digest: str, family: str) -> int:
    """The number of an agent as it played, entered where it is new."""
    table = models.AgentVersion
    found = connection.scalar(
        select(table.id).where(table.spelling == spelling, table.version == version, table.digest == digest)
    )
    if found is not None:
        return found
    values = {"spelling": spelling, "version": version, "digest": digest, "family": family}
    return inserted(connection.execute(insert(table).values(values)))


def find_round(connection: Connection, tournament: int, stage: Round) -> int | None:
    """The round `stage` of a tournament; None where there is none."""
    return connection.scalar(
        select(models.Round.id).where(
            models.Round.tournament_id == tournament,
            models.Round.number == stage.number,
            models.Round.digest == round_digest(stage),
        )
    )


def enter_round(connection: Connection, tournament: int, stage: Round) -> int:
    """A new round."""
    values = {
        "tournament_id": tournament,
        "number": stage.number,
        "digest": round_digest(stage),
        "title": stage.title,
        "game": spell(stage.game),
        "agents": json.dumps(stage.agents),
        "cycle": stage.cycle,
        "turn": 0,
        "seconds": 0.0,
    }
    return inserted(connection.execute(insert(models.Round).values(values)))


def course(connection: Connection, tournament: int) -> tuple[RoundRow, ...]:
    """The rounds of a tournament as the last run came to them, in their order."""
    rows = connection.execute(
        select(models.Round.id, models.Round.number)
        .where(models.Round.tournament_id == tournament)
        .order_by(models.Round.turn)
    ).all()
    found: dict[int, int] = {}
    for identifier, number in rows:
        # Coming to a round anew makes those that followed it part of an earlier course.
        found = {earlier: known for earlier, known in found.items() if earlier < number}
        found[number] = identifier
    return tuple(round_row(connection, identifier) for identifier in found.values())


def round_row(connection: Connection, identifier: int) -> RoundRow:
    """The round with a number."""
    row = connection.execute(select(models.Round).where(models.Round.id == identifier)).one()
    blocks = connection.scalar(
        select(func.sum(models.Chunk.count)).where(models.Chunk.round_id == identifier)
    )
    return RoundRow(
        row.id,
        row.number,
        row.title,
        row.game,
        tuple(json.loads(row.agents)),
        row.cycle,
        blocks or 0,
        row.seconds,
        row.stopped_at,
    )


def stored(connection: Connection, round_id: int, first: int = 0, last: int = ENDLESS) -> list[range]:
    """The stored chunks of a round that reach into the blocks `first` to `last`, in their order."""
    # No two chunks overlap, so of those that start before, only the last can reach in.
    before = connection.scalar(_LAST_BEFORE, {"wanted": round_id, "first": first})
    low = first if before is None else before
    rows = connection.execute(_REACHING_IN, {"wanted": round_id, "low": low, "last": last})
    return [range(start, start + count) for start, count in rows]


# Asked at every chunk that is stored; a statement takes longer to make than to run.
_CHUNK: Final = models.Chunk
_OF_ROUND: Final = _CHUNK.round_id == bindparam("wanted")
_LAST_BEFORE: Final = select(func.max(_CHUNK.start)).where(_OF_ROUND, _CHUNK.start <= bindparam("first"))
_REACHING_IN: Final = (
    select(_CHUNK.start, _CHUNK.count)
    .where(_OF_ROUND, _CHUNK.start >= bindparam("low"), _CHUNK.start < bindparam("last"))
    .order_by(_CHUNK.start)
)


def add_run(connection: Connection, round_id: int, results: Results) -> None:
    """Enter a run of whole blocks that is new, with its record files."""
    data = pack(results)
    values = {
        "round_id": round_id,
        "start": results.start,
        "count": len(results),
        "matches": int(results.steps.size),
        "digest": codec.digest(data),
        "data": data,
    }
    connection.execute(_INSERT_CHUNK, values)
    kept = [
        {"round_id": round_id, "block": results.start + row, "data": file}
        for row, file in enumerate(results.records)
        if file
    ]
    if kept:
        connection.execute(_INSERT_RECORD, kept)


_INSERT_CHUNK: Final = insert(models.Chunk)
_INSERT_RECORD: Final = insert(models.RecordFile)


def gaps(there: list[range], first: int, last: int) -> list[range]:
    """The runs of blocks from `first` to `last` that are not `there`; `there` is in order."""
    found = []
    for run in there:
        if run.start > first:
            found.append(range(first, min(run.start, last)))
        first = max(first, run.stop)
        if first >= last:
            return found
    if first < last:
        found.append(range(first, last))
    return found


def log(connection: Connection, tournament: int, kind: str, message: str) -> None:
    """Note an event."""
    row = {"tournament_id": tournament, "at": _now(), "kind": kind, "message": message}
    connection.execute(insert(models.Event).values(row))


def inserted(result: CursorResult[Any]) -> int:
    """The number of the row that was inserted."""
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def _now() -> str:
    """The time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
