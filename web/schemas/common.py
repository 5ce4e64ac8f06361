"""Models that several parts of the API share."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from tournaments.statistics import Estimate

__all__ = ["PROBLEMS", "FieldProblem", "Interval", "Model", "NamedValue", "Problem", "interval"]


class Model(BaseModel):
    """A value of the API: frozen, each field described."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class FieldProblem(Model):
    """A field at fault."""

    field: str
    """Where it stood, such as ``query.limit``."""
    detail: str
    """What was expected."""


class Problem(Model):
    """A failure (RFC 9457)."""

    type: str
    """Which kind, as a URN; ``about:blank`` where the status says it all."""
    title: str
    """The status in words."""
    status: int
    """The status."""
    detail: str
    """What was expected, what came, and the nearest valid choice."""
    instance: str
    """The path that was asked for."""
    errors: list[FieldProblem] | None = None
    """The fields at fault; absent where none is."""


class Interval(Model):
    """An estimate with its 95 % interval."""

    value: float | None
    """The estimate; null where there is nothing to estimate it from."""
    low: float | None
    """The lower end; null where there is no interval."""
    high: float | None
    """The upper end; null where there is no interval."""
    se: float | None = None
    """The standard error; null where there is none."""


class NamedValue(Model):
    """A name and its value, in words."""

    name: str
    """What it is."""
    value: str
    """Its value."""


def interval(estimate: Estimate) -> Interval:
    """An estimate as the API sends it."""
    return Interval(value=estimate.value, low=estimate.low, high=estimate.high, se=estimate.se)


PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": Problem, "description": "There is none of that name."},
    422: {"model": Problem, "description": "A value is not what it may be."},
    503: {"model": Problem, "description": "The store cannot be read."},
}
"""The failures of most routes, for their documentation; `web.openapi` gives them their media type."""
