"""Checks of the data themselves: is what is stored whole, and does anything but the agents decide the results?

Invariants have no p-value: one match that breaks them is one too many. Tests ask whether results depend on what they
should not depend on (the worker, the moment); they work on block means, since blocks are the independent units. A seat
may well matter in a game: rotations balance it, so that a seat effect is told and never held against the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tournaments import contamination
from tournaments.evidence import Evidence
from tournaments.ranking import RoundRanking
from tournaments.statistics import clopper_pearson, components

__all__ = [
    "Check",
    "Verdict",
    "check_round",
    "connected",
    "fault_rates",
    "seats_alike",
    "steady",
    "workers_alike",
]

_NOTED: Final = 0.01
"""The p-value from which on a test is worth a note; data that are in order get one in a hundred times."""
_ALARMING: Final = 0.001
"""The p-value from which on the data should not be used before the reason is known."""
_MANY_FAULTS: Final = 0.01
"""The share of an agent's blocks with a failure from which on its score says more of the failures than of its play."""
_CLOSE: Final = 1e-9


class Verdict(StrEnum):
    """What a check has found."""

    OK = "ok"
    """All is as it should be."""
    NOTE = "note"
    """A reader should know; or the data do not suffice for the check."""
    BAD = "bad"
    """Do not use the ranking before the reason is known."""


@dataclass(frozen=True)
class Check:
    """What one check has found."""

    name: str
    """What was checked."""
    verdict: Verdict
    """Whether it is in order."""
    sentence: str
    """What was found, in words."""
    statistic: float | None = None
    """The test's statistic, or the share that was judged; None where there is none."""
    p: float | None = None
    """The p-value of "nothing is wrong", over all agents where there are several; None where nothing was tested."""


def check_round(
    found: RoundRanking, seen: Evidence, *, names: Sequence[str], balanced: bool, last: bool = True
) -> tuple[Check, ...]:
    """Every check of one round.

    Args:
        found: its ranking.
        seen: its blocks, as they went by on their way to the ranking.
        names: the agents of the plan.
        balanced: whether blocks hold all rotations of the seats.
        last: whether no ranking follows it; in an earlier round tables may well stand apart.
    """
    if not seen.blocks:
        return (Check("blocks", Verdict.NOTE, "no block was played: there is nothing to check"),)
    means, worker, lineup = seen.table("means"), seen.table("worker"), seen.table("lineup")
    return (
        _whole(found, seen),
        _recomputed(found, seen, means),
        *(_unbroken(seen, name) for name in _INVARIANTS),
        _seated(found, seen, balanced=balanced),
        connected(seen.lineups, found.participants, names=names, last=last),
        fault_rates(seen.faulted, np.count_nonzero(~np.isnan(means), axis=0), names=names),
        seats_alike(seen.table("seats"), balanced=balanced),
        workers_alike(means, worker, lineup, workers=seen.workers, names=names),
        steady(means, lineup, names=names),
    )


def workers_alike(
    means: NDArray[np.float64],
    worker: NDArray[np.int64],
    lineup: NDArray[np.int64],
    *,
    workers: Sequence[str],
    names: Sequence[str],
) -> Check:
    """Whether results are the same whoever played the blocks: a chi-square test of each agent, with Holm's correction.

    Args:
        means: float64[B, K] of block means, NaN where an agent is absent.
        worker: int64[B], who played the block.
        lineup: int64[B], who met in the block; each lineup is compared with itself where it came often.
        workers: the workers' names.
        names: the agents' names.
    """
    found = contamination.over_workers(means, worker, lineup)
    if found is None:
        why = (
            "one worker played all" if len(workers) < 2 else "too few blocks for each worker to compare them"
        )
        verdict = Verdict.OK if len(workers) < 2 else Verdict.NOTE
        return Check("workers", verdict, why)
    said = f"chi-square of the block results over {len(workers)} workers, {found.df:.0f} degrees of freedom"
    if found.p >= _NOTED:
        return Check("workers", Verdict.OK, f"no worker differs: {said}", found.statistic, found.p)
    odd = workers[found.group] if found.group is not None else ""
    who = f"results of {names[found.agent]} depend on the worker" + (f", {odd!r} most of all" if odd else "")
    return Check("workers", _judged(found.p), f"{who}: {said}", found.statistic, found.p)


