"""Play the engine and the oracle side by side and compare them."""

from __future__ import annotations

from typing import Any

import numpy as np
from dhumbal_oracle import Oracle, word

from games.dhumbal.engine import begin, step
from games.dhumbal.legal import MOST_DISCARDS, legal_actions
from games.dhumbal.rules import Rules, preset
from games.dhumbal.state import STATE, TAKING

VARIANTS: tuple[Rules, ...] = (
    *(
        preset(name, players=players)
        for name in ("np5", "np10", "paper", "paper-fixed")
        for players in (2, 3, 4, 5)
    ),
    *(
        preset(name, players=players, match="round")
        for name in ("jhyap", "yaniv")
        for players in (2, 3, 4, 5)
    ),
    preset("np10", pickup="top"),
    preset("np10", pickup="none", players=5),
    preset("np10", pickup="top", pickup_gate="multi"),
    preset("np5", pickup_gate="multi", players=3),
    preset("np10", run_wrap=True, players=3),
    preset("np10", empty_hand="ends", players=5),
    preset("np5", jokers=2, faces=10, run_wrap=True, players=5),
    preset("np10", stock_out="end", players=2),
    preset("paper", jokers=2, turn_cap=30, at_cap="void", players=5),
    preset("yaniv", match="rounds", rounds=3, penalty="25", players=3, starter="random"),
    preset("jhyap", match="rounds", rounds=4, penalty="30", stock_out="reshuffle", turn_cap=60, players=2),
)
"""Rules that between them throw every switch."""


def compare(engine: Any, oracle: Oracle) -> None:
    """Assert that a record STATE and the oracle hold the same position."""
    seats = range(oracle.rules.players)
    assert [int(engine["hands"][s]) for s in seats] == [word(oracle.hands[s]) for s in seats]
    assert [int(engine["known"][s]) for s in seats] == [word(oracle.known[s]) for s in seats]
    assert [int(engine["value"][s]) for s in seats] == [oracle.value(oracle.hands[s]) for s in seats]
    assert [int(engine["size"][s]) for s in seats] == [len(oracle.hands[s]) for s in seats]
    for name in ("live", "open", "thrown", "dead"):
        assert int(engine[name]) == word(getattr(oracle, name)), name
    stock = engine["stock"][: engine["stock_size"]].tolist()
    assert stock == [c if isinstance(r, str) else 4 * r + c for r, c in _numbered(oracle.stock)]
    totals(engine, oracle)
    assert (int(engine["actor"]), bool(engine["phase"] == TAKING)) == (oracle.actor, oracle.taking)
    assert (int(engine["turn"]), int(engine["reshuffles"])) == (oracle.turn, oracle.reshuffles)


def _numbered(stock: list[Any]) -> list[Any]:
    return [(rank, 52 + suit) if rank == "joker" else (rank, suit) for rank, suit in stock]


def totals(engine: Any, oracle: Oracle) -> None:
    """Assert that what has been won and lost is the same."""
    n = oracle.rules.players
    assert engine["coins"][:n].tolist() == oracle.coins
    assert engine["scores"][:n].tolist() == oracle.scores
    assert np.allclose(engine["returns"][:n], oracle.returns)
    assert engine["out_round"][:n].tolist() == oracle.out
    assert (bool(engine["over"]), bool(engine["truncated"])) == (oracle.over, oracle.truncated)
    assert (int(engine["round"]), int(engine["winner"])) == (oracle.round, oracle.winner)
    stats = engine["stats"][:n, :5].tolist()
    expected = zip(oracle.wins, oracle.calls, oracle.right, oracle.cards_thrown, strict=True)
    assert [(w, c, r, t) for w, c, r, _, t in stats] == list(expected)


def play_both(rules: Rules, seed: int, deep_every: int = 7) -> int:
    """Play one random match in both, comparing legal sets at every step and positions at every `deep_every`.

    Returns:
        The number of rounds played.
    """
    chance = np.random.default_rng(seed)
    state = np.zeros(1, STATE)
    begin(state[0], rules.record(), np.uint64(seed))
    oracle = Oracle(rules, seed)
    ids = np.zeros(MOST_DISCARDS + 1, np.int64)
    count = 0
    while not oracle.over:
        legal = oracle.legal()
        found = ids[: legal_actions(state[0], ids)]
        assert sorted(found.tolist()) == legal
        if count % deep_every == 0:
            compare(state[0], oracle)
        action = legal[int(chance.integers(len(legal)))]
        step(state[0], action)
        oracle.step(action)
        count += 1
    compare(state[0], oracle)
    return oracle.round
