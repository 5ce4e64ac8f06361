"""The agents of Malla 2025: what they see, how they answer, and how they learn."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from agents.deep.compiled import pick
from agents.dhumbal.paper import network, search
from agents.dhumbal.paper.agents import PaperDQN, PaperISMCTS, PaperMCTS, PaperPPO, PaperRandom
from agents.dhumbal.paper.training import trained
from arena.agent import Agent
from arena.errors import BadParameter
from arena.play import play
from games.dhumbal.cards import CALL, STOCK
from games.dhumbal.game import Dhumbal
from games.dhumbal.state import VIEW

PAPER = Dhumbal(players=4, rules="paper")


def view_of(hand: list[int], players: int = 4) -> Any:
    """What seat 0 sees at the beginning of its turn with `hand`."""
    game = Dhumbal(players=players, rules="paper")
    view = np.asarray(game.view(game.init(5), 0), VIEW).copy()
    view["hand"] = sum(1 << card for card in hand)
    view["value"] = sum(card // 4 + 1 for card in hand)
    view["size"][0] = len(hand)
    return view[()]


def settled(value: int, sizes: list[int], caller: int) -> float:
    """The payments of the program, by its own words: a plain list of hands, aces for rivals."""
    worth = [value, *sizes]
    lowest = [place for place, one in enumerate(worth) if one == min(worth)]
    others = [place for place in lowest if place != caller]
    coins = [0] * len(worth)
    if caller >= 0 and others:
        coins[caller] -= sum(worth)
        coins[others[0]] += sum(worth)
        return coins[0]
    winner = caller if caller >= 0 else lowest[0]
    for place, one in enumerate(worth):
        coins[place] -= one
        coins[winner] += one
    return coins[0]


def test_rivals_count_as_aces() -> None:
    """The end of a simulated round pays as the program does, for every small table."""
    for value in range(1, 12):
        for sizes in ([5], [5, 5, 5], [4, 5, 3], [1, 5, 5, 2]):
            for caller in range(-1, len(sizes) + 1):
                places = np.array([0, *sizes, 0, 0, 0, 0])[:5]
                ours = search.outcome(value, places, len(sizes) + 1, caller)
                assert ours == settled(value, sizes, caller), (value, sizes, caller)


@pytest.mark.parametrize(
    ("hand", "low", "high"),
    [([0, 1], 1.0, 1.0), ([0, 1, 2, 3], 1.0, 1.0), ([0, 4, 8], 0.0, 0.3), ([0, 1, 2, 4], 0.0, 0.3)],
)
def test_search_calls_up_to_four_points(hand: list[int], low: float, high: float) -> None:
    """A call below the five aces of every rival cannot lose in its eyes; one above must, and it makes it seldom."""
    view = view_of(hand)
    chosen = [
        search.decide(view, np.array([60.0]), np.array([seed], np.uint64)) == CALL for seed in range(200)
    ]

    assert low <= np.mean(chosen) <= high


def test_place_options_and_fixed_options() -> None:
    """By place, calling is a question of its own with the outputs 0 and 1; by id, outputs are the actions themselves."""
    view, actions, outputs = view_of([0, 4, 8]), np.zeros(49, np.int64), np.zeros(49, np.int64)

    assert network.options(view, False, False, actions, outputs) == (0, 2)
    assert (actions[:2].tolist(), outputs[:2].tolist()) == ([CALL, network.NO_CALL], [0, 1])
    question, found = network.options(view, False, True, actions, outputs)
    assert (question, outputs[:found].tolist()) == (1, list(range(found)))
    assert CALL not in actions[:found]
    question, found = network.options(view, True, False, actions, outputs)
    assert (question, outputs[:found].tolist()) == (1, actions[:found].tolist())
    assert actions[found - 1] == CALL


def test_what_the_network_sees() -> None:
    """The inputs of the program, and the coins of the fourth player in the place of the flag of the call."""
    seen = np.empty(network.INPUTS)
    view = view_of([0, 4, 51])
    network.observe_paper(view, 1, seen)

    assert np.flatnonzero(seen[:52]).tolist() == [0, 4, 51]
    assert seen[52:104].sum() == 1.0
    assert seen[106:111].tolist() == [1.0] * 5
    assert (seen[111], seen[112], seen[113], seen[114]) == (1.0, 0.0, 16 / 65, 3 / 5)


def test_logits_are_those_of_numpy() -> None:
    """The compiled network agrees with matrices, for every output."""
    parameters = trained("ppo", 0, 1, True)
    sizes = (network.INPUTS, *network.LAYERS, 369)
    values, place = np.linspace(-1, 1, network.INPUTS), network.HEAD
    layer = values
    for number, (below, above) in enumerate(pairwise(sizes)):
        weights = parameters[place : place + below * above].reshape(below, above)
        bias = parameters[place + below * above : place + (below + 1) * above]
        layer = layer @ weights + bias
        layer = np.maximum(layer, 0) if number < 2 else layer
        place += (below + 1) * above
    ours = np.empty(369)
    network.logits(values, parameters, np.arange(369), 369, ours)

    assert place == len(parameters)
    np.testing.assert_allclose(ours, layer, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("learner", ["ppo", "dqn"])
@pytest.mark.parametrize("fixed", [False, True])
def test_training_is_a_function_of_the_seed(learner: str, fixed: bool) -> None:
    """The same seed gives the same weights, another seed others, and training moves them."""
    one = trained(learner, 4, 1, fixed)
    trained.cache_clear()

    assert np.array_equal(one, trained(learner, 4, 1, fixed))
    assert not np.array_equal(one, trained(learner, 4, 2, fixed))
    assert not np.array_equal(one, trained(learner, 0, 1, fixed))
    assert np.isfinite(one).all()


def test_choice_by_softmax_and_by_the_greatest() -> None:
    """Drawn choices follow the softmax; the greedy one is the greatest."""
    scores, dice = np.log(np.array([1.0, 2.0, 5.0])), np.array([3], np.uint64)
    drawn = np.bincount([pick(scores, 3, False, dice) for _ in range(20_000)], minlength=3)

    np.testing.assert_allclose(drawn / 20_000, [1 / 8, 2 / 8, 5 / 8], atol=0.015)
    assert pick(scores, 3, True, dice) == 2


AGENTS = (
    PaperRandom(),
    PaperMCTS(4),
    PaperISMCTS(4),
    PaperPPO(rounds=0),
    PaperDQN(rounds=0, fixed=True),
)


@pytest.mark.parametrize("rules", ["paper", "np10"])
@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.spec.name)
def test_agents_play_legally_at_both_tables(agent: Agent, rules: str) -> None:
    """A match of the referee ends without a fault and is the one that compiled code plays."""
    game = Dhumbal(players=3, rules=rules)
    record = play(game, [agent] * 3, 11, seeds=[1, 2, 3])
    policy = agent.compiled_policy(game)  # type: ignore[attr-defined]
    outcome = game.play_blocks(
        [policy], np.array([11], np.uint64), np.zeros((1, 1, 3), np.int16), np.array([[[1, 2, 3]]], np.uint64)
    )

    assert record.faults == ()
    assert outcome.returns[0, 0].tolist() == list(record.scores)


def test_they_stay_out_of_all() -> None:
    """None of them is an automatic agent."""
    assert not any(agent.spec.automatic for agent in AGENTS)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PaperISMCTS(0), "simulations from 1"),
        (PaperPPO(rounds=-1), "rounds from 0"),
        (PaperDQN(fixed=1), "fixed true or false"),  # type: ignore[arg-type]
    ],
)
def test_bad_parameters_are_refused(agent: Agent, words: str) -> None:
    """The message names the parameter and what it may be."""
    with pytest.raises(BadParameter, match=words):
        _ = agent.spec


def test_random_calls_every_other_time() -> None:
    """A hand that may call is called with in half the decisions; the open card is taken in half, too."""
    policy = PaperRandom().policy(PAPER)
    dice = np.array([1], np.uint64)
    view = view_of([0, 4, 8])
    calls = sum(policy.decide(view, policy.parameters, dice) == CALL for _ in range(4000))
    taking = view_of([0, 4, 8])
    taking["phase"], taking["open"] = 1, np.uint64(1 << 20)
    takes = sum(policy.decide(taking, policy.parameters, dice) != STOCK for _ in range(4000))

    assert abs(calls - 2000) < 150
    assert abs(takes - 2000) < 150
