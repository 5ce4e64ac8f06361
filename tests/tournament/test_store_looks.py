"""What tournaments looked at stays in the store: every look once, whoever played, and told where it contradicts the blocks."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import zstandard
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import update
from tournament_toys import Constant, Dicer, FastBid, blocks_of, stage_of, table

from arena import codec
from arena.agent import Agent
from arena.contest import Chunk, Executor, Pick, Plan, Results, Standing, Stop
from arena.errors import NotAStore, StoreConflict, StoreUnwritable
from tournaments.checks import Verdict as Found
from tournaments.deciding import Decider, ledger
from tournaments.executors.processes import Processes
from tournaments.ledgers import seen_before
from tournaments.ranking import canonical_json
from tournaments.reports import gather, make_report, report_text, write_report
from tournaments.results import cut
from tournaments.statistics.sequential import AsymptoticRun, asymptotic_bounds, asymptotic_log_es
from tournaments.store import Store, models
from tournaments.store.models import SCHEMA, Base
from tournaments.store.packing import pack_lottery
from tournaments.tournament import Tournament
from tournaments.verdicts import Look, Verdict

FIELD: list[Agent] = [Constant(0), Constant(2), Dicer()]
DECIDED = Stop(until="decided")
VERSION_1 = Path(__file__).parent.parent / "fixtures" / "store_version_1.sqlite.zst"


def duel(stop: Stop = DECIDED, by: str | None = "wins") -> tuple[Plan, Pick]:
    return table(FastBid(2), FIELD, stop=stop, by=by)


@dataclasses.dataclass(frozen=True)
class Backwards(Executor):
    """Plays every chunk in pieces of `size` blocks, the last first, and breaks off after so many pieces."""

    size: int
    after: int | None = None

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        pieces = 0
        for chunk in chunks:
            for start in reversed(range(chunk.start, chunk.start + chunk.count, self.size)):
                if pieces == self.after:
                    raise KeyboardInterrupt
                pieces += 1
                end = min(start + self.size, chunk.start + chunk.count)
                yield player(Chunk(chunk.round, start, end - start))


# Looks


@pytest.mark.parametrize("by", ["wins", "coins"])
def test_every_look_is_kept_once_whoever_plays(by: str, tmp_path: Path) -> None:
    """The same rows to the last bit in one process, out of order, over processes, broken off and resumed, and run again."""
    plan, picks = duel(by=by)
    whole = Tournament(plan, picks=picks)
    final = whole.run().final
    expected = whole.store.looks(1)
    assert max(look.blocks for look in expected) == final.blocks
    for executor in (Backwards(7), Processes(2)):
        other = Tournament(plan, picks=picks)
        other.run(executor)
        assert other.store.looks(1) == expected
    with Store.open(tmp_path / "store.sqlite") as store:
        with pytest.raises(KeyboardInterrupt):
            Tournament(plan, store, picks=picks).run(Backwards(2, 9))
        part = store.looks(1)
        assert set(part) < set(expected)
        for _ in range(2):
            Tournament(plan, store, picks=picks).run(Backwards(5))
            assert store.looks(1) == expected


@pytest.mark.parametrize("by", ["wins", "coins"])
def test_kept_looks_are_those_of_the_full_ledger(by: str) -> None:
    """Each pair until its verdict falls and all at the end, equal to the ledger of every look; bets seek intervals at verdicts."""
    plan, picks = duel(by=by)
    tournament = Tournament(plan, picks=picks)
    final = tournament.run().final
    full = {look.key: look for look in ledger(plan, stage_of(plan, picks), tournament.store.results(1))}
    kept = tournament.store.looks(1)
    assert final.sequential is not None
    fell = {(pair.first, pair.second): pair.at for pair in final.sequential.pairs}
    for look in kept:
        wanted = full[look.key]
        bare = dataclasses.replace(look, low=wanted.low, high=wanted.high)
        assert bare == wanted
        known = by == "coins" or look.blocks == fell[look.first, look.second]
        assert (look.low is not None) == (known and wanted.low is not None)
        if look.low is not None:
            assert (look.low, look.high) == pytest.approx((wanted.low, wanted.high), rel=1e-12)
    open_ = {key for key, look in full.items() if look.verdict is Verdict.OPEN}
    at_end = {key for key in full if key[2] == final.blocks}
    assert open_ | at_end <= {look.key for look in kept}
    assert len(kept) < len(full) or by == "coins"


def test_intervals_of_many_runs_are_those_of_each() -> None:
    """Intervals and e-values of several runs at once are those of one after the other; no interval before 30 blocks."""
    rng = np.random.default_rng(3)
    runs = [AsymptoticRun(spread) for spread in (0.0, 0.5, 2.0, 1.0)]
    for run, blocks in zip(runs, (29, 30, 400, 0), strict=True):
        run.add(rng.normal(1, 2, blocks))
    for mean in (0.0, -0.4, 1.0):
        assert asymptotic_log_es(runs, mean) == pytest.approx([run.log_e(mean) for run in runs], rel=1e-12)
    found = asymptotic_bounds(runs, 0.1)
    assert found[0] == found[3] == (None, None)
    for run, ends in zip(runs[1:3], found[1:3], strict=True):
        one = run.estimate(0.1)
        assert ends == pytest.approx((one.low, one.high), rel=1e-12)


def test_another_epsilon_is_another_question() -> None:
    """Looks with two epsilons are kept side by side; those before epsilon is known are the same, and there once."""
    plan, picks = duel(Stop(blocks=60, until="decided", epsilon=0.5), by="coins")
    store = Store.memory()
    Tournament(plan, store, picks=picks).run()
    before = store.looks(1)
    Tournament(duel(Stop(blocks=90, until="decided", epsilon=0.1), by="coins")[0], store, picks=picks).run()
    after = store.looks(1)
    assert set(before) < set(after)
    assert {look.epsilon for look in after} == {None, 0.5, 0.1}
    assert len({look.key for look in after}) == len(after)
    unknown = [look for look in after if look.epsilon is None]
    assert all(look.blocks < 30 and look.verdict is Verdict.OPEN for look in unknown)
    row = store.tournaments()[0]
    checks = {check.name: check for check in gather(store, row, picks=picks).checks}
    assert checks["looks"].verdict is Found.OK
    assert "with another epsilon were not judged" in checks["looks"].sentence


def test_nobody_looks_at_a_fixed_design() -> None:
    """Without `until` nothing is looked at and nothing kept; taking looks of who notes none gives none."""
    plan, picks = duel(Stop(blocks=30))
    tournament = Tournament(plan, picks=picks)
    tournament.run()
    assert tournament.store.looks(1) == ()
    stage = stage_of(plan, picks)
    assert Decider(stage, stage.game.spec.metric("wins")).take() == ()
    names = [
        check.name
        for check in gather(tournament.store, tournament.store.tournaments()[0], picks=picks).checks
    ]
    assert "looks" not in names


# Read


def played(path: Path) -> tuple[Plan, Pick]:
    plan, picks = duel(by="coins")
    with Store.open(path) as store:
        Tournament(plan, store, picks=picks).run()
    return plan, picks


def changed(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    ("statement", "verdict", "said"),
    [
        ("UPDATE look SET shared = shared", Found.OK, "stored looks come out again from the blocks"),
        (
            "UPDATE look SET e_value = 7 WHERE blocks = 90",
            Found.BAD,
            "after 90 blocks the store has an e-value of 7.0, the blocks give ",
        ),
        (
            "UPDATE look SET verdict = 'decided' WHERE blocks = 6",
            Found.BAD,
            "the store has the verdict decided",
        ),
        ("UPDATE look SET low = low - 1 WHERE blocks = 90", Found.BAD, "has a lower end of"),
        ("UPDATE look SET blocks = blocks + 1 WHERE blocks = 90", Found.BAD, "a look that was none for "),
        ("DELETE FROM look", Found.NOTE, "no look was stored"),
    ],
)
def test_a_contradiction_is_told_in_one_sentence(
    file: Path, statement: str, verdict: Found, said: str
) -> None:
    """What the store says is held against what the blocks give, whenever it is read."""
    _, picks = played(file)
    changed(file, statement)
    with Store.open(file) as store:
        checks = {check.name: check for check in gather(store, store.tournaments()[0], picks=picks).checks}
    found = checks["looks"]
    assert found.verdict is verdict
    assert said in found.sentence
    assert "\n" not in found.sentence


def test_reports_show_the_stored_rows(file: Path) -> None:
    """The ledger is what was stored, not made again; without stored rows it is made again."""
    _, picks = played(file)
    changed(file, "UPDATE look SET estimate = 123.456 WHERE blocks = 90")
    with Store.open(file) as store:
        made = make_report(store, store.tournaments()[0], picks=picks)
    assert "123.456" in report_text(made, "md")
    changed(file, "DELETE FROM look")
    with Store.open(file) as store:
        row = store.tournaments()[0]
        again = make_report(store, row, picks=picks)
    looks = next(section for section in again.document.sections if section.key == "looks")
    assert len(looks.blocks[0].rows) > 3  # type: ignore[union-attr]
    assert "123.456" not in report_text(again, "md")


def test_merge_takes_looks_and_chances_over(tmp_path: Path) -> None:
    """Both come along, once, under the numbers of the store they come to."""
    here, there = tmp_path / "here.sqlite", tmp_path / "there.sqlite"
    plan, picks = table(
        FastBid(2), [*FIELD, Dicer("b")], stop=Stop(blocks=60, until="decided"), format="adaptive(rounds=2)"
    )
    with Store.open(here) as store:
        Tournament(duel()[0], store, picks=picks_of()).run()
    with Store.open(there) as store:
        Tournament(plan, store, picks=picks).run()
    with Store.open(here) as store, Store.open(there) as other:
        store.merge(other)
        store.merge(other)
        rounds = store.rounds(2)
        assert [stage.id for stage in rounds] != [stage.id for stage in other.rounds(1)]
        for mine, theirs in zip(rounds, other.rounds(1), strict=True):
            assert store.looks(mine.id) == other.looks(theirs.id) != ()
            drawn, wanted = store.lottery(mine.id), other.lottery(theirs.id)
            assert (drawn is None) == (wanted is None) == (mine.number == 0)
            if drawn is not None and wanted is not None:
                assert np.array_equal(drawn.chances, wanted.chances)


def picks_of() -> Pick:
    return duel()[1]


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


# Peeks


def test_a_peek_is_noted_while_another_run_writes(file: Path) -> None:
    """Somebody who ranks a running tournament is noted beside it; a report of a fixed design says so, with the counts."""
    plan, picks = duel(Stop(blocks=60))
    with Store.open(file) as writer, Store.open(file) as reader:
        tournament, stage, play = blocks_of(writer, plan, picks)
        for start in (0, 20):
            writer.add(stage, play(start, 20))
            reader.peek(tournament, start + 20, "the ranking by wins")
            with pytest.raises(StoreUnwritable):
                reader.log(tournament, "run", "x")
        writer.add(stage, play(40, 20))
        assert reader.seen(tournament) == (20, 40)
        assert [event.kind for event in writer.events(tournament)] == ["run", "peek", "peek"]
        assert not writer.tournaments()[0].finished
    with Store.open(file) as store:
        Tournament(plan, store, picks=picks).run()
        assert store.seen(1) == (20, 40, 60)
        assert store.tournaments()[0].finished
        checks = {check.name: check for check in gather(store, store.tournaments()[0], picks=picks).checks}
    assert checks["peeks"].verdict is Found.NOTE
    assert "after 20, 40 of 60 blocks" in checks["peeks"].sentence


def test_a_longer_run_of_a_fixed_design_was_seen_before() -> None:
    """The end of the shorter run is a look; one that went through, or waits for answers, has none."""
    store = Store.memory()
    plan, picks = duel(Stop(blocks=30))
    Tournament(plan, store, picks=picks).run()
    assert "peeks" not in {check.name for check in gather(store, store.tournaments()[0], picks=picks).checks}
    Tournament(duel(Stop(blocks=60))[0], store, picks=picks).run()
    checks = {check.name: check for check in gather(store, store.tournaments()[0], picks=picks).checks}
    assert "after 30 of 60 blocks" in checks["peeks"].sentence
    Tournament(duel(Stop(blocks=90, until="decided"))[0], store, picks=picks).run()
    assert "peeks" not in {check.name for check in gather(store, store.tournaments()[0], picks=picks).checks}
    assert seen_before((0, 60), 60) is None
    many = seen_before(range(1, 9), 60)
    assert many is not None
    assert "after 1, 2, 3, 4, 5, ... of 60" in many.sentence


# Chances


def drawn(store: Store, players: int = 2, blocks: int = 60) -> tuple[Plan, Pick]:
    plan, picks = table(
        FastBid(players),
        [Constant(0), Constant(2), Dicer(), Dicer("b")],
        stop=Stop(blocks=blocks),
        format="adaptive(rounds=2)",
    )
    Tournament(plan, store, picks=picks).run()
    return plan, picks


@pytest.mark.parametrize("players", [2, 3])
def test_exports_have_the_propensity_of_every_lineup(players: int, tmp_path: Path) -> None:
    """CSV, JSON and Parquet say with which probability each block's lineup was drawn: as the schedule's own function has it."""
    parquet = pytest.importorskip("pyarrow.parquet")
    store = Store.memory()
    plan, picks = drawn(store, players)
    made = make_report(store, store.tournaments()[0], picks=picks)
    _, blocks = write_report(made, store, "csv", tmp_path / "a.csv")
    (seats,) = write_report(made, store, "parquet", tmp_path / "a.parquet")
    rows = list(csv.DictReader(io.StringIO(blocks.read_text())))
    words = json.loads(report_text(made, "json"))["chances"]
    from tournaments.plan import schedule_of

    standings: list[Standing] = []
    cells = parquet.read_table(seats).to_pydict()
    for found in made.material.ranking.rounds[:3]:
        stage = schedule_of(plan).round(plan, picks, found.number, standings)
        assert stage is not None
        standings += found.standings()
        mine = {int(row["block"]): row["propensity"] for row in rows if int(row["round"]) == found.number}
        theirs = {
            block: chance
            for number, block, chance in zip(cells["round"], cells["block"], cells["propensity"], strict=True)
            if number == found.number
        }
        if stage.propensities is None:
            assert set(mine.values()) == {""}
            assert set(theirs.values()) == {None}
            continue
        wanted = stage.propensities(0, found.blocks).tolist()
        assert [float(mine[block]) for block in range(found.blocks)] == wanted
        assert [theirs[block] for block in range(found.blocks)] == wanted
        kept = store.lottery(store.rounds(1)[found.number].id)
        assert kept is not None
        assert kept.chances.sum() == pytest.approx(1, abs=1e-6)
        (own,) = [one for one in words if one["round"] == found.number]
        assert own["chances"] == kept.chances.tolist()
        assert own["lineups"][0] == [plan.agents[agent] for agent in kept.lineups[0]]
    assert [one["round"] for one in words] == [1, 2]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM lottery", "no chances of lineups were stored"),
        ("UPDATE lottery SET digest = 'x'", "chances of lineups: the bytes are not those that were stored"),
    ],
)
def test_lost_and_damaged_chances_are_told(file: Path, statement: str, said: str) -> None:
    """Where they are lost they are made again, and that is said; damaged ones are an error, found by `Store.check`."""
    with Store.open(file) as store:
        _, picks = drawn(store)
    changed(file, statement)
    with Store.open(file) as store:
        row = store.tournaments()[0]
        if "DELETE" in statement:
            made = gather(store, row, picks=picks)
            sentences = [check.sentence for check in made.checks if check.name == "chances"]
            assert made.stages[1].kept.lottery is not None
            assert all(said in sentence for sentence in sentences)
            assert len(sentences) == 2
            return
        with pytest.raises(NotAStore, match=said):
            gather(store, row, picks=picks)
        assert any(said in problem for problem in store.check(samples=0).problems)


def test_chances_that_contradict_the_rounds_before_are_told(file: Path) -> None:
    """Other chances in the place of those of a round: one sentence that names the lineup."""
    with Store.open(file) as store:
        _, picks = drawn(store)
        last = store.rounds(1)[2].id
        kept = store.lottery(last)
        assert kept is not None
        data = pack_lottery(dataclasses.replace(kept, chances=np.full(6, 1 / 6)))
        with store.writing() as connection:
            connection.execute(
                update(models.Lottery)
                .where(models.Lottery.round_id == last)
                .values(data=data, digest=codec.digest(data))
            )
    with Store.open(file) as store:
        checks = [
            check
            for check in gather(store, store.tournaments()[0], picks=picks).checks
            if check.name == "chances"
        ]
    assert [check.verdict for check in checks] == [Found.OK, Found.BAD]
    assert "the store has the chance 0.1667 for " in checks[1].sentence
    assert "the rounds before give" in checks[1].sentence


def test_ranked_by_another_metric_rounds_are_those_of_the_plan() -> None:
    """Looks and chances of later rounds follow from the plan's own metric, whatever the report ranks by."""
    store = Store.memory()
    _, picks = drawn(store)
    row = store.tournaments()[0]
    own, other = (gather(store, row, by=by, picks=picks) for by in (None, "wins"))
    for made in (own, other):
        assert [check.verdict for check in made.checks if check.name == "chances"] == [Found.OK] * 2
    mine = own.stages[1].kept.lottery
    theirs = other.stages[1].kept.lottery
    assert mine is not None
    assert theirs is not None
    assert np.array_equal(mine.chances, theirs.chances)


def test_keys_of_looks_tell_what_was_asked() -> None:
    """An epsilon that is not known yet is 0 in a key."""
    look = Look("coins", None, 6, 0, 1, 3, 1.0, 0.0, 0.5, None, None, Verdict.OPEN)
    assert look.key == ("coins", 0.0, 6, 0, 1)
