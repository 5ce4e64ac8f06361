"""The gauntlet: heroes in the same places, on the same deals, with the same dice, and what that is worth."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tournament_toys import (
    Bid,
    Cheat,
    Constant,
    Dicer,
    FastBid,
    Naughty,
    Solo,
    differences,
    player_of,
    stage_of,
    table,
)

from agents.dhumbal.rule_based import Aggressive, Balanced, Conservative, Greedy, Opportunistic
from arena.agent import Agent
from arena.contest import Chunk, Results
from arena.errors import BadInput, BadParameter, BadPlan, UnknownName
from arena.game import Game
from games.dhumbal.game import Dhumbal
from tournaments.rank import rank
from tournaments.replays import record, verify
from tournaments.schedules.gauntlet import Gauntlet, GauntletSeatings
from tournaments.store import Store
from tournaments.tournament import Tournament
from tournaments.variance import reduce

FIELD: list[Agent] = [Conservative(), Balanced(), Opportunistic()]
BLOCKS = 5000


def hero_scores(heroes: list[Agent], game: Game[Any, Any, Any]) -> tuple[Results, NDArray[np.float64]]:
    """A gauntlet of two heroes, and their block means, float64[B, 2]."""
    plan, picks = table(game, heroes + FIELD, format="gauntlet(heroes=2)")
    results = player_of(plan, picks)(Chunk(0, 0, BLOCKS))
    scores = [(results.scores * (results.seatings == hero)).sum(axis=(1, 2)) for hero in (0, 1)]
    return results, np.column_stack(scores) / game.spec.players


@given(st.integers(1, 6), st.integers(1, 8), st.integers(2, 5), st.integers(0, 300), st.integers(1, 9))
@settings(max_examples=60)
def test_heroes_sit_in_the_same_places_among_the_same_others(
    heroes: int, field: int, seats: int, start: int, count: int
) -> None:
    """Every seating of one hero is a seating of each other hero, with only the hero exchanged; and heroes never meet."""
    seatings = GauntletSeatings(tuple(range(heroes)), tuple(range(heroes, heroes + field)), seats)
    found = seatings(start, count)

    assert found.shape == (count, seats * heroes, seats)
    by_hero = found.reshape(count, seats, heroes, seats)
    is_hero = by_hero < heroes
    assert (is_hero.sum(axis=3) == 1).all()
    assert (is_hero == is_hero[:, :, :1]).all()
    assert (by_hero[is_hero].reshape(count, seats, heroes) == np.arange(heroes)).all()
    others = np.where(is_hero, -1, by_hero)
    assert (others == others[:, :, :1]).all()
    # In all rotations: each hero once in every seat, and each other as often in each seat.
    assert (is_hero.sum(axis=1) == 1).all()
    for block in others[:, :, 0]:
        columns = [sorted(column) for column in block.T.tolist()]
        assert columns == [columns[0]] * seats
    again = np.concatenate([seatings(start + block, 1) for block in range(count)])
    assert np.array_equal(again, found)


def test_the_field_comes_in_all_lineups_and_orders() -> None:
    """Within a cycle the field's lineups come equally often in each of the (n - 1)! circular orders."""
    seatings = GauntletSeatings((0, 1), (2, 3, 4, 5), 4)
    assert seatings.cycle == 4 * 6
    first = [tuple(block[0].tolist()) for block in seatings(0, seatings.cycle)]

    assert len(set(first)) == seatings.cycle
    assert {row[0] for row in first} == {0}
    assert {tuple(sorted(row[1:])) for row in first} == set(itertools.combinations((2, 3, 4, 5), 3))


def test_a_single_opponent_fills_the_table_with_copies() -> None:
    """A field of one: its copies."""
    plan, picks = table(FastBid(3), [Constant(0), Constant(1), Dicer()], format="gauntlet(heroes=2)")
    found = Tournament(plan, picks=picks).run().final

    assert {row.agent for row in found.agents} == {0, 1}
    assert "copies of dicer" in found.estimand
    assert stage_of(plan, picks).seatings(0, 1)[0, 0].tolist() == [0, 2, 2]


def test_heroes_share_the_dice_of_their_table() -> None:
    """A seat has the same dice whichever hero sits at the table; another rotation has others; heroes alike tie exactly."""
    plan, picks = table(Bid(3), [Dicer("a"), Dicer("b"), Dicer("c"), Dicer("d")], format="gauntlet(heroes=2)")
    player = player_of(plan, picks)
    dice = player.dice(4, (2, 6, 3)).reshape(2, 3, 2, 3)

    assert (dice[:, :, 0] == dice[:, :, 1]).all()
    assert len(np.unique(dice[:, :, 0])) == 2 * 3 * 3
    found = rank(plan, [player(Chunk(0, 0, 40))], picks).final
    assert found.pair(0, 1).identical
    assert found.pair(0, 1).p == 1.0


