"""How fast networks are trained: a learner's decisions per second, play and learning together, beside Stable-Baselines3.

    python benchmarks/training.py                  a table
    python benchmarks/training.py --json           one JSON object a line: what, value, unit, peer, peer_value, ratio

Dhumbal by `np10` with 4 players. All train the same network (two hidden layers of 256, shared by policy and value) by masked
PPO, with the same batch, minibatches and epochs, on one thread. Against opponents means three Aggressive, who act between the
learner's decisions; in self-play every decision is the learner's. The peer is sb3-contrib's MaskablePPO on three environments:
our VecEnv in arrays, our Gymnasium adapter, and our PettingZoo adapter as an environment with one learner, which is how
PettingZoo's tutorial has it; the last two one at a time and several in a DummyVecEnv. Updates that compile or guess do not
count; the others take turns, and medians are told. Rates are by the wall clock; those by the processor's time tell less of
what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

# Before NumPy and PyTorch are loaded.
os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

from agents.deep.ppo import PPO
from agents.dhumbal.rule_based import Aggressive
from arena.adapters.gymnasium_env import ArenaGym
from arena.adapters.pettingzoo_aec import ArenaAEC
from arena.adapters.sb3_vec_env import ArenaVecEnv
from arena.learner import Task
from benchmarks.training_peers import AecLearner, GymLearner, maskable_ppo
from games.dhumbal.game import Dhumbal

GAME = Dhumbal(rules="np10", players=4)
HIDDEN = (256, 256)
PRECISIONS = ("float32", "bfloat16")


class Settings(NamedTuple):
    """What is the same for all."""

    batch: int
    minibatch: int
    epochs: int


class Update(NamedTuple):
    """What one update took."""

    decisions: int
    wall_s: float
    cpu_s: float
    play_s: float
    """Of the wall's."""


class Trainer(NamedTuple):
    """Somebody who trains."""

    name: str
    peer_of: tuple[str, ...]
    """The kinds of ours that are told beside it."""
    update: Callable[[], Update]
    """Play a batch and learn from it."""


class Row(NamedTuple):
    """One measurement beside its peer's."""

    what: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    ratio: float | None = None


def _called(precision: str, kind: str) -> str:
    return f"ours {precision}, {kind}"


def _ours(settings: Settings, precision: str, kind: str) -> Trainer:
    learner = PPO(
        hidden=HIDDEN,
        batch=settings.batch,
        minibatch=settings.minibatch,
        epochs=settings.epochs,
        opponents=1.0 if kind == "opponents" else 0.0,
        past=0.0,
        precision=precision,
    )
    checkpoints = learner.train(Task((GAME,), opponents=(Aggressive(),)), seed=1)
    steps = 0

    def update() -> Update:
        nonlocal steps
        wall, cpu = perf_counter(), process_time()
        checkpoint = next(checkpoints)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        decisions, steps = checkpoint.steps - steps, checkpoint.steps
        return Update(decisions, wall, cpu, checkpoint.metrics["play_s"])

    # The size of the first batch is a guess.
    update()
    update()
    return Trainer(_called(precision, kind), (), update)


def _theirs(settings: Settings, name: str, peer_of: tuple[str, ...], env: VecEnv) -> Trainer:
    maskable_ppo(env, HIDDEN, 4 * env.num_envs, 4 * env.num_envs, 1).learn(1)
    model = maskable_ppo(env, HIDDEN, *settings)
    learning_s = 0.0
    train = model.train

    def timed() -> None:
        nonlocal learning_s
        began = perf_counter()
        train()
        learning_s = perf_counter() - began

    model.train = timed  # type: ignore[method-assign]

    def update() -> Update:
        wall, cpu, before = perf_counter(), process_time(), model.num_timesteps
        model.learn(settings.batch, reset_num_timesteps=False)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        return Update(model.num_timesteps - before, wall, cpu, wall - learning_s)

    return Trainer(name, peer_of, update)


