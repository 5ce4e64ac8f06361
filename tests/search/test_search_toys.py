"""The games of the tests are what they say: noughts is drawn, Kuhn and Leduc are OpenSpiel's."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from toy_board import Noughts, solve
from toy_dice import Pennies, Taxes, Wager
from toy_poker import Kuhn, Leduc

from arena.game import Game
from arena.testing import check_game

pyspiel = pytest.importorskip("pyspiel")

_CARDS = {"kuhn": "pb", "leduc": "fcr"}


def _ours(game: Any, state: Any, chance: float, done: str, found: Counter[Any]) -> None:
    actors = game.actors(state)
    if not actors:
        found[done, game.rewards(state)] += round(chance * 1e6)
        return
    for action in game.legal(state, actors[0]):
        for share, after in game.successors(state, {actors[0]: action}):
            _ours(game, after, chance * share, done + action, found)


def _theirs(letters: str, state: Any, chance: float, done: str, found: Counter[Any]) -> None:
    if state.is_terminal():
        found[done, tuple(state.returns())] += round(chance * 1e6)
    elif state.is_chance_node():
        for card, share in state.chance_outcomes():
            _theirs(letters, state.child(card), chance * share, done, found)
    else:
        for action in state.legal_actions():
            _theirs(letters, state.child(action), chance, done + letters[action], found)


@pytest.mark.parametrize(("game", "name"), [(Kuhn(), "kuhn"), (Leduc(), "leduc")])
def test_every_history_of_the_toy_poker_is_openspiels(game: Game[Any, Any, Any], name: str) -> None:
    """All histories: the same sequences of actions with the same returns, equally likely by chance."""
    ours: Counter[Any] = Counter()
    for chance, state in game.initial():  # type: ignore[attr-defined]
        _ours(game, state, chance, "", ours)
    theirs: Counter[Any] = Counter()
    _theirs(_CARDS[name], pyspiel.load_game(f"{name}_poker").new_initial_state(), 1.0, "", theirs)
    assert ours.keys() == theirs.keys()
    assert all(abs(ours[key] - theirs[key]) < 200 for key in ours)


def test_noughts_and_crosses_is_a_draw_of_5478_positions() -> None:
    """The known value, and the known number of positions that play can reach."""
    cache: dict[tuple[int, ...], float] = {}
    assert solve(Noughts().init(0).cells, cache) == 0.0
    assert len(cache) == 5478


_DEALT = {"a_copy_with_a_seed_has_new_chance": "all chance is in the deal"}


@pytest.mark.parametrize(
    ("game", "expected_failures"),
    [
        (Noughts(), None),
        (Kuhn(), _DEALT),
        (Leduc(), None),
        (Wager(rounds=8), None),
        (Pennies(), None),
        (Taxes(), None),
    ],
    ids=lambda value: value.spec.name if isinstance(value, Game) else "",
)
def test_the_toys_obey_the_laws_of_games(
    game: Game[Any, Any, Any], expected_failures: dict[str, str] | None
) -> None:
    """`arena.testing.check_game`, so that what is tested with them is tested with games."""
    check_game(game, seeds=(0, 1), expected_failures=expected_failures)
