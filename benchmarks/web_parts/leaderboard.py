"""How many requests a second the ranking of a large field answers while blocks arrive, and how long they take."""

from __future__ import annotations

import statistics
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Plan, Results, Round, Stop
from benchmarks.web_parts.asking import Tallied, ask
from benchmarks.web_parts.figures import Figure
from benchmarks.web_parts.server import Server, peer, serving
from tournaments.plan import make_plan, pick, schedule_of
from tournaments.store import Store

__all__ = ["leaderboard"]

ROWS: Final = 50
FORMER_BLOCKS: Final = 4000
PATH: Final = f"/api/v1/tournaments/1/ranking?limit={ROWS}"
CONNECTIONS: Final = 32
TURNS: Final = 3
"""How often the server and its peers are measured in turn."""


def leaderboard(*, agents: int = 2000, seconds: float = 5.0) -> Iterator[Figure]:
    """The ranking of a field of 2,000 by the default settings, and bare answers beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store.open(folder / "arena.sqlite") as store:
            writer = Writer.on(store, agents)
            with (
                serving(folder / "arena.sqlite", folder / "log") as server,
                serving(folder / "arena.sqlite", folder / "quiet", log_requests="false") as quiet,
                peer(folder / "bare") as bare,
            ):
                writer.start()
                for warm in (server, quiet):
                    ask(warm.port, PATH, rows=ROWS, connections=CONNECTIONS, seconds=1.0)
                turns = [_turn(server, quiet, bare, seconds) for _ in range(TURNS)]
                writer.stop()
                lines = (folder / "log").read_bytes().count(b'"path":"/api/v1/tournaments/1/ranking"')
    yield from _figures(turns, lines)


@dataclass(frozen=True)
class _Measured:
    """One server in one turn."""

    seen: Tallied
    micros: float
    """Of one core, for each answer."""


def _turn(server: Server, quiet: Server, bare: Server, seconds: float) -> dict[str, _Measured]:
    asked = {
        "ours": (server, PATH, ROWS),
        "quiet": (quiet, PATH, ROWS),
        "hello": (bare, "/hello", 0),
        "page": (bare, "/page", 0),
    }
    found = {}
    for name, (one, path, rows) in asked.items():
        before = one.spent_s()
        seen = ask(one.port, path, rows=rows, connections=CONNECTIONS, seconds=seconds)
        found[name] = _Measured(seen, (one.spent_s() - before) / max(1, len(seen.seconds)) * 1e6)
    return found


def _figures(turns: list[dict[str, _Measured]], lines: int) -> Iterator[Figure]:
    wrong = [answer for turn in turns for answer in (*turn["ours"].seen.wrong, *turn["quiet"].seen.wrong)]
    asked = sum(len(turn["ours"].seen.seconds) for turn in turns)
    assert not wrong, wrong[:1]
    assert lines >= asked, f"{lines} lines of the log for {asked} answers"
    assert all(len(turn["ours"].seen.versions) > 1 for turn in turns), "no block arrived"

    def middle(name: str, what: str) -> float:
        values = {
            "rate": [turn[name].seen.rate for turn in turns],
            "micros": [turn[name].micros for turn in turns],
            "p50": [turn[name].seen.quantile_ms(0.5) for turn in turns],
            "p99": [turn[name].seen.quantile_ms(0.99) for turn in turns],
        }
        return statistics.median(values[what])

    rates = {name: middle(name, "rate") for name in turns[0]}
    yield Figure(
        "ranking of 2,000 agents", rates["ours"], "requests/s", "bare hello", rates["hello"], ">= 5,000"
    )
    yield Figure(
        "the same, 50th percentile", middle("ours", "p50"), "ms", "bare hello", middle("hello", "p50")
    )
    p99 = middle("ours", "p99")
    yield Figure("the same, 99th percentile", p99, "ms", "bare hello", middle("hello", "p99"), "< 25")
    yield Figure("the same against an answer of its size", rates["ours"], "requests/s", "bare", rates["page"])
    micros = middle("ours", "micros")
    yield Figure("the same, time of a core", micros, "µs/request", "bare hello", middle("hello", "micros"))
    yield Figure(
        "without the log, time of a core", middle("quiet", "micros"), "µs/request", "with it", micros
    )
    yield Figure("without the log", rates["quiet"], "requests/s", "with it", rates["ours"])


class Writer:
    """Writes one block a second, as a running tournament does."""

    def __init__(self, store: Store, picks: Pick, stage: Round, round_id: int) -> None:
        self._store = store
        self._picks = picks
        self._stage = stage
        self._round = round_id
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    @classmethod
    def on(cls, store: Store, agents: int) -> Writer:
        """Begin a tournament of that many agents, with blocks in it."""
        _, picks, stage, round_id = _begun(store, agents)
        for start in range(0, FORMER_BLOCKS, 50):
            store.add(round_id, _made_up(picks, stage, start, 50), 0.1)
        return cls(store, picks, stage, round_id)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write no more."""
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        start = FORMER_BLOCKS
        while not self._over.wait(1.0):
            self._store.add(self._round, _made_up(self._picks, self._stage, start, 1), 1.0)
            start += 1


def _begun(store: Store, agents: int) -> tuple[Plan, Pick, Round, int]:
    """A tournament of many agents, each with a parameter of its own."""
    names = [f"conservative(take={1 + number / 1000:.3f})" for number in range(agents)]
    plan = make_plan("dhumbal", names, seed=1, stop=Stop(blocks=10**6))
    picks = pick(plan)
    stage = schedule_of(plan).round(plan, picks, 0, ())
    assert stage is not None
    return plan, picks, stage, store.open_round(store.begin(plan, picks), stage).id


def _made_up(picks: Pick, stage: Round, start: int, count: int) -> Results:
    """Blocks with drawn scores, seated as the schedule says; playing them would measure something else."""
    seats = stage.seatings(start, count)
    shape = seats.shape
    rng = np.random.default_rng(start)
    scores: NDArray[np.float64] = rng.normal(0, 30, shape) + 20 * seats / len(picks.agents)
    scores -= scores.mean(axis=2, keepdims=True)
    won = (scores == scores.max(axis=2, keepdims=True)).astype(np.float64)
    metrics = {
        metric.name: won if metric.name == "wins" else scores.copy() for metric in picks.game.spec.metrics
    }
    return Results(
        stage.number,
        start,
        seats,
        scores,
        metrics,
        np.full(shape[:2], 40, dtype=np.int32),
        np.full(shape, 10, dtype=np.int32),
        np.full(shape, 50.0),
        rng.integers(0, 2**63, shape[:2]).astype(np.uint64),
        np.zeros(shape[:2], dtype=np.bool_),
        seconds=0.1,
    )
