"""What a ranking is an estimate of, and what its reader must know, in words."""

from __future__ import annotations

import math

from arena.conditions import FaultPolicy
from arena.contest import Pick, Plan, Round
from arena.game import Metric
from arena.spelling import spell
from tournaments.schedules.lineups import is_selection
from tournaments.tally import Tally

__all__ = ["estimand", "notes"]


def estimand(plan: Plan, stage: Round, metric: Metric) -> str:
    """What the mean of `metric` in a round is an estimate of."""
    agents, seats = len(stage.agents), stage.game.spec.players
    what = f"mean {metric.title or metric.name} ({metric.unit}) a match of {spell(stage.game)}"
    if stage.against is not None:
        seated = "seats balanced by rotation" if plan.seatings == "rotations" else "seats are not balanced"
        return f"{what} {stage.against}" + (f", {seated}" if seats > 1 else "")
    if seats == 1:
        return f"{what}, every agent on the same fresh deals"
    if plan.seatings == "fixed":
        where = "at this one table" if agents == seats else f"at tables of {seats}"
        return f"{what}, {where}, seated in the order of the plan: seats are not balanced"
    if agents < seats:
        return (
            f"{what} at a table of {seats} that copies of the {agents} agents fill, over all compositions in which each "
            "sits at least once, seats balanced by rotation"
        )
    if agents == seats:
        return f"{what} at the table of these {agents} agents, seats balanced by rotation"
    if is_selection(agents, seats):
        which = f"a balanced selection of the {math.comb(agents, seats):,} lineups"
    else:
        which = f"a uniformly drawn lineup of {seats}"
    return f"{what} against {which} from the pool of these {agents} agents, seats balanced by rotation"


def notes(plan: Plan, picks: Pick, stage: Round, count: Tally) -> tuple[str, ...]:
    """What a reader must know beyond the numbers; nothing where there is nothing to say."""
    found = list(stage.notes)
    if count.copies:
        found.append("copies of an agent sat at one table; each agent's seats are averaged within the block")
    if count.blocks % stage.cycle:
        found.append(
            f"{count.blocks:,} blocks are not whole cycles of {stage.cycle:,}: "
            "lineups and seating orders have come nearly, not exactly, equally often"
        )
    if count.faults:
        kept = (
            "" if plan.conditions.faults is FaultPolicy.VOID else "; a stand-in played on, the blocks count"
        )
        found.append(f"{len(count.faults):,} faults of agents{kept}")
    if count.void:
        found.append(f"{count.void:,} blocks were void and played again with another deal")
    if count.truncated:
        found.append(f"{count.truncated:,} of {count.matches:,} matches were cut by a limit of steps")
    if plan.conditions.budget.seconds is not None:
        found.append("a budget of seconds: the ranking cannot be reproduced exactly")
    free = [
        spell(picks.agents[agent]) for agent in stage.agents if not picks.agents[agent].spec.deterministic
    ]
    if free:
        found.append(f"not reproducible exactly: {', '.join(free)}")
    if not stage.game.spec.chance:
        found.append("the game has no chance of its own: deals differ only by the agents' dice")
    return tuple(found)
