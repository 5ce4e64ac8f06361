"""How many games adaptive lineups save: neighbours told apart after so many games, beside uniform lineups.

    OPENBLAS_NUM_THREADS=1 python benchmarks/adaptive.py --repetitions 200 --json

Games of two with wins and losses by the model of Bradley and Terry (1952), strengths .35 apart ("ladder") or normal with standard
deviation 1 ("spread"). Counted are the true neighbours with |z| > 2.9 for their difference in a Bradley-Terry fit of all games. The
lineups are drawn in --rounds rounds, after a first in which every pair meets twice: uniformly, by the model for scores with
even noise (which a ranking by coins has), and by the model for wins (which a ranking by wins has).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from numpy.typing import NDArray

from arena.contest import Standing
from tournaments.schedules.choosing import Knowledge
from tournaments.schedules.lineups import lineups

FLOOR: Final = 0.1
FAR: Final = 2.9
RIDGE: Final = 1e-3


class Games:
    """Wins of all pairs so far, among agents of these strengths."""

    def __init__(self, strength: NDArray[np.float64], generator: np.random.Generator) -> None:
        self.strength, self.generator = strength, generator
        self.pairs = lineups(len(strength), 2).astype(np.int64)
        self.count, self.won = np.zeros(len(self.pairs)), np.zeros(len(self.pairs))
        first, second = self.pairs.T
        self.chance = 1 / (1 + np.exp(strength[second] - strength[first]))

    def play(self, drawn: NDArray[np.int64]) -> list[Standing]:
        """The standings of a round of these lineups."""
        count = np.bincount(drawn, minlength=len(self.pairs))
        won = self.generator.binomial(count, self.chance)
        self.count += count
        self.won += won
        agents = len(self.strength)
        games = np.bincount(self.pairs.ravel(), np.stack([count, count], axis=1).ravel(), agents)
        wins = np.bincount(self.pairs.ravel(), np.stack([won, count - won], axis=1).ravel(), agents)
        found = []
        for agent, (n, w) in enumerate(zip(games.astype(int).tolist(), wins.tolist(), strict=True)):
            share = w / n if n else 0.0
            se = math.sqrt(share * (1 - share) / (n - 1)) if n > 1 else None
            found.append(Standing(agent, share, 1, n, 0, se))
        return found

    def apart(self) -> int:
        """How many true neighbours are told apart."""
        agents, theta = len(self.strength), np.zeros(len(self.strength))
        first, second = self.pairs.T
        sides = np.eye(agents)[first] - np.eye(agents)[second]
        for _ in range(30):
            chance = 1 / (1 + np.exp(-(sides @ theta)))
            weight = self.count * chance * (1 - chance)
            information = (sides.T * weight) @ sides + RIDGE * np.eye(agents)
            theta += np.linalg.solve(information, sides.T @ (self.won - self.count * chance) - RIDGE * theta)
        order = np.argsort(-self.strength)
        contrasts = np.eye(agents)[order[:-1]] - np.eye(agents)[order[1:]]
        covariance = np.linalg.inv(information)
        z = contrasts @ theta / np.sqrt(np.einsum("qi,ij,qj->q", contrasts, covariance, contrasts))
        return int((np.abs(z) > FAR).sum())


def course(games: Games, total: int, rounds: int, by: str) -> int:
    """Neighbours told apart by a tournament of `total` games."""
    agents, every = len(games.strength), np.arange(len(games.pairs))
    known = Knowledge(agents, games.pairs.astype(np.int16), wins=by == "wins")
    drawn = np.repeat(every, 2)
    each = (total - drawn.size) // rounds
    for _ in range(rounds):
        known.enter(np.bincount(drawn, minlength=every.size), games.play(drawn))
        chances = np.array(known.chances(1.0 if by == "uniform" else FLOOR))
        drawn = games.generator.choice(every, size=each, p=chances / chances.sum())
    games.play(drawn)
    return games.apart()


def rows(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The figures of both rules, each beside uniform lineups."""
    agents = options.agents
    for world in ("ladder", "spread"):
        for total in options.games:
            mean = {}
            for by in ("uniform", "coins", "wins"):
                found = []
                for repetition in range(options.repetitions):
                    generator = np.random.default_rng([repetition, total])
                    spread = generator.normal(size=agents)
                    strength = 0.35 * np.arange(agents)[::-1] if world == "ladder" else spread
                    found.append(course(Games(strength, generator), total, options.rounds, by))
                mean[by] = float(np.mean(found))
            for by in ("coins", "wins"):
                yield {
                    "what": f"{world}: of {agents - 1} neighbours told apart in {total:,} games, chosen by {by}",
                    "value": mean[by],
                    "unit": "neighbours",
                    "peer": "uniform lineups",
                    "peer_value": mean["uniform"],
                    "ratio": mean[by] / mean["uniform"],
                }


def main() -> None:
    """Print a line a figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--agents", type=int, default=12)
    parser.add_argument("--games", type=int, nargs="+", default=[1500, 3000, 6000, 9000])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--repetitions", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    options = parser.parse_args()
    for found in rows(options):
        if options.json:
            print(json.dumps(found), flush=True)
        else:
            print(
                f"{found['what']}: {found['value']:.2f}; {found['peer']}: {found['peer_value']:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
