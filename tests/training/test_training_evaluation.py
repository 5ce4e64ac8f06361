"""Evaluations: which deals, whose mean, which interval; and the words for steps, games and learners."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents.evolution.match_up import Estimate, deals_of, estimate, match_up
from agents.training.evaluation import HELD_OUT, VALIDATION, Result, decision_micros, evaluate, pooled
from agents.training.preparing import spell_learner
from arena.cli._train_words import games_of, steps_of
from arena.errors import BadInput, BadParameter
from arena.facts import spelling
from arena.registry import make_agent, make_game


def test_pooling_is_the_mean_of_independent_games() -> None:
    """Means are averaged over games; the half-width is that of a mean of independent ones, by hand."""

    def result(game: str, opponent: str, mean: float, width: float) -> Result:
        return Result(game, opponent, Estimate(mean, width), {"wins": Estimate(mean / 10, width)}, 7)

    found = pooled(
        [result("a", "x", 1, 3), result("a", "y", 5, 1), result("b", "x", 4, 4), result("b", "y", 7, 1)]
    )

    assert [(one.opponent, one.game, one.deals) for one in found] == [("x", "a; b", 14), ("y", "a; b", 14)]
    assert found[0].score.mean == 2.5
    assert found[0].score.half_width == math.hypot(3, 4) / 2
    assert found[1].wins == Estimate(0.6, math.sqrt(2) / 2)


def test_deals_are_those_of_the_purpose() -> None:
    """An evaluation plays the deals of its purpose and game; validation and held-out deals have none in common."""
    game, hero, other = make_game("dhumbal:players=2"), make_agent("greedy"), make_agent("random")
    name = f"{HELD_OUT} {spelling(game)}"
    (found,) = evaluate(hero, [game], [other], 50, seed=3, purpose=HELD_OUT)
    played = match_up(game, hero, other, deals_of(3, 2, 50, purpose=name))

    assert found.score == estimate(played.returns)
    assert found.wins == estimate(played.metrics["wins"])
    same_seed = [
        set(deals_of(0, 2, 5000, purpose=f"{purpose} {spelling(game)}").seeds.tolist())
        for purpose in (VALIDATION, HELD_OUT)
    ]
    assert not same_seed[0] & same_seed[1]


def test_watching_counts_all_pairings() -> None:
    """The count runs over games and opponents, up to the number of all deals."""
    seen: list[int] = []
    games = [make_game("dhumbal:players=2"), make_game("dhumbal:players=2,rules=np10")]
    evaluate(make_agent("greedy"), games, [make_agent("random"), make_agent("tuned")], 5, watch=seen.append)

    assert seen == [5, 10, 15, 20]


def test_decisions_are_timed() -> None:
    """A number of microseconds, more for an agent that searches."""
    game, other = make_game("dhumbal:players=2"), make_agent("random")
    quick = decision_micros(make_agent("greedy"), game, other, matches=3)
    slow = decision_micros(make_agent("ismcts:simulations=3000"), game, other, matches=3)

    assert 0 < quick < slow


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("200k", 200_000),
        ("20M", 20_000_000),
        ("1.5m", 1_500_000),
        ("100_000", 100_000),
        ("1G", 10**9),
        ("7", 7),
    ],
)
def test_steps(text: str, steps: int) -> None:
    assert steps_of(text) == steps


@pytest.mark.parametrize("text", ["", "0", "-5", "k", "20 MB", "1.5", "0.0001k", "1e6", "nan"])
def test_steps_that_are_none(text: str) -> None:
    with pytest.raises(BadParameter, match="expected a number of decisions such as 200k or 20M, got"):
        steps_of(text)


def test_games_are_all_combinations() -> None:
    """Every game by every preset with every number of players, once each."""
    games = games_of(["dhumbal"], "np5,np10", "2,4")
    twice = games_of(["dhumbal:players=2", "dhumbal:players=3"], "np10", "2")

    assert list(map(spelling, games)) == [
        "dhumbal(players=2)",
        "dhumbal",
        "dhumbal(players=2, rules=np10)",
        "dhumbal(rules=np10)",
    ]
    assert list(map(spelling, twice)) == ["dhumbal(players=2, rules=np10)"]
    for words in (("np5,", None), (None, "2,x"), (None, "99"), ("np6", None)):
        with pytest.raises(BadInput):
            games_of(["dhumbal"], *words)


def test_learners_are_spelled_in_one_form() -> None:
    """Defaults are left out; schedules fall over the training's steps where nothing else is said."""
    assert spell_learner("climber:pace=100") == "climber"
    assert spell_learner("climber", 5000) == "climber(horizon=5000)"
    assert spell_learner("climber:horizon=70,pace=9", 5000) == "climber(pace=9, horizon=70)"
    with pytest.raises(BadParameter, match="climber: expected pace >= 1, got 0"):
        spell_learner("climber:pace=0")


def test_estimates_of_undefined_metrics_do_not_fail() -> None:
    """A metric that no deal has is no number, and nothing falls."""
    one = Result("g", "x", Estimate(1, 2), {"calls": estimate(np.array([np.nan]))}, 1)

    assert math.isnan(pooled([one, one])[0].metrics["calls"].mean)
