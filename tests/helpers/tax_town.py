"""A toy economy: workers who act at once, and a planner who sets two tax rates when the year turns."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena import streams
from arena.game import Direction, Dynamics, Game, GameSpec, Information, Metric, Outcome, RoleSpaces, Utility
from arena.legal import Legal, Listed, Masked, Product
from arena.scene import Scene, Viewpoint

LABOUR = ("rest", "work")
RATES = 5
BRACKET = 3.0


@dataclass
class Town:
    """The state, changed in place."""

    key: streams.Key
    skills: NDArray[np.float64]
    money: NDArray[np.float64]
    rates: tuple[int, int]
    month: int
    gained: NDArray[np.float64]
    total: NDArray[np.float64]


@dataclass(frozen=True)
class TaxTown(Game[Town, dict[str, Any], Any]):
    """Work pays by skill and luck and costs effort; taxes by bracket are shared out evenly."""

    workers: int = 3
    years: int = 3
    months: int = 4

    @property
    def spec(self) -> GameSpec:
        n = self.workers + 1
        return GameSpec(
            name="tax-town",
            version=1,
            title="Tax Town",
            summary="workers earn, a planner taxes",
            players=n,
            table_sizes=(n,),
            roles=("worker",) * self.workers + ("planner",),
            dynamics=Dynamics.SIMULTANEOUS,
            information=Information.IMPERFECT,
            utility=Utility.GENERAL,
            returns=(-1000.0, 1000.0),
            horizon=self.years * self.months,
            metrics=(
                Metric("welfare", "points", primary=True),
                Metric("money", "coins", sparse=True),
                Metric("rate", "share", Direction.NEITHER),
            ),
            spaces={
                "worker": RoleSpaces(spaces.Discrete(2)),
                "planner": RoleSpaces(spaces.MultiDiscrete([RATES, RATES])),
            },
        )

    def init(self, seed: int) -> Town:
        key = streams.root_key(seed)
        skills = streams.stream(key, "skills").uniform(1.0, 5.0, self.workers)
        n = self.workers
        return Town(
            streams.derive(key, "luck"), skills, np.zeros(n), (0, 0), 0, np.zeros(n + 1), np.zeros(n + 1)
        )

    def _over(self, state: Town) -> bool:
        return state.month == self.years * self.months

    def actors(self, state: Town) -> tuple[int, ...]:
        if self._over(state):
            return ()
        planner = (self.workers,) if state.month % self.months == 0 else ()
        return (*range(self.workers), *planner)

    def view(self, state: Town, player: int) -> dict[str, Any]:
        seen = {"money": state.money.copy(), "rates": state.rates, "month": state.month, "player": player}
        return seen | ({"skill": float(state.skills[player])} if player < self.workers else {})

    def legal(self, state: Town, player: int) -> Legal[Any]:
        if player < self.workers:
            return Listed(LABOUR)
        # In the first year the upper rate is limited.
        upper = np.arange(RATES) < (3 if state.month == 0 else RATES)
        return Product((Masked(np.ones(RATES, np.bool_)), Masked(upper)))

    def step(self, state: Town, actions: Mapping[int, Any]) -> Town:
        if self.workers in actions:
            state.rates = actions[self.workers]
        worked = np.array([actions[player] == "work" for player in range(self.workers)])
        luck = streams.numbers(state.key, state.month * self.workers, self.workers) / 2.0**64
        income = np.where(worked, state.skills * (0.5 + luck), 0.0)
        lower, upper = (rate / (RATES - 1) for rate in state.rates)
        tax = lower * np.minimum(income, BRACKET) + upper * np.maximum(income - BRACKET, 0.0)
        change = income - tax + tax.mean()
        state.money += change
        state.gained[:-1] = change - worked
        state.gained[-1] = change.mean()
        state.total += state.gained
        state.month += 1
        return state

    def rewards(self, state: Town) -> tuple[float, ...]:
        return tuple(state.gained.tolist())

    def outcome(self, state: Town) -> Outcome | None:
        if not self._over(state):
            return None
        returns = tuple(state.total.tolist())
        money = (*state.money.tolist(), float("nan"))
        rate = (state.rates[0] / (RATES - 1),) * (self.workers + 1)
        metrics = {"welfare": returns, "money": money, "rate": rate}
        return Outcome(returns, "the years are over", truncated=True, metrics=metrics)

    def copy(self, state: Town, seed: int | None = None) -> Town:
        again = copy.deepcopy(state)
        if seed is not None:
            again.key = streams.derive(streams.root_key(seed), "luck")
        return again

    def describe(self, view: dict[str, Any]) -> str:
        skill = f", your skill {view['skill']:.2f}" if "skill" in view else ""
        money = ", ".join(f"{coins:.1f}" for coins in view["money"])
        return f"month {view['month']}, rates {view['rates']}, money {money}{skill}"

    def say(self, action: Any) -> str:
        return action if isinstance(action, str) else "-".join(map(str, action))

    # Indexed, Drawable

    def index(self, action: Any) -> int | tuple[int, ...]:
        return LABOUR.index(action) if isinstance(action, str) else action

    def action(self, index: int | tuple[int, ...]) -> Any:
        return LABOUR[index] if isinstance(index, int) else index

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_] | tuple[NDArray[np.bool_], ...]:
        if isinstance(legal, Product):
            return tuple(factor.mask for factor in legal.factors if isinstance(factor, Masked))
        return np.array([action in legal for action in LABOUR])

    def scene(self, state: Town, viewpoint: Viewpoint) -> Scene:
        data: dict[str, Any] = {"money": state.money.tolist(), "rates": list(state.rates)}
        if viewpoint == "open":
            data["skills"] = state.skills.tolist()
        return Scene(
            "town", data, f"month {state.month}", highlights=("tax day",) if state.month == 0 else ()
        )
