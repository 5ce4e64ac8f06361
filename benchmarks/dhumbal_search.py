"""How fast and how strong the compiled search of Dhumbal is.

    python benchmarks/dhumbal_search.py --json                   # simulations a second and milliseconds a decision, peers
    python benchmarks/dhumbal_search.py --calibrate              # simulations that cost one millisecond, both searches
    python benchmarks/dhumbal_search.py --match --blocks 2000    # coins a round at equal milliseconds, the tables of the docs

Speed is processor time on decisions met in play, the best of several passes. Matches are played by simulations, so that
other load on the machine changes nothing: CALIBRATED holds, for each table, the simulations of either search that cost
one millisecond on an otherwise quiet core. The hero sits in every seat of every deal, the baseline in all others; deals
come from a stream that no tuning has seen. The half-width is that of the 95 % interval over deals.

The frozen baseline is `montecarlo(rollout=auto)`: flat determinized Monte Carlo with the compiled rollout of
`agents.dhumbal.rollout` at (1.0, 0.93, 4.3, 0.8), uniform worlds, every legal action in the same ones, to the round's end.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any, Final

import numpy as np

from agents.dhumbal import accelerate, greedy
from agents.dhumbal.rollout import PARAMETERS, choose_turn
from agents.dhumbal.styles import STYLES, decide_style
from agents.evolution.match_up import Deals, compiled_returns, deals_of, estimate
from agents.search.ismcts import ISMCTS
from agents.search.mcts import MCTS
from agents.search.montecarlo import MonteCarlo
from arena.agent import Seat, Turn
from arena.capabilities import CompiledPolicy
from arena.conditions import Budget, Conditions
from games.dhumbal.engine import step
from games.dhumbal.game import Dhumbal
from games.dhumbal.state import DISCARDING

CALIBRATED: Final = {
    ("np5", 2): (950, 2460),
    ("np5", 4): (575, 1130),
    ("np10", 2): (1215, 2140),
    ("np10", 4): (825, 1215),
}
"""Simulations that cost one millisecond: flat Monte Carlo, information-set search."""

TABLES: Final = (("np5", 2), ("np5", 4), ("np10", 4))
"""The tables of the strength figures."""

_AGENTS: Final = {"montecarlo": MonteCarlo, "mcts": MCTS, "ismcts": ISMCTS}


def _positions(game: Dhumbal, count: int) -> list[tuple[Any, int]]:
    """States with a choice, and who acts, met in play of the rollout; a few from each match."""
    found: list[tuple[Any, int]] = []
    throws, seed = np.empty(64, np.int64), 0
    while len(found) < count:
        state, seed = game.init(10_000 + seed), seed + 1
        ply, take = 0, 0
        while game.actors(state):
            (actor,) = game.actors(state)
            legal: Any = game.legal(state, actor)
            if ply % 5 == seed % 5 and len(legal) > 1:
                found.append((state.copy(), actor))
            if state["phase"][0] == DISCARDING:
                action, take = choose_turn(state[0], PARAMETERS, throws)
            else:
                action = take
            step(state[0], action)
            ply += 1
    return found[:count]


def _decider(game: Dhumbal, agent: Any, simulations: int) -> Callable[[Any, int], None]:
    """Decides once with the compiled player of `agent`."""
    conditions = Conditions(budget=Budget(simulations=simulations))
    maker: Any = getattr(accelerate, agent.spec.name)
    players = [maker(agent, Seat(game, place, "player", conditions, place)) for place in range(game.players)]
    seats = [Seat(game, place, "player", conditions, place) for place in range(game.players)]

    def decide(state: Any, actor: int) -> None:
        players[actor].act(Turn(game.view(state, actor), game.legal(state, actor), 0, seats[actor]))

    return decide


def _milliseconds(
    decide: Callable[[Any, int], None], positions: list[tuple[Any, int]], repeats: int
) -> float:
    """Milliseconds of processor time a decision, the best of `repeats` passes over `positions`."""
    passes = []
    for _ in range(repeats):
        began = process_time()
        for state, actor in positions:
            decide(state, actor)
        passes.append(process_time() - began)
    return 1000 * min(passes) / len(positions)


def speed(rules: str, players: int, repeats: int = 5) -> list[dict[str, Any]]:
    """Simulations a second of each compiled search on decisions of one table."""
    game = Dhumbal(players=players, rules=rules)
    positions = _positions(game, 60)
    rows = []
    for name, agent in _AGENTS.items():
        simulations = 1000
        took = _milliseconds(_decider(game, agent(), simulations), positions, repeats)
        rows.append(
            {
                "agent": name,
                "game": f"dhumbal(players={players}, rules={rules})",
                "simulations": simulations,
                "ms_per_decision": took,
                "simulations_per_s": 1000 * simulations / took,
            }
        )
    return rows


def calibrate(repeats: int = 9) -> list[dict[str, Any]]:
    """How many simulations of either search cost one millisecond; on a quiet machine the numbers of CALIBRATED."""
    return [
        {
            "agent": row["agent"],
            "game": row["game"],
            "simulations_per_ms": row["simulations_per_s"] / 1000,
        }
        for rules, players in CALIBRATED
        for row in speed(rules, players, repeats)
        if row["agent"] != "mcts"
    ]


def generic(simulations: int = 40) -> list[dict[str, Any]]:
    """The generic searches in Python on the same game."""
    game = Dhumbal(players=4)
    rows = []
    for name, agent in _AGENTS.items():
        seat = Seat(game, 0, "player", Conditions(budget=Budget(simulations=simulations)), 1)
        player = agent(compiled=False).searcher(seat)
        state = next(state for state, actor in _positions(game, 40) if actor == 0)
        turn = Turn(game.view(state, 0), game.legal(state, 0), 0, seat)
        began = process_time()
        player.act(turn)
        took = process_time() - began
        rows.append({"agent": f"{name}(compiled=false)", "simulations_per_s": simulations / took})
    return rows


def openspiel(simulations: int = 1000) -> list[dict[str, Any]]:
    """OpenSpiel's C++ searches on gin rummy, one playout each; empty where it is not installed."""
    try:
        import pyspiel
    except ImportError:
        return []
    game = pyspiel.load_game("gin_rummy")
    state = game.new_initial_state()
    rng = np.random.default_rng(1)
    while state.is_chance_node() or state.move_number() < 60:
        actions = (
            [action for action, _ in state.chance_outcomes()]
            if state.is_chance_node()
            else state.legal_actions()
        )
        state.apply_action(int(rng.choice(actions)))
    rows = []
    evaluator = pyspiel.RandomRolloutEvaluator(1, 5)
    bot = pyspiel.ISMCTSBot(
        5, evaluator, 0.7, simulations, -1, pyspiel.ISMCTSFinalPolicyType.MAX_VISIT_COUNT, False, False
    )
    began = process_time()
    bot.step(state)
    rows.append(
        {
            "agent": "OpenSpiel C++ ISMCTS, gin_rummy",
            "simulations_per_s": simulations / (process_time() - began),
        }
    )
    return rows


