"""A game in turns as a PettingZoo AEC environment.

Source: J. Terry et al., "PettingZoo: Gym for Multi-Agent Reinforcement Learning", NeurIPS 2021.
"""

from __future__ import annotations

from typing import Any

from gymnasium import Space
from pettingzoo import AECEnv

from arena.adapters.seats import Deals, Ledger, SeatSpaces, check_render_mode, news, seat_names
from arena.conditions import Conditions
from arena.errors import NotCapable
from arena.facts import game_spec
from arena.game import Dynamics, Game
from arena.referee import Referee
from arena.table import player_seeds

__all__ = ["ArenaAEC"]


class ArenaAEC(AECEnv[str, dict[str, Any], Any]):  # type: ignore[misc]  # PettingZoo is not typed
    """One match after another, one agent at a time; a reset deals anew.

    Observations are ``{"observation": ..., "action_mask": ...}``. An action outside the mask is a fault: a stand-in plays
    on in that seat, whose agent is not asked again, and at the end is paid down to the worst score at the table
    (`arena.conditions.FaultPolicy`); ``infos[agent]["fault"]`` says why. With `Conditions.retries` it is handed back first.
    Rewards add up to the scores of the match.

    Args:
        game: a game in turns, whose views become arrays and whose actions have numbers.
        conditions: the conditions of the matches; the default ones where None.
        render_mode: ``"ansi"`` makes `render` return the view of whoever acts as text; None for nothing.

    Raises:
        NotCapable: if the game cannot be such an environment.
        BadParameter: if the render mode is not known.
    """

    def __init__(
        self,
        game: Game[Any, Any, Any],
        conditions: Conditions | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__()
        spec = game_spec(game)
        if spec.dynamics is not Dynamics.TURNS:
            raise NotCapable(
                f"{spec.name} cannot be an AEC environment: several players act at once, and in an AEC environment each "
                "sees what those before him did; use ArenaParallel"
            )
        check_render_mode(render_mode)
        self.metadata = {
            "name": f"{spec.name}_v{spec.version}",
            "render_modes": ["ansi"],
            "is_parallelizable": False,
        }
        self.game = game
        self.conditions = conditions or Conditions()
        self.render_mode = render_mode
        self.possible_agents = seat_names(game)
        self.agents: list[str] = []
        self.infos: dict[str, dict[str, Any]] = {}
        self._seats = {
            name: SeatSpaces(game, role, "a PettingZoo environment")
            for name, role in zip(self.possible_agents, spec.roles, strict=True)
        }
        self.observation_spaces = {name: seat.nested for name, seat in self._seats.items()}
        self.action_spaces = {name: seat.actions for name, seat in self._seats.items()}
        self._number = {name: player for player, name in enumerate(self.possible_agents)}
        self._deals = Deals()
        self._referee: Referee | None = None

    def observation_space(self, agent: str) -> Space[Any]:
        """The space of what `agent` observes; the same object every time."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Space[Any]:
        """The space of the actions of `agent`; the same object every time."""
        return self.action_spaces[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Deal a new match.

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
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self._skip_agent_selection: str | None = None
        self.agent_selection = self.possible_agents[0]
        self._look()

    def observe(self, agent: str) -> dict[str, Any]:
        """What `agent` may know now, and his mask, which is all zeros when it is not his turn."""
        referee, player = self._sitting(), self._number[agent]
        legal = referee.legal(player) if player in referee.waiting else None
        return self._seats[agent].observe_nested(referee.view(player), legal)

    def step(self, action: Any) -> None:
        """Play the action of `agent_selection`; None for an agent whose match is over."""
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)
            return
        self._cumulative_rewards[agent] = 0.0
        self._clear_rewards()
        self._sitting().submit(self._number[agent], self._seats[agent].action(action))
        self._look()
        self._accumulate_rewards()

    def render(self) -> str | None:
        """The view of whoever acts, as text, in render mode ``"ansi"``; else None."""
        if self.render_mode is None:
            return None
        return self.game.describe(self._sitting().view(self._number[self.agent_selection]))

    def close(self) -> None:
        """Free the match."""
        if self._referee is not None and not self._referee.closed:
            self._referee.close()

    def _sitting(self) -> Referee:
        if self._referee is None:
            raise NotCapable("expected reset() before anything else")
        return self._referee

    def _look(self) -> None:
        """Take over what happened: rewards, faults, the end, whose turn it is."""
        referee = self._sitting()
        for agent, reward in zip(self.possible_agents, self._ledger.pay(), strict=True):
            self.rewards[agent] = reward
        self.infos = {agent: news(referee, self._number[agent]) for agent in self.agents}
        if referee.outcome is None:
            self.agent_selection = self.possible_agents[referee.waiting[0]]
            return
        over = self.truncations if referee.outcome.truncated else self.terminations
        over.update(dict.fromkeys(self.agents, True))
        self._deads_step_first()
