"""The store: whole blocks or none, refused files left as they are, one writer, copies and repairs."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from tournament_toys import (
    Bid,
    Constant,
    Dicer,
    FastBid,
    Naughty,
    differences,
    player_of,
    stage_of,
    table,
)

from arena.agent import AgentSpec
from arena.contest import Chunk, Pick, Plan, Results, Stop
from arena.errors import BadInput, NotAStore, StoreError, StoreUnwritable, StoreVersion, UnknownName
from arena.record import read_records
from tournaments.results import cut, joined
from tournaments.store import Store, default_path
from tournaments.store.models import Base
from tournaments.store.packing import pack, unpack
from tournaments.tournament import Tournament

FIELD = [Constant(0), Constant(2), Dicer(), Dicer("b")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "store.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    with Store.open(file) as opened:
        yield opened


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file of a folder and a digest of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def blocks_of(store: Store, plan: Plan, picks: Pick) -> tuple[int, int, Callable[[int, int], Results]]:
    """A tournament and its round in the store, and a way to play blocks of it."""
    tournament = store.begin(plan, picks)
    stage = store.open_round(tournament, stage_of(plan, picks))
    player = player_of(plan, picks)
    return tournament, stage.id, lambda start, count: player(Chunk(0, start, count))


# Packing


@given(
    arrays.arrays(
        np.float64,
        arrays.array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=3),
        elements=st.one_of(
            st.floats(width=64, allow_infinity=True, allow_nan=True),
            st.integers(-300, 300).map(float),
            st.integers(-99, 99).map(lambda sixteenths: sixteenths / 16),
        ),
    ),
    st.data(),
)
def test_packing_gives_every_number_back(values: NDArray[np.float64], data: st.DataObject) -> None:
    """To the bit, whatever the numbers are (but for the sign of zero and the payload of NaN)."""
    shape = values.shape
    wholes = st.integers(-(2**31), 2**31 - 1)
    results = Results(
        round=3,
        start=2**40,
        seatings=data.draw(arrays.arrays(np.int16, shape)),
        scores=values,
        metrics={"coins": -values, "odd name": np.full(shape, np.nan)},
        steps=data.draw(arrays.arrays(np.int32, shape[:2], elements=wholes)),
        decisions=data.draw(arrays.arrays(np.int32, shape, elements=wholes)),
        micros=np.abs(values),
        digests=data.draw(arrays.arrays(np.uint64, shape[:2])),
        truncated=data.draw(arrays.arrays(np.bool_, shape[:2])),
        attempts=data.draw(st.none() | arrays.arrays(np.int32, shape[:1], elements=st.integers(0, 9))),
        seconds=1.5,
        worker="7",
    )
    again = unpack(pack(results))

    for name in ("scores", "micros"):
        assert np.array_equal(getattr(again, name), getattr(results, name), equal_nan=True)
        assert getattr(again, name).dtype == np.float64
    assert differences(dataclasses.replace(again, scores=values), results) in ([], ["scores"])
    for name in ("seatings", "steps", "decisions", "digests", "truncated"):
        assert getattr(again, name).dtype == getattr(results, name).dtype
    assert (again.round, again.start, again.seconds, again.worker) == (3, 2**40, 1.5, "7")


def test_packed_blocks_are_small() -> None:
    """A match of a small game takes some 20 bytes, eight of them its digest."""
    results = player_of(*table(FastBid(3), FIELD))(Chunk(0, 0, 400))

    assert len(pack(results)) / results.steps.size < 25


@pytest.mark.parametrize("damage", [b"", b"nonsense", "cut", "flip"])
def test_damaged_bytes_are_told(damage: object) -> None:
    """Never half a run of blocks, and never another error."""
    whole = pack(player_of(*table(FastBid(3), FIELD))(Chunk(0, 0, 9)))
    bad = (
        damage
        if isinstance(damage, bytes)
        else whole[:-9]
        if damage == "cut"
        else whole[:40] + b"\0\0" + whole[42:]
    )

    with pytest.raises(NotAStore, match="damaged blocks"):
        unpack(bad)


# What is stored


def test_blocks_come_back_as_they_were(store: Store) -> None:
    """Arrays, faults and record files."""
    plan, picks = table(Bid(2), [Naughty("raise"), Constant(0)])
    tournament, stage, play = blocks_of(store, plan, picks)
    results = play(0, 40)
    store.add(stage, results, 2.5)
    store.stop(stage, 40)

    (again,) = store.results(tournament)
    assert differences(again, results) == []
    assert again.faults == results.faults
    one = store.block(stage, 11)
    assert one is not None
    assert differences(one, cut(results, 11, 12)) == []
    assert one.records == results.records[11:12]
    assert store.record_files(stage, 3, 5) == {3: results.records[3], 4: results.records[4]}
    assert store.block(stage, 40) is None
    row = store.tournaments()[0]
    assert (row.blocks, row.matches, row.seconds, row.plan) == (40, 80, 2.5, plan)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(1, 12)), min_size=1, max_size=8))
def test_no_block_is_stored_twice(runs: list[tuple[int, int]]) -> None:
    """Whatever overlaps, every block is there once, and what is missing is the difference of two sets."""
    plan, picks = table(FastBid(2), [Constant(0), Dicer()])
    with Store.memory() as store:
        tournament, stage, play = blocks_of(store, plan, picks)
        there: set[int] = set()
        for start, count in runs:
            wanted = set(range(start, start + count))
            assert store.add(stage, play(start, count)) == len(wanted - there)
            there |= wanted
        stored = [block for run in store.stored(stage) for block in run]
        assert sorted(stored) == sorted(there)
        assert len(stored) == len(set(stored))
        missing = {block for run in store.missing(stage, 40) for block in run}
        assert missing == set(range(40)) - there
        last = store.missing(stage, None)[-1]
        assert last.start == max(there) + 1
        first_gap = min(set(range(99)) - there)
        assert sum(len(part) for part in store.results(tournament)) == first_gap


def test_the_same_plan_resumes_and_another_begins() -> None:
    """The stop is no part of a tournament's identity; versions of the game and its agents are."""
    plan, picks = table(Bid(2), [Constant(0), Dicer()])
    longer = dataclasses.replace(plan, stop=Stop(seconds=9.0))
    other = dataclasses.replace(plan, seed=6)
    newer = Pick(picks.game, (picks.agents[0], Newer()))
    with Store.memory() as store:
        first = store.begin(plan, picks)

        assert store.begin(longer, picks) == first
        assert store.tournament(first).plan == longer
        assert store.find(plan, picks) == first
        assert store.begin(other, picks) != first
        assert store.find(plan, newer) is None
        assert store.begin(plan, newer) not in (first, None)
        assert len(store.tournaments()) == 3
        assert [event.kind for event in store.events(first)] == ["run", "run"]


