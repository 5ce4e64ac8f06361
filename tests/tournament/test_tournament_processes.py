"""Worker processes: the same results, limits enforced from outside, and whatever dies is replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tournament_toys import (
    Bid,
    Cheat,
    Constant,
    Dicer,
    FastBid,
    HangingBlocks,
    Killer,
    Naughty,
    chunks_of,
    differences,
    in_order,
    player_of,
    table,
)

from arena.agent import Agent
from arena.conditions import Conditions, FaultPolicy
from arena.contest import Chunk, Results
from arena.errors import BadParameter, BadPlan, HostFault
from arena.record import read_records
from tournaments.executors.processes import Processes, usable_cores

FIELD = [Constant(0), Constant(2), Dicer()]


def played(
    game: Bid, agents: list[Agent], blocks: int = 24, size: int = 6, workers: int = 2, **limits: Any
) -> Results:
    """All blocks, played by worker processes."""
    player = player_of(*table(game, agents, conditions=Conditions(**limits)))
    return in_order(Processes(workers).run(player, chunks_of(blocks, size)))


def alone(game: Bid, agents: list[Agent], blocks: int = 24, **limits: Any) -> Results:
    """All blocks, played in this process."""
    return player_of(*table(game, agents, conditions=Conditions(**limits)))(Chunk(0, 0, blocks))


@pytest.mark.parametrize(("workers", "size"), [(1, 24), (2, 1), (3, 7)])
def test_workers_and_chunks_change_nothing(workers: int, size: int) -> None:
    """However many workers, however large the chunks: the same blocks."""
    game = FastBid(3) if size == 7 else Bid(3)

    assert differences(played(game, list(FIELD), size=size, workers=workers), alone(game, list(FIELD))) == []


def test_a_decision_that_hangs_is_ended() -> None:
    """The worker is ended, the block is played again with a timeout in the very place, the rest is as ever."""
    found = played(Bid(2), [Constant(0), Naughty("hang")], patience_s=0.3)
    calm = alone(Bid(2), [Constant(0), Naughty("raise")])

    assert [(f.block, f.seating, f.agent) for f in found.faults] == [
        (f.block, f.seating, f.agent) for f in calm.faults
    ]
    assert {fault.kind for fault in found.faults} == {"timeout"}
    assert found.faults[0].message == "took more than 0.3 s and was ended"
    records = read_records(found.records[found.faults[0].block])
    fault = records[found.faults[0].seating].faults[0]
    assert (fault.player, fault.ply) == (1 - found.faults[0].seating, fault.player)


@pytest.mark.parametrize("deed", ["sit-hang", "leave-hang"])
def test_hanging_beside_decisions_is_ended_too(deed: str) -> None:
    """Sitting down and being told of the end are the agent's code as well."""
    found = played(Bid(2), [Constant(0), Naughty(deed)], blocks=2, patience_s=0.3)

    assert [(f.block, f.seating, f.kind) for f in found.faults] == [
        (block, seating, "timeout") for block in (0, 1) for seating in (0, 1)
    ]


def test_a_hanging_block_is_void_where_the_plan_says_so() -> None:
    """A forced fault belongs to one attempt; the next one has another deal."""
    found = played(Bid(2), [Constant(0), Naughty("hang")], patience_s=0.3, faults=FaultPolicy.VOID, blocks=12)
    calm = alone(Bid(2), [Constant(0), Naughty("raise")], faults=FaultPolicy.VOID, blocks=12)

    assert found.faults == ()
    assert found.attempts is not None
    assert calm.attempts is not None
    assert found.attempts.tolist() == calm.attempts.tolist()
    assert differences(found, calm) == []


def test_a_memory_hog_is_ended() -> None:
    """Only a fresh worker convicts: what earlier matches left in memory is nobody's fault."""
    found = played(Bid(2), [Constant(0), Naughty("hog")], blocks=12, memory_mb=400)
    calm = alone(Bid(2), [Constant(0), Naughty("raise")], blocks=12)

    assert [(f.block, f.seating, f.agent) for f in found.faults] == [
        (f.block, f.seating, f.agent) for f in calm.faults
    ]
    assert {fault.kind for fault in found.faults} == {"memory"}


