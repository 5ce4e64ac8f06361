"""The beginning and the end of a report: what was played, how to play it again, and how to read the numbers."""

from __future__ import annotations

import dataclasses

from arena.conditions import Access, Conditions, FaultPolicy
from arena.record import software_versions
from arena.spelling import spell
from tournaments.checks import Verdict
from tournaments.plan import command_line
from tournaments.ranking import RoundRanking
from tournaments.reports.document import Code, Facts, Prose, Section
from tournaments.reports.material import Material
from tournaments.reports.numbers import several

__all__ = ["lead", "method", "played", "title"]


def title(material: Material) -> str:
    """What the report is about: ``Dhumbal: 6 agents, round-robin``."""
    plan = material.ranking.plan
    return f"{material.picks.game.spec.title}: {several(len(plan.agents), 'agent')}, {plan.format}"


def lead(material: Material) -> str:
    """What came out, in a sentence or two."""
    found = material.ranking.final
    said = f"{_result(found)} {several(found.blocks, 'deal block')}, {several(found.matches, 'match', 'matches')}."
    bad = [check.name for check in material.checks if check.verdict is Verdict.BAD]
    if bad:
        said += f" Do not rely on it yet: the checks of the data ({', '.join(bad)}) failed, see below."
    return said


def _result(found: RoundRanking) -> str:
    leader, *others = found.agents
    if not others:
        return f"{leader.name} played alone."
    level = [row.name for row in others if row.tier == leader.tier]
    if not level:
        return f"{leader.name} is first, and shown to be better than every other agent."
    if len(level) == len(others):
        return f"{leader.name} has the best score, but no other agent is shown to be worse."
    if len(level) > 4:
        return f"{leader.name} has the best score; {len(level)} others are not shown to be worse."
    names = level[0] if len(level) == 1 else f"{', '.join(level[:-1])} and {level[-1]}"
    return f"{leader.name} has the best score; {names} {'is' if len(level) == 1 else 'are'} not shown to be worse."


def played(material: Material) -> tuple[Section, ...]:
    """What was played, under which conditions, by which versions, and the command that plays it again."""
    row, ranking, spec = material.row, material.ranking, material.picks.game.spec
    plan = ranking.plan
    agents = [f"{spell(agent)} (version {agent.spec.version})" for agent in material.picks.agents]
    rows = [
        ("Game", f"{plan.game}, version {spec.version} of its rules"),
        ("Estimate of", ranking.final.estimand),
        ("Agents", ", ".join(agents)),
        ("Format", _format(material)),
        ("Conditions", _conditions(plan.conditions)),
        ("Seed", str(plan.seed)),
        (
            "Begun",
            f"{row.created[:16].replace('T', ' ')} UTC; {several(round(row.seconds), 'second')} of play",
        ),
        ("Software", ", ".join(f"{name} {version}" for name, version in row.software.items())),
        ("Digest", f"{row.digest}, of everything in the plan but where it stops"),
    ]
    reported = software_versions()
    if reported != row.software:
        rows.insert(
            -1, ("Reported with", ", ".join(f"{name} {version}" for name, version in reported.items()))
        )
    if len(ranking.rounds) == 1:
        # Time is never twice the same; so many blocks are.
        stop = dataclasses.replace(plan.stop, blocks=ranking.final.blocks, seconds=None)
        plan = dataclasses.replace(plan, stop=stop)
    again = Prose("This command gives the same numbers again:")
    return (Section("played", "What was played", (Facts(tuple(rows)), again, Code(command_line(plan)))),)


def _format(material: Material) -> str:
    plan, rounds = material.ranking.plan, [stage.seen for stage in material.stages if stage.seen.blocks]
    blocks, matches = sum(seen.blocks for seen in rounds), sum(seen.matches for seen in rounds)
    if material.picks.game.spec.players == 1:
        how = "every agent alone on every deal"
    elif plan.seatings == "rotations":
        how = "every deal in all rotations of the seats"
    else:
        how = "one seating, as listed"
    parts = [plan.format, *([several(len(rounds), "round")] if len(rounds) > 1 else []), how]
    return f"{', '.join(parts)}; {several(blocks, 'deal block')}, {several(matches, 'match', 'matches')}"


def _conditions(had: Conditions) -> str:
    """Conditions in words."""
    access = {
        Access.VIEW: "agents see their own view only",
        Access.RULES: "agents see their own view and may search by the rules",
        Access.STATE: "agents may copy the true state",
    }
    parts = [access[had.access]]
    if had.budget.simulations is not None:
        parts.append(f"at most {had.budget.simulations:,} simulations a decision")
    if had.budget.seconds is not None:
        parts.append(f"at most {had.budget.seconds:g} s a decision")
    failing = (
        "a stand-in plays on" if had.faults is FaultPolicy.STAND_IN else "the block is void and played anew"
    )
    parts.append(
        f"for an agent that fails {failing}"
        if had.faults is FaultPolicy.STAND_IN
        else f"when an agent fails, {failing}"
    )
    if had.retries:
        parts.append(f"an illegal action is handed back {had.retries} times")
    if had.step_limit is not None:
        parts.append(f"at most {had.step_limit:,} steps a match")
    parts.append(
        "no limit of time"
        if had.patience_s is None
        else f"{had.patience_s:g} s before a decision counts as failed"
    )
    if had.memory_mb is not None:
        parts.append(f"at most {had.memory_mb:,} MB of memory")
    return "; ".join(parts)


def method(material: Material) -> tuple[Section, ...]:
    """How to read the numbers, with the sources of the methods."""
    del material
    rows = (
        (
            "Block",
            (
                "One deal under all its seatings. Blocks are independent, matches inside a block are not; so every "
                "interval and every test is one over blocks."
            ),
        ),
        (
            "Interval",
            (
                "95 %, for each number by itself: Student's t over block means; of shares won, Wilson's with the "
                "effective number of blocks."
            ),
        ),
        (
            "p (Holm)",
            (
                "The paired test of block differences (a sign-flip test where blocks are few), adjusted for all "
                "pairs of the round by Holm's procedure (1979): the chance that any pair at all is called different wrongly "
                "is at most 5 %."
            ),
        ),
        (
            "Rank",
            (
                "1 + the agents shown to be better, to the number of agents less those shown to be worse (Al Mohamad, "
                "Goeman and van Zwet 2022): all rank intervals hold together with 95 % confidence."
            ),
        ),
        (
            "Tier",
            (
                "The leader and all who are not shown to be worse form the first tier; the best of the rest leads the "
                "second, and so on."
            ),
        ),
        (
            "Blocks needed",
            (
                "In all, to find a difference as large as the one seen, with power 0.8 (Guenther 1981). It is a "
                "plan, not a promise: the true difference may be smaller. Over 8: the plan asks for no more than the 8 "
                "that were played, and so few could not decide after the correction for all pairs."
            ),
        ),
    )
    return (Section("method", "How to read the numbers", (Facts(rows),), collapsed=True),)
