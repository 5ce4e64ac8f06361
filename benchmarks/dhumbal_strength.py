"""How strong an agent of Dhumbal is: coins a round against fields of other agents.

    python benchmarks/dhumbal_strength.py tuned --field greedy,aggressive --game 'dhumbal(rules=np10, players=4)'

The hero sits in every seat of every deal, one baseline in all others. The half-width is that of the 95 % interval over
deals. Deals come from a stream of their own, so no tuning has seen them. Compiled agents are played in compiled code, all
others by the referee; --simulations and --seconds are their budget. The result is a line a field, or JSON with --json.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import Any

from agents.evolution.match_up import MatchUp, deals_of, estimate, match_up, policy_of
from arena.agent import Agent
from arena.conditions import Budget, Conditions
from arena.errors import ArenaError
from arena.game import Game
from arena.registry import make_agent, make_agents, make_game
from arena.spelling import spell


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("hero", help="an agent, such as tuned or 'ismcts(simulations=500)'")
    parser.add_argument(
        "--field", default="greedy,aggressive", help="agents, by commas; each is a field of its own"
    )
    parser.add_argument("--game", default="dhumbal(rules=np10, players=4)")
    parser.add_argument("--blocks", type=int, default=10_000, help="deals, each played from every seat")
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--simulations", type=int, help="the budget of a decision")
    parser.add_argument("--seconds", type=float, help="the budget of a decision")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _progress(blocks: int) -> Any:
    def watch(done: int) -> None:
        if sys.stderr.isatty() or done == blocks:
            print(f"\r{done} of {blocks} deals", end="\n" if done == blocks else "", file=sys.stderr)

    return watch


def _row(game: Game[Any, Any, Any], hero: Agent, baseline: Agent, found: MatchUp) -> dict[str, Any]:
    """One line of the result, as plain data."""
    metric = game.spec.primary.name
    values = found.metrics[metric]
    gain, wins = estimate(values), estimate(found.metrics["wins"])
    return {
        "hero": spell(hero),
        "field": spell(baseline),
        "game": spell(game),
        "metric": metric,
        "mean": gain.mean,
        "half_width": gain.half_width,
        "wins": wins.mean,
        "wins_half_width": wins.half_width,
        "return": dataclasses.asdict(estimate(found.returns)),
        "deals": len(values),
        "decisions": found.decisions,
        "seconds": found.seconds,
    }


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['hero']} against {row['field']}, {row['game']}: {row['mean']:+.3f} ± {row['half_width']:.3f} "
        f"{row['metric']}, {100 * row['wins']:.2f} ± {100 * row['wins_half_width']:.2f} % wins, "
        f"{row['deals']:,} deals, {row['seconds']:.1f} s"
    )


def main() -> int:
    """Play and print; 2 for words that cannot be used."""
    given = _arguments()
    try:
        game, hero = make_game(given.game), make_agent(given.hero)
        conditions = Conditions(budget=Budget(given.simulations, given.seconds))
        deals = deals_of(given.seed, game.spec.players, given.blocks, purpose="benchmark")
        rows = []
        for baseline in make_agents(given.field, game):
            slow = policy_of(hero, game) is None or policy_of(baseline, game) is None
            watch = _progress(given.blocks) if slow else None
            rows.append(
                _row(
                    game,
                    hero,
                    baseline,
                    match_up(game, hero, baseline, deals, conditions=conditions, watch=watch),
                )
            )
            if not given.json:
                print(_line(rows[-1]), flush=True)
    except ArenaError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
