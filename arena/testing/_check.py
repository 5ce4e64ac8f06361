"""Checking a game or an agent against every law."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.agent import Agent
from arena.conditions import Conditions
from arena.errors import LawBroken, UnknownName
from arena.game import Game

# Every law is kept where it is defined.
from arena.testing import _actions, _agents, _chance, _copies, _fast, _hidden, _rules, _shown  # noqa: F401
from arena.testing._law import AGENT_LAWS, GAME_LAWS, Law
from arena.testing._trial import AgentTrial, GameTrial

__all__ = ["check_agent", "check_game", "check_law"]


def check_law(law: Law, trial: GameTrial | AgentTrial) -> None:
    """Check one law.

    Raises:
        LawBroken: if it is broken, or cannot be checked because the subject raises; the message says where.
    """
    trial = dataclasses.replace(trial, law=law.name)
    try:
        law.check(trial)
    except LawBroken:
        raise
    except Exception as error:
        raise LawBroken(
            f"law {law.name!r} broken by {trial.place.subject}: {type(error).__name__}: {error}"
        ) from error


def check_game(
    game: Game[Any, Any, Any],
    *,
    seeds: Sequence[int] = (0, 1, 2),
    most_steps: int = 80,
    agents: Sequence[Agent] = (),
    golden: Path | None = None,
    laws: Iterable[str] | None = None,
    expected_failures: Mapping[str, str] | None = None,
) -> list[str]:
    """Check a game against every law of games that applies to it.

    Args:
        game: the game.
        seeds: the deals that are played.
        most_steps: how far into a match most laws look.
        agents: agents that play the game; compiled ones are played in blocks.
        golden: the folder of golden transcripts; no transcript is asked for where None.
        laws: the names of the laws; all where None.
        expected_failures: laws that the game is known to break, with the reason; each must then be broken.

    Returns:
        The names of the laws that were checked.

    Raises:
        LawBroken: if a law is broken, or one that was expected to be is not.
        UnknownName: if there is no law of that name.
    """
    trial = GameTrial(game, "", tuple(seeds), most_steps, tuple(agents), golden)
    return _check(GAME_LAWS, trial, laws, expected_failures or {})


def check_agent(
    agent: Agent,
    game: Game[Any, Any, Any],
    *,
    seeds: Sequence[int] = (0, 1),
    conditions: Conditions | None = None,
    laws: Iterable[str] | None = None,
    expected_failures: Mapping[str, str] | None = None,
) -> list[str]:
    """Check an agent, in a game that it plays, against every law of agents that applies to it.

    Args:
        agent: the agent.
        game: the game.
        seeds: the deals that are played.
        conditions: the conditions; 8 simulations a decision and endless patience where None.
        laws: the names of the laws; all where None.
        expected_failures: laws that the agent is known to break, with the reason; each must then be broken.

    Returns:
        The names of the laws that were checked.

    Raises:
        LawBroken: if a law is broken, or one that was expected to be is not.
        UnknownName: if there is no law of that name.
    """
    trial = AgentTrial(agent, game, seeds=tuple(seeds))
    if conditions is not None:
        trial = dataclasses.replace(trial, conditions=conditions)
    return _check(AGENT_LAWS, trial, laws, expected_failures or {})


def _check(
    known: Mapping[str, Law],
    trial: GameTrial | AgentTrial,
    names: Iterable[str] | None,
    expected_failures: Mapping[str, str],
) -> list[str]:
    wanted = list(known) if names is None else list(names)
    for name in (*wanted, *expected_failures):
        if name not in known:
            raise UnknownName("law", name, known)
    checked = []
    for law in (known[name] for name in wanted):
        if law.applies(trial):
            _check_one(law, trial, expected_failures.get(law.name))
            checked.append(law.name)
    return checked


def _check_one(law: Law, trial: GameTrial | AgentTrial, excuse: str | None) -> None:
    try:
        check_law(law, trial)
    except LawBroken:
        if excuse is None:
            raise
        return
    if excuse is not None:
        raise LawBroken(f"law {law.name!r} holds, but was expected to be broken: {excuse}")
