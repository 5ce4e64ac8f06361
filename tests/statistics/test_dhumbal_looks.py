"""Ratings and tests with many looks, on real Dhumbal; the long form is `benchmarks/calibration.py`."""

from __future__ import annotations

import numpy as np
import pytest
from calibration_data import alike, rotations, style, thresholds
from calibration_looks import LEVEL, rating_coverage, true_strengths, wrong_looks

BAND = 2.58
"""Standard errors that a rate over repetitions may be off: one per cent of all runs would be."""


@pytest.mark.parametrize("blocks", [8, 32])
def test_intervals_of_ratings_hold_the_truth(blocks: int) -> None:
    """T3: the sandwich over blocks covers 95 %; the textbook covariance of rounds is too wide on duplicate deals."""
    field = thresholds(10, 8, 6, 4)
    true = true_strengths(field, rotations, blocks=60_000, seed=1)
    held = rating_coverage(field, rotations, true, repetitions=400, blocks=blocks, seed=2)
    # Four strengths a tournament, hardly dependent; counted as one.
    band = BAND * np.sqrt(LEVEL * (1 - LEVEL) / 400)
    assert abs(held["clustered"].mean() - (1 - LEVEL)) <= band
    assert held["textbook"].mean() >= 0.97


@pytest.mark.parametrize("players", [2, 4])
def test_looking_after_every_block_does_not_mislead(players: int) -> None:
    """T6: e-values stay below 5 % over all looks; a t test repeated after every block does not."""
    field = alike(style("balanced"), players)
    rows = list(wrong_looks(field, rotations, repetitions=200, blocks=600, seed=4))
    band = BAND * np.sqrt(LEVEL * (1 - LEVEL) / len(rows))
    for metric in ("coins", "wins"):
        assert np.mean([row[metric] for row in rows]) <= LEVEL + band
    assert np.mean([row["naive, coins"] for row in rows]) > 0.25
