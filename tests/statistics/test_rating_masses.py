"""Alpha-rank, Nash averaging, maximal lotteries and rank probabilities against other programs and brute force."""

from __future__ import annotations

import itertools
import sys
import types
from typing import Any

import numpy as np
import pytest
from ratings_worlds import cycle, field, rated, results_of, rotated, rows_of
from scipy import optimize, stats

from arena.errors import BadParameter
from tournaments.ratings import AlphaRank, MaximalLottery, Nash, RankProbabilities
from tournaments.ratings.alpha_rank import fixation, stationary
from tournaments.ratings.equilibrium import equilibria, max_entropy
from tournaments.ratings.nash import log_odds
from tournaments.ratings.pairs import pair_scores
from tournaments.ratings.rank_probabilities import place_shares
from tournaments.results import cut

_MINIMIZE: Any = optimize.minimize  # its stubs do not know lambdas
ROCK = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])


def antisymmetric(rng: np.random.Generator, agents: int) -> np.ndarray:
    game = rng.normal(size=(agents, agents))
    return np.asarray(game - game.T)


@pytest.fixture(name="egt")
def egt_of_openspiel(monkeypatch: pytest.MonkeyPatch) -> Any:
    """OpenSpiel's alpha-rank, without its drawings, which need a package more."""
    pytest.importorskip("open_spiel.python")
    drawing = "open_spiel.python.egt.alpharank_visualizer"
    monkeypatch.setitem(sys.modules, drawing, types.ModuleType(drawing))
    from open_spiel.python.egt import alpharank

    return alpharank


@pytest.mark.parametrize("selection", [0.1, 1.0, 3.0])
def test_alpha_rank_is_openspiels(egt: Any, selection: float) -> None:
    """Masses of random games of one population under finite selection."""
    rng = np.random.default_rng(1)
    for agents in (2, 3, 5, 8):
        game = antisymmetric(rng, agents)
        theirs = egt.compute([game], m=20, alpha=selection, use_local_selection_model=True)[2]
        ours = stationary(fixation(game, selection, 20))
        assert ours == pytest.approx(theirs, abs=1e-8)


def test_infinite_selection_is_openspiels(egt: Any) -> None:
    """The limit with steps against the payoffs of chance 0.01, ties included."""
    rng = np.random.default_rng(2)
    for agents in (3, 4, 6):
        game = np.sign(antisymmetric(rng, agents))
        game[0, 1] = game[1, 0] = 0.0
        theirs = egt.compute([game], use_inf_alpha=True, inf_alpha_eps=0.01)[2]
        assert stationary(fixation(game, None, limit=0.01)) == pytest.approx(theirs, abs=1e-9)


def test_stationary_distributions_keep_their_digits() -> None:
    """A chain whose smallest mass is 1e-30: the exact answer of a birth-death chain by detailed balance."""
    rates = np.zeros((4, 4))
    for low in range(3):
        rates[low, low + 1], rates[low + 1, low] = 1e-10, 1.0
    exact = 1e-10 ** np.arange(4)
    assert stationary(rates) == pytest.approx(exact / exact.sum(), rel=1e-12)
    assert stationary(np.stack([rates, rates.T]))[1] == pytest.approx((exact / exact.sum())[::-1], rel=1e-12)


def test_rock_paper_scissors() -> None:
    """A cycle keeps everybody in nearly every resample, whatever the rating; the masses are those of theory."""
    results = cycle(np.random.default_rng(3), 400, 0.3)
    for rating in (AlphaRank(), Nash(), MaximalLottery()):
        report = rated(rating, results, 3)
        assert sum(row["value"] for row in report["agents"]) == pytest.approx(1)
        for row in report["agents"]:
            assert row["shares"]["kept"] > 0.99
            assert row["value"] == pytest.approx(1 / 3, abs=0.15)
    skill = [row["skill"] for row in rated(Nash(), results, 3)["agents"]]
    assert skill == pytest.approx([0, 0, 0], abs=1e-9)


def test_a_champion_takes_it_all_and_doubt_is_shown() -> None:
    """With 4,000 blocks the best has all the mass in all resamples; with 12 close blocks he has not."""
    strength = np.array([0.3, 0.0, -0.3, -0.3])
    for rating in (AlphaRank(), Nash(), MaximalLottery()):
        clear = rated(rating, rotated(np.random.default_rng(4), 4000, strength), 4)["agents"][0]
        assert (clear["agent"], clear["value"]) == (0, pytest.approx(1, abs=1e-5))
        assert clear["shares"]["kept"] == 1
        rough = rated(rating, rotated(np.random.default_rng(5), 12, strength / 3), 4)
        assert 0 < max(row["shares"]["kept"] for row in rough["agents"][1:]) < 1
        assert "only 12 blocks: shares and intervals of a bootstrap are rough below 20" in rough["notes"]


