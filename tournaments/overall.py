"""All rounds of a tournament as one tally, for formats that choose by results who meets whom."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Round
from tournaments.tally import Sums, Tally

__all__ = ["OVERALL", "all_rounds", "merged"]

OVERALL: Final = "over all rounds"
"""The title of the ranking over all rounds."""


def all_rounds(stages: Sequence[Round]) -> Round:
    """What stands for all rounds together, at least one, of tables of one size: everybody who played, and the words."""
    agents = tuple(sorted({agent for stage in stages for agent in stage.agents}))
    return Round(
        len(stages),
        OVERALL,
        stages[0].game,
        agents,
        stages[0].seatings,
        cycle=1,
        against=f"adjusted for who met whom: for each of {len(agents)} agents as its difference from their mean, by least "
        "squares within blocks (additive: the same whoever else sits there)",
        notes=(
            "shares won and the other metrics are plain means over whom each agent met: they compare nobody",
        ),
    )


def merged(agents: tuple[int, ...], counts: Sequence[Tally]) -> Tally:
    """The tallies of several rounds as one; `agents` are all participants, in ascending order."""
    total = Tally(agents, sums=np.zeros((6, len(agents))))
    place = {agent: column for column, agent in enumerate(agents)}
    for count in counts:
        columns = [place[agent] for agent in count.agents]
        total.copies |= count.copies
        total.matches += count.matches
        total.void += count.void
        total.truncated += count.truncated
        total.faults += count.faults
        total.scores += [_spread(part, columns, len(agents)) for part in count.scores]
        total.wins += [_spread(part, columns, len(agents)) for part in count.wins]
        total.seats += count.seats
        for codes in count.pairs:
            first, second = np.array(columns)[np.stack(np.divmod(codes, len(columns)))]
            total.pairs.append(first * len(agents) + second)
        total.shares += count.shares
        total.sums[:, columns] += count.sums
        for name, sums in count.metrics.items():
            whole = total.metrics.setdefault(name, Sums.zero(len(agents)))
            for field in dataclasses.fields(Sums):
                getattr(whole, field.name)[columns] += getattr(sums, field.name)
    return total


def _spread(part: NDArray[np.float64], columns: list[int], agents: int) -> NDArray[np.float64]:
    """Block means in the columns of all agents, NaN for those who took no part."""
    found = np.full((len(part), agents), np.nan)
    found[:, columns] = part
    return found
