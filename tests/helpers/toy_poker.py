"""Kuhn and Leduc poker on the arena's contract, the same games as OpenSpiel's ``kuhn_poker`` and ``leduc_poker``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena import streams
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, RoleSpaces, Utility
from arena.legal import Legal, Listed


def _spec(name: str, title: str, bound: float, horizon: int, seat: RoleSpaces) -> GameSpec:
    return GameSpec(
        name=name,
        version=1,
        title=title,
        summary=f"{title} for two",
        players=2,
        table_sizes=(2,),
        roles=("player", "player"),
        dynamics=Dynamics.TURNS,
        information=Information.IMPERFECT,
        utility=Utility.ZERO_SUM,
        returns=(-bound, bound),
        horizon=horizon,
        metrics=(Metric("chips", "chips", primary=True),),
        spaces={"player": seat},
    )


class Kuhn3(NamedTuple):
    """The cards of both players and what was done."""

    cards: tuple[int, int]
    history: str = ""


@dataclass(frozen=True)
class Kuhn(Game[Kuhn3, tuple[int, str], str]):
    """Kuhn poker (H. Kuhn, 1950): three cards, ante 1, one bet of 1. A view is one's card and the actions so far."""

    @property
    def spec(self) -> GameSpec:
        observed = spaces.Dict(
            {"card": spaces.Box(0, 1, (3,), np.float32), "bets": spaces.Box(0, 1, (3, 2), np.float32)}
        )
        return _spec("kuhn", "Kuhn poker", 2.0, 3, RoleSpaces(spaces.Discrete(2), observed))

    def init(self, seed: int) -> Kuhn3:
        deck = streams.stream(streams.root_key(seed), "deal").permutation(3)
        return Kuhn3((int(deck[0]), int(deck[1])))

    def actors(self, state: Kuhn3) -> tuple[int, ...]:
        over = state.history in ("pp", "pbp", "pbb", "bp", "bb")
        return () if over else (len(state.history) % 2,)

    def view(self, state: Kuhn3, player: int) -> tuple[int, str]:
        return state.cards[player], state.history

    def legal(self, state: Kuhn3, player: int) -> Legal[str]:
        return Listed(("p", "b"))

    def step(self, state: Kuhn3, actions: Mapping[int, str]) -> Kuhn3:
        return Kuhn3(state.cards, state.history + next(iter(actions.values())))

    def rewards(self, state: Kuhn3) -> tuple[float, ...]:
        history, better = state.history, 1.0 if state.cards[0] > state.cards[1] else -1.0
        won = {"pp": better, "pbp": -1.0, "pbb": 2 * better, "bp": 1.0, "bb": 2 * better}.get(history, 0.0)
        return won, -won

    def outcome(self, state: Kuhn3) -> Outcome | None:
        if self.actors(state):
            return None
        returns = self.rewards(state)
        return Outcome(
            returns, "showdown" if state.history[-1] == "b" else "fold", metrics={"chips": returns}
        )

    def copy(self, state: Kuhn3, seed: int | None = None) -> Kuhn3:
        return state

    def describe(self, view: tuple[int, str]) -> str:
        return f"card {view[0]}, actions {view[1] or 'none'}"

    def determinize(self, view: tuple[int, str], player: int, rng: np.random.Generator) -> Kuhn3:
        others = [card for card in range(3) if card != view[0]]
        other = others[int(rng.integers(2))]
        return Kuhn3((view[0], other) if player == 0 else (other, view[0]), view[1])

    def encode(self, view: tuple[int, str]) -> dict[str, NDArray[Any]]:
        bets = np.zeros((3, 2), np.float32)
        for place, action in enumerate(view[1]):
            bets[place, "pb".index(action)] = 1
        return {"card": np.eye(3, dtype=np.float32)[view[0]], "bets": bets}

    def index(self, action: str) -> int:
        return "pb".index(action)

    def action(self, index: int | tuple[int, ...]) -> str:
        assert isinstance(index, int)
        return "pb"[index]

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        return np.array([action in legal for action in "pb"])

    def initial(self) -> Iterator[tuple[float, Kuhn3]]:
        for first in range(3):
            for second in range(3):
                if first != second:
                    yield 1 / 6, Kuhn3((first, second))

    def successors(self, state: Kuhn3, actions: Mapping[int, str]) -> Iterator[tuple[float, Kuhn3]]:
        yield 1.0, self.step(state, actions)


class Leduc6(NamedTuple):
    """The private cards (0 to 5, rank is half of it), the public one or None, the actions of both rounds, the dice."""

    cards: tuple[int, int]
    public: int | None
    rounds: tuple[str, str]
    dice: int


