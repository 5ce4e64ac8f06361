"""Dhumbal as a `Game`: the compiled engine on a batch of one."""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, cast

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.capabilities import BatchOutcome, CompiledEncoding, CompiledPolicy
from arena.errors import BadInput
from arena.game import Dynamics, Game, GameSpec, Information, Outcome, RoleSpaces, Utility
from arena.legal import Legal, Masked
from arena.scene import Scene, Viewpoint
from games.dhumbal import batch, determinize, encode
from games.dhumbal import text as words
from games.dhumbal.engine import begin, step
from games.dhumbal.lanes import Lanes
from games.dhumbal.legal import MOST_DISCARDS, legal_actions
from games.dhumbal.luck import LuckMeasured
from games.dhumbal.metrics import TOTALS, metrics_for, metrics_of
from games.dhumbal.rules import ROUND_LIMIT, SUMMARIES, Rules, preset
from games.dhumbal.scene import scene_of, view_of
from games.dhumbal.state import END_REASONS, STATE, VIEW, clone
from games.dhumbal.tables import LearningTables
from games.dhumbal.view import view_actions

__all__ = ["CardTable", "Dhumbal", "spec_of"]

State = NDArray[np.void]
"""STATE[1]."""
View = NDArray[np.void]
"""VIEW of shape ()."""


@dataclass(frozen=True)
class CardTable(LuckMeasured, Game[State, View, int]):
    """The compiled engine as a game, whatever its parameters are called.

    A state is a record of dtype `STATE` in an array of one, a view a record of dtype `VIEW` in an array of shape (), an
    action a number of the table in `games.dhumbal.cards`.
    """

    @property
    @abstractmethod
    def resolved(self) -> Rules:
        """The rules in full.

        Raises:
            UnknownName: if there is no such preset.
            BadParameter: if a parameter is outside what it may be.
        """

    def init(self, seed: int) -> State:
        """The deal that `seed` stands for."""
        state = np.zeros(1, STATE)
        begin(state[0], _record(self.resolved), np.uint64(seed))
        return state

    def actors(self, state: State) -> tuple[int, ...]:
        """Whose turn it is."""
        return () if state["over"][0] else (int(state["actor"][0]),)

    def view(self, state: State, player: int) -> View:
        """All that `player` may know."""
        return view_of(state, player)

    def legal(self, state: State, player: int) -> Legal[int]:
        """What the actor may do, as a mask over all action ids."""
        del player  # one acts at a time
        out = np.empty(MOST_DISCARDS + 1, np.int64)
        mask = np.zeros(self.resolved.actions, np.bool_)
        mask[out[: legal_actions(state[0], out)]] = True
        return Masked(mask)

    def step(self, state: State, actions: Mapping[int, int]) -> State:
        """Play the actor's action, in place."""
        (action,) = actions.values()
        step(state[0], int(action))
        return state

    def rewards(self, state: State) -> tuple[float, ...]:
        """Coins won and lost, or points with their sign turned, when a round ends; zeros otherwise."""
        return tuple(state["reward"][0, : self.resolved.players].tolist())

    def outcome(self, state: State) -> Outcome | None:
        """Coins, points or places, when the match is over."""
        if not state["over"][0]:
            return None
        rules = self.resolved
        totals = np.zeros(1, TOTALS)
        batch.keep_totals(state[0], totals[0])
        metrics = {name: tuple(values[0].tolist()) for name, values in metrics_of(totals, rules).items()}
        returns = tuple(totals["returns"][0, : self.resolved.players].tolist())
        return Outcome(returns, _reason(state, rules), bool(state["truncated"][0]), metrics)

    def copy(self, state: State, seed: int | None = None) -> State:
        """A state of its own; with a `seed`, the stock's order, reshuffles and later deals are drawn anew."""
        other = clone(state)
        if seed is not None:
            determinize.redraw(other[0], np.uint64(seed))
        return other

    def describe(self, view: View) -> str:
        """The view as text."""
        return words.describe(view)

    def say(self, action: int) -> str:
        """``discard 7♣ 8♣ 9♣``, ``take 5♦``, ``take stock`` or ``call``."""
        return words.say_action(action)

    def read(self, text: str, legal: Legal[int]) -> int:
        """The legal action that the text means; card names in ASCII (``7c``, ``10h``) will do."""
        return words.read_action(text, legal)

    def key(self, view: View) -> bytes:
        """The bytes of the record; views are equal when all their fields are."""
        return np.asarray(view, VIEW).tobytes()

    def determinize(self, view: View, player: int, rng: np.random.Generator) -> State:
        """A state that fits the view of `player`, every one equally likely.

        Raises:
            BadInput: if the view is another player's.
        """
        if int(view["seat"]) != player:
            raise BadInput(f"expected the view of player {player!r}, got that of player {int(view['seat'])}")
        state = np.zeros(1, STATE)
        dice = rng.integers(0, 2**64, 1, np.uint64)
        determinize.determinize(np.asarray(view, VIEW)[()], dice, state[0])
        return state

    def encode(self, view: View) -> dict[str, NDArray[Any]]:
        """Named arrays for learners, float32; the table is in `games.dhumbal.encode`."""
        return cast("dict[str, NDArray[Any]]", encode.encode(view))

    def index(self, action: int) -> int:
        """The number of the action: itself."""
        return int(action)

    def action(self, index: int | tuple[int, ...]) -> int:
        """The action of this number.

        Raises:
            BadInput: if there is none under these rules.
        """
        if not isinstance(index, int | np.integer) or not 0 <= index < self.resolved.actions:
            raise BadInput(f"expected an action index from 0 to {self.resolved.actions - 1}, got {index!r}")
        return int(index)

    def mask(self, legal: Legal[int]) -> NDArray[np.bool_]:
        """bool[actions], True where an action is legal."""
        if isinstance(legal, Masked):
            return legal.mask
        return np.array([action in legal for action in range(self.resolved.actions)], np.bool_)

    def scene(self, state: State, viewpoint: Viewpoint) -> Scene:
        """The table as seen from `viewpoint`."""
        return scene_of(state, viewpoint)

    def batch(self, lanes: int) -> Lanes:
        """`lanes` matches side by side in arrays."""
        return Lanes(self.resolved, lanes)

    def encoding(self) -> CompiledEncoding:
        """The flat vector of `games.dhumbal.encode` and the ids of `games.dhumbal.cards`."""
        rules = self.resolved
        return CompiledEncoding(
            encode.encode_flat,
            view_actions,
            encode.ENCODED,
            rules.actions,
            MOST_DISCARDS + 1,
            encode.ENCODING,
        )

    def tables(
        self, variants: Sequence[Any], policies: Sequence[Sequence[CompiledPolicy]], lanes: int
    ) -> LearningTables:
        """Matches side by side for learners, by the rules of any of `variants`.

        Raises:
            BadInput: if a variant is no Dhumbal.
        """
        for variant in variants:
            if not isinstance(variant, CardTable):
                raise BadInput(f"expected games of Dhumbal, got {variant!r}")
        return LearningTables([variant.resolved for variant in variants], policies, lanes)

    def play_blocks(
        self,
        policies: Sequence[CompiledPolicy],
        deals: NDArray[np.uint64],
        seatings: NDArray[np.int16],
        player_seeds: NDArray[np.uint64],
    ) -> BatchOutcome:
        """Play every seating of every block in compiled code; see `games.dhumbal.batch.play_blocks`."""
        return batch.play_blocks(self.resolved, policies, deals, seatings, player_seeds)


