"""Stable-Baselines3's VecEnv onto the tables: each lane is a match of the referee, and their algorithms train on it."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from numpy.typing import NDArray
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.evaluation import evaluate_policy
from sb3_contrib.common.maskable.utils import get_action_masks, is_masking_supported
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import VecCheckNan, VecMonitor
from toy_poker import Kuhn

from agents.dhumbal.rule_based import Aggressive, Conservative, Greedy
from agents.human.agent import Human
from agents.random.agent import Random
from arena.adapters.gymnasium_env import ArenaGym
from arena.adapters.sb3_vec_env import ArenaVecEnv
from arena.adapters.seats import MASK
from arena.agent import Agent
from arena.errors import BadInput, BadParameter, IllegalAction, MissingExtra, NotCapable
from arena.game import Game
from games.dhumbal.encode import FEATURES
from games.dhumbal.game import Dhumbal

np10 = Dhumbal(rules="np10")
eager = Dhumbal(call_at=60, starter="random")
capped = Dhumbal(players=3, rules="np10", turn_cap=9)


@dataclass
class Episode:
    """All that the learner saw and did in one match."""

    observations: list[NDArray[np.float32]] = field(default_factory=list)
    masks: list[NDArray[np.bool_]] = field(default_factory=list)
    actions: list[int] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    info: dict[str, Any] = field(default_factory=dict)


def drawn(env: ArenaVecEnv, rng: np.random.Generator) -> NDArray[np.int64]:
    """A legal action for each lane."""
    masks = env.action_masks()
    actions: NDArray[np.int64] = (rng.random(masks.shape) * masks).argmax(axis=1)
    return actions


def step(
    env: ArenaVecEnv, actions: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
    """`VecEnv.step`, with the types of this environment."""
    env.step_async(actions)
    return env.step_wait()


def episodes(env: ArenaVecEnv, seed: int, steps: int) -> list[list[Episode]]:
    """Every match of random legal play that came to its end, lane by lane."""
    rng = np.random.default_rng(seed)
    env.seed(seed)
    seen = env.reset()
    open_, over = [Episode() for _ in seen], [[] for _ in seen]  # type: list[Episode], list[list[Episode]]
    for _ in range(steps):
        masks, actions = env.action_masks(), drawn(env, rng)
        after, rewards, dones, infos = step(env, actions)
        for lane, episode in enumerate(open_):
            episode.observations.append(seen[lane])
            episode.masks.append(masks[lane])
            episode.actions.append(int(actions[lane]))
            episode.rewards.append(float(rewards[lane]))
            if dones[lane]:
                episode.info = infos[lane]
                over[lane].append(episode)
                open_[lane] = Episode()
            else:
                assert infos[lane] == {}
        seen = after
    return over


def flat(observation: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
    """The named arrays of an observation one after another."""
    return np.concatenate([np.ravel(observation[name]) for name in FEATURES])


def replay(game: Game[Any, Any, Any], opponents: list[Agent], episode: Episode) -> None:
    """The referee's table with the same deal, agents and actions shows and pays the same."""
    info = episode.info
    env = ArenaGym(game, [opponents[k] for k in info["opponents"]], info["player"])
    observation, _ = env.reset(seed=0, options={"deal": info["deal"]})
    terminated = truncated = False
    for seen, mask, action, reward in zip(
        episode.observations, episode.masks, episode.actions, episode.rewards, strict=True
    ):
        assert not terminated
        assert not truncated
        np.testing.assert_array_equal(flat(observation), seen)
        legal = observation[MASK].astype(bool)
        np.testing.assert_array_equal(mask[: len(legal)], legal)
        assert not mask[len(legal) :].any()
        observation, paid, terminated, truncated, told = env.step(action)
        assert paid == reward
    assert terminated or truncated
    assert info["TimeLimit.truncated"] == truncated
    np.testing.assert_array_equal(flat(observation), info["terminal_observation"])
    assert told["deal"] == info["deal"]
    assert sum(episode.rewards) == info["episode"]["r"]
    assert info["episode"]["l"] == len(episode.actions)
    env.close()


