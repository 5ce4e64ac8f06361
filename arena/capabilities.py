"""What a game or an agent may be able to do beyond its contract, each a small protocol.

A game has a capability by having its methods; `capabilities(game)` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from arena._memo import once_per_object
from arena.game import Game
from arena.legal import Legal
from arena.scene import Scene, Viewpoint

__all__ = [
    "Batch",
    "BatchOutcome",
    "Batchable",
    "BlockPlayable",
    "Compiled",
    "CompiledEncoding",
    "CompiledPolicy",
    "DealMeasurable",
    "Determinizable",
    "Drawable",
    "Encodable",
    "Enumerable",
    "Indexed",
    "Learnable",
    "LuckMeasurable",
    "Searchable",
    "Tables",
    "capabilities",
]


@runtime_checkable
class Determinizable(Protocol):
    """A game whose hidden state can be guessed."""

    def determinize(self, view: Any, player: int, rng: np.random.Generator) -> Any:
        """A state that fits all that `player` knows, the rest drawn at random.

        Law: ``key(view(determinize(v, p, rng), p)) == key(v)``.
        """


@runtime_checkable
class Encodable(Protocol):
    """A game whose views become arrays for learners."""

    def encode(self, view: Any) -> dict[str, NDArray[Any]]:
        """Named arrays inside `RoleSpaces.observations` of the viewer's role."""


@runtime_checkable
class Indexed(Protocol):
    """A game whose actions have fixed numbers; the same number means the same action in every state."""

    def index(self, action: Any) -> int | tuple[int, ...]:
        """The number of `action`; one number per factor for products."""

    def action(self, index: int | tuple[int, ...]) -> Any:
        """The action numbered `index`."""

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_] | tuple[NDArray[np.bool_], ...]:
        """bool[N], True where an action is legal; one array per factor for products."""


@runtime_checkable
class Enumerable(Protocol):
    """A game whose chance can be enumerated, for exact solvers."""

    def initial(self) -> Iterator[tuple[float, Any]]:
        """Every first state with its probability; they sum to 1."""

    def successors(self, state: Any, actions: Mapping[int, Any]) -> Iterator[tuple[float, Any]]:
        """Every state that may follow, with its probability; `state` stays as it is."""


@runtime_checkable
class Drawable(Protocol):
    """A game with scenes for the viewer."""

    def scene(self, state: Any, viewpoint: Viewpoint) -> Scene:
        """What is to be seen from `viewpoint`; a seat's scene tells no more than its view."""


@runtime_checkable
class Searchable(Protocol):
    """A game whose `copy` is cheap and exact, so that search may walk the true state (emulators with snapshots)."""

    @property
    def snapshots(self) -> bool:
        """Whether copies are cheap and exact with these parameters."""


class Batch(Protocol):
    """Many matches in arrays; lane `i` is one match. Lanes never reset by themselves."""

    @property
    def lanes(self) -> int:
        """The number of lanes."""

    def reset(self, lanes: NDArray[np.integer[Any]], seeds: NDArray[np.uint64]) -> None:
        """Start anew the matches of `lanes`, int[L], from `seeds`, uint64[L]."""

    def step(self, actions: NDArray[Any]) -> None:
        """Play one action index in every running lane; entries of finished lanes are ignored.

        Args:
            actions: int[lanes, ...], by `Indexed.index`: one a lane in turns, one a player where several act at once.
        """

    def state(self, lane: int) -> Any:
        """A state of the scalar game, of its own, equal to the match of `lane`."""


@runtime_checkable
class Batchable(Protocol):
    """A game that can be played in arrays."""

    def batch(self, lanes: int) -> Batch:
        """`lanes` matches side by side."""


@dataclass(frozen=True)
class CompiledPolicy:
    """An agent's play as compiled code."""

    decide: Callable[..., int]
    """Compiled ``decide(view, parameters, rng) -> action index``: `view` is a record of the game's view dtype, `rng`
    a uint64[1] of the player's own dice."""
    parameters: NDArray[np.float64]
    """float64[P], handed to `decide`."""


