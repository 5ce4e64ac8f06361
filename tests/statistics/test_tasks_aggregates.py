"""Aggregates, profiles and improvement of suites: the numbers of rliable, and the same by brute force.

The golden numbers were made by rliable 1.2.0 with NumPy 2.3.3 and SciPy 1.17.1, with X and Y as below:

    f = lambda s: np.array([metrics.aggregate_mean(s), metrics.aggregate_median(s), metrics.aggregate_iqm(s),
                            metrics.aggregate_optimality_gap(s)])
    np.random.seed(1)
    library.get_interval_estimates({"x": X}, f, reps=50000)
    metrics.probability_of_improvement(X, Y)
    library.score_distributions(X, TAUS)
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from statistics_tools import FloatArray, interval, number

from arena.errors import BadParameter
from tournaments.statistics.tasks import (
    IQM,
    MEAN,
    MEDIAN,
    Aggregate,
    gap_below,
    interquartile_mean,
    mean_score,
    median_score,
    normalised,
    optimality_gap,
    performance_profile,
    probability_of_improvement,
    resamples,
    tau_grid,
)
from tournaments.statistics.tasks.resample import taken

RNG = np.random.RandomState(7)
SCALE = np.array([0.3, 0.5, 0.8, 1.0, 1.3, 2.0])
X = np.round(RNG.lognormal(0.0, 0.8, (10, 6)) * SCALE, 2)
Y = np.round(RNG.lognormal(-0.2, 0.7, (10, 6)) * SCALE, 2)
Y[3, 1], Y[4, 4] = X[2, 1], X[4, 4]
TAUS = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0])
POINTS_X = (1.4681666666666666, 1.218, 0.9326666666666666, 0.3191666666666667)
POINTS_Y = (1.0931666666666668, 0.9375, 0.7946666666666667, 0.3175000000000001)
LOW_X = (1.0795, 0.7965, 0.719, 0.2526666666666667)
HIGH_X = (1.9203375, 1.4295, 1.1636666666666668, 0.387)
IMPROVEMENT = 0.5358333333333333
PROFILE = (1.0, 49 / 60, 0.6, 0.55, 29 / 60, 19 / 60, 11 / 60, 0.1)


def test_the_data_of_the_golden_numbers_is_the_same() -> None:
    """NumPy's legacy stream is frozen, so the data can be made anew."""
    assert X[0].tolist() == [1.16, 0.34, 0.82, 1.39, 0.69, 2.0]
    assert Y[-1].tolist() == [0.1, 0.47, 0.67, 0.61, 0.68, 5.56]


@pytest.mark.parametrize(("scores", "points"), [(X, POINTS_X), (Y, POINTS_Y)])
def test_aggregates_are_those_of_rliable(scores: FloatArray, points: tuple[float, ...]) -> None:
    """Mean, median, interquartile mean and optimality gap agree to 1e-12."""
    found = [mean_score(scores), median_score(scores), interquartile_mean(scores), optimality_gap(scores)]
    assert found == pytest.approx(points, abs=1e-12)


def test_improvement_and_profile_are_those_of_rliable() -> None:
    """Ties count half; a score at the threshold is not above it."""
    assert number(probability_of_improvement(X, Y).value) == pytest.approx(IMPROVEMENT, abs=1e-12)
    assert number(probability_of_improvement(Y, X).value) == pytest.approx(1 - IMPROVEMENT, abs=1e-12)
    assert performance_profile(X, TAUS).shares == pytest.approx(PROFILE, abs=1e-12)


def test_draws_are_as_wide_as_those_of_rliable() -> None:
    """Percentiles of our stratified draws, rliable's method, give its intervals to 3 % of their width."""
    drawn = np.concatenate([taken(X, which) for which in resamples(10, 6, count=20_000)])
    for place, of in enumerate((MEAN, MEDIAN, IQM, gap_below())):
        low, high = np.quantile(of.parts(drawn)[0], [0.025, 0.975])
        width = HIGH_X[place] - LOW_X[place]
        assert low == pytest.approx(LOW_X[place], abs=0.03 * width)
        assert high == pytest.approx(HIGH_X[place], abs=0.03 * width)


