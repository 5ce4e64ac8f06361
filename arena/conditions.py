"""Under which conditions a match is played, and what happens when an agent fails.

Conditions belong to every match, record and ranking; rankings under different conditions are never mixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from arena.errors import BadParameter

__all__ = ["Access", "Budget", "Conditions", "Fault", "FaultKind", "FaultPolicy"]


class Access(StrEnum):
    """What an agent is allowed to look at. Ranked apart."""

    VIEW = "view"
    """Views only."""
    RULES = "rules"
    """Views and the rules: an agent may make worlds of its own that fit its view, and search them."""
    STATE = "state"
    """Also copies of the true state with chance drawn anew, through `Turn.simulator` only."""

    def allows(self, needed: Access) -> bool:
        """Whether an agent that needs `needed` may play under this access."""
        order = list(Access)
        return order.index(needed) <= order.index(self)


@dataclass(frozen=True)
class Budget:
    """What an agent may spend on one decision."""

    simulations: int | None = None
    """Simulated continuations; None leaves the number to the agent's own parameters."""
    seconds: float | None = None
    """Wall time; None leaves it free. Results under a time budget cannot be reproduced exactly."""

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            BadParameter: if a number is not positive.
        """
        if self.simulations is not None and self.simulations < 1:
            raise BadParameter(f"expected simulations >= 1, got {self.simulations!r}")
        if self.seconds is not None and not self.seconds > 0:
            raise BadParameter(f"expected seconds > 0, got {self.seconds!r}")


class FaultPolicy(StrEnum):
    """What happens to a match in which an agent failed."""

    STAND_IN = "stand-in"
    """A stand-in plays on, the offender scores the lower of his own return and the worst at the table, the others
    score as played."""
    VOID = "void"
    """The block is played again with a new seed; refused when more than 1 % of the blocks are void."""


class FaultKind(StrEnum):
    """How an agent failed."""

    TIMEOUT = "timeout"
    ILLEGAL = "illegal"
    CRASH = "crash"
    MEMORY = "memory"
    DISCONNECT = "disconnect"


@dataclass(frozen=True)
class Fault:
    """One failure of one agent: data in the record, not an exception."""

    kind: FaultKind
    """How it failed."""
    player: int
    """Who failed."""
    ply: int
    """The number of actions taken before it, over all players."""
    message: str
    """What happened, in one line."""


@dataclass(frozen=True)
class Conditions:
    """Under which a match is played."""

    access: Access = Access.RULES
    """What agents may look at."""
    budget: Budget = Budget()
    """What a decision may cost."""
    faults: FaultPolicy = FaultPolicy.STAND_IN
    """What happens to a match in which an agent failed."""
    retries: int = 0
    """How often an illegal action is handed back, with the reason, before it is a fault."""
    step_limit: int | None = None
    """Steps after which a match is truncated; None leaves it to the game."""
    patience_s: float | None = 60.0
    """Seconds a decision may take before it is a timeout; None waits for ever. A process executor enforces it by
    ending the process; play in one process only measures."""
    memory_mb: int | None = None
    """Megabytes that a worker may use before the acting agent is ended; None sets no limit. Enforced as above."""

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            BadParameter: if a number is out of range.
        """
        self.budget.check()
        for name, value, least in (
            ("retries", self.retries, 0),
            ("step_limit", self.step_limit, 1),
            ("memory_mb", self.memory_mb, 1),
        ):
            if value is not None and value < least:
                raise BadParameter(f"expected {name} >= {least}, got {value!r}")
        if self.patience_s is not None and not self.patience_s > 0:
            raise BadParameter(f"expected patience_s > 0, got {self.patience_s!r}")
