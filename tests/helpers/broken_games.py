"""Games that each break one law: a law that none of them breaks could not fail."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hidden_cards import Cards, CardsView, HiddenCards
from nim_pile import NimBatch, NimPile, Pile
from numpy.typing import NDArray
from shadow_machine import Core, ShadowMachine
from tax_town import TaxTown, Town

from arena.capabilities import BatchOutcome, CompiledPolicy
from arena.game import Game, GameSpec, Metric, Outcome, RoleSpaces
from arena.legal import Legal, Listed
from arena.scene import Scene, Viewpoint


class TwoPrimaries(HiddenCards):
    """Ranks by two metrics."""

    @property
    def spec(self) -> GameSpec:
        spec = super().spec
        return dataclasses.replace(spec, metrics=(*spec.metrics, Metric("luck", "points", primary=True)))


@dataclass(frozen=True)
class Renamed(HiddenCards):
    """Its parameter cannot be spelled."""

    house: Any = None

    @property
    def spec(self) -> GameSpec:
        return super().spec


class Forgetful(HiddenCards):
    """Deals by a counter, not by the seed."""

    deals = itertools.count()

    def init(self, seed: int) -> Cards:
        return super().init(next(self.deals))


class Hashed(HiddenCards):
    """Deals by the hash of a text, which every process draws anew."""

    def init(self, seed: int) -> Cards:
        return super().init(hash(f"deal {seed}") % 2**32)


class NeverOver(HiddenCards):
    """Nobody acts at the end, and there is no outcome."""

    def outcome(self, state: Cards) -> Outcome | None:
        return None


class Descending(TaxTown):
    """Names its actors in the wrong order."""

    def actors(self, state: Town) -> tuple[int, ...]:
        return super().actors(state)[::-1]


class Overlong(HiddenCards):
    """Takes more steps than it says."""

    @property
    def spec(self) -> GameSpec:
        return dataclasses.replace(super().spec, horizon=2)


class Unrewarded(HiddenCards):
    """Tells of no reward."""

    def rewards(self, state: Cards) -> tuple[float, ...]:
        return (0.0,) * self.players


class Generous(HiddenCards):
    """Returns more than it says."""

    @property
    def spec(self) -> GameSpec:
        return dataclasses.replace(super().spec, returns=(0.0, 0.5))


class Tipped(HiddenCards):
    """Adds a chip that nobody pays."""

    def outcome(self, state: Cards) -> Outcome | None:
        found = super().outcome(state)
        return found and dataclasses.replace(found, returns=(found.returns[0] + 1, *found.returns[1:]))


class Unmeasured(HiddenCards):
    """Leaves out a metric."""

    def outcome(self, state: Cards) -> Outcome | None:
        found = super().outcome(state)
        return found and dataclasses.replace(found, metrics={"chips": found.returns})


class Undefined(HiddenCards):
    """Has no number for a metric that is not sparse."""

    def outcome(self, state: Cards) -> Outcome | None:
        found = super().outcome(state)
        nothing = (float("nan"),) * self.players
        return found and dataclasses.replace(found, metrics={**found.metrics, "won": nothing})


class ChancyPile(NimPile):
    """Claims that the seed matters."""

    @property
    def spec(self) -> GameSpec:
        return dataclasses.replace(super().spec, chance=True)


class CertainCards(HiddenCards):
    """Claims that the seed does not matter."""

    @property
    def spec(self) -> GameSpec:
        return dataclasses.replace(super().spec, chance=False)


class AnyNumber(HiddenCards):
    """Lets any number play, and then does not."""

    def with_players(self, players: int) -> Game[Cards, CardsView, str]:
        return self if players == 6 else super().with_players(players)


class Spaceless(HiddenCards):
    """Encodes into a space that it does not declare."""

    @property
    def spec(self) -> GameSpec:
        spec = super().spec
        return dataclasses.replace(spec, spaces={"player": RoleSpaces(spec.spaces["player"].actions)})


class SharedMemory(ShadowMachine):
    """Copies that share their memory."""

    def copy(self, state: Core, seed: int | None = None) -> Core:
        return Core(state.living())


class LateCopy(ShadowMachine):
    """A copy that runs its machine a frame too far."""

    def copy(self, state: Core, seed: int | None = None) -> Core:
        copied = super().copy(state, seed)
        copied.run(0)
        return copied


class Shallow(TaxTown):
    """Copies whose arrays are the original's."""

    def copy(self, state: Town, seed: int | None = None) -> Town:
        return dataclasses.replace(state)


class Redealt(HiddenCards):
    """Deals the hands again where only the chance still to come was asked for."""

    def copy(self, state: Cards, seed: int | None = None) -> Cards:
        return (
            state
            if seed is None
            else dataclasses.replace(self.init(seed), turn=state.turn, thrown=state.thrown)
        )


class Foreseen(HiddenCards):
    """Copies that know the true deck."""

    def copy(self, state: Cards, seed: int | None = None) -> Cards:
        return state


class Window(TaxTown):
    """A view that is a window into the state."""

    def view(self, state: Town, player: int) -> dict[str, Any]:
        return super().view(state, player) | {"money": state.money}


class Nameless(HiddenCards):
    """Does not name the class of its views."""

    classes = ()


class _Skewed(Listed[str]):
    def sample(self, rng: np.random.Generator) -> str:
        return "pass"


class Skewed(HiddenCards):
    """Samples what is not legal."""

    def legal(self, state: Cards, player: int) -> Legal[str]:
        return _Skewed(("keep", "swap"))


