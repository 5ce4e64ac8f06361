"""The compiled players of Dhumbal behind the names `montecarlo`, `mcts` and `ismcts`.

`agents.search` asks here, by the entry points of the group ``arena.accelerators``, for a compiled player with the
parameters of one of its agents. A decision is one compiled call with the view; worlds are guessed inside, from the
player's own dice, so that a budget of simulations gives the same play everywhere.

With ``rollout=random`` Monte Carlo and determinized UCT are the same algorithms as the generic ones. With ``auto`` they
play out by a rule-based policy, to the end of the round at most, and `ismcts` is the search of `agents.dhumbal.ismcts`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal import ismcts as halving
from agents.dhumbal import mcts as uct
from agents.dhumbal import montecarlo as flat
from agents.dhumbal.inference import BELIEF
from agents.dhumbal.leaf import row_count, shipped_weights
from agents.dhumbal.macro import MOST_ARMS, NOTHING
from agents.dhumbal.rollout import PARAMETERS
from agents.search.base import Limits, limits
from arena.agent import Player, Seat, Turn
from arena.capabilities import CompiledPolicy
from games.dhumbal.legal import MOST_DISCARDS
from games.dhumbal.rules import Rules
from games.dhumbal.state import TAKING, VIEW

if TYPE_CHECKING:
    from agents.search.base import SearchAgent
    from agents.search.ismcts import ISMCTS
    from agents.search.mcts import MCTS
    from agents.search.montecarlo import MonteCarlo
    from arena.game import Game

__all__ = ["WIDTH", "ismcts", "ismcts_policy", "mcts", "mcts_policy", "montecarlo", "montecarlo_policy"]

WIDTH: Final = 12
"""How many choices of a turn `ismcts` searches at most, the best by the rollout's judgement."""
SHOWN: Final = 16
"""How many choices the thoughts list at most."""
_PILOT: Final = 64
"""Simulations by which a budget of seconds is measured first."""
_RESERVE: Final = 0.95
"""The share of a budget of seconds that is planned for."""

Weights = NDArray[np.float64]


class _Search(Protocol):
    """One of the compiled searches."""

    def __call__(self, view: Any, parameters: Weights, rng: Any, *results: Any) -> int:
        """The place of the best choice; fills the arrays of `results`."""


@dataclass(frozen=True)
class _Thought:
    """What came of a decision."""

    actions: list[tuple[int, ...]]
    """The choices: an action, or a discard and a taking."""
    visits: NDArray[np.int64]
    totals: Weights
    best: int
    simulations: int
    worlds: int


class _Searcher(Player):
    """One sitting of a compiled search.

    Args:
        seat: where it sits.
        agent: whose `simulations` bound a decision unless the match does.
        search: the compiled search.
        parameters: of the search, by the number of players still in; their first entry is the number of simulations.
        macro: whether a choice is a discard together with a taking.
        policy: the same search as a compiled policy, for learners and solvers; at a table where nobody is out.
    """

    def __init__(  # noqa: PLR0917  # all that makes a search
        self,
        seat: Seat,
        agent: SearchAgent,
        search: _Search,
        parameters: Callable[[int], Weights],
        macro: bool,
        policy: CompiledPolicy,
    ) -> None:
        self.policy = policy
        """The same search as a compiled policy."""
        self._seat = seat
        self._agent = agent
        self._search = search
        self._parameters = parameters
        self._macro = macro
        self._rng = np.array([seat.seed], np.uint64)
        self._last: _Thought | None = None
        _warm_up(search, macro, seat.game, parameters(_rules(seat.game).players))

    def act(self, turn: Turn) -> int:
        """The action found best."""
        view = np.asarray(turn.view, VIEW)[()]
        out = view["out_round"][: int(view["rules"]["players"])]
        parameters = self._parameters(int((out == 0).sum())).copy()
        self._last = self._decide(view, parameters, limits(self._agent, turn.budget))
        best = self._last.actions[self._last.best]
        return best[1] if self._macro and view["phase"] == TAKING else best[0]

    def _decide(self, view: Any, parameters: Weights, bounds: Limits) -> _Thought:
        if bounds.seconds is None:
            parameters[0] = bounds.simulations
            return _run(self._search, self._macro, view, parameters, self._rng)
        began = perf_counter()
        most = bounds.simulations or 1 << 40
        parameters[0] = min(_PILOT, most)
        thought = _run(self._search, self._macro, view, parameters, self._rng)
        took = perf_counter() - began
        left = _RESERVE * bounds.seconds - took
        more = min(int(left / took * thought.simulations), most - thought.simulations)
        if more <= thought.simulations or thought.simulations == 0:
            return thought
        parameters[0] = more
        return _run(self._search, self._macro, view, parameters, self._rng)

    def thoughts(self) -> Mapping[str, Any] | None:
        """The last decision: what each choice was found worth, most visits first; None before the first.

        Values are means of the return still to come for the searcher, of the round where the playouts end with it.
        """
        if self._last is None:
            return None
        last = self._last
        order = sorted(range(len(last.actions)), key=lambda place: -int(last.visits[place]))
        return {
            "simulations": last.simulations,
            "worlds": last.worlds,
            "compiled": True,
            "value": _mean(last, last.best),
            "actions": [
                {
                    "action": self._say(last.actions[place]),
                    "visits": int(last.visits[place]),
                    "value": _mean(last, place),
                }
                for place in order[:SHOWN]
            ],
        }

    def _say(self, choice: tuple[int, ...]) -> str:
        return ", ".join(self._seat.game.say(action) for action in choice if action != NOTHING)