class Newer(Dicer):
    """The next version of an agent."""

    @property
    def spec(self) -> AgentSpec:
        return dataclasses.replace(super().spec, version=2)


def test_tournaments_are_found_by_number_and_digest(store: Store) -> None:
    """An unknown one names those there are."""
    plan, picks = table(Bid(2), [Constant(0), Dicer()])
    number = store.begin(plan, picks)

    assert store.tournament(number).id == number
    assert store.tournament(str(number)).id == number
    assert store.tournament(store.tournament(number).digest[:6]).id == number
    with pytest.raises(UnknownName, match=r"unknown tournament '9': .*known: 1"):
        store.tournament(9)


def test_a_round_with_other_participants_is_another_round(store: Store) -> None:
    """When a longer run changes who is in the final, the old final is kept and no longer part of the course."""
    plan, picks = table(Bid(2), FIELD)
    tournament = store.begin(plan, picks)
    stage = stage_of(plan, picks)
    final = dataclasses.replace(stage, number=1, title="final")
    upset = dataclasses.replace(final, agents=(0, 1), seatings=stage_of(*table(Bid(2), FIELD[:2])).seatings)
    first = store.open_round(tournament, stage)
    old = store.open_round(tournament, final)
    store.add(old.id, dataclasses.replace(player_of(plan, picks)(Chunk(0, 0, 3)), round=1))

    assert [row.id for row in store.rounds(tournament)] == [first.id, old.id]
    store.open_round(tournament, stage)
    assert [row.id for row in store.rounds(tournament)] == [first.id]
    new = store.open_round(tournament, upset)
    assert [row.id for row in store.rounds(tournament)] == [first.id, new.id]
    assert store.open_round(tournament, final).blocks == 3


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
            altered(lambda db: db.execute("PRAGMA user_version = 2")),
            StoreVersion,
            "version 2, .* a newer agent-arena",
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
