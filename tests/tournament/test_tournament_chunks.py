"""Chunks: a pure function of the plan and the numbers of the blocks, the same by the referee and in compiled code."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tournament_toys import (
    Bid,
    Cheat,
    Constant,
    Dicer,
    FastBid,
    Naughty,
    Solo,
    chunks_of,
    differences,
    in_order,
    player_of,
    stage_of,
    table,
)

from arena import streams
from arena.conditions import Conditions, FaultPolicy
from arena.contest import Chunk
from arena.errors import BadInput, BadPlan, HostFault
from arena.game import Outcome
from arena.play import play
from arena.record import read_records
from tournaments.chunks import ChunkPlayer
from tournaments.executors.serial import Serial
from tournaments.results import aligned, cut, joined

FIELD = [Constant(0), Constant(2), Dicer(), Dicer("b")]


def test_compiled_blocks_equal_refereed_ones() -> None:
    """Scores, metrics, steps, decisions: nothing tells which way a block was played, but its record file."""
    player = player_of(*table(FastBid(3), FIELD))
    fast, slow = player.play(Chunk(0, 3, 50)), player.play(Chunk(0, 3, 50), compiled=False)

    assert differences(fast, slow, digests=False) == []
    assert fast.records == ()
    assert len(slow.records) == 50


def test_blocks_of_a_chunk_are_played_each_in_its_own_way() -> None:
    """A lineup with one agent that is not compiled goes to the referee, its neighbours do not."""
    agents = [Constant(0), Constant(2), Dicer(), Naughty(card=-1)]
    plan, picks = table(FastBid(3), agents)
    mixed = player_of(plan, picks).play(Chunk(0, 0, 24))
    slow = player_of(*table(Bid(3), agents)).play(Chunk(0, 0, 24))
    with_naughty = (stage_of(plan, picks).seatings(0, 24) == 3).any(axis=(1, 2))

    assert 0 < with_naughty.sum() < 24
    assert [bool(file) for file in mixed.records] == with_naughty.tolist()
    assert differences(mixed, slow, digests=False) == []


def test_a_compiled_block_with_an_illegal_action_is_played_by_the_referee() -> None:
    """Compiled code knows no stand-in; the fault and the penalty are the referee's."""
    agents = [Constant(0), Constant(2), Cheat()]
    fast = player_of(*table(FastBid(3), agents)).play(Chunk(0, 0, 40))
    slow = player_of(*table(Bid(3), agents)).play(Chunk(0, 0, 40))

    assert fast.faults
    assert {fault.agent for fault in fast.faults} == {2}
    assert {fault.kind for fault in fast.faults} == {"illegal"}
    assert differences(fast, slow, digests=False) == []
    assert {number for number, file in enumerate(fast.records) if file} == {
        fault.block for fault in fast.faults
    }


def test_a_limit_of_steps_below_the_games_own_is_the_referees() -> None:
    """Compiled blocks know the game's horizon only."""
    plan, picks = table(FastBid(3), FIELD, conditions=Conditions(step_limit=2))
    found = player_of(plan, picks).play(Chunk(0, 0, 4))

    assert found.truncated.all()
    assert (found.steps == 2).all()
    assert len(found.records) == 4


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.booleans())
def test_any_cut_into_chunks_gives_the_same(sizes: list[int], compiled: bool) -> None:
    """Chance is a function of its place, so chunks do not matter."""
    game = FastBid(3) if compiled else Bid(3)
    player = player_of(*table(game, FIELD))
    whole = player(Chunk(0, 0, sum(sizes)))
    starts = np.cumsum([0, *sizes[:-1]]).tolist()
    parts = [player(Chunk(0, start, size)) for start, size in zip(starts, sizes, strict=True)]

    assert differences(whole, joined(parts)) == []


def test_chance_is_that_of_the_named_streams() -> None:
    """The deal of a block and the dice of a seat are the numbers the plan's documentation says, in another round others."""
    plan, picks = table(Bid(3), FIELD, seed=11)
    player = player_of(plan, picks)
    root = streams.root_key(11)
    deal = streams.numbers(streams.derive(root, "round", 0, "deal"), 7, 1)[0]
    dice = streams.numbers(streams.derive(root, "round", 0, "players"), 7 * 9, 9).reshape(3, 3)
    seated = stage_of(plan, picks).seatings(7, 1)[0]
    found = player(Chunk(0, 7, 1))
    for seating in range(3):
        agents = [picks.agents[agent] for agent in seated[seating]]
        expected = play(picks.game, agents, int(deal), seeds=dice[seating].tolist())
        assert found.scores[0, seating].tolist() == list(expected.scores)
    other = ChunkPlayer(player.game, player.agents, 1, player.seatings, player.seed, player.conditions)
    assert other.deals(7, 1)[0] != deal


def test_record_files_hold_the_matches_of_the_block() -> None:
    """A stored record is the match that was played."""
    plan, picks = table(Bid(3), FIELD)
    found = player_of(plan, picks)(Chunk(0, 4, 2))
    for row, file in enumerate(found.records):
        for seating, record in enumerate(read_records(file)):
            assert list(record.scores) == found.scores[row, seating].tolist()
            assert int(record.digests[-1], 16) == int(found.digests[row, seating])
            agents = [seat.agent for seat in record.seats]
            assert agents == [plan.agents[agent] for agent in found.seatings[row, seating]]


