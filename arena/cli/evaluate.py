"""`arena evaluate`: how strong an agent is, on deals that nobody has learned or chosen by."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.cli import _options
from arena.cli import _train_options as its
from arena.cli._help import Command
from arena.errors import BadInput, BadParameter

if TYPE_CHECKING:
    from agents.training.evaluation import Result
    from arena.agent import Agent
    from arena.game import Game

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_OPPONENTS: Final = ("random", "aggressive", "greedy", "tuned")
_GAME: Final = "dhumbal"


@dataclasses.dataclass(frozen=True)
class _Subject:
    """What is measured."""

    agent: Agent
    name: str
    """What people call it: its spelling, or its file."""
    file: Path | None
    """Its file, where it has one."""
    games: tuple[str, ...]
    """The games it was made for; the default one where nobody says."""


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena evaluate runs/x --players 2,3,4,5 --rules np5,np10\n"
    "  arena evaluate runs/x/best.onnx --against greedy --blocks 2000 --json\n"
    "  arena evaluate tuned --game dhumbal:players=4 --against aggressive",
)
def evaluate(
    agent: its.SubjectArgument,
    *,
    games: its.GamesOption = None,
    rules: its.RulesListOption = None,
    players: its.PlayersListOption = None,
    against: its.OpponentsOption = None,
    seed: _options.SeedOption = None,
    blocks: its.BlocksOption = 10_000,
    write_card: its.CardOption = False,
    as_json: its.JsonOption = False,
    quiet: its.QuietOption = False,
) -> None:
    """Measure how strong an agent is.

    Against each opponent on all other seats, every deal from every seat, with 95 % intervals over deals. The deals are
    held out: no training learns from them or chooses its best checkpoint by them.
    """
    from arena import registry, streams
    from arena.cli._train_words import fitting, games_of

    if blocks < 2:
        raise BadParameter(f"expected blocks >= 2, got {blocks!r}")
    subject = _subject(agent)
    if write_card and (subject.file is None or subject.file.suffix != ".onnx"):
        raise BadInput(f"--write-card needs a file with a network, got {agent!r}")
    variants = games_of(games or subject.games, rules, players)
    _check(subject, variants)
    names = fitting(_OPPONENTS, variants)
    opponents = (
        registry.make_agents(against, variants[0]) if against else list(map(registry.make_agent, names))
    )
    root = streams.fresh_seed() if seed is None else seed
    results = _measured(subject.agent, variants, opponents, blocks, root, quiet=quiet or as_json)
    micros = [_micros(subject.agent, game, opponents[0]) for game in variants]
    document = _document(subject, results, dict(zip(map(str, _spelled(variants)), micros, strict=True)), root)
    if write_card and subject.file is not None:
        from arena.cli._train_card import keep_card

        keep_card(subject.file, results, root)
    if as_json:
        _print_json(document)
    else:
        _show(document, results, variants)


def _subject(words: str) -> _Subject:
    """The agent that a spelling, a file or a training's folder stands for.

    Raises:
        BadInput: if it is none of them.
    """
    from agents.training.configuration import parse_run
    from agents.training.folder import RunFolder
    from agents.training.networks import NETWORK, SPELLED, agent_of
    from arena import registry

    path = Path(words).expanduser()
    if path.is_dir():
        file = RunFolder(path).agent_path() if (path / "run.json").exists() else None
        if file is None:
            raise BadInput(f"expected an agent, a file of one or the folder of a training, got {words!r}")
        return _Subject(agent_of(file), str(file), file, parse_run(path / "run.json").configuration.games)
    if path.suffix in (NETWORK, SPELLED):
        return _Subject(agent_of(path), words, path, _games_beside(path))
    return _Subject(registry.make_agent(words), words, None, (_GAME,))


def _games_beside(file: Path) -> tuple[str, ...]:
    """The games of the training in whose folder a file lies; else the game that a network was made for."""
    from agents.training.configuration import parse_run

    for folder in file.absolute().parents[:2]:
        if (folder / "run.json").exists():
            return parse_run(folder / "run.json").configuration.games
    from agents.training.networks import NETWORK

    if file.suffix != NETWORK:
        return (_GAME,)
    from agents.deep.policy_file import read

    return (read(file)[1].game,)


def _check(subject: _Subject, games: Sequence[Game[Any, Any, Any]]) -> None:
    from arena.errors import NotCapable
    from arena.play import misfit

    for game in games:
        reason = misfit(subject.agent, game)
        if reason is not None:
            raise NotCapable(f"{subject.name} cannot play {_spelled([game])[0]}: {reason}")


def _spelled(things: Sequence[Any]) -> list[str]:
    from arena.facts import spelling

    return [spelling(thing) for thing in things]


def _measured(
    agent: Agent,
    games: Sequence[Game[Any, Any, Any]],
    opponents: Sequence[Agent],
    blocks: int,
    seed: int,
    *,
    quiet: bool,
) -> list[Result]:
    from agents.training.evaluation import HELD_OUT, evaluate
    from arena.cli._console import aside

    console = aside()
    total = blocks * len(games) * len(opponents)
    if quiet or not console.is_terminal:
        return evaluate(agent, games, opponents, blocks, seed=seed, purpose=HELD_OUT)
    with console.status("the first deals are on their way") as status:
        return evaluate(
            agent,
            games,
            opponents,
            blocks,
            seed=seed,
            purpose=HELD_OUT,
            watch=lambda done: status.update(f"{done:,} of {total:,} deals"),
        )


def _micros(agent: Agent, game: Game[Any, Any, Any], opponent: Agent) -> float:
    from agents.training.evaluation import decision_micros

    return decision_micros(agent, game, opponent)


def _document(
    subject: _Subject, results: Sequence[Result], micros: dict[str, float], seed: int
) -> dict[str, Any]:
    """The table as plain data."""
    from agents.training.provenance import machine, versions

    return {
        "agent": subject.name,
        "digest": subject.agent.digest(),
        "seed": seed,
        "deals": "held-out",
        "versions": versions(),
        "machine": machine(),
        "decision_micros": {game: round(value, 2) for game, value in micros.items()},
        "results": [
            {
                "game": result.game,
                "opponent": result.opponent,
                "deals": result.deals,
                "score": _number(result.score),
                "metrics": {name: _number(one) for name, one in result.metrics.items()},
            }
            for result in results
        ],
    }


def _number(estimate: Any) -> dict[str, float | None]:
    import math

    found = {"mean": estimate.mean, "half_width": estimate.half_width}
    return {name: None if math.isnan(value) else round(value, 6) for name, value in found.items()}


def _show(document: dict[str, Any], results: Sequence[Result], games: Sequence[Game[Any, Any, Any]]) -> None:
    """The table, a row for each game and opponent."""
    from arena.cli._console import out, table
    from arena.cli._train_screen import percent, signed

    unit = games[0].spec.primary.unit
    console = out()
    made = table("game", "against", unit, "wins %", "µs", right=(unit, "wins %", "µs"))
    before = ""
    for result in results:
        first = result.game != before
        micros = f"{document['decision_micros'][result.game]:.1f}" if first else ""
        made.add_row(
            result.game if first else "", result.opponent, signed(result.score), percent(result.wins), micros
        )
        before = result.game
    console.print(f"{document['agent']}, seed {document['seed']}", soft_wrap=True)
    console.print(made)
    console.print(
        f"95 % intervals over {results[0].deals:,} held-out deals, each from every seat; µs: one decision alone, "
        "at the referee's table",
        style="dim",
    )


def _print_json(document: dict[str, Any]) -> None:
    import json

    typer.echo(json.dumps(document, indent=1, ensure_ascii=False))