@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (3, 1), (5, 3), (7, 5), (10, 1), (4, 26)])
def test_the_interquartile_mean_is_scipys(shape: tuple[int, int]) -> None:
    """Whatever the number of runs, the cut is that of `scipy.stats.trim_mean`."""
    scores = np.random.default_rng(3).normal(size=shape)
    assert interquartile_mean(scores) == pytest.approx(
        float(stats.trim_mean(scores, 0.25, axis=None)), abs=1e-12
    )


@pytest.mark.parametrize("of", [MEAN, IQM, MEDIAN, gap_below(0.7)])
def test_influences_are_derivatives(of: Aggregate) -> None:
    """Moving a run by h moves the value by h / (B T) times the slope of its influence, unless it is a quartile."""
    step, checked = 1e-7, 0
    before = of.parts(X[np.newaxis])
    for seed, task in itertools.product(range(10), range(6)):
        moved = X.copy()
        moved[seed, task] += step
        after = of.parts(moved[np.newaxis])
        others = np.delete((after[1] - before[1])[0].ravel(), seed * 6 + task)
        if np.abs(others).max() > 1e-3 * step:
            continue
        own = (after[1] - before[1])[0, seed, task] / step
        slope = (after[0][0] - before[0][0]) / step * X.size
        assert abs(slope) == pytest.approx(abs(own), abs=1e-4)
        checked += 1
    assert checked >= 55


def test_normalised_scores() -> None:
    """0 at the weak reference and 1 at the strong one, whichever way is better."""
    assert normalised([10.0, 30.0, 20.0, 50.0], 10.0, 30.0).tolist() == [0.0, 1.0, 0.5, 2.0]
    assert normalised([100.0, 60.0, 80.0], 100.0, 60.0).tolist() == [0.0, 1.0, 0.5]
    with pytest.raises(BadParameter, match=r"two different finite scores, got 3\.0 and 3\.0"):
        normalised([1.0], 3.0, 3.0)


