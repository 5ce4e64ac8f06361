"""A tournament, run: the same ranking however it is played, interrupted or killed."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from tournament_toys import Bid, Constant, Dicer, FastBid, Naughty, league, table

from arena.agent import Agent
from arena.conditions import Conditions, FaultPolicy
from arena.contest import Chunk, Executor, Pick, Plan, Results, Stop
from arena.errors import BadPlan, HostFault, StoreConflict
from tournaments.executors.processes import Processes
from tournaments.executors.serial import Serial
from tournaments.pace import Pace
from tournaments.plan import make_plan
from tournaments.progress import Progress
from tournaments.ranking import canonical_json
from tournaments.store import Store
from tournaments.tournament import Tournament

FIELD: list[Agent] = [Constant(0), Constant(2), Dicer(), Dicer("b")]
FAMILIES: list[Agent] = [
    Constant(0, "a"),
    Constant(1, "b"),
    Dicer(),
    Constant(0, "c", "search"),
    Constant(2, "d", "search"),
    Constant(1, "e", "learned"),
]


@dataclasses.dataclass(frozen=True)
class Shuffled(Executor):
    """Plays chunks in another order than they are handed out, each in pieces of `size` blocks."""

    size: int
    seed: int

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        rng = np.random.default_rng(self.seed)
        held: list[Chunk] = []
        for chunk in chunks:
            end = chunk.start + chunk.count
            starts = range(chunk.start, end, self.size)
            held.extend(Chunk(chunk.round, start, min(self.size, end - start)) for start in starts)
            while len(held) > 5:
                yield player(held.pop(int(rng.integers(len(held)))))
        while held:
            yield player(held.pop(int(rng.integers(len(held)))))


@dataclasses.dataclass(frozen=True)
class Breaking(Executor):
    """Plays a few chunks, then fails in one way or another."""

    error: type[BaseException]
    after: int
    stage: int = 0

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        for number, chunk in enumerate(chunks):
            if (chunk.round, number) == (self.stage, self.after):
                raise self.error
            yield player(dataclasses.replace(chunk))


def canonical(plan: Plan, picks: Pick, executor: Executor | None = None, store: Store | None = None) -> bytes:
    return canonical_json(Tournament(plan, store, picks=picks).run(executor))


@pytest.mark.parametrize("format_", ["round-robin", "championship"])
@pytest.mark.parametrize("fast", [True, False])
def test_executors_orders_and_sizes_give_the_same_bytes(format_: str, fast: bool) -> None:
    """Serial, 1 to 3 processes, shuffled chunks of 1 or 7 blocks: byte-identical rankings."""
    agents = FAMILIES if format_ == "championship" else FIELD
    plan, picks = table((FastBid if fast else Bid)(3), agents, blocks=48, format=format_)
    expected = canonical(plan, picks)
    executors: list[Executor] = [Shuffled(1, 1), Shuffled(7, 2), Processes(2 if fast else 3)]
    if fast and format_ == "round-robin":
        executors.append(Processes(1))
    for executor in executors:
        assert canonical(plan, picks, executor) == expected, executor


def test_a_championship_is_played_to_its_end() -> None:
    """A round in each family of two or more, then the winners; every round ranked on its own."""
    plan, picks = table(FastBid(4), FAMILIES, blocks=60, format="championship")
    found = Tournament(plan, picks=picks).run()

    assert [(stage.title, stage.participants, stage.blocks) for stage in found.rounds] == [
        ("within family heuristic", (0, 1, 2), 60),
        ("within family search", (3, 4), 60),
        ("final", (0, 3, 5), 60),
    ]
    assert [stage.game for stage in found.rounds] == ["bid", "bid(players=2)", "bid"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, HostFault, ZeroDivisionError])
def test_whatever_breaks_a_run_off_leaves_it_resumable(error: type[BaseException], tmp_path: Path) -> None:
    """What was played is stored; the next run plays the rest, and the bytes are those of one that went through."""
    plan, picks = table(FastBid(3), FAMILIES, blocks=200, format="championship")
    expected = canonical(plan, picks)
    for stage, after in ((0, 0), (0, 2), (1, 3), (2, 1)):
        path = tmp_path / f"{stage}-{after}.sqlite"
        with Store.open(path) as store, pytest.raises(error):
            Tournament(plan, store, picks=picks).run(Breaking(error, after, stage))
        with Store.open(path) as store:
            before = store.tournaments()[0]
            assert not before.finished
            assert canonical(plan, picks, None, store) == expected
            assert store.tournaments()[0].finished
            assert store.check(samples=0).ok


def test_a_broken_run_can_be_ranked_as_it_is(tmp_path: Path) -> None:
    """The blocks before the first missing one count; nothing is played, and nothing known is no ranking."""
    plan, picks = table(FastBid(3), FIELD, blocks=5000)
    with Store.open(tmp_path / "store.sqlite") as store:
        tournament = Tournament(plan, store, picks=picks)
        with pytest.raises(StoreConflict, match="the store holds nothing of this tournament"):
            tournament.rank()
        with pytest.raises(KeyboardInterrupt):
            tournament.run(Breaking(KeyboardInterrupt, 3))
        there = store.tournaments()[0].blocks
        found = tournament.rank()

        assert 0 < found.final.blocks == there < 5000
        assert store.tournaments()[0].blocks == there


def test_a_longer_run_goes_on_where_the_shorter_ended() -> None:
    """The stop is no part of a plan; fewer blocks rank the first of them, and all give the bytes of one run."""
    plan, picks = table(FastBid(3), FAMILIES, blocks=40, format="championship")
    longer, shorter = (dataclasses.replace(plan, stop=Stop(blocks=count)) for count in (90, 25))
    store = Store.memory()
    canonical(plan, picks, None, store)
    assert canonical(longer, picks, None, store) == canonical(longer, picks)
    assert canonical(shorter, picks, None, store) == canonical(shorter, picks)
    assert canonical(plan, picks, None, store) == canonical(plan, picks)
    assert store.tournaments()[0].blocks >= 90 * 2


def test_a_stop_by_time_ends_with_whole_cycles() -> None:
    """The ranking is that of a plan with so many blocks; later ones are stored and not ranked."""
    plan, picks = table(FastBid(3), FIELD, stop=Stop(seconds=0.6))
    tournament = Tournament(plan, picks=picks)
    began = time.perf_counter()
    found = tournament.run(Shuffled(5, 1)).final
    took = time.perf_counter() - began
    row = tournament.store.tournaments()[0]

    assert took < 10
    assert found.blocks > 0
    assert found.blocks % found.cycle == 0
    assert row.blocks >= found.blocks
    whole = Tournament(dataclasses.replace(plan, stop=Stop(blocks=found.blocks)), picks=picks).run()
    assert dataclasses.replace(whole.final.agents[0], ms_per_decision=None) == dataclasses.replace(
        found.agents[0], ms_per_decision=None
    )
    # The time is used up: the same plan plays nothing more and says the same.
    assert canonical_json(tournament.run()) == canonical_json(tournament.rank())
    assert tournament.store.tournaments()[0].blocks == row.blocks
    more = Tournament(dataclasses.replace(plan, stop=Stop(seconds=1.2)), tournament.store, picks=picks)
    assert more.run().final.blocks > found.blocks


def test_rounds_share_the_time() -> None:
    """A budget of seconds is divided among the rounds still to come."""
    plan, picks = table(FastBid(3), FAMILIES, stop=Stop(seconds=0.9), format="championship")
    tournament = Tournament(plan, picks=picks)
    found = tournament.run()
    seconds = [row.seconds for row in tournament.store.rounds(1)]

    assert len(found.rounds) == 3
    assert all(stage.blocks > 0 for stage in found.rounds)
    assert max(seconds) < 2 * min(seconds) + 0.5


def test_a_plan_without_an_end_is_refused() -> None:
    """Neither blocks nor seconds nor a round's own end."""
    plan, picks = table(FastBid(3), FIELD, stop=Stop())

    with pytest.raises(
        BadPlan, match="nothing ends round robin: expected a stop by blocks, by seconds or until decided"
    ):
        Tournament(plan, picks=picks).run()


