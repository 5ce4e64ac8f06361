"""Small zero-sum games of two players, solved exactly, and what a perfect rival would win from an agent there.

The whole tree is walked once into its *sequence form*: a player's plan is a vector of weights of his sequences of actions,
and the payoff of two plans x and y is x'Ay. Then the solution is a linear program, and a best response one pass over the
information sets.

Sources: D. Koller, N. Megiddo, B. von Stengel, "Fast algorithms for finding randomized strategies in game trees", STOC 1994;
M. Johanson, K. Waugh, M. Bowling, M. Zinkevich, "Accelerating Best Response Calculation in Large Extensive Games", IJCAI 2011
(exploitability).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from arena import streams
from arena.adapters.history import History
from arena.agent import Agent, Seat, Turn
from arena.capabilities import Enumerable, Indexed
from arena.conditions import Conditions
from arena.errors import BadParameter, NotCapable
from arena.facts import game_spec
from arena.game import Dynamics, Game, Utility

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Knowledge", "Policy", "SequenceForm", "Solution", "exploitability", "solve", "tabulate"]

Policy = Mapping[str, Sequence[float]]
"""A probability for each legal action, in the order of their numbers, by the name of the information set."""


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What one player may know when he acts: an information set."""

    name: str
    """A digest of his views and actions so far, `History.information`."""
    before: int
    """The number of the sequence of his own actions that led here; 0 for none."""
    first: int
    """The number of the sequence that ends with the first action here; those of the others follow."""
    actions: tuple[int, ...]
    """The numbers of the legal actions, ascending."""
    example: History
    """One of the histories that he cannot tell apart."""


