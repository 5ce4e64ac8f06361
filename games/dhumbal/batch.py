"""Whole blocks of matches in compiled code, for compiled policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from arena import dice
from arena.capabilities import BatchOutcome, CompiledPolicy
from arena.errors import BadInput
from arena.jit import compile_together, jit
from games.dhumbal.bits import int64
from games.dhumbal.engine import begin, is_legal, step
from games.dhumbal.metrics import TOTALS, metrics_of
from games.dhumbal.policy import Line, call, line_up
from games.dhumbal.rules import RULES, Rules
from games.dhumbal.state import POLICY, STATE, VIEW
from games.dhumbal.view import observe

__all__ = ["digest", "keep_totals", "play_blocks", "play_recorded"]


@jit
def digest(words: NDArray[np.uint64]) -> np.uint64:
    """Sixty-four bits that two different states share by chance only.

    Args:
        words: uint64[80], the bytes of one record STATE.
    """
    # Four polynomials side by side: one alone would wait for each product.
    a, b, c, d = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    for place in range(0, len(words), 4):
        a = a * dice.GOLDEN + words[place]
        b = b * dice.GOLDEN + words[place + 1]
        c = c * dice.GOLDEN + words[place + 2]
        d = d * dice.GOLDEN + words[place + 3]
    return dice.mix(a ^ dice.mix(b ^ dice.mix(c ^ dice.mix(d))))


@jit
def _play_all(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    words: NDArray[np.uint64],
    views: Any,
    line: tuple[Any, Any, Any],
    rules: Any,
    deals: NDArray[np.uint64],
    seatings: NDArray[np.int64],
    rngs: NDArray[np.uint64],
    results: tuple[Any, Any, Any, Any],
    log: NDArray[np.int16],
) -> None:
    """Play every seating of every block.

    Args:
        states: STATE[1], scratch.
        words: the same memory, uint64[80].
        views: VIEW[1], scratch.
        line: addresses, parameters and offsets of a `Line`.
        rules: record RULES.
        deals: uint64[B].
        seatings: int64[B, S, n].
        rngs: uint64[B, S, n, 1], consumed.
        results: of the final states TOTALS[B, S], int32[B, S, n] decisions, uint64[B, S] digests, int8[B, S] faults.
        log: int16[any], receives the actions of the last match as far as they fit.
    """
    addresses, parameters, offsets = line
    totals, decisions, digests, faults = results
    state, view = states[0], views[0]
    room = len(log)
    for block in range(seatings.shape[0]):
        for turn in range(seatings.shape[1]):
            begin(state, rules, deals[block])
            played = 0
            while state.over == 0:
                seat = int64(state.actor)
                observe(state, seat, view)
                agent = seatings[block, turn, seat]
                own = parameters[offsets[agent] : offsets[agent + 1]]
                action = call(addresses[agent], view, own, rngs[block, turn, seat])
                if not is_legal(state, action):
                    faults[block, turn] = seat
                    break
                if played < room:
                    log[played] = action
                played += 1
                decisions[block, turn, seat] += 1
                step(state, action)
            digests[block, turn] = digest(words)
            keep_totals(state, totals[block, turn])


@jit
def keep_totals(state: Any, kept: Any) -> None:
    """Copy what metrics are made of from record STATE to record TOTALS."""
    for seat in range(5):
        kept.returns[seat] = state.returns[seat]
        kept.coins[seat] = state.coins[seat]
        kept.scores[seat] = state.scores[seat]
        kept.out_round[seat] = state.out_round[seat]
        for column in range(8):
            kept.stats[seat, column] = state.stats[seat, column]
    kept.round = state.round
    kept.truncated = state.truncated


_PIECES: Final = (
    (step, types.void(numba.from_dtype(STATE), types.int64)),
    (begin, types.void(numba.from_dtype(STATE), numba.from_dtype(RULES), types.uint64)),
    (is_legal, types.boolean(numba.from_dtype(STATE), types.int64)),
    (observe, types.void(numba.from_dtype(STATE), types.int64, numba.from_dtype(VIEW))),
    (digest, types.uint64(types.uint64[::1])),
    (keep_totals, types.void(numba.from_dtype(STATE), numba.from_dtype(TOTALS))),
)
"""What `_play_all` calls, the longest to compile first."""


def play_blocks(
    rules: Rules,
    policies: Sequence[CompiledPolicy],
    deals: NDArray[np.uint64],
    seatings: NDArray[np.int16],
    player_seeds: NDArray[np.uint64],
) -> BatchOutcome:
    """Play every seating of every block on one core; about 4 microseconds a round.

    Args:
        rules: how to play.
        policies: the compiled agents, K of them.
        deals: uint64[B], the seed of each block's deal.
        seatings: int16[B, S, n], which of the policies sits on each seat.
        player_seeds: uint64[B, S, n], the dice of each seat.

    Returns:
        What came of it. A match with a fault stops there and is not to be used.

    Raises:
        BadInput: if the shapes do not fit each other, or a seating names no policy.
    """
    return _run(rules, _line_up(policies), deals, seatings, player_seeds, np.zeros(0, np.int16))


def play_recorded(
    rules: Rules,
    policies: Sequence[CompiledPolicy],
    deal: int,
    seating: Sequence[int],
    player_seeds: Sequence[int],
) -> tuple[list[int], BatchOutcome]:
    """Play one match in compiled code and keep its actions, in order.

    Args:
        rules: how to play.
        policies: the compiled agents.
        deal: the seed of the deal.
        seating: which of the policies sits on each seat.
        player_seeds: the dice of each seat.
    """
    log = np.zeros(2 * rules.turn_cap * rules.most_rounds, np.int16)
    seats = np.array([[seating]], np.int16)
    outcome = _run(
        rules,
        _line_up(policies),
        np.array([deal], np.uint64),
        seats,
        np.array([[player_seeds]], np.uint64),
        log,
    )
    return log[: int(outcome.steps[0, 0])].tolist(), outcome


def _line_up(policies: Sequence[CompiledPolicy]) -> Line:
    compile_together([*((policy.decide, POLICY) for policy in policies), *_PIECES])
    return line_up(policies)


def _run(  # noqa: PLR0917  # everything of one run
    rules: Rules,
    line: Line,
    deals: NDArray[np.uint64],
    seatings: NDArray[np.int16],
    player_seeds: NDArray[np.uint64],
    log: NDArray[np.int16],
) -> BatchOutcome:
    shape = seatings.shape
    if len(shape) != 3 or shape[2] != rules.players or player_seeds.shape != shape or len(deals) != shape[0]:
        raise BadInput(
            f"expected deals [B], seatings and player_seeds [B, S, {rules.players}], got {deals.shape}, {shape} and "
            f"{player_seeds.shape}"
        )
    if seatings.size and not 0 <= seatings.min() <= seatings.max() < len(line.addresses):
        raise BadInput(f"expected seatings of {len(line.addresses)} policies, got {int(seatings.max())!r}")
    states, totals = np.zeros(1, STATE), np.zeros(shape[:2], TOTALS)
    decisions, digests = np.zeros(shape, np.int32), np.zeros(shape[:2], np.uint64)
    faults = np.full(shape[:2], -1, np.int8)
    _play_all(
        states,
        states.view(np.uint64),
        np.zeros(1, VIEW),
        (line.addresses, line.parameters, line.offsets),
        rules.record(),
        np.ascontiguousarray(deals, np.uint64),
        np.ascontiguousarray(seatings, np.int64),
        np.array(player_seeds, np.uint64)[..., np.newaxis],
        (totals, decisions, digests, faults),
        log,
    )
    steps = decisions.sum(axis=2, dtype=np.int32)
    returns = totals["returns"][..., : rules.players].copy()
    truncated = totals["truncated"] != 0
    return BatchOutcome(returns, metrics_of(totals, rules), steps, decisions, truncated, digests, faults)
