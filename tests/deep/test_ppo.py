"""PPO: the loss against a reference in NumPy, the same curve from the same seed, resuming, and learning itself."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from agents.dhumbal.rule_based import Aggressive, Tuned
from agents.evolution.match_up import deals_of, estimate, match_up
from arena.errors import BadParameter, LearningDiverged, MissingExtra, NotCapable
from arena.learner import Checkpoint, Task
from games.dhumbal.game import Dhumbal
from games.dhumbal.mini import DhumbalMini

torch = pytest.importorskip("torch", reason="learners need the extra `train`")

from agents.deep.chooser import DrawingChooser  # noqa: E402  # after the check that torch is there
from agents.deep.ppo import PPO  # noqa: E402  # after the check that torch is there
from agents.deep.ppo_loss import Minibatch, ppo_loss  # noqa: E402
from agents.deep.ppo_training import PPOTraining  # noqa: E402
from agents.deep.torch_net import Network, masked_log_softmax  # noqa: E402

QUICK = PPO(hidden=(32,), batch=512, minibatch=128, league_every=900, league=2, past=0.3, horizon=5000)
GAMES = (Dhumbal(players=2, rules="np10"), Dhumbal(players=3, rules="np5"))
TASK = Task(GAMES, opponents=(Aggressive(),))


def _first(
    learner: PPO, task: Task, seed: int, count: int, resume: Checkpoint | None = None
) -> list[Checkpoint]:
    return list(itertools.islice(learner.train(task, seed, resume), count))


def _curve(checkpoints: list[Checkpoint]) -> list[Any]:
    """All that a training tells, but the time it took, and the weights."""
    return [
        (
            point.steps,
            {name: value for name, value in point.metrics.items() if not name.endswith("_s")},
            point.agent.model,  # type: ignore[attr-defined]
        )
        for point in checkpoints
    ]


def test_the_loss_is_that_of_the_paper() -> None:
    """Ratio, clipping, entropy over legal actions, value error and imitation, each computed again decision by decision."""
    rng = np.random.default_rng(1)
    count, actions = 60, 7
    masks = rng.random((count, actions)) < 0.6
    masks[:, 3] = True
    chosen = np.array([rng.choice(np.flatnonzero(row)) for row in masks])
    advice = np.array([rng.choice(np.flatnonzero(row)) for row in masks])
    logits = rng.normal(size=(count, actions)).astype(np.float32)
    old, gains, targets, values = (rng.normal(size=count).astype(np.float32) for _ in range(4))
    old = -np.abs(old)
    batch = Minibatch(
        torch.zeros(count, 1),
        *(torch.from_numpy(x) for x in (masks, chosen, old, values, gains, targets, advice)),
    )
    loss, metrics = ppo_loss(torch.from_numpy(logits), torch.from_numpy(values), batch, 0.2, 0.5, 0.01, 0.3)
    policy, entropy, clipped, divergence, taught = [], [], [], [], []
    for k in range(count):
        allowed = np.exp(logits[k][masks[k]].astype(float))
        shares = allowed / allowed.sum()
        chance = dict(zip(np.flatnonzero(masks[k]).tolist(), shares.tolist(), strict=True))
        ratio = chance[int(chosen[k])] / np.exp(float(old[k]))
        policy.append(-min(ratio * gains[k], min(max(ratio, 0.8), 1.2) * gains[k]))
        entropy.append(-sum(p * np.log(p) for p in shares))
        clipped.append(abs(ratio - 1) > 0.2)
        divergence.append(ratio - 1 - np.log(ratio))
        taught.append(np.log(chance[int(advice[k])]))
    error = ((values - targets) ** 2).mean()
    wanted = np.mean(policy) + 0.5 * error - 0.01 * np.mean(entropy) - 0.3 * np.mean(taught)
    assert float(loss) == pytest.approx(wanted, rel=1e-5)
    assert metrics["policy_loss"] == pytest.approx(np.mean(policy), rel=1e-5)
    assert metrics["value_loss"] == pytest.approx(error, rel=1e-5)
    assert metrics["entropy"] == pytest.approx(np.mean(entropy), rel=1e-5)
    assert metrics["clipped"] == pytest.approx(np.mean(clipped))
    assert metrics["divergence"] == pytest.approx(np.mean(divergence), rel=1e-4)
    assert metrics["agreement"] == pytest.approx(np.exp(taught).mean(), rel=1e-5)


def test_draws_are_legal_and_follow_the_policy() -> None:
    """Over many draws every legal action comes as often as its probability says, and no other ever."""
    torch.manual_seed(3)
    network = Network(4, (8,), 6, head_gain=3.0)
    observation = np.random.default_rng(2).normal(size=4).astype(np.float32)
    mask = np.array([True, False, True, True, False, True])
    count = 40_000
    rows, masks = np.tile(observation, (count, 1)), np.tile(mask, (count, 1))
    choice = DrawingChooser(network.plain(), np.random.default_rng(7))(rows, masks)
    with torch.no_grad():
        logits, value = network(torch.from_numpy(rows[:1]))
        chances = masked_log_softmax(logits, torch.from_numpy(masks[:1])).exp().numpy()[0]
    shares = np.bincount(choice.actions, minlength=6) / count
    assert shares[~mask].sum() == 0
    assert np.abs(shares - chances).max() < 4 * 0.5 / count**0.5
    assert choice.log_probs == pytest.approx(np.log(chances[choice.actions]), abs=1e-5)
    assert choice.values == pytest.approx(float(value[0]), abs=1e-6)
    plain = network.plain().forward(rows[:1])
    assert plain[0, :6] == pytest.approx(logits[0].numpy(), abs=1e-5)
    assert plain[0, 6] == pytest.approx(float(value[0]), abs=1e-5)


def test_the_same_seed_gives_the_same_curve_and_resuming_goes_on_with_it() -> None:
    """Checkpoints 4 to 6 of an undisturbed training come again from checkpoint 3, bit for bit; another seed differs."""
    whole = _first(QUICK, TASK, 5, 6)
    assert whole[5].steps > 2 * QUICK.league_every
    assert _curve(_first(QUICK, TASK, 5, 2)) == _curve(whole[:2])
    assert _curve(_first(QUICK, TASK, 5, 3, resume=whole[2])) == _curve(whole[3:])
    assert _curve(_first(QUICK, TASK, 6, 1)) != _curve(whole[:1])


def test_it_learns_the_miniature_game() -> None:
    """From nothing to better than Aggressive, who always calls, on deals it has not seen, in some ten thousand decisions."""
    game = DhumbalMini()
    learner = PPO(hidden=(64,), batch=2048, minibatch=256, rate=2e-3, horizon=60_000, entropy=0.02, past=0.0)
    training = learner.train(Task((game,), opponents=(Aggressive(),)), 1)
    before, *_, after = itertools.islice(training, 25)
    deals = deals_of(9, 2, 4000)
    gains = [match_up(game, point.agent, Aggressive(), deals).returns for point in (before, after)]
    better = estimate(gains[1] - gains[0])
    assert better.mean > better.half_width
    assert estimate(gains[1]).mean > 0


def test_a_teacher_is_imitated_at_first() -> None:
    """With a teacher the network soon plays his actions; his weight falls to nothing, and then he is not asked."""
    learner = PPO(
        hidden=(64,),
        batch=1024,
        minibatch=128,
        rate=2e-3,
        teacher="tuned",
        teacher_steps=4000,
        horizon=20_000,
    )
    points = _first(learner, Task((Dhumbal(players=2, rules="np10"),), opponents=(Tuned(),)), 1, 14)
    agreement = [point.metrics.get("agreement") for point in points]
    taught = [value for value in agreement if value is not None]
    assert taught[-1] > taught[0] + 0.1
    assert agreement[-1] is None
    assert all(
        value is not None for value, point in zip(agreement[1:], points, strict=False) if point.steps < 4000
    )


@pytest.mark.parametrize(
    ("learner", "words"),
    [
        (PPO(hidden=(0,)), "ppo: expected hidden from 1 to 4096, whole, got"),
        (PPO(batch=0), "ppo: expected batch from 1 to"),
        (PPO(trace=1.5), "ppo: expected trace from 0 to 1, got 1.5"),
        (PPO(rate=float("nan")), "ppo: expected rate from 0 to 10, got nan"),
        (PPO(precision="bfloat"), "did you mean 'bfloat16'"),
        (PPO(teacher="tunde"), "did you mean 'tuned'"),
    ],
)
def test_bad_parameters_are_named(learner: PPO, words: str) -> None:
    """One line names the parameter, what it may be, and what came."""
    with pytest.raises(BadParameter if "ppo" in words or "bfloat" in words else Exception, match=words):
        next(iter(learner.train(TASK, 1)))


def test_what_cannot_be_learned_is_refused() -> None:
    """No game, games of two kinds, and the state of another training or of none."""
    with pytest.raises(BadParameter, match="expected a game to learn"):
        next(QUICK.train(Task(()), 1))
    with pytest.raises(NotCapable, match="expected games of one kind"):
        next(QUICK.train(Task((GAMES[0], DhumbalMini())), 1))
    point = _first(QUICK, TASK, 5, 1)[0]
    with pytest.raises(BadParameter, match="got that of"):
        next(QUICK.train(TASK, 6, point))
    with pytest.raises(BadParameter, match="bytes that are none"):
        next(QUICK.train(TASK, 5, Checkpoint(point.agent, 1, {}, b"nonsense")))


def test_numbers_that_are_none_stop_the_training() -> None:
    """A network with NaN in it, as an exploding gradient leaves behind, ends in one line instead of a checkpoint."""
    training = PPOTraining(QUICK, TASK, 1)
    training.update()
    with torch.no_grad():
        training._network.head.bias[-1] = float("nan")
    with pytest.raises(LearningDiverged, match="ppo: the loss is nan after"):
        training.update()


def test_an_absent_torch_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "torch" else name)
    with pytest.raises(MissingExtra, match=r"torch is not installed: pip install 'agent-arena\[train\]'"):
        QUICK.train(TASK, 1)
