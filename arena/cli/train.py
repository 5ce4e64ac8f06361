"""`arena train`: let a learner learn a game."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arena.cli import _options
from arena.cli import _train_options as its
from arena.cli._help import Command
from arena.errors import BadInput, MissingExtra, NotCapable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.training.board import Board
    from agents.training.configuration import Configuration
    from agents.training.folder import RunFolder, Saved
    from agents.training.loop import Training

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena train dhumbal ppo --steps 20M --rules np5 --players 4 --out runs/x\n"
    "  arena train dhumbal ppo --rules np5,np10 --players 2,3,4,5 --against tuned\n"
    "  arena train --resume --out runs/x --steps 40M",
)
def train(
    game: its.MaybeGameArgument = None,
    learner: its.LearnerArgument = None,
    *,
    more_games: its.GamesOption = None,
    rules: its.RulesListOption = None,
    players: its.PlayersListOption = None,
    against: its.AgainstOption = None,
    seed: _options.SeedOption = None,
    steps: its.StepsOption = None,
    patience: its.PatienceOption = None,
    threads: its.ThreadsOption = None,
    checkpoint_every: its.CheckpointEveryOption = None,
    evaluate_every: its.EvaluateEveryOption = None,
    evaluate_against: its.EvaluateAgainstOption = None,
    evaluate_blocks: its.EvaluateBlocksOption = None,
    keep: its.KeepOption = None,
    out_folder: its.OutOption = None,
    resume: its.ResumeOption = False,
    no_tensorboard: its.NoBoardOption = False,
    quiet: its.QuietOption = False,
) -> None:
    """Let a learner learn a game, or several at once.

    Every checkpoint is an agent. The same seed gives the same learning curve, also when the training is killed and
    resumed: by the same words, or by --resume --out DIR.
    """
    from agents.training.folder import RunFolder

    words = {
        "games": [*([game] if game else []), *(more_games or [])],
        "rules": rules,
        "players": players,
        "learner": learner,
        "against": against,
        "seed": seed,
        "steps": steps,
        "patience": patience,
        "threads": threads,
        "checkpoint_every": checkpoint_every,
        "evaluate_every": evaluate_every,
        "evaluate_against": evaluate_against,
        "evaluate_blocks": evaluate_blocks,
        "keep": keep,
    }
    if resume and out_folder is None:
        raise BadInput("--resume needs --out DIR, the folder of the training")
    configuration, folder = _chosen(words, out_folder, resume=resume)
    _run(configuration, RunFolder(folder), board=not no_tensorboard, quiet=quiet)


def _chosen(
    words: Mapping[str, object], out_folder: Path | None, *, resume: bool
) -> tuple[Configuration, Path]:
    """What is trained, and where."""
    from agents.training.folder import RunFolder
    from arena.cli._train_words import configured, default_folder

    if out_folder is None:
        configuration = configured(words, None)
        folder = default_folder(configuration)
        found = RunFolder(folder).stored()
        return (configuration if found is None else configured(words, found.configuration)), folder
    found = RunFolder(out_folder).stored()
    if resume and found is None:
        raise BadInput(f"expected a training to resume in {str(out_folder)!r}, found none")
    return configured(words, found.configuration if found else None), out_folder


def _run(configuration: Configuration, folder: RunFolder, *, board: bool, quiet: bool) -> None:
    """Train, and say what to do next."""
    from agents.training.configuration import Session
    from agents.training.files import locked
    from agents.training.preparing import prepare
    from agents.training.provenance import commit, machine, use_threads, versions

    training = prepare(configuration, folder)
    use_threads(configuration.threads)
    before = folder.stored()
    folder.path.mkdir(parents=True, exist_ok=True)
    with locked(folder.path):
        try:
            saved, problems = folder.newest()
            session = Session(
                from_steps=saved.checkpoint.steps if saved else 0,
                versions=versions(),
                commit=commit(),
                machine=machine(),
                command=_command(configuration),
            )
            folder.open(configuration, session)
            _say_where(configuration, folder, saved, problems)
            if before is not None:
                _say_versions(before.sessions[-1].versions if before.sessions else {}, session.versions)
            reason = _trained(training, saved, board=board, quiet=quiet)
        except (BadInput, NotCapable, MissingExtra):
            if before is None:
                folder.discard()
            raise
    _next_steps(configuration, folder, reason)


def _trained(training: Training, saved: Saved | None, *, board: bool, quiet: bool) -> str:
    """Why it ended. Whatever breaks it off, the way on is told."""
    from arena.cli._console import aside
    from arena.cli._train_screen import screen_for

    configuration, folder = training.configuration, training.folder
    title = f"{configuration.learner} learns {'; '.join(configuration.games)}, seed {configuration.seed}"
    events = _events(folder, saved) if board else None
    try:
        with screen_for(title, quiet=quiet) as screen:
            return training.run(saved, screen, events)
    except BaseException:
        if folder.steps():
            words = f"arena train --resume --out {shlex.quote(str(folder.path))}"
            aside().print(
                f"kept: the checkpoint after {folder.steps()[-1]:,} decisions; it goes on with {words}",
                soft_wrap=True,
            )
        raise
    finally:
        if events is not None:
            events.close()


def _events(folder: RunFolder, saved: Saved | None) -> Board | None:
    """TensorBoard's events; None, and a word, where it is not installed."""
    from agents.training.board import open_board
    from arena.cli._console import aside

    try:
        return open_board(folder.board, saved.checkpoint.steps if saved else 0)
    except MissingExtra as error:
        aside().print(f"no events for TensorBoard: {error}", style="dim", soft_wrap=True)
        return None


