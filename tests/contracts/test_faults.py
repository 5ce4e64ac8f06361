"""Faults are data: whatever an agent does, the match is played on and the right one is charged."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import pytest
from hidden_cards import HiddenCards
from misbehaving import Clumsy, Keeper, Misbehaving, Retrying
from shadow_machine import Core, ShadowMachine
from tax_town import TaxTown

from arena.agent import Agent
from arena.conditions import Conditions, Fault, FaultKind
from arena.errors import BadInput, HostFault, NotCapable
from arena.game import Dynamics, Game, Outcome
from arena.lockstep import Lineup, play_lockstep
from arena.play import LEAVING, SITTING, play, rehearse
from arena.record import Record, read_records, write_records
from arena.referee import Referee, penalized
from arena.replay import verify
from arena.table import Table
from arena.testing import Uniform

CARDS: Final = HiddenCards(2)
PATIENT: Final = Conditions(patience_s=0.02)


def one_fault(record: Record) -> Fault:
    (fault,) = record.faults
    return fault


@pytest.mark.parametrize(
    ("how", "kind", "message"),
    [
        ("illegal", FaultKind.ILLEGAL, "illegal action 'fold': expected one of 2: 'keep', 'swap'"),
        ("wrong type", FaultKind.ILLEGAL, "illegal action ['keep']: expected one of 2: 'keep', 'swap'"),
        ("nothing", FaultKind.ILLEGAL, "illegal action None: expected one of 2: 'keep', 'swap'"),
        (
            "bites",
            FaultKind.ILLEGAL,
            "illegal action <Bites whose repr fails: SystemExit>: expected one of 2",
        ),
        ("blame", FaultKind.ILLEGAL, "expected an action, got a Fault"),
        ("crash", FaultKind.CRASH, "RuntimeError: out of ideas, for good"),
        ("exit", FaultKind.CRASH, "SystemExit: 3"),
        ("stop", FaultKind.CRASH, "GeneratorExit: "),
        ("naughty", FaultKind.CRASH, "Naughty: (its message cannot be read)"),
        ("recurse", FaultKind.CRASH, "RecursionError: "),
        ("hog", FaultKind.MEMORY, "MemoryError: "),
        ("hang", FaultKind.TIMEOUT, "took 0."),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_each_misdeed_is_the_right_fault(how: str, kind: FaultKind, message: str, at: int) -> None:
    """One fault, of the right kind, player and ply; a stand-in plays on and the record can be kept and replayed."""
    record = play(CARDS, [Keeper(), Misbehaving(how, at)], 3, conditions=PATIENT)
    fault = one_fault(record)
    assert (fault.kind, fault.player, fault.ply) == (kind, 1, 1 + 2 * at)
    assert fault.message.startswith(message)
    assert "\n" not in fault.message
    assert record.decisions == (2, at)
    assert len(record.actions) == 4
    assert read_records(write_records([record]), CARDS) == [record]
    verify(record, CARDS)


@pytest.mark.parametrize(("how", "action"), [("chameleon", "keep"), ("shout", "keep"), ("scribble", "keep")])
def test_look_alikes_become_the_real_action(how: str, action: str) -> None:
    """What passes for a legal action is played as the legal set's own one, of the game's type; no fault."""
    record = play(CARDS, [Keeper(), Misbehaving(how)], 3)
    assert record.faults == ()
    assert record.actions[1] == action
    assert type(record.actions[1]) is str
    verify(record, CARDS)


def test_writing_into_a_view_hurts_nobody_else() -> None:
    """A view that an agent has cleared changes neither the match nor what others see."""
    town = TaxTown()
    honest = play(town, [Uniform()] * 4, 5)
    table = Table(town, [Uniform()] * 4, 5)
    with table:
        while turns := table.referee.pending():
            for player, turn in turns.items():
                answer = table.answer(player, turn)
                turn.view.clear()
                table.referee.submit(player, *answer)
        record = table.record()
    assert (record.actions, record.digests) == (honest.actions, honest.digests)


@pytest.mark.parametrize(
    ("where", "message", "ply"),
    [
        ("sit", "SystemExit: no chair", 0),
        ("no player", "expected sit to return a Player, got str", 0),
        ("thoughts", "KeyError: 'lost'", 1),
        ("strange thoughts", "BadInput: expected plain data", 1),
        ("endless thoughts", "RecursionError: ", 1),
        ("close", "SystemExit: slams the door", 4),
    ],
)
def test_failing_beside_the_board_is_a_crash(where: str, message: str, ply: int) -> None:
    """Sitting down, thinking aloud and leaving are the agent's as well."""
    record = play(CARDS, [Keeper(), Clumsy(where)], 3)
    fault = one_fault(record)
    assert (fault.kind, fault.player, fault.ply) == (FaultKind.CRASH, 1, ply)
    assert fault.message.startswith(message)
    assert record.scores == penalized(record.outcome.returns, [1])
    verify(record, CARDS)


