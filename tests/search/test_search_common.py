"""What every search agent keeps: budgets, determinism, plain parameters, and refusals that say why."""

from __future__ import annotations

import itertools
import pickle
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from fake_plugin import install
from sitting import decide, sit, values
from toy_board import Board, Noughts, solve
from toy_coin import Coin
from toy_dice import Pennies, Wager
from toy_poker import Kuhn, Kuhn3, Leduc

from agents.random.agent import Random
from agents.search import base
from agents.search.base import SearchAgent
from agents.search.ismcts import ISMCTS
from agents.search.mcts import MCTS
from agents.search.montecarlo import MonteCarlo
from arena.agent import Family, Turn
from arena.conditions import Access, Budget
from arena.errors import BadParameter, BadSpelling, BrokenPlugin, DuplicateName, NotCapable, UnknownName
from arena.legal import Text
from arena.play import play
from arena.registry import make_agent
from arena.testing import check_agent

AGENTS: tuple[SearchAgent, ...] = (
    MonteCarlo(),
    MonteCarlo(halving=True),
    MCTS(),
    ISMCTS(),
    ISMCTS(nodes="searcher"),
    ISMCTS(selection="puct", final="value"),
)
anyone = pytest.mark.parametrize("agent", AGENTS, ids=str)


@anyone
def test_facts(agent: SearchAgent) -> None:
    """Every one is found by its name, of the search family, under access to the rules."""
    assert type(make_agent(agent.spec.name)) is type(agent)
    assert (agent.spec.family, agent.spec.access) == (Family.SEARCH, Access.RULES)
    assert agent.spec.needs == ("determinizable",)
    assert agent.spec.deterministic


@anyone
def test_same_seed_same_thoughts(agent: SearchAgent) -> None:
    """A decision and all its numbers depend on the seat's dice only; other dice give other numbers."""
    state = Leduc().init(3)
    first, again, other = (decide(Leduc(), agent, state, seed) for seed in (1, 1, 2))
    assert first == again
    assert first[1] != other[1]


@anyone
def test_pickled_agents_play_the_same(agent: SearchAgent) -> None:
    """An agent is its parameters."""
    back = pickle.loads(pickle.dumps(agent))
    assert back == agent
    assert back.digest() == agent.digest()
    assert play(Kuhn(), [back, back], 4).actions == play(Kuhn(), [agent, agent], 4).actions


@pytest.mark.parametrize("agent", [MCTS(), ISMCTS(), ISMCTS(nodes="searcher")], ids=str)
@pytest.mark.parametrize("simulations", [1, 2, 7, 50])
def test_tree_search_uses_its_budget_exactly(agent: SearchAgent, simulations: int) -> None:
    """Not one simulation more or less, and each begins with an action of the root."""
    _, thoughts = decide(Leduc(), agent, Leduc().init(1), 5, Budget(simulations=simulations))
    assert thoughts["simulations"] == simulations == sum(row["visits"] for row in thoughts["actions"])


@anyone
def test_a_budget_of_seconds_is_used(agent: SearchAgent) -> None:
    """Seconds alone lift the agent's own number; the bound above is generous, for busy machines."""
    began = perf_counter()
    _, thoughts = decide(Leduc(), agent, Leduc().init(1), 5, Budget(seconds=0.08))
    assert 0.07 < perf_counter() - began < 2.0
    assert thoughts["simulations"] > 5


