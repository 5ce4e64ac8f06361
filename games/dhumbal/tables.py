"""Matches side by side for learners, each by rules of its own, with compiled policies on the other seats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.capabilities import CompiledPolicy
from arena.errors import BadInput, HostFault, IllegalAction
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.encode import ENCODED, encode_flat
from games.dhumbal.engine import begin, is_legal, step
from games.dhumbal.legal import MOST_DISCARDS
from games.dhumbal.policy import call, line_up
from games.dhumbal.rules import Rules
from games.dhumbal.state import SEATS, STATE, VIEW
from games.dhumbal.view import observe, view_actions

__all__ = ["LearningTables"]

_FINE: Final = -1


@jit
def _advance(states: Any, lane: int, seats: tuple[Any, Any], line: tuple[Any, Any, Any], views: Any) -> bool:
    """Let the policies of a lane play up to a learner's turn or the end; False where one plays what is illegal."""
    seating, dice = seats
    addresses, parameters, offsets = line
    state, view = states[lane], views[0]
    while state.over == 0:
        seat = int64(state.actor)
        policy = seating[lane, seat]
        if policy < 0:
            return True
        observe(state, seat, view)
        own = parameters[offsets[policy] : offsets[policy + 1]]
        action = call(addresses[policy], view, own, dice[lane, seat])
        if not is_legal(state, action):
            return False
        step(state, action)
    return True


@jit
def _begin(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    lanes: NDArray[np.int64],
    rules: Any,
    variants: NDArray[np.int64],
    seeds: NDArray[np.uint64],
    seats: tuple[Any, Any],
    line: tuple[Any, Any, Any],
    views: Any,
) -> int:
    """Begin the matches of `lanes`; the first lane with an illegal policy, or `_FINE`."""
    for place in range(len(lanes)):
        lane = int64(lanes[place])
        begin(states[lane], rules[variants[place]], seeds[place])
        if not _advance(states, lane, seats, line, views):
            return lane
    return _FINE


@jit
def _first_illegal(states: Any, lanes: NDArray[np.int64], actions: NDArray[np.int64]) -> int:
    """The place of the first of `actions` that is not legal, or `_FINE`."""
    for place in range(len(lanes)):
        state = states[lanes[place]]
        if state.over != 0 or not is_legal(state, actions[place]):
            return place
    return _FINE


@jit
def _act(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    lanes: NDArray[np.int64],
    actions: NDArray[np.int64],
    seats: tuple[Any, Any],
    line: tuple[Any, Any, Any],
    views: Any,
) -> int:
    """Play `actions`, which are legal, and the policies after them; the first lane with an illegal policy, or `_FINE`."""
    for place in range(len(lanes)):
        lane = int64(lanes[place])
        step(states[lane], actions[place])
        if not _advance(states, lane, seats, line, views):
            return lane
    return _FINE


@jit
def _observe(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    lanes: NDArray[np.int64],
    seats: NDArray[np.int64],
    views: Any,
    out: NDArray[np.float32],
    masks: NDArray[np.bool_],
) -> None:
    ids = np.empty(MOST_DISCARDS + 1, np.int64)
    for place in range(len(lanes)):
        observe(states[lanes[place]], int64(seats[place]), views[0])
        encode_flat(views[0], out[place])
        for k in range(view_actions(views[0], ids)):
            masks[place, ids[k]] = True


@jit
def _advise(  # noqa: PLR0917  # compiled code takes its arguments by place
    states: Any,
    lanes: NDArray[np.int64],
    policies: NDArray[np.int64],
    dice: NDArray[np.uint64],
    line: tuple[Any, Any, Any],
    views: Any,
    out: NDArray[np.int64],
) -> None:
    addresses, parameters, offsets = line
    for place in range(len(lanes)):
        state = states[lanes[place]]
        observe(state, int64(state.actor), views[0])
        policy = policies[place]
        own = parameters[offsets[policy] : offsets[policy + 1]]
        out[place] = call(addresses[policy], views[0], own, dice[place])


