"""The options of `arena tournament`, by section of its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arena.cli import _complete

__all__ = [
    "BlocksOption",
    "ByOption",
    "CorrectionOption",
    "CsvOption",
    "FaultsOption",
    "FixedSeatsOption",
    "FormatOption",
    "JsonOption",
    "MaybeGameArgument",
    "MemoryOption",
    "PatienceOption",
    "PlanOption",
    "QuietOption",
    "ResumeOption",
    "RetriesOption",
    "SeatingsOption",
    "StepLimitOption",
    "TimeOption",
    "UntilOption",
    "WithinOption",
    "WorkersOption",
]

MaybeGameArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="GAME",
        help="A game, such as dhumbal or dhumbal:players=2,rules=np10; a plan file may name it instead.",
        show_default=False,
        autocompletion=_complete.any_game,
    ),
]

_WHO = "Who plays what"
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="NAME",
        help="The schedule: round-robin (the default), championship, or another that is registered.",
        autocompletion=_complete.any_schedule,
        rich_help_panel=_WHO,
    ),
]
PlanOption = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="A plan in TOML, as every report prints it; options beside it win over the file.",
        rich_help_panel=_WHO,
    ),
]
FixedSeatsOption = Annotated[
    bool,
    typer.Option("--fixed-seats", help="Short for --seatings fixed.", rich_help_panel=_WHO),
]
SeatingsOption = Annotated[
    str | None,
    typer.Option(
        "--seatings",
        metavar="HOW",
        help="'rotations' (every deal is played in all rotations of the seats; the default) or 'fixed' (one seating, "
        "as listed).",
        rich_help_panel=_WHO,
    ),
]

_LONG = "How long"
BlocksOption = Annotated[
    int | None,
    typer.Option(
        "--blocks",
        "-b",
        metavar="N",
        help="Deal blocks: one deal, played in every seating; of each round, or of all where the format shares them out.",
        rich_help_panel=_LONG,
    ),
]
TimeOption = Annotated[
    str | None,
    typer.Option(
        "--time",
        "-t",
        metavar="TIME",
        help="Time of play, such as 90s, 2m or 1h30m; 75s where nothing says how long.",
        rich_help_panel=_LONG,
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="WHAT",
        help="'decided': a round ends when every pair of agents is decided or equivalent, at --blocks or --time at the "
        "latest.",
        rich_help_panel=_LONG,
    ),
]
WithinOption = Annotated[
    float | None,
    typer.Option(
        "--within",
        metavar="X",
        help="With --until decided: differences up to X count as none, in the unit of the metric; by default 0.02 of the "
        "wins, or a twentieth of the spread of other scores.",
        rich_help_panel=_LONG,
    ),
]
ResumeOption = Annotated[
    str | None,
    typer.Option(
        "--resume",
        metavar="ID",
        help="Go on with a stored tournament: its number, or 'last'; --blocks, --time and --until set a new end, earlier "
        "runs counted in.",
        rich_help_panel=_LONG,
    ),
]

_UNDER = "Conditions"
FaultsOption = Annotated[
    str | None,
    typer.Option(
        "--faults",
        "--fault-policy",
        metavar="WHAT",
        help="When an agent fails: 'stand-in' plays on for it (the default), or the block is 'void' and played anew.",
        rich_help_panel=_UNDER,
    ),
]
RetriesOption = Annotated[
    int | None,
    typer.Option(
        "--retries",
        metavar="N",
        help="How often an illegal action is handed back before it is a failure; 0 by default.",
        rich_help_panel=_UNDER,
    ),
]
StepLimitOption = Annotated[
    int | None,
    typer.Option(
        "--step-limit", metavar="N", help="Steps after which a match is cut.", rich_help_panel=_UNDER
    ),
]
PatienceOption = Annotated[
    str | None,
    typer.Option(
        "--patience",
        metavar="TIME",
        help="Time a decision may take before it is a failure, 60s by default; 'none' waits for ever.",
        rich_help_panel=_UNDER,
    ),
]
MemoryOption = Annotated[
    int | None,
    typer.Option(
        "--memory-mb",
        metavar="N",
        help="Megabytes a worker may use before the acting agent is ended.",
        rich_help_panel=_UNDER,
    ),
]

_OUT = "Ranking and output"
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="METRIC",
        help="The metric that ranks; arena games NAME lists them.",
        rich_help_panel=_OUT,
    ),
]
CorrectionOption = Annotated[
    str | None,
    typer.Option(
        "--correction",
        metavar="NAME",
        help="How p-values are adjusted for the number of pairs: 'holm' (the default), or 'max-t', which finds more in "
        "round robins of fixed length.",
        rich_help_panel=_OUT,
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print the whole ranking as one JSON document, and nothing else, to standard output.",
        rich_help_panel=_OUT,
    ),
]
CsvOption = Annotated[
    bool,
    typer.Option(
        "--csv",
        help="Print the table of the ranking as CSV, and nothing else, to standard output.",
        rich_help_panel=_OUT,
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress while it runs.", rich_help_panel=_OUT)
]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", "-w", metavar="N", help="Worker processes; one for each core where absent."),
]
