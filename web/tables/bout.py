"""A match with people in it, step by step. It has no clock, no network and no threads of its own.

The agents answer when `play_on` is called, people when `act` is. What is to be seen comes from a second state that follows
the referee's actions, so that every step is shown, also those in which only stand-ins act, with who acted in it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from arena.agent import Agent, Family
from arena.conditions import Conditions
from arena.errors import MomentPassed
from arena.game import Game
from arena.legal import Finite
from arena.play import prepare
from arena.record import Record
from arena.scene import SCENE_VERSION, Scene, Viewpoint
from arena.table import Table
from web.frames import scene_model
from web.schemas.matches import Frame, FrameAction, SceneModel
from web.schemas.tables import LegalMove, Outcome, Ply

__all__ = ["Bout", "Choice", "Shot"]

_LISTED: Final = 2000
"""Legal moves listed at most; where there are more, a person types his own."""
_CARD: Final = re.compile(r"(?:10|[2-9AJQK])[♣♦♥♠]|[RB]★")
_BLANK: Final = "What everybody sees of this game is not told; sit down to see your own view."


@dataclass(frozen=True)
class Shot:
    """One moment of a match that is being played."""

    frames: Mapping[Viewpoint, Frame]
    """The table now, as everybody and as each person sees it."""
    before: Mapping[Viewpoint, Frame]
    """The table one step earlier, with what was done then; empty at the start."""
    done: tuple[Ply, ...]
    """What was done in between."""


@dataclass(frozen=True)
class Choice:
    """What a person may do."""

    legal: list[LegalMove] | None
    """The moves: none where it is not his turn, None where they are too many to list."""
    expected: str | None
    """What is legal in a few words where they are."""


class Bout:
    """A match that is being played. One thread at a time may use it.

    Args:
        game: the rules.
        agents: one per seat; those of the family of people are waited for.
        seed: the deal.
        conditions: the conditions.
    """

    def __init__(
        self, game: Game[Any, Any, Any], agents: Sequence[Agent], seed: int, conditions: Conditions
    ) -> None:
        self.game = game
        self.people = tuple(
            player for player, agent in enumerate(agents) if agent.spec.family is Family.HUMAN
        )
        """The seats of people."""
        self._table = Table(game, agents, seed, conditions)
        self._referee = self._table.referee
        self._state = game.init(seed)
        self._views: tuple[Viewpoint, ...] = ("public", *self.people)
        self._ply = 0
        self._step = 0
        self.shot = Shot(self._frames(), {}, ())
        """The present moment."""
        self.history: list[Ply] = []
        """All that was done so far."""
        self.choices: Mapping[int, Choice] = self._choices()
        """What each person may do now."""

    @property
    def ply(self) -> int:
        """Actions taken so far."""
        return self._referee.ply

    @property
    def over(self) -> bool:
        """Whether the match is over."""
        return self._referee.outcome is not None

    @property
    def thinking(self) -> tuple[int, ...]:
        """The agents whose turn it is."""
        return tuple(player for player in self._referee.waiting if player not in self.people)

    @property
    def asked(self) -> tuple[int, ...]:
        """The people whose turn it is."""
        return tuple(player for player in self._referee.waiting if player in self.people)

    def prepare(self) -> None:
        """Let the game and its agents compile or load what they need."""
        prepare(self.game, [agent for agent in self._table.agents if agent.spec.automatic])

    def play_on(self) -> list[Shot]:
        """Let every agent who has a turn answer it once.

        Returns:
            The new moments; none where people must answer first.
        """
        for player, turn in self._referee.pending().items():
            if player not in self.people:
                self._table.ask(player, turn)
        return self._followed()

    def act(self, player: int, ply: int, says: str, micros: int = 0) -> list[Shot]:
        """Take the move of a person.

        Args:
            player: his seat.
            ply: the actions that he saw taken; a move that was meant for another moment is refused.
            says: the move in the words of the game.
            micros: the microseconds he took.

        Returns:
            The new moments; none where others must answer first.

        Raises:
            MomentPassed: if it is not his turn, or was meant for another moment.
            IllegalAction: if the words mean no legal move.
        """
        if self.over:
            raise MomentPassed("expected no more moves: the match is over")
        if ply != self.ply:
            raise MomentPassed(f"expected a move for ply {self.ply}, got one for ply {ply!r}")
        if player not in self._referee.waiting:
            raise MomentPassed(f"expected a move of another seat at ply {ply}: it is not your turn")
        self._referee.submit(player, self._referee.read(player, says), micros)
        return self._followed()

    def outcome(self) -> Outcome | None:
        """How the match ended; None while it runs."""
        found = self._referee.outcome
        if found is None:
            return None
        metrics = {
            name: [float(value) if math.isfinite(value) else None for value in values]
            for name, values in found.metrics.items()
        }
        return Outcome(reason=found.reason, scores=list(self._referee.scores), metrics=metrics)

    def record(self) -> Record:
        """The record of the match, which is over; every agent is told so."""
        return self._table.record()

    def close(self) -> None:
        """Free both states; a match that is not over is broken off. A second time does nothing."""
        if not self._referee.closed:
            try:
                self._table.close()
            finally:
                self.game.close(self._state)

    def _followed(self) -> list[Shot]:
        shots = self._follow()
        self.choices = self._choices()
        return shots

    def _choices(self) -> dict[int, Choice]:
        return {player: self._choice(player) for player in self.people}

    def _choice(self, player: int) -> Choice:
        if player not in self._referee.waiting:
            return Choice([], None)
        legal = self._referee.legal(player)
        if not isinstance(legal, Finite) or not _few(legal):
            return Choice(None, legal.expected())
        cards = self.shot.frames[player].scene.kind == "cards"
        return Choice([_move(self.game.say(action), cards=cards) for action in legal], None)

    def _follow(self) -> list[Shot]:
        """The moments that the referee has reached and the second state has not."""
        shots: list[Shot] = []
        while self._ply < self._referee.ply:
            actors = sorted(self.game.actors(self._state))
            taken = dict(zip(actors, self._referee.actions[self._ply :], strict=False))
            done = self._done(taken)
            before = {
                view: frame.model_copy(update={"actions": list(done)})
                for view, frame in self.shot.frames.items()
            }
            self._state = self.game.step(self._state, taken)
            self._ply += len(actors)
            self._step += 1
            plies = [
                Ply(ply=self._ply - len(done) + at, player=each.player, says=each.says)
                for at, each in enumerate(done)
            ]
            self.history += plies
            self.shot = Shot(self._frames(), before, tuple(plies))
            shots.append(self.shot)
        return shots

    def _done(self, taken: Mapping[int, Any]) -> list[FrameAction]:
        # The whole message names what was legal, and so cards that others must not know before the match is over.
        faults = {fault.ply: fault.kind.value for fault in self._referee.faults}
        return [
            FrameAction(
                player=player,
                says=self.game.say(action),
                micros=self._referee.micros[self._ply + place],
                thoughts=None,
                fault=faults.get(self._ply + place),
            )
            for place, (player, action) in enumerate(taken.items())
        ]

    def _frames(self) -> dict[Viewpoint, Frame]:
        over = self._referee.outcome is not None and self._ply == self._referee.ply
        actors = [] if over else sorted(self.game.actors(self._state))
        return {
            view: Frame(
                index=self._step,
                ply=self._ply,
                step=self._step,
                actors=actors,
                actions=[],
                scene=self._scene(view),
                over=over,
            )
            for view in self._views
        }

    def _scene(self, view: Viewpoint) -> SceneModel:
        """What is to be seen; of a game without scenes, its words."""
        if hasattr(self.game, "scene"):
            return scene_model(self.game.scene(self._state, view))
        text = self.game.describe(self.game.view(self._state, view)) if isinstance(view, int) else _BLANK
        return scene_model(Scene("text", {}, text, version=SCENE_VERSION))


def _few(legal: Finite[Any]) -> bool:
    """Whether the moves can be listed; the product of many factors is not even counted."""
    try:
        return len(legal) <= _LISTED
    except OverflowError:
        return False


def _move(says: str, *, cards: bool) -> LegalMove:
    """A move with what a page needs to build it by clicks."""
    if not cards:
        return LegalMove(says=says, cards=None, kind=None)
    kind, *rest = says.split()
    named = [word for word in rest if _CARD.fullmatch(word)]
    return LegalMove(says=says, cards=named or None, kind=kind)
