from __future__ import annotations

import numpy as np
import pytest
from statistics_tools import number
from statsmodels.stats.power import TTestPower

from tournaments.statistics import blocks_needed, holm, paired, plan_undecided


@pytest.mark.parametrize("effect", [0.02, 0.1, 0.35, 0.8, 1.5])
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 28])
@pytest.mark.parametrize("power", [0.8, 0.95])
def test_blocks_equal_statsmodels(effect: float, alpha: float, power: float) -> None:
    """Guenther's formula is within two blocks, or 1 %, of solving the noncentral t."""
    exact = float(TTestPower().solve_power(effect_size=effect, alpha=alpha, power=power))
    assert blocks_needed(3 * effect, 3.0, alpha=alpha, power=power).blocks == pytest.approx(
        exact, rel=0.01, abs=2
    )


def test_the_promised_power_is_kept() -> None:
    """With as many blocks as foreseen, the paired test finds the difference in 80 % of 2000 trials."""
    blocks = number(blocks_needed(-0.4, 1.0).blocks)
    rng = np.random.default_rng(81)
    tables = rng.normal(size=(2000, int(blocks), 2)) / np.sqrt(2) + np.array([0.0, 0.4])
    assert np.mean([paired(table)[0].p <= 0.05 for table in tables]) == pytest.approx(0.8, abs=0.025)


def test_answers_without_a_number() -> None:
    """No difference, or too small a one: None and "more than"; no spread: the sign-flip test's minimum."""
    nothing = blocks_needed(0.0, 1.0, limit=5000)
    assert (nothing.blocks, "more than 5,000 blocks" in nothing.sentence) == (None, True)
    tiny = blocks_needed(1e-6, 1.0)
    assert (tiny.blocks, "more than 10,000,000 blocks" in tiny.sentence) == (None, True)
    steady = blocks_needed(0.5, 0.0)
    assert steady.blocks == 6
    assert 2.0 ** (1 - 6) <= 0.05 < 2.0 ** (1 - 5)
    assert "about 51 blocks" in blocks_needed(0.4, 1.0).sentence


def test_plan_names_the_undecided_pairs_at_holms_level() -> None:
    """Decided pairs are left out; the m others are planned at alpha/m; hopeless ones say why."""
    rng = np.random.default_rng(82)
    base = rng.normal(size=40)
    table = np.column_stack(
        [base + 3 + 0.1 * rng.normal(size=40), base, base, base + 0.3 * rng.normal(size=40)]
    )
    lonely = np.where(np.arange(40) == 0, 1.0, np.nan)
    contrasts = paired(np.column_stack([table, lonely]))
    plans = plan_undecided(contrasts, holm([c.p for c in contrasts]))
    by_pair = {(plan.first, plan.second): plan for plan in plans}
    assert set(by_pair) == {(1, 2), (1, 3), (2, 3), (0, 4), (1, 4), (2, 4), (3, 4)}
    assert by_pair[1, 2].blocks is None
    assert "identical behaviour" in by_pair[1, 2].sentence
    assert "too few shared blocks" in by_pair[0, 4].sentence
    near = contrasts[[(c.first, c.second) for c in contrasts].index((1, 3))].difference
    again = blocks_needed(number(near.value), number(near.se) * np.sqrt(40), alpha=0.05 / 7)
    assert by_pair[1, 3].blocks == again.blocks
    assert "(40 played)" in by_pair[1, 3].sentence
    assert plan_undecided([], []) == ()


def test_impossible_questions_are_refused() -> None:
    """NaN, negative spread, power out of range, lengths that differ."""
    for difference, sd in ((np.nan, 1.0), (0.1, np.inf), (0.1, -1.0)):
        with pytest.raises(ValueError, match="a difference is finite"):
            blocks_needed(difference, sd)
    for power in (0.01, 1.0, np.nan):
        with pytest.raises(ValueError, match="power lies between alpha"):
            blocks_needed(0.1, 1.0, power=power)
    with pytest.raises(ValueError, match="one adjusted p-value a contrast, got 1 for 0"):
        plan_undecided([], [0.5])
