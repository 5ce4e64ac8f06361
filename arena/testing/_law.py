"""What a law is, and how it says that it is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

from arena.errors import LawBroken

__all__ = ["AGENT_LAWS", "GAME_LAWS", "Law", "Place", "agent_law", "game_law", "short"]

_LONGEST: Final = 300
"""Characters of a value that a message shows."""


@dataclass(frozen=True)
class Law:
    """One law, which every game or every agent must obey."""

    name: str
    """What it is called in messages and in expected failures."""
    statement: str
    """What it demands, in one sentence."""
    check: Callable[[Any], None]
    """Raises `LawBroken`; takes a `GameTrial` or an `AgentTrial`."""
    applies: Callable[[Any], bool]
    """Whether the law has anything to say about the subject of a trial."""


GAME_LAWS: Final[dict[str, Law]] = {}
"""Every law of games, by name, in the order in which they are checked."""
AGENT_LAWS: Final[dict[str, Law]] = {}
"""Every law of agents, by name, in the order in which they are checked."""

Check = TypeVar("Check", bound=Callable[[Any], None])


def _always(_: Any) -> bool:
    return True


def game_law(applies: Callable[[Any], bool] = _always) -> Callable[[Check], Check]:
    """Make a law of games of a function: its name is the function's, its statement the first line of the docstring."""
    return lambda check: _kept(GAME_LAWS, check, applies)


def agent_law(applies: Callable[[Any], bool] = _always) -> Callable[[Check], Check]:
    """Make a law of agents of a function, as `game_law`."""
    return lambda check: _kept(AGENT_LAWS, check, applies)


def _kept(laws: dict[str, Law], check: Check, applies: Callable[[Any], bool]) -> Check:
    name = check.__name__
    laws[name] = Law(name, (check.__doc__ or "").partition("\n")[0], check, applies)
    return check


@dataclass(frozen=True)
class Place:
    """Where a law is being checked; its messages say so."""

    law: str
    """The law's name."""
    subject: str
    """The game or agent, spelled."""
    seed: int | None = None
    """The deal."""
    step: int | None = None
    """The steps taken before."""

    def broken(self, what: str, expected: Any, got: Any) -> NoReturn:
        """Raise `LawBroken`, saying where.

        Args:
            what: what was looked at.
            expected: what it should have been; text is shown as it is.
            got: what it was, shown by its `repr`.
        """
        where = ", ".join(
            f"{name} {value}"
            for name, value in (("seed", self.seed), ("step", self.step))
            if value is not None
        )
        wanted = expected if isinstance(expected, str) else short(expected)
        raise LawBroken(
            f"law {self.law!r} broken by {self.subject}{f' at {where}' if where else ''}: "
            f"{what}: expected {wanted}, got {short(got)}"
        )

    def expect(self, what: str, holds: bool, expected: Any, got: Any) -> None:
        """Raise `LawBroken` unless `holds`."""
        if not holds:
            self.broken(what, expected, got)

    def expect_equal(self, what: str, expected: Any, got: Any) -> None:
        """Raise `LawBroken` unless the two are equal."""
        if expected != got:
            self.broken(what, short(expected), got)


def short(value: Any) -> str:
    """The `repr` of a value, cut to what a message can bear."""
    try:
        text = repr(value)
    except Exception as error:  # a law must be able to speak of whatever it finds
        text = f"<{type(value).__name__} whose repr fails: {type(error).__name__}>"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
