"""What is wrong with Welch's test over players of the same rounds, shown on agents that are identical."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.rule_based import Balanced
from games.dhumbal.game import Dhumbal
from tournaments.schedules.seatings import arrangements
from tournaments.statistics import Moments, legacy_pairs, paired
from tournaments.studies.dhumbal_paper import ROUNDS
from tournaments.studies.measures import played, policy_of
from tournaments.studies.study import Block, Scale, Section, Table

__all__ = ["STATISTICS", "Errors", "Judged", "errors"]

_LEVEL: Final = 0.05
_SHARE: Final = ("wins", "coins")
_DESIGNS: Final = (
    ("paper", "fixed", "Welch"),
    ("paper-fixed", "fixed", "Welch"),
    ("paper-fixed", "rotated", "Welch"),
    ("paper-fixed", "rotated", "blocks"),
)
"""Rules, seatings and test of each line."""


@dataclass(frozen=True)
class Judged:
    """How often one test finds a difference between identical agents."""

    rules: str
    """The preset."""
    seatings: str
    """``fixed``, or ``rotated``: every deal from all four seats."""
    test: str
    """``Welch``, or ``blocks`` for the t test over deal blocks."""
    metric: str
    """What is compared."""
    false: float
    """The share of pairs with p < 0.05."""
    false_any: float
    """The share of tables with a pair at p < 0.05 after Bonferroni's correction for six pairs."""
    error: float
    """The standard error that the test takes the difference to have, on average."""
    spread: float
    """The standard deviation of the difference over all tables, which it should be."""


@dataclass(frozen=True)
class Errors:
    """What came of tables of four identical Balanced."""

    tables: int
    """Tables judged, of 1024 rounds each."""
    rows: tuple[Judged, ...]
    """A line for each design and metric."""


def errors(scale: Scale, seed: int) -> Errors:
    """Judge tables of identical agents, whose every difference is luck or a seat."""
    tables = scale.count(400, 60)
    found: list[Judged] = []
    kept: dict[tuple[str, str], dict[str, NDArray[np.float64]]] = {}
    for rules, seatings, test in _DESIGNS:
        scale.say(f"identical agents under {rules}, {seatings}, {test}")
        if (rules, seatings) not in kept:
            kept[rules, seatings] = _play(rules, seatings, tables, seed)
        for metric in _SHARE:
            values = kept[rules, seatings][metric]
            found.append(_judge(rules, seatings, test, metric, values))
    return Errors(tables, tuple(found))


def _play(rules: str, seatings: str, tables: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Each metric, float64[tables, blocks, seatings of a block, agent]."""
    game = Dhumbal(players=4, rules=rules)
    orders = arrangements(4, True)[0] if seatings == "rotated" else arrangements(4, False)[0]
    policies = [policy_of(Balanced(), game)] * 4
    blocks = ROUNDS // len(orders)
    outcome = played(game, policies, orders.tolist(), tables * blocks, seed)
    by_agent = np.argsort(orders, axis=1)[np.newaxis]
    return {
        metric: np.take_along_axis(outcome.metrics[metric], by_agent, axis=2).reshape(
            tables, blocks, len(orders), 4
        )
        for metric in _SHARE
    }


def _judge(rules: str, seatings: str, test: str, metric: str, values: NDArray[np.float64]) -> Judged:
    ps, ses, gaps = [], [], []
    for table in values:
        if test == "Welch":
            rows = legacy_pairs([Moments.of(table[..., agent]) for agent in range(4)])
            ps.append([row.p for row in rows])
            ses.append([row.difference / row.t for row in rows if row.t])
            gaps.append([row.difference for row in rows])
        else:
            contrasts = paired(table.mean(axis=1))
            ps.append([pair.p for pair in contrasts])
            ses.append([pair.difference.se or 0.0 for pair in contrasts])
            gaps.append([pair.difference.value or 0.0 for pair in contrasts])
    p, gap = np.array(ps), np.array(gaps)
    unit = 100.0 if metric == "wins" else 1.0
    return Judged(
        rules,
        seatings,
        test,
        metric,
        float((p < _LEVEL).mean()),
        float((p < _LEVEL / 6).any(axis=1).mean()),
        unit * float(np.mean([value for row in ses for value in row])),
        unit * float(gap.std(axis=0, ddof=1).mean()),
    )


def _render(found: Errors) -> Sequence[Block]:
    head = (
        *("rules", "seatings", "test", "metric", "false alarms, a pair %", "false alarms, a table %"),
        *("standard error claimed", "true"),
    )
    rows = tuple(
        (
            f"`{row.rules}`",
            row.seatings,
            row.test,
            row.metric,
            f"{100 * row.false:.1f}",
            f"{100 * row.false_any:.1f}",
            f"{row.error:.2f}",
            f"{row.spread:.2f}",
        )
        for row in found.rows
    )
    first, second, _, last = (row for row in found.rows if row.metric == "wins")
    return (
        (
            f"Four identical Balanced play {found.tables} tables of {ROUNDS} rounds; whatever a test finds between them is false. At "
            "a level of 5 % a test should err in 5 % of the pairs, and after Bonferroni's correction in at most 5 % of the tables."
        ),
        Table(head, rows),
        (
            f"Under the paper's rules and seats Welch's test finds “significant” differences of wins in {100 * first.false:.0f} % of "
            f"the pairs and {100 * first.false_any:.0f} % of the tables: it takes seats for skill. With a start that goes around it "
            f"errs in {100 * second.false:.1f} % of the pairs, for the players of one round are not independent: one wins "
            f"because the others do not. The difference of two of four equal players varies √(4/3) times as much as "
            f"the test believes; here {second.spread:.2f} points instead of {second.error:.2f}. Deals replayed from all seats, judged by deal, err in "
            f"{100 * last.false:.1f} % of the pairs, and their difference varies by {last.spread:.2f} points only: the same number "
            "of rounds says more."
        ),
    )


STATISTICS: Final = Section("statistics", "The tests of significance", errors, _render)
"""The section on tests."""
