"""Plackett-Luce: the numbers of other programs, of brute force, and of worlds with known strengths."""

from __future__ import annotations

import itertools
from typing import Any

import choix
import evalica
import numpy as np
import pytest
import statsmodels.api as sm
from ratings_worlds import duels, field, rated, results_of, rotated, rows_of
from scipy import optimize, stats
from statistics_tools import band

from arena.contest import Results
from arena.errors import BadInput, BadParameter, UnknownName
from tournaments.ratings import PlackettLuce
from tournaments.ratings.plackett_luce import ELO, fit_field
from tournaments.results import cut

SOLVERS: Any = optimize  # its stubs do not know lambdas
WINS = [
    [0, 27, 18, 17, 11],
    [33, 0, 19, 26, 16],
    [42, 41, 0, 27, 15],
    [43, 34, 33, 0, 24],
    [49, 44, 45, 36, 0],
]
"""Wins of the row over the column."""
LOGITS = [0.0, 0.3156307102, 0.7586173122, 0.8868167536, 1.4880671843]
"""R's BradleyTerry2, choix, evalica, arena-rank and OpenSpiel agree on these."""
HALF_WIDTHS = [0.22351, 0.21754, 0.20476, 0.21499, 0.23035]
"""95 % half-widths of arena-rank 0.1.1: normal quantile, games as clusters, without the factor B/(B-1)."""


def logits(results: Results, agents: int, **options: Any) -> np.ndarray:
    return fit_field(field(results, agents), **options).strengths


def test_golden_bradley_terry() -> None:
    """At tables of two it is Bradley-Terry: six decimals of five programs, and arena-rank's intervals."""
    report = rated(PlackettLuce(seats=False), duels(WINS), 5)
    rows = rows_of(report)
    found = np.array([row["value"] for row in rows]) / ELO
    assert found - found[0] == pytest.approx(LOGITS, abs=5e-7)
    games = int(np.sum(WINS))
    assert report["blocks"] == report["matches"] == games
    factor = np.sqrt(games / (games - 1)) / 1.959964
    own = np.array([row["se"] for row in rows]) / ELO
    assert own == pytest.approx(np.array(HALF_WIDTHS) * factor, abs=2e-5)  # a ridge of 1e-5 in theirs
    assert np.mean([row["value"] for row in rows]) == pytest.approx(1500)


def test_rankings_as_choix_fits_them() -> None:
    """Orderings of four out of seven, one a block: the maximum that choix finds."""
    rng = np.random.default_rng(3)
    results = rotated(rng, 80, np.linspace(-1, 1, 7))
    ranked = np.take_along_axis(results.seatings, np.argsort(-results.scores, axis=2), axis=2).reshape(-1, 4)
    theirs = choix.opt_rankings(7, [tuple(row) for row in ranked.tolist()], alpha=0.0, tol=1e-10)
    assert logits(results, 7, seats=False) == pytest.approx(theirs - theirs.mean(), abs=1e-5)


def test_winners_alone_as_choix_fits_them() -> None:
    """By wins the first place alone counts: Luce's choice model, `choix.ilsr_top1`."""
    results = rotated(np.random.default_rng(4), 120, np.linspace(-1, 1, 6))
    chosen = []
    for seats, wins in zip(
        results.seatings.reshape(-1, 4), results.metrics["wins"].reshape(-1, 4), strict=True
    ):
        chosen.append((int(seats[wins.argmax()]), tuple(int(a) for a in seats[wins == 0])))
    theirs = choix.ilsr_top1(6, chosen, tol=1e-12)
    fit = fit_field(field(results, 6, by="wins"), seats=False)
    assert fit.strengths == pytest.approx(theirs - theirs.mean(), abs=1e-6)
    note = "by wins, the first place alone is compared; the others are left in no order"
    assert note in rated(PlackettLuce(by="wins"), results, 6)["notes"]


def test_ties_of_two_are_half_a_win_each() -> None:
    """The Bradley-Terry of evalica with ties of weight one half."""
    rng = np.random.default_rng(5)
    pairs = np.array(list(itertools.combinations(range(5), 2)))[rng.integers(0, 10, 400)]
    gap = pairs @ np.ones(2) * 0 + (pairs[:, 0] - pairs[:, 1]) * 0.3 + rng.logistic(size=400)
    outcome = np.where(np.abs(gap) < 0.5, 0.0, np.sign(gap))
    results = results_of(pairs[:, np.newaxis], np.stack([outcome, -outcome], axis=1)[:, np.newaxis])
    won = [evalica.Winner.X if o > 0 else evalica.Winner.Y if o < 0 else evalica.Winner.Draw for o in outcome]
    theirs = evalica.bradley_terry(
        pairs[:, 0].tolist(), pairs[:, 1].tolist(), won, tie_weight=0.5, tolerance=1e-13, limit=10_000
    ).scores.sort_index()
    expected = np.log(theirs.to_numpy())
    assert logits(results, 5, seats=False) == pytest.approx(expected - expected.mean(), abs=1e-5)


