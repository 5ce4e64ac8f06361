"""`arena games`: the games there are, and the card of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli import _complete
from arena.cli._help import Command

if TYPE_CHECKING:
    from gymnasium import Space
    from rich.console import Console

    from arena.game import Game, GameSpec

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=Command)
def games(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="One game, whose whole card is shown: parameters, presets, metrics, spaces.",
            autocompletion=_complete.any_game,
        ),
    ] = None,
) -> None:
    """List the games, or show one game's card."""
    from arena.cli._console import out

    if name is None:
        _list(out())
    else:
        _card(out(), name)


def _list(console: Console) -> None:
    from arena import registry
    from arena.capabilities import capabilities
    from arena.cli._console import table
    from arena.errors import ArenaError

    made = table("game", "players", "information", "capabilities")
    for name in registry.entries("game"):
        try:
            game = registry.make_game(name)
        except ArenaError as error:
            made.add_row(name, "-", "-", f"broken: {error}")
            continue
        made.add_row(name, sizes(game.spec), _kind(game.spec), ", ".join(capabilities(game)) or "-")
    console.print(made)
    console.print("\nOne game's card: arena games NAME", style="dim")


def sizes(spec: GameSpec) -> str:
    """The numbers of players a game can be made for, such as ``2-5``."""
    low, high = spec.table_sizes[0], spec.table_sizes[-1]
    if spec.table_sizes == tuple(range(low, high + 1)):
        return str(low) if low == high else f"{low}-{high}"
    return ", ".join(map(str, spec.table_sizes))


def _kind(spec: GameSpec) -> str:
    return f"{spec.information.value}, {spec.dynamics.value}"


def _card(console: Console, name: str) -> None:
    from arena import registry
    from arena.capabilities import capabilities
    from arena.cli._console import rows
    from arena.spelling import spell

    game = registry.make_game(name)
    spec = game.spec
    low, high = spec.returns
    console.print(f"{spec.title} ({spell(game)})", style="bold")
    console.print(f"{spec.summary}\n")
    facts = [
        ("version", f"{spec.version}, from {registry.entry('game', spec.name).distribution}"),
        ("players", f"{spec.players} here; can be played by {sizes(spec)}"),
        ("roles", ", ".join(dict.fromkeys(spec.roles))),
        ("information", f"{_kind(spec)}, {'with' if spec.chance else 'without'} chance"),
        ("returns", f"{low:g} to {high:g}, {spec.utility.value}"),
        ("horizon", f"at most {spec.horizon:,} steps"),
        ("capabilities", ", ".join(capabilities(game)) or "none beyond the contract"),
        ("agents", ", ".join(registry.fitting_agents(game)) or "none registered"),
    ]
    console.print(rows(facts))
    _parameters(console, game)
    _presets(console, game)
    _metrics(console, spec)
    _spaces(console, spec)


def _parameters(console: Console, game: Game[Any, Any, Any]) -> None:
    from arena.cli._console import table
    from arena.spelling import spell_value

    made = table("parameter", "value here", "type")
    for field in dataclasses.fields(game):
        if field.init:
            made.add_row(field.name, spell_value(getattr(game, field.name)), str(field.type))
    if made.row_count:
        console.print()
        console.print(made)


def presets(game: Game[Any, Any, Any]) -> Iterator[tuple[str, str]]:
    """Each preset of the game's rules and what it is; nothing where it has none.

    A game has presets by having an attribute `presets`, a mapping from name to a sentence or to the rules themselves.
    """
    found = getattr(game, "presets", None)
    if isinstance(found, Mapping):
        for name, value in found.items():
            yield str(name), value if isinstance(value, str) else ""


def _presets(console: Console, game: Game[Any, Any, Any]) -> None:
    from arena.cli._console import table

    made = table("preset (--rules)", "what it is")
    for name, what in presets(game):
        made.add_row(name, what)
    if made.row_count:
        console.print()
        console.print(made)


def _metrics(console: Console, spec: GameSpec) -> None:
    from arena.cli._console import table

    made = table("metric (--by)", "title", "unit", "better")
    for metric in spec.metrics:
        mark = " (ranks)" if metric.primary else ""
        made.add_row(metric.name + mark, metric.title or metric.name, metric.unit, metric.direction.value)
    console.print()
    console.print(made)


def _spaces(console: Console, spec: GameSpec) -> None:
    from arena.cli._console import table

    made = table("role", "actions", "observations")
    for role, spaces in spec.spaces.items():
        made.add_row(role, _space(spaces.actions), _space(spaces.observations))
    if made.row_count:
        console.print()
        console.print(made)


def _space(space: Space[Any] | None) -> str:
    """A space in short: the parts of a `Dict` by name and shape, anything else as it says itself."""
    from gymnasium import spaces

    if isinstance(space, spaces.Dict):
        return ", ".join(f"{name}[{'x'.join(map(str, part.shape or ()))}]" for name, part in space.items())
    return "-" if space is None else str(space)
