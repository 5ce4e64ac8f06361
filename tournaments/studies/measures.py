"""One table of agents, measured by the six metrics of Malla 2025, section 3.6.

Win rate, coins, call success, cards thrown, risk (the correlation of the hand's value at a call with the call's success) and
decision time. The unit of every interval is the block: one deal, or one match of many rounds, in all the seatings asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from math import nan
from time import process_time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.evolution.match_up import Estimate, estimate
from arena import streams
from arena.agent import Agent
from arena.capabilities import BatchOutcome, Compiled, CompiledPolicy
from arena.errors import HostFault, NotCapable
from arena.spelling import spell
from games.dhumbal.game import Dhumbal
from tournaments.studies.study import Table

__all__ = [
    "Field",
    "Measured",
    "Row",
    "as_table",
    "decision_ms",
    "every_order",
    "fixed_order",
    "known",
    "measure",
    "played",
    "policy_of",
    "ranking",
    "risk_of",
]

_TIMED: Final = 12
"""Deals of the small match by which decision time is measured."""


@dataclass(frozen=True)
class Row:
    """One agent of one table."""

    agent: str
    """What the table calls it."""
    wins: Estimate
    """% of rounds won."""
    coins: Estimate
    """A round."""
    right: float
    """% of the rounds closed in its name (called, or closed by the rules) that it won; NaN without any."""
    calls: float
    """Calls in 1024 rounds, those of the rules left aside."""
    call_value: float
    """Mean hand value at a call; NaN without calls."""
    cards: float
    """Cards thrown a round."""
    risk: float
    """Correlation of hand value and success over its calls; NaN where one of them never varies or is not known."""
    ms: float
    """Milliseconds of one core a decision, the engine's own time included."""


@dataclass(frozen=True)
class Measured:
    """One table of agents."""

    rows: tuple[Row, ...]
    """In the order of the agents."""
    rounds: int
    """Rounds played."""
    blocks: int
    """Blocks, the unit of the intervals."""
    gap: Estimate
    """Coins a round of the first less the best of the others, on the same blocks."""

    def row(self, agent: str) -> Row:
        """The row of `agent`."""
        return next(row for row in self.rows if row.agent == agent)


Field = Mapping[str, Agent]
"""The agents of a table by what they are called, in the order of seats."""


def policy_of(agent: Agent, game: Dhumbal) -> CompiledPolicy:
    """The compiled policy of `agent`, also of a search that the game compiles.

    Raises:
        NotCapable: if it has none.
    """
    from agents.dhumbal import accelerate
    from agents.search.ismcts import ISMCTS
    from agents.search.mcts import MCTS
    from agents.search.montecarlo import MonteCarlo

    if isinstance(agent, MCTS):
        policy = accelerate.mcts_policy(agent, game)
    elif isinstance(agent, ISMCTS):
        policy = accelerate.ismcts_policy(agent, game)
    elif isinstance(agent, MonteCarlo):
        policy = accelerate.montecarlo_policy(agent, game)
    else:
        policy = agent.compiled_policy(game) if isinstance(agent, Compiled) else None
    if policy is None:
        raise NotCapable(f"{spell(agent)} is not compiled for {spell(game)}")
    return policy


def fixed_order(players: int) -> list[tuple[int, ...]]:
    """The one seating in which agent k has seat k."""
    return [tuple(range(players))]


def every_order(players: int) -> list[tuple[int, ...]]:
    """All n! seatings."""
    return list(permutations(range(players)))


def played(
    game: Dhumbal, policies: Sequence[CompiledPolicy], orders: Sequence[Sequence[int]], blocks: int, seed: int
) -> BatchOutcome:
    """Every block in every seating; the same deals in all of them.

    Raises:
        HostFault: if a policy takes an illegal action.
    """
    key = streams.derive(streams.root_key(seed), "study", spell(game))
    shape = (blocks, len(orders), len(orders[0]))
    dice = streams.numbers(streams.derive(key, "dice"), 0, int(np.prod(shape))).reshape(shape)
    deals = streams.numbers(streams.derive(key, "deals"), 0, blocks)
    outcome = game.play_blocks(policies, deals, np.broadcast_to(np.array(orders, np.int16), shape), dice)
    if (outcome.faults >= 0).any():
        raise HostFault("a compiled policy took an illegal action")
    return outcome


