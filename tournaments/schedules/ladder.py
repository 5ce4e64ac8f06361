"""Ladder: a standing order of all who ever entered, in which neighbours meet and newcomers find their rung.

The order is the only memory. Neighbours who meet are put in order by what came of it, which is one step of
odd-even transposition sort (D. E. Knuth, The Art of Computer Programming 3, 2nd edition, 1998, section 5.3.4, exercise
37) with noisy comparisons; a newcomer looks for its rung by (n-ary) search, meeting n - 1 evenly spread rungs at a time.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from arena.contest import Pick, Plan, Round, Schedule, Standing
from tournaments.schedules.course import Course
from tournaments.schedules.lineups import lineups
from tournaments.schedules.tables import Tables, check_whole, need_company, places

__all__ = ["Ladder"]


_PLACEMENT: Final = "placement"


@dataclass(frozen=True)
class _Step:
    """A round of a ladder, before its result is known."""

    title: str
    groups: tuple[tuple[int, ...], ...]
    """Those who meet among themselves; the first of all, in a placement, is the newcomer."""


@dataclass(frozen=True)
class Ladder(Schedule):
    """A ladder that agents join one after the other, in the order of the plan.

    The first agents that fill a window start it. Then every further agent looks for its rung, meeting rungs spread over
    the ladder, and after each arrival `rounds` rounds follow in which neighbours meet and are put in order by
    result; from round to round the windows move by half, so that a place can be won or lost across their edges.

    The rounds of the agents so far do not depend on who comes later: a plan with more agents at the end of its list begins
    with the same rounds, which a store that holds the shorter tournament need not play again.
    """

    rounds: int = 2
    """Rounds among neighbours after each arrival."""
    window: int | None = None
    """Neighbours that meet each other, in all lineups of the table; the size of the table where None."""
    blocks: int = 48
    """Blocks that each window plays in a round, and that a newcomer plays at each rung it tries; a stop by blocks can only
    make it less."""

    def round(self, plan: Plan, picks: Pick, number: int, standings: Sequence[Standing]) -> Round | None:
        """The round `number`; None after the last.

        Raises:
            BadParameter: if a parameter is no positive number, or the window smaller than a table.
            BadPlan: if the agents do not fill a table, or the game is for one player.
        """
        seats = picks.game.spec.players
        check_whole("ladder", "rounds", self.rounds)
        check_whole("ladder", "blocks", self.blocks)
        need_company("ladder", len(plan.agents), seats)
        if self.window is not None:
            check_whole("ladder", "window", self.window, seats)
        climb = self._climb(len(plan.agents), seats, [])
        step = next(climb)
        try:
            for earlier in range(number):
                step = climb.send(places(standings, earlier))
        except StopIteration:
            return None
        return self._stage(number, plan, picks, step)

    def most_rounds(self, plan: Plan, picks: Pick) -> int:
        """The rounds among neighbours, and the longest search of every newcomer."""
        agents, seats = len(plan.agents), picks.game.spec.players
        start = self._start(agents, seats)
        searches = sum(_longest_search(rungs, seats) for rungs in range(start, agents))
        return searches + self.rounds * (1 + agents - start)

    @property
    def overall(self) -> bool:
        """A ranking over all rounds follows."""
        return True

    @property
    def continues(self) -> bool:
        """A plan with more agents at its end begins with the same rounds."""
        return True

    def course(self, plan: Plan, picks: Pick, standings: Sequence[Standing]) -> Course:
        """The rungs, from the top, after the last round there is."""
        last = max(standing.round for standing in standings)
        order: list[int] = []
        climb = self._climb(len(plan.agents), picks.game.spec.players, order)
        next(climb)
        with suppress(StopIteration):
            for number in range(last + 1):
                climb.send(places(standings, number))
        played = Counter(standing.agent for standing in standings)
        return Course(
            "the ladder, from the top",
            ("rung", "agent", "rounds"),
            tuple((str(rung), plan.agents[agent], str(played[agent])) for rung, agent in enumerate(order, 1)),
        )

    def _start(self, agents: int, seats: int) -> int:
        return min(agents, self.window or seats)

    def _climb(self, agents: int, seats: int, order: list[int]) -> Generator[_Step, dict[int, int], None]:
        """The rounds one after the other; each is sent its ranks, which decide how the ladder goes on.

        `order`, empty at first, is kept as the ladder stands.
        """
        order += range(self._start(agents, seats))
        turns = itertools.count()
        while True:
            for turn in itertools.islice(turns, self.rounds):
                yield from self._neighbours(order, seats, turn)
            newcomer = len(order)
            if newcomer >= agents:
                return
            yield from _placement(order, newcomer, seats)

    def _neighbours(self, order: list[int], seats: int, turn: int) -> Generator[_Step, dict[int, int], None]:
        """A round among neighbours, who then stand in the order of its results; equals as they stood."""
        width = min(self.window or seats, len(order))
        first = min(width // 2, len(order) - width) * (turn % 2)
        starts = range(first, len(order) - width + 1, width)
        ranks = yield _Step("neighbours", tuple(tuple(order[start : start + width]) for start in starts))
        for start in starts:
            group = order[start : start + width]
            if all(agent in ranks for agent in group):
                order[start : start + width] = sorted(group, key=lambda agent: ranks[agent])

    def _stage(self, number: int, plan: Plan, picks: Pick, step: _Step) -> Round:
        groups, seats = step.groups, picks.game.spec.players
        combinations = lineups(len(groups[0]), seats).tolist()
        tables = tuple(tuple(group[place] for place in row) for row in combinations for group in groups)
        title = step.title
        if title == _PLACEMENT:
            title = f"placement of {plan.agents[groups[0][0]]}"
        return Round(
            number,
            title,
            picks.game,
            tuple(sorted(itertools.chain(*groups))),
            Tables(tables, seats, plan.seatings == "rotations"),
            len(tables),
            self.blocks * len(groups),
            against="against neighbours on the ladder: not against all"
            if step.title != _PLACEMENT
            else "against the rungs that the newcomer tries",
        )


def _placement(order: list[int], newcomer: int, seats: int) -> Generator[_Step, dict[int, int], None]:
    """Find the newcomer's rung and put it there; who does no better than a rung stays below it."""
    low, high = 0, len(order)
    while low < high:
        tried = _probes(low, high, seats - 1)
        # A small interval leaves seats empty; those nearest to it fill them and decide nothing.
        spare = sorted(set(range(len(order))) - set(tried), key=lambda rung: abs(2 * rung - low - high))
        filling = spare[: seats - 1 - len(tried)]
        ranks = yield _Step(_PLACEMENT, ((newcomer, *(order[rung] for rung in sorted([*tried, *filling]))),))
        if newcomer not in ranks:
            low = high
            break
        above = sum(ranks[order[rung]] <= ranks[newcomer] for rung in tried)
        low, high = (
            tried[above - 1] + 1 if above else low,
            tried[above] if above < len(tried) else high,
        )
    order.insert(low, newcomer)


def _probes(low: int, high: int, most: int) -> list[int]:
    """At most `most` rungs from `low` up to, not including, `high`, evenly spread."""
    count = min(most, high - low)
    return [low + (high - low) * (place + 1) // (count + 1) for place in range(count)]


def _longest_search(rungs: int, seats: int) -> int:
    """Rounds that a search among so many rungs takes at most."""
    if rungs == 0:
        return 0
    edges = [-1, *_probes(0, rungs, seats - 1), rungs]
    return 1 + max(_longest_search(above - below - 1, seats) for below, above in itertools.pairwise(edges))
