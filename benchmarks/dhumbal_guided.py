"""Whether a learned policy pays as a prior of Dhumbal's search: guided against plain `ismcts` at equal time.

    python benchmarks/dhumbal_guided.py --blocks 300 --ms 0.25 --widths 4,6,8
    python benchmarks/dhumbal_guided.py --recall            # how often the best choice is among the first K

The policy is the network of `ppo`. For each table and time the plain search has the simulations of `dhumbal_search.py`,
and the guided one as many as cost the same: processor time on the same decisions met in play, both searches pass by pass,
the best pass of each. One hero sits in every seat of every deal, plain `ismcts` in all others; deals come from a stream
that nothing else uses. The half-width is that of the 95 % interval over deals.

Recall asks a plain search of 20,000 simulations over all choices which is best, at decisions with more than K of them, and
whether the policy and the rollout have it among their first K.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import process_time
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from agents.deep.compiled import packed
from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import read
from agents.dhumbal import accelerate
from agents.dhumbal.guided import guided_policy, order_by_logits
from agents.dhumbal.ismcts import BELIEF, ROLLOUT, WIDTH, search
from agents.dhumbal.macro import MOST_ARMS, list_arms
from agents.dhumbal.networks import ppo
from agents.evolution.match_up import Deals, Estimate, compiled_returns, deals_of, estimate
from agents.search.ismcts import ISMCTS
from arena.capabilities import CompiledPolicy
from benchmarks.dhumbal_search import CALIBRATED, TABLES, _positions
from games.dhumbal.game import Dhumbal
from games.dhumbal.state import VIEW

_PASSES: Final = 7
_TRIES: Final = 8
_THOROUGH: Final = 20_000
_WITHIN: Final = 0.03
"""How far the milliseconds of both may be apart."""


def _plain(game: Dhumbal, simulations: int) -> CompiledPolicy:
    policy = accelerate.ismcts_policy(ISMCTS(simulations=simulations), game)
    assert policy is not None
    return policy


def _views(game: Dhumbal, count: int) -> list[Any]:
    """What the players saw at decisions met in play."""
    return [np.asarray(game.view(state, actor), VIEW)[()] for state, actor in _positions(game, count)]


def _milliseconds(policies: list[CompiledPolicy], views: list[Any]) -> list[float]:
    """Milliseconds of processor time a decision of each, the best of several passes, taken in turn."""
    best = [float("inf")] * len(policies)
    for _ in range(_PASSES):
        for place, policy in enumerate(policies):
            rng = np.array([7], np.uint64)
            began = process_time()
            for view in views:
                policy.decide(view, policy.parameters, rng)
            best[place] = min(best[place], process_time() - began)
    return [1000 * seconds / len(views) for seconds in best]


def calibrated(
    game: Dhumbal, perceptron: Perceptron, width: int, simulations: int, views: list[Any]
) -> tuple[int, float, float]:
    """The simulations of the guided search that cost what `simulations` of the plain one do.

    Returns:
        They; milliseconds a decision of the plain search; those of the guided one.
    """
    plain = _plain(game, simulations)
    sought = simulations
    for _ in range(_TRIES):
        hero = guided_policy(_plain(game, sought), game, perceptron, width)
        ours, theirs = _milliseconds([plain, hero], views)
        if abs(theirs / ours - 1.0) <= _WITHIN:
            return sought, ours, theirs
        sought = max(1, round(sought * ours / theirs))
    raise SystemExit(f"expected times within {_WITHIN:.0%} after {_TRIES} tries: the machine is too busy")


def _match(game: Dhumbal, hero: CompiledPolicy, field: CompiledPolicy, blocks: int, seed: int) -> Estimate:
    deals = deals_of(seed, game.players, blocks, purpose="guided search")
    parts = []
    for start in range(0, blocks, 50):
        part = Deals(deals.seeds[start : start + 50], deals.dice[start : start + 50])
        parts.append(compiled_returns(game, hero, field, part))
    return estimate(np.concatenate(parts))


def recall(game: Dhumbal, perceptron: Perceptron, width: int, views: list[Any]) -> tuple[int, float, float]:
    """At how many decisions there are more than `width` choices; the shares at which the best is among the first ones.

    Returns:
        The decisions; the share by the order of the policy; that by the order of the rollout.
    """
    plain = _plain(game, _THOROUGH)
    plain.parameters[WIDTH] = MOST_ARMS
    network = packed(perceptron, game.encoding().most_legal, greedy=True)
    arms, visits = np.empty((MOST_ARMS, 2), np.int64), np.empty(MOST_ARMS, np.int64)
    totals, counts = np.empty(MOST_ARMS), np.empty(3, np.int64)
    hits: list[tuple[bool, bool]] = []
    for view in views:
        found = list_arms(view, plain.parameters[ROLLOUT:BELIEF], arms, totals)
        if found <= width:
            continue
        place = search(view, plain.parameters, np.array([7], np.uint64), arms, visits, totals, counts)
        best = arms[place].tolist()
        order_by_logits(view, network, arms, found, totals)
        hits.append((best in arms[:width].tolist(), place < width))
    ours, theirs = np.array(hits).mean(axis=0)
    return len(hits), float(ours), float(theirs)


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", default=",".join(f"{rules}-{players}" for rules, players in TABLES))
    parser.add_argument("--widths", default="4,6,8", help="K, by commas")
    parser.add_argument("--ms", default="0.25,1", help="milliseconds a decision, by commas")
    parser.add_argument("--blocks", type=int, default=300, help="deals, each played from every seat")
    parser.add_argument("--seed", type=int, default=2028)
    parser.add_argument("--recall", action="store_true", help="play nothing")
    given = parser.parse_args()
    perceptron, _ = read(ppo())
    for table in given.tables.split(","):
        rules, players = table.rsplit("-", 1)
        game = Dhumbal(players=int(players), rules=rules)
        views = _views(game, 100)
        if given.recall:
            for width in map(int, given.widths.split(",")):
                count, ours, theirs = recall(game, perceptron, width, views)
                print(
                    f"{table} K={width}: policy {ours:.0%}, rollout {theirs:.0%} of {count} decisions",
                    flush=True,
                )
            continue
        for milliseconds in given.ms.split(","):
            simulations = round(float(milliseconds) * CALIBRATED[rules, int(players)][1])
            plain = _plain(game, simulations)
            for width in map(int, given.widths.split(",")):
                began = process_time()
                sought, ours, theirs = calibrated(game, perceptron, width, simulations, views)
                hero = guided_policy(_plain(game, sought), game, perceptron, width)
                found = _match(game, hero, plain, given.blocks, given.seed)
                print(
                    f"{game.spec.name} {table} {milliseconds} ms K={width}: {found.mean:+.2f} ± {found.half_width:.2f} coins, "
                    f"{given.blocks} deals; simulations {simulations} plain, {sought} guided; {ours:.3f} and {theirs:.3f} ms; "
                    f"{process_time() - began:.0f} s",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
