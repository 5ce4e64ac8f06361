"""Information-set MCTS: against OpenSpiel's bot, and where determinization fails."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_plugin import install
from scipy import stats
from sitting import decide, values, visits
from toy_board import Noughts
from toy_coin import Coin
from toy_dice import Wager
from toy_poker import Kuhn, Kuhn3, Leduc, Leduc6

from agents.random.agent import Random
from agents.search.ismcts import ISMCTS
from agents.search.rollout import Rollout
from agents.search.tree import ActingTrail, Arm, Node, Policy, SearcherTrail, Tree, Width
from agents.search.worlds import Imagined, choices
from arena import streams
from arena.agent import Seat
from arena.conditions import Conditions
from arena.game import Game
from arena.play import play

_SIMULATIONS = 60
_SEEDS = 160
_C = 2.0


def _openspiel(name: str, history: list[int], seed: int) -> tuple[dict[int, float], dict[int, float]]:
    """Visit shares and mean values of the actions at the root of OpenSpiel's bot."""
    pyspiel = pytest.importorskip("pyspiel")
    from open_spiel.python.algorithms import ismcts, mcts

    game = pyspiel.load_game(name)
    state = game.new_initial_state()
    for action in history:
        state.apply_action(action)
    rng = np.random.RandomState(seed)
    # Its first simulation only makes the root, so it gets one more.
    bot = ismcts.ISMCTSBot(
        game,
        mcts.RandomRolloutEvaluator(1, rng),
        _C,
        _SIMULATIONS + 1,
        random_state=rng,
        final_policy_type=ismcts.ISMCTSFinalPolicyType.NORMALIZED_VISITED_COUNT,
    )
    shares = dict(bot.get_policy(state))
    return shares, {action: child.value() for action, child in bot._root_node.child_info.items()}


@pytest.mark.parametrize(
    ("name", "game", "state", "history"),
    [
        ("kuhn_poker", Kuhn(), Kuhn3((1, 0)), [1, 0]),
        ("kuhn_poker", Kuhn(), Kuhn3((2, 0), "p"), [2, 0, 0]),
        ("leduc_poker", Leduc(), Leduc6((2, 0), None, ("", ""), 7), [2, 0]),
        ("leduc_poker", Leduc(), Leduc6((2, 0), 4, ("cc", "r"), 7), [2, 0, 1, 1, 4, 2]),
    ],
)
def test_root_statistics_are_those_of_openspiels_bot(
    name: str, game: Game[Any, Any, Any], state: Any, history: list[int]
) -> None:
    """Same game, number of simulations and constant: shares of visits and mean values have the same distribution.

    Over 160 searches each, for every action (Kolmogorov-Smirnov and Welch, no p below 0.002).
    """
    agent = ISMCTS(simulations=_SIMULATIONS, exploration=_C, scale="none")
    ours, theirs = [], []
    for seed in range(_SEEDS):
        _, thoughts = decide(game, agent, state, seed)
        ours.append((visits(thoughts), values(thoughts)))
        theirs.append(_openspiel(name, history, seed))
    for action in choices(game.legal(state, game.actors(state)[0])):
        number = game.index(action)  # type: ignore[attr-defined]
        share = [found[0][action] / _SIMULATIONS for found in ours], [found[0][number] for found in theirs]
        value = [found[1][action] for found in ours], [found[1][number] for found in theirs]
        for mine, other in (share, value):
            assert stats.ks_2samp(mine, other).pvalue > 0.002
            if np.ptp(mine) > 0:
                assert stats.ttest_ind(mine, other, equal_var=False).pvalue > 0.002


@pytest.mark.parametrize("nodes", ["information", "searcher"])
@pytest.mark.parametrize("selection", ["ucb1", "puct"])
def test_it_does_not_fuse_strategies(nodes: str, selection: str) -> None:
    """One node for both coins: the gamble is worth about 0 and the sure gain is taken; MCTS gambles here."""
    agent = ISMCTS(simulations=600, nodes=nodes, selection=selection)
    action, thoughts = decide(Coin(), agent, Coin().init(0), seed=1)
    assert action == "sure"
    assert values(thoughts)["gamble"] < 0.35


def _tree(game: Any, state: Any, trail: Any, simulations: int) -> Tree:
    seat = Seat(game, 0, "player", Conditions(), 1)
    width = Width()
    tree = Tree(Policy("ucb1", 0.7, width, seat.rng), width)
    rollout = Rollout(seat, None, None, None)
    for _ in range(simulations):
        world = Imagined.of(game, game.view(state, 0), 0, seat.rng)
        tree.simulate(world, trail(), lambda leaf, steps: rollout(leaf, steps, seat.rng))
    return tree


def test_nodes_are_what_the_acting_player_or_the_searcher_knows() -> None:
    """Kuhn poker from the first move: the rival has 2 cards times 2 histories, or 2 histories; then one node is ours."""
    game = Kuhn()
    acting = _tree(game, Kuhn3((1, 0)), lambda: ActingTrail(game), 400)
    searcher = _tree(game, Kuhn3((1, 0)), lambda: SearcherTrail(game, 0), 400)
    assert (len(acting), len(searcher)) == (1 + 4 + 1, 1 + 2 + 1)


