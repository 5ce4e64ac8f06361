"""The store of tournaments: one SQLite file, written by one run at a time and read by anyone.

Every chunk of blocks is one transaction, so that whatever ends a run, the store holds whole blocks; a later run of the
same plan plays what is missing. Nothing stored is ever changed or counted twice.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy import Connection, Engine, bindparam, func, select, update

from arena.contest import Lottery, Pick, Plan, Results, Round
from arena.errors import StoreConflict, StoreUnwritable, UnknownName
from tournaments.results import cut
from tournaments.store import care, catalogue, files, kept, models
from tournaments.store.care import Check
from tournaments.store.catalogue import ENDLESS
from tournaments.store.packing import unpack
from tournaments.store.rows import EventRow, RoundRow, TournamentRow, plan_of, plan_text

if TYPE_CHECKING:
    from tournaments.verdicts import Look

__all__ = ["Store"]


class Store:
    """Tournaments and their results. Make one by `open` or `memory`; close it, or use it as a context."""

    def __init__(self, engine: Engine, path: Path | None, *, read_only: bool = False) -> None:
        self.path = path
        """The file; None for a store in memory."""
        self._engine = engine
        self._read_only = read_only
        self._lock: files.Lock | None = None

    @classmethod
    def open(cls, path: str | Path | None = None, *, create: bool = True) -> Store:
        """The store in a file.

        Args:
            path: the file; the user's own store where None.
            create: whether to make it where there is none.

        Raises:
            NotAStore: if the file is none or damaged, or there is none; it is left as it is.
            StoreVersion: if another version wrote it; it is left as it is.
            StoreUnwritable: if it must be made and cannot.
        """
        file = files.default_path() if path is None else Path(path)
        if create and not file.exists():
            files.create_file(file)
        files.recognise(file)
        with files.translated(file):
            read_only = files.is_read_only(file)
            store = cls(files.connect(file, read_only=read_only), file, read_only=read_only)
            try:
                with store.reading() as connection:
                    connection.execute(select(func.count()).select_from(models.Tournament))
            except BaseException:
                store.close()
                raise
        return store

    @classmethod
    def memory(cls) -> Store:
        """A store that goes with the process."""
        return cls(files.in_memory(), None)

    def close(self) -> None:
        """Let go of the file; called once."""
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that reads; what the database refuses is an error of the store."""
        with files.translated(self.path), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of the only writer; what the database or the disk refuses is an error of the store.

        Raises:
            StoreUnwritable: if the store is read-only, another run writes it, or the disk is full.
        """
        if self._read_only:
            raise StoreUnwritable(f"{str(self.path)!r} or its folder is read-only")
        if self.path is not None and self._lock is None:
            self._lock = files.Lock(self.path)
        with self._changing() as connection:
            files.upgrade(connection)
            yield connection

    @contextlib.contextmanager
    def _changing(self) -> Iterator[Connection]:
        """A transaction that writes, which waits for others that do."""
        with files.translated(self.path), self._engine.execution_options(writes=True).begin() as connection:
            yield connection

    def tournaments(self) -> tuple[TournamentRow, ...]:
        """Every tournament, the oldest first."""
        with self.reading() as connection:
            return catalogue.tournament_rows(connection)

    def tournament(self, which: int | str) -> TournamentRow:
        """The tournament with a number, or whose digest begins with `which`, at least four letters of it.

        Raises:
            UnknownName: if there is none, or more than one.
        """
        rows, text = self.tournaments(), str(which)
        found = [row for row in rows if str(row.id) == text]
        if not found and len(text) >= 4:
            found = [row for row in rows if row.digest.startswith(text)]
        if len(found) != 1:
            raise UnknownName("tournament", text, [str(row.id) for row in rows])
        return found[0]

    def find(self, plan: Plan, picks: Pick) -> int | None:
        """The number of the tournament that `plan` is; None where it was never begun."""
        with self.reading() as connection:
            return catalogue.find_tournament(connection, plan, picks)

    def begin(self, plan: Plan, picks: Pick) -> int:
        """The number of the tournament that `plan` is; it resumes where the same versions played the same plan.

        The stop rule is no part of a plan's identity, so a longer run of it goes on where the shorter one ended. Another
        version of the game or of an agent makes another tournament.

        A tournament whose length was decided by what was seen stays one: a fixed number of blocks that somebody asks for
        after that is no fixed number.

        Raises:
            StoreConflict: if it was played until decided, and `plan` no longer is.
            StoreUnwritable: if the store cannot be written.
        """
        with self.writing() as connection:
            found = catalogue.find_tournament(connection, plan, picks)
            table = models.Tournament
            if found is None:
                found = catalogue.enter_tournament(connection, plan, picks)
            elif plan.stop.until is None:
                had = plan_of(connection.scalars(select(table.plan).where(table.id == found)).one())
                if had.stop.until is not None or kept.watched(connection, found):
                    raise StoreConflict(
                        f"tournament {found} was played until decided, so its length depends on its results: expected "
                        "--until decided, with --blocks and --time as upper limits, or another --seed; got a stop without it"
                    )
            connection.execute(update(table).where(table.id == found).values(plan=plan_text(plan)))
            catalogue.log(connection, found, "run", f"until {plan.stop}")
        return found

    def open_round(self, tournament: int, stage: Round) -> RoundRow:
        """The round `stage` of a tournament, entered where it is new; it counts as running from now on.

        Raises:
            StoreUnwritable: if the store cannot be written.
        """
        table = models.Round
        with self.writing() as connection:
            found = catalogue.find_round(connection, tournament, stage)
            if found is None:
                found = catalogue.enter_round(connection, tournament, stage)
            if stage.lottery is not None:
                kept.add_lottery(connection, found, stage.lottery)
            last = connection.scalar(select(func.max(table.turn)).where(table.tournament_id == tournament))
            values = {"turn": (last or 0) + 1, "stopped_at": None}
            connection.execute(update(table).where(table.id == found).values(values))
            return catalogue.round_row(connection, found)

    def find_round(self, tournament: int, stage: Round) -> RoundRow | None:
        """The round `stage` of a tournament; None where it was never begun."""
        with self.reading() as connection:
            found = catalogue.find_round(connection, tournament, stage)
            return None if found is None else catalogue.round_row(connection, found)

    def rounds(self, tournament: int) -> tuple[RoundRow, ...]:
        """The rounds of a tournament as the last run came to them, in their order."""
        with self.reading() as connection:
            return catalogue.course(connection, tournament)

    def stored(self, round_id: int) -> list[range]:
        """The blocks that are stored, in runs, in their order."""
        with self.reading() as connection:
            return catalogue.stored(connection, round_id)

    def missing(self, round_id: int, blocks: int | None) -> list[range]:
        """The blocks below `blocks` that are not stored, in runs; without a limit the last run has no end to speak of."""
        return catalogue.gaps(self.stored(round_id), 0, ENDLESS if blocks is None else blocks)

    def add(self, round_id: int, results: Results, elapsed: float = 0.0, looks: Iterable[Look] = ()) -> int:
        """Store what is new of a run of whole blocks, in one transaction; nothing of a run without any.

        Args:
            round_id: the round.
            results: the blocks, with their record files where they have any.
            elapsed: seconds of play to add to the round's.
            looks: what was seen of the round when these blocks were counted.

        Returns:
            How many blocks were new.

        Raises:
            StoreUnwritable: if the store cannot be written; nothing of it is stored then.
        """
        first, last = results.start, results.start + len(results)
        with self.writing() as connection:
            new = catalogue.gaps(catalogue.stored(connection, round_id, first, last), first, last)
            for run in new:
                catalogue.add_run(connection, round_id, cut(results, run.start, run.stop))
            kept.add_looks(connection, round_id, looks)
            if elapsed:
                connection.execute(_ADD_SECONDS, {"wanted": round_id, "elapsed": elapsed})
        return sum(len(run) for run in new)

    def look(self, round_id: int, looks: Iterable[Look]) -> None:
        """Keep what was seen of the blocks of a round; looks that are kept already are not doubled.

        Raises:
            StoreUnwritable: if the store cannot be written.
        """
        with self.writing() as connection:
            kept.add_looks(connection, round_id, looks)

    def looks(self, round_id: int) -> tuple[Look, ...]:
        """Every look that runs took at a round for its decision, by metric, epsilon, blocks and pair."""
        with self.reading() as connection:
            return kept.looks(connection, round_id)

    def lottery(self, round_id: int) -> Lottery | None:
        """What the lineups of a round were drawn from, as kept when it began; None where nothing was drawn or kept.

        Raises:
            NotAStore: if it is damaged.
        """
        with self.reading() as connection:
            return kept.lottery(connection, round_id)

    def peek(self, tournament: int, blocks: int, what: str) -> None:
        """Note that somebody saw the ranking of a tournament before its end; also while another run writes.

        What cannot be noted, as in a store that is read-only, is not: looking is no reason to fail.

        Args:
            tournament: its number.
            blocks: how many of its blocks were ranked.
            what: what was seen, such as ``"the ranking by wins"``.
        """
        if not self._read_only:
            with contextlib.suppress(StoreUnwritable), self._changing() as connection:
                catalogue.log(connection, tournament, "peek", f"{blocks} blocks: {what}")

    def seen(self, tournament: int) -> tuple[int, ...]:
        """After how many blocks somebody saw the ranking: by a peek, or where a run ended; ascending."""
        with self.reading() as connection:
            return kept.seen(connection, tournament)

    def stop(self, round_id: int, blocks: int) -> None:
        """Note how many blocks count; those beyond were played and are not ranked."""
        table = models.Round
        with self.writing() as connection:
            connection.execute(update(table).where(table.id == round_id).values(stopped_at=blocks))

    def chunks(self, round_id: int, blocks: int | None = None, first: int = 0) -> Iterator[Results]:
        """The stored blocks of a round from `first` on and below `blocks`, in their order, without their record files.

        Raises:
            NotAStore: if a row is damaged.
        """
        end = ENDLESS if blocks is None else blocks
        table = models.Chunk
        here = (table.round_id == round_id, table.start < end, table.start + table.count > first)
        wanted = select(table.id).where(*here).order_by(table.start)
        with self.reading() as connection:
            rows = connection.scalars(wanted).all()
        for row in rows:
            # One row at a time, so that neither memory nor a long read holds up a writer.
            with self.reading() as connection:
                data = connection.scalar(select(table.data).where(table.id == row))
            if data is not None:
                results = unpack(data)
                yield cut(results, max(first, results.start), end)

    def results(self, tournament: int) -> Iterator[Results]:
        """The blocks that count of every round of a tournament, in the order of rounds and blocks.

        Of a round that is still being played, those are the blocks before the first missing one.
        """
        for stage in self.rounds(tournament):
            end = stage.stopped_at
            if end is None:
                end = self.missing(stage.id, None)[0].start
            yield from self.chunks(stage.id, end)

    def block(self, round_id: int, block: int) -> Results | None:
        """One stored block, with its record file where it has one; None where it is not stored.

        Raises:
            NotAStore: if its row is damaged.
        """
        chunk, file = models.Chunk, models.RecordFile
        holds = (chunk.start <= block, chunk.start + chunk.count > block)
        with self.reading() as connection:
            data = connection.scalar(select(chunk.data).where(chunk.round_id == round_id, *holds))
            record = connection.scalar(select(file.data).filter_by(round_id=round_id, block=block))
        if data is None:
            return None
        one = cut(unpack(data), block, block + 1)
        return one if record is None else dataclasses.replace(one, records=(record,))

    def record_files(self, round_id: int, first: int = 0, last: int = ENDLESS) -> dict[int, bytes]:
        """The record files of the blocks `first` to `last` by block, where they have one."""
        table = models.RecordFile
        wanted = select(table.block, table.data).where(
            table.round_id == round_id, table.block >= first, table.block < last
        )
        with self.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(wanted.order_by(table.block))}

    def log(self, tournament: int, kind: str, message: str) -> None:
        """Note an event."""
        with self.writing() as connection:
            catalogue.log(connection, tournament, kind, message)

    def events(self, tournament: int) -> tuple[EventRow, ...]:
        """Everything that happened to a tournament, the oldest first."""
        table = models.Event
        with self.reading() as connection:
            rows = connection.execute(
                select(table.at, table.kind, table.message)
                .where(table.tournament_id == tournament)
                .order_by(table.id)
            )
            return tuple(EventRow(*row) for row in rows)

    def check(self, samples: int = 8) -> Check:
        """Look at every row, and play `samples` blocks of every round again."""
        return care.check(self, samples)

    def backup(self, path: str | Path) -> None:
        """Copy the store to a new file, also while a run writes it.

        Raises:
            StoreUnwritable: if the file is there already, or cannot be written.
        """
        care.backup(self, Path(path))

    def merge(self, other: Store) -> int:
        """Take over every block of another store that this one lacks; the number of blocks taken.

        Raises:
            BadInput: if it is the same store.
            NotAStore: if the other one is damaged.
            StoreUnwritable: if this one cannot be written.
        """
        return care.merge(self, other)


_ADD_SECONDS: Final = (
    update(models.Round)
    .where(models.Round.id == bindparam("wanted"))
    .values(seconds=models.Round.seconds + bindparam("elapsed"))
)
