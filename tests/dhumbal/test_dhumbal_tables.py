"""Matches side by side for learners are the same matches as the referee's and the batch referee's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents.dhumbal.rule_based import Aggressive, Balanced, Greedy
from arena import streams
from arena.capabilities import CompiledPolicy, Learnable, capabilities
from arena.errors import BadInput, HostFault, IllegalAction
from arena.jit import jit
from games.dhumbal.encode import encode
from games.dhumbal.game import Dhumbal
from games.dhumbal.mini import DhumbalMini
from games.dhumbal.tables import LearningTables

VARIANTS = (
    Dhumbal(players=2, rules="np10"),
    Dhumbal(players=5, rules="np5"),
    Dhumbal(players=3, rules="yaniv", match="round"),
)
RIVALS = (Aggressive(), Balanced())


def _tables(lanes: int, games: tuple[Dhumbal, ...] = VARIANTS) -> LearningTables:
    return games[0].tables(games, [[rival.policy(game) for rival in RIVALS] for game in games], lanes)


def _numbers(name: str, shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    key = streams.derive(streams.root_key(11), name)
    return streams.numbers(key, 0, int(np.prod(shape))).reshape(shape)


def test_the_capability_is_listed() -> None:
    """Dhumbal and its miniature are learnable; their encodings say how long vectors and tables of actions are."""
    for game in (*VARIANTS, DhumbalMini()):
        assert isinstance(game, Learnable)
        assert "learnable" in capabilities(game)
        assert game.encoding().features == sum(
            part.size for part in encode(game.view(game.init(3), 0)).values()
        )
        assert game.encoding().actions == game.resolved.actions


def test_a_lane_is_the_scalar_game() -> None:
    """Learners on all seats: observations, masks, actors, returns are those of the scalar game at every step."""
    games, lanes = VARIANTS, 9
    tables = _tables(lanes)
    seeds = _numbers("deals", (lanes,))
    variants = np.arange(lanes) % 3
    seating = np.tile(-1 - np.arange(tables.players), (lanes, 1))
    tables.begin(np.arange(lanes), variants, seeds, seating, _numbers("dice", (lanes, tables.players)))
    states = [games[variant].init(int(seed)) for variant, seed in zip(variants, seeds, strict=True)]
    rng = np.random.default_rng(5)
    for _ in range(400):
        running = np.flatnonzero(~tables.over)
        observations, masks = tables.observe(running)
        actions = np.array([rng.choice(np.flatnonzero(mask)) for mask in masks])
        for row, lane in enumerate(running):
            game, state = games[variants[lane]], states[lane]
            (actor,) = game.actors(state)
            assert tables.actors[lane] == tables.askers[lane] == actor
            flat = np.concatenate([part.ravel() for part in encode(game.view(state, actor)).values()])
            assert np.array_equal(flat, observations[row])
            legal = game.mask(game.legal(state, actor))
            assert np.array_equal(masks[row, : len(legal)], legal)
            assert not masks[row, len(legal) :].any()
            states[lane] = game.step(state, {actor: int(actions[row])})
        tables.act(running, actions)
        for lane in running:
            game, state = games[variants[lane]], states[lane]
            assert tables.over[lane] == (game.outcome(state) is not None)
            returns = tables.returns[lane, : game.players]
            assert np.array_equal(returns, state["returns"][0, : game.players])
    assert tables.over.any()


def test_policies_alone_play_the_blocks_of_the_batch_referee() -> None:
    """With a policy on every seat, a match is over when it has begun, and pays what `play_blocks` pays."""
    game, lanes = Dhumbal(players=4, rules="np5"), 40
    tables = _tables(lanes, (game,))
    deals, dice = _numbers("deals", (lanes,)), _numbers("dice", (lanes, 4))
    seating = np.arange(lanes * 4).reshape(lanes, 4) // 3 % 2
    tables.begin(np.arange(lanes), np.zeros(lanes, np.int64), deals, seating, dice)
    policies = [rival.policy(game) for rival in RIVALS]
    blocks = game.play_blocks(policies, deals, seating[:, None].astype(np.int16), dice[:, None])
    assert tables.over.all()
    assert np.array_equal(tables.returns, blocks.returns[:, 0])
    assert (tables.actors == -1).all()
    assert (tables.askers == -1).all()


def test_a_learner_that_plays_as_a_policy_makes_its_match() -> None:
    """Between a learner's turns the policies play on with the dice they would have in a match of policies alone."""
    game, lanes = Dhumbal(players=3, rules="np10"), 12
    rival = Greedy()
    tables = game.tables([game], [[rival.policy(game)]], lanes)
    deals, dice = _numbers("deals", (lanes,)), _numbers("dice", (lanes, 3))
    seating = np.where(np.arange(3) == np.arange(lanes)[:, None] % 3, -1, 0)
    tables.begin(np.arange(lanes), np.zeros(lanes, np.int64), deals, seating, dice)
    policy = rival.policy(game)
    while not tables.over.all():
        waiting = np.flatnonzero(~tables.over)
        views = [game.view(tables.states[lane : lane + 1].copy(), tables.actors[lane]) for lane in waiting]
        chosen = [policy.decide(view[()], policy.parameters, np.zeros(1, np.uint64)) for view in views]
        tables.act(waiting, np.array(chosen))
    blocks = game.play_blocks(
        [policy], deals, np.zeros((lanes, 1, 3), np.int16), np.ascontiguousarray(dice[:, None])
    )
    assert np.array_equal(tables.returns, blocks.returns[:, 0])