def brute_force(beta: np.ndarray, results: Results, agents: int) -> float:
    """The log-likelihood by its definition: the mean over all orders that respect the scores."""
    total = 0.0
    seatings = results.seatings.reshape(-1, results.seatings.shape[2])
    for seats, scores in zip(seatings, results.scores.reshape(seatings.shape), strict=True):
        eta = beta[seats] + beta[agents + np.arange(len(seats))]
        orders = [
            order
            for order in itertools.permutations(range(len(seats)))
            if all(scores[a] >= scores[b] for a, b in itertools.pairwise(order))
        ]
        for order in orders:
            left = np.exp(eta[list(order)])[::-1].cumsum()[::-1]
            total += float((eta[list(order)] - np.log(left)).sum()) / len(orders)
    return total


def test_ties_and_seats_by_brute_force() -> None:
    """Value, maximum, textbook covariance and sandwich are those of the likelihood written down by its definition."""
    rng = np.random.default_rng(6)
    results = rotated(
        rng, 14, np.array([0.5, 0.0, -0.5, 0.2, 0.0]), seat_effect=np.array([0.6, 0.0, 0.0, -0.6])
    )
    results = results_of(results.seatings, np.round(results.scores))
    fit = fit_field(field(results, 5))
    beta = fit.luce.beta
    assert fit.luce.likelihood == pytest.approx(brute_force(beta, results, 5), abs=1e-9)
    solved = SOLVERS.minimize(
        lambda b: -brute_force(b, results, 5), np.zeros(9), method="BFGS", options={"gtol": 1e-6}
    )
    theta = solved.x[:5] - solved.x[:5].mean()
    assert fit.strengths == pytest.approx(theta, abs=1e-4)
    assert beta[5:] == pytest.approx(solved.x[5:] - solved.x[5:].mean(), abs=1e-4)

    def slope(block: int) -> np.ndarray:
        part = cut(results, block, block + 1)
        return np.asarray(SOLVERS.approx_fprime(beta, lambda b: brute_force(b, part, 5), 1e-6))

    scores = np.array([slope(block) for block in range(14)])
    assert scores.sum(axis=0) == pytest.approx(np.zeros(9), abs=1e-4)
    step = 1e-4
    hessian = np.array(
        [
            (
                SOLVERS.approx_fprime(beta + step * e, lambda b: brute_force(b, results, 5), 1e-6)
                - SOLVERS.approx_fprime(beta - step * e, lambda b: brute_force(b, results, 5), 1e-6)
            )
            / (2 * step)
            for e in np.eye(9)
        ]
    )
    inverse = np.linalg.pinv(-(hessian + hessian.T) / 2, rcond=1e-3, hermitian=True)
    assert fit.luce.inverse == pytest.approx(inverse, abs=2e-3)
    assert fit.luce.covariance == pytest.approx(inverse @ scores.T @ scores @ inverse * 14 / 13, abs=4e-3)


def test_sandwich_is_that_of_statsmodels() -> None:
    """Bradley-Terry as a logistic regression, clustered on deals that every pair plays twice."""
    rng = np.random.default_rng(7)
    results = rotated(rng, 200, np.array([0.4, 0.1, -0.2, -0.3]), luck=1.0, seats=2)
    fit = fit_field(field(results, 4), seats=False)
    seats = results.seatings.reshape(-1, 2)
    x = (seats[:, :1] == np.arange(4)).astype(float) - (seats[:, 1:] == np.arange(4))
    y = (results.scores[..., 0] > results.scores[..., 1]).ravel().astype(float)
    model = sm.Logit(y, x[:, 1:]).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": np.repeat(np.arange(200), 2), "use_correction": False}
    )
    beta = fit.strengths[1:] - fit.strengths[0]
    assert beta == pytest.approx(model.params, abs=1e-6)
    against = np.hstack([-np.ones((3, 1)), np.eye(3)])
    own = against @ fit.luce.covariance[:4, :4] @ against.T
    assert own == pytest.approx(np.asarray(model.cov_params()) * 200 / 199, rel=1e-5)


def test_big_ties_are_spread_evenly() -> None:
    """Ties of six and more use rotations both ways: equal agents stay equal, and the maximum is where it is expected."""
    seated = np.arange(8)[np.newaxis, np.newaxis, :].repeat(20, axis=0)
    scores = np.zeros((20, 1, 8))
    scores[:, :, 0] = np.r_[np.ones(15), -np.ones(5)][:, np.newaxis]
    fit = fit_field(field(results_of(seated, scores), 8), seats=False)
    assert np.ptp(fit.strengths[1:]) == pytest.approx(0, abs=1e-9)
    assert fit.strengths[0] > fit.strengths[1]


def test_seat_effects_are_told_from_strengths() -> None:
    """Who is first to act, and how much that is worth, in rotated blocks of known truth."""
    effect = np.array([0.8, 0.0, -0.3, -0.5])
    strength = np.array([0.5, 0.0, -0.2, -0.3, 0.0])
    results = rotated(np.random.default_rng(8), 4000, strength, seat_effect=effect)
    report = rated(PlackettLuce(), results, 5)
    for seat, truth in zip(report["seats"], effect, strict=True):
        assert seat["low"] - 10 <= ELO * truth <= seat["high"] + 10
    for row, truth in zip(rows_of(report), strength, strict=True):
        assert row["value"] == pytest.approx(1500 + ELO * truth, abs=10)