def _trainers(settings: Settings, lanes: int, several: int) -> Iterator[Trainer]:
    for kind in ("opponents", "self-play"):
        for precision in PRECISIONS:
            yield _ours(settings, precision, kind)
    yield _theirs(
        settings,
        f"MaskablePPO on our VecEnv, {lanes} lanes",
        ("opponents",),
        ArenaVecEnv(GAME, Aggressive(), lanes, seat=0),
    )
    for count in (1, several):
        envs = "1 environment" if count == 1 else f"{count} environments"
        yield _theirs(
            settings,
            f"MaskablePPO on our Gymnasium adapter, {envs}",
            ("opponents",),
            DummyVecEnv([lambda: GymLearner(ArenaGym(GAME, Aggressive()))] * count),
        )
        yield _theirs(
            settings,
            f"MaskablePPO on our PettingZoo adapter, {envs}",
            ("self-play", "opponents"),
            DummyVecEnv([lambda: AecLearner(ArenaAEC(GAME))] * count),
        )


def _rows(found: dict[str, list[Update]], peer_of: dict[str, tuple[str, ...]]) -> Iterator[Row]:
    """Everybody's rates and where the time goes, and ours beside each of theirs."""
    for name, updates in found.items():
        yield Row(f"{name}: play", median(u.play_s / u.decisions for u in updates) * 1e6, "us a decision")
        learning = median((u.wall_s - u.play_s) / u.decisions for u in updates) * 1e6
        yield Row(f"{name}: learning", learning, "us a decision")
    for unit, seconds in (("decisions/s", "wall_s"), ("decisions/s of the processor", "cpu_s")):
        rates = {
            name: median(update.decisions / getattr(update, seconds) for update in updates)
            for name, updates in found.items()
        }
        for peer, kinds in peer_of.items():
            if not kinds:
                yield Row(peer, rates[peer], unit)
            for name in (_called(precision, kind) for kind in kinds for precision in PRECISIONS):
                yield Row(name, rates[name], unit, peer, rates[peer], rates[name] / rates[peer])


def measure(settings: Settings, lanes: int, several: int, repeats: int) -> Iterator[Row]:
    """Every figure; all trainers take turns."""
    trainers = list(_trainers(settings, lanes, several))
    found: dict[str, list[Update]] = {trainer.name: [] for trainer in trainers}
    for repeat in range(repeats):
        for trainer in trainers:
            update = trainer.update()
            found[trainer.name].append(update)
            wall, cpu = update.decisions / update.wall_s, update.decisions / update.cpu_s
            told = f"{repeat + 1}/{repeats} {trainer.name}: {wall:,.0f}/s, {cpu:,.0f}/s of the processor"
            print(told, file=sys.stderr, flush=True)
    yield from _rows(found, {trainer.name: trainer.peer_of for trainer in trainers})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--batch", type=int, default=8192, help="decisions of an update")
    parser.add_argument("--minibatch", type=int, default=2048, help="decisions of a step of the gradient")
    parser.add_argument("--epochs", type=int, default=2, help="how often an update goes through its batch")
    parser.add_argument("--lanes", type=int, default=128, help="matches side by side in our VecEnv")
    parser.add_argument("--several", type=int, default=8, help="environments in a DummyVecEnv")
    parser.add_argument("--repeats", type=int, default=3, help="updates of each that count")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings(chosen.batch, chosen.minibatch, chosen.epochs)
    for row in measure(settings, chosen.lanes, chosen.several, chosen.repeats):
        if chosen.json:
            print(json.dumps(row._asdict()), flush=True)
        else:
            beside = f"   {row.ratio:6,.1f} x {row.peer} ({row.peer_value:,.0f})" if row.ratio else ""
            print(f"{row.what:62} {row.value:10,.1f} {row.unit:28}{beside}", flush=True)


if __name__ == "__main__":
    main()
