"""Exact solutions: against the literature, against OpenSpiel, and of the miniature Dhumbal."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from sitting import decide
from toy_board import Noughts
from toy_coin import Coin
from toy_dice import Pennies, Wager
from toy_poker import Kuhn, Leduc

from agents.search.ismcts import ISMCTS
from arena.adapters.openspiel_export import export
from arena.errors import BadParameter, NotCapable
from arena.exact import Policy, SequenceForm, exploitability, solve, tabulate
from arena.game import Game
from arena.registry import make_agent, make_game


def _uniform(form: SequenceForm) -> tuple[Policy, Policy]:
    first, second = (
        {known.name: [1 / len(known.actions)] * len(known.actions) for known in side} for side in form.sets
    )
    return first, second


@pytest.mark.parametrize(
    ("game", "value", "sets", "exploited"),
    [
        (Kuhn(), -1 / 18, (6, 6), 11 / 24),
        (Leduc(), -0.0856064, (468, 468), 4.7472222 / 2),
        (Noughts(), 0.0, None, None),
    ],
)
def test_solutions_are_those_of_the_literature(
    game: Game[Any, Any, Any], value: float, sets: tuple[int, int] | None, exploited: float | None
) -> None:
    """Kuhn (1950), Leduc (Southey et al. 2005; the numbers of OpenSpiel's tests), noughts and crosses.

    The equilibrium is not exploitable, and uniform play is by the known amount.
    """
    if isinstance(game, Noughts):
        with pytest.raises(NotCapable, match="noughts cannot be solved exactly: more than 5000 histories"):
            SequenceForm.of(game, most=5000)
        return
    form = SequenceForm.of(game)
    found = solve(form)
    assert (len(form.sets[0]), len(form.sets[1])) == sets
    assert found.value == pytest.approx(value, abs=1e-6)
    assert form.value(*found.policies) == pytest.approx(value, abs=1e-6)
    assert exploitability(form, found.policies) == pytest.approx(0.0, abs=1e-6)
    assert exploitability(form, _uniform(form)) == pytest.approx(exploited, abs=1e-6)


@pytest.mark.parametrize(
    "game", [Kuhn(), make_game("dhumbal-mini(turn_cap=1)")], ids=lambda game: game.spec.name
)
def test_best_responses_are_openspiels(game: Game[Any, Any, Any]) -> None:
    """Against the uniform policy, and against an equilibrium, from both seats, on the exported game."""
    pyspiel = pytest.importorskip("pyspiel")
    form, exported = SequenceForm.of(game), export(game)
    for policies in (_uniform(form), solve(form).policies):
        table = {
            known.name: list(zip(known.actions, policies[player][known.name], strict=True))
            for player in (0, 1)
            for known in form.sets[player]
        }
        for player in (0, 1):
            theirs = pyspiel.TabularBestResponse(exported, player, table)
            value = theirs.value_from_state(exported.new_initial_state())
            assert form.best_response(player, policies[1 - player]) == pytest.approx(value, abs=1e-9)


@pytest.mark.slow
def test_the_miniature_dhumbal_is_solved() -> None:
    """It has fewer than 2e5 histories; OpenSpiel plays it; its solution is exact, and every agent is exploitable."""
    pyspiel = pytest.importorskip("pyspiel")
    game = make_game("dhumbal-mini")
    began = process_time()
    form = SequenceForm.of(game)
    found = solve(form)
    took_s = process_time() - began
    assert form.histories == 48_817  # of the 200,000 that a miniature may have
    assert took_s < 20
    assert exploitability(form, found.policies) == pytest.approx(0.0, abs=1e-6)
    pyspiel.random_sim_test(export(game), num_sims=3, serialize=True, verbose=False)
    exploited = exploitability(form, tabulate(form, make_agent("aggressive")))
    assert 1.0 < exploited < exploitability(form, _uniform(form))


def test_agents_are_tabulated_by_their_decisions() -> None:
    """Kuhn poker: a search is asked at every information set; its table holds its shares of actions."""
    form = SequenceForm.of(Kuhn())
    agent = ISMCTS(simulations=60)
    tables = tabulate(form, agent, samples=5)
    assert tables == tabulate(form, agent, samples=5)
    king = next(known for known in form.sets[1] if known.example.view(1) == (2, "b"))
    assert tables[1][king.name] == [0.0, 1.0]
    assert decide(Kuhn(), agent, king.example.state, 1)[0] == "b"
    exploited = exploitability(form, tables)
    assert 0.0 < exploited < exploitability(form, _uniform(form))


def test_what_cannot_be_solved_is_refused() -> None:
    """With the reason, naming the game or the information set."""
    for game, why in (
        (Coin(), "it is not for two"),
        (Pennies(), "several players act at once"),
        (Wager(players=2), "it is not zero-sum"),
        (make_game("dhumbal(players=2)"), "its chance cannot be listed"),
    ):
        with pytest.raises(NotCapable, match=f"cannot be solved exactly: {why}"):
            SequenceForm.of(game)
    form = SequenceForm.of(Kuhn())
    policy = {name: list(chances) for name, chances in _uniform(form)[0].items()}
    policy[form.sets[0][0].name] = [0.7, 0.7]
    with pytest.raises(BadParameter, match=r"expected 2 probabilities for 0:\w+, got \[0.7, 0.7\]"):
        form.weights(0, policy)
    with pytest.raises(BadParameter, match="expected samples >= 1, got 0"):
        tabulate(form, ISMCTS(), samples=0)
