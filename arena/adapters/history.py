"""Histories of a game whose chance can be listed: immutable nodes of its tree, for exact solvers."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from arena.errors import NotCapable
from arena.facts import game_spec

__all__ = ["Branches", "History"]

Branches = tuple[tuple[float, Any], ...]
"""What chance may decide: probability and state of each outcome."""


@dataclass(frozen=True, eq=False)
class History:
    """One node of the tree; it never changes, so that many may hold it. `History.start` makes the first one."""

    game: Any
    """A game that is `Enumerable` and numbers its actions (`Indexed`)."""
    state: Any
    """The state, not to be stepped; None where chance decides next."""
    branches: Branches
    """What chance may decide; empty where a player acts or the match is over."""
    past: tuple[bytes, ...]
    """A digest of what each player saw and did in his own turns."""
    returns: tuple[float, ...]
    """What each player has got so far."""
    moves: tuple[int, ...] = ()
    """The numbers of the branches and actions since the start."""
    said: tuple[str, ...] = ()
    """The same as text."""

    @classmethod
    def start(cls, game: Any) -> History:
        """The first node: chance chooses among the first states, if there are several."""
        players = game_spec(game).players
        branches = _possible(game.initial())
        return cls(game, None, branches, (b"",) * players, (0.0,) * players)._settled(paying=False)

    def child(self, number: int) -> History:
        """The node after branch `number` of chance, or after the action numbered `number`.

        Raises:
            NotCapable: if the match is over.
        """
        if self.branches:
            return self._entered(number)
        game, actor = self.game, self.actor
        if actor is None:
            raise NotCapable(f"a match of {game_spec(game).name} that is over has no next node")
        action = game.action(number)
        past = list(self.past)
        past[actor] = _digest(past[actor], self._seen, str(number).encode())
        return History(
            game=game,
            state=None,
            branches=_possible(game.successors(self.state, {actor: action})),
            past=tuple(past),
            returns=self.returns,
            moves=(*self.moves, number),
            said=(*self.said, game.say(action)),
        )._settled(paying=True)

    @cached_property
    def actor(self) -> int | None:
        """Who acts; None where chance does or the match is over."""
        if self.branches:
            return None
        actors = self.game.actors(self.state)
        return int(actors[0]) if actors else None

    @property
    def over(self) -> bool:
        """Whether the match is over."""
        return not self.branches and self.actor is None

    @cached_property
    def numbers(self) -> list[int]:
        """The numbers of the legal actions of whoever acts, ascending."""
        legal: Iterable[Any] = self.game.legal(self.state, self.actor)
        return sorted(self.game.index(action) for action in legal)

    @cached_property
    def _seen(self) -> bytes:
        """The key of the view of whoever acts."""
        key: bytes = self.game.key(self.view(self.actor or 0))
        return key

    def view(self, player: int) -> Any:
        """What `player` may know; None where chance decides next."""
        return None if self.state is None else self.game.view(self.state, player)

    def information(self, player: int) -> str:
        """What `player` knows and has done, as a digest: his views and actions in his own turns, and his view now.

        Two histories have the same information exactly when he cannot tell them apart with perfect recall.
        """
        if self.state is None:
            now = b""
        else:
            now = self._seen if player == self.actor else self.game.key(self.view(player))
        return f"{player}:{_digest(self.past[player], now).hex()}"

    def __deepcopy__(self, memo: Any) -> History:
        return self

    def __reduce__(self) -> Any:
        return _replayed, (self.game, self.moves)

    def _settled(self, *, paying: bool) -> History:
        """Chance with one outcome is none."""
        if len(self.branches) != 1:
            return self
        state = self.branches[0][1]
        returns = self._paid(state) if paying else self.returns
        return dataclasses.replace(self, state=state, branches=(), returns=returns)

    def _entered(self, number: int) -> History:
        """The node after chance has decided; the deal at the start pays nothing."""
        state = self.branches[number][1]
        return dataclasses.replace(
            self,
            state=state,
            branches=(),
            returns=self._paid(state) if self.moves else self.returns,
            moves=(*self.moves, number),
            said=(*self.said, f"chance {number}"),
        )

    def _paid(self, state: Any) -> tuple[float, ...]:
        rewards = self.game.rewards(state)
        return tuple(had + got for had, got in zip(self.returns, rewards, strict=True))


def _possible(branches: Iterable[tuple[float, Any]]) -> tuple[tuple[float, Any], ...]:
    return tuple((chance, state) for chance, state in branches if chance > 0)


def _digest(*pieces: bytes) -> bytes:
    hasher = hashlib.blake2b(digest_size=16)
    for piece in pieces:
        hasher.update(len(piece).to_bytes(4, "little") + piece)
    return hasher.digest()


def _replayed(game: Any, moves: Iterable[int]) -> History:
    node = History.start(game)
    for move in moves:
        node = node.child(move)
    return node