def test_all_who_fail_to_sit_are_charged_before_the_first_turn() -> None:
    """Stand-ins play the whole match, and nobody is charged at a later ply for it."""
    record = play(CARDS, [Clumsy("sit"), Clumsy("sit")], 3)
    assert [(fault.player, fault.ply) for fault in record.faults[:1]] == [(0, 0)]
    assert {fault.player for fault in record.faults} == {0, 1}
    assert record.decisions == (0, 0)
    assert len(record.actions) == 4


def test_an_outcome_cannot_be_meddled_with() -> None:
    """What a player writes into the outcome he is told of is his own copy's."""
    record = play(CARDS, [Keeper(), Clumsy("meddles")], 3)
    assert record.faults == ()
    assert record.outcome.metrics["chips"] == record.outcome.returns


def test_an_offender_scores_the_worst_and_the_others_as_played() -> None:
    """The lower of his own return and the worst at the table; the metrics stay as played."""
    game = HiddenCards(3)
    for seed in range(20):
        record = play(game, [Keeper(), Misbehaving("crash"), Keeper()], seed)
        returns = record.outcome.returns
        assert record.scores == (returns[0], min(returns), returns[2])
    assert penalized((3.0, -1.0, 2.0), [0, 2]) == (-1.0, -1.0, -1.0)
    assert penalized((3.0, -1.0, 2.0), [1]) == (3.0, -1.0, 2.0)
    assert penalized((3.0, -1.0), []) == (3.0, -1.0)


def test_the_stand_in_plays_by_its_own_dice() -> None:
    """The stand-in's moves depend on the offender's number alone: the same whatever he did wrong."""
    records = [play(CARDS, [Keeper(), Misbehaving(how)], 3) for how in ("illegal", "crash", "exit")]
    assert len({record.actions for record in records}) == 1
    other = [play(CARDS, [Keeper(), Misbehaving()], 3, seeds=(1, seed)).actions for seed in range(12)]
    assert len(set(other)) > 1


def test_after_a_fault_nobody_is_asked_again() -> None:
    """An offender has one fault, however often he would have misbehaved."""
    record = play(HiddenCards(2, rounds=2), [Misbehaving("illegal"), Misbehaving("illegal")], 3)
    assert [fault.player for fault in record.faults] == [0, 1]
    assert record.decisions == (0, 0)


@pytest.mark.parametrize(
    ("retries", "wrong", "faulty"), [(0, 1, True), (1, 1, False), (3, 3, False), (2, 3, True)]
)
def test_retries_hand_back_the_reason(retries: int, wrong: int, faulty: bool) -> None:
    """An illegal action is handed back with the reason, so often, and then it is a fault."""
    record = play(CARDS, [Keeper(), Retrying(wrong)], 3, conditions=Conditions(retries=retries))
    assert bool(record.faults) == faulty
    if not faulty:
        reason = "illegal action 'fold': expected one of 2: 'keep', 'swap'"
        assert record.thoughts[1]["reasons"] == [None] + [reason] * wrong
        assert record.thoughts[3]["reasons"][-1] is None


def test_a_fault_of_the_host_is_nobodys() -> None:
    """It goes through, the state is closed, and no record blames the agent."""
    with pytest.raises(HostFault, match="a worker was killed"):
        play(CARDS, [Keeper(), Misbehaving("host")], 3)


@pytest.mark.parametrize("error", [KeyboardInterrupt, HostFault])
@pytest.mark.parametrize("where", ["sit", "act", "thoughts", "close"])
def test_breaking_off_closes_the_state(error: type[BaseException], where: str) -> None:
    """However a match is broken off, the emulator's handle is freed."""

    class Breaking(Uniform):
        def sit(self, seat: Any) -> Any:
            player = super().sit(seat)
            cls = type(player)

            def broken(*_: Any) -> Any:
                raise error

            if where == "sit":
                raise error
            return type("Player", (cls,), {where: broken})()

    with pytest.raises(error):
        play(ShadowMachine(), [Breaking()], 1)
    assert Core.open_now == 0


