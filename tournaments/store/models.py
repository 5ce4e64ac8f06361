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
    "OLDEST",
    "SCHEMA",
    "AgentVersion",
    "Base",
    "Chunk",
    "Entrant",
    "Event",
    "Look",
    "Lottery",
    "RecordFile",
    "Round",
    "Tournament",
]

APPLICATION_ID: Final = 0x41524E41
"""``ARNA`` in the header of the file: SQLite's place for whose file it is."""
SCHEMA: Final = 2
"""The version of these tables, in the header of the file as SQLite's user version."""
OLDEST: Final = 1
"""The oldest version that is read, and brought up to date when it is written to."""


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


class Lottery(Base):
    """The chances of the lineups of a round that is drawn, as they were when it began."""

    __tablename__ = "lottery"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    digest: Mapped[str]
    """Of `data`."""
    data: Mapped[bytes] = mapped_column(LargeBinary)
    """As `tournaments.store.packing.pack_lottery`."""


class Look(Base):
    """What a run saw of a pair of agents when it asked whether its round is decided. The whole key is what was asked."""

    __tablename__ = "look"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- the form that SQLAlchemy asks for

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    """The metric that ranks."""
    epsilon: Mapped[float] = mapped_column(primary_key=True)
    """Differences up to this size count as none; 0 where that was not known yet."""
    blocks: Mapped[int] = mapped_column(primary_key=True)
    """The blocks of the round that were counted."""
    first: Mapped[int] = mapped_column(primary_key=True)
    """An agent, by its number in the plan."""
    second: Mapped[int] = mapped_column(primary_key=True)
    """Another."""
    shared: Mapped[int]
    """Blocks that both played."""
    e_value: Mapped[float]
    """Against "no difference", adjusted for all pairs."""
    e_equivalent: Mapped[float]
    """Against "they differ by epsilon or more", adjusted for all pairs."""
    estimate: Mapped[float]
    """The first's score less the second's, in the unit of the metric."""
    low: Mapped[float | None]
    """The lower end of the confidence sequence; None where it was not sought."""
    high: Mapped[float | None]
    """The upper end."""
    verdict: Mapped[str]
    """``open``, ``decided`` or ``equivalent``."""


class Event(Base):
    """Something that happened to a tournament."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    tournament_id: Mapped[int] = mapped_column(ForeignKey("tournament.id"))
    at: Mapped[str]
    """When, UTC."""
    kind: Mapped[str]
    """``run``, ``finished``, ``merged``, or ``peek``: somebody saw the ranking before the end."""
    message: Mapped[str]
