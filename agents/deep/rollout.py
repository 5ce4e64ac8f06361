"""Whole matches played side by side by learners, and what each decision brought.

Every match that is begun is played to its end, so there is no return to be guessed and nothing of the play to be kept
between two updates: a training that is resumed needs the network and the number of the update, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from arena.capabilities import Tables
from arena.jit import jit

__all__ = ["Choice", "Chooser", "Decisions", "Matches", "advantages", "play_matches"]


@dataclass(frozen=True, eq=False)
class Matches:
    """What is to be played: M matches, n seats."""

    variants: NDArray[np.int64]
    """int64[M], whose rules."""
    seeds: NDArray[np.uint64]
    """uint64[M], the deals."""
    seating: NDArray[np.int64]
    """int64[M, n], as `arena.capabilities.Tables.begin` has it."""
    dice: NDArray[np.uint64]
    """uint64[M, n], where the dice of each seat start."""


@dataclass(frozen=True, eq=False)
class Choice:
    """What a network chose; W decisions."""

    actions: NDArray[np.int64]
    """int64[W]."""
    log_probs: NDArray[np.float32]
    """float32[W], the logarithm of each action's probability; zeros where the network does not draw."""
    values: NDArray[np.float32]
    """float32[W], what it expects the rest of the match to bring, in its own units."""


class Chooser(Protocol):
    """A network at play."""

    def __call__(self, observations: NDArray[np.float32], masks: NDArray[np.bool_]) -> Choice:
        """Choose for observations, float32[W, F], among what the masks, bool[W, A], allow."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """All decisions of one learner, those of one seat in one match next to each other and in their order; N decisions."""

    observations: NDArray[np.float32]
    """float32[N, F]."""
    masks: NDArray[np.bool_]
    """bool[N, A]."""
    actions: NDArray[np.int64]
    """int64[N]."""
    log_probs: NDArray[np.float32]
    """float32[N]."""
    values: NDArray[np.float32]
    """float32[N]."""
    rewards: NDArray[np.float64]
    """float64[N], what came between this decision and the seat's next one, or the end; in the game's unit."""
    last: NDArray[np.bool_]
    """bool[N], whether it was the seat's last decision of the match."""
    matches: NDArray[np.int64]
    """int64[N], the number of the match."""
    seats: NDArray[np.int64]
    """int64[N]."""
    advice: NDArray[np.int64]
    """int64[N], what the teacher would have played; -1 where there is none."""
    returns: NDArray[np.float64]
    """float64[M, n], what every seat of every match got."""

    def __len__(self) -> int:
        return len(self.actions)


def play_matches(
    tables: Tables, matches: Matches, choosers: Sequence[Chooser], teacher: int | None = None
) -> Decisions:
    """Play every match to its end and keep the decisions of learner 0.

    Args:
        tables: with at least as many lanes as there are matches; lane m plays match m.
        matches: what is to be played.
        choosers: learner g is ``choosers[g]``.
        teacher: the number of the policy that says what it would play; None for nobody.
    """
    tables.begin(
        np.arange(len(matches.seeds)), matches.variants, matches.seeds, matches.seating, matches.dice
    )
    kept: list[tuple[Any, ...]] = []
    while True:
        askers = tables.askers
        waiting = np.flatnonzero(askers >= 0)
        if not len(waiting):
            break
        for number in np.unique(askers[waiting]):
            lanes = waiting[askers[waiting] == number]
            observations, masks = tables.observe(lanes)
            choice = choosers[number](observations, masks)
            if number == 0:
                seats = tables.actors[lanes]
                before = tables.returns[lanes, seats]
                advice = (
                    np.full(len(lanes), -1)
                    if teacher is None
                    else tables.advise(lanes, teacher, matches.dice[lanes, seats])
                )
                chosen = (choice.actions, choice.log_probs, choice.values)
                kept.append((observations, masks, *chosen, before, lanes, seats, advice))
            tables.act(lanes, choice.actions)
    return _in_order(kept, tables.returns[: len(matches.seeds)], tables)


def _in_order(kept: list[tuple[Any, ...]], returns: NDArray[np.float64], tables: Tables) -> Decisions:
    """The decisions seat by seat."""
    if not kept:
        empty = np.zeros(0)
        wide, masks = np.zeros((0, tables.features), np.float32), np.zeros((0, tables.actions), np.bool_)
        none = empty.astype(np.int64)
        small = empty.astype(np.float32)
        return Decisions(wide, masks, none, small, small, empty, masks[:, 0], none, none, none, returns)
    columns = [np.concatenate(column) for column in zip(*kept, strict=True)]
    lanes, seats = columns[6], columns[7]
    order = np.argsort(lanes * returns.shape[1] + seats, kind="stable")
    observations, masks, actions, log_probs, values, before, lanes, seats, advice = (
        column[order] for column in columns
    )
    last = np.ones(len(order), np.bool_)
    last[:-1] = (lanes[1:] != lanes[:-1]) | (seats[1:] != seats[:-1])
    after = np.append(before[1:], 0.0)
    after[last] = returns[lanes[last], seats[last]]
    return Decisions(
        observations,
        masks,
        actions,
        log_probs,
        values,
        after - before,
        last,
        lanes,
        seats,
        advice,
        returns,
    )


@jit
def _advantages(  # noqa: PLR0917  # compiled code takes its arguments by place
    rewards: NDArray[np.float64],
    values: NDArray[np.float32],
    last: NDArray[np.bool_],
    discount: float,
    trace: float,
    out: NDArray[np.float32],
) -> None:
    ahead = 0.0
    for place in range(len(rewards) - 1, -1, -1):
        if last[place]:
            ahead = rewards[place] - values[place]
        else:
            surprise = rewards[place] + discount * values[place + 1] - values[place]
            ahead = surprise + discount * trace * ahead
        out[place] = ahead


def advantages(
    rewards: NDArray[np.float64],
    values: NDArray[np.float32],
    last: NDArray[np.bool_],
    discount: float,
    trace: float,
) -> NDArray[np.float32]:
    """Generalized advantage estimates, float32[N].

    Schulman et al., "High-Dimensional Continuous Control Using Generalized Advantage Estimation", ICLR 2016, eq. 16:
    ``A_t = sum_k (discount * trace)^k (r_t+k + discount * V_t+k+1 - V_t+k)`` with V = 0 after the last decision.

    Args:
        rewards: float64[N], as in `Decisions`, in the units of `values`.
        values: float32[N].
        last: bool[N].
        discount: gamma, in [0, 1].
        trace: lambda, in [0, 1]; 1 gives the return less the value.
    """
    out = np.empty(len(rewards), np.float32)
    _advantages(rewards, values, last, discount, trace, out)
    return out
