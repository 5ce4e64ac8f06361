"""`arena play`: one match, move by move, with people at the table or without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli import _options
from arena.cli._help import Command

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.cli._story import Story
    from arena.conditions import Conditions
    from arena.game import Game
    from arena.record import Record

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena play dhumbal --agents human,tuned\n"
    "  arena play dhumbal --agents greedy,tuned,random --rules np10 --show open",
)
def play(
    game: _options.GameArgument,
    *,
    agents: _options.SeatsOption = None,
    players: _options.PlayersOption = None,
    rules: _options.RulesOption = None,
    seed: _options.SeedOption = None,
    show: _options.ViewOption = None,
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FILE", help="Write the match to a file; arena replay reads it."),
    ] = None,
    access: _options.AccessOption = None,
    simulations: _options.SimulationsOption = None,
    seconds: _options.SecondsOption = None,
) -> None:
    """Play one match and print it move by move.

    The table is as large as the list of agents; a single name takes every seat.
    """
    from arena import streams
    from arena.cli._console import aside, out
    from arena.cli._story import Story
    from arena.play import check_table
    from arena.spelling import spell

    rules_played, table = _table(game, agents, players, rules)
    given = _options.given_conditions(access=access, simulations=simulations, seconds=seconds)
    if _people(table):
        given["patience_s"] = None  # nobody hurries a person
    conditions = _options.changed_conditions(None, given)
    check_table(rules_played, table, conditions)
    _check_writable(record)
    dealt = streams.fresh_seed() if seed is None else seed
    streams.root_key(dealt)
    viewpoint = _viewpoint(show, rules_played, table)
    names = [spell(agent) for agent in table]
    story = Story(out(), rules_played, names, viewpoint, scenes=show is not None)
    played = _tell(rules_played, table, dealt, conditions, story)
    if record is not None:
        _write(record, played)
        aside().print(
            f"\nwritten to {record}; see it again: arena replay {record}", style="dim", soft_wrap=True
        )


def _table(
    spelled: str, agents: str | None, players: int | None, rules: str | None
) -> tuple[Game[Any, Any, Any], list[Agent]]:
    """The game and who sits where; the table is as large as the list of agents unless somebody says."""
    from arena import registry
    from arena.errors import BadParameter
    from arena.spelling import parse, split

    pieces = split(agents or "")
    if not pieces:
        raise BadParameter("expected --agents, one for each seat, such as human,random")
    if players is None and len(pieces) > 1 and "players" not in parse(spelled).parameters:
        players = len(pieces)
    game = _options.chosen_game(spelled, players, rules)
    table = [registry.make_agent(piece) for piece in pieces]
    return game, table * game.spec.players if len(table) == 1 else table


def _viewpoint(show: str | None, game: Game[Any, Any, Any], table: Sequence[Agent]) -> Any:
    """What is shown: as asked; else what the one person at the table may see; else what everybody sees."""
    if show is not None:
        return _options.viewpoint(show, game.spec.players)
    people = _people(table)
    return people[0] if len(people) == 1 else "public"


def _people(table: Sequence[Agent]) -> list[int]:
    """The players who are asked at this terminal."""
    from arena.agent import Family

    return [player for player, agent in enumerate(table) if agent.spec.family is Family.HUMAN]


def _tell(
    game: Game[Any, Any, Any], table: Sequence[Agent], seed: int, conditions: Conditions, story: Story
) -> Record:
    """Play the match and tell it as it goes."""
    from arena.cli._story import Retelling
    from arena.table import Table

    told, faults = Retelling(game, seed), 0
    try:
        with Table(game, table, seed, conditions) as seated:
            referee = seated.referee
            story.head(seed)
            if not _people(table):
                story.scene(told)
            while turns := referee.pending():
                for player, turn in turns.items():
                    seated.ask(player, turn)
                for fault in referee.faults[faults:]:
                    story.fault(fault)
                faults = len(referee.faults)
                for ply, actions in told.follow(referee.actions):
                    story.step(ply, actions)
                    if story.scenes and told.ply < referee.ply:
                        story.scene(told)
                if story.scenes and referee.waiting:
                    story.scene(told)
            record = seated.record()
        story.scene(told, over=True)
        story.end(record.outcome, record.scores)
        return record
    finally:
        told.close()


def _check_writable(file: Path | None) -> None:
    """Refuse before the match what could not be written after it."""
    from arena.errors import BadParameter

    if file is not None and (file.is_dir() or not file.absolute().parent.is_dir()):
        raise BadParameter(f"expected --record to name a file in a folder that exists, got {str(file)!r}")


def _write(file: Path, record: Record) -> None:
    from arena.record import write_records

    file.write_bytes(write_records([record]))
