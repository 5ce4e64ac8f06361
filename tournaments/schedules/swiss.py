"""Swiss: in every round those meet who stand equally well, and nobody meets twice where that can be avoided."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Plan, Round, Schedule, Standing
from tournaments.schedules.course import Course
from tournaments.schedules.pairing import swiss_tables
from tournaments.schedules.tables import Tables, beaten, check_whole, need_company, places, shared_blocks

__all__ = ["Swiss"]


@dataclass
class _Course:
    """How a tournament stands: K agents in the order of the plan."""

    agents: int
    seats: int
    points: NDArray[np.float64] = field(init=False)
    """Shares of opponents beaten, added up."""
    played: NDArray[np.int64] = field(init=False)
    """Rounds with a result."""
    byes: NDArray[np.int64] = field(init=False)
    met: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.points = np.zeros(self.agents)
        self.played = np.zeros(self.agents, dtype=np.int64)
        self.byes = np.zeros(self.agents, dtype=np.int64)
        self.met = np.zeros((self.agents, self.agents), dtype=np.int64)

    def score(self, agent: int) -> float:
        """Points a round played; half a table before the first."""
        return float(self.points[agent] / self.played[agent]) if self.played[agent] else 0.5

    def tables(self) -> tuple[tuple[int, ...], ...]:
        """The tables of the next round."""
        order = sorted(range(self.agents), key=lambda agent: (-self.score(agent), agent))
        # The last in the order goes without a game first, and nobody twice before all others have.
        waiting = sorted(order, key=lambda agent: (int(self.byes[agent]), -order.index(agent)))
        idle = waiting[: self.agents % self.seats]
        seated = [agent for agent in order if agent not in idle]
        return tuple(swiss_tables(seated, self.score, self.met, self.seats))

    def enter(self, tables: tuple[tuple[int, ...], ...], ranks: dict[int, int]) -> None:
        """Count a round."""
        self.byes += 1
        for table in tables:
            self.byes[list(table)] -= 1
            for agent, share in beaten(table, ranks).items():
                self.points[agent] += share
                self.played[agent] += 1
            for one, other in itertools.permutations(table, 2):
                self.met[one, other] += 1


@dataclass(frozen=True)
class Swiss(Schedule):
    """Rounds in which those meet who stand equally well; byes where agents do not fill tables.

    A round gives an agent the share of the others at his table that he left behind, equals counting half. He stands by
    his points a round played, so that a bye, which goes to the last who had none, gives nothing and costs nothing; equals
    stand in the order of the plan. A stop by blocks is shared over the rounds. Who meets whom depends on the results, so
    a mean over rounds would be one over opponents of unlike strength: the ranking over all rounds is adjusted for them.
    """

    rounds: int = 5
    """How many rounds; about the logarithm of the number of agents, to base n, finds a winner among clear strengths."""

    def round(self, plan: Plan, picks: Pick, number: int, standings: Sequence[Standing]) -> Round | None:
        """The round `number`; None after the last.

        Raises:
            BadParameter: if `rounds` is no positive number.
            BadPlan: if the agents do not fill one table, the game is for one player, or there are too few blocks.
        """
        agents, seats = len(plan.agents), picks.game.spec.players
        check_whole("swiss", "rounds", self.rounds)
        need_company("swiss", agents, seats)
        blocks = shared_blocks(plan, "swiss", self.rounds, agents // seats)
        if number >= self.rounds:
            return None
        course = _Course(agents, seats)
        for earlier in range(number):
            course.enter(course.tables(), places(standings, earlier))
        tables = course.tables()
        seated = sorted(itertools.chain(*tables))
        return Round(
            number,
            "swiss",
            picks.game,
            tuple(seated),
            Tables(tables, seats, plan.seatings == "rotations"),
            len(tables),
            blocks,
            against=f"at {'one table' if len(tables) == 1 else f'{len(tables)} tables'} that the standings chose: "
            "not against all",
            notes=_idle(plan, seated),
        )

    def course(self, plan: Plan, picks: Pick, standings: Sequence[Standing]) -> Course:
        """The standings: points of each round, and all of them; who had a bye has none."""
        course = _Course(len(plan.agents), picks.game.spec.players)
        rounds: list[dict[int, float]] = []
        for number in range(1 + max(standing.round for standing in standings)):
            before = course.points.copy()
            tables = course.tables()
            course.enter(tables, places(standings, number))
            rounds.append({agent: course.points[agent] - before[agent] for agent in itertools.chain(*tables)})
        order = sorted(range(course.agents), key=lambda agent: (-course.score(agent), agent))
        rows = []
        for place, agent in enumerate(order, 1):
            each = [_points(points[agent]) if agent in points else "bye" for points in rounds]
            mean, total = f"{course.score(agent):.2f}", _points(course.points[agent])
            rows.append((str(place), plan.agents[agent], mean, total, *each))
        heads = [f"r{number}" for number in range(1, len(rounds) + 1)]
        return Course(
            "standings by points a round", ("place", "agent", "mean", "points", *heads), tuple(rows)
        )

    def most_rounds(self, plan: Plan, picks: Pick) -> int:
        """As many as asked for."""
        del plan, picks
        return self.rounds

    @property
    def overall(self) -> bool:
        """A ranking over all rounds follows."""
        return True


def _points(points: float) -> str:
    """At most two decimals: ``1``, ``0.5``, ``0.67``."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def _idle(plan: Plan, seated: list[int]) -> tuple[str, ...]:
    idle = [name for agent, name in enumerate(plan.agents) if agent not in seated]
    return (f"a bye for {', '.join(idle)}",) if idle else ()
