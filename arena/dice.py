"""Compiled dice: random numbers for compiled games and agents.

A player's dice are a uint64[1] that starts at his own number; `next_bits`, `below` and `uniform` advance it. What a
*place* in a game draws (the deal of round 3, its second reshuffle) comes from `at` and `shuffle` instead, which are
functions of a key alone, so that no player's behaviour can shift it.

The generator is SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014), whose
k-th number is a hash of ``seed + k * GOLDEN``; whole numbers below a bound are drawn without modulo bias (Lemire:
Fast Random Integer Generation in an Interval, ACM TOMACS 29, 2019).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.jit import jit

__all__ = ["GOLDEN", "at", "below", "mix", "next_bits", "shuffle", "uniform"]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""The step of SplitMix64: 2**64 divided by the golden ratio, made odd."""

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@jit
def mix(value: np.uint64) -> np.uint64:
    """The finalizer of SplitMix64, a bijection of 64-bit numbers.

    Args:
        value: any uint64.
    """
    z = np.uint64(value)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@jit
def at(key: np.uint64, place: int) -> np.uint64:
    """The number of `key` at `place` >= 0: the first, second, ... number of a SplitMix64 that starts at `key`."""
    return mix(np.uint64(key) + np.uint64(place + 1) * GOLDEN)


@jit
def next_bits(rng: NDArray[np.uint64]) -> np.uint64:
    """The next 64 random bits of the dice `rng`, uint64[1]."""
    rng[0] += GOLDEN
    return mix(rng[0])


@jit
def below(rng: NDArray[np.uint64], bound: int) -> int:
    """A whole number in [0, bound), each equally likely; 1 <= bound < 2**32."""
    limit = np.uint64(bound)
    product = (next_bits(rng) >> _HALF) * limit
    if (product & _LOW) < limit:
        reject = ((_LOW - limit) + np.uint64(1)) % limit
        while (product & _LOW) < reject:
            product = (next_bits(rng) >> _HALF) * limit
    return np.int64(product >> _HALF)  # type: ignore[return-value]  # an int to compiled code


@jit
def uniform(rng: NDArray[np.uint64]) -> float:
    """A number in [0, 1), a multiple of 2**-53."""
    return np.float64(next_bits(rng) >> np.uint64(11)) * 2.0**-53


@jit
def shuffle(items: NDArray[Any], count: int, key: np.uint64) -> None:
    """Put the first `count` of `items`, an array, in the order that `key` stands for; every order equally likely."""
    state = np.uint64(key)
    for last in range(count - 1, 0, -1):
        limit = np.uint64(last + 1)
        state += GOLDEN
        product = (mix(state) >> _HALF) * limit
        if (product & _LOW) < limit:
            reject = ((_LOW - limit) + np.uint64(1)) % limit
            while (product & _LOW) < reject:
                state += GOLDEN
                product = (mix(state) >> _HALF) * limit
        other = np.int64(product >> _HALF)
        kept = items[last]
        items[last] = items[other]
        items[other] = kept
