"""A game as a Gymnasium environment: one seat learns, agents sit in the others.

Source: M. Towers et al., "Gymnasium: A Standard Interface for Reinforcement Learning Environments", arXiv 2407.17032.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import gymnasium

from arena.adapters.seats import MASK, Ledger, SeatSpaces, check_render_mode, news, wanted_deal
from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.conditions import Access, Conditions
from arena.errors import BadParameter, HostFault, NotCapable
from arena.facts import game_spec
from arena.game import Game
from arena.play import check_table
from arena.table import Table

__all__ = ["ArenaGym"]

_DEALS: Final = 100
"""Deals in a row that may end before the learner's first turn."""


class ArenaGym(gymnasium.Env[dict[str, Any], Any]):
    """One match after another from one seat; a reset deals anew.

    Observations are one Dict: the arrays of the game and ``action_mask``. The others act inside `step`, by the same rules
    as in a match: what they raise is a fault of theirs. An action outside the mask is a fault of the learner: a stand-in
    plays the match out and the episode ends with the lower of his own return and the worst at the table;
    ``info["fault"]`` says why. With `Conditions.retries` it is handed back first, with ``info["reason"]``. Rewards add up
    to the score of the match.

    Args:
        game: a game whose views become arrays and whose actions have numbers.
        opponents: one agent for all other seats, or one for each, in the order of the seats.
        seat: where the learner sits; None draws it for every match.
        conditions: the conditions of the matches; the default ones where None.
        render_mode: ``"ansi"`` makes `render` return the learner's view as text; None for nothing.

    Raises:
        NotCapable: if the game cannot be such an environment, or an opponent does not play it.
        BadParameter: if the seat, the number of opponents or the render mode does not do.
    """

    def __init__(
        self,
        game: Game[Any, Any, Any],
        opponents: Agent | Sequence[Agent] = (),
        seat: int | None = 0,
        conditions: Conditions | None = None,
        render_mode: str | None = None,
    ) -> None:
        self.metadata = {"render_modes": ["ansi"], "render_fps": 1}
        check_render_mode(render_mode)
        spec = game_spec(game)
        if seat is not None and not 0 <= seat < spec.players:
            raise BadParameter(f"expected a seat from 0 to {spec.players - 1}, or None, got {seat!r}")
        others = [opponents] * (spec.players - 1) if isinstance(opponents, Agent) else list(opponents)
        if len(others) != spec.players - 1:
            raise BadParameter(f"expected {spec.players - 1} opponents in {spec.name}, got {len(others)}")
        self.game = game
        self.conditions = conditions or Conditions()
        self.render_mode = render_mode
        self._seat = seat
        self._opponents = others
        for place in range(spec.players) if seat is None else (seat,):
            check_table(game, self._agents(place), self.conditions)
        seats = [SeatSpaces(game, role, "a Gymnasium environment") for role in spec.roles]
        if seat is None and any(s.flat != seats[0].flat or s.actions != seats[0].actions for s in seats):
            raise NotCapable(f"expected a seat: the roles of {spec.name} have different spaces")
        self._spaces = seats[seat or 0]
        self.observation_space = self._spaces.flat
        self.action_space = self._spaces.actions
        self._table: Table | None = None
        self._player = seat or 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Deal a new match and let the others act up to the learner's first turn.

        Args:
            seed: starts a new row of deals; None goes on in the row.
            options: ``{"deal": 7}`` names the deal itself.

        Raises:
            NotCapable: if a hundred deals in a row end before the learner's turn.
        """
        super().reset(seed=seed)
        named = wanted_deal(options)
        for _ in range(_DEALS if named is None else 1):
            self.close()
            deal = int(self.np_random.integers(2**63)) if named is None else named
            if self._seat is None:
                self._player = int(self.np_random.integers(len(self._opponents) + 1))
            table = self._table = Table(self.game, self._agents(self._player), deal, self.conditions)
            self._ledger = Ledger(table.referee)
            self._wait(table)
            if table.referee.outcome is None:
                return self._observation(table), self._info(table)
        raise NotCapable(f"{game_spec(self.game).name}: no turn for the player in seat {self._player}")

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Play the learner's action, and the others up to his next turn.

        Returns:
            Observation, reward, terminated, truncated, info.
        """
        table = self._sitting()
        table.referee.submit(self._player, self._spaces.action(action))
        self._wait(table)
        outcome = table.referee.outcome
        reward = self._ledger.pay()[self._player]
        terminated = outcome is not None and not outcome.truncated
        truncated = outcome is not None and outcome.truncated
        return self._observation(table), float(reward), terminated, truncated, self._info(table)

    def action_masks(self) -> Any:
        """The mask of the learner's turn as truth values, as sb3-contrib's MaskablePPO asks for it; bool[N]."""
        return self._observation(self._sitting())[MASK].astype(bool)

    def render(self) -> str | None:
        """The learner's view as text, in render mode ``"ansi"``; else None."""
        if self.render_mode is None:
            return None
        return self.game.describe(self._sitting().referee.view(self._player))

    def close(self) -> None:
        """Free the match."""
        if self._table is not None:
            self._table.close()

    def _agents(self, seat: int) -> list[Agent]:
        return [*self._opponents[:seat], _Learner(), *self._opponents[seat:]]

    def _wait(self, table: Table) -> None:
        """Let the others act until it is the learner's turn, or the match is over."""
        referee = table.referee
        while referee.waiting and self._player not in referee.waiting:
            for player, turn in referee.pending().items():
                table.ask(player, turn)

    def _sitting(self) -> Table:
        if self._table is None:
            raise NotCapable("expected reset() before anything else")
        return self._table

    def _observation(self, table: Table) -> dict[str, Any]:
        referee = table.referee
        legal = referee.legal(self._player) if self._player in referee.waiting else None
        return self._spaces.observe_flat(referee.view(self._player), legal)

    def _info(self, table: Table) -> dict[str, Any]:
        referee = table.referee
        others = {
            f"fault of player {fault.player}": f"{fault.kind.value}: {fault.message}"
            for fault in referee.faults
            if fault.player != self._player
        }
        info = {"player": self._player, **others, **news(referee, self._player)}
        # The deal is told when it is over: whoever knew it before could look into the others' hands.
        return info if referee.outcome is None else {**info, "deal": table.seed}


@dataclass(frozen=True)
class _Learner(Agent):
    """Keeps the learner's seat; whoever steps the environment acts for him."""

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec(
            name="learner",
            version=1,
            family=Family.LEARNED,
            summary="acts from outside, through an environment",
            access=Access.VIEW,
            deterministic=False,
            automatic=False,
        )

    def sit(self, seat: Seat) -> Player:
        del seat
        return _Absent()


class _Absent(Player):
    def act(self, turn: Turn) -> Any:
        raise HostFault(f"the learner acts through the environment, and was asked at ply {turn.ply}")
