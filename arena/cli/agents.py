"""`arena agents`: the agents there are, and the card of each."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from arena.cli import _complete
from arena.cli._help import Command

if TYPE_CHECKING:
    from rich.console import Console

    from arena.agent import Agent, AgentSpec

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=Command)
def agents(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="One agent, whose whole card is shown.",
            autocompletion=_complete.any_agent,
        ),
    ] = None,
    game: Annotated[
        str | None,
        typer.Option(
            "--game",
            "-g",
            metavar="GAME",
            help="Only the agents that play this game.",
            autocompletion=_complete.any_game,
        ),
    ] = None,
) -> None:
    """List the agents, or show one agent's card; the name of a game lists its agents.

    A plug-in that fails to load is listed with its error.
    """
    from arena import registry
    from arena.cli._console import out
    from arena.spelling import parse

    if name is not None and game is None:
        called = parse(name).name
        if called in registry.entries("game") and called not in registry.entries("agent"):
            name, game = None, name
    if name is None:
        _list(out(), game)
    else:
        _card(out(), name)


def _list(console: Console, game: str | None) -> None:
    from rich.padding import Padding

    from arena import registry
    from arena.cli._options import chosen_game
    from arena.errors import ArenaError
    from arena.play import misfit

    rules = chosen_game(game) if game else None
    fitting, broken, wanting = {}, [], {}
    for name in registry.entries("agent"):
        try:
            if needed := registry.required("agent", name):
                wanting[name] = needed
                continue
            agent = registry.make_agent(name)
            if rules is None or misfit(agent, rules) is None:
                fitting[name] = agent
        except ArenaError as error:
            broken.append((name, str(error)))
    width = max(map(len, fitting), default=0)
    for name, agent in registry.by_family(fitting).items():
        spec = agent.spec
        console.print(f"{name:<{width}}  ", style="bold", end="")
        console.print(f"{spec.family.value:<9}  {spec.access.value:<5}  {_plays(spec)}", soft_wrap=True)
        console.print(Padding(_parameters(agent), (0, 0, 0, width + 2)), style="dim")
    for name, needed in wanting.items():
        example = ",".join(f"{parameter}=..." for parameter in needed)
        console.print(f"{name:<{width}}  ", style="bold", end="")
        console.print(f"made by its parameters: {name}:{example}", soft_wrap=True)
    for name, problem in broken:
        console.print(f"\nbroken: {name}: {problem}", style="red")
    console.print("\nOne agent's card: arena agents NAME", style="dim")


def _plays(spec: AgentSpec) -> str:
    plays = "any game" if spec.games is None else ", ".join(spec.games)
    return f"{plays} that is {' and '.join(spec.needs)}" if spec.needs else plays


def _parameters(agent: Agent) -> str:
    from arena.spelling import spell_value

    given = agent.parameters().items()
    return ", ".join(f"{name}={spell_value(value)}" for name, value in given) or "no parameters"


def _card(console: Console, name: str) -> None:
    from arena import registry
    from arena.cli._console import rows, table
    from arena.play import misfit
    from arena.spelling import spell, spell_value

    agent = registry.make_agent(name)
    spec = agent.spec
    console.print(spell(agent), style="bold")
    console.print(f"{spec.summary}\n")
    played = [
        found
        for found, registered in registry.entries("game").items()
        if registered.problem() is None and misfit(agent, registry.make_game(found)) is None
    ]
    facts = [
        ("version", f"{spec.version}, from {registry.entry('agent', spec.name).distribution}"),
        ("family", f"{spec.family.value} (@{spec.family.value} in a list of agents)"),
        ("games", ", ".join(played) or "none registered"),
        ("roles", "all" if spec.roles is None else ", ".join(spec.roles)),
        ("needs", " and ".join(spec.needs) or "nothing of the game"),
        ("access", spec.access.value),
        ("same play again", "yes" if spec.deterministic else "no"),
        ("digest", agent.digest()),
    ]
    console.print(rows(facts))
    made = table("parameter", "value here", "type")
    for field in dataclasses.fields(agent):
        if field.init:
            made.add_row(field.name, spell_value(getattr(agent, field.name)), str(field.type))
    if made.row_count:
        console.print()
        console.print(made)
    _networks(console, agent, played)


def _networks(console: Console, agent: Agent, games: list[str]) -> None:
    """The model cards of an agent that plays by networks."""
    from rich.markdown import Markdown

    from agents.deep.agent import NetworkAgent
    from agents.deep.card import markdown
    from arena import registry

    if not isinstance(agent, NetworkAgent):
        return
    for game in games:
        console.print()
        console.print(
            Markdown(markdown(agent.network(registry.make_game(game)).model, f"Its network for {game}"))
        )
