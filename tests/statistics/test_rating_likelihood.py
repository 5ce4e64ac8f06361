"""The Plackett-Luce likelihood: its derivatives, its clusters, and that counting equal orderings changes nothing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from ratings_worlds import field, results_of, rotated

from arena.contest import Results
from tournaments.ratings import orderings
from tournaments.ratings.field import Field
from tournaments.ratings.likelihood import Design, Likelihood
from tournaments.ratings.luce import fit_luce
from tournaments.ratings.orderings import orderings_of
from tournaments.ratings.plackett_luce import fit_field

AGENTS = 6


def mixed(seed: int = 1) -> list[Results]:
    """Tables of four with ties and tables of three with copies of agents, a few seatings a block, one round each."""
    rng = np.random.default_rng(seed)
    four = np.argsort(rng.random((30, 2, AGENTS)), axis=2)[:, :, :4]
    three = rng.integers(0, AGENTS, (25, 3, 3))
    scores = [np.round(rng.normal(0.3 * seats, 1.0)) for seats in (four, three)]
    return [
        results_of(seats, coins, number=k)
        for k, (seats, coins) in enumerate(zip((four, three), scores, strict=True))
    ]


def likelihood_of(found: Field) -> Likelihood:
    groups = [orderings_of(table, found.depth) for table in found.tables]
    return Likelihood(groups, Design(found.agents, tuple(group.agents.shape[1] for group in groups)))


def plainly(found: Field, design: Design, beta: NDArray[np.float64]) -> float:
    """The log-likelihood match by match: a tie is the mean over all orders of the equals."""
    total = 0.0
    for number, table in enumerate(found.tables):
        for agents, scores in zip(table.agents, table.scores, strict=True):
            logits = beta[agents] + beta[design.seat_offset(number) + np.arange(table.size)]
            orders = [
                order
                for order in itertools.permutations(range(table.size))
                if (np.diff(scores[list(order)]) <= 0).all()
            ]
            for order in orders:
                left = [np.log(np.exp(logits[list(order[place:])]).sum()) for place in range(table.size)]
                depth = table.size if found.depth is None else found.depth
                total += sum((logits[list(order)] - left)[:depth]) / len(orders)
    return total


@pytest.mark.parametrize("by", [None, "wins"])
def test_derivatives_are_those_of_the_plain_sum(by: str | None) -> None:
    """Value by brute force; gradient and Hessian by central differences of the value."""
    found = field(mixed(), AGENTS, by=by)
    likelihood = likelihood_of(found)
    beta = np.random.default_rng(2).normal(0, 0.7, likelihood.design.size)
    at, small = likelihood.at(beta), 1e-5
    units = small * np.eye(beta.size)
    up, down = ([likelihood.at(beta + sign * unit) for unit in units] for sign in (1, -1))
    slope = [(high.value - low.value) / (2 * small) for high, low in zip(up, down, strict=True)]
    bend = [(low.gradient - high.gradient) / (2 * small) for high, low in zip(up, down, strict=True)]

    assert at.value == pytest.approx(plainly(found, likelihood.design, beta), rel=1e-12)
    assert at.gradient == pytest.approx(np.array(slope), abs=1e-5)
    assert at.information == pytest.approx(np.array(bend), abs=1e-6)


@pytest.mark.parametrize("by", [None, "wins"])
def test_the_sandwich_adds_up_the_squares_of_block_gradients(by: str | None) -> None:
    """The gradient of each block comes from a likelihood of that block alone."""
    parts = mixed(3)
    found = field(parts, AGENTS, by=by)
    likelihood = likelihood_of(found)
    before = [table.agents.copy() for table in found.tables]
    fit = fit_luce(likelihood, np.zeros(AGENTS, dtype=np.int64))
    meat, blocks = np.zeros_like(fit.inverse), 0
    for number, table in enumerate(found.tables):
        for block in np.unique(table.blocks):
            part = next(part for part in parts if part.seatings.shape[2] == table.size)
            first = table.blocks.min()
            alone = results_of(part.seatings[[block - first]], part.scores[[block - first]])
            one = likelihood_of(field(alone, AGENTS, by=by))
            offset, size = likelihood.design.seat_offset(number), table.size
            own = np.r_[fit.beta[:AGENTS], fit.beta[offset : offset + size]]
            gradient = np.zeros(fit.beta.size)
            gradient[np.r_[:AGENTS, offset : offset + size]] = one.at(own).gradient
            meat += np.outer(gradient, gradient)
            blocks += 1

    assert fit.converged
    assert fit.blocks == blocks
    wanted = fit.inverse @ meat @ fit.inverse * blocks / (blocks - 1)
    assert fit.covariance == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    for kept, table in zip(before, found.tables, strict=True):
        assert np.array_equal(kept, table.agents)


@pytest.mark.parametrize("by", [None, "wins"])
def test_counting_equal_orderings_changes_nothing(monkeypatch: pytest.MonkeyPatch, by: str | None) -> None:
    """Many matches of few agents, with ties above and below the place that counts: counted, and one by one."""
    rng = np.random.default_rng(4)
    results = rotated(rng, 400, np.linspace(-0.5, 0.5, 4), luck=0.5, seats=3)
    found = field(results_of(results.seatings, np.round(results.scores)), 4, by=by)
    counted = fit_field(found)
    assert max(group.counts.max() for group in counted.groups) > 5
    monkeypatch.setattr(orderings, "_mostly_new", lambda _key: True)
    single = fit_field(found)

    assert [group.which for group in single.groups] == [None]
    assert single.luce.beta == pytest.approx(counted.luce.beta, abs=1e-10)
    assert single.luce.covariance == pytest.approx(counted.luce.covariance, rel=1e-9, abs=1e-14)
    assert single.luce.likelihood == pytest.approx(counted.luce.likelihood, rel=1e-12)


@pytest.mark.parametrize(("kinds", "new"), [(50_000, False), (2_000_000, True)])
def test_a_sample_tells_whether_to_count(kinds: int, new: bool) -> None:
    """300,000 matches: six for each ordering are counted, of which one in seven comes again are not."""
    key = np.random.default_rng(5).integers(0, kinds, 300_000)
    assert orderings._mostly_new(key) is new
    assert orderings._mostly_new(np.arange(1000)) is False


def test_a_seat_that_never_loses_with_one_agent_is_found() -> None:
    """Agent and seat go to infinity together, each at half the pace: a weak prior holds them, and a note says so."""
    seats = np.array([[[0, 1], [1, 0]]] * 20)
    scores = np.array([[[1.0, 0.0], [float(block % 2), float(1 - block % 2)]] for block in range(20)])
    fit = fit_field(field(results_of(seats, scores), 2))

    assert any("beyond what the data bound" in note for note in fit.notes)
    assert np.abs(fit.luce.beta).max() < 4
