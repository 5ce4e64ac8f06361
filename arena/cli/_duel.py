"""What commands for two agents share: who meets whom, and under which conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli import _complete, _options
from arena.errors import BadPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arena.contest import Plan
    from arena.game import Game

__all__ = ["FirstArgument", "GameOption", "PlayersOption", "SecondArgument", "duel"]

FirstArgument = Annotated[
    str,
    typer.Argument(
        metavar="A",
        help="The agent that is asked about: a name, or a spelling such as ismcts:simulations=200.",
        show_default=False,
        autocompletion=_complete.any_agent,
    ),
]
SecondArgument = Annotated[
    str,
    typer.Argument(
        metavar="B",
        help="The agent it is compared with.",
        show_default=False,
        autocompletion=_complete.any_agent,
    ),
]
GameOption = Annotated[
    str,
    typer.Option(
        "--game",
        "-g",
        metavar="GAME",
        help="What they play, such as dhumbal:rules=np10.",
        rich_help_panel="Who plays what",
        autocompletion=_complete.any_game,
    ),
]
PlayersOption = Annotated[
    int | None,
    typer.Option(
        "--players",
        "-p",
        metavar="N",
        help="Players at the table; 2 where the game allows it and says nothing else.",
        rich_help_panel="Who plays what",
    ),
]


def duel(
    first: str,
    second: str,
    game: str,
    *,
    blocks: int,
    players: int | None = None,
    rules: str | None = None,
    seed: int | None = None,
    by: str | None = None,
    conditions: Mapping[str, Any] | None = None,
) -> Plan:
    """The plan by which two agents meet.

    Raises:
        BadInput: if a word is unknown, the two are the same, or the plan cannot be played.
        NotCapable: if an agent does not play the game.
    """
    from arena import registry
    from arena.contest import Stop
    from arena.spelling import spell
    from tournaments.plan import make_plan

    agents = [spell(registry.make_agent(name)) for name in (first, second)]
    if agents[0] == agents[1]:
        raise BadPlan(f"expected two different agents, got {agents[0]!r} twice")
    return make_plan(
        spell(_game(game, players, rules)),
        agents,
        seed=seed,
        stop=Stop(blocks=blocks),
        by=by,
        conditions=_options.changed_conditions(None, conditions or {}),
    )


def _game(spelled: str, players: int | None, rules: str | None) -> Game[Any, Any, Any]:
    """The game, for two where that is possible and nobody says otherwise."""
    from arena.spelling import parse

    game = _options.chosen_game(spelled, players, rules)
    free = players is None and "players" not in parse(spelled).parameters
    return game.with_players(2) if free and 2 in game.spec.table_sizes else game