def test_ucb1_counts_availability() -> None:
    """The bound of each arm by hand: mean + c * width * sqrt(ln available / visits)."""
    node = Node(0)
    for name, visited, available, total in (("a", 4, 10, 2.0), ("b", 2, 3, 1.0), ("c", 9, 30, 5.5)):
        node.arms[name] = arm = Arm(1.0)
        arm.visits, arm.available, arm.total = visited, available, total
    policy = Policy("ucb1", 0.5, Width(0.0, 2.0), streams.generator(1))
    bounds = policy._ucb_scores(node, ("a", "b", "c"))
    assert bounds == pytest.approx(
        [
            0.5 + math.sqrt(math.log(10) / 4),
            0.5 + math.sqrt(math.log(3) / 2),
            5.5 / 9 + math.sqrt(math.log(30) / 9),
        ]
    )
    assert policy.choose(node, ("a", "b")) == "a"
    assert [node.arms[name].available for name in "abc"] == [11, 4, 30]


def test_puct_by_hand() -> None:
    """By hand: mean + c * width * p * sqrt(available) / (1 + visits), an arm without visits at the mean of the others."""
    node = Node(0)
    for name, weight, visited, total in (("a", 1.0, 3, 1.5), ("b", 3.0, 0, 0.0)):
        node.arms[name] = arm = Arm(weight)
        arm.visits, arm.available, arm.total = visited, 4, total
    policy = Policy("puct", 2.0, Width(-1.0, 1.0), streams.generator(1))
    assert policy._puct_scores(node, ("a", "b")) == pytest.approx(
        [0.5 + 4 * 0.25 * 2 / 4, 0.5 + 4 * 0.75 * 2]
    )


@pytest.mark.parametrize("nodes", ["information", "searcher"])
def test_kuhn_poker_is_not_played_dominated(nodes: str) -> None:
    """A king calls a bet and a jack folds to one; nothing else is ever right (Kuhn 1950)."""
    agent = ISMCTS(simulations=200, nodes=nodes)
    for seed in range(8):
        assert decide(Kuhn(), agent, Kuhn3((0, 2), "b"), seed)[0] == "b"
        assert decide(Kuhn(), agent, Kuhn3((1, 0), "b"), seed)[0] == "p"


def test_it_beats_random_play_at_leduc() -> None:
    """Forty matches from both seats; nobody fails."""
    total = 0.0
    for seed in range(20):
        first = play(Leduc(), [ISMCTS(simulations=60), Random()], seed)
        second = play(Leduc(), [Random(), ISMCTS(simulations=60)], seed)
        assert not first.faults + second.faults
        total += first.scores[0] + second.scores[1]
    assert total / 40 > 0.8


def test_perfect_information_and_three_players_are_played_too() -> None:
    """Noughts is not lost to random play; three searchers finish a game of chance."""
    assert play(Noughts(), [ISMCTS(), Random()], 1).scores[0] >= 0
    assert not play(Wager(), [ISMCTS(simulations=30)] * 3, 2).faults


def test_the_final_choice_may_be_the_best_value() -> None:
    """`final=value` takes the greatest mean whatever its visits."""
    for seed in range(10):
        action, thoughts = decide(Wager(), ISMCTS(simulations=12, final="value"), Wager().init(0), seed)
        found = values(thoughts)
        assert found[action] == max(found.values())


_PLUGIN = """
def knows_heads(world, player, view):
    return 1.0 if world._state.coin == 0 else 0.0

def impossible(world, player, view):
    return 0.0

def favours_the_first(world, player, actions):
    return [1.0] + [0.0] * (len(actions) - 1)
"""


def test_an_inference_weighs_worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told that it is heads, the search gambles and calls heads; told nonsense, it takes worlds as they come."""
    points = {"arena.inferences": {"heads": "coin_sense:knows_heads", "none-fits": "coin_sense:impossible"}}
    install(tmp_path, monkeypatch, "coin_sense", _PLUGIN, points)
    told = ISMCTS(simulations=300, inference="heads", candidates=16)
    assert decide(Coin(), told, Coin().init(0), seed=1)[0] == "gamble"
    lost = ISMCTS(simulations=300, inference="none-fits")
    assert decide(Coin(), lost, Coin().init(0), seed=1)[0] == "sure"


def test_a_prior_leads_puct(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All weight on the first action: it gets every visit."""
    points = {"arena.priors": {"first": "first_sense:favours_the_first"}}
    install(tmp_path, monkeypatch, "first_sense", _PLUGIN, points)
    agent = ISMCTS(simulations=40, selection="puct", prior="first")
    _, thoughts = decide(Wager(), agent, Wager().init(0), seed=1)
    assert visits(thoughts) == {"safe": 40, "die": 0, "steal": 0}
