"""What the adapters share: a seat as Gymnasium spaces, deals one after another, and rewards as they fall due."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from gymnasium import Space, spaces
from numpy.typing import NDArray

from arena import streams
from arena.capabilities import Encodable, Indexed
from arena.errors import BadInput, BadParameter, NotCapable
from arena.facts import game_spec
from arena.game import Game
from arena.legal import Legal
from arena.referee import Referee

__all__ = ["MASK", "Deals", "Ledger", "SeatSpaces", "check_render_mode", "news", "seat_names", "wanted_deal"]

MASK = "action_mask"
"""The name of the mask among the observations."""


class SeatSpaces:
    """The spaces of one seat, and the way between them and the game's views and actions.

    Args:
        game: the rules.
        role: the role of the seat.
        where: what is being made, for errors, such as ``"a Gymnasium environment"``.

    Raises:
        NotCapable: if views have no arrays, or actions no numbers.
    """

    def __init__(self, game: Game[Any, Any, Any], role: str, where: str) -> None:
        spec = game_spec(game)
        if not isinstance(game, Encodable) or role not in spec.spaces:
            raise NotCapable(f"{spec.name} cannot be {where}: its views do not become arrays (Encodable)")
        self._game: Any = game
        # A copy: seeding the space of one environment must not move that of another.
        seat = copy.deepcopy(spec.spaces[role])
        if not isinstance(seat.observations, spaces.Dict):
            raise NotCapable(f"{spec.name} cannot be {where}: expected a Dict of arrays for {role!r}")
        self.arrays: spaces.Dict = seat.observations
        """What the game's `encode` gives."""
        self.actions: Space[Any] = seat.actions
        """The numbers of actions, or the actions themselves where they are continuous."""
        self.indexed = isinstance(game, Indexed)
        """Whether actions have numbers."""
        if not self.indexed and not isinstance(seat.actions, spaces.Box):
            raise NotCapable(f"{spec.name} cannot be {where}: its actions have no numbers (Indexed)")
        if MASK in self.arrays.spaces:
            raise NotCapable(f"{spec.name} cannot be {where}: it calls an array of its own {MASK!r}")

    @cached_property
    def mask(self) -> Space[Any] | None:
        """int8 zeros and ones, one per action, in a tuple per factor for products; None for continuous actions."""
        if isinstance(self.actions, spaces.Discrete):
            return spaces.MultiBinary(int(self.actions.n))
        if isinstance(self.actions, spaces.MultiDiscrete):
            return spaces.Tuple([spaces.MultiBinary(int(count)) for count in self.actions.nvec])
        return None

    @cached_property
    def nested(self) -> Space[Any]:
        """The space of PettingZoo's classic games: ``{"observation": ..., "action_mask": ...}``.

        The observation is the game's array where it has one, else the Dict of its arrays.
        """
        named = self.arrays.spaces
        observation = next(iter(named.values())) if len(named) == 1 else self.arrays
        return spaces.Dict({"observation": observation, **self._mask_entry()})

    @cached_property
    def flat(self) -> Space[Any]:
        """One Dict with the game's arrays and the mask side by side, as Stable-Baselines3 wants it."""
        return spaces.Dict({**self.arrays.spaces, **self._mask_entry()})

    def observe_nested(self, view: Any, legal: Legal[Any] | None) -> dict[str, Any]:
        """A member of `nested`; `legal` is None for whoever has no turn, whose mask is all zeros."""
        arrays = self._game.encode(view)
        observation = next(iter(arrays.values())) if len(arrays) == 1 else arrays
        return {"observation": observation, **self._masked(legal)}

    def observe_flat(self, view: Any, legal: Legal[Any] | None) -> dict[str, Any]:
        """A member of `flat`."""
        return {**self._game.encode(view), **self._masked(legal)}

    def action(self, number: Any) -> Any:
        """The game's action that a member of `actions` means.

        Raises:
            BadInput: if it is no member.
        """
        if not self.actions.contains(number):
            raise BadInput(f"expected an action in {self.actions}, got {number!r}")
        if not self.indexed:
            return number
        if isinstance(self.actions, spaces.MultiDiscrete):
            return self._game.action(tuple(int(part) for part in number))
        return self._game.action(int(number))

    def masks(self, legal: Legal[Any] | None) -> NDArray[np.int8] | tuple[NDArray[np.int8], ...]:
        """A member of `mask`."""
        if legal is not None:
            found = self._game.mask(legal)
            if isinstance(found, tuple):
                return tuple(part.astype(np.int8) for part in found)
            return np.asarray(found).astype(np.int8)
        if isinstance(self.actions, spaces.MultiDiscrete):
            return tuple(np.zeros(int(count), np.int8) for count in self.actions.nvec)
        return np.zeros(int(spaces.flatdim(self.actions)), np.int8)

    def _mask_entry(self) -> dict[str, Space[Any]]:
        return {} if self.mask is None else {MASK: self.mask}

    def _masked(self, legal: Legal[Any] | None) -> dict[str, Any]:
        return {} if self.mask is None else {MASK: self.masks(legal)}


