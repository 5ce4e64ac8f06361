"""Determinized UCT: right where nothing is hidden, wrong where it must be, and at the true state's door."""

from __future__ import annotations

import pytest
from sitting import decide, values, visits
from toy_board import Board, Noughts, solve
from toy_coin import Coin
from toy_dice import Wager

from agents.random.agent import Random
from agents.search.mcts import MCTS
from arena.agent import Agent
from arena.conditions import Access, Budget, Conditions
from arena.errors import BadInput
from arena.play import play


def test_it_never_loses_noughts_and_crosses_to_random_play() -> None:
    """200 simulations, both seats, twenty matches."""
    agents: list[Agent] = [MCTS(), Random()]
    for seed in range(10):
        assert play(Noughts(), agents, seed).scores[0] >= 0
        assert play(Noughts(), agents[::-1], seed).scores[1] >= 0


def test_against_itself_noughts_and_crosses_is_a_draw() -> None:
    """Best play draws."""
    for seed in range(2):
        assert play(Noughts(), [MCTS(simulations=1000), MCTS(simulations=1000)], seed).scores == (0.0, 0.0)


def test_its_moves_are_those_of_exhaustive_search() -> None:
    """Positions after two random moves: the chosen move keeps the solved value."""
    cache: dict[tuple[int, ...], float] = {}
    for cells in [
        (0, 1, *(-1,) * 7),
        (0, -1, -1, -1, 1, *(-1,) * 4),
        (1, 0, *(-1,) * 7),
        (-1, 0, -1, -1, -1, -1, 1, -1, -1),
    ]:
        move, thoughts = decide(Noughts(), MCTS(simulations=1500), Board(cells), seed=1)
        after = Noughts().step(Board(cells), {0: move})
        assert solve(after.cells, cache) == solve(cells, cache)
        assert thoughts["worlds"] == 1


def test_a_forced_win_is_valued_at_the_win() -> None:
    """The value of the winning move is exactly 1, and it gets nearly all visits."""
    cells = (0, 0, -1, 1, 1, -1, -1, -1, -1)
    move, thoughts = decide(Noughts(), MCTS(simulations=400), Board(cells), seed=2)
    assert move == 2
    assert values(thoughts)["2"] == 1.0
    assert visits(thoughts)["2"] > 300


def test_it_fuses_strategies_over_a_hidden_coin() -> None:
    """Each tree knows the coin, so the gamble looks worth 1: the known flaw of determinization (Frank and Basin 1998)."""
    action, thoughts = decide(Coin(), MCTS(simulations=2000, worlds=5), Coin().init(0), seed=3)
    assert action == "gamble"
    assert values(thoughts)["gamble"] > 0.7


@pytest.mark.parametrize("worlds", [1, 3, 10])
def test_root_statistics_are_summed_over_worlds(worlds: int) -> None:
    """Every simulation of every world is in the sum."""
    _, thoughts = decide(Wager(), MCTS(simulations=100, worlds=worlds), Wager().init(0), seed=4)
    assert sum(visits(thoughts).values()) == 100
    assert thoughts["worlds"] == worlds


def test_no_more_worlds_than_simulations() -> None:
    """A budget of three simulations guesses three worlds."""
    _, thoughts = decide(Wager(), MCTS(), Wager().init(0), 5, Budget(simulations=3))
    assert (thoughts["worlds"], thoughts["simulations"]) == (3, 3)


def test_three_players_go_for_their_own_returns() -> None:
    """max^n: nobody helps another; in the last round each takes the die, worth 2.5."""
    record = play(
        Wager(players=3, rounds=1), [MCTS(access="state", simulations=2000)] * 3, 3, conditions=_open()
    )
    assert record.actions == ("die", "die", "die")
    assert not record.faults


def test_with_the_true_state_it_knows_the_coin() -> None:
    """Forks of the true state show what is hidden; it always wins the gamble."""
    for seed in range(6):
        record = play(Coin(sure=0.2), [MCTS(access="state", simulations=1000)], seed, conditions=_open())
        assert record.scores == (1.0,)
        assert record.thoughts[0]["worlds"] == 1000


def test_the_true_state_bills_every_simulation() -> None:
    """The door opens exactly as often as the budget allows; one more would be a fault."""
    conditions = Conditions(access=Access.STATE, budget=Budget(simulations=25))
    record = play(Wager(), [MCTS(access="state")] * 3, 1, conditions=conditions)
    assert not record.faults
    assert {thought["simulations"] for thought in record.thoughts.values()} == {25}


def test_the_true_state_needs_a_match_that_grants_it() -> None:
    """Access is refused before the match."""
    with pytest.raises(BadInput, match="needs access 'state', the match grants 'rules'"):
        play(Coin(), [MCTS(access="state")], 1)


def _open() -> Conditions:
    return Conditions(access=Access.STATE)
