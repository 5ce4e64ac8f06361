"""Looking after stores: is it whole, copies of it, two made one."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from arena import codec
from arena.errors import ArenaError, NotAStore, StoreUnwritable
from arena.record import read_records
from tournaments.plan import plan_digest
from tournaments.store import RoundRow, Store, models
from tournaments.store.files import translated
from tournaments.store.packing import unpack

__all__ = ["Check", "backup", "check", "merge"]
