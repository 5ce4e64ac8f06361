"""The referee: the only one who holds a state.

It has no input or output of its own. Whoever drives it (`arena.play`, the lock-step runner, an adapter, a table on
the web) asks for `pending()` turns, hands in actions or faults by `submit`, and reads `outcome`::

    referee = Referee(game, seed, player_seeds, conditions)
    while turns := referee.pending():
        for player, turn in turns.items():
            referee.submit(player, players[player].act(turn))
    referee.close()
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from arena import codec, streams
from arena.agent import Seat, Turn
from arena.conditions import Access, Conditions, Fault, FaultKind
from arena.errors import BadInput, HostFault, IllegalAction
from arena.game import Game, Outcome
from arena.simulator import Simulator

__all__ = ["DIGEST_EVERY", "Referee", "penalized"]

DIGEST_EVERY: Final = 32
"""A digest of all views is taken every so many actions, and at the end."""


class Referee:
    """Plays one match by the rules.

    Args:
        game: the rules.
        seed: the deal, in [0, 2**64).
        player_seeds: the dice of each player, in [0, 2**64).
        conditions: the conditions of the match.

    Raises:
        BadInput: if the number of seeds is not the number of players.
    """

    def __init__(
        self, game: Game[Any, Any, Any], seed: int, player_seeds: Sequence[int], conditions: Conditions
    ) -> None:
        spec = game.spec
        if len(player_seeds) != spec.players:
            raise BadInput(f"{spec.name} seats {spec.players} players, got {len(player_seeds)} player seeds")
        self.game = game
        self.conditions = conditions
        self.seats = tuple(
            Seat(game, player, role, conditions, int(player_seeds[player]))
            for player, role in enumerate(spec.roles)
        )
        self.actions: list[Any] = []
        """Every action taken, in the order of steps and, within a step, of players."""
        self.micros: list[int] = []
        """Microseconds spent on each action; 0 for a stand-in's."""
        self.decisions = [0] * spec.players
        """Actions each player has chosen himself."""
        self.spent = [0] * spec.players
        """Microseconds each player has spent."""
        self.faults: list[Fault] = []
        """Every failure so far."""
        self.digests: list[str] = []
        """A digest of all views every `DIGEST_EVERY` actions and, last, at the end."""
        self.steps = 0
        """Steps taken so far."""
        self._horizon = min(spec.horizon, conditions.step_limit or spec.horizon)
        self._returns = [0.0] * spec.players
        self._stand_ins: dict[int, np.random.Generator] = {}
        self._waiting: list[int] = []
        self._chosen: dict[int, Any] = {}
        self._spent: dict[int, int] = {}
        self._legals: dict[int, Any] = {}
        self._reasons: dict[int, str] = {}
        self._tries: dict[int, int] = {}
        self._simulators: list[Simulator] = []
        self._outcome: Outcome | None = None
        self._state = game.init(seed)
        self._advance()

    @property
    def outcome(self) -> Outcome | None:
        """How the match ended as played, before any penalty; None while it runs."""
        return self._outcome

    @property
    def scores(self) -> tuple[float, ...]:
        """The returns after the penalty for faults.

        Raises:
            HostFault: if the match is not over.
        """
        if self._outcome is None:
            raise HostFault("a match has scores only when it is over")
        return penalized(self._outcome.returns, (fault.player for fault in self.faults))

    def pending(self) -> dict[int, Turn]:
        """The turns to be taken now, by player; empty when the match is over."""
        if self._outcome is not None:
            return {}
        return {player: self._turn(player) for player in self._waiting}

    def submit(self, player: int, answer: Any, micros: int = 0) -> None:
        """Take the action of `player`, or his `Fault`; the match moves on when every actor has answered.

        Args:
            player: who answers.
            answer: an action, legal or not, or a fault.
            micros: the microseconds he took.

        Raises:
            BadInput: if it is not the player's turn.
        """
        if self._outcome is not None or player not in self._waiting:
            raise BadInput(f"player {player!r} has no turn; waiting for {list(self._waiting)}")
        self._spent[player] = self._spent.get(player, 0) + micros
        if isinstance(answer, Fault):
            self._fail(answer)
        elif self._is_legal(player, answer):
            self._choose(player, answer)
        else:
            self._refuse(player, answer)
        if not self._waiting:
            self._step()
            self._advance()

    def fault(self, kind: FaultKind, player: int, message: str) -> Fault:
        """A fault of `player` at this moment."""
        return Fault(kind, player, self.ply, message)

    @property
    def ply(self) -> int:
        """The number of actions taken so far, over all players."""
        return len(self.actions)

    def scene(self, viewpoint: Any) -> Any:
        """The scene of this moment, where the game is drawable."""
        return self.game.scene(self._state, viewpoint)  # type: ignore[attr-defined]

    def close(self) -> None:
        """Free the state; called once, also after a match that was broken off."""
        self.game.close(self._state)
        self._state = None

    def _turn(self, player: int) -> Turn:
        view = self.game.view(self._state, player)
        return Turn(
            view,
            self._legal(player),
            len(self.actions),
            self.seats[player],
            self._door(player),
            self._reasons.get(player),
        )

    def _legal(self, player: int) -> Any:
        legal = self._legals.get(player)
        if legal is None:
            legal = self._legals[player] = self.game.legal(self._state, player)
        return legal

    def _is_legal(self, player: int, answer: Any) -> bool:
        try:
            return answer in self._legal(player)
        except Exception:  # a hostile __eq__ or __hash__ makes no legal action
            return False

    def _door(self, player: int) -> Simulator | None:
        if self.conditions.access is not Access.STATE:
            return None
        # Keyed by the player's own number: what he sees of new chance tells nothing of the true one.
        key = streams.derive(streams.root_key(self.seats[player].seed), "simulator", self.ply)
        door = Simulator(self.game, self._state, key, self.conditions.budget.simulations)
        self._simulators.append(door)
        return door

    def _choose(self, player: int, action: Any) -> None:
        self._chosen[player] = action
        self._waiting.remove(player)

    def _refuse(self, player: int, action: Any) -> None:
        reason = f"illegal action {_short(action)}: expected {self._legal(player).expected()}"
        used = self._tries.get(player, 0)
        if used < self.conditions.retries:
            self._tries[player] = used + 1
            self._reasons[player] = reason
        else:
            self._fail(self.fault(FaultKind.ILLEGAL, player, reason))

    def _fail(self, fault: Fault) -> None:
        player = fault.player
        self.faults.append(fault)
        if player not in self._stand_ins:
            key = streams.root_key(self.seats[player].seed)
            self._stand_ins[player] = streams.stream(key, "stand-in")
        if player in self._waiting:
            self._choose(player, self._stand_in_action(player))

    def _stand_in_action(self, player: int) -> Any:
        view = self.game.view(self._state, player)
        return self.game.stand_in(view, self._legal(player), self._stand_ins[player])

    def _step(self) -> None:
        for door in self._simulators:
            door.closed()
        self._simulators.clear()
        taken = {player: self._chosen[player] for player in sorted(self._chosen)}
        before = len(self.actions)
        self.actions.extend(taken.values())
        self.micros.extend(self._spent.get(player, 0) for player in taken)
        for player in taken:
            self.decisions[player] += player not in self._stand_ins
            self.spent[player] += self._spent.get(player, 0)
        self._state = self.game.step(self._state, taken)
        self.steps += 1
        for player, reward in enumerate(self.game.rewards(self._state)):
            self._returns[player] += reward
        if len(self.actions) // DIGEST_EVERY > before // DIGEST_EVERY:
            self.digests.append(self._digest())

    def _advance(self) -> None:
        """Play the steps in which only stand-ins act, up to the next turn or the end."""
        while True:
            for scratch in (self._chosen, self._spent, self._legals, self._reasons, self._tries):
                scratch.clear()
            self._outcome = self.game.outcome(self._state) or self._cut()
            if self._outcome is not None:
                self.digests.append(self._digest())
                return
            actors = self.game.actors(self._state)
            for player in actors:
                if player in self._stand_ins:
                    self._chosen[player] = self._stand_in_action(player)
                else:
                    self._waiting.append(player)
            if self._waiting:
                return
            self._step()

    def _cut(self) -> Outcome | None:
        if self.steps < self._horizon:
            return None
        returns = tuple(self._returns)
        # The rules know no metrics of an unfinished match; rankings still need the primary one.
        metrics = {self.game.spec.primary.name: returns}
        return Outcome(returns, f"cut after {self.steps} steps", truncated=True, metrics=metrics)

    def _digest(self) -> str:
        game, state = self.game, self._state
        views = [game.key(game.view(state, player)) for player in range(len(self.seats))]
        return codec.digest(*views, size=8)

    def read(self, player: int, text: str) -> Any:
        """The legal action of `player` that `text` means.

        Raises:
            IllegalAction: if it means none.
        """
        if player not in self._waiting:
            raise IllegalAction(f"player {player!r} has no turn")
        return self.game.read(text, self._legal(player))


def penalized(returns: Sequence[float], offenders: Any) -> tuple[float, ...]:
    """The returns with every offender brought down to the lower of his own and the worst at the table."""
    worst = min(returns)
    failed = set(offenders)
    return tuple(worst if player in failed else value for player, value in enumerate(returns))


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:  # a hostile __repr__ is the agent's fault and no reason to fall
        text = f"<{type(value).__name__} whose repr fails: {type(error).__name__}>"
    return text if len(text) <= 80 else text[:77] + "..."
