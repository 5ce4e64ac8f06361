"""A toy without chance or secrets that can be played in arrays: take one to three counters, the last one wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.capabilities import BatchOutcome, CompiledPolicy
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, RoleSpaces, Utility
from arena.legal import Finite, Legal, Listed


@dataclass(frozen=True)
class Pile:
    """The state, and what everybody sees of it."""

    left: int
    turn: int = 0


@dataclass(frozen=True)
class NimPile(Game[Pile, tuple[int, int], int]):
    """Two players take one to three counters in turn; whoever takes the last one wins."""

    counters: int = 7

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="nim-pile",
            version=1,
            title="Nim",
            summary="take the last counter",
            players=2,
            table_sizes=(2,),
            roles=("player", "player"),
            dynamics=Dynamics.TURNS,
            information=Information.PERFECT,
            utility=Utility.ZERO_SUM,
            returns=(-1.0, 1.0),
            horizon=self.counters,
            metrics=(Metric("won", "points", primary=True),),
            spaces={"player": RoleSpaces(spaces.Discrete(3))},
            chance=False,
        )

    def init(self, seed: int) -> Pile:
        return Pile(self.counters)

    def actors(self, state: Pile) -> tuple[int, ...]:
        return (state.turn % 2,) if state.left else ()

    def view(self, state: Pile, player: int) -> tuple[int, int]:
        return (state.left, state.turn)

    def legal(self, state: Pile, player: int) -> Legal[int]:
        return Listed(tuple(range(1, min(3, state.left) + 1)))

    def step(self, state: Pile, actions: Mapping[int, int]) -> Pile:
        return Pile(state.left - actions[state.turn % 2], state.turn + 1)

    def rewards(self, state: Pile) -> tuple[float, ...]:
        if state.left:
            return (0.0, 0.0)
        return (1.0, -1.0) if state.turn % 2 else (-1.0, 1.0)

    def outcome(self, state: Pile) -> Outcome | None:
        if state.left:
            return None
        returns = self.rewards(state)
        return Outcome(returns, "the pile is gone", metrics={"won": returns})

    def copy(self, state: Pile, seed: int | None = None) -> Pile:
        return state

    def describe(self, view: tuple[int, int]) -> str:
        return f"{view[0]} left after {view[1]} turns"

    def determinize(self, view: tuple[int, int], player: int, rng: np.random.Generator) -> Pile:
        return Pile(*view)

    def index(self, action: int) -> int:
        return action - 1

    def action(self, index: int | tuple[int, ...]) -> int:
        assert isinstance(index, int)
        return index + 1

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        assert isinstance(legal, Finite)
        return np.array([action in legal for action in (1, 2, 3)])

    def batch(self, lanes: int) -> NimBatch:
        return NimBatch(self, lanes)

    def play_blocks(
        self,
        policies: Sequence[CompiledPolicy],
        deals: NDArray[np.uint64],
        seatings: NDArray[np.int16],
        player_seeds: NDArray[np.uint64],
    ) -> BatchOutcome:
        returns = np.zeros(seatings.shape)
        decisions = np.zeros(seatings.shape, np.int32)
        faults = np.full(seatings.shape[:2], -1, np.int8)
        for place in np.ndindex(seatings.shape[:2]):
            state, dice = self.init(0), player_seeds[place].copy()[:, np.newaxis]
            while state.left:
                seat = state.turn % 2
                policy = policies[seatings[place][seat]]
                index = policy.decide(self.view(state, seat), policy.parameters, dice[seat])
                if index + 1 > min(3, state.left):
                    faults[place] = seat
                    break
                decisions[place][seat] += 1
                state = self.step(state, {seat: index + 1})
            returns[place] = self.rewards(state)
        steps = decisions.sum(axis=2, dtype=np.int32)
        truncated, digests = np.zeros(steps.shape, np.bool_), np.zeros(steps.shape, np.uint64)
        return BatchOutcome(returns, {"won": returns}, steps, decisions, truncated, digests, faults)


class NimBatch:
    """Many piles in arrays."""

    def __init__(self, game: NimPile, lanes: int) -> None:
        self.game = game
        self.left = np.zeros(lanes, np.int64)
        self.turn = np.zeros(lanes, np.int64)

    @property
    def lanes(self) -> int:
        return len(self.left)

    def reset(self, lanes: NDArray[np.integer[Any]], seeds: NDArray[np.uint64]) -> None:
        self.left[lanes], self.turn[lanes] = self.game.counters, 0

    def step(self, actions: NDArray[Any]) -> None:
        running = self.left > 0
        self.left -= np.where(running, actions + 1, 0)
        self.turn += running

    def state(self, lane: int) -> Pile:
        return Pile(int(self.left[lane]), int(self.turn[lane]))


def take_some(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """Leave a multiple of four with the probability of the parameter, else take anything."""
    with np.errstate(over="ignore"):
        rng[0] = rng[0] * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    left, draw = view[0], int(rng[0] >> np.uint64(33))
    if left % 4 and draw % 100 < 100 * parameters[0]:
        return int(left % 4) - 1
    return draw // 100 % min(3, int(left))


@dataclass(frozen=True)
class PileTaker(Agent):
    """Plays `take_some`, compiled or not."""

    skill: float = 0.5

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("pile-taker", 1, Family.HEURISTIC, "leaves multiples of four", games=("nim-pile",))

    def sit(self, seat: Seat) -> Player:
        return _Taker(self.skill, seat.seed)

    def compiled_policy(self, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
        return CompiledPolicy(take_some, np.array([self.skill]))


class _Taker(Player):
    def __init__(self, skill: float, seed: int) -> None:
        self._parameters = np.array([skill])
        self._dice = np.array([seed], np.uint64)

    def act(self, turn: Turn) -> Any:
        return take_some(turn.view, self._parameters, self._dice) + 1
