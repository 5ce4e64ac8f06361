"""The championship of the agents that are registered, by the tournament engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np

from arena import registry
from arena.agent import Agent
from arena.capabilities import Compiled
from arena.contest import Pick, Plan, Results, Stop
from arena.errors import NotCapable
from arena.spelling import spell
from games.dhumbal.game import Dhumbal
from games.dhumbal.mini import DhumbalMini
from tournaments.exploit.exact import mini_exploitability
from tournaments.ranking import AgentRow, RoundRanking
from tournaments.schedules.seatings import Seatings
from tournaments.statistics import Estimate
from tournaments.store import Store
from tournaments.studies.measures import decision_ms, known, policy_of, risk_of
from tournaments.studies.study import Block, Scale, Section, Table
from tournaments.tournament import Tournament

__all__ = ["FINAL", "Championship", "Finals", "finals"]

_RULES: Final = ("np5", "np10")
_SIZES: Final = (2, 3, 4, 5)
_QUICK: Final = ("random", "aggressive", "greedy", "tuned", "ppo")
"""The agents of the quick scale: compiled ones."""
_BLOCKS: Final = {2: 1800, 3: 240, 4: 210, 5: 126}
"""Blocks at each size of the table, at least, made up to whole rounds of all lineups: a minute or so of search."""


_PERCENT: Final = 100.0


@dataclass(frozen=True)
class Championship:
    """One championship."""

    rules: str
    """The preset."""
    players: int
    """At the table."""
    ranking: RoundRanking
    """The tournament's ranking."""
    risks: Mapping[int, float]
    """By agent of the plan, the correlation of hand value and success over its calls; NaN where one never varies."""
    times: Mapping[int, float]
    """By agent of the plan, milliseconds of one core a decision; NaN where it has no compiled policy."""
    blocks: int
    """Blocks played."""


@dataclass(frozen=True)
class Finals:
    """All championships."""

    tables: tuple[Championship, ...]
    """By rules, then by the number of players."""
    exploitability: Mapping[str, Estimate]
    """What a perfect rival wins from an agent on `dhumbal-mini`, coins a match, by spelling; of compiled agents only."""


def finals(scale: Scale, seed: int) -> Finals:
    """Play all championships, and solve the miniature game against every compiled agent."""
    tables = []
    for rules in _RULES:
        for players in _SIZES[:: scale.count(1, 2)]:
            scale.say(f"the final championship, {rules}, {players} players")
            tables.append(_championship(scale, rules, players, seed))
    scale.say("exploitability on dhumbal-mini")
    mini = DhumbalMini()
    agents = [agent for agent in _agents(scale, mini) if isinstance(agent, Compiled)]
    compiled = [agent for agent in agents if agent.compiled_policy(mini) is not None]
    samples = scale.count(64, 4)
    found = {spell(agent): mini_exploitability(agent, samples, seed).estimate for agent in compiled}
    return Finals(tuple(tables), found)


def _agents(scale: Scale, game: Dhumbal | DhumbalMini) -> list[Agent]:
    fitting = registry.fitting_agents(game)
    return [agent for name, agent in fitting.items() if not scale.quick or name in _QUICK]


def _championship(scale: Scale, rules: str, players: int, seed: int) -> Championship:
    game = Dhumbal(players=players, rules=rules)
    agents = tuple(_agents(scale, game))
    cycle = Seatings(tuple(range(len(agents))), players).cycle
    # Whole rounds of all lineups, so that everybody plays as often as everybody else.
    lineups = cycle // max(1, _orders(players))
    least = scale.count(_BLOCKS[players], 1)
    blocks = lineups * -(-least // lineups)
    plan = Plan(spell(game), tuple(spell(agent) for agent in agents), seed, stop=Stop(blocks=blocks))
    with Store.memory() as store:
        ranking = Tournament(plan, store, picks=Pick(game, agents)).run().final
        (row,) = store.tournaments()
        risks = _risks(list(store.results(row.id)), len(agents))
    times = {number: _time(agent, game, seed) for number, agent in enumerate(agents)}
    return Championship(rules, players, ranking, risks, times, blocks)


def _time(agent: Agent, game: Dhumbal, seed: int) -> float:
    """Milliseconds of one core a decision among its like; NaN where it has no compiled policy."""
    try:
        return decision_ms(game, policy_of(agent, game), seed)
    except NotCapable:
        return nan


def _orders(players: int) -> int:
    """Circular orders of a table."""
    return int(np.prod(np.arange(1, players)))


def _risks(results: Sequence[Results], agents: int) -> dict[int, float]:
    def of(agent: int, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.concatenate([part.metrics[name][part.seatings == agent] for part in results])

    return {agent: risk_of(of(agent, "call_value"), of(agent, "call_success")) for agent in range(agents)}


def _told(found: Estimate | None, scale: float = 1.0, form: str = ".1f") -> str:
    """A value with the half-width of its interval."""
    if found is None or found.value is None:
        return "-"
    text = format(scale * found.value, form)
    if found.low is None or found.high is None:
        return text
    half = scale * (found.high - found.low) / 2
    # Two blocks say nothing about a share.
    return text if scale == _PERCENT < half else f"{text} ± {format(half, form.lstrip('+'))}"


def _line(one: Championship, row: AgentRow, exploitability: Estimate | None) -> tuple[str, ...]:
    right, cards = row.metrics.get("call_success"), row.metrics.get("cards")
    time = known(one.times[row.agent], ".4f")
    if np.isnan(one.times[row.agent]) and row.ms_per_decision is not None:
        time = f"{row.ms_per_decision:.4f}"
    return (
        row.name,
        _told(row.score, form="+.1f"),
        f"{row.rank_low}-{row.rank_high}" if row.rank_low != row.rank_high else f"{row.rank_low}",
        _told(row.wins, _PERCENT),
        _told(right, _PERCENT),
        "-" if cards is None or cards.value is None else f"{cards.value:.1f}",
        known(one.risks[row.agent], "+.2f"),
        time,
        _told(exploitability, form=".2f"),
    )


def _render(found: Finals) -> Sequence[Block]:
    head = (
        *("agent", "coins/round", "rank", "wins %", "right calls %", "cards/round", "risk", "ms/decision"),
        "exploitability",
    )
    leaders = [one.ranking.agents[0].name for one in found.tables]
    wins = {name: leaders.count(name) for name in dict.fromkeys(leaders)}
    counted = ", ".join(f"{name} {count}" for name, count in wins.items())
    alone = sum(one.ranking.agents[0].rank_high == 1 for one in found.tables)
    blocks: list[Block] = [
        (
            "Every agent that plays Dhumbal by itself, with its default parameters, in a round robin over all lineups by the "
            "tournament engine; every deal is played in all rotations of the seats. *Rank* is the interval of ranks that the "
            "data allow for all agents at once with 95 % confidence. *Exploitability* is what a perfect rival wins from the agent, "
            "a match and seat, on the miniature game `dhumbal-mini`, for compiled agents (`arena exploit`); 0 is an equilibrium. "
            "Agents that are not compiled there have none."
        ),
        (
            f"Who leads, and in how many of the {len(found.tables)} championships: {counted}. In {alone} of them "
            "the leader's rank is certain."
        ),
    ]
    for one in found.tables:
        blocks.append(f"`{one.rules}`, {one.players} players, {one.blocks:,} deals, each from all seats:")
        rows = tuple(_line(one, row, found.exploitability.get(row.name)) for row in one.ranking.agents)
        blocks.append(Table(head, rows))
    return blocks


FINAL: Final = Section("final", "The championship of our agents", finals, _render)
"""The section on the agents that ship."""
