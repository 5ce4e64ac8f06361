"""The miniature game: small enough for exact solvers, and the same engine."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from arena.capabilities import capabilities
from games.dhumbal.cards import STOCK
from games.dhumbal.mini import DhumbalMini

State = NDArray[np.void]
GAME = DhumbalMini()


def test_it_is_enumerable_and_two_handed() -> None:
    """Exact solvers find what they need."""
    assert {"enumerable", "determinizable", "indexed"} <= set(capabilities(GAME))
    assert (GAME.spec.name, GAME.spec.players, GAME.spec.table_sizes) == ("dhumbal-mini", 2, (2,))


def test_initial_states_are_every_deal_with_equal_chance() -> None:
    """15 * 6 * 2 deals of two hands of two and a card turned up out of six; seat 0 begins."""
    deals = list(GAME.initial())
    assert len(deals) == 15 * 6 * 2
    assert sum(chance for chance, _ in deals) == pytest.approx(1.0)
    assert {chance for chance, _ in deals} == {1 / 180}
    assert len({state["hands"].tobytes() + state["live"].tobytes() for _, state in deals}) == 180
    assert all(GAME.actors(state) == (0,) for _, state in deals)


def test_it_has_at_most_200_000_histories() -> None:
    """43,932, counted by walking every deal, action and draw: a change of the rules would show here."""

    @cache
    def histories(key: bytes) -> int:
        state = np.frombuffer(key, GAME.init(0).dtype).copy()
        actors = GAME.actors(state)
        if not actors:
            return 1
        legal: list[int] = list(GAME.legal(state, actors[0]))  # type: ignore[call-overload]
        follow = [after for action in legal for _, after in GAME.successors(state, {actors[0]: action})]
        return 1 + sum(histories(after.tobytes()) for after in follow)

    total = sum(histories(state.tobytes()) for _, state in GAME.initial())
    assert total == 43_932


def test_successors_are_what_play_gives() -> None:
    """Drawing from the stock leads to each enumerated state about as often as it says; other actions to one."""
    state = GAME.init(1)
    (actor,) = GAME.actors(state)
    throw = next(iter(GAME.legal(state, actor)))  # type: ignore[call-overload]
    before = state.copy()
    (only,) = list(GAME.successors(state, {actor: throw}))
    assert only[0] == 1.0
    assert state.tobytes() == before.tobytes()
    state = GAME.step(state, {actor: throw})
    follow = {
        GAME.key(GAME.view(after, actor)): chance for chance, after in GAME.successors(state, {actor: STOCK})
    }
    assert sum(follow.values()) == pytest.approx(1.0)
    seen: Counter[bytes] = Counter()
    for seed in range(600):
        after = GAME.step(GAME.copy(state, seed=seed), {actor: STOCK})
        seen[GAME.key(GAME.view(after, actor))] += 1
    assert set(seen) == set(follow)
    for key, chance in follow.items():
        assert abs(seen[key] / 600 - chance) < 4 * (chance * (1 - chance) / 600) ** 0.5 + 1e-9


def test_an_empty_stock_is_reshuffled_before_the_draw() -> None:
    """The discards but the live one become the stock, and the next card is any of them."""
    state = GAME.init(1)
    for _ in range(2):
        (actor,) = GAME.actors(state)
        state = GAME.step(state, {actor: next(a for a in GAME.legal(state, actor) if a != 315)})  # type: ignore[attr-defined]
        if int(state["stock_size"][0]) == 0:
            break
        (actor,) = GAME.actors(state)
        state = GAME.step(state, {actor: STOCK})
    assert int(state["stock_size"][0]) == 0
    assert int(state["phase"][0]) == 1
    pool = int(state["dead"][0]) | int(state["live"][0])
    follow = list(GAME.successors(state, {GAME.actors(state)[0]: STOCK}))
    assert len(follow) == pool.bit_count()
    assert {chance for chance, _ in follow} == {1 / len(follow)}


def test_every_end_is_zero_sum() -> None:
    """Over random matches."""
    rng = np.random.default_rng(1)
    for seed in range(200):
        state = GAME.init(seed)
        while actors := GAME.actors(state):
            state = GAME.step(state, {actors[0]: GAME.legal(state, actors[0]).sample(rng)})
        outcome = GAME.outcome(state)
        assert outcome is not None
        assert sum(outcome.returns) == 0.0
        assert max(outcome.returns) <= GAME.spec.returns[1]