class LearningTables:
    """Matches side by side; see `arena.capabilities.Tables`, whose contract it keeps.

    Args:
        variants: the rules that a match may have.
        policies: for each of them, the compiled policies that may sit there.
        lanes: how many matches, L.

    Raises:
        BadInput: if there are no lanes or no rules, or not one row of policies for each of the rules.
    """

    def __init__(
        self, variants: Sequence[Rules], policies: Sequence[Sequence[CompiledPolicy]], lanes: int
    ) -> None:
        if lanes < 1 or not variants or len(policies) != len(variants):
            raise BadInput(
                f"expected lanes and a row of policies for each of the rules, got {lanes!r} lanes, {len(variants)} "
                f"rules and {len(policies)} rows"
            )
        self.features: int = ENCODED
        self.actions: int = max(rules.actions for rules in variants)
        self.players: int = max(rules.players for rules in variants)
        self._sizes = np.array([rules.players for rules in variants])
        self._rules = np.array([rules.record() for rules in variants])
        self._counts = np.array([len(row) for row in policies])
        self._first = np.concatenate([[0], np.cumsum(self._counts)])
        row = line_up([policy for rows in policies for policy in rows])
        self._policies = row.policies  # keeps their machine code alive
        self._line = row.addresses, row.parameters, row.offsets
        self.states: NDArray[np.void] = np.zeros(lanes, STATE)
        """STATE[L], the referee's business."""
        self.states["over"] = 1
        self._variants = np.zeros(lanes, np.int64)
        self._seats = np.full((lanes, SEATS), -1, np.int64), np.zeros((lanes, SEATS, 1), np.uint64)
        self._views = np.zeros(1, VIEW)

    @property
    def over(self) -> NDArray[np.bool_]:
        """bool[L], whether a match is over."""
        over: NDArray[np.bool_] = self.states["over"] != 0
        return over

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """bool[L], whether a match that is over was cut."""
        truncated: NDArray[np.bool_] = self.states["truncated"] != 0
        return truncated & self.over

    @property
    def actors(self) -> NDArray[np.int64]:
        """int64[L], the seat to act; -1 where the match is over."""
        return np.where(self.over, -1, self.states["actor"].astype(np.int64))

    @property
    def askers(self) -> NDArray[np.int64]:
        """int64[L], the number of the learner to act; -1 where the match is over."""
        actors = self.actors
        seated = self._seats[0][np.arange(len(actors)), actors]
        return np.where(actors < 0, -1, -1 - seated)

    @property
    def returns(self) -> NDArray[np.float64]:
        """float64[L, n], what each seat has got so far."""
        returns: NDArray[np.float64] = self.states["returns"][:, : self.players].copy()
        return returns

    def begin(
        self,
        lanes: NDArray[np.int64],
        variants: NDArray[np.int64],
        seeds: NDArray[np.uint64],
        seating: NDArray[np.int64],
        dice: NDArray[np.uint64],
    ) -> None:
        """Start new matches; see `arena.capabilities.Tables.begin`."""
        self._check(lanes, variants, seeds, seating, dice)
        numbered = np.where(seating >= 0, seating + self._first[variants][:, None], seating)
        self._variants[lanes] = variants
        self._seats[0][lanes, : self.players] = numbered
        self._seats[1][lanes, : self.players, 0] = dice
        self._fine(
            _begin(
                self.states,
                np.ascontiguousarray(lanes, np.int64),
                self._rules,
                np.ascontiguousarray(variants, np.int64),
                np.ascontiguousarray(seeds, np.uint64),
                self._seats,
                self._line,
                self._views,
            )
        )

    def _check(self, lanes: Any, variants: Any, seeds: Any, seating: Any, dice: Any) -> None:
        count = len(lanes)
        if not (
            len(variants) == len(seeds) == count and seating.shape == dice.shape == (count, self.players)
        ):
            raise BadInput(
                f"expected variants and seeds [{count}], seating and dice [{count}, {self.players}], got "
                f"{np.shape(variants)}, {np.shape(seeds)}, {seating.shape} and {dice.shape}"
            )
        for name, values, most in (
            ("lane", lanes, len(self.states)),
            ("variant", variants, len(self._rules)),
        ):
            if count and not 0 <= values.min() <= values.max() < most:
                raise BadInput(f"expected {name}s from 0 to {most - 1}, got {values!r}")
        sat = np.arange(self.players) < self._sizes[variants][:, None]
        if (sat & (seating >= self._counts[variants][:, None])).any():
            raise BadInput(f"expected the numbers of policies, got {int(seating.max())!r}")

    def observe(
        self, lanes: NDArray[np.int64], seats: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Observations, float32[W, F], and masks, bool[W, A]; see `arena.capabilities.Tables.observe`."""
        out = np.empty((len(lanes), self.features), np.float32)
        masks = np.zeros((len(lanes), self.actions), np.bool_)
        where = np.ascontiguousarray(lanes, np.int64)
        whose = self.states["actor"][where] if seats is None else seats
        _observe(self.states, where, np.ascontiguousarray(whose, np.int64), self._views, out, masks)
        return out, masks

    def advise(self, lanes: NDArray[np.int64], policy: int, dice: NDArray[np.uint64]) -> NDArray[np.int64]:
        """What a policy would play for the actors of `lanes`; see `arena.capabilities.Tables.advise`."""
        where = np.ascontiguousarray(lanes, np.int64)
        variants = self._variants[where]
        if not 0 <= policy < self._counts[variants].min(initial=policy + 1):
            raise BadInput(f"expected the number of a policy, got {policy!r}")
        out = np.empty(len(where), np.int64)
        own = np.array(dice, np.uint64)[:, None]
        _advise(self.states, where, self._first[variants] + policy, own, self._line, self._views, out)
        return out

    def act(self, lanes: NDArray[np.int64], actions: NDArray[np.int64]) -> None:
        """Play an action in each of `lanes`; see `arena.capabilities.Tables.act`."""
        chosen, where = np.ascontiguousarray(actions, np.int64), np.ascontiguousarray(lanes, np.int64)
        bad = int(_first_illegal(self.states, where, chosen))
        if bad != _FINE:
            raise IllegalAction(f"lane {int(where[bad])}: action {int(chosen[bad])} is not legal")
        self._fine(_act(self.states, where, chosen, self._seats, self._line, self._views))

    def _fine(self, lane: int) -> None:
        if lane != _FINE:
            raise HostFault(f"lane {int(lane)}: a compiled policy played an illegal action")
