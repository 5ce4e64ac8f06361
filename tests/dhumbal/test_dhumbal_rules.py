"""One test for each rule and each switch, with the source of the rule."""

from __future__ import annotations

import pytest
from dhumbal_table import lay, may, play, word

from games.dhumbal.game import Dhumbal
from games.dhumbal.rules import Rules

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