@anyone
def test_a_budget_of_seconds_is_kept(agent: SearchAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that goes on by a millisecond whenever it is read, 60 ms are 60 looks: no simulation begins later."""
    ticks = itertools.count()
    monkeypatch.setattr(base, "perf_counter", lambda: next(ticks) / 1000)
    _, thoughts = decide(Leduc(), agent, Leduc().init(1), 5, Budget(seconds=0.06))
    assert 60 <= next(ticks) <= 66
    assert thoughts["simulations"] <= 66 * len(thoughts["actions"])


@anyone
def test_whichever_bound_comes_first_ends_the_search(agent: SearchAgent) -> None:
    """Simulations under a generous time; and at least one simulation however short the time."""
    _, few = decide(Leduc(), agent, Leduc().init(1), 5, Budget(simulations=12, seconds=30.0))
    assert 8 <= few["simulations"] <= 12
    _, one = decide(Leduc(), agent, Leduc().init(1), 5, Budget(seconds=1e-9))
    assert 1 <= one["simulations"] <= 3


@anyone
def test_thoughts_tell_of_every_action(agent: SearchAgent) -> None:
    """Every legal action by the text of the game, most visits first, with plain numbers."""
    game = Noughts()
    state = Board((0, 1, 0, 1, -1, -1, -1, -1, -1))
    action, thoughts = decide(game, agent, state, 2)
    assert {row["action"] for row in thoughts["actions"]} == {"4", "5", "6", "7", "8"}
    counts = [row["visits"] for row in thoughts["actions"]]
    assert counts == sorted(counts, reverse=True)
    assert thoughts["value"] == values(thoughts)[game.say(action)]
    assert thoughts["compiled"] is False


@anyone
def test_a_forced_move_costs_nothing(agent: SearchAgent) -> None:
    """One legal action: no simulation. Before the first decision there are no thoughts."""
    state = Board((0, 1, 0, 0, 1, 1, 1, 0, -1))
    action, thoughts = decide(Noughts(), agent, state, 2)
    assert (action, thoughts["simulations"], thoughts["value"]) == (8, 0, None)
    assert sit(Noughts(), agent, 0, 1)[0].thoughts() is None


@anyone
def test_matches_of_every_toy_are_played_without_faults(agent: SearchAgent) -> None:
    """Whole matches: perfect and imperfect information, chance, one to three players."""
    small = pickle.loads(pickle.dumps(agent))
    object.__setattr__(small, "simulations", 12)
    for game in (Noughts(), Kuhn(), Leduc(), Wager(players=3), Coin()):
        record = play(game, [small] * game.spec.players, 6)
        assert not record.faults
        assert record.actions == play(game, [small] * game.spec.players, 6).actions


@pytest.mark.parametrize(
    "agent", [MonteCarlo(simulations=12), MCTS(simulations=12), ISMCTS(simulations=12)], ids=str
)
def test_the_laws_of_agents(agent: SearchAgent) -> None:
    """`arena.testing.check_agent`: legal, reproducible, within one simulation, the same in another process, picklable."""
    check_agent(agent, Leduc(), seeds=(0,))


@anyone
def test_games_of_simultaneous_moves_are_refused(agent: SearchAgent) -> None:
    """Before the match, with the reason."""
    with pytest.raises(NotCapable, match="it plays games of turns, not simultaneous ones"):
        play(Pennies(), [agent, agent], 1)


@anyone
def test_free_text_is_refused(agent: SearchAgent) -> None:
    """A legal set that cannot be listed cannot be searched."""
    player, seat = sit(Kuhn(), agent, 0, 1)
    with pytest.raises(NotCapable, match="search needs a finite set of legal actions, got a text"):
        player.act(Turn((0, ""), Text(5, ("a", "b")), 0, seat))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (MonteCarlo(simulations=0), "expected simulations >= 1, got 0"),
        (MonteCarlo(depth=-1), "expected depth >= 0, got -1"),
        (MCTS(worlds=0), "expected worlds >= 1, got 0"),
        (MCTS(exploration=-0.1), "expected exploration >= 0, got -0.1"),
        (MCTS(exploration=float("nan")), "expected exploration >= 0, got nan"),
        (MCTS(access="all"), "expected access to be one of rules, state, got 'all'"),
        (ISMCTS(selection="ucb"), "expected selection to be one of ucb1, puct, got 'ucb'"),
        (ISMCTS(nodes="paths"), "expected nodes to be one of information, searcher, got 'paths'"),
        (ISMCTS(scale="log"), "expected scale to be one of range, bounds, none, got 'log'"),
        (ISMCTS(prior="mine"), "expected selection=puct for prior=mine, got 'ucb1'"),
        (ISMCTS(value="mine"), "expected a depth at which value=mine is asked, got depth=none"),
    ],
)
def test_wrong_parameters_are_refused(wrong: SearchAgent, message: str) -> None:
    """When the facts are asked for, naming parameter, expectation and value."""
    with pytest.raises(BadParameter, match=message):
        _ = wrong.spec


def test_wrong_rollouts_are_refused() -> None:
    """No spelling, no agent, or one that cannot play out."""
    with pytest.raises(BadSpelling):
        _ = MCTS(rollout="not a (spelling").spec
    with pytest.raises(UnknownName, match="unknown agent 'rando': did you mean 'random'"):
        sit(Kuhn(), MCTS(rollout="rando"), 0, 1)
    with pytest.raises(NotCapable, match="cannot play out kuhn: it needs the true state"):
        sit(Kuhn(), MCTS(rollout="mcts(access=state)"), 0, 1)
    with pytest.raises(UnknownName, match="unknown value 'nothing'"):
        sit(Kuhn(), MCTS(depth=1, value="nothing"), 0, 1)


def test_an_agent_may_play_out() -> None:
    """A bet with the queen of Kuhn poker is worth 0.5 against random play, -0.5 against one who searches a little.

    He folds the jack and calls with the king: 1 and -2.
    """
    state = Kuhn3((1, 0))
    _, random = decide(Kuhn(), MonteCarlo(simulations=400), state, 1)
    searching = MonteCarlo(simulations=400, rollout="montecarlo(simulations=8)")
    _, searched = decide(Kuhn(), searching, state, 1)
    assert values(random)["b"] == pytest.approx(0.5, abs=0.4)
    assert values(searched)["b"] == pytest.approx(-0.5, abs=0.4)


_LEAF = """
def solved(world):
    from toy_board import solve
    value = solve(world.view(0), {})
    return value, -value

def compiled(agent, seat):
    from arena.agent import Player
    if agent.simulations == 1:
        return None
    class First(Player):
        def act(self, turn):
            return next(iter(turn.legal))
        def thoughts(self):
            return {"compiled": True}
    return First()
"""


def test_a_leaf_value_ends_the_rollout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the solved value of the leaf, five simulations are exact, and a fork is found: noughts at 0, 2 and then 6."""
    points = {"arena.values": {"solved": "leaf_of_noughts:solved"}}
    install(tmp_path, monkeypatch, "leaf_of_noughts", _LEAF, points)
    cells = (0, 1, 0, -1, -1, -1, -1, -1, 1)
    action, thoughts = decide(Noughts(), MonteCarlo(simulations=5, depth=0, value="solved"), Board(cells), 1)
    assert action == 6
    assert values(thoughts) == {
        str(cell): solve((*cells[:cell], 0, *cells[cell + 1 :]), {}) for cell in range(9) if cells[cell] < 0
    }
    assert decide(Noughts(), MCTS(simulations=40, depth=0, value="solved"), Board(cells), 1)[0] == 6


def test_depth_cuts_rollouts() -> None:
    """Without a value a cut rollout counts what was earned: safe 2, theft 1, at depth 0."""
    _, thoughts = decide(Wager(), MonteCarlo(simulations=30, depth=0), Wager().init(0), 1)
    found = values(thoughts)
    assert (found["safe"], found["steal"]) == (2.0, 1.0)


def test_a_game_may_bring_a_compiled_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An accelerator takes over in `sit` for its game and agent only, unless it declines or `compiled` is off."""
    points = {"arena.accelerators": {"kuhn/ismcts": "fast_kuhn:compiled"}}
    install(tmp_path, monkeypatch, "fast_kuhn", _LEAF, points)

    def taken_over(game: Any, agent: SearchAgent) -> bool:
        return bool(decide(game, agent, game.init(1), 1)[1]["compiled"])

    assert taken_over(Kuhn(), ISMCTS())
    assert not taken_over(Kuhn(), ISMCTS(compiled=False))
    assert not taken_over(Kuhn(), ISMCTS(simulations=1))
    assert not taken_over(Kuhn(), MCTS())
    assert not taken_over(Leduc(), ISMCTS())


def test_a_broken_or_doubled_accelerator_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never a silent fall back to the slow search."""
    points = {"arena.accelerators": {"kuhn/mcts": "broken_kuhn:missing", "kuhn/ismcts": "broken_kuhn:one"}}
    install(tmp_path, monkeypatch, "broken_kuhn", "one = None\n", points)
    with pytest.raises(BrokenPlugin, match=r"'kuhn/mcts' .* fails to load: AttributeError"):
        sit(Kuhn(), MCTS(), 0, 1)
    (tmp_path / "more").mkdir()
    points = {"arena.accelerators": {"kuhn/ismcts": "other_kuhn:two"}}
    install(tmp_path / "more", monkeypatch, "other_kuhn", "two = None\n", points)
    with pytest.raises(DuplicateName, match="'kuhn/ismcts' is registered by broken_kuhn and by other_kuhn"):
        sit(Kuhn(), ISMCTS(), 0, 1)


def test_searchers_of_different_kinds_share_a_table() -> None:
    """Leduc poker between a tree and no tree, and random play as the third opinion."""
    assert not play(Leduc(), [ISMCTS(simulations=20), MonteCarlo(simulations=20)], 1).faults
    assert not play(Leduc(), [MCTS(simulations=20), Random()], 1).faults