@runtime_checkable
class Compiled(Protocol):
    """An agent whose play can be compiled; its `Player`, rollouts and the batch referee use the same function."""

    def compiled_policy(self, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
        """The policy for `game`; None where it has none."""


@dataclass(frozen=True)
class BatchOutcome:
    """What a batch of compiled blocks gave. B blocks, S seatings of each, n seats."""

    returns: NDArray[np.float64]
    """float64[B, S, n], by seat."""
    metrics: Mapping[str, NDArray[np.float64]]
    """Each metric of the game, float64[B, S, n], by seat."""
    steps: NDArray[np.int32]
    """int32[B, S], the number of steps."""
    decisions: NDArray[np.int32]
    """int32[B, S, n], the number of actions each seat took."""
    truncated: NDArray[np.bool_]
    """bool[B, S]."""
    digests: NDArray[np.uint64]
    """uint64[B, S], a digest of the final state."""
    faults: NDArray[np.int8]
    """int8[B, S], the seat that took an illegal action, or -1; such blocks are to be played again by the referee."""


@runtime_checkable
class BlockPlayable(Protocol):
    """A game whose blocks can be played whole in compiled code when every seat is compiled."""

    def play_blocks(
        self,
        policies: Sequence[CompiledPolicy],
        deals: NDArray[np.uint64],
        seatings: NDArray[np.int16],
        player_seeds: NDArray[np.uint64],
    ) -> BatchOutcome:
        """Play every seating of every block.

        Args:
            policies: the compiled agents, K of them; none where there are no blocks.
            deals: uint64[B], the seed of each block's deal.
            seatings: int16[B, S, n], which of the policies sits on each seat.
            player_seeds: uint64[B, S, n], the dice of each seat.
        """


@runtime_checkable
class DealMeasurable(Protocol):
    """A game with numbers known of a deal before anybody plays, whose expectations are 0: control variates."""

    @property
    def deal_terms(self) -> tuple[str, ...]:
        """The names of the C numbers."""

    def deal_controls(self, deals: NDArray[np.uint64]) -> NDArray[np.float64]:
        """The numbers, float64[B, n, C] by seat, of the deals of seeds `deals`, uint64[B].

        Law: over deals the mean of each is 0 on every seat.
        """


@runtime_checkable
class LuckMeasurable(Protocol):
    """A game that tells, after a match, what chance brought every player beyond its expectation: AIVAT's corrections.

    Law: over deals the mean of every term is 0 on every seat, whoever plays.
    """

    @property
    def luck_terms(self) -> tuple[str, ...]:
        """The names of the T terms whose sum is the luck."""

    def luck_scale(self, metric: str) -> float | None:
        """What one unit of luck adds to `metric`; None where it is no matter of units, and only a fit can tell."""

    def luck(self, deal: int, actions: Sequence[Any]) -> NDArray[np.float64]:
        """The luck, float64[n, T] by seat, in the match of seed `deal` in which `actions` were taken, in their order."""

    def luck_of_blocks(
        self,
        policies: Sequence[CompiledPolicy],
        deals: NDArray[np.uint64],
        seatings: NDArray[np.int16],
        player_seeds: NDArray[np.uint64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The luck, float64[B, S, n, T] by seat, and the returns, float64[B, S, n], of blocks of compiled play.

        Args:
            policies: as `BlockPlayable.play_blocks`, as all that follow.
            deals: uint64[B].
            seatings: int16[B, S, n].
            player_seeds: uint64[B, S, n].
        """


@dataclass(frozen=True)
class CompiledEncoding:
    """How compiled code sees a game of turns: views as vectors, legal actions as numbers. F features, A actions."""

    flat: Callable[..., None]
    """Compiled ``flat(view, out)``: writes the view's vector into `out`, float32[F]."""
    legal: Callable[..., int]
    """Compiled ``legal(view, out) -> count``: writes the numbers of the viewer's legal actions into `out`,
    int64[>= most_legal]; 0 where it is not his turn."""
    features: int
    """F."""
    actions: int
    """A, by `Indexed`."""
    most_legal: int
    """Nobody ever has more actions to choose from."""
    version: str
    """Changes whenever a view's vector or an action's number means something else, so that no network is fed with what
    it was not trained on."""


class Tables(Protocol):
    """L matches side by side, each by rules of its own; on each seat a learner or a compiled policy."""

    @property
    def features(self) -> int:
        """F, the length of an observation."""

    @property
    def actions(self) -> int:
        """A, the number of actions of the largest rules."""

    @property
    def players(self) -> int:
        """n, the seats of the largest table; smaller ones leave the last seats empty."""

    @property
    def over(self) -> NDArray[np.bool_]:
        """bool[L], whether a match is over; every one is until it begins."""

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """bool[L], whether the rules cut a match that is over, as `arena.game.Outcome.truncated` has it."""

    @property
    def actors(self) -> NDArray[np.int64]:
        """int64[L], the seat to act; -1 where the match is over."""

    @property
    def askers(self) -> NDArray[np.int64]:
        """int64[L], the number of the learner to act, from 0; -1 where the match is over."""

    @property
    def returns(self) -> NDArray[np.float64]:
        """float64[L, n], what each seat has got so far, in the unit of its game; 0 for empty seats."""

    def begin(
        self,
        lanes: NDArray[np.int64],
        variants: NDArray[np.int64],
        seeds: NDArray[np.uint64],
        seating: NDArray[np.int64],
        dice: NDArray[np.uint64],
    ) -> None:
        """Start new matches and let the policies play up to the first turn of a learner, or to the end.

        Args:
            lanes: int64[M], which ones.
            variants: int64[M], the place of each match's rules among the variants.
            seeds: uint64[M], the deals.
            seating: int64[M, n]: k >= 0 for policy k of the variant, -1 - g for learner g.
            dice: uint64[M, n], where each seat's dice start.

        Raises:
            BadInput: if the shapes do not fit, or a number names nothing.
        """

    def observe(
        self, lanes: NDArray[np.int64], seats: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Observations, float32[W, F], and masks of legal actions, bool[W, A].

        Args:
            lanes: int64[W].
            seats: int64[W], whose; of the actors where None. Whoever has no turn has an empty mask.
        """

    def advise(self, lanes: NDArray[np.int64], policy: int, dice: NDArray[np.uint64]) -> NDArray[np.int64]:
        """What policy number `policy` of each lane's variant would play for the actors of `lanes`, int64[W].

        Args:
            lanes: int64[W], of running matches.
            policy: the same number for all variants.
            dice: uint64[W], where the policy's dice start.

        Raises:
            BadInput: if a variant has no policy of this number.
        """

    def act(self, lanes: NDArray[np.int64], actions: NDArray[np.int64]) -> None:
        """Let the actors of `lanes`, int64[W], play `actions`, int64[W], and the policies up to the next learner's turn.

        Raises:
            IllegalAction: if one is illegal; then no match has moved.
            HostFault: if a compiled policy plays an illegal action.
        """


@runtime_checkable
class Learnable(Protocol):
    """A game of turns that learners play in arrays."""

    def encoding(self) -> CompiledEncoding:
        """How compiled code sees the game by these rules."""

    def tables(
        self, variants: Sequence[Any], policies: Sequence[Sequence[CompiledPolicy]], lanes: int
    ) -> Tables:
        """`lanes` matches side by side.

        Args:
            variants: games of this kind, by any rules.
            policies: for each variant, the compiled policies that may sit there.
            lanes: L.

        Raises:
            BadInput: if a variant is another game, or there are no lanes.
        """


_PROTOCOLS: tuple[type, ...] = (
    Determinizable,
    Encodable,
    Indexed,
    Enumerable,
    Drawable,
    Batchable,
    BlockPlayable,
    DealMeasurable,
    LuckMeasurable,
    Learnable,
    Searchable,
)


@once_per_object
def capabilities(game: Game[Any, Any, Any]) -> tuple[str, ...]:
    """The names of the capabilities `game` has with these parameters, in lower case, such as ``"determinizable"``."""
    found = [protocol for protocol in _PROTOCOLS if isinstance(game, protocol)]
    if Searchable in found and not getattr(game, "snapshots", False):
        found.remove(Searchable)
    return tuple(protocol.__name__.lower() for protocol in found)
