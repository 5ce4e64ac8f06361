"""The only door to the true state: it counts, bills, draws new chance, and is shut after the turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hidden_cards import HiddenCards
from shadow_machine import RIGHT, Core, ShadowMachine

from arena import streams
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.conditions import Access, Budget, Conditions
from arena.errors import BudgetSpent
from arena.play import play
from arena.referee import Referee
from arena.simulator import Fork, Simulator
from arena.testing import Uniform

STATE = Conditions(access=Access.STATE, budget=Budget(simulations=3))
CARDS = HiddenCards(2)


@dataclass(frozen=True)
class Searching(Agent):
    """Does something with its simulator in each turn, and then plays the first legal action."""

    use: Callable[[Turn], None]

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("searching", 1, Family.SEARCH, "looks ahead", access=Access.STATE)

    def sit(self, seat: Seat) -> Player:
        return _Searching(self.use)

    def digest(self) -> str:
        return "0"

    def parameters(self) -> dict[str, Any]:
        return {}


class _Searching(Player):
    def __init__(self, use: Callable[[Turn], None]) -> None:
        self._use = use

    def act(self, turn: Turn) -> Any:
        self._use(turn)
        return next(iter(turn.legal))  # type: ignore[call-overload]


def door(turn: Turn) -> Simulator:
    assert turn.simulator is not None
    return turn.simulator


def test_without_access_there_is_no_door() -> None:
    """Only matches that grant access `state` hand out a simulator."""
    for access in (Access.VIEW, Access.RULES):
        referee = Referee(CARDS, 1, [1, 2], Conditions(access=access))
        assert referee.pending()[0].simulator is None
        referee.close()


def test_a_fork_plays_like_the_game() -> None:
    """Actors, views, legal sets, rewards and outcome are those of a copy of the true state."""
    referee = Referee(CARDS, 1, [1, 2], STATE)
    simulator = door(referee.pending()[0])
    with simulator.fork() as fork:
        assert fork.view(1) == referee.view(1)
        total = 0.0
        while fork.actors:
            (player,) = fork.actors
            assert "keep" in fork.legal(player)
            assert fork.outcome is None
            fork.step({player: "keep"})
            total += fork.rewards[0]
        assert fork.outcome is not None
        assert fork.outcome.returns[0] == total
    assert (simulator.forks, simulator.steps) == (1, 4)
    referee.close()


def test_the_budget_is_kept() -> None:
    """So many forks as the budget says, however often the turn is handed out, and again in the next turn."""
    referee = Referee(
        CARDS, 1, [1, 2], Conditions(access=Access.STATE, budget=Budget(simulations=3), retries=2)
    )
    for _ in range(3):
        door(referee.pending()[0]).fork()
    with pytest.raises(BudgetSpent, match="expected at most 3 simulations a decision"):
        door(referee.pending()[0]).fork()
    referee.submit(0, "fold")
    with pytest.raises(BudgetSpent):
        door(referee.pending()[0]).fork()
    referee.submit(0, "keep")
    door(referee.pending()[1]).fork()
    referee.close()


def test_without_a_number_there_is_no_limit() -> None:
    """A budget of seconds, or none, limits no forks."""
    referee = Referee(CARDS, 1, [1, 2], Conditions(access=Access.STATE))
    simulator = door(referee.pending()[0])
    for _ in range(50):
        simulator.fork().close()
    assert simulator.forks == 50
    referee.close()


def test_steps_are_billed_to_the_player_in_the_record() -> None:
    """The record tells how many steps each player took through simulators."""

    def two_steps(turn: Turn) -> None:
        with door(turn).fork() as fork:
            for _ in range(2):
                if fork.actors:
                    fork.step({fork.actors[0]: "keep"})

    record = play(CARDS, [Searching(two_steps), Uniform()], 1, conditions=STATE)
    assert record.faults == ()
    assert record.simulated == (4, 0)


def test_chance_is_drawn_anew() -> None:
    """Forks differ from each other and from what really comes; the same match draws the same forks."""

    def drawn(seed: int, deal: int = 1) -> list[int]:
        referee = Referee(CARDS, deal, [seed, 2], Conditions(access=Access.STATE))
        simulator = door(referee.pending()[0])
        cards = []
        for _ in range(40):
            with simulator.fork() as fork:
                fork.step({0: "swap"})
                cards.append(fork.view(0).hand)
        referee.submit(0, "swap")
        cards.append(referee.view(0).hand)
        referee.close()
        return cards

    first = drawn(5)
    assert len(set(first[:40])) == 4
    assert drawn(5) == first
    assert drawn(6)[:40] != first[:40]
    assert drawn(6)[40] == first[40]
    # One of four cards is drawn: a fork shows the one that comes as often as any other (within 5 standard errors).
    hits = sum(card == cards[40] for cards in map(drawn, range(30)) for card in cards[:40])
    assert abs(hits / 1200 - 1 / 4) < 5 * (3 / 16 / 1200) ** 0.5


def test_the_door_is_shut_after_the_turn() -> None:
    """A simulator, or a fork, that an agent keeps is of no use later, and holds no emulator open."""
    kept: list[Simulator] = []
    forks: list[Fork] = []
    opened: list[int] = []

    def keep(turn: Turn) -> None:
        if not kept:
            kept.append(door(turn))
            forks.append(door(turn).fork())
            opened.append(Core.open_now)
        elif len(kept) == 1:
            kept.append(door(turn))
            for use in (kept[0].fork, lambda: forks[0].actors, lambda: forks[0].step({0: RIGHT})):
                with pytest.raises(BudgetSpent, match=r"turn, which is over|its turn is over"):
                    use()
            opened.append(Core.open_now)

    record = play(ShadowMachine(), [Searching(keep)], 1, conditions=STATE)
    assert record.faults == ()
    assert opened == [2, 1]
    assert Core.open_now == 0


def test_forks_may_be_closed_twice() -> None:
    """Closing is harmless, and what is left open is closed by the referee, also in a match that is broken off."""
    referee = Referee(ShadowMachine(), 1, [1], STATE)
    simulator = door(referee.pending()[0])
    fork = simulator.fork()
    fork.close()
    fork.close()
    assert Core.open_now == 1
    simulator.fork()
    simulator.fork()
    assert Core.open_now == 3
    referee.close()
    assert Core.open_now == 0
    assert referee.closed
    assert referee.pending() == {}


def test_a_fork_that_fails_is_not_the_referee_s() -> None:
    """An error inside a fork is the agent's, and the match goes on."""

    def nonsense(turn: Turn) -> None:
        door(turn).fork().step({0: "no such action", 1: 2})

    record = play(CARDS, [Searching(nonsense), Uniform()], 1, conditions=STATE)
    assert [fault.player for fault in record.faults] == [0]


def test_keys_of_forks_lead_nowhere() -> None:
    """The chance of forks comes from a child of the player's number, not from the deal."""
    key = streams.derive(streams.root_key(5), "simulator", 0)
    direct = Simulator(CARDS, CARDS.init(1), key, None)
    referee = Referee(CARDS, 1, [5, 2], Conditions(access=Access.STATE))
    through = door(referee.pending()[0])
    for _ in range(5):
        one, other = direct.fork(), through.fork()
        for fork in (one, other):
            fork.step({0: "swap"})
        assert one.view(0) == other.view(0)
    referee.close()
