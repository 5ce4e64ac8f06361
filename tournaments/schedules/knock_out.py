"""Knock-out: the better half of every table goes on, until one is left."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arena.contest import Pick, Plan, Round, Schedule, Standing
from arena.errors import BadParameter, BadPlan
from tournaments.schedules.course import Course
from tournaments.schedules.seatings import make_round
from tournaments.schedules.tables import Tables, check_whole, fitting_table, places, shared_blocks

__all__ = ["KnockOut"]


@dataclass(frozen=True)
class _Stage:
    """A round that is over."""

    number: int
    left: tuple[int, ...]
    """Who came to it, by seed."""
    tables: tuple[tuple[int, ...], ...]
    on: frozenset[int]
    """Who would go on from it, were it not the final."""
    ranks: dict[int, int]


@dataclass(frozen=True)
class KnockOut(Schedule):
    """Tables by seed, of which the better half goes on (of two, the better one), and a final that one wins.

    Seeds are the order of the plan, or the ranks of a round robin before. Tables are filled like a snake: of two seats
    the first meets the last. Where agents do not fill tables, the first seeds have a bye. Equals at a table go by seed,
    and in every round tables are made anew by seed, so that the first two cannot meet before the final. In a game for one
    player all play the same deals and the better half goes on.
    """

    best_of: int | None = None
    """Blocks a table plays; the plan's stop by blocks shared over rounds and tables where None."""
    seeding: bool = False
    """Whether a round robin, as long as any other round, gives the seeds."""

    def round(self, plan: Plan, picks: Pick, number: int, standings: Sequence[Standing]) -> Round | None:
        """The round `number`; None after the final.

        Raises:
            BadParameter: if `best_of` is no positive number, or `seeding` neither true nor false.
            BadPlan: if there are fewer than two agents, or too few blocks for all tables.
        """
        agents, seats = len(plan.agents), picks.game.spec.players
        self._check(agents)
        first = int(self.seeding)
        if number < first:
            stage = make_round(0, "seeding", picks.game, tuple(range(agents)), plan)
            return dataclasses.replace(stage, blocks=self._blocks(plan, picks, max(1, agents // seats)))
        left, out = self._seeds(agents, standings), []
        for earlier in self._earlier(agents, seats, standings, number):
            if _is_final(len(earlier.left), seats):
                return None
            left = [agent for agent in earlier.left if agent in earlier.on]
            out.append(", ".join(plan.agents[agent] for agent in earlier.left if agent not in earlier.on))
        blocks = self._blocks(plan, picks, len(_draw(left, seats)))
        if not _is_final(len(left), seats):
            return _stage(number, plan, picks, left, blocks)
        # One seat has room for any number of finalists, each alone on the same deals.
        game = picks.game if seats == 1 else fitting_table(picks.game, len(left))
        final = make_round(number, "final", game, tuple(sorted(left)), plan)
        notes = tuple(f"out in round {place + first}: {names}" for place, names in enumerate(out, 1))
        return dataclasses.replace(final, blocks=blocks, notes=notes[::-1])

    def most_rounds(self, plan: Plan, picks: Pick) -> int:
        """The rounds until one table is left, the final, and the seeding round if there is one."""
        left, seats, rounds = len(plan.agents), picks.game.spec.players, 1 + int(self.seeding)
        while not _is_final(left, seats):
            left, rounds = _going_on(left, seats), rounds + 1
        return rounds

    def course(self, plan: Plan, picks: Pick, standings: Sequence[Standing]) -> Course:
        """The bracket: every table with the scores there, the best first, and who went on."""
        agents, seats = len(plan.agents), picks.game.spec.players
        scores = {(one.round, one.agent): one.score for one in standings}
        rows: list[tuple[str, str, str]] = []
        for stage in self._earlier(agents, seats, standings, 1 + max(one.round for one in standings)):
            final = _is_final(len(stage.left), seats)
            title = "final" if final else f"last {len(stage.left)}"
            for table in stage.tables:
                order = sorted(
                    table, key=lambda agent: (stage.ranks.get(agent, agents), stage.left.index(agent))
                )
                told = [f"{plan.agents[agent]}{_told(scores.get((stage.number, agent)))}" for agent in order]
                on = order[:1] if final else [agent for agent in order if agent in stage.on]
                rows.append((title, ", ".join(told), ", ".join(plan.agents[agent] for agent in on)))
                title = ""
            if idle := [
                plan.agents[agent] for agent in stage.left if not any(agent in t for t in stage.tables)
            ]:
                rows.append((title, "a bye", ", ".join(idle)))
        return Course("the bracket", ("round", "table", "goes on"), tuple(rows))

    def _seeds(self, agents: int, standings: Sequence[Standing]) -> list[int]:
        """The agents by the seeding round, or as the plan has them."""
        ranks = places(standings, 0) if self.seeding else {}
        return sorted(range(agents), key=lambda agent: (ranks.get(agent, agents), agent))

    def _earlier(
        self, agents: int, seats: int, standings: Sequence[Standing], number: int
    ) -> Iterator[_Stage]:
        """The rounds before `number` that are over, but for a seeding round; none after the final."""
        seeds = left = self._seeds(agents, standings)
        for earlier in range(int(self.seeding), number):
            ranks, tables = places(standings, earlier), _draw(left, seats)
            on = set(left[: _byes(len(left), seats)])
            for table in tables:
                on.update(_better_half(table, ranks, seeds))
            yield _Stage(earlier, tuple(left), tables, frozenset(on), ranks)
            if _is_final(len(left), seats):
                return
            left = [agent for agent in left if agent in on]

    def _check(self, agents: int) -> None:
        if self.best_of is not None:
            check_whole("knock-out", "best_of", self.best_of)
        if not isinstance(self.seeding, bool):
            raise BadParameter(f"knock-out: expected seeding to be true or false, got {self.seeding!r}")
        if agents < 2:
            raise BadPlan(f"a knock-out needs at least 2 agents, got {agents}")

    def _blocks(self, plan: Plan, picks: Pick, tables: int) -> int | None:
        if self.best_of is not None:
            return self.best_of * tables
        return shared_blocks(plan, "knock-out", self.most_rounds(plan, picks), tables)


def _is_final(left: int, seats: int) -> bool:
    """Whether so many sit at one table, or of one seat, whether the better half of them is one."""
    return left <= max(seats, 3 if seats == 1 else 2)


def _going_on(left: int, seats: int) -> int:
    """How many are left after a round of so many."""
    if seats == 1:
        return left // 2
    return _byes(left, seats) + left // seats * (seats // 2)


def _byes(left: int, seats: int) -> int:
    return left % seats


def _draw(left: Sequence[int], seats: int) -> tuple[tuple[int, ...], ...]:
    """The tables of those without a bye, filled by seed like a snake; one table where there is one seat, or a final."""
    if seats == 1 or len(left) < seats:
        return (tuple(left),)
    playing = left[_byes(len(left), seats) :]
    count = len(playing) // seats
    rows = [playing[start : start + count] for start in range(0, len(playing), count)]
    snake = [row[::-1] if place % 2 else row for place, row in enumerate(rows)]
    return tuple(zip(*snake, strict=True))


def _better_half(table: tuple[int, ...], ranks: dict[int, int], seeds: Sequence[int]) -> list[int]:
    """Those who go on; equals, and those without a result, by seed."""
    order = sorted(table, key=lambda agent: (ranks.get(agent, len(seeds)), seeds.index(agent)))
    return order[: max(1, len(table) // 2)]


def _told(score: float | None) -> str:
    return "" if score is None else f" {score:+.3g}"


def _stage(number: int, plan: Plan, picks: Pick, left: Sequence[int], blocks: int | None) -> Round:
    """A round before the final."""
    seats = picks.game.spec.players
    tables = _draw(left, seats)
    seated = tuple(sorted(agent for table in tables for agent in table))
    idle = [plan.agents[agent] for agent in left if agent not in seated]
    return Round(
        number,
        f"last {len(left)}",
        picks.game,
        seated,
        Tables(tables, seats, plan.seatings == "rotations"),
        len(tables),
        blocks,
        against=None if len(tables) == 1 else f"at {len(tables)} tables drawn by seed: not against all",
        notes=(f"a bye for {', '.join(idle)}",) if idle else (),
    )