@pytest.mark.parametrize("format_", ["round-robin", "championship"])
def test_other_formats_keep_their_dice(format_: str) -> None:
    """Each match of a round robin has dice of its own, in the order of block, seating, seat: stored results stay valid."""
    agents: list[Agent] = [Dicer("a"), Dicer("b"), Constant(1, family="search"), Constant(2, family="search")]
    plan, picks = table(Bid(2), agents, format=format_)
    player = player_of(plan, picks)

    assert player.common == 1
    assert len(np.unique(player.dice(0, (5, 2, 2)))) == 20
    assert player.dice(3, (1, 2, 2)).tolist() == player.dice(0, (5, 2, 2))[3:4].tolist()


def test_compiled_and_refereed_gauntlets_agree() -> None:
    """Both ways to play give the same, faults in compiled code included."""
    for game, agents in (
        (FastBid(3), [Dicer("a"), Cheat(), Dicer("b"), Constant(1)]),
        (Dhumbal(players=4), [Aggressive(), Aggressive(call=8.0), *FIELD]),
    ):
        player = player_of(*table(game, agents, format="gauntlet(heroes=2)"))
        chunk = Chunk(0, 3, 4)
        assert differences(player.play(chunk), player.play(chunk, compiled=False), digests=False) == []


def test_only_heroes_are_ranked() -> None:
    """By their differences within blocks, which say "against the field"; faults of the field are told all the same."""
    agents: list[Agent] = [Constant(2), Constant(0), Dicer(), Naughty(), Constant(1)]
    plan, picks = table(Bid(3), agents, format="gauntlet(heroes=2)", blocks=30)
    found = Tournament(plan, picks=picks).run().final

    assert found.participants == (0, 1)
    assert [(pair.first, pair.second) for pair in found.pairs] == [(0, 1)]
    assert found.blocks == 30
    assert found.matches == 30 * 6
    assert [row.matches for row in found.agents] == [90, 90]
    assert "for each of 2 heroes against the field" in found.estimand
    assert "on the same deals and dice" in found.estimand
    assert {fault.agent for fault in found.faults} == {3}
    assert found.pairs[0].superiority is None


def test_one_hero_is_compared_with_those_he_meets() -> None:
    """With a single hero everybody is ranked, by what he scores at the hero's tables."""
    plan, picks = table(FastBid(3), [Constant(2), Constant(0), Dicer()], format="gauntlet", blocks=60)
    found = Tournament(plan, picks=picks).run().final

    assert found.participants == (0, 1, 2)
    assert "at the tables where constant(bid=2) meets constant(bid=0) and dicer" in found.estimand
    seated = stage_of(plan, picks).seatings(0, 4)
    assert (seated == 0).any(axis=2).all()


def test_heroes_and_field_are_compared_where_they_met() -> None:
    """Blocks of several lineups: how often one is above another counts the matches in which both sat."""
    plan, picks = table(FastBid(2), [Constant(2), Constant(0), Dicer()], format="gauntlet(heroes=dicer)")
    results = player_of(plan, picks)(Chunk(0, 0, 50))
    found = rank(plan, [results], picks).final
    share = found.pair(0, 2).superiority
    assert share is not None
    met = results.scores[(results.seatings == 0).any(axis=(1, 2))]
    seated = results.seatings[(results.seatings == 0).any(axis=(1, 2))]
    mine = met[seated == 0].reshape(-1, 2)
    his = met[seated == 2].reshape(-1, 2)
    assert share.value == pytest.approx(((np.sign(mine - his) + 1) / 2).mean())


def test_common_random_numbers_pay() -> None:
    """T11: heroes who call at 10 and at 8: correlation above .5, variance a third or less of that on other deals."""
    results, scores = hero_scores([Aggressive(call=10.0), Aggressive(call=8.0)], Dhumbal(players=4))
    spread = (scores[:, 0] - scores[:, 1]).var(ddof=1)

    assert np.corrcoef(scores[:, 0], scores[:, 1])[0, 1] > 0.5
    assert scores.var(axis=0, ddof=1).sum() / spread > 3.0
    single = sum(results.scores[results.seatings == hero].var(ddof=1) for hero in (0, 1))
    assert single / (4 * spread) > 4.0


@pytest.mark.parametrize("players", [2, 4])
def test_close_variants_take_a_fifth_of_the_games(players: int) -> None:
    """Games for one standard error of greedy at two thresholds of the rules that call at ten: at most 1/5."""
    game = Dhumbal(players=players, rules="np10")
    results, scores = hero_scores([Greedy(), Greedy(call=0.9)], game)
    spread = players * (scores[:, 0] - scores[:, 1]).var(ddof=1)
    single = sum(results.scores[results.seatings == hero].var(ddof=1) for hero in (0, 1))

    assert spread / single < 1 / 5


