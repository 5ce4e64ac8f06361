"""Zero-sum games of two players solved exactly: the sequence-form linear program over an OpenSpiel game.

Source: D. Koller, N. Megiddo, B. von Stengel, "Fast algorithms for finding randomized strategies in game trees", STOC 1994:
maximize e.q over x, q subject to E x = e, x >= 0 and F^T q <= A^T x, where x holds the realization weights of the sequences
of player 0 and A the payoffs by pairs of sequences, weighted with chance.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, sparse

# SciPy's stubs know fewer forms of arguments than SciPy.
coo_matrix: Any = sparse.coo_matrix
bmat: Any = sparse.bmat
linprog: Any = optimize.linprog


class Solution(NamedTuple):
    """The value for player 0 and his optimal policy: action probabilities by information state."""

    value: float
    policy: dict[str, dict[int, float]]
    histories: int
    states: tuple[int, int]


class _Side:
    """Sequences and information sets of one player; sequence 0 and set 0 are the empty ones."""

    def __init__(self) -> None:
        self.sequences: dict[tuple[str, int], int] = {}
        self.sets: dict[str, int] = {}
        self.parent: list[int] = [-1]

    def sequence(self, state: str, action: int, before: int, actions: list[int]) -> int:
        if state not in self.sets:
            self.sets[state] = len(self.sets) + 1
            self.parent.append(before)
            for number in actions:
                self.sequences[state, number] = len(self.sequences) + 1
        return self.sequences[state, action]

    def constraints(self) -> Any:
        rows, columns, values = [0], [0], [1.0]
        for row in self.sets.values():
            rows.append(row)
            columns.append(self.parent[row])
            values.append(-1.0)
        for (state, _), column in self.sequences.items():
            rows.append(self.sets[state])
            columns.append(column)
            values.append(1.0)
        return coo_matrix((values, (rows, columns)), shape=(len(self.sets) + 1, len(self.sequences) + 1))


def solve(game: Any) -> Solution:
    """The exact solution of a `pyspiel.Game` for two, zero-sum and with perfect recall."""
    sides = (_Side(), _Side())
    payoffs: dict[tuple[int, int], float] = {}
    histories = 0

    def walk(state: Any, chance: float, at: tuple[int, int]) -> None:
        nonlocal histories
        histories += 1
        if state.is_terminal():
            payoffs[at] = payoffs.get(at, 0.0) + chance * state.returns()[0]
            return
        if state.is_chance_node():
            for outcome, share in state.chance_outcomes():
                walk(state.child(outcome), chance * share, at)
            return
        player = state.current_player()
        name, actions = state.information_state_string(), state.legal_actions()
        for action in actions:
            sequence = sides[player].sequence(name, action, at[player], actions)
            walk(state.child(action), chance, (sequence, at[1]) if player == 0 else (at[0], sequence))

    walk(game.new_initial_state(), 1.0, (0, 0))
    rows, columns = zip(*payoffs, strict=True)
    first, second = sides
    shape = (len(first.sequences) + 1, len(second.sequences) + 1)
    matrix = coo_matrix((list(payoffs.values()), (rows, columns)), shape=shape)
    own, other = first.constraints(), second.constraints()
    free, weights = other.shape[0], shape[0]
    fixed = np.zeros(own.shape[0])
    fixed[0] = 1.0
    found = linprog(
        c=np.concatenate([np.zeros(weights), -np.eye(free)[0]]),
        A_ub=bmat([[-matrix.T, other.T]], format="csr"),
        b_ub=np.zeros(shape[1]),
        A_eq=bmat([[own, coo_matrix((own.shape[0], free))]], format="csr"),
        b_eq=fixed,
        bounds=[(0, None)] * weights + [(None, None)] * free,
        method="highs",
    )
    assert found.success, found.message
    return Solution(-found.fun, _policy(first, found.x), histories, (len(first.sets), len(second.sets)))


def _policy(side: _Side, weights: Any) -> dict[str, dict[int, float]]:
    policy: dict[str, dict[int, float]] = {state: {} for state in side.sets}
    for (state, action), column in side.sequences.items():
        above = weights[side.parent[side.sets[state]]]
        policy[state][action] = weights[column] / above if above > 1e-9 else -1.0
    for actions in policy.values():
        if min(actions.values()) < 0:
            actions.update(dict.fromkeys(actions, 1 / len(actions)))
    return policy
