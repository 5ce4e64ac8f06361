"""Checks that learners' hyper-parameters make sense."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from arena.errors import BadParameter, nearest

__all__ = ["check_choice", "check_numbers"]


def check_numbers(
    learner: Any,
    whole: Mapping[str, tuple[int, int]],
    real: Mapping[str, tuple[float, float]],
) -> None:
    """Refuse numbers out of range.

    Args:
        learner: a dataclass.
        whole: the range of each field that is a whole number, or a tuple of them.
        real: the range of each field that is any number.

    Raises:
        BadParameter: naming the field and its range.
    """
    name = type(learner).__name__.lower()
    for field, (low, high) in whole.items():
        value = getattr(learner, field)
        for number in value if isinstance(value, tuple) else (value,):
            if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
                raise BadParameter(f"{name}: expected {field} from {low} to {high}, whole, got {value!r}")
    for field, (least, most) in real.items():
        number = getattr(learner, field)
        fits = isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
        if not fits or not least <= number <= most:
            raise BadParameter(f"{name}: expected {field} from {least:g} to {most:g}, got {number!r}")


def check_choice(learner: Any, field: str, choices: tuple[str, ...]) -> None:
    """Refuse a word that is none of `choices`.

    Raises:
        BadParameter: naming the field, the choices and the nearest.
    """
    value = getattr(learner, field)
    if value not in choices:
        guess = nearest(str(value), choices)
        hint = f"; did you mean {guess!r}?" if guess else ""
        words = " or ".join(repr(choice) for choice in choices)
        raise BadParameter(f"{type(learner).__name__.lower()}: expected {field} {words}, got {value!r}{hint}")
