"""Lock-step: many matches side by side give the records of `play`, and only offenders are charged."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import misbehaving
import pytest
from hidden_cards import HiddenCards
from misbehaving import Crowd, Keeper, Misbehaving, Retrying
from shadow_machine import Core, ShadowMachine
from tax_town import TaxTown

from arena import codec
from arena.agent import Agent, Player, Turn
from arena.conditions import Access, Conditions, FaultKind
from arena.errors import BadInput, BadParameter, HostFault, NotCapable
from arena.game import Game
from arena.lockstep import Lineup, play_lockstep
from arena.play import play
from arena.record import Record
from arena.replay import verify
from arena.testing import Uniform

CARDS = HiddenCards(3)


def timeless(record: Record) -> bytes:
    """All of a record but the times, comparable also where a metric is undefined."""
    return codec.canonical(dataclasses.replace(record, micros=(), spent=()))


def lineups(agents: Sequence[Agent], count: int) -> list[Lineup]:
    return [Lineup(tuple(agents), seed, (seed, seed + 7, seed + 14)) for seed in range(count)]


def played(
    game: Game[Any, Any, Any], tables: Sequence[Lineup], conditions: Conditions | None = None
) -> list[bytes]:
    return [
        timeless(play(game, table.agents, table.seed, seeds=table.seeds, conditions=conditions))
        for table in tables
    ]


@pytest.mark.parametrize("lanes", [1, 3, 100])
@pytest.mark.parametrize(
    "agents",
    [
        (Keeper(), Keeper(), Uniform()),
        (Crowd(), Crowd(), Uniform()),
        (Misbehaving("crash", 1), Uniform(), Misbehaving("illegal")),
        (Retrying(2), Uniform(), Retrying(1)),
    ],
    ids=["alone", "together", "faults", "retries"],
)
def test_records_equal_those_of_play(agents: tuple[Agent, ...], lanes: int) -> None:
    """The same records in the same order, but for times, whatever the number of lanes."""
    conditions = Conditions(retries=1)
    tables = lineups(agents, 7)
    records = play_lockstep(CARDS, tables, conditions=conditions, lanes=lanes)
    assert [timeless(record) for record in records] == played(CARDS, tables, conditions)
    for record in records:
        verify(record, CARDS)


def test_derived_dice_and_simultaneous_games() -> None:
    """Without dice of their own, players get those that `play` derives; also where several act at once."""
    agents = (Uniform(), Uniform(), Uniform(), Misbehaving("crash", 1))
    tables = [Lineup(agents, seed) for seed in range(4)]
    records = play_lockstep(TaxTown(), tables)
    assert [timeless(record) for record in records] == played(TaxTown(), tables)


def test_one_object_answers_by_one_call() -> None:
    """An agent shared by several seats and matches is asked once a round, for all of them."""
    misbehaving.CALLS.clear()
    crowd = Crowd()
    play_lockstep(TaxTown(), [Lineup((Uniform(), crowd, crowd, Uniform()), seed) for seed in range(5)])
    # Five matches of twelve months, two seats each.
    assert misbehaving.CALLS == [10] * 12


@pytest.mark.parametrize("how", ["raises", "too few", "endless", "one fails", "one illegal"])
def test_only_the_offender_is_charged(how: str) -> None:
    """Where a common answer cannot be used, every player is asked alone, as `play` asks him."""
    crowd = Crowd(how)
    tables = [Lineup((crowd, crowd, crowd), seed, (seed, seed + 1, seed + 2)) for seed in range(6)]
    records = play_lockstep(CARDS, tables)
    for table, record in zip(tables, records, strict=True):
        seeds = table.seeds or ()
        guilty = {seat for seat in range(3) if how.startswith("one") and seeds[seat] % 5 == 0}
        assert {fault.player for fault in record.faults} == guilty
        kind = FaultKind.ILLEGAL if how == "one illegal" else FaultKind.CRASH
        assert {fault.kind for fault in record.faults} <= {kind}
        if how != "one illegal":
            alone = play(CARDS, table.agents, table.seed, seeds=seeds)
            assert timeless(record) == timeless(alone)


def test_time_is_shared_and_measured() -> None:
    """A common answer's time is shared evenly among the decisions, and patience is asked of each share."""
    import time

    class Slow(Crowd):
        def act_many(self, players: Sequence[Player], turns: Sequence[Turn]) -> Sequence[Any]:
            time.sleep(0.02)
            return super().act_many(players, turns)

    slow = Slow()
    tables = [Lineup((slow, slow, slow), seed) for seed in range(4)]
    (first, *_) = play_lockstep(CARDS, tables)
    assert all(5_000 <= micros < 40_000 for micros in first.micros)
    hasty = play_lockstep(CARDS, tables, conditions=Conditions(patience_s=0.001))
    assert all({fault.kind for fault in record.faults} == {FaultKind.TIMEOUT} for record in hasty)


def test_states_are_closed_however_it_ends() -> None:
    """Every emulator is closed after its match, and all of them when the host fails in the midst."""
    play_lockstep(ShadowMachine(), [Lineup((Uniform(),), seed) for seed in range(9)], lanes=4)
    assert Core.open_now == 0

    class Failing(Crowd):
        def act_many(self, players: Sequence[Player], turns: Sequence[Turn]) -> Sequence[Any]:
            raise HostFault("a worker was killed")

    failing = Failing()
    with pytest.raises(HostFault):
        play_lockstep(ShadowMachine(), [Lineup((failing,), seed) for seed in range(9)], lanes=4)
    assert Core.open_now == 0


def test_tables_that_cannot_play_are_refused() -> None:
    """Every distinct table is checked before the first match begins."""
    with pytest.raises(BadInput, match="seats 3 players, got 2 agents"):
        play_lockstep(CARDS, [Lineup((Keeper(),) * 3, 1), Lineup((Keeper(),) * 2, 2)])
    with pytest.raises(BadParameter, match="expected lanes >= 1, got 0"):
        play_lockstep(CARDS, [], lanes=0)
    assert play_lockstep(CARDS, []) == []

    class Needy(Keeper):
        @property
        def spec(self) -> Any:
            return dataclasses.replace(super().spec, access=Access.STATE)

    with pytest.raises(BadInput, match="needs access 'state', the match grants 'rules'"):
        play_lockstep(CARDS, [Lineup((Needy(),) * 3, 1)])

    class Elsewhere(Keeper):
        @property
        def spec(self) -> Any:
            return dataclasses.replace(super().spec, games=("chess",))

    with pytest.raises(NotCapable, match="it plays chess"):
        play_lockstep(CARDS, [Lineup((Elsewhere(),) * 3, 1)])
