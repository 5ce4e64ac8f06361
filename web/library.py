"""The store of tournaments as the server reads it: never locked, opened anew when the file is another, versioned.

Whoever writes the store is another process. The server looks at SQLite's `data_version`, which changes with every commit
of others, on a connection that it keeps; a look costs a few microseconds and is good for some milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar
from urllib.parse import quote

from arena.errors import StoreUnwritable, UnknownName
from tournaments.store import Store, TournamentRow
from web.running import writer

__all__ = ["Library", "Version"]

Answer = TypeVar("Answer")
Version = tuple[int, ...]
"""What the store is now; another one is another content. Empty where there is no store."""

_READERS: Final = 3
"""Threads that read. SQLAlchemy keeps a connection for each thread and five in all, of which one computes rankings."""


_WRITER_S: Final = 1.0
"""How long word of who writes the store is good."""


class Library:
    """A store that others write, for reading.

    Args:
        path: the file, which need not be there yet.
        check_s: how long a look at the version is good, in seconds.
    """

    def __init__(self, path: Path, check_s: float = 0.01) -> None:
        self.path = path
        """The file of the store."""
        self._check_s = check_s
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="store")
        self._store: Store | None = None
        self._identity: Version = ()
        self._watched: Version = ()
        self._watch: sqlite3.Connection | None = None
        self._version: Version = ()
        self._looked = -1.0
        self._retired: list[Store] = []
        self._writer: int | None = None
        self._asked = -_WRITER_S
        self._rows: tuple[Version, tuple[TournamentRow, ...]] | None = None

    def version(self) -> Version:
        """What the store is now: the file's identity and the count of its commits; good for `check_s`."""
        now = perf_counter()
        if now - self._looked < self._check_s:
            return self._version
        with self._looking:
            self._version = self._look()
            self._looked = perf_counter()
            return self._version

    def store(self) -> Store:
        """The store, to be read; an empty one where the file is not there yet.

        Raises:
            NotAStore: if the file is none, or damaged.
            StoreVersion: if another version of the arena wrote it.
        """
        with self._lock:
            identity = self._identify()
            if self._store is None or identity != self._identity:
                if self._store is not None:
                    self._retired.append(self._store)  # a thread may still read in it
                    self._store = None
                self._store = Store.open(self.path, create=False) if identity else Store.memory()
                self._identity = identity
            return self._store

    async def read(self, function: Callable[[Store], Answer]) -> Answer:
        """What `function` finds in the store, called in a thread that reads.

        Raises:
            StoreError: if the store cannot be read.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: function(self.store()))

    def tournaments(self) -> tuple[TournamentRow, ...]:
        """Every tournament, the oldest first; to be called in a thread that reads.

        Raises:
            StoreError: if the store cannot be read.
        """
        version, kept = self.version(), self._rows
        if kept is not None and kept[0] == version:
            return kept[1]
        rows = self.store().tournaments()
        self._rows = (version, rows)
        return rows

    def tournament(self, which: str) -> TournamentRow:
        """The tournament with a number, or whose digest begins with `which`, at least four letters of it.

        Raises:
            UnknownName: if there is none, or more than one.
            StoreError: if the store cannot be read.
        """
        rows = self.tournaments()
        found = [row for row in rows if str(row.id) == which]
        if not found and len(which) >= 4:
            found = [row for row in rows if row.digest.startswith(which)]
        if len(found) != 1:
            raise UnknownName("tournament", which[:40], [str(row.id) for row in rows[-20:]])
        return found[0]

    async def named(self, which: str) -> TournamentRow:
        """As `tournament`, for routes: found in a thread that reads."""
        return await self.read(lambda _: self.tournament(which))

    def writer(self) -> int | None:
        """The process that writes the store; good for a second."""
        now = perf_counter()
        if now - self._asked >= _WRITER_S:
            self._writer = writer(self.path)
            self._asked = now
        return self._writer

    def close(self) -> None:
        """Let go of the file; called once."""
        self._threads.shutdown(cancel_futures=True)
        with self._lock:
            for store in (*self._retired, self._store):
                if store is not None:
                    store.close()
        with self._looking:
            self._unwatch()

    def _look(self) -> Version:
        try:
            identity = self._identify()
        except StoreUnwritable:  # whoever reads the store hears of it
            return ()
        if not identity:
            return ()
        if identity != self._watched:
            self._unwatch()
            self._watched = identity
        try:
            if self._watch is None:
                self._watch = _watcher(self.path)
            (count,) = self._watch.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            # Whoever reads the store next hears what is wrong with it; until then the file's time tells it apart.
            self._unwatch()
            with contextlib.suppress(OSError):
                return (*identity, self.path.stat().st_mtime_ns)
            return ()
        return (*identity, int(count))

    def _identify(self) -> Version:
        """Which file it is; nothing where there is none."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StoreUnwritable(f"{str(self.path)!r} cannot be read: {error.strerror or error}") from error
        return (found.st_dev, found.st_ino)

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None


def _watcher(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    # Nobody waits for a look: where the file is locked, its time tells it apart.
    return sqlite3.connect(address, uri=True, check_same_thread=False, timeout=0.0)
