"""How far duplicates, control variates and AIVAT shorten a Dhumbal tournament; and the fit of AIVAT's value functions.

    python benchmarks/variance.py                  # the table, about three minutes
    python benchmarks/variance.py --quick          # rule-based pairs only, half a minute
    python benchmarks/variance.py --fit            # the value functions anew, two minutes: games/dhumbal/data/outlook.npz

A factor is the ratio of the variances of block differences: so many times fewer blocks give the same interval. The factor
of the duplicates is against as many rounds on deals of their own, seats drawn; the others are against the plain analysis
of the same blocks, so that factors multiply.
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

from agents.dhumbal.rule_based import Aggressive, Balanced, CompiledAgent, Greedy, Opportunistic, Tuned  # noqa: E402
from arena.contest import Chunk, Stop  # noqa: E402
from games.dhumbal.game import Dhumbal  # noqa: E402
from games.dhumbal.outlook import SHIPPED  # noqa: E402
from games.dhumbal.outlook_fitting import Fitting, fit, unexplained  # noqa: E402
from games.dhumbal.rules import PRESETS, preset  # noqa: E402
from tournaments.chunks import ChunkPlayer  # noqa: E402
from tournaments.plan import make_plan, pick, schedule_of  # noqa: E402
from tournaments.statistics import Estimate  # noqa: E402
from tournaments.variance import reduce  # noqa: E402

TEACHERS: Final[tuple[CompiledAgent, ...]] = (Tuned(), Greedy(), Aggressive(), Balanced(), Opportunistic())
"""Who plays the rounds that value functions are fitted to."""


def fit_all(plan: Fitting) -> None:
    """Fit the value functions of all presets and sizes of table and write them where they ship."""
    found: dict[str, Any] = {}
    for name in PRESETS:
        for players in range(2, 6):
            rules = preset(name, players, match="round")
            game = Dhumbal(players=players, rules=name, match="round")
            policies = [agent.policy(game) for agent in TEACHERS]
            weights = fit(rules, policies, plan)
            left = unexplained(weights, rules, policies, Fitting(seed=plan.seed + 1), 100_000)
            print(f"{name} {players} players: {1 - left:.3f} of the variance explained", flush=True)
            found[f"{name}-{players}"] = weights.astype(np.float16)
    SHIPPED.parent.mkdir(exist_ok=True)
    np.savez_compressed(SHIPPED, **found)


@dataclass(frozen=True)
class Pair:
    """Two agents at one kind of table."""

    rules: str
    players: int
    agents: tuple[str, str]
    blocks: int
    seatings: str = "rotations"


RULES_BASED: Final = (("tuned", "greedy"), ("greedy", "aggressive"), ("balanced", "opportunistic"))
SEARCHERS: Final = ("ismcts(simulations=200)", "montecarlo(simulations=200)")


def pairs(*, quick: bool) -> Iterator[Pair]:
    """What is measured."""
    for rules in ("np5", "np10"):
        for players in (2, 4):
            for agents in RULES_BASED:
                yield Pair(rules, players, agents, 4000)
                yield Pair(rules, players, agents, 8000, "fixed")
            if not quick:
                yield Pair(rules, players, SEARCHERS, 600)


def measure(pair: Pair) -> dict[str, Any]:
    """The factors of one pair, and what playing and going through a match again take."""
    game = f"dhumbal(players={pair.players}, rules={pair.rules})"
    plan = make_plan(game, pair.agents, seed=2026, stop=Stop(blocks=pair.blocks), seatings=pair.seatings)
    picks = pick(plan)
    stage = schedule_of(plan).round(plan, picks, 0, ())
    assert stage is not None
    player = ChunkPlayer.of(plan, picks, stage)
    reduce(plan, picks, [player(Chunk(0, 0, 12))])  # compiles
    began = perf_counter()
    results = player(Chunk(0, 0, pair.blocks))
    played = perf_counter()
    found = reduce(plan, picks, [results], methods=("aivat-fitted", "aivat")).rounds[0]
    done = perf_counter()
    controls = reduce(plan, picks, [results], methods=("controls",)).rounds[0].method("controls")
    each = 1e6 / results.steps.size
    factors = {method.name: method.pairs[0].factor for method in found.methods[1:]}
    return {
        "rules": pair.rules,
        "players": pair.players,
        "pair": " - ".join(pair.agents),
        "seatings": pair.seatings,
        "blocks": pair.blocks,
        "difference": _interval(found.methods[0].pairs[0].difference),
        "by aivat": _interval(found.methods[1].pairs[0].difference),
        "duplicates": found.duplicates[0].factor if found.duplicates else None,
        "controls": controls.pairs[0].factor if controls else None,
        **factors,
        "play us/match": (played - began) * each,
        "luck us/match": (done - played) * each,
    }


def _interval(estimate: Estimate) -> str:
    assert estimate.value is not None and estimate.high is not None  # noqa: PT018
    return f"{estimate.value:+.2f} ± {estimate.high - estimate.value:.2f}"


def main() -> None:
    """Fit, or play and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fit", action="store_true", help="fit the value functions instead")
    parser.add_argument("--quick", action="store_true", help="without the searchers")
    parser.add_argument("--only", help="only where this text is in 'RULES PLAYERS PAIR SEATINGS'")
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    given = parser.parse_args()
    if given.fit:
        fit_all(Fitting())
        return
    headed = given.json
    for pair in pairs(quick=given.quick):
        name = f"{pair.rules} {pair.players} {' - '.join(pair.agents)} {pair.seatings}"
        if given.only and given.only not in name:
            continue
        line = measure(pair)
        if given.json:
            print(json.dumps(line), flush=True)
            continue
        if not headed:
            headed = True
            print("| " + " | ".join(line) + " |\n|" + "---|" * len(line))
        print("| " + " | ".join(_cell(value) for value in line.values()) + " |", flush=True)


def _cell(value: Any) -> str:
    if value is None:
        return "–"  # noqa: RUF001  # a dash, for people
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
