"""One test for each rule and each switch, with the source of the rule."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from dhumbal_table import lay, may, play, word

from arena.errors import BadParameter, UnknownName
from games.dhumbal.game import Dhumbal
from games.dhumbal.rules import CHOICES, PRESETS, ROUND_LIMIT, Rules, preset
from games.dhumbal.text import cards_in

STOCK = "Kc Kd Kh Ks Qc Qd Qh Qs"


def two(**switches: object) -> Dhumbal:
    """A game of two by np10 with some switches changed."""
    return Dhumbal(players=2, rules="np10", **switches)  # type: ignore[arg-type]


# What may be thrown ----------------------------------------------------------------------------------------------------


def test_discard_one_card_a_set_or_a_run() -> None:
    """Malla 2025, section 3.1: one card; two to four of a rank; three or more consecutive ranks of a suit, ace low."""
    game = two()
    state = lay(game, ["Ac 2c 3c 3d 3h", "9s"], live="4d", stock=STOCK)
    assert may(game, state) == {
        *(f"discard {card}" for card in ("A♣", "2♣", "3♣", "3♦", "3♥")),
        *("discard 3♣ 3♦", "discard 3♣ 3♥", "discard 3♦ 3♥", "discard 3♣ 3♦ 3♥"),
        "discard A♣ 2♣ 3♣",
    }


def test_run_wrap_allows_runs_around_the_corner() -> None:
    """`run_wrap`: off, the ace is low (pagat.com, "Yaniv": ace-two-three but not queen-king-ace); on, Q K A 2 is a run."""
    hands = ["Qs Ks As 2s 9d", "9s"]
    runs = {"discard Q♠ K♠ A♠", "discard K♠ A♠ 2♠", "discard Q♠ K♠ A♠ 2♠"}
    plain, wrapped = two(), two(run_wrap=True)
    assert not runs & may(plain, lay(plain, hands, live="4d", stock="Kc"))
    assert runs <= may(wrapped, lay(wrapped, hands, live="4d", stock="Kc"))


def test_jokers_stand_for_missing_cards_of_a_run() -> None:
    """`jokers`: pagat.com, "Yaniv": a joker substitutes in a sequence; it joins no set, but two jokers are a pair."""
    game = Dhumbal(players=2, rules="yaniv", match="round")
    state = lay(game, ["7c 9c 9d R* B*", "9s"], live="4d", stock=STOCK)
    found = may(game, state)
    assert {"discard 7♣ R★ 9♣", "discard 7♣ B★ 9♣", "discard R★ B★", "discard 7♣ R★ 9♣ B★"} <= found
    assert "discard 9♣ 9♦ R★" not in found
    assert "discard 9♦ R★ B★" in found
    assert int(state["value"][0, 0]) == 7 + 9 + 9


def test_jokers_left_over_lie_at_the_high_end() -> None:
    """The one way in which a run with jokers lies, so that its ends are known: high end first, low end above the king."""
    game = Dhumbal(players=2, rules="yaniv", match="round")
    state = lay(game, ["7c 8c R* 2d", "9s"], live="4d", stock=STOCK)
    state = play(game, state, "discard 7c 8c R*", "take stock")
    assert int(state["open"][0]) == word("7c R*")
    state = lay(game, ["Qc Kc R* 2d", "9s"], live="4d", stock=STOCK)
    state = play(game, state, "discard Qc Kc R*", "take stock")
    assert int(state["open"][0]) == word("R* Kc")


# What may be taken -----------------------------------------------------------------------------------------------------


def test_pickup_previous_takes_any_of_a_set_and_the_ends_of_a_run() -> None:
    """`pickup` previous: pagat.com, "Yaniv"."""
    game = two()
    state = lay(game, ["7c 8c 9c 10d 10s", "9s 9d 9h 2d"], live="4d", stock=STOCK)
    state = play(game, state, "discard 7c 8c 9c", "take stock", "discard 9s 9d 9h")
    assert may(game, state) == {"take stock", "take 7♣", "take 9♣"}
    state = play(game, state, "take 9c", "discard 10d 10s")
    assert may(game, state) == {"take stock", "take 9♦", "take 9♥", "take 9♠"}


def test_pickup_previous_never_gives_back_what_was_just_thrown() -> None:
    """pagat.com, "Yaniv": the card you pick up is one the previous player threw, not your own."""
    game = two()
    state = play(game, lay(game, ["7c 2d", "9s"], live="4d", stock=STOCK), "discard 7c")
    assert may(game, state) == {"take stock", "take 4♦"}


def test_the_card_turned_up_may_be_taken_by_the_first_player() -> None:
    """Malla 2025, section 3.1: one card is turned up to start the discard pile."""
    game = two()
    state = play(game, lay(game, ["7c 2d", "9s"], live="4d", stock=STOCK), "discard 7c", "take 4d")
    assert int(state["hands"][0, 0]) == word("2d 4d")
    assert int(state["known"][0, 0]) == word("4d")


def test_pickup_top_takes_only_the_card_on_top() -> None:
    """`pickup` top: Malla 2025, section 3.1, "pick from top of discard pile"."""
    game = two(pickup="top")
    state = lay(game, ["7c 8c 9c 2d", "9s"], live="4d", stock=STOCK)
    state = play(game, state, "discard 7c 8c 9c", "take stock", "discard 9s")
    assert may(game, state) == {"take stock", "take 9♣"}


def test_pickup_none_leaves_the_stock_alone() -> None:
    """`pickup` none: the one interaction between neighbours is gone."""
    game = two(pickup="none")
    state = play(game, lay(game, ["7c 2d", "9s"], live="4d", stock=STOCK), "discard 7c")
    assert may(game, state) == {"take stock"}


def test_pickup_own_last_takes_back_the_last_card_of_the_own_throw() -> None:
    """`pickup` own-last: the program of Malla 2025 (`simulate_round` pops the pile to which the throw was just added)."""
    game = two(pickup="own-last")
    state = lay(game, ["7c 8c 9c 2d", "9s"], live="4d", stock=STOCK)
    state = play(game, state, "discard 7c 8c 9c")
    assert may(game, state) == {"take stock", "take 9♣"}
    state = play(game, state, "take 9c", "discard 9s")
    assert may(game, state) == {"take stock", "take 9♠"}
    assert int(state["hands"][0, 0]) == word("2d 9c")


def test_pickup_gate_multi_asks_for_a_throw_of_two() -> None:
    """`pickup_gate`: common in Nepal; yarsagames.com and alankar.com.np, "Dhumbal": only after throwing a set or run."""
    game = two(pickup_gate="multi")
    state = lay(game, ["7c 7d 2d", "9s"], live="4d", stock=STOCK)
    assert may(game, play(game, state.copy(), "discard 7c")) == {"take stock"}
    assert may(game, play(game, state.copy(), "discard 7c 7d")) == {"take stock", "take 4♦"}


def test_stock_out_reshuffle_shuffles_all_but_the_live_discard() -> None:
    """`stock_out` reshuffle: pagat.com, "Yaniv"; the order is a function of the deal and of the number of the shuffle."""
    game = two()
    state = lay(game, ["7c 2d", "9s 3d"], live="4d", stock="Kc")
    state = play(game, state, "discard 7c", "take stock", "discard 9s")
    pool = (1 << 52) - 1 & ~word("2d Kc 3d 9s")
    again = state.copy()
    state = play(game, state, "take stock")
    new_stock = state["stock"][0, : int(state["stock_size"][0])].tolist()
    drawn = int(state["hands"][0, 1]) & ~word("3d")
    assert sum(1 << int(card) for card in new_stock) | drawn == pool
    assert (int(state["live"][0]), int(state["dead"][0]), int(state["reshuffles"][0])) == (word("9s"), 0, 1)
    assert new_stock != sorted(new_stock)
    again = play(game, again, "take stock")
    assert again["stock"][0].tolist() == state["stock"][0].tolist()


def test_stock_out_end_ends_the_round_without_a_call() -> None:
    """`stock_out` end: Wikipedia, "Jhyap": no cards left, no Jhyap, and everyone scores his count."""
    game = Dhumbal(players=2, rules="jhyap", match="round")
    state = play(game, lay(game, ["7c 2d", "9s 3d"], live="4d", stock="Kc"), "discard 7c", "take stock")
    outcome = game.outcome(state)
    assert outcome is not None
    assert (outcome.reason, outcome.returns, outcome.truncated) == ("the stock is out", (-15.0, -12.0), False)


# Calling ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("call_at", "allowed"), [(5, False), (7, True), (10, True)])
def test_call_at_is_the_dearest_hand_that_may_call(call_at: int, *, allowed: bool) -> None:
    """`call_at`: 5 in Nepal, 7 in Israel (pagat.com), 10 in Malla 2025."""
    game = two(call_at=call_at)
    state = lay(game, ["3c 4d", "9s"], live="4h", stock=STOCK)
    assert ("call" in may(game, state)) is allowed


def test_a_call_is_only_possible_before_throwing() -> None:
    """pagat.com, "Yaniv": at the start of the turn."""
    game = two()
    state = play(game, lay(game, ["3c 4d", "9s"], live="4h", stock=STOCK), "discard 3c")
    assert "call" not in may(game, state)


@pytest.mark.parametrize(("king", "value"), [(10, 30), (13, 36)])
def test_faces_count_ten_or_eleven_to_thirteen(king: int, value: int) -> None:
    """`faces`: 10 each (pagat.com, Israel) or 11, 12, 13 (Malla 2025, Nepal)."""
    game = two(faces=king)
    state = lay(game, ["Jc Qd Kh", "9s"], live="4h", stock="2c")
    assert int(state["value"][0, 0]) == value


def test_a_right_call_collects_every_hand() -> None:
    """`economy` coins: Malla 2025, section 3.1: the winner receives the value of the rivals' hands."""
    game = Dhumbal(players=3, rules="np10")
    state = play(game, lay(game, ["3c 4d", "9s 2h", "Kd"], live="4h", stock=STOCK), "call")
    outcome = game.outcome(state)
    assert outcome is not None
    assert (outcome.returns, outcome.reason) == ((24.0, -11.0, -13.0), "a right call")
    assert outcome.metrics["wins"] == (1.0, 0.0, 0.0)


