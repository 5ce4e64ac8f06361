"""Balanced incomplete block designs: few lineups in which every pair meets equally often.

A (v, k, lambda) design has v agents in lineups of k such that each pair is in lambda of them: b = lambda v(v-1)/(k(k-1))
lineups, and by Fisher's inequality b >= v. Constructions as in C. J. Colbourn and J. H. Dinitz (eds.), Handbook of
Combinatorial Designs, 2nd edition, 2007: difference sets and families (sections II.18 and II.16), lines of
affine planes (section VII.2).
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Final

__all__ = ["design"]

_CYCLIC: Final[dict[tuple[int, int], tuple[tuple[int, ...], ...]]] = {
    (7, 3): ((0, 1, 3),),
    (13, 3): ((0, 1, 4), (0, 2, 7)),
    (7, 4): ((2, 4, 5, 6),),  # what the lines of the Fano plane leave
    (13, 4): ((0, 1, 3, 9),),
    (11, 5): ((1, 3, 4, 5, 9),),  # the squares modulo 11
    (21, 5): ((0, 1, 4, 14, 16),),
}
"""Base blocks, each of which is added to all residues modulo the number of agents."""
_PLANES: Final = {(9, 3): 3, (16, 4): 4, (25, 5): 5}
"""The orders of affine planes."""
_SQUARE: Final = (((0, 0), (0, 1), (1, 0), (2, 2)), ((0, 0), (0, 2), (2, 0), (4, 4)))
"""Base blocks of (25, 4, 1) over pairs of residues modulo 5."""
_GF4: Final = ((0, 0, 0, 0), (0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 1, 2))
"""Products in the field of four elements, where sums are bitwise."""


@lru_cache(maxsize=32)
def design(agents: int, seats: int) -> tuple[tuple[int, ...], ...]:
    """The lineups of the balanced incomplete block design for so many agents and seats, each ascending.

    There are (7,3,1), (9,3,1), (13,3,1), (7,4,2), (8,4,3), (10,4,2), (13,4,1), (16,4,1), (25,4,1), (11,5,2), (21,5,1) and
    (25,5,1); for any other size none is known here, and the result is empty. For two seats all pairs are one.
    """
    size = (agents, seats)
    if size in _CYCLIC:
        found = [
            [(member + shift) % agents for member in base]
            for base in _CYCLIC[size]
            for shift in range(agents)
        ]
    elif size in _PLANES:
        found = _lines(_PLANES[size])
    elif size == (8, 4):
        # The planes of the affine space of dimension 3 over two elements: fours whose bitwise sum is nothing.
        found = [list(four) for four in itertools.combinations(range(8), 4) if not _xor(four)]
    elif size == (10, 4):
        found = _edges_of_five()
    elif size == (25, 4):
        found = [
            [(one + up) % 5 * 5 + (other + over) % 5 for one, other in base]
            for base in _SQUARE
            for up in range(5)
            for over in range(5)
        ]
    else:
        found = []
    return tuple(sorted(tuple(sorted(block)) for block in found))


def _lines(order: int) -> list[list[int]]:
    """The lines of the affine plane over the field of so many elements: y = m x + c and x = c."""

    def point(slope: int, x: int, c: int) -> int:
        y = _GF4[slope][x] ^ c if order == 4 else (slope * x + c) % order
        return x * order + y

    field = range(order)
    sloped = [[point(slope, x, c) for x in field] for slope in field for c in field]
    return sloped + [[x * order + y for y in field] for x in field]


def _edges_of_five() -> list[list[int]]:
    """(10, 4, 2) on the edges of the complete graph of five: stars, and triangles with the edge they leave."""
    number = {frozenset(edge): place for place, edge in enumerate(itertools.combinations(range(5), 2))}
    stars = [[number[frozenset((centre, end))] for end in range(5) if end != centre] for centre in range(5)]
    triangles = [
        [
            *(number[frozenset(edge)] for edge in itertools.combinations(three, 2)),
            number[frozenset(range(5)) - frozenset(three)],
        ]
        for three in itertools.combinations(range(5), 3)
    ]
    return stars + triangles


def _xor(numbers: tuple[int, ...]) -> int:
    found = 0
    for number in numbers:
        found ^= number
    return found
