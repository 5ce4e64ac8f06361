"""Whether the statistics hold on real Dhumbal: the short form of benchmarks/calibration.py.

Rates over R tournaments of fresh deals must lie within 2.58 sqrt(.05 .95 / R), the band of 99 %, of what is promised.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from calibration_data import (
    Chooser,
    Field,
    alike,
    fixed,
    one_seating,
    play,
    rotations,
    samples,
    style,
    styles,
    threshold,
    thresholds,
    truth,
)
from calibration_rates import claims, common, coverage, family
from numpy.typing import NDArray
from statistics_tools import band, interval, number

from arena import streams
from games.dhumbal.rules import preset
from tournaments.statistics import block_means, cluster_wilson, legacy_pairs, paired

SEED = 5


def joined(parts: Iterable[dict[str, NDArray[np.bool_]]]) -> dict[str, NDArray[np.bool_]]:
    """Rows of all parts of a cell, by name."""
    rows = list(parts)
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def false_claims(field: Field, choose: Chooser, repetitions: int, blocks: int) -> dict[str, float]:
    """Share of pairs claimed to differ, by metric and test."""
    cell = samples(field, choose, repetitions=repetitions, blocks=blocks, seed=SEED, what="false claims")
    return {name: float(rows.mean()) for name, rows in joined(map(claims, cell)).items()}


@pytest.mark.parametrize(
    ("field", "cells"),
    [(thresholds(10, 8, 6, 4), {8: 400, 32: 400, 256: 200}), (thresholds(10, 4), {32: 400, 256: 300})],
    ids=["four", "two"],
)
def test_intervals_hold_the_truth(field: Field, cells: dict[int, int]) -> None:
    """Mean coins, win rates and differences of real agents: 95 +- 1.3 %, at 8 blocks 93.5 to 97.5 %, each with its band.

    The truth is the mean of 65,000 other deal blocks.
    """
    true = truth(field, rotations, blocks=65_000, seed=SEED)
    for blocks, repetitions in cells.items():
        cell = samples(field, rotations, repetitions=repetitions, blocks=blocks, seed=SEED, what="coverage")
        rates = joined(coverage(sample, true) for sample in cell)
        low, high = (0.935, 0.975) if blocks == 8 else (0.937, 0.963)
        slack = band(repetitions)
        for name in ("mean coins", "win rate", "difference in coins", "difference in wins"):
            assert low - slack <= rates[name].mean() <= high + slack, f"{name}, {blocks} blocks"


def test_intervals_of_near_equal_agents_do_not_stay_too_long() -> None:
    """Two who call at 10 or 9 and draw most deals: at 256 blocks 95 % again, in the win rate and its difference."""
    field = thresholds(10, 9)
    true = truth(field, rotations, blocks=65_000, seed=SEED)
    cell = samples(field, rotations, repetitions=600, blocks=256, seed=SEED, what="coverage")
    rates = joined(coverage(sample, true) for sample in cell)
    for name in ("win rate", "difference in wins"):
        assert rates[name].mean() == pytest.approx(0.95, abs=band(600)), name


def test_differences_of_shares_hold_the_truth_where_most_deals_are_drawn() -> None:
    """Two who call at 10 or 8, 8 blocks: most show no difference; t alone would hold the truth in 79 %."""
    field = thresholds(10, 8)
    true = truth(field, rotations, blocks=65_000, seed=SEED)
    gap = float(true["wins"][0] - true["wins"][1])
    (sample,) = samples(field, rotations, repetitions=1000, blocks=8, seed=SEED, what="coverage")
    assert coverage(sample, true)["difference in wins"].mean() >= 0.95 - band(1000)
    plain = [interval(paired(means)[0].difference) for means in sample.means["wins"]]
    assert np.mean([low <= gap <= high for low, high in plain]) < 0.85


@pytest.mark.parametrize(("players", "welch"), [(4, 0.0896), (2, 0.1658)])
def test_agents_alike_are_rarely_told_apart(players: int, welch: float) -> None:
    """T1, T2: false claims of the block test stay at 5 %, on duplicate deals and with one seating a deal.

    Where most deals are drawn, the exact test of wins may only claim less. Welch's test of single rounds claims far more with one seating, as one winner among n makes it, and far less on
    duplicate deals.
    """
    field = alike(style("balanced"), players)
    repetitions = 600
    rotated = false_claims(field, rotations, repetitions, 64)
    single = false_claims(field, one_seating, repetitions, 128)
    assert rotated["coins"] == pytest.approx(0.05, abs=band(repetitions))
    assert rotated["wins"] <= 0.05 + band(repetitions)
    for metric in ("coins", "wins"):
        assert single[metric] == pytest.approx(0.05, abs=band(repetitions)), metric
        assert rotated[f"rounds: {metric}"] < 0.05 - band(repetitions), metric
    assert single["rounds: wins"] == pytest.approx(welch, abs=band(repetitions, nominal=welch))
    assert single["rounds: wins"] > 0.05 + band(repetitions)


def test_rotations_remove_the_advantage_of_a_seat() -> None:
    """Where seat 0 always begins it pays; fixed seats turn that into claims about agents alike, rotations do not."""
    field = alike(style("balanced"), 4, starter="first")
    tied = false_claims(field, fixed, 200, 128)
    turned = false_claims(field, rotations, 400, 64)
    assert tied["coins"] > 0.05 + 2 * band(200)
    assert turned["coins"] == pytest.approx(0.05, abs=band(400))
    (sample,) = samples(field, rotations, repetitions=1, blocks=6000, seed=SEED, what="seats")
    assert np.ptp(sample.seats) > 1
    for agent in range(4):
        shares = sample.means["wins"][0, :, agent]
        error = shares.std(ddof=1) / np.sqrt(shares.size)
        assert shares.mean() == pytest.approx(0.25, abs=3 * error)


def test_holm_keeps_false_claims_of_a_family_rare() -> None:
    """T5: eight agents alike at tables of four, 28 pairs on incomplete blocks: at most 5 % of rankings claim anything."""
    field = alike(style("balanced"), 4, agents=8)
    true = {metric: np.zeros(8) for metric in ("coins", "wins")}
    repetitions = 200
    cell = samples(field, rotations, repetitions=repetitions, blocks=140, seed=SEED, what="family")
    rates = joined(family(sample, true) for sample in cell)
    assert rates["false claim"].mean() <= 0.05 + band(repetitions)
    assert rates["false claim, unadjusted"].mean() > 0.5
    assert rates["rank intervals"].mean() >= 0.95 - band(repetitions)


def test_rank_intervals_hold_the_true_ranks() -> None:
    """All four rank intervals at once hold the true ranks of four styles in 95 % of tournaments of 64 blocks."""
    field = styles()
    true = truth(field, rotations, blocks=30_000, seed=SEED)
    cell = samples(field, rotations, repetitions=300, blocks=64, seed=SEED, what="ranks")
    held = joined(family(sample, true) for sample in cell)["rank intervals"]
    assert held.mean() >= 0.95 - band(300)


def test_common_deals_save_rounds() -> None:
    """T11: heroes calling at 10 and at 8 on the same deals correlate above .5 and need a third of the variance."""
    close = common(threshold(10), threshold(8), style("balanced"), blocks=6000, seed=SEED)
    assert close.correlation > 0.5
    assert abs(close.elsewhere) < 0.03
    assert close.saved > 3
    assert close.rounds_saved > 3
    closer = common(threshold(10), threshold(9), style("balanced"), blocks=6000, seed=SEED)
    assert closer.rounds_saved > 5


def test_agents_alike_without_dice_are_identical() -> None:
    """T4: rotated on each deal they score the same to the last bit, which is said and not tested."""
    for players in (2, 3, 5):
        field = alike(threshold(10), players)
        (sample,) = samples(field, rotations, repetitions=1, blocks=30, seed=SEED, what="alike")
        for metric in ("coins", "wins"):
            for contrast in paired(sample.means[metric][0]):
                assert (contrast.identical, contrast.p, contrast.statistic) == (True, 1.0, None)
                assert interval(contrast.difference) == (0.0, 0.0)
        (pair, *_) = legacy_pairs(sample.moments("coins", 0), contrasts=paired(sample.means["coins"][0]))
        assert number(pair.variance_inflation) == 0.0


def test_one_block_has_no_interval() -> None:
    """T4: one deal in all rotations gives means and no claims."""
    (sample,) = samples(styles(), rotations, repetitions=1, blocks=1, seed=SEED, what="one")
    for contrast in paired(sample.means["coins"][0], bounds=(-1000.0, 1000.0)):
        assert (contrast.difference.low, contrast.p) == (None, 1.0)
    rate = cluster_wilson(sample.means["wins"][0, :, 0], games=4)
    assert rate.low is None or rate.method == "Clopper-Pearson on blocks"


def test_all_rounds_won() -> None:
    """T4: one who calls at 10 against one who never calls on the first blocks that he wins throughout: exact limits."""
    field = Field("all won", preset("np10", 2), (threshold(10), threshold(0)))
    seatings = rotations(field, b"", 400)
    coins = play(field, streams.root_key(SEED), 0, seatings).metrics["wins"]
    table = block_means(
        coins.ravel(), seatings.ravel(), np.repeat(np.arange(400), 4), agent_count=2, block_count=400
    )
    won = table[table[:, 0] == 1.0][:20]
    assert len(won) == 20
    rate = cluster_wilson(won[:, 0], games=40)
    assert interval(rate) == pytest.approx((0.025 ** (1 / 20), 1.0))
    contrast = paired(won, bounds=(0.0, 1.0))[0]
    assert contrast.p == 2.0**-19
    assert interval(contrast.difference) == pytest.approx((2 * 0.025 ** (1 / 20) - 1, 1.0))
