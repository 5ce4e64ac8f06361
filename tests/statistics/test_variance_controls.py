"""Cross-fitted control variates: least squares on the other folds, no bias at any size, coverage, what cannot be fitted."""

from __future__ import annotations

import numpy as np
import pytest
from statistics_tools import band, covers

from arena.errors import BadParameter
from tournaments.statistics import mean_interval, paired
from tournaments.variance import control, duplicate_factor


def test_coefficients_are_least_squares_on_the_other_folds() -> None:
    """Against `numpy.linalg.lstsq` with an intercept, agent by agent and for all at once; absent agents left out."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 4, 3)) * [1.0, 40.0, 0.01]
    y = 5 + x @ [2.0, -0.1, 30.0] + rng.normal(size=(300, 4))
    y[rng.random((300, 4)) < 0.2] = np.nan
    own, common = control(y, x, folds=7), control(y, x, folds=7, slopes="common")
    assert np.array_equal(np.unique(own.fold), np.arange(7))
    assert (np.diff(own.fold) >= 0).all()
    for number in range(7):
        rows, targets = [], []
        for agent in range(4):
            kept = (own.fold != number) & ~np.isnan(y[:, agent])
            design = np.column_stack([x[kept, agent], np.ones(kept.sum())])
            expected = np.linalg.lstsq(design, y[kept, agent], rcond=None)[0][:3]
            assert own.coefficients[number, agent] == pytest.approx(expected, rel=1e-8)
            rows.append(x[kept, agent] - x[kept, agent].mean(axis=0))
            targets.append(y[kept, agent] - y[kept, agent].mean())
        expected = np.linalg.lstsq(np.concatenate(rows), np.concatenate(targets), rcond=None)[0]
        assert common.coefficients[number] == pytest.approx(np.tile(expected, (4, 1)), rel=1e-8)
        here = own.fold == number
        taken = np.einsum("bkc,kc->bk", x[here], own.coefficients[number])
        assert own.means[here] == pytest.approx(y[here] - taken, rel=1e-12, nan_ok=True)
    assert own.note == common.note == ""


def test_no_bias_where_a_fit_on_the_same_blocks_has_one() -> None:
    """A skewed variate with a curved effect, 20 blocks: the usual regression estimate is off, the cross-fitted is not."""
    rng = np.random.default_rng(2)
    repetitions, blocks = 20_000, 20
    x = rng.exponential(size=(repetitions, blocks)) - 1
    y = x * x + 0.3 * rng.normal(size=x.shape)
    centred = x - x.mean(axis=1, keepdims=True)
    slope = (centred * y).sum(axis=1) / (centred**2).sum(axis=1)
    naive = y.mean(axis=1) - slope * x.mean(axis=1)
    fitted = np.array([control(y[r, :, None], x[r, :, None, None]).means.mean() for r in range(4000)])
    assert np.abs(naive.mean() - 1) > 10 * naive.std() / np.sqrt(repetitions)
    assert np.abs(fitted.mean() - 1) < 3 * fitted.std() / np.sqrt(len(fitted))
    assert fitted.var() != pytest.approx(y[:4000].mean(axis=1).var(), rel=1e-6)


@pytest.mark.parametrize("blocks", [8, 32, 256])
@pytest.mark.parametrize("slopes", ["own", "common"])
def test_intervals_hold_the_truth(blocks: int, slopes: str) -> None:
    """Means and differences of adjusted blocks, skewed noise and shared luck: 95 % of intervals, within the band."""
    repetitions = 1200
    rng = np.random.default_rng(blocks)
    luck = rng.normal(size=(repetitions, blocks, 2, 2))
    noise = (
        rng.exponential(size=(repetitions, blocks, 2)) - 1 + 0.5 * rng.normal(size=(repetitions, blocks, 1))
    )
    y = np.array([0.0, 0.3]) + luck @ [1.0, 0.5] + noise
    held, difference = [], []
    for r in range(repetitions):
        means = control(y[r], luck[r], slopes=slopes).means
        held += [covers(mean_interval(means[:, 0]), 0.0)]
        difference += [covers(paired(means)[0].difference, -0.3)]
    slack = band(repetitions) + (0.012 if blocks <= 32 else 0.0)  # the skew's own share
    assert np.mean(held) == pytest.approx(0.95, abs=slack)
    assert np.mean(difference) == pytest.approx(
        0.95, abs=band(repetitions) + (0.008 if blocks == 32 else 0.0)
    )


def test_variance_falls_as_theory_says() -> None:
    """The share of the variance that the variate explains goes, but for the price of fitting: 1 / (1 - rho^2)."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(5000, 1, 1))
    y = 2 * x[..., 0] + rng.normal(size=(5000, 1))
    adjusted = control(y, x).means
    assert y.var() / adjusted.var() == pytest.approx(5.0, rel=0.06)


