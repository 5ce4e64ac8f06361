"""Agents that fail in every way there is, at a decision of their choice, and behave otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.conditions import Fault, FaultKind
from arena.errors import HostFault
from arena.game import Outcome


class Naughty(Exception):
    """Cannot be told what it says."""

    def __str__(self) -> str:
        raise ValueError("no")


class Bites:
    """An object of which every look at it fails."""

    def __repr__(self) -> str:
        raise SystemExit("repr")

    def __eq__(self, other: object) -> bool:
        raise SystemExit("eq")

    def __hash__(self) -> int:
        raise SystemExit("hash")


class Chameleon:
    """Calls itself equal to one action and hashes like it, and is something else."""

    def __init__(self, action: Any) -> None:
        self._hash = hash(action)

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return self._hash


class Shout(str):
    """A text that says something else when asked for its text."""

    __slots__ = ()

    def __str__(self) -> str:
        return "something else"


def _raise(error: BaseException) -> Any:
    raise error


def _crash(_: Turn) -> Any:
    raise RuntimeError("out of ideas,\n  for\tgood")


def _sleep(_: Turn) -> Any:
    time.sleep(0.05)
    return "keep"


def _recurse(turn: Turn) -> Any:
    return _recurse(turn)


def _scribble(turn: Turn) -> Any:
    for value in vars(turn.view).values() if hasattr(turn.view, "__dict__") else ():
        if isinstance(value, list | dict):
            value.clear()
    if isinstance(turn.view, dict):
        turn.view.clear()
    return next(iter(turn.legal))  # type: ignore[call-overload]


ACTS: dict[str, Callable[[Turn], Any]] = {
    "illegal": lambda turn: "fold",
    "wrong type": lambda turn: ["keep"],
    "nothing": lambda turn: None,
    "bites": lambda turn: Bites(),
    "crash": _crash,
    "exit": lambda turn: _raise(SystemExit(3)),
    "stop": lambda turn: _raise(GeneratorExit()),
    "naughty": lambda turn: _raise(Naughty()),
    "recurse": _recurse,
    "hog": lambda turn: bytearray(1 << 60),
    "hang": _sleep,
    "scribble": _scribble,
    "chameleon": lambda turn: Chameleon("keep"),
    "shout": lambda turn: Shout("keep"),
    "blame": lambda turn: Fault(FaultKind.CRASH, 1 - turn.seat.player, turn.ply, "it was him"),
    "host": lambda turn: _raise(HostFault("a worker was killed")),
}
"""What an agent does instead of playing."""


@dataclass(frozen=True)
class Misbehaving(Agent):
    """Keeps its card, and at its decision number `at` does what `how` says."""

    how: str = "illegal"
    at: int = 0

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("misbehaving", 1, Family.BASELINE, "misbehaves")

    def sit(self, seat: Seat) -> Player:
        return _Misbehaving(ACTS[self.how], self.at)


class _Misbehaving(Player):
    def __init__(self, act: Callable[[Turn], Any], at: int) -> None:
        self._act = act
        self._left = at

    def act(self, turn: Turn) -> Any:
        self._left -= 1
        return self._act(turn) if self._left == -1 else "keep"


@dataclass(frozen=True)
class Keeper(Agent):
    """Keeps its card, always."""

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("keeper", 1, Family.BASELINE, "keeps its card")

    def sit(self, seat: Seat) -> Player:
        return _Keeper()


class _Keeper(Player):
    def act(self, turn: Turn) -> Any:
        return "keep"


@dataclass(frozen=True)
class Clumsy(Keeper):
    """Fails where no decision is asked of it: when it sits down, thinks aloud, or leaves."""

    where: str = "sit"

    def sit(self, seat: Seat) -> Player:
        if self.where == "sit":
            raise SystemExit("no chair")
        if self.where == "no player":
            return "a player"  # type: ignore[return-value]
        return _Clumsy(self.where)


class _Clumsy(_Keeper):
    def __init__(self, where: str) -> None:
        self._where = where

    def thoughts(self) -> Mapping[str, Any] | None:
        if self._where == "thoughts":
            raise KeyError("lost")
        if self._where == "strange thoughts":
            return {"of": object()}
        if self._where == "endless thoughts":
            endless: dict[str, Any] = {}
            endless["and then"] = endless
            return endless
        return None

    def close(self, outcome: Outcome | None) -> None:
        if self._where == "close":
            raise SystemExit("slams the door")
        if self._where == "meddles" and outcome is not None:
            outcome.metrics["chips"] = (9.0, 9.0)  # type: ignore[index]


@dataclass(frozen=True)
class Retrying(Keeper):
    """Learns from the reason it is handed, after so many illegal actions."""

    wrong: int = 1

    def sit(self, seat: Seat) -> Player:
        return _Retrying(self.wrong)


class _Retrying(Player):
    def __init__(self, wrong: int) -> None:
        self._wrong = wrong
        self.reasons: list[str | None] = []

    def act(self, turn: Turn) -> Any:
        self.reasons.append(turn.reason)
        if self._wrong:
            self._wrong -= 1
            return "fold"
        return "keep"

    def thoughts(self) -> Mapping[str, Any] | None:
        return {"reasons": self.reasons}


@dataclass(frozen=True)
class Crowd(Agent):
    """Answers many turns at once, and then as `how` says; plays the first or the last legal action by the dice."""

    how: str = "well"

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("crowd", 1, Family.LEARNED, "answers at once")

    def sit(self, seat: Seat) -> Player:
        return _Member(fails=self.how == "one fails" and seat.seed % 5 == 0)

    def act_many(self, players: Sequence[Player], turns: Sequence[Turn]) -> Sequence[Any]:
        CALLS.append(len(turns))
        if self.how in ("raises", "one fails"):
            raise SystemExit("together, no")
        if self.how == "too few":
            return []
        if self.how == "endless":
            return iter(lambda: "keep", "never")  # type: ignore[return-value]
        if self.how == "one illegal":
            return ["fold" if turn.seat.seed % 5 == 0 else pick(turn) for turn in turns]
        return [player.act(turn) for player, turn in zip(players, turns, strict=True)]


CALLS: list[int] = []
"""How many turns each call of `Crowd.act_many` was handed."""


class _Member(Player):
    def __init__(self, *, fails: bool) -> None:
        self._fails = fails

    def act(self, turn: Turn) -> Any:
        if self._fails:
            raise RuntimeError("not me")
        return pick(turn)


def pick(turn: Turn) -> Any:
    """The first or the last legal action, by the player's own number and the ply."""
    actions = list(turn.legal)  # type: ignore[call-overload]
    return actions[0] if (turn.seat.seed >> turn.ply) & 1 else actions[-1]
