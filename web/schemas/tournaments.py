"""Tournaments as the API shows them."""

from __future__ import annotations

from typing import Any, Literal

from web.schemas.common import Model, NamedValue

__all__ = ["Progress", "RoundCard", "State", "TournamentCard", "TournamentDetail", "Tournaments"]

State = Literal["running", "finished", "stopped"]
"""``running``: a process plays it now; ``finished``: its last run came to its end; ``stopped``: it can be resumed."""


class TournamentCard(Model):
    """A tournament in short."""

    id: int
    """Its number in this store."""
    digest: str
    """What identifies its plan anywhere."""
    game: str
    """The game's spelling."""
    format: str
    """The schedule's spelling."""
    agents: list[str]
    """The agents' spellings, in the order of the plan."""
    created: str
    """When it began: ISO 8601, UTC."""
    blocks: int
    """Whole blocks stored, over all rounds."""
    matches: int
    """Matches in them."""
    seconds: float
    """Seconds of play."""
    state: State
    """Whether it runs."""
    leader: str | None
    """The best agent of the ranking where one is known without computing it; null otherwise."""


class Tournaments(Model):
    """Tournaments, the newest first."""

    items: list[TournamentCard]
    """One page."""
    next: str | None
    """The cursor of the next page; null at the end."""


class RoundCard(Model):
    """A round of a tournament."""

    number: int
    """From 0."""
    title: str
    """What it is."""
    blocks: int
    """Whole blocks stored."""
    game: str
    """The game's spelling."""


class Progress(Model):
    """How far a tournament is."""

    blocks: int
    """Whole blocks stored."""
    blocks_wanted: int | None
    """Blocks in all; null where something else ends it."""
    matches: int
    """Matches in them."""
    elapsed_s: float
    """Seconds of play."""
    left_s: float | None
    """Seconds that it is likely to take still; null where nobody knows or nothing runs."""
    open_pairs: int | None
    """Pairs of agents not decided yet, in a tournament that waits for answers; null otherwise."""
    pairs: int | None
    """Pairs of agents in such a tournament; null otherwise."""


class TournamentDetail(TournamentCard):
    """A tournament in full."""

    plan: dict[str, Any]
    """The plan, as a plan file holds it."""
    command: str
    """The command that plays the same again."""
    conditions: list[NamedValue]
    """Under which every match is played."""
    estimand: str
    """What the scores estimate, in a sentence."""
    rounds: list[RoundCard]
    """Its rounds so far."""
    progress: Progress
    """How far it is."""
    notes: list[str]
    """What a reader must know."""