def brute_entropy(game: np.ndarray) -> np.ndarray:
    """The most even optimal mixture by a general solver from several starts."""
    agents, best, search = len(game), None, _MINIMIZE
    for start in np.random.default_rng(0).dirichlet(np.ones(agents), 8):
        found = search(
            lambda p: float(np.sum(p * np.log(np.maximum(p, 1e-12)))),
            start,
            bounds=[(0, 1)] * agents,
            constraints=[
                optimize.LinearConstraint(np.ones(agents), 1, 1),
                optimize.LinearConstraint(game, -np.inf, 0),
            ],
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 1000},
        )
        if found.success and (best is None or found.fun < best.fun):
            best = found
    assert best is not None
    return np.asarray(best.x)


def test_equilibria_are_optimal_and_most_even() -> None:
    """No pure reply gains against the mixture; where there are several, it is the one of greatest entropy."""
    rng = np.random.default_rng(6)
    games = np.stack([antisymmetric(rng, 6) for _ in range(200)])
    mixtures = equilibria(games)
    assert np.einsum("rij,rj->ri", games, mixtures).max() < 1e-9
    assert mixtures.sum(axis=1) == pytest.approx(np.ones(200))
    for _ in range(15):
        game = np.sign(np.round(antisymmetric(rng, 5)))
        ours = max_entropy(game)
        assert (game @ ours).max() < 1e-8
        assert ours == pytest.approx(brute_entropy(game), abs=1e-4)


def test_unbalanced_cycle_in_closed_form() -> None:
    """Masses of a cycle of three are in proportion to the stakes of the other two."""
    game = np.array([[0, 2.0, -3.0], [-2.0, 0, 5.0], [3.0, -5.0, 0]])
    assert equilibria(game[np.newaxis])[0] == pytest.approx([0.5, 0.3, 0.2])
    assert max_entropy(game) == pytest.approx([0.5, 0.3, 0.2])


def test_copies_change_nothing() -> None:
    """Copies of an agent share its mass and leave the others theirs (Balduzzi et al. 2018, property P1)."""
    doubled = np.kron(ROCK, np.ones((2, 2)))[:5, :5]
    assert max_entropy(doubled) == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 3], abs=1e-6)
    top = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 2.0], [-1.0, -2.0, 0.0]])
    assert equilibria(top[np.newaxis])[0] == pytest.approx([0.5, 0.5, 0.0], abs=1e-6)
    assert equilibria(np.zeros((1, 4, 4)))[0] == pytest.approx([0.25] * 4)
    assert equilibria(np.zeros((1, 1, 1)))[0] == pytest.approx([1.0])


def test_log_odds() -> None:
    """Half a block to either side: finite at 0 and 1, antisymmetric, the plain logit in the long run."""
    payoff = np.array([[0.0, 1.0, 0.5], [-1.0, 0.0, 0.0], [-0.5, 0.0, 0.0]])
    odds = log_odds(payoff, np.full((3, 3), 1e9))
    assert odds[0, 2] == pytest.approx(np.log(3), abs=1e-6)
    few = log_odds(payoff, np.full((3, 3), 10.0))
    assert few[0, 1] == pytest.approx(np.log(10.5 / 0.5))
    assert few == pytest.approx(-few.T)


def test_pair_scores_by_hand() -> None:
    """Block means of who was above whom, of the metric, and of votes, from plain loops."""
    results = rotated(np.random.default_rng(7), 30, np.linspace(-1, 1, 5), seats=3)
    results = results_of(results.seatings, np.round(results.scores))
    for payoff in ("places", "metric", "blocks"):
        found = pair_scores(field(results, 5), payoff)
        expected = np.zeros((5, 5))
        for one, other in itertools.permutations(range(5), 2):
            means = []
            for seats, scores in zip(results.seatings, results.scores, strict=True):
                gaps = [
                    float(s[row == one][0] - s[row == other][0])
                    for row, s in zip(seats, scores, strict=True)
                    if one in row and other in row
                ]
                if gaps:
                    means.append(np.mean(gaps if payoff == "metric" else np.sign(gaps)))
            expected[one, other] = np.mean(np.sign(means) if payoff == "blocks" else means)
        assert found.payoff() == pytest.approx(expected, abs=1e-12)


def test_by_wins_a_pair_is_told_apart_by_the_winner_alone() -> None:
    """Matches that neither of the two won say nothing of them: what is left has Luce's odds (Luce 1959, axiom 1)."""
    strength = np.array([0.8, 0.0, -0.4, -0.4])
    found = pair_scores(field(rotated(np.random.default_rng(14), 20_000, strength), 4, by="wins"))
    share = (found.payoff()[0, 1] + 1) / 2
    assert share == pytest.approx(1 / (1 + np.exp(-0.8)), abs=0.01)