def steady(means: NDArray[np.float64], lineup: NDArray[np.int64], *, names: Sequence[str]) -> Check:
    """Whether the first half of the blocks and the second agree: Welch's test of each agent, with Holm's correction.

    Args:
        means: float64[B, K] of block means in the order of the blocks, NaN where an agent is absent.
        lineup: int64[B], who met in the block.
        names: the agents' names.
    """
    found = contamination.over_halves(means, lineup)
    if found is None:
        return Check("drift", Verdict.NOTE, "too few blocks to compare the first half with the second")
    if found.p >= _NOTED:
        return Check("drift", Verdict.OK, "the two halves of the blocks agree", found.statistic, found.p)
    said = f"{names[found.agent]} scores differently in the second half of the blocks: does it learn, or was it changed?"
    return Check("drift", _judged(found.p), said, found.statistic, found.p)


def seats_alike(seat_means: NDArray[np.float64], *, balanced: bool) -> Check:
    """Whether all seats are worth the same: Hotelling's test of the block means by seat.

    Args:
        seat_means: float64[B, n], the mean of the block's matches by seat.
        balanced: whether every agent of a block sat on every seat.
    """
    if seat_means.shape[1] < 2:
        return Check("seats", Verdict.OK, "one seat: nothing to compare")
    if not balanced:
        said = "seats are not rotated: what a seat is worth and what its agent is worth cannot be told apart"
        return Check("seats", Verdict.NOTE, said)
    found = contamination.over_seats(seat_means)
    if found is None:
        return Check("seats", Verdict.NOTE, "too few blocks to compare the seats")
    test = f"F({found.df:.0f}, {found.df_within:.0f}) = {found.statistic:.2f}"
    if found.p >= _NOTED:
        return Check("seats", Verdict.OK, f"no seat is shown to be better: {test}", found.statistic, found.p)
    said = f"seats differ, and rotations balance them: {test}"
    return Check("seats", Verdict.NOTE, said, found.statistic, found.p)


def fault_rates(faulted: NDArray[np.int64], played: NDArray[np.int64], *, names: Sequence[str]) -> Check:
    """How many of each agent's blocks had a failure, with exact intervals (Clopper and Pearson 1934) on blocks.

    Args:
        faulted: int64[K], blocks in which the agent failed.
        played: int64[K], blocks it played.
        names: the agents' names.
    """
    agents = [agent for agent in np.nonzero(faulted)[0].tolist() if played[agent]]
    if not agents:
        return Check("faults", Verdict.OK, "no agent failed", 0.0)
    agents.sort(key=lambda agent: -faulted[agent] / played[agent])
    shares = [float(faulted[agent] / played[agent]) for agent in agents]
    told = []
    for agent, share in zip(agents, shares, strict=True):
        interval = clopper_pearson(int(faulted[agent]), int(played[agent]))
        ends = f" [{100 * (interval.low or 0.0):.2g}, {100 * (interval.high or 0.0):.2g}]"
        told.append(f"{names[agent]} in {100 * share:.2g} %{ends} of its blocks")
    verdict = Verdict.BAD if shares[0] > _MANY_FAULTS else Verdict.NOTE
    return Check("faults", verdict, f"failed: {'; '.join(told)}", shares[0])


def connected(
    lineups: Sequence[tuple[int, ...]],
    participants: Sequence[int],
    *,
    names: Sequence[str],
    last: bool = True,
) -> Check:
    """Whether a chain of shared blocks links every two agents, without which their scores cannot be compared.

    Args:
        lineups: the agents of every lineup that met.
        participants: who should be linked.
        names: the agents' names.
        last: whether scores are compared on the strength of these blocks alone.
    """
    agents = np.array([agent for lineup in lineups for agent in lineup], dtype=np.int64)
    blocks = np.repeat(np.arange(len(lineups)), [len(lineup) for lineup in lineups])
    label = components(agents, blocks, agent_count=max(participants, default=0) + 1)
    groups = sorted({int(label[agent]) for agent in participants})
    if len(groups) > 1:
        parts = [" and ".join(names[a] for a in participants if label[a] == group) for group in groups]
        told = "their scores cannot be compared" + ("" if last else " within this round")
        verdict = Verdict.BAD if last else Verdict.NOTE
        return Check("links", verdict, f"nothing links {'; nor '.join(parts)}: {told}")
    met = {pair for lineup in lineups for pair in _pairs(lineup)}
    wanted = set(_pairs(tuple(sorted(participants))))
    if wanted - met:
        said = (
            f"{len(wanted - met)} of {len(wanted)} pairs never shared a block; a chain of others links them"
        )
        return Check("links", Verdict.NOTE, said)
    return Check("links", Verdict.OK, "every two agents met on the same deals")