@dataclass(frozen=True, eq=False)
class SequenceForm:
    """The tree of a game as a matrix."""

    game: Game[Any, Any, Any]
    """The rules."""
    sets: tuple[tuple[Knowledge, ...], tuple[Knowledge, ...]]
    """The information sets of each player; whatever comes later in the match stands later."""
    payoffs: csr_array
    """float64[sequences of player 0, sequences of player 1]: what player 0 gets, weighed with the probability of chance."""
    histories: int
    """Nodes of the tree, with those of chance and the ends."""

    @classmethod
    def of(cls, game: Game[Any, Any, Any], most: int = 2_000_000) -> SequenceForm:
        """Walk the whole tree of `game`.

        Args:
            game: two players, in turns, zero-sum, with chance that can be listed and actions with one number each.
            most: histories beyond which the game is refused.

        Raises:
            NotCapable: if the game is none of these, or larger.
        """
        _check(game)
        walk = _Walk(game, most)
        walk.run()
        return cls(game, (tuple(walk.sets[0]), tuple(walk.sets[1])), walk.matrix(), walk.histories)

    def weights(self, player: int, policy: Policy) -> NDArray[np.float64]:
        """The plan of `player` that `policy` means: the probability that his own choices follow each sequence.

        Raises:
            BadParameter: if the policy lacks an information set, or its probabilities do not add up to 1.
        """
        plan = np.zeros(self.payoffs.shape[player])
        plan[0] = 1.0
        for known in self.sets[player]:
            chances = policy.get(known.name)
            if chances is None or len(chances) != len(known.actions) or abs(sum(chances) - 1) > 1e-6:
                raise BadParameter(
                    f"expected {len(known.actions)} probabilities for {known.name}, got {chances!r}"
                )
            plan[known.first : known.first + len(chances)] = plan[known.before] * np.asarray(chances)
        return plan

    def policy(self, player: int, plan: NDArray[np.float64]) -> dict[str, list[float]]:
        """The policy that a plan of `player` means; uniform where it never gets to."""
        table = {}
        for known in self.sets[player]:
            weights = np.maximum(plan[known.first : known.first + len(known.actions)], 0.0)
            total = weights.sum()
            uniform = np.full(len(weights), 1 / len(weights))
            table[known.name] = (weights / total if total > 1e-9 else uniform).tolist()
        return table

    def value(self, first: Policy, second: Policy) -> float:
        """What player 0 gets on average by `first` against `second`."""
        return float(self.weights(0, first) @ (self.payoffs @ self.weights(1, second)))

    def worth(self, player: int, rival: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each sequence of `player` gets against the plan `rival` where a match ends behind it."""
        return np.asarray(self.payoffs @ rival if player == 0 else -(self.payoffs.T @ rival))

    def best_plan(self, player: int, rival: NDArray[np.float64]) -> NDArray[np.float64]:
        """The plan of `player` that gets most against the plan `rival`, one action at each information set.

        Args:
            player: who responds, 0 or 1.
            rival: float64[sequences of the other player].

        Returns:
            float64[sequences of `player`], zeros and ones.
        """
        worth = self.worth(player, rival)
        best = []
        # What comes later stands later, so one pass backwards has every later choice made.
        for known in reversed(self.sets[player]):
            gains = worth[known.first : known.first + len(known.actions)]
            place = int(gains.argmax())
            worth[known.before] += gains[place]
            best.append(known.first + place)
        plan = np.zeros(len(worth))
        plan[0] = 1.0
        for known, chosen in zip(self.sets[player], reversed(best), strict=True):
            plan[chosen] = plan[known.before]
        return plan

    def best_response(self, player: int, rival: Policy) -> float:
        """The most that `player` can get on average against `rival`."""
        plan = self.weights(1 - player, rival)
        return float(self.best_plan(player, plan) @ self.worth(player, plan))


@dataclass(frozen=True)
class Solution:
    """An equilibrium."""

    value: float
    """What player 0 gets on average when both play by it."""
    policies: tuple[dict[str, list[float]], dict[str, list[float]]]
    """The policy of each player."""


def solve(form: SequenceForm) -> Solution:
    """An equilibrium of the game, by linear programming.

    Player 0 maximizes q[0] over plans x and values q with F'q <= A'x (Koller et al. 1994); the duals are player 1's plan.
    """
    from scipy import optimize, sparse

    own, other = _flows(form, 0), _flows(form, 1)
    weights, values = form.payoffs.shape[0], other.shape[0]
    start = np.zeros(own.shape[0])
    start[0] = 1.0
    linprog: Any = optimize.linprog  # SciPy's stubs know fewer forms of its arguments than SciPy
    found = linprog(
        c=np.concatenate([np.zeros(weights), -np.eye(1, values)[0]]),
        A_ub=sparse.hstack([-form.payoffs.T, other.T], format="csr"),
        b_ub=np.zeros(form.payoffs.shape[1]),
        A_eq=sparse.hstack([own, sparse.csr_array((own.shape[0], values))], format="csr"),
        b_eq=start,
        bounds=[(0, None)] * weights + [(None, None)] * values,
        method="highs",
    )
    if not found.success:
        raise NotCapable(f"{game_spec(form.game).name} could not be solved: {found.message}")
    policies = form.policy(0, found.x[:weights]), form.policy(1, -found.ineqlin.marginals)
    return Solution(float(-found.fun), policies)


def exploitability(form: SequenceForm, policies: tuple[Policy, Policy]) -> float:
    """What perfect rivals win from `policies`, a match and seat on average; 0 for an equilibrium.

    It is the mean over the seats of the gain of a best response, as in OpenSpiel's ``exploitability``.
    """
    return (form.best_response(0, policies[1]) + form.best_response(1, policies[0])) / 2


def tabulate(form: SequenceForm, agent: Agent, samples: int = 1, seed: int = 0) -> tuple[Policy, Policy]:
    """How `agent` plays each seat: the share of each action in `samples` decisions at every information set.

    Each decision is asked of a player who has just sat down, so what an agent remembers of his own earlier turns is left
    out. An agent that draws its actions needs many samples.

    Raises:
        BadParameter: if `samples` is not positive.
        IllegalAction: if the agent chooses what is not legal.
    """
    if samples < 1:
        raise BadParameter(f"expected samples >= 1, got {samples!r}")
    tables: list[dict[str, list[float]]] = [{}, {}]
    for player, table in enumerate(tables):
        for known in form.sets[player]:
            counts = dict.fromkeys(known.actions, 0)
            for sample in range(samples):
                dice = streams.number(streams.root_key(seed), "tabulate", known.name, sample)
                counts[_decision(form.game, agent, player, known.example, dice)] += 1
            table[known.name] = [count / samples for count in counts.values()]
    return tables[0], tables[1]


def _decision(game: Any, agent: Agent, player: int, node: History, dice: int) -> int:
    seat = Seat(game, player, game_spec(game).roles[player], Conditions(), dice)
    sitting = agent.sit(seat)
    action = sitting.act(Turn(node.view(player), game.legal(node.state, player), len(node.moves), seat))
    sitting.close(None)
    return int(game.index(action))


def _check(game: Game[Any, Any, Any]) -> None:
    spec = game_spec(game)
    wrong = {
        "it is not for two": spec.players != 2,
        "several players act at once": spec.dynamics is not Dynamics.TURNS,
        "it is not zero-sum": spec.utility is not Utility.ZERO_SUM,
        "its chance cannot be listed (Enumerable)": not isinstance(game, Enumerable),
        "its actions have no numbers (Indexed)": not isinstance(game, Indexed),
    }
    for why, applies in wrong.items():
        if applies:
            raise NotCapable(f"{spec.name} cannot be solved exactly: {why}")


def _flows(form: SequenceForm, player: int) -> csr_array:
    """What makes a vector a plan: the weights after an information set add up to the weight before it."""
    from scipy import sparse

    rows, columns, values = [0], [0], [1.0]
    for row, known in enumerate(form.sets[player], start=1):
        count = len(known.actions)
        rows += [row] * (count + 1)
        columns += [known.before, *range(known.first, known.first + count)]
        values += [-1.0, *[1.0] * count]
    shape = (len(form.sets[player]) + 1, form.payoffs.shape[player])
    return sparse.csr_array((values, (rows, columns)), shape=shape)


class _Walk:
    """Walks a tree, depth first."""

    def __init__(self, game: Game[Any, Any, Any], most: int) -> None:
        self.sets: tuple[list[Knowledge], list[Knowledge]] = ([], [])
        self.histories = 0
        self._game = game
        self._most = most
        self._known: tuple[dict[str, Knowledge], dict[str, Knowledge]] = ({}, {})
        self._sequences = [1, 1]
        self._ends: dict[tuple[int, int], float] = {}

    def run(self) -> None:
        """Visit every history."""
        waiting = [(History.start(self._game), 1.0, (0, 0))]
        while waiting:
            node, chance, at = waiting.pop()
            self.histories += 1
            if self.histories > self._most:
                name = game_spec(self._game).name
                raise NotCapable(f"{name} cannot be solved exactly: more than {self._most} histories")
            if node.branches:
                waiting += [
                    (node.child(number), chance * share, at)
                    for number, (share, _) in enumerate(node.branches)
                ]
            elif node.actor is None:
                self._ends[at] = self._ends.get(at, 0.0) + chance * node.returns[0]
            else:
                waiting += self._after(node, node.actor, chance, at)

    def matrix(self) -> csr_array:
        """The payoffs by pairs of sequences."""
        from scipy import sparse

        pairs = np.array(list(self._ends))
        values = np.array(list(self._ends.values()))
        shape = (self._sequences[0], self._sequences[1])
        return sparse.csr_array((values, (pairs[:, 0], pairs[:, 1])), shape=shape)

    def _after(
        self, node: History, player: int, chance: float, at: tuple[int, int]
    ) -> list[tuple[History, float, tuple[int, int]]]:
        name = node.information(player)
        known = self._known[player].get(name)
        if known is None:
            first = self._sequences[player]
            known = Knowledge(name, at[player], first, tuple(node.numbers), node)
            self._sequences[player] += len(known.actions)
            self._known[player][name] = known
            self.sets[player].append(known)
        return [
            (
                node.child(number),
                chance,
                (known.first + place, at[1]) if player == 0 else (at[0], known.first + place),
            )
            for place, number in enumerate(known.actions)
        ]
