"""Scores adjusted for who met whom: against brute force, least squares of statsmodels, and known truths."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from arena import streams
from arena.errors import BadParameter
from tournaments.statistics import adjusted, paired

REPEATS = 400
BAND = 2.58 * math.sqrt(0.05 * 0.95 / REPEATS)


def sampled(strength: NDArray[np.float64], blocks: int, seats: int, seed: int) -> NDArray[np.float64]:
    """float64[B, K]: lineups drawn uniformly, a common term for each deal, noise."""
    generator = streams.generator(seed)
    found = np.full((blocks, strength.size), np.nan)
    for row in range(blocks):
        lineup = generator.permutation(strength.size)[:seats]
        found[row, lineup] = strength[lineup] + 3.0 * generator.normal() + generator.normal(size=seats)
    return found


def brute(table: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Effects and the jackknife covariance, by fitting again without each block."""

    def fit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        blocks, agents = np.nonzero(~np.isnan(rows))
        design = np.zeros((blocks.size, rows.shape[1] + len(rows)))
        design[np.arange(blocks.size), agents] = 1.0
        design[np.arange(blocks.size), rows.shape[1] + blocks] = 1.0
        effects = np.asarray(np.linalg.lstsq(design, rows[blocks, agents], rcond=None)[0], dtype=np.float64)
        own = effects[: rows.shape[1]]
        return own - np.mean(own)

    whole = fit(table)
    parts = np.array([fit(np.delete(table, row, axis=0)) for row in range(len(table))]) - whole
    covariance: NDArray[np.float64] = (len(table) - 1) / len(table) * (parts.T @ parts)
    return whole, covariance


@pytest.mark.parametrize(("agents", "seats"), [(4, 2), (5, 3), (6, 4)])
def test_effects_and_errors_are_those_of_refitting(agents: int, seats: int) -> None:
    """The closed form of the jackknife is the jackknife: least squares with dummies, left out block by block."""
    table = sampled(np.linspace(0, 1, agents), 30, seats, 7)
    effects, covariance = brute(table)
    found = adjusted(table)

    for contrast in found.contrasts:
        weights = np.eye(agents)[contrast.first] - np.eye(agents)[contrast.second]
        assert contrast.difference.value == pytest.approx(weights @ effects)
        assert contrast.difference.se == pytest.approx(math.sqrt(weights @ covariance @ weights))
    level = np.nanmean(table, axis=1).mean()
    for agent, score in enumerate(found.scores):
        assert score.value == pytest.approx(level + effects[agent])
        assert score.se == pytest.approx(math.sqrt(covariance[agent, agent]))


def test_complete_blocks_are_compared_as_pairs() -> None:
    """Where everybody is in every block it is the paired analysis: same differences, same standard errors."""
    table = sampled(np.array([0.0, 0.2, 0.7]), 40, 3, 3)
    for one, other in zip(adjusted(table).contrasts, paired(table), strict=True):
        assert one.difference.value == pytest.approx(other.difference.value)
        assert one.difference.se == pytest.approx(other.difference.se)
        assert one.difference.df == other.difference.df


def test_opponents_are_allowed_for() -> None:
    """Who met only the strong is not below who met only the weak."""
    strength = np.array([3.0, 2.0, 1.0, 0.0])
    pairs = [(0, 1)] * 20 + [(2, 3)] * 20 + [(1, 2)] * 5
    table = np.full((len(pairs), 4), np.nan)
    for row, pair in enumerate(pairs):
        scores = strength[list(pair)] + 0.01 * streams.generator(row).normal(size=2)
        table[row, list(pair)] = scores - scores.mean()
    plain = np.nanmean(table, axis=0)
    found = [score.value or 0.0 for score in adjusted(table).scores]

    assert plain[1] < plain[2]
    assert found == pytest.approx([1.5, 0.5, -0.5, -1.5], abs=0.05)
    never = adjusted(table).contrasts[2]
    assert (never.first, never.second) == (0, 3)
    assert never.difference.value == pytest.approx(3.0, abs=0.05)
    assert "never met" in never.difference.note


@pytest.mark.parametrize(("blocks", "seats"), [(24, 2), (40, 4), (120, 2)])
def test_intervals_hold_the_truth(blocks: int, seats: int) -> None:
    """Coverage of 95 % intervals, no less than the band of the simulation allows; the jackknife errs to the wide side."""
    strength = np.array([0.0, 0.3, 0.6, 0.9, 1.2, 1.5])
    held = []
    for seed in range(REPEATS):
        contrast = adjusted(sampled(strength, blocks, seats, seed)).contrasts[2]
        assert contrast.difference.low is not None
        assert contrast.difference.high is not None
        held.append(contrast.difference.low <= -0.9 <= contrast.difference.high)

    assert np.mean(held) > 0.95 - BAND
    assert np.mean(held) < 0.95 + BAND + 0.02


def test_agents_without_a_link_are_not_compared() -> None:
    """Two islands: no value, p = 1, and a sentence; nobody is NaN."""
    table = np.full((20, 4), np.nan)
    for row in range(20):
        pair = [0, 1] if row % 2 else [2, 3]
        table[row, pair] = streams.generator(row).normal(size=2)
    found = adjusted(table)
    by_pair = {(contrast.first, contrast.second): contrast for contrast in found.contrasts}

    assert by_pair[0, 2].difference.value is None
    assert by_pair[0, 2].p == 1.0
    assert "no chain of shared deals" in by_pair[0, 2].difference.note
    assert by_pair[0, 1].difference.value is not None
    assert all("not all agents are linked" in score.note for score in found.scores)


def test_degenerate_tables_give_no_nan() -> None:
    """No block, one block, an agent without any, blocks of one agent, equal scores."""
    nan = np.nan
    for rows in (
        np.zeros((0, 3)),
        np.array([[1.0, 2.0, nan]]),
        np.array([[1.0, 2.0, nan], [2.0, 1.0, nan]]),
        np.array([[1.0, nan, nan], [nan, 1.0, nan], [nan, nan, 2.0]]),
        np.full((9, 3), 4.0),
        np.array([[1.0, 2.0, nan], [nan, 3.0, 1.0]]),
        np.zeros((5, 1)),
    ):
        found = adjusted(rows)
        assert len(found.contrasts) == rows.shape[1] * (rows.shape[1] - 1) // 2
        assert all(0.0 <= contrast.p <= 1.0 for contrast in found.contrasts)
    same = adjusted(np.full((9, 3), 4.0)).contrasts[0]
    assert same.identical
    assert same.p == 1.0


def test_the_order_of_blocks_does_not_matter() -> None:
    """Shuffled blocks give the same to 1e-9."""
    table = sampled(np.linspace(0, 1, 5), 50, 3, 2)
    shuffled = table[streams.generator(4).permutation(50)]
    for one, other in itertools.pairwise([adjusted(table), adjusted(shuffled)]):
        for first, second in zip(one.contrasts, other.contrasts, strict=True):
            assert first.difference.value == pytest.approx(second.difference.value, abs=1e-9)
            assert first.difference.se == pytest.approx(second.difference.se, abs=1e-9)


def test_infinities_and_wrong_shapes_are_refused() -> None:
    """As everywhere in the package."""
    with pytest.raises(BadParameter, match="finite numbers"):
        adjusted(np.array([[1.0, np.inf]]))
    with pytest.raises(BadParameter, match="shape"):
        adjusted(np.zeros(3))
    with pytest.raises(BadParameter, match="alpha"):
        adjusted(np.zeros((3, 2)), alpha=0.0)
