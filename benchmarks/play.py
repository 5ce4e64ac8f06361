"""What the arena itself costs: a match of three moves between agents that do nothing.

    python benchmarks/play.py [--json]

`overhead` is the time of `arena.play` less that of the bare loop over the same game. The peer is fastchess, a runner of
chess engines, at 0.11 ms a game of its own machinery (serial, a trivial game); the lower the better. All times are of the
processor, and the best of several runs, so that what else the machine does tells less.
"""

# The trivial game and agent do what the contracts say, and look at nothing.
# ruff: noqa: ARG002, D102

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any, Final

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, Utility
from arena.legal import Legal, Listed
from arena.lockstep import Lineup, play_lockstep
from arena.play import play
from arena.record import write_records
from arena.replay import verify

FASTCHESS_MS: Final = 0.11
"""Milliseconds that fastchess spends on a game besides its engines."""
MATCHES: Final = 500
ROUNDS: Final = 30

_SPEC: Final = GameSpec(
    name="three-moves",
    version=1,
    title="Three moves",
    summary="three moves, and the first player has won",
    players=2,
    table_sizes=(2,),
    roles=("player", "player"),
    dynamics=Dynamics.TURNS,
    information=Information.PERFECT,
    utility=Utility.ZERO_SUM,
    returns=(-1.0, 1.0),
    horizon=3,
    metrics=(Metric("won", "points", primary=True),),
    chance=False,
)
_AGENT: Final = AgentSpec("first", 1, Family.BASELINE, "takes the first action")


@dataclass(frozen=True)
class ThreeMoves(Game[int, tuple[int, int], int]):
    """As little of a game as there can be."""

    @property
    def spec(self) -> GameSpec:
        return _SPEC

    def init(self, seed: int) -> int:
        return 0

    def actors(self, state: int) -> tuple[int, ...]:
        return () if state == 3 else (state % 2,)

    def view(self, state: int, player: int) -> tuple[int, int]:
        return (state, player)

    def legal(self, state: int, player: int) -> Legal[int]:
        return Listed((0, 1))

    def step(self, state: int, actions: Mapping[int, int]) -> int:
        return state + 1

    def rewards(self, state: int) -> tuple[float, ...]:
        return (1.0, -1.0) if state == 3 else (0.0, 0.0)

    def outcome(self, state: int) -> Outcome | None:
        won = (1.0, -1.0)
        return Outcome(won, "over", metrics={"won": won}) if state == 3 else None

    def copy(self, state: int, seed: int | None = None) -> int:
        return state

    def describe(self, view: tuple[int, int]) -> str:
        return f"after {view[0]} moves"


@dataclass(frozen=True)
class First(Agent):
    """Takes the first action."""

    number: int = 0

    @property
    def spec(self) -> AgentSpec:
        return _AGENT

    def sit(self, seat: Seat) -> Player:
        return _First()

    def act_many(self, players: Sequence[Player], turns: Sequence[Turn]) -> Sequence[Any]:
        return [0] * len(turns)


class _First(Player):
    def act(self, turn: Turn) -> Any:
        return 0


def bare(game: Game[Any, Any, Any], seed: int) -> None:
    """The same match without an arena."""
    state = game.init(seed)
    while actors := game.actors(state):
        actions = {}
        for player in actors:
            game.view(state, player)
            assert 0 in game.legal(state, player)
            actions[player] = 0
        state = game.step(state, actions)
        game.rewards(state)
        game.outcome(state)


def best_ms(task: Callable[[], object], matches: int) -> float:
    """Milliseconds of the processor a match, the least of several rounds: other programs only ever add."""
    times = []
    for _ in range(ROUNDS):
        began = process_time()
        task()
        times.append(process_time() - began)
    return min(times) / matches * 1000


def figures() -> list[tuple[str, float, str, float | None]]:
    """Each figure: what, value, unit, the peer's value."""
    game, agents = ThreeMoves(), (First(), First(1))
    tables = [Lineup(agents, seed) for seed in range(MATCHES)]
    records = [play(game, agents, seed) for seed in range(MATCHES)]

    def play_all() -> None:
        for seed in range(MATCHES):
            play(game, agents, seed)

    def play_bare() -> None:
        for seed in range(MATCHES):
            bare(game, seed)

    def verify_all() -> None:
        for record in records:
            verify(record, game)

    alone, whole = best_ms(play_bare, MATCHES), best_ms(play_all, MATCHES)
    together = best_ms(lambda: play_lockstep(game, tables), MATCHES)
    replayed = best_ms(verify_all, MATCHES)
    written = best_ms(lambda: write_records(records), MATCHES)
    return [
        ("overhead of play, trivial game of 3 moves", whole - alone, "ms/match", FASTCHESS_MS),
        ("play, trivial game of 3 moves", whole, "ms/match", FASTCHESS_MS),
        ("lock-step, trivial game of 3 moves, 256 lanes", together, "ms/match", None),
        ("verify a record of 3 moves", replayed, "ms/match", None),
        ("write records of 3 moves, one file", written, "ms/match", None),
        (
            f"record of 3 moves in a file of {MATCHES}",
            len(write_records(records)) / MATCHES,
            "bytes/match",
            None,
        ),
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What the arena itself costs.")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    as_json = parser.parse_args().json
    for what, value, unit, peer_value in figures():
        peer = None if peer_value is None else "fastchess"
        ratio = None if peer_value is None else round(peer_value / value, 2)
        if as_json:
            row = {"what": what, "value": round(value, 4), "unit": unit, "peer": peer}
            print(json.dumps({**row, "peer_value": peer_value, "ratio": ratio}))
        else:
            beside = "" if peer is None else f"   {peer} {peer_value:g} ({ratio:g} times as fast)"
            print(f"{what:<50} {value:8.4f} {unit}{beside}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
