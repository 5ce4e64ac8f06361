"""Looking after stores: is it whole, copies of it, two made one."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update

from arena import codec
from arena.contest import Results
from arena.errors import ArenaError, BadInput, NotAStore, RecordError, StoreUnwritable
from arena.record import read_records
from tournaments.plan import plan_digest
from tournaments.store import catalogue, kept, models
from tournaments.store.files import translated
from tournaments.store.packing import unpack
from tournaments.store.rows import plan_of

if TYPE_CHECKING:
    from tournaments.store.store import Store

__all__ = ["Check", "backup", "check", "merge"]


@dataclass(frozen=True)
class Check:
    """What looking at everything in a store has found."""

    chunks: int
    """Runs of blocks."""
    blocks: int
    """Blocks in them."""
    matches: int
    """Matches in them."""
    resimulated: int
    """Matches that were played again."""
    problems: tuple[str, ...]
    """What is wrong; none where all is whole."""
    skipped: tuple[str, ...]
    """Tournaments that could not be played again, and why; their rows were looked at all the same."""

    @property
    def ok(self) -> bool:
        """Whether all is whole."""
        return not self.problems


def check(store: Store, samples: int = 8) -> Check:
    """Look at every row, and play some blocks of every round again.

    Args:
        store: the store.
        samples: blocks of each round to play again.
    """
    problems: list[str] = []
    skipped: list[str] = []
    resimulated = 0
    counts = [0, 0, 0]
    try:
        problems += _database_problems(store)
        for row in store.tournaments():
            if plan_digest(row.plan) != row.digest:
                problems.append(f"tournament {row.id}: its plan is not the one it was begun with")
            for round_id in _round_ids(store, row.id):
                problems += _round_problems(store, round_id, counts)
            found, played = _play_again(store, row.id, samples, skipped)
            problems += found
            resimulated += played
    except NotAStore as error:
        problems.append(str(error))
    return Check(counts[0], counts[1], counts[2], resimulated, tuple(problems), tuple(skipped))


def _database_problems(store: Store) -> list[str]:
    with store.reading() as connection:
        said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check").all()]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    problems = [f"the database: {line}" for line in said if line != "ok"]
    return problems + [f"the database: a row of {row[0]} belongs to nothing" for row in orphans]


def _round_ids(store: Store, tournament: int) -> list[int]:
    with store.reading() as connection:
        wanted = select(models.Round.id).where(models.Round.tournament_id == tournament)
        return list(connection.scalars(wanted.order_by(models.Round.id)))


def _round_problems(store: Store, round_id: int, counts: list[int]) -> Iterator[str]:
    """What is wrong with the chunks of a round; adds chunks, blocks and matches to `counts`."""
    table, end = models.Chunk, 0
    with store.reading() as connection:
        wanted = select(table.id, table.start, table.count, table.matches, table.digest)
        rows = connection.execute(wanted.where(table.round_id == round_id).order_by(table.start)).all()
    for identifier, start, count, matches, digest in rows:
        where = f"round {round_id} blocks {start} to {start + count - 1}"
        with store.reading() as connection:
            data = connection.scalar(select(table.data).where(table.id == identifier)) or b""
        for place, number in enumerate((1, count, matches)):
            counts[place] += number
        if start < end:
            yield f"{where}: overlap earlier ones"
        end = start + count
        if codec.digest(data) != digest:
            yield f"{where}: the bytes are not those that were stored"
            continue
        results = unpack(data)
        if (results.start, len(results), results.steps.size) != (start, count, matches):
            yield f"{where}: the row and its bytes say different blocks"
    with store.reading() as connection:
        try:
            kept.lottery(connection, round_id)
        except NotAStore as error:
            yield str(error)
    there = store.stored(round_id)
    for block, file in store.record_files(round_id).items():
        if not any(block in run for run in there):
            yield f"round {round_id} block {block}: a record file without its block"
        try:
            read_records(file)
        except RecordError as error:
            yield f"round {round_id} block {block}: {error}"


def _play_again(store: Store, tournament: int, samples: int, skipped: list[str]) -> tuple[list[str], int]:
    from tournaments.replays import verify

    try:
        found = verify(store, tournament, samples)
    except NotAStore:
        raise
    except ArenaError as error:
        skipped.append(f"tournament {tournament}: {error}")
        return [], 0
    return [f"tournament {tournament} {problem}" for problem in found.problems], found.matches


def backup(store: Store, path: Path) -> None:
    """Copy a store to a new file, also while a run writes it.

    Raises:
        StoreUnwritable: if the file is there already, or cannot be written.
    """
    if path.exists():
        raise StoreUnwritable(f"expected a new file, {str(path)!r} is there already")
    draft = path.with_name(path.name + ".new")
    with translated(path), store.reading() as connection:
        try:
            with contextlib.closing(sqlite3.connect(draft)) as copy:
                source: Any = connection.connection.driver_connection
                source.backup(copy)
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)


def merge(store: Store, other: Store) -> int:
    """Take over every block of another store that this one lacks; the number of blocks taken.

    Raises:
        BadInput: if it is the same store.
        NotAStore: if the other one is damaged.
        StoreUnwritable: if this one cannot be written.
    """
    if store is other or (
        store.path is not None and other.path is not None and store.path.samefile(other.path)
    ):
        raise BadInput(f"expected another store, got {str(other.path)!r} itself")
    taken = 0
    for row in other.tournaments():
        tournament = _same_tournament(store, other, row.id)
        blocks = 0
        for there in _round_ids(other, row.id):
            here = _same_round(store, other, tournament, there)
            before = blocks
            for results in _with_records(other, there):
                blocks += store.add(here, results)
            _add_seconds(store, other, here, there, blocks - before)
            with other.reading() as source, store.writing() as connection:
                kept.take_over(source, connection, [(there, here)])
        if blocks:
            store.log(tournament, "merged", f"{blocks} blocks from {other.path}")
        taken += blocks
    return taken


def _same_tournament(store: Store, other: Store, identifier: int) -> int:
    """The tournament here that is the one there; entered, with its agents, where it is new."""
    table, entrant, version = models.Tournament, models.Entrant, models.AgentVersion
    with other.reading() as connection:
        there = _values(connection, table, identifier)
        entrants = connection.execute(
            select(entrant.position, version.spelling, version.version, version.digest, version.family)
            .join(version, version.id == entrant.agent_version_id)
            .where(entrant.tournament_id == identifier)
        ).all()
    with store.writing() as connection:
        same = (table.digest == there["digest"], table.versions == there["versions"])
        found = connection.scalar(select(table.id).where(*same))
        if found is not None:
            return found
        plan_of(there["plan"])  # an unreadable plan is not taken over
        found = catalogue.inserted(connection.execute(insert(table).values(there)))
        for row in entrants:
            agent = catalogue.agent_version(connection, row.spelling, row.version, row.digest, row.family)
            entry = {"tournament_id": found, "position": row.position, "agent_version_id": agent}
            connection.execute(insert(entrant).values(entry))
        return found


def _same_round(store: Store, other: Store, tournament: int, identifier: int) -> int:
    """The round here that is the one there; entered where it is new, as part of an earlier course where others are here."""
    table = models.Round
    with other.reading() as connection:
        there = _values(connection, table, identifier)
    with store.writing() as connection:
        of_tournament = table.tournament_id == tournament
        same = (of_tournament, table.number == there["number"], table.digest == there["digest"])
        found = connection.scalar(select(table.id).where(*same))
        if found is not None:
            return found
        rival = connection.scalar(select(table.id).where(of_tournament, table.number == there["number"]))
        changes = {"tournament_id": tournament, "seconds": 0.0} | ({"turn": 0} if rival else {})
        return catalogue.inserted(connection.execute(insert(table).values(there | changes)))


def _values(connection: Connection, table: Any, identifier: int) -> dict[str, Any]:
    row = connection.execute(select(table).where(table.id == identifier)).one()
    return {name: value for name, value in row._mapping.items() if name != "id"}


def _with_records(store: Store, round_id: int) -> Iterator[Results]:
    for results in store.chunks(round_id):
        first = results.start
        files = store.record_files(round_id, first, first + len(results))
        records = tuple(files.get(first + row, b"") for row in range(len(results))) if files else ()
        yield dataclasses.replace(results, records=records)


def _add_seconds(store: Store, other: Store, here: int, there: int, blocks: int) -> None:
    """The share of the seconds there that the blocks taken over stand for."""
    with other.reading() as connection:
        row = catalogue.round_row(connection, there)
    if blocks:
        table = models.Round
        with store.writing() as connection:
            seconds = table.seconds + row.seconds * blocks / row.blocks
            connection.execute(update(table).where(table.id == here).values(seconds=seconds))
