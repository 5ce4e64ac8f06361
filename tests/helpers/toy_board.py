"""Noughts and crosses: perfect information, no chance, two players."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, RoleSpaces, Utility
from arena.legal import Legal, Listed

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))


class Board(NamedTuple):
    """Nine cells, row by row: -1 empty, else the player."""

    cells: tuple[int, ...]
    last: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Noughts(Game[Board, tuple[int, ...], int]):
    """Noughts and crosses; actions are cells."""

    @property
    def spec(self) -> GameSpec:
        seat = RoleSpaces(spaces.Discrete(9), spaces.Dict({"cells": spaces.Box(-1, 1, (9,), np.float32)}))
        return GameSpec(
            name="noughts",
            version=1,
            title="Noughts and crosses",
            summary="three in a row",
            players=2,
            table_sizes=(2,),
            roles=("player", "player"),
            dynamics=Dynamics.TURNS,
            information=Information.PERFECT,
            utility=Utility.ZERO_SUM,
            returns=(-1.0, 1.0),
            horizon=9,
            metrics=(Metric("points", "points", primary=True),),
            spaces={"player": seat},
            chance=False,
        )

    def init(self, seed: int) -> Board:
        return Board((-1,) * 9)

    def actors(self, state: Board) -> tuple[int, ...]:
        taken = sum(cell >= 0 for cell in state.cells)
        return () if winner(state.cells) is not None or taken == 9 else (taken % 2,)

    def view(self, state: Board, player: int) -> tuple[int, ...]:
        return state.cells

    def legal(self, state: Board, player: int) -> Legal[int]:
        return Listed(tuple(cell for cell in range(9) if state.cells[cell] < 0))

    def step(self, state: Board, actions: Mapping[int, int]) -> Board:
        ((player, cell),) = actions.items()
        cells = (*state.cells[:cell], player, *state.cells[cell + 1 :])
        won = winner(cells)
        return Board(cells, (0.0, 0.0) if won is None else ((1.0, -1.0) if won == 0 else (-1.0, 1.0)))

    def rewards(self, state: Board) -> tuple[float, ...]:
        return state.last

    def outcome(self, state: Board) -> Outcome | None:
        if self.actors(state):
            return None
        return Outcome(
            state.last, "three in a row" if any(state.last) else "full", metrics={"points": state.last}
        )

    def copy(self, state: Board, seed: int | None = None) -> Board:
        return state

    def describe(self, view: tuple[int, ...]) -> str:
        signs = "".join(".ox"[cell + 1] for cell in view)
        return "\n".join(signs[row : row + 3] for row in (0, 3, 6))

    def determinize(self, view: tuple[int, ...], player: int, rng: np.random.Generator) -> Board:
        return Board(view)

    def encode(self, view: tuple[int, ...]) -> dict[str, NDArray[Any]]:
        return {"cells": np.array(view, dtype=np.float32)}

    def index(self, action: int) -> int:
        return action

    def action(self, index: int | tuple[int, ...]) -> int:
        assert isinstance(index, int)
        return index

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        return np.array([cell in legal for cell in range(9)])

    def initial(self) -> Iterator[tuple[float, Board]]:
        yield 1.0, self.init(0)

    def successors(self, state: Board, actions: Mapping[int, int]) -> Iterator[tuple[float, Board]]:
        yield 1.0, self.step(state, actions)


def winner(cells: tuple[int, ...]) -> int | None:
    """Who has three in a row."""
    for a, b, c in LINES:
        if cells[a] >= 0 and cells[a] == cells[b] == cells[c]:
            return cells[a]
    return None


def solve(cells: tuple[int, ...], cache: dict[tuple[int, ...], float]) -> float:
    """The value of a board for the first player, by exhaustive search."""
    if cells not in cache:
        won = winner(cells)
        empty = [cell for cell in range(9) if cells[cell] < 0]
        if won is not None or not empty:
            cache[cells] = 0.0 if won is None else (1.0, -1.0)[won]
        else:
            player = (9 - len(empty)) % 2
            values = [solve((*cells[:c], player, *cells[c + 1 :]), cache) for c in empty]
            cache[cells] = max(values) if player == 0 else min(values)
    return cache[cells]
