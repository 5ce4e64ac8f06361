"""PettingZoo and Gymnasium: their own conformance suites, and what a match of the arena keeps there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from misbehaving import Misbehaving
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, seed_test
from toy_board import Noughts
from toy_coin import Coin
from toy_dice import Pennies, Taxes, Wager
from toy_poker import Kuhn, Leduc

from agents.random.agent import Random
from agents.search.montecarlo import MonteCarlo
from arena import streams
from arena.adapters.gymnasium_env import ArenaGym
from arena.adapters.pettingzoo_aec import ArenaAEC
from arena.adapters.pettingzoo_parallel import ArenaParallel
from arena.conditions import Conditions
from arena.errors import BadInput, BadParameter, NotCapable
from arena.game import Game
from arena.play import play
from arena.table import player_seeds

# The suites warn of whatever is no plain image: Dict observations, spaces that are no Box.
quiet = pytest.mark.filterwarnings("ignore::UserWarning")
turns = pytest.mark.parametrize(
    "game", [Noughts(), Kuhn(), Wager(players=3)], ids=lambda game: game.spec.name
)


@quiet
@turns
def test_aec_passes_pettingzoos_api_test(
    game: Game[Any, Any, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """`pettingzoo.test.api_test`."""
    api_test(ArenaAEC(game), num_cycles=60)
    assert "Passed API test" in capsys.readouterr().out


@quiet
@turns
def test_aec_passes_pettingzoos_seed_test(game: Game[Any, Any, Any]) -> None:
    """`pettingzoo.test.seed_test`."""
    seed_test(lambda: ArenaAEC(game), num_cycles=30)


@quiet
@pytest.mark.parametrize("game", [Pennies(times=5), Taxes()], ids=lambda game: game.spec.name)
def test_parallel_passes_pettingzoos_tests(game: Game[Any, Any, Any]) -> None:
    """`pettingzoo.test.parallel_api_test` and `parallel_seed_test`."""
    parallel_api_test(ArenaParallel(game), num_cycles=60)
    parallel_seed_test(lambda: ArenaParallel(game), num_cycles=30)


@quiet
@pytest.mark.parametrize("seat", [0, 1, None])
@pytest.mark.parametrize("game", [Noughts(), Kuhn(), Wager(), Pennies()], ids=lambda game: game.spec.name)
def test_gymnasium_passes_its_env_checker(game: Game[Any, Any, Any], seat: int | None) -> None:
    """`gymnasium.utils.env_checker.check_env`."""
    check_env(ArenaGym(game, Random(), seat, render_mode="ansi"))


@turns
def test_an_aec_match_is_a_match_of_the_arena(game: Game[Any, Any, Any]) -> None:
    """The same deal and actions: rewards add up to the scores, agent after agent, and the mask is the legal set."""
    record = play(game, [Random()] * game.spec.players, 11)
    env = ArenaAEC(game, render_mode="ansi")
    env.reset(seed=1, options={"deal": 11})
    totals = dict.fromkeys(env.possible_agents, 0.0)
    script = list(record.actions)
    for agent in env.agent_iter():
        observation, reward, terminated, truncated, info = env.last()
        totals[agent] += reward
        assert env.observation_space(agent).contains(observation)
        assert env.render()
        if terminated:
            assert not observation["action_mask"].any()
            assert info["metrics"].keys() == record.outcome.metrics.keys()
            env.step(None)
            continue
        assert not truncated
        number = game.index(script.pop(0))  # type: ignore[attr-defined]
        assert observation["action_mask"][number] == 1
        env.step(number)
    assert script == []
    assert tuple(totals.values()) == pytest.approx(record.scores)
    env.close()


def test_an_illegal_action_is_a_fault_and_a_stand_in_plays_on() -> None:
    """The others finish their match; the offender ends with the worst score."""
    env = ArenaAEC(Noughts())
    env.reset(seed=3)
    env.step(4)
    env.step(4)
    rewards = dict.fromkeys(env.possible_agents, 0.0)
    asked = []
    for agent in env.agent_iter():
        observation, reward, terminated, _, info = env.last()
        rewards[agent] += reward
        if terminated:
            assert ("fault" in info) == (agent == "player_1")
            env.step(None)
        else:
            asked.append(agent)
            env.step(int(np.flatnonzero(observation["action_mask"])[0]))
    assert set(asked) == {"player_0"}
    assert rewards["player_1"] <= min(rewards["player_0"], 0.0)


def test_an_illegal_action_may_be_handed_back() -> None:
    """With retries the agent is asked again and told why."""
    env = ArenaAEC(Noughts(), Conditions(retries=1))
    env.reset(seed=3)
    env.step(4)
    env.step(4)
    assert env.agent_selection == "player_1"
    assert env.infos["player_1"]["reason"].startswith("illegal action 4: expected one of 8")
    env.step(0)
    assert env.agent_selection == "player_0"
    assert env.infos["player_1"] == {}


def test_a_step_limit_truncates() -> None:
    """The end comes by truncation, not by termination, in all three."""
    conditions = Conditions(step_limit=2)
    aec = ArenaAEC(Wager(), conditions)
    aec.reset(seed=1)
    aec.step(0)
    aec.step(0)
    assert set(aec.truncations.values()) == {True}
    assert set(aec.terminations.values()) == {False}
    parallel = ArenaParallel(Pennies(), conditions)
    parallel.reset(seed=1)
    both = {"player_0": 1, "player_1": 1}
    assert parallel.step(both)[3] == {"player_0": False, "player_1": False}
    assert parallel.step(both)[3] == {"player_0": True, "player_1": True}
    assert parallel.agents == []
    assert parallel.step(both) == ({}, {}, {}, {}, {})
    gym = ArenaGym(Wager(players=2), Random(), conditions=conditions)
    gym.reset(seed=1)
    assert gym.step(0)[2:4] == (False, True)


def test_a_parallel_match_pays_both_at_once() -> None:
    """Matching coins pay the first; rewards add up to the scores."""
    env = ArenaParallel(Pennies(times=3), render_mode="ansi")
    observations, infos = env.reset(seed=1)
    assert infos == {"player_0": {"acts": True}, "player_1": {"acts": True}}
    assert observations["player_0"]["action_mask"].tolist() == [1, 1]
    paid = [env.step({"player_0": 1, "player_1": other})[1] for other in (1, 0, 1)]
    assert paid == [
        {"player_0": 1.0, "player_1": -1.0},
        {"player_0": -1.0, "player_1": 1.0},
        {"player_0": 1.0, "player_1": -1.0},
    ]
    assert "player_1\nturn 3" in str(env.render())


def test_who_does_not_act_in_a_parallel_step_is_told_so() -> None:
    """The planner acts every other step; between, his mask is zeros and his action is ignored. Masks come by factor."""
    env = ArenaParallel(Taxes())
    observations, infos = env.reset(seed=1)
    assert [infos[name]["acts"] for name in ("worker_0", "worker_1", "planner_2")] == [True, True, False]
    assert [part.tolist() for part in observations["planner_2"]["action_mask"]] == [[0, 0, 0], [0, 0]]
    observations, _, _, _, infos = env.step({"worker_0": 1, "worker_1": 0, "planner_2": np.array([2, 1])})
    assert infos["planner_2"]["acts"]
    assert [part.tolist() for part in observations["planner_2"]["action_mask"]] == [[1, 1, 1], [1, 1]]
    with pytest.raises(BadInput, match="expected an action of planner_2, who acts now, got actions of"):
        env.step({"worker_0": 1, "worker_1": 0})
    env.step({"planner_2": np.array([2, 1])})
    with pytest.raises(BadInput, match=r"expected an action in Discrete\(2\), got 2"):
        env.step({"worker_0": 2, "worker_1": 0})


@pytest.mark.parametrize("seat", [0, 1, 2])
def test_a_gymnasium_episode_is_a_match_of_the_arena(seat: int) -> None:
    """The learner who plays as Random would makes the same match: same deal, same dice for the others."""
    game = Wager(players=3)
    record = play(game, [Random()] * 3, 21)
    env = ArenaGym(game, Random(), seat, render_mode="ansi")
    observation, _ = env.reset(seed=1, options={"deal": 21})
    dice = streams.generator(player_seeds(21, 3)[seat])
    total, over = 0.0, False
    while not over:
        assert env.observation_space.contains(observation)
        assert env.render()
        assert env.action_masks().all()
        number = int(dice.integers(3))
        observation, reward, over, _, info = env.step(number)
        total += reward
    assert total == pytest.approx(record.scores[seat])
    assert info["deal"] == 21
    env.close()


def test_the_learner_of_a_simultaneous_game_acts_with_the_others() -> None:
    """Three coins, three steps."""
    env = ArenaGym(Pennies(times=3), Random(), seat=1)
    env.reset(seed=4)
    steps = [env.step(0)[2] for _ in range(3)]
    assert steps == [False, False, True]


def test_faults_of_learner_and_opponents_are_told() -> None:
    """An opponent who crashes is replaced and named; a learner who cheats ends his episode with the worst score."""
    env = ArenaGym(Noughts(), Misbehaving("crash"), seat=0)
    env.reset(seed=1)
    _, _, _, _, info = env.step(4)
    assert info["fault of player 1"].startswith("crash: ")
    env = ArenaGym(Noughts(), MonteCarlo(simulations=20), seat=0)
    env.reset(seed=1)
    env.step(4)
    _, reward, terminated, _, info = env.step(4)
    assert terminated
    assert info["fault"].startswith("illegal: illegal action 4")
    assert reward <= 0
    env = ArenaGym(Noughts(), Random(), conditions=Conditions(retries=1))
    env.reset(seed=1)
    env.step(4)
    _, _, terminated, _, info = env.step(4)
    assert not terminated
    assert info["reason"].startswith("illegal action 4")


def test_seeds_start_a_new_row_of_deals() -> None:
    """The same seed, the same row; a reset without a seed goes on in it."""

    def row(env: ArenaAEC) -> list[list[int]]:
        deals = []
        for seed in (5, None, None, 5, None):
            env.reset(seed=seed)
            deals.append(
                env.observe("player_0")["observation"]["card"].tolist()
                + env.observe("player_1")["observation"]["card"].tolist()
            )
        return deals

    first, second = row(ArenaAEC(Kuhn())), row(ArenaAEC(Kuhn()))
    assert first == second
    assert first[:2] == first[3:]
    env = ArenaAEC(Kuhn())
    env.reset()
    assert env.agents == ["player_0", "player_1"]


def test_what_would_be_a_lie_is_refused() -> None:
    """With the reason, before anything is played."""
    with pytest.raises(NotCapable, match="pennies cannot be an AEC environment: several players act at once"):
        ArenaAEC(Pennies())
    with pytest.raises(NotCapable, match="wager cannot be a Parallel environment: its players act in turns"):
        ArenaParallel(Wager())
    with pytest.raises(BadParameter, match="expected retries=0, got 2"):
        ArenaParallel(Pennies(), Conditions(retries=2))
    with pytest.raises(
        NotCapable, match="leduc cannot be a PettingZoo environment: its views do not become arrays"
    ):
        ArenaAEC(Leduc())
    with pytest.raises(NotCapable, match="coin cannot be a Gymnasium environment: its views do not"):
        ArenaGym(Coin())
    with pytest.raises(BadParameter, match="expected render_mode to be 'ansi' or None, got 'human'"):
        ArenaAEC(Kuhn(), render_mode="human")
    with pytest.raises(BadParameter, match="expected 2 opponents in wager, got 1"):
        ArenaGym(Wager(), [Random()])
    with pytest.raises(BadParameter, match="expected a seat from 0 to 1, or None, got 2"):
        ArenaGym(Kuhn(), Random(), seat=2)
    with pytest.raises(NotCapable, match="cannot play pennies"):
        ArenaGym(Pennies(), MonteCarlo())
    with pytest.raises(NotCapable, match="expected a seat: the roles of taxes have different spaces"):
        ArenaGym(Taxes(), Random(), seat=None)
    with pytest.raises(NotCapable, match=r"expected reset\(\)"):
        ArenaAEC(Kuhn()).observe("player_0")
    with pytest.raises(BadParameter, match=r"expected a deal in \[0, 2\*\*64\), got -1"):
        ArenaAEC(Kuhn()).reset(options={"deal": -1})


def test_a_cheating_opponent_only_hurts_himself() -> None:
    """Illegal actions inside `step` are faults of the opponent; the learner's match goes on."""
    env = ArenaGym(Noughts(), Misbehaving("illegal"), seat=0)
    observation, _ = env.reset(seed=2)
    over = False
    while not over:
        observation, _, over, _, info = env.step(int(np.flatnonzero(observation["action_mask"])[0]))
    assert info["fault of player 1"].startswith("illegal")
    assert "fault" not in info