def test_too_many_void_blocks_end_the_run_early() -> None:
    """A run that can only be refused is not played to its end."""
    plan, picks = table(
        Bid(2),
        [Naughty("raise"), Constant(0)],
        blocks=3000,
        conditions=Conditions(faults=FaultPolicy.VOID),
    )
    tournament = Tournament(plan, picks=picks)

    with pytest.raises(BadPlan, match=r"of 3000 blocks were void, more than 1 %"):
        tournament.run()
    assert tournament.store.tournaments()[0].blocks < 2000


def test_progress_is_shown_and_ends_done() -> None:
    """Counts grow, the last one of each round is done, and standings agree with the ranking."""
    plan, picks = table(FastBid(3), FAMILIES, blocks=120, format="championship")
    seen: list[Progress] = []
    found = Tournament(plan, picks=picks).run(Shuffled(3, 1), seen.append)
    done = [shown for shown in seen if shown.done]

    assert [shown.title for shown in done] == [stage.title for stage in found.rounds]
    for shown, stage in zip(done, found.rounds, strict=True):
        assert (shown.blocks, shown.planned, shown.resumed, shown.left) == (120, 120, 0, 0.0)
        assert [line.agent for line in shown.standings] == [row.agent for row in stage.agents]
        for line in shown.standings:
            row = stage.row(line.agent)
            assert line.score == pytest.approx(row.score.value, abs=1e-12)
            assert line.half_width == pytest.approx(1.96 * (row.score.se or 0.0), abs=1e-9)
            assert line.wins == pytest.approx(row.wins and row.wins.value)
    assert [shown.seconds for shown in seen] == sorted(shown.seconds for shown in seen)


