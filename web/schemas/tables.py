"""Tables of people as the API shows them, and what a person's page and the server say to each other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from web.schemas.common import Model, NamedValue
from web.schemas.matches import Frame, SeatInfo

__all__ = [
    "Act",
    "Chair",
    "Complaint",
    "LegalMove",
    "Outcome",
    "Ply",
    "Position",
    "Scenery",
    "TableDetail",
    "TableOpened",
    "TableRequest",
]


class TableRequest(Model):
    """A table to be opened."""

    game: Annotated[str, Field(max_length=500)] = "dhumbal"
    """The game's spelling; it is set for as many players as there are seats."""
    seats: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=64)]
    """Who sits where: ``human``, or an agent's spelling."""
    simulations: Annotated[int, Field(ge=1, le=10_000)] = 1000
    """Simulations a decision, for agents that search."""


class Chair(Model):
    """A person's seat."""

    seat: int
    """From 0."""
    key: str
    """What proves that it is his; told this once."""


class TableOpened(Model):
    """A table that was opened."""

    id: str
    """Its id."""
    seat: int
    """The seat of the first person."""
    key: str
    """The key of the first person: for the WebSocket, and to delete the match later."""
    people: list[Chair]
    """Every person's seat and key, the first person's too."""


class Outcome(Model):
    """How a match ended."""

    reason: str
    """Why it ended."""
    scores: list[float]
    """The score of each seat."""
    metrics: dict[str, list[float | None]]
    """Every metric of the game by seat; null where undefined."""


class TableDetail(Model):
    """A table, as everybody may see it."""

    id: str
    """Its id."""
    game: str
    """The game's spelling."""
    title: str
    """What people call the game."""
    seats: list[SeatInfo]
    """Who sits where."""
    people: list[int]
    """The seats of people."""
    conditions: list[NamedValue]
    """Under which it is played."""
    opened: str
    """When it was opened, UTC."""
    state: Literal["thinking", "waiting", "over"]
    """Whether agents think, a person is waited for, or the match is over."""
    plies: int
    """Actions taken so far."""
    here: list[int]
    """The seats of people who are connected."""
    watching: int
    """How many others watch."""
    outcome: Outcome | None
    """How it ended; null while it is played."""
    match: str | None
    """The id of the match; null until it is over, and where it was not kept."""


class LegalMove(Model):
    """A move that is legal now."""

    says: str
    """The move in the words of the game."""
    cards: list[str] | None
    """The cards it names; null where it names none."""
    kind: str | None
    """What kind of move it is, such as ``discard``; null where the game has no cards."""


class Ply(Model):
    """One action of the match."""

    ply: int
    """Actions taken before it."""
    player: int
    """Who."""
    says: str
    """What, in the words of the game."""


class Position(Model):
    """What a person is told whenever something has happened."""

    type: Literal["state"] = "state"
    """Which message it is."""
    table: str
    """The table."""
    seat: int
    """His seat."""
    frame: Frame
    """The table now, as he sees it."""
    previous: Frame | None
    """The table one step earlier, with what was done then; null at the start."""
    legal: list[LegalMove] | None
    """What he may do: empty where it is not his turn, null where the moves are too many to list."""
    expected: str | None
    """What is legal in a few words, where `legal` is null."""
    history: list[Ply]
    """All that was done so far."""
    outcome: Outcome | None
    """How the match ended; null while it is played."""
    match: str | None
    """The id of the match; null until it is over, and where it was not kept."""


class Complaint(Model):
    """Word that a message changed nothing, and why."""

    type: Literal["error"] = "error"
    """Which message it is."""
    detail: str
    """What was expected, what came."""


class Act(Model):
    """A person's move."""

    type: Literal["act"]
    """Which message it is."""
    ply: Annotated[int, Field(ge=0, lt=2**53)]
    """The actions that he saw taken."""
    says: Annotated[str, Field(max_length=10_000)]
    """The move in the words of the game."""


class Scenery(Model):
    """What those who watch are told whenever something has happened; nobody's hand is in it."""

    table: str
    """The table."""
    frame: Frame
    """The table now, as everybody sees it."""
    history: list[Ply]
    """What was done since the event before; all that was done, in the first event of a connection."""
    outcome: Outcome | None
    """How the match ended; null while it is played."""
    match: str | None
    """The id of the match; null until it is over, and where it was not kept."""
