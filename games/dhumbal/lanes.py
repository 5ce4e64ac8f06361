"""Many matches side by side in arrays, for learners and lock-step play."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import BadInput, IllegalAction
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.encode import ENCODED, encode_flat
from games.dhumbal.engine import begin, is_legal, step
from games.dhumbal.legal import MOST_DISCARDS, legal_actions
from games.dhumbal.rules import Rules
from games.dhumbal.state import STATE, VIEW, clone
from games.dhumbal.view import observe

__all__ = ["Lanes"]


@jit
def _reset(states: Any, rules: Any, lanes: NDArray[np.int64], seeds: NDArray[np.uint64]) -> None:
    for place in range(len(lanes)):
        begin(states[lanes[place]], rules, seeds[place])


@jit
def _step(states: Any, actions: NDArray[np.int64]) -> int:
    """Step every running lane; the first lane whose action is illegal, with nothing played anywhere, or -1."""
    for lane in range(len(states)):
        if states[lane].over == 0 and not is_legal(states[lane], actions[lane]):
            return lane
    for lane in range(len(states)):
        if states[lane].over == 0:
            step(states[lane], actions[lane])
    return -1


@jit
def _observe(states: Any, views: Any) -> None:
    for lane in range(len(states)):
        observe(states[lane], int64(states[lane].actor), views[lane])


@jit
def _mask(states: Any, masks: NDArray[np.bool_]) -> None:
    ids = np.empty(MOST_DISCARDS + 1, np.int64)
    for lane in range(len(states)):
        for action in range(masks.shape[1]):
            masks[lane, action] = False
        if states[lane].over == 0:
            for place in range(legal_actions(states[lane], ids)):
                masks[lane, ids[place]] = True


@jit
def _encode(views: Any, out: NDArray[np.float32]) -> None:
    for lane in range(len(views)):
        encode_flat(views[lane], out[lane])


class Lanes:
    """Matches by the same rules, one a lane; a lane never resets by itself.

    Args:
        rules: how all lanes play.
        lanes: how many, L.

    Raises:
        BadInput: if `lanes` is less than 1.
    """

    def __init__(self, rules: Rules, lanes: int) -> None:
        if lanes < 1:
            raise BadInput(f"expected at least 1 lane, got {lanes!r}")
        self.rules = rules
        self.states: NDArray[np.void] = np.zeros(lanes, STATE)
        """STATE[L], the referee's business; a lane is over until its first reset."""
        self.states["over"] = 1
        self._record = rules.record()
        self._views = np.zeros(lanes, VIEW)

    @property
    def lanes(self) -> int:
        """How many there are."""
        return len(self.states)

    @property
    def over(self) -> NDArray[np.bool_]:
        """bool[L], whether a match is over."""
        over: NDArray[np.bool_] = self.states["over"] != 0
        return over

    @property
    def actors(self) -> NDArray[np.int8]:
        """int8[L], whose turn it is; -1 where the match is over."""
        actors: NDArray[np.int8] = np.where(self.over, np.int8(-1), self.states["actor"])
        return actors

    @property
    def rewards(self) -> NDArray[np.float64]:
        """float64[L, players], of each lane's last step."""
        rewards: NDArray[np.float64] = self.states["reward"][:, : self.rules.players].copy()
        return rewards

    def reset(self, lanes: NDArray[np.integer[Any]], seeds: NDArray[np.uint64]) -> None:
        """Start anew the matches of `lanes`, int[M], from `seeds`, uint64[M].

        Raises:
            BadInput: if a lane does not exist, or the lengths differ.
        """
        chosen = np.ascontiguousarray(lanes, np.int64)
        if len(chosen) != len(seeds) or (chosen.size and not 0 <= chosen.min() <= chosen.max() < self.lanes):
            raise BadInput(f"expected as many seeds as lanes from 0 to {self.lanes - 1}, got {lanes!r}")
        _reset(self.states, self._record, chosen, np.ascontiguousarray(seeds, np.uint64))

    def step(self, actions: NDArray[Any]) -> None:
        """Play one action id in every running lane; entries of finished lanes are ignored.

        Args:
            actions: int[L].

        Raises:
            BadInput: if there is not one action a lane.
            IllegalAction: if a running lane's action is illegal; then no lane has moved.
        """
        chosen = np.ascontiguousarray(actions, np.int64)
        if chosen.shape != (self.lanes,):
            raise BadInput(f"expected {self.lanes} actions, got shape {chosen.shape}")
        bad = int(_step(self.states, chosen))
        if bad >= 0:
            raise IllegalAction(f"lane {bad}: action {int(chosen[bad])} is not legal")

    def state(self, lane: int) -> NDArray[np.void]:
        """The match of `lane` as a state of the scalar game, STATE[1], of its own.

        Raises:
            BadInput: if there is no such lane.
        """
        if not 0 <= lane < self.lanes:
            raise BadInput(f"expected a lane from 0 to {self.lanes - 1}, got {lane!r}")
        return clone(self.states[lane : lane + 1])

    def views(self) -> NDArray[np.void]:
        """VIEW[L], what each lane's actor may know; overwritten by the next call."""
        _observe(self.states, self._views)
        return self._views

    def masks(self) -> NDArray[np.bool_]:
        """bool[L, actions], what each lane's actor may do; all False where the match is over."""
        masks = np.empty((self.lanes, self.rules.actions), np.bool_)
        _mask(self.states, masks)
        return masks

    def observations(self) -> NDArray[np.float32]:
        """float32[L, ENCODED], the flat vector of each lane's actor; see `games.dhumbal.encode`."""
        out = np.empty((self.lanes, ENCODED), np.float32)
        _encode(self.views(), out)
        return out