def test_a_wrong_call_pays_the_sum_of_all_hands_to_the_lowest() -> None:
    """`penalty` sum: Malla 2025: the caller alone pays the sum of all hands, his own included."""
    game = Dhumbal(players=3, rules="np10")
    state = play(game, lay(game, ["3c 4d", "9s 2h", "5d"], live="4h", stock=STOCK), "call")
    outcome = game.outcome(state)
    assert outcome is not None
    assert (outcome.returns, outcome.reason) == ((-23.0, 0.0, 23.0), "a wrong call")
    assert outcome.metrics["call_success"][0] == 0.0


def test_a_tie_beats_the_caller_and_the_lowest_seat_wins_it() -> None:
    """Malla 2025: the caller wins only if uniquely lowest; otherwise the first of the lowest non-callers."""
    game = Dhumbal(players=4, rules="np10")
    state = play(game, lay(game, ["9c", "3c 4d", "7h", "7s"], live="4h", stock=STOCK, actor=1), "call")
    outcome = game.outcome(state)
    assert outcome is not None
    assert outcome.returns == (0.0, -30.0, 30.0, 0.0)


def test_hands_are_worth_less_than_the_paper_s_cap_on_payments() -> None:
    """The program of Malla 2025 caps a payment at 100; five cards are worth 64 at most, so it never binds."""
    assert Rules().dearest_hand == 13 * 4 + 12 == 64


