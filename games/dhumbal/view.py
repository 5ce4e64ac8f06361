"""What a player may know, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.jit import jit
from games.dhumbal.bits import int64, lowest
from games.dhumbal.cards import CALL, STOCK
from games.dhumbal.engine import take_action, takeable
from games.dhumbal.legal import discards
from games.dhumbal.state import TAKING

__all__ = ["observe", "view_actions"]

_ZERO = np.uint64(0)


@jit
def observe(state: Any, player: int, view: Any) -> None:
    """Fill `view` with all that `player` may know.

    Args:
        state: record STATE.
        player: whose view, 0 <= player < rules.players.
        view: record VIEW; every field is written.
    """
    view.rules = state.rules
    players = int64(state.rules.players)
    view.hand = state.hands[player]
    view.value = state.value[player]
    view.live = state.live
    view.open = takeable(state) if state.phase == TAKING else state.open
    view.thrown = state.thrown
    view.thrown_open = state.thrown_open
    view.dead = state.dead
    seat = player
    for place in range(players):
        view.known[place] = state.known[seat]
        view.last_thrown[place] = state.last_thrown[seat]
        view.shown[place] = state.shown[seat]
        view.returns[place] = state.returns[seat]
        view.coins[place] = state.coins[seat]
        view.scores[place] = state.scores[seat]
        view.out_round[place] = state.out_round[seat]
        view.size[place] = state.size[seat]
        view.drew[place] = state.drew[seat]
        seat = seat + 1 if seat + 1 < players else 0
    for place in range(players, 5):
        _clear(view, place)
    view.turn = state.turn
    view.round = state.round
    view.reshuffles = state.reshuffles
    view.stock_size = state.stock_size
    view.phase = state.phase
    view.seat = player
    view.actor = _from(state.actor, player, players)
    view.starter = _from(state.starter, player, players)
    view.over = state.over
    view.truncated = state.truncated
    view.ended = state.ended
    view.caller = _from(state.caller, player, players)
    view.winner = _from(state.winner, player, players)
    view.spare[0] = 0
    view.spare[1] = 0


@jit
def _clear(view: Any, place: int) -> None:
    view.known[place] = _ZERO
    view.last_thrown[place] = _ZERO
    view.shown[place] = _ZERO
    view.returns[place] = 0.0
    view.coins[place] = 0
    view.scores[place] = 0
    view.out_round[place] = 0
    view.size[place] = 0
    view.drew[place] = -1


@jit
def _from(seat: int, player: int, players: int) -> int:
    """The number of `seat` counted from `player`; -1 stays -1."""
    if seat < 0:
        return -1
    return seat - player if seat >= player else seat - player + players


@jit
def view_actions(view: Any, out: NDArray[np.int64]) -> int:
    """Write every legal action of the viewer, whose turn it is, into `out`, int64[>= MOST_DISCARDS + 1].

    Returns:
        How many there are; 0 when it is not his turn.
    """
    if view.over != 0 or view.actor != 0:
        return 0
    if view.phase == TAKING:
        out[0] = STOCK
        found = 1
        choices = view.open
        while choices != _ZERO:
            out[found] = take_action(lowest(choices))
            choices &= choices - np.uint64(1)
            found += 1
        return found
    found = discards(view.hand, view.rules.run_wrap, out)
    if view.value <= view.rules.call_at:
        out[found] = CALL
        found += 1
    return found
