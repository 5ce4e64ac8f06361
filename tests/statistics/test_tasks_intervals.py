"""Intervals over common seeds: coverage on skewed scores, what is said of few seeds, and of none that differ."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy import stats
from statistics_tools import FloatArray, band, covers, interval, number

from arena.errors import BadParameter
from tournaments.statistics import tasks
from tournaments.statistics.tasks import IQM, MEDIAN, difference_interval, gap_below, score_interval

REPLICATES = 500
MANY = 2000


def percentile(scores: FloatArray, rng: np.random.Generator) -> tuple[float, float]:
    """The percentile bootstrap of the mean, as rliable has it."""
    drawn = scores[rng.integers(0, scores.size, (500, scores.size))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


@pytest.mark.parametrize("spread", [0.5, 1.0])
@pytest.mark.parametrize("seeds", [5, 10, 30])
def test_t13_lognormal_scores(seeds: int, spread: float) -> None:
    """T13: studentized coverage is at least 88 %, flagged below 10 seeds; at 5 seeds percentiles cover far less.

    Over 4000 samples it is 89 % at the worst, 5 seeds and spread 1, where the percentile bootstrap covers 72 %.
    """
    rng, truth = np.random.default_rng(13), float(np.exp(spread**2 / 2))
    ours, theirs = [], []
    for _ in range(MANY):
        scores = rng.lognormal(0.0, spread, seeds)
        found = score_interval(scores, count=1000)
        assert found.method == "studentized bootstrap over seeds"
        assert (found.note == f"only {seeds} seeds: play at least 10") == (seeds < 10)
        ours.append(covers(found, truth))
        low, high = percentile(scores, rng)
        theirs.append(low <= truth <= high)
    assert float(np.mean(ours)) >= 0.88
    assert float(np.mean(theirs)) < float(np.mean(ours))
    if seeds == 5:
        assert float(np.mean(theirs)) < float(np.mean(ours)) - 0.08


@pytest.mark.parametrize("seeds", [3, 6, 12])
def test_normal_scores_are_covered(seeds: int) -> None:
    """Without skew 95 % intervals of paired differences hold the truth, whatever is common to a seed."""
    rng, held = np.random.default_rng(4), []
    for _ in range(REPLICATES):
        common = 10 * rng.normal(size=seeds)
        first, second = common + rng.normal(size=seeds) + 0.3, common + rng.normal(size=seeds)
        held.append(covers(difference_interval(first, second, count=600), 0.3))
    assert abs(float(np.mean(held)) - 0.95) <= band(REPLICATES) + 0.01


def test_common_seeds_narrow_a_difference() -> None:
    """The interval of the difference is that of the seed differences, four times narrower than either mean's."""
    rng = np.random.default_rng(6)
    common = 10 * rng.normal(size=20)
    first, second = common + rng.normal(size=20), common + rng.normal(size=20)
    found = difference_interval(first, second)
    low, high = interval(found)
    assert (low, high) == pytest.approx(interval(score_interval(first - second)), rel=1e-9)
    wide = interval(score_interval(first))
    assert high - low < 0.25 * (wide[1] - wide[0])
    turned = difference_interval(second, first)
    assert number(turned.value) == -number(found.value)


def test_few_seeds_and_lumpy_scores_get_students_t() -> None:
    """With 2 to 4 seeds, or scores mostly equal, draws without spread abound: t with its textbook numbers."""
    rng = np.random.default_rng(8)
    for seeds in (2, 3, 4):
        scores = rng.normal(size=seeds)
        found = score_interval(scores)
        half = float(stats.t.ppf(0.975, seeds - 1)) * scores.std(ddof=1) / np.sqrt(seeds)
        assert interval(found) == pytest.approx((scores.mean() - half, scores.mean() + half))
        assert (found.df, found.method) == (seeds - 1, "t interval over seeds")
        assert found.note.startswith(f"only {seeds} seeds: play at least 10")
    lumpy = score_interval([1.0] + [0.0] * 19)
    assert (lumpy.df, lumpy.note) == (19.0, "too many draws without spread to studentize")


