"""Determinized UCT: one tree for each of several guessed worlds, the visits of their roots added up.

In each world everything is known, so each tree is a plain UCT tree of a game of perfect information, also with fixed
chance; the action that most simulations of all worlds chose is played. Where nothing is hidden and nothing left to chance,
one world is enough and this is UCT.

Known weaknesses: *strategy fusion*, because each tree may choose another action where the searcher could not tell the
worlds apart, and *non-locality*, because worlds that the others' play makes unlikely count as much as any (I. Frank,
D. Basin, "Search in games with incomplete information", Artificial Intelligence 100, 1998; J. Long, N. Sturtevant, M. Buro,
T. Furtak, "Understanding the Success of Perfect Information Monte Carlo Sampling in Game Tree Search", AAAI 2010). So it
never plays to hide what it knows or to learn what it does not; `agents.search.ismcts` mends the first.

Sources: L. Kocsis, C. Szepesvari, ECML 2006; C. Browne et al., IEEE TCIAIG 4(1), 2012; P. Cowling, E. Powley,
D. Whitehouse, IEEE TCIAIG 4(2), 2012, section III-B (determinized UCT, root statistics summed).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agents.search.base import (
    Choice,
    Meter,
    SearchAgent,
    SearchPlayer,
    Statistic,
    at_least,
    limits,
    one_of,
    search_spec,
)
from agents.search.tree import PathTrail, Policy, Tree, Width
from agents.search.worlds import Imagined, World
from arena.agent import AgentSpec, Seat, Turn
from arena.conditions import Access
from arena.errors import NotCapable
from arena.game import Information

__all__ = ["MCTS", "SCALES"]

SCALES: Final = ("range", "bounds", "none")
"""What `scale` may be."""


@dataclass(frozen=True)
class MCTS(SearchAgent):
    """Searches a tree of perfect information in each of several guessed worlds and adds the visits up."""

    worlds: int = 10
    """Worlds a decision, at least 1; the simulations are dealt to them in turn. One where nothing is hidden and the game
    has no chance."""
    exploration: float = 0.7
    """The constant c of UCB1, at least 0, in units of `scale`."""
    scale: str = "range"
    """The unit of exploration: the width of the ``range`` of returns seen in this decision, of the ``bounds`` that the game
    declares, or 1 (``none``)."""
    access: str = "rules"
    """``rules`` guesses worlds; ``state`` searches copies of the true state, with chance drawn anew in each, in one tree
    over sequences of actions. It then sees what is hidden, is ranked apart, and needs a match that grants it."""

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent with these parameters."""
        self.check()
        at_least("worlds", self.worlds, 1)
        at_least("exploration", self.exploration, 0)
        one_of("scale", self.scale, SCALES)
        one_of("access", self.access, ("rules", "state"))
        summary = "searches a tree of perfect information in each of several guessed worlds"
        return search_spec("mcts", summary, Access(self.access))

    def searcher(self, seat: Seat) -> SearchPlayer:
        """The generic player, in Python."""
        return _MCTSPlayer(self, seat)


class _MCTSPlayer(SearchPlayer):
    def __init__(self, agent: MCTS, seat: Seat) -> None:
        super().__init__(seat)
        self._agent = agent
        self._rollout = agent.playout(seat)

    def decide(self, turn: Turn, actions: Sequence[Any]) -> Choice:
        meter = Meter(limits(self._agent, turn.budget))
        forking = self._agent.access == "state"
        guessed = [] if forking else self._guess(turn, meter)
        doors = [_fork(turn)] if forking else [world.copy for world in guessed]
        trees = [self._tree(turn) for _ in doors]

        def rollout(world: World, steps: int) -> list[float]:
            return self._rollout(world, turn.ply + steps, turn.rng)

        while meter.more():
            place = meter.used % len(trees)
            world = doors[place]()
            trees[place].simulate(world, PathTrail(), rollout)
            world.close()
            meter.used += 1
        for world in guessed:
            world.close()
        statistics = _summed([tree.statistics(actions) for tree in trees])
        best = max(statistics, key=lambda found: (found.visits, found.mean or 0.0))
        return Choice(best, statistics, meter.used, meter.used if forking else min(meter.used, len(trees)))

    def _tree(self, turn: Turn) -> Tree:
        width = Width.of(self._agent.scale, self.seat.game)
        return Tree(Policy("ucb1", self._agent.exploration, width, turn.rng), width)

    def _guess(self, turn: Turn, meter: Meter) -> list[Imagined]:
        spec = self.seat.game.spec
        certain = spec.information is Information.PERFECT and not spec.chance
        count = 1 if certain else min(self._agent.worlds, meter.bounds.simulations or self._agent.worlds)
        return [Imagined.of(self.seat.game, turn.view, self.seat.player, turn.rng) for _ in range(count)]


def _fork(turn: Turn) -> Callable[[], World]:
    if turn.simulator is None:
        raise NotCapable("mcts(access=state) needs a match that grants access 'state'")
    return turn.simulator.fork


def _summed(trees: Sequence[Sequence[Statistic]]) -> list[Statistic]:
    return [
        Statistic(column[0].action, sum(part.visits for part in column), sum(part.total for part in column))
        for column in zip(*trees, strict=True)
    ]
