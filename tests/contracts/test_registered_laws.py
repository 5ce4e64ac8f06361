"""Every law on everything registered: what becomes a test, what is excused, and the command that writes transcripts."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from broken_games import Tipped
from hidden_cards import HiddenCards
from misbehaving import Keeper
from nim_pile import NimPile, PileTaker

from arena import registry
from arena.errors import HostFault, LawBroken, UnknownName
from arena.testing import AGENT_LAWS, GAME_LAWS, cases, parametrize_with_laws
from arena.testing.__main__ import main
from arena.testing._elsewhere import elsewhere

THINGS: dict[str, dict[str, Any]] = {
    "arena.games": {"nim-pile": NimPile, "hidden-cards": HiddenCards, "lost": None},
    "arena.agents": {"pile-taker": PileTaker},
}


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution of toys, one of which fails to load."""

    def points(group: str) -> list[Any]:
        toys = SimpleNamespace(name="toys")
        return [SimpleNamespace(name=name, value=f"toys:{name}", dist=toys) for name in THINGS.get(group, {})]

    monkeypatch.setattr(metadata, "entry_points", points)
    monkeypatch.setattr(metadata.EntryPoint, "load", lambda point: THINGS[point.group][point.name])
    registry.entries.cache_clear()
    registry._load.cache_clear()
    yield
    registry.entries.cache_clear()
    registry._load.cache_clear()


def parameters(decorator: Any) -> dict[str, Any]:
    """The parameters that a test is given, by their id."""
    names, values = decorator.args
    assert names == "case"
    return {value.id: value for value in values}


def test_every_law_is_asked_of_everything() -> None:
    """Games, agents in every game they play, and that each entry point loads."""
    found = {(case.law, case.subject) for case in cases("toys")}
    assert ("loads", "lost") in found
    assert ("worlds_differ", "hidden-cards") in found
    assert ("same_seed_same_play", "pile-taker@nim-pile") in found
    assert ("blocks_equal_matches", "nim-pile") in found
    assert not {subject for _, subject in found} & {"pile-taker@hidden-cards", "pile-taker@lost"}
    assert not {law for law, _ in found} & {"plays_its_golden_transcript"}
    assert cases("others") == []


def test_a_case_is_the_law(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking a case raises what the law says; what does not load breaks a law of its own."""
    monkeypatch.setitem(THINGS["arena.games"], "hidden-cards", Tipped)
    by_name = {(case.law, case.subject): case for case in cases("toys")}
    by_name["loads", "nim-pile"].check()
    with pytest.raises(LawBroken, match=r"law 'loads' broken by game 'lost': .* is no class"):
        by_name["loads", "lost"].check()
    with pytest.raises(LawBroken, match="a sum of zero"):
        by_name["returns_add_up_as_declared", "hidden-cards"].check()


def test_transcripts_are_asked_for_where_there_is_a_folder(tmp_path: Path) -> None:
    """Without its file, every game is refused."""
    asked = [case for case in cases("toys", tmp_path) if case.law == "plays_its_golden_transcript"]
    assert [case.subject for case in asked] == ["hidden-cards", "nim-pile"]
    with pytest.raises(LawBroken, match="golden transcript: expected a file"):
        asked[0].check()


def test_excuses_are_strict() -> None:
    """An expected failure carries its reason, must be a broken law, and must not hold."""
    excuse = {("worlds_differ", "hidden-cards"): "a test of excuses"}
    found = parameters(parametrize_with_laws("toys", expected_failures=excuse))
    (mark,) = found["worlds_differ-hidden-cards"].marks
    assert mark.name == "xfail"
    assert mark.kwargs == {"reason": "a test of excuses", "strict": True, "raises": LawBroken}
    assert all(not value.marks for name, value in found.items() if name != "worlds_differ-hidden-cards")


def test_excuses_for_nothing_are_refused() -> None:
    """A wrong law or subject is an error at once, with the nearest one there is."""
    with pytest.raises(UnknownName, match="unknown case of a law 'worlds_differ-cards': did you mean"):
        parametrize_with_laws("toys", expected_failures={("worlds_differ", "cards"): "gone"})


def test_the_command_writes_transcripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By spelling; a wrong word is bad input."""
    assert main([str(tmp_path / "golden"), "nim-pile(counters=5)"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "golden" / "nim-pile.txt")
    assert (
        "game: nim-pile(counters=5), version 1, seed 7" in (tmp_path / "golden" / "nim-pile.txt").read_text()
    )
    assert main([str(tmp_path), "nim-pail"]) == 2
    assert "did you mean 'nim-pile'?" in capsys.readouterr().err
    # Without names it is the games of agent-arena, of which this registry has none.
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""


def test_another_process_is_fresh_and_its_errors_are_told() -> None:
    """Each call has a process of its own with other hashes, and what fails there says so here."""
    import os

    first, second = elsewhere(os.getpid, [(), ()])
    assert len({first, second, os.getpid()}) == 3
    with pytest.raises(HostFault, match="ZeroDivisionError"):
        elsewhere(divmod, [(1, 0)])
    with pytest.raises(HostFault, match="the process was ended"):
        elsewhere(os._exit, [(1,)])
    assert elsewhere(divmod, [(7, 2)]) == [(3, 1)]
    assert elsewhere(print, [("among the answers",)]) == [None]
    assert Keeper() == elsewhere(Keeper, [()])[0]


def test_another_process_that_dies_is_started_anew() -> None:
    """A process that is gone is said to have failed, and the next call has a new one."""
    import os
    import signal

    (parent,) = elsewhere(os.getppid, [()])
    os.kill(parent, signal.SIGKILL)
    try:
        assert elsewhere(divmod, [(7, 2)]) == [(3, 1)]
    except HostFault as error:
        assert "another process failed" in str(error)  # noqa: PT017  # either, by how soon the death is seen
    assert elsewhere(divmod, [(7, 2)]) == [(3, 1)]


def test_every_law_is_documented() -> None:
    """The page of the laws lists each with its statement, and none that is not."""
    page = (Path(__file__).parents[2] / "docs" / "laws.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    laws = [*GAME_LAWS.values(), *AGENT_LAWS.values()]
    assert rows == [f"| `{law.name}` | {law.statement} |" for law in laws]
    assert all(law.statement.endswith((".", ")")) for law in laws)