def test_without_common_dice_the_gain_is_smaller() -> None:
    """The dice count: agents who play by dice differ less when the field's dice are the same."""
    agents: list[Agent] = [Balanced(), Balanced(call=4.0), *FIELD[::2], Aggressive()]
    plan, picks = table(Dhumbal(players=4), agents, format="gauntlet(heroes=2)")
    shared = player_of(plan, picks)
    spreads = []
    for player in (shared, dataclasses.replace(shared, common=1)):
        results = player(Chunk(0, 0, 600))
        scores = [(results.scores * (results.seatings == hero)).sum(axis=(1, 2)) / 4 for hero in (0, 1)]
        spreads.append((scores[0] - scores[1]).var(ddof=1))

    assert spreads[0] < 0.8 * spreads[1]


def test_a_stored_gauntlet_is_verified(store: Store) -> None:
    """Matches are made again with the dice they shared, one by one and all of them."""
    plan, picks = table(
        FastBid(3), [Dicer("a"), Dicer("b"), Dicer("c"), Dicer("d")], format="gauntlet(heroes=2)"
    )
    Tournament(plan, store, picks=picks).run()
    found = verify(store, 1, picks=picks)

    assert found.problems == ()
    assert found.matches == 12 * 6
    one, other, turned = (record(store, 1, 0, 5, seating, picks=picks) for seating in (2, 3, 4))
    assert one.seed == other.seed == turned.seed
    assert one.player_seeds == other.player_seeds != turned.player_seeds


def test_luck_is_taken_off_a_gauntlet() -> None:
    """Matches are gone through again with the dice their heroes shared; the difference stays what it is."""
    heroes: list[Agent] = [Aggressive(), Aggressive(call=8.0)]
    plan, picks = table(Dhumbal(players=2), heroes + FIELD, format="gauntlet(heroes=2)")
    results = player_of(plan, picks)(Chunk(0, 0, 600))
    plain, aivat = reduce(plan, picks, [results], methods=("aivat",)).rounds[0].methods

    one, other = plain.pairs[0].difference, aivat.pairs[0].difference
    assert one.value is not None
    assert one.se is not None
    assert other.value is not None
    assert abs(one.value - other.value) < 3 * one.se
    assert aivat.pairs[0].factor is not None
    assert aivat.pairs[0].factor > 1.0


@pytest.mark.parametrize(
    ("parameters", "error", "words"),
    [
        ({"heroes": 0}, BadParameter, "gauntlet: expected heroes to be a whole number >= 1, got 0"),
        ({"heroes": 1.5}, BadParameter, "expected heroes to be a whole number >= 1, got 1.5"),
        ({"heroes": 4}, BadPlan, "heroes = 4 of 4 agents leave no field to meet; expected at most 3"),
        ({"heroes": 9}, BadPlan, "heroes = 9 of 4 agents leave no field"),
        ({"heroes": ()}, BadPlan, "expected at least one hero"),
        ({"heroes": "dycer"}, UnknownName, "unknown hero 'dycer': did you mean 'dicer'"),
        ({"heroes": "constant"}, UnknownName, "unknown hero 'constant'"),
        (
            {"heroes": ("dicer", "constant(bid=0)", "constant(bid=2)", "constant")},
            UnknownName,
            "unknown hero 'constant'",
        ),
    ],
)
def test_heroes_that_make_no_sense_are_refused(
    parameters: dict[str, Any], error: type[BadInput], words: str
) -> None:
    """In one line that says what was expected."""
    agents: list[Agent] = [Constant(0), Constant(2), Dicer(), Constant(1, "x")]
    plan, picks = table(FastBid(3), agents)

    with pytest.raises(error) as refused:
        Gauntlet(**parameters).round(plan, picks, 0, ())
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_heroes_by_name() -> None:
    """A name alone where it is the only one of its kind, the spelling otherwise, each once."""
    plan, picks = table(FastBid(2), [Constant(0), Constant(2), Dicer()])
    stage = Gauntlet(heroes=("dicer", "constant(bid=2)", "dicer")).round(plan, picks, 0, ())

    assert stage is not None
    assert stage.ranked == (1, 2)
    assert Gauntlet(heroes=("dicer", "constant(bid=2)")).round(plan, picks, 1, ()) is None
    assert stage.cycle == 1


def test_a_game_for_one_has_no_gauntlet() -> None:
    """There is nobody to meet."""
    plan, picks = table(Solo(), [Dicer(), Constant(1)])

    with pytest.raises(BadPlan, match=r"a gauntlet needs a table of two or more.*format = 'round-robin'"):
        Gauntlet().round(plan, picks, 0, ())
