"""The store of tournaments."""

from __future__ import annotations

from tournaments.store.care import Check
from tournaments.store.files import default_path
from tournaments.store.rows import EventRow, RoundRow, TournamentRow
from tournaments.store.store import Store

__all__ = ["Check", "EventRow", "RoundRow", "Store", "TournamentRow", "default_path"]
