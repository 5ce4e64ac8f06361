from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tournaments.statistics import sign_flip, signflip


def brute_force(values: np.ndarray) -> float:
    """Share of all 2**B sign patterns whose sum is at least as far from 0 as the observed one."""
    sizes, observed = np.abs(values), abs(values.sum())
    sums = [abs(np.dot(signs, sizes)) for signs in itertools.product((-1.0, 1.0), repeat=len(values))]
    return float(np.mean(np.array(sums) >= observed - 1e-9 * max(sizes.max(), 1e-300)))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from([-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1 / 3, 2.7]), min_size=1, max_size=9)
)
def test_exact_p_equals_enumeration(values: list[float]) -> None:
    """On data with ties and zeros patterns and convolution give the p of counting every sign pattern."""
    for enumerated in (0, 10):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(signflip, "_ENUMERATED", enumerated)
            result = sign_flip(values)
        assert result.exact
        assert result.p == pytest.approx(brute_force(np.array(values)), abs=1e-12)


def test_exact_p_equals_scipy() -> None:
    """Seven blocks of continuous data: the p of SciPy's exact permutation test."""
    values = np.random.default_rng(4).normal(0.5, 1.0, size=7)
    theirs = stats.permutation_test((values,), np.mean, permutation_type="samples", n_resamples=1000)
    assert sign_flip(values).p == pytest.approx(float(theirs.pvalue), abs=1e-12)


def test_the_test_is_exact_under_the_null() -> None:
    """Over all sign patterns of given sizes, p <= a happens with probability a at most."""
    sizes = np.array([0.3, 0.7, 1.1, 1.3, 2.2, 2.9, 3.1, 4.7])
    ps = [sign_flip(sizes * signs).p for signs in itertools.product((-1.0, 1.0), repeat=8)]
    for alpha in (0.01, 0.05, 0.1, 0.5):
        assert np.mean(np.array(ps) <= alpha) <= alpha
    assert min(ps) == 2 / 256
    assert np.mean(np.array(ps) <= 2 / 256) == 2 / 256


def test_lattice_data_stay_exact_for_a_thousand_blocks() -> None:
    """A thousand win-share differences are exact, six thousand sampled; both agree with the normal limit."""
    for size, exact in ((1000, True), (6000, False)):
        values = np.random.default_rng(5).choice([-0.5, -0.25, 0.0, 0.25, 0.5], size=size)
        result = sign_flip(values)
        z = values.sum() / np.sqrt((values**2).sum())
        assert result.exact == exact
        assert result.p == pytest.approx(2 * stats.norm.sf(abs(z)), abs=0.02)


def test_large_continuous_data_are_sampled_reproducibly() -> None:
    """Beyond exact reach p is sampled, near the t test's, the same on every call and never 0."""
    values = np.random.default_rng(6).normal(0.15, 1.0, size=150)
    result = sign_flip(values)
    assert not result.exact
    assert result == sign_flip(values)
    assert result.p == pytest.approx(float(stats.ttest_1samp(values, 0).pvalue), abs=0.02)
    assert sign_flip(np.append(values + 3.0, -0.01)).p == 1e-4


@pytest.mark.parametrize("size", [6, 60])
def test_order_and_names_do_not_matter(size: int) -> None:
    """Shuffling blocks, swapping the two agents, or adding blocks without a difference leaves p as it is."""
    rng = np.random.default_rng(7)
    values = rng.normal(0.3, 1.0, size=size)
    p = sign_flip(values).p
    assert sign_flip(rng.permutation(values)).p == p
    assert sign_flip(-values).p == p
    assert sign_flip(np.concatenate([values, np.zeros(9), [np.nan]])).p == p


def test_one_sided_and_empty_data() -> None:
    """No difference at all gives 1; blocks that all point one way give 2**(1 - B), whatever their sizes."""
    assert sign_flip([]).p == 1.0
    assert sign_flip(np.zeros(5)).p == 1.0
    assert sign_flip([0.2]).p == 1.0
    assert sign_flip(np.random.default_rng(8).random(300) + 0.1).p == 2.0**-299
    assert sign_flip(np.ones(100_000)).p == 0.0


def test_malformed_differences_are_refused() -> None:
    """Two dimensions or an infinity are named."""
    with pytest.raises(ValueError, match="block differences are one number a block"):
        sign_flip(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="infinity"):
        sign_flip([1.0, np.inf])
