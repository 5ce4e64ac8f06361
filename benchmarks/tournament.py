"""What the tournament engine costs: a trivial match, two cores, compiled blocks, the ranking of a million games.

    python benchmarks/tournament.py [--json] [--only NAME]

`overhead` is what a match costs in a tournament, chance, record file, store and ranking included, less the bare loop over
the same game; the peer is fastchess at 0.11 ms a game. `efficiency` is the parallel efficiency of two worker processes with
matches of a millisecond, start-up included: their rate by the clock on the wall over twice that of one process. It means
something on an idle machine only. Beside it stands the share of the time that went into the matches themselves.
Everything else is processor time, the best of several runs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time, thread_time_ns
from typing import Any, Final

sys.path[:0] = [str(Path(__file__).parents[1])]

import numpy as np  # noqa: E402
import psutil  # noqa: E402

from arena.contest import Chunk, Executor, Pick, Plan, Results, Stop  # noqa: E402
from arena.spelling import spell  # noqa: E402
from benchmarks.play import First, ThreeMoves, bare  # noqa: E402
from tournaments.executors.processes import Processes  # noqa: E402
from tournaments.plan import make_plan, pick  # noqa: E402
from tournaments.store import Store  # noqa: E402
from tournaments.tournament import Tournament  # noqa: E402

FASTCHESS_MS: Final = 0.11
"""Milliseconds that fastchess spends on a game besides its engines."""
STYLES: Final = "aggressive,balanced,conservative,opportunistic"
MILLION: Final = 1_000_000


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    what: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    bound: str = ""
    """What is to be reached."""


@dataclass(frozen=True)
class OneMillisecond(ThreeMoves):
    """Three moves of a third of a millisecond each."""

    def step(self, state: int, actions: Mapping[int, int]) -> int:
        """Burn time, then move."""
        end = thread_time_ns() + 333_333
        while thread_time_ns() < end:
            pass
        after: int = super().step(state, actions)
        return after


def trivial(game: ThreeMoves, blocks: int) -> tuple[Plan, Pick]:
    """A tournament of two agents that do nothing; two matches a block."""
    agents = (First(), First(1))
    plan = Plan(spell(game), ("first", "first(number=1)"), seed=1, stop=Stop(blocks=blocks))
    return plan, Pick(game, agents)


def best(task: Callable[[], object], runs: int) -> float:
    """Seconds of the processor, the least of several runs: other programs only ever add."""
    times = []
    for _ in range(runs):
        began = process_time()
        task()
        times.append(process_time() - began)
    return min(times)


def overhead() -> Iterator[Figure]:
    """A trivial match, serial."""
    blocks = 1500
    plan, picks = trivial(ThreeMoves(), blocks)
    game = picks.game

    def alone() -> None:
        for seed in range(2 * blocks):
            bare(game, seed)

    whole = best(lambda: Tournament(plan, picks=picks).run(), 7)
    each = 1000 / (2 * blocks)
    yield Figure("a trivial match in a tournament", whole * each, "ms/match", "fastchess", FASTCHESS_MS)
    over = (whole - best(alone, 7)) * each
    yield Figure("overhead of the runner", over, "ms/match", "fastchess", FASTCHESS_MS, "<= 0.10")


@dataclass
class Metered(Executor):
    """Worker processes, and the processor time that all of them have used."""

    workers: int
    used_s: float = 0.0

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        """Play, and look at the meters after each chunk."""
        for results in Processes(self.workers).run(player, chunks):
            times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
            self.used_s = sum(spent.user + spent.system for spent in times)
            yield results


def efficiency() -> Iterator[Figure]:
    """Two workers against one process, matches of a millisecond."""
    game = OneMillisecond()
    few, seated = trivial(game, 1000)
    alone = best(lambda: Tournament(few, picks=seated).run(), 3) / 2000
    blocks = 20_000
    plan, picks = trivial(game, blocks)
    meter = Metered(2)
    began, own = perf_counter(), process_time()
    Tournament(plan, picks=picks).run(meter)
    took, own = perf_counter() - began, process_time() - own
    matches = 2 * blocks
    yield Figure(
        "two cores, matches of 1 ms, start included",
        100 * matches * alone / 2 / took,
        "% of twice one process",
        bound=">= 90",
    )
    yield Figure("matches of 1 ms, share of the clock on both cores", 100 * matches * 0.001 / 2 / took, "%")
    share = 100 * matches * 0.001 / (meter.used_s + own)
    yield Figure("matches of 1 ms, share of all processor time", share, "%")


def compiled() -> Iterator[Figure]:
    """Compiled blocks of Dhumbal through the whole engine, and the engine of the rules alone."""
    blocks = 60_000
    plan = make_plan("dhumbal(rules=np10)", STYLES, seed=3, stop=Stop(blocks=blocks))
    picks = pick(plan)
    Tournament(make_plan(plan.game, STYLES, seed=4, stop=Stop(blocks=500))).run()
    game: Any = picks.game
    agents: tuple[Any, ...] = picks.agents
    policies = [agent.compiled_policy(game) for agent in agents]
    turns = (np.arange(4)[:, np.newaxis] + np.arange(4)) % 4
    seatings = np.broadcast_to(turns.astype(np.int16), (blocks, 4, 4))
    deals = np.arange(blocks, dtype=np.uint64)
    dice = np.arange(16 * blocks, dtype=np.uint64).reshape(blocks, 4, 4)
    rules = best(lambda: game.play_blocks(policies, deals, seatings, dice), 3)
    with tempfile.TemporaryDirectory() as folder:
        sizes: list[int] = []

        def run() -> None:
            path = Path(folder) / f"{len(sizes)}.sqlite"
            with Store.open(path) as store:
                Tournament(plan, store).run()
            sizes.append(path.stat().st_size)

        whole = best(run, 3)
    rounds = 4 * blocks
    yield Figure("the rules alone", rounds / rules, "rounds/s")
    yield Figure(
        "compiled blocks, store and statistics included", rounds / whole, "rounds/s", bound=">= 150000"
    )
    yield Figure("share of that time spent on the rules", 100 * rules / whole, "%")
    yield Figure("stored", sizes[0] / rounds, "bytes/round", bound="<= 100")


def ranking() -> Iterator[Figure]:
    """A million four-player games, from the store to the ranking with every interval."""
    plan = make_plan("dhumbal(rules=np10)", f"{STYLES},greedy,tuned", seed=3, stop=Stop(blocks=MILLION // 4))
    tournament = Tournament(plan)
    tournament.run()
    yield Figure("ranking of 1,000,000 games from the store", best(tournament.rank, 3), "s", bound="<= 3")


PARTS: Final = {part.__name__: part for part in (overhead, efficiency, compiled, ranking)}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What the tournament engine costs.")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; may stand several times")
    options = parser.parse_args()
    for name in options.only or PARTS:
        for figure in PARTS[name]():
            ratio = None if figure.peer_value is None else round(figure.peer_value / figure.value, 2)
            if options.json:
                row = {"what": figure.what, "value": round(figure.value, 4), "unit": figure.unit}
                beside = {
                    "peer": figure.peer,
                    "peer_value": figure.peer_value,
                    "ratio": ratio,
                    "bound": figure.bound,
                }
                print(json.dumps({**row, **beside}), flush=True)
            else:
                peer = f"   {figure.peer} {figure.peer_value:g}" if figure.peer else ""
                bound = f"   reach {figure.bound}" if figure.bound else ""
                print(f"{figure.what:<48} {figure.value:>12,.4g} {figure.unit}{peer}{bound}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