def test_what_does_not_fit_is_refused() -> None:
    """Shapes, numbers of lanes, variants and policies, other games, and illegal actions; then no match has moved."""
    tables = _tables(2)
    lanes, variants, deals = np.arange(2), np.zeros(2, np.int64), _numbers("deals", (2,))
    seating, dice = np.full((2, 5), -1), _numbers("dice", (2, 5))
    with pytest.raises(BadInput, match=r"seating and dice \[2, 5\]"):
        tables.begin(lanes, variants, deals, seating[:, :2], dice)
    with pytest.raises(BadInput, match="expected lanes from 0 to 1"):
        tables.begin(lanes + 1, variants, deals, seating, dice)
    with pytest.raises(BadInput, match="expected variants from 0 to 2"):
        tables.begin(lanes, variants - 1, deals, seating, dice)
    with pytest.raises(BadInput, match="numbers of policies, got 2"):
        tables.begin(lanes, variants, deals, seating + 3, dice)
    with pytest.raises(BadInput, match="expected games of Dhumbal"):
        VARIANTS[0].tables(["poker"], [[]], 2)
    with pytest.raises(BadInput, match="got 0 lanes"):
        _tables(0)
    tables.begin(lanes, variants, deals, seating, dice)
    before = tables.states.copy()
    legal = int(np.flatnonzero(tables.observe(lanes)[1][0])[0])
    with pytest.raises(IllegalAction, match="lane 1: action -1 is not legal"):
        tables.act(lanes, np.array([legal, -1]))
    assert np.array_equal(before, tables.states)


@jit
def _cheat(view: Any, parameters: Any, rng: Any) -> int:
    return len(parameters) - 1


def test_a_policy_that_cheats_is_a_fault_of_the_house() -> None:
    """Compiled policies are the arena's own: an illegal action names the lane."""
    game = Dhumbal(players=2, rules="np10")
    tables = game.tables([game], [[CompiledPolicy(_cheat, np.zeros(0))]], 1)
    lanes = np.zeros(1, np.int64)
    with pytest.raises(HostFault, match="lane 0: a compiled policy played an illegal action"):
        tables.begin(lanes, lanes, _numbers("d", (1,)), np.zeros((1, 2), np.int64), _numbers("e", (1, 2)))