@pytest.mark.parametrize(
    ("games", "seat"),
    [
        ([np10], None),
        ([capped], 1),
        ([Dhumbal(players=2), np10, Dhumbal(rules="yaniv", players=3)], None),
    ],
    ids=["np10", "capped", "several rules"],
)
def test_a_lane_is_the_scalar_game(games: list[Game[Any, Any, Any]], seat: int | None) -> None:
    """Observations, masks (the legal sets), rewards, the end and its kind equal those of the referee, match by match."""
    opponents = [Aggressive(), Conservative(), Greedy()]
    env = ArenaVecEnv(games, opponents, lanes=2 * len(games), seat=seat)
    played = [episode for lane in episodes(env, seed=3, steps=150) for episode in lane]
    assert len(played) > 20
    assert {episode.info["game"] for episode in played} >= ({0, 1} if len(games) > 1 else {0})
    for episode in played[:40]:
        replay(games[episode.info["game"]], list(opponents), episode)
    seats = {episode.info["player"] for episode in played}
    assert seats == ({seat} if seat is not None else seats)
    assert len(seats) > 1 or seat is not None


def test_a_match_of_several_rounds_pays_as_it_goes() -> None:
    """Rewards come round by round, and what the referee says of a jokers' game fits the larger action space."""
    game = Dhumbal(rules="np10", players=2, match="rounds", rounds=4)
    env = ArenaVecEnv([game, Dhumbal(jokers=2)], Aggressive(), lanes=2)
    assert env.action_space == spaces.Discrete(1554)
    first = episodes(env, seed=5, steps=200)[0]
    assert any(np.count_nonzero(episode.rewards) > 1 for episode in first)
    for episode in first[:3]:
        replay(game, [Aggressive()], episode)


def test_seats_and_opponents_are_drawn_evenly() -> None:
    """Over some hundred matches every seat and every opponent in every seat has had its turn."""
    env = ArenaVecEnv(capped, [Aggressive(), Greedy()], lanes=32)
    infos = [episode.info for lane in episodes(env, seed=1, steps=60) for episode in lane]
    seats = np.bincount([info["player"] for info in infos], minlength=3) / len(infos)
    others = np.array([info["opponents"] for info in infos])
    assert len(infos) > 300
    assert np.abs(seats - 1 / 3).max() < 0.09
    assert np.abs(others.mean(axis=0) - 0.5).max() < 0.09


def test_rounds_that_are_cut_are_truncated() -> None:
    """With a cap of nine turns some rounds are cut and some are called; the last observation fits the space."""
    env = ArenaVecEnv(capped, Aggressive(), lanes=8)
    infos = [episode.info for lane in episodes(env, seed=2, steps=40) for episode in lane]
    kinds = {info["TimeLimit.truncated"] for info in infos}
    assert kinds == {True, False}
    assert all(env.observation_space.contains(info["terminal_observation"]) for info in infos)


def test_matches_without_a_turn_for_the_learner_are_skipped_and_counted() -> None:
    """At a table where hands of 60 may be called, rivals call before the learner's turn unless he starts."""
    env = ArenaVecEnv(eager, Aggressive(), lanes=8, seat=2)
    env.seed(4)
    env.reset()
    assert env.skipped.sum() > 8
    before = env.skipped.copy()
    env.step(drawn(env, np.random.default_rng(1)))
    assert (env.skipped >= before).all()


def test_a_lane_has_the_matches_of_its_seed() -> None:
    """Lane i, seeded with s, plays what lane 0 plays when seeded with s + i; another seed deals other cards."""
    env, other = (ArenaVecEnv(np10, Aggressive(), lanes=3) for _ in range(2))
    assert env.seed(10) == [10, 11, 12]
    assert other.seed(12) == [12, 13, 14]
    one, two = env.reset(), other.reset()
    np.testing.assert_array_equal(one[2], two[0])
    assert not np.array_equal(one[0], two[0])
    rng = np.random.default_rng(1)
    for _ in range(40):
        ours, theirs = drawn(env, rng), drawn(other, rng)
        theirs[0] = ours[2]
        one, rewards, dones, _ = step(env, ours)
        two, others, ends, _ = step(other, theirs)
        np.testing.assert_array_equal(one[2], two[0])
        assert (rewards[2], dones[2]) == (others[0], ends[0])