def measure(game: Dhumbal, field: Field, orders: Sequence[Sequence[int]], blocks: int, seed: int) -> Measured:
    """Play a table and measure it.

    Args:
        game: the rules; as many players as agents.
        field: the agents.
        orders: which of them sits where, for each seating of a block.
        blocks: deals, or matches where a match has many rounds.
        seed: the root of all chance.
    """
    policies = [policy_of(agent, game) for agent in field.values()]
    outcome = played(game, policies, orders, blocks, seed)
    by_agent = np.argsort(np.array(orders), axis=1)[np.newaxis]
    found = {name: np.take_along_axis(values, by_agent, axis=2) for name, values in outcome.metrics.items()}
    times = [decision_ms(game, policy, seed) for policy in policies]
    rows = tuple(_row(name, k, found, times[k]) for k, name in enumerate(field))
    coins = found["coins"].mean(axis=1)
    first, *others = np.argsort(-coins.mean(axis=0)).tolist()
    rounds = game.resolved.most_rounds * blocks * len(orders)
    return Measured(rows, rounds, blocks, estimate(coins[:, first] - coins[:, others[0]]))


def _row(name: str, k: int, found: Mapping[str, NDArray[np.float64]], ms: float) -> Row:
    own = {metric: values[..., k] for metric, values in found.items()}
    calls, closed = own["calls"], own["calls"] + own["forced"]
    right = np.nan_to_num(own["call_success"]) * calls + np.nan_to_num(own["forced_success"]) * own["forced"]
    called, value = calls.sum(), (np.nan_to_num(own["call_value"]) * calls).sum()
    return Row(
        name,
        estimate(100 * own["wins"].mean(axis=1)),
        estimate(own["coins"].mean(axis=1)),
        float(100 * right.sum() / closed.sum()) if closed.sum() else nan,
        float(1024 * calls.mean()),
        float(value / called) if called else nan,
        float(own["cards"].mean()),
        risk_of(own["call_value"], own["call_success"]),
        ms,
    )


def risk_of(values: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """The correlation of hand values at calls with their success, 0 or 1.

    Args:
        values: float64[...], one a round; NaN without a call.
        right: the same of success.

    Returns:
        NaN where either never varies, or where entries are means of several calls.
    """
    told = ~np.isnan(values) & ~np.isnan(right)
    value, success = values[told], right[told]
    if not np.isin(success, (0.0, 1.0)).all() or value.size < 2 or not value.std() or not success.std():
        return nan
    return float(np.corrcoef(value, success)[0, 1])


def decision_ms(game: Dhumbal, policy: CompiledPolicy, seed: int) -> float:
    """Milliseconds of one core that a decision of `policy` takes among its like, the engine's own time included."""
    orders = [(0,) * game.players]
    short = replace(game, match="round")
    played(short, [policy], orders, 1, seed)
    began = process_time()
    outcome = played(short, [policy], orders, _TIMED, seed)
    return 1000 * (process_time() - began) / int(outcome.decisions.sum())


def ranking(measured: Measured) -> tuple[str, ...]:
    """The agents, the richest first."""
    return tuple(row.agent for row in sorted(measured.rows, key=lambda row: -row.coins.mean))


def as_table(measured: Measured) -> Table:
    """The six metrics, and how many calls there were, the richest first."""
    head = (
        "agent",
        "coins/round",
        "wins %",
        "right calls %",
        "calls in 1024 rounds",
        "cards/round",
        "risk",
        "ms/decision",
    )
    rows = sorted(measured.rows, key=lambda row: -row.coins.mean)
    return Table(head, tuple(_cells(row) for row in rows))


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.agent,
        f"{row.coins.mean:+.1f} ± {row.coins.half_width:.1f}",
        f"{row.wins.mean:.1f} ± {row.wins.half_width:.1f}",
        known(row.right, ".1f"),
        f"{row.calls:.0f}",
        f"{row.cards:.1f}",
        known(row.risk, "+.2f"),
        f"{row.ms:.4f}",
    )


def known(value: float, form: str) -> str:
    """A number by `form`; a dash where there is none."""
    return "-" if np.isnan(value) else format(value, form)
