"""What the tests of the statistics share: typed access to optional numbers, and games with known truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tournaments.statistics import Estimate

FloatArray = NDArray[np.float64]


def number(value: float | None) -> float:
    """`value`, which must not be None."""
    assert value is not None
    return value


def interval(estimate: Estimate) -> tuple[float, float]:
    """The interval of an estimate, which must have one."""
    return number(estimate.low), number(estimate.high)


def covers(estimate: Estimate, truth: float) -> bool:
    """Whether the interval of an estimate holds `truth`."""
    low, high = interval(estimate)
    return low <= truth <= high


def band(replicates: int, *, nominal: float = 0.05) -> float:
    """Half-width within which a rate over `replicates` trials stays with probability 99 %."""
    return 2.58 * float(np.sqrt(nominal * (1 - nominal) / replicates))


def rotated_wins(
    rng: np.random.Generator, replicates: int, blocks: int, strength: FloatArray, luck: float
) -> FloatArray:
    """Win shares of n agents at n seats, every deal played in all n rotations.

    A seat's score is the agent's strength, the luck of the hand there (normal, the same in all rotations of
    a deal) and Gumbel noise of its own; the highest wins. Without luck the chances are softmax(strength).

    Returns:
        float64[replicates, blocks, n]
    """
    n = len(strength)
    hand = luck * rng.normal(size=(replicates, blocks, 1, n))
    noise = rng.gumbel(size=(replicates, blocks, n, n))
    agent_at = (np.arange(n)[:, np.newaxis] + np.arange(n)) % n
    winner = agent_at[np.arange(n), (strength[agent_at] + hand + noise).argmax(axis=-1)]
    shares: FloatArray = (winner[..., np.newaxis] == np.arange(n)).mean(axis=2)
    return shares