def test_simultaneous_faults_stand_in_the_order_of_players() -> None:
    """Players who fail in the same step are charged at the same ply."""
    record = play(TaxTown(), [Misbehaving("crash")] * 3 + [Misbehaving("nothing")], 1)
    assert [(fault.player, fault.ply) for fault in record.faults] == [(0, 0), (1, 0), (2, 0), (3, 0)]
    verify(record, TaxTown())


class Overseer:
    """A watch that makes one player fail at one ply, and notes whose code ran when."""

    def __init__(self, player: int, ply: int) -> None:
        self.player, self.ply = player, ply
        self.calls: list[tuple[int, int] | str] = []

    def before(self, player: int, ply: int) -> Fault | None:
        self.calls.append((player, ply))
        if (player, ply) == (self.player, self.ply):
            return Fault(FaultKind.MEMORY, player, 0, "too much")
        return None

    def after(self) -> None:
        self.calls.append("after")


@pytest.mark.parametrize(("ply", "at"), [(SITTING, 0), (1, 1), (3, 3), (LEAVING, 4)])
def test_a_watch_can_make_a_player_fail(ply: int, at: int) -> None:
    """A fault from outside takes the place of the agent's code, and says at which ply it came."""
    watch = Overseer(1, ply)
    record = play(CARDS, [Clumsy("nowhere"), Clumsy("nowhere")], 3, watch=watch)
    fault = one_fault(record)
    assert (fault.kind, fault.player, fault.ply, fault.message) == (FaultKind.MEMORY, 1, at, "too much")
    # Each look before an agent's code is followed by one after it, but where the code did not run.
    befores = [call for call in watch.calls if call != "after"]
    assert watch.calls.count("after") == len(befores) - 1
    assert befores[:2] == [(0, SITTING), (1, SITTING)]


def test_a_table_that_cannot_play_is_refused() -> None:
    """Before the match, and in words: numbers, roles, access, capabilities, conditions."""
    with pytest.raises(BadInput, match="seats 2 players, got 3 agents"):
        play(CARDS, [Keeper()] * 3, 1)
    with pytest.raises(BadInput, match="seats 2 players, got 1 player seeds"):
        play(CARDS, [Keeper()] * 2, 1, seeds=[1])
    with pytest.raises(BadInput, match="expected retries >= 0, got -1"):
        play(CARDS, [Keeper()] * 2, 1, conditions=Conditions(retries=-1))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"games": ("chess",)}, "it plays chess"),
        ({"needs": ("batchable", "searchable")}, "it needs a game that is batchable and searchable"),
        ({"roles": ("planner",)}, "it plays the roles planner"),
        ({"dynamics": Dynamics.SIMULTANEOUS}, "it plays games of simultaneous, not turns ones"),
    ],
)
def test_misfits_are_told_why(facts: dict[str, Any], message: str) -> None:
    """An agent that cannot play a game is refused with the reason."""

    class Choosy(Keeper):
        @property
        def spec(self) -> Any:
            return dataclasses.replace(super().spec, **facts)

    with pytest.raises(NotCapable, match=f"keeper cannot play hidden-cards: {message}"):
        play(CARDS, [Choosy(), Keeper()], 1)


def test_only_the_seat_s_own_fault_is_taken() -> None:
    """A driver cannot hand in a fault of one player in the turn of another, nor answer out of turn."""
    referee = Referee(CARDS, 1, [1, 2], Conditions())
    with pytest.raises(BadInput, match="a fault of player 0, got Fault"):
        referee.submit(0, referee.fault(FaultKind.CRASH, 1, "him"))
    with pytest.raises(BadInput, match="player 1 has no turn; waiting for"):
        referee.submit(1, "keep")
    with pytest.raises(HostFault, match="only when it is over"):
        _ = referee.scores
    referee.close()


def test_a_table_is_asked_in_order() -> None:
    """No record before the end, and nobody is asked who never sat down."""
    with Table(CARDS, [Keeper(), Clumsy("sit")], 3) as table:
        with pytest.raises(HostFault, match="recorded when it is over"):
            table.record()
        with pytest.raises(HostFault, match="player 1 failed to sit down"):
            table.seated(1)
    table.close()
    assert table.referee.closed


