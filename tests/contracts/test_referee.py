"""The referee alone: turns, answers, digests, limits."""

from __future__ import annotations

import pytest
from hidden_cards import HiddenCards
from nim_pile import NimPile
from tax_town import TaxTown

from arena import codec
from arena.conditions import Conditions, FaultKind
from arena.errors import BadInput, IllegalAction
from arena.referee import DIGEST_EVERY, Referee


def test_a_turn_tells_what_a_player_may_know() -> None:
    """View, legal set, ply, seat, budget and dice; nothing else."""
    game = HiddenCards(3)
    referee = Referee(game, 4, [1, 2, 3], Conditions())
    ((player, turn),) = referee.pending().items()
    assert player == 0
    assert turn.view == game.view(game.init(4), 0)
    assert list(turn.legal) == ["keep", "swap"]  # type: ignore[call-overload]
    assert (turn.ply, turn.reason, turn.simulator) == (0, None, None)
    assert (turn.seat.player, turn.seat.role, turn.seat.seed, turn.seat.game) == (0, "player", 1, game)
    assert turn.budget == Conditions().budget
    assert turn.rng is turn.seat.rng
    referee.close()


def test_all_who_act_at_once_are_asked_at_once() -> None:
    """The match moves on when the last has answered, in whatever order they do."""
    referee = Referee(TaxTown(), 1, [1, 2, 3, 4], Conditions())
    assert list(referee.pending()) == [0, 1, 2, 3]
    for player, action in ((2, "work"), (3, (1, 2)), (0, "rest")):
        referee.submit(player, action, micros=player)
        assert referee.steps == 0
    assert [*referee.waiting] == [1]
    assert referee.place(1) == 1
    referee.submit(1, "work", micros=7)
    assert referee.steps == 1
    assert referee.actions == ["rest", "work", "work", (1, 2)]
    assert referee.micros == [0, 7, 2, 3]
    assert [*referee.waiting] == [0, 1, 2]
    referee.close()


def test_time_of_handed_back_actions_is_added_up() -> None:
    """A player pays for his illegal tries as well."""
    referee = Referee(HiddenCards(2), 1, [1, 2], Conditions(retries=1))
    referee.submit(0, "fold", micros=30)
    assert referee.pending()[0].reason == "illegal action 'fold': expected one of 2: 'keep', 'swap'"
    referee.submit(0, "keep", micros=12)
    assert referee.micros == [42]
    assert referee.spent == [42, 0]
    referee.close()


def test_digests_are_of_all_views_every_thirty_two_actions() -> None:
    """And one at the end; each is made of the keys of the views."""
    game = NimPile(300)
    referee = Referee(game, 1, [1, 2], Conditions())
    while turns := referee.pending():
        for player in turns:
            referee.submit(player, 1)
            if referee.ply in (DIGEST_EVERY, 300):
                views = [codec.canonical((300 - referee.ply, referee.ply))] * 2
                assert referee.digests[-1] == codec.digest(*views, size=8)
            assert len(referee.digests) == referee.ply // DIGEST_EVERY + (referee.ply == 300)
    assert referee.outcome is not None
    assert referee.scores == referee.outcome.returns
    referee.close()


@pytest.mark.parametrize(("limit", "steps"), [(None, 4), (1, 1), (3, 3), (99, 4)])
def test_the_shorter_limit_holds(limit: int | None, steps: int) -> None:
    """A match ends by its rules, or is cut after the limit of the conditions."""
    referee = Referee(HiddenCards(2), 1, [1, 2], Conditions(step_limit=limit))
    while turns := referee.pending():
        for player in turns:
            referee.submit(player, "keep")
    assert referee.outcome is not None
    assert referee.steps == steps
    assert referee.outcome.truncated == (steps < 4)
    referee.close()


def test_charges_may_come_at_any_time() -> None:
    """In a turn, between turns of the step, and after the end: the offender is replaced and the match goes on."""
    referee = Referee(TaxTown(years=1), 1, [1, 2, 3, 4], Conditions())
    referee.submit(0, "work")
    referee.charge(referee.fault(FaultKind.DISCONNECT, 0, "gone after his move"))
    assert [*referee.waiting] == [1, 2, 3]
    referee.charge(referee.fault(FaultKind.DISCONNECT, 1, "gone before his move"))
    assert [*referee.waiting] == [2, 3]
    assert referee.actions == []
    for player in (2, 3):
        referee.submit(player, referee.fault(FaultKind.TIMEOUT, player, "too slow"))
    # Nobody is left: the stand-ins play it out.
    assert referee.outcome is not None
    assert sum(referee.decisions) == 0
    referee.charge(referee.fault(FaultKind.CRASH, 2, "after the end"))
    assert len(referee.faults) == 5
    referee.close()


def test_texts_are_read_for_the_player_whose_turn_it_is() -> None:
    """A person types; the referee reads by the rules and the legal set of the moment."""
    referee = Referee(HiddenCards(2), 1, [1, 2], Conditions())
    assert referee.read(0, "KEEP") == "keep"
    with pytest.raises(IllegalAction, match="did you mean 'keep'"):
        referee.read(0, "keap")
    with pytest.raises(IllegalAction, match=r"player 1 has no turn; waiting for \[0\]"):
        referee.read(1, "keep")
    assert "keep" in referee.legal(0)
    with pytest.raises(BadInput, match=r"player 1 has no turn; waiting for \[0\]"):
        referee.legal(1)
    assert referee.scene("public").data["hands"] == [None, None]
    referee.close()
