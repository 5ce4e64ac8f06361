from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statistics_tools import number, rotated_wins

from tournaments.statistics import LegacyPair, Moments, legacy_pairs, legacy_rate, moments, paired

RULE_BASED = {"aggressive": 359, "conservative": 199, "balanced": 257, "opportunistic": 209}
"""Wins in the 1024 rounds of the study's rule-based tournament."""

PUBLISHED_WIN_D_AND_P = {
    (0, 1): (0.35647654277892116, 1.2839639276787884e-15),
    (0, 2): (0.21849658401458724, 8.384034291024766e-07),
    (0, 3): (0.3316709551793689, 9.473733258922113e-14),
    (1, 2): (-0.1364622779828218, 0.0020541568778487587),
    (1, 3): (-0.02445177805887847, 0.5803167549175454),
    (2, 3): (0.11198368267771919, 0.011394522797131918),
}
"""Cohen's d and Welch's p of wins, as published (sahajrajmalla/dhumbal-ai, file statistical_analysis.csv)."""

PUBLISHED_WIN_CI = {
    "aggressive": (35.05859375, 2.922565029385889),
    "conservative": (19.43359375, 2.423592773495344),
    "balanced": (25.09765625, 2.655647206629959),
    "opportunistic": (20.41015625, 2.468641831044279),
}
"""Win rate and half-width in percent (the same repository, metrics.csv)."""


def wins(count: int, games: int = 1024) -> Moments:
    return Moments(games, float(count), float(count))


def test_published_rule_based_tournament_digit_for_digit() -> None:
    """Every published d, p and interval of the rule-based tournament comes out to 12 digits."""
    rows = legacy_pairs([wins(count) for count in RULE_BASED.values()])
    for row in rows:
        d, p = PUBLISHED_WIN_D_AND_P[row.first, row.second]
        assert row.cohen_d == pytest.approx(d, rel=1e-12)
        assert row.p == pytest.approx(p, rel=1e-9)
        assert row.p_bonferroni == pytest.approx(min(1.0, 6 * p), rel=1e-9)
        assert row.significant == (p <= 0.05 / 6)
        assert row.independence_violated
    for name, count in RULE_BASED.items():
        rate = legacy_rate(count, 1024)
        assert (100 * number(rate.rate), 100 * number(rate.half_width)) == pytest.approx(
            PUBLISHED_WIN_CI[name], rel=1e-12
        )
        assert rate.independence_violated


def test_published_championship() -> None:
    """904, 92, 15 and 13 wins of 1024: the study's d and p to the digits printed, and 88.3 [86.3, 90.3]."""
    rows = {(r.first, r.second): r for r in legacy_pairs([wins(count) for count in (904, 92, 15, 13)])}
    published = {(0, 1): 2.606, (0, 2): 3.576, (0, 3): 3.613, (1, 2): 0.343, (1, 3): 0.355, (2, 3): 0.017}
    assert {pair: round(row.cohen_d, 3) for pair, row in rows.items()} == published
    assert round(rows[2, 3].p, 4) == 0.7037
    rate = legacy_rate(904, 1024)
    assert [round(100 * number(x), 1) for x in (rate.rate, rate.low, rate.high)] == [88.3, 86.3, 90.3]
    halves = [round(100 * number(legacy_rate(count, 1024).half_width), 1) for count in (904, 92, 15, 13)]
    assert halves == [2.0, 1.8, 0.7, 0.7]


def test_welch_equals_scipy_from_raw_scores_and_from_sums() -> None:
    """SciPy's t, df and p, whether from arrays or from count, sum and sum of squares, at unequal sizes."""
    rng = np.random.default_rng(71)
    scores = [rng.normal(3, 40, 500), rng.normal(-2, 25, 300), rng.gamma(2, 10, 450)]
    flat, agents = np.concatenate(scores), np.repeat(np.arange(3), [500, 300, 450])
    order = rng.permutation(flat.size)
    for table in (
        [Moments.of(values) for values in scores],
        moments(flat, agents, agent_count=3),
        moments(flat[order], agents[order], agent_count=3),
    ):
        for row in legacy_pairs(table):
            theirs = stats.ttest_ind(scores[row.first], scores[row.second], equal_var=False)
            assert row.t == pytest.approx(float(theirs.statistic), rel=1e-10)
            assert row.df == pytest.approx(float(theirs.df), rel=1e-10)
            assert row.p == pytest.approx(float(theirs.pvalue), rel=1e-8)


