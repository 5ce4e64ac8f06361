from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statistics_tools import interval, number
from statsmodels.stats.proportion import proportion_confint

from tournaments.statistics import Estimate, clopper_pearson, cluster_wilson, wald, wilson

Method = Callable[[int, int], Estimate]


def exact_coverage(method: Method, trials: int, chance: float) -> float:
    """Probability that the 95 % interval of a binomial count holds the truth, by summing over all counts."""
    counts = np.arange(trials + 1)
    held = [low <= chance <= high for low, high in (interval(method(int(count), trials)) for count in counts)]
    return float(stats.binom.pmf(counts, trials, chance)[np.array(held)].sum())


@pytest.mark.parametrize(
    ("trials", "wald_percent", "wilson_percent"), [(50, 52.9, 96.1), (256, 89.2, 93.8), (1024, 93.5, 94.6)]
)
def test_exact_coverage_at_one_and_a_half_percent(
    trials: int, wald_percent: float, wilson_percent: float
) -> None:
    """At p = .015 Wald's interval covers far too rarely and Wilson's about as promised, by enumeration."""
    assert 100 * exact_coverage(wald, trials, 0.015) == pytest.approx(wald_percent, abs=0.05)
    assert 100 * exact_coverage(wilson, trials, 0.015) == pytest.approx(wilson_percent, abs=0.05)
    assert exact_coverage(clopper_pearson, trials, 0.015) >= 0.95


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.001, 0.5))
def test_intervals_equal_statsmodels(counts: tuple[int, int], alpha: float) -> None:
    """Wilson, Clopper-Pearson and (inside [0, 1]) Wald are those of statsmodels; all hold the share."""
    successes, trials = counts
    for method, name in ((wilson, "wilson"), (clopper_pearson, "beta"), (wald, "normal")):
        ours = method(successes, trials, alpha=alpha)
        theirs = proportion_confint(successes, trials, alpha=alpha, method=name)
        assert np.clip(interval(ours), 0, 1) == pytest.approx(np.array(theirs), abs=1e-9)
        assert number(ours.low) <= number(ours.value) <= number(ours.high)


def test_the_studys_headline_interval() -> None:
    """904 wins of 1024 are 88.3 % [86.3, 90.3], as published (arXiv 2510.11736, abstract)."""
    headline = wald(904, 1024)
    assert [round(100 * number(x), 1) for x in (headline.value, *interval(headline))] == [88.3, 86.3, 90.3]


def test_clustered_interval_by_its_formula() -> None:
    """Wilson's formula with n_eff and t, computed here by solving the quadratic."""
    shares = np.random.default_rng(21).choice([0.0, 0.25, 0.5, 0.75], size=40, p=[0.3, 0.4, 0.2, 0.1])
    estimate = cluster_wilson(shares, games=160)
    p, variance = shares.mean(), shares.var(ddof=1) / 40
    n, t = p * (1 - p) / variance, stats.t.ppf(0.975, 39)
    assert 40 < n < 640
    # |p - x| = t sqrt(x(1-x)/n), squared: (1 + t^2/n) x^2 - (2p + t^2/n) x + p^2 = 0.
    roots = np.sort(np.roots([1 + t * t / n, -(2 * p + t * t / n), p * p]))
    assert interval(estimate) == pytest.approx(tuple(roots), rel=1e-12)
    assert (estimate.df, estimate.blocks) == (39.0, 40)
    assert number(estimate.se) == pytest.approx(np.sqrt(variance))


def test_single_games_as_blocks_are_wilson_with_t() -> None:
    """One game a block is the independent case: n_eff = B, and only z gives way to t."""
    shares = np.repeat([1.0, 0.0], [30, 70])
    t = stats.t.ppf(0.975, 99)
    same = wilson(30, 100, alpha=2 * float(stats.norm.sf(t)))
    assert interval(cluster_wilson(shares)) == pytest.approx(interval(same), rel=1e-12)