def test_seats_that_are_agents_are_left_out() -> None:
    """In fixed seatings nothing tells the agent from its seat, and the report says so."""
    rng = np.random.default_rng(9)
    seated = np.tile(np.arange(3), (50, 1, 1))
    report = rated(PlackettLuce(), results_of(seated, rng.normal(size=(50, 1, 3))), 3)
    assert report["seats"] == []
    assert "agents and seats cannot be told apart here: strengths include the seats" in report["notes"]


@pytest.mark.parametrize("luck", [0.0, 1.5])
@pytest.mark.parametrize("blocks", [8, 32, 256])
def test_t3_coverage(blocks: int, luck: float) -> None:
    """95 % intervals hold the truth with and without luck of the deal; those of the plain Hessian do not under luck.

    Truth under luck is what a fit to 60,000 blocks finds. At 8 blocks the band is 93.5 to 97.5 %.
    """
    strength = np.array([0.6, 0.2, 0.0, -0.4])
    truth = fit_field(field(rotated(np.random.default_rng(1), 60_000, strength, luck=luck), 4)).strengths
    replicates = 200 if blocks == 256 else 400
    rng = np.random.default_rng(blocks)
    reach = stats.t.ppf(0.975, blocks - 1)
    ours, plain = [], []
    for _ in range(replicates):
        fit = fit_field(field(rotated(rng, blocks, strength, luck=luck), 4))
        off = np.abs(fit.strengths - truth)
        ours.append(off <= reach * fit.errors(fit.luce.covariance))
        plain.append(off <= 1.96 * fit.errors(fit.luce.inverse))
    if blocks == 8:
        assert 0.935 <= np.mean(ours) <= 0.975
    else:
        assert np.mean(ours) == pytest.approx(0.95, abs=band(replicates))
    if luck:
        assert abs(np.mean(plain) - 0.95) > band(replicates)


def test_coverage_where_nobody_is_in_every_block() -> None:
    """Six agents at tables of four, ten deals: quantiles by the blocks of each agent keep the interval honest."""
    strength = np.linspace(-0.5, 0.5, 6)
    rng = np.random.default_rng(11)
    held = []
    for _ in range(300):
        rows = rows_of(rated(PlackettLuce(), rotated(rng, 10, strength), 6))
        held += [
            row["low"] <= 1500 + ELO * true <= row["high"]
            for row, true in zip(rows, strength, strict=True)
            if row["low"] is not None
        ]
    assert len(held) > 1700
    assert 0.925 <= np.mean(held) <= 0.975


def test_t9_the_order_of_matches_does_not_matter() -> None:
    """Blocks shuffled, renumbered and cut otherwise: strengths and intervals to 1e-9."""
    rng = np.random.default_rng(12)
    results = rotated(rng, 300, np.linspace(-1, 1, 6), luck=1.0)
    order = rng.permutation(300)
    turned = results_of(results.seatings[order][:, ::-1], results.scores[order][:, ::-1])
    one = rows_of(rated(PlackettLuce(), results, 6))
    for other in ([turned], [cut(results, 120, 300), cut(results, 0, 120)]):
        for a, b in zip(one, rows_of(rated(PlackettLuce(), other, 6)), strict=True):
            assert (a["value"], a["low"], a["high"]) == pytest.approx(
                (b["value"], b["low"], b["high"]), abs=1e-9
            )


def test_many_agents_are_not_aggregated_and_fit_alike() -> None:
    """Where orderings are too long to be coded as one number, the same maximum is found."""
    rng = np.random.default_rng(13)
    seated = np.arange(14)[np.newaxis, :, np.newaxis].repeat(60, axis=0)
    scores = np.linspace(-1, 1, 14)[np.newaxis, :, np.newaxis] + rng.gumbel(size=(60, 14, 1))
    results = results_of(seated, scores)
    ranked = np.argsort(-scores[:, :, 0], axis=1)
    theirs = choix.opt_rankings(14, [tuple(row) for row in ranked.tolist()], alpha=0.0, tol=1e-10)
    assert logits(results, 14) == pytest.approx(theirs - theirs.mean(), abs=1e-5)
    assert any("a game for one" in note for note in rated(PlackettLuce(), results, 14)["notes"])


def test_bad_words_are_refused() -> None:
    """An unknown metric, one that does not rank, an impossible level, a block twice."""
    results = rotated(np.random.default_rng(0), 4, np.zeros(4))
    with pytest.raises(UnknownName, match="coins"):
        rated(PlackettLuce(by="coin"), results, 4)
    with pytest.raises(BadInput, match="does not rank"):
        rated(PlackettLuce(by="card"), results, 4)
    with pytest.raises(BadParameter, match=r"alpha lies strictly between 0 and 1, got 1\.5"):
        rated(PlackettLuce(alpha=1.5), results, 4)
    with pytest.raises(BadInput, match="expected each block once, got block 2 of round 0 twice"):
        rated(PlackettLuce(), [results, cut(results, 2, 4)], 4)
