"""Replays play a record again and find the first place where it does not hold."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hidden_cards import HiddenCards
from misbehaving import Clumsy, Keeper, Misbehaving
from nim_pile import NimPile
from shadow_machine import Core, ShadowMachine
from tax_town import TaxTown
from word_quest import WordQuest

from arena.conditions import Access, Conditions
from arena.errors import MomentPassed, NotCapable, OtherRules, ReplayDiffers, UnknownName
from arena.game import Game
from arena.play import play
from arena.record import Record
from arena.replay import Replay, verify
from arena.testing import Uniform

LONG = NimPile(300)
TOYS = [HiddenCards(4), ShadowMachine(), TaxTown(), WordQuest(), LONG]


def a_record(game: Game[Any, Any, Any], seed: int = 3, **conditions: Any) -> Record:
    agents = [Uniform()] * game.spec.players
    return play(game, agents, seed, conditions=Conditions(**conditions))


@pytest.mark.parametrize("game", TOYS, ids=lambda game: game.spec.name)
def test_every_record_verifies(game: Game[Any, Any, Any]) -> None:
    """A record is what comes of playing it again, for games of every kind and however it was truncated."""
    for seed in range(4):
        verify(a_record(game, seed), game)
        verify(a_record(game, seed, step_limit=3), game)
        verify(a_record(game, seed, access=Access.STATE, retries=2), game)
    assert Core.open_now == 0


def test_moments_tell_what_happened() -> None:
    """The moments are those of the match: plies, steps, actors, actions, views, scenes, and the end once."""
    game = TaxTown()
    record = a_record(game)
    taken: list[Any] = []
    ends = 0
    for number, moment in enumerate(Replay(record, game)):
        assert (moment.step, moment.ply) == (number, len(taken))
        assert tuple(moment.actions) == moment.actors
        assert moment.view(0)["month"] == number
        assert moment.describe(1).startswith(f"month {number}, ")
        assert moment.scene("public").kind == "town"
        for player, action in moment.actions.items():
            assert action in moment.legal(player)
        taken += moment.actions.values()
        if moment.outcome is not None:
            ends += 1
            assert moment.outcome.returns == record.outcome.returns
            assert moment.step == record.steps
    assert tuple(taken) == record.actions
    assert ends == 1


def test_thoughts_belong_to_the_actions_they_led_to() -> None:
    """Also where several act at once, each actor's thoughts are his own."""

    class Musing(Uniform):
        def sit(self, seat: Any) -> Any:
            player = super().sit(seat)
            return type("P", (type(player),), {"thoughts": lambda _: {"I am": seat.player}})()

    record = play(TaxTown(), [Musing()] * 4, 1)
    assert len(record.thoughts) == len(record.actions)
    for moment in Replay(record, TaxTown()):
        assert moment.thoughts == {player: {"I am": player} for player in moment.actors}


def test_stand_ins_are_replayed() -> None:
    """A stand-in's actions are in the record like any other, and need no agents again."""
    record = play(HiddenCards(2), [Misbehaving("crash"), Clumsy("sit")], 5)
    assert len(record.faults) == 2
    verify(record, HiddenCards(2))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"digest": 0}, "actions 0 to 31: expected digests"),
        ({"digest": 2}, "actions 64 to 95: expected digests"),
        ({"digest": -1}, "actions 128 to 1[0-9]*: expected digests"),
        ({"action": 70}, "actions 64 to 95: "),
        ({"seed": 9}, None),
        ({"illegal": 40}, "actions 32 to 63: action 40: illegal action 9: expected one of 3: 1, 2, 3"),
        ({"cut": 100}, "actions 96 to 99: the record ends after 100 actions, the match does not"),
        ({"longer": 1}, "the match is over after .* actions, the record has"),
        ({"scores": (0.0, 0.0)}, r"at the end: expected scores \(0.0, 0.0\)"),
        ({"steps": 1}, "at the end: expected steps 1, got"),
        ({"extra digest": 1}, "at the end: expected digests"),
        ({"outcome": 1}, "at the end: expected outcome"),
    ],
)
def test_the_first_difference_is_named(changes: dict[str, Any], message: str | None) -> None:
    """Whatever is changed in a record of some 140 actions is found, in the first window that differs."""
    record = a_record(LONG)
    assert len(record.actions) > 130
    changed = _changed(record, changes)
    if message is None:
        verify(changed, LONG)  # nim has no chance: another deal is the same match
        return
    with pytest.raises(ReplayDiffers, match=message):
        verify(changed, LONG)


