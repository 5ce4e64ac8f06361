"""Values computed once per object, for facts that an immutable object answers anew each time it is asked."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["once_per_object"]

T = TypeVar("T")
R = TypeVar("R")


def once_per_object(compute: Callable[[T], R]) -> Callable[[T], R]:
    """`compute`, its value remembered as long as its argument lives.

    Objects are told apart by identity, so that neither a slow ``__hash__`` nor an ``__eq__`` that lies matters, and are
    held weakly. One that cannot be held weakly is computed anew each time; an error is never remembered.

    Args:
        compute: a function of one object whose answer never changes during the object's life.
    """
    kept: dict[int, tuple[weakref.ref[T], R]] = {}

    def answer(thing: T) -> R:
        key = id(thing)
        found = kept.get(key)
        if found is not None and found[0]() is thing:
            return found[1]
        value = compute(thing)
        try:
            reference = weakref.ref(thing, lambda gone: _forget(kept, key, gone))
        except TypeError:  # slots without __weakref__
            return value
        kept[key] = (reference, value)
        return value

    return answer


def _forget(kept: dict[int, Any], key: int, gone: object) -> None:
    """Drop the entry of an object that is no more, unless its number has already passed to another."""
    if key in kept and kept[key][0] is gone:
        del kept[key]
