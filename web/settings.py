"""The settings of the server, in one typed place; each is an environment variable with ``ARENA_`` before its name."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings"]


class Settings(BaseSettings):
    """How the server is to work; the defaults do on one's own machine."""

    model_config = SettingsConfigDict(env_prefix="ARENA_", frozen=True, extra="ignore")

    store: Path | None = None
    """The store of tournaments; the user's own where None."""
    web_database: Path | None = None
    """The server's own file, with its tokens and the matches of people; ``web.sqlite`` beside the store where None."""
    static: Path = Path(__file__).parent / "static"
    """The folder of the built viewer."""
    docs: bool = False
    """Whether pages that try out the API are served at ``/docs``; they load scripts from elsewhere."""
    metrics: bool = True
    """Whether ``/metrics`` answers."""
    log_requests: bool = True
    """Whether every request is a line of the log; failures of the server always are."""
    max_body_kb: int = Field(default=1024, ge=1)
    """The largest body of a request, in kibibytes."""
    cache_mb: int = Field(default=64, ge=0)
    """Answers kept ready, in mebibytes; 0 keeps none."""
    check_ms: float = Field(default=10.0, ge=0)
    """How long a look at whether the store has changed stays good, in milliseconds."""
    refresh_s: float = Field(default=1.0, ge=0)
    """The least time from one computation of a ranking to the next, in seconds; a computation that takes longer also
    rests for as long as it took."""
    large_field: int = Field(default=120, ge=2)
    """Agents in a round beyond which pairs are compared by the intervals of single agents."""
    tables: int = Field(default=64, ge=0)
    """Tables of people open at most at a time; 0 opens none."""
    table_step_ms: float = Field(default=600.0, ge=0)
    """The least time from one move to the next at a table of people, in milliseconds, so that it can be seen."""
    table_idle_s: float = Field(default=7200.0, gt=0)
    """After so many seconds without a word of anybody at a table it is closed."""
    https: bool = False
    """Whether the server is reached by HTTPS only; browsers are then told to remember it."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.store is not None and self.store.is_dir():
            raise ValueError(f"expected a file as store, got the folder {str(self.store)!r}")
        return self

    @property
    def store_path(self) -> Path:
        """The store of tournaments."""
        from tournaments.store import default_path

        return self.store or default_path()

    @property
    def database_path(self) -> Path:
        """The server's own file."""
        return self.web_database or self.store_path.with_name("web.sqlite")
