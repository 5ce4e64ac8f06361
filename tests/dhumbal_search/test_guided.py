"""The search whose choices a policy network picks out: legal, reproducible, and in the order of the network."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from dhumbal_worlds import TABLES, positions, viewed
from numpy.typing import NDArray

from agents.deep.compiled import packed
from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import read
from agents.dhumbal import accelerate, guided, ismcts
from agents.dhumbal.guided import guided_policy, order_by_logits
from agents.dhumbal.macro import MOST_ARMS, list_arms
from agents.dhumbal.networks import ppo
from agents.dhumbal.rollout import PARAMETERS
from agents.search.ismcts import ISMCTS
from arena.capabilities import CompiledPolicy
from arena.errors import BadParameter
from games.dhumbal.batch import play_recorded
from games.dhumbal.cards import CALL
from games.dhumbal.encode import ENCODED, encode_flat
from games.dhumbal.game import Dhumbal
from games.dhumbal.state import DISCARDING, TAKING

Choices = list[tuple[int, int]]

_NO_JOKERS = [game for game in TABLES if game.resolved.actions == 369]
_IDS = [f"{game.rules}-{game.players}" for game in _NO_JOKERS]


@cache
def _network() -> Perceptron:
    return read(ppo())[0]


def _plain(game: Dhumbal, simulations: int) -> CompiledPolicy:
    policy = accelerate.ismcts_policy(ISMCTS(simulations=simulations), game)
    assert policy is not None
    return policy


def _search(search: Any, view: Any, parameters: NDArray[np.float64], seed: int) -> tuple[Any, ...]:
    """The best choice, all of them, their simulations and totals, the counts and the dice afterwards."""
    arms, totals = np.empty((MOST_ARMS, 2), np.int64), np.empty(MOST_ARMS)
    visits, counts = np.empty(MOST_ARMS, np.int64), np.empty(3, np.int64)
    rng = np.array([seed], np.uint64)
    best = search(view, parameters, rng, arms, visits, totals, counts)
    found = int(counts[0])
    listed = [(int(throw), int(take)) for throw, take in arms[:found]]
    return (
        listed[best],
        listed,
        visits[:found].tolist(),
        totals[:found].tolist(),
        counts.tolist(),
        int(rng[0]),
    )


def _by_hand(view: Any, listed: Choices) -> tuple[Choices, list[float]]:
    """The choices in the order of the NumPy forward pass, the call first, and their logits."""
    observation = np.zeros(ENCODED, np.float32)
    encode_flat(view, observation)
    outputs = _network().forward(observation[None])[0]
    half = 1 if view["phase"] == TAKING else 0
    logits = {choice: np.inf if choice[0] == CALL else float(outputs[choice[half]]) for choice in listed}
    ordered = sorted(listed, key=lambda choice: -logits[choice])
    return ordered, [logits[choice] for choice in ordered]


@pytest.mark.parametrize("game", _NO_JOKERS, ids=_IDS)
def test_order_is_that_of_the_forward_pass(game: Dhumbal) -> None:
    """Choices come out in the order of NumPy's logits, stable where equal, the call before all; both phases are met."""
    network = packed(_network(), game.encoding().most_legal, greedy=True)
    arms, costs, logits = np.empty((MOST_ARMS, 2), np.int64), np.empty(MOST_ARMS), np.empty(MOST_ARMS)
    phases = set()
    for state in positions(game, 16, 31):
        view = viewed(game, state)
        found = list_arms(view, PARAMETERS, arms, costs)
        before = [(int(throw), int(take)) for throw, take in arms[:found]]
        ordered, expected = _by_hand(view, before)
        order_by_logits(view, network, arms, found, logits)
        assert [(int(throw), int(take)) for throw, take in arms[:found]] == ordered
        assert logits[:found].tolist() == pytest.approx(expected, rel=1e-4, abs=1e-4)
        phases.add(int(view["phase"]))
    assert phases == {DISCARDING, TAKING}


@pytest.mark.parametrize("game", _NO_JOKERS[::3], ids=_IDS[::3])
def test_with_room_for_all_choices_it_is_the_plain_search(game: Dhumbal) -> None:
    """With K no less than the choices there are, all that comes of a decision is what `ismcts` of that width finds."""
    plain = _plain(game, 90)
    plain.parameters[ismcts.WIDTH] = MOST_ARMS
    policy = guided_policy(plain, game, _network(), MOST_ARMS)
    for number, state in enumerate(positions(game, 12, 32)):
        view = viewed(game, state)
        assert _search(guided.search, view, policy.parameters, number) == _search(
            ismcts.search, view, plain.parameters, number
        )


@pytest.mark.parametrize("width", [1, 3, 6])
def test_only_the_first_choices_are_searched(width: int) -> None:
    """Simulations go to the K choices of the largest logits and to no other, all of them; equal dice decide equally."""
    game = Dhumbal(players=3, rules="np10")
    policy = guided_policy(_plain(game, 60), game, _network(), width)
    narrowed = 0
    for number, state in enumerate(positions(game, 40, 33)):
        view = viewed(game, state)
        one = _search(guided.search, view, policy.parameters, number)
        assert one == _search(guided.search, view, policy.parameters, number)
        best, listed, visits, _, counts, _ = one
        assert best in listed
        if len(listed) == 1:
            continue
        assert sum(visits) == counts[1] == 60
        if len(listed) > width:
            narrowed += 1
            assert all(count > 0 for count in visits[:width])
            assert not any(visits[width:])
            assert listed == _by_hand(view, _search(ismcts.search, view, _plain(game, 1).parameters, 1)[1])[0]
    assert narrowed > 5


def test_other_dice_other_totals() -> None:
    """Worlds come from the player's own dice, of which a decision takes one number, as the plain search does."""
    game = Dhumbal()
    policy = guided_policy(_plain(game, 60), game, _network(), 4)
    view = viewed(game, game.init(1))
    one, two = (_search(guided.search, view, policy.parameters, seed) for seed in (1, 2))
    assert one[3] != two[3]
    assert one[-1] == _search(ismcts.search, view, _plain(game, 60).parameters, 1)[-1]


@pytest.mark.parametrize("game", _NO_JOKERS[::3], ids=_IDS[::3])
def test_whole_matches_are_legal_and_repeat(game: Dhumbal) -> None:
    """The compiled referee finds no fault in a match of it, and the same dice give the same match."""
    policies = [guided_policy(_plain(game, 12), game, _network(), width) for width in (2, 6)]
    seating = [seat % 2 for seat in range(game.players)]
    dice = list(range(5, 5 + game.players))
    actions, outcome = play_recorded(game.resolved, policies, 4, seating, dice)
    assert (outcome.faults < 0).all()
    assert play_recorded(game.resolved, policies, 4, seating, dice)[0] == actions


def test_refuses_no_choices() -> None:
    """K = 0 is an error that says what was expected."""
    game = Dhumbal()
    with pytest.raises(BadParameter, match="width >= 1, got 0"):
        guided_policy(_plain(game, 1), game, _network(), 0)
