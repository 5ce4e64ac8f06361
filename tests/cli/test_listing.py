"""`arena games`, `arena agents`, `arena version`: what there is."""

from __future__ import annotations

import pytest
from cli_bench import arena

from arena import registry
from arena.record import software_versions
from games.dhumbal.rules import PRESETS

pytestmark = pytest.mark.usefixtures("toys")


def row_of(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.split()[:1] == [name])


def test_games_lists_every_registered_game() -> None:
    """Each game stands there once, with players, information and capabilities."""
    answer = arena("games")

    assert answer.code == 0
    row = row_of(answer.out, "pebbles")
    assert row.split() == ["pebbles", "2-4", "perfect,", "turns", "determinizable,", "indexed,", "drawable"]
    for name in registry.entries("game"):
        assert sum(line.split()[:1] == [name] for line in answer.out.splitlines()) <= 1
        assert name in answer.out


def test_a_broken_game_is_shown_with_its_error() -> None:
    """A plug-in that does not load is neither skipped nor fatal."""
    assert "broken-game" in arena("games").out
    assert "no_such_module_anywhere" in arena("games").out


def test_card_of_a_game() -> None:
    """The card has parameters with values, metrics, spaces, and who plays it."""
    out = arena("games", "pebbles:players=3").out

    assert "Pebbles (pebbles(players=3))" in out
    assert row_of(out, "players").startswith("players       3 here; can be played by 2-4")
    assert row_of(out, "returns").split()[1:] == ["-1", "to", "2,", "zero-sum"]
    assert row_of(out, "pebbles").split() == ["pebbles", "15", "int"]
    assert row_of(out, "points").split() == ["points", "(ranks)", "points", "points", "higher"]
    assert row_of(out, "player").split() == ["player", "Discrete(3)", "-"]
    assert {"first-one", "random"} <= set(row_of(out, "agents").replace(",", " ").split())


def test_presets_are_listed() -> None:
    """A game that has presets shows each with its sentence."""
    from dataclasses import dataclass

    from arena.cli.games import presets

    @dataclass(frozen=True)
    class WithPresets:
        presets = {"np5": "long rounds", "np10": object()}  # noqa: RUF012

    assert list(presets(WithPresets())) == [("np5", "long rounds"), ("np10", "")]  # type: ignore[arg-type]


def test_agents_lists_every_registered_agent() -> None:
    """Each agent stands there with family, access, what it plays and its parameters; the broken one with its error."""
    answer = arena("agents")

    assert answer.code == 0
    assert row_of(answer.out, "first-one").split() == ["first-one", "heuristic", "view", "any", "game"]
    assert "curiosity=0.1" in answer.out
    assert "broken: broken-agent:" in answer.out
    for name in registry.entries("agent"):
        assert name in answer.out


def test_agents_of_a_game() -> None:
    """With --game only those that can play it are listed."""
    fitting = arena("agents", "--game", "pebbles").out

    assert "first-one" in fitting
    for name, entry in registry.entries("agent").items():
        if entry.problem() or registry.required("agent", name):
            continue
        if registry.make_agent(name).spec.games == ("dhumbal",):
            assert not any(line.split()[:1] == [name] for line in fitting.splitlines())


def test_the_name_of_a_game_lists_its_agents() -> None:
    """Whoever writes the game where an agent's name belongs means its agents."""
    assert arena("agents", "pebbles").out == arena("agents", "--game", "pebbles").out


def test_dhumbal_tells_of_its_presets() -> None:
    """Every preset has a line on the card of the game."""
    out = arena("games", "dhumbal").out
    for name in PRESETS:
        assert row_of(out, name)


def test_card_of_an_agent() -> None:
    """The card has version, family, games, needs and parameters with values."""
    out = arena("agents", "first-one:curiosity=0.5").out

    assert out.startswith("first-one(curiosity=0.5)\n")
    assert row_of(out, "curiosity").split() == ["curiosity", "0.5", "float"]
    assert "pebbles" in row_of(out, "games")
    assert "@heuristic" in row_of(out, "family")
    assert row_of(out, "version").split() == ["version", "1,", "from", "arena-toys"]


def test_version_tells_what_results_depend_on() -> None:
    """The same versions that a record holds."""
    out = arena("version").out

    assert out.splitlines() == [f"{name} {version}" for name, version in software_versions().items()]


def test_nothing_is_coloured_without_a_terminal() -> None:
    """No escape codes in a pipe."""
    for words in (["games"], ["games", "pebbles"], ["agents"], ["agents", "random"]):
        assert "\x1b" not in arena(*words).out
