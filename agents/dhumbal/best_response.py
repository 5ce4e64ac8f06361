"""A searcher that knows its rivals: choices are tried in guessed worlds in which the rivals' own policy answers.

It measures how much can be won from an agent. The search is that of `agents.dhumbal.ismcts`, sequential halving over whole
turns in shared worlds, but nobody's play is a guess: every rival decides by the compiled policy of the victim, called by
its address, and the searcher's own later turns are played by a policy of its choice. A world ends with the round, or where
the searcher's next turn begins and the leaf network says what the round is worth.

Source: V. Lisý, M. Bowling, "Equilibrium Approximation Quality of Current No-Limit Poker Bots", AAAI 2017 Workshop (local
best response: the searcher knows the rival's policy and assumes a fixed play of its own from there on). Here the worlds are
drawn by a belief about hands and not weighed by the victim's policy, which makes the bound looser and no less a bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.inference import BELIEF, CHANCES, guess, prepare
from agents.dhumbal.ismcts import rank_arms
from agents.dhumbal.leaf import MOST_FEATURES, UNITS, describe_turn, evaluate, row_count, shipped_weights
from agents.dhumbal.macro import MOST_ARMS, NOTHING, list_arms
from agents.dhumbal.rollout import PARAMETERS
from agents.dhumbal.rule_based import CompiledAgent, Tuned
from agents.dhumbal.substreams import substream
from arena import codec, dice
from arena.agent import Agent, AgentSpec, Family
from arena.capabilities import Compiled, CompiledPolicy
from arena.errors import BadParameter, NotCapable
from arena.game import Dynamics
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.engine import step
from games.dhumbal.game import CardTable
from games.dhumbal.policy import address, call
from games.dhumbal.state import STATE, TAKING, VIEW
from games.dhumbal.view import observe

__all__ = ["HEAD", "BestResponse", "RespondingPolicy", "decide", "simulate"]

SIMULATIONS, WIDTH, HORIZON, ROWS = range(4)
VICTIM, OWN, VICTIM_SIZE, OWN_SIZE = range(4, 8)
ROLLOUT: Final = 8
GUESSED: Final = 12
HEAD: Final = 20
"""Where the parameters of the victim begin, those of the own policy behind them, then the leaf's weights. Before them:
simulations; the most choices searched; own turns begun until the leaf; rows of the network, 0 for none, then worlds are
played to the end of the round; the addresses of the victim's and of the own policy (exact in a float64 below 2**53); how
many parameters either has; four of the rollout, which puts the choices in order, and eight of what rivals may hold."""

_ROUND = 0
_MOST_STOCK = 54
_UNIFORM: Final = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0])
"""The belief under which every world is equally likely."""


@jit
def simulate(  # noqa: PLR0917  # compiled code takes its arguments by place
    state: Any,
    throw: int,
    take: int,
    parameters: NDArray[np.float64],
    views: Any,
    features: NDArray[np.int64],
    hidden: NDArray[np.float64],
    rng: NDArray[np.uint64],
) -> float:
    """Play one choice of the actor's in a world and value what comes of it.

    Args:
        state: record STATE of a world of one round; used up.
        throw: the discard or the call; NOTHING where the actor has thrown.
        take: what he takes; NOTHING where the round ends before.
        parameters: as `HEAD` says.
        views: VIEW[1], to work in.
        features: int64[>= MOST_FEATURES], to work in.
        hidden: float64[UNITS], to work in.
        rng: uint64[1], the dice of all policies in this world.

    Returns:
        What the round brings the actor from here, coins or points.
    """
    seat = int64(state.actor)
    if throw != NOTHING:
        step(state, throw)
    if take != NOTHING and state.over == 0:
        step(state, take)
    victim, own = int64(parameters[VICTIM]), int64(parameters[OWN])
    split = HEAD + int64(parameters[VICTIM_SIZE])
    leaf = split + int64(parameters[OWN_SIZE])
    rows = int64(parameters[ROWS])
    turns = int64(parameters[HORIZON]) if rows > 0 else 1 << 30
    while state.over == 0:
        actor = int64(state.actor)
        if actor == seat and state.phase != TAKING:
            turns -= 1
            if turns <= 0:
                count = describe_turn(state, seat, features)
                return evaluate(features, count, rows, parameters, leaf, hidden)
        observe(state, actor, views[0])
        if actor == seat:
            step(state, call(own, views[0], parameters[split:leaf], rng))
        else:
            step(state, call(victim, views[0], parameters[HEAD:split], rng))
    reward: float = state.reward[seat]
    return reward


@jit
def _halve(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    parameters: NDArray[np.float64],
    rng: NDArray[np.uint64],
    arms: NDArray[np.int64],
    visits: NDArray[np.int64],
    totals: NDArray[np.float64],
    left: int,
) -> int:
    """Sequential halving over the first `left` of `arms`; the place of the best.

    Each stage gets an equal share of the simulations, at least one world; all choices in it meet the same worlds and the
    same dice of the policies.
    """
    states, views = np.empty(3, STATE), np.empty(1, VIEW)
    pool, chances = np.empty(_MOST_STOCK, np.int64), np.empty(CHANCES)
    features, hidden = np.empty(MOST_FEATURES, np.int64), np.empty(UNITS)
    luck = np.empty(1, np.uint64)
    belief = parameters[GUESSED:HEAD]
    size = prepare(view, rng, belief, states, pool, chances)
    states[0].rules.match = _ROUND
    order = np.arange(left)
    stages = max(1, int64(math.ceil(math.log2(left))))
    for _ in range(stages):
        for _ in range(max(1, int64(parameters[SIMULATIONS]) // (stages * left))):
            guess(view, rng, belief, pool, size, chances, _MOST_STOCK, states)
            key = dice.next_bits(rng)
            for k in range(left):
                arm = order[k]
                states[2] = states[1]
                luck[0] = key
                totals[arm] += simulate(
                    states[2], arms[arm, 0], arms[arm, 1], parameters, views, features, hidden, luck
                )
                visits[arm] += 1
        rank_arms(order, left, visits, totals)
        left = (left + 1) // 2
    best: int = order[0]
    return best


@jit
def decide(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """The action of the search, as a compiled policy.

    Args:
        view: record VIEW of the player to act.
        parameters: as `HEAD` says.
        rng: uint64[1], the player's dice, advanced by one number (`agents.dhumbal.substreams`).
    """
    own = substream(rng)
    arms = np.empty((MOST_ARMS, 2), np.int64)
    visits, totals = np.zeros(MOST_ARMS, np.int64), np.empty(MOST_ARMS)
    found = list_arms(view, parameters[ROLLOUT:GUESSED], arms, totals)
    totals[:found] = 0.0
    best = 0
    if found > 1:
        best = _halve(view, parameters, own, arms, visits, totals, min(found, int64(parameters[WIDTH])))
    action: int = arms[best, 1] if view.phase == TAKING else arms[best, 0]
    return action


@dataclass(frozen=True)
class RespondingPolicy(CompiledPolicy):
    """A policy whose parameters hold addresses of others; good in this process only."""

    called: tuple[CompiledPolicy, ...] = ()
    """The policies at the addresses, which keep their machine code alive."""


@dataclass(frozen=True)
class BestResponse(CompiledAgent):
    """Searches with the victim's own policy in the seats of all rivals. A measure, not an entrant: nobody else knows it."""

    _name = "best-response"
    _summary = "searches with its rivals' own policy in their seats"
    victim: Agent
    """Who sits on all other seats; its policy must be compiled and a function of the view and its dice."""
    own: Agent = field(default_factory=Tuned)
    """Who plays the searcher's own later turns in a guessed world; compiled, too."""
    simulations: int = 600
    """Simulations a decision, about; at least one for each choice in each stage."""
    width: int = 12
    """The most choices of a turn that are searched, the best by the rollout's judgement, at least 2."""
    horizon: int = 1
    """Worlds end where so many own turns have begun, and are valued by the leaf network; 0 plays the round to its end, as
    do rules for which no network ships."""
    uniform: bool = False
    """Whether every world that fits the view is equally likely; else plausible hands are likelier
    (`agents.dhumbal.inference`)."""

    @property
    def spec(self) -> AgentSpec:
        """Facts about the agent.

        Raises:
            BadParameter: if a parameter is outside what it may be.
        """
        self.check()
        games = ("dhumbal", "dhumbal-mini")
        return AgentSpec(
            self._name, 1, Family.SEARCH, self._summary, games, dynamics=Dynamics.TURNS, automatic=False
        )

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: naming the parameter and what it may be.
        """
        for name, least in (("simulations", 1), ("width", 2), ("horizon", 0)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise BadParameter(f"{self._name}: expected {name} >= {least}, got {value!r}")

    def policy(self, game: CardTable) -> CompiledPolicy:
        """The policy under the rules of `game`.

        Raises:
            NotCapable: if the victim or the own agent has no compiled policy for them.
        """
        victim, own = _policy(self.victim, game), _policy(self.own, game)
        rules = game.resolved
        leaf = shipped_weights(rules, rules.players) if self.horizon > 0 else None
        rows = 0 if leaf is None else row_count(rules.players)
        head = [
            *(float(self.simulations), float(self.width), float(self.horizon), float(rows)),
            *(float(address(victim.decide)), float(address(own.decide))),
            *(float(len(victim.parameters)), float(len(own.parameters))),
            *PARAMETERS.tolist(),
            *(_UNIFORM if self.uniform else BELIEF).tolist(),
        ]
        vectors = [np.array(head), victim.parameters, own.parameters, np.zeros(0) if leaf is None else leaf]
        return RespondingPolicy(decide, np.concatenate(vectors), (victim, own))

    def digest(self) -> str:
        """A digest of what makes it play as it does: its numbers, the victim and the own agent."""
        numbers = [self.simulations, self.width, self.horizon, self.uniform]
        whole = [self._name, self.spec.version, self.victim.digest(), self.own.digest(), *numbers]
        return codec.digest(codec.canonical(whole), size=8)


def _policy(agent: Agent, game: CardTable) -> CompiledPolicy:
    policy = agent.compiled_policy(game) if isinstance(agent, Compiled) else None
    if policy is None:
        raise NotCapable(
            f"{agent.spec.name} has no compiled policy for {game.spec.name}, which a search against it needs"
        )
    return policy
