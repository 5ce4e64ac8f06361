"""What a ranking is: plain values, with the JSON forms of them."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from arena.contest import Plan, Standing
from arena.errors import BadInput
from tournaments.schedules.course import Course
from tournaments.statistics import BlocksNeeded, Estimate, LegacyPair, LegacyRate
from tournaments.verdicts import Sequential

__all__ = [
    "AgentRow",
    "FaultCount",
    "Legacy",
    "PairRow",
    "Ranking",
    "RoundRanking",
    "canonical_json",
    "ranking_json",
]

_TIMING: Final = {"timing": True}
_DIGITS: Final = 10
"""Significant digits of a number in the canonical form."""


@dataclass(frozen=True)
class AgentRow:
    """One agent's line in the table."""

    agent: int
    """The agent of the plan."""
    name: str
    """Its spelling."""
    family: str
    """Its family."""
    rank: int
    """By the score, from 1; equals share the best."""
    rank_low: int
    """The best rank that the data allow, for all agents at once with 95 % confidence."""
    rank_high: int
    """The worst rank that the data allow."""
    tier: int
    """1 for the leader and all not shown worse; and so on."""
    letters: str
    """Agents who share a letter are not shown to differ."""
    score: Estimate
    """The mean of the metric that ranks, in its own unit."""
    wins: Estimate | None
    """The share of matches won; None where the game does not say who won."""
    metrics: Mapping[str, Estimate]
    """Every metric of the game: the mean over the matches in which it is defined."""
    matches: int
    """Matches played, each seat counted."""
    decisions: int
    """Actions chosen."""
    faults: int
    """Failures."""
    ms_per_decision: float | None = field(default=None, metadata=_TIMING)
    """Milliseconds a decision; of compiled agents the engine's own time is part. None without decisions."""


@dataclass(frozen=True)
class PairRow:
    """How two agents compare, on the deals that they shared."""

    first: int
    """An agent of the plan."""
    second: int
    """Another."""
    difference: Estimate
    """Score of the first less that of the second, in the unit of the metric."""
    p: float
    """Two-sided p-value of "no difference" of this pair alone."""
    p_adjusted: float
    """The same, adjusted for all pairs of the round by `RoundRanking.correction`."""
    test: str
    """The test that gave `p`."""
    better: int | None
    """The agent shown to be better; None where the pair is undecided."""
    identical: bool
    """Whether the two scored the same in every block."""
    d_av: float | None
    """Cohen's d with the mean variance of single matches; None where there is no spread or too little data."""
    d_z: Estimate
    """Mean over standard deviation of the block differences."""
    superiority: Estimate | None
    """How often the first places above the second at one table, ties counting half; None where they are not compared."""
    risk_difference: Estimate | None
    """Difference of the shares won; None where the game does not say who won."""
    odds_ratio: Estimate | None
    """Odds of winning of the first over the second's; None as above."""
    cohen_h: Estimate | None
    """Cohen's h of the shares won; None as above."""


@dataclass(frozen=True)
class FaultCount:
    """Failures of one kind."""

    agent: int
    """The agent of the plan."""
    kind: str
    """A value of `FaultKind`."""
    count: int
    """How often."""
    message: str = field(default="", metadata=_TIMING)
    """What happened the first time."""


@dataclass(frozen=True)
class Legacy:
    """The formulas of the Dhumbal study on the scores of single matches, for comparison with its tables only."""

    independence_violated: bool
    """Always True: the players of one match share its deal."""
    rates: tuple[LegacyRate, ...]
    """The share won of each agent, in the order of `RoundRanking.participants`; none without wins."""
    pairs: tuple[LegacyPair, ...]
    """Every pair; `first` and `second` are agents of the plan."""


@dataclass(frozen=True)
class RoundRanking:
    """The ranking of one round."""

    number: int
    """The round's number."""
    title: str
    """What it was."""
    game: str
    """The spelling of its game."""
    metric: str
    """The metric that ranks."""
    unit: str
    """Its unit."""
    higher_is_better: bool
    """Which way it is better."""
    estimand: str
    """What the scores estimate, in words."""
    participants: tuple[int, ...]
    """The agents of the plan that took part."""
    blocks: int
    """Deal blocks ranked."""
    matches: int
    """Matches in them."""
    cycle: int
    """Blocks after which all lineups have come equally often."""
    notes: tuple[str, ...]
    """What a reader must know."""
    agents: tuple[AgentRow, ...]
    """Every participant, the best first."""
    pairs: tuple[PairRow, ...]
    """Every pair of participants."""
    undecided: tuple[BlocksNeeded, ...]
    """What each undecided pair would take; `first` and `second` are agents of the plan."""
    seats: tuple[Estimate, ...]
    """The mean of the metric that ranks by seat, whoever sat there; none where seats are not balanced."""
    faults: tuple[FaultCount, ...]
    """Failures by agent and kind."""
    void: int
    """Blocks that were void and played again."""
    legacy: Legacy
    """For comparison with the Dhumbal study."""
    correction: str = "Holm"
    """How the pairs' p-values were adjusted: Holm's procedure, ``"max-t"``, or ``"e-Holm"`` where a round waited for answers."""
    sequential: Sequential | None = None
    """The answers of a round that waited for them; None where its stop did not. The pairs' intervals and p-values are then
    those of confidence sequences."""

    def standings(self) -> tuple[Standing, ...]:
        """The places, for the schedule's next round."""
        return tuple(
            Standing(row.agent, row.score.value or 0.0, row.rank, row.score.blocks, self.number, row.score.se)
            for row in self.agents
        )

    def row(self, agent: int) -> AgentRow:
        """The line of an agent of the plan.

        Raises:
            BadInput: if it took no part.
        """
        for row in self.agents:
            if row.agent == agent:
                return row
        raise BadInput(f"agent {agent!r} took no part in {self.title}; expected one of {self.participants}")

    def pair(self, first: int, second: int) -> PairRow:
        """The comparison of two agents of the plan, in the order in which it is stored.

        Raises:
            BadInput: if they did not both take part.
        """
        for row in self.pairs:
            if {row.first, row.second} == {first, second}:
                return row
        raise BadInput(f"agents {first!r} and {second!r} did not both take part in {self.title}")


@dataclass(frozen=True)
class Ranking:
    """The ranking of a tournament, round by round."""

    plan: Plan
    """The plan."""
    digest: str
    """`plan_digest` of it."""
    rounds: tuple[RoundRanking, ...]
    """Every round so far, at least one; last, where the format chooses by results who meets whom, all of them as one."""
    course: Course | None = None
    """How it went in the words of the format, by the plan's own metric; None where the rankings say it all."""

    @property
    def final(self) -> RoundRanking:
        """The last round, or the ranking over all of them where there is one."""
        return self.rounds[-1]


def ranking_json(ranking: Ranking) -> dict[str, Any]:
    """The whole ranking as what JSON can hold; infinite numbers become text."""
    found: dict[str, Any] = _plain(ranking, timing=True)
    return found


def canonical_json(ranking: Ranking) -> bytes:
    """The ranking without measured times and the agents' own words, as bytes.

    They are the same however the tournament was cut into chunks, interrupted or spread over processes. Numbers have
    ten significant digits.
    """
    words = _plain(ranking, timing=False)
    return json.dumps(words, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _plain(value: Any, *, timing: bool) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _plain(getattr(value, f.name), timing=timing)
            for f in dataclasses.fields(value)
            if timing or not f.metadata.get("timing")
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(item, timing=timing) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item, timing=timing) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        # Zero has no sign.
        return value if timing else float(f"{value:.{_DIGITS}g}") + 0.0
    return value
