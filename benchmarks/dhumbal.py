"""How fast the Dhumbal engine is, on one core, beside its peers in the same run.

    python benchmarks/dhumbal.py                         a table
    python benchmarks/dhumbal.py --json                  one JSON object a line: what, value, unit, peer, peer_value, ratio
    python benchmarks/dhumbal.py --check-oracle 100000   play so many random rounds beside the plain-Python oracle

All times are of the processor, not of the wall clock, and rates, the engine's and its peers', the best of several runs: so
that what else the machine does tells less.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "tests" / "helpers")]

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from agents.dhumbal.compiled_random import decide_random  # noqa: E402
from agents.dhumbal.styles import STYLES, decide_style  # noqa: E402
from arena.capabilities import CompiledPolicy  # noqa: E402
from arena.jit import jit  # noqa: E402
from benchmarks.dhumbal_peers import (  # noqa: E402
    Aggressive,
    ObjectRound,
    RandomPlayer,
    games_per_second,
    openspiel_random,
    rlcard_random,
)
from games.dhumbal.batch import play_blocks  # noqa: E402
from games.dhumbal.determinize import determinize  # noqa: E402
from games.dhumbal.engine import begin, step  # noqa: E402
from games.dhumbal.legal import random_action  # noqa: E402
from games.dhumbal.rules import preset  # noqa: E402
from games.dhumbal.state import STATE, VIEW  # noqa: E402
from games.dhumbal.view import observe  # noqa: E402

_ENGINE_S = 2.0
_PEER_S = 2.0
_COLD = """
import sys, time
sys.path.insert(0, {root!r})
import numpy as np
from agents.dhumbal.styles import STYLES, decide_style
from arena.capabilities import CompiledPolicy
from games.dhumbal.batch import play_blocks
from games.dhumbal.rules import preset
policies = [CompiledPolicy(decide_style, vector) for vector in STYLES.values()]
seats = np.arange(4, dtype=np.int16).reshape(1, 1, 4)
play_blocks(preset("np5"), policies, np.zeros(1, np.uint64), seats, np.zeros(seats.shape, np.uint64))
print(time.process_time())
"""


class Row(NamedTuple):
    """One measurement beside its peer's."""

    what: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    ratio: float | None = None


@jit
def _random_rounds(states: Any, rules: Any, rounds: int, rng: NDArray[np.uint64]) -> int:
    """Play random rounds from the seeds 0, 1, 2, ...; how many turns they took."""
    state = states[0]
    turns = 0
    for seed in range(rounds):
        begin(state, rules, np.uint64(seed))
        while state.over == 0:
            step(state, random_action(state, rng))
        turns += state.turn
    return turns


@jit
def _views(states: Any, views: Any, count: int) -> int:
    total = 0
    for number in range(count):
        observe(states[0], number & 3, views[0])
        total += views[0].value
    return total


@jit
def _worlds(states: Any, views: Any, rng: NDArray[np.uint64], count: int) -> int:
    total = 0
    for _ in range(count):
        determinize(views[0], rng, states[0])
        total += states[0].value[1]
    return total


def _best_s(run: Callable[[], Any]) -> float:
    """Seconds of the fastest of the runs that fit into `_ENGINE_S`, after one to compile."""
    run()
    times: list[float] = []
    while sum(times) < _ENGINE_S:
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return min(times)


def _random_play() -> tuple[float, float]:
    """Rounds and turns per second of random legal play, 4 players, calling at 10."""
    states, rng, rules = np.zeros(1, STATE), np.zeros(1, np.uint64), preset("np10").record()
    rounds = 1000
    turns = int(_random_rounds(states, rules, rounds, rng))
    seconds = _best_s(lambda: _random_rounds(states, rules, rounds, rng))
    return rounds / seconds, turns / seconds


def _self_play(policy: CompiledPolicy, name: str, blocks: int) -> float:
    """Rounds per second of compiled self-play through views and policies called by address."""
    seats = np.zeros((blocks, 4, 4), np.int16)
    chance = np.random.default_rng(1)
    deals = chance.integers(0, 2**64, blocks, np.uint64)
    seeds = chance.integers(0, 2**64, seats.shape, np.uint64)
    rules = preset(name)
    return 4 * blocks / _best_s(lambda: play_blocks(rules, [policy], deals, seats, seeds))


def _oracle_random() -> Callable[[], object]:
    from dhumbal_oracle import Oracle

    chance, seeds, rules = np.random.default_rng(1), iter(range(10**9)), preset("np10")

    def play() -> object:
        oracle = Oracle(rules, next(seeds))
        while not oracle.over:
            legal = oracle.legal()
            oracle.step(legal[int(chance.integers(len(legal)))])
        return oracle.returns

    return play


