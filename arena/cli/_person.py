"""A person at the terminal: shown what a player may know, asked until the answer is a legal action."""

from __future__ import annotations

import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.errors import BadInput
from arena.legal import Finite

if TYPE_CHECKING:
    from rich.console import Console

    from arena.agent import Turn
    from arena.game import Game

__all__ = ["ask"]

_LISTED: Final = 12
"""Up to so many actions are listed without being asked for."""


def ask(console: Console, game: Game[Any, Any, Any], turn: Turn) -> tuple[Any, int]:
    """The action that a person types, and the nanoseconds it took.

    ``?`` lists the actions; the end of the input leaves the match.

    Args:
        console: where the person reads.
        game: the rules.
        turn: his turn.

    Raises:
        typer.Abort: at the end of the input.
    """
    began = perf_counter_ns()
    console.print()
    for line in game.describe(turn.view).splitlines():
        console.print(f"      {line}")
    actions = _said(game, turn)
    if len(actions) <= _LISTED:
        _list(console, actions)
    while True:
        try:
            text = console.input("\n   your move (? lists them, Ctrl-D leaves): ").strip()
        except EOFError:
            console.print()
            raise typer.Abort from None
        if not sys.stdin.isatty():
            console.print(text)  # what nobody typed is shown all the same
        if text == "?" or not text:
            _list(console, actions)
            continue
        try:
            return game.read(text, turn.legal), perf_counter_ns() - began
        except BadInput as error:
            console.print(f"   {error}", style="yellow")


def _said(game: Game[Any, Any, Any], turn: Turn) -> list[str]:
    """The legal actions in words; what is legal in short where they cannot be counted."""
    if isinstance(turn.legal, Finite):
        return [game.say(action) for action in turn.legal]
    return [turn.legal.expected()]


def _list(console: Console, actions: list[str]) -> None:
    from rich.columns import Columns
    from rich.padding import Padding

    console.print(Padding(Columns(actions, padding=(0, 3)), (0, 0, 0, 6)), style="cyan")
