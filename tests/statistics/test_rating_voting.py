"""Voting by OpenSpiel's methods, with deals as voters; and the live ticker of openskill."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from openskill.models import PlackettLuce as Theirs
from ratings_worlds import cycle, field, picks_for, rated, results_of, rotated, rows_of

from arena.errors import MissingExtra, UnknownName
from tournaments.ratings import OpenSkill, Ticker, Voting
from tournaments.ratings.voting import METHODS, ballots

open_spiel = pytest.importorskip("open_spiel.python.voting")


def test_ballots_are_block_means_in_order() -> None:
    """One ballot a block; equals are broken by seeded dice, and counted."""
    seated = np.array([[0, 1, 2], [1, 2, 0]])[np.newaxis].repeat(5, axis=0)
    scores = np.array([3.0, 1.0, 2.0])[seated]
    assert ballots(field(results_of(seated, scores), 3)) == ({(0, 2, 1): 5}, 0)
    cast, tied = ballots(field(results_of(seated, np.zeros(seated.shape)), 3))
    assert (sum(cast.values()), tied) == (5, 5)
    assert ballots(field(results_of(seated, np.zeros(seated.shape)), 3)) == (cast, tied)


def test_all_methods_agree_on_a_clear_order() -> None:
    """Four agents far apart: every method gives the same places; partial ballots are told."""
    report = rated(
        Voting(), rotated(np.random.default_rng(1), 500, np.array([1.0, 0.3, -0.3, -1.0, -2.0])), 5
    )
    rows = rows_of(report)
    for agent, row in enumerate(rows):
        assert set(row["places"].values()) == {agent + 1}
        assert (row["value"], row["low"], row["high"]) == (agent + 1, agent + 1, agent + 1)
    assert set(rows[0]["places"]) >= set(METHODS) - {"maximal-lotteries"}
    assert any("ballots name the agents of their deal only" in note for note in report["notes"])


def test_places_are_those_of_openspiel() -> None:
    """Borda and Copeland by hand from the ballots of a close field."""
    results = rotated(np.random.default_rng(2), 41, np.linspace(-0.2, 0.2, 4))
    cast, _ = ballots(field(results, 4))
    borda, wins = np.zeros(4), np.zeros((4, 4))
    for ballot, count in cast.items():
        for place, agent in enumerate(ballot):
            borda[agent] += count * (3 - place)
            for worse in ballot[place + 1 :]:
                wins[agent, worse] += count
    copeland = (wins > wins.T).sum(axis=1)
    rows = rows_of(rated(Voting(methods="borda+copeland"), results, 4))
    for agent, row in enumerate(rows):
        assert row["places"]["borda"] == 1 + (borda > borda[agent]).sum()
        assert row["places"]["copeland"] == 1 + (copeland > copeland[agent]).sum()


def test_many_agents_leave_kemeny_out() -> None:
    """All orders of nine agents are too many; the report says so."""
    report = rated(Voting(), rotated(np.random.default_rng(3), 30, np.zeros(9)), 9)
    assert "kemeny-young left out: it tries all orders, which is too much for 9 agents" in report["notes"]


def test_unknown_methods_and_missing_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest name is suggested; an absent extra names the command that installs it."""
    results = rotated(np.random.default_rng(4), 3, np.zeros(4))
    with pytest.raises(UnknownName, match="did you mean 'schulze'"):
        rated(Voting(methods="shulze"), results, 4)
    monkeypatch.setitem(sys.modules, "open_spiel.python.voting.base", None)
    with pytest.raises(MissingExtra, match=r"pip install 'agent-arena\[openspiel\]'"):
        rated(Voting(), results, 4)
    monkeypatch.setitem(sys.modules, "openskill.models", None)
    with pytest.raises(MissingExtra, match=r"pip install 'agent-arena\[openskill\]'"):
        rated(OpenSkill(), results, 4)


def test_the_ticker_is_openskill_in_the_order_of_blocks() -> None:
    """The same numbers as the package gives match by match; ties and all."""
    results = rotated(np.random.default_rng(5), 30, np.linspace(-1, 1, 5))
    results = results_of(results.seatings, np.round(results.scores))
    model = Theirs()
    own = [model.rating() for _ in range(5)]
    for seats, scores in zip(results.seatings.reshape(-1, 4), results.scores.reshape(-1, 4), strict=True):
        after = model.rate([[own[int(a)]] for a in seats], scores=scores.tolist())
        for agent, team in zip(seats.tolist(), after, strict=True):
            own[agent] = team[0]
    report = rated(OpenSkill(), results, 5)
    for row, theirs in zip(rows_of(report), own, strict=True):
        assert (row["value"], row["sigma"]) == pytest.approx((theirs.mu, theirs.sigma))
        assert "provisional" in row["method"]
    assert report["provisional"] is True
    assert report["notes"][-1].startswith("provisional: ratings depend on the order of the matches")


def test_the_ticker_can_begin_at_a_batch_fit() -> None:
    """Strengths in logits shift the start; whoever has not played stands last."""
    ticker = Ticker(3, start=[1.0, 0.0, -1.0])
    assert [row.agent for row in ticker.rows()] == [0, 1, 2]
    ticker.feed([2, 1], [1.0, 0.0])
    ticker.feed([2, 2], [1.0, 0.0])
    rows = ticker.rows()
    assert {row.agent: row.matches for row in rows} == {0: 0, 1: 1, 2: 1}
    assert rows[-1].agent == 0


def test_a_cycle_divides_the_methods_or_ties_them() -> None:
    """In a balanced cycle nobody stands out by Copeland."""
    rows = rows_of(rated(Voting(methods="copeland"), cycle(np.random.default_rng(6), 300, 0.4), 3))
    assert {row["places"]["copeland"] for row in rows} == {1}
    assert picks_for(3, 2).game.spec.players == 2
