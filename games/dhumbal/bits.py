"""Sets of cards as 64-bit words, and the machine instructions that count and find their bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from arena.jit import jit

__all__ = ["bit", "count_bits", "highest", "int64", "lowest", "nth_bit"]

int64: Final = cast("Callable[[Any], int]", np.int64)
"""`np.int64` to compiled code, an int to type checkers. Helpers are handed int64, since for every other kind of whole
number, and every literal, they would be compiled anew."""


def _machine(build: Callable[[Any, Any], Any]) -> Callable[[Any], int]:
    """The compiled function of one word that Numba's `intrinsic` makes of `build`."""
    return cast("Callable[[Any], int]", intrinsic(build))


@_machine
def count_bits(typing: Any, word: Any) -> Any:
    """How many bits of the uint64 `word` are set, int64."""
    del typing

    def build(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.uint64), build if word is not None else None


@_machine
def lowest(typing: Any, word: Any) -> Any:
    """The place of the lowest set bit of the uint64 `word`, int64; 64 where none is set."""
    del typing

    def build(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), build if word is not None else None


@jit
def bit(place: int) -> np.uint64:
    """The word whose only set bit is at `place`, 0 <= place < 64."""
    return np.uint64(1) << np.uint64(place)


@_machine
def highest(typing: Any, word: Any) -> Any:
    """The place of the highest set bit of the uint64 `word`, int64; -1 where none is set."""
    del typing

    def build(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        zeros = builder.ctlz(args[0], ir.Constant(ir.IntType(1), 0))
        return builder.sub(ir.Constant(ir.IntType(64), 63), zeros)

    return types.int64(types.uint64), build if word is not None else None


@jit
def nth_bit(word: np.uint64, n: int) -> int:
    """The place of the set bit of `word` that has `n` set bits below it, n < 5; 64 where there is none."""
    rest = np.uint64(word)
    # Clears n bits without a branch: what a processor cannot foresee costs more than the steps saved.
    for cleared in range(4):
        rest &= (rest - np.uint64(1)) | (np.uint64(0) - np.uint64(cleared >= n))
    return lowest(rest)
