"""A compiled function for the tests of `arena.jit`."""

from __future__ import annotations

from typing import Any

from arena.jit import jit


@jit
def add(values: Any) -> Any:
    """The sum from left to right."""
    total = 0.0
    for value in values:
        total += value
    return total
