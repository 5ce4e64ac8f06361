"""Replays: a record's match played again from its seed and actions.

    for moment in Replay(record):
        print(moment.ply, moment.actors, moment.actions)
        print(moment.describe(0))

A stand-in's actions are in the record like anybody else's, so that a replay needs no agents.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from arena import codec
from arena.conditions import Access
from arena.errors import MomentPassed, NotCapable, OtherRules, ReplayDiffers
from arena.facts import game_spec, spelling
from arena.game import Game, Outcome
from arena.record import Record
from arena.referee import DIGEST_EVERY, Referee, penalized

if TYPE_CHECKING:
    from arena.legal import Legal
    from arena.scene import Scene, Viewpoint

__all__ = ["Moment", "Replay", "verify"]


class Moment:
    """One moment of a match: who acts, and what he does. It can be asked until the replay moves on."""

    def __init__(
        self, referee: Referee, record: Record, actors: tuple[int, ...], actions: Mapping[int, Any]
    ) -> None:
        self._referee = referee
        self.ply = referee.ply
        """The number of actions taken before, over all players."""
        self.step = referee.steps
        """The number of steps taken before."""
        self.actors = actors
        """Who acts now, ascending; empty at the end."""
        self.actions = actions
        """What each actor does now, by player."""
        self.outcome: Outcome | None = referee.outcome
        """How the match ended; None while it runs."""
        told = enumerate(actors, start=self.ply)
        self.thoughts: Mapping[int, Any] = {
            player: record.thoughts[number] for number, player in told if number in record.thoughts
        }
        """What the actors told of their decisions, by player."""

    def view(self, player: int) -> Any:
        """All that `player` may know now.

        Raises:
            MomentPassed: if the replay has moved on, here and below.
        """
        return self._now().view(player)

    def legal(self, player: int) -> Legal[Any]:
        """What `player`, one of the actors, may do now."""
        return self._now().legal(player)

    def describe(self, player: int) -> str:
        """The view of `player` as text."""
        return self._now().game.describe(self.view(player))

    def scene(self, viewpoint: Viewpoint) -> Scene:
        """What is to be seen from `viewpoint`.

        Raises:
            NotCapable: if the game is not drawable.
        """
        referee = self._now()
        if not hasattr(referee.game, "scene"):
            raise NotCapable(f"expected a game that is drawable, got {spelling(referee.game)}")
        scene: Scene = referee.scene(viewpoint)
        return scene

    def _now(self) -> Referee:
        if self._referee.closed or self._referee.steps != self.step:
            raise MomentPassed(
                f"expected the current moment, got that before step {self.step}, which has passed"
            )
        return self._referee


class Replay:
    """Plays a record again, as often as it is iterated.

    Args:
        record: the match.
        game: its game; made from the record's spelling where None.

    Raises:
        OtherRules: if the game, or its version, is not the record's.
        UnknownName: if the record's game is not installed.
    """

    def __init__(self, record: Record, game: Game[Any, Any, Any] | None = None) -> None:
        if game is None:
            from arena.registry import make_game

            game = make_game(record.game)
        if spelling(game) != record.game:
            raise OtherRules(f"expected a record of {spelling(game)}, got one of {record.game}")
        version = game_spec(game).version
        if version != record.game_version:
            raise OtherRules(
                f"{record.game} is version {version} here, the record was played with version {record.game_version}; "
                f"replay it with the software it names: {dict(record.software)}"
            )
        self.record = record
        """The match."""
        self.game = game
        """Its game."""
        self._referee: Referee | None = None
        self._window_start = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Moment]:
        """The moments from the first turn to the end, anew from the beginning.

        Raises:
            ReplayDiffers: if an action of the record is illegal or missing, or the match ends before they do.
        """
        self.close()
        self._window_start = 0
        referee = self._referee = Referee(
            self.game,
            self.record.seed,
            self.record.player_seeds,
            # What agents were granted does not matter here, and an illegal action is never handed back.
            dataclasses.replace(self.record.conditions, access=Access.VIEW, retries=0),
        )
        try:
            while actors := referee.waiting:
                actions = self._actions(referee.ply, actors)
                yield Moment(referee, self.record, actors, actions)
                if referee.closed:
                    return
                digests = len(referee.digests)
                for player, action in actions.items():
                    self._submit(referee, player, action)
                if len(referee.digests) > digests and referee.outcome is None:
                    self._window_start = referee.ply
            if referee.ply != len(self.record.actions):
                raise ReplayDiffers(
                    f"{self.window}: the match is over after {referee.ply} actions, the record has "
                    f"{len(self.record.actions)}"
                )
            yield Moment(referee, self.record, (), {})
        finally:
            self._close(referee)

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of all views so far, as `Record.digests`."""
        return () if self._referee is None else tuple(self._referee.digests)

    @property
    def scores(self) -> tuple[float, ...]:
        """The scores of the match, which is over, with the penalties for the record's faults.

        Raises:
            MomentPassed: if the replay is not at its end.
        """
        if self._referee is None or self._referee.outcome is None:
            raise MomentPassed("a replay has scores at its end only")
        return penalized(self._referee.outcome.returns, (fault.player for fault in self.record.faults))

    @property
    def window(self) -> str:
        """The actions since the last digest, up to where the next is due, such as ``"actions 64 to 95"``."""
        first = self._window_start
        due = (first // DIGEST_EVERY + 1) * DIGEST_EVERY
        return f"actions {first} to {max(first, min(due, len(self.record.actions)) - 1)}"

    def close(self) -> None:
        """Free the state, also in the midst of an iteration, which then ends."""
        if self._referee is not None:
            self._close(self._referee)

    def _close(self, referee: Referee) -> None:
        if not referee.closed:
            referee.close()
        if self._referee is referee:
            self._referee = None

    def _actions(self, ply: int, actors: tuple[int, ...]) -> dict[int, Any]:
        taken = self.record.actions[ply : ply + len(actors)]
        if len(taken) < len(actors):
            raise ReplayDiffers(
                f"{self.window}: the record ends after {len(self.record.actions)} actions, the match does not"
            )
        return dict(zip(actors, taken, strict=True))

    def _submit(self, referee: Referee, player: int, action: Any) -> None:
        number = referee.place(player)
        referee.submit(player, action)
        if referee.faults:
            raise ReplayDiffers(f"{self.window}: action {number}: {referee.faults[0].message}")


def verify(record: Record, game: Game[Any, Any, Any] | None = None) -> None:
    """Play a record again and compare all that it says came of it.

    Args:
        record: the match.
        game: its game; made from the record's spelling where None.

    Raises:
        ReplayDiffers: if the replay parts from the record; the message names the first window that differs, such as
            ``actions 64 to 95``, or what differs at the end.
        OtherRules: if the game, or its version, is not the record's.
    """
    with Replay(record, game) as replay:
        seen, window = 0, replay.window
        for moment in replay:
            digests = replay.digests
            expected = record.digests[seen : len(digests)]
            if digests[seen:] != tuple(expected):
                raise ReplayDiffers(
                    f"{window}: expected digests {list(expected)}, got {list(digests[seen:])}"
                )
            seen, window = len(digests), replay.window
            if moment.outcome is not None:
                _compare("digests", len(replay.digests), len(record.digests))
                _compare("outcome", moment.outcome, record.outcome)
                _compare("scores", replay.scores, record.scores)
                _compare("steps", moment.step, record.steps)


def _compare(what: str, got: Any, expected: Any) -> None:
    # Undefined metrics are equal to themselves in their canonical bytes only.
    if got != expected and codec.canonical(got) != codec.canonical(expected):
        raise ReplayDiffers(f"at the end: expected {what} {expected!r}, got {got!r}")
