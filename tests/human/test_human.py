"""A person at the table: what he sees, what he may type, how he leaves."""

from __future__ import annotations

import io
from typing import Any

import pytest
from toy_board import Board, Noughts
from toy_poker import Kuhn, Kuhn3

from agents.human.agent import Human, Person
from agents.random.agent import Random
from arena.agent import Family, Seat, Turn
from arena.conditions import Conditions
from arena.errors import BadParameter
from arena.game import Game, Outcome
from arena.legal import InSpace, Legal, Listed, Masked, Text
from arena.play import play
from arena.registry import fitting_agents, make_agent


def _act(
    game: Game[Any, Any, Any],
    view: Any,
    legal: Legal[Any],
    typed: str,
    *,
    numbered: int = 30,
    reason: str | None = None,
) -> tuple[Any, str]:
    seat = Seat(game, 0, "player", Conditions(), 1)
    sink = io.StringIO()
    person = Person(seat, io.StringIO(typed), sink, numbered)
    return person.act(Turn(view, legal, 0, seat, reason=reason)), sink.getvalue()


def _kuhn(typed: str, numbered: int = 30) -> tuple[Any, str]:
    game, state = Kuhn(), Kuhn3((1, 0))
    return _act(game, game.view(state, 0), game.legal(state, 0), typed, numbered=numbered)


def test_he_sees_the_view_and_the_numbered_actions() -> None:
    """The text of the game, then what he may do."""
    action, shown = _kuhn("b\n")
    assert action == "b"
    assert shown == "\ncard 1, actions none\n1: p   2: b\nplayer 0> "


@pytest.mark.parametrize(("typed", "action"), [("1\n", "p"), ("2\n", "b"), ("  B \n", "b"), ("\n\np\n", "p")])
def test_numbers_and_texts_are_actions(typed: str, action: str) -> None:
    """Either will do; case, blanks and empty lines do not matter."""
    assert _kuhn(typed)[0] == action


def test_where_actions_are_numbers_the_list_has_none() -> None:
    """Cell 4 of noughts and crosses is 4, not the fifth of the list."""
    game = Noughts()
    board = Board((0, 1, -1, -1, -1, -1, -1, -1, -1))
    action, shown = _act(game, game.view(board, 0), game.legal(board, 0), "4\n")
    assert action == 4
    assert "2   3   4   5   6   7\n8\n" in shown


def test_what_means_nothing_is_explained() -> None:
    """The nearest action, what was expected, and where to find help; then he is asked again."""
    action, shown = _kuhn("bb\n3\nb\n")
    assert action == "b"
    assert "no legal action reads 'bb': did you mean 'b'? (one of 2: 'p', 'b')\ntype help" in shown
    assert "no legal action reads '3'" in shown
    assert shown.count("player 0> ") == 3


def test_commands() -> None:
    """Help, the list and the view on demand, in any case, with or without the colon."""
    _, shown = _kuhn("help\n:LEGAL\nview\np\n", numbered=0)
    assert "quit    leaves the match" in shown
    assert shown.count("1: p   2: b") == 1
    assert shown.count("card 1, actions none") == 2


def test_a_command_that_is_an_action_needs_a_colon() -> None:
    """In a game of free text ``view`` is an action; ``:legal`` lists what is known to do something."""
    legal = Text(20, ("view", "search[shoes]"))
    action, shown = _act(Kuhn(), (0, ""), legal, ":legal\nview\n")
    assert action == "view"
    assert "view   search[shoes]\n" in shown
    assert _act(Kuhn(), (0, ""), legal, "anything\n")[0] == "anything"
    action, shown = _act(Kuhn(), (0, ""), legal, "x" * 30 + "\nview\n")
    assert "expected a text of at most 20 characters" in shown


def test_many_actions_are_listed_on_demand() -> None:
    """More than `numbered` are not shown unasked, more than 200 not at once; sets without a list say what they are."""
    many = Listed(tuple(f"move {number}" for number in range(250)))
    action, shown = _act(Kuhn(), (0, ""), many, "legal\nmove 240\n")
    assert action == "move 240"
    assert shown.index("player 0> ") < shown.index("move 0   move 1")
    assert "... and 50 more" in shown
    import numpy as np
    from gymnasium import spaces

    torques = InSpace(spaces.Box(-1.0, 1.0, (2,), np.float32))
    masked = Masked(np.array([True, True]))
    assert _act(Kuhn(), (0, ""), masked, "1\n")[0] == 1
    with pytest.raises(KeyboardInterrupt):
        _act(Kuhn(), (0, ""), torques, "legal\n")


def test_an_action_handed_back_says_why() -> None:
    """The reason of the referee stands above the prompt."""
    _, shown = _act(Kuhn(), (0, ""), Listed(("p", "b")), "p\n", reason="illegal action 'x': expected p")
    assert "illegal action 'x': expected p\n" in shown


@pytest.mark.parametrize("typed", ["quit\n", ":quit\n", "QUIT\n", ""])
def test_quitting_breaks_the_match_off(typed: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """No fault of his, no record: the match is broken off as by Ctrl-C, and he is told so."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with pytest.raises(KeyboardInterrupt):
        play(Kuhn(), [Human(), Random()], 1)
    assert capsys.readouterr().out.endswith("the match was broken off\n")


def test_a_whole_match_on_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """He plays to the end and is told what he got."""
    monkeypatch.setattr("sys.stdin", io.StringIO("p\np\n"))
    record = play(Kuhn(), [Human(), Random()], 3, conditions=Conditions(patience_s=None))
    assert not record.faults
    assert record.actions[0] == "p"
    out = capsys.readouterr().out
    assert f"you got {record.scores[0]:g} of {record.scores[0]:g}, {record.scores[1]:g}\n" in out


def test_facts() -> None:
    """Nobody sits down a person unasked; his play is not reproducible."""
    spec = make_agent("human").spec
    assert (spec.family, spec.automatic, spec.deterministic) == (Family.HUMAN, False, False)
    assert "human" not in fitting_agents(Kuhn())
    with pytest.raises(BadParameter, match="expected numbered >= 0, got -1"):
        _ = Human(numbered=-1).spec


def test_the_end_is_told_in_words() -> None:
    """Reason, own return, everybody's."""
    sink = io.StringIO()
    Person(Seat(Kuhn(), 1, "player", Conditions(), 1), io.StringIO(), sink).close(
        Outcome((-2.0, 2.0), "showdown")
    )
    assert sink.getvalue() == "the match is over (showdown): you got 2 of -2, 2\n"
