"""What a sequential test says: the verdict, and estimates that the stop does not bias."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tournaments.sprt.brownian import Corridor
from tournaments.sprt.design import Design, Measure
from tournaments.sprt.elo import elo_of, nelo_of
from tournaments.sprt.running import Running
from tournaments.statistics import Estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

__all__ = ["SprtReport", "report", "report_json", "report_on"]

METHOD: Final = "ordered outcomes of a Brownian motion between the bounds, median-unbiased"
_WIDEST: Final = 64
"""Doublings of the bracket in which an end of the interval is sought."""


@dataclass(frozen=True)
class SprtReport:
    """A sequential test at its last look."""

    design: Design
    """What was asked."""
    measure: Measure
    """What a block's value is."""
    blocks: int
    """Blocks that count: up to the decision, or all."""
    llr: float
    """The log-likelihood ratio there."""
    bounds: tuple[float, float]
    """Where the test ends, corrected for the overshoot."""
    verdict: str
    """``"high"`` or ``"low"``, the hypothesis that was accepted, or ``"open"``."""
    counts: tuple[int, ...]
    """How often a block had each of the measure's cells; none where the cells are many."""
    mean: Estimate
    """The mean of a block: a share of points, or a difference in the unit of the metric."""
    elo: Estimate | None
    """The same in logistic Elo; None of differences."""
    nelo: Estimate
    """The same in normalized Elo."""
    los: float | None
    """Likelihood of superiority: the probability of a worse outcome if the agents were equal; None with no data."""


def report(
    design: Design, measure: Measure, values: ArrayLike, *, confidence: float = 0.95, last: bool = True
) -> SprtReport:
    """The report on a test of `values`; whatever comes after its decision is not counted.

    Args:
        design: what is asked.
        measure: what a block's value is.
        values: float[B], one value a block, in the order of the blocks.
        confidence: of the intervals.
        last: whether no more blocks will come; the test then looks after the last one in any case.

    Raises:
        BadParameter: if a value does not go with the measure, or the measure with the design.
    """
    running = Running(design, measure)
    running.add(values, last=last)
    return report_on(running, confidence=confidence)


def report_json(found: SprtReport) -> dict[str, Any]:
    """A report as values of JSON."""
    return dataclasses.asdict(found)


def report_on(running: Running, *, confidence: float = 0.95) -> SprtReport:
    """The report on a test that is running, at its last look.

    Args:
        running: the test.
        confidence: of the intervals.
    """
    values, measure = running.values, running.measure
    mean, los = _estimate(running, confidence)
    sd = float(values.std()) if len(values) else 0.0
    cells = measure.cells
    counted = np.searchsorted(cells, values) if cells else np.zeros(0, dtype=np.int64)
    return SprtReport(
        running.design,
        measure,
        running.blocks,
        running.llr,
        running.bounds,
        running.decision or "open",
        tuple(np.bincount(counted, minlength=len(cells)).tolist()) if cells else (),
        mean,
        _elo(mean) if measure.kind == "share" else None,
        _nelo(mean, sd, measure),
        los,
    )


def _estimate(running: Running, confidence: float) -> tuple[Estimate, float | None]:
    """The mean of a block with its interval, and the likelihood of superiority."""
    values, reference = running.values, running.measure.reference
    if len(values) < 2:
        note = "fewer than two blocks: no interval"
        value = float(values[0]) if len(values) else None
        return Estimate(value, None, None, None, None, len(values), METHOD, note), None
    mean, variance = float(values.mean()), float(values.var())
    if variance == 0:
        note = f"all {len(values)} blocks are alike: no spread, no interval"
        los = 0.5 if mean == reference else float(mean > reference)
        return Estimate(mean, None, None, None, None, len(values), METHOD, note), los
    worse = _worse(running, mean, variance)
    tail = (1 - confidence) / 2
    value, low, high = (_truth(worse, level, mean, variance) for level in (0.5, 1 - tail, tail))
    note = "" if running.decision else "the test is open: so far"
    if running.measure.kind == "share":
        value, low, high = (min(1.0, max(0.0, end)) for end in (value, low, high))
    return Estimate(value, low, high, None, None, len(values), METHOD, note), worse(reference)


def _worse(running: Running, mean: float, variance: float) -> Callable[[float], float]:
    """The probability of a worse outcome, as a function of the true mean of a block.

    The log-likelihood ratio in the normal approximation: drift (m - (m0 + m1)/2) (m1 - m0) / v and variance
    (m1 - m0)^2 / v a block of mean m (Van den Bergh, The GSPRT approximation, 2019).
    """
    low, high = running.design.targets(running.measure)
    if running.design.model == "nelo":
        low, high = (running.measure.reference + t * math.sqrt(variance) for t in (low, high))
    step, middle = high - low, (low + high) / 2
    time, level = running.corridor_level((mean - middle) * step / variance)
    low_bound, high_bound = running.design.lower, running.design.upper

    def worse(truth: float) -> float:
        drift = (truth - middle) * step / variance
        return Corridor(low_bound, high_bound, drift, step * step / variance).worse(time, level)

    return worse


def _truth(worse: Callable[[float], float], probability: float, mean: float, variance: float) -> float:
    """The true mean under which a worse outcome has `probability`; the higher the mean, the less probable it is."""
    from scipy import optimize

    reach = math.sqrt(variance) / 100
    for _ in range(_WIDEST):
        if worse(mean - reach) >= probability >= worse(mean + reach):
            break
        reach *= 2
    ends = mean - reach, mean + reach
    return float(optimize.brentq(lambda truth: worse(truth) - probability, *ends, xtol=1e-15, rtol=1e-12))


def _changed(estimate: Estimate, change: Callable[[float], float], note: str) -> Estimate:
    """An estimate in another unit."""
    value, low, high = (
        None if end is None else change(end) for end in (estimate.value, estimate.low, estimate.high)
    )
    said = "; ".join(filter(None, (estimate.note, note)))
    return dataclasses.replace(estimate, value=value, low=low, high=high, note=said)


def _elo(mean: Estimate) -> Estimate:
    ends = [end for end in (mean.value, mean.low, mean.high) if end is not None]
    beyond = any(not 0.001 <= end <= 0.999 for end in ends)
    return _changed(mean, elo_of, "beyond 1200 Elo, which is shown as 1200" if beyond else "")


def _nelo(mean: Estimate, sd: float, measure: Measure) -> Estimate:
    if sd == 0:
        why = mean.note or "no spread"
        return Estimate(None, None, None, None, None, mean.blocks, METHOD, why)
    return _changed(mean, lambda value: nelo_of(value - measure.reference, sd, measure.games), "")
