"""One test for each limit, starter, kind of match and preset, with the source of the rule."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from dhumbal_table import lay, play

from arena.errors import BadParameter, UnknownName
from games.dhumbal.game import Dhumbal
from games.dhumbal.rules import CHOICES, PRESETS, ROUND_LIMIT, Rules, preset
from games.dhumbal.text import cards_in

STOCK = "Kc Kd Kh Ks Qc Qd Qh Qs"


def two(**switches: object) -> Dhumbal:
    """A game of two by np10 with some switches changed."""
    return Dhumbal(players=2, rules="np10", **switches)  # type: ignore[arg-type]


# Limits, starters, matches ---------------------------------------------------------------------------------------------


def test_turn_cap_void_truncates_and_nobody_is_the_caller() -> None:
    """`turn_cap` and `at_cap` void: a truncated round moves no coins."""
    game = two(turn_cap=2)
    state = lay(game, ["7c 2d", "9s 3d"], live="4d", stock=STOCK)
    state = play(game, state, "discard 7c", "take stock", "discard 9s", "take stock")
    outcome = game.outcome(state)
    assert outcome is not None
    assert (outcome.returns, outcome.truncated, outcome.reason) == ((0.0, 0.0), True, "the turn cap")
    assert int(state["caller"][0]) == int(state["winner"][0]) == -1


def test_at_cap_lowest_counts_the_lowest_hand_as_caller() -> None:
    """`at_cap` lowest: the program of Malla 2025 after 100 turns; a tie for the lowest goes against the lower seat."""
    game = two(turn_cap=2, at_cap="lowest")
    state = lay(game, ["7c 2d", "9s 3d"], live="4d", stock=STOCK)
    state = play(game, state, "discard 7c", "take 4d", "discard 3d", "take stock")
    outcome = game.outcome(state)
    assert outcome is not None
    assert outcome.returns == (22.0, -22.0)
    assert outcome.metrics["forced_success"][0] == 1.0
    state = lay(game, ["7c 2d", "2s 7d"], live="4d", stock=STOCK)
    state = play(game, state, "discard 2d", "take stock", "discard 2s", "take stock")
    assert game.rewards(state) == (-40.0, 40.0)


def test_starter_first_is_always_seat_0() -> None:
    """`starter` first: the program of Malla 2025."""
    game = Dhumbal(rules="paper")
    assert {int(game.init(seed)["starter"][0]) for seed in range(40)} == {0}


def test_starter_rotate_moves_on_by_one_from_a_seat_drawn_from_the_deal() -> None:
    """`starter` rotate: the first is a function of the seed, each seat equally likely; then clockwise."""
    game = Dhumbal(rules="np10", match="rounds", rounds=5)
    firsts = [int(game.init(seed)["starter"][0]) for seed in range(400)]
    assert all(70 < firsts.count(seat) < 130 for seat in range(4))
    assert _starters(game, seed=3) == [(firsts[3] + k) % 4 for k in range(5)]


def test_starter_random_draws_a_seat_every_round() -> None:
    """`starter` random: a function of the seed and the round."""
    game = Dhumbal(rules="np10", match="rounds", rounds=40, starter="random")
    found = _starters(game, seed=3)
    assert set(found) == {0, 1, 2, 3}
    assert found == _starters(game, seed=3)
    assert found != [(found[0] + k) % 4 for k in range(40)]


def test_starter_winner_begins_the_next_round() -> None:
    """`starter` winner: pagat.com, "Yaniv": the winner of a round begins the next."""
    game = Dhumbal(players=3, rules="np10", match="rounds", rounds=2, starter="winner")
    state = lay(game, ["9c", "9s", "2d 3d"], live="4h", stock=STOCK, actor=2)
    state = play(game, state, "call")
    assert game.actors(state) == (2,)
    state = lay(game, ["9c", "4s", "2d 3d"], live="4h", stock=STOCK, actor=2)
    assert game.actors(play(game, state, "call")) == (1,)


def _starters(game: Dhumbal, seed: int) -> list[int]:
    rng = np.random.default_rng(1)
    state = game.init(seed)
    found = [int(state["starter"][0])]
    while actors := game.actors(state):
        before = int(state["round"][0])
        state = game.step(state, {actors[0]: game.legal(state, actors[0]).sample(rng)})
        if game.actors(state) and int(state["round"][0]) != before:
            found.append(int(state["starter"][0]))
    return found


def test_match_rounds_adds_up() -> None:
    """`match` rounds: so many rounds; balances carry over, each round's deal is another."""
    game = Dhumbal(players=2, rules="np10", match="rounds", rounds=2, coins=100)
    state = play(game, lay(game, ["3c", "9s"], live="4h", stock=STOCK), "call")
    assert (game.outcome(state), game.rewards(state)) == (None, (9.0, -9.0))
    assert state["coins"][0, :2].tolist() == [109, 91]
    assert [len(cards_in(int(hand))) for hand in state["hands"][0, :2]] == [5, 5]


def test_match_out_drops_players_and_ranks_them_by_how_long_they_lasted() -> None:
    """`match` out: pagat.com, "Yaniv": who has too many points drops out; the last one left wins."""
    game = Dhumbal(players=3, rules="jhyap")
    state = lay(game, ["3c", "9s", "Kd"], live="4h", stock=STOCK)
    state["scores"][0, :3] = [10, 80, 95]
    state = play(game, state, "call")
    assert state["out_round"][0, :3].tolist() == [0, 0, 1]
    assert int(state["size"][0, 2]) == 0
    assert game.outcome(state) is None
    state = _dealt_again(game, state, ["3c", "Jd", ""])
    state = play(game, state, "call")
    outcome = game.outcome(state)
    assert outcome is not None
    assert outcome.returns == (1.0, 0.0, -1.0)
    assert outcome.metrics["placing"] == (1.0, 2.0, 3.0)


