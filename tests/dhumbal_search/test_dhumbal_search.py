"""The compiled search players: legal, reproducible, exact in their budget, blind to what is hidden."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dhumbal_table import lay, play
from dhumbal_worlds import TABLES, positions
from numpy.typing import NDArray

from agents.dhumbal import accelerate
from agents.search.ismcts import ISMCTS
from agents.search.mcts import MCTS
from agents.search.montecarlo import MonteCarlo
from arena.agent import Player, Seat, Turn
from arena.conditions import Budget, Conditions
from games.dhumbal.batch import play_blocks, play_recorded
from games.dhumbal.game import CardTable, Dhumbal
from games.dhumbal.mini import DhumbalMini
from games.dhumbal.state import TAKING

Search = MonteCarlo | MCTS | ISMCTS

_IDS = [f"{game.rules}-{game.players}" for game in TABLES]
_AGENTS: list[Search] = [MonteCarlo(), MCTS(), ISMCTS()]
_NAMES = [agent.spec.name for agent in _AGENTS]


def _player(agent: Search, seat: Seat) -> Player | None:
    if isinstance(agent, MonteCarlo):
        return accelerate.montecarlo(agent, seat)
    return accelerate.mcts(agent, seat) if isinstance(agent, MCTS) else accelerate.ismcts(agent, seat)


def _decide(
    game: CardTable,
    agent: Search,
    state: NDArray[np.void],
    seed: int,
    budget: Budget,
) -> tuple[int, dict[str, Any]]:
    (actor,) = game.actors(state)
    seat = Seat(game, actor, "player", Conditions(budget=budget), seed)
    player = _player(agent, seat)
    assert player is not None
    action = player.act(Turn(game.view(state, actor), game.legal(state, actor), 0, seat))
    return action, dict(player.thoughts() or {})


@pytest.mark.parametrize("agent", _AGENTS, ids=_NAMES)
@pytest.mark.parametrize("game", [*TABLES, DhumbalMini()], ids=[*_IDS, "mini"])
def test_plays_only_what_is_legal_within_its_budget(game: CardTable, agent: Search) -> None:
    """In every preset, at every table, with 1 simulation and with more, the move is legal and the budget exact."""
    for number, state in enumerate(positions(game, 10, 14)):
        (actor,) = game.actors(state)
        legal = game.legal(state, actor)
        simulations = (1, 2, 3, 7, 40)[number % 5]
        action, thoughts = _decide(game, agent, state, 5, Budget(simulations=simulations))
        assert action in legal
        if len(legal) == 1:  # type: ignore[arg-type]
            assert thoughts["simulations"] == 0
            assert thoughts["value"] is None
        elif isinstance(agent, MonteCarlo):
            used = thoughts["simulations"]
            tried = min(simulations, len(legal))  # type: ignore[arg-type]
            assert used == simulations // tried * tried
        else:
            assert thoughts["simulations"] == simulations
        visits = [row["visits"] for row in thoughts["actions"]]
        assert visits == sorted(visits, reverse=True)
        if len(visits) < accelerate.SHOWN:
            assert sum(visits) == thoughts["simulations"]
        assert thoughts["worlds"] <= thoughts["simulations"]
        assert thoughts["compiled"] is True


@pytest.mark.parametrize("agent", _AGENTS, ids=_NAMES)
@pytest.mark.parametrize("rules", ["np5", "yaniv"])
def test_same_dice_same_decision_whatever_is_hidden(rules: str, agent: Search) -> None:
    """Decision and thoughts are a function of view and dice: with other hidden cards in the true state nothing changes."""
    game = Dhumbal(players=4, rules=rules)
    rng = np.random.default_rng(8)
    for state in positions(game, 25, 3):
        (actor,) = game.actors(state)
        other = game.determinize(game.view(state, actor), actor, rng)
        one = _decide(game, agent, state, 11, Budget(simulations=60))
        assert one == _decide(game, agent, other, 11, Budget(simulations=60))


@pytest.mark.parametrize("agent", _AGENTS, ids=_NAMES)
def test_other_dice_other_thoughts(agent: Search) -> None:
    """Worlds come from the player's own dice."""
    game = Dhumbal()
    state = game.init(1)
    one = _decide(game, agent, state, 1, Budget(simulations=60))[1]
    assert one != _decide(game, agent, state, 2, Budget(simulations=60))[1]


@pytest.mark.parametrize("agent", _AGENTS, ids=_NAMES)
def test_seconds_are_kept(agent: Search) -> None:
    """A budget of seconds buys about so much search; one of both ends with whichever is used up first."""
    game = Dhumbal()
    state = game.init(1)
    short = _decide(game, agent, state, 1, Budget(seconds=0.002))[1]["simulations"]
    long = _decide(game, agent, state, 1, Budget(seconds=0.1))[1]["simulations"]
    assert long > 4 * short
    assert _decide(game, agent, state, 1, Budget(simulations=70, seconds=5.0))[1]["simulations"] <= 70


