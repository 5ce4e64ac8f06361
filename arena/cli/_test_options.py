"""The options of `arena sprt` and `arena power`, by section of their help."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from arena.cli import _complete

__all__ = [
    "DifferenceOption",
    "ErrorOption",
    "FromOption",
    "HighDifferenceOption",
    "HighEloOption",
    "HighNeloOption",
    "LevelOption",
    "LowDifferenceOption",
    "LowEloOption",
    "LowNeloOption",
    "MaybeFirstArgument",
    "MaybeSecondArgument",
    "MissOption",
    "MostBlocksOption",
    "PilotOption",
    "PlanJsonOption",
    "PowerOption",
    "ResultJsonOption",
]

_ASKED = "Hypotheses and errors"


def _bound(option: str, text: str) -> Any:
    return typer.Option(option, metavar="X", help=text, rich_help_panel=_ASKED)


def _json(what: str) -> Any:
    text = f"Print the {what} as one JSON document, and nothing else, to standard output."
    return typer.Option("--json", help=text, rich_help_panel="Ranking and output")


LowEloOption = Annotated[float | None, _bound("--elo0", "Elo under the null hypothesis; 0 where absent.")]
HighEloOption = Annotated[float | None, _bound("--elo1", "Elo under the alternative; 5 where absent.")]
LowNeloOption = Annotated[
    float | None, _bound("--nelo0", "The same in normalized Elo, instead; 0 where absent.")
]
HighNeloOption = Annotated[float | None, _bound("--nelo1", "The same in normalized Elo; 5 where absent.")]
LowDifferenceOption = Annotated[
    float | None, _bound("--diff0", "The same as a difference of mean scores, instead; 0 where absent.")
]
HighDifferenceOption = Annotated[
    float | None, _bound("--diff1", "The same as a difference of mean scores, in the metric's unit.")
]
ErrorOption = Annotated[
    float,
    typer.Option(metavar="P", help="Risk of the alternative where the null is true.", rich_help_panel=_ASKED),
]
MissOption = Annotated[
    float,
    typer.Option(metavar="P", help="Risk of the null where the alternative is true.", rich_help_panel=_ASKED),
]
MostBlocksOption = Annotated[
    int,
    typer.Option(
        metavar="N", help="Deal blocks after which an open test is given up.", rich_help_panel="How long"
    ),
]
ResultJsonOption = Annotated[bool, _json("result")]

_WHAT = "What is to be found"
_MEASURED = "Where the spread comes from"
MaybeFirstArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="A",
        help="An agent; with --from, one of the tournament's, and needless where it has two.",
        show_default=False,
        autocompletion=_complete.any_agent,
    ),
]
MaybeSecondArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="B",
        help="The agent it is compared with.",
        show_default=False,
        autocompletion=_complete.any_agent,
    ),
]
DifferenceOption = Annotated[
    str | None,
    typer.Option(
        metavar="LIST",
        help="Differences of mean scores to plan for, by commas, in the unit of the metric; some round ones, and the "
        "one seen, where absent.",
        rich_help_panel=_WHAT,
    ),
]
PowerOption = Annotated[
    float,
    typer.Option(
        "--power", metavar="P", help="Probability of finding the difference.", rich_help_panel=_WHAT
    ),
]
LevelOption = Annotated[
    float, typer.Option(metavar="P", help="Level of the two-sided test.", rich_help_panel=_WHAT)
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="ID",
        help="A stored tournament: its number, or 'last'; a pilot is played where absent.",
        rich_help_panel=_MEASURED,
    ),
]
PilotOption = Annotated[
    int,
    typer.Option("--blocks", "-b", metavar="N", help="Deal blocks of the pilot.", rich_help_panel=_MEASURED),
]
PlanJsonOption = Annotated[bool, _json("plan")]