def test_progress_under_a_stop_by_time() -> None:
    """No number of blocks is planned; what is left is time."""
    plan, picks = table(Bid(3, work_us=2000), FIELD, stop=Stop(seconds=1.6))
    seen: list[Progress] = []
    Tournament(plan, picks=picks).run(None, seen.append)

    assert not seen[0].done
    assert seen[0].planned is None
    assert seen[0].left is not None
    assert 0 <= seen[0].left < 0.7
    assert seen[0].rate > 0
    assert seen[-1].done


def test_progress_goes_on_from_what_is_stored() -> None:
    """A resumed run shows all blocks, and how many were there before."""
    plan, picks = table(FastBid(3), FIELD, blocks=30)
    store = Store.memory()
    Tournament(plan, store, picks=picks).run()
    seen: list[Progress] = []
    longer = dataclasses.replace(plan, stop=Stop(blocks=50))
    Tournament(longer, store, picks=picks).run(None, seen.append)

    assert (seen[-1].blocks, seen[-1].resumed, seen[-1].planned) == (50, 30, 50)
    assert seen[-1].matches == 20 * 3


def test_registered_things_need_no_pick() -> None:
    """A plan of names is all a tournament takes."""
    plan = make_plan(
        "dhumbal(rules=np10)", "aggressive,greedy,conservative,balanced", seed=3, stop=Stop(blocks=12)
    )
    found = Tournament(plan).run(Serial())

    assert found.final.matches == 48
    assert canonical_json(Tournament(plan).run()) == canonical_json(found)


# Pace


def blank(blocks: int) -> Results:
    """So many blocks of nothing."""
    wide, flat = np.zeros((blocks, 1, 1)), np.zeros((blocks, 1))
    whole = wide.astype(np.int32)
    return Results(
        0,
        0,
        wide.astype(np.int16),
        wide,
        {},
        flat.astype(np.int32),
        whole,
        wide,
        flat.astype(np.uint64),
        flat.astype(np.bool_),
    )


def chunk_sizes(seconds_per_block: float, blocks: int, spike: float = 0.0) -> list[int]:
    """The sizes that a pace hands out when blocks take so long, the first one `spike` seconds more."""
    pace = Pace(0, [range(blocks)])
    sizes = []
    for chunk in pace.chunks():
        sizes.append(chunk.count)
        took = chunk.count * seconds_per_block + (spike if len(sizes) == 1 else 0.0)
        pace.measured(dataclasses.replace(blank(chunk.count), seconds=took))
    return sizes


