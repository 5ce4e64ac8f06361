"""Replays: every stored match can be had again, and a store that lies is found out (T14)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tournament_toys import Bid, Cheat, Constant, Dicer, FastBid, Naughty, table

from arena import codec, replay
from arena.agent import Agent
from arena.contest import Pick, Plan, Stop
from arena.errors import BadInput, NotAStore, ReplayDiffers, StoreConflict
from tournaments.executors.processes import Processes
from tournaments.plan import make_plan
from tournaments.replays import record, verify
from tournaments.results import joined
from tournaments.store import Store
from tournaments.store.packing import pack, unpack
from tournaments.tournament import Tournament

MIXED: list[Agent] = [Constant(0), Naughty("raise"), Dicer(), Cheat()]


def played(store: Store, game: Bid, agents: list[Agent], blocks: int = 24) -> tuple[int, Plan, Pick]:
    plan, picks = table(game, agents, blocks=blocks)
    Tournament(plan, store, picks=picks).run()
    return store.tournaments()[-1].id, plan, picks


@pytest.mark.parametrize("fast", [True, False])
def test_every_stored_match_is_had_again(fast: bool) -> None:
    """From its record file or made again from its seeds: scores, agents and views as they were."""
    store = Store.memory()
    number, plan, picks = played(store, (FastBid if fast else Bid)(3), MIXED)
    results = joined(list(store.results(number)))
    for block in range(24):
        for seating in range(3):
            found = record(store, number, 0, block, seating, picks=picks)
            assert list(found.scores) == results.scores[block, seating].tolist()
            assert [seat.agent for seat in found.seats] == [
                plan.agents[agent] for agent in results.seatings[block, seating]
            ]
            replay.verify(found, picks.game)


def test_every_stored_match_is_verified() -> None:
    """All of them, by actions where there is a record, by seeds where there is none."""
    for game in (FastBid(3), Bid(3)):
        store = Store.memory()
        number, _, picks = played(store, game, MIXED)
        found = verify(store, number, picks=picks)
        assert (found.matches, found.problems) == (72, ())
        assert verify(store, number, 5, picks=picks).matches in (3, 6, 9, 12, 15)


def test_real_matches_are_verified() -> None:
    """Dhumbal in compiled code, by registered agents, through the check of the store."""
    plan = make_plan(
        "dhumbal(rules=np10)", "aggressive,greedy,balanced,conservative", seed=4, stop=Stop(blocks=30)
    )
    store = Store.memory()
    Tournament(plan, store).run()
    number = store.tournaments()[0].id

    assert verify(store, number).problems == ()
    found = record(store, number, 0, 7, 2)
    replay.verify(found)
    checked = store.check(samples=3)
    assert checked.ok
    assert checked.resimulated > 0
    assert checked.skipped == ()


def test_real_matches_that_the_referee_plays_are_verified(tmp_path: Path) -> None:
    """Matches with an agent that is not compiled have record files, also when workers play them."""
    plan = make_plan(
        "dhumbal(players=2, rules=np10)", "greedy,montecarlo(simulations=2)", seed=4, stop=Stop(blocks=2)
    )
    with Store.open(tmp_path / "store.sqlite") as store:
        Tournament(plan, store).run(Processes(1))
        number = store.tournaments()[0].id
        assert len(store.record_files(store.rounds(number)[0].id)) == 2
        assert verify(store, number).problems == ()


def lie(path: Path, what: str) -> None:
    """Change one number of the stored blocks, digest and all."""
    with sqlite3.connect(path) as database:
        (data,) = database.execute("SELECT data FROM chunk WHERE start = 1").fetchone()
        results = unpack(data)
        values = results.metrics["coins"] if what == "coins" else getattr(results, what)
        values[2, 1] += 1
        changed = pack(results)
        database.execute(
            "UPDATE chunk SET data = ?, digest = ? WHERE start = 1", (changed, codec.digest(changed))
        )
    database.close()


@pytest.mark.parametrize("what", ["scores", "coins", "steps", "decisions", "digests"])
@pytest.mark.parametrize("fast", [True, False])
def test_a_changed_number_is_found(what: str, fast: bool, tmp_path: Path) -> None:
    """A result that was edited is named by its block, though every checksum of the store agrees."""
    path = tmp_path / "store.sqlite"
    with Store.open(path) as store:
        number, _, picks = played(store, (FastBid if fast else Bid)(3), [Constant(0), Constant(2), Dicer()])
    lie(path, what)
    with Store.open(path) as store:
        assert store.check(samples=0).ok
        problems = verify(store, number, picks=picks).problems
        assert any("block 3" in problem and what in problem for problem in problems), problems
        if fast and what != "digests":
            with pytest.raises(ReplayDiffers, match=f"round robin block 3 seating 1: expected {what}"):
                record(store, number, 0, 3, 1, picks=picks)


def test_a_changed_action_is_found(tmp_path: Path) -> None:
    """A record file that was replaced by another block's does not fit the stored scores."""
    path = tmp_path / "store.sqlite"
    with Store.open(path) as store:
        number, _, picks = played(store, Bid(3), [Constant(0), Constant(2), Dicer()])
    with sqlite3.connect(path) as database:
        (data,) = database.execute("SELECT data FROM record_file WHERE block = 9").fetchone()
        database.execute("UPDATE record_file SET data = ? WHERE block = 5", (data,))
    database.close()
    with Store.open(path) as store:
        problems = verify(store, number, picks=picks).problems
        assert problems
        assert all("block 5" in problem for problem in problems)


def test_other_versions_cannot_be_played_again() -> None:
    """Compiled blocks are made again only by the very agents that made them."""
    store = Store.memory()
    number, _, picks = played(store, FastBid(3), [Constant(0), Constant(2), Dicer()])
    other = Pick(picks.game, (Constant(1), *picks.agents[1:]))

    with pytest.raises(StoreConflict, match="was played by other versions of its game or agents"):
        verify(store, number, picks=other)


def test_what_is_not_stored_is_told() -> None:
    """Tournament, round, block and seating."""
    store = Store.memory()
    number, _, picks = played(store, FastBid(3), [Constant(0), Constant(2), Dicer()])

    with pytest.raises(BadInput, match="unknown tournament '99'"):
        record(store, 99, 0, 0, 0, picks=picks)
    with pytest.raises(BadInput, match="expected a round from 0 to 0 of tournament 1, got 3"):
        record(store, number, 3, 0, 0, picks=picks)
    with pytest.raises(BadInput, match="expected a stored block of round robin, got 24"):
        record(store, number, 0, 24, 0, picks=picks)
    with pytest.raises(BadInput, match="expected a seating from 0 to 2, got 3"):
        record(store, number, 0, 0, 3, picks=picks)


def test_damaged_rows_are_no_replays(tmp_path: Path) -> None:
    """An unreadable row is the store's error, not a replay that differs."""
    path = tmp_path / "store.sqlite"
    with Store.open(path) as store:
        number, _, picks = played(store, FastBid(3), [Constant(0), Constant(2), Dicer()])
    with sqlite3.connect(path) as database:
        database.execute("UPDATE chunk SET data = x'0011'")
    database.close()
    with Store.open(path) as store, pytest.raises(NotAStore, match="damaged blocks"):
        record(store, number, 0, 3, 0, picks=picks)
