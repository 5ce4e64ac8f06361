"""A toy of words: any text is an action, and only some do something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from arena import streams
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, Utility
from arena.legal import Legal, Text

WORDS = ("apple", "grape", "lemon", "mango", "melon", "olive", "peach", "pear", "plum", "quince")
HINTS: dict[str, Callable[[str], str]] = {
    "ask letter": lambda word: word[0],
    "ask length": lambda word: str(len(word)),
}


@dataclass(frozen=True)
class Quest:
    """The state."""

    word: str
    notes: tuple[tuple[str, str], ...] = ()
    guessed: bool = False


@dataclass(frozen=True)
class QuestView:
    """What the player has said and heard, and the word once it is found."""

    notes: tuple[tuple[str, str], ...]
    word: str | None


@dataclass(frozen=True)
class WordQuest(Game[Quest, QuestView, str]):
    """Find a word; hints and wrong guesses cost time, and words without meaning do, too."""

    tries: int = 6
    longest: int = 30

    classes: ClassVar[tuple[type, ...]] = (QuestView,)

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="word-quest",
            version=1,
            title="Word Quest",
            summary="find a hidden word by asking",
            players=1,
            table_sizes=(1,),
            roles=("seeker",),
            dynamics=Dynamics.TURNS,
            information=Information.IMPERFECT,
            utility=Utility.GENERAL,
            returns=(0.0, 1.0),
            horizon=self.tries,
            metrics=(Metric("score", "points", primary=True),),
        )

    def init(self, seed: int) -> Quest:
        return Quest(WORDS[streams.number(streams.root_key(seed), "word") % len(WORDS)])

    def actors(self, state: Quest) -> tuple[int, ...]:
        return () if state.guessed or len(state.notes) == self.tries else (0,)

    def view(self, state: Quest, player: int) -> QuestView:
        return QuestView(state.notes, state.word if state.guessed else None)

    def legal(self, state: Quest, player: int) -> Legal[str]:
        return Text(self.longest, (*HINTS, *(f"guess {word}" for word in WORDS)))

    def step(self, state: Quest, actions: Mapping[int, str]) -> Quest:
        said = actions[0]
        guessed = said == f"guess {state.word}"
        heard = HINTS[said](state.word) if said in HINTS else "yes" if guessed else "no"
        return Quest(state.word, (*state.notes, (said, heard)), guessed)

    def _score(self, state: Quest) -> float:
        return 1 - (len(state.notes) - 1) / self.tries if state.guessed else 0.0

    def rewards(self, state: Quest) -> tuple[float, ...]:
        return (self._score(state),)

    def outcome(self, state: Quest) -> Outcome | None:
        if self.actors(state):
            return None
        score = (self._score(state),)
        return Outcome(score, "found" if state.guessed else "out of time", metrics={"score": score})

    def copy(self, state: Quest, seed: int | None = None) -> Quest:
        return state

    def describe(self, view: QuestView) -> str:
        return "\n".join([f"> {said}\n{heard}" for said, heard in view.notes] or ["find the word"])

    def determinize(self, view: QuestView, player: int, rng: np.random.Generator) -> Quest:
        if view.word is not None:
            return Quest(view.word, view.notes, guessed=True)
        fitting = [word for word in WORDS if self._fits(word, view)]
        return Quest(fitting[int(rng.integers(len(fitting)))], view.notes)

    def _fits(self, word: str, view: QuestView) -> bool:
        hints = all(HINTS[said](word) == heard for said, heard in view.notes if said in HINTS)
        return hints and (f"guess {word}", "no") not in view.notes