@dataclass(frozen=True)
class Dhumbal(CardTable):
    """Dhumbal by the rules of a preset, with any switch changed; None leaves a switch as the preset has it.

    The switches are explained in `games.dhumbal.rules.Rules`.
    """

    presets: ClassVar[Mapping[str, str]] = SUMMARIES
    """A line on each preset of the rules."""

    players: int = 4
    rules: str = "np5"
    call_at: int | None = None
    faces: int | None = None
    pickup: str | None = None
    pickup_gate: str | None = None
    run_wrap: bool | None = None
    empty_hand: str | None = None
    jokers: int | None = None
    penalty: str | None = None
    economy: str | None = None
    stock_out: str | None = None
    turn_cap: int | None = None
    at_cap: str | None = None
    starter: str | None = None
    match: str | None = None
    rounds: int | None = None
    out_at: int | None = None
    halving: bool | None = None
    coins: int | None = None

    @property
    def resolved(self) -> Rules:
        """The rules in full."""
        return _resolve(self)

    @property
    def spec(self) -> GameSpec:
        """Facts about the game by these rules."""
        return _spec(self)


def _changes(game: Dhumbal) -> dict[str, Any]:
    chosen = {field.name: getattr(game, field.name) for field in dataclasses.fields(game)}
    del chosen["rules"]
    return {name: value for name, value in chosen.items() if value is not None}


@lru_cache(maxsize=256)
def _resolve(game: Dhumbal) -> Rules:
    return preset(game.rules, **_changes(game))


@lru_cache(maxsize=256)
def _record(rules: Rules) -> np.void:
    return rules.record()


def _utility(rules: Rules) -> tuple[Utility, tuple[float, float]]:
    """How returns add up, and their bounds for one player."""
    if rules.match == "out":
        return Utility.ZERO_SUM, (-1.0, 1.0)
    rounds = float(rules.most_rounds)
    if rules.economy == "coins":
        pot = rounds * rules.dearest_table
        return Utility.ZERO_SUM, (-pot, pot)
    return Utility.GENERAL, (-rounds * (rules.dearest_hand + 30.0), 0.0)


@lru_cache(maxsize=256)
def _spec(game: Dhumbal) -> GameSpec:
    return spec_of(
        game.resolved,
        "dhumbal",
        "Dhumbal",
        "Jhyap, Yaniv: throw sets and runs to hold little, and call when nobody holds less.",
        (2, 3, 4, 5),
    )


def spec_of(rules: Rules, name: str, title: str, summary: str, table_sizes: tuple[int, ...]) -> GameSpec:
    """Facts about a game by `rules`."""
    utility, bounds = _utility(rules)
    role = RoleSpaces(spaces.Discrete(rules.actions), encode.observation_space())
    return GameSpec(
        name=name,
        version=1,
        title=title,
        summary=summary,
        players=rules.players,
        table_sizes=table_sizes,
        roles=("player",) * rules.players,
        dynamics=Dynamics.TURNS,
        information=Information.IMPERFECT,
        utility=utility,
        returns=bounds,
        horizon=2 * rules.turn_cap * rules.most_rounds,
        metrics=metrics_for(rules),
        spaces={"player": role},
    )


def _reason(state: State, rules: Rules) -> str:
    last = END_REASONS[int(state["ended"][0])]
    if rules.match == "round":
        return last
    if rules.match == "out" and int(state["round"][0]) >= ROUND_LIMIT:
        return f"{ROUND_LIMIT} rounds without a winner"
    return f"{int(state['round'][0])} rounds, the last ended by {last}"
