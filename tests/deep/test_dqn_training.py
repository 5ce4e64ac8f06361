"""Trainings by DQN: the same by the seed, the same when resumed, and good at games whose best play is known."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from learnable_nim import MOST, LearnableNim

from agents.dhumbal.rule_based import Aggressive
from agents.evolution.match_up import deals_of, estimate, match_up
from agents.human.agent import Human
from arena.agent import Agent
from arena.errors import BadParameter, LearningDiverged, NotCapable
from arena.learner import Checkpoint, Task
from games.dhumbal.mini import DhumbalMini

torch = pytest.importorskip("torch", reason="learners need the extra `train`")

from agents.deep.agent import Policy  # noqa: E402  # after the check that torch is there
from agents.deep.dqn import DQN  # noqa: E402
from agents.deep.dqn_training import DQNTraining  # noqa: E402
from agents.deep.policy_file import read  # noqa: E402

NIM = Task((LearnableNim(counters=MOST), LearnableNim(counters=5)))
SMALL = DQN(
    hidden=(32,),
    batch=512,
    capacity=2000,
    minibatch=128,
    horizon=10_000,
    n_step=2,
    rate=3e-3,
    final_rate=1e-3,
    exploration=8000,
    target_rate=0.05,
)
SOLVER = dataclasses.replace(SMALL, horizon=30_000, final_epsilon=0.1)
TIMES = ("play_s", "learn_s")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Networks this small only wait for each other on more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _first(learner: DQN, count: int, *, seed: int = 1, resume: Checkpoint | None = None) -> list[Checkpoint]:
    return list(itertools.islice(learner.train(NIM, seed, resume), count))


def _facts(checkpoint: Checkpoint) -> tuple[object, ...]:
    metrics = {name: value for name, value in checkpoint.metrics.items() if name not in TIMES}
    return checkpoint.steps, metrics, checkpoint.agent.digest(), checkpoint.state


def _mistakes(agent: Agent) -> list[int]:
    """The piles from which a winning move exists and the agent takes another one."""
    assert isinstance(agent, Policy)
    perceptron, header = read(agent.model)
    assert header.kind == "values"
    piles = np.arange(1, MOST + 1)
    seen = np.zeros((MOST, MOST + 2), np.float32)
    seen[piles - 1, piles] = 1.0
    seen[:, -1] = piles / 2.0
    values = np.where(np.arange(3) < piles[:, None], perceptron.forward(seen), -np.inf)
    taken = values.argmax(axis=1) + 1
    return [int(pile) for pile in piles if pile % 4 and taken[pile - 1] != pile % 4]


def test_the_same_seed_gives_the_same_training() -> None:
    """Agents, metrics and states, bit for bit; another seed gives others."""
    left, right, other = _first(SMALL, 4), _first(SMALL, 4), _first(SMALL, 4, seed=2)
    assert [_facts(checkpoint) for checkpoint in left] == [_facts(checkpoint) for checkpoint in right]
    assert all(a.agent.digest() != b.agent.digest() for a, b in zip(left, other, strict=True))
    assert [checkpoint.steps for checkpoint in left] == sorted({checkpoint.steps for checkpoint in left})


@pytest.mark.parametrize("after", [1, 5])
def test_a_resumed_training_is_the_undisturbed_one(after: int) -> None:
    """Also when the replay has thrown rollouts away, and with a target network that is copied now and then."""
    learner = dataclasses.replace(SMALL, target_every=7, target_rate=1.0)
    whole = _first(learner, 8)
    assert whole[-1].steps > learner.capacity
    rest = _first(learner, 8 - after, resume=whole[after - 1])
    assert [_facts(checkpoint) for checkpoint in rest] == [_facts(checkpoint) for checkpoint in whole[after:]]


def test_what_is_no_state_of_this_training_is_refused() -> None:
    """Other hyper-parameters, another seed, and bytes that are nothing."""
    (checkpoint,) = _first(SMALL, 1)
    with pytest.raises(BadParameter, match="expected the state of"):
        _first(dataclasses.replace(SMALL, reuse=1.0), 1, resume=checkpoint)
    with pytest.raises(BadParameter, match="expected the state of"):
        _first(SMALL, 1, seed=2, resume=checkpoint)
    with pytest.raises(BadParameter, match="bytes that are none"):
        _first(SMALL, 1, resume=dataclasses.replace(checkpoint, state=b"nothing"))


@pytest.mark.parametrize(("n", "double"), [(1, True), (2, False), (3, True), (1000, True)])
def test_nim_is_solved(n: int, double: bool) -> None:
    """From every pile up to 13 the winning move is found, by bootstrapping and by Monte Carlo."""
    learner = dataclasses.replace(SOLVER, n_step=n, double=double)
    last = _first(learner, 120)[-1]
    assert last.steps < 70_000
    assert not _mistakes(last.agent)
    assert last.metrics["replay"] <= learner.capacity
    assert last.metrics["epsilon"] == pytest.approx(0.1)


def test_untrained_networks_do_not_know_nim() -> None:
    """The measure above can fail: after one rollout there are mistakes."""
    assert _mistakes(_first(SMALL, 1)[-1].agent)


def test_a_target_network_follows_as_asked() -> None:
    """A rate of 1 every step makes the two equal; rate 0 leaves the target as it was."""
    equal = DQNTraining(dataclasses.replace(SMALL, target_rate=1.0), NIM, 1)
    still = DQNTraining(dataclasses.replace(SMALL, target_rate=0.0), NIM, 1)
    before = {name: value.clone() for name, value in still._target.state_dict().items()}
    equal.update()
    still.update()
    for name, value in before.items():
        assert torch.equal(equal._target.state_dict()[name], equal._network.state_dict()[name])
        assert torch.equal(still._target.state_dict()[name], value)
        assert not torch.equal(still._network.state_dict()[name], value)


def test_the_target_network_is_handed_over() -> None:
    """An agent plays by the averaged weights, also where they are far behind those that learn."""
    training = DQNTraining(dataclasses.replace(SMALL, target_rate=0.0), NIM, 1)
    first = read(training.agent().model)[0]
    training.update()
    again = read(training.agent().model)[0]
    for left, right in zip(first.weights, again.weights, strict=True):
        np.testing.assert_array_equal(left, right)


def test_half_precision_learns_too() -> None:
    """The winning moves of Nim in bfloat16."""
    learner = dataclasses.replace(SOLVER, precision="bfloat16", n_step=1000)
    assert not _mistakes(_first(learner, 120)[-1].agent)


def test_it_gains_on_a_small_card_game() -> None:
    """Against the aggressive player of miniature Dhumbal it wins a clear margin after 40 000 decisions."""
    game, rival = DhumbalMini(), Aggressive()
    learner = dataclasses.replace(SMALL, batch=4096, capacity=20_000, minibatch=512, n_step=1000)
    course = learner.train(Task((game,), opponents=(rival,)), 1)
    last = next(checkpoint for checkpoint in course if checkpoint.steps >= 40_000)
    found = estimate(match_up(game, last.agent, rival, deals_of(5, 2, 4000)).returns)
    assert found.mean - 2 * found.half_width > 0.0


def test_numbers_that_are_none_stop_the_training() -> None:
    """The loss is refused before the network takes a step by it."""
    training = DQNTraining(dataclasses.replace(SMALL, max_gradient=1e6), NIM, 1)
    training.update()
    with torch.no_grad():
        training._network.head.bias[0] = torch.nan
    kept = next(training._network.parameters()).clone()
    with pytest.raises(LearningDiverged, match="dqn: the loss is nan"):
        training.update()
    assert torch.equal(kept, next(training._network.parameters()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hidden": (0,)}, "hidden from 1 to 4096"),
        ({"n_step": 0}, "n_step from 1"),
        ({"discount": 1.5}, "discount from 0 to 1"),
        ({"reuse": 0.0}, "reuse from"),
        ({"capacity": 2.5}, "capacity from 1"),
        ({"precision": "float16"}, "did you mean"),
    ],
)
def test_parameters_that_make_no_sense(change: dict[str, object], words: str) -> None:
    """Each is named, with what it may be."""
    with pytest.raises(BadParameter, match=words):
        next(dataclasses.replace(SMALL, **change).train(NIM, 1))  # type: ignore[arg-type]


def test_opponents_without_compiled_play_are_refused() -> None:
    """People, for instance."""
    with pytest.raises(NotCapable, match="cannot be an opponent"):
        next(SMALL.train(Task((DhumbalMini(),), opponents=(Human(),)), 1))
