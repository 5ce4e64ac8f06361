"""How many times fewer games two close variants take where they share deals, dice and seats: common random numbers.

    python benchmarks/common_numbers.py                  # the table, about eight minutes of a core
    python benchmarks/common_numbers.py --quick          # rule-based agents only, half a minute
    python benchmarks/common_numbers.py --only "np10 2"  # some of the rows

Both variants play a gauntlet against the same field. Two designs are compared at the same standard error of their
difference, and the games of both variants are counted in both:

* independent: each variant plays single games, each on a deal of its own. A pair of games has Var A + Var B.
* common: a block holds all n rotations of one deal for either variant, with the same dice at the same places. It has
  Var(mean of A - mean of B) and n pairs of games.

The factor is (Var A + Var B) / (n Var(block difference)) (A. M. Law, Simulation Modeling and Analysis, 5th edition, 2015,
section 11.2). All variances are of the same blocks, of real play; the interval is a percentile bootstrap over blocks.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

sys.path[:0] = [str(Path(__file__).parents[1])]

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from arena import streams  # noqa: E402
from arena.contest import Chunk, Stop  # noqa: E402
from tournaments.chunks import ChunkPlayer  # noqa: E402
from tournaments.plan import make_plan, pick, schedule_of  # noqa: E402

GOAL: Final = 5.0
"""Close variants are to take a fifth of the games."""
RESAMPLES: Final = 2000
"""Bootstrap samples of an interval."""
SEED: Final = 2026
"""The root of all chance."""

FIELD: Final = ("conservative", "balanced", "opportunistic")
"""Whom rule-based variants meet."""
STRONG: Final = ("greedy", "tuned", "balanced")
"""Whom searchers meet."""


@dataclass(frozen=True)
class Duel:
    """Two variants against a field at one kind of table."""

    rules: str
    players: int
    heroes: tuple[str, str]
    field: tuple[str, ...]
    blocks: int

    def __str__(self) -> str:
        return f"{self.rules} {self.players} {' - '.join(self.heroes)} against {', '.join(self.field)}"


def duels(*, quick: bool) -> Iterator[Duel]:
    """What is measured."""
    for rules, call in (("np10", 0.9), ("np5", 0.8)):
        for players in (2, 4):
            yield Duel(rules, players, ("greedy", f"greedy(call={call})"), FIELD, 20_000)
            yield Duel(rules, players, ("greedy", f"greedy(call={call})"), ("tuned", *FIELD[:2]), 20_000)
    if quick:
        return
    for budgets in ((200, 300), (800, 1000)):
        heroes = (f"ismcts(simulations={budgets[0]})", f"ismcts(simulations={budgets[1]})")
        for rules in ("np10", "np5"):
            for players in (2, 4):
                yield Duel(rules, players, heroes, STRONG, 1200 if players == 2 else 400)


def played(duel: Duel) -> NDArray[np.float64]:
    """Play the gauntlet: what each variant scored, float64[2, B, n], game by game; column k of both is the same game."""
    game = f"dhumbal(players={duel.players}, rules={duel.rules})"
    stop = Stop(blocks=duel.blocks)
    plan = make_plan(game, (*duel.heroes, *duel.field), seed=SEED, format="gauntlet(heroes=2)", stop=stop)
    picks = pick(plan)
    stage = schedule_of(plan).round(plan, picks, 0, ())
    assert stage is not None
    results = ChunkPlayer.of(plan, picks, stage)(Chunk(0, 0, duel.blocks))
    scores = [results.scores[results.seatings == hero] for hero in (0, 1)]
    return np.stack(scores).reshape(2, duel.blocks, duel.players)


def factors(scores: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many times fewer games, float64[R].

    Args:
        scores: float64[2, B, n], as `played` gives them.
        weights: float64[R, B], how often each block is counted in each resample; rows sum to B.
    """
    _, blocks, seats = scores.shape
    apart = (scores[0] - scores[1]).mean(axis=1)
    games = sum(_variance(weights, one.mean(axis=1), (one**2).mean(axis=1), seats * blocks) for one in scores)
    found: NDArray[np.float64] = games / seats / _variance(weights, apart, apart**2, blocks)
    return found


def _variance(
    weights: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """The unbiased variance of `count` values from the means of them and of their squares by block, float64[R]."""
    blocks = len(first)
    spread: NDArray[np.float64] = weights @ second / blocks - (weights @ first / blocks) ** 2
    return spread * count / (count - 1)


def measure(duel: Duel) -> dict[str, Any]:
    """One row of the table."""
    began = perf_counter()
    scores = played(duel)
    seconds = perf_counter() - began
    blocks = duel.blocks
    value = float(factors(scores, np.ones((1, blocks)))[0])
    rng = streams.generator(SEED)
    drawn = [rng.multinomial(blocks, np.full(blocks, 1 / blocks), 100) for _ in range(RESAMPLES // 100)]
    low, high = np.percentile([factors(scores, part.astype(float)) for part in drawn], (2.5, 97.5))
    means = scores.mean(axis=2)
    apart = means[0] - means[1]
    return {
        "what": str(duel),
        "value": value,
        "low": float(low),
        "high": float(high),
        "unit": "times fewer games",
        "peer": "single games on independent deals",
        "goal": "reached" if low >= GOAL else "missed" if high < GOAL else "open",
        "correlation": float(np.corrcoef(means)[0, 1]),
        "same score": float((scores[0] == scores[1]).mean()),
        "difference": float(apart.mean()),
        "se": float(apart.std(ddof=1) / np.sqrt(blocks)),
        "blocks": blocks,
        "seconds": seconds,
    }


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="without the searchers")
    parser.add_argument("--only", help="only where this text is in 'RULES PLAYERS HEROES against FIELD'")
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    given = parser.parse_args()
    if not given.json:
        print(
            "| variants | fewer games | 95 % | goal 5 | correlation | same score |\n|---|---|---|---|---|---|"
        )
    for duel in duels(quick=given.quick):
        if given.only and given.only not in str(duel):
            continue
        row = measure(duel)
        if given.json:
            print(json.dumps(row), flush=True)
            continue
        print(
            f"| {row['what']} | {row['value']:.1f} | {row['low']:.1f} to {row['high']:.1f} | {row['goal']} "
            f"| {row['correlation']:.2f} | {row['same score']:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