def test_effective_games_are_held_between_blocks_and_the_cap() -> None:
    """Shares that hardly vary count for 6 times the games, at 256 blocks 32 times; for `cap` times where it is given."""
    steady = np.where(np.arange(100) == 0, 0.5, 0.25)
    width = [np.diff(interval(cluster_wilson(steady, games=400, cap=cap)))[0] for cap in (1, 4, 1000)]
    assert width[0] == pytest.approx(2 * width[1], rel=0.02)
    assert width[2] < width[1] / 2
    for blocks, cap in ((32, 6), (256, 32)):
        flat = cluster_wilson(np.full(blocks, 0.25), games=4 * blocks)
        games = cap * 4 * blocks
        assert f"the same share in all {blocks} blocks: counted as {games} games" in flat.note
        z = float(stats.t.ppf(0.975, blocks - 1))
        same = wilson(games / 4, games, alpha=2 * float(stats.norm.sf(z)))
        assert interval(flat) == pytest.approx(interval(same), rel=1e-12)


@pytest.mark.parametrize("blocks", [32, 128])
def test_rare_wins_are_covered(blocks: int) -> None:
    """Down to p = .001 the clustered interval holds the truth in 93 % or more, where Wilson's falls below 90 %.

    By enumeration, for one game a block; the lower limits are those of Poisson counts.
    """
    counts, chances = np.arange(blocks + 1), np.linspace(0.001, 0.2, 300)
    games = [np.repeat([1.0, 0.0], [count, blocks - count]) for count in counts]

    def least(estimates: list[Estimate]) -> float:
        low, high = np.array([interval(estimate) for estimate in estimates]).T
        held = (low <= chances[:, np.newaxis]) & (chances[:, np.newaxis] <= high)
        return float((stats.binom.pmf(counts, blocks, chances[:, np.newaxis]) * held).sum(axis=1).min())

    assert least([cluster_wilson(shares) for shares in games]) >= 0.93
    assert least([wilson(int(count), blocks) for count in counts]) < 0.9
    two = interval(cluster_wilson(games[2]))[0] * blocks
    assert stats.poisson.sf(1, two) == pytest.approx(0.05, rel=1e-9)


def test_all_and_none_won_are_exact_on_blocks() -> None:
    """All lost in B blocks: [0, 1 - (alpha/2)**(1/B)], and mirrored for all won; also for one block."""
    for blocks in (1, 12, 400):
        none, every = cluster_wilson(np.zeros(blocks), games=4 * blocks), cluster_wilson(np.ones(blocks))
        assert interval(none) == pytest.approx((0.0, 1 - 0.025 ** (1 / blocks)), rel=1e-9)
        assert interval(every) == pytest.approx((0.025 ** (1 / blocks), 1.0), rel=1e-9)
        assert "none won" in none.note
        assert "all won" in every.note


def test_too_little_data_have_a_sentence() -> None:
    """No trial, no block, one mixed block: no interval, and why."""
    for empty in (
        wald(0, 0),
        wilson(0, 0),
        clopper_pearson(0, 0),
        cluster_wilson([]),
        cluster_wilson([np.nan]),
    ):
        assert (empty.value, empty.low, empty.blocks) == (None, None, 0)
        assert "nothing was played" in empty.note
    one = cluster_wilson([0.25, np.nan], games=4)
    assert (one.value, one.low, one.blocks) == (0.25, None, 1)
    assert "one block" in one.note
    assert "no width" in wald(5, 5).note


def test_impossible_counts_are_refused() -> None:
    """More wins than games, shares beyond 1, fewer games than blocks, a cap below 1."""
    for method in (wald, wilson, clopper_pearson):
        with pytest.raises(ValueError, match="got 6 of 5"):
            method(6, 5)
    with pytest.raises(ValueError, match=r"lie between 0 and 1, got 1\.5"):
        cluster_wilson([0.5, 1.5])
    with pytest.raises(ValueError, match="got 1 games, 2 blocks"):
        cluster_wilson([0.5, 0.5], games=1)
    with pytest.raises(ValueError, match=r"cap 0\.5"):
        cluster_wilson([0.5, 0.5], cap=0.5)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(arrays(np.float64, st.integers(2, 30), elements=st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 0.9, 1.0])))
def test_clustered_intervals_stay_in_range(shares: np.ndarray) -> None:
    """0 <= low <= share <= high <= 1; losing mirrors winning; order does not matter."""
    estimate = cluster_wilson(shares, games=4 * shares.size)
    low, high = interval(estimate)
    assert 0 <= low <= number(estimate.value) <= high <= 1
    mirrored = cluster_wilson(1 - shares, games=4 * shares.size)
    assert interval(mirrored) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    assert interval(cluster_wilson(shares[::-1], games=4 * shares.size)) == pytest.approx(
        (low, high), abs=1e-9
    )
