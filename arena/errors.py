"""Every error the arena raises, drawn once.

```
ArenaError
├── BadInput (ValueError)          somebody's words, file or argument; the command line exits with 2
│   ├── UnknownName                no game, agent, preset or option of that name
│   ├── BadParameter               a parameter's value is outside what it may be
│   ├── BadSpelling                text that does not parse as ``name(key=value)``
│   ├── BadPlan                    a plan that cannot be played
│   └── IllegalAction              an action outside the legal set
├── NotCapable (TypeError)         a game or an agent lacks what was asked of it
├── MissingExtra (ImportError)     an optional package is absent; the message says what to install
├── RegistryError
│   ├── DuplicateName              two distributions register the same name
│   └── BrokenPlugin               an entry point that fails to load
├── RecordError
│   ├── CorruptRecord              bytes that are no record; names the first bad place
│   ├── UnknownFormat              a record of a version this reader does not know
│   ├── OtherRules                 a record of another game, or of another version of it
│   └── ReplayDiffers              a replay that parts from its record; names the window
├── StoreError
│   ├── NotAStore                  a file that is no store
│   ├── StoreVersion               a store of another version
│   ├── StoreUnwritable            a full disk, a read-only folder, a locked file
│   └── StoreConflict              what is stored contradicts what was asked
├── LawBroken (AssertionError)     a game or an agent breaks a law of `arena.testing`
├── BudgetSpent                    a decision has used up its simulations, or its turn is over
├── LearningDiverged               a training whose numbers are no numbers any more
├── MomentPassed                   a moment of a replay that was asked when the replay had moved on
└── HostFault                      the arena's own machinery failed; never an agent's fault
```

Messages are lower case and say what was expected, what came (by ``repr``) and the nearest valid name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "ArenaError",
    "BadInput",
    "BadParameter",
    "BadPlan",
    "BadSpelling",
    "BrokenPlugin",
    "BudgetSpent",
    "CorruptRecord",
    "DuplicateName",
    "HostFault",
    "IllegalAction",
    "LawBroken",
    "LearningDiverged",
    "MissingExtra",
    "MomentPassed",
    "NotAStore",
    "NotCapable",
    "OtherRules",
    "RecordError",
    "RegistryError",
    "ReplayDiffers",
    "StoreConflict",
    "StoreError",
    "StoreUnwritable",
    "StoreVersion",
    "UnknownFormat",
    "UnknownName",
    "nearest",
]


class ArenaError(Exception):
    """The root of every error the arena raises on purpose."""


class BadInput(ArenaError, ValueError):
    """Words, a file or an argument that cannot be used as they are."""


class UnknownName(BadInput):
    """No game, agent, preset or option carries this name.

    Args:
        kind: what was looked for, such as ``"game"``.
        name: the name as given.
        known: every valid name; the nearest one is suggested.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        super().__init__(kind, name, self.known)

    def __str__(self) -> str:
        guess = nearest(self.name, self.known)
        hint = f"did you mean {guess!r}? " if guess else ""
        names = ", ".join(sorted(self.known)) or "none"
        return f"unknown {self.kind} {self.name!r}: {hint}(known: {names})"


class BadParameter(BadInput):
    """A parameter's value is outside what it may be."""


class BadSpelling(BadInput):
    """Text that does not parse as ``name``, ``name(key=value)`` or ``name:key=value``."""


class BadPlan(BadInput):
    """A tournament plan that cannot be played."""


class IllegalAction(BadInput):
    """An action that the legal set does not hold."""


class NotCapable(ArenaError, TypeError):
    """A game or an agent lacks a capability that was asked of it."""


class MissingExtra(ArenaError, ImportError):
    """An optional package is absent.

    Args:
        package: the import name that is missing.
        extra: the extra of ``agent-arena`` that brings it.
    """

    def __init__(self, package: str, extra: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(package, extra)

    def __str__(self) -> str:
        return f"{self.package} is not installed: pip install 'agent-arena[{self.extra}]'"


class RegistryError(ArenaError):
    """The registry of plug-ins cannot answer."""


class DuplicateName(RegistryError):
    """Two distributions register the same name."""


class BrokenPlugin(RegistryError):
    """An entry point that fails to load; the message carries its error."""


class RecordError(ArenaError):
    """A match record cannot be used."""


class CorruptRecord(RecordError, ValueError):
    """Bytes that are no record; the message names the first bad place."""


class UnknownFormat(RecordError, ValueError):
    """A record of a format version that this reader does not know."""


class OtherRules(RecordError, ValueError):
    """A record of another game than the one at hand, or of another version of its rules."""


class ReplayDiffers(RecordError):
    """A replay parts from its record; the message names the first window that differs."""


class StoreError(ArenaError):
    """The store of a tournament cannot be used."""


class NotAStore(StoreError, ValueError):
    """A file that is no store of the arena."""


class StoreVersion(StoreError, ValueError):
    """A store written by another version of the arena."""


class StoreUnwritable(StoreError):
    """The store cannot be written: a full disk, a read-only folder, a lock held by another run."""


class StoreConflict(StoreError, ValueError):
    """What is stored contradicts what was asked."""


class LawBroken(ArenaError, AssertionError):
    """A game or an agent breaks a law of `arena.testing`."""


class BudgetSpent(ArenaError):
    """The simulations that one decision may cost are used up, or its turn is over."""


class LearningDiverged(ArenaError):
    """A training's loss or network holds NaN or infinity; the checkpoints before are good."""


class MomentPassed(ArenaError):
    """A moment of a replay was asked for what it shows when the replay had moved on."""


class HostFault(ArenaError):
    """The arena's own machinery failed (a worker killed from outside); never an agent's fault."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to `name`, or None if none is close."""
    matches = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return matches[0] if matches else None