def _first_result_s(cache: str) -> float:
    """Processor seconds of a fresh interpreter up to the first compiled result."""
    code = _COLD.format(root=str(Path(__file__).parents[1]))
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ARENA_CACHE": cache},
        capture_output=True,
        check=True,
        text=True,
    )
    return float(ran.stdout)


def measure() -> Iterator[Row]:
    """Every figure, one after another."""
    rounds, turns = _random_play()
    oracle = games_per_second(_oracle_random(), _PEER_S)
    chance = random.Random(1)  # noqa: S311  # the peer's own way to shuffle
    objects = ObjectRound([RandomPlayer(chance) for _ in range(4)], chance)
    paper = games_per_second(objects.play, _PEER_S)
    yield Row("random legal play, np10, 4 players", turns, "turns/s")
    yield Row(
        "random legal play, np10, 4 players",
        rounds,
        "rounds/s",
        "plain-Python oracle",
        oracle,
        rounds / oracle,
    )
    yield Row(
        "random legal play, np10, 4 players", rounds, "rounds/s", "object program", paper, rounds / paper
    )
    aggressive = CompiledPolicy(decide_style, STYLES["aggressive"])
    fast = _self_play(aggressive, "np10", 400)
    objects = ObjectRound([Aggressive() for _ in range(4)], chance)
    paper = games_per_second(objects.play, _PEER_S)
    yield Row(
        "Aggressive self-play, np10, 4 players", fast, "rounds/s", "object program", paper, fast / paper
    )
    yield Row("Aggressive self-play, np5, 4 players", _self_play(aggressive, "np5", 400), "rounds/s")
    uniform = CompiledPolicy(decide_random, np.zeros(0))
    yield Row("random through views, np10, 4 players", _self_play(uniform, "np10", 200), "rounds/s")
    yield from _peer_rows(rounds)
    yield from _parts()
    with tempfile.TemporaryDirectory() as cache:
        yield Row("first result, nothing compiled", _first_result_s(cache), "s")
        yield Row("first result, second start", _first_result_s(cache), "s")


def _peer_rows(rounds: float) -> Iterator[Row]:
    for library, name, made in (
        ("RLCard", "gin-rummy", rlcard_random),
        ("RLCard", "uno", rlcard_random),
        ("OpenSpiel", "gin_rummy", openspiel_random),
        ("OpenSpiel", "crazy_eights", openspiel_random),
    ):
        rate = games_per_second(made(name), _PEER_S)
        peer = f"{library} {name} from Python, games/s"
        yield Row("random legal play, np10, 4 players", rounds, "rounds/s", peer, rate, rounds / rate)


def _parts() -> Iterator[Row]:
    states, views, rng = np.zeros(1, STATE), np.zeros(1, VIEW), np.zeros(1, np.uint64)
    begin(states[0], preset("np10").record(), np.uint64(1))
    observe(states[0], 0, views[0])
    count = 50_000
    yield Row("view of a player", _best_s(lambda: _views(states, views, count)) / count * 1e9, "ns")
    observe(states[0], 0, views[0])
    yield Row("determinized world", _best_s(lambda: _worlds(states, views, rng, count)) / count * 1e9, "ns")


def check_oracle(rounds: int) -> None:
    """Play at least `rounds` random rounds by every variant of the rules, engine and oracle side by side."""
    from dhumbal_check import VARIANTS, play_both

    played, seed, started = 0, 0, time.process_time()
    while played < rounds:
        for rules in VARIANTS:
            played += play_both(rules, seed, deep_every=37)
            seed += 1
        if seed % (20 * len(VARIANTS)) == 0:
            print(f"{played} rounds so far", file=sys.stderr, flush=True)
    print(f"{played} rounds, {seed} matches, {len(VARIANTS)} variants: engine and oracle agree at every step")
    print(f"{time.process_time() - started:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--check-oracle", type=int, metavar="ROUNDS", help="compare with the oracle instead")
    chosen = parser.parse_args()
    if chosen.check_oracle:
        check_oracle(chosen.check_oracle)
        return
    for row in measure():
        if chosen.json:
            print(json.dumps(row._asdict()), flush=True)
        else:
            beside = f"   {row.ratio:10,.0f} x {row.peer} ({row.peer_value:,.0f})" if row.ratio else ""
            print(f"{row.what:42} {row.value:14,.1f} {row.unit:9}{beside}", flush=True)


if __name__ == "__main__":
    main()
