"""The options of `arena tune`, by section of its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arena.cli import _complete

__all__ = [
    "AgainstOption",
    "AgentArgument",
    "BookOption",
    "CheckAgainstOption",
    "CheckBlocksOption",
    "DealsOption",
    "GameOption",
    "GenerationsOption",
    "PopulationOption",
]

_WHO = "Who plays what"
AgentArgument = Annotated[
    str,
    typer.Argument(
        metavar="AGENT",
        help="An agent with parameters that may be tuned, such as tuned.",
        show_default=False,
        autocompletion=_complete.agents_list,
    ),
]
GameOption = Annotated[
    str,
    typer.Option(
        "--game",
        "-g",
        metavar="GAME",
        help="The game to tune for, such as dhumbal:players=4,rules=np10.",
        rich_help_panel=_WHO,
        autocompletion=_complete.any_game,
    ),
]
AgainstOption = Annotated[
    str,
    typer.Option(
        "--against",
        metavar="LIST",
        help="Agents, by commas; each fills all other seats in turn.",
        rich_help_panel=_WHO,
        autocompletion=_complete.agents_list,
    ),
]
CheckAgainstOption = Annotated[
    str | None,
    typer.Option(
        "--check-against",
        metavar="LIST",
        help="Agents to measure the result against on fresh deals; those of --against where absent.",
        rich_help_panel=_WHO,
    ),
]

_SEARCH = "Search"
GenerationsOption = Annotated[
    int, typer.Option(metavar="N", help="Generations of the search.", rich_help_panel=_SEARCH)
]
PopulationOption = Annotated[
    int, typer.Option(metavar="N", help="Candidates a generation.", rich_help_panel=_SEARCH)
]
DealsOption = Annotated[
    int,
    typer.Option(metavar="N", help="Deals a candidate plays, each from every seat.", rich_help_panel=_SEARCH),
]
CheckBlocksOption = Annotated[
    int,
    typer.Option(metavar="N", help="Fresh deals that the result is measured on.", rich_help_panel=_SEARCH),
]
BookOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The JSON book that keeps the result; it is added to."),
]
