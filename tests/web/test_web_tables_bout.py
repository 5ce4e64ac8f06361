"""The match behind a table: several people, agents that fail, games with endless moves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tax_town import TaxTown
from word_quest import WordQuest

from agents.human.agent import Human
from arena import codec
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.conditions import Conditions
from arena.errors import HostFault, IllegalAction, MomentPassed, StoreUnwritable, UnknownName
from arena.record import Record, SeatRecord
from arena.registry import make_agent, make_game
from arena.replay import verify
from web.database import Database
from web.errors import Forbidden, Gone
from web.human import HumanMatches, key_digest
from web.tables.bout import Bout
from web.tables.person import AtTable, seated
from web.tables.room import Pace, Room, Sign
from web.tables.wire import BUSY, Closing, Wire

UNHURRIED = Conditions(patience_s=None)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Crasher(Agent):
    """Fails at its first move."""

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("crasher", 1, Family.BASELINE, "fails")

    def sit(self, seat: Seat) -> Player:
        del seat
        return _Crash()


class _Crash(Player):
    def act(self, turn: Turn) -> Any:
        raise RuntimeError(f"at {turn.ply}")


def bout_of(*agents: Agent, seed: int = 3, game: str = "dhumbal") -> Bout:
    return Bout(make_game(game).with_players(len(agents)), agents, seed, UNHURRIED)


def finish(bout: Bout) -> None:
    while not bout.over:
        if bout.thinking:
            bout.play_on()
        for player in bout.asked:
            legal = bout.choices[player].legal
            assert legal
            bout.act(player, bout.ply, legal[0].says)


def test_a_person_in_the_record_is_the_one_of_the_terminal() -> None:
    agent = seated(make_agent("human"))
    assert isinstance(agent, AtTable)
    assert SeatRecord.of(agent) == SeatRecord.of(Human())
    assert seated(make_agent("greedy")) == make_agent("greedy")


def test_nobody_asks_a_person() -> None:
    bout = bout_of(AtTable(), AtTable())
    assert not bout.thinking
    assert bout.play_on() == []
    seat = Seat(bout.game, 0, "player", UNHURRIED, 1)
    with pytest.raises(HostFault):
        AtTable().sit(seat).act(Turn(None, None, 0, seat))  # type: ignore[arg-type]


def test_only_people_play() -> None:
    bout = bout_of(AtTable(), AtTable())
    finish(bout)
    verify(bout.record())
    bout.close()
    bout.close()


def test_steps_of_stand_ins_are_shown_too() -> None:
    bout = bout_of(AtTable(), Crasher(), make_agent("random"))
    steps = [0]
    while not bout.over:
        shots = bout.play_on() if bout.thinking else []
        for player in bout.asked:
            legal = bout.choices[player].legal
            assert legal
            shots += bout.act(player, bout.ply, legal[0].says)
        steps += [shot.frames["public"].index for shot in shots]
    record = bout.record()
    verify(record)
    assert steps == list(range(record.steps + 1))
    assert [fault.player for fault in record.faults] == [1]
    assert [each.ply for each in bout.history] == list(range(len(record.actions)))
    bout.close()


def test_moves_for_another_moment_are_refused() -> None:
    bout = bout_of(AtTable(), AtTable())
    [mover] = bout.asked
    legal = bout.choices[mover].legal
    assert legal
    assert bout.choices[1 - mover].legal == []
    with pytest.raises(MomentPassed, match="not your turn"):
        bout.act(1 - mover, 0, legal[0].says)
    with pytest.raises(MomentPassed, match="ply 0, got one for ply 1"):
        bout.act(mover, 1, legal[0].says)
    with pytest.raises(IllegalAction):
        bout.act(mover, 0, "castle")
    assert bout.ply == 0
    assert bout.history == []
    finish(bout)
    with pytest.raises(MomentPassed, match="over"):
        bout.act(0, bout.ply, "call")
    bout.close()


def test_moves_without_end_are_typed() -> None:
    bout = Bout(WordQuest(), [AtTable()], 4, UNHURRIED)
    choice = bout.choices[0]
    assert choice.legal is None
    assert choice.expected == "a text of at most 30 characters"
    assert bout.shot.frames[0].scene.kind == "text"
    assert bout.shot.frames["public"].scene.text != bout.shot.frames[0].scene.text
    with pytest.raises(IllegalAction):
        bout.act(0, 0, "x" * 31)
    [shot] = bout.act(0, 0, "ask length")
    assert [each.says for each in shot.done] == ["ask length"]
    bout.close()


def test_of_those_who_move_at_once_each_answers_once() -> None:
    game = TaxTown()
    bout = Bout(game, [AtTable(), AtTable(), make_agent("random"), make_agent("random")], 4, UNHURRIED)
    assert set(bout.asked) == {0, 1}
    says = [bout.choices[player].legal[0].says for player in (0, 1)]  # type: ignore[index]
    assert bout.act(0, 0, says[0]) == []
    assert bout.choices[0].legal == []
    with pytest.raises(MomentPassed, match="not your turn"):
        bout.act(0, 0, says[0])
    assert bout.play_on() == []
    [shot] = bout.act(1, 0, says[1])
    assert [each.player for each in shot.done] == list(range(len(shot.done)))
    assert shot.before[0].actors == [each.player for each in shot.before[0].actions]
    assert bout.choices[0].legal
    bout.close()


def test_a_closed_match_takes_no_moves() -> None:
    bout = bout_of(AtTable(), make_agent("greedy"))
    bout.close()
    assert not bout.thinking
    assert not bout.asked
    with pytest.raises(MomentPassed):
        bout.act(0, 0, "call")


def played() -> Record:
    bout = bout_of(AtTable(), make_agent("greedy"))
    finish(bout)
    record = bout.record()
    bout.close()
    return record


def test_matches_are_kept_and_deleted(tmp_path: Path) -> None:
    human = HumanMatches(Database(tmp_path / "web.sqlite"))
    record = played()
    identifier = human.add(record, [key_digest("one"), key_digest("two")])
    assert codec.canonical(human.record(identifier)) == codec.canonical(record)
    for key in (None, "", "three", key_digest("one")):
        with pytest.raises(Forbidden):
            human.delete(identifier, key)
    human.delete(identifier, "two")
    with pytest.raises(Gone):
        human.record(identifier)
    with pytest.raises(Gone):
        human.delete(identifier, "two")
    with pytest.raises(UnknownName):
        human.record("h-none")


def room_of(bout: Bout, keep: Callable[[Record], str]) -> Room:
    def in_thread(work: Callable[[], Result]) -> Awaitable[Result]:
        return asyncio.get_running_loop().run_in_executor(None, work)

    return Room(Sign("t-1", "dhumbal", "Dhumbal", (), (), Sign.now()), bout, Pace(0.0, 30.0), in_thread, keep)


def test_a_match_that_cannot_be_kept_is_told() -> None:
    def refuse(record: Record) -> str:
        raise StoreUnwritable(f"no place for {record.game}")

    async def scene() -> list[str | Closing]:
        bout = bout_of(AtTable(), AtTable())
        room = room_of(bout, refuse)
        task = asyncio.create_task(room.run())
        wire = room.attach(0)
        while not room.over:
            [mover] = bout.asked
            legal = bout.choices[mover].legal
            assert legal
            await room.act(mover, bout.ply, legal[0].says)
        again = room.attach(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert room.attach(1) is not None
        del wire
        return [await again.next() for _ in range(3)]

    state, error, closing = asyncio.run(scene())
    assert isinstance(state, str)
    assert '"match":null' in state
    assert isinstance(error, str)
    assert "was not kept: no place for" in error
    assert isinstance(closing, Closing)


def test_who_breaks_off_waits_for_the_thread_that_computes() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(_Crash):
        def act(self, turn: Turn) -> Any:
            begun.set()
            assert go_on.wait(10)
            return next(iter(turn.legal))  # type: ignore[call-overload]

    @dataclass(frozen=True)
    class Sleeper(Crasher):
        def sit(self, seat: Seat) -> Player:
            del seat
            return Slow()

    async def scene() -> None:
        bout = bout_of(Sleeper(), Sleeper(), AtTable())
        task = asyncio.create_task(room_of(bout, lambda _: "h-1").run())
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        await asyncio.sleep(0.01)
        assert not task.done()
        go_on.set()
        await asyncio.gather(task, return_exceptions=True)
        assert not bout.thinking

    begun.clear()
    asyncio.run(scene())


def test_a_page_that_reads_nothing_is_given_up() -> None:
    async def scene() -> list[str | Closing]:
        wire = Wire()
        for number in range(300):
            wire.send(str(number))
        return [await wire.next() for _ in range(257)]

    *_, last = asyncio.run(scene())
    assert isinstance(last, Closing)
    assert last.code == BUSY
