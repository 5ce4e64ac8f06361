"""Legal sets: what a player may do now.

A legal set answers `action in legal` and `legal.sample(rng)`; a `Finite` one can also be iterated and counted. The
static spaces of a game are Gymnasium's; these are the *dynamic* sets, made anew for each turn.

    >>> legal = Listed(("call", "draw"))
    >>> "call" in legal, len(legal), list(legal)
    (True, 2, ['call', 'draw'])
"""

from __future__ import annotations

import copy
import itertools
import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from gymnasium import Space
from gymnasium.spaces import Box
from numpy.typing import NDArray

from arena.errors import BadParameter, nearest

__all__ = ["Finite", "InSpace", "Legal", "Listed", "Masked", "Product", "Text"]

Action = TypeVar("Action")


class Legal(ABC, Generic[Action]):
    """The set of actions that a player may take now; never empty."""

    @abstractmethod
    def __contains__(self, action: object) -> bool:
        """Whether `action` may be taken; False, not an error, for anything that is no action at all."""

    @abstractmethod
    def sample(self, rng: np.random.Generator) -> Action:
        """One legal action; uniform where the set is finite."""

    def expected(self) -> str:
        """What is legal, in a few words for error messages."""
        return repr(self)

    def own(self, action: Action) -> Action:
        """The set's own copy of `action`, one of its members: of the game's types, and nobody else holds it.

        The referee plays this copy, so that a look-alike (a NumPy integer, an object that calls itself equal to
        everything) never reaches the rules or the record.
        """
        return action


class Finite(Legal[Action]):
    """A legal set that can be iterated and counted, always in the same order."""

    @abstractmethod
    def __iter__(self) -> Iterator[Action]:
        """Every legal action once."""

    @abstractmethod
    def __len__(self) -> int:
        """How many actions are legal; at least 1."""

    def sample(self, rng: np.random.Generator) -> Action:
        """One legal action, uniform."""
        return next(itertools.islice(self, int(rng.integers(len(self))), None))

    def expected(self) -> str:
        """The first few legal actions."""
        shown = ", ".join(repr(action) for action in itertools.islice(self, 12))
        return f"one of {len(self)}: {shown}{', ...' if len(self) > 12 else ''}"


class Listed(Finite[Action]):
    """The actions of a tuple.

    Args:
        actions: hashable actions, at least one, none twice.
    """

    __slots__ = ("_own", "actions")

    def __init__(self, actions: Sequence[Action]) -> None:
        self.actions = tuple(actions)
        self._own: dict[Any, Action] | None = None

    def __contains__(self, action: object) -> bool:
        if not isinstance(action, Hashable):
            return False
        try:
            return action in self._by_equality()
        except TypeError:  # a tuple of lists calls itself hashable
            return False

    def _by_equality(self) -> dict[Any, Action]:
        if self._own is None:
            self._own = {action: action for action in self.actions}
        return self._own

    def own(self, action: Action) -> Action:
        """The listed action that equals `action`."""
        return self._by_equality()[action]

    def __iter__(self) -> Iterator[Action]:
        return iter(self.actions)

    def __len__(self) -> int:
        return len(self.actions)

    def sample(self, rng: np.random.Generator) -> Action:
        """One of the actions, uniform."""
        return self.actions[int(rng.integers(len(self.actions)))]

    def __repr__(self) -> str:
        return f"Listed({self.actions!r})"


class Masked(Finite[int]):
    """The numbers whose place in a mask is True.

    Args:
        mask: bool[N], at least one True.
    """

    __slots__ = ("mask",)

    def __init__(self, mask: NDArray[np.bool_]) -> None:
        # A player is handed this set and may not widen it by writing into the mask.
        self.mask = mask.view()
        self.mask.flags.writeable = False

    def __contains__(self, action: object) -> bool:
        if isinstance(action, bool) or not isinstance(action, int | np.integer):
            return False
        return bool(0 <= action < len(self.mask)) and bool(self.mask[action])

    def own(self, action: int) -> int:
        """The action as a Python integer."""
        return int(action)

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.mask).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self.mask))

    def __repr__(self) -> str:
        return f"Masked({np.flatnonzero(self.mask).tolist()})"


class Product(Finite[tuple[Any, ...]]):
    """One action of each factor, as a tuple, such as a rate for every tax bracket.

    Args:
        factors: finite legal sets.
    """

    __slots__ = ("factors",)

    def __init__(self, factors: Sequence[Finite[Any]]) -> None:
        self.factors = tuple(factors)

    def __contains__(self, action: object) -> bool:
        if not isinstance(action, tuple) or len(action) != len(self.factors):
            return False
        return all(part in factor for part, factor in zip(action, self.factors, strict=True))

    def own(self, action: tuple[Any, ...]) -> tuple[Any, ...]:
        """A tuple of each factor's own part."""
        return tuple(factor.own(part) for part, factor in zip(action, self.factors, strict=True))

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return itertools.product(*self.factors)

    def __len__(self) -> int:
        return math.prod(len(factor) for factor in self.factors)

    def sample(self, rng: np.random.Generator) -> tuple[Any, ...]:
        """One action, each factor uniform."""
        return tuple(factor.sample(rng) for factor in self.factors)

    def __repr__(self) -> str:
        return f"Product({list(self.factors)!r})"


class Text(Legal[str]):
    """Every text up to a length; an unknown one is legal and does nothing.

    Args:
        longest: the number of characters allowed.
        known: texts that do something now; `sample` draws from them.
    """

    __slots__ = ("known", "longest")

    def __init__(self, longest: int, known: Sequence[str]) -> None:
        if not known:
            raise BadParameter("expected at least one known text to sample from, got none")
        self.longest = longest
        self.known = tuple(known)

    def __contains__(self, action: object) -> bool:
        return isinstance(action, str) and str.__len__(action) <= self.longest

    def own(self, action: str) -> str:
        """The text itself, also of a subclass of `str`."""
        return str.__str__(action)

    def sample(self, rng: np.random.Generator) -> str:
        """One of the known texts, uniform."""
        return self.known[int(rng.integers(len(self.known)))]

    def suggest(self, text: str) -> str | None:
        """The known text closest to `text`."""
        return nearest(text, self.known)

    def expected(self) -> str:
        """The length allowed."""
        return f"a text of at most {self.longest} characters"

    def __repr__(self) -> str:
        return f"Text({self.longest}, known={self.known!r})"


class InSpace(Legal[Any]):
    """Everything inside a Gymnasium space, such as a box of torques.

    Args:
        space: its own generator is left alone; `sample` draws with the caller's.
    """

    __slots__ = ("space",)

    def __init__(self, space: Space[Any]) -> None:
        self.space = space

    def __contains__(self, action: object) -> bool:
        with warnings.catch_warnings():
            # Gymnasium warns of lists where it takes arrays; `own` makes an array of them.
            warnings.simplefilter("ignore")
            try:
                return bool(self.space.contains(action))
            except (TypeError, ValueError, AttributeError):
                return False

    def sample(self, rng: np.random.Generator) -> Any:
        """A sample of the space, seeded from `rng`."""
        self.space.seed(int(rng.integers(2**31)))
        return self.space.sample()

    def own(self, action: Any) -> Any:
        """A copy of `action`, which may be an array that somebody else still holds."""
        if isinstance(self.space, Box):
            return np.array(action, dtype=self.space.dtype)
        return copy.deepcopy(action)

    def expected(self) -> str:
        """The space."""
        return f"a member of {self.space}"

    def __repr__(self) -> str:
        return f"InSpace({self.space!r})"
