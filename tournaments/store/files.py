"""Files of stores: recognised without being touched, made whole or not at all, written by one run at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from arena.errors import NotAStore, StoreError, StoreUnwritable, StoreVersion
from tournaments.store.models import APPLICATION_ID, OLDEST, SCHEMA, Base

__all__ = [
    "Lock",
    "connect",
    "create_file",
    "default_path",
    "in_memory",
    "is_read_only",
    "recognise",
    "schema",
    "translated",
    "upgrade",
]

_BUSY_S: Final = 10.0
"""How long to wait for another process that reads or writes."""
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


def default_path() -> Path:
    """The user's store: in the folder that ``ARENA_HOME`` names, else in the user's data folder."""
    import platformdirs

    home = os.environ.get("ARENA_HOME")
    folder = Path(home) if home else Path(platformdirs.user_data_dir("agent-arena", appauthor=False))
    return folder / "arena.sqlite"


def recognise(path: Path) -> None:
    """Refuse a file that is no store, or of a version that is not read; it is not changed, nor is anything put beside it.

    Raises:
        NotAStore: if it is none, or damaged.
        StoreVersion: if another version wrote it.
    """
    if not path.is_file():
        raise NotAStore(
            f"expected a store at {str(path)!r}, found {'a folder' if path.is_dir() else 'nothing'}"
        )
    try:
        with contextlib.closing(sqlite3.connect(_address(path, immutable=True), uri=True)) as database:
            (owner,) = database.execute("PRAGMA application_id").fetchone()
            (version,) = database.execute("PRAGMA user_version").fetchone()
            (size,) = database.execute("PRAGMA page_size").fetchone()
            (pages,) = database.execute("PRAGMA page_count").fetchone()
    except sqlite3.Error as error:
        raise NotAStore(f"{str(path)!r} is no store of the arena, or a damaged one: {error}") from error
    if owner != APPLICATION_ID:
        raise NotAStore(f"{str(path)!r} is no store of the arena")
    if not OLDEST <= version <= SCHEMA:
        which = "a newer" if version > SCHEMA else "an older"
        raise StoreVersion(
            f"{str(path)!r} is a store of version {version}, this program reads {SCHEMA}: "
            f"open it with {which} agent-arena"
        )
    # While a journal stands beside the file, the file alone need not be whole.
    if path.stat().st_size < size * pages and not _journal(path):
        raise NotAStore(f"{str(path)!r} is no store of the arena, or a damaged one: it is cut short")


def is_read_only(path: Path) -> bool:
    """Whether the file can be read only.

    Raises:
        StoreUnwritable: if a run that was killed left a journal, which must be worked in first.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return False
    if _journal(path):
        raise StoreUnwritable(f"{str(path)!r} has an unfinished journal and its folder is read-only")
    return True


def create_file(path: Path) -> None:
    """Make an empty store, whole or not at all; nothing happens where there is one by now.

    Raises:
        StoreUnwritable: if the folder cannot be written.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = Lock(path, wait=True)
        try:
            if path.exists():
                return
            draft = path.with_name(path.name + ".new")
            draft.unlink(missing_ok=True)
            engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(draft))
            try:
                with engine.begin() as connection:
                    _migrate(connection)
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
            finally:
                engine.dispose()
            draft.rename(path)
        finally:
            lock.release()


def _migrate(connection: Connection) -> None:
    """Bring the tables to the newest version."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def schema(connection: Connection) -> int:
    """The version of the tables that a store has."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def upgrade(connection: Connection) -> None:
    """Bring the store of an earlier version up to date; nothing where it is. Call it within a transaction."""
    if schema(connection) < SCHEMA:
        _migrate(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")


def connect(path: Path, *, read_only: bool) -> Engine:
    """The database in a file."""

    def opened() -> sqlite3.Connection:
        address = _address(path, immutable=read_only)
        database = sqlite3.connect(address, uri=True, timeout=_BUSY_S, check_same_thread=False)
        if not read_only:
            # Readers go on while a run writes; a committed chunk outlives the death of the process.
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
        return database

    return _prepared(create_engine("sqlite://", creator=opened))


def in_memory() -> Engine:
    """An empty database that goes with the process."""
    engine = _prepared(
        create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    )
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
    return engine


def _prepared(engine: Engine) -> Engine:
    """SQLite begins transactions where SQLAlchemy does, not at the first change."""

    @event.listens_for(engine, "connect")
    def _connected(database: Any, _: Any) -> None:
        database.isolation_level = None
        database.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # Who reads and then writes must not find that another has written meanwhile.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Lock:
    """The right to write a store, held by one run at a time; it ends with the process, however that ends.

    Args:
        path: the store.
        wait: whether to wait for another run that holds it.

    Raises:
        StoreUnwritable: if another run holds it, or the folder cannot be written.
    """

    def __init__(self, path: Path, *, wait: bool = False) -> None:
        self._file: IO[str] | None = None
        with translated(path):
            # One store has one lock, whatever links lead to it.
            real = path.resolve()
            file = real.with_name(real.name + ".lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise StoreUnwritable(
                f"{str(path)!r} is being written by another run (process {holder}); wait for it or use another store"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let others write."""
        if self._file is not None:
            self._file.close()
            self._file = None


@contextlib.contextmanager
def translated(path: Path | None) -> Iterator[None]:
    """Within, whatever the database or the disk refuses is an error of the store, in one line."""
    name = repr(str(path)) if path else "the store in memory"
    try:
        yield
    except StoreError:
        raise
    except DBAPIError as error:
        raise _store_error(name, str(error.orig)) from error
    except sqlite3.Error as error:
        raise _store_error(name, str(error)) from error
    except OSError as error:
        raise StoreUnwritable(f"{name} cannot be written: {error.strerror or error}") from error


def _store_error(name: str, said: str) -> StoreError:
    if "malformed" in said or "not a database" in said or "no such table" in said:
        return NotAStore(f"{name} is a damaged store: {said}")
    return StoreUnwritable(f"{name} cannot be written or read: {said}")


def _journal(path: Path) -> bool:
    journal = path.with_name(path.name + "-wal")
    return journal.exists() and journal.stat().st_size > 0


def _address(path: Path, *, immutable: bool) -> str:
    return f"file:{quote(str(path.absolute()))}{'?mode=ro&immutable=1' if immutable else '?mode=rw'}"
