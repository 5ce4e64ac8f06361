"""Information-set MCTS with a single observer: a new guessed world for every simulation, one tree for all of them.

A node stands for what can be known, not for a world, so a player cannot plan one thing in one world and another in the
next where he could not tell them apart: *strategy fusion*, the weakness of determinized UCT, is gone for whoever acts at the
node (I. Frank, D. Basin, Artificial Intelligence 100, 1998). An action's bound counts how often it was *available*, since
the worlds differ in what they allow.

Two choices of what a node is: with ``nodes=information`` every player's node is what *he* knows of the world at hand, as in
OpenSpiel's bot (M. Lanctot et al., "OpenSpiel: A Framework for Reinforcement Learning in Games", arXiv 1908.09453); with
``nodes=searcher`` every node is what the *searcher* knows (SO-ISMCTS of the paper), so that the others choose as if they did
not see their own cards, but all worlds teach the same few nodes.

Known weakness: *non-locality*. Worlds are drawn as if the others' play told nothing of their cards, unless an `inference`
weighs them; and a deterministic maximum of visits is no mixed strategy, so it does not converge to an equilibrium
(V. Lisy, M. Lanctot, M. Bowling, "Online Monte Carlo Counterfactual Regret Minimization for Search in Imperfect Information
Games", AAMAS 2015).

Sources: P. Cowling, E. Powley, D. Whitehouse, "Information Set Monte Carlo Tree Search", IEEE TCIAIG 4(2), 2012;
D. Rubin, "The calculation of posterior distributions by data augmentation: comment", JASA 82, 1987 (sampling importance
resampling, for `inference`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.search import hooks
from agents.search.base import (
    Choice,
    Meter,
    SearchAgent,
    SearchPlayer,
    at_least,
    limits,
    one_of,
    search_spec,
)
from agents.search.mcts import SCALES
from agents.search.tree import ActingTrail, Policy, SearcherTrail, Trail, Tree, Width
from agents.search.worlds import Imagined, World
from arena.agent import AgentSpec, Seat, Turn
from arena.errors import BadParameter

__all__ = ["ISMCTS"]


@dataclass(frozen=True)
class ISMCTS(SearchAgent):
    """Searches one tree of information sets over a new guessed world for every simulation."""

    exploration: float = 0.7
    """The constant c of UCB1 or PUCT, at least 0, in units of `scale`."""
    selection: str = "ucb1"
    """The tree policy: ``ucb1`` with availability counts, or ``puct`` with `prior`."""
    nodes: str = "information"
    """What a node stands for: the ``information`` of whoever acts, or that of the ``searcher``."""
    final: str = "visits"
    """What is played: the action with most ``visits``, or with the best mean ``value``."""
    scale: str = "range"
    """The unit of exploration: the width of the ``range`` of returns seen in this decision, of the ``bounds`` that the game
    declares, or 1 (``none``)."""
    prior: str | None = None
    """The registered prior (`agents.search.hooks`) of ``puct``; None weighs all actions alike."""
    inference: str | None = None
    """The registered inference (`agents.search.hooks`) that weighs worlds; None takes them as they come."""
    candidates: int = 8
    """Worlds of which one is drawn by its weight for each simulation, at least 1; used with `inference` only."""

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent with these parameters."""
        self.check()
        at_least("exploration", self.exploration, 0)
        at_least("candidates", self.candidates, 1)
        one_of("selection", self.selection, ("ucb1", "puct"))
        one_of("nodes", self.nodes, ("information", "searcher"))
        one_of("final", self.final, ("visits", "value"))
        one_of("scale", self.scale, SCALES)
        if self.prior is not None and self.selection != "puct":
            raise BadParameter(f"expected selection=puct for prior={self.prior}, got {self.selection!r}")
        return search_spec("ismcts", "searches one tree of information sets over many guessed worlds")

    def searcher(self, seat: Seat) -> SearchPlayer:
        """The generic player, in Python."""
        return _ISMCTSPlayer(self, seat)


class _ISMCTSPlayer(SearchPlayer):
    def __init__(self, agent: ISMCTS, seat: Seat) -> None:
        super().__init__(seat)
        self._agent = agent
        self._rollout = agent.playout(seat)
        self._prior = None if agent.prior is None else hooks.prior(agent.prior)
        self._inference = None if agent.inference is None else hooks.inference(agent.inference)

    def decide(self, turn: Turn, actions: Sequence[Any]) -> Choice:
        agent = self._agent
        meter = Meter(limits(agent, turn.budget))
        width = Width.of(agent.scale, self.seat.game)
        tree = Tree(Policy(agent.selection, agent.exploration, width, turn.rng), width, self._prior)

        def rollout(world: World, steps: int) -> list[float]:
            return self._rollout(world, turn.ply + steps, turn.rng)

        while meter.more():
            world = self._guess(turn)
            tree.simulate(world, self._trail(), rollout)
            world.close()
            meter.used += 1
        statistics = tree.statistics(actions)
        tried = [found for found in statistics if found.visits]
        by_visits = agent.final == "visits"
        best = max(tried, key=lambda found: (found.visits if by_visits else 0, found.total / found.visits))
        return Choice(best, statistics, meter.used, meter.used)

    def _trail(self) -> Trail:
        if self._agent.nodes == "searcher":
            return SearcherTrail(self.seat.game, self.seat.player)
        return ActingTrail(self.seat.game)

    def _guess(self, turn: Turn) -> Imagined:
        if self._inference is None:
            return self._world(turn)
        worlds = [self._world(turn) for _ in range(self._agent.candidates)]
        weights = np.array([self._inference(world, self.seat.player, turn.view) for world in worlds])
        total = weights.sum()
        # Where every candidate is impossible, the inference tells nothing.
        chances = weights / total if total > 0 else None
        chosen = int(turn.rng.choice(len(worlds), p=chances))
        for number, world in enumerate(worlds):
            if number != chosen:
                world.close()
        return worlds[chosen]

    def _world(self, turn: Turn) -> Imagined:
        return Imagined.of(self.seat.game, turn.view, self.seat.player, turn.rng)
