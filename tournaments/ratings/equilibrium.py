"""The equilibrium of greatest entropy of an antisymmetric game, by linear programs and one convex program.

In a game in which one wins what the other loses and both have the same actions, the optimal mixtures p are those in the simplex
with A p <= 0 (the value is 0). They form a polytope; its point of greatest entropy is unique, and treats copies of an agent
alike (Balduzzi et al. 2018, Advances in Neural Information Processing Systems 31, section 3; Fishburn 1984, Review of Economic
Studies 51, for the same set under the name of maximal lotteries).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["equilibria", "max_entropy"]

_ZERO: Final = 1e-9
"""Relative to the largest payoff: what counts as no payoff, and as no mass."""


def equilibria(games: NDArray[np.float64]) -> NDArray[np.float64]:
    """The equilibrium of greatest entropy of each game.

    Args:
        games: float64[R, K, K], antisymmetric, what the row gets against the column; K >= 1.

    Returns:
        float64[R, K], each row non-negative with sum 1.
    """
    found = np.zeros(games.shape[:2])
    scale = np.abs(games).max(axis=(1, 2), initial=0.0)
    tiny = _ZERO * np.maximum(scale, 1e-300)[:, np.newaxis, np.newaxis]
    beats = games > tiny
    # Those whom nobody beats share it evenly, if they leave nobody else unbeaten: then every optimal mixture is among them.
    # In most samples that is one agent.
    unbeaten = ~beats.any(axis=1)
    reached = (beats & unbeaten[:, :, np.newaxis]).any(axis=1) | unbeaten
    easy = unbeaten.any(axis=1) & reached.all(axis=1)
    found[easy] = unbeaten[easy] / unbeaten[easy].sum(axis=1, keepdims=True)
    kept: dict[bytes, NDArray[np.float64]] = {}
    for number in np.flatnonzero(~easy):
        members = _top_cycle(beats[number])
        game = games[number][np.ix_(members, members)]
        if len(members) == 3 and (np.abs(game[np.triu_indices(3, 1)]) > tiny[number, 0, 0]).all():
            # A cycle of three: each in proportion to what the other two play for.
            mass = np.abs([game[1, 2], game[0, 2], game[0, 1]])
            found[number, members] = mass / mass.sum()
            continue
        key = game.tobytes() + members.tobytes()
        if key not in kept:
            kept[key] = max_entropy(game)
        found[number, members] = kept[key]
    return found


def _top_cycle(beats: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The smallest set of which every member beats everybody outside (Smith 1973): no other agent is ever played."""
    order = np.argsort(-(beats.sum(axis=1) - beats.sum(axis=0)), kind="stable")
    for size in range(1, len(order)):
        inside, outside = order[:size], order[size:]
        if beats[np.ix_(inside, outside)].all():
            return np.sort(inside)
    return np.sort(order)


def max_entropy(game: NDArray[np.float64]) -> NDArray[np.float64]:
    """The equilibrium of greatest entropy of one antisymmetric game, float64[K] from float64[K, K]."""
    count = len(game)
    scale = float(np.abs(game).max(initial=0.0))
    if scale == 0.0:
        return np.full(count, 1.0 / count)
    game = np.where(np.abs(game) <= _ZERO * scale, 0.0, game / scale)
    strict = _strict(game)
    inside = strict > _ZERO
    core = game[np.ix_(inside, inside)]
    if int(np.linalg.matrix_rank(core, tol=1e-8)) == int(inside.sum()) - 1:
        return strict
    mass = np.zeros(count)
    mass[inside] = _even_kernel(core)
    if (game @ mass).max() <= 1e-9:
        return mass
    return _most_even(game, strict)


def _strict(game: NDArray[np.float64]) -> NDArray[np.float64]:
    """An optimal mixture that plays all that any optimal mixture plays.

    Of the solutions the one with the largest min(p - A p) is strictly complementary (Goldman & Tucker 1956): whoever is not
    played by it loses to it.
    """
    from scipy.optimize import linprog

    count = len(game)
    column, no = np.ones((count, 1)), np.zeros((count, 1))
    solved = linprog(
        np.r_[np.zeros(count), -1.0],
        A_ub=np.vstack([np.hstack([game, no]), np.hstack([game - np.eye(count), column])]),
        b_ub=np.zeros(2 * count),
        A_eq=np.ones((1, count + 1)) - np.eye(1, count + 1, count),
        b_eq=[1.0],
        bounds=[(0, 1)] * count + [(None, None)],
        method="highs",
    )
    mass = np.where(np.asarray(solved.x)[:count] > _ZERO, np.asarray(solved.x)[:count], 0.0)
    shares: NDArray[np.float64] = mass / mass.sum()
    return shares


def _even_kernel(core: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mixture p of greatest entropy with `core` @ p = 0, by Newton's method on the dual: p is exp of a row combination."""
    rows = core[_row_basis(core)] if core.any() else np.zeros((0, len(core)))
    dual = np.zeros(len(rows))
    mass = np.full(len(core), 1.0 / len(core))
    for _ in range(100):
        logits = rows.T @ dual
        mass = np.exp(logits - logits.max())
        mass /= mass.sum()
        slope = rows @ mass
        if not slope.size or np.abs(slope).max() < 1e-13:
            break
        curve = (rows * mass) @ rows.T - np.outer(slope, slope)
        step = np.linalg.lstsq(curve, slope, rcond=None)[0]
        dual = dual - step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
    return mass


def _most_even(game: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The optimal mixture of greatest entropy where replies outside the support bind, from a strict one."""
    from scipy.optimize import LinearConstraint, minimize

    inside = start > _ZERO
    rows = game[:, inside]
    equations = np.vstack([np.ones(inside.sum()), rows[inside]])
    goals = np.r_[1.0, np.zeros(int(inside.sum()))]
    basis = _row_basis(equations)
    search: Any = minimize  # its stubs do not know lambdas
    solved = search(
        lambda p: float(np.sum(p * np.log(np.maximum(p, 1e-300)))),
        start[inside],
        jac=lambda p: np.log(np.maximum(p, 1e-300)) + 1.0,
        bounds=[(1e-12, 1.0)] * int(inside.sum()),
        constraints=[
            LinearConstraint(equations[basis], goals[basis], goals[basis]),
            LinearConstraint(rows[~inside], -np.inf, 0.0),
        ],
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-14},
    )
    mass = np.zeros(len(game))
    mass[inside] = np.maximum(solved.x if solved.success else start[inside], 0.0)
    shares: NDArray[np.float64] = mass / mass.sum()
    return shares


def _row_basis(matrix: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rows that span all rows, the first one among them unless it is zero."""
    chosen: list[int] = []
    for row in range(len(matrix)):
        if np.linalg.matrix_rank(matrix[[*chosen, row]], tol=1e-9) > len(chosen):
            chosen.append(row)
    return np.array(chosen, dtype=np.int64)
