"""Completion of names in the shell; reads entry points only, so that a tab answers at once."""

from __future__ import annotations

from importlib import metadata

__all__ = ["agents_list", "any_agent", "any_game", "any_learner", "any_schedule", "ratings_list"]


def any_game(incomplete: str) -> list[str]:
    """Registered games."""
    return _names("arena.games", incomplete)


def any_agent(incomplete: str) -> list[str]:
    """Registered agents."""
    return _names("arena.agents", incomplete)


def any_learner(incomplete: str) -> list[str]:
    """Registered learners."""
    return _names("arena.learners", incomplete)


def any_schedule(incomplete: str) -> list[str]:
    """Registered formats of tournaments."""
    return _names("arena.schedules", incomplete)


def ratings_list(incomplete: str) -> list[str]:
    """The last name of a comma-separated list of ratings."""
    before, comma, last = incomplete.rpartition(",")
    return [
        f"{before}{comma}{name}" for name in _names("arena.ratings", last) if name not in before.split(",")
    ]


def agents_list(incomplete: str) -> list[str]:
    """The last name of a comma-separated list of agents; ``all`` comes first."""
    before, comma, last = incomplete.rpartition(",")
    known = [*(["all"] if "all".startswith(last) else []), *_names("arena.agents", last)]
    taken = set(before.split(","))
    return [f"{before}{comma}{name}" for name in known if name not in taken]


def _names(group: str, incomplete: str) -> list[str]:
    return sorted(
        {point.name for point in metadata.entry_points(group=group) if point.name.startswith(incomplete)}
    )
