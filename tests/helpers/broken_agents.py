"""Agents that each break one law: a law that none of them breaks could not fail."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.conditions import Access


class Choosing(Player):
    """Takes the legal action that a function of the turn names."""

    def __init__(self, choose: Callable[[Turn], int]) -> None:
        self._choose = choose

    def act(self, turn: Turn) -> Any:
        return list(turn.legal)[self._choose(turn) % len(turn.legal)]  # type: ignore[call-overload, arg-type]


@dataclass(frozen=True)
class Sound(Agent):
    """Breaks no law: draws an action from its own stream."""

    shift: int = 0

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("sound", 1, Family.BASELINE, "plays at random")

    def sit(self, seat: Seat) -> Player:
        return Choosing(lambda turn: int(turn.rng.integers(100)) + self.shift)


class Tight(Sound):
    """Searches one world for each simulation of its budget."""

    worlds = 1

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec(
            "tight", 1, Family.SEARCH, "draws worlds", needs=("determinizable",), access=Access.RULES
        )

    def sit(self, seat: Seat) -> Player:
        return _Searching(self.worlds)


class _Searching(Player):
    def __init__(self, worlds: int) -> None:
        self._worlds = worlds

    def act(self, turn: Turn) -> Any:
        game: Any = turn.seat.game
        for _ in range((turn.budget.simulations or 1) * self._worlds):
            game.close(game.determinize(turn.view, turn.seat.player, turn.rng))
        return turn.legal.sample(turn.rng)

    def thoughts(self) -> dict[str, Any]:
        return {"simulations": self._worlds}


class Greedy(Tight):
    """Draws five worlds where one was granted."""

    worlds = 5


class Boasting(Tight):
    """Says that it simulated more than it did."""

    def sit(self, seat: Seat) -> Player:
        player = _Searching(1)
        player.thoughts = lambda: {"simulations": 7}  # type: ignore[method-assign]
        return player


class Wordless(Sound):
    """Has no summary."""

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("wordless", 1, Family.BASELINE, "")


class Unequal(Sound):
    """Equal to itself only."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


@dataclass(frozen=True)
class Unpicklable(Sound):
    """Holds something that no pickle can."""

    choose: Callable[[int], int] = field(default=lambda place: place)


class Hoarding(Sound):
    """Puts what it opened lazily into the pickle."""

    @cached_property
    def opened(self) -> bytes:
        return bytes(1000)

    def sit(self, seat: Seat) -> Player:
        assert self.opened
        return super().sit(seat)

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)


class Illegal(Sound):
    """Plays what is not legal."""

    def sit(self, seat: Seat) -> Player:
        return _Fixed("no such action")


class _Fixed(Player):
    def __init__(self, action: Any) -> None:
        self._action = action

    def act(self, turn: Turn) -> Any:
        return self._action


_TICKS = itertools.count()


class Lying(Sound):
    """Declares itself deterministic and is not."""

    def sit(self, seat: Seat) -> Player:
        match = next(_TICKS) // 3
        return Choosing(lambda turn: match + turn.ply)


class Remembering(Sound):
    """Remembers how many matches it has played."""

    @cached_property
    def matches(self) -> list[int]:
        return []

    def sit(self, seat: Seat) -> Player:
        self.matches.append(seat.player)
        return Choosing(lambda turn: len(self.matches) // 3 + turn.ply)


class Hashing(Sound):
    """Chooses by the hash of a text, which every process draws anew."""

    def sit(self, seat: Seat) -> Player:
        return Choosing(lambda turn: hash(f"ply {turn.ply} {seat.seed}"))


@dataclass(frozen=True)
class Unsaved(Sound):
    """Keeps what it plays by where no pickle sees it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", (3, 1, 4, 1, 5))

    def sit(self, seat: Seat) -> Player:
        weights = self.weights  # type: ignore[attr-defined]
        return Choosing(lambda turn: weights[turn.ply % 5])


class Closing(Sound):
    """Cannot play again once closed."""

    @cached_property
    def opened(self) -> list[int]:
        return [1]

    def sit(self, seat: Seat) -> Player:
        return Choosing(lambda turn: self.opened[0])

    def close(self) -> None:
        self.opened.clear()


class Learning(Sound):
    """Changes its own parameter as it plays."""

    def sit(self, seat: Seat) -> Player:
        object.__setattr__(self, "shift", self.shift + 1)
        return super().sit(seat)


class Scribbling(Sound):
    """Writes into its view."""

    def sit(self, seat: Seat) -> Player:
        return _Scribbler()


class _Scribbler(Player):
    def act(self, turn: Turn) -> Any:
        turn.view["money"] += 1000.0
        return turn.legal.sample(turn.rng)


class Mixed(Sound):
    """Answers many turns in the wrong order."""

    def act_many(self, players: Sequence[Player], turns: Sequence[Turn]) -> Sequence[Any]:
        answers = super().act_many(players, turns)
        return answers[::-1]
