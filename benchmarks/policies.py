"""What a decision of a network costs: one at a time, in whole blocks, and through onnxruntime.

    OMP_NUM_THREADS=1 python benchmarks/policies.py [--agent ppo] [--game dhumbal] [--json]

One core. The time of blocks is that of the processor, the rules of the game included; the others are medians of the clock.
The peer is the same network in a session of onnxruntime on one thread, without the encoding of the view.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from agents.deep.agent import NetworkAgent
from agents.deep.reading import observation
from agents.evolution.match_up import deals_of
from arena.agent import Seat, Turn
from arena.capabilities import BlockPlayable
from arena.conditions import Conditions
from arena.game import Game
from arena.registry import make_agent, make_game

DEALS = 60
TURNS = 2000
ROWS = 1024


def turns_of(game: Game[Any, Any, Any], agent: NetworkAgent, count: int) -> list[Turn]:
    """Turns as the agent meets them against itself."""
    found: list[Turn] = []
    deal = 0
    while len(found) < count:
        deal += 1
        state = game.init(deal)
        seat = Seat(game, 0, game.spec.roles[0], Conditions(), deal)
        player = agent.sit(seat)
        while actors := game.actors(state):
            turn = Turn(game.view(state, actors[0]), game.legal(state, actors[0]), len(found), seat)
            found.append(turn)
            state = game.step(state, {actors[0]: player.act(turn)})
    return found[:count]


def typical(work: Callable[[Any], Any], inputs: list[Any]) -> float:
    """Median microseconds of `work`."""
    times = []
    for each in inputs:
        began = perf_counter()
        work(each)
        times.append(perf_counter() - began)
    return 1e6 * median(times)


def in_blocks(game: Game[Any, Any, Any], agent: NetworkAgent) -> float:
    """Microseconds of the processor a decision, with the agent on every seat."""
    policy = agent.compiled_policy(game)
    assert policy is not None
    assert isinstance(game, BlockPlayable)
    players = game.spec.players
    deals = deals_of(1, players, DEALS)
    seats = np.zeros((DEALS, players, players), np.int16)
    game.play_blocks([policy], deals.seeds[:1], seats[:1], deals.dice[:1])
    times = []
    for _ in range(5):
        began = process_time()
        outcome = game.play_blocks([policy], deals.seeds, seats, deals.dice)
        times.append((process_time() - began) / int(outcome.decisions.sum()))
    return 1e6 * min(times)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--agent", default="ppo", help="an agent that plays by a network")
    parser.add_argument("--game", default="dhumbal")
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    given = parser.parse_args()
    game, agent = make_game(given.game), make_agent(given.agent)
    if not isinstance(agent, NetworkAgent):
        print(f"error: expected an agent that plays by a network, got {given.agent!r}", file=sys.stderr)
        return 2
    agent.prepare(game)
    turns = turns_of(game, agent, TURNS)
    network = agent.network(game)
    player = agent.sit(turns[0].seat)
    rows = [observation(game, turn.view)[None] for turn in turns]
    many = np.concatenate([*rows])[:ROWS]
    network.run(many)
    alone, session = typical(player.act, turns), typical(network.run, rows)
    batch = typical(network.run, [many] * 20) / len(many)
    for what, value, peer in (
        ("one decision of a network, alone", alone, session),
        ("one decision of a network, in blocks", in_blocks(game, agent), batch),
    ):
        line = {
            "what": f"{what} ({given.agent}, {given.game})",
            "value": round(value, 2),
            "unit": "us",
            "peer": "onnxruntime",
            "peer_value": round(peer, 2),
            "ratio": round(peer / value, 2),
        }
        print(
            json.dumps(line) if given.json else f"{line['what']}: {value:.2f} us; onnxruntime {peer:.2f} us"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
