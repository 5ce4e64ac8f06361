"""Targets, loss, exploration and the handed-over network of DQN against references written out in Python."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="learners need the extra `train`")

from agents.deep.dqn_loss import (  # noqa: E402  # after the check that torch is there
    action_values,
    chosen_values,
    double_targets,
    huber,
    without_value,
)
from agents.deep.exploring import ExploringChooser  # noqa: E402
from agents.deep.torch_net import Network  # noqa: E402

F, A = 9, 6


def _network(seed: int = 1) -> Network:
    torch.manual_seed(seed)
    return Network(F, (16,), A, head_gain=1.0)


def test_double_targets_by_brute_force() -> None:
    """The learning network picks among what is legal, the target network tells the worth, in rows with a rest only."""
    rng = np.random.default_rng(1)
    gains = rng.normal(size=12).astype(np.float32)
    waiting = np.array([0, 3, 4, 11])
    online, target = rng.normal(size=(2, 4, A)).astype(np.float32)
    masks = rng.random((4, A)) < 0.5
    masks[:, 2] = True
    expected = gains.copy()
    for row, place in enumerate(waiting):
        best = max((action for action in range(A) if masks[row, action]), key=lambda a: online[row, a])
        expected[place] += 0.25 * target[row, best]
    banned = torch.from_numpy(~masks)
    found = double_targets(
        torch.from_numpy(gains),
        torch.from_numpy(waiting),
        torch.from_numpy(online).masked_fill(banned, -torch.inf),
        torch.from_numpy(target),
        0.25,
    )
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6)


def test_huber_is_that_of_torch() -> None:
    """The same numbers, and half the squared error below the threshold."""
    errors = torch.linspace(-3, 3, 41)
    for threshold in (0.5, 1.0, 10.0):
        expected = torch.nn.functional.huber_loss(errors, torch.zeros(41), delta=threshold)
        torch.testing.assert_close(huber(errors, threshold), expected)
    torch.testing.assert_close(huber(errors, 10.0), 0.5 * errors.square().mean())


def test_the_compiled_choice_is_the_best_of_what_is_legal() -> None:
    """Without exploration: the legal action of the largest value in PyTorch, and that value."""
    rng = np.random.default_rng(8)
    network = _network()
    seen = (rng.normal(size=(300, F)) * (rng.random((300, F)) < 0.3)).astype(np.float32)
    masks = rng.random((300, A)) < 0.4
    masks[:, 1] = True
    choice = ExploringChooser(network.plain(), 0.0, rng)(seen, masks)
    with torch.no_grad():
        values = action_values(network, torch.from_numpy(seen)).numpy()
    np.testing.assert_array_equal(choice.actions, np.where(masks, values, -np.inf).argmax(axis=1))
    np.testing.assert_allclose(
        choice.values, np.where(masks, values, -np.inf).max(axis=1), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("epsilon", [0.0, 0.3, 1.0])
def test_exploration_is_legal_and_as_frequent_as_asked(epsilon: float) -> None:
    """Every action is legal; the best one comes with chance 1 - e + e / legal, each other one with e / legal."""
    network = _network()
    count = 20_000
    seen = np.tile(np.random.default_rng(2).normal(size=(1, F)).astype(np.float32), (count, 1))
    masks = np.zeros((count, A), np.bool_)
    masks[:, [1, 3, 4, 5]] = True
    choice = ExploringChooser(network.plain(), epsilon, np.random.default_rng(3))(seen, masks)
    with torch.no_grad():
        values = action_values(network, torch.from_numpy(seen[:1]))[0].numpy()
    best = max((1, 3, 4, 5), key=lambda action: values[action])
    shares = np.bincount(choice.actions, minlength=A) / count
    expected = np.where(masks[0], epsilon / 4, 0.0)
    expected[best] += 1 - epsilon
    assert (shares[~masks[0]] == 0).all()
    np.testing.assert_allclose(shares, expected, atol=5 * 0.5 / count**0.5 if epsilon else 0.0)
    np.testing.assert_allclose(choice.values, values[best], rtol=1e-5)


def test_a_blind_row_leaves_the_dice_of_the_others_alone() -> None:
    """Two numbers a row are drawn whatever they decide: more exploration only changes the rows that explore more."""
    rng = np.random.default_rng(4)
    seen = rng.normal(size=(500, F)).astype(np.float32)
    masks = rng.random((500, A)) < 0.7
    masks[:, 0] = True
    network = _network()
    few, many = (
        ExploringChooser(network.plain(), epsilon, np.random.default_rng(5))(seen, masks).actions
        for epsilon in (0.1, 0.5)
    )
    draws = np.random.default_rng(5).random((500, 2))[:, 0]
    same = (draws < 0.1) | (draws >= 0.5)
    np.testing.assert_array_equal(few[same], many[same])
    assert (few[~same] != many[~same]).any()


def test_chosen_values_are_among_all_values() -> None:
    """Values and gradients are those of all actions' values, of which one a row is picked."""
    rng = np.random.default_rng(7)
    seen = torch.from_numpy(rng.normal(size=(40, F)).astype(np.float32))
    actions = torch.from_numpy(rng.integers(0, A, 40))
    one, other = _network(), _network()
    found = chosen_values(one, seen, actions)
    expected = action_values(other, seen).gather(1, actions[:, None])[:, 0]
    torch.testing.assert_close(found, expected)
    slopes = [
        torch.autograd.grad(values.square().sum(), list(network.parameters()))
        for values, network in ((found, one), (expected, other))
    ]
    for left, right in zip(*slopes, strict=True):
        torch.testing.assert_close(left, right, rtol=1e-4, atol=1e-5)


def test_what_is_handed_over_has_the_same_values() -> None:
    """The perceptron that is handed over gives the values of the network that learned, one output an action."""
    network = _network()
    seen = np.random.default_rng(6).normal(size=(50, F)).astype(np.float32)
    perceptron = without_value(network.plain())
    perceptron.check()
    assert perceptron.outputs == perceptron.actions == A
    with torch.no_grad():
        values = action_values(network, torch.from_numpy(seen)).numpy()
    np.testing.assert_allclose(perceptron.forward(seen), values, rtol=1e-4, atol=1e-5)