def test_improvement_by_brute_force() -> None:
    """Every pair of runs of a task counted one by one, ties half."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        one, other = rng.integers(0, 4, size=(2, 6, 3)).astype(float)
        shares = [
            (a > b) + 0.5 * (a == b)
            for task in range(3)
            for a in one[:, task].tolist()
            for b in other[:, task].tolist()
        ]
        found = probability_of_improvement(one, other, count=200)
        assert number(found.value) == pytest.approx(float(np.mean(shares)), abs=1e-12)
        low, high = interval(found)
        assert 0.0 <= low <= number(found.value) <= high <= 1.0


def test_certain_improvement_has_the_exact_interval() -> None:
    """Where one agent won every comparison, Clopper and Pearson; alike agents are at one half without an interval."""
    scores = np.arange(12.0)
    found = probability_of_improvement(scores + 100, scores)
    assert (found.value, found.high) == (1.0, 1.0)
    assert number(found.low) == pytest.approx(0.025 ** (1 / 12))
    same = probability_of_improvement(scores, scores)
    assert (same.value, same.low, same.se) == (0.5, None, 0.0)
    assert same.note.startswith("no spread over 12 seeds: n_eff = 1")
    fixed = probability_of_improvement(np.ones(12), np.zeros(12))
    assert (fixed.value, fixed.low) == (1.0, None)
    assert fixed.note.startswith("deterministic: n_eff = 1")


def test_improvement_covers_on_common_seeds() -> None:
    """With an effect of the seed shared by both agents, 95 % intervals hold the true probability in 92 to 98 %."""
    rng = np.random.default_rng(11)
    truth, held = float(stats.norm.cdf(0.5 / math.sqrt(2 * (1 + 0.8**2)))), []
    for _ in range(300):
        common = rng.normal(size=(12, 3))
        one = common + 0.8 * rng.normal(size=(12, 3)) + 0.5
        other = common + 0.8 * rng.normal(size=(12, 3))
        low, high = interval(probability_of_improvement(one, other, count=400))
        held.append(low <= truth <= high)
    assert 0.92 <= float(np.mean(held)) <= 0.98


def test_profile_bands() -> None:
    """The simultaneous band is DKW's, wider with tasks not alike; the pointwise one is Wilson's and narrower."""
    one = performance_profile(X[:, 0], [0.3])
    assert one.high[0] - one.shares[0] == pytest.approx(math.sqrt(math.log(40) / 20))
    many = performance_profile(X, TAUS)
    assert many.high[3] - many.shares[3] == pytest.approx(math.sqrt((math.log(40) + 1) / 120))
    point = performance_profile(X, TAUS, band="pointwise")
    for place in range(len(TAUS)):
        assert many.low[place] <= point.low[place] <= point.shares[place] <= point.high[place]
    assert many.low[0] == pytest.approx(1 - math.sqrt((math.log(40) + 1) / 120))
    assert (many.high[0], many.runs) == (1.0, 60)


@pytest.mark.parametrize(("band", "least"), [("simultaneous", 0.95), ("pointwise", 0.93)])
def test_profile_bands_hold_the_true_profile(band: str, least: float) -> None:
    """Over 400 suites: the simultaneous band holds the whole curve at least 95 % of the time, the other each point."""
    rng, taus = np.random.default_rng(2), np.linspace(-2, 3, 15)
    shift = np.array([-0.5, 0.0, 1.0])
    truth = stats.norm.sf(taus[:, np.newaxis] - shift).mean(axis=1)
    held = []
    for _ in range(400):
        found = performance_profile(rng.normal(size=(8, 3)) + shift, taus, band=band)
        inside = (np.array(found.low) <= truth) & (truth <= np.array(found.high))
        held.append(inside.all() if band == "simultaneous" else inside.mean())
    assert float(np.mean(held)) >= least


def test_grids_of_thresholds() -> None:
    """From the lowest score to the highest of all agents; one score has room on either side."""
    assert tau_grid([[0.0, 1.0], [3.0, 2.0]], 4).tolist() == [0.0, 1.0, 2.0, 3.0]
    assert tau_grid([[5.0], [5.0]], 3).tolist() == [4.0, 5.0, 6.0]


def test_draws_depend_on_their_arguments_alone() -> None:
    """The same for every agent, another for another root; each seed is drawn as often."""
    one, again = (np.concatenate(list(resamples(5, 300, count=1000))) for _ in range(2))
    other = np.concatenate(list(resamples(5, 300, count=1000, seed=1)))
    assert one.shape == (1000, 5, 300)
    assert (one == again).all()
    assert (one != other).any()
    assert np.bincount(one.ravel()) / one.size == pytest.approx(0.2, abs=0.002)


def test_what_cannot_be_aggregated_is_refused() -> None:
    """One clear error for each wrong argument."""
    with pytest.raises(BadParameter, match=r"shape \(seeds, tasks\), got shape \(0,\)"):
        interquartile_mean([])
    with pytest.raises(BadParameter, match="every seed of every task; got nan"):
        mean_score([1.0, math.nan])
    with pytest.raises(BadParameter, match=r"same seeds of the same tasks, got shapes \(3, 1\) and \(2, 1\)"):
        probability_of_improvement([1.0, 2.0, 3.0], [1.0, 2.0])
    with pytest.raises(BadParameter, match="in ascending order"):
        performance_profile(X, [1.0, 0.5])
    with pytest.raises(BadParameter, match="expected 'simultaneous' or 'pointwise', got 'wide'"):
        performance_profile(X, TAUS, band="wide")
    with pytest.raises(BadParameter, match="at least 2 points, got 1"):
        tau_grid([X], 1)
    with pytest.raises(BadParameter, match="made from scores, got none"):
        tau_grid([])
    with pytest.raises(BadParameter, match="a finite score, got inf"):
        optimality_gap(X, target=math.inf)
    with pytest.raises(BadParameter, match="count of the bootstrap are at least 1, got 0"):
        list(resamples(3, 1, count=0))
