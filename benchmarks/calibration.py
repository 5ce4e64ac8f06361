"""Whether the statistics of rankings hold on real Dhumbal: coverage, false claims, common deals.

    python benchmarks/calibration.py --repetitions 20000 --json > calibration.jsonl

Every repetition is a tournament of fresh deals between compiled agents; no deal serves twice. The true means come from an
independent run of --truth deal blocks. One process; 20,000 repetitions take about three quarters of an hour.
Beside each figure stands the same for the textbook analysis that takes single rounds for independent ("peer"). The
result is a line a figure, or a JSON object a line with --json.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "tests" / "helpers")]

import numpy as np  # noqa: E402
from calibration_data import (  # noqa: E402
    METRICS,
    Chooser,
    Field,
    Sample,
    alike,
    fixed,
    one_seating,
    rotations,
    samples,
    style,
    styles,
    threshold,
    thresholds,
    truth,
)
from calibration_looks import rating_coverage, true_strengths, wrong_looks  # noqa: E402
from calibration_rates import Truth, claims, common, coverage, family  # noqa: E402
from calibration_sprt import error_rates  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from tournaments.statistics import paired  # noqa: E402

BLOCKS: Final = (8, 32, 256)
"""Blocks of a small, a middling and a usual tournament."""

_PEERS: Final = {
    "mean coins": "t interval over rounds",
    "win rate": "Wilson over rounds",
    "difference in coins": "Welch over rounds",
    "difference in wins": "Welch over rounds",
}


@dataclass(frozen=True)
class Line:
    """One figure of the report."""

    what: str
    value: float
    unit: str
    peer: str = ""
    """What the figure stands beside; empty for nothing."""
    peer_value: float | None = None

    def as_json(self) -> str:
        """The line as a JSON object."""
        ratio = self.value / self.peer_value if self.peer_value else None
        found = {"what": self.what, "value": self.value, "unit": self.unit, "peer": self.peer or None}
        return json.dumps(found | {"peer_value": self.peer_value, "ratio": ratio})

    def as_text(self) -> str:
        """The line for people."""
        beside = f"   ({self.peer}: {self.peer_value:.4g})" if self.peer_value is not None else ""
        return f"{self.what:<95} {self.value:9.4g} {self.unit}{beside}"


@dataclass(frozen=True)
class Size:
    """How much is played."""

    repetitions: int
    truth: int
    seed: int

    def quarter(self) -> Size:
        """A quarter of the repetitions."""
        return dataclasses.replace(self, repetitions=max(1, self.repetitions // 4))

    def sample(self, field: Field, choose: Chooser, blocks: int, what: str) -> Iterator[Sample]:
        """The tournaments of one cell."""
        return samples(field, choose, repetitions=self.repetitions, blocks=blocks, seed=self.seed, what=what)


def _joined(parts: Iterable[dict[str, NDArray[np.bool_]]]) -> dict[str, NDArray[np.float64]]:
    """Percentages by name and column."""
    rows = list(parts)
    return {name: 100 * np.concatenate([row[name] for row in rows]).mean(axis=0) for name in rows[0]}


def coverages(size: Size) -> Iterator[Line]:
    """Coverage of every interval, for tables of four and of two."""
    for field in (
        thresholds(10, 8, 6, 4),
        styles(),
        thresholds(10, 4),
        thresholds(10, 8),
        styles("balanced", "opportunistic"),
    ):
        true = truth(field, rotations, blocks=size.truth, seed=size.seed)
        for blocks in BLOCKS:
            cell = size.sample(field, rotations, blocks, "coverage")
            yield from _coverage(f"{field.name}, {blocks} blocks", cell, true)


def ranks(size: Size) -> Iterator[Line]:
    """How often the rank intervals of all agents hold together."""
    for field in (thresholds(10, 8, 6, 4), styles()):
        true = truth(field, rotations, blocks=size.truth, seed=size.seed)
        cell = size.quarter().sample(field, rotations, 64, "ranks")
        rates = _joined(family(sample, true) for sample in cell)
        held = float(rates["rank intervals"][0])
        yield Line(f"all rank intervals at once hold the true ranks: {field.name}, 64 blocks", held, "%")


def _coverage(where: str, cell: Iterator[Sample], true: Truth) -> Iterator[Line]:
    rates = _joined(coverage(sample, true) for sample in cell)
    for name, peer in _PEERS.items():
        ours, naive = rates[name], rates[f"rounds: {name}"]
        yield Line(f"coverage of {name}: {where}", float(ours.mean()), "%", peer, float(naive.mean()))
        if ours.size > 2:
            for end, value in (("lowest", ours.min()), ("highest", ours.max())):
                yield Line(f"coverage of {name}: {where}, {end} of {ours.size}", float(value), "%")


def false_claims(size: Size) -> Iterator[Line]:
    """How often the pair test finds a difference between agents of one recipe that throws dice."""
    for players in (4, 2):
        field = alike(style("balanced"), players)
        for choose, how in ((rotations, "duplicate deals, rotated"), (one_seating, "one seating a deal")):
            for blocks in BLOCKS:
                where = f"alike, {players} seats, {how}, {blocks} blocks"
                wins: list[NDArray[np.float64]] = []
                cell = size.sample(field, choose, blocks, "false claims")
                rates = _joined(map(claims, _kept(cell, wins)))
                for metric in METRICS:
                    ours, naive = (float(rates[name].mean()) for name in (metric, f"rounds: {metric}"))
                    yield Line(f"false claims, {metric}: {where}", ours, "%", "Welch over rounds", naive)
            # The last cell is the largest.
            yield _share(f"alike, {players} seats, {how}", np.concatenate(wins), 1 / players)


def _kept(cell: Iterator[Sample], wins: list[NDArray[np.float64]]) -> Iterator[Sample]:
    """The samples of a cell, while the win rates in each tournament are kept in `wins`."""
    for sample in cell:
        wins.append(sample.means["wins"].mean(axis=1))
        yield sample


def _share(where: str, wins: NDArray[np.float64], expected: float) -> Line:
    """How far the agents' win rates, float64[R, n], are from 1/n."""
    error = wins.std(axis=0, ddof=1) / np.sqrt(len(wins))
    worst = float(np.abs((wins.mean(axis=0) - expected) / error).max())
    return Line(f"win rate off 1/n, the worst agent: {where}", worst, "standard errors", "accepted", 3.0)


