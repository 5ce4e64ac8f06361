"""A toy of hidden cards for two to five players: small enough to enumerate, with chance still to come."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena import streams
from arena.errors import BadParameter
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, RoleSpaces, Utility
from arena.legal import Finite, Legal, Listed
from arena.scene import Scene, Viewpoint

ACTIONS = ("keep", "swap")


@dataclass(frozen=True)
class Cards:
    """The state."""

    hands: tuple[int, ...]
    deck: tuple[int, ...]
    thrown: tuple[tuple[int, int], ...] = ()
    turn: int = 0
    gained: tuple[int, ...] = ()
    total: tuple[int, ...] = ()


@dataclass(frozen=True)
class CardsView:
    """What a player knows: his card, who threw what, and all cards at the end."""

    player: int
    hand: int
    thrown: tuple[tuple[int, int], ...]
    turn: int
    total: tuple[int, ...]
    shown: tuple[int, ...] = ()


@dataclass(frozen=True)
class HiddenCards(Game[Cards, CardsView, str]):
    """Everybody holds one of 3n different cards; the highest takes a chip from everybody.

    In turn, `rounds` times, a player may swap his card for the next of the deck, for a chip to each of the others.
    """

    players: int = 2
    rounds: int = 2

    classes: ClassVar[tuple[type, ...]] = (CardsView,)

    @property
    def spec(self) -> GameSpec:
        n = self.players
        if not 2 <= n <= 5:
            raise BadParameter(f"expected 2 to 5 players, got {n!r}")
        if not 1 <= self.rounds <= 2:
            raise BadParameter(f"expected 1 or 2 rounds, got {self.rounds!r}")
        cards = 3 * n
        observations = spaces.Dict(
            {
                "hand": spaces.MultiBinary(cards),
                "thrown": spaces.MultiBinary(cards),
                "turn": spaces.Box(0, self.rounds * n, (1,), np.int64),
            }
        )
        return GameSpec(
            name="hidden-cards",
            version=1,
            title="Hidden Cards",
            summary="keep or swap a hidden card; the highest wins",
            players=n,
            table_sizes=(2, 3, 4, 5),
            roles=("player",) * n,
            dynamics=Dynamics.TURNS,
            information=Information.IMPERFECT,
            utility=Utility.ZERO_SUM,
            returns=(-1.0 - self.rounds * (n - 1), (1.0 + self.rounds) * (n - 1)),
            horizon=self.rounds * n,
            metrics=(Metric("chips", "chips", primary=True), Metric("won", "share")),
            spaces={"player": RoleSpaces(spaces.Discrete(2), observations)},
        )

    def init(self, seed: int) -> Cards:
        order = streams.stream(streams.root_key(seed), "deck").permutation(3 * self.players) + 1
        cards = tuple(order.tolist())
        return self._dealt(cards[: self.players], cards[self.players :])

    def _dealt(self, hands: tuple[int, ...], deck: tuple[int, ...]) -> Cards:
        nothing = (0,) * self.players
        return Cards(hands, deck, gained=nothing, total=nothing)

    def _over(self, turn: int) -> bool:
        return turn == self.rounds * self.players

    def actors(self, state: Cards) -> tuple[int, ...]:
        return () if self._over(state.turn) else (state.turn % self.players,)

    def view(self, state: Cards, player: int) -> CardsView:
        shown = state.hands if self._over(state.turn) else ()
        return CardsView(player, state.hands[player], state.thrown, state.turn, state.total, shown)

    def legal(self, state: Cards, player: int) -> Legal[str]:
        return Listed(ACTIONS)

    def step(self, state: Cards, actions: Mapping[int, str]) -> Cards:
        ((player, action),) = actions.items()
        if action == "swap":
            return self._swapped(state, player, state.deck[0])
        return self._counted(dataclasses.replace(state, turn=state.turn + 1), (0,) * self.players)

    def _swapped(self, state: Cards, player: int, drawn: int) -> Cards:
        hands = tuple(drawn if seat == player else card for seat, card in enumerate(state.hands))
        after = dataclasses.replace(
            state,
            hands=hands,
            deck=tuple(card for card in state.deck if card != drawn),
            thrown=(*state.thrown, (player, state.hands[player])),
            turn=state.turn + 1,
        )
        paid = tuple(1 - self.players if seat == player else 1 for seat in range(self.players))
        return self._counted(after, paid)

    def _counted(self, state: Cards, paid: tuple[int, ...]) -> Cards:
        if self._over(state.turn):
            best = max(state.hands)
            prize = tuple(self.players - 1 if card == best else -1 for card in state.hands)
            paid = tuple(map(sum, zip(paid, prize, strict=True)))
        total = tuple(map(sum, zip(state.total, paid, strict=True)))
        return dataclasses.replace(state, gained=paid, total=total)

    def rewards(self, state: Cards) -> tuple[float, ...]:
        return tuple(map(float, state.gained))

    def outcome(self, state: Cards) -> Outcome | None:
        if not self._over(state.turn):
            return None
        best = max(state.hands)
        returns = tuple(map(float, state.total))
        won = tuple(float(card == best) for card in state.hands)
        return Outcome(returns, "all cards shown", metrics={"chips": returns, "won": won})

    def copy(self, state: Cards, seed: int | None = None) -> Cards:
        if seed is None:
            return state
        order = streams.stream(streams.root_key(seed), "again").permutation(len(state.deck)).tolist()
        return dataclasses.replace(state, deck=tuple(state.deck[place] for place in order))

    def describe(self, view: CardsView) -> str:
        thrown = (
            ", ".join(f"player {player} threw {card}" for player, card in view.thrown) or "nothing thrown"
        )
        end = f"\nall cards: {view.shown}" if view.shown else ""
        return f"you are player {view.player} and hold {view.hand}; {thrown}; chips {view.total}{end}"

    # Determinizable

    def determinize(self, view: CardsView, player: int, rng: np.random.Generator) -> Cards:
        known = {view.hand, *(card for _, card in view.thrown), *view.shown}
        unknown = [card for card in range(1, 3 * self.players + 1) if card not in known]
        cards = rng.permutation(unknown).tolist()
        if view.shown:
            hands = view.shown
        else:
            hands = tuple(view.hand if seat == player else cards.pop() for seat in range(self.players))
        return Cards(hands, tuple(cards), view.thrown, view.turn, (0,) * self.players, view.total)

    # Indexed

    def index(self, action: str) -> int:
        return ACTIONS.index(action)

    def action(self, index: int | tuple[int, ...]) -> str:
        assert isinstance(index, int)
        return ACTIONS[index]

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        assert isinstance(legal, Finite)
        return np.array([action in legal for action in ACTIONS])

    # Encodable

    def encode(self, view: CardsView) -> dict[str, NDArray[Any]]:
        hand, thrown = np.zeros((2, 3 * self.players), np.int8)
        hand[view.hand - 1] = 1
        thrown[[card - 1 for _, card in view.thrown]] = 1
        return {"hand": hand, "thrown": thrown, "turn": np.array([view.turn])}

    # Drawable

    def scene(self, state: Cards, viewpoint: Viewpoint) -> Scene:
        everything = viewpoint == "open" or self._over(state.turn)
        hands = [card if everything or seat == viewpoint else None for seat, card in enumerate(state.hands)]
        data = {"hands": hands, "thrown": [list(pair) for pair in state.thrown], "deck": len(state.deck)}
        return Scene("cards", data, f"hands {hands}, thrown {list(state.thrown)}")

    # Enumerable

    def initial(self) -> Iterator[tuple[float, Cards]]:
        cards = range(1, 3 * self.players + 1)
        deals = list(itertools.permutations(cards, self.players))
        for hands in deals:
            yield 1 / len(deals), self._dealt(hands, tuple(card for card in cards if card not in hands))

    def successors(self, state: Cards, actions: Mapping[int, str]) -> Iterator[tuple[float, Cards]]:
        ((player, action),) = actions.items()
        if action == "keep":
            yield 1.0, self.step(state, actions)
            return
        for card in state.deck:
            yield 1 / len(state.deck), self._swapped(state, player, card)
