"""Runs of whole blocks: cut, joined, and put in order."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from arena.contest import FaultedSeat, Results
from arena.errors import BadInput

__all__ = ["MICRO_UNIT", "aligned", "cut", "joined"]

MICRO_UNIT = 16
"""Measured times are kept in sixteenths of a microsecond."""

_ARRAYS = ("seatings", "scores", "steps", "decisions", "micros", "digests", "truncated")


def cut(results: Results, first: int, last: int) -> Results:
    """The blocks `first` to `last`, by number within the round, of what `results` holds."""
    low, high = max(first - results.start, 0), min(last - results.start, len(results))
    if low == 0 and high == len(results):
        return results
    part = slice(low, max(low, high))
    taken = max(0, high - low) / max(1, len(results))
    return dataclasses.replace(
        results,
        start=results.start + low,
        **{name: getattr(results, name)[part] for name in _ARRAYS},
        metrics={name: values[part] for name, values in results.metrics.items()},
        attempts=None if results.attempts is None else results.attempts[part],
        records=results.records[part],
        faults=tuple(fault for fault in results.faults if first <= fault.block < last),
        seconds=results.seconds * taken,
    )


def joined(parts: Sequence[Results]) -> Results:
    """One run of blocks from consecutive ones, at least one.

    Raises:
        BadInput: if a block is missing or there twice.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    for one, other in itertools.pairwise(parts):
        _check_next(one, other)
    attempts = [part.attempts for part in parts]
    faults: tuple[FaultedSeat, ...] = sum((part.faults for part in parts), ())
    return dataclasses.replace(
        first,
        **_together(parts),
        metrics={name: np.concatenate([part.metrics[name] for part in parts]) for name in first.metrics},
        attempts=None
        if all(some is None for some in attempts)
        else np.concatenate([_attempts(part) for part in parts]),
        records=_records(parts),
        faults=faults,
        seconds=sum(part.seconds for part in parts),
    )


def aligned(parts: Iterable[Results], size: int) -> Iterator[Results]:
    """The blocks of one round anew in runs of `size`, the last one shorter: the same however they came.

    Args:
        parts: consecutive runs of blocks, from block 0 on.
        size: blocks of each run.

    Raises:
        BadInput: if a block is missing or there twice.
    """
    held: list[Results] = []
    count, end = 0, 0
    for part in parts:
        if part.start != end:
            raise BadInput(f"round {part.round}: expected block {end} next, got block {part.start}")
        end = part.start + len(part)
        held.append(part)
        count += len(part)
        while count >= size:
            whole = joined(held)
            yield cut(whole, whole.start, whole.start + size)
            rest = cut(whole, whole.start + size, end)
            count -= size
            held = [rest] if count else []
    if held:
        yield joined(held)


def _together(parts: Sequence[Results]) -> dict[str, Any]:
    return {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}


def _check_next(one: Results, other: Results) -> None:
    if other.round != one.round or other.start != one.start + len(one):
        raise BadInput(
            f"expected block {one.start + len(one)} of round {one.round} next, "
            f"got block {other.start} of round {other.round}"
        )


def _attempts(part: Results) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.zeros(len(part), dtype=np.int32) if part.attempts is None else part.attempts


def _records(parts: Sequence[Results]) -> tuple[bytes, ...]:
    if not any(part.records for part in parts):
        return ()
    rows: list[bytes] = []
    for part in parts:
        rows += part.records or [b""] * len(part)
    return tuple(rows)
