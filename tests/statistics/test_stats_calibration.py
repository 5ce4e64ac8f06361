"""Whether the procedures keep their promises: rates over simulated tournaments, against bands of 99 %."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statistics_tools import band, covers, rotated_wins

from tournaments.statistics import Moments, bonferroni, cluster_wilson, holm, legacy_pairs, max_t, paired

WELCH_ASYMPTOTE = {2: 0.1658, 3: 0.1095, 4: 0.0896, 5: 0.0796}
"""False positives of a nominal 5 % Welch test between two of k equal players with one winner a game."""


@pytest.mark.parametrize("players", [2, 3, 4, 5])
def test_t1_false_positives_at_one_table(players: int) -> None:
    """The block test is in its 5 % band; Welch on games is not, and sits at its known asymptote."""
    replicates, blocks = 2000, 400
    winners = np.random.default_rng(players).integers(0, players, size=(replicates, blocks))
    ours = welch = 0
    for winner in winners:
        table = (winner[:, np.newaxis] == np.arange(2)).astype(float)
        ours += paired(table)[0].p <= 0.05
        won = table.sum(axis=0)
        welch += legacy_pairs([Moments(blocks, won[0], won[0]), Moments(blocks, won[1], won[1])])[0].p <= 0.05
    assert ours / replicates == pytest.approx(0.05, abs=band(replicates))
    expected = WELCH_ASYMPTOTE[players]
    assert welch / replicates == pytest.approx(expected, abs=band(replicates, nominal=expected))
    assert abs(welch / replicates - 0.05) > band(replicates)


def test_welch_asymptote_in_closed_form() -> None:
    """The variance is k/(k-1) of what Welch assumes, hence 2 Phi(-1.96 sqrt((k-1)/k)) false positives."""
    for players, rate in WELCH_ASYMPTOTE.items():
        z = stats.norm.ppf(0.975) * np.sqrt((players - 1) / players)
        assert 2 * stats.norm.sf(z) == pytest.approx(rate, abs=5e-5)


STRENGTH = np.array([0.6, 0.2, 0.0, -0.4])


def true_shares(luck: float) -> np.ndarray:
    """Chances of winning of the four agents: softmax without luck, else by two million games."""
    if luck == 0:
        return np.asarray(np.exp(STRENGTH) / np.exp(STRENGTH).sum())
    rng = np.random.default_rng(900)
    parts = [rotated_wins(rng, 10, 10_000, STRENGTH, luck).mean(axis=(0, 1)) for _ in range(10)]
    return np.asarray(np.mean(parts, axis=0))


@pytest.mark.parametrize("luck", [0.0, 1.5])
@pytest.mark.parametrize("blocks", [8, 32, 256])
def test_t3_coverage_of_differences_and_win_rates(blocks: int, luck: float) -> None:
    """95 % intervals hold the truth: within 1.3 points at 32 and 256 blocks, 93.5 to 97.5 % at 8.

    Pooled over the pairs or agents of 500 tournaments with known strengths, with and without luck of the deal
    that all rotations share. The clustered Wilson interval may err on the long side, to 97.5 %.
    """
    replicates = 500
    truth = true_shares(luck)
    tables = rotated_wins(np.random.default_rng(blocks), replicates, blocks, STRENGTH, luck)
    differences = [
        covers(c.difference, truth[c.first] - truth[c.second]) for table in tables for c in paired(table)
    ]
    rates = [
        covers(cluster_wilson(table[:, agent], games=4 * blocks), truth[agent])
        for table in tables
        for agent in range(4)
    ]
    low, high = (0.935, 0.975) if blocks == 8 else (0.937, 0.963)
    assert low <= np.mean(differences) <= high
    assert low <= np.mean(rates) <= 0.975


def test_clustered_wilson_is_shorter_than_wilson_on_games() -> None:
    """With lucky deals rotated, 256 blocks give intervals a fifth shorter than 1024 independent games."""
    tables = rotated_wins(np.random.default_rng(91), 20, 256, np.zeros(4), 1.5)

    def width(cap: float) -> float:
        intervals = [cluster_wilson(table[:, 0], games=1024, cap=cap) for table in tables]
        return float(np.mean([(e.high or 0) - (e.low or 0) for e in intervals]))

    assert width(4.0) == pytest.approx(0.79 * width(1.0), rel=0.1)


def claims(table: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Which of the 28 pairs each procedure claims to differ at 5 %."""
    p = [contrast.p for contrast in paired(table)]
    adjusted = {"bonferroni": bonferroni(p), "holm": holm(p)}
    if seed >= 0:
        adjusted["max-t"] = np.array(max_t(table, seed=seed).adjusted)
    return {name: values <= 0.05 for name, values in adjusted.items()}


@pytest.mark.parametrize("groups", [1, 2])
def test_t5_even_one_false_claim_is_rare(groups: int) -> None:
    """K = 8, all equal or in two groups: a false claim in at most 5 % of tournaments by Holm and max-t."""
    replicates, blocks = 400, 50
    strength = np.repeat([0.0, 0.35 * (groups - 1)], 4)
    first, second = np.triu_indices(8, 1)
    equal = strength[first] == strength[second]
    rng = np.random.default_rng(92 + groups)
    false = {"holm": 0, "max-t": 0}
    for replicate in range(replicates):
        found = claims(rng.normal(size=(blocks, 8)) + strength, replicate)
        for name in false:
            false[name] += bool(found[name][equal].any())
    for name, count in false.items():
        assert count / replicates <= 0.05 + band(replicates), name


def test_power_of_holm_over_bonferroni() -> None:
    """K = 8, two groups .35 apart, 200 blocks: Bonferroni finds 62.4 %, Holm 67.2 %, max-t 72.4 %."""
    strength = np.repeat([0.0, 0.35], 4)
    first, second = np.triu_indices(8, 1)
    differ = strength[first] != strength[second]
    rng = np.random.default_rng(95)
    power: dict[str, list[float]] = {"bonferroni": [], "holm": [], "max-t": []}
    for replicate in range(800):
        found = claims(rng.normal(size=(200, 8)) + strength, replicate if replicate < 100 else -1)
        for name, claimed in found.items():
            power[name].append(float(claimed[differ].mean()))
    critical, shift = stats.t.ppf(1 - 0.025 / 28, 199), 0.35 * np.sqrt(200 / 2)
    assert np.mean(power["bonferroni"]) == pytest.approx(stats.nct.sf(critical, 199, shift), abs=0.015)
    assert np.mean(power["bonferroni"]) == pytest.approx(0.624, abs=0.02)
    assert np.mean(power["holm"]) == pytest.approx(0.672, abs=0.02)
    assert np.mean(power["max-t"]) >= np.mean(power["holm"][:100])
    assert np.mean(power["max-t"]) == pytest.approx(0.724, abs=0.05)