def _pairs(agents: tuple[int, ...]) -> list[tuple[int, int]]:
    return [(one, other) for place, one in enumerate(agents) for other in agents[place + 1 :]]


def _judged(p: float) -> Verdict:
    return Verdict.BAD if p < _ALARMING else Verdict.NOTE if p < _NOTED else Verdict.OK


def _whole(found: RoundRanking, seen: Evidence) -> Check:
    """Whether every seat of every match was somebody's, and every block went into the ranking."""
    seats, wanted = int(seen.seated.sum()), found.matches * seen.seats
    if seats != wanted or (seen.blocks, seen.matches) != (found.blocks, found.matches):
        said = (
            f"{seats:,} results stored in {seen.blocks:,} blocks, but {wanted:,} ranked in {found.blocks:,}"
        )
        return Check("blocks", Verdict.BAD, said)
    said = f"{found.blocks:,} whole blocks; {found.matches:,} matches of {seen.seats} seats give {seats:,} results"
    return Check("blocks", Verdict.OK, said)


def _recomputed(found: RoundRanking, seen: Evidence, means: NDArray[np.float64]) -> Check:
    """Whether the ranking's scores and counts come out again from the blocks."""
    wrong = []
    for row in found.agents:
        own = means[:, row.agent]
        own = own[~np.isnan(own)]
        score = float(own.mean()) if own.size else 0.0
        off = abs(score - (row.score.value or 0.0)) > _CLOSE * max(1.0, abs(score))
        if off or row.score.blocks != own.size or row.matches != int(seen.seated[row.agent].sum()):
            wrong.append(row.name)
    if sum(fault.count for fault in found.faults) != seen.faults:
        wrong.append("the count of failures")
    if wrong:
        return Check("aggregates", Verdict.BAD, f"not what the blocks give: {', '.join(wrong)}")
    return Check("aggregates", Verdict.OK, "scores, matches and failures come out again from the blocks")


_INVARIANTS: Final[dict[str, tuple[str, str, str]]] = {
    "undefined": ("values", "every score and metric has a value", "without a value"),
    "outside": ("range", "every score lies in the range that the game declares", "outside the game's range"),
    "sum": ("sums", "the scores of every table add up as the game declares", "do not add up as declared"),
    "places": ("places", "the places of every table are a ranking", "with places that are no ranking"),
}
"""What a `BROKEN` rule is called, what is said where it holds, and of the matches where it does not."""


def _unbroken(seen: Evidence, rule: str) -> Check:
    name, good, bad = _INVARIANTS[rule]
    breach = seen.breaches[rule]
    if breach.first is None:
        return Check(name, Verdict.OK, good)
    block, seating = breach.first
    said = (
        f"{breach.matches:,} of {seen.matches:,} matches {bad}, the first in block {block}, seating {seating}"
    )
    return Check(name, Verdict.BAD, said)


def _seated(found: RoundRanking, seen: Evidence, *, balanced: bool) -> Check:
    """Whether every agent sat equally often on every seat."""
    if not balanced or seen.seats < 2:
        said = "one seat" if seen.seats < 2 else "one seating, as listed: seats are not balanced, by design"
        return Check("rotation", Verdict.OK if seen.seats < 2 else Verdict.NOTE, said)
    uneven = [row.name for row in found.agents if np.ptp(seen.seated[row.agent])]
    if uneven:
        return Check("rotation", Verdict.BAD, f"not equally often on every seat: {', '.join(uneven)}")
    return Check("rotation", Verdict.OK, "every agent sat equally often on every seat")
