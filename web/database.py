"""The server's own file, ``web.sqlite``: what belongs to the server and not to the store of tournaments.

It is made when it is first needed, brought to the newest version by the migrations beside this file, and holds nothing
that a ranking depends on.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from arena.errors import NotAStore
from tournaments.store.files import Lock, translated

__all__ = ["APPLICATION_ID", "Base", "Database", "TokenRow"]

APPLICATION_ID: Final = 0x41524E57
"""``ARNW`` in the header of the file."""
_BUSY_S: Final = 10.0
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class Base(DeclarativeBase):
    """The tables together."""


class TokenRow(Base):
    """A token; its secret is not in it."""

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """SHA-256 of the secret, in hexadecimal."""
    name: Mapped[str]
    """What it is for."""
    scopes: Mapped[str]
    """What it may do, by spaces."""
    created: Mapped[str]
    """When it was made, UTC."""
    expires: Mapped[str | None]
    """When it ends, UTC; None never."""
    revoked: Mapped[str | None]
    """When it was revoked, UTC; None where it was not."""


class Database:
    """The server's own file.

    Args:
        path: the file, which need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        """The file."""
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction, of one thread; what the database refuses is an error of the store.

        Raises:
            NotAStore: if the file is not the server's, or damaged.
            StoreUnwritable: if it cannot be made or written.
        """
        with translated(self.path), self._ready().begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _ready(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = _opened(self.path)
            return self._engine


def _opened(path: Path) -> Engine:
    """The engine of the file at `path`, which is made, or brought to the newest version, first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(path, wait=True)  # two servers that start at once
    try:
        engine = _engine(path)
        with engine.begin() as connection:
            owner = connection.exec_driver_sql("PRAGMA application_id").scalar()
            empty = not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
            if owner != APPLICATION_ID and not empty:
                raise NotAStore(f"{str(path)!r} is not the file of an arena's server")
            _migrate(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    finally:
        lock.release()
    return engine


def _engine(path: Path) -> Engine:
    def opened() -> sqlite3.Connection:
        if not path.exists():  # others on this machine have no business in it
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=_BUSY_S)
        database.execute("PRAGMA journal_mode = WAL")
        return database

    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _connected(database: Any, _: Any) -> None:
        database.isolation_level = None
        database.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _migrate(connection: Connection) -> None:
    """Bring the tables to the newest version."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
