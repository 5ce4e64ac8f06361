"""The registry: lazy, by name, with help for wrong words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from types import SimpleNamespace
from typing import Any

import pytest
from hidden_cards import HiddenCards
from misbehaving import Keeper, Misbehaving
from nim_pile import PileTaker

from arena import registry
from arena.agent import AgentSpec, Family
from arena.errors import (
    BadParameter,
    BadSpelling,
    BrokenPlugin,
    DuplicateName,
    MissingExtra,
    NotCapable,
    UnknownName,
)
from arena.spelling import Spelling


@dataclass(frozen=True)
class Searcher(Keeper):
    """A searching agent, which plays by people."""

    depth: int = 1

    @property
    def spec(self) -> AgentSpec:
        if self.depth < 1:
            raise BadParameter(f"expected depth >= 1, got {self.depth!r}")
        return AgentSpec("searcher", 1, Family.SEARCH, "searches")


@dataclass(frozen=True)
class Person(Keeper):
    """Not automatic."""

    @property
    def spec(self) -> AgentSpec:
        return dataclasses.replace(super().spec, name="person", automatic=False, family=Family.HUMAN)


@dataclass(frozen=True)
class Needy(Keeper):
    """Cannot be made without a parameter."""

    path: str = dataclasses.field()

    @property
    def spec(self) -> AgentSpec:
        return dataclasses.replace(super().spec, name="needy")


@dataclass(frozen=True)
class Lacking(Keeper):
    """Its extra is absent."""

    @property
    def spec(self) -> AgentSpec:
        raise MissingExtra("onnxruntime", "train")


def maker(players: int = 2) -> HiddenCards:
    """A function that makes a game, where there is no class."""
    return HiddenCards(players)


REGISTERED: dict[str, dict[str, Any]] = {
    "arena.games": {"hidden-cards": HiddenCards, "made": maker},
    "arena.agents": {
        "keeper": Keeper,
        "misbehaving": Misbehaving,
        "searcher": Searcher,
        "person": Person,
        "needy": Needy,
        "lacking": Lacking,
        "pile-taker": PileTaker,
    },
}


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A registry of toys; yields the names in the order in which they were loaded."""
    loaded: list[str] = []

    def points(group: str) -> list[Any]:
        ours = SimpleNamespace(name="toys")
        return [
            SimpleNamespace(name=name, value=f"toys:{name}", dist=ours) for name in REGISTERED.get(group, {})
        ] + extra.get(group, [])

    def load(point: metadata.EntryPoint) -> Any:
        loaded.append(point.name)
        return REGISTERED[point.group][point.name]

    extra: dict[str, list[Any]] = {}
    monkeypatch.setattr(metadata, "entry_points", points)
    monkeypatch.setattr(metadata.EntryPoint, "load", load)
    monkeypatch.setattr(registry, "_test_extra", extra, raising=False)
    _forget()
    yield loaded
    _forget()


def _forget() -> None:
    registry.entries.cache_clear()
    registry._load.cache_clear()


def test_names_are_listed_without_loading(registered: list[str]) -> None:
    """A listing imports nothing; making one thing loads it and no other."""
    assert list(registry.entries("game")) == ["hidden-cards", "made"]
    assert registry.entry("agent", "keeper").target == "toys:keeper"
    assert registered == []
    registry.make_agent("keeper")
    registry.make_agent("keeper")
    assert registered == ["keeper"]


@pytest.mark.parametrize("text", ["hidden-cards(players=4, rounds=1)", "hidden-cards:players=4,rounds=1"])
def test_both_spellings_make_the_same(text: str) -> None:
    """Command lines and files mean the same game; a parsed spelling does as well."""
    assert registry.make_game(text) == HiddenCards(4, 1)
    assert registry.make_game(Spelling("hidden-cards", {"players": 4, "rounds": 1})) == HiddenCards(4, 1)
    assert registry.make("game", "made:players=3") == HiddenCards(3)


@pytest.mark.parametrize(
    ("kind", "text", "error", "message"),
    [
        ("game", "hidden-card", UnknownName, "unknown game 'hidden-card': did you mean 'hidden-cards'?"),
        ("agent", "random", UnknownName, "unknown agent 'random'"),
        (
            "game",
            "hidden-cards(player=3)",
            UnknownName,
            "unknown parameter of game hidden-cards 'player': did you",
        ),
        ("game", "made(player=3)", BadParameter, r"game made\(player=3\): .*unexpected keyword"),
        ("game", "hidden-cards(players=9)", BadParameter, "expected 2 to 5 players, got 9"),
        ("game", "hidden-cards(players=four)", BadParameter, r"game hidden-cards\(players=four\): "),
        ("agent", "searcher(depth=0)", BadParameter, "expected depth >= 1, got 0"),
        ("agent", "searcher(depth=low)", BadParameter, r"agent searcher\(depth=low\): "),
        ("agent", "needy", BadParameter, "agent needy: .*missing 1 required positional argument: 'path'"),
        ("agent", "lacking", MissingExtra, r"pip install 'agent-arena\[train\]'"),
        ("game", "hidden-cards(", BadSpelling, "expected 'hidden-cards"),
    ],
)
def test_wrong_words_are_answered(kind: str, text: str, error: type[Exception], message: str) -> None:
    """Unknown names, parameters and values each say what would have done."""
    make: Any = registry.make_game if kind == "game" else registry.make_agent
    with pytest.raises(error, match=message):
        make(text)