def test_the_same_seed_gives_the_same_matches_again() -> None:
    """Seeding and resetting once more starts the rows of deals anew; a reset without a seed goes on in them."""
    env = ArenaVecEnv(np10, [Aggressive(), Greedy()], lanes=4)
    env.seed(7)
    first, second = env.reset(), env.reset()
    env.seed(7)
    np.testing.assert_array_equal(env.reset(), first)
    np.testing.assert_array_equal(env.reset(), second)
    assert not np.array_equal(first, second)


def test_a_deal_may_be_named() -> None:
    """`set_options` names the deal, as in the other environments."""
    env = ArenaVecEnv(np10, Aggressive(), lanes=2, seat=0)
    env.seed(1)
    env.set_options({"deal": 7})
    seen = env.reset()
    gym = ArenaGym(np10, Aggressive())
    observation, info = gym.reset(seed=1, options={"deal": 7})
    for lane in range(2):
        np.testing.assert_array_equal(seen[lane], flat(observation))
    assert env.reset_infos[1]["player"] == info["player"] == 0


def test_masks_are_what_sb3_contrib_asks_for() -> None:
    """`get_action_masks` stacks the rows of `action_masks`; lanes may be asked alone."""
    env = ArenaVecEnv(np10, Aggressive(), lanes=5)
    env.seed(1)
    env.reset()
    assert is_masking_supported(env)
    masks = env.action_masks()
    assert masks.shape == (5, 369)
    assert masks.dtype == np.bool_
    np.testing.assert_array_equal(get_action_masks(env), masks)
    np.testing.assert_array_equal(env.env_method("action_masks", indices=[3, 1]), masks[[3, 1]])
    assert masks.any(axis=1).all()


def test_an_illegal_action_is_refused_and_nothing_moves() -> None:
    """The error names lane and action and says what helps; the masks stay, and legal actions go on."""
    env = ArenaVecEnv(np10, Aggressive(), lanes=3)
    env.seed(1)
    env.reset()
    masks, actions = env.action_masks().copy(), drawn(env, np.random.default_rng(1))
    for bad in (int(np.flatnonzero(~masks[1])[0]), -1, 369, 10**6):
        wrong = actions.copy()
        wrong[1] = bad
        with pytest.raises(IllegalAction, match=rf"lane 1: action {bad} is not legal; .*MaskablePPO"):
            env.step(wrong)
        np.testing.assert_array_equal(env.action_masks(), masks)
    with pytest.raises(IllegalAction, match=r"expected 3 whole numbers.*float64 \(3,\)"):
        env.step(np.zeros(3))
    with pytest.raises(IllegalAction, match=r"expected 3 whole numbers.*\(2,\)"):
        env.step(actions[:2])
    assert step(env, actions)[0].shape == (3, 925)


@dataclass(frozen=True)
class Refused:
    """What makes no environment, and why."""

    games: Any
    opponents: Any
    error: type[Exception]
    words: str
    lanes: int = 4
    seat: int | None = None


@pytest.mark.parametrize(
    "case",
    [
        Refused(Kuhn(), Random(), NotCapable, r"kuhn.*not played in arrays \(Learnable\)"),
        Refused(np10, Human(), NotCapable, r"human cannot be an opponent.*no compiled policy for dhumbal"),
        Refused([], Aggressive(), BadParameter, "at least one game"),
        Refused(np10, [], BadParameter, "at least one opponent"),
        Refused([np10, capped], Aggressive(), BadParameter, "at least 2 lanes", lanes=1),
        Refused(np10, Aggressive(), BadParameter, "seat from 0 to 3, or None, got 4", seat=4),
        Refused([np10, capped], Aggressive(), BadParameter, "seat from 0 to 2", seat=3),
        Refused(np10, Aggressive(), BadInput, "at least 1 lanes", lanes=0),
    ],
    ids=lambda case: case.words,
)
def test_what_makes_no_environment_is_refused_with_the_reason(case: Refused) -> None:
    """Games that are not Learnable, opponents that are not compiled, seats and lanes that do not do."""
    with pytest.raises(case.error, match=case.words):
        ArenaVecEnv(case.games, case.opponents, case.lanes, case.seat)


