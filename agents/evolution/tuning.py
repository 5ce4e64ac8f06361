"""Tuning an agent against others by the cross-entropy method, and the book in which the results are kept.

A book is a JSON file with one entry a game: the parameters, the command and the seed that found them, and what they gain on
deals that the search has not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.evolution.cross_entropy import CrossEntropy, Generation
from agents.evolution.knobs import Tunable
from agents.evolution.match_up import Estimate, compiled_returns, deals_of, estimate, match_up, policy_of
from arena.agent import Agent
from arena.capabilities import BlockPlayable
from arena.errors import BadInput, BadParameter, NotCapable
from arena.game import Game
from arena.spelling import spell

__all__ = ["Tuning", "check_book", "strength", "write_entry"]


@dataclass(frozen=True)
class Tuning:
    """What is tuned, for what, against whom."""

    agent: Agent
    """A `Tunable`; only its knobs change."""
    game: Game[Any, Any, Any]
    """The rules it is tuned for."""
    against: tuple[Agent, ...]
    """Each fills all other seats in turn; the score is the mean over them."""
    method: CrossEntropy = field(default_factory=CrossEntropy)
    """How it is searched."""
    blocks: int = 1000
    """Deals that a candidate plays against each field, each from every seat."""
    seed: int = 0
    """The root of all chance."""

    def check(self) -> None:
        """Refuse what cannot be tuned.

        Raises:
            NotCapable: if the agent has nothing to tune.
            BadParameter: if a number makes no sense, or nobody is there to play against.
        """
        self.method.check()
        if self.blocks < 2:
            raise BadParameter(f"expected blocks >= 2, got {self.blocks!r}")
        if not self.against:
            raise BadParameter("expected at least one agent to play against")
        self._tunable()

    def run(self) -> Iterator[Generation]:
        """Search, one generation at a time."""
        self.check()
        yield from self.method.search(self._tunable().knobs(self.game), self._score, self.seed)

    def named(self, values: Sequence[float] | NDArray[np.float64]) -> dict[str, float]:
        """The parameters by name, with the six digits that are kept."""
        knobs = self._tunable().knobs(self.game)
        return {knob.name: float(f"{value:.6g}") for knob, value in zip(knobs, values, strict=True)}

    def with_values(self, values: Mapping[str, float]) -> Agent:
        """The agent with the parameters of `named`."""
        return self._tunable().with_knobs(list(values.values()))

    def _tunable(self) -> Tunable:
        if not isinstance(self.agent, Tunable):
            raise NotCapable(f"{spell(self.agent)} has nothing to tune: it has no `knobs`")
        return self.agent

    def _score(self, candidates: NDArray[np.float64], generation: int) -> NDArray[np.float64]:
        deals = deals_of(
            self.seed, self.game.spec.players, self.blocks, (generation - 1) * self.blocks, "tuning"
        )
        agents = [self._tunable().with_knobs([float(value) for value in row]) for row in candidates]
        fields = [
            np.array([_returns(self.game, agent, other, deals) for agent in agents]) for other in self.against
        ]
        return np.asarray(np.mean(fields, axis=0))


def _returns(game: Game[Any, Any, Any], agent: Agent, other: Agent, deals: Any) -> NDArray[np.float64]:
    mine, theirs = policy_of(agent, game), policy_of(other, game)
    if isinstance(game, BlockPlayable) and mine is not None and theirs is not None:
        return compiled_returns(game, mine, theirs, deals)
    return match_up(game, agent, other, deals).returns


def strength(game: Game[Any, Any, Any], agent: Agent, other: Agent, blocks: int, seed: int) -> Estimate:
    """What `agent` gains against a field of `other` on deals that no tuning has seen."""
    return estimate(
        _returns(game, agent, other, deals_of(seed, game.spec.players, blocks, purpose="strength"))
    )


def write_entry(path: Path, agent: str, entry: Mapping[str, Any]) -> None:
    """Put `entry` into the book at `path`, in the place of an earlier one for the same game; entries stand by game.

    Args:
        path: the book; made where there is none.
        agent: the spelling of the agent that was tuned.
        entry: plain data with at least ``"game"``.

    Raises:
        BadInput: if the file is no book, or one of another agent.
    """
    entries = [old for old in check_book(path, agent) if old["game"] != entry["game"]]
    entries = sorted([*entries, dict(entry)], key=lambda one: str(one["game"]))
    text = json.dumps({"agent": agent, "entries": entries}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def check_book(path: Path, agent: str) -> list[dict[str, Any]]:
    """The entries of the book at `path`; none where there is no file.

    Raises:
        BadInput: if the file is no book, or one of another agent.
    """
    if not path.exists():
        return []
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
        owner, entries = book["agent"], list(book["entries"])
    except (ValueError, TypeError, KeyError, UnicodeDecodeError) as error:
        raise BadInput(f"expected a book of tuned parameters, got {str(path)!r}") from error
    if owner != agent:
        raise BadInput(f"expected a book of {agent!r}, got {str(path)!r}, one of {owner!r}")
    return entries
