"""Nim that learners play in arrays, written in plain NumPy; whoever leaves a multiple of four wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from nim_pile import NimPile
from numpy.typing import NDArray

from arena.capabilities import CompiledEncoding, CompiledPolicy
from arena.jit import jit

MOST = 13
"""No pile is larger."""


@jit
def _flat(view: Any, out: NDArray[np.float32]) -> None:
    out[:] = 0.0
    out[view[0]] = 1.0
    out[-1] = view[0] / 2.0


@jit
def _legal(view: Any, out: NDArray[np.int64]) -> int:
    count: int = min(3, view[0])
    for place in range(count):
        out[place] = place
    return count


class NimTables:
    """Matches side by side, without policies; an observation is the pile, one-hot, and then half of it as a number."""

    def __init__(self, piles: Sequence[int], lanes: int) -> None:
        self.features = MOST + 2
        self.actions = 3
        self.players = 2
        self.left: NDArray[np.int64] = np.zeros(lanes, np.int64)
        self._piles = np.array(piles)
        self._seating = np.full((lanes, 2), -1, np.int64)
        self._turn = np.zeros(lanes, np.int64)
        self._returns = np.zeros((lanes, 2))

    @property
    def over(self) -> NDArray[np.bool_]:
        return np.asarray(self.left == 0)

    @property
    def actors(self) -> NDArray[np.int64]:
        return np.where(self.over, -1, self._turn % 2)

    @property
    def askers(self) -> NDArray[np.int64]:
        asked = -1 - self._seating[np.arange(len(self.left)), self._turn % 2]
        return np.where(self.over, -1, asked)

    @property
    def returns(self) -> NDArray[np.float64]:
        return self._returns.copy()

    def begin(
        self,
        lanes: NDArray[np.int64],
        variants: NDArray[np.int64],
        seeds: NDArray[np.uint64],
        seating: NDArray[np.int64],
        dice: NDArray[np.uint64],
    ) -> None:
        # The seed says how many counters are on the pile, so that learners see every pile.
        self.left[lanes] = 1 + (seeds % self._piles[variants].astype(np.uint64)).astype(np.int64)
        self._turn[lanes] = 0
        self._seating[lanes] = seating
        self._returns[lanes] = 0.0

    def observe(self, lanes: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        seen = np.zeros((len(lanes), self.features), np.float32)
        seen[np.arange(len(lanes)), self.left[lanes]] = 1.0
        seen[:, -1] = self.left[lanes] / 2.0
        return seen, np.arange(3) < self.left[lanes][:, None]

    def act(self, lanes: NDArray[np.int64], actions: NDArray[np.int64]) -> None:
        assert (actions < self.left[lanes]).all()
        self.left[lanes] -= actions + 1
        won = lanes[self.left[lanes] == 0]
        self._returns[won, self._turn[won] % 2] = 1.0
        self._returns[won, 1 - self._turn[won] % 2] = -1.0
        self._turn[lanes] += 1


@dataclass(frozen=True)
class LearnableNim(NimPile):
    """Nim with arrays."""

    def encoding(self) -> CompiledEncoding:
        return CompiledEncoding(_flat, _legal, MOST + 2, 3, 3, "nim-1")

    def tables(
        self, variants: Sequence[Any], policies: Sequence[Sequence[CompiledPolicy]], lanes: int
    ) -> NimTables:
        return NimTables([variant.counters for variant in variants], lanes)