@pytest.mark.parametrize("where", ["__eq__", "__repr__", "__str__"])
def test_a_person_may_always_break_off(where: str) -> None:
    """An interrupt goes through, whatever of an agent's is being looked at."""

    def broken(*_: Any) -> Any:
        raise KeyboardInterrupt

    odd = type("Odd", (Exception,), {where: broken, "__hash__": lambda self: hash("keep")})

    class Odd(Keeper):
        def sit(self, seat: Any) -> Any:
            def act(_: Any, turn: Any) -> Any:
                if where == "__str__":
                    raise odd
                return odd()

            return type("P", (type(super().sit(seat)),), {"act": act})()

    with pytest.raises(KeyboardInterrupt):
        play(CARDS, [Odd(), Odd()], 1)


def test_agents_make_ready_before_their_first_match() -> None:
    """Each agent object once a table that is checked, and not where the caller has seen to it."""
    ready: list[str] = []

    class Compiling(Keeper):
        def prepare(self, game: Any) -> None:
            ready.append(game.spec.name)
            raise SystemExit("failing here is no fault; failing in the seat will be one")

    agent = Compiling()
    assert play(CARDS, [agent, agent], 1).faults == ()
    assert ready == ["hidden-cards"]
    play(CARDS, [agent, agent], 1, checked=True)
    assert ready == ["hidden-cards"]
    other = Compiling()
    play_lockstep(CARDS, [Lineup((agent, other), 1), Lineup((other, agent), 2), Lineup((agent, other), 3)])
    assert ready == ["hidden-cards"] * 3


def test_a_rehearsal_is_a_decision_that_leaves_nothing_behind() -> None:
    """One turn by one simulation, the state closed, also where the agent fails."""
    seen: list[Any] = []

    class Noting(Uniform):
        def sit(self, seat: Any) -> Any:
            seen.append((seat.conditions.budget.simulations, seat.role))
            return super().sit(seat)

    rehearse(Noting(), ShadowMachine())
    assert seen == [(1, "player")]
    with pytest.raises(RuntimeError, match="out of ideas"):
        rehearse(Misbehaving("crash"), ShadowMachine())
    assert Core.open_now == 0


def test_the_face_of_the_package_plays() -> None:
    """The name `play` of the package can be called, and is the function's."""
    import arena

    record = arena.play(CARDS, [Keeper(), Keeper()], 3)
    assert record.actions == play(CARDS, [Keeper(), Keeper()], 3).actions


def test_returns_so_far_are_the_sums_of_rewards() -> None:
    """Before the end as well, and before any penalty."""
    referee = Referee(CARDS, 1, [1, 2], Conditions())
    referee.submit(0, "swap")
    assert referee.returns == (-1.0, 1.0)
    referee.submit(1, referee.fault(FaultKind.CRASH, 1, "gone"))
    assert sum(referee.returns) == 0.0
    referee.close()


def test_games_without_actors_or_outcome_are_found_out() -> None:
    """A game that is neither over nor waiting is a broken game, not an endless match."""
    from arena.errors import LawBroken

    class Stuck(HiddenCards):
        def actors(self, state: Any) -> tuple[int, ...]:
            return ()

    with pytest.raises(LawBroken, match="neither actors nor an outcome"):
        play(Stuck(2), [Keeper()] * 2, 1)


def test_a_game_that_fails_at_the_start_is_closed() -> None:
    """The state of a match that never began is freed."""

    class Failing(ShadowMachine):
        def outcome(self, state: Core) -> Outcome | None:
            raise RuntimeError("no outcome")

    with pytest.raises(RuntimeError, match="no outcome"):
        play(Failing(), [Uniform()], 1)
    assert Core.open_now == 0


def test_a_game_may_name_its_own_stand_in() -> None:
    """The stand-in is the game's: random unless it knows better."""

    class Careful(HiddenCards):
        def stand_in(self, view: Any, legal: Any, rng: Any) -> str:
            return "keep"

    game: Game[Any, Any, Any] = Careful(2)
    agents: list[Agent] = [Misbehaving(), Misbehaving()]
    for seed in range(5):
        assert play(game, agents, seed).actions == ("keep",) * 4
