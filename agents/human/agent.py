"""A person plays, in the terminal or wherever text goes in and out."""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass
from typing import Any, Final, Protocol

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.errors import BadParameter, IllegalAction
from arena.game import Outcome
from arena.legal import Finite, Text

__all__ = ["Human", "Person", "Reader", "Writer"]

_HELP: Final = """\
type an action as it is shown, or its number where it has one
legal   lists what you may do
view    shows the game again
help    shows this
quit    leaves the match
where one of these words is itself an action, put a colon before it: :quit"""
_COMMANDS: Final = ("legal", "view", "help", "quit")
_PER_LINE: Final = 6
_LISTED: Final = 200


class Reader(Protocol):
    """Where lines come from, such as standard input."""

    def readline(self) -> str:
        """The next line with its line break; empty at the end."""


class Writer(Protocol):
    """Where text goes, such as standard output."""

    def write(self, text: str, /) -> object:
        """Take `text`."""

    def flush(self) -> object:
        """Show what was taken."""


@dataclass(frozen=True)
class Human(Agent):
    """A person at the terminal: reads the view, types an action.

    His matches need conditions without a limit of patience (``patience_s=none``), or thinking is a fault.
    """

    numbered: int = 30
    """Up to so many legal actions are listed and numbered in every turn; 0 lists them on demand only."""

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent.

        Raises:
            BadParameter: if `numbered` is negative.
        """
        if self.numbered < 0:
            raise BadParameter(f"expected numbered >= 0, got {self.numbered!r}")
        return AgentSpec(
            name="human",
            version=1,
            family=Family.HUMAN,
            summary="a person who types actions in the terminal",
            deterministic=False,
            automatic=False,
        )

    def sit(self, seat: Seat) -> Player:
        """A person on standard input and output."""
        return Person(seat, sys.stdin, sys.stdout, self.numbered)


class Person(Player):
    """One sitting of a person.

    Args:
        seat: where he sits.
        source: where his lines come from.
        sink: where he reads.
        numbered: up to so many legal actions are listed and numbered in every turn.
    """

    def __init__(self, seat: Seat, source: Reader, sink: Writer, numbered: int = 30) -> None:
        self._seat = seat
        self._source = source
        self._sink = sink
        self._numbered = numbered

    def act(self, turn: Turn) -> Any:
        """What he types, asked again until it is legal.

        Raises:
            KeyboardInterrupt: if he quits, or his input ends; the match is then broken off.
        """
        self._tell("")
        self._tell(self._seat.game.describe(turn.view))
        if turn.reason is not None:
            self._tell(turn.reason)
        if isinstance(turn.legal, Finite) and len(turn.legal) <= self._numbered:
            self._list(turn)
        while True:
            line = self._ask()
            if not line:
                continue
            action = self._understand(line, turn)
            if action is not None:
                return action[0]

    def close(self, outcome: Outcome | None) -> None:
        """Tell him how it ended."""
        if outcome is None:
            self._tell("the match was broken off")
            return
        mine = outcome.returns[self._seat.player]
        everybody = ", ".join(f"{value:g}" for value in outcome.returns)
        self._tell(f"the match is over ({outcome.reason}): you got {mine:g} of {everybody}")

    def _ask(self) -> str:
        self._sink.write(f"player {self._seat.player}> ")
        self._sink.flush()
        line = self._source.readline()
        if not line:
            self._tell("")
            raise KeyboardInterrupt("the input has ended")
        return line.strip()

    def _understand(self, line: str, turn: Turn) -> tuple[Any] | None:
        """The action that a line means, in a tuple; None where it was a command or means nothing."""
        if line.startswith(":") and line[1:].lower() in _COMMANDS:
            self._obey(line[1:].lower(), turn)
            return None
        numbers = self._numbers(turn)
        if line.isdigit() and numbers and 1 <= int(line) <= len(numbers):
            return (numbers[int(line) - 1],)
        try:
            return (self._seat.game.read(line, turn.legal),)
        except IllegalAction as error:
            if line.lower() in _COMMANDS:
                self._obey(line.lower(), turn)
            else:
                self._tell(f"{error}\ntype help for what you can do")
            return None

    def _obey(self, command: str, turn: Turn) -> None:
        if command == "quit":
            raise KeyboardInterrupt("the person has quit")
        if command == "view":
            self._tell(self._seat.game.describe(turn.view))
        elif command == "legal":
            self._list(turn)
        else:
            self._tell(_HELP)

    def _numbers(self, turn: Turn) -> tuple[Any, ...]:
        """The legal actions by number; none where actions are numbers themselves, or are too many."""
        if not isinstance(turn.legal, Finite) or len(turn.legal) > _LISTED:
            return ()
        actions = tuple(turn.legal)
        return () if any(self._seat.game.say(action).strip().isdigit() for action in actions) else actions

    def _list(self, turn: Turn) -> None:
        legal = turn.legal
        if isinstance(legal, Text):
            shown, total = list(legal.known[:_LISTED]), len(legal.known)
        elif isinstance(legal, Finite):
            numbers = self._numbers(turn)
            say = self._seat.game.say
            shown = [say(action) for action in itertools.islice(legal, _LISTED)]
            if numbers:
                shown = [f"{number}: {text}" for number, text in enumerate(shown, start=1)]
            total = len(legal)
        else:
            self._tell(legal.expected())
            return
        for start in range(0, len(shown), _PER_LINE):
            self._tell("   ".join(shown[start : start + _PER_LINE]))
        if total > len(shown):
            self._tell(f"... and {total - len(shown)} more")

    def _tell(self, text: str) -> None:
        self._sink.write(text + "\n")
        self._sink.flush()
