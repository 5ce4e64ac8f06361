"""What a view tells and hides, and the worlds that search makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dhumbal_check import VARIANTS
from dhumbal_table import lay, play, word
from numpy.typing import NDArray
from scipy import stats

from arena.errors import BadInput
from arena.jit import jit
from games.dhumbal.determinize import determinize, determinize_weighted
from games.dhumbal.engine import begin, step
from games.dhumbal.game import Dhumbal
from games.dhumbal.legal import random_action
from games.dhumbal.rules import Rules, preset
from games.dhumbal.scene import view_of
from games.dhumbal.state import STATE, VIEW

States = NDArray[np.void]


def positions(rules: Rules, seeds: range, steps: int) -> list[States]:
    """States after some random steps, some of them over."""
    found = []
    for seed in seeds:
        state = np.zeros(1, STATE)
        begin(state[0], rules.record(), np.uint64(seed))
        rng = np.array([seed], np.uint64)
        for _ in range(int(np.random.default_rng(seed).integers(steps))):
            if not state["over"][0]:
                step(state[0], random_action(state[0], rng))
        found.append(state)
    return found


def permuted(state: States, player: int, seed: int) -> States:
    """The same position with every card that `player` cannot see dealt out anew, by NumPy and not by the engine."""
    other = state.copy()
    players = int(state["rules"]["players"][0])
    size = int(state["stock_size"][0])
    hidden = state["stock"][0, :size].tolist()
    rivals = [seat for seat in range(players) if seat != player]
    unseen = {seat: int(state["hands"][0, seat]) & ~int(state["known"][0, seat]) for seat in rivals}
    for cards in unseen.values():
        hidden += [card for card in range(54) if cards >> card & 1]
    hidden = np.random.default_rng(seed).permutation(hidden).tolist()
    for seat, cards in unseen.items():
        drawn = [hidden.pop() for _ in range(cards.bit_count())]
        other["hands"][0, seat] = int(state["known"][0, seat]) | sum(1 << int(card) for card in drawn)
    other["stock"][0, :size] = hidden
    other["seed"] = seed
    return other


@pytest.mark.parametrize("rules", VARIANTS[::3])
def test_hidden_cards_permuted_leave_every_other_view_unchanged(rules: Rules) -> None:
    """A view is a function of what its player saw: not of rivals' unseen cards, the stock's order, or the seed."""
    changed = 0
    for state in positions(rules, range(12), 150):
        if state["over"][0]:
            continue
        for player in range(rules.players):
            other = permuted(state, player, 5)
            changed += other.tobytes() != state.tobytes()
            assert view_of(other, player).tobytes() == view_of(state, player).tobytes()
    assert changed > 10


@pytest.mark.parametrize("rules", VARIANTS[::2])
def test_determinized_worlds_look_the_same_and_differ(rules: Rules) -> None:
    """Consistency and diversity; only both together catch a leak.

    The world's view is the view, byte for byte, at every seat and also after the end; sixteen worlds are not all equal.
    """
    world: Any = np.zeros(2, STATE)
    rng = np.array([1], np.uint64)
    for state in positions(rules, range(12), 150):
        for player in range(rules.players):
            view = view_of(state, player)
            worlds = set()
            for number in range(16):
                if number % 2:
                    determinize(view[()], rng, world[0])
                else:
                    determinize_weighted(view[()], rng, 3, 0.2, 0.1, world[0])
                assert view_of(world[:1], player).tobytes() == view.tobytes()
                worlds.add(world[0]["hands"].tobytes() + world[0]["stock"].tobytes())
                assert_sound(world[0], rules)
            assert len(worlds) > 1 or state["over"][0]


def assert_sound(state: Any, rules: Rules) -> None:
    """A world holds every card of the deck once, and its hands are worth what they say."""
    deck = (1 << 52) - 1 | (3 << 52 if rules.jokers else 0)
    hands = [int(hand) for hand in state["hands"][: rules.players]]
    places = hands + [1 << int(card) for card in state["stock"][: state["stock_size"]]]
    places += [int(state["live"]), int(state["dead"]), int(state["thrown"])]
    assert sum(places) == deck
    assert [hand.bit_count() for hand in hands] == state["size"][: rules.players].tolist()
    for hand, value in zip(hands, state["value"][: rules.players].tolist(), strict=True):
        assert value == sum(min(card // 4 + 1, rules.faces) for card in range(52) if hand >> card & 1)


def test_determinize_is_uniform() -> None:
    """Each of 30 hidden cards is as often in either rival's hand and on top of the stock as any other."""
    game = Dhumbal(players=3, rules="np10")
    state = lay(game, ["Ac 2d", "9s 3d", "Kd 5h"], live="4d", stock="7c 7d 7h 7s 8c 8d 8h 8s 9c 9d 9h")
    state["known"][0, 1] = word("3d")
    counts = _places(view_of(state, 0)[()], 40_000)
    hidden = [card for card in range(52) if word("9s Kd 5h 7c 7d 7h 7s 8c 8d 8h 8s 9c 9d 9h") >> card & 1]
    assert sorted(np.flatnonzero(counts.sum(axis=0)).tolist()) == hidden
    for place in range(3):
        assert stats.chisquare(counts[place, hidden]).pvalue > 1e-4
    assert counts[0].sum() == 40_000
    assert counts[1].sum() == 80_000


