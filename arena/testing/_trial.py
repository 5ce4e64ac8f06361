"""Trials: a game or an agent on the stand, and random play to look at it from."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from arena import codec, streams
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.capabilities import capabilities
from arena.conditions import Access, Budget, Conditions
from arena.game import Game
from arena.legal import Finite, Legal
from arena.play import misfit, play
from arena.record import Record
from arena.spelling import spell
from arena.testing._law import Place

__all__ = ["AgentTrial", "GameTrial", "Moment", "Uniform", "essence", "legal_portrait", "portrait", "walk"]


@dataclass(frozen=True)
class Moment:
    """A moment of a random match."""

    state: Any
    """The state; it may be looked at and copied, not stepped or closed."""
    actors: tuple[int, ...]
    """Who acts now."""
    actions: Mapping[int, Any]
    """What each of them is about to do."""
    step: int
    """The steps taken before."""
    place: Place
    """Where that is."""


def walk(
    game: Game[Any, Any, Any], seed: int, place: Place, most: int | None = None
) -> Generator[Moment, None, None]:
    """The moments of a match of uniform legal play, the last one at its end; the state is closed afterwards.

    Args:
        game: the rules.
        seed: the deal, and the root of the play.
        place: for messages.
        most: steps after which the walk stops; the horizon of the game, and one more, where None.
    """
    dice = streams.stream(streams.root_key(seed), "walk")
    most = game.spec.horizon + 1 if most is None else most
    state = game.init(seed)
    try:
        for step in range(most + 1):
            actors = game.actors(state)
            actions = {player: game.legal(state, player).sample(dice) for player in actors}
            yield Moment(state, actors, actions, step, dataclasses.replace(place, seed=seed, step=step))
            if not actors or step == most:
                return
            state = game.step(state, actions)
    finally:
        game.close(state)


@dataclass(frozen=True)
class GameTrial:
    """A game on the stand."""

    game: Game[Any, Any, Any]
    """The subject."""
    law: str = ""
    """The law that is being checked."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """The deals that are played."""
    most_steps: int = 80
    """How far into a match most laws look."""
    agents: tuple[Agent, ...] = ()
    """Agents that play the game, for laws about compiled play."""
    golden: Path | None = None
    """The folder of golden transcripts; None where there is none."""

    @property
    def place(self) -> Place:
        """The trial as a whole."""
        return Place(self.law, spell(self.game))

    @property
    def players(self) -> range:
        """Every player."""
        return range(self.game.spec.players)

    def has(self, capability: str) -> bool:
        """Whether the game has a capability, such as ``"determinizable"``."""
        return capability in capabilities(self.game)

    def walk(self, seed: int, most: int | None = None) -> Iterator[Moment]:
        """The moments of one random match, up to `most` or `most_steps`."""
        return walk(self.game, seed, self.place, self.most_steps if most is None else most)

    def moments(self) -> Iterator[Moment]:
        """The moments of a random match of every seed."""
        for seed in self.seeds:
            yield from self.walk(seed)

    def rng(self, *path: str | int) -> np.random.Generator:
        """A stream of chance for the law's own use."""
        return streams.stream(streams.derive(streams.root_key(0), "laws", self.law), *path)


def portrait(game: Game[Any, Any, Any], state: Any, *, drawn: bool = True) -> dict[str, Any]:
    """All that can be seen of a state, by what it is, as comparable values."""
    actors = game.actors(state)
    shown: dict[str, Any] = {
        "actors": actors,
        "rewards": codec.canonical(game.rewards(state)),
        "outcome": codec.canonical(game.outcome(state)),
    }
    for player in range(game.spec.players):
        view = game.view(state, player)
        shown[f"view of player {player}"] = game.key(view)
        if drawn:
            shown[f"description for player {player}"] = game.describe(view)
    for player in actors:
        shown[f"legal set of player {player}"] = legal_portrait(game.legal(state, player))
    if drawn and hasattr(game, "scene"):
        for viewpoint in (*range(game.spec.players), "public", "open"):
            shown[f"scene from {viewpoint!r}"] = codec.canonical(game.scene(state, viewpoint))
    return shown


def legal_portrait(legal: Legal[Any]) -> Any:
    """A legal set as a comparable value: its actions where they can be listed, else what it says of itself."""
    if isinstance(legal, Finite) and len(legal) <= 10_000:
        return tuple(codec.canonical(action) for action in legal)
    return (legal.expected(), repr(legal))


class _UniformPlayer(Player):
    def act(self, turn: Turn) -> Any:
        return turn.legal.sample(turn.rng)


@dataclass(frozen=True)
class Uniform(Agent):
    """Plays uniformly among the legal actions: who sits on the seats that a trial is not about."""

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent."""
        return AgentSpec("uniform", 1, Family.BASELINE, "plays uniformly among the legal actions")

    def sit(self, seat: Seat) -> Player:
        """A player that draws from the seat's own stream."""
        del seat
        return _UniformPlayer()


def _laboratory() -> Conditions:
    return Conditions(budget=Budget(simulations=8), patience_s=None)


@dataclass(frozen=True)
class AgentTrial:
    """An agent on the stand, in a game that it plays."""

    agent: Agent
    """The subject."""
    game: Game[Any, Any, Any]
    """What it plays."""
    law: str = ""
    """The law that is being checked."""
    seeds: tuple[int, ...] = (0, 1)
    """The deals that are played."""
    conditions: Conditions = field(default_factory=_laboratory)
    """The conditions; access is raised to what the agent needs."""

    @property
    def place(self) -> Place:
        """The trial as a whole."""
        return Place(self.law, f"{spell(self.agent)} in {spell(self.game)}")

    @property
    def deterministic(self) -> bool:
        """Whether the agent declares that the same seed gives the same play."""
        return self.agent.spec.deterministic

    def granted(self, budget: Budget | None = None) -> Conditions:
        """The conditions, with enough access for the agent."""
        needed = self.agent.spec.access
        access = self.conditions.access if self.conditions.access.allows(needed) else Access(needed)
        return dataclasses.replace(self.conditions, access=access, budget=budget or self.conditions.budget)

    def seatings(self, agent: Agent | None = None) -> Iterator[tuple[Agent, ...]]:
        """Tables with `agent`, the subject where None, on one seat that it can take, and `Uniform` on the others."""
        sitting = self.agent if agent is None else agent
        for seat, role in enumerate(self.game.spec.roles):
            if misfit(sitting, self.game, role) is None:
                others: list[Agent] = [Uniform()] * self.game.spec.players
                others[seat] = sitting
                yield tuple(others)

    def full_table(self, agent: Agent | None = None) -> tuple[Agent, ...]:
        """A table with `agent`, the subject where None, on every seat that it can take."""
        sitting = self.agent if agent is None else agent
        return tuple(
            sitting if misfit(sitting, self.game, role) is None else Uniform()
            for role in self.game.spec.roles
        )

    def play(self, table: tuple[Agent, ...], seed: int, budget: Budget | None = None) -> Record:
        """One match."""
        return play(self.game, table, seed, conditions=self.granted(budget))


def essence(record: Record) -> dict[str, Any]:
    """All of a record that chance and clocks have no part in, as comparable values."""
    parts = ("actions", "faults", "outcome", "scores", "digests", "steps", "decisions")
    return {name: codec.canonical(getattr(record, name)) for name in parts}
