"""The rollout, the choices of a turn and the guessed worlds of the compiled search."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dhumbal_worlds import TABLES, cards_of, positions, viewed
from numpy.typing import NDArray

from agents.dhumbal.inference import BELIEF, CHANCES, guess, prepare
from agents.dhumbal.macro import MOST_ARMS, NOTHING, list_arms
from agents.dhumbal.montecarlo import play_to_end
from agents.dhumbal.rollout import PARAMETERS, choose_take, choose_turn
from games.dhumbal.cards import CALL, STOCK
from games.dhumbal.game import Dhumbal
from games.dhumbal.state import DISCARDING, SEATS, STATE

_IDS = [f"{game.rules}-{game.players}" for game in TABLES]
_IMPARTIAL = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0])
_THROWS = np.empty(64, np.int64)


def _legal(game: Dhumbal, state: NDArray[np.void], player: int) -> list[int]:
    legal: Any = game.legal(state, player)
    return list(legal)


@pytest.mark.parametrize("game", TABLES, ids=_IDS)
def test_playout_equals_play_by_the_rules(game: Dhumbal) -> None:
    """A playout in one call earns what the same choices earn step by step in the game, each of them legal."""
    parameters = np.concatenate([[1.0, 0.0, 0.0], PARAMETERS])
    for start in positions(game, 6, 3):
        earned = np.zeros(SEATS)
        at_once = start.copy()
        play_to_end(at_once[0], parameters, _THROWS, np.zeros(1, np.uint64), earned)
        slowly, total = start.copy(), np.zeros(game.players)
        planned = None
        while actors := game.actors(slowly):
            if slowly["phase"][0] == DISCARDING:
                action, planned = choose_turn(slowly[0], PARAMETERS, _THROWS)
            else:
                action = choose_take(slowly[0], PARAMETERS) if planned is None else planned
                planned = None
            assert action in game.legal(slowly, actors[0])
            rounds = int(slowly["round"][0])
            slowly = game.step(slowly, {actors[0]: action})
            total += game.rewards(slowly)
            if int(slowly["round"][0]) != rounds:
                planned = None
        assert earned[: game.players].tolist() == total.tolist()
        assert at_once["round"][0] == slowly["round"][0]


@pytest.mark.parametrize("game", TABLES[:8], ids=_IDS[:8])
def test_rollout_sees_only_what_its_player_may(game: Dhumbal) -> None:
    """With the hidden cards replaced by others the rollout chooses the same."""
    rng = np.random.default_rng(5)
    for state in positions(game, 30, 4):
        (actor,) = game.actors(state)
        other = game.determinize(game.view(state, actor), actor, rng)
        if state["phase"][0] == DISCARDING:
            assert choose_turn(state[0], PARAMETERS, _THROWS) == choose_turn(other[0], PARAMETERS, _THROWS)
        else:
            assert choose_take(state[0], PARAMETERS) == choose_take(other[0], PARAMETERS)


@pytest.mark.parametrize("game", TABLES, ids=_IDS)
def test_choices_of_a_turn_are_all_there_are(game: Dhumbal) -> None:
    """The list is every legal action followed by every legal taking, each once, and the call."""
    arms, costs = np.empty((MOST_ARMS, 2), np.int64), np.empty(MOST_ARMS)
    for state in positions(game, 12, 6):
        (actor,) = game.actors(state)
        count = list_arms(viewed(game, state), PARAMETERS, arms, costs)
        listed = [tuple(row) for row in arms[:count].tolist()]
        expected = set()
        for action in _legal(game, state, actor):
            if state["phase"][0] != DISCARDING:
                expected.add((NOTHING, action))
                continue
            after = game.step(state.copy(), {actor: action})
            if action == CALL or game.actors(after) != (actor,) or after["phase"][0] == DISCARDING:
                expected.add((action, NOTHING))
            else:
                expected |= {(action, take) for take in _legal(game, after, actor)}
        assert len(listed) == len(set(listed))
        assert set(listed) == expected
        assert costs[:count].tolist() == sorted(costs[:count])


def _worlds(
    game: Dhumbal, state: NDArray[np.void], belief: NDArray[np.float64], count: int, seed: int
) -> list[NDArray[np.void]]:
    view = viewed(game, state)
    rng = np.array([seed], np.uint64)
    states, pool, chances = np.zeros(2, STATE), np.empty(54, np.int64), np.empty(CHANCES)
    size = prepare(view, rng, belief, states, pool, chances)
    made = []
    for _ in range(count):
        guess(view, rng, belief, pool, size, chances, 54, states)
        made.append(states[1:2].copy())
    return made


@pytest.mark.parametrize("game", TABLES, ids=_IDS)
def test_worlds_fit_the_view(game: Dhumbal) -> None:
    """A guessed world shows its player the same view, has every card once and every hand its value; worlds differ."""
    for state in positions(game, 8, 8):
        (actor,) = game.actors(state)
        key = game.key(game.view(state, actor))
        worlds = _worlds(game, state, BELIEF, 6, 9)
        for world in worlds:
            assert game.key(game.view(world, actor)) == key
            assert sorted(cards_of(world)) == sorted(cards_of(state))
            assert world["value"][0].tolist() == [
                sum(int(value) for card, value in _values(game) if int(hand) >> card & 1)
                for hand in world["hands"][0]
            ]
            assert world["size"][0].tolist() == [int(hand).bit_count() for hand in world["hands"][0]]
        if state["turn"][0] < 30:
            assert len({world.tobytes() for world in worlds}) > 1


def _values(game: Dhumbal) -> list[tuple[int, int]]:
    faces = game.resolved.faces
    return [(card, min(card // 4 + 1, faces)) for card in range(52)]


def test_worlds_without_belief_are_uniform() -> None:
    """With weights that tell nothing apart, each hidden card is as often in a rival's hand as any other (chi-square)."""
    game = Dhumbal(players=3)
    state = next(state for state in positions(game, 200, 2) if state["turn"][0] > 8)
    (actor,) = game.actors(state)
    rival = (actor + 1) % 3
    count = 6000
    seen = np.zeros(52)
    for world in _worlds(game, state, _IMPARTIAL, count, 4):
        hidden = int(world["hands"][0, rival]) & ~int(state["known"][0, rival])
        seen += [hidden >> card & 1 for card in range(52)]
    missing = int(state["size"][0, rival]) - int(state["known"][0, rival]).bit_count()
    held = seen[seen > 0]
    expected = count * missing / len(held)
    # The cards of one hand exclude each other: the sum is chi-square with len - 1 degrees, scaled by this.
    scale = 1 - missing / len(held)
    statistic = float(((held - expected) ** 2 / expected).sum()) / scale
    degrees = len(held) - 1
    assert abs(statistic - degrees) < 5 * np.sqrt(2 * degrees)


