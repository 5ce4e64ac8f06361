"""A game in arrays as a vectorized environment of Stable-Baselines3: many matches, one learner's seat in each.

Source: A. Raffin et al., "Stable-Baselines3: Reliable Reinforcement Learning Implementations", JMLR 22 (2021). Importing this
module needs the extra `train`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena import streams
from arena.adapters.seats import wanted_deal
from arena.agent import Agent
from arena.capabilities import Compiled, CompiledPolicy, Learnable, Tables
from arena.errors import BadParameter, IllegalAction, MissingExtra, NotCapable
from arena.facts import game_spec, spelling
from arena.game import Game
from arena.table import player_seeds

try:
    from stable_baselines3.common.monitor import Monitor
    from stable_baselines3.common.vec_env.base_vec_env import VecEnv, VecEnvIndices
except ImportError as error:
    raise MissingExtra("stable_baselines3", "train") from error

__all__ = ["ArenaVecEnv"]

_DEALS: Final = 100
"""Deals in a row that may end before the learner's first turn."""
_LEARNER: Final = -1
"""In a seating: learner 0."""


class ArenaVecEnv(VecEnv):
    """L matches side by side; in each the learner has one seat, and compiled opponents play the others.

    A step plays the learner's action in every lane and the others up to his next turn. The reward is what his seat has got
    since his last decision; over a match rewards add up to its return. Where a match is over the lane deals the next one at
    once; its ``info`` then holds ``terminal_observation`` (what the learner's seat sees at the end), ``TimeLimit.truncated``
    (whether the rules cut the match), ``episode`` (return ``r``, decisions ``l``, seconds since the environment was made ``t``,
    as Stable-Baselines3's Monitor has them), ``deal``, ``player`` (the learner's seat), ``opponents`` (their numbers, in the
    order of the other seats) and ``game`` (its number). Matches that end before the learner's first turn are skipped and
    counted in `skipped`.

    Lane i plays by the rules of game i modulo their number, and its matches are those of seed + i whatever the other lanes
    do: a match is that of `arena.play.play` with the same deal, agents and actions. A league of past selves is a new environment
    with them among the opponents, handed to ``model.set_env``.

    Args:
        games: one game, or several by any rules and numbers of players, to be learned at once.
        opponents: who sits on the other seats: for each seat of each match one is drawn, all equally likely.
        lanes: L, at least one for each of the games.
        seat: where the learner sits; None draws it for every match.

    Raises:
        NotCapable: if a game is not played in arrays, or an opponent has no compiled policy for it.
        BadParameter: if the lanes, the seat or the number of opponents do not do.
        BadInput: if the games are no variants of one game.
    """

    render_mode: str | None = None

    def __init__(
        self,
        games: Game[Any, Any, Any] | Sequence[Game[Any, Any, Any]],
        opponents: Agent | Sequence[Agent],
        lanes: int = 64,
        seat: int | None = None,
    ) -> None:
        self.games: tuple[Game[Any, Any, Any], ...] = (games,) if isinstance(games, Game) else tuple(games)
        self.opponents: tuple[Agent, ...] = (opponents,) if isinstance(opponents, Agent) else tuple(opponents)
        self._sizes = [game_spec(game).players for game in self.games]
        _check(self._sizes, len(self.opponents), lanes, seat)
        self._seat = seat
        self._tables = _tables(self.games, self.opponents, lanes)
        super().__init__(
            lanes,
            spaces.Box(-np.inf, np.inf, (self._tables.features,), np.float32),
            spaces.Discrete(self._tables.actions),
        )
        self._all = np.arange(lanes)
        self._variants = self._all % len(self.games)
        self._roots: list[streams.Key | None] = [None] * lanes
        self._dealt = [0] * lanes
        self._deals = [0] * lanes
        self._others: list[list[int]] = [[] for _ in range(lanes)]
        self._seats = np.zeros(lanes, np.int64)
        self._paid = np.zeros(lanes)
        self._scores = np.zeros(lanes)
        self._lengths = np.zeros(lanes, np.int64)
        self._masks: NDArray[np.bool_] | None = None
        self._actions: NDArray[np.int64] | None = None
        self._began = perf_counter()
        self.skipped = np.zeros(lanes, np.int64)
        """int64[L], matches of each lane so far that were over before the learner's first turn."""

    def seed(self, seed: int | None = None) -> Sequence[int]:
        """Start new rows of deals at the next reset, lane i's at `seed` + i; None asks the system for a seed.

        Returns:
            The seeds of the lanes.

        Raises:
            BadParameter: if `seed` is negative or no integer.
        """
        first = streams.fresh_seed() if seed is None else seed
        streams.root_key(first)  # refuses what is no seed
        seeds = [int(first) + lane for lane in range(self.num_envs)]
        self._seeds = list(seeds)
        return seeds

    def reset(self) -> NDArray[np.float32]:
        """Deal a new match in every lane; whatever was being played is given up.

        The option ``{"deal": 7}`` of `set_options` names the deal itself.

        Returns:
            float32[L, F], the observations of the learner's first turns.

        Raises:
            NotCapable: if a hundred deals in a row, or the one that is named, end before the learner's turn.
        """
        for lane, seed in enumerate(self._seeds):
            if seed is not None or self._roots[lane] is None:
                self._roots[lane] = streams.root_key(streams.fresh_seed() if seed is None else seed)
                self._dealt[lane] = 0
        deals = ((lane, wanted_deal(options)) for lane, options in enumerate(self._options))
        named = {lane: deal for lane, deal in deals if deal is not None}
        self._reset_seeds()
        self._reset_options()
        self._actions = None
        self._deal(self._all, named)
        self.reset_infos = [{"player": seat} for seat in self._seats.tolist()]
        return self._look()

    def step_async(self, actions: NDArray[Any]) -> None:
        """Take the learner's actions, int[L]; they are played by `step_wait`.

        Raises:
            IllegalAction: if they are no whole numbers, or not one for each lane.
            NotCapable: before the first reset.
        """
        self._sitting()
        given = np.asarray(actions)
        if given.shape != (self.num_envs,) or not np.issubdtype(given.dtype, np.integer):
            raise IllegalAction(
                f"expected {self.num_envs} whole numbers, an action for each lane, got {given.dtype} {given.shape}"
            )
        self._actions = given.astype(np.int64)

    def step_wait(
        self,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Play the actions, and the opponents up to the learner's next turns.

        Returns:
            Observations, float32[L, F], rewards, float32[L], whether matches ended, bool[L], and infos.

        Raises:
            IllegalAction: if an action is outside its mask; then no match has moved.
            NotCapable: if there are no actions, or a hundred deals in a row end before the learner's turn.
        """
        actions, self._actions = self._actions, None
        if actions is None:
            raise NotCapable("expected step_async() before step_wait()")
        try:
            self._tables.act(self._all, actions)
        except IllegalAction as error:
            raise IllegalAction(
                f"{error}; expected one that action_masks() allows, as sb3-contrib's MaskablePPO draws them"
            ) from error
        self._scores = self._tables.returns[self._all, self._seats]
        rewards = (self._scores - self._paid).astype(np.float32)
        self._paid = self._scores.copy()
        self._lengths += 1
        over = np.array(self._tables.over)
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        ended = np.flatnonzero(over)
        if len(ended):
            self._tell(ended, infos)
            self._deal(ended, {})
        return self._look(), rewards, over, infos

    def action_masks(self) -> NDArray[np.bool_]:
        """The legal actions of the learner's turns, bool[L, A].

        Raises:
            NotCapable: before the first reset.
        """
        return self._sitting()

    def env_method(
        self, method_name: str, *method_args: Any, indices: VecEnvIndices = None, **method_kwargs: Any
    ) -> list[Any]:
        """``action_masks`` of the lanes `indices`, a row for each: bool[A].

        Raises:
            NotCapable: for any other method: lanes are no environments of their own.
        """
        if method_name != "action_masks" or method_args or method_kwargs:
            raise NotCapable(f"lanes have one method, 'action_masks' without arguments, got {method_name!r}")
        return [self._sitting()[lane] for lane in self._get_indices(indices)]

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """An attribute of the environment, once for each lane: they share all."""
        value = getattr(self, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set an attribute of the environment.

        Raises:
            NotCapable: if `indices` are not None: lanes have no attributes of their own.
        """
        if indices is not None:
            raise NotCapable(f"expected indices to be None, since lanes share all, got {indices!r}")
        setattr(self, attr_name, value)

    def env_is_wrapped(self, wrapper_class: type[Any], indices: VecEnvIndices = None) -> list[bool]:
        """True for Stable-Baselines3's Monitor, since infos hold what it tells; False for everything else."""
        return [issubclass(wrapper_class, Monitor) for _ in self._get_indices(indices)]

    def close(self) -> None:
        """Nothing to be freed."""

    def _sitting(self) -> NDArray[np.bool_]:
        if self._masks is None:
            raise NotCapable("expected reset() before anything else")
        return self._masks

    def _look(self) -> NDArray[np.float32]:
        observations, self._masks = self._tables.observe(self._all)
        return observations

    def _tell(self, ended: NDArray[np.int64], infos: list[dict[str, Any]]) -> None:
        """Write what there is to be told of the matches that are over."""
        last, _ = self._tables.observe(ended, self._seats[ended])
        truncated = self._tables.truncated
        seconds = round(perf_counter() - self._began, 6)
        for lane, observation in zip(ended.tolist(), last, strict=True):
            infos[lane] = {
                "terminal_observation": observation,
                "TimeLimit.truncated": bool(truncated[lane]),
                "episode": {"r": float(self._scores[lane]), "l": int(self._lengths[lane]), "t": seconds},
                "deal": self._deals[lane],
                "player": int(self._seats[lane]),
                "opponents": self._others[lane],
                "game": int(self._variants[lane]),
            }

    def _deal(self, lanes: NDArray[np.int64], named: Mapping[int, int]) -> None:
        """Begin matches in `lanes` until each has a turn for the learner; `named` are deals by lane."""
        for _ in range(_DEALS):
            seating = np.full((len(lanes), self._tables.players), _LEARNER, np.int64)
            dice = np.zeros(seating.shape, np.uint64)
            for place, lane in enumerate(lanes.tolist()):
                self._draw(lane, named.get(lane), seating[place], dice[place])
            deals = np.array([self._deals[lane] for lane in lanes], np.uint64)
            self._tables.begin(lanes, self._variants[lanes], deals, seating, dice)
            over = self._tables.over[lanes]
            self.skipped[lanes[over]] += 1
            lanes = lanes[over]
            if not len(lanes) or not named.keys().isdisjoint(lanes.tolist()):
                break
        if len(lanes):
            lane = int(lanes[0])
            game = self.games[self._variants[lane]]
            raise NotCapable(f"{spelling(game)}: no turn for the player in seat {int(self._seats[lane])}")

    def _draw(
        self, lane: int, named: int | None, seating: NDArray[np.int64], dice: NDArray[np.uint64]
    ) -> None:
        """Draw a lane's next match: its deal, where the learner sits, who the others are, and their dice."""
        root, players = self._roots[lane], self._sizes[self._variants[lane]]
        assert root is not None  # noqa: S101  # reset comes first
        self._dealt[lane] += 1
        drawn = streams.numbers(streams.derive(root, "match", self._dealt[lane]), 0, players + 1).tolist()
        deal = self._deals[lane] = drawn[0] if named is None else named
        seat = drawn[1] % players if self._seat is None else self._seat
        others = self._others[lane] = [number % len(self.opponents) for number in drawn[2:]]
        seating[:players] = [*others[:seat], _LEARNER, *others[seat:]]
        dice[:players] = player_seeds(deal, players)
        self._seats[lane], self._paid[lane], self._lengths[lane] = seat, 0.0, 0


def _check(sizes: Sequence[int], opponents: int, lanes: int, seat: int | None) -> None:
    """Refuse what makes no environment."""
    if not sizes:
        raise BadParameter("expected at least one game, got none")
    if lanes < len(sizes):
        raise BadParameter(f"expected at least {len(sizes)} lanes, one for each of the games, got {lanes!r}")
    if seat is not None and not 0 <= seat < min(sizes):
        raise BadParameter(f"expected a seat from 0 to {min(sizes) - 1}, or None, got {seat!r}")
    if not opponents and max(sizes) > 1:
        raise BadParameter("expected at least one opponent, got none")


def _tables(games: Sequence[Game[Any, Any, Any]], opponents: Sequence[Agent], lanes: int) -> Tables:
    """The matches side by side, every opponent compiled for each of the games."""
    for game in games:
        if not isinstance(game, Learnable):
            raise NotCapable(
                f"{game_spec(game).name} cannot be a VecEnv in arrays: it is not played in arrays (Learnable); "
                "expected arena.adapters.gymnasium_env.ArenaGym"
            )
    first: Any = games[0]
    policies = [[_compiled(agent, game) for agent in opponents] for game in games]
    tables: Tables = first.tables(games, policies, lanes)
    return tables


def _compiled(agent: Agent, game: Game[Any, Any, Any]) -> CompiledPolicy:
    policy = agent.compiled_policy(game) if isinstance(agent, Compiled) else None
    if policy is None:
        raise NotCapable(
            f"{spelling(agent)} cannot be an opponent in arrays: it has no compiled policy for "
            f"{game_spec(game).name}; expected a rule-based agent, or arena.adapters.gymnasium_env.ArenaGym"
        )
    return policy
