"""Two small games of the arena's contract: three players with a die, and two who act at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena import streams
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, RoleSpaces, Utility
from arena.legal import Legal, Listed, Product

STAKES = {"safe": 2.0, "die": 1.0, "steal": 0.0}


class Table(NamedTuple):
    """What each player has, how many turns were taken, the last rewards, the dice."""

    points: tuple[float, ...]
    turn: int
    last: tuple[float, ...]
    dice: int


@dataclass(frozen=True)
class Wager(Game[Table, tuple[tuple[float, ...], int], str]):
    """`players` players in turn, `rounds` times, take 2 points, or a die of 1 or 4, or 1 point from the next player."""

    players: int = 3
    rounds: int = 2

    @property
    def spec(self) -> GameSpec:
        seat = RoleSpaces(
            spaces.Discrete(3), spaces.Dict({"points": spaces.Box(-100, 100, (self.players,), np.float32)})
        )
        return GameSpec(
            name="wager",
            version=1,
            title="Wager",
            summary="points by turns",
            players=self.players,
            table_sizes=(2, 3, 4),
            roles=("player",) * self.players,
            dynamics=Dynamics.TURNS,
            information=Information.PERFECT,
            utility=Utility.GENERAL,
            returns=(-float(self.rounds), 4.0 * self.rounds),
            horizon=self.players * self.rounds,
            metrics=(Metric("points", "points", primary=True),),
            spaces={"player": seat},
        )

    def init(self, seed: int) -> Table:
        nothing = (0.0,) * self.players
        return Table(nothing, 0, nothing, seed)

    def actors(self, state: Table) -> tuple[int, ...]:
        return () if state.turn == self.players * self.rounds else (state.turn % self.players,)

    def view(self, state: Table, player: int) -> tuple[tuple[float, ...], int]:
        return state.points, state.turn

    def legal(self, state: Table, player: int) -> Legal[str]:
        return Listed(tuple(STAKES))

    def step(self, state: Table, actions: Mapping[int, str]) -> Table:
        high = streams.number(streams.root_key(state.dice), "die", state.turn) % 2
        return self._after(state, actions, 4.0 if high else 1.0)

    def rewards(self, state: Table) -> tuple[float, ...]:
        return state.last

    def outcome(self, state: Table) -> Outcome | None:
        if self.actors(state):
            return None
        return Outcome(state.points, "all turns taken", metrics={"points": state.points})

    def copy(self, state: Table, seed: int | None = None) -> Table:
        return state if seed is None else state._replace(dice=seed)

    def describe(self, view: tuple[tuple[float, ...], int]) -> str:
        return f"points {', '.join(f'{points:g}' for points in view[0])} after {view[1]} turns"

    def determinize(
        self, view: tuple[tuple[float, ...], int], player: int, rng: np.random.Generator
    ) -> Table:
        return Table(view[0], view[1], (0.0,) * self.players, int(rng.integers(2**63)))

    def encode(self, view: tuple[tuple[float, ...], int]) -> dict[str, NDArray[Any]]:
        return {"points": np.array(view[0], np.float32)}

    def index(self, action: str) -> int:
        return list(STAKES).index(action)

    def action(self, index: int | tuple[int, ...]) -> str:
        assert isinstance(index, int)
        return list(STAKES)[index]

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        return np.array([action in legal for action in STAKES])

    def initial(self) -> Iterator[tuple[float, Table]]:
        yield 1.0, self.init(0)

    def successors(self, state: Table, actions: Mapping[int, str]) -> Iterator[tuple[float, Table]]:
        if "die" not in actions.values():
            yield 1.0, self._after(state, actions, 0.0)
            return
        for face in (1.0, 4.0):
            yield 0.5, self._after(state, actions, face)

    def _after(self, state: Table, actions: Mapping[int, str], face: float) -> Table:
        ((player, action),) = actions.items()
        gains = [0.0] * self.players
        if action == "steal":
            gains[player] += 1.0
            gains[(player + 1) % self.players] -= 1.0
        else:
            gains[player] += 2.0 if action == "safe" else face
        points = tuple(had + gain for had, gain in zip(state.points, gains, strict=True))
        return Table(points, state.turn + 1, tuple(gains), state.dice)


class Pennies3(NamedTuple):
    """How many times, what was shown last, the last rewards, the score of the first."""

    turn: int
    last: tuple[int, ...]
    rewards: tuple[float, float]
    score: float


@dataclass(frozen=True)
class Pennies(Game[Pennies3, tuple[int, tuple[int, ...]], int]):
    """Matching pennies, `times` times, both at once: the first wins a point when the coins match."""

    times: int = 3

    @property
    def spec(self) -> GameSpec:
        seat = RoleSpaces(spaces.Discrete(2), spaces.Dict({"last": spaces.Box(-1, 1, (2,), np.float32)}))
        return GameSpec(
            name="pennies",
            version=1,
            title="Matching pennies",
            summary="both show a coin at once",
            players=2,
            table_sizes=(2,),
            roles=("player", "player"),
            dynamics=Dynamics.SIMULTANEOUS,
            information=Information.PERFECT,
            utility=Utility.ZERO_SUM,
            returns=(-float(self.times), float(self.times)),
            horizon=self.times,
            metrics=(Metric("points", "points", primary=True),),
            spaces={"player": seat},
            chance=False,
        )

    def init(self, seed: int) -> Pennies3:
        return Pennies3(0, (-1, -1), (0.0, 0.0), 0.0)

    def actors(self, state: Pennies3) -> tuple[int, ...]:
        return () if state.turn == self.times else (0, 1)

    def view(self, state: Pennies3, player: int) -> tuple[int, tuple[int, ...]]:
        return state.turn, state.last

    def legal(self, state: Pennies3, player: int) -> Legal[int]:
        return Listed((0, 1))

    def step(self, state: Pennies3, actions: Mapping[int, int]) -> Pennies3:
        won = 1.0 if actions[0] == actions[1] else -1.0
        return Pennies3(state.turn + 1, (actions[0], actions[1]), (won, -won), state.score + won)

    def rewards(self, state: Pennies3) -> tuple[float, ...]:
        return state.rewards

    def outcome(self, state: Pennies3) -> Outcome | None:
        if self.actors(state):
            return None
        returns = (state.score, -state.score)
        return Outcome(returns, "all coins shown", metrics={"points": returns})

    def copy(self, state: Pennies3, seed: int | None = None) -> Pennies3:
        return state

    def describe(self, view: tuple[int, tuple[int, ...]]) -> str:
        return f"turn {view[0]}, last {view[1]}"

    def determinize(
        self, view: tuple[int, tuple[int, ...]], player: int, rng: np.random.Generator
    ) -> Pennies3:
        return Pennies3(view[0], view[1], (0.0, 0.0), 0.0)

    def encode(self, view: tuple[int, tuple[int, ...]]) -> dict[str, NDArray[Any]]:
        return {"last": np.array(view[1], np.float32)}

    def index(self, action: int) -> int:
        return action

    def action(self, index: int | tuple[int, ...]) -> int:
        assert isinstance(index, int)
        return index

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        return np.array([True, True])

    def initial(self) -> Iterator[tuple[float, Pennies3]]:
        yield 1.0, self.init(0)

    def successors(self, state: Pennies3, actions: Mapping[int, int]) -> Iterator[tuple[float, Pennies3]]:
        yield 1.0, self.step(state, actions)


class Year(NamedTuple):
    """How many steps, what the workers earned in the last step, the totals of all three."""

    turn: int
    last: tuple[float, ...]
    totals: tuple[float, ...]


@dataclass(frozen=True)
class Taxes(Game[Year, tuple[int, tuple[float, ...]], Any]):
    """Two workers work (1) or rest (0) at once; every other step a planner alone sets a rate and a bonus, as a product."""

    years: int = 3

    @property
    def spec(self) -> GameSpec:
        seen = spaces.Dict({"totals": spaces.Box(-100, 100, (3,), np.float32)})
        return GameSpec(
            name="taxes",
            version=1,
            title="Taxes",
            summary="workers and a planner",
            players=3,
            table_sizes=(3,),
            roles=("worker", "worker", "planner"),
            dynamics=Dynamics.SIMULTANEOUS,
            information=Information.PERFECT,
            utility=Utility.GENERAL,
            returns=(-10.0, 100.0),
            horizon=2 * self.years,
            metrics=(Metric("coins", "coins", primary=True),),
            spaces={
                "worker": RoleSpaces(spaces.Discrete(2), seen),
                "planner": RoleSpaces(spaces.MultiDiscrete([3, 2]), seen),
            },
            chance=False,
        )

    def init(self, seed: int) -> Year:
        return Year(0, (0.0,) * 3, (0.0,) * 3)

    def actors(self, state: Year) -> tuple[int, ...]:
        if state.turn == 2 * self.years:
            return ()
        return (2,) if state.turn % 2 else (0, 1)

    def view(self, state: Year, player: int) -> tuple[int, tuple[float, ...]]:
        return state.turn, state.totals

    def legal(self, state: Year, player: int) -> Legal[Any]:
        if player == 2:
            return Product((Listed((0, 1, 2)), Listed((0, 1))))
        return Listed((0, 1))

    def step(self, state: Year, actions: Mapping[int, Any]) -> Year:
        if 2 in actions:
            rate, bonus = actions[2]
            gains = (bonus - rate / 2, bonus - rate / 2, rate - 2.0 * bonus)
        else:
            gains = (float(actions[0]), float(actions[1]), 0.0)
        totals = tuple(had + gain for had, gain in zip(state.totals, gains, strict=True))
        return Year(state.turn + 1, gains, totals)

    def rewards(self, state: Year) -> tuple[float, ...]:
        return state.last

    def outcome(self, state: Year) -> Outcome | None:
        if self.actors(state):
            return None
        return Outcome(state.totals, "years over", metrics={"coins": state.totals})

    def copy(self, state: Year, seed: int | None = None) -> Year:
        return state

    def describe(self, view: tuple[int, tuple[float, ...]]) -> str:
        return f"step {view[0]}, totals {view[1]}"

    def encode(self, view: tuple[int, tuple[float, ...]]) -> dict[str, NDArray[Any]]:
        return {"totals": np.array(view[1], np.float32)}

    def index(self, action: Any) -> Any:
        return action

    def action(self, index: Any) -> Any:
        return index

    def mask(self, legal: Legal[Any]) -> Any:
        if isinstance(legal, Product):
            return np.ones(3, np.bool_), np.ones(2, np.bool_)
        return np.ones(2, np.bool_)
