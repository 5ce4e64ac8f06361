"""The options of `arena train` and `arena evaluate`, by section of their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arena.cli import _complete

__all__ = [
    "AgainstOption",
    "BlocksOption",
    "CardOption",
    "CheckpointEveryOption",
    "EvaluateAgainstOption",
    "EvaluateBlocksOption",
    "EvaluateEveryOption",
    "GamesOption",
    "JsonOption",
    "KeepOption",
    "LearnerArgument",
    "MaybeGameArgument",
    "NoBoardOption",
    "OpponentsOption",
    "OutOption",
    "PatienceOption",
    "PlayersListOption",
    "QuietOption",
    "ResumeOption",
    "RulesListOption",
    "StepsOption",
    "SubjectArgument",
    "ThreadsOption",
]

MaybeGameArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="GAME",
        help="A game, such as dhumbal or dhumbal:players=2,rules=np10; needless with --resume.",
        show_default=False,
        autocompletion=_complete.any_game,
    ),
]
LearnerArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="LEARNER",
        help="A learner, such as ppo or 'ppo:entropy=0.02,hidden=(256,256)'; needless with --resume.",
        show_default=False,
        autocompletion=_complete.any_learner,
    ),
]
SubjectArgument = Annotated[
    str,
    typer.Argument(
        metavar="AGENT",
        help="An agent, a file of a trained one such as best.onnx, or the folder of a training, whose best is meant.",
        show_default=False,
        autocompletion=_complete.any_agent,
    ),
]

_WHO = "Who plays what"
GamesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--game",
        "-g",
        metavar="GAME",
        help="A game, such as dhumbal:rules=np10; may be given several times.",
        autocompletion=_complete.any_game,
        rich_help_panel=_WHO,
    ),
]
RulesListOption = Annotated[
    str | None,
    typer.Option(
        "--rules", "-r", metavar="LIST", help="Presets of the game's rules, by commas.", rich_help_panel=_WHO
    ),
]
PlayersListOption = Annotated[
    str | None,
    typer.Option(
        "--players",
        "-p",
        metavar="LIST",
        help="Players at the table, by commas: every preset is played with every number.",
        rich_help_panel=_WHO,
    ),
]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="LIST",
        help="Agents to learn against, by commas; the learner's own choice where absent.",
        autocompletion=_complete.agents_list,
        rich_help_panel=_WHO,
    ),
]
OpponentsOption = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="LIST",
        help="Agents, by commas; each fills all other seats in turn [random,aggressive,greedy,tuned, those that play "
        "the game].",
        autocompletion=_complete.agents_list,
        rich_help_panel=_WHO,
    ),
]

_COURSE = "Course"
StepsOption = Annotated[
    str | None,
    typer.Option(
        "--steps",
        "-n",
        metavar="N",
        help="Decisions of the learner, such as 200k or 20M [1M].",
        rich_help_panel=_COURSE,
    ),
]
PatienceOption = Annotated[
    int | None,
    typer.Option(
        "--patience",
        metavar="N",
        help="End after N evaluations without a better mean over the opponents.",
        rich_help_panel=_COURSE,
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads", metavar="N", help="Threads of the learner's arithmetic [1].", rich_help_panel=_COURSE
    ),
]

_MEASURED = "Checkpoints and evaluations"
CheckpointEveryOption = Annotated[
    str | None,
    typer.Option(
        "--checkpoint-every",
        metavar="N",
        help="Decisions between two checkpoints [a fiftieth of --steps].",
        rich_help_panel=_MEASURED,
    ),
]
EvaluateEveryOption = Annotated[
    str | None,
    typer.Option(
        "--evaluate-every",
        metavar="N",
        help="Decisions between two evaluations [a twentieth of --steps].",
        rich_help_panel=_MEASURED,
    ),
]
EvaluateAgainstOption = Annotated[
    str | None,
    typer.Option(
        "--evaluate-against",
        metavar="LIST",
        help="Agents to be measured against, by commas [random,aggressive,greedy, those that play the game].",
        autocompletion=_complete.agents_list,
        rich_help_panel=_MEASURED,
    ),
]
EvaluateBlocksOption = Annotated[
    int | None,
    typer.Option(
        "--evaluate-blocks",
        metavar="N",
        help="Deals of an evaluation against each, played from every seat [1000].",
        rich_help_panel=_MEASURED,
    ),
]
KeepOption = Annotated[
    int | None,
    typer.Option(
        "--keep",
        metavar="N",
        help="Checkpoints that are kept beside the best one [3].",
        rich_help_panel=_MEASURED,
    ),
]

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="DIR",
        help="The training's folder; a new one among the user's data where absent.",
    ),
]
ResumeOption = Annotated[
    bool,
    typer.Option("--resume", help="Go on with the training in --out; what is not given is as it was."),
]
NoBoardOption = Annotated[bool, typer.Option("--no-tensorboard", help="Write no event files of TensorBoard.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress while it runs.")]

BlocksOption = Annotated[
    int,
    typer.Option(
        "--blocks",
        "-b",
        metavar="N",
        help="Deals against each opponent in each game, played from every seat.",
        rich_help_panel=_MEASURED,
    ),
]
CardOption = Annotated[bool, typer.Option("--write-card", help="Keep the table in the card of the file.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on standard output, and nothing else there.")
]