def _say_where(
    configuration: Configuration, folder: RunFolder, saved: Saved | None, problems: list[str]
) -> None:
    from arena.cli._console import aside

    console = aside()
    for problem in problems:
        console.print(f"left out: {problem}", style="yellow", soft_wrap=True)
    went = f", resumed after {saved.checkpoint.steps:,} decisions" if saved else ""
    console.print(f"{folder.path}: seed {configuration.seed}{went}", soft_wrap=True)


def _say_versions(old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """A hint, where other versions go on with a training than began it."""
    from arena.cli._console import aside

    changed = [
        f"{name} {old.get(name, 'absent')}, now {new.get(name, 'absent')}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
    if changed:
        said = f"it ran with {'; '.join(changed)}: the curve may differ from an undisturbed one"
        aside().print(said, style="yellow", soft_wrap=True)


def _command(configuration: Configuration) -> str:
    """The words that start this training anew, in another folder."""
    first, *others = configuration.games
    words = ["arena", "train", first, configuration.learner]
    for game in others:
        words += ["--game", game]
    if configuration.against:
        words += ["--against", ", ".join(configuration.against)]
    for name in ("seed", "steps", "checkpoint_every", "evaluate_every", "evaluate_blocks", "keep", "threads"):
        words += [f"--{name.replace('_', '-')}", str(getattr(configuration, name))]
    words += ["--evaluate-against", ", ".join(configuration.evaluate_against)]
    if configuration.patience is not None:
        words += ["--patience", str(configuration.patience)]
    return shlex.join(words)


def _next_steps(configuration: Configuration, folder: RunFolder, reason: str) -> None:
    """Where the agent is, how good it is, and what to do with it."""
    from agents.training.networks import NETWORK
    from arena.cli._console import aside, out
    from arena.spelling import spell_value

    best, last = folder.agent_file("best"), folder.agent_file("last")
    console = out()
    console.print(f"ended: {reason}", soft_wrap=True)
    for name, path in (("best", best), ("last", last)):
        if path is not None:
            console.print(f"{name}: {path}", soft_wrap=True)
    hints = [f"arena evaluate {shlex.quote(str(folder.path))}"]
    if best is not None:
        network = best.suffix == NETWORK
        agent = (
            f"policy:file={spell_value(str(best))}" if network else best.read_text(encoding="utf-8").strip()
        )
        game = shlex.quote(configuration.games[0])
        hints.append(f"arena tournament {game} --agents {shlex.quote(f'{agent},all')}")
    if folder.board.exists():
        hints.append(f"tensorboard --logdir {shlex.quote(str(folder.board))}")
    for hint in hints:
        aside().print(hint, style="dim", soft_wrap=True)