def _mean(thought: _Thought, place: int) -> float | None:
    visits = int(thought.visits[place])
    return float(thought.totals[place]) / visits if visits else None


def _run(search: _Search, macro: bool, view: Any, parameters: Weights, rng: Any) -> _Thought:
    most = MOST_ARMS if macro else MOST_DISCARDS + 1
    actions = np.empty((most, 2) if macro else most, np.int64)
    visits, totals, counts = np.zeros(most, np.int64), np.zeros(most), np.zeros(3, np.int64)
    best = search(view, parameters, rng, actions, visits, totals, counts)
    found = int(counts[0])
    choices = [tuple(row) for row in actions[:found].reshape(found, -1).tolist()]
    return _Thought(choices, visits[:found], totals[:found], best, int(counts[1]), int(counts[2]))


def _warm_up(search: _Search, macro: bool, game: Game[Any, Any, Any], parameters: Weights) -> None:
    """Compile before the first decision, so that no clock is charged for it."""
    state = game.init(0)
    view = np.asarray(game.view(state, game.actors(state)[0]), VIEW)[()]
    once = parameters.copy()
    once[0] = 1.0
    _run(search, macro, view, once, np.zeros(1, np.uint64))


def _rules(game: Game[Any, Any, Any]) -> Rules:
    rules: Rules = game.resolved  # type: ignore[attr-defined]
    return rules


def _plain(agent: SearchAgent) -> bool:
    """Whether the playouts asked for are compiled: by the rollout of its own or at random, to the end."""
    return agent.rollout in ("auto", "random") and agent.depth is None and agent.value is None


def _playout(agent: SearchAgent) -> list[float]:
    at_random = agent.rollout == "random"
    return [float(agent.simulations), float(at_random), float(not at_random), *PARAMETERS]


def montecarlo_policy(agent: MonteCarlo, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
    """`agent` as a compiled policy for `game`; None where its parameters ask for the generic search."""
    del game  # any rules will do
    if not _plain(agent) or agent.halving:
        return None
    return CompiledPolicy(flat.decide, np.array(_playout(agent)))


def mcts_policy(agent: MCTS, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
    """`agent` as a compiled policy for `game`; None where its parameters ask for the generic search."""
    if not _plain(agent) or agent.access != "rules":
        return None
    low, high = game.spec.returns
    width = {"range": 0.0, "bounds": high - low if math.isfinite(high - low) else 0.0, "none": 1.0}[
        agent.scale
    ]
    return CompiledPolicy(
        uct.decide, np.array([*_playout(agent), float(agent.worlds), agent.exploration, width])
    )


def ismcts_policy(
    agent: ISMCTS, game: Game[Any, Any, Any], players: int | None = None
) -> CompiledPolicy | None:
    """`agent` as a compiled policy for `game`; None where its parameters ask for the generic search.

    Args:
        agent: only ``simulations`` may differ from the default.
        game: the rules.
        players: how many players are still in; None for all.
    """
    changed = {field.name for field in fields(agent) if getattr(agent, field.name) != field.default}
    if not changed <= {"simulations"}:
        return None
    rules = _rules(game)
    count = players or rules.players
    leaf = shipped_weights(rules, count)
    rows = 0 if leaf is None else row_count(count)
    head = [float(agent.simulations), float(WIDTH), 1.0, float(rows), *PARAMETERS, *BELIEF]
    return CompiledPolicy(halving.decide, np.array(head) if leaf is None else np.concatenate([head, leaf]))


def montecarlo(agent: MonteCarlo, seat: Seat) -> Player | None:
    """A compiled player of flat Monte Carlo; None where it cannot keep the parameters of `agent`."""
    policy = montecarlo_policy(agent, seat.game)
    if policy is None:
        return None
    return _Searcher(seat, agent, flat.search, lambda _: policy.parameters, macro=False, policy=policy)


def mcts(agent: MCTS, seat: Seat) -> Player | None:
    """A compiled player of determinized UCT; None where it cannot keep the parameters of `agent`."""
    policy = mcts_policy(agent, seat.game)
    if policy is None:
        return None
    return _Searcher(seat, agent, uct.search, lambda _: policy.parameters, macro=False, policy=policy)


def ismcts(agent: ISMCTS, seat: Seat) -> Player | None:
    """A compiled player of the information-set search; None where it cannot keep the parameters of `agent`."""
    whole = ismcts_policy(agent, seat.game)
    if whole is None:
        return None

    @cache
    def parameters(players: int) -> Weights:
        policy = ismcts_policy(agent, seat.game, players)
        assert policy is not None  # noqa: S101 - the same agent and game as above
        return policy.parameters

    return _Searcher(seat, agent, halving.search, parameters, macro=True, policy=whole)
