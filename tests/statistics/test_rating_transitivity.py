"""The transitivity test: its statistic, its promise where the model holds, and its power against a cycle."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from ratings_worlds import cycle, duels, field, rated, rotated
from statistics_tools import band

from tournaments.ratings import Transitivity
from tournaments.ratings.pairs import pair_scores
from tournaments.ratings.transitivity import TransitivityTest, transitivity

WINS = [
    [0, 27, 18, 17, 11],
    [33, 0, 19, 26, 16],
    [42, 41, 0, 27, 15],
    [43, 34, 33, 0, 24],
    [49, 44, 45, 36, 0],
]


def outcome(results: object, agents: int) -> TransitivityTest:
    return transitivity(pair_scores(field(results, agents)))  # type: ignore[arg-type]


def test_independent_games_give_the_classical_ratio() -> None:
    """One game a block: the deviance of a binomial regression in statsmodels, and nearly its degrees of freedom."""
    found = outcome(duels(WINS), 5)
    wins = np.array(WINS)
    first, second = np.triu_indices(5, 1)
    counts = np.stack([wins[first, second], wins[second, first]], axis=1)
    x = (first[:, np.newaxis] == np.arange(5)).astype(float) - (second[:, np.newaxis] == np.arange(5))
    model = sm.GLM(counts, x[:, 1:], family=sm.families.Binomial()).fit()
    assert found.ratio == pytest.approx(model.deviance, rel=1e-9)
    assert found.df == pytest.approx(6, abs=0.4)
    strengths = np.array(found.strengths)
    assert strengths[1:] - strengths[0] == pytest.approx(model.params, abs=1e-8)
    from scipy import stats

    assert found.p == pytest.approx(stats.chi2.sf(model.deviance, 6), abs=0.06)
    assert found.sentence.startswith("nothing speaks against one number an agent")


@pytest.mark.parametrize(("strength", "luck"), [(np.linspace(-0.6, 0.6, 5), 0.0), (np.zeros(5), 1.5)])
def test_false_alarms_are_as_rare_as_promised(strength: np.ndarray, luck: float) -> None:
    """Worlds in which the model holds, with tables of four and luck of the deal: 5 %, give or take."""
    rng = np.random.default_rng(21)
    replicates = 400
    alarms = np.mean([outcome(rotated(rng, 80, strength, luck=luck), 5).p <= 0.05 for _ in range(replicates)])
    assert alarms == pytest.approx(0.05, abs=band(replicates))


def test_a_cycle_is_found_and_named() -> None:
    """Rock, paper, scissors: the p-value falls, and the sentence names a pair that does not fit."""
    report = rated(Transitivity(), cycle(np.random.default_rng(22), 200, 0.25), 3)
    assert report["test"]["p"] < 1e-6
    assert "one number an agent does not tell who beats whom" in report["test"]["sentence"]
    assert "farthest from the model: constant(label=a" in report["test"]["sentence"]
    assert report["notes"][0] == report["test"]["sentence"]