def test_unknown_kinds_are_answered() -> None:
    """There are six kinds of plug-ins."""
    with pytest.raises(UnknownName, match="unknown kind of plug-in 'games': did you mean 'game'"):
        registry.entries("games")
    assert registry.entries("rating") == {}


def test_names_that_two_claim_are_refused(registered: list[str]) -> None:
    """Both are named, and neither is loaded; the same distribution twice is no clash."""
    other = SimpleNamespace(name="keeper", value="other:Keeper", dist=SimpleNamespace(name="others"))
    again = SimpleNamespace(name="misbehaving", value="toys:misbehaving", dist=SimpleNamespace(name="toys"))
    nobody = SimpleNamespace(name="orphan", value="x:y", dist=None)
    registry._test_extra["arena.agents"] = [other, again, nobody]  # type: ignore[attr-defined]
    _forget()
    with pytest.raises(DuplicateName, match="agent 'keeper' is registered by others and by toys"):
        registry.make_agent("keeper")
    assert registry.entry("agent", "keeper").problem() == "agent 'keeper' is registered by others and by toys"
    assert registry.make_agent("misbehaving") == Misbehaving()
    assert registry.entry("agent", "orphan").distribution == "an unnamed distribution"
    assert registered == ["misbehaving"]


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (
            RuntimeError("no coins"),
            r"agent 'keeper' of toys \(toys:keeper\) fails to load: RuntimeError: no coins",
        ),
        (SystemExit(3), "fails to load: SystemExit: 3"),
        (MissingExtra("torch", "train"), r"agent 'keeper' of toys: torch is not installed"),
        (None, r"agent 'keeper' of toys \(toys:keeper\) is no class"),
    ],
)
def test_broken_plug_ins_say_what_is_wrong(
    failure: BaseException | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens at import, the message names the plug-in, its distribution and its place."""

    def load(point: metadata.EntryPoint) -> Any:
        if failure is not None:
            raise failure
        return 5

    monkeypatch.setattr(metadata.EntryPoint, "load", load)
    with pytest.raises(BrokenPlugin, match=message):
        registry.make_agent("keeper")
    assert registry.entry("agent", "keeper").problem() is not None


def test_all_is_who_plays_by_itself() -> None:
    """Left out: people, other games' agents, agents that need a parameter or an extra."""
    assert list(registry.fitting_agents(HiddenCards())) == ["keeper", "misbehaving", "searcher"]
    assert registry.make_agents("all", HiddenCards()) == [Keeper(), Misbehaving(), Searcher()]


@pytest.mark.parametrize(
    ("text", "agents"),
    [
        ("keeper", [Keeper()]),
        ("person,keeper", [Person(), Keeper()]),
        ("keeper, keeper", [Keeper()]),
        ("@search", [Searcher()]),
        ("@baseline,searcher:depth=2", [Keeper(), Misbehaving(), Searcher(2)]),
        ("all,-keeper", [Misbehaving(), Searcher()]),
        ("all,-@baseline,needy(path=x)", None),
        (["misbehaving(how=crash, at=2)", "keeper"], [Misbehaving("crash", 2), Keeper()]),
    ],
)
def test_lists_of_agents(text: str | list[str], agents: list[Any] | None) -> None:
    """Names, families, all, and all but; each agent once, in the order given."""
    if agents is None:
        with pytest.raises((UnknownName, BadSpelling)):
            registry.make_agents(text, HiddenCards())
        return
    assert registry.make_agents(text, HiddenCards()) == agents


def test_empty_lists_and_unknown_families_are_answered() -> None:
    """A list of nobody is no tournament."""
    for text in ("", "keeper,-keeper"):
        with pytest.raises(BadParameter, match="expected agents, such as 'all'"):
            registry.make_agents(text, HiddenCards())
    with pytest.raises(UnknownName, match=r"unknown family of agents 'serach': did you mean 'search'\?"):
        registry.make_agents("@serach", HiddenCards())


def test_agents_of_another_game_are_still_made() -> None:
    """Whether an agent fits is asked when the table is set."""
    from arena.play import play

    (taker,) = registry.make_agents("pile-taker", HiddenCards())
    with pytest.raises(NotCapable, match="pile-taker cannot play hidden-cards: it plays nim-pile"):
        play(HiddenCards(), [taker, taker], 1)
