"""The referee: the only one who holds a state.

It has no input or output of its own. Whoever drives it (`arena.table`, an adapter, a replay) asks for `pending()` turns,
hands in actions or faults by `submit`, and reads `outcome`::

    referee = Referee(game, seed, player_seeds, conditions)
    while turns := referee.pending():
        for player, turn in turns.items():
            referee.submit(player, players[player].act(turn))
    referee.close()
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from arena import codec, streams
from arena.agent import Seat, Turn
from arena.conditions import Access, Conditions, Fault, FaultKind
from arena.errors import BadInput, HostFault, IllegalAction, LawBroken
from arena.facts import game_spec
from arena.game import Game, Outcome
from arena.legal import Legal
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
        spec = game_spec(game)
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
        self.simulated = [0] * spec.players
        """Steps each player has taken through his simulators."""
        self.faults: list[Fault] = []
        """Every failure so far."""
        self.digests: list[str] = []
        """A digest of all views every `DIGEST_EVERY` actions and, last, at the end."""
        self.steps = 0
        """Steps taken so far."""
        # What follows is of the step that is being answered, by player.
        self._chosen: dict[int, Any] = {}
        self._spent: dict[int, int] = {}
        self._legals: dict[int, Legal[Any]] = {}
        self._reasons: dict[int, str] = {}
        self._tries: dict[int, int] = {}
        self._doors: dict[int, Simulator] = {}
        self._horizon = min(spec.horizon, conditions.step_limit or spec.horizon)
        self._returns = [0.0] * spec.players
        self._stand_ins: dict[int, np.random.Generator] = {}
        self._actors: tuple[int, ...] = ()
        self._waiting: list[int] = []
        self._outcome: Outcome | None = None
        self._closed = False
        self._state = game.init(seed)
        try:
            self._advance()
        except BaseException:
            game.close(self._state)
            raise

    @property
    def outcome(self) -> Outcome | None:
        """How the match ended as played, before any penalty; None while it runs."""
        return self._outcome

    @property
    def returns(self) -> tuple[float, ...]:
        """What each player has got so far, before any penalty."""
        return tuple(self._returns)

    @property
    def scores(self) -> tuple[float, ...]:
        """The returns after the penalty for faults.

        Raises:
            HostFault: if the match is not over.
        """
        if self._outcome is None:
            raise HostFault("a match has scores only when it is over")
        return penalized(self._outcome.returns, (fault.player for fault in self.faults))

    @property
    def ply(self) -> int:
        """The number of actions taken so far, over all players."""
        return len(self.actions)

    @property
    def waiting(self) -> tuple[int, ...]:
        """The players who have not answered yet; empty when the match is over."""
        return tuple(self._waiting)

    def pending(self) -> dict[int, Turn]:
        """The turns to be taken now, by player; empty when the match is over."""
        return {player: self._turn(player) for player in self._waiting}

    def submit(self, player: int, answer: Any, micros: int = 0) -> None:
        """Take the action of `player`, or his `Fault`; the match moves on when every actor has answered.

        Args:
            player: who answers.
            answer: an action, legal or not, or a fault made by `fault`.
            micros: the microseconds he took.

        Raises:
            BadInput: if it is not the player's turn, or the fault is another's.
        """
        if player not in self._waiting:
            raise BadInput(f"player {player!r} has no turn; waiting for {self._waiting}")
        if isinstance(answer, Fault) and answer.player != player:
            raise BadInput(f"expected an action or a fault of player {player}, got {answer!r}")
        self._spent[player] = self._spent.get(player, 0) + micros
        if isinstance(answer, Fault):
            self.charge(answer)
            return
        legal = self._legal(player)
        try:
            # A look-alike is replaced by the legal set's own action; a hostile __eq__ or __hash__ makes no legal one.
            accepted = answer in legal
            action = legal.own(answer) if accepted else None
        except KeyboardInterrupt:
            raise
        except BaseException:
            accepted, action = False, None
        if accepted:
            self._choose(player, action)
        else:
            self._refuse(player, answer, legal)
        self._move_on()

    def charge(self, fault: Fault) -> None:
        """Note a failure, in a turn or outside of one; from now on a stand-in plays for the offender."""
        player = fault.player
        self.faults.append(fault)
        if player not in self._stand_ins:
            key = streams.root_key(self.seats[player].seed)
            self._stand_ins[player] = streams.stream(key, "stand-in")
        if player in self._waiting:
            self._choose(player, self._stand_in_action(player))
            self._move_on()

    def fault(self, kind: FaultKind, player: int, message: str) -> Fault:
        """A fault of `player` at this moment."""
        return Fault(kind, player, self.ply, message)

    def place(self, player: int) -> int:
        """The number, among all actions of the match, that the action of `player`, who acts now, will have."""
        return len(self.actions) + self._actors.index(player)

    def view(self, player: int) -> Any:
        """All that `player` may know at this moment."""
        return self.game.view(self._state, player)

    def legal(self, player: int) -> Legal[Any]:
        """What `player`, who has a turn, may do.

        Raises:
            BadInput: if he has none.
        """
        if player not in self._waiting:
            raise BadInput(f"player {player!r} has no turn; waiting for {self._waiting}")
        return self._legal(player)

    def read(self, player: int, text: str) -> Any:
        """The legal action of `player` that `text` means.

        Raises:
            IllegalAction: if it means none, or it is not his turn.
        """
        if player not in self._waiting:
            raise IllegalAction(f"player {player!r} has no turn; waiting for {self._waiting}")
        return self.game.read(text, self._legal(player))

    def scene(self, viewpoint: Any) -> Any:
        """The scene of this moment, where the game is drawable."""
        return self.game.scene(self._state, viewpoint)  # type: ignore[attr-defined]

    @property
    def closed(self) -> bool:
        """Whether the state has been freed."""
        return self._closed

    def close(self) -> None:
        """Free the state; called once, also after a match that was broken off."""
        self._closed = True
        self._close_doors()
        self._waiting.clear()
        self.game.close(self._state)
        self._state = None

    def _turn(self, player: int) -> Turn:
        return Turn(
            self.game.view(self._state, player),
            self._legal(player),
            len(self.actions),
            self.seats[player],
            self._door(player) if self.conditions.access is Access.STATE else None,
            self._reasons.get(player),
        )

    def _legal(self, player: int) -> Legal[Any]:
        legal = self._legals.get(player)
        if legal is None:
            legal = self._legals[player] = self.game.legal(self._state, player)
        return legal

    def _door(self, player: int) -> Simulator:
        """One door a turn, however often the turn is handed out: its bill runs on."""
        if player not in self._doors:
            # Keyed by the player's own number: what he sees of new chance tells nothing of the true one.
            key = streams.derive(streams.root_key(self.seats[player].seed), "simulator", self.ply)
            simulations = self.conditions.budget.simulations
            self._doors[player] = Simulator(self.game, self._state, key, simulations)
        return self._doors[player]

    def _close_doors(self) -> None:
        for player, door in self._doors.items():
            self.simulated[player] += door.steps
            door.closed()
        self._doors = {}

    def _choose(self, player: int, action: Any) -> None:
        self._chosen[player] = action
        self._waiting.remove(player)

    def _refuse(self, player: int, action: Any, legal: Legal[Any]) -> None:
        reason = f"illegal action {_short(action)}: expected {legal.expected()}"
        used = self._tries.get(player, 0)
        if used < self.conditions.retries:
            self._tries[player] = used + 1
            self._reasons[player] = reason
        else:
            self.charge(self.fault(FaultKind.ILLEGAL, player, reason))

    def _stand_in_action(self, player: int) -> Any:
        view = self.game.view(self._state, player)
        return self.game.stand_in(view, self._legal(player), self._stand_ins[player])

    def _move_on(self) -> None:
        if self._chosen and not self._waiting:
            self._step()
            self._advance()

    def _step(self) -> None:
        self._close_doors()
        before = len(self.actions)
        taken = {player: self._chosen[player] for player in self._actors}
        for player, action in taken.items():
            micros = self._spent.get(player, 0)
            self.actions.append(action)
            self.micros.append(micros)
            self.spent[player] += micros
            self.decisions[player] += player not in self._stand_ins
        self._state = self.game.step(self._state, taken)
        self.steps += 1
        for player, reward in enumerate(self.game.rewards(self._state)):
            self._returns[player] += reward
        if len(self.actions) // DIGEST_EVERY > before // DIGEST_EVERY:
            self.digests.append(self._digest())

    def _advance(self) -> None:
        """Play the steps in which only stand-ins act, up to the next turn or the end."""
        while True:
            self._begin_step()
            self._outcome = self.game.outcome(self._state) or self._cut()
            if self._outcome is not None:
                self.digests.append(self._digest())
                return
            self._actors = tuple(sorted(self.game.actors(self._state)))
            for player in self._actors:
                if player in self._stand_ins:
                    self._chosen[player] = self._stand_in_action(player)
                else:
                    self._waiting.append(player)
            if not self._actors:
                raise LawBroken(f"{game_spec(self.game).name} has neither actors nor an outcome")
            if self._waiting:
                return
            self._step()

    def _begin_step(self) -> None:
        self._chosen, self._spent, self._legals = {}, {}, {}
        self._reasons, self._tries, self._doors = {}, {}, {}

    def _cut(self) -> Outcome | None:
        if self.steps < self._horizon:
            return None
        returns = tuple(self._returns)
        # The rules know no metrics of an unfinished match; rankings still need the primary one.
        metrics = {game_spec(self.game).primary.name: returns}
        return Outcome(returns, f"cut after {self.steps} steps", truncated=True, metrics=metrics)

    def _digest(self) -> str:
        game, state = self.game, self._state
        views = [game.key(game.view(state, player)) for player in range(len(self.seats))]
        return codec.digest(*views, size=8)


def penalized(returns: Sequence[float], offenders: Iterable[int]) -> tuple[float, ...]:
    """The returns with every offender brought down to the lower of his own and the worst at the table."""
    failed = set(offenders)
    if not failed:
        return tuple(returns)
    worst = min(returns)
    return tuple(worst if player in failed else value for player, value in enumerate(returns))


def _short(value: Any) -> str:
    """`value` in at most 80 characters, whatever its ``__repr__`` does: that is the agent's fault, not ours."""
    try:
        text = str.__str__(repr(value))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        text = f"<{type(value).__name__} whose repr fails: {type(error).__name__}>"
    return text if len(text) <= 80 else text[:77] + "..."
