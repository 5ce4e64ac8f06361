"""The rule-based table of Malla 2025 again, and what is left of it when the program's three peculiarities are mended.

    python benchmarks/dhumbal_replication.py --matches 100

Plays matches of 1024 rounds as the paper did (coins carry over) under three rules: `paper`, the paper's program as it is;
`paper-fixed`, the same with the real pick-up and a starter that rotates; `np10`, which also drops the cap of turns and
the round that ends with an empty hand. Prints the tables of docs/games/dhumbal_replication.md. Intervals are 95 % over
matches.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.evolution.match_up import Estimate, estimate
from arena import streams
from arena.capabilities import BatchOutcome, Compiled, CompiledPolicy
from arena.registry import make_agent
from games.dhumbal.game import Dhumbal

__all__ = ["PAPER", "STYLES", "Row", "seat_effect", "table"]

STYLES: Final = ("aggressive", "conservative", "balanced", "opportunistic")
"""In the order of the seats of the paper's program."""

PAPER: Final = {
    "aggressive": (35.06, 2.92, 6.16, 76.2),
    "conservative": (19.43, 2.42, -2.23, 93.7),
    "balanced": (25.10, 2.66, 0.07, 80.6),
    "opportunistic": (20.41, 2.47, -4.00, 72.1),
}
"""What the paper's own run of 1024 rounds gave: % of rounds won and half-width, coins a round, % of right calls."""


@dataclass(frozen=True)
class Row:
    """One agent of one table."""

    agent: str
    """Its name."""
    wins: Estimate
    """% of rounds won."""
    coins: Estimate
    """A round."""
    right: float
    """% of the rounds closed in his name (called, or closed by the rules) that he won."""


def _policies(names: Sequence[str], game: Dhumbal) -> list[CompiledPolicy]:
    made = []
    for name in names:
        agent = make_agent(name)
        policy = agent.compiled_policy(game) if isinstance(agent, Compiled) else None
        assert policy is not None, name
        made.append(policy)
    return made


def _played(
    names: Sequence[str], game: Dhumbal, matches: int, seed: int, seatings: Sequence[Sequence[int]]
) -> BatchOutcome:
    """Every match in every seating; the same deals in all of them."""
    key = streams.derive(streams.root_key(seed), "replication", game.rules)
    shape = (matches, len(seatings), len(seatings[0]))
    dice = streams.numbers(streams.derive(key, "dice"), 0, int(np.prod(shape))).reshape(shape)
    deals = streams.numbers(streams.derive(key, "deals"), 0, matches)
    seats = np.broadcast_to(np.array(seatings, np.int16), shape)
    return game.play_blocks(_policies(names, game), deals, seats, dice)


def _long(rules: str, rounds: int) -> Dhumbal:
    return Dhumbal(players=4, rules=rules, match="rounds", rounds=rounds)


def _by_agent(values: NDArray[np.float64], seatings: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """float64[B, S, K] by agent from [B, S, n] by seat; everybody sits once in every seating."""
    order = np.argsort(np.array(seatings), axis=1)
    return np.take_along_axis(values, order[np.newaxis], axis=2)


def table(
    rules: str, matches: int, *, rounds: int = 1024, seed: int = 2025, seatings: str = "fixed"
) -> list[Row]:
    """The four styles at one table.

    Args:
        rules: a preset of Dhumbal.
        matches: how many matches of `rounds` rounds.
        rounds: the paper played 1024.
        seed: the root of all chance.
        seatings: ``fixed`` is the paper's order, ``all`` every one of the 24 orders on every deal.
    """
    orders = [(0, 1, 2, 3)] if seatings == "fixed" else list(permutations(range(4)))
    outcome = _played(STYLES, _long(rules, rounds), matches, seed, orders)
    found = {name: _by_agent(values, orders) for name, values in outcome.metrics.items()}
    closed = found["calls"] + found["forced"]
    right = np.nan_to_num(found["call_success"]) * found["calls"]
    right += np.nan_to_num(found["forced_success"]) * found["forced"]
    return [
        Row(
            name,
            estimate(100 * found["wins"][:, :, k].mean(axis=1)),
            estimate(found["coins"][:, :, k].mean(axis=1)),
            float(100 * right[:, :, k].sum() / closed[:, :, k].sum()),
        )
        for k, name in enumerate(STYLES)
    ]


def seat_effect(rules: str, matches: int, *, rounds: int = 1024, seed: int = 2025) -> list[Estimate]:
    """% of rounds won by each seat, from seat 0, where four identical Aggressive play."""
    outcome = _played(["aggressive"], _long(rules, rounds), matches, seed, [(0, 0, 0, 0)])
    return [estimate(100 * outcome.metrics["wins"][:, 0, seat]) for seat in range(4)]


def _print_table(title: str, rows: Sequence[Row], *, beside: bool) -> None:
    print(f"\n{title}\n")
    head = "| agent | wins % | coins/round | right calls % |"
    print(head + (" paper: wins % | coins/round | right calls % |" if beside else ""))
    print("|---|---|---|---|" + ("---|---|---|" if beside else ""))
    for row in rows:
        line = (
            f"| {row.agent} | {row.wins.mean:.1f} ± {row.wins.half_width:.1f} "
            f"| {row.coins.mean:+.2f} ± {row.coins.half_width:.2f} | {row.right:.1f} |"
        )
        if beside:
            wins, width, coins, right = PAPER[row.agent]
            line += f" {wins:.1f} ± {width:.1f} | {coins:+.2f} | {right:.1f} |"
        print(line)


def main() -> int:
    """Play and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--matches", type=int, default=100, help="of 1024 rounds each")
    parser.add_argument("--seed", type=int, default=2025)
    given = parser.parse_args()
    matches, seed = given.matches, given.seed
    _print_table("`paper`, the paper's seating", table("paper", matches, seed=seed), beside=True)
    for rules in ("paper-fixed", "np10"):
        _print_table(f"`{rules}`, the paper's seating", table(rules, matches, seed=seed), beside=False)
    few = max(2, matches // 10)
    for rules in ("paper", "paper-fixed", "np10"):
        rows = table(rules, few, seed=seed, seatings="all")
        _print_table(f"`{rules}`, all 24 seatings of every deal", rows, beside=False)
    print(
        "\nFour identical Aggressive, % of rounds won by seat\n\n| rules | seat 0 | seat 1 | seat 2 | seat 3 |"
    )
    print("|---|---|---|---|---|")
    for rules in ("paper", "paper-fixed", "np10"):
        shares = " | ".join(
            f"{e.mean:.1f} ± {e.half_width:.1f}" for e in seat_effect(rules, matches, seed=seed)
        )
        print(f"| `{rules}` | {shares} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