@jit
def _places(view: Any, worlds: int) -> NDArray[np.int64]:
    """How often each card is unseen in the hand of rival 1, of rival 2, or on top of the stock."""
    counts = np.zeros((3, 54), np.int64)
    world = np.zeros(1, STATE)[0]
    rng = np.array([3], np.uint64)
    for _ in range(worlds):
        determinize(view, rng, world)
        for card in range(54):
            for seat in range(2):
                if (world.hands[seat + 1] & ~world.known[seat + 1]) >> np.uint64(card) & np.uint64(1):
                    counts[seat, card] += 1
        counts[2, world.stock[world.stock_size - 1]] += 1
    return counts


def test_a_weighted_world_believes_that_who_could_call_called() -> None:
    """A rival who threw instead of calling is dealt a hand that could have called less often; `tries` 1 is uniform."""
    game = Dhumbal(players=2, rules="np10")
    state = lay(game, ["Kc Qd", "Kh 2s 3s"], live="4d", stock="Ac Ad Ah 2c 2d 2h 3c 3d 3h 5c 5d 5h", actor=1)
    state = play(game, state, "discard Kh", "take stock")
    view = view_of(state, 0)
    means = {tries: _mean_value(view[()], tries, 0.02, 0.0) for tries in (1, 8)}
    # Hands of three among aces to fives and one of the unseen cards just drawn: who kept low cards with the king had no call.
    assert means[1] == pytest.approx(_mean_value(view[()], 1, 1.0, 0.0), abs=0.1)
    greedy = _mean_value(view[()], 8, 1.0, 0.5)
    assert greedy == pytest.approx(means[1], abs=0.15)
    state = lay(
        game, ["Kc Qd", "2s 3s"], live="4d", stock="Ac Ad 9c 9d 9h 8c 8d 8h 7c 7d 7h 2c 2d 2h", actor=1
    )
    state = play(game, state, "discard 2s", "take stock")
    view = view_of(state, 0)
    assert _mean_value(view[()], 8, 0.02, 0.0) > _mean_value(view[()], 1, 0.02, 0.0) + 1.0


def test_a_weighted_world_believes_that_who_could_throw_more_did() -> None:
    """A rival who threw a seven is dealt kings less often where the weight of greed is high."""
    game = Dhumbal(players=2, rules="np10")
    state = lay(game, ["Ac Ad", "7s 2s 3s"], live="4d", stock="Kc Kd Kh Ks Qc Qd 2c 2d 2h 3c 3d 3h", actor=1)
    state = play(game, state, "discard 7s", "take stock")
    view = view_of(state, 0)
    assert _mean_value(view[()], 8, 1.0, 1.0) < _mean_value(view[()], 1, 1.0, 1.0) - 2.0


@jit
def _mean_value(view: Any, tries: int, decline: float, greed: float) -> float:
    world = np.zeros(1, STATE)[0]
    rng = np.array([4], np.uint64)
    total = 0
    for _ in range(4000):
        determinize_weighted(view, rng, tries, decline, greed, world)
        total += world.value[1]
    return total / 4000


def test_determinize_refuses_another_player_s_view() -> None:
    """The view says whose it is."""
    game = Dhumbal()
    view = game.view(game.init(1), 2)
    with pytest.raises(BadInput, match="expected the view of player 1, got that of player 2"):
        game.determinize(view, 1, np.random.default_rng(1))


