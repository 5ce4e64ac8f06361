"""Sets of cards as 64-bit words, and the machine instructions that count and find their bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from arena.jit import jit

__all__ = ["bit", "count_bits", "highest", "lowest", "nth_bit"]


@intrinsic  # type: ignore[untyped-decorator]
def count_bits(typing: Any, word: Any) -> Any:
    """How many bits of the uint64 `word` are set, int64."""
    del typing

    def build(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.uint64), build if word is not None else None


@intrinsic  # type: ignore[untyped-decorator]
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


@intrinsic  # type: ignore[untyped-decorator]
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
