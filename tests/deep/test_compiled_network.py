"""The compiled forward pass against NumPy's and onnxruntime's, on real views."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_networks import header, small, walk
from toy_board import Noughts

from agents.deep.agent import Policy
from agents.deep.compiled import fitting_encoding, network_judge, network_policy
from agents.deep.network import LoadedNetwork
from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import write
from agents.deep.reading import observation, options
from arena.agent import Seat, Turn
from arena.conditions import Conditions
from arena.errors import NotCapable
from arena.game import Game
from arena.play import play
from arena.spelling import spell
from games.dhumbal.batch import play_recorded
from games.dhumbal.game import Dhumbal
from games.dhumbal.mini import DhumbalMini

GAMES: list[Any] = [Dhumbal(), Dhumbal(players=2, rules="np10"), DhumbalMini()]


def _judged(
    game: Any, network: Perceptron, view: Any, room: int = 1
) -> tuple[list[int], np.ndarray[Any, Any]]:
    encoding = game.encoding()
    policy = network_policy(game, network, greedy=True)
    actions = np.empty(encoding.most_legal, np.int64)
    outputs = np.empty(encoding.most_legal + room, np.float32)
    dice = np.zeros(1, np.uint64)
    count = network_judge(encoding)(np.asarray(view)[()], policy.parameters, dice, actions, outputs)
    return actions[:count].tolist(), outputs[: count + 1]


@pytest.mark.parametrize("game", GAMES, ids=spell)
def test_compiled_outputs_are_those_of_numpy_and_onnxruntime(game: Any) -> None:
    """Every legal action's logit and the state's value within 1e-4, and the best action first."""
    network = small(game)
    loaded = LoadedNetwork(write(network, header(game)), "x")
    views = walk(game, 4)
    seen = np.stack([observation(game, view) for view, _ in views])
    expected = network.forward(seen)
    logits, values = loaded.run(seen)
    assert values is not None
    np.testing.assert_allclose(logits, expected[:, :-1], atol=1e-4)
    np.testing.assert_allclose(values, expected[:, -1], atol=1e-4)
    for row, (view, legal) in enumerate(views):
        actions, outputs = _judged(game, network, view)
        assert sorted(actions) == options(game, legal).tolist()
        np.testing.assert_allclose(outputs, expected[row, [*actions, network.actions]], atol=1e-4)
        assert outputs[0] == outputs[:-1].max()


@pytest.mark.parametrize("hidden", [(), (8,), (5, 3, 9)])
def test_any_number_of_layers(hidden: tuple[int, ...]) -> None:
    """A linear network, one hidden layer and three are computed as NumPy does."""
    game = DhumbalMini()
    network = small(game, value=False, hidden=hidden)
    for view, _ in walk(game, 3):
        actions, outputs = _judged(game, network, view)
        expected = network.forward(observation(game, view)[np.newaxis])[0, actions]
        np.testing.assert_allclose(outputs[: len(actions)], expected, atol=1e-4)


@pytest.mark.parametrize("game", GAMES, ids=spell)
@pytest.mark.parametrize("greedy", [True, False])
def test_blocks_are_what_the_referee_plays(game: Any, greedy: bool) -> None:
    """The same actions, dice and all."""
    agent = Policy.of(small(game), header(game), "net", greedy=greedy)
    policy = agent.compiled_policy(game)
    assert policy is not None
    for deal in range(4):
        dice = [deal + 10 * seat for seat in range(game.spec.players)]
        seating = [0] * game.spec.players
        actions, outcome = play_recorded(game.resolved, [policy], deal, seating, dice)
        record = play(game, [agent] * game.spec.players, deal, seeds=dice)
        assert actions == list(record.actions)
        assert tuple(outcome.returns[0, 0]) == record.scores
        assert not record.faults


def test_draws_follow_the_softmax() -> None:
    """20,000 draws at one view: each share within five standard errors of its probability."""
    game = DhumbalMini()
    network = small(game)
    view, _ = max(walk(game, 5), key=lambda found: len(list(found[1])))
    actions, outputs = _judged(game, network, view)
    policy = network_policy(game, network, greedy=False)
    dice = np.zeros(1, np.uint64)
    record = np.asarray(view)[()]
    n = 20_000
    drawn = [policy.decide(record, policy.parameters, dice) for _ in range(n)]
    weights = np.exp(outputs[:-1].astype(float))
    for action, share in zip(actions, weights / weights.sum(), strict=True):
        assert abs(drawn.count(action) / n - share) < 5 * (share * (1 - share) / n) ** 0.5


def test_a_forced_move_draws_no_dice() -> None:
    """One legal action: played, and the dice stay as they are."""
    game = Dhumbal()
    policy = network_policy(game, small(game), greedy=False)
    state = game.init(0)
    rng = np.random.default_rng(0)
    while True:
        actor = game.actors(state)[0]
        legal = game.legal(state, actor)
        if len(options(game, legal)) == 1:
            break
        state = game.step(state, {actor: legal.sample(rng)})
    dice = np.array([5], np.uint64)
    chosen = policy.decide(np.asarray(game.view(state, actor))[()], policy.parameters, dice)
    assert [chosen] == options(game, legal).tolist()
    assert dice[0] == 5


def test_too_few_actions_are_refused() -> None:
    """A network for 369 actions does not play with jokers; one for jokers plays without."""
    plain, jokers = Dhumbal(), Dhumbal(jokers=2)
    with pytest.raises(NotCapable, match=r"knows 369 actions, dhumbal by these rules has 1554"):
        network_policy(jokers, small(plain), greedy=True)
    assert fitting_encoding(plain, small(jokers, hidden=(4,))).actions == 369


def test_other_features_and_games_are_refused() -> None:
    """A clear sentence for each."""
    network = Perceptron((np.zeros((3, 400), np.float32),), (np.zeros(400, np.float32),), 400)
    with pytest.raises(NotCapable, match=r"the network reads 3 features, dhumbal has 925"):
        network_policy(Dhumbal(), network, greedy=True)
    board: Game[Any, Any, Any] = Noughts()
    with pytest.raises(NotCapable, match=r"noughts has no compiled encoding"):
        network_policy(board, network, greedy=True)


def test_the_player_does_what_the_policy_does() -> None:
    """Turn by turn, on the same views."""
    game = Dhumbal()
    agent = Policy.of(small(game), header(game), "net")
    seat = Seat(game, 0, "player", Conditions(), 3)
    player, policy = agent.sit(seat), agent.compiled_policy(game)
    assert policy is not None
    for view, legal in walk(game, 2):
        dice = np.zeros(1, np.uint64)
        expected = policy.decide(np.asarray(view)[()], policy.parameters, dice)
        assert player.act(Turn(view, legal, 0, seat)) == expected
