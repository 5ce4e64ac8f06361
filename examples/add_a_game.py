"""A game in one file: Nim with two heaps. `arena new game NAME` makes a package around such a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.random.agent import Random
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, Utility
from arena.legal import Listed
from arena.play import play
from arena.testing import check_game

State = tuple[int, int, int]
"""Heap, heap, the number of moves made."""
Move = tuple[int, int]
"""The heap and how many sticks are taken from it."""


@dataclass(frozen=True)
class Nim(Game[State, State, Move]):
    """Take sticks from one of two heaps; whoever takes the last stick wins. Source: Bouton (1901)."""

    sticks: int = 5
    """Sticks in each heap at the start."""

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="nim",
            version=1,
            title="Nim",
            summary="take sticks from a heap; the last stick wins",
            players=2,
            table_sizes=(2,),
            roles=("player", "player"),
            dynamics=Dynamics.TURNS,
            information=Information.PERFECT,
            utility=Utility.ZERO_SUM,
            returns=(-1.0, 1.0),
            horizon=2 * self.sticks,
            metrics=(Metric("return", "points", primary=True),),
            chance=False,
        )

    def init(self, seed: int) -> State:
        return self.sticks, self.sticks, 0

    def actors(self, state: State) -> tuple[int, ...]:
        return (state[2] % 2,) if state[0] + state[1] else ()

    def view(self, state: State, player: int) -> State:
        return state

    def legal(self, state: State, player: int) -> Listed[Move]:
        return Listed([(heap, take) for heap in (0, 1) for take in range(1, state[heap] + 1)])

    def step(self, state: State, actions: Mapping[int, Move]) -> State:
        ((heap, take),) = actions.values()
        left = [state[0], state[1]]
        left[heap] -= take
        return left[0], left[1], state[2] + 1

    def rewards(self, state: State) -> tuple[float, ...]:
        if state[0] + state[1]:
            return 0.0, 0.0
        return (1.0, -1.0) if state[2] % 2 else (-1.0, 1.0)

    def outcome(self, state: State) -> Outcome | None:
        if self.actors(state):
            return None
        returns = self.rewards(state)
        return Outcome(returns, "the last stick was taken", metrics={"return": returns})

    def copy(self, state: State, seed: int | None = None) -> State:
        return state

    def describe(self, view: State) -> str:
        return f"heaps of {view[0]} and {view[1]}"

    def say(self, action: Move) -> str:
        return f"take {action[1]} from heap {action[0] + 1}"


def main() -> None:
    check_game(Nim())  # the laws every game obeys
    record = play(Nim(sticks=3), [Random(), Random()], seed=1)
    for action in record.actions:
        print(Nim().say(action))
    print("returns", record.outcome.returns)


if __name__ == "__main__":
    main()
