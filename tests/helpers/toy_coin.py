"""One player: a hidden coin, the smallest game in which determinized search goes wrong (strategy fusion), and a bandit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from arena import streams
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, Utility
from arena.legal import Legal, Listed


class Hidden(NamedTuple):
    """The coin, 0 or 1, and what was done."""

    coin: int
    done: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coin(Game[Hidden, tuple[str, ...], str]):
    """Take `sure` points, or gamble: name the coin that lies hidden, for +1 or -1."""

    sure: float = 0.5

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="coin",
            version=1,
            title="Coin",
            summary="take a sure gain, or name a hidden coin",
            players=1,
            table_sizes=(1,),
            roles=("player",),
            dynamics=Dynamics.TURNS,
            information=Information.IMPERFECT,
            utility=Utility.GENERAL,
            returns=(-1.0, 1.0),
            horizon=2,
            metrics=(Metric("points", "points", primary=True),),
        )

    def init(self, seed: int) -> Hidden:
        return Hidden(streams.number(streams.root_key(seed), "coin") % 2)

    def actors(self, state: Hidden) -> tuple[int, ...]:
        return (0,) if state.done in ((), ("gamble",)) else ()

    def view(self, state: Hidden, player: int) -> tuple[str, ...]:
        return state.done

    def legal(self, state: Hidden, player: int) -> Legal[str]:
        return Listed(("heads", "tails") if state.done else ("sure", "gamble"))

    def step(self, state: Hidden, actions: Mapping[int, str]) -> Hidden:
        return state._replace(done=(*state.done, actions[0]))

    def rewards(self, state: Hidden) -> tuple[float, ...]:
        if state.done == ("sure",):
            return (self.sure,)
        if len(state.done) < 2:
            return (0.0,)
        return (1.0 if state.done[1] == ("heads", "tails")[state.coin] else -1.0,)

    def outcome(self, state: Hidden) -> Outcome | None:
        if self.actors(state):
            return None
        return Outcome(self.rewards(state), "done", metrics={"points": self.rewards(state)})

    def copy(self, state: Hidden, seed: int | None = None) -> Hidden:
        return state

    def describe(self, view: tuple[str, ...]) -> str:
        return " ".join(view) or "a coin lies hidden"

    def determinize(self, view: tuple[str, ...], player: int, rng: np.random.Generator) -> Hidden:
        return Hidden(int(rng.integers(2)), view)


@dataclass(frozen=True)
class Bandit(Game[tuple[int, int], int, int]):
    """One pull at one of `arms` arms; arm i pays 1 with chance 0.3 + 0.4 * i / (arms - 1), else nothing."""

    arms: int = 16

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="bandit",
            version=1,
            title="Bandit",
            summary="one pull",
            players=1,
            table_sizes=(1,),
            roles=("player",),
            dynamics=Dynamics.TURNS,
            information=Information.PERFECT,
            utility=Utility.GENERAL,
            returns=(0.0, 1.0),
            horizon=1,
            metrics=(Metric("points", "points", primary=True),),
        )

    def init(self, seed: int) -> tuple[int, int]:
        return seed, -1

    def actors(self, state: tuple[int, int]) -> tuple[int, ...]:
        return (0,) if state[1] < 0 else ()

    def view(self, state: tuple[int, int], player: int) -> int:
        return state[1]

    def legal(self, state: tuple[int, int], player: int) -> Legal[int]:
        return Listed(tuple(range(self.arms)))

    def step(self, state: tuple[int, int], actions: Mapping[int, int]) -> tuple[int, int]:
        return state[0], actions[0]

    def rewards(self, state: tuple[int, int]) -> tuple[float, ...]:
        if state[1] < 0:
            return (0.0,)
        draw = streams.number(streams.root_key(state[0]), "arm", state[1]) / 2**64
        return (1.0 if draw < 0.3 + 0.4 * state[1] / (self.arms - 1) else 0.0,)

    def outcome(self, state: tuple[int, int]) -> Outcome | None:
        return (
            None
            if state[1] < 0
            else Outcome(self.rewards(state), "pulled", metrics={"points": self.rewards(state)})
        )

    def copy(self, state: tuple[int, int], seed: int | None = None) -> tuple[int, int]:
        return state if seed is None else (seed, state[1])

    def describe(self, view: int) -> str:
        return "pulled" if view >= 0 else "pull"

    def determinize(self, view: int, player: int, rng: np.random.Generator) -> tuple[int, int]:
        return int(rng.integers(2**63)), view