def test_a_leak_of_earlier_matches_is_nobodys_fault() -> None:
    """An agent that keeps memory from match to match is restarted, not blamed."""
    found = played(Bid(2), [Constant(0), Naughty("leak")], blocks=16, size=16, workers=1, memory_mb=400)

    assert found.faults == ()
    assert differences(found, alone(Bid(2), [Constant(0), Naughty(card=-1)], blocks=16)) == []


def test_too_little_memory_for_an_idle_worker_is_refused() -> None:
    """A limit that the interpreter alone exceeds is a mistake in the plan."""
    with pytest.raises(BadPlan, match=r"memory_mb: an idle worker uses .* MB already, got 10"):
        played(Bid(2), [Constant(0), Constant(1)], memory_mb=10)


def test_an_agent_that_ends_its_process_is_convicted_the_second_time() -> None:
    """Once may be the host's doing; twice in the same place is the agent's."""
    found = played(Bid(2), [Constant(0), Naughty("exit")])
    calm = alone(Bid(2), [Constant(0), Naughty("raise")])

    assert [(f.block, f.seating, f.kind) for f in found.faults] == [
        (f.block, f.seating, "crash") for f in calm.faults
    ]
    assert found.faults[0].message == "its process ended with exit code 3, twice"


def test_a_killed_worker_is_nobodys_fault(tmp_path: Path) -> None:
    """SIGKILL comes from outside: the block is played again, and nothing tells that it was."""
    found = played(Bid(2), [Constant(0), Killer(str(tmp_path / "kills"), times=3)])

    assert (tmp_path / "kills").read_bytes() == b"xxx"
    assert found.faults == ()
    assert differences(found, alone(Bid(2), [Constant(0), Naughty(card=-1)])) == []


def test_workers_that_keep_dying_end_the_run(tmp_path: Path) -> None:
    """A machine that kills everything is a fault of the host, told with the place where it happened."""
    agents: list[Agent] = [Constant(0), Killer(str(tmp_path / "kills"), times=999)]

    with pytest.raises(
        HostFault, match=r"ended by SIGKILL in block \d+, while player \d was deciding; 9 workers"
    ):
        played(Bid(2), agents)
    assert len((tmp_path / "kills").read_bytes()) >= 9


def test_killing_workers_from_outside_at_random_changes_nothing() -> None:
    """Whatever kills workers while they play, the blocks come out the same."""
    agents: list[Agent] = [Constant(0), Dicer()]
    player = player_of(*table(Bid(2, work_us=1000), agents))
    stop = threading.Event()
    killed = []

    def havoc() -> None:
        for number in range(6):
            if stop.wait(0.25):
                return
            workers = [child for child in psutil.Process().children(recursive=True) if _is_worker(child)]
            for child in workers[number % 2 :][:1]:
                child.kill()
                killed.append(child.pid)

    thread = threading.Thread(target=havoc)
    thread.start()
    try:
        found = in_order(Processes(2).run(player, chunks_of(300, 20)))
    finally:
        stop.set()
        thread.join()

    assert killed
    assert differences(found, alone(Bid(2), agents, blocks=300)) == []


def _is_worker(child: psutil.Process) -> bool:
    """A worker is the leader of a session of its own."""
    try:
        return os.getsid(child.pid) == child.pid
    except ProcessLookupError:
        return False


