from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statistics_tools import covers, interval, number
from statsmodels.stats.proportion import proportion_effectsize

from tournaments.statistics import (
    Estimate,
    Moments,
    cohen_h,
    d_av,
    d_z,
    odds_ratio,
    paired_one,
    risk_difference,
)


def bernoulli_pairs(replicates: int, blocks: int) -> np.ndarray:
    """Block shares float64[R, B, 2] of two dependent agents, P = .4 and .25, four games a block."""
    rng = np.random.default_rng(31)
    winner = rng.choice(3, size=(replicates, blocks, 4), p=[0.4, 0.25, 0.35])
    shares: np.ndarray = (winner[..., np.newaxis] == np.arange(2)).mean(axis=2)
    return shares


def test_points_on_a_known_table() -> None:
    """40 against 20 of 100: risk difference .2, odds ratio 8/3, h as statsmodels has it."""
    first, second = np.repeat([1.0, 0.0], [40, 60]), np.repeat([1.0, 0.0], [20, 80])
    assert risk_difference(first, second).difference.value == pytest.approx(0.2)
    assert odds_ratio(first, second).value == pytest.approx(8 / 3)
    assert cohen_h(first, second).value == pytest.approx(proportion_effectsize(0.4, 0.2))


def test_risk_difference_is_the_paired_analysis() -> None:
    """Same numbers as `paired` on the two columns of shares."""
    shares = bernoulli_pairs(1, 300)[0]
    assert risk_difference(shares[:, 0], shares[:, 1]) == paired_one(shares[:, 0], shares[:, 1])


@pytest.mark.parametrize(
    ("effect", "truth"),
    [(odds_ratio, (0.4 / 0.6) / (0.25 / 0.75)), (cohen_h, float(proportion_effectsize(0.4, 0.25)))],
)
def test_delta_intervals_cover(effect: object, truth: float) -> None:
    """95 % intervals of odds ratio and h hold the truth in 94 to 96.5 % of 1000 simulated tournaments."""
    assert callable(effect)
    held = [covers(effect(shares[:, 0], shares[:, 1]), truth) for shares in bernoulli_pairs(1000, 60)]
    assert 0.932 <= np.mean(held) <= 0.968


def test_delta_standard_errors_equal_the_block_bootstrap() -> None:
    """The linearised standard errors are those of resampling whole blocks, within 5 %."""
    shares = bernoulli_pairs(1, 400)[0]
    rng = np.random.default_rng(32)
    drawn = shares[rng.integers(0, 400, size=(4000, 400))].mean(axis=1)
    logits = np.log(drawn / (1 - drawn))
    spread = float((logits[:, 0] - logits[:, 1]).std())
    assert number(odds_ratio(shares[:, 0], shares[:, 1]).se) == pytest.approx(spread, rel=0.05)
    arcs = 2 * np.arcsin(np.sqrt(drawn))
    assert number(cohen_h(shares[:, 0], shares[:, 1]).se) == pytest.approx(
        float((arcs[:, 0] - arcs[:, 1]).std()), rel=0.05
    )


def test_d_av_uses_n_minus_one_and_both_spreads() -> None:
    """(m1 - m2) / sqrt((s1^2 + s2^2)/2) with ddof = 1; no spread gives 0 or None."""
    rng = np.random.default_rng(33)
    first, second = rng.normal(1, 2, 50), rng.normal(0, 3, 70)
    expected = (first.mean() - second.mean()) / np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2)
    assert d_av(Moments.of(first), Moments.of(second)) == pytest.approx(expected, rel=1e-12)
    ones = Moments.of(np.ones(5))
    assert d_av(ones, ones) == 0.0
    assert d_av(ones, Moments.of(np.zeros(5))) is None
    with pytest.raises(ValueError, match="two games of each agent, got 1 and 5"):
        d_av(Moments.of([1.0]), ones)


def test_d_z_is_t_over_root_blocks_and_covers() -> None:
    """d_z = t / sqrt(B); its 95 % interval holds the true .3 in about 95 % of 2000 samples of 100 blocks."""
    samples = np.random.default_rng(34).normal(0.3, 1.0, size=(2000, 100))
    t = float(stats.ttest_1samp(samples[0], 0).statistic)
    assert d_z(samples[0]).value == pytest.approx(t / 10, rel=1e-12)
    assert np.mean([covers(d_z(sample), 0.3) for sample in samples]) == pytest.approx(0.95, abs=0.0126)


def test_degenerate_effects_have_an_answer() -> None:
    """All wins, no spread, one block and none: numbers or None, always with a sentence."""
    ones, mixed = np.ones(10), np.repeat([0.0, 1.0], 5)
    ratio = odds_ratio(ones, mixed)
    assert number(ratio.value) == pytest.approx((10.5 / 0.5) / (5.5 / 5.5))
    assert ratio.low is None
    assert "half a win" in ratio.note
    assert cohen_h(ones, np.zeros(10)).value == pytest.approx(np.pi)
    assert "no interval" in cohen_h(ones, mixed).note
    flat = odds_ratio(np.full(6, 0.5), np.full(6, 0.25))
    assert interval(flat) == pytest.approx((3.0, 3.0))
    assert "no width" in flat.note
    for effect in (odds_ratio, cohen_h):
        one: Estimate = effect([0.5], [0.25])
        assert one.value is not None
        assert "one block" in one.note
        assert "no shared block" in effect([np.nan, 0.5], [0.5, np.nan]).note
    assert d_z(np.zeros(9)).value == 0.0
    assert (d_z(np.ones(9)).value, d_z([1.0]).value, d_z([]).value) == (None, None, None)
    assert all(d_z(values).note for values in (np.zeros(9), np.ones(9), [1.0], []))
    huge = odds_ratio([1.0, 0.999999], [0.0, 0.000001], alpha=1e-9)
    assert np.isfinite(interval(huge)).all()


def test_malformed_shares_are_refused() -> None:
    """Different lengths and shares beyond 1 are named."""
    for effect in (risk_difference, odds_ratio, cohen_h):
        with pytest.raises(ValueError, match=r"got shapes \(2,\) and \(1,\)"):
            effect([0.5, 0.5], [0.5])
        with pytest.raises(ValueError, match=r"lie between 0 and 1, got 2\.0"):
            effect([2.0, 0.5], [0.5, 0.5])