class Twice(HiddenCards):
    """Lists an action twice."""

    def legal(self, state: Cards, player: int) -> Legal[str]:
        return Listed(("keep", "swap", "keep"))


class _Permissive(Listed[str]):
    def __contains__(self, action: object) -> bool:
        return True


class Permissive(HiddenCards):
    """Calls everything legal."""

    def legal(self, state: Cards, player: int) -> Legal[str]:
        return _Permissive(("keep", "swap"))


class Mumbling(HiddenCards):
    """Says every action in the same words."""

    def say(self, action: str) -> str:
        return "a card"


class Guessing(HiddenCards):
    """Reads nonsense as an action."""

    def read(self, text: str, legal: Legal[str]) -> str:
        return text if text in legal else "keep"


class Misnumbered(HiddenCards):
    """Numbers actions one way and reads the numbers the other way."""

    def action(self, index: int | tuple[int, ...]) -> str:
        assert isinstance(index, int)
        return super().action(1 - index)


class Unmasked(HiddenCards):
    """Masks a legal action."""

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        return np.array([True, False])


class WrongWorlds(HiddenCards):
    """Draws worlds in which the player holds another card."""

    def determinize(self, view: CardsView, player: int, rng: np.random.Generator) -> Cards:
        world = super().determinize(view, player, rng)
        return dataclasses.replace(world, hands=world.hands[::-1])


@dataclass(frozen=True)
class Leaked(CardsView):
    """A view with the true state in it."""

    secret: Any = None


class Leaky(HiddenCards):
    """Views that carry the true state: worlds fit them well, and are all the same."""

    classes = (Leaked, Cards)

    def view(self, state: Cards, player: int) -> CardsView:
        seen = super().view(state, player)
        return Leaked(**{f.name: getattr(seen, f.name) for f in dataclasses.fields(seen)}, secret=state)

    def determinize(self, view: CardsView, player: int, rng: np.random.Generator) -> Cards:
        assert isinstance(view, Leaked)
        world: Cards = view.secret
        return world


class BlurredPile(NimPile):
    """Perfect information, and worlds that differ from what there is."""

    def view(self, state: Pile, player: int) -> tuple[int, int]:
        return (state.left if player == 0 else 0, state.turn)

    def determinize(self, view: tuple[int, int], player: int, rng: np.random.Generator) -> Pile:
        return Pile(view[0], view[1])


class DeadWorlds(HiddenCards):
    """Worlds without a deck, in which nobody can swap."""

    def determinize(self, view: CardsView, player: int, rng: np.random.Generator) -> Cards:
        return dataclasses.replace(super().determinize(view, player, rng), deck=())


class TellingSet(HiddenCards):
    """The legal set tells whether the next card is a good one."""

    def legal(self, state: Cards, player: int) -> Legal[str]:
        return Listed(("keep", "swap")) if state.deck[0] > 3 else Listed(("swap", "keep"))


class TellingScene(HiddenCards):
    """The public scene shows every hand."""

    def scene(self, state: Cards, viewpoint: Viewpoint) -> Scene:
        return super().scene(state, "open" if viewpoint == "public" else viewpoint)


class Silent(HiddenCards):
    """Describes nothing."""

    def describe(self, view: CardsView) -> str:
        return ""


class Opaque(HiddenCards):
    """A scene that JSON cannot hold."""

    def scene(self, state: Cards, viewpoint: Viewpoint) -> Scene:
        return Scene("cards", {"hands": np.array(state.hands)}, "hands")


class Wordless(HiddenCards):
    """A scene that says nothing in words."""

    def scene(self, state: Cards, viewpoint: Viewpoint) -> Scene:
        return dataclasses.replace(super().scene(state, viewpoint), text="")


class Outside(HiddenCards):
    """Encodes outside of its space."""

    def encode(self, view: CardsView) -> dict[str, NDArray[Any]]:
        return super().encode(view) | {"turn": np.array([-1])}


class Overlikely(HiddenCards):
    """Every card is certain to be drawn."""

    def successors(self, state: Cards, actions: Mapping[int, str]) -> Iterator[tuple[float, Cards]]:
        return ((1.0, after) for _, after in super().successors(state, actions))


class OneDeal(HiddenCards):
    """Enumerates a first state that does not come."""

    def initial(self) -> Iterator[tuple[float, Cards]]:
        _, never = next(super().initial())
        yield 1.0, never


class _Restless(NimBatch):
    def step(self, actions: NDArray[Any]) -> None:
        super().step(actions)
        self.turn += self.left == 0


class RestlessLanes(NimPile):
    """Lanes that go on counting after the end."""

    def batch(self, lanes: int) -> NimBatch:
        return _Restless(self, lanes)


class _Careless(NimBatch):
    def reset(self, lanes: NDArray[np.integer[Any]], seeds: NDArray[np.uint64]) -> None:
        self.left[:], self.turn[:] = self.game.counters, 0


class CarelessLanes(NimPile):
    """A reset of one lane resets all."""

    def batch(self, lanes: int) -> NimBatch:
        return _Careless(self, lanes)


class WrongBlocks(NimPile):
    """Compiled blocks that pay the other one."""

    def play_blocks(
        self,
        policies: Sequence[CompiledPolicy],
        deals: NDArray[np.uint64],
        seatings: NDArray[np.int16],
        player_seeds: NDArray[np.uint64],
    ) -> BatchOutcome:
        played = super().play_blocks(policies, deals, seatings, player_seeds)
        return dataclasses.replace(played, returns=-played.returns)
