"""Arguments and options that several commands share, and how their words are read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from arena.cli import _complete
from arena.errors import BadParameter, UnknownName

if TYPE_CHECKING:
    from arena.conditions import Conditions
    from arena.contest import Executor
    from arena.game import Game
    from tournaments.store import Store, TournamentRow

Word = TypeVar("Word", bound=StrEnum)

__all__ = [
    "AccessOption",
    "EntrantsOption",
    "GameArgument",
    "PlayersOption",
    "RulesOption",
    "SeatsOption",
    "SecondsOption",
    "SeedOption",
    "ServerOption",
    "SimulationsOption",
    "StoreOption",
    "TournamentArgument",
    "ViewOption",
    "changed_conditions",
    "chosen_game",
    "duration",
    "executor",
    "given_conditions",
    "stored",
    "viewpoint",
]

GameArgument = Annotated[
    str,
    typer.Argument(
        metavar="GAME",
        help="A game, such as dhumbal or dhumbal:players=2,rules=np10.",
        show_default=False,
        autocompletion=_complete.any_game,
    ),
]
EntrantsOption = Annotated[
    str | None,
    typer.Option(
        "--agents",
        "-a",
        metavar="LIST",
        help="Agents, by commas: names, spellings such as ismcts:simulations=200, 'all' (the default), a family such "
        "as @search; -name leaves one out.",
        autocompletion=_complete.agents_list,
        rich_help_panel="Who plays what",
    ),
]
SeatsOption = Annotated[
    str | None,
    typer.Option(
        "--agents",
        "-a",
        metavar="LIST",
        help="One agent for each seat, by commas: names, or spellings such as ismcts:simulations=200; 'human' is you.",
        autocompletion=_complete.agents_list,
        rich_help_panel="Who plays what",
    ),
]
PlayersOption = Annotated[
    int | None,
    typer.Option(
        "--players", "-p", metavar="N", help="Players at the table.", rich_help_panel="Who plays what"
    ),
]
RulesOption = Annotated[
    str | None,
    typer.Option(
        "--rules",
        "-r",
        metavar="PRESET",
        help="A preset of the game's rules.",
        rich_help_panel="Who plays what",
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        help="The root of all chance; drawn, and printed, where absent.",
        rich_help_panel="Who plays what",
    ),
]
ViewOption = Annotated[
    str | None,
    typer.Option(
        "--show",
        metavar="VIEW",
        help="Show the table after every move: 'public', 'open' (all hands), or as a player sees it, by number from 0.",
    ),
]
AccessOption = Annotated[
    str | None,
    typer.Option(
        "--access",
        metavar="WHAT",
        help="What agents may look at: 'view', 'rules' (they may search; the default) or 'state'.",
        rich_help_panel="Conditions",
    ),
]
SimulationsOption = Annotated[
    int | None,
    typer.Option(
        "--simulations",
        metavar="N",
        help="Simulations that a decision may cost.",
        rich_help_panel="Conditions",
    ),
]
SecondsOption = Annotated[
    float | None,
    typer.Option(
        "--seconds",
        metavar="S",
        help="Seconds that a decision may cost; results are then not exactly reproducible.",
        rich_help_panel="Conditions",
    ),
]
StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="FILE",
        help="The store of tournaments; one in the user's data folder where absent.",
    ),
]
TournamentArgument = Annotated[
    str,
    typer.Argument(
        metavar="TOURNAMENT", help="A tournament's number, the beginning of its digest, or 'last'."
    ),
]
ServerOption = Annotated[
    str | None,
    typer.Option(
        "--server",
        metavar="URL",
        help="Ask this server, such as https://arena.example, and not the store; ARENA_SERVER where both are absent.",
    ),
]

_DURATION: Final = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


def duration(text: str) -> float:
    """The seconds that words such as ``90s``, ``2m``, ``1h30m`` or ``45`` mean.

    Raises:
        BadParameter: if they mean none, or nothing above zero.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    parts = [float(part or 0) for part in found.groups()] if found else []
    seconds = sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=True)) if parts else 0.0
    if seconds <= 0:
        raise BadParameter(f"expected a time such as 90s, 2m or 1h30m, got {text!r}")
    return seconds


def chosen_game(spelled: str, players: int | None = None, rules: str | None = None) -> Game[Any, Any, Any]:
    """The game that a spelling and the options ``--players`` and ``--rules`` stand for; an option wins.

    Raises:
        BadInput: if there is none of that name, or it cannot be made so.
    """
    from arena import registry
    from arena.spelling import Spelling, parse

    spelling = parse(spelled)
    asked = dict(spelling.parameters)
    if rules is not None:
        asked["rules"] = rules
    if players is not None and "players" in asked:
        asked["players"] = players
    game = registry.make_game(Spelling(spelling.name, asked))
    return game if players is None else game.with_players(players)


def given_conditions(
    *,
    access: str | None = None,
    faults: str | None = None,
    patience: str | None = None,
    **numbers: float | None,
) -> dict[str, Any]:
    """The conditions that options name, by field of `Conditions` and `Budget`; what is None is left out.

    Args:
        access: ``view``, ``rules`` or ``state``.
        faults: ``stand-in`` or ``void``.
        patience: a time such as ``90s``, or ``none``.
        **numbers: every other field, as it is.

    Raises:
        BadInput: if a word does not do.
    """
    from arena.conditions import Access, FaultPolicy

    given: dict[str, Any] = {name: value for name, value in numbers.items() if value is not None}
    if access is not None:
        given["access"] = _word("access", access, Access)
    if faults is not None:
        given["faults"] = _word("fault policy", faults, FaultPolicy)
    if patience is not None:
        given["patience_s"] = None if patience == "none" else duration(patience)
    return given


def changed_conditions(base: Conditions | None, given: Mapping[str, Any]) -> Conditions:
    """`base`, or the default conditions, with what `given_conditions` found.

    Raises:
        BadParameter: if a number is out of range.
    """
    from arena.conditions import Conditions

    conditions = base or Conditions()
    budget = {name: given[name] for name in ("simulations", "seconds") if name in given}
    others = {name: value for name, value in given.items() if name not in budget}
    changed = dataclasses.replace(
        conditions, budget=dataclasses.replace(conditions.budget, **budget), **others
    )
    changed.check()
    return changed


def stored(store: Store, name: str) -> TournamentRow:
    """The tournament of a store that its number, the beginning of its digest, or ``last`` names.

    Raises:
        BadInput: if there is none.
    """
    if name != "last":
        return store.tournament(name)
    rows = store.tournaments()
    if not rows:
        raise BadParameter(f"expected a tournament, got 'last', but {store.path} holds none")
    return rows[-1]


def _word(kind: str, text: str, words: type[Word]) -> Word:
    """The member of an enumeration that `text` names."""
    try:
        return words(text)
    except ValueError as error:
        raise UnknownName(kind, text, [str(word.value) for word in words]) from error


def viewpoint(text: str, players: int) -> Any:
    """The viewpoint that ``public``, ``open`` or a player's number means.

    Raises:
        BadParameter: if it is none.
    """
    if text in ("public", "open"):
        return text
    if text.isdecimal() and int(text) < players:
        return int(text)
    raise BadParameter(f"expected a view 'public', 'open' or a player from 0 to {players - 1}, got {text!r}")


def executor(workers: int | None) -> Executor:
    """Worker processes; one for each core where `workers` is None."""
    from arena import registry
    from arena.spelling import Spelling

    made: Executor = registry.make(
        "executor", Spelling("processes", {} if workers is None else {"workers": workers})
    )
    return made
