"""Agents that are networks: their files, their cards; and how a training looks on a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from agents.deep.agent import Policy
from agents.deep.card import card_of
from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import Header, policy_digest
from agents.evolution.match_up import Estimate
from agents.training.configuration import Configuration, Session
from agents.training.evaluation import Result
from agents.training.folder import Best, RunFolder, Saved
from agents.training.networks import NETWORK, SPELLED, agent_bytes
from agents.training.progress import Progress
from arena.cli._train_card import keep_card
from arena.cli._train_screen import Screen
from arena.learner import Checkpoint
from arena.registry import make_agent

PLAN = Configuration(
    games=("dhumbal(players=2)",),
    learner="climber",
    seed=5,
    steps=9,
    checkpoint_every=9,
    evaluate_every=9,
    evaluate_against=("greedy",),
    evaluate_blocks=70,
)
RESULTS = (
    Result("dhumbal", "greedy", Estimate(1.25, 0.5), {"wins": Estimate(0.3, 0.01)}, 70),
    Result("dhumbal", "random", Estimate(60.0, 1.0), {}, 70),
)


pytest.importorskip("onnx")


def network(seed: int) -> Policy:
    rng = np.random.default_rng(seed)
    layer = rng.normal(size=(5, 4)).astype(np.float32)
    perceptron = Perceptron((layer,), (np.zeros(4, np.float32),), actions=3)
    return Policy.of(perceptron, Header("dhumbal", "toy-1", 5, 3, "logits", steps=9), "toy")


def test_networks_are_kept_as_their_bytes() -> None:
    """A network is its file, the same each time; any other agent is its spelling."""
    ending, data = agent_bytes(network(1))

    assert ending == NETWORK
    assert data == network(1).model != network(2).model
    assert agent_bytes(make_agent("ismcts:simulations=9")) == (SPELLED, b"ismcts(simulations=9)\n")


def test_a_card_tells_of_strength_and_training(tmp_path: Path) -> None:
    """The table and the training's words are in the card; network and digest stay; newer lines replace older ones."""
    session = Session(
        from_steps=0, versions={}, commit="0a1b+", machine={"cores": "2"}, command="arena train toy"
    )
    folder = RunFolder(tmp_path)
    folder.open(PLAN, session)
    folder.curve.add(1, 9, {}, None, {"seconds": 7200.0})
    folder.save(Saved(Checkpoint(network(1), 9), 1, Best(9, 1.0), 0), keep=3)
    file = folder.agent_path()
    keep_card(file, RESULTS, 5)
    keep_card(file, RESULTS[:1], 6)
    card = card_of(file.read_bytes())

    assert file == tmp_path / "best.onnx"
    assert policy_digest(file.read_bytes()) == policy_digest(network(1).model)
    assert (card.rules, card.command, card.hours, card.machine, card.commit) == (
        ("dhumbal(players=2)",),
        "arena train toy",
        2.0,
        "cores 2",
        "0a1b+",
    )
    assert [(one.opponent, one.mean, one.half_width, one.blocks) for one in card.strengths] == [
        ("greedy", 1.25, 0.5, 70),
        ("random", 60.0, 1.0, 70),
    ]
    assert card.strengths[0].command == (
        "arena evaluate best.onnx --game dhumbal --against greedy --blocks 70 --seed 6"
    )
    assert (tmp_path / "last.onnx").read_bytes() == network(1).model


def test_the_live_screen() -> None:
    """Everything that a training tells is on the screen, within 80 columns."""
    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True, color_system=None)
    progress = Progress(
        steps=500_000,
        target=1_000_000,
        rate=20_000.0,
        left=25.0,
        metrics={"reward": 1.5, "entropy": 0.25, "learn_s": 9.0},
        results=RESULTS,
        evaluated=450_000,
        best=Best(400_000, 3.5),
        stale=1,
        saved=480_000,
    )
    console.print(Screen(console, "ppo learns dhumbal").look(progress))
    file = console.file
    assert isinstance(file, io.StringIO)
    text = file.getvalue()

    for part in (
        "ppo learns dhumbal",
        "500,000 of 1,000,000 decisions · 20,000 decisions/s · 0:25 left",
        "reward 1.5  entropy 0.25",
        "checkpoint after 480,000 · best after 400,000: +3.50, the last but 1",
        "+1.25 ± 0.50   30.0 ± 1.0",
        "95 % intervals, after 450,000 decisions",
    ):
        assert part in text
    assert "learn_s" not in text
    assert max(map(len, text.splitlines())) <= 80
