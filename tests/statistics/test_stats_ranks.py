from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statistics_tools import band, number

from tournaments.statistics import Estimate, PairContrast, Rank, holm, mean_scores, paired, rank_agents


def contrast(first: int, second: int, gap: float | None) -> PairContrast:
    return PairContrast(first, second, Estimate(gap, None, None, None, None, 9, "given"), 1.0, None, "given")


def ranked(scores: list[float | None], apart: set[tuple[int, int]]) -> tuple[Rank, ...]:
    """Ranks when exactly the pairs in `apart` are shown to differ, in the direction of their scores."""
    pairs = list(itertools.combinations(range(len(scores)), 2))
    contrasts = [contrast(i, j, (scores[i] or 0.0) - (scores[j] or 0.0)) for i, j in pairs]
    return rank_agents(scores, contrasts, [0.01 if pair in apart else 0.6 for pair in pairs])


def test_worked_example() -> None:
    """Four agents, 3 2 1 0: only neighbours are not separated. Intervals, tiers and letters by hand."""
    ranks = ranked([3.0, 2.0, 1.0, 0.0], {(0, 2), (0, 3), (1, 3)})
    assert [(r.rank, r.low, r.high) for r in ranks] == [(1, 1, 2), (2, 1, 3), (3, 2, 4), (4, 3, 4)]
    assert [r.tier for r in ranks] == [1, 1, 2, 2]
    assert [r.letters for r in ranks] == ["a", "ab", "bc", "c"]
    assert [r.agent for r in ranks] == [0, 1, 2, 3]


def test_nothing_and_everything_separated() -> None:
    """No claim: all ranks from 1 to K, one tier, one letter. All claims: sharp ranks, K tiers, K letters."""
    scores: list[float | None] = [1.0, 4.0, 2.0, 3.0]
    assert all((r.low, r.high, r.tier, r.letters) == (1, 4, 1, "a") for r in ranked(scores, set()))
    sharp = ranked(scores, set(itertools.combinations(range(4), 2)))
    assert [(r.rank, r.low, r.high) for r in sharp] == [(4, 4, 4), (1, 1, 1), (3, 3, 3), (2, 2, 2)]
    assert [r.tier for r in sharp] == [4, 1, 3, 2]
    assert [r.letters for r in sharp] == ["d", "a", "c", "b"]


def test_ties_share_a_rank() -> None:
    """Equal scores share a rank and the next one is skipped, also if they differ by rounding alone."""
    scores: list[float | None] = [0.1 + 0.2, 0.5, 0.3, 0.1]
    assert [r.rank for r in ranked(scores, set())] == [2, 1, 2, 4]


def test_agents_without_a_score_come_last_and_know_nothing() -> None:
    """None ranks behind everyone, with the interval 1 to K; so does a field of nobody but him."""
    ranks = ranked([2.0, None, 1.0], {(0, 2)})
    assert (ranks[1].rank, ranks[1].low, ranks[1].high) == (3, 1, 3)
    assert (ranks[0].low, ranks[0].high, ranks[2].low, ranks[2].high) == (1, 2, 2, 3)
    only = ranked([None], set())
    assert (only[0].rank, only[0].low, only[0].high, only[0].letters) == (1, 1, 1, "a")
    assert rank_agents([], [], []) == ()


def test_a_separation_inside_a_run_splits_it() -> None:
    """0 and 2 are not separated, but 1 between them is from both: no letter bridges him."""
    ranks = ranked([3.0, 2.0, 1.0], {(0, 1), (1, 2)})
    assert [r.letters for r in ranks] == ["a", "b", "c"]
    assert [r.tier for r in ranks] == [1, 2, 3]
    assert [(r.low, r.high) for r in ranks] == [(1, 2), (2, 2), (2, 3)]


def test_letters_go_on_after_z() -> None:
    """The 27th group is a1."""
    count = 30
    sharp = ranked([float(-k) for k in range(count)], set(itertools.combinations(range(count), 2)))
    assert [sharp[k].letters for k in (25, 26, 29)] == ["z", "a1", "d1"]


def test_intervals_cover_all_true_ranks_at_once() -> None:
    """K = 6, Holm: in at least 95 % of 500 tournaments every agent's true rank lies in his interval."""
    rng = np.random.default_rng(61)
    strength = np.array([0.5, 0.3, 0.3, 0.2, 0.0, -0.4])
    best = 1 + (strength > strength[:, np.newaxis]).sum(axis=1)
    worst = 6 - (strength < strength[:, np.newaxis]).sum(axis=1)
    missed = 0
    for _ in range(500):
        table = rng.normal(size=(80, 6)) + strength
        contrasts = paired(table)
        scores = [number(estimate.value) for estimate in mean_scores(table)]
        ranks = rank_agents(scores, contrasts, holm([c.p for c in contrasts]))
        # Agents 1 and 2 are equally strong: both ranks are true of them.
        missed += any(r.low > worst[r.agent] or r.high < best[r.agent] for r in ranks)
        assert all(r.low <= r.rank <= r.high for r in ranks)
    assert missed / 500 <= 0.05 + band(500)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(arrays(np.float64, st.tuples(st.integers(8, 20), st.integers(1, 6)), elements=st.integers(-3, 3)))
def test_every_ranking_is_consistent(table: np.ndarray) -> None:
    """Ranks lie in their intervals; tiers grow with rank; a shared letter means not separated."""
    contrasts = paired(table)
    adjusted = holm([c.p for c in contrasts])
    ranks = rank_agents([number(e.value) for e in mean_scores(table)], contrasts, adjusted)
    for one, p in zip(contrasts, adjusted, strict=True):
        if p <= 0.05:
            assert not set(ranks[one.first].letters) & set(ranks[one.second].letters)
    for rank in ranks:
        assert 1 <= rank.low <= rank.rank <= rank.high <= len(ranks)
        assert rank.letters
    ordered = sorted(ranks, key=lambda r: (r.rank, r.agent))
    assert [r.tier for r in ordered] == sorted(r.tier for r in ranks)


def test_malformed_rankings_are_refused() -> None:
    """NaN scores, lengths that differ and unknown agents are named."""
    with pytest.raises(ValueError, match="without a score has None, got nan"):
        rank_agents([1.0, float("nan")], [], [])
    with pytest.raises(ValueError, match="one adjusted p-value a contrast, got 0 for 1"):
        rank_agents([1.0, 2.0], [contrast(0, 1, 1.0)], [])
    with pytest.raises(ValueError, match=r"agents are below 2, got the pair \(0, 2\)"):
        rank_agents([1.0, 2.0], [contrast(0, 2, 1.0)], [0.5])
