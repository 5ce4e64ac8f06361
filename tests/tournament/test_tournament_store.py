"""What a store holds: whole blocks or none, each once, exactly as they were."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
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
    blocks_of,
    differences,
    player_of,
    stage_of,
    table,
)

from arena.agent import AgentSpec
from arena.contest import Chunk, Pick, Results, Stop
from arena.errors import NotAStore, UnknownName
from tournaments.results import cut
from tournaments.store import Store
from tournaments.store.packing import pack, unpack

FIELD = [Constant(0), Constant(2), Dicer(), Dicer("b")]


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
