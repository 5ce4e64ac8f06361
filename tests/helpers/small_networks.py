"""Random networks for the tests of learned policies, and real views to show them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import Header
from agents.deep.reading import sight
from arena.game import Game


def small(game: Game[Any, Any, Any], *, value: bool = True, hidden: tuple[int, ...] = (24, 17)) -> Perceptron:
    """A network of random weights that fits `game`; hidden widths that no vector register divides."""
    rng = np.random.default_rng(7)
    sizes = (sight(game).features, *hidden, sight(game).actions + value)
    pairs = list(itertools.pairwise(sizes))
    weights = [
        rng.normal(0.0, (2.0 / before) ** 0.5, (before, after)).astype(np.float32) for before, after in pairs
    ]
    biases = [rng.normal(0.0, 0.3, after).astype(np.float32) for _, after in pairs]
    return Perceptron(tuple(weights), tuple(biases), sight(game).actions)


def header(game: Game[Any, Any, Any], kind: str = "logits", scale: float = 1.0) -> Header:
    """What a training on `game` would write."""
    seen = sight(game)
    return Header(
        game.spec.name, seen.version, seen.features, seen.actions, kind, scale, "ppo", "np5", 3, 1000
    )


def walk(game: Game[Any, Any, Any], seeds: int) -> list[tuple[Any, Any]]:
    """The view and the legal actions of every turn that leaves a choice, in random matches."""
    found = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        state = game.init(seed)
        while actors := game.actors(state):
            legal = game.legal(state, actors[0])
            if len(list(legal)) > 1:  # type: ignore[call-overload]
                found.append((game.view(state, actors[0]), legal))
            state = game.step(state, {actors[0]: legal.sample(rng)})
    return found
