"""The championship of Malla 2025, mended one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.dhumbal.rule_based import Aggressive
from agents.evolution.match_up import Estimate, estimate
from agents.search.ismcts import ISMCTS
from agents.search.mcts import MCTS
from arena import registry
from arena.agent import Agent
from arena.errors import ArenaError
from arena.play import misfit
from games.dhumbal.game import Dhumbal
from tournaments.studies.dhumbal_paper import ROUNDS, STYLES, paper_field
from tournaments.studies.measures import (
    Field,
    Measured,
    as_table,
    every_order,
    fixed_order,
    measure,
    played,
    policy_of,
    ranking,
)
from tournaments.studies.study import Block, Scale, Section, Table

__all__ = ["LEARNER", "SEATS", "STEPS", "Seats", "Step", "seats", "steps", "turning"]

_RULES: Final = ("paper", "paper-fixed", "np10")
_BUDGET: Final = 60
"""Simulations of the searches, the number with which the paper's is played."""
LEARNER: Final = "ppo"
"""The registered agent that stands for a training of another length."""


@dataclass(frozen=True)
class Seats:
    """What the seat is worth."""

    by_seat: Mapping[str, tuple[Estimate, ...]]
    """% of rounds that four identical Aggressive win on each seat, by rules."""
    styles: Mapping[str, Measured]
    """The four styles in all 24 seatings of every deal, by rules."""


def seats(scale: Scale, seed: int) -> Seats:
    """Play both tables in matches of 1024 rounds."""
    by_seat, by_rules = {}, {}
    for rules in _RULES:
        scale.say(f"seats under {rules}")
        game = Dhumbal(players=4, rules=rules, match="rounds", rounds=ROUNDS)
        shares = (
            100
            * played(
                game, [policy_of(Aggressive(), game)], [(0, 0, 0, 0)], scale.count(100, 4), seed
            ).metrics["wins"]
        )
        by_seat[rules] = tuple(estimate(shares[:, 0, seat]) for seat in range(4))
        by_rules[rules] = measure(game, STYLES, every_order(4), scale.count(10, 2), seed)
    return Seats(by_seat, by_rules)


@dataclass(frozen=True)
class Step:
    """One state of the championship, with all corrections so far."""

    name: str
    """Of what was mended last."""
    why: str
    """What was wrong, in a sentence."""
    measured: Measured | None
    """The table; None where the step cannot be taken."""
    note: str = ""
    """Why it cannot."""


@dataclass(frozen=True)
class _Plan:
    name: str
    why: str
    game: Dhumbal
    field: Field | None
    orders: list[tuple[int, ...]]


def _shipped(game: Dhumbal) -> Agent | None:
    """The registered learner, if there is one that plays `game` in compiled code."""
    try:
        agent = registry.make_agent(LEARNER)
        if misfit(agent, game) is not None:
            return None
        policy_of(agent, game)
    except ArenaError:
        return None
    return agent


def _plans(scale: Scale, seed: int) -> list[_Plan]:
    rounds = scale.count(1000, 20)
    paper, mended = Dhumbal(players=4, rules="paper"), Dhumbal(players=4, rules="paper-fixed")
    field = paper_field(rounds, seed)
    honest = {**field, "ismcts": MCTS(simulations=_BUDGET, rollout="random")}
    sensible = {**field, "ismcts": MCTS(simulations=_BUDGET)}
    better = {**field, "ismcts": ISMCTS()}
    fixed = {**better, "ppo": paper_field(rounds, seed, fixed=True)["ppo"]}
    learner = _shipped(mended)
    longer = None if learner is None else {**fixed, "ppo": learner}
    every = every_order(4)
    return [
        _Plan("nothing", "The program as it is.", paper, field, fixed_order(4)),
        _Plan(
            "pick-up",
            "A player got back the last card of his own throw; now he may take from what his neighbour threw.",
            Dhumbal(players=4, rules="paper", pickup="previous"),
            field,
            fixed_order(4),
        ),
        _Plan(
            "seats",
            "Aggressive sat on seat 0, which always began; now all 24 seatings of every deal.",
            mended,
            field,
            every,
        ),
        _Plan(
            "view",
            "The search took rivals' cards for aces and let rivals throw its own; now it guesses their hands from what it "
            f"saw (determinized UCT, the same {_BUDGET} simulations, playouts at random).",
            mended,
            honest,
            every,
        ),
        _Plan(
            "playouts",
            "Playouts were at random; now everybody in them plays by a rule.",
            mended,
            sensible,
            every,
        ),
        _Plan(
            "search",
            "Determinized UCT gives way to the `ismcts` that ships, with its default simulations.",
            mended,
            better,
            every,
        ),
        _Plan(
            "encoding",
            "PPO had an output for each place in the list of legal actions; now one for each action, trained as long.",
            mended,
            fixed,
            every,
        ),
        _Plan(
            "training",
            f"PPO had learned from some {rounds} rounds; now the `{LEARNER}` that ships, which learned from millions.",
            mended,
            longer,
            every,
        ),
    ]


