"""Our games in OpenSpiel: its own checks, equal trees, equal solutions."""

from __future__ import annotations

import pickle
import sys
from typing import Any

import numpy as np
import pytest
from toy_board import Noughts
from toy_coin import Coin
from toy_dice import Pennies, Taxes, Wager
from toy_poker import Kuhn, Leduc

from arena.adapters.history import History
from arena.adapters.openspiel_export import export
from arena.errors import MissingExtra, NotCapable
from arena.game import Game

pyspiel = pytest.importorskip("pyspiel")

exported = pytest.mark.parametrize(
    "game", [Kuhn(), Leduc(), Noughts(), Wager(players=3)], ids=lambda game: game.spec.name
)


@exported
def test_openspiels_random_simulations_pass(game: Game[Any, Any, Any]) -> None:
    """`pyspiel.random_sim_test`: clones, serialization, masks, returns, in every state of ten matches."""
    pyspiel.random_sim_test(export(game), num_sims=10, serialize=True, verbose=False)


@exported
def test_it_is_registered(game: Game[Any, Any, Any]) -> None:
    """`pyspiel.load_game` finds it by its short name; a second export is the same game."""
    name = export(game).get_type().short_name
    assert name.startswith(f"arena_{game.spec.name}")
    assert pyspiel.load_game(name).num_players() == game.spec.players
    assert export(game) is export(game)


@pytest.mark.parametrize(("game", "name"), [(Kuhn(), "kuhn_poker"), (Leduc(), "leduc_poker")])
def test_the_tree_is_openspiels_own(game: Game[Any, Any, Any], name: str) -> None:
    """As many histories and information states as its own game has; a uniform policy is worth the same."""
    from open_spiel.python import policy
    from open_spiel.python.algorithms import expected_game_score, get_all_states

    ours, theirs = export(game), pyspiel.load_game(name)
    sizes = []
    for spiel in (ours, theirs):
        states = get_all_states.get_all_states(spiel, -1, include_terminals=True, include_chance_states=False)
        ended = sum(state.is_terminal() for state in states.values())
        information = {
            (state.current_player(), state.information_state_string())
            for state in states.values()
            if not state.is_terminal()
        }
        sizes.append((len(states) - ended, ended, len(information)))
    assert sizes[0] == sizes[1]
    scores = [
        expected_game_score.policy_value(spiel.new_initial_state(), [policy.UniformRandomPolicy(spiel)] * 2)
        for spiel in (ours, theirs)
    ]
    assert scores[0] == pytest.approx(scores[1])


def test_openspiels_solvers_run_on_it() -> None:
    """CFR+ comes near an equilibrium of Kuhn poker; uniform play loses 11/12 to two best responses (Kuhn 1950)."""
    from open_spiel.python import policy
    from open_spiel.python.algorithms import cfr, exploitability

    game = export(Kuhn())
    assert exploitability.nash_conv(game, policy.UniformRandomPolicy(game)) == pytest.approx(11 / 12)
    solver = cfr.CFRPlusSolver(game)
    for _ in range(150):
        solver.evaluate_and_update_policy()
    assert exploitability.nash_conv(game, solver.average_policy()) < 0.01


def test_information_has_perfect_recall() -> None:
    """In Leduc poker one information state never has two pasts: its own earlier information states and actions."""

    def walk(node: History, pasts: tuple[tuple[Any, ...], ...], found: dict[str, Any]) -> None:
        if node.over:
            return
        if node.branches:
            for number in range(len(node.branches)):
                walk(node.child(number), pasts, found)
            return
        actor = node.actor
        assert actor is not None
        here = node.information(actor)
        assert found.setdefault(here, pasts[actor]) == pasts[actor]
        for number in node.numbers:
            after = list(pasts)
            after[actor] = (*pasts[actor], here, number)
            walk(node.child(number), tuple(after), found)

    found: dict[str, Any] = {}
    walk(History.start(Leduc()), ((), ()), found)
    assert len(found) == 936


def test_histories_are_pickled_by_their_moves() -> None:
    """A pickled node is the same node; the chance of the middle of a match is a node of its own."""
    node = History.start(Wager())
    assert node.actor == 0
    node = node.child(1)
    assert [chance for chance, _ in node.branches] == [0.5, 0.5]
    node = node.child(1)
    assert node.returns == (4.0, 0.0, 0.0)
    back = pickle.loads(pickle.dumps(node))
    assert (back.moves, back.state, back.returns) == (node.moves, node.state, node.returns)
    assert node.said == ("die", "chance 1")


def test_observations_are_the_views() -> None:
    """Text and tensor of the view; a state says how it came about."""
    state = export(Kuhn()).new_initial_state()
    state.apply_action(0)
    state.apply_action(1)
    assert str(state) == "chance 0, b"
    assert state.observation_string(1) == "player 1: card 1, actions b"
    flat = Kuhn().encode((1, "b"))
    assert sorted(state.observation_tensor(1)) == sorted(
        np.concatenate([part.ravel() for part in flat.values()])
    )
    assert state.action_to_string(1, 0) == "p"
    assert state.legal_actions() == [0, 1]
    assert state.returns() == [0.0, 0.0]


def test_what_cannot_be_exported_is_refused() -> None:
    """With the reason."""
    with pytest.raises(
        NotCapable, match="pennies cannot be exported to OpenSpiel: several players act at once"
    ):
        export(Pennies())
    with pytest.raises(
        NotCapable, match="taxes cannot be exported to OpenSpiel: several players act at once"
    ):
        export(Taxes())
    with pytest.raises(
        NotCapable, match=r"coin cannot be exported to OpenSpiel: its chance cannot be listed"
    ):
        export(Coin())
    with pytest.raises(NotCapable, match="a match of kuhn that is over has no next node"):
        History.start(Kuhn()).child(0).child(0).child(0).child(0)


def test_without_openspiel_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what to install."""
    monkeypatch.setitem(sys.modules, "pyspiel", None)
    with pytest.raises(
        MissingExtra, match=r"pyspiel is not installed: pip install 'agent-arena\[openspiel\]'"
    ):
        export(Wager(players=2))
