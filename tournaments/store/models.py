"""The tables of a store.

A tournament is a plan together with the versions of its game and agents; a round of it holds chunks, each a run of whole
blocks in one packed row that overlaps no other. What is in the tables is only ever added to.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "APPLICATION_ID",
    "SCHEMA",
    "AgentVersion",
    "Base",
    "Chunk",
    "Entrant",
    "Event",
    "RecordFile",
    "Round",
    "Tournament",
]

APPLICATION_ID: Final = 0x41524E41
"""``ARNA`` in the header of the file: SQLite's place for whose file it is."""
SCHEMA: Final = 1
"""The version of these tables, in the header of the file as SQLite's user version."""


class Base(DeclarativeBase):
    """The tables together."""


class Tournament(Base):
    """A plan with the versions that play it."""

    __tablename__ = "tournament"
    __table_args__ = (UniqueConstraint("digest", "versions"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """`plan_digest`: everything but the stop rule."""
    versions: Mapped[str]
    """A digest of the versions of the game and the agents."""
    plan: Mapped[str]
    """The plan as JSON, with the stop rule of the last run."""
    software: Mapped[str]
    """The versions of the arena and of what it stands on, as JSON, at the first run."""
    created: Mapped[str]
    """When it began, UTC."""


class AgentVersion(Base):
    """An agent as it played."""

    __tablename__ = "agent_version"
    __table_args__ = (UniqueConstraint("spelling", "version", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    spelling: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    """`Agent.digest`: what makes it play as it does."""
    family: Mapped[str]


class Entrant(Base):
    """Who takes part in a tournament."""

    __tablename__ = "entrant"

    tournament_id: Mapped[int] = mapped_column(ForeignKey("tournament.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """The number of the agent in the plan."""
    agent_version_id: Mapped[int] = mapped_column(ForeignKey("agent_version.id"))


class Round(Base):
    """One stage of a tournament. A round whose participants turn out others is another round with the same number."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("tournament_id", "number", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tournament_id: Mapped[int] = mapped_column(ForeignKey("tournament.id"))
    number: Mapped[int]
    digest: Mapped[str]
    """Of its title, game, participants and seatings."""
    title: Mapped[str]
    game: Mapped[str]
    """The spelling of its game."""
    agents: Mapped[str]
    """Its participants as a JSON list of numbers in the plan."""
    cycle: Mapped[int]
    """As `arena.contest.Round.cycle`."""
    turn: Mapped[int]
    """Grows whenever a run comes to this round; older turns with higher numbers belong to an earlier course."""
    seconds: Mapped[float]
    """Seconds of play, over all runs."""
    stopped_at: Mapped[int | None]
    """The blocks that count, by the stop rule of the last run; None while it runs."""


class Chunk(Base):
    """A run of whole blocks."""

    __tablename__ = "chunk"
    __table_args__ = (UniqueConstraint("round_id", "start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    start: Mapped[int]
    count: Mapped[int]
    matches: Mapped[int]
    digest: Mapped[str]
    """Of `data`."""
    data: Mapped[bytes] = mapped_column(LargeBinary)
    """As `tournaments.store.packing`."""


class RecordFile(Base):
    """The record file of one block; blocks that are made again from their seeds have none."""

    __tablename__ = "record_file"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    """As `arena.record`."""


class Event(Base):
    """Something that happened to a tournament."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    tournament_id: Mapped[int] = mapped_column(ForeignKey("tournament.id"))
    at: Mapped[str]
    """When, UTC."""
    kind: Mapped[str]
    """``run``, ``finished`` or ``merged``."""
    message: Mapped[str]
