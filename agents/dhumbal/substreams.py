"""Dice for one part of a search, so that what it draws shifts nothing that comes later.

A search that draws from its player's dice as it goes uses up more of them the longer it searches: two budgets that begin
alike then see unrelated worlds from the second decision on. Here each decision, and within it each tree, takes exactly one
number of the dice above it and begins dice of its own there (substreams; P. L'Ecuyer et al., "An Object-Oriented
Random-Number Package with Many Long Streams and Substreams", Operations Research 50(6), 2002). The k-th decisions of two
budgets begin with the same worlds, and the larger budget adds to them: common random numbers stay synchronized
(A. M. Law, *Simulation Modeling and Analysis*, 5th edition, 2015, section 11.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arena import dice
from arena.jit import jit

__all__ = ["substream"]


@jit
def substream(rng: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Dice of their own, uint64[1], that begin at the next number of `rng`.

    Args:
        rng: uint64[1], advanced by one number. A player calls this once in every decision, in a forced one too; else those
            behind it would be out of step.
    """
    own = np.empty(1, np.uint64)
    own[0] = dice.next_bits(rng)
    return own
