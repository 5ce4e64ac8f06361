"""Matches, frames and advice as the API shows them."""

from __future__ import annotations

from typing import Any

from web.schemas.common import Model, NamedValue

__all__ = [
    "Advice",
    "AdviceRow",
    "FaultRow",
    "Frame",
    "FrameAction",
    "FramePage",
    "Mark",
    "MatchCard",
    "MatchDetail",
    "Matches",
    "SceneModel",
    "SeatInfo",
    "Series",
]


class MatchCard(Model):
    """A stored match in short."""

    id: str
    """``T-R-B-S``: tournament, round, block, seating."""
    round: int
    """The round's number."""
    block: int
    """The deal block within the round."""
    seating: int
    """The seating within the block."""
    seats: list[str]
    """Who sat where, by spelling."""
    scores: list[float]
    """The score of each seat, after penalties for faults."""
    steps: int
    """Steps taken."""
    faults: int
    """Failures of agents."""


class Matches(Model):
    """Stored matches in the order of rounds, blocks and seatings."""

    items: list[MatchCard]
    """One page."""
    next: str | None
    """The cursor of the next page; null at the end."""


class SeatInfo(Model):
    """Who sits on a seat."""

    seat: int
    """From 0."""
    agent: str
    """The agent's spelling."""
    name: str
    """What to call him."""
    version: str | None
    """The agent's version; null where none is known."""
    digest: str | None
    """What made it play as it did; null as above."""


class FaultRow(Model):
    """A failure of an agent."""

    player: int
    """Who failed."""
    ply: int
    """Actions taken before it."""
    kind: str
    """How: timeout, illegal, crash, memory or disconnect."""
    message: str
    """What happened."""


class Mark(Model):
    """A moment that is worth a look."""

    frame: int
    """The frame in which it is to be seen."""
    ply: int
    """Its ply."""
    kind: str
    """What it is, such as ``call`` or ``fault``."""
    text: str
    """The same in a few words."""


class Series(Model):
    """A number over the plies of a match."""

    name: str
    """What it is."""
    unit: str
    """Its unit; empty where it has none."""
    seat: int | None
    """Whose it is; null where it is the table's."""
    points: list[tuple[int, float]]
    """Ply and value, ascending."""


class MatchDetail(Model):
    """A match in full, without its frames."""

    id: str
    """``T-R-B-S`` of a stored match, ``h-...`` of one with a person."""
    game: str
    """The game's spelling."""
    game_version: str
    """The version of its rules."""
    title: str
    """What people call the game."""
    seats: list[SeatInfo]
    """Who sits where."""
    conditions: list[NamedValue]
    """Under which it was played."""
    seed: str | None
    """The deal, as text since it does not fit a number of JavaScript; null while it is secret."""
    software: str
    """What it was played with."""
    reason: str | None
    """Why it ended; null while it runs."""
    scores: list[float]
    """The score of each seat; empty while it runs."""
    metrics: dict[str, list[float | None]]
    """Every metric of the game by seat; null where undefined."""
    faults: list[FaultRow]
    """Failures of agents."""
    plies: int
    """Actions taken, over all players."""
    frames: int
    """Frames of its replay."""
    human: bool
    """Whether a person played."""
    live: bool
    """Whether it is being played now."""
    tournament: str | None
    """The tournament that it belongs to; null where to none."""
    viewpoints: list[str]
    """Through whose eyes it may be seen: ``public``, ``open``, ``0``, ``1`` ..."""
    replayable: bool
    """Whether the record plays again as it was played; otherwise only what is stored is shown."""
    problem: str | None
    """Why it does not play again; null where it does."""
    marks: list[Mark]
    """Moments that are worth a look."""
    series: list[Series]
    """What to draw below the match: the worth of hands, what agents believed."""


class FrameAction(Model):
    """What a player did."""

    player: int
    """Who."""
    says: str
    """What, in the words of the game."""
    micros: int | None
    """Microseconds it took him; null where nobody measured."""
    thoughts: dict[str, Any] | None
    """What he told of it; null where nothing, or where it is withheld."""
    fault: str | None
    """What went wrong; null where nothing did. A stand-in chose then."""


class SceneModel(Model):
    """What is to be seen, as the game tells it."""

    kind: str
    """The renderer that draws it."""
    version: int
    """The version of the format."""
    data: dict[str, Any]
    """What the renderer draws."""
    text: str
    """The same in words."""
    highlights: list[str]
    """What is noteworthy about this moment."""


class Frame(Model):
    """The table before its actions; the last frame has none."""

    index: int
    """From 0."""
    ply: int
    """Actions taken before it, over all players."""
    step: int
    """Steps taken before it."""
    actors: list[int]
    """Who acts now; empty at the end."""
    actions: list[FrameAction]
    """What they do now."""
    scene: SceneModel
    """What is to be seen."""
    over: bool
    """Whether the match is over."""


class FramePage(Model):
    """Consecutive frames of a match."""

    match: str
    """The match."""
    view: str
    """Through whose eyes."""
    total: int
    """Frames in all."""
    start: int
    """The index of the first one here."""
    items: list[Frame]
    """The frames."""


class AdviceRow(Model):
    """One decision, and what another agent would have done."""

    ply: int
    """Actions taken before it."""
    says: str
    """What was done."""
    advice: str
    """What the agent would have done."""
    agrees: bool
    """Whether that is the same."""
    thoughts: dict[str, Any] | None
    """What the agent told of it."""


class Advice(Model):
    """What an agent would have done at every decision of a seat."""

    agent: str
    """The agent asked."""
    seat: int
    """The seat."""
    items: list[AdviceRow]
    """The decisions, in their order."""