@dataclass(frozen=True)
class Leduc(Game[Leduc6, tuple[int, int | None, tuple[str, str]], str]):
    """Leduc hold'em (F. Southey et al., "Bayes' Bluff", UAI 2005): six cards, ante 1, bets of 2 and 4, two raises."""

    @property
    def spec(self) -> GameSpec:
        return _spec("leduc", "Leduc poker", 13.0, 8, RoleSpaces(spaces.Discrete(3)))

    def init(self, seed: int) -> Leduc6:
        deck = streams.stream(streams.root_key(seed), "deal").permutation(6)
        return Leduc6((int(deck[0]), int(deck[1])), None, ("", ""), seed)

    def actors(self, state: Leduc6) -> tuple[int, ...]:
        if "f" in "".join(state.rounds) or (state.public is not None and _closed(state.rounds[1])):
            return ()
        return (len(state.rounds[state.public is not None]) % 2,)

    def view(self, state: Leduc6, player: int) -> tuple[int, int | None, tuple[str, str]]:
        return state.cards[player], state.public, state.rounds

    def legal(self, state: Leduc6, player: int) -> Legal[str]:
        now = state.rounds[state.public is not None]
        return Listed(("f",) * now.endswith("r") + ("c",) + ("r",) * (now.count("r") < 2))

    def step(self, state: Leduc6, actions: Mapping[int, str]) -> Leduc6:
        after = self._acted(state, actions)
        if not self._deals(after):
            return after
        left = self._left(after)
        return after._replace(public=left[streams.number(streams.root_key(state.dice), "public") % 4])

    def rewards(self, state: Leduc6) -> tuple[float, ...]:
        if self.actors(state):
            return 0.0, 0.0
        stakes = _stakes(state.rounds)
        for rounds in state.rounds:
            if rounds.endswith("f"):
                loser = (len(rounds) - 1) % 2
                return (-stakes[0], stakes[0]) if loser == 0 else (stakes[1], -stakes[1])
        assert state.public is not None
        pair = state.public // 2
        first, second = ((card // 2 == pair, card // 2) for card in state.cards)
        won = 0.0 if first == second else stakes[0] if first > second else -stakes[0]
        return won, -won

    def outcome(self, state: Leduc6) -> Outcome | None:
        if self.actors(state):
            return None
        returns = self.rewards(state)
        return Outcome(returns, "over", metrics={"chips": returns})

    def copy(self, state: Leduc6, seed: int | None = None) -> Leduc6:
        return state if seed is None else state._replace(dice=seed)

    def describe(self, view: tuple[int, int | None, tuple[str, str]]) -> str:
        return f"card {view[0]}, public {view[1]}, actions {'/'.join(view[2])}"

    def determinize(
        self, view: tuple[int, int | None, tuple[str, str]], player: int, rng: np.random.Generator
    ) -> Leduc6:
        mine, public, rounds = view
        others = [card for card in range(6) if card not in (mine, public)]
        other = others[int(rng.integers(len(others)))]
        return Leduc6(
            (mine, other) if player == 0 else (other, mine), public, rounds, int(rng.integers(2**63))
        )

    def index(self, action: str) -> int:
        return "fcr".index(action)

    def action(self, index: int | tuple[int, ...]) -> str:
        assert isinstance(index, int)
        return "fcr"[index]

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        return np.array([action in legal for action in "fcr"])

    def initial(self) -> Iterator[tuple[float, Leduc6]]:
        for first in range(6):
            for second in range(6):
                if first != second:
                    yield 1 / 30, Leduc6((first, second), None, ("", ""), 0)

    def successors(self, state: Leduc6, actions: Mapping[int, str]) -> Iterator[tuple[float, Leduc6]]:
        after = self._acted(state, actions)
        if not self._deals(after):
            yield 1.0, after
            return
        for card in self._left(after):
            yield 0.25, after._replace(public=card)

    def _acted(self, state: Leduc6, actions: Mapping[int, str]) -> Leduc6:
        first, second = state.rounds
        action = next(iter(actions.values()))
        rounds = (first + action, second) if state.public is None else (first, second + action)
        return state._replace(rounds=rounds)

    def _deals(self, state: Leduc6) -> bool:
        return state.public is None and _closed(state.rounds[0]) and not state.rounds[0].endswith("f")

    def _left(self, state: Leduc6) -> list[int]:
        return [card for card in range(6) if card not in state.cards]


def _closed(actions: str) -> bool:
    return actions == "cc" or actions.endswith("f") or (actions.endswith("c") and "r" in actions)


def _stakes(rounds: tuple[str, str]) -> tuple[float, float]:
    paid = [1.0, 1.0]
    for actions, size in zip(rounds, (2.0, 4.0), strict=True):
        for place, action in enumerate(actions):
            player = place % 2
            if action == "c":
                paid[player] = paid[1 - player]
            elif action == "r":
                paid[player] = paid[1 - player] + size
    return paid[0], paid[1]
