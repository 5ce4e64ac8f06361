"""The routes of the server, by what they are about."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from web.routes import agents, events, games, matches, operations, rankings, steering, tables, tournaments

__all__ = ["ROUTERS"]

ROUTERS: Final[tuple[APIRouter, ...]] = (
    games.router,
    agents.router,
    tournaments.router,
    steering.router,
    matches.router,
    events.router,
    rankings.router,
    tables.router,
    operations.router,
)
"""Every router, in the order in which addresses are matched."""
