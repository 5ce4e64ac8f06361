"""A game of simultaneous moves as a PettingZoo Parallel environment.

Source: J. Terry et al., "PettingZoo: Gym for Multi-Agent Reinforcement Learning", NeurIPS 2021.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gymnasium import Space
from pettingzoo import ParallelEnv

from arena.adapters.seats import Deals, Ledger, SeatSpaces, check_render_mode, news, seat_names
from arena.conditions import Conditions
from arena.errors import BadInput, BadParameter, NotCapable
from arena.facts import game_spec
from arena.game import Dynamics, Game
from arena.referee import Referee
from arena.table import player_seeds

__all__ = ["ArenaParallel"]

Step = tuple[
    dict[str, dict[str, Any]],
    dict[str, float],
    dict[str, bool],
    dict[str, bool],
    dict[str, dict[str, Any]],
]


class ArenaParallel(ParallelEnv[str, dict[str, Any], Any]):  # type: ignore[misc]  # PettingZoo is not typed
    """One match after another, all agents at once; a reset deals anew.

    Observations are ``{"observation": ..., "action_mask": ...}``. Who does not act in a step (a planner between tax years)
    has a mask of zeros and ``infos[agent]["acts"]`` False, and whatever he hands in is ignored. An action outside the mask
    is a fault, as in `arena.adapters.pettingzoo_aec.ArenaAEC`. Rewards add up to the scores of the match.

    Args:
        game: a game of simultaneous moves, whose views become arrays and whose actions have numbers.
        conditions: the conditions of the matches; the default ones where None. Nobody can be asked again within a step,
            so `retries` must be 0.
        render_mode: ``"ansi"`` makes `render` return every view as text; None for nothing.

    Raises:
        NotCapable: if the game cannot be such an environment.
        BadParameter: if the render mode is not known, or retries are wanted.
    """

    def __init__(
        self,
        game: Game[Any, Any, Any],
        conditions: Conditions | None = None,
        render_mode: str | None = None,
    ) -> None:
        spec = game_spec(game)
        if spec.dynamics is not Dynamics.SIMULTANEOUS:
            raise NotCapable(
                f"{spec.name} cannot be a Parallel environment: its players act in turns; use ArenaAEC"
            )
        self.conditions = conditions or Conditions()
        if self.conditions.retries:
            raise BadParameter(f"expected retries=0, got {self.conditions.retries!r}")
        check_render_mode(render_mode)
        self.metadata = {"name": f"{spec.name}_v{spec.version}", "render_modes": ["ansi"]}
        self.game = game
        self.render_mode = render_mode
        self.possible_agents = seat_names(game)
        self.agents: list[str] = []
        self._seats = {
            name: SeatSpaces(game, role, "a PettingZoo environment")
            for name, role in zip(self.possible_agents, spec.roles, strict=True)
        }
        self.observation_spaces = {name: seat.nested for name, seat in self._seats.items()}
        self.action_spaces = {name: seat.actions for name, seat in self._seats.items()}
        self._deals = Deals()
        self._referee: Referee | None = None

    def observation_space(self, agent: str) -> Space[Any]:
        """The space of what `agent` observes; the same object every time."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Space[Any]:
        """The space of the actions of `agent`; the same object every time."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
        """Deal a new match; the observations and infos of all agents.

        Args:
            seed: starts a new row of deals; None goes on in the row.
            options: ``{"deal": 7}`` names the deal itself.
        """
        self.close()
        deal = self._deals.deal(seed, options)
        players = len(self.possible_agents)
        self._referee = Referee(self.game, deal, player_seeds(deal, players), self.conditions)
        self._ledger = Ledger(self._referee)
        self.agents = list(self.possible_agents)
        return self._observations(), self._infos()

    def step(self, actions: Mapping[str, Any]) -> Step:
        """Play the actions of all who act.

        Returns:
            Observations, rewards, terminations, truncations and infos by agent.

        Raises:
            BadInput: if somebody who acts has no action, or one outside his space.
        """
        if not self.agents:
            return {}, {}, {}, {}, {}
        referee = self._sitting()
        answers = {player: self._answer(player, actions) for player in referee.waiting}
        for player, answer in answers.items():
            referee.submit(player, answer)
        agents, outcome = self.agents, referee.outcome
        if outcome is not None:
            self.agents = []
        terminated = outcome is not None and not outcome.truncated
        truncated = outcome is not None and outcome.truncated
        return (
            self._observations(),
            dict(zip(agents, self._ledger.pay(), strict=True)),
            dict.fromkeys(agents, terminated),
            dict.fromkeys(agents, truncated),
            self._infos(),
        )

    def render(self) -> str | None:
        """Every view as text, in render mode ``"ansi"``; else None."""
        if self.render_mode is None:
            return None
        referee = self._sitting()
        texts = [
            f"{name}\n{self.game.describe(referee.view(player))}"
            for player, name in enumerate(self.possible_agents)
        ]
        return "\n\n".join(texts)

    def close(self) -> None:
        """Free the match."""
        if self._referee is not None and not self._referee.closed:
            self._referee.close()

    def _answer(self, player: int, actions: Mapping[str, Any]) -> Any:
        name = self.possible_agents[player]
        if name not in actions:
            raise BadInput(f"expected an action of {name}, who acts now, got actions of {sorted(actions)}")
        return self._seats[name].action(actions[name])

    def _sitting(self) -> Referee:
        if self._referee is None:
            raise NotCapable("expected reset() before anything else")
        return self._referee

    def _observations(self) -> dict[str, dict[str, Any]]:
        referee = self._sitting()
        waiting = referee.waiting
        return {
            name: self._seats[name].observe_nested(
                referee.view(player), referee.legal(player) if player in waiting else None
            )
            for player, name in enumerate(self.possible_agents)
        }

    def _infos(self) -> dict[str, dict[str, Any]]:
        referee = self._sitting()
        return {
            name: {"acts": player in referee.waiting, **news(referee, player)}
            for player, name in enumerate(self.possible_agents)
        }