def _dealt_again(game: Dhumbal, state: np.ndarray, hands: list[str]) -> np.ndarray:
    fresh = lay(game, hands, live="4h", stock=STOCK)
    for name in ("scores", "out_round", "round", "coins", "returns"):
        fresh[name] = state[name]
    return fresh


def test_out_at_is_the_score_that_drops_a_player() -> None:
    """`out_at`: 100 is reached in Wikipedia's "Jhyap"; with halving, 200 exactly is halved before it counts (pagat.com)."""
    jhyap = Dhumbal(players=2, rules="jhyap")
    state = lay(jhyap, ["3c", "9s"], live="4h", stock=STOCK)
    state["scores"][0, :2] = [0, 91]
    assert jhyap.outcome(play(jhyap, state, "call")) is not None
    yaniv = Dhumbal(players=2, rules="yaniv")
    state = lay(yaniv, ["3c", "9s"], live="4h", stock=STOCK)
    state["scores"][0, :2] = [0, 191]
    state = play(yaniv, state, "call")
    assert (yaniv.outcome(state), int(state["scores"][0, 1])) == (None, 100)


def test_halving_at_multiples_of_50() -> None:
    """`halving`: pagat.com, "Yaniv": a score that lands on a multiple of 50 is halved; one that stays there is not."""
    game = Dhumbal(players=3, rules="yaniv")
    state = lay(game, ["3c", "9s", "7d"], live="4h", stock=STOCK)
    state["scores"][0, :3] = [50, 41, 94]
    state = play(game, state, "call")
    assert state["scores"][0, :3].tolist() == [50, 25, 101]


def test_a_match_until_one_is_left_is_cut_at_the_round_limit() -> None:
    """A match in which nobody ever calls nor scores must end: it is truncated after `ROUND_LIMIT` rounds."""
    game = Dhumbal(players=2, rules="yaniv")
    state = lay(game, ["3c", "9s"], live="4h", stock=STOCK)
    state["round"] = ROUND_LIMIT - 1
    outcome = game.outcome(play(game, state, "call"))
    assert outcome is not None
    assert outcome.truncated


# The rules as a value --------------------------------------------------------------------------------------------------


def test_presets_are_what_their_sources_say() -> None:
    """The table of presets, field by field where it differs from np5."""
    plain = dataclasses.asdict(PRESETS["np5"])
    differs = {
        name: {key: value for key, value in dataclasses.asdict(rules).items() if value != plain[key]}
        for name, rules in PRESETS.items()
    }
    cut = {"call_at": 10, "empty_hand": "ends", "turn_cap": 100, "at_cap": "lowest", "coins": 10_000}
    assert differs == {
        "np5": {},
        "np10": {"call_at": 10},
        "jhyap": {"economy": "points", "penalty": "hand+25", "stock_out": "end", "match": "out"},
        "yaniv": {
            "call_at": 7,
            "faces": 10,
            "jokers": 2,
            "economy": "points",
            "penalty": "hand+30",
            "match": "out",
            "out_at": 200,
            "halving": True,
            "starter": "winner",
        },
        "paper": {**cut, "pickup": "own-last", "starter": "first"},
        "paper-fixed": cut,
    }
    assert plain["call_at"] == 5
    assert (plain["pickup"], plain["economy"], plain["penalty"], plain["starter"]) == (
        "previous",
        "coins",
        "sum",
        "rotate",
    )


@pytest.mark.parametrize("name", list(PRESETS))
@pytest.mark.parametrize("players", [2, 3, 4, 5])
def test_presets_make_sense_for_every_table(name: str, players: int) -> None:
    """Every preset passes its own check and gives a spec whose returns are bounded."""
    game = Dhumbal(players=players, rules=name)
    assert game.resolved.check() is game.resolved
    low, high = game.spec.returns
    assert low <= 0.0 <= high


@pytest.mark.parametrize(
    ("switches", "message"),
    [
        ({"players": 6}, "expected players from 2 to 5, got 6"),
        ({"pickup": "previos"}, "did you mean 'previous'?"),
        ({"faces": 11}, "expected faces 10 or 13, got 11"),
        ({"jokers": 1}, "expected jokers 0 or 2, got 1"),
        ({"call_at": 0}, "expected call_at from 1 to 60, got 0"),
        ({"call_at": 5.0}, "expected call_at from 1 to 60, got 5.0"),
        ({"economy": "points"}, "economy 'points' goes with penalty"),
        ({"match": "out"}, "match 'out' counts points"),
        ({"halving": True}, "halving is for scores"),
        ({"ranks": 3, "suits": 2}, "a deck of 6 cards is too small"),
        ({"ranks": 12, "run_wrap": True}, "run_wrap needs all 13 ranks"),
    ],
)
def test_what_makes_no_sense_is_refused(switches: dict[str, object], message: str) -> None:
    """Each refusal names the parameter, what it may be, and what came."""
    with pytest.raises(BadParameter, match=message.replace("?", r"\?")):
        preset("np5", **switches)  # type: ignore[arg-type]


def test_unknown_names_get_a_suggestion() -> None:
    """Presets and switches."""
    with pytest.raises(UnknownName, match="did you mean 'paper-fixed'"):
        preset("paper_fixed")
    with pytest.raises(UnknownName, match="did you mean 'pickup'"):
        preset("np5", pickupp="top")


def test_every_choice_is_a_field_of_the_rules() -> None:
    """The numbers of compiled choices belong to fields that exist, whose default is among them."""
    for name, choices in CHOICES.items():
        assert getattr(Rules(), name) in choices
