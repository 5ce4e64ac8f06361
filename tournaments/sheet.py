"""The sheet on which the blocks of a chunk are written down as they are played."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.capabilities import BatchOutcome
from arena.contest import Chunk, FaultedSeat, Results
from arena.game import Direction, GameSpec, Metric
from arena.record import Record
from arena.referee import penalized
from tournaments.results import MICRO_UNIT

__all__ = ["Sheet"]


class Sheet:
    """What a chunk gives, filled in block by block.

    Args:
        chunk: which blocks.
        spec: of the round's game.
        seatings: int16[B, S, n], who sits where.
    """

    def __init__(self, chunk: Chunk, spec: GameSpec, seatings: NDArray[np.int16]) -> None:
        self._chunk = chunk
        self._metrics = spec.metrics
        shape = seatings.shape
        self._seatings = seatings
        self._scores = np.full(shape, np.nan)
        self._values = {metric.name: np.full(shape, np.nan) for metric in spec.metrics}
        self._steps = np.zeros(shape[:2], dtype=np.int32)
        self._decisions = np.zeros(shape, dtype=np.int32)
        self._micros = np.zeros(shape)
        self._digests = np.zeros(shape[:2], dtype=np.uint64)
        self._truncated = np.zeros(shape[:2], dtype=np.bool_)
        self._attempts: NDArray[np.int32] | None = None
        self._faults: list[FaultedSeat] = []
        self._records: list[bytes] | None = None
        self._refereed: list[int] = []
        # By kind of number, a row of seatings for each block the referee played.
        self._columns: defaultdict[str, list[Any]] = defaultdict(list)

    def compiled(self, rows: NDArray[np.intp], outcome: BatchOutcome, seconds: float) -> None:
        """Write down the blocks at `rows`, which were played in compiled code within `seconds`."""
        self._scores[rows] = outcome.returns
        for name, values in self._values.items():
            if name in outcome.metrics:
                values[rows] = outcome.metrics[name]
        self._steps[rows] = outcome.steps
        self._decisions[rows] = outcome.decisions
        # Nobody looks at the clock inside; every decision is billed alike.
        each = seconds * 1e6 / max(int(outcome.decisions.sum()), 1)
        self._micros[rows] = np.rint(outcome.decisions * (each * MICRO_UNIT)) / MICRO_UNIT
        self._digests[rows] = outcome.digests
        self._truncated[rows] = outcome.truncated

    def refereed(self, row: int, records: Sequence[Record], file: bytes, attempts: int) -> None:
        """Write down the block at `row` from the records of its seatings, in their order."""
        self._refereed.append(row)
        columns = self._columns
        columns["scores"].append([record.scores for record in records])
        columns["steps"].append([record.steps for record in records])
        columns["decisions"].append([record.decisions for record in records])
        columns["micros"].append([record.spent for record in records])
        columns["digests"].append([int(record.digests[-1], 16) for record in records])
        columns["truncated"].append([record.outcome.truncated for record in records])
        for metric in self._metrics:
            columns[f"metric {metric.name}"].append([self._measured(metric, record) for record in records])
        for seating, record in enumerate(records):
            if record.faults:
                self._blame(row, seating, record)
        if self._records is None:
            self._records = [b""] * len(self._scores)
        self._records[row] = file
        if attempts:
            if self._attempts is None:
                self._attempts = np.zeros(len(self._scores), dtype=np.int32)
            self._attempts[row] = attempts

    def _measured(self, metric: Metric, record: Record) -> Sequence[float]:
        found = record.outcome.metrics.get(metric.name)
        if found is None:
            return [math.nan] * len(record.scores)
        return _penalized(metric, found, record) if record.faults else found

    def _blame(self, row: int, seating: int, record: Record) -> None:
        block = self._chunk.start + row
        for fault in record.faults:
            agent = int(self._seatings[row, seating, fault.player])
            self._faults.append(FaultedSeat(block, seating, agent, fault.kind.value, fault.message))

    def _fill(self) -> None:
        """Copy what the referee's blocks gave into the arrays, all of a kind at once."""
        arrays = {
            "scores": self._scores,
            "steps": self._steps,
            "decisions": self._decisions,
            "micros": self._micros,
            "digests": self._digests,
            "truncated": self._truncated,
        } | {f"metric {name}": values for name, values in self._values.items()}
        for name, array in arrays.items():
            # With its type spelled out: NumPy takes a list of large and small whole numbers for floats.
            array[self._refereed] = np.array(self._columns[name], dtype=array.dtype)

    def results(self, seconds: float, worker: str) -> Results:
        """The results, once every block is written down."""
        if self._refereed:
            self._fill()
        self._faults.sort(key=lambda fault: (fault.block, fault.seating))
        return Results(
            self._chunk.round,
            self._chunk.start,
            self._seatings,
            self._scores,
            self._values,
            self._steps,
            self._decisions,
            self._micros,
            self._digests,
            self._truncated,
            tuple(self._faults),
            self._attempts,
            () if self._records is None else tuple(self._records),
            seconds,
            worker,
        )


def _penalized(metric: Metric, values: Sequence[float], record: Record) -> Sequence[float]:
    """A metric with every offender brought down to the worst at the table, as his return is.

    What describes and does not rank, and what may be undefined, stays as measured.
    """
    if metric.direction is Direction.NEITHER or metric.sparse:
        return values
    offenders = [fault.player for fault in record.faults]
    if metric.direction is Direction.HIGHER:
        return penalized(values, offenders)
    return tuple(-value for value in penalized([-value for value in values], offenders))