def test_pooled_d_weighs_by_size_with_divisor_n() -> None:
    """Cohen's d at unequal sizes, by its formula."""
    rng = np.random.default_rng(72)
    one, two = rng.normal(1, 2, 40), rng.normal(0, 5, 90)
    pooled = np.sqrt((39 * one.var() + 89 * two.var()) / 128)
    (row,) = legacy_pairs([Moments.of(one), Moments.of(two)])
    assert row.cohen_d == pytest.approx((one.mean() - two.mean()) / pooled, rel=1e-12)


@pytest.mark.parametrize("players", [2, 3, 4, 5])
def test_variance_inflation_of_one_winner_at_a_table(players: int) -> None:
    """One winner among k equals, one game a block: Welch assumes (k-1)/k of the real variance."""
    winner = np.random.default_rng(73).integers(0, players, 20_000)
    table = (winner[:, np.newaxis] == np.arange(players)).astype(float)
    rows = legacy_pairs([Moments.of(column) for column in table.T], contrasts=paired(table))
    for row in rows:
        assert row.variance_inflation == pytest.approx(players / (players - 1), rel=0.03)


def test_duplicate_deals_turn_the_inflation_around() -> None:
    """With lucky hands replayed in every rotation Welch assumes too much variance: the factor is below 1."""
    shares = rotated_wins(np.random.default_rng(74), 1, 4000, np.zeros(4), 1.5)[0]
    games = [Moments(16_000, float(4 * column.sum()), float(4 * column.sum())) for column in shares.T]
    factors = [number(row.variance_inflation) for row in legacy_pairs(games, contrasts=paired(shares))]
    assert all(0.6 <= factor <= 0.95 for factor in factors)


def test_degenerate_samples_have_an_answer() -> None:
    """No spread, one game, no game: p = 1 and d = 0 as in the study's program, with a note."""
    flat, one, none = Moments.of(np.full(50, 0.1)), Moments.of([3.0]), Moments.of([])
    spread = Moments.of([1.0, 2.0, 4.0])
    rows = {(r.first, r.second): r for r in legacy_pairs([flat, one, none, spread])}
    for row in rows.values():
        assert (row.t, row.p, row.cohen_d, row.p_bonferroni) == (
            None,
            1.0,
            0.0,
            1.0,
        )
        assert row.note
    assert flat.variance(ddof=1) == 0.0
    assert (none.mean, one.variance(ddof=1)) == (0.0, 0.0)
    assert legacy_rate(0, 0).rate is None
    assert legacy_pairs([spread]) == ()
    (unknown,) = legacy_pairs([spread, spread])
    assert unknown.variance_inflation is None
    assert isinstance(unknown, LegacyPair)


def test_void_games_are_left_out() -> None:
    """NaN scores do not count, in either way of making moments."""
    assert Moments.of([1.0, np.nan, 3.0]) == Moments(2, 4.0, 10.0)
    assert moments([1.0, np.nan, 3.0], [0, 0, 0], agent_count=2) == (
        Moments(2, 4.0, 10.0),
        Moments(0, 0.0, 0.0),
    )


def test_impossible_input_is_refused() -> None:
    """Negative counts, infinite sums, more wins than games and unknown agents are named."""
    with pytest.raises(ValueError, match="a count >= 0 and two finite sums"):
        Moments(-1, 0.0, 0.0)
    with pytest.raises(ValueError, match="a count >= 0 and two finite sums"):
        Moments.of([np.inf])
    with pytest.raises(ValueError, match="got 5 of 4"):
        legacy_rate(5, 4)
    with pytest.raises(ValueError, match="agents are below 1, got 1"):
        moments([1.0], [1], agent_count=1)
    with pytest.raises(ValueError, match="alpha"):
        legacy_pairs([], alpha=2.0)
