"""The search tree that determinized UCT and information-set MCTS share.

One simulation walks from the root by the tree policy, adds one node, plays out from there and backs the returns up. What
makes two positions the same node is the business of a `Trail`: the actions taken (one world, or open loop), what the
acting player knows, or what the searcher knows.

Sources: L. Kocsis, C. Szepesvari, "Bandit based Monte-Carlo Planning", ECML 2006 (UCT); C. Browne et al., "A Survey of
Monte Carlo Tree Search Methods", IEEE TCIAIG 4(1), 2012; P. Cowling, E. Powley, D. Whitehouse, "Information Set Monte
Carlo Tree Search", IEEE TCIAIG 4(2), 2012 (availability counts); D. Silver et al., "Mastering the game of Go without human
knowledge", Nature 550, 2017 (PUCT); J. Schrittwieser et al., "Mastering Atari, Go, chess and shogi by planning with a
learned model", Nature 588, 2020 (values scaled by the range seen in the search).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

import numpy as np

from agents.search.base import Statistic
from agents.search.hooks import Prior
from agents.search.worlds import World, choices, sole_actor
from arena.game import Game

__all__ = ["ActingTrail", "Arm", "Node", "PathTrail", "Policy", "SearcherTrail", "Trail", "Tree", "Width"]

_TIE = 1e-9


class Arm:
    """What is known of one action at one node."""

    __slots__ = ("available", "prior", "total", "visits")

    def __init__(self, prior: float) -> None:
        self.prior = prior
        """The weight of the action before search."""
        self.visits = 0
        """How often it was taken."""
        self.available = 0
        """How often it could have been taken."""
        self.total = 0.0
        """The sum of the returns after it, for the player who acts at the node."""


class Node:
    """A decision of one player."""

    __slots__ = ("arms", "player")

    def __init__(self, player: int) -> None:
        self.player = player
        """Who acts."""
        self.arms: dict[Any, Arm] = {}
        """What is known of each action that was ever legal here."""


class Width:
    """The unit of exploration: the width of the range of returns.

    Args:
        low: the least return known beforehand; with `high` fixes the width. None for the range seen in this search.
        high: the greatest.
    """

    __slots__ = ("_fixed", "_high", "_low")

    def __init__(self, low: float | None = None, high: float | None = None) -> None:
        self._fixed = None if low is None or high is None else high - low
        self._low = math.inf
        self._high = -math.inf

    @classmethod
    def of(cls, scale: str, game: Game[Any, Any, Any]) -> Width:
        """The unit that an agent's `scale` means: ``range``, ``bounds`` or ``none``.

        Games without finite bounds of returns fall back to the range seen.
        """
        if scale == "none":
            return cls(0.0, 1.0)
        low, high = game.spec.returns
        if scale == "bounds" and math.isfinite(high - low) and high > low:
            return cls(low, high)
        return cls()

    def saw(self, value: float) -> None:
        """Widen the range seen."""
        self._low = min(self._low, value)
        self._high = max(self._high, value)

    @property
    def value(self) -> float:
        """The width; 1 while all returns seen are equal."""
        if self._fixed is not None:
            return self._fixed
        return self._high - self._low if self._high > self._low else 1.0


class Trail(Protocol):
    """Names the nodes along one simulation."""

    def at(self, world: World, player: int) -> Hashable:
        """The key of the node at which `player` acts in `world`."""

    def took(self, player: int, action: Any) -> None:
        """`player` took `action` at the node named last."""


class PathTrail:
    """A node is a sequence of actions from the root.

    In one world with fixed chance that is the position itself; over several copies of the true state, with chance drawn
    anew, it is open-loop search.
    """

    def __init__(self) -> None:
        self._path: tuple[Hashable, ...] = ()

    def at(self, world: World, player: int) -> Hashable:
        """The actions so far and who acts now."""
        del world
        return self._path, player

    def took(self, player: int, action: Any) -> None:
        """Lengthen the path."""
        del player
        self._path = (*self._path, action)


class ActingTrail:
    """A node is what the acting player knows: his view now, and what he saw and did since the root (perfect recall).

    Args:
        game: the rules, whose `key` says when two views are equal.
    """

    def __init__(self, game: Game[Any, Any, Any]) -> None:
        self._game = game
        self._known: dict[int, tuple[Hashable, ...]] = {}
        self._now: bytes = b""

    def at(self, world: World, player: int) -> Hashable:
        """The acting player, his past since the root and his view."""
        self._now = self._game.key(world.view(player))
        return player, self._known.get(player, ()), self._now

    def took(self, player: int, action: Any) -> None:
        """Remember what the player saw and did."""
        self._known[player] = (*self._known.get(player, ()), self._now, action)


class SearcherTrail:
    """A node is what the searcher knows at each decision since the root, his own or another's.

    This is the single observer of Cowling, Powley and Whitehouse (2012, section IV): one tree, in which the others choose
    among all that any of the searcher's worlds lets them do.

    Args:
        game: the rules, whose `key` says when two views are equal.
        searcher: the player who searches.
    """

    def __init__(self, game: Game[Any, Any, Any], searcher: int) -> None:
        self._game = game
        self._searcher = searcher
        self._known: tuple[Hashable, ...] = ()

    def at(self, world: World, player: int) -> Hashable:
        """All that the searcher has seen so far, and who acts now."""
        self._known = (*self._known, self._game.key(world.view(self._searcher)))
        return player, self._known

    def took(self, player: int, action: Any) -> None:
        """Remember what the searcher did himself; of the others' actions he knows what he sees."""
        if player == self._searcher:
            self._known = (*self._known, action)


