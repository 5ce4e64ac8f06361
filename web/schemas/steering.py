"""What starts, stops and resumes tournaments."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from web.schemas.common import Model

__all__ = ["Accepted", "ConditionsRequest", "Started", "TournamentRequest"]


class ConditionsRequest(Model):
    """Conditions that are not the default ones."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="forbid")

    access: Literal["view", "rules", "state"] = "rules"
    """What agents may look at."""
    simulations: int | None = Field(default=None, ge=1, lt=2**40)
    """Simulations a decision; null leaves them to each agent."""
    seconds: float | None = Field(default=None, gt=0, le=3600)
    """Seconds a decision; null sets no limit."""
    faults: Literal["stand-in", "void"] = "stand-in"
    """What happens to a match in which an agent failed."""
    retries: int = Field(default=0, ge=0, le=100)
    """How often an illegal action is handed back."""
    step_limit: int | None = Field(default=None, ge=1, lt=2**40)
    """Steps after which a match is cut; null leaves it to the game."""


class TournamentRequest(Model):
    """A tournament to be played; what is absent is as on the command line."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="forbid")

    game: str = Field(min_length=1, max_length=500)
    """The game's spelling."""
    agents: list[str] = Field(min_length=1, max_length=5000)
    """Spellings, ``all``, families such as ``@search``, ``-name`` to leave one out."""
    format: str = Field(default="round-robin", min_length=1, max_length=500)
    """The schedule's spelling."""
    blocks: int | None = Field(default=None, ge=1, lt=2**40)
    """Ends after so many deal blocks."""
    seconds: float | None = Field(default=None, gt=0, le=1e7)
    """Ends after so many seconds of play; 75 where nothing else ends it."""
    until: Literal["decided"] | None = None
    """``decided`` ends it when every pair is decided or equivalent."""
    within: float | None = Field(default=None, gt=0)
    """With `until`: differences up to this size count as none, in the unit of the metric that ranks."""
    seed: int | None = Field(default=None, ge=0, lt=2**64)
    """The root of all chance; drawn where null."""
    simulations: int | None = Field(default=None, ge=1, lt=2**40)
    """Simulations a decision, in short for the same in `conditions`."""
    conditions: ConditionsRequest = ConditionsRequest()
    """Under which it is played."""


class Started(Model):
    """A tournament that has begun."""

    id: int
    """Its number in this store."""


class Accepted(Model):
    """An order that was taken."""

    id: int
    """The tournament."""
    state: Literal["running", "stopped"]
    """What it is now."""