def seats(size: Size) -> Iterator[Line]:
    """What an advantage of the first seat does to agents alike, seated always the same or rotated."""
    field = alike(style("balanced"), 4, starter="first")
    for choose, how in ((fixed, "fixed seats"), (rotations, "rotated")):
        rates = _joined(map(claims, size.quarter().sample(field, choose, 128, "seats")))
        where = f"alike, seat 0 always begins, {how}, 128 blocks"
        yield Line(f"false claims, coins: {where}", float(rates["coins"].mean()), "%")
    (sample,) = samples(field, rotations, repetitions=1, blocks=30_000, seed=size.seed, what="seats")
    lead = float(np.ptp(sample.seats))
    yield Line("coins a round between the best and the worst seat, seat 0 always begins", lead, "coins")


def families(size: Size) -> Iterator[Line]:
    """How often anything at all is claimed of agents alike."""
    for players, agents, blocks in ((4, 4, 64), (4, 8, 140)):
        field = alike(style("balanced"), players, agents=agents)
        true = {metric: np.zeros(agents) for metric in METRICS}
        cell = size.quarter().sample(field, rotations, blocks, "family")
        rates = _joined(family(sample, true) for sample in cell)
        where = f"{agents} agents alike, {agents * (agents - 1) // 2} pairs, {blocks} blocks"
        ours, plain = (float(rates[name][0]) for name in ("false claim", "false claim, unadjusted"))
        yield Line(f"tournaments with a false claim, Holm: {where}", ours, "%", "unadjusted", plain)


