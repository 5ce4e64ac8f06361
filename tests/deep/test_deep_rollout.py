"""Whole matches played side by side, and the advantages of their decisions, against references written here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.deep.rollout import Choice, Chooser, Decisions, advantages, play_matches
from agents.deep.seating import Mixture, compiled_opponents, deal_matches
from agents.dhumbal.rule_based import Aggressive, Greedy, Tuned
from agents.human.agent import Human
from arena import streams
from arena.errors import NotCapable
from games.dhumbal.game import Dhumbal

KEY = streams.derive(streams.root_key(4), "rollout")
GAMES = (Dhumbal(players=2, rules="np10"), Dhumbal(players=4, rules="np5"))


def _guesser(seed: int) -> Chooser:
    rng = np.random.default_rng(seed)

    def choose(observations: NDArray[np.float32], masks: NDArray[np.bool_]) -> Choice:
        assert masks.any(axis=1).all()
        scores = np.where(masks, rng.random(masks.shape), -1.0)
        zeros = np.zeros(len(masks), np.float32)
        return Choice(scores.argmax(axis=1), zeros, observations[:, 0])

    return choose


def _played(mixture: Mixture, teacher: int | None = None, each: int = 12) -> tuple[Decisions, Any]:
    rivals = [Aggressive(), Greedy(), Tuned()]
    policies = [compiled_opponents(game, rivals) for game in GAMES]
    matches = deal_matches(KEY, [each, each], [2, 4], opponents=2, league=1, mixture=mixture)
    tables = GAMES[0].tables(GAMES, policies, 2 * each)
    return play_matches(tables, matches, [_guesser(1), _guesser(2)], teacher), matches


def test_rewards_between_decisions_add_up_to_returns() -> None:
    """Each seat's decisions stand together, the last one marked, and their rewards are what the seat got."""
    decisions, matches = _played(Mixture(0.4, 0.3))
    keys = decisions.matches * 10 + decisions.seats
    assert (np.diff(keys) >= 0).all()
    assert np.array_equal(decisions.last, np.append(keys[1:] != keys[:-1], True))
    for match, seat in {(int(m), int(s)) for m, s in zip(decisions.matches, decisions.seats, strict=True)}:
        own = (decisions.matches == match) & (decisions.seats == seat)
        assert matches.seating[match, seat] == -1
        assert decisions.rewards[own].sum() == pytest.approx(decisions.returns[match, seat])
        assert (decisions.rewards[own][:-1] == 0).all()  # coins change hands when the round ends
    assert np.abs(decisions.returns.sum(axis=1)).max() == pytest.approx(0.0)
    assert decisions.masks[np.arange(len(decisions)), decisions.actions].all()
    assert (decisions.advice == -1).all()


def test_only_learner_0_is_kept() -> None:
    """Where the league plays, its decisions are nobody's lesson; with opponents there is one learner at the table."""
    decisions, matches = _played(Mixture(0.0, 1.0))
    assert (np.sort(matches.seating[:, :2], axis=1)[:, 0] == -2).sum() > 0
    assert len({*decisions.matches.tolist()}) == 24
    for match in range(24):
        assert len({*decisions.seats[decisions.matches == match].tolist()}) == 1


def test_a_teacher_says_what_he_would_play() -> None:
    """The advice is the teacher's own decision on the learner's view."""
    decisions, _ = _played(Mixture(1.0, 0.0), teacher=2, each=100)
    assert decisions.masks[np.arange(len(decisions)), decisions.advice].all()
    agreed = decisions.advice == decisions.actions
    assert 0.0 < agreed.mean() < 1.0
    # Whoever may call in a game of two and holds nothing but the lowest calls, if he is Tuned.
    calls = decisions.masks[:, 315]
    assert (decisions.advice[calls] == 315).mean() > 0.5


def test_the_seating_follows_the_mixture() -> None:
    """Shares of matches come out as asked; as many of each variant as asked; the learner's seats are evenly spread."""
    matches = deal_matches(KEY, [6000], [4], opponents=3, league=2, mixture=Mixture(0.3, 0.2))
    against = (matches.seating >= 0).any(axis=1)
    past = (matches.seating < -1).any(axis=1)
    alone = (matches.seating == -1).all(axis=1)
    for share, wanted in ((against.mean(), 0.3), (past.mean(), 0.2), (alone.mean(), 0.5)):
        assert share == pytest.approx(wanted, abs=4 * 0.5 / 6000**0.5)
    assert not (against & past).any()
    assert ((matches.seating == -1).sum(axis=1)[against | past] == 1).all()
    seats = (matches.seating == -1)[against | past].mean(axis=0)
    assert seats == pytest.approx(np.full(4, 0.25), abs=0.03)
    assert set(np.unique(matches.seating)) == {-3, -2, -1, 0, 1, 2}
    assert len(set(matches.seeds.tolist())) == 6000
    nobody = deal_matches(KEY, [30, 20], [2, 5], opponents=0, league=0, mixture=Mixture(0.3, 0.2))
    assert (nobody.seating == -1).all()
    assert nobody.variants.tolist() == [0] * 30 + [1] * 20
    assert nobody.seating.shape == (50, 5)


def test_advantages_are_those_of_the_paper() -> None:
    """Equation 16 as a sum over all later surprises; with trace 1 it is the return less the value."""
    rng = np.random.default_rng(3)
    rewards, values = rng.normal(size=40), rng.normal(size=40).astype(np.float32)
    last = rng.random(40) < 0.2
    last[-1] = True
    for discount, trace in ((1.0, 0.95), (0.9, 0.5), (1.0, 1.0), (1.0, 0.0)):
        found = advantages(rewards, values, last, discount, trace)
        for place in range(40):
            end = place + int(np.argmax(last[place:]))
            after = [values[k + 1] if k < end else 0.0 for k in range(place, end + 1)]
            surprises = [rewards[k] + discount * after[k - place] - values[k] for k in range(place, end + 1)]
            wanted = sum((discount * trace) ** n * each for n, each in enumerate(surprises))
            assert found[place] == pytest.approx(wanted, abs=1e-5)
        if discount == trace == 1.0:
            end = int(np.argmax(last))
            assert found[0] == pytest.approx(rewards[: end + 1].sum() - values[0], abs=1e-5)


def test_opponents_that_are_not_compiled_are_refused() -> None:
    """One line says who, and what would do."""
    with pytest.raises(NotCapable, match="human cannot be an opponent of learners of dhumbal"):
        compiled_opponents(GAMES[0], [Aggressive(), Human()])