class Policy:
    """How the tree chooses: UCB1 with availability counts, or PUCT.

    UCB1 (Cowling et al. 2012, section IV-C): ``mean + c * width * sqrt(ln(available) / visits)``, every arm once first.
    PUCT (Silver et al. 2017): ``mean + c * width * p * sqrt(available) / (1 + visits)``, where an arm that was never tried
    counts as the mean of those that were. An arm counts as available from the first time that it was legal; the paper
    counts from the first time it was tried, which is at most a few visits later.

    Args:
        selection: ``ucb1`` or ``puct``.
        exploration: c, in units of `width`.
        width: the unit of exploration.
        rng: breaks ties.
    """

    def __init__(self, selection: str, exploration: float, width: Width, rng: np.random.Generator) -> None:
        self._puct = selection == "puct"
        self._exploration = exploration
        self._width = width
        self._rng = rng

    def choose(self, node: Node, actions: Sequence[Any]) -> Any:
        """One of `actions`, all of which have an arm at `node`; each is then once more available."""
        arms = node.arms
        if self._puct:
            best = self._greatest(actions, self._puct_scores(node, actions))
        else:
            fresh = [action for action in actions if not arms[action].visits]
            best = fresh or self._greatest(actions, self._ucb_scores(node, actions))
        for action in actions:
            arms[action].available += 1
        return best[0] if len(best) == 1 else best[int(self._rng.integers(len(best)))]

    def _ucb_scores(self, node: Node, actions: Sequence[Any]) -> list[float]:
        reach = self._exploration * self._width.value
        scores = []
        for action in actions:
            arm = node.arms[action]
            scores.append(arm.total / arm.visits + reach * math.sqrt(math.log(arm.available) / arm.visits))
        return scores

    def _puct_scores(self, node: Node, actions: Sequence[Any]) -> list[float]:
        arms = [node.arms[action] for action in actions]
        visits = sum(arm.visits for arm in arms)
        unknown = sum(arm.total for arm in arms) / visits if visits else 0.0
        weight = sum(arm.prior for arm in arms) or 1.0
        reach = self._exploration * self._width.value
        return [
            (arm.total / arm.visits if arm.visits else unknown)
            + reach * arm.prior / weight * math.sqrt(max(arm.available, 1)) / (1 + arm.visits)
            for arm in arms
        ]

    def _greatest(self, actions: Sequence[Any], scores: Sequence[float]) -> list[Any]:
        edge = max(scores) - _TIE
        return [action for action, score in zip(actions, scores, strict=True) if score >= edge]


class Tree:
    """Nodes by their keys, grown by one simulation after another. Rewards are vectors: each player goes for his own.

    Args:
        policy: the tree policy.
        width: told every return that is backed up.
        prior: weighs the actions of a node; None weighs all alike.
    """

    def __init__(self, policy: Policy, width: Width, prior: Prior | None = None) -> None:
        self.root: Node | None = None
        """The node of the decision to be taken; None before the first simulation."""
        self._nodes: dict[Hashable, Node] = {}
        self._policy = policy
        self._width = width
        self._prior = prior

    def simulate(self, world: World, trail: Trail, rollout: Callable[[World, int], Sequence[float]]) -> None:
        """Run one simulation in `world`, which is used up.

        Args:
            world: a position that starts at the root.
            trail: a fresh one.
            rollout: the returns still to come for each player from a world that is so many steps past the root.
        """
        path: list[tuple[Node, Arm, Sequence[float]]] = []
        tail: Sequence[float] | None = None
        while (actor := sole_actor(world)) is not None:
            key = trail.at(world, actor)
            node = self._nodes.get(key)
            if node is None:
                node = self._nodes[key] = Node(actor)
                if path:
                    tail = rollout(world, len(path))
                    break
                self.root = self.root or node
            action = self._choose(node, world)
            trail.took(actor, action)
            world.step({actor: action})
            path.append((node, node.arms[action], world.rewards))
        self._back_up(path, tail)

    def statistics(self, actions: Sequence[Any]) -> list[Statistic]:
        """What the root knows of `actions`."""
        arms = self.root.arms if self.root else {}
        return [
            Statistic(action, arms[action].visits, arms[action].total)
            if action in arms
            else Statistic(action, 0, 0.0)
            for action in actions
        ]

    def __len__(self) -> int:
        return len(self._nodes)

    def _choose(self, node: Node, world: World) -> Any:
        actions = tuple(choices(world.legal(node.player)))
        missing = [action for action in actions if action not in node.arms]
        if missing:
            weights = self._prior(world, node.player, actions) if self._prior else (1.0,) * len(actions)
            for action, weight in zip(actions, weights, strict=True):
                if action not in node.arms:
                    node.arms[action] = Arm(weight)
        return self._policy.choose(node, actions)

    def _back_up(
        self, path: Sequence[tuple[Node, Arm, Sequence[float]]], tail: Sequence[float] | None
    ) -> None:
        to_go = list(tail) if tail is not None else [0.0] * len(path[-1][2])
        for node, arm, rewards in reversed(path):
            for player, reward in enumerate(rewards):
                to_go[player] += reward
            mine = to_go[node.player]
            arm.visits += 1
            arm.total += mine
            self._width.saw(mine)