def _changed(record: Record, changes: dict[str, Any]) -> Record:
    ((what, value),) = changes.items()
    digests, actions = list(record.digests), list(record.actions)
    match what:
        case "digest":
            digests[value] = "0" * 16
        case "extra digest":
            digests.append("0" * 16)
        case "action":
            actions[value] = actions[value] % 3 + 1
        case "illegal":
            actions[value] = 9
        case "cut":
            del actions[value:]
        case "longer":
            actions.append(1)
        case "outcome":
            changed = dataclasses.replace(record.outcome, reason="other")
            return dataclasses.replace(record, outcome=changed)
        case _:
            return dataclasses.replace(record, **changes)
    return dataclasses.replace(record, digests=tuple(digests), actions=tuple(actions))


def test_another_deal_is_found_in_the_first_window() -> None:
    """A record under the seed of another deal differs from the first digest on."""
    record = dataclasses.replace(a_record(HiddenCards(3)), seed=99)
    with pytest.raises(ReplayDiffers, match="actions 0 to 5: expected digests"):
        verify(record, HiddenCards(3))


def test_faults_of_a_record_count_for_its_scores() -> None:
    """The penalty is recomputed from the record's faults."""
    record = play(HiddenCards(2), [Misbehaving("crash"), Keeper()], 5)
    honest = dataclasses.replace(record, faults=())
    if record.scores != record.outcome.returns:
        with pytest.raises(ReplayDiffers, match="scores"):
            verify(honest, HiddenCards(2))
    verify(record, HiddenCards(2))


def test_other_rules_are_refused() -> None:
    """Another version, or another game, is said in words and never replayed wrongly."""
    record = a_record(LONG)
    with pytest.raises(
        OtherRules, match="version 1 here, the record was played with version 4; replay it with"
    ):
        verify(dataclasses.replace(record, game_version=4), LONG)
    with pytest.raises(
        OtherRules, match=r"expected a record of nim-pile, got one of nim-pile\(counters=300\)"
    ):
        Replay(record, NimPile())
    with pytest.raises(UnknownName, match="unknown game 'nim-pile'"):
        Replay(record)


def test_a_moment_cannot_be_asked_when_it_has_passed() -> None:
    """A moment holds no state of its own, and says so."""
    replay = Replay(a_record(LONG), LONG)
    first, *_, last = replay
    for moment in (first, last):
        with pytest.raises(MomentPassed, match="which has passed"):
            moment.view(0)
    with pytest.raises(MomentPassed, match="at its end only"):
        _ = replay.scores
    moments = iter(replay)
    moment = next(moments)
    assert moment.view(0) == (300, 0)
    next(moments)
    with pytest.raises(MomentPassed, match="before step 0"):
        moment.legal(0)
    with pytest.raises(NotCapable, match="a game that is drawable"):
        next(moments).scene(0)


def test_states_are_closed_however_a_replay_ends() -> None:
    """At the end, at a break, when another iteration begins, and when the replay is closed in the midst."""
    game = ShadowMachine()
    record = a_record(game)
    replay = Replay(record, game)
    for _ in replay:
        pass
    assert Core.open_now == 0
    with replay:
        moments = iter(replay)
        next(moments)
        assert Core.open_now == 1
        again = iter(replay)
        next(again)
        assert Core.open_now == 1
        assert list(moments) == []
        assert Core.open_now == 1
    assert Core.open_now == 0
    assert list(again) == []
    for _ in Replay(record, game):
        break
    assert Core.open_now == 0
    with pytest.raises(ReplayDiffers):
        verify(dataclasses.replace(record, actions=record.actions[:2]), game)
    assert Core.open_now == 0


def test_a_taker_s_record_verifies_with_windows_of_simultaneous_steps() -> None:
    """Digests are taken after the step in which the thirty-second action falls, also where steps are wide."""
    game = TaxTown(workers=4, years=6, months=4)
    record = a_record(game)
    assert len(record.actions) == 4 * 24 + 6
    verify(record, game)
    digests = list(record.digests)
    digests[1] = "0"
    # The first digest comes after step 8, whose last action is number 33.
    with pytest.raises(ReplayDiffers, match="actions 34 to 63: expected digests"):
        verify(dataclasses.replace(record, digests=tuple(digests)), game)
