from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from statistics_tools import interval, number

from tournaments.statistics import PairContrast, clustered, components, paired

IntArray = NDArray[np.int64]


def league(
    seed: int, blocks: int = 60, agents: int = 6, seats: int = 3
) -> tuple[NDArray[np.float64], IntArray, IntArray, IntArray]:
    """Scores, agents, seats and blocks of a random league, two games a block."""
    rng = np.random.default_rng(seed)
    lineups = np.array([rng.permutation(agents)[:seats] for _ in range(2 * blocks)])
    block = np.repeat(np.arange(2 * blocks) // 2, seats)
    seat = np.tile(np.arange(seats), 2 * blocks)
    agent = lineups.ravel().astype(np.int64)
    noise = rng.normal(size=agent.size) + rng.normal(size=blocks)[block]
    return agent * 0.2 + seat * 0.5 + noise, agent, seat, block


def reference(
    scores: NDArray[np.float64], agents: IntArray, seats: IntArray, blocks: IntArray
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(difference, standard error, p) of every pair by statsmodels' OLS with a clustered covariance."""
    k, n = agents.max() + 1, seats.max() + 1
    design = np.column_stack([np.eye(k)[agents], np.eye(n)[seats][:, 1:]])
    fit = sm.OLS(scores, design).fit(cov_type="cluster", cov_kwds={"groups": blocks}, use_t=True)
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
    contrasts = np.array([np.eye(k + n - 1)[i] - np.eye(k + n - 1)[j] for i, j in pairs])
    test = fit.t_test(contrasts)
    return test.effect, test.sd, test.pvalue


def numbers(contrasts: tuple[PairContrast, ...]) -> tuple[list[float], list[float], list[float]]:
    return (
        [number(contrast.difference.value) for contrast in contrasts],
        [number(contrast.difference.se) for contrast in contrasts],
        [contrast.p for contrast in contrasts],
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equals_statsmodels(seed: int) -> None:
    """Differences, clustered standard errors and p of all pairs are those of statsmodels."""
    data = league(seed)
    for ours, theirs in zip(numbers(clustered(*data)), reference(*data), strict=True):
        assert ours == pytest.approx(list(theirs), rel=1e-7)


def test_void_scores_and_order_do_not_matter() -> None:
    """Rows without a score are left out with a note; shuffled rows and renamed blocks change nothing."""
    scores, agents, seats, blocks = league(4)
    scores[[3, 77]] = np.nan
    kept = ~np.isnan(scores)
    full = clustered(scores, agents, seats, blocks)
    for ours, theirs in zip(
        numbers(full), reference(scores[kept], agents[kept], seats[kept], blocks[kept]), strict=True
    ):
        assert ours == pytest.approx(list(theirs), rel=1e-7)
    assert "2 rows without a score" in full[0].difference.note
    order = np.random.default_rng(5).permutation(scores.size)
    shuffled = clustered(scores[order], agents[order], seats[order], 1000 - blocks[order])
    for ours, same in zip(numbers(full), numbers(shuffled), strict=True):
        assert ours == pytest.approx(same, abs=1e-9)


def test_agrees_with_the_paired_analysis_where_both_apply() -> None:
    """Full tables with balanced seats: the same differences, and intervals of nearly the same width."""
    rng = np.random.default_rng(6)
    blocks, n = 80, 3
    block = np.repeat(np.arange(blocks), n * n)
    seating = np.tile(np.repeat(np.arange(n), n), blocks)
    seat = np.tile(np.arange(n), blocks * n)
    agent = (seating + seat) % n
    scores = rng.normal(size=block.size) + 0.3 * agent + rng.normal(size=(blocks, n))[block, agent]
    means = np.zeros((blocks, n))
    np.add.at(means, (block, agent), scores / n)
    for ols, pair in zip(clustered(scores, agent, seat, block), paired(means), strict=True):
        assert ols.difference.value == pytest.approx(number(pair.difference.value), rel=1e-9)
        assert ols.difference.se == pytest.approx(number(pair.difference.se), rel=0.02)


def test_agents_of_separate_leagues_are_compared_with_a_warning() -> None:
    """Agents who never met, even through others, get a difference that says what it assumes."""
    scores, agents, seats, blocks = league(7, agents=4)
    scores_2, agents_2, seats_2, blocks_2 = league(8, agents=4)
    merged = clustered(
        np.concatenate([scores, scores_2]),
        np.concatenate([agents, agents_2 + 4]),
        np.concatenate([seats, seats_2]),
        np.concatenate([blocks, blocks_2 + 60]),
    )
    notes = {(c.first, c.second): c.difference.note for c in merged}
    assert "equally strong fields" in notes[0, 5]
    assert notes[0, 1] == notes[4, 7] == ""
    assert all(contrast.difference.se for contrast in merged)


def test_components_follow_chains_of_blocks() -> None:
    """0-1-2 are linked through two blocks, 3-4 through one, 5 sat nowhere."""
    labels = components([0, 1, 2, 1, 3, 4], [0, 0, 1, 1, 2, 2], agent_count=6)
    assert labels.tolist() == [0, 0, 0, 3, 3, 5]
    chain = np.arange(200)
    ring = components(np.concatenate([chain, (chain + 1) % 200]), np.concatenate([chain, chain]))
    assert set(ring.tolist()) == {0}
    assert components([], []).size == 0
    with pytest.raises(ValueError, match="agents are below 2, got 3"):
        components([3], [0], agent_count=2)


def test_seats_that_hide_the_difference() -> None:
    """One agent always in seat 0, the other always in seat 1: no value, p = 1 and the reason."""
    rng = np.random.default_rng(9)
    (contrast,) = clustered(
        rng.normal(size=40), np.tile([0, 1], 20), np.tile([0, 1], 20), np.repeat(np.arange(20), 2)
    )
    assert (contrast.difference.value, contrast.p) == (None, 1.0)
    assert "confounded" in contrast.difference.note


def test_degenerate_data_have_an_answer() -> None:
    """One block, an agent without scores, few blocks, equal scores, a constant lead."""
    one = clustered([1.0, 2.0, 2.0, 1.0], [0, 1, 1, 0], [0, 1, 0, 1], [0, 0, 0, 0])[0]
    assert number(one.difference.value) == pytest.approx(-1.0)
    assert (one.difference.low, one.p) == (None, 1.0)
    assert "one block" in one.difference.note
    absent = clustered([1.0, 2.0, 2.0, 1.0], [0, 1, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1], agent_count=3)
    assert [c.difference.value is None for c in absent] == [False, True, True]
    assert "an agent without a score" in absent[1].difference.note
    few = clustered(*league(10, blocks=12))
    assert "only 12 blocks" in few[0].difference.note
    agents, seats, blocks = np.tile([0, 1, 1, 0], 5), np.tile([0, 1, 0, 1], 5), np.repeat(np.arange(5), 4)
    same = clustered(np.full(20, 0.1), agents, seats, blocks)[0]
    assert same.identical
    assert (same.p, *interval(same.difference)) == (1.0, 0.0, 0.0)
    lead = clustered(agents * 0.3, agents, seats, blocks)[0]
    assert interval(lead.difference) == pytest.approx((-0.3, -0.3))
    assert lead.p == 2.0**-4
    assert clustered([], [], [], []) == ()


def test_malformed_rows_are_refused() -> None:
    """Wrong lengths, infinities and impossible agents are named."""
    with pytest.raises(ValueError, match="seats are one index a row"):
        clustered([1.0, 2.0], [0, 1], [0], [0, 0])
    with pytest.raises(ValueError, match="finite"):
        clustered([np.inf], [0], [0], [0])
    with pytest.raises(ValueError, match="agents are below 1, got 1"):
        clustered([1.0], [1], [0], [0], agent_count=1)
    with pytest.raises(ValueError, match="whole numbers >= 0, got -1"):
        clustered([1.0], [-1], [0], [0])
