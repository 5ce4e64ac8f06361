"""Two budgets of a search keep in step: what one decision draws shifts nothing behind it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dhumbal_worlds import positions, viewed
from numpy.typing import NDArray

from agents.dhumbal import accelerate, ismcts, mcts, montecarlo
from agents.dhumbal.substreams import substream
from agents.search.base import SearchAgent
from agents.search.ismcts import ISMCTS
from agents.search.mcts import MCTS
from agents.search.montecarlo import MonteCarlo
from arena import dice
from arena.agent import Seat, Turn
from arena.conditions import Conditions
from arena.contest import Chunk, Stop
from games.dhumbal.determinize import determinize
from games.dhumbal.engine import step
from games.dhumbal.game import Dhumbal
from games.dhumbal.legal import MOST_DISCARDS
from games.dhumbal.state import STATE
from games.dhumbal.view import view_actions
from tournaments.chunks import ChunkPlayer
from tournaments.plan import make_plan, pick, schedule_of

COMPILED: dict[str, tuple[Any, Any]] = {
    "montecarlo": (montecarlo.decide, lambda n, game: accelerate.montecarlo_policy(MonteCarlo(n), game)),
    "mcts": (mcts.decide, lambda n, game: accelerate.mcts_policy(MCTS(n), game)),
    "ismcts": (ismcts.decide, lambda n, game: accelerate.ismcts_policy(ISMCTS(n), game)),
}


def test_a_substream_takes_one_number_and_has_its_own() -> None:
    """It starts where the number says; what it draws leaves the stream above it alone."""
    rng = np.array([7], np.uint64)
    own = substream(rng)
    assert own.tolist() == [dice.at(np.uint64(7), 0)]
    after = int(rng[0])
    drawn = [int(dice.next_bits(own)) for _ in range(1000)]
    assert int(rng[0]) == after
    assert len({*drawn, *(int(dice.next_bits(substream(rng))) for _ in range(1000))}) == 2000


@pytest.mark.parametrize("name", COMPILED)
def test_a_decision_takes_one_number_whatever_it_costs(name: str) -> None:
    """Forced or not, with one simulation or many, the player's dice move on by one."""
    game = Dhumbal(players=3, rules="np5")
    decide, policy = COMPILED[name]
    forced = 0
    for state in positions(game, 40, 3):
        (actor,) = game.actors(state)
        forced += len(game.legal(state, actor)) == 1  # type: ignore[arg-type]
        for simulations in (1, 12, 90):
            rng = np.array([5], np.uint64)
            decide(viewed(game, state), policy(simulations, game).parameters, rng)
            assert rng[0] == np.uint64(5) + dice.GOLDEN
    assert forced > 0


def _scores(heroes: list[str], blocks: int) -> NDArray[np.float64]:
    """The block means of two heroes of a gauntlet, float64[2, B]."""
    game = "dhumbal(players=2, rules=np10)"
    plan = make_plan(
        game, [*heroes, "greedy", "tuned"], seed=4, format="gauntlet(heroes=2)", stop=Stop(blocks=blocks)
    )
    picks = pick(plan)
    stage = schedule_of(plan).round(plan, picks, 0, ())
    assert stage is not None
    results = ChunkPlayer.of(plan, picks, stage)(Chunk(0, 0, blocks))
    return np.stack(
        [results.scores[results.seatings == hero].reshape(blocks, 2).mean(axis=1) for hero in (0, 1)]
    )


def test_close_budgets_play_mostly_alike_on_the_same_deals() -> None:
    """Common random numbers reach a search: 300 and 330 simulations differ by much less than two deals do."""
    scores = _scores(["ismcts(simulations=300)", "ismcts(simulations=330)"], 160)
    apart = scores[0] - scores[1]
    assert (scores[0] == scores[1]).mean() > 0.6
    assert scores.var(axis=1, ddof=1).sum() / apart.var(ddof=1) > 4


@pytest.mark.parametrize("agent", [MonteCarlo, MCTS, ISMCTS])
def test_generic_searches_keep_in_step_too(agent: type[SearchAgent]) -> None:
    """After decisions of any budget, forced ones included, the seat's own generator stands at the same place."""
    game = Dhumbal(players=2, rules="np5")
    left = []
    for simulations in (2, 30):
        seat = Seat(game, 0, "player", Conditions(), 3)
        player = agent(simulations, compiled=False).sit(seat)
        for state in positions(game, 12, 5):
            if game.actors(state) == (0,):
                player.act(Turn(game.view(state, 0), game.legal(state, 0), 0, seat))
        left.append(int(seat.rng.integers(2**63)))
    assert left[0] == left[1]


def test_the_larger_budget_begins_with_the_worlds_of_the_smaller() -> None:
    """Flat Monte Carlo with 1, 2 and 5 worlds: the first 1, 2 and 5 worlds of one list made by hand."""
    game = Dhumbal(players=2, rules="np5")
    policy = accelerate.montecarlo_policy(MonteCarlo(1), game)
    assert policy is not None
    parameters = policy.parameters.copy()
    searched = 0
    for state in positions(game, 20, 9):
        view = viewed(game, state)
        by_hand = np.cumsum([_returns(view, parameters, world) for world in range(5)], axis=0)
        if by_hand.shape[1] == 1:
            continue
        for worlds in (1, 2, 5):
            parameters[montecarlo.SIMULATIONS] = worlds * by_hand.shape[1]
            assert np.array_equal(_totals(view, parameters), by_hand[worlds - 1])
        searched += 1
    assert searched > 5


def _totals(view: Any, parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the search with the dice 8 adds up for each action."""
    actions, visits = np.empty(MOST_DISCARDS + 1, np.int64), np.empty(MOST_DISCARDS + 1, np.int64)
    totals, counts = np.empty(MOST_DISCARDS + 1), np.empty(3, np.int64)
    montecarlo.search(view, parameters, np.array([8], np.uint64), actions, visits, totals, counts)
    return totals[: counts[0]].copy()


def _returns(view: Any, parameters: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """What each action brings in the world `number` of the decision's own dice."""
    own = substream(np.array([8], np.uint64))
    worlds, key = np.empty(2, STATE), np.uint64(0)
    for _ in range(number + 1):
        determinize(view, own, worlds[0])
        key = dice.next_bits(own)
    worlds[0]["rules"]["match"] = 0
    actions, throws = np.empty(MOST_DISCARDS + 1, np.int64), np.empty(MOST_DISCARDS, np.int64)
    brought = []
    for action in actions[: view_actions(view, actions)].tolist():
        worlds[1] = worlds[0]
        step(worlds[1], action)
        earned = worlds[1]["reward"].astype(float) * (worlds[1]["paid"] != 0)
        montecarlo.play_to_end(worlds[1], parameters, throws, np.array([key], np.uint64), earned)
        brought.append(earned[view["seat"]])
    return np.array(brought)
