"""How long ratings take, beside other programs, on the same games in one run.

    OPENBLAS_NUM_THREADS=1 python benchmarks/ratings.py --json
    python benchmarks/ratings.py --agents 20 --arena-rank OTHER_VENV/bin/python

A million four-player games, four rotations a deal, with luck of the deal. Times are process time on one core, data in memory,
reading orders from scores included. choix gets the orders ready made (its interface takes them so). openskill rates --openskill games
one by one, and its time is scaled to all of them: it is linear. arena-rank, which rates pairs and needs other versions of libraries,
runs in the interpreter that --arena-rank names, on the six pairs of each game.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
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


def arena_rank_seconds(orders: np.ndarray, python: str, folder: Path) -> float:
    """The time arena-rank takes for the pairs of all games, sandwich intervals of independent games included."""
    first, second = np.triu_indices(SEATS, 1)
    pairs = np.stack([orders[:, first].ravel(), orders[:, second].ravel()], axis=1)
    file = folder / "pairs.npy"
    np.save(file, pairs)
    done = subprocess.run([python, "-c", _ARENA_RANK, str(file)], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def rows(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The figures, with the peers of the first."""
    strength = np.linspace(-0.6, 0.6, options.agents)
    results = rotated(np.random.default_rng(1), options.games // SEATS, strength, luck=1.0)
    picks, orders = picks_for(options.agents, SEATS), orders_of(results)
    what = f"{len(orders):,} four-player games, {options.agents} agents"
    best = min(timed(lambda: PlackettLuce().rate(picks, [results])) for _ in range(options.repeat))

    def row(peer: str, seconds: float) -> dict[str, Any]:
        named = f"plackett-luce with clustered intervals, {what}"
        return {
            "what": named,
            "value": best,
            "unit": "s",
            "peer": peer,
            "peer_value": seconds,
            "ratio": seconds / best,
        }

    yield row("choix.ilsr_rankings, no intervals", choix_seconds(orders, options.agents))
    games = min(options.openskill, len(orders))
    yield row(
        f"openskill, online, scaled from {games:,} games", openskill_seconds(orders, options.agents, games)
    )
    if options.arena_rank:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            yield row(
                "arena-rank, pairs, intervals of independent games",
                arena_rank_seconds(orders, options.arena_rank, Path(folder)),
            )
    others: tuple[Rating, ...] = (RankProbabilities(), AlphaRank(), Nash(), MaximalLottery(), Transitivity())
    for rating in others:
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
    parser.add_argument("--agents", type=int, default=12)
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the best counts")
    parser.add_argument("--openskill", type=int, default=20_000, help="games that openskill rates")
    parser.add_argument("--arena-rank", metavar="PYTHON", help="an interpreter that has arena-rank")
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    options = parser.parse_args()
    for found in rows(options):
        if options.json:
            print(json.dumps(found), flush=True)
        elif found["peer"]:
            print(
                f"{found['what']}: {found['value']:.2f} s; {found['peer']}: {found['peer_value']:.1f} s ({found['ratio']:.0f} times)",
                flush=True,
            )
        else:
            print(f"{found['what']}: {found['value']:.2f} s", flush=True)


if __name__ == "__main__":
    main()
