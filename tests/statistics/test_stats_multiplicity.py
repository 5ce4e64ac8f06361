from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from tournaments.statistics import bonferroni, holm, max_t, maxt, paired


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_equal_statsmodels(p_values: list[float]) -> None:
    """Holm and Bonferroni are those of statsmodels; Holm lies between p and Bonferroni, in p's order."""
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1], abs=1e-12)
    assert bonferroni(p_values) == pytest.approx(multipletests(p_values, method="bonferroni")[1], abs=1e-12)
    assert (holm(p_values) >= np.array(p_values)).all()
    assert (holm(p_values) <= bonferroni(p_values)).all()
    assert (np.diff(holm(p_values)[np.argsort(p_values, kind="stable")]) >= 0).all()


def test_no_comparison_and_nonsense() -> None:
    """An empty family stays empty; NaN and numbers outside [0, 1] are refused."""
    assert holm([]).size == bonferroni([]).size == 0
    for wrong in ([0.5, np.nan], [-0.1], [1.1], [[0.5]]):
        with pytest.raises(ValueError, match="p-values are a list of numbers between 0 and 1"):
            holm(wrong)


def naive_max_t(table: np.ndarray, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Step-down max-t written as its definition reads, one bootstrap sample and one t test at a time."""
    first, second = np.triu_indices(table.shape[1], 1)
    differences = table[:, first] - table[:, second]
    observed = np.abs(stats.ttest_1samp(differences, 0).statistic)
    centred = differences - differences.mean(axis=0)
    drawn = np.array(
        [
            np.abs(stats.ttest_1samp(centred[rng.integers(0, len(table), len(table))], 0).statistic)
            for _ in range(resamples)
        ]
    )
    order, adjusted, floor = np.argsort(-observed), np.zeros(len(observed)), 0.0
    for place, pair in enumerate(order):
        largest = drawn[:, order[place:]].max(axis=1)
        floor = max(floor, (1 + (largest >= observed[pair]).sum()) / (1 + resamples))
        adjusted[pair] = floor
    return adjusted


def test_max_t_equals_a_naive_bootstrap() -> None:
    """The vectorised bootstrap agrees with one written out, within the noise of 2000 resamples each."""
    rng = np.random.default_rng(51)
    table = rng.gamma(2.0, 1.0, size=(40, 4)) + np.array([0, 0.3, 0.6, 0.9])
    ours, theirs = np.array(max_t(table).adjusted), naive_max_t(table, 2000, rng)
    noise = np.sqrt(2 * np.maximum(theirs * (1 - theirs), 0.001) / 2000)
    assert (np.abs(ours - theirs) < 4 * noise).all()
    assert ((ours > 0.01) & (ours < 0.99)).sum() >= 3


def test_max_t_with_gaps_equals_a_naive_bootstrap() -> None:
    """A block without one of the agents drops out of that pair alone, in the data and in every resample."""
    rng = np.random.default_rng(52)
    table = rng.normal(size=(60, 2)) + np.array([0.0, 0.35])
    gaps = np.vstack([table, np.column_stack([rng.normal(size=30), np.full(30, np.nan)])])
    assert max_t(gaps).adjusted[0] == pytest.approx(naive_max_t(table, 2000, rng)[0], abs=0.02)


def test_max_t_pools_many_blocks_into_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond 4096 blocks batches are resampled: nearly the same p-values, with and without gaps."""
    rng = np.random.default_rng(53)
    table = rng.normal(size=(3000, 4)) + np.array([0, 0.03, 0.06, 0.09])
    for hole in (0.0, 0.2):
        holed = np.where(rng.random(table.shape) < hole, np.nan, table)
        whole = np.array(max_t(holed).adjusted)
        with monkeypatch.context() as patch:
            patch.setattr(maxt, "_MOST_UNITS", 500)
            pooled = np.array(max_t(holed).adjusted)
        assert pooled == pytest.approx(whole, abs=0.05)
        assert not np.array_equal(pooled, whole)


def test_max_t_does_not_depend_on_order_or_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """T9: shuffled blocks and other chunks give the same p-values; another seed nearly the same."""
    rng = np.random.default_rng(54)
    table = rng.normal(size=(90, 4)) + np.arange(4) / 4
    table[rng.random(table.shape) < 0.1] = np.nan
    plain = max_t(table)
    assert max_t(table[rng.permutation(90)]).adjusted == pytest.approx(plain.adjusted, abs=1e-9)
    assert max_t(table, seed=1).adjusted == pytest.approx(plain.adjusted, abs=0.06)
    monkeypatch.setattr(maxt, "_CELLS", 90 * 7)
    assert max_t(table).adjusted == pytest.approx(plain.adjusted, abs=1e-9)


def test_max_t_gains_on_holm_and_on_dependence() -> None:
    """Strongly dependent comparisons: adjusted p below Holm's; one hero against the rest is cheaper still."""
    table = np.random.default_rng(55).normal(size=(150, 8)) + np.array([0.32] + [0.0] * 7)
    contrasts = paired(table)
    hero = [index for index, c in enumerate(contrasts) if c.first == 0]
    all_pairs = np.array(max_t(table, resamples=4000).adjusted)[hero]
    dunnett = np.array(max_t(table, pairs=[(0, rival) for rival in range(1, 8)], resamples=4000).adjusted)
    assert np.median(all_pairs) < np.median(holm([c.p for c in contrasts])[hero])
    assert (dunnett <= all_pairs + 0.01).all()
    assert np.median(dunnett) < np.median(all_pairs)


def test_max_t_degenerate_data() -> None:
    """Identical agents: p = 1; a constant lead: the smallest p; scarce pairs: undecided, with a note."""
    rng = np.random.default_rng(56)
    base = rng.normal(size=50)
    scarce = np.where(np.arange(50) < 5, 9.0, np.nan)
    result = max_t(np.column_stack([base, base, base + 1.0, scarce]))
    p = dict(zip(result.pairs, result.adjusted, strict=True))
    assert p[0, 1] == 1.0
    assert p[0, 2] == p[1, 2] == pytest.approx(1 / 2001)
    assert p[0, 3] == p[1, 3] == p[2, 3] == 1.0
    assert result.note == "3 of 6 pairs share fewer than 8 blocks and stay undecided"
    assert max_t(np.zeros((9, 1))).pairs == ()
    assert max_t(np.zeros((0, 2))).adjusted == (1.0,)


def test_max_t_refuses_nonsense() -> None:
    """Too few resamples and impossible pairs are named."""
    with pytest.raises(ValueError, match="at least 2000 resamples, got 400"):
        max_t(np.zeros((9, 2)), resamples=400)
    for pair in ((0, 0), (0, 2), (-1, 0)):
        with pytest.raises(ValueError, match="two different agents of 0 to 1"):
            max_t(np.zeros((9, 2)), pairs=[pair])