def seat_names(game: Game[Any, Any, Any]) -> list[str]:
    """A name for each seat, such as ``player_0``."""
    return [f"{role}_{player}" for player, role in enumerate(game_spec(game).roles)]


def check_render_mode(mode: str | None) -> None:
    """Refuse a render mode other than ``"ansi"`` and None.

    Raises:
        BadParameter: if it is one.
    """
    if mode not in (None, "ansi"):
        raise BadParameter(f"expected render_mode to be 'ansi' or None, got {mode!r}")


def news(referee: Referee, player: int) -> dict[str, Any]:
    """What an environment tells `player` beside his observation.

    ``fault``: how he failed; ``reason``: why his last action was handed back; at the end ``ended`` and his ``metrics``.
    """
    told: dict[str, Any] = {}
    for fault in referee.faults:
        if fault.player == player:
            told["fault"] = f"{fault.kind.value}: {fault.message}"
    if referee.outcome is not None:
        metrics = {name: float(values[player]) for name, values in referee.outcome.metrics.items()}
        return {**told, "ended": referee.outcome.reason, "metrics": metrics}
    reason = referee.pending()[player].reason if player in referee.waiting else None
    return told if reason is None else {**told, "reason": reason}


def wanted_deal(options: Mapping[str, Any] | None) -> int | None:
    """The deal that the options of a reset name as ``{"deal": 7}``; None where they name none.

    Raises:
        BadParameter: if it is no whole number in [0, 2**64).
    """
    deal = (options or {}).get("deal")
    if deal is None:
        return None
    if isinstance(deal, bool) or not isinstance(deal, int | np.integer) or not 0 <= deal < 2**64:
        raise BadParameter(f"expected a deal in [0, 2**64), got {deal!r}")
    return int(deal)


class Deals:
    """The deals of one environment, one after another, from the seed of a reset."""

    def __init__(self) -> None:
        self._root: streams.Key | None = None
        self._dealt = 0

    def deal(self, seed: int | None, options: Mapping[str, Any] | None) -> int:
        """The next deal; a `seed` starts the row anew, without one it goes on (and starts from the system's chance)."""
        if seed is not None or self._root is None:
            self._root = streams.root_key(streams.fresh_seed() if seed is None else int(seed))
            self._dealt = 0
        named = wanted_deal(options)
        if named is not None:
            return named
        self._dealt += 1
        return streams.number(self._root, "deal", self._dealt)


class Ledger:
    """Pays every player what he has got since the last time; at the end, what is left to his score.

    Args:
        referee: of the match.
    """

    def __init__(self, referee: Referee) -> None:
        self._referee = referee
        self._paid = [0.0] * len(referee.seats)

    def pay(self) -> list[float]:
        """The reward of each player since the last call; over a match they add up to `Referee.scores`."""
        over = self._referee.outcome is not None
        due = self._referee.scores if over else self._referee.returns
        rewards = [now - before for now, before in zip(due, self._paid, strict=True)]
        self._paid = list(due)
        return rewards
