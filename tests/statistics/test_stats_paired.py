from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats
from statistics_tools import interval, number

from tournaments.statistics import _pairs, cluster_wilson, paired, paired_one


def test_every_pair_equals_scipys_paired_t() -> None:
    """Difference, interval, t and p of all pairs are those of scipy.stats.ttest_rel."""
    table = np.random.default_rng(11).normal(size=(120, 5)) + np.arange(5) / 4
    contrasts = paired(table, alpha=0.1)
    assert [(c.first, c.second) for c in contrasts] == [(i, j) for i in range(5) for j in range(i + 1, 5)]
    for contrast in contrasts:
        theirs = stats.ttest_rel(table[:, contrast.first], table[:, contrast.second])
        limits = theirs.confidence_interval(0.9)
        assert contrast.p == pytest.approx(float(theirs.pvalue), rel=1e-9)
        assert contrast.statistic == pytest.approx(float(theirs.statistic), rel=1e-10)
        assert interval(contrast.difference) == pytest.approx((limits.low, limits.high), rel=1e-10)
        assert contrast.test == "paired t, 119 df"


def test_pairs_are_compared_on_shared_blocks_only() -> None:
    """With gaps, each pair gives what its shared blocks alone give."""
    rng = np.random.default_rng(12)
    table = rng.normal(size=(400, 4))
    table[rng.random(table.shape) < 0.5] = np.nan
    for contrast in paired(table):
        both = table[:, [contrast.first, contrast.second]]
        both = both[~np.isnan(both).any(axis=1)]
        assert contrast.difference.blocks == len(both)
        assert contrast.p == pytest.approx(float(stats.ttest_rel(both[:, 0], both[:, 1]).pvalue), rel=1e-9)


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is worked through in pieces; tiny pieces give the same numbers as one piece."""
    rng = np.random.default_rng(13)
    table = rng.normal(size=(90, 7))
    table[rng.random(table.shape) < 0.1] = np.nan
    whole = paired(table)
    monkeypatch.setattr(_pairs, "_CELLS", 200)
    assert paired(table) == whole


def test_few_blocks_use_the_exact_sign_flip_test() -> None:
    """Below eight blocks p is the exact permutation p; five blocks cannot reach 5 %."""
    values = np.random.default_rng(14).normal(1.0, 0.8, size=6)
    contrast = paired_one(values, np.zeros(6))
    exact = stats.permutation_test((values,), np.mean, permutation_type="samples", n_resamples=1000)
    assert contrast.p == pytest.approx(float(exact.pvalue), abs=1e-12)
    assert contrast.test == "sign flip, exact"
    tiny = paired_one(np.array([1.0, 1.1, 0.9, 1.0, 1.05]), np.zeros(5))
    assert tiny.p == 2 / 32
    assert number(tiny.difference.low) > 0
    assert "cannot fall below 0.0625" in tiny.difference.note


def test_lumpy_data_use_the_sign_flip_test() -> None:
    """200 blocks of which three differ: the t test would claim p = .08, the signs of three blocks say 1/4."""
    first = np.zeros(200)
    first[[3, 50, 120]] = 0.25
    contrast = paired_one(first, np.zeros(200))
    assert contrast.p == 0.25
    assert "few distinct differences" in contrast.difference.note
    wins = np.random.default_rng(15).choice([0.0, 0.25, 0.5], size=(2000, 2))
    assert paired(wins)[0].test == "paired t, 1999 df"


def test_identical_agents_are_called_identical() -> None:
    """Differences of zero, also after rounding in another order of summation, give 0 [0, 0] and p = 1."""
    base = np.random.default_rng(16).normal(size=40) * 1e4
    other = (base * 3 + 0.1 - 0.1) / 3
    for first, second in ((base, base), (base, other)):
        contrast = paired_one(first, second)
        assert contrast.identical
        assert (contrast.p, contrast.statistic) == (1.0, None)
        assert (contrast.difference.value, *interval(contrast.difference)) == (0.0, 0.0, 0.0)
        assert "identical behaviour" in contrast.difference.note


def test_shares_that_hardly_ever_differ_get_a_score_interval() -> None:
    """Given their bounds, blocks of which at most two differ speak by a score interval, mirrored for the mirror image."""
    level, half = np.full(8, 0.5), np.array([1.0, *[0.5] * 7])
    for first, second in ((level, level), (half, 1 - half)):
        bounded = paired_one(first, second, bounds=(0.0, 1.0))
        low, high = interval(cluster_wilson((first - second + 1) / 2))
        assert interval(bounded.difference) == pytest.approx((2 * low - 1, 2 * high - 1), rel=1e-12)
        assert "blocks show the same difference: a score interval" in bounded.difference.note
        plain = paired_one(first, second)
        assert (bounded.p, bounded.difference.value) == (plain.p, plain.difference.value)
        assert bounded.identical == plain.identical
        turned = paired_one(second, first, bounds=(0.0, 1.0))
        assert interval(turned.difference) == pytest.approx(
            tuple(-x for x in interval(bounded.difference)[::-1])
        )
    percent = paired_one(100 * half, 100 * (1 - half), bounds=(0.0, 100.0)).difference
    assert interval(percent) == pytest.approx(
        [100 * x for x in interval(paired_one(half, 1 - half, bounds=(0.0, 1.0)).difference)], rel=1e-12
    )


def test_bounds_leave_other_intervals_alone() -> None:
    """From three differing blocks on, and for one block or none, `bounds` change nothing."""
    rng = np.random.default_rng(19)
    shares = rng.choice([0.0, 0.25, 0.5], size=(60, 4))
    shares[rng.random(shares.shape) < 0.2] = np.nan
    assert paired(shares, bounds=(0.0, 1.0)) == paired(shares)
    three = np.zeros(40)
    three[:3] = 0.25
    assert paired_one(three, np.zeros(40), bounds=(0.0, 1.0)) == paired_one(three, np.zeros(40))
    assert paired(np.zeros((1, 2)), bounds=(0.0, 1.0)) == paired(np.zeros((1, 2)))
    assert paired(np.zeros((0, 3)), bounds=(0.0, 1.0)) == paired(np.zeros((0, 3)))


def test_wrong_bounds_are_refused() -> None:
    """Bounds in the wrong order or without end, and scores outside them, are named."""
    for bounds in ((1.0, 0.0), (0.0, np.inf)):
        with pytest.raises(ValueError, match="the least and the greatest score"):
            paired_one([0.5, 0.5], [0.5, 0.5], bounds=bounds)
    with pytest.raises(ValueError, match=r"between 0\.0 and 1\.0, got 1\.5"):
        paired_one([0.5, 1.5], [0.5, 0.5], bounds=(0.0, 1.0))


def test_constant_differences_do_not_divide_by_zero() -> None:
    """The same lead in every block: an interval without width, p = 2**(1 - B), no t."""
    base = np.random.default_rng(17).normal(size=20)
    contrast = paired_one(base + 0.1, base)
    assert contrast.p == 2.0**-19
    assert contrast.statistic is None
    assert interval(contrast.difference) == pytest.approx((0.1, 0.1))
    assert not contrast.identical


def test_pairs_that_hardly_met_stay_undecided() -> None:
    """One shared block, or none: no interval, p = 1 and a sentence; a single agent has no pairs."""
    nan = np.nan
    table = np.array([[1.0, 0.0, nan], [nan, 2.0, 5.0], [nan, 1.0, nan]])
    one, none, other = paired(table)
    assert (one.difference.value, one.difference.low, one.p, one.difference.blocks) == (1.0, None, 1.0, 1)
    assert "one shared block" in one.difference.note
    assert (none.difference.value, none.p, none.difference.blocks) == (None, 1.0, 0)
    assert "no shared block" in none.difference.note
    assert other.difference.blocks == 1
    assert paired(np.zeros((5, 1))) == ()
    assert all(contrast.p == 1.0 for contrast in paired(np.zeros((0, 3))))


def test_order_of_blocks_and_of_agents_does_not_matter() -> None:
    """T9: shuffled blocks give the same numbers to 1e-9; swapped agents the mirror image."""
    rng = np.random.default_rng(18)
    for blocks in (6, 30, 300):
        table = rng.normal(size=(blocks, 4)).round(1)
        plain, shuffled = paired(table), paired(table[rng.permutation(blocks)])
        for one, two in zip(plain, shuffled, strict=True):
            assert one.p == pytest.approx(two.p, abs=1e-9)
            assert interval(one.difference) == pytest.approx(interval(two.difference), abs=1e-9)
        there, back = paired_one(table[:, 0], table[:, 1]), paired_one(table[:, 1], table[:, 0])
        assert there.p == pytest.approx(back.p, abs=1e-12)
        assert number(there.difference.value) == pytest.approx(-number(back.difference.value), abs=1e-12)


def test_fifty_agents_on_a_hundred_thousand_blocks() -> None:
    """All 1225 pairs at once take seconds, not minutes (about one on an idle core)."""
    table = np.random.default_rng(19).normal(size=(100_000, 50))
    start = time.perf_counter()
    contrasts = paired(table)
    assert time.perf_counter() - start < 15
    last = stats.ttest_rel(table[:, 48], table[:, 49])
    assert len(contrasts) == 1225
    assert contrasts[-1].p == pytest.approx(float(last.pvalue), rel=1e-8)