def test_chunks_grow_to_about_a_second_of_work() -> None:
    """One block first, then by eight at most, until a chunk takes half a second to a second; never more than is missing."""
    sizes = chunk_sizes(0.001, 5000)

    assert sizes[:4] == [1, 8, 64, 512]
    assert all(500 <= size <= 1000 for size in sizes[4:-1])
    assert sum(sizes) == 5000


def test_a_slow_first_block_is_forgotten() -> None:
    """Compiling takes seconds once; the chunks after it are as large as they should be all the same."""
    sizes = chunk_sizes(0.00001, 400_000, spike=5.0)

    assert sizes[0] == sizes[1] == 1
    assert max(sizes) == 32_768  # the most a chunk may hold; by time it would be 75,000


def test_slow_blocks_come_one_by_one() -> None:
    """A block is never divided."""
    assert chunk_sizes(30.0, 4) == [1, 1, 1, 1]


def test_a_pace_fills_gaps() -> None:
    """What is missing, in order."""
    assert list(Pace(2, [range(3, 4), range(9, 11)]).chunks()) == [
        Chunk(2, 3, 1),
        Chunk(2, 9, 1),
        Chunk(2, 10, 1),
    ]


def test_no_chunk_is_begun_when_time_is_up() -> None:
    """But for those that a round without any block is owed."""
    assert list(Pace(2, [range(9)], 0.0).chunks()) == []
    assert list(Pace(2, [range(9)], 0.0, at_least=1).chunks()) == [Chunk(2, 0, 1)]


# Kill


RUN = """
from pathlib import Path
import sys
from tournament_toys import *
from tournaments.executors.processes import Processes
from tournaments.store import Store
from tournaments.tournament import Tournament

if __name__ == "__main__":
    plan, picks = league()
    with Store.open(Path(sys.argv[1])) as store:
        print("begun", flush=True)
        Tournament(plan, store, picks=picks).run(Processes(2))
        print("done", flush=True)
"""


def start(script: Path, store: Path) -> subprocess.Popen[bytes]:
    helpers = str(Path(__file__).parents[1] / "helpers")
    environment = {**os.environ, "PYTHONPATH": helpers}
    return subprocess.Popen(
        [sys.executable, str(script), str(store)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def committed(store: Path) -> int:
    with Store.open(store, create=False) as opened:
        rows = opened.tournaments()
        return rows[0].blocks if rows else 0


@pytest.fixture(scope="module")
def uninterrupted() -> bytes:
    """The ranking of the league, played without a break."""
    return canonical(*league(), Processes(2))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_at_any_moment_it_resumes_to_the_same_bytes(
    how: signal.Signals, tmp_path: Path, uninterrupted: bytes
) -> None:
    """T10: the whole run ended six times at moments drawn at random; no committed chunk is lost, and the end is the same."""
    plan, picks = league()
    script = tmp_path / "run.py"
    script.write_text(RUN)
    store = tmp_path / "store.sqlite"
    moments = np.random.default_rng(int(how)).uniform(0.0, 0.4, 6)
    blocks = 0
    for number, moment in enumerate(moments if how is signal.SIGKILL else moments[:1]):
        run = start(script, store)
        assert run.stdout is not None
        run.stdout.readline()
        # All but the first to be killed are ended after they have got somewhere.
        while (number or how is signal.SIGINT) and committed(store) == blocks:
            time.sleep(0.02)
        time.sleep(float(moment))
        run.send_signal(how)
        run.communicate()
        now = committed(store)
        assert now >= blocks
        blocks = now
    assert 0 < blocks < (plan.stop.blocks or 0)
    with Store.open(store) as opened:
        found = Tournament(plan, opened, picks=picks).run(Processes(2))
        assert opened.check(samples=0).ok
        stored = [block for run in opened.stored(1) for block in run]
        assert stored == list(range(plan.stop.blocks or 0))
    assert canonical_json(found) == uninterrupted
