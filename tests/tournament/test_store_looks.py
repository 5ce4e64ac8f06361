"""What tournaments looked at stays in the store: every look once, whoever played, and told where it contradicts the blocks."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from deciding_toys import FIELD, duel
from sqlalchemy import update
from tournament_toys import Constant, Dicer, FastBid, blocks_of, stage_of, table

from arena import codec
from arena.contest import Chunk, Executor, Pick, Plan, Results, Standing, Stop
from arena.errors import NotAStore, StoreUnwritable
from tournaments.checks import Verdict as Found
from tournaments.deciding import Decider, ledger
from tournaments.executors.processes import Processes
from tournaments.ledgers import seen_before
from tournaments.reports import gather, make_report, report_text, write_report
from tournaments.statistics.sequential import AsymptoticRun, asymptotic_bounds, asymptotic_log_es
from tournaments.store import Store, models
from tournaments.store.packing import pack_lottery
from tournaments.tournament import Tournament
from tournaments.verdicts import Look, Verdict


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
