"""Flat Monte Carlo against exact expectations."""

from __future__ import annotations

from typing import Any

import pytest
from scipy import stats
from sitting import decide, values, visits
from toy_coin import Bandit, Coin
from toy_dice import Wager
from toy_poker import Kuhn, Kuhn3

from agents.search.montecarlo import MonteCarlo


def _expected(game: Any, state: Any, player: int) -> float:
    """The expected return still to come for `player` when all play at random."""
    actors = game.actors(state)
    if not actors:
        return 0.0
    actions = list(game.legal(state, actors[0]))
    return sum(_after(game, state, actors[0], action, player) for action in actions) / len(actions)


def _after(game: Any, state: Any, actor: int, action: Any, player: int) -> float:
    return float(
        sum(
            chance * (game.rewards(after)[player] + _expected(game, after, player))
            for chance, after in game.successors(state, {actor: action})
        )
    )


def test_means_are_the_expectations_of_random_play_with_chance() -> None:
    """Three players and a die: every mean is within four standard errors of the exact expectation."""
    game = Wager(players=3, rounds=2)
    state = game.init(5)
    _, thoughts = decide(game, MonteCarlo(simulations=6000), state, seed=1)
    for action, mean in values(thoughts).items():
        assert mean == pytest.approx(_after(game, state, 0, action, 0), abs=4 * 1.8 / 2000**0.5)


@pytest.mark.parametrize("card", [0, 1, 2])
def test_means_are_the_expectations_over_the_hidden_card(card: int) -> None:
    """Kuhn poker: the two cards the rival may hold are equally likely."""
    game = Kuhn()
    worlds = [Kuhn3((card, other)) for other in range(3) if other != card]
    _, thoughts = decide(game, MonteCarlo(simulations=6000), worlds[0], seed=2)
    for action, mean in values(thoughts).items():
        exact = sum(_after(game, world, 0, action, 0) for world in worlds) / 2
        assert mean == pytest.approx(exact, abs=4 * 1.5 / 3000**0.5)


def test_all_actions_meet_the_same_worlds_and_dice() -> None:
    """A safe gain beats a theft by exactly 1 in every world, since everything after it is equal."""
    _, thoughts = decide(
        Wager(players=3, rounds=3), MonteCarlo(simulations=30), Wager(rounds=3).init(1), seed=3
    )
    found = values(thoughts)
    assert found["safe"] - found["steal"] == pytest.approx(1.0, abs=1e-12)
    assert set(visits(thoughts).values()) == {10}
    assert thoughts["worlds"] == 10


@pytest.mark.parametrize(("simulations", "used"), [(1, 1), (2, 2), (3, 3), (4, 3), (100, 99)])
def test_whole_worlds_within_the_budget(simulations: int, used: int) -> None:
    """Every world is met by all actions; fewer simulations than actions try as many actions, once each."""
    game = Wager()
    action, thoughts = decide(game, MonteCarlo(simulations=simulations), game.init(0), seed=4)
    assert thoughts["simulations"] == used == sum(visits(thoughts).values())
    assert visits(thoughts)[action] >= 1


def test_halving_gives_the_better_half_more_worlds() -> None:
    """Three actions in two rounds: one is dropped after a third of its rivals' worlds; never over budget."""
    game = Wager(players=3, rounds=2)
    action, thoughts = decide(game, MonteCarlo(simulations=600, halving=True), game.init(0), seed=5)
    assert action == "die"
    found = visits(thoughts)
    assert found == {"die": 250, "safe": 250, "steal": 100}
    assert thoughts["simulations"] == 600


def test_halving_finds_better_actions() -> None:
    """Sixteen arms, 160 pulls: the mean place of the chosen arm is higher than with equal shares (Karnin et al. 2013)."""
    chosen = {
        halving: [
            decide(Bandit(), MonteCarlo(simulations=160, halving=halving), (0, -1), seed)[0]
            for seed in range(200)
        ]
        for halving in (False, True)
    }
    assert stats.ttest_ind(chosen[True], chosen[False], alternative="greater").pvalue < 0.01


def test_flat_search_does_not_fuse_strategies() -> None:
    """A gamble on a hidden coin is worth 0 to it, less than the sure gain."""
    action, thoughts = decide(Coin(), MonteCarlo(simulations=400), Coin().init(0), seed=6)
    assert action == "sure"
    assert values(thoughts)["gamble"] == pytest.approx(0.0, abs=0.3)
