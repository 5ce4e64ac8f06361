"""A task as the learners of this folder see it: games of one kind played in arrays, against compiled opponents."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.deep.agent import Policy
from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import Header
from agents.deep.rollout import Matches
from agents.deep.seating import compiled_opponents
from arena import codec
from arena._version import __version__
from arena.agent import Agent
from arena.capabilities import CompiledEncoding, Learnable, Tables
from arena.errors import BadParameter, NotCapable
from arena.facts import game_spec, spelling
from arena.game import Game
from arena.learner import Learner, Task
from arena.spelling import spell_as

__all__ = ["Course"]


class Course:
    """What a learner of this folder needs to know of a task.

    Args:
        task: one game or several of one kind.
        teacher: an agent that tells what it would play; None for nobody.

    Raises:
        BadParameter: if there is no game.
        NotCapable: if a game is not played in arrays, games are of different kinds, or an opponent is not compiled.
    """

    def __init__(self, task: Task, teacher: Agent | None = None) -> None:
        if not task.games:
            raise BadParameter("expected a game to learn, got none")
        encodings = [_encoding(game) for game in task.games]
        kinds = {game_spec(game).name for game in task.games}
        if len(kinds) > 1 or len({(each.version, each.features) for each in encodings}) > 1:
            raise NotCapable(
                f"expected games of one kind, got {', '.join(spelling(game) for game in task.games)}"
            )
        self.task = task
        self.features: int = encodings[0].features
        """F."""
        self.actions: int = max(encoding.actions for encoding in encodings)
        """A, of the rules with the most."""
        self.encoding: str = encodings[0].version
        """The version of the encoding."""
        self.sizes: list[int] = [game_spec(game).players for game in task.games]
        """Seats of each game."""
        self.opponents: int = len(task.opponents)
        """How many opponents there are."""
        self.teacher: int | None = None if teacher is None else self.opponents
        """The teacher's number among the policies."""
        known = [*task.opponents, *([] if teacher is None else [teacher])]
        self._policies = [compiled_opponents(game, known) for game in task.games]

    def tables(self, lanes: int) -> Tables:
        """`lanes` matches side by side, by the rules of the task."""
        first: Any = self.task.games[0]
        tables: Tables = first.tables(self.task.games, self._policies, lanes)
        return tables

    def deviations(self, matches: Matches, returns: NDArray[np.float64]) -> NDArray[np.float64]:
        """The standard deviation of a seat's return by each game's rules, float64[V]; 1 where all are alike.

        Args:
            matches: M of them.
            returns: float64[M, n].
        """
        found = [
            float(returns[matches.variants == variant][:, :size].std())
            for variant, size in enumerate(self.sizes)
        ]
        return np.array([deviation if deviation > 0.0 else 1.0 for deviation in found])

    def reward(self, matches: Matches, returns: NDArray[np.float64]) -> float:
        """The mean return of learner 0 where others sit at the table, too; 0 where it only plays itself.

        Args:
            matches: M of them.
            returns: float64[M, n].
        """
        sits = np.arange(returns.shape[1]) < np.asarray(self.sizes)[matches.variants][:, None]
        own = (matches.seating == -1) & sits
        mixed = (sits & ~own).any(axis=1)
        own &= mixed[:, None]
        return float(returns[own].mean()) if own.any() else 0.0

    def agent(
        self, perceptron: Perceptron, kind: str, learner: Learner, *, seed: int, steps: int, scale: float
    ) -> Policy:
        """An agent that plays by a network of this task.

        Args:
            perceptron: the network.
            kind: one of `agents.deep.policy_file.KINDS`.
            learner: who trained it.
            seed: of the training.
            steps: decisions so far.
            scale: what one unit of a value is worth.
        """
        name = type(learner).__name__.lower()
        header = Header(
            game=game_spec(self.task.games[0]).name,
            encoding=self.encoding,
            features=self.features,
            actions=self.actions,
            kind=kind,
            scale=scale,
            learner=spell_as(name, learner),
            task=self.described(),
            seed=seed,
            steps=steps,
            version=__version__,
        )
        return Policy.of(perceptron, header, f"{name}-{steps}")

    def described(self) -> str:
        """The games and the opponents in one line."""
        games = ", ".join(spelling(game) for game in self.task.games)
        rivals = ", ".join(spelling(agent) for agent in self.task.opponents)
        return f"{games} against {rivals}" if rivals else f"{games} in self-play"

    def signature(self, learner: Learner, seed: int) -> str:
        """A digest of all that a training is a function of."""
        return codec.digest(
            codec.canonical(
                [
                    repr(learner),
                    seed,
                    [spelling(game) for game in self.task.games],
                    [spelling(agent) for agent in self.task.opponents],
                    self.encoding,
                ]
            ),
            size=8,
        )


def _encoding(game: Game[Any, Any, Any]) -> CompiledEncoding:
    if not isinstance(game, Learnable):
        raise NotCapable(
            f"{game_spec(game).name} is not learnable: it needs `encoding` and `tables` (arena.capabilities)"
        )
    return game.encoding()