def test_compiled_code_that_hangs_is_left_to_the_referee(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows whose decision hangs inside a run of compiled blocks; match by match it is found out."""
    monkeypatch.setattr("tournaments.executors.processes._COMPILED_S", 0.5)
    agents: list[Agent] = [Constant(0), Dicer()]
    found = played(HangingBlocks(2), agents, blocks=6, size=3, patience_s=0.4)

    assert all(found.records)
    assert differences(found, alone(Bid(2), agents, blocks=6), digests=False) == []


def test_an_illegal_action_in_compiled_code_is_found_in_workers_too() -> None:
    """The block is played again by the referee within the same worker."""
    agents: list[Agent] = [Constant(0), Constant(2), Cheat()]

    assert differences(played(FastBid(3), agents), alone(FastBid(3), agents)) == []


def test_what_workers_cannot_load_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A game that was made up in this process lives nowhere a worker can find it."""
    module = types.ModuleType("made_up_here")
    monkeypatch.setitem(sys.modules, "made_up_here", module)
    module.Local = type("Local", (Bid,), {"__module__": "made_up_here"})  # type: ignore[attr-defined]

    with pytest.raises(HostFault, match="a worker cannot load game and agents: ModuleNotFoundError"):
        played(module.Local(2), [Constant(0), Constant(1)])


def test_what_cannot_be_pickled_is_told() -> None:
    """The error names the way out."""
    lock = threading.Lock()

    def player(chunk: Chunk) -> Results:
        with lock:
            raise AssertionError(chunk)

    with pytest.raises(HostFault, match="executor 'serial' plays in this one"):
        list(Processes(1).run(player, chunks_of(2, 1)))


def test_any_function_of_chunks_can_be_played() -> None:
    """An executor asks nothing of the player but to be called."""
    player = Plain()
    found = sorted(Processes(2).run(player, chunks_of(4, 1)), key=lambda part: part.start)

    assert [part.start for part in found] == [0, 1, 2, 3]


class Plain:
    """A player of chunks that is none of the engine's."""

    def __reduce__(self) -> Any:
        return player_of, table(FastBid(3), list(FIELD))

    def __call__(self, chunk: Chunk) -> Results:
        raise NotImplementedError


@pytest.mark.parametrize("executor", [Processes(0), Processes(-2), Processes(1, respawns=-1)])
def test_senseless_parameters_are_refused(executor: Processes) -> None:
    """At least one worker, and no negative patience with the host."""
    player = player_of(*table(Bid(2), [Constant(0), Constant(1)]))

    with pytest.raises(BadParameter, match=r"expected (workers >= 1|respawns >= 0)"):
        list(executor.run(player, chunks_of(2, 1)))


def test_no_worker_outlives_the_run() -> None:
    """Breaking off in the middle leaves no process behind."""
    player = player_of(*table(Bid(2, work_us=2000), [Constant(0), Dicer()]))
    run: Iterator[Results] = Processes(2).run(player, chunks_of(400, 20))
    next(run)
    workers = [child.pid for child in psutil.Process().children(recursive=True) if _is_worker(child)]
    run.close()  # type: ignore[attr-defined]

    assert len(workers) == 2
    assert not any(psutil.pid_exists(pid) for pid in workers)


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """When the run itself is killed, a worker does not go on, even in the middle of a decision that hangs."""
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(
            """
            from tournament_toys import *
            from arena.conditions import Conditions
            from tournaments.executors.processes import Processes
            if __name__ == "__main__":
                plan, picks = table(Bid(2), [Constant(0), Naughty("hang")], conditions=Conditions(patience_s=None))
                print("begun", flush=True)
                list(Processes(2).run(player_of(plan, picks), chunks_of(400, 5)))
            """
        )
    )
    helpers = str(Path(__file__).parents[1] / "helpers")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([helpers, os.environ.get("PYTHONPATH", "")])}
    run = subprocess.Popen([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE)
    assert run.stdout is not None
    run.stdout.readline()
    workers: list[psutil.Process] = []
    until = time.monotonic() + 20
    while len(workers) < 2 and time.monotonic() < until:
        time.sleep(0.05)
        workers = [child for child in psutil.Process(run.pid).children(recursive=True) if _is_worker(child)]
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    gone, alive = psutil.wait_procs(workers, timeout=10)

    assert len(gone) == 2
    assert alive == []


def test_a_plan_that_cannot_be_played_is_told_by_workers_too() -> None:
    """What is wrong with the plan is no failure of the machine."""
    with pytest.raises(BadPlan, match="was void 11 times in a row"):
        played(Bid(2), [Constant(9), Constant(0)], faults=FaultPolicy.VOID)


def test_a_script_without_a_guard_is_told_what_it_needs(tmp_path: Path) -> None:
    """Workers load the script that started them; one that starts a run while it is loaded would never end."""
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(
            """
            from tournament_toys import *
            from tournaments.executors.processes import Processes
            player = player_of(*table(Bid(2), [Constant(0), Constant(1)]))
            list(Processes(1, respawns=0).run(player, chunks_of(4, 5)))
            """
        )
    )
    helpers = str(Path(__file__).parents[1] / "helpers")
    environment = {**os.environ, "PYTHONPATH": helpers}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.strip().endswith(
        "HostFault: a worker ended with exit code 1 before it could start; a script that starts workers needs: "
        "if __name__ == '__main__'; 1 workers were lost there"
    )


def test_usable_cores_is_what_the_system_grants() -> None:
    """The number of workers where nobody says how many."""
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
