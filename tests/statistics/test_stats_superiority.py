from __future__ import annotations

import numpy as np
import pytest
from statistics_tools import interval, number

from tournaments.statistics import cluster_wilson, superiority


def test_equals_a_loop_over_games() -> None:
    """Ties, self-copies, empty seats and several games a block: as counted game by game."""
    rng = np.random.default_rng(41)
    games = 150
    scores = rng.integers(0, 4, size=(games, 4)).astype(float)
    agents = rng.integers(0, 5, size=(games, 4))
    scores[rng.random(scores.shape) < 0.1] = np.nan
    blocks = rng.integers(0, 40, size=games)
    for result in superiority(scores, agents, blocks):
        by_block: dict[int, list[float]] = {}
        for game in range(games):
            for one in range(4):
                for two in range(4):
                    met = agents[game, one] == result.first and agents[game, two] == result.second
                    gap = scores[game, one] - scores[game, two]
                    if met and not np.isnan(gap):
                        by_block.setdefault(int(blocks[game]), []).append(float((np.sign(gap) + 1) / 2))
        shares = [float(np.mean(values)) for values in by_block.values()]
        assert result.games == sum(len(values) for values in by_block.values())
        expected = cluster_wilson(shares, games=result.games)
        assert result.probability.value == pytest.approx(number(expected.value), rel=1e-12)
        assert interval(result.probability) == pytest.approx(interval(expected), rel=1e-9)


def test_level_agents_are_level_and_ties_count_half() -> None:
    """All ties give exactly one half; an agent always above gives 1 with an exact interval on blocks."""
    ties, above = np.zeros((20, 2)), np.tile([1.0, 0.0], (20, 1))
    seats, blocks = np.tile([0, 1], (20, 1)), np.arange(20)
    (level,) = superiority(ties, seats, blocks)
    assert level.probability.value == 0.5
    (better,) = superiority(above, seats, blocks)
    assert interval(better.probability) == pytest.approx((0.025 ** (1 / 20), 1.0), rel=1e-9)
    (worse,) = superiority(above, seats[:, ::-1], blocks)
    assert worse.probability.value == 0.0


def test_pairs_that_never_met_and_order() -> None:
    """No meeting: no value and a note; shuffled games give the same numbers."""
    scores, agents, blocks = np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([[0, 1], [0, 2]]), np.array([0, 1])
    results = {(r.first, r.second): r for r in superiority(scores, agents, blocks, agent_count=4)}
    assert results[1, 2].probability.value is None
    assert results[1, 2].games == results[0, 3].games == 0
    assert results[1, 2].probability.note
    rng = np.random.default_rng(42)
    many, seats, deals = rng.normal(size=(90, 3)), rng.integers(0, 4, (90, 3)), rng.integers(0, 20, 90)
    order = rng.permutation(90)
    for one, two in zip(
        superiority(many, seats, deals), superiority(many[order], seats[order], deals[order]), strict=True
    ):
        assert interval(one.probability) == pytest.approx(interval(two.probability), abs=1e-9)
    assert superiority(np.zeros((0, 2)), np.zeros((0, 2), dtype=int), np.zeros(0, dtype=int)) == ()


def test_malformed_games_are_refused() -> None:
    """Shapes that differ and agents out of range are named; the agent under an empty seat does not matter."""
    with pytest.raises(ValueError, match=r"shape \(games, seats\)"):
        superiority([[1.0, 2.0]], [[0, 1, 2]], [0])
    with pytest.raises(ValueError, match="agents are below 2, got 2"):
        superiority([[1.0, 2.0]], [[0, 2]], [0], agent_count=2)
    (result,) = superiority([[1.0, np.nan]], [[0, -1]], [0], agent_count=2)
    assert result.games == 0
