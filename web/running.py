"""Whether a tournament is being played now, by any process of this machine, found without touching the store's lock."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

import psutil
from sqlalchemy import select

from tournaments.store import Store, TournamentRow, models
from web.schemas.tournaments import State

__all__ = ["running_tournament", "state_of", "writer"]

_SLACK_S: Final = 2.0
"""A process that began so much later than the lock was taken is another one with the same number."""


def writer(path: Path) -> int | None:
    """The process that holds the right to write the store at `path`, or held it last and lives; None if none does."""
    lock = path.with_name(path.name + ".lock")
    with contextlib.suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(lock.read_text(encoding="utf-8")))
        ended = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        if not ended and process.create_time() <= lock.stat().st_mtime + _SLACK_S:
            return process.pid
    return None


def running_tournament(store: Store) -> int | None:
    """The tournament whose run is the last thing in the store and goes on; None where none is played."""
    if store.path is None:
        return None
    table = models.Event
    with store.reading() as connection:
        row = connection.execute(
            select(table.tournament_id, table.kind)
            .where(table.kind.in_(("run", "finished")))
            .order_by(table.id.desc())
            .limit(1)
        ).first()
    if row is None or row.kind != "run" or writer(store.path) is None:
        return None
    return int(row.tournament_id)


def state_of(row: TournamentRow, running: int | None) -> State:
    """Whether a tournament runs, is finished, or was stopped."""
    if row.finished:
        return "finished"
    return "running" if row.id == running else "stopped"