def test_a_deal_that_gives_the_learner_no_turn_is_refused() -> None:
    """A named deal is not skipped: the error says whose turn never came. The referee agrees."""
    env, gym = ArenaVecEnv(eager, Aggressive(), lanes=1, seat=3), ArenaGym(eager, Aggressive(), 3)
    for ask in (lambda: gym.reset(options={"deal": 5}), env.reset):
        env.set_options({"deal": 5})
        with pytest.raises(NotCapable, match="no turn for the player in seat 3"):
            ask()


def test_nothing_before_the_first_reset() -> None:
    """Masks and steps want a match; a second `step_wait` wants actions."""
    env = ArenaVecEnv(np10, Aggressive(), lanes=1)
    for ask in (env.action_masks, lambda: env.step(np.zeros(1, np.int64))):
        with pytest.raises(NotCapable, match=r"expected reset\(\)"):
            ask()
    env.reset()
    with pytest.raises(NotCapable, match=r"expected step_async\(\)"):
        env.step_wait()
    with pytest.raises(BadParameter, match="whole number"):
        env.seed(-1)


def test_lanes_are_no_environments_of_their_own() -> None:
    """Attributes are shared, and the only method of a lane is `action_masks`."""
    env = ArenaVecEnv(np10, Aggressive(), lanes=2)
    assert env.get_attr("games", 1) == [(np10,)]
    assert not env.has_attr("nothing of the kind")
    env.set_attr("note", "shared")
    assert env.get_attr("note") == ["shared"] * 2
    with pytest.raises(NotCapable, match="lanes share all"):
        env.set_attr("note", "mine", indices=[0])
    with pytest.raises(NotCapable, match="'action_masks' without arguments, got 'render'"):
        env.env_method("render")
    assert env.env_is_wrapped(Monitor) == [True, True]
    assert env.env_is_wrapped(VecMonitor) == [False, False]
    env.close()


def trained(seed: int) -> MaskablePPO:
    env = VecCheckNan(
        ArenaVecEnv([np10, Dhumbal(players=2)], [Aggressive(), Greedy()], lanes=8), raise_exception=True
    )
    model = MaskablePPO(
        "MlpPolicy", env, n_steps=32, batch_size=64, n_epochs=2, seed=seed, policy_kwargs={"net_arch": [32]}
    )
    return model.learn(768)


def test_maskable_ppo_trains_and_is_evaluated() -> None:
    """Without NaN, through VecCheckNan; episode returns arrive; the same seed gives the same network."""
    model, again = trained(1), trained(1)
    assert model.num_timesteps == 768
    assert model.ep_info_buffer is not None
    assert len(model.ep_info_buffer) > 20
    for name, value in model.policy.state_dict().items():
        assert value.equal(again.policy.state_dict()[name]), name
    env = ArenaVecEnv(np10, Aggressive(), lanes=4)
    env.seed(3)
    returns, lengths = evaluate_policy(model, env, n_eval_episodes=12, return_episode_rewards=True)
    assert isinstance(returns, list)
    assert isinstance(lengths, list)
    assert len(returns) == len(lengths) == 12
    assert all(float(value).is_integer() for value in returns)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """`import arena.adapters.sb3_vec_env` names the package and the extra."""
    monkeypatch.delitem(sys.modules, "arena.adapters.sb3_vec_env")
    monkeypatch.setitem(sys.modules, "stable_baselines3.common.monitor", None)
    with pytest.raises(MissingExtra, match=r"stable_baselines3 is not installed: pip install '.*\[train\]'"):
        importlib.import_module("arena.adapters.sb3_vec_env")