def test_bootstrap_moments() -> None:
    """Resampled payoffs have the mean of the data and the spread of a mean of block means."""
    results = rotated(np.random.default_rng(8), 300, np.array([0.4, 0.0, -0.4]), seats=3)
    scores = pair_scores(field(results, 3))
    drawn = np.concatenate([payoff for payoff, _ in scores.resampled(4000, 0)])
    assert drawn.mean(axis=0) == pytest.approx(scores.payoff(), abs=0.003)
    expected = scores.sums.std(axis=0) / np.sqrt(300)
    assert drawn.std(axis=0)[np.triu_indices(3, 1)] == pytest.approx(expected, rel=0.06)


def test_many_blocks_are_pooled_without_bias() -> None:
    """Beyond 4,096 blocks random batches are resampled: the same payoffs, the same spread."""
    results = rotated(np.random.default_rng(9), 9000, np.array([0.2, 0.0]), seats=2)
    scores = pair_scores(field(results, 2))
    assert len(scores.sums) == 4096
    blocks = (
        np.sign(results.scores[..., 0] - results.scores[..., 1])
        * np.where(results.seatings[..., 0] == 0, 1, -1)
    ).mean(axis=1)
    assert scores.payoff()[0, 1] == pytest.approx(blocks.mean())
    drawn = np.concatenate([payoff for payoff, _ in scores.resampled(2000, 0)])[:, 0, 1]
    assert drawn.std() == pytest.approx(blocks.std() / np.sqrt(9000), rel=0.1)


def test_rank_probabilities_of_two_normal_means() -> None:
    """Two agents: the chance of the first place is nearly the normal one of their block differences."""
    rng = np.random.default_rng(10)
    seated = np.array([[0, 1], [1, 0]])[np.newaxis].repeat(200, axis=0)
    scores = np.where(seated == 0, 0.1, 0.0) + rng.normal(size=seated.shape)
    results = results_of(seated, scores)
    gap = np.array([s[row == 0].mean() - s[row == 1].mean() for row, s in zip(seated, scores, strict=True)])
    expected = stats.norm.sf(0, gap.mean(), gap.std() / np.sqrt(200))
    row = rows_of(rated(RankProbabilities(resamples=20_000), results, 2))[0]
    assert row["first"] == pytest.approx(expected, abs=0.02)
    assert row["value"] == pytest.approx(2 - row["first"])
    assert row["shares"] == {"1st": row["first"], "2nd": pytest.approx(1 - row["first"])}


def test_rank_probabilities_add_up() -> None:
    """Everybody has a place and every place has somebody; blocks that miss an agent are no trouble."""
    report = rated(RankProbabilities(), rotated(np.random.default_rng(11), 60, np.zeros(7), seats=3), 7)
    shares = np.array([list(row["shares"].values()) for row in report["agents"]])
    assert shares.sum(axis=0) == pytest.approx(np.ones(7))
    assert shares.sum(axis=1) == pytest.approx(np.ones(7))
    tie = place_shares(np.array([[1.0, 1.0, 0.0]]))
    assert tie == pytest.approx(np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]))


def test_metrics_may_be_chosen() -> None:
    """By wins, with other numbers than by coins; the field of the report says which."""
    results = rotated(np.random.default_rng(12), 100, np.array([0.5, 0.0, -0.5, 0.0]))
    assert rated(RankProbabilities(by="wins"), results, 4)["metric"] == "wins"


def test_seeds_and_cuts() -> None:
    """The same seed gives the same shares, however the blocks were cut; another seed gives others."""
    results = rotated(np.random.default_rng(13), 50, np.linspace(-0.2, 0.2, 4))
    for make in (RankProbabilities, AlphaRank, Nash, MaximalLottery):
        whole = rated(make(), results, 4)
        assert rated(make(), [cut(results, 20, 50), cut(results, 0, 20)], 4) == whole
        assert rated(make(seed=1), results, 4) != whole


def test_bad_parameters() -> None:
    """Each names the parameter, what was expected and what came."""
    results = rotated(np.random.default_rng(0), 4, np.zeros(4))
    for rating, said in (
        (AlphaRank(selection=-1.0), r"expected selection > 0, or None for infinite, got -1\.0"),
        (AlphaRank(population=1), "expected population >= 2, got 1"),
        (AlphaRank(payoff="place"), "payoff: expected one of .* got 'place'; did you mean 'places'"),
        (Nash(resamples=100), "at least 2000 resamples, got 100"),
        (RankProbabilities(alpha=0.0), "alpha lies strictly between 0 and 1"),
    ):
        with pytest.raises(BadParameter, match=said):
            rated(rating, results, 4)
