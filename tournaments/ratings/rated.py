"""Several ratings of the same results, by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from arena import registry
from arena.contest import Pick, Rating, Results
from arena.spelling import split

__all__ = ["make_ratings", "rate_all"]


def make_ratings(names: str | Iterable[str], by: str | None = None) -> dict[str, Rating]:
    """The ratings that a list such as ``"plackett-luce,alpha-rank(resamples=5000)"`` stands for, in its order.

    Args:
        names: spellings.
        by: the metric that ranks, for ratings that have a `by` and do not say otherwise.

    Raises:
        UnknownName: if a name, or a parameter, is not known.
        BadParameter: if a value does not do.
        BrokenPlugin: if one fails to load.
    """
    found: dict[str, Rating] = {}
    for spelled in split(names) if isinstance(names, str) else names:
        made: Any = registry.make("rating", spelled)
        if by is not None and dataclasses.is_dataclass(made) and getattr(made, "by", by) is None:
            made = dataclasses.replace(made, by=by)  # type: ignore[type-var]
        found[str(spelled)] = made
    return found


def rate_all(
    names: str | Iterable[str], picks: Pick, results: Sequence[Results], by: str | None = None
) -> dict[str, Mapping[str, Any]]:
    """The reports of several ratings, by their spellings.

    Args:
        names: spellings, as of `make_ratings`.
        picks: the game and the agents.
        results: whole blocks, in any order.
        by: the metric that ranks; the game's primary one where None.

    Raises:
        BadInput: as `make_ratings`, or if the metric does not rank.
        MissingExtra: if a rating needs a package that is not installed.
    """
    return {name: rating.rate(picks, results) for name, rating in make_ratings(names, by).items()}
