"""Rankings as the API shows them."""

from __future__ import annotations

from typing import Literal

from web.schemas.common import Interval, Model

__all__ = ["Convergence", "Pair", "Pairs", "Ranking", "RankingRow", "RunningAgent", "Series"]


class RankingRow(Model):
    """One agent's line."""

    agent: int
    """The agent's position in the plan, from 0."""
    name: str
    """Its spelling."""
    family: str
    """What kind of mind it has."""
    rank: int
    """By the score, from 1; equals share the best."""
    rank_low: int
    """The best rank that the data allow, for all agents at once with 95 % confidence."""
    rank_high: int
    """The worst rank that the data allow."""
    tier: int
    """1 for the leader and all not shown worse; and so on."""
    letters: str
    """Agents who share a letter are not shown to differ; empty in a large field."""
    score: Interval
    """The mean of the metric that ranks, in its unit."""
    wins: Interval | None
    """The share of matches won; null where the game does not say who won."""
    matches: int
    """Matches played, each seat counted."""
    decisions: int
    """Actions chosen."""
    faults: int
    """Failures."""
    ms_per_decision: float | None
    """Milliseconds a decision; null without decisions."""


class Ranking(Model):
    """The ranking of a round."""

    tournament: int
    """The tournament's number."""
    round: int
    """The round's number."""
    title: str
    """What the round is."""
    metric: str
    """The metric that ranks."""
    unit: str
    """Its unit."""
    higher_is_better: bool
    """Which way it is better."""
    estimand: str
    """What the scores estimate, in a sentence."""
    blocks: int
    """Deal blocks ranked."""
    matches: int
    """Matches in them."""
    correction: str
    """How claims about pairs are corrected for their number."""
    agents: int
    """Agents ranked, over all pages."""
    notes: list[str]
    """What a reader must know."""
    items: list[RankingRow]
    """One page, the best first."""
    next: str | None
    """The cursor of the next page; null at the end."""


class Pair(Model):
    """How two agents compare."""

    first: int
    """An agent's position in the plan."""
    second: int
    """Another's."""
    difference: Interval
    """Score of the first less that of the second, in the unit of the metric."""
    p: float | None
    """Two-sided p-value of "no difference" of this pair alone; null where intervals decide."""
    p_holm: float | None
    """The same, corrected for all pairs of the round; null where intervals decide."""
    test: str
    """The test."""
    better: int | None
    """The position of the agent shown to be better; null where neither is."""
    identical: bool
    """Whether the two scored the same in every block."""
    d_z: float | None
    """Mean over standard deviation of the block differences; null where there is none."""
    blocks: int
    """Blocks behind the difference."""


class Pairs(Model):
    """Every pair of a round; of a large field, neighbours in the ranking."""

    metric: str
    """The metric that ranks."""
    unit: str
    """Its unit."""
    higher_is_better: bool
    """Which way it is better."""
    correction: str
    """How p-values are corrected for the number of pairs."""
    neighbours_only: bool
    """Whether only neighbours in the ranking are here."""
    items: list[Pair]
    """The pairs."""
    next: str | None = None
    """Always null: the list is whole."""


class RunningAgent(Model):
    """An agent of a figure."""

    agent: int
    """Its position in the plan."""
    name: str
    """Its spelling."""


class Series(Model):
    """The running mean of an agent; one value for each of `Convergence.blocks`."""

    agent: int
    """Its position in the plan."""
    value: list[float | None]
    """The mean of the first blocks; null before the agent's second block."""
    low: list[float | None]
    """The lower ends of its 95 % confidence sequence; null before the agent's 30th block."""
    high: list[float | None]
    """The upper ends."""


class Convergence(Model):
    """How means settled as blocks arrived."""

    kind: Literal["confidence sequence"]
    """What the intervals are: they hold at all numbers of blocks at once."""
    metric: str
    """The metric that ranks."""
    unit: str
    """Its unit."""
    agents: list[RunningAgent]
    """The agents shown, the best first."""
    blocks: list[int]
    """Numbers of blocks at which the means were looked at."""
    series: list[Series]
    """One for each agent, in the same order."""
