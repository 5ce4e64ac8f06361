"""The command `arena`: finds the command that was asked for, runs it, and turns every error into one line and a code.

A command is a module with a Typer `app`, named in `COMMANDS` and loaded when it is called, so that ``arena --help`` and a
mistyped option answer at once.

Exit codes: 0 done; 1 failed; 2 bad input; 130 interrupted (a tournament can be resumed).
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from arena._version import __version__
from arena.cli._help import Group
from arena.errors import (
    ArenaError,
    BadInput,
    NotCapable,
    RecordError,
    StoreError,
    StoreUnwritable,
    UnknownName,
    nearest,
)

__all__ = ["COMMANDS", "DONE", "FAILED", "INTERRUPTED", "MISUSED", "run"]

DONE: Final = 0
"""All went well."""
FAILED: Final = 1
"""Something failed: a disk, a worker, an agent's extra that is absent."""
MISUSED: Final = 2
"""Words, a file or an argument that cannot be used as they are."""
INTERRUPTED: Final = 130
"""Ended from the keyboard; a tournament can be resumed."""

COMMANDS: Final = {
    "Play": {
        "tournament": "arena.cli.tournament",
        "rank": "arena.cli.rank",
        "sprt": "arena.cli.sprt",
        "power": "arena.cli.power",
        "report": "arena.cli.report",
        "play": "arena.cli.play",
        "replay": "arena.cli.replay",
    },
    "Look": {
        "games": "arena.cli.games",
        "agents": "arena.cli.agents",
        "leaderboard": "arena.cli.leaderboard",
        "matches": "arena.cli.matches",
        "serve": "arena.cli.serve",
    },
    "Build": {
        "new": "arena.cli.new",
        "tune": "arena.cli.tune",
        "train": "arena.cli.train",
        "evaluate": "arena.cli.evaluate",
        "exploit": "arena.cli.exploit",
        "study": "arena.cli.study",
    },
    "House": {
        "store": "arena.cli.store",
        "doctor": "arena.cli.doctor",
        "version": "arena.cli.version",
    },
}
"""Every command by section of the help: its name, and the module that holds its Typer `app`."""

_MODULES: Final = {name: module for section in COMMANDS.values() for name, module in section.items()}
_NEEDS_NOTHING: Final = ("doctor", "version")


class _Arena(Group):
    """The top of the command line; a command's module is imported when somebody asks for it."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, in the order of the help."""
        del ctx
        return list(_MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command called `cmd_name`, or None."""
        del ctx
        if cmd_name not in _MODULES:
            return None
        command = typer.main.get_command(import_module(_MODULES[cmd_name]).app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the words ask for, and the words that are left.

        Raises:
            UnknownName: if there is no such command.
        """
        if args[0] not in _MODULES and not args[0].startswith("-"):
            raise UnknownName("command", args[0], _MODULES)
        return super().resolve_command(ctx, args)

    def sections(self) -> dict[str, Sequence[str]]:
        """The commands by section of the help."""
        return {title: tuple(names) for title, names in COMMANDS.items()}


app = typer.Typer(cls=_Arena, rich_markup_mode=None, add_completion=True)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"arena {__version__}")
        raise typer.Exit


@app.callback(
    epilog="\b\nExamples:\n  arena tournament dhumbal --agents all\n  arena play dhumbal --agents human,tuned\n\n"
    "Every option can be set by an environment variable: ARENA_TOURNAMENT_SEED=7 means --seed 7 of 'arena tournament'. "
    "Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted.",
)
def _arena(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Agents of every kind play games of every kind; the arena says who is better, and by how much."""
    del version
    if ctx.invoked_subcommand not in _NEEDS_NOTHING:
        from arena.cli._surroundings import refuse_shadowed

        refuse_shadowed()


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: the words after ``arena``; those of this process where None.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a sign shows another one
            stream.reconfigure(errors="replace")
    try:
        code = _run(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _quiet()
    except OSError as error:
        return _told(error)
    return code


def _run(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    for param in command.params:
        param.allow_from_autoenv = False  # type: ignore[attr-defined]  # ARENA_VERSION belongs to others
    try:
        answer = command.main(arguments, prog_name="arena", standalone_mode=False, auto_envvar_prefix="ARENA")
    except typer.Abort:
        return INTERRUPTED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED
    except BrokenPipeError:
        raise
    except Exception as error:  # the one place where errors become words
        return _told(error)
    return answer if isinstance(answer, int) else DONE


def _told(error: Exception) -> int:
    """Say what went wrong, in one line, and return the exit code."""
    message, code = _message(error)
    if os.environ.get("ARENA_DEBUG"):
        traceback.print_exception(error)
    mark = "arena: error:"
    if sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        mark = typer.style(mark, fg="red", bold=True)
    print(mark, " ".join(message.split()), file=sys.stderr)  # noqa: T201
    return code


def _message(error: Exception) -> tuple[str, int]:
    if hasattr(error, "format_message"):  # Typer's own, whichever Click it is built on
        return _usage(error), int(getattr(error, "exit_code", FAILED))
    if isinstance(error, ArenaError):
        return str(error), MISUSED if _is_misuse(error) else FAILED
    if isinstance(error, OSError):
        return _os_message(error), FAILED
    said = f"{type(error).__name__}: {error}"
    return f"internal error: {said} (a bug of the arena; ARENA_DEBUG=1 shows where)", FAILED


def _is_misuse(error: ArenaError) -> bool:
    if isinstance(error, StoreUnwritable):
        return False
    return isinstance(error, BadInput | NotCapable | RecordError | StoreError)


def _usage(error: Any) -> str:
    option = getattr(error, "option_name", None)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else ""
    if option is not None and hasattr(error, "possibilities"):
        known = [name for param in context.command.params for name in param.opts] if context else []
        guess = nearest(option, known)
        hint = f"did you mean {guess!r}? " if guess else ""
        return f"unknown option {option!r} of {command!r}: {hint}(see {command} --help)"
    message = error.format_message().strip().rstrip(".")
    see = f" (see {command} --help)" if command else ""
    return f"{message[:1].lower()}{message[1:]}{see}"


def _os_message(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{(error.strerror or str(error)).lower()}"


def _quiet() -> int:
    """Nobody reads on: end without a word, also while the interpreter flushes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return FAILED