@pytest.mark.parametrize("agent", _AGENTS, ids=_NAMES)
def test_player_and_compiled_policy_decide_alike(agent: Search) -> None:
    """Whole matches by the compiled referee and by players with the same dice are the same, action by action."""
    game = Dhumbal(players=2, rules="np10")
    agent = type(agent)(simulations=40)
    makers = {
        "montecarlo": accelerate.montecarlo_policy,
        "mcts": accelerate.mcts_policy,
        "ismcts": accelerate.ismcts_policy,
    }
    policy = makers[agent.spec.name](agent, game)  # type: ignore[operator]
    actions, outcome = play_recorded(game.resolved, [policy], 5, [0, 0], [3, 4])
    state = game.init(5)
    seats = [Seat(game, player, "player", Conditions(), (3, 4)[player]) for player in range(2)]
    players = [_player(agent, seat) for seat in seats]
    for action in actions:
        (actor,) = game.actors(state)
        turn = Turn(game.view(state, actor), game.legal(state, actor), 0, seats[actor])
        assert players[actor].act(turn) == action  # type: ignore[union-attr]
        state = game.step(state, {actor: action})
    assert game.actors(state) == ()
    assert outcome.returns[0, 0].tolist() == list(game.outcome(state).returns)  # type: ignore[union-attr]


def test_parameters_it_cannot_keep_are_left_to_the_generic_search() -> None:
    """None, never an error, where the compiled search does not do what the parameters say."""
    seat = Seat(Dhumbal(), 0, "player", Conditions(), 1)
    assert accelerate.montecarlo(MonteCarlo(halving=True), seat) is None
    assert accelerate.montecarlo(MonteCarlo(rollout="greedy"), seat) is None
    assert accelerate.mcts(MCTS(depth=4), seat) is None
    assert accelerate.mcts(MCTS(access="state"), seat) is None
    assert accelerate.ismcts(ISMCTS(rollout="random"), seat) is None
    assert accelerate.ismcts(ISMCTS(exploration=1.5), seat) is None
    assert accelerate.ismcts(ISMCTS(simulations=9), seat) is not None


@pytest.mark.parametrize("agent", _AGENTS, ids=_NAMES)
def test_calls_when_nobody_can_hold_less(agent: Search) -> None:
    """With two aces against five cards of which all were seen taken, and dear, it calls."""
    game = Dhumbal(players=2)
    state = lay(game, ["Ac Ad", "Kc Kd Kh Qs Qd"], live="9c", stock="5c 6d 7h 8s 2d 4d 10s Jd")
    state["known"][0, 1] = state["hands"][0, 1]
    action, thoughts = _decide(game, agent, state, 1, Budget(simulations=300))
    assert game.say(action) == "call"
    assert thoughts["value"] == pytest.approx(63.0)


@pytest.mark.parametrize("agent", _AGENTS, ids=_NAMES)
def test_does_not_call_when_it_is_known_to_lose(agent: Search) -> None:
    """With five points against a rival who was seen to hold an ace alone, it does not call."""
    game = Dhumbal(players=2)
    state = lay(game, ["2c 3d", "Ac"], live="Ad", stock="5c 6d 7h 8s 2d 4d 10s Jd")
    state["known"][0, 1] = state["hands"][0, 1]
    assert game.say(_decide(game, agent, state, 1, Budget(simulations=300))[0]) != "call"


@pytest.mark.parametrize("agent", _AGENTS, ids=_NAMES)
def test_takes_the_card_that_completes_a_set(agent: Search) -> None:
    """Holding two kings and little else it takes the third from the table rather than a card from the stock."""
    game = Dhumbal(players=2)
    state = lay(game, ["Kc Kd Ah As Qs", "7c 7d 4c 9h Jd"], live="Kh", stock="10c 9d Jh 8s 9c 8d 10s Js")
    state = play(game, state, "discard Qs")
    assert state["phase"][0] == TAKING
    assert game.say(_decide(game, agent, state, 1, Budget(simulations=400))[0]) == "take K♥"


def test_stronger_than_flat_monte_carlo_and_aggressive() -> None:
    """In a few seconds: coins clearly above zero against the flat Monte Carlo and against Aggressive."""
    from agents.dhumbal.styles import STYLES, decide_style
    from arena.capabilities import CompiledPolicy

    game = Dhumbal(players=4)
    hero = accelerate.ismcts_policy(ISMCTS(simulations=120), game)
    flat = accelerate.montecarlo_policy(MonteCarlo(simulations=60), game)
    aggressive = CompiledPolicy(decide_style, np.array(STYLES["aggressive"]))
    assert hero is not None
    assert flat is not None
    seatings = np.ones((4, 4), np.int16) - np.eye(4, dtype=np.int16)
    for rival, blocks in ((flat, 100), (aggressive, 100)):
        deals = np.arange(blocks, dtype=np.uint64)
        dice = np.arange(blocks * 16, dtype=np.uint64).reshape(blocks, 4, 4)
        outcome = play_blocks(
            game.resolved, [hero, rival], deals, np.broadcast_to(seatings, (blocks, 4, 4)).copy(), dice
        )
        assert (outcome.faults < 0).all()
        coins = np.diagonal(outcome.returns, axis1=1, axis2=2).mean(axis=1)
        assert coins.mean() > 2 * coins.std() / np.sqrt(blocks)