def test_an_offender_is_brought_down_in_every_metric_that_ranks() -> None:
    """A stand-in that wins brings the offender nothing: coins and wins fall to the worst at the table."""
    found = player_of(*table(Bid(2), [Naughty("raise"), Constant(0)]))(Chunk(0, 0, 60))
    hits = [(fault.block, fault.seating) for fault in found.faults]

    assert hits
    for block, seating in hits:
        seat = int(np.flatnonzero(found.seatings[block, seating] == 0)[0])
        assert found.scores[block, seating, seat] == found.scores[block, seating].min()
        assert found.metrics["coins"][block, seating, seat] == found.metrics["coins"][block, seating].min()
        assert found.metrics["wins"][block, seating, seat] == 0.0
        # A plain fact about the deal stays what it was.
        assert found.metrics["card"][block, seating, seat] == 7.0


def test_a_void_block_is_played_again_with_another_deal() -> None:
    """Every attempt has a deal of its own, the attempts are counted, and no fault remains."""
    plan, picks = table(
        Bid(2), [Naughty("raise"), Constant(0)], conditions=Conditions(faults=FaultPolicy.VOID)
    )
    player = player_of(plan, picks)
    found = player(Chunk(0, 0, 60))

    assert found.attempts is not None
    assert found.attempts.sum() > 0
    assert found.faults == ()
    assert not (found.metrics["card"][found.seatings == 0] == 7).any()
    for block in range(60):
        attempts = int(found.attempts[block])
        seeds = [int(player.deals(block, 1, attempt)[0]) for attempt in range(attempts + 1)]
        assert len(set(seeds)) == attempts + 1
        assert read_records(found.records[block])[0].seed == seeds[-1]


def test_a_block_that_is_void_again_and_again_is_given_up() -> None:
    """An agent that always fails would keep the engine busy for ever."""
    plan, picks = table(
        Bid(2),
        [Constant(9), Constant(0)],
        conditions=Conditions(faults=FaultPolicy.VOID),
    )

    with pytest.raises(BadPlan, match=r"block 0 was void 11 times in a row .*faults = 'stand-in' plays on"):
        player_of(plan, picks)(Chunk(0, 0, 1))


class Broken(Bid):
    """Its rules fail on some deals."""

    def outcome(self, state: object) -> Outcome | None:
        found = super().outcome(state)  # type: ignore[arg-type]
        if found is not None and self.card(state.seed, 0) == 7:  # type: ignore[attr-defined]
            raise ZeroDivisionError("seven")
        return found


def test_rules_that_fail_are_no_agents_fault() -> None:
    """The error names the block, so that it can be looked at."""
    player = player_of(*table(Broken(2), [Constant(0), Constant(1)]))

    with pytest.raises(
        HostFault, match=r"round 0 block \d+ seating \d could not be played: ZeroDivisionError: seven"
    ):
        list(Serial().run(player, chunks_of(60, 7)))


def test_a_player_of_chunks_travels_light() -> None:
    """What was compiled or hashed in one process is not sent to another."""
    player = player_of(*table(FastBid(3), FIELD))
    before = pickle.dumps(player)
    player(Chunk(0, 0, 2))

    assert pickle.dumps(player) == before
    assert differences(pickle.loads(before)(Chunk(0, 0, 5)), player(Chunk(0, 0, 5))) == []


def test_one_player_games_pair_agents_on_the_same_deal() -> None:
    """In a block of a score task everybody has the same luck."""
    found = player_of(*table(Solo(), [Constant(0), Constant(1), Constant(2)]))(Chunk(0, 0, 20))

    assert found.scores.shape == (20, 3, 1)
    assert np.array_equal(found.scores[:, 1, 0] - found.scores[:, 0, 0], np.full(20, 3.0))


def test_serial_plays_in_order() -> None:
    """One chunk after the other, as they are asked for."""
    player = player_of(*table(FastBid(3), FIELD))
    found = list(Serial().run(player, chunks_of(20, 6)))

    assert [part.start for part in found] == [0, 6, 12, 18]
    assert differences(in_order(found), player(Chunk(0, 0, 20))) == []


def test_cut_and_aligned_lose_nothing() -> None:
    """Runs of blocks can be cut anywhere and put together again, records and faults and all."""
    plan, picks = table(Bid(2), [Naughty("raise"), Constant(0)])
    whole = player_of(plan, picks)(Chunk(0, 0, 50))
    parts = [cut(whole, first, last) for first, last in ((0, 1), (1, 20), (20, 50))]

    assert differences(joined(parts), whole) == []
    assert joined(parts).records == whole.records
    again = list(aligned(parts, 16))
    assert [(part.start, len(part)) for part in again] == [(0, 16), (16, 16), (32, 16), (48, 2)]
    assert differences(joined(again), whole) == []
    with pytest.raises(BadInput, match="expected block 1 next, got block 20"):
        list(aligned([parts[0], parts[2]], 16))
    with pytest.raises(BadInput, match="expected block 20 of round 0 next, got block 1"):
        joined([parts[1], parts[1]])