def test_copy_with_a_seed_redraws_only_the_chance_to_come() -> None:
    """Hands and everything seen stay; the stock keeps its cards in another order; later deals are others too."""
    game = Dhumbal(rules="np10", match="rounds", rounds=2)
    state = game.init(1)
    for _ in range(6):
        (actor,) = game.actors(state)
        state = game.step(state, {actor: game.legal(state, actor).sample(np.random.default_rng(2))})
    same, other = game.copy(state), game.copy(state, seed=9)
    assert same.tobytes() == state.tobytes()
    assert same is not state
    size = int(state["stock_size"][0])
    before, after = state["stock"][0, :size].tolist(), other["stock"][0, :size].tolist()
    assert before != after
    assert sorted(before) == sorted(after)
    for player in range(4):
        assert game.key(game.view(other, player)) == game.key(game.view(state, player))
    again = game.copy(state, seed=9)
    assert again.tobytes() == other.tobytes()
    ends = [_next_deal(game, s) for s in (same, other, again)]
    assert ends[0] != ends[1] == ends[2]


def _next_deal(game: Dhumbal, state: States) -> list[int]:
    while int(state["round"][0]) == 0:
        (actor,) = game.actors(state)
        state = game.step(state, {actor: game.legal(state, actor).sample(np.random.default_rng(2))})
    return [int(hand) for hand in state["hands"][0]]


def test_chance_is_a_function_of_seed_and_place() -> None:
    """Players who behave otherwise meet the same deals, the same starters and the same stock."""
    game = Dhumbal(rules="np10", match="rounds", rounds=6)
    deals = []
    for behaviour in (1, 2):
        state, rng, found = game.init(77), np.random.default_rng(behaviour), []
        while actors := game.actors(state):
            if state["turn"][0] == 0 and state["phase"][0] == 0:
                found.append((state["hands"].tobytes(), state["stock"].tobytes(), int(state["starter"][0])))
            state = game.step(state, {actors[0]: game.legal(state, actors[0]).sample(rng)})
        deals.append(found)
    assert len(deals[0]) == 6
    assert deals[0] == deals[1]


def test_view_fields_in_a_position_made_by_hand() -> None:
    """Every seat is told from the viewer, and every field says what its name says."""
    game = Dhumbal(players=3, rules="np10", coins=50)
    state = lay(game, ["Ac 9d", "9s 3d", "Kd 5h"], live="4d", stock="7c 7d 8h", actor=1)
    state = play(game, state, "discard 9s", "take 4d", "discard Kd")
    view: Any = view_of(state, 0)[()]
    assert int(view["hand"]) == word("Ac 9d")
    assert int(view["value"]) == 10
    assert (int(view["live"]), int(view["open"]), int(view["thrown"])) == (word("9s"), word("9s"), word("Kd"))
    assert view["known"].tolist()[:3] == [0, word("4d"), 0]
    assert view["last_thrown"].tolist()[:3] == [0, word("9s"), word("Kd")]
    assert view["size"].tolist()[:3] == [2, 2, 1]
    assert view["drew"].tolist()[:3] == [-1, 12 + 1, -1]
    assert view["coins"].tolist() == [50, 50, 50, 0, 0]
    assert (int(view["seat"]), int(view["actor"]), int(view["starter"])) == (0, 2, 1)
    assert (int(view["phase"]), int(view["turn"]), int(view["stock_size"])) == (1, 1, 3)
    mine: Any = view_of(state, 2)[()]
    assert (int(mine["actor"]), int(mine["starter"]), mine["size"].tolist()[:3]) == (0, 2, [1, 2, 2])


def test_a_view_is_plain_data_of_its_own() -> None:
    """Later steps do not change it, and the codec takes it there and back."""
    from arena import codec

    game = Dhumbal()
    state = game.init(3)
    view = game.view(state, 0)
    before = game.key(view)
    (actor,) = game.actors(state)
    game.step(state, {actor: game.legal(state, actor).sample(np.random.default_rng(1))})
    assert game.key(view) == before
    assert view.shape == ()
    back = codec.loads(codec.dumps(view))
    assert back.dtype == VIEW
    assert game.key(back) == before


def test_after_the_end_all_hands_are_shown() -> None:
    """On a call all hands are shown (pagat.com, "Yaniv"), to every player."""
    game = Dhumbal(players=2, rules="np10")
    state = play(game, lay(game, ["3c", "9s"], live="4h", stock="Kc"), "call")
    view: Any = view_of(state, 1)[()]
    assert view["shown"].tolist()[:2] == [word("9s"), word("3c")]
    assert (int(view["caller"]), int(view["winner"]), int(view["over"])) == (1, 1, 1)


def test_preset_np5_views_are_small() -> None:
    """A view is 336 bytes, a state 640: copies are cheap. Both are without padding, so that bytes are values."""
    assert (VIEW.itemsize, STATE.itemsize) == (336, 640)
    for dtype in (VIEW, STATE):
        assert sum(dtype[name].itemsize for name in dtype.names or ()) == dtype.itemsize
    assert preset("np5").record().dtype.itemsize == 48
