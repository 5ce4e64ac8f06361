"""Agents make ready before their first match, on nobody's clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest
from nim_pile import NimPile

from agents.random.agent import Random
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.conditions import Conditions
from arena.contest import Pick, Plan, Stop
from arena.play import play, rehearse
from tournaments.executors.serial import Serial
from tournaments.tournament import Tournament

CALLS: list[str] = []


class _First(Player):
    def act(self, turn: Turn) -> Any:
        return turn.legal.sample(turn.rng)


@dataclass(frozen=True)
class Slow(Agent):
    """Takes a while to make ready, longer than a decision may take."""

    fails: bool = False

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("slow", 1, Family.HEURISTIC, "takes a while to make ready")

    def prepare(self, game: Any) -> None:
        CALLS.append(game.spec.name)
        if self.fails:
            raise OSError("no weights")
        time.sleep(0.2)

    def sit(self, seat: Seat) -> Player:
        return _First()


@pytest.fixture(autouse=True)
def _fresh() -> None:
    CALLS.clear()


def test_making_ready_is_no_decision() -> None:
    """An agent that makes ready for longer than its patience commits no fault."""
    record = play(NimPile(), [Slow(), Random()], 1, conditions=Conditions(patience_s=0.1))

    assert not record.faults
    assert CALLS == ["nim-pile"]


def test_an_agent_that_cannot_make_ready_still_sits_down() -> None:
    """What fails there fails in the seat, or not at all."""
    record = play(NimPile(), [Slow(fails=True), Random()], 1)

    assert CALLS == ["nim-pile"]
    assert not record.faults


def test_a_rehearsal_is_one_decision_of_one_simulation() -> None:
    """`rehearse` asks once, in a match of its own."""
    asked: list[int | None] = []

    class Asked(_First):
        def act(self, turn: Turn) -> Any:
            asked.append(turn.budget.simulations)
            return super().act(turn)

    class Probe(Slow):
        def sit(self, seat: Seat) -> Player:
            return Asked()

    rehearse(Probe(), NimPile())

    assert asked == [1]


def test_a_tournament_prepares_each_agent_once_in_a_process() -> None:
    """However many chunks a process plays."""
    plan = Plan("nim-pile", ("slow", "random"), seed=1, stop=Stop(blocks=40))
    Tournament(plan, picks=Pick(NimPile(), (Slow(), Random()))).run(Serial())

    assert CALLS == ["nim-pile"]
