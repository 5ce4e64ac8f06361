"""Tasks that are solved or not: success rates, and two agents on the same tasks.

The task is the cluster: an agent's tries of one task are averaged first, since they share what is hard about it
(Miller, "Adding Error Bars to Evals", arXiv 2411.00640, 2024, sections 2.2 and 4).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import BadParameter
from tournaments.statistics._checks import check_shares
from tournaments.statistics.estimate import Estimate
from tournaments.statistics.means import block_means
from tournaments.statistics.paired import paired_one
from tournaments.statistics.proportions import cluster_wilson
from tournaments.statistics.signflip import sign_flip

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["McNemar", "SuccessContrast", "compare_success", "mcnemar", "success_rate", "task_means"]


@dataclass(frozen=True, slots=True)
class McNemar:
    """McNemar's test of two agents on the same tasks."""

    only_first: int
    """Tasks that the first alone solved."""
    only_second: int
    """Tasks that the second alone solved."""
    exact: float
    """Exact two-sided p-value; 1 where no task tells the two apart."""
    mid_p: float
    """The mid-p value, nearer to the nominal level than the exact one, which claims too little."""


@dataclass(frozen=True, slots=True)
class SuccessContrast:
    """How the success of two agents on the same tasks differs."""

    difference: Estimate
    """Success rate of the first less that of the second, paired by task."""
    p: float
    """Two-sided sign-flip p-value of the task differences; 1 where there is no task or no difference."""
    mcnemar: McNemar | None
    """None where tries were averaged, so that some task is neither solved nor failed."""


def task_means(
    values: ArrayLike, agents: ArrayLike, tasks: ArrayLike, *, agent_count: int, task_count: int
) -> NDArray[np.float64]:
    """An agent's tries of a task averaged: float64[tasks, agents] from one row a try, NaN where it never tried.

    Args:
        values: float[R], the reward of a try, or 1 for a success and 0 for none.
        agents: int[R], who tried, below `agent_count`.
        tasks: int[R], what, below `task_count`.
        agent_count: K.
        task_count: B.

    Raises:
        BadParameter: if the shapes differ or an index is out of range.
    """
    return block_means(values, agents, tasks, agent_count=agent_count, block_count=task_count)


def success_rate(shares: ArrayLike, *, alpha: float = 0.05) -> Estimate:
    """The success rate over tasks with its clustered Wilson interval, one try a task counted.

    Args:
        shares: float[B], the share of an agent's tries that solved each task; 0 or 1 with one try; NaN where it never
            tried.
        alpha: 1 - confidence.

    Raises:
        BadParameter: if a share lies outside [0, 1] or `alpha` is wrong.
    """
    found = cluster_wilson(shares, alpha=alpha)
    if found.value in (0.0, 1.0) and found.blocks:
        how = "all" if found.value else "none"
        return dataclasses.replace(found, note=f"{how} solved: exact interval on {found.blocks} tasks")
    return found


def mcnemar(first: ArrayLike, second: ArrayLike) -> McNemar:
    """McNemar's test (Psychometrika 12, 1947), exact and mid-p.

    With n tasks that one agent alone solved, k of them solved by the agent with fewer, X is binomial(n, 1/2): the
    exact p is 2 P(X <= k), mid-p is 2 P(X < k) + P(X = k); with k = n/2 they are 1 and 1 - P(X = k)/2 (Fagerland,
    Lydersen & Laake, BMC Medical Research Methodology 13:91, 2013). Without such a task both are 1.

    Args:
        first: float[B], 1 where the first solved a task and 0 where not; NaN where it never tried.
        second: the same of the second.

    Raises:
        BadParameter: if the two are not as long, or hold anything but 0, 1 and NaN.
    """
    from scipy import special

    one, other = _shared(first, second)
    if not _decided(one, other):
        raise BadParameter(
            "McNemar's test takes 0 or 1 for every task; averaged tries are compared by sign flips"
        )
    only_first, only_second = int((one > other).sum()), int((other > one).sum())
    told, fewer = only_first + only_second, min(only_first, only_second)
    if told == 0:
        return McNemar(0, 0, 1.0, 1.0)
    upto = float(special.bdtr(fewer, told, 0.5))
    below = float(special.bdtr(fewer - 1, told, 0.5)) if fewer else 0.0
    if only_first == only_second:
        return McNemar(only_first, only_second, 1.0, 1.0 - (upto - below) / 2)
    return McNemar(only_first, only_second, 2 * upto, below + upto)


def compare_success(
    first: ArrayLike, second: ArrayLike, *, alpha: float = 0.05, seed: int = 0
) -> SuccessContrast:
    """Two agents' success on the same tasks: difference, sign-flip test and McNemar's test.

    The interval is that of `paired` with bounds 0 and 1: Student's t over tasks, or a score interval where nearly all
    tasks show the same difference, held in [-1, 1]. Where every task has one try, sign flips and McNemar's exact test
    are the same test.

    Args:
        first: float[B], shares of tries of the first that solved each task; NaN where it never tried.
        second: the same of the second.
        alpha: 1 - confidence.
        seed: root of sampled sign flips.

    Raises:
        BadParameter: if a share lies outside [0, 1], the lengths differ or `alpha` is wrong.
    """
    one, other = _shared(first, second)
    difference = paired_one(one, other, alpha=alpha, bounds=(0.0, 1.0)).difference
    if difference.low is not None and difference.high is not None:
        # The notes of `paired` are on its own p-value.
        low, high = max(-1.0, difference.low), min(1.0, difference.high)
        difference = dataclasses.replace(difference, low=low, high=high, note="")
    p = sign_flip(one - other, seed=seed).p
    return SuccessContrast(difference, p, mcnemar(one, other) if _decided(one, other) else None)


def _shared(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The shares of both agents on the tasks that both tried."""
    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.ndim != 1 or one.shape != other.shape:
        raise BadParameter(
            f"two agents are compared on the same tasks, got shapes {one.shape!r} and {other.shape!r}"
        )
    both = ~np.isnan(one) & ~np.isnan(other)
    return check_shares(one[both], "shares solved"), check_shares(other[both], "shares solved")


def _decided(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(np.isin(one, (0.0, 1.0)).all() and np.isin(other, (0.0, 1.0)).all())
