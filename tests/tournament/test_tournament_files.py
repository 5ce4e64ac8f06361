"""Files of stores: refused ones left as they are, one writer, copies and repairs."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tournament_toys import (
    Bid,
    Constant,
    Dicer,
    FastBid,
    Naughty,
    blocks_of,
    differences,
    player_of,
    table,
)

from arena.contest import Chunk, Pick, Plan
from arena.errors import BadInput, NotAStore, StoreError, StoreUnwritable, StoreVersion
from arena.record import read_records
from tournaments.results import joined
from tournaments.store import Store, default_path
from tournaments.store.models import Base
from tournaments.tournament import Tournament

FIELD = [Constant(0), Constant(2), Dicer(), Dicer("b")]


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file of a folder and a digest of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# Files


def test_default_path_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``ARENA_HOME``, else the user's data folder."""
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "home"))

    assert default_path() == tmp_path / "home" / "arena.sqlite"
    with Store.open() as store:
        assert store.path == default_path()
    monkeypatch.delenv("ARENA_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_path().name == "arena.sqlite"
    assert "agent-arena" in str(default_path())


def test_migrations_make_the_tables_of_the_models(file: Path) -> None:
    """What Alembic builds and what the models say is the same, to the last constraint."""
    Store.open(file).close()
    with Store.open(file) as store, store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def make(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)


def altered(change: Callable[[sqlite3.Connection], object]) -> Callable[[Path], None]:
    """A store with one thing changed."""

    def build(path: Path) -> None:
        Store.open(path).close()
        with sqlite3.connect(path) as database:
            change(database)
        database.close()

    return build


def truncated(path: Path) -> None:
    Store.open(path).close()
    with path.open("r+b") as opened:
        opened.truncate(path.stat().st_size // 2)


def garbled(path: Path) -> None:
    Store.open(path).close()
    data = bytearray(path.read_bytes())
    data[100:4000] = os.urandom(3900)
    path.write_bytes(bytes(data))


def no_tables(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE cats (name TEXT)")
    database.close()


@pytest.mark.parametrize(
    ("build", "error", "said"),
    [
        (lambda path: make(path, b""), NotAStore, "is no store of the arena"),
        (
            lambda path: make(path, b"some text, long enough to be a header" * 90),
            NotAStore,
            "is no store of the arena",
        ),
        (no_tables, NotAStore, "is no store of the arena"),
        (lambda path: path.mkdir(parents=True), NotAStore, "found a folder"),
        (
            altered(lambda db: db.execute("PRAGMA user_version = 3")),
            StoreVersion,
            "version 3, .* a newer agent-arena",
        ),
        (
            altered(lambda db: db.execute("PRAGMA user_version = 0")),
            StoreVersion,
            "version 0, .* an older agent-arena",
        ),
        (truncated, NotAStore, "or a damaged one: "),
        (garbled, NotAStore, "damaged|no store"),
    ],
    ids=["empty", "text", "another database", "folder", "newer", "older", "truncated", "garbled"],
)
def test_what_is_no_store_is_refused_untouched(
    file: Path, build: Callable[[Path], None], error: type[StoreError], said: str
) -> None:
    """One line that says why; the file and its folder are as before."""
    build(file)
    before = fingerprint(file.parent)
    with pytest.raises(error, match=said) as caught:
        Store.open(file)

    assert "\n" not in str(caught.value)
    assert repr(str(file)) in str(caught.value)
    assert fingerprint(file.parent) == before


def test_no_store_is_made_where_none_is_asked_for(file: Path) -> None:
    """Looking does not create."""
    with pytest.raises(NotAStore, match="found nothing"):
        Store.open(file, create=False)
    assert not file.parent.exists()


AS_NOBODY = """
    import os, sys
    from pathlib import Path
    import alembic.command, alembic.config, sqlalchemy.dialects.sqlite
    from tournaments.store import Store
    from arena.errors import StoreUnwritable
    Store.memory().close()
    if os.getuid() == 0:
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
    path = Path(sys.argv[1])
    try:
        with Store.open(path) as store:
            print(len(store.tournaments()), "read")
            store.log(1, "run", "x")
    except StoreUnwritable as error:
        print(error)
"""


def as_nobody(path: Path) -> str:
    """What a user without rights is told."""
    code = textwrap.dedent(AS_NOBODY)
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_read_only_store_can_be_read_and_says_so() -> None:
    """A store in a folder that cannot be written is read as it is; writing to it is refused in one line."""
    # Not pytest's folder, which other users cannot enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "store.sqlite"
        plan, picks = table(Bid(2), [Constant(0), Dicer()])
        with Store.open(path) as store:
            store.begin(plan, picks)
        for left in folder.iterdir():
            left.chmod(0o444)
        folder.chmod(0o555)
        try:
            said = as_nobody(path)
            made = as_nobody(folder / "new.sqlite")
        finally:
            folder.chmod(0o755)
    assert said.splitlines() == ["1 read", f"'{path}' or its folder is read-only"]
    assert "cannot be written: Permission denied" in made


def test_a_full_disk_is_told_and_loses_nothing(store: Store) -> None:
    """The chunk that no longer fits is not stored; what was there before stays."""
    plan, picks = table(FastBid(3), FIELD)
    tournament, stage, play = blocks_of(store, plan, picks)
    store.add(stage, play(0, 500))
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")

    with pytest.raises(StoreUnwritable, match="cannot be written or read: database or disk is full"):
        store.add(stage, play(500, 9000))
    assert store.stored(stage) == [range(500)]
    assert sum(len(part) for part in store.results(tournament)) == 500
    assert store.check(samples=0).ok


def test_one_run_writes_at_a_time(file: Path) -> None:
    """The second run is refused in one line that names the first; readers are welcome."""
    plan, picks = table(Bid(2), [Constant(0), Dicer()])
    with Store.open(file) as first, Store.open(file) as second:
        first.begin(plan, picks)
        with pytest.raises(
            StoreUnwritable, match=f"being written by another run \\(process {os.getpid()}\\)"
        ):
            second.begin(plan, picks)
        assert len(second.tournaments()) == 1
    with Store.open(file) as third:
        third.begin(plan, picks)


def test_two_runs_that_make_the_same_store_make_one(file: Path) -> None:
    """Whoever comes second finds it there; nothing is overwritten."""
    made: list[Store] = []
    threads = [threading.Thread(target=lambda: made.append(Store.open(file))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    plan, picks = table(Bid(2), [Constant(0), Dicer()])
    made[0].begin(plan, picks)

    assert [len(store.tournaments()) for store in made] == [1] * 4
    for store in made:
        store.close()


def test_readers_see_committed_chunks_while_a_run_writes(file: Path) -> None:
    """Every committed chunk, and nothing of one that is being written."""
    plan, picks = table(FastBid(2), [Constant(0), Dicer()])
    with Store.open(file) as writer, Store.open(file) as reader:
        tournament, stage, play = blocks_of(writer, plan, picks)
        for start in range(0, 40, 10):
            writer.add(stage, play(start, 10))
            assert sum(len(part) for part in reader.results(tournament)) == start + 10


# Care


def filled(path: Path, blocks: int, *, first: int = 0, seed: int = 5) -> tuple[Plan, Pick]:
    """A store with blocks of a tournament."""
    plan, picks = table(Bid(2), [Naughty("raise"), Constant(0)], seed=seed)
    with Store.open(path) as store:
        _, stage, play = blocks_of(store, plan, picks)
        store.add(stage, play(first, blocks), 1.0)
        store.stop(stage, blocks)
    return plan, picks


def test_a_whole_store_is_found_whole(file: Path) -> None:
    """Counts and no problems; what is not registered cannot be played again, and that is said."""
    filled(file, 20)
    with Store.open(file) as store:
        found = store.check()

    assert found.ok
    assert (found.chunks, found.blocks, found.matches, found.resimulated) == (1, 20, 40, 0)
    assert "unknown game 'bid'" in found.skipped[0]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE chunk SET data = zeroblob(200)", "the bytes are not those that were stored"),
        ("UPDATE chunk SET count = 19", "the row and its bytes say different blocks"),
        ("UPDATE chunk SET start = 1", "the row and its bytes say different blocks"),
        (
            """
            INSERT INTO chunk (round_id, start, count, matches, digest, data)
            SELECT round_id, 7, count, matches, digest, data FROM chunk
            """,
            "overlap earlier ones",
        ),
        ("INSERT INTO record_file SELECT round_id, 77, data FROM record_file LIMIT 1", "without its block"),
        ("UPDATE record_file SET data = x'00' WHERE block = 3", "no record"),
        ("UPDATE tournament SET plan = replace(plan, '\"seed\":5', '\"seed\":6')", "its plan is not the one"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM round", "belongs to nothing"),
    ],
)
def test_damage_inside_a_store_is_found(file: Path, statement: str, said: str) -> None:
    """Bytes, overlaps, counts, orphans, the plan itself."""
    filled(file, 20)
    with sqlite3.connect(file) as database:
        database.executescript(statement)
    database.close()
    with Store.open(file) as store:
        found = store.check(samples=0)

    assert not found.ok
    assert any(said in problem for problem in found.problems), found.problems


def test_a_damaged_page_is_found(file: Path) -> None:
    """A store whose pages are overwritten opens or not, but never passes."""
    filled(file, 400)
    data = bytearray(file.read_bytes())
    data[-3 * 4096 : -4096] = os.urandom(2 * 4096)
    file.write_bytes(bytes(data))
    with Store.open(file) as store:
        assert not store.check(samples=0).ok


def test_backup_is_a_store_of_its_own(file: Path, tmp_path: Path) -> None:
    """Taken while the store is open for writing; an existing file is left alone."""
    plan, picks = filled(file, 20)
    copy = tmp_path / "copy.sqlite"
    with Store.open(file) as store:
        _, stage, play = blocks_of(store, plan, picks)
        store.add(stage, play(20, 5))
        store.backup(copy)
        store.add(stage, play(25, 5))
        with pytest.raises(StoreUnwritable, match="expected a new file"):
            store.backup(copy)
        with pytest.raises(StoreUnwritable):
            store.backup(tmp_path / "nowhere" / "copy.sqlite")
    with Store.open(copy, create=False) as again:
        assert again.tournaments()[0].blocks == 25
        assert again.check(samples=0).ok
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "copy.sqlite"}


def test_merge_takes_what_is_missing(tmp_path: Path) -> None:
    """Halves of a tournament played on two machines are one; what both have is there once; others come along."""
    here, there = tmp_path / "here.sqlite", tmp_path / "there.sqlite"
    plan, picks = filled(here, 30)
    filled(there, 30, first=20)
    filled(there, 10, seed=6)
    with Store.open(here) as store, Store.open(there) as other:
        assert store.merge(other) == 20 + 10
        assert store.merge(other) == 0
        with pytest.raises(BadInput, match="expected another store"):
            store.merge(store)
        rows = store.tournaments()
        assert [(row.plan.seed, row.blocks) for row in rows] == [(5, 50), (6, 10)]
        assert store.check(samples=0).ok
        whole = player_of(plan, picks)(Chunk(0, 0, 50))
        parts = list(store.chunks(store.rounds(rows[0].id)[0].id))
        assert differences(joined(parts), whole) == []
        assert read_records(store.record_files(store.rounds(rows[0].id)[0].id)[44])[0].seed
        assert store.events(rows[0].id)[-1].kind == "merged"


def test_a_copied_file_is_the_same_store(file: Path, tmp_path: Path) -> None:
    """After closing, one file is all there is."""
    filled(file, 20)
    shutil.copy(file, tmp_path / "copy.sqlite")
    with Store.open(tmp_path / "copy.sqlite", create=False) as store:
        assert store.check(samples=0).blocks == 20


def test_a_run_of_another_plan_shares_the_store(store: Store) -> None:
    """Any number of tournaments in one file, each with its own blocks."""
    for seed in (1, 2):
        plan, picks = table(FastBid(2), [Constant(0), Dicer()], seed=seed, blocks=6)
        Tournament(plan, store, picks=picks).run()

    assert [(row.plan.seed, row.blocks, row.finished) for row in store.tournaments()] == [
        (1, 6, True),
        (2, 6, True),
    ]