def steps(scale: Scale, seed: int) -> list[Step]:
    """The championship after each correction, all earlier ones kept."""
    found = []
    for plan in _plans(scale, seed):
        scale.say(f"the championship, mended: {plan.name}")
        if plan.field is None:
            absent = f"`{LEARNER}` does not ship with this version, so this step is left out."
            found.append(Step(plan.name, plan.why, None, absent))
            continue
        rounds = scale.count(4608, 72)
        blocks = max(2, rounds // len(plan.orders))
        measured = measure(plan.game, plan.field, plan.orders, blocks, seed)
        found.append(Step(plan.name, plan.why, measured))
    return found


def turning(found: Sequence[Step]) -> Step | None:
    """The first step after which somebody else leads; None where nobody does."""
    taken = [(step, ranking(step.measured)[0]) for step in found if step.measured is not None]
    return next((step for step, leader in taken if leader != taken[0][1]), None)


def _render_seats(found: Seats) -> Sequence[Block]:
    head = ("rules", "seat 0", "seat 1", "seat 2", "seat 3")
    shares = tuple(
        (f"`{rules}`", *(f"{one.mean:.1f} ± {one.half_width:.1f}" for one in by_seat))
        for rules, by_seat in found.by_seat.items()
    )
    first = [by_seat[0].mean for by_seat in found.by_seat.values()]
    blocks: list[Block] = [
        (
            "In the paper's program seat 0 begins every round. Four identical Aggressive share its rounds unevenly: seat 0 wins "
            f"{first[0]:.1f} % under `paper`, {first[1]:.1f} % under `paper-fixed` and {first[2]:.1f} % under `np10`, where the "
            "start goes around. % of rounds won by seat:"
        ),
        Table(head, shares),
        "The four styles again, in all 24 seatings of every deal:",
    ]
    for rules, measured in found.styles.items():
        order = ranking(measured)
        blocks += [
            (
                f"`{rules}`: {', '.join(order)}; the first leads the second by {measured.gap.mean:+.2f} ± "
                f"{measured.gap.half_width:.2f} coins."
            ),
            as_table(measured),
        ]
    blocks.append(
        "Opportunistic calls more boldly when it is richer than the mean, so how it does depends on how long coins carry over: "
        "here 1024 rounds, as in the paper."
    )
    return blocks


def _render_steps(found: Sequence[Step]) -> Sequence[Block]:
    taken = [step for step in found if step.measured is not None]
    head = ("mended so far", "ranking by coins", "aggressive", "ismcts", "ppo", "random")
    rows = []
    for step in taken:
        assert step.measured is not None  # noqa: S101 - just chosen so
        coins = (f"{row.coins.mean:+.1f} ± {row.coins.half_width:.1f}" for row in step.measured.rows)
        rows.append((step.name, ", ".join(ranking(step.measured)), *coins))
    blocks: list[Block] = [_verdict(found), Table(head, tuple(rows)), "The tables, step by step:"]
    for step in found:
        blocks.append(f"**{step.name}.** {step.why}")
        blocks.append(step.note if step.measured is None else as_table(step.measured))
    return blocks


def _verdict(found: Sequence[Step]) -> str:
    """What the corrections do, in a few sentences made from the data."""
    taken = {step.name: step.measured for step in found if step.measured is not None}
    turned = turning(found)
    start = "Each line keeps the corrections of the lines above it; `ismcts` and `ppo` stand for what is put in their place. "
    if turned is None:
        start += "No correction changes who leads."
    else:
        assert turned.measured is not None  # noqa: S101 - `turning` gives no other
        gap = turned.measured.gap
        start += (
            f"The ranking turns with *{turned.name}*: {ranking(turned.measured)[0]} takes the lead, by {gap.mean:+.1f} ± "
            f"{gap.half_width:.1f} coins a round over {ranking(turned.measured)[1]}."
        )
    calls = [taken[name].row("ismcts").calls for name in ("seats", "view", "playouts", "search")]
    gain = [taken[name].row("ppo") for name in ("search", "encoding")]
    return (
        f"{start} The search calls {calls[0]:.0f} times in {ROUNDS} rounds with the paper's view of its rivals, "
        f"{calls[1]:.0f} times when it guesses their hands, {calls[2]:.0f} times when its playouts are sensible, too, and "
        f"{calls[3]:.0f} times as it ships. A head of fixed actions brings PPO from {gain[0].coins.mean:+.1f} to {gain[1].coins.mean:+.1f} coins and from "
        f"{gain[0].wins.mean:.1f} to {gain[1].wins.mean:.1f} % of wins with no more training."
    )


SEATS: Final = Section("seats", "What the seat is worth", seats, _render_seats)
"""The section on seats."""
STEPS: Final = Section("steps", "One correction at a time", steps, _render_steps)
"""The section on corrections."""
