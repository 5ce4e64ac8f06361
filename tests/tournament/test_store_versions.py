"""Stores of other versions, runs that are not what the store holds, and runs beside each other."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from deciding_toys import duel
from tournament_toys import blocks_of

from arena.contest import Chunk, Executor, Results, Stop
from arena.errors import StoreConflict
from tournaments.checks import Verdict as Found
from tournaments.ranking import canonical_json
from tournaments.reports import gather
from tournaments.results import cut
from tournaments.store import Store
from tournaments.store.models import SCHEMA, Base
from tournaments.tournament import Tournament

VERSION_1 = Path(__file__).parent.parent / "fixtures" / "store_version_1.sqlite.zst"


# Versions


def version_1(path: Path) -> Path:
    """A store as version 1 wrote it, with a chunk of no blocks in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zstandard.ZstdDecompressor().decompress(VERSION_1.read_bytes()))
    return path


def test_a_store_of_version_1_is_read_as_it_is(file: Path) -> None:
    """Reading changes no byte: it ranks and reports, with looks made again from the blocks."""
    before = version_1(file).read_bytes()
    with Store.open(file, create=False) as store:
        (row,) = store.tournaments()
        assert (row.blocks, row.finished) == (30, True)
        assert store.looks(1) == ()
        assert store.lottery(1) is None
        made = gather(store, row)
        assert made.stages[-1].kept.looks != ()
        notes = {check.name: check for check in made.checks}
        assert notes["looks"].verdict is Found.NOTE
    assert file.read_bytes() == before


def test_a_store_of_version_1_is_brought_up_to_date_when_written(file: Path) -> None:
    """The tables of the models to the last constraint, the same blocks, the empty chunk gone; the plan resumes, with its looks."""
    version_1(file)
    with Store.open(file, create=False) as store:
        (row,) = store.tournaments()
        before = [part.scores.tolist() for part in store.results(row.id) if len(part)]
        longer = dataclasses.replace(row.plan, stop=dataclasses.replace(row.plan.stop, blocks=36))
        Tournament(longer, store).run()
        with store.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
            assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == SCHEMA
            assert connection.exec_driver_sql("SELECT count(*) FROM chunk WHERE count = 0").scalar_one() == 0
        after = [part.scores.tolist() for part in store.chunks(1, 30)]
        assert [block for part in after for block in part] == [block for part in before for block in part]
        assert {look.blocks for look in store.looks(1)} >= {6, 12, 18, 24, 30}
        assert store.check(samples=0).ok
    with Store.open(file) as store:
        assert store.tournaments()[-1].blocks >= 30


def test_what_fails_leaves_an_old_store_old(file: Path) -> None:
    """The tables are brought up to date in the transaction that writes, or not at all; the next one that writes does."""
    version_1(file)
    with Store.open(file) as store:
        row = store.tournaments()[0]
        from tournaments.plan import pick

        with pytest.raises(StoreConflict, match="was played until decided"):
            store.begin(dataclasses.replace(row.plan, stop=Stop(blocks=60)), pick(row.plan))
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 1
        store.log(1, "run", "again")
        assert store.looks(1) == ()
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == SCHEMA


# Empty runs


def test_a_run_of_no_blocks_is_not_stored(store: Store) -> None:
    """It leaves no chunk behind, so that the blocks that follow can be stored; its seconds count."""
    plan, picks = duel(Stop(blocks=30))
    tournament, stage, play = blocks_of(store, plan, picks)
    nothing = cut(play(0, 3), 0, 0)
    assert len(nothing) == 0
    assert store.add(stage, nothing, 2.0) == 0
    assert store.stored(stage) == []
    assert store.add(stage, play(0, 9)) == 9
    assert store.add(stage, cut(play(9, 3), 9, 9)) == 0
    assert store.add(stage, play(9, 3)) == 3
    assert store.missing(stage, 12) == []
    assert store.rounds(tournament)[0].seconds == 2.0
    assert store.check(samples=0).ok


# Fixed after decided


def test_a_decided_tournament_is_never_ranked_as_a_fixed_design(store: Store) -> None:
    """A run with blocks alone is refused in one line, whatever said so: the plan or its looks; longer limits are welcome."""
    plan, picks = duel(Stop(blocks=9, until="decided"))
    Tournament(plan, store, picks=picks).run()
    fixed, _ = duel(Stop(blocks=3000))
    with pytest.raises(
        StoreConflict, match=r"tournament 1 was played until decided.*--until decided"
    ) as caught:
        Tournament(fixed, store, picks=picks).run()
    assert "\n" not in str(caught.value)
    assert store.tournaments()[0].plan.stop == plan.stop
    assert store.tournaments()[0].blocks == 9
    longer = Tournament(
        dataclasses.replace(plan, stop=Stop(blocks=3000, until="decided")), store, picks=picks
    )
    found = longer.run()
    assert canonical_json(found) == canonical_json(
        Tournament(dataclasses.replace(plan, stop=Stop(blocks=3000, until="decided")), picks=picks).run()
    )
    # Decided, it stays where it ended, whatever the limit.
    assert longer.run().final.blocks == found.final.blocks < 3000
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE tournament SET plan = replace(plan, '\"decided\"', 'null')")
    with pytest.raises(StoreConflict, match="was played until decided"):
        Tournament(fixed, store, picks=picks).run()


def test_a_fixed_design_may_become_one_until_decided(store: Store) -> None:
    """Answers that hold at every look hold after a fixed number of blocks, too."""
    fixed, picks = duel(Stop(blocks=12))
    Tournament(fixed, store, picks=picks).run()
    plan, _ = duel()
    found = Tournament(plan, store, picks=picks).run()
    assert canonical_json(found) == canonical_json(Tournament(plan, picks=picks).run())
    assert store.looks(1) != ()


# Two runs


RUN = """
    import sys
    from tournament_toys import Constant, Dicer, FastBid, table
    from arena.contest import Stop
    from arena.errors import StoreUnwritable
    from tournaments.store import Store
    from tournaments.tournament import Tournament
    plan, picks = table(FastBid(2), [Constant(0), Constant(2), Dicer()], stop=Stop(until="decided"), by="wins")
    with Store.open(sys.argv[1]) as store:
        try:
            print("played", Tournament(plan, store, picks=picks).run().final.blocks)
        except StoreUnwritable as error:
            print(error)
"""


def in_another_process(path: Path) -> str:
    """What a second run of the same tournament says."""
    paths = os.pathsep.join([str(Path(__file__).parent.parent / "helpers"), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RUN), str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths},
    ).stdout


def test_two_runs_of_one_tournament_do_not_decide_apart(file: Path, tmp_path: Path) -> None:
    """While one plays, another process is told so in one line, also over a link; after it, it finds the same end, and adds nothing."""
    plan, picks = duel()
    link = tmp_path / "elsewhere" / "linked.sqlite"
    link.parent.mkdir()
    said: list[str] = []

    @dataclasses.dataclass(frozen=True)
    class Meanwhile(Executor):
        def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
            for chunk in chunks:
                if not said:
                    said.extend([in_another_process(file), in_another_process(link)])
                yield player(chunk)

    with Store.open(file) as store:
        link.symlink_to(file)
        found = Tournament(plan, store, picks=picks).run(Meanwhile())
        rows = store.looks(1)
        blocks = store.tournaments()[0].blocks
    for line in said:
        assert f"is being written by another run (process {os.getpid()}); wait for it" in line
        assert line.count("\n") == 1
    assert in_another_process(file) == f"played {found.final.blocks}\n"
    with Store.open(file) as store:
        assert store.looks(1) == rows
        assert store.tournaments()[0].blocks == blocks
