"""What a store tells of what it holds, as plain values."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

from arena import codec
from arena.conditions import Access, Budget, Conditions, FaultPolicy
from arena.contest import Pick, Plan, Round, Stop
from arena.spelling import spell

__all__ = ["EventRow", "RoundRow", "TournamentRow", "plan_of", "plan_text", "round_digest", "versions_digest"]


@dataclass(frozen=True)
class TournamentRow:
    """A tournament in a store."""

    id: int
    """Its number in this store."""
    digest: str
    """`plan_digest` of its plan."""
    plan: Plan
    """The plan, with the stop rule of the last run."""
    created: str
    """When it began, UTC."""
    software: dict[str, str]
    """The versions it was begun with."""
    blocks: int
    """Whole blocks stored, over all rounds."""
    matches: int
    """Matches in them."""
    seconds: float
    """Seconds of play."""
    finished: bool
    """Whether the last run came to its end."""


@dataclass(frozen=True)
class RoundRow:
    """A round in a store."""

    id: int
    """Its number in this store."""
    number: int
    """Its number within the tournament."""
    title: str
    """What it is."""
    game: str
    """The spelling of its game."""
    agents: tuple[int, ...]
    """Its participants, as indices into the plan's."""
    cycle: int
    """As `arena.contest.Round.cycle`."""
    blocks: int
    """Whole blocks stored."""
    seconds: float
    """Seconds of play, over all runs."""
    stopped_at: int | None
    """The blocks that count, by the stop rule of the last run; None while it runs."""


@dataclass(frozen=True)
class EventRow:
    """Something that happened to a tournament."""

    at: str
    """When, UTC."""
    kind: str
    """``run``, ``finished``, ``merged``, or ``peek``: somebody saw the ranking before the end."""
    message: str
    """What, in one line."""


_CLASSES: Final[dict[str, type]] = {cls.__name__: cls for cls in (Plan, Conditions, Budget, Stop)}


def plan_text(plan: Plan) -> str:
    """A plan as JSON; unlike a plan file, it asks nothing of the registry when it is read."""
    return codec.dumps(plan)


def plan_of(text: str) -> Plan:
    """The plan in the JSON `text`."""
    plan: Plan = codec.loads(text, _CLASSES)
    had = plan.conditions
    conditions = dataclasses.replace(had, access=Access(had.access), faults=FaultPolicy(had.faults))
    return dataclasses.replace(plan, conditions=conditions)


def versions_digest(picks: Pick) -> str:
    """A digest of all that decides what a plan plays, beside its words: another one is another tournament."""
    game = picks.game
    agents: list[Any] = [[spell(agent), agent.spec.version, agent.digest()] for agent in picks.agents]
    return codec.digest(codec.canonical([spell(game), game.spec.version, agents]), size=8)


def round_digest(stage: Round) -> str:
    """A digest of what makes a round this one: title, game, participants, seatings, and the chances of drawn ones."""
    seats = stage.seatings(0, min(stage.cycle, 64))
    words = [stage.title, spell(stage.game), list(stage.agents), stage.cycle, seats.tolist()]
    if stage.propensities is not None:
        words.append(stage.propensities(0, 64).tolist())
    return codec.digest(codec.canonical(words), size=8)