def ratings(size: Size) -> Iterator[Line]:
    """Coverage of Plackett-Luce strengths, clustered on blocks and by the textbook."""
    for field in (thresholds(10, 8, 6, 4), styles()):
        true = true_strengths(field, rotations, blocks=size.truth // 2, seed=size.seed)
        for blocks in BLOCKS:
            held = rating_coverage(
                field, rotations, true, repetitions=size.repetitions, blocks=blocks, seed=size.seed
            )
            ours, naive = (100 * held[name].mean(axis=0) for name in ("clustered", "textbook"))
            where = f"{field.name}, {blocks} blocks"
            peer = "inverse Hessian over rounds"
            yield Line(f"coverage of rating: {where}", float(ours.mean()), "%", peer, float(naive.mean()))
            for end, value in (("lowest", ours.min()), ("highest", ours.max())):
                yield Line(f"coverage of rating: {where}, {end} of {ours.size}", float(value), "%")


def looks(size: Size) -> Iterator[Line]:
    """How often two agents alike are ever claimed to differ when one looks after every block."""
    size = dataclasses.replace(size, repetitions=max(1, size.repetitions // 10))
    for players in (4, 2):
        field = alike(style("balanced"), players)
        rows = list(wrong_looks(field, rotations, repetitions=size.repetitions, blocks=2000, seed=size.seed))
        naive = 100 * float(np.mean([row["naive, coins"] for row in rows]))
        for metric in METRICS:
            where = f"{metric}: alike, {players} seats, a look after each of 2,000 blocks"
            ours = 100 * float(np.mean([row[metric] for row in rows]))
            yield Line(f"false claims, {where}", ours, "%", "t test after every block, coins", naive)


def sequential_tests(size: Size) -> Iterator[Line]:
    """How often SPRTs of simulated pairs of games err, asked for 5 % either way, whatever the openings."""
    runs = max(1, size.repetitions // 10)
    for bias in (0, 150, 300):
        alpha, beta, blocks = error_rates(0.0, 25.0, bias, runs=runs, seed=size.seed)
        where = f"Elo 0 or 25, openings worth {bias} Elo"
        yield Line(f"SPRT, wrongly accepted 25: {where}", 100 * alpha, "%", "asked for", 5.0)
        yield Line(f"SPRT, wrongly accepted 0: {where}", 100 * beta, "%", "asked for", 5.0)
        yield Line(f"SPRT, mean blocks where nobody is stronger: {where}", blocks, "blocks")


def common_deals(size: Size, *, blocks: int = 20_000) -> Iterator[Line]:
    """What playing the same deals saves when two variants of a hero are compared against one field."""
    for points in (8, 9):
        where = f"coins of a hero who calls at 10 or at {points}"
        found = common(threshold(10), threshold(points), style("balanced"), blocks=blocks, seed=size.seed)
        yield Line(f"correlation on common deals: {where}", found.correlation, "")
        yield Line(f"correlation on other deals: {where}", found.elsewhere, "")
        yield Line(f"variance on other deals over common deals, one seating: {where}", found.saved, "times")
        yield Line(f"rounds saved by common deals, rotated: {where}", found.rounds_saved, "times")


def degenerate(size: Size) -> Iterator[Line]:
    """Agents alike that throw no dice: the same score in every block, and said so."""
    field = alike(threshold(10), 4)
    found = [
        contrast.identical and contrast.p == 1.0 and contrast.difference.low == 0.0
        for sample in samples(field, rotations, repetitions=100, blocks=32, seed=size.seed, what="alike")
        for means in sample.means["coins"]
        for contrast in paired(means)
    ]
    yield Line("pairs called identical that are, without dice", 100 * float(np.mean(found)), "%")


PARTS: Final[dict[str, Callable[[Size], Iterator[Line]]]] = {
    "deals": common_deals,
    "alike": degenerate,
    "claims": false_claims,
    "coverage": coverages,
    "seats": seats,
    "families": families,
    "ranks": ranks,
    "ratings": ratings,
    "looks": looks,
    "sprt": sequential_tests,
}
"""The parts of the report, in order."""


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--repetitions",
        type=int,
        default=20_000,
        help="tournaments a cell; a quarter of them for seats, families and ranks, a tenth for looks and sprt",
    )
    parser.add_argument("--truth", type=int, default=1_000_000, help="deal blocks behind the true means")
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="a part of the report; may be repeated"
    )
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    size = Size(given.repetitions, given.truth, given.seed)
    for name in given.only or PARTS:
        for line in PARTS[name](size):
            print(line.as_json() if given.json else line.as_text(), flush=True)


if __name__ == "__main__":
    main()