def test_common_coefficients_keep_sums_of_zero() -> None:
    """Zero-sum scores and zero-sum luck stay zero-sum."""
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(200, 4, 2)), rng.normal(size=(200, 4))
    x -= x.mean(axis=1, keepdims=True)
    y -= y.mean(axis=1, keepdims=True)
    assert np.abs(control(y, x, slopes="common").means.sum(axis=1)).max() < 1e-12


def test_what_cannot_be_fitted_is_left_alone() -> None:
    """Too few blocks, variates that never vary, the same variate twice, no variate at all, no block."""
    rng = np.random.default_rng(6)
    y, x = rng.normal(size=(16, 2)), rng.normal(size=(16, 2, 3))
    few = control(y, x)
    assert np.array_equal(few.means, y)
    assert few.note == "20 of 20 fits had too few blocks: nothing taken off"
    y, x = rng.normal(size=(200, 2)), rng.normal(size=(200, 2, 1))
    still = control(y, np.concatenate([x, np.zeros_like(x)], axis=2))
    twice = control(y, np.concatenate([x, x], axis=2))
    once = control(y, x)
    assert still.means == pytest.approx(once.means, rel=1e-9)
    assert twice.means == pytest.approx(once.means, rel=1e-9)
    assert np.array_equal(control(y, np.zeros((200, 2, 0))).means, y)
    assert control(np.zeros((0, 2)), np.zeros((0, 2, 1))).means.shape == (0, 2)


@pytest.mark.parametrize(
    ("x", "settings", "message"),
    [
        (np.zeros((9, 3, 1)), {}, r"shape \(9, 2, 'C'\) of the means, got shape \(9, 3, 1\)"),
        (np.full((9, 2, 1), np.inf), {}, "finite numbers wherever the agent is present"),
        (np.zeros((9, 2, 1)), {"slopes": "comon"}, "got 'comon'; did you mean 'common'"),
        (np.zeros((9, 2, 1)), {"folds": 1}, "folds are at least 2, got 1"),
    ],
)
def test_bad_arguments_are_named(
    x: np.ndarray[tuple[int, ...], np.dtype[np.float64]], settings: dict[str, object], message: str
) -> None:
    """What was expected and what was given."""
    with pytest.raises(BadParameter, match=message):
        control(np.zeros((9, 2)), x, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("rho", [-0.2, 0.0, 0.5])
def test_duplicates_save_the_inverse_of_the_design_effect(rho: float) -> None:
    """Seatings of a deal with correlation rho, and seats that are unequal: 1 / (1 + (S - 1) rho), seats' part on top."""
    rng = np.random.default_rng(7)
    covariance = np.full((4, 4), rho) + (1 - rho) * np.eye(4)
    d = rng.multivariate_normal(np.zeros(4), covariance, size=40_000)
    assert duplicate_factor(d) == pytest.approx(1 / (1 + 3 * rho), rel=0.05)
    seats = np.array([0.0, 0.0, 2.0, 2.0])
    assert duplicate_factor(d + seats) == pytest.approx((1 + 1) / (1 + 3 * rho), rel=0.05)


def test_duplicates_without_an_answer() -> None:
    """One block, blocks that never vary, a pair that never met: None. Anything but a table is refused."""
    assert duplicate_factor(np.ones((1, 3))) is None
    assert duplicate_factor(np.tile([1.0, -1.0], (9, 1))) is None
    assert duplicate_factor(np.full((9, 2), np.nan)) is None
    with pytest.raises(BadParameter, match=r"shape \(blocks, seatings\), got shape \(3,\)"):
        duplicate_factor(np.zeros(3))
    with pytest.raises(BadParameter, match="got an infinity"):
        duplicate_factor(np.full((3, 2), np.inf))