@pytest.mark.parametrize("rules", ["np5", "np10"])
def test_belief_comes_nearer_to_true_hands(rules: str) -> None:
    """What rivals are believed to hold is worth nearer to what they do hold, on self-play of the rollout."""
    game = Dhumbal(players=4, rules=rules)
    plain = _IMPARTIAL
    errors = {"plain": 0.0, "belief": 0.0}
    for state in positions(game, 400, 12, sensible=1.0):
        (actor,) = game.actors(state)
        if state["turn"][0] < 8:
            continue
        others = [seat for seat in range(4) if seat != actor]
        truth = state["value"][0, others].mean()
        for name, belief in (("plain", plain), ("belief", BELIEF)):
            guessed = np.mean([w["value"][0, others].mean() for w in _worlds(game, state, belief, 12, 3)])
            errors[name] += (guessed - truth) ** 2
    assert errors["belief"] < 0.6 * errors["plain"]


def test_call_comes_first_and_stock_is_always_there() -> None:
    """A hand that may call lists the call first; the taking phase always offers the stock."""
    arms, costs = np.empty((MOST_ARMS, 2), np.int64), np.empty(MOST_ARMS)
    game = Dhumbal(players=2, rules="np10")
    calls = 0
    for state in positions(game, 300, 21, sensible=0.9):
        count = list_arms(viewed(game, state), PARAMETERS, arms, costs)
        if state["phase"][0] != DISCARDING:
            assert STOCK in arms[:count, 1]
        elif CALL in arms[:count, 0]:
            calls += 1
            assert arms[0].tolist() == [CALL, NOTHING]
    assert calls > 5
