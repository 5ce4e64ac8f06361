"""What ratings look at: every match as an ordering of its seats, kept by table size and in the order of the blocks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Plan, Results
from arena.errors import BadInput
from arena.game import Direction, Game, Metric
from arena.spelling import spell
from tournaments.plan import ranking_metric
from tournaments.tally import win_metric

__all__ = ["Field", "Matches", "field_of"]


@dataclass(frozen=True, eq=False)
class Matches:
    """M matches of n seats each, in the order of their blocks."""

    agents: NDArray[np.int64]
    """int64[M, n], who sat on each seat."""
    scores: NDArray[np.float64]
    """float64[M, n], the metric that ranks, turned so that higher is better; finite."""
    blocks: NDArray[np.int64]
    """int64[M], the block of each match, ascending; numbers are unique over all rounds."""
    seated: bool
    """Whether the columns are seats; False where agents that played alone are put side by side."""

    @property
    def size(self) -> int:
        """N, the seats of a match."""
        return int(self.agents.shape[1])


@dataclass(frozen=True, eq=False)
class Field:
    """All matches of a tournament, ready to be rated. K agents, B blocks."""

    names: tuple[str, ...]
    """The spellings of the K agents of the plan."""
    game: str
    """The spelling of the game."""
    metric: Metric
    """The metric that ranks."""
    depth: int | None
    """How many places of an ordering count, from the top; None for all. 1 where the metric only says who won."""
    tables: tuple[Matches, ...]
    """The matches, one entry for each run of results with the same table size."""
    blocks: int
    """Blocks with at least one match of two or more."""
    last: Matches | None
    """The matches of the last round; None without any."""
    rounds: int
    """Rounds that were played."""
    notes: tuple[str, ...]
    """What a reader must know beyond the numbers."""

    @property
    def matches(self) -> int:
        """All matches."""
        return sum(len(table.agents) for table in self.tables)

    @property
    def agents(self) -> int:
        """K, whether they played or not."""
        return len(self.names)

    @cached_property
    def played(self) -> NDArray[np.bool_]:
        """bool[K], who sat in a match."""
        found = np.zeros(self.agents, dtype=np.bool_)
        for table in self.tables:
            found[table.agents] = True
        return found

    @property
    def blocks_of_each(self) -> NDArray[np.int64]:
        """int64[K], the blocks in which each agent sat."""
        found = np.zeros(self.agents, dtype=np.int64)
        for table in self.tables:
            block = np.cumsum(np.r_[False, np.diff(table.blocks) > 0])
            sat = np.zeros((int(block[-1]) + 1, self.agents), dtype=np.bool_)
            sat[block[:, np.newaxis], table.agents] = True
            found += sat.sum(axis=0)
        return found

    def where(self) -> str:
        """The tables, in words, such as ``"at tables of 3 and 4"``."""
        if not self.tables:
            return "at no table yet"
        sizes = sorted({table.size for table in self.tables})
        if all(not table.seated for table in self.tables):
            return "on the same deals"
        return f"at tables of {' and '.join(map(str, sizes))}"


def field_of(picks: Pick, results: Sequence[Results], by: str | None = None) -> Field:
    """Every match of `results`.

    Args:
        picks: the game and the agents.
        results: whole blocks of one or more rounds, in any order; rounds may differ in their table size.
        by: the metric that ranks; the game's primary one where None.

    Returns:
        The matches in the order of rounds and blocks. Matches with an undefined metric are left out and counted in
        a note. In a game for one, all agents that played a deal are one ordering.

    Raises:
        BadInput: if there is no such metric, it does not rank, or a block is there twice.
    """
    metric = ranking_metric(Plan(spell(picks.game), (), 0, by=by), picks.game)
    sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
    parts = sorted(results, key=lambda part: (part.round, part.start))
    _check_once(parts)
    runs: list[tuple[int, Matches]] = []
    offset, void = 0, 0
    for part in parts:
        table, lost = _matches(part, sign * part.metrics[metric.name], offset)
        offset, void = offset + len(part), void + lost
        runs.append((part.round, table))
    notes = _notes(runs, void, picks.game, metric)
    together = _grouped([table for _, table in runs])
    last = _grouped([table for number, table in runs if number == runs[-1][0]])
    return Field(
        names=tuple(spell(agent) for agent in picks.agents),
        game=spell(picks.game),
        metric=metric,
        depth=_depth(picks.game, metric),
        tables=together,
        blocks=sum(1 + int(np.count_nonzero(np.diff(table.blocks))) for table in together),
        last=last[-1] if last else None,
        rounds=len({part.round for part in parts}),
        notes=notes,
    )


def _check_once(parts: Sequence[Results]) -> None:
    """Refuse runs that overlap.

    Raises:
        BadInput: if a block is there twice.
    """
    for one, other in itertools.pairwise(parts):
        if one.round == other.round and other.start < one.start + len(one):
            raise BadInput(f"expected each block once, got block {other.start} of round {other.round} twice")


def _matches(part: Results, scores: NDArray[np.float64], offset: int) -> tuple[Matches, int]:
    """The matches of a part with a defined metric, and how many had none."""
    count, seatings, seats = part.seatings.shape
    alone = seats == 1
    shape = (count, seatings) if alone else (count * seatings, seats)
    agents = part.seatings.reshape(shape).astype(np.int64)
    values = np.asarray(scores, dtype=np.float64).reshape(shape)
    blocks = offset + np.repeat(np.arange(count), 1 if alone else seatings)
    finite, lost = np.isfinite(values), 0
    if not finite.all():
        kept = finite.all(axis=1)
        lost = int((~kept).sum())
        agents, values, blocks = agents[kept], values[kept], blocks[kept]
    return Matches(agents, values, blocks, not alone), lost


def _grouped(tables: Sequence[Matches]) -> tuple[Matches, ...]:
    """The runs put together by size; tables of one have nobody to be compared with."""
    found = []
    for size, seated in sorted({(table.size, table.seated) for table in tables}):
        group = [table for table in tables if (table.size, table.seated) == (size, seated)]
        if len(group) == 1 and size > 1 and len(group[0].agents):
            found.append(group[0])
            continue
        agents, scores, blocks = (
            np.concatenate([getattr(table, name) for table in group])
            for name in ("agents", "scores", "blocks")
        )
        if size > 1 and len(agents):
            found.append(Matches(agents, scores, blocks, seated))
    return tuple(found)


def _depth(game: Game[Any, Any, Any], metric: Metric) -> int | None:
    """Those who did not win are not shown to be equal: a metric of wins says the first place only."""
    wins = win_metric(game.spec)
    return 1 if wins is not None and wins.name == metric.name else None


def _notes(
    runs: Sequence[tuple[int, Matches]], void: int, game: Game[Any, Any, Any], metric: Metric
) -> tuple[str, ...]:
    tables = [table for _, table in runs]
    found = []
    if len({table.size for table in tables if table.seated}) > 1:
        found.append("tables of different sizes are rated together, on one scale")
    if any(not table.seated for table in tables):
        found.append("a game for one: the agents that played the same deal are put in order by their scores")
    if void:
        found.append(f"{void:,} matches without a defined {metric.name} are left out")
    if _depth(game, metric) == 1 and any(table.size > 2 for table in tables):
        found.append(f"by {metric.name}, the first place alone is compared; the others are left in no order")
    if any(_copies(table) for table in tables):
        found.append("copies of an agent sat at one table; nothing is learnt from an agent against itself")
    return tuple(found)


def _copies(table: Matches) -> bool:
    columns = itertools.combinations(table.agents.T, 2)
    return any(bool((one == other).any()) for one, other in columns)