def test_many_seeds_get_students_t() -> None:
    """From 1000 seeds on there is nothing to draw for; just below, the two agree."""
    scores = np.random.default_rng(9).exponential(size=1000)
    many, fewer = score_interval(scores), score_interval(scores[:999])
    half = float(stats.t.ppf(0.975, 999)) * scores.std(ddof=1) / np.sqrt(1000)
    assert interval(many) == pytest.approx((scores.mean() - half, scores.mean() + half))
    assert (many.note, fewer.method) == ("", "studentized bootstrap over seeds")
    assert interval(fewer) == pytest.approx(interval(many), abs=0.15 * half)


def test_one_seed_or_no_spread_has_an_answer() -> None:
    """No interval, and a sentence: nothing is NaN."""
    one = score_interval([3.0])
    assert (one.value, one.low, one.se, one.blocks) == (3.0, None, None, 1)
    assert one.note == "one seed: no interval, since the spread between seeds is unknown"
    fixed = score_interval([0.1] * 7)
    assert (fixed.low, fixed.high, fixed.se) == (None, None, 0.0)
    assert number(fixed.value) == pytest.approx(0.1)
    assert fixed.note == "deterministic: n_eff = 1; the same scores on all 7 seeds, so there is no interval"
    both = difference_interval(np.full(5, 0.3), np.full(5, 0.1))
    assert both.low is None
    assert number(both.value) == pytest.approx(0.2)
    assert both.note.startswith("deterministic: n_eff = 1")
    alike = difference_interval([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert (alike.value, alike.low, alike.note) == (
        0.0,
        None,
        "no spread over 3 seeds: n_eff = 1, so there is no interval",
    )
    tenths = np.arange(9) / 10
    shifted = difference_interval(tenths + 0.1, tenths)
    assert (shifted.low, shifted.se) == (None, 0.0)
    median = score_interval(np.ones((5, 3)), of=MEDIAN)
    assert (median.value, median.low) == (1.0, None)


def test_suites_hold_the_truth() -> None:
    """Interquartile mean, gap and median over 5 tasks of 6 seeds: 90 to 99.5 % of intervals hold the truth."""
    rng, scale = np.random.default_rng(10), np.array([0.3, 0.6, 0.9, 1.2, 1.5])
    aggregates = (IQM, gap_below(), MEDIAN)
    great = rng.lognormal(0.0, 0.6, (200_000, 5)) * scale
    truth = [of(great) for of in aggregates]
    held = np.zeros(3)
    for _ in range(250):
        scores = rng.lognormal(0.0, 0.6, (6, 5)) * scale
        held += [
            covers(score_interval(scores, of=of, count=400), true)
            for of, true in zip(aggregates, truth, strict=True)
        ]
    assert ((held / 250 >= 0.90) & (held / 250 <= 0.995)).all(), held / 250


def test_standard_errors_of_the_bootstrap_and_of_influences_agree() -> None:
    """The first-order standard error is that of many draws, times sqrt(B/(B - 1)), to 6 %."""
    from tournaments.statistics.tasks import resamples
    from tournaments.statistics.tasks.resample import taken

    scores = np.random.default_rng(12).normal(size=(40, 4))
    drawn = np.concatenate([taken(scores, which) for which in resamples(40, 4, count=4000)])
    for of in (IQM, gap_below(0.5)):
        spread = float(of.parts(drawn)[0].std(ddof=1)) * np.sqrt(40 / 39)
        assert number(score_interval(scores, of=of).se) == pytest.approx(spread, rel=0.06)


def test_wrong_arguments_are_refused() -> None:
    """Shapes, infinities and levels."""
    with pytest.raises(BadParameter, match=r"shape \(2, 2, 2\)"):
        score_interval(np.zeros((2, 2, 2)))
    with pytest.raises(BadParameter, match="got inf"):
        score_interval([1.0, float("inf")])
    with pytest.raises(BadParameter, match="alpha lies strictly between 0 and 1, got 2"):
        score_interval([1.0, 2.0], alpha=2)
    with pytest.raises(BadParameter, match="same seeds of the same tasks"):
        difference_interval([1.0, 2.0], [1.0])
    with pytest.raises(BadParameter, match="a seed is a whole number >= 0, got -1"):
        score_interval(np.arange(10.0), seed=-1)


def test_the_package_exports_documented_names() -> None:
    """Every name is sorted, documented and public in the module that holds it."""
    assert tasks.__all__ == sorted(
        tasks.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
    for name in tasks.__all__:
        found = getattr(tasks, name)
        assert name.isupper() or found.__doc__
        if callable(found) and not name.isupper():
            assert name in sys.modules[found.__module__].__all__