@pytest.mark.parametrize(("penalty", "points"), [("25", 25), ("30", 30), ("hand+25", 32), ("hand+30", 37)])
def test_penalty_in_points(penalty: str, points: int) -> None:
    """`penalty`: flat, or on top of the hand (Wikipedia, "Jhyap": 25 is added to his count; pagat.com, "Yaniv": 30).

    The lowest hand scores nothing and the others their value (Wikipedia, "Yaniv (card game)").
    """
    game = Dhumbal(players=3, rules="yaniv", match="round", penalty=penalty)
    state = play(game, lay(game, ["3c 4d", "9s 2h", "5d"], live="4h", stock=STOCK), "call")
    assert state["scores"][0, :3].tolist() == [points, 11, 0]
    assert game.rewards(state) == (-points, -11.0, 0.0)


def test_all_who_tie_for_the_lowest_score_nothing() -> None:
    """`economy` points: Wikipedia, "Yaniv (card game)": the lowest score wins the round and receives no points."""
    game = Dhumbal(players=3, rules="yaniv", match="round")
    state = play(game, lay(game, ["3c 4d", "7s", "7d"], live="4h", stock=STOCK), "call")
    assert state["scores"][0, :3].tolist() == [37, 0, 0]


def test_empty_hand_draw_goes_on() -> None:
    """`empty_hand` draw: alankar.com.np, "Dhumbal": who drops all his cards still has to pick one up."""
    game = two()
    state = play(game, lay(game, ["3c", "9s"], live="4h", stock=STOCK), "discard 3c")
    assert may(game, state) == {"take stock", "take 4♥"}


def test_empty_hand_ends_the_round_as_a_call_with_nothing() -> None:
    """`empty_hand` ends: the program of Malla 2025."""
    game = two(empty_hand="ends")
    state = play(game, lay(game, ["3c", "9s"], live="4h", stock=STOCK), "discard 3c")
    outcome = game.outcome(state)
    assert outcome is not None
    assert (outcome.returns, outcome.reason) == ((9.0, -9.0), "an empty hand")
    assert (outcome.metrics["calls"], outcome.metrics["forced"]) == ((0.0, 0.0), (1.0, 0.0))


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