def _policies(game: Dhumbal, milliseconds: float) -> dict[str, CompiledPolicy]:
    flat, sets = CALIBRATED[game.rules, game.players]
    hero = accelerate.ismcts_policy(ISMCTS(simulations=round(milliseconds * sets)), game)
    base = accelerate.montecarlo_policy(MonteCarlo(simulations=round(milliseconds * flat)), game)
    assert hero is not None
    assert base is not None
    return {
        "ismcts": hero,
        "montecarlo": base,
        "greedy": CompiledPolicy(greedy.decide, greedy.PARAMETERS),
        "aggressive": CompiledPolicy(decide_style, np.array(STYLES["aggressive"])),
    }


def match(
    rules: str, players: int, *, hero: str, field: str, milliseconds: float, blocks: int, seed: int
) -> dict[str, Any]:
    """One row of the strength tables."""
    game = Dhumbal(players=players, rules=rules)
    policies = _policies(game, milliseconds)
    deals = deals_of(seed, players, blocks, purpose="search report")
    parts = []
    began = perf_counter()
    for start in range(0, blocks, 50):
        part = Deals(deals.seeds[start : start + 50], deals.dice[start : start + 50])
        parts.append(compiled_returns(game, policies[hero], policies[field], part))
    found = estimate(np.concatenate(parts))
    return {
        "game": f"dhumbal(players={players}, rules={rules})",
        "hero": hero,
        "field": field,
        "ms_per_decision": milliseconds,
        "coins": found.mean,
        "half_width": found.half_width,
        "deals": blocks,
        "seconds": perf_counter() - began,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--calibrate", action="store_true")
    parser.add_argument("--match", action="store_true")
    parser.add_argument("--tables", default=",".join(f"{rules}-{players}" for rules, players in TABLES))
    parser.add_argument("--hero", default="ismcts")
    parser.add_argument("--fields", default="montecarlo,greedy")
    parser.add_argument("--ms", default="1", help="milliseconds a decision, by commas")
    parser.add_argument("--blocks", type=int, default=1000, help="deals, each played from every seat")
    parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args()


def _matches(given: argparse.Namespace) -> list[dict[str, Any]]:
    rows = []
    for table in given.tables.split(","):
        rules, players = table.rsplit("-", 1)
        for milliseconds in given.ms.split(","):
            for field in given.fields.split(","):
                row = match(
                    rules,
                    int(players),
                    hero=given.hero,
                    field=field,
                    milliseconds=float(milliseconds),
                    blocks=given.blocks,
                    seed=given.seed,
                )
                rows.append(row)
                if not given.json:
                    print(
                        f"{row['game']} {row['hero']} against {field} at {milliseconds} ms: "
                        f"{row['coins']:+.2f} ± {row['half_width']:.2f} coins, {row['deals']:,} deals, "
                        f"{row['seconds']:.0f} s",
                        flush=True,
                    )
    return rows


def main() -> int:
    """Measure what was asked for."""
    given = _arguments()
    if given.match:
        rows = _matches(given)
    elif given.calibrate:
        rows = calibrate()
    else:
        rows = [row for rules, players in TABLES for row in speed(rules, players)] + generic() + openspiel()
    if given.json:
        print(json.dumps(rows, indent=1))
    elif not given.match:
        for row in rows:
            print({key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
