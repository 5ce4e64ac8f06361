"""How long ratings take, beside other programs, on the same games in one run.

    OPENBLAS_NUM_THREADS=1 python benchmarks/ratings.py --json
    python benchmarks/ratings.py --agents 12 50 200 --arena-rank-python OTHER_VENV/bin/python

A million four-player games, four rotations a deal, with luck of the deal. Times are process time of all threads, the median of
--repeat runs (of one run for the peers, which take long), data in memory, reading orders from scores included, after a small warm-up
that imports what is needed. choix gets the orders ready made (its interface takes them so). openskill rates --openskill games
one by one, and its time is scaled to all of them: it is linear. arena-rank rates pairs, the six of each game. It needs other versions
of libraries, so that it runs in an interpreter of its own, which measures its own process time without imports: the one that
--arena-rank-python names, else this one where it has arena-rank.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "tests" / "helpers")]

import numpy as np  # noqa: E402
from ratings_worlds import picks_for, rotated  # noqa: E402

from arena.contest import Rating, Results  # noqa: E402
from tournaments.ratings import (  # noqa: E402
    AlphaRank,
    MaximalLottery,
    Nash,
    PlackettLuce,
    RankProbabilities,
    Transitivity,
)

SEATS: Final = 4

_ARENA_RANK: Final = """
import sys, time
import numpy as np, pandas as pd
from arena_rank.models.bradley_terry import BradleyTerry
from arena_rank.utils.data_utils import PairDataset
pairs = np.load(sys.argv[1])
names = np.array([f"a{number:03}" for number in range(int(pairs.max()) + 1)])
frame = pd.DataFrame({"model_a": names[pairs[:, 0]], "model_b": names[pairs[:, 1]], "winner": "model_a"})
start = time.process_time()
data = PairDataset.from_pandas(frame)
found = BradleyTerry(n_competitors=len(data.competitors)).compute_ratings_and_cis(data)
print(time.process_time() - start)
"""


def timed(run: Callable[[], object]) -> float:
    """Process seconds of one call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def orders_of(results: Results) -> np.ndarray:
    """int16[games, 4], agents from the first place to the last."""
    order = np.argsort(-results.scores.reshape(-1, SEATS), axis=1)
    return np.asarray(np.take_along_axis(results.seatings.reshape(-1, SEATS), order, axis=1))


def choix_seconds(orders: np.ndarray, agents: int) -> float:
    """The time choix takes for its quickest full-ranking fit, without intervals."""
    import choix

    rows = [tuple(row) for row in orders.tolist()]
    return timed(lambda: choix.ilsr_rankings(agents, rows, tol=1e-8))


def openskill_seconds(orders: np.ndarray, agents: int, games: int) -> float:
    """The time openskill takes for `games` of them, scaled to all."""
    from openskill.models import PlackettLuce as Online

    model: Any = Online()
    skill = [model.rating() for _ in range(agents)]

    def play() -> None:
        for row in orders[:games].tolist():
            for agent, (after,) in zip(row, model.rate([[skill[agent]] for agent in row]), strict=True):
                skill[agent] = after

    return timed(play) * len(orders) / games


def arena_rank_seconds(orders: np.ndarray, python: str | None) -> float | None:
    """The time arena-rank takes for the pairs of all games, sandwich intervals of independent games included.

    None where no interpreter with arena-rank is known; the reason is on standard error.
    """
    if python is None and importlib.util.find_spec("arena_rank") is None:
        print(
            "arena-rank is not measured: --arena-rank-python names an interpreter that has it",
            file=sys.stderr,
        )
        return None
    first, second = np.triu_indices(SEATS, 1)
    pairs = np.stack([orders[:, first].ravel(), orders[:, second].ravel()], axis=1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pairs.npy")
        np.save(file, pairs)
        command = [python or sys.executable, "-c", _ARENA_RANK, str(file)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        except FileNotFoundError:
            print(f"arena-rank is not measured: there is no interpreter {python!r}", file=sys.stderr)
            return None
        except subprocess.CalledProcessError as failed:
            last = (failed.stderr.strip().splitlines() or ["no message"])[-1]
            print(f"arena-rank is not measured: {command[0]} failed: {last}", file=sys.stderr)
            return None
    return float(done.stdout.split()[-1])


def rows(options: argparse.Namespace, agents: int) -> Iterator[dict[str, Any]]:
    """The figures with so many agents: the batch rating beside its peers, then the other ratings."""
    strength = np.linspace(-0.6, 0.6, agents)
    results = rotated(np.random.default_rng(1), options.games // SEATS, strength, luck=1.0)
    picks, orders = picks_for(agents, SEATS), orders_of(results)
    what = f"{len(orders):,} four-player games, {agents} agents"
    games = min(options.openskill, len(orders))
    times = [timed(lambda: PlackettLuce().rate(picks, [results])) for _ in range(options.repeat)]
    own = statistics.median(times)
    peers: tuple[tuple[str, Callable[[], float | None]], ...] = (
        ("choix.ilsr_rankings, no intervals", lambda: choix_seconds(orders, agents)),
        (
            f"openskill, online, scaled from {games:,} games",
            lambda: openskill_seconds(orders, agents, games),
        ),
        (
            "arena-rank, pairs, intervals of independent games",
            lambda: arena_rank_seconds(orders, options.arena_rank_python),
        ),
    )
    for peer, measure in peers:
        seconds = measure()
        yield {
            "what": f"plackett-luce with clustered intervals, {what}",
            "value": own,
            "unit": "s",
            "peer": peer if seconds is not None else f"{peer}: absent, not measured",
            "peer_value": seconds,
            "ratio": None if seconds is None else seconds / own,
        }
    others: tuple[Rating, ...] = (RankProbabilities(), AlphaRank(), Nash(), MaximalLottery(), Transitivity())
    for rating in others if options.others else ():
        seconds = timed(lambda rating=rating: rating.rate(picks, [results]))  # type: ignore[misc]
        yield {
            "what": f"{type(rating).__name__}, {what}",
            "value": seconds,
            "unit": "s",
            "peer": None,
            "peer_value": None,
            "ratio": None,
        }


def main() -> None:
    """Print a line a figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--games", type=int, default=1_000_000)
    parser.add_argument("--agents", type=int, nargs="+", default=[12, 50])
    parser.add_argument("--repeat", type=int, default=5, help="runs, of which the median counts")
    parser.add_argument("--openskill", type=int, default=20_000, help="games that openskill rates")
    parser.add_argument("--arena-rank-python", metavar="PATH", help="an interpreter that has arena-rank")
    parser.add_argument("--others", action="store_true", help="the other ratings too")
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    options = parser.parse_args()
    PlackettLuce().rate(picks_for(5, SEATS), [rotated(np.random.default_rng(0), 50, np.zeros(5))])
    for found in (row for agents in options.agents for row in rows(options, agents)):
        if options.json:
            print(json.dumps(found), flush=True)
        elif found["ratio"]:
            print(
                f"{found['what']}: {found['value']:.2f} s; {found['peer']}: {found['peer_value']:.1f} s "
                f"({found['ratio']:.0f} times)",
                flush=True,
            )
        else:
            peer = f"; {found['peer']}" if found["peer"] else ""
            print(f"{found['what']}: {found['value']:.2f} s{peer}", flush=True)


if __name__ == "__main__":
    main()
