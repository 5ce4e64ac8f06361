from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statistics_tools import interval, number

from tournaments.statistics import block_means, mean_interval, mean_scores


def test_mean_interval_equals_scipy() -> None:
    """Value, standard error and interval are those of SciPy's one-sample t test, at several levels."""
    rng = np.random.default_rng(1)
    values = rng.gamma(2.0, 3.0, size=37)
    for alpha in (0.01, 0.05, 0.2):
        ours = mean_interval(values, alpha=alpha)
        theirs = stats.ttest_1samp(values, 0.0).confidence_interval(1 - alpha)
        assert ours.value == pytest.approx(values.mean(), rel=1e-13)
        assert number(ours.se) == pytest.approx(float(stats.sem(values)), rel=1e-13)
        assert interval(ours) == pytest.approx((theirs.low, theirs.high), rel=1e-12)
        assert (ours.df, ours.blocks, ours.note) == (36.0, 37, "")


def test_agents_absent_from_blocks_are_judged_on_their_own_blocks() -> None:
    """A column with gaps gives what it gives without them, and says how many blocks are left out."""
    rng = np.random.default_rng(2)
    table = rng.normal(size=(50, 3))
    table[rng.random(table.shape) < 0.4] = np.nan
    for column, estimate in zip(table.T, mean_scores(table), strict=True):
        present = column[~np.isnan(column)]
        alone = mean_interval(present)
        assert (estimate.value, *interval(estimate)) == pytest.approx(
            (alone.value, *interval(alone)), rel=1e-12
        )
        assert estimate.blocks == present.size
        assert f"{50 - present.size} of 50 blocks" in estimate.note


def test_degenerate_data_have_an_answer_and_a_sentence() -> None:
    """No block, one block and equal blocks: None or a zero-width interval, never NaN, and a note."""
    nan = np.nan
    nothing, one, equal = mean_scores([[nan, 2.0, 0.1], [nan, nan, 0.1], [nan, nan, 0.1]])
    assert (nothing.value, nothing.low, nothing.high, nothing.se, nothing.blocks) == (
        None,
        None,
        None,
        None,
        0,
    )
    assert "no block" in nothing.note
    assert (one.value, one.low, one.se, one.df, one.blocks) == (2.0, None, None, None, 1)
    assert "one block" in one.note
    assert (equal.low, equal.value, equal.high, equal.se) == pytest.approx((0.1, 0.1, 0.1, 0.0))
    assert "all 3 block means are equal" in equal.note
    (empty,) = mean_scores(np.zeros((0, 1)))
    assert empty.value is None


def test_nonsense_is_refused_with_a_sentence() -> None:
    """Wrong shapes, infinities and impossible levels name what was expected and what came."""
    with pytest.raises(ValueError, match=r"shape \(blocks, agents\), got shape \(3,\)"):
        mean_scores([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="infinity"):
        mean_scores([[1.0], [np.inf]])
    with pytest.raises(ValueError, match="one number a block"):
        mean_interval([[1.0]])
    for alpha in (0.0, 1.0, -0.05, 95.0, np.nan):
        with pytest.raises(ValueError, match="alpha lies strictly between 0 and 1"):
            mean_scores([[1.0]], alpha=alpha)


def test_block_means_equal_a_loop() -> None:
    """Averages by block and agent, in any order of rows; void scores take the agent out of the block."""
    rng = np.random.default_rng(3)
    scores, agents, blocks = rng.normal(size=400), rng.integers(0, 4, 400), rng.integers(0, 30, 400)
    scores[7] = np.nan
    table = block_means(scores, agents, blocks, agent_count=5, block_count=30)
    for block in range(30):
        for agent in range(5):
            own = scores[(agents == agent) & (blocks == block)]
            expected = own.mean() if own.size else np.nan
            assert table[block, agent] == pytest.approx(expected, nan_ok=True)
    assert np.isnan(table[blocks[7], agents[7]])
    assert np.isnan(table[:, 4]).all()


def test_block_means_refuse_indices_out_of_range() -> None:
    """An agent or block beyond the declared number, a fraction or a wrong length is named."""
    with pytest.raises(ValueError, match="agents are below 2, got 2"):
        block_means([1.0], [2], [0], agent_count=2, block_count=1)
    with pytest.raises(ValueError, match="blocks are below 1, got 5"):
        block_means([1.0], [0], [5], agent_count=2, block_count=1)
    with pytest.raises(ValueError, match="whole numbers"):
        block_means([1.0], [0.5], [0], agent_count=2, block_count=1)
    with pytest.raises(ValueError, match="one index a row"):
        block_means([1.0, 2.0], [0], [0, 0], agent_count=2, block_count=1)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(arrays(np.float64, st.integers(2, 40), elements=st.floats(-1e6, 1e6)), st.floats(0.001, 0.5))
def test_intervals_hold_their_estimate_and_ignore_order(values: np.ndarray, alpha: float) -> None:
    """The interval holds the value, grows as alpha falls, and is the same for shuffled blocks."""
    estimate = mean_interval(values, alpha=alpha)
    low, high = interval(estimate)
    assert low <= number(estimate.value) <= high
    wide_low, wide_high = interval(mean_interval(values, alpha=alpha / 2))
    assert wide_low <= low
    assert high <= wide_high
    shuffled = mean_interval(np.random.default_rng(0).permutation(values), alpha=alpha)
    tolerance = 1e-9 * max(1.0, float(np.abs(values).max()))
    assert interval(shuffled) == pytest.approx((low, high), abs=tolerance)
