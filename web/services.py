"""The services behind the routes, made once for each server and closed with it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from web.database import Database
from web.derived import Derived
from web.human import HumanMatches
from web.jobs import Jobs
from web.library import Library
from web.logs import RequestLog
from web.matches import Matches
from web.middleware import Meters
from web.rankings import Rankings
from web.settings import Settings
from web.tables.room import Pace
from web.tables.service import Tables
from web.tokens import Tokens

__all__ = ["Services"]


@dataclass
class Services:
    """What routes share. A service that must be closed is entered into `closing` where it is made."""

    settings: Settings
    """How the server is to work."""
    library: Library = field(init=False)
    """The store of tournaments, for reading."""
    derived: Derived = field(init=False)
    """What is computed from the store and takes a while."""
    rankings: Rankings = field(init=False)
    """The rankings of its tournaments."""
    database: Database = field(init=False)
    """The server's own file."""
    tokens: Tokens = field(init=False)
    """Who may do what."""
    human: HumanMatches = field(init=False)
    """The matches that people played."""
    matches: Matches = field(init=False)
    """All finished matches."""
    jobs: Jobs = field(init=False)
    """The tournaments that the server plays."""
    tables: Tables = field(init=False)
    """The tables at which people play."""
    meters: Meters = field(default_factory=Meters)
    """What is counted."""
    request_log: RequestLog | None = field(init=False)
    """Where every request is told of; None where the settings do not want that."""
    stopping: bool = False
    """Whether the server is about to stop; streams end then."""
    closing: AsyncExitStack = field(default_factory=AsyncExitStack)
    """What is closed when the server stops, the last one made first."""

    def __post_init__(self) -> None:
        self.request_log = RequestLog() if self.settings.log_requests else None
        if self.request_log is not None:
            self.closing.callback(self.request_log.close)
        self.library = Library(self.settings.store_path, self.settings.check_ms / 1000)
        self.closing.callback(self.library.close)
        self.derived = Derived(self.library, self.settings.refresh_s)
        self.closing.callback(self.derived.close)
        self.rankings = Rankings(self.derived, self.settings.large_field)
        self.database = Database(self.settings.database_path)
        self.closing.callback(self.database.close)
        self.tokens = Tokens(self.database)
        self.human = HumanMatches(self.database)
        pace = Pace(self.settings.table_step_ms / 1000, self.settings.table_idle_s)
        self.tables = Tables(self.human, pace, self.settings.tables)
        self.closing.push_async_callback(self.tables.close)
        self.matches = Matches(self.library, self.human.record)
        self.jobs = Jobs(self.library)
        self.closing.push_async_callback(self.jobs.close)

    def tournaments_stamp(self) -> tuple[object, ...]:
        """What cards of tournaments depend on: the store, who writes it, and what was computed from it."""
        return (self.derived.stamp(), self.library.writer())

    def stop(self) -> None:
        """End what would go on for ever, so that a server that stops need not wait for it."""
        self.stopping = True
        self.tables.hang_up()

    async def close(self) -> None:
        """Close everything; called once."""
        await self.closing.aclose()
