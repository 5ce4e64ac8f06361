"""Values computed once per object, for facts that an immutable object answers anew each time it is asked."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TypeVar

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

        def forget(gone: object) -> None:
            # Unless the number has already passed to another object. Names of the module may be gone at exit.
            if key in kept and kept[key][0] is gone:
                del kept[key]

        try:
            kept[key] = (weakref.ref(thing, forget), value)
        except TypeError:  # slots without __weakref__
            return value
        return value

    return answer
