"""From the words of a configuration to what trains."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from agents.training.configuration import Configuration
from agents.training.folder import RunFolder
from agents.training.loop import Training
from arena import registry
from arena.agent import Agent
from arena.errors import BadParameter, NotCapable
from arena.facts import game_spec, spelling
from arena.game import Game
from arena.learner import Learner, Task
from arena.play import misfit
from arena.spelling import parse, spell_as

__all__ = ["make_learner", "prepare", "spell_learner"]


def make_learner(spelled: str) -> Learner:
    """The learner that a spelling such as ``ppo(entropy=0.02)`` stands for, its parameters checked.

    Raises:
        UnknownName: if the name, or a parameter, is not known.
        BadParameter: if a parameter's value does not do.
        BrokenPlugin: if it fails to load.
    """
    learner = registry.make("learner", spelled)
    if not isinstance(learner, Learner):
        raise BadParameter(f"expected a learner, got {spelled!r}, which makes a {type(learner).__name__}")
    check = getattr(learner, "check", None)
    try:
        if check is not None:
            check()
    except TypeError as error:
        raise BadParameter(f"learner {spelled}: {error}") from error
    return learner


def spell_learner(spelled: str, horizon: int | None = None) -> str:
    """A learner's spelling in its one form: the name, and the parameters that differ from the defaults.

    Args:
        spelled: any form of it.
        horizon: what a parameter called ``horizon``, over which schedules fall, is where `spelled` does not say it.

    Raises:
        BadInput: as `make_learner`.
    """
    learner = make_learner(spelled)
    named = {field.name for field in dataclasses.fields(learner) if field.init}
    if horizon is not None and "horizon" in named - parse(spelled).parameters.keys():
        learner = dataclasses.replace(learner, horizon=horizon)  # type: ignore[call-arg]  # one that has it
    return spell_as(parse(spelled).name, learner)


def prepare(configuration: Configuration, folder: RunFolder) -> Training:
    """The training that a configuration describes.

    Raises:
        BadInput: if a word does not do.
        NotCapable: if an agent does not play a game.
    """
    games = tuple(registry.make_game(spelled) for spelled in configuration.games)
    opponents = tuple(registry.make_agent(spelled) for spelled in configuration.against)
    judges = tuple(registry.make_agent(spelled) for spelled in configuration.evaluate_against)
    _check_fit(games, [*opponents, *judges])
    task = Task(games, opponents=opponents)
    return Training(make_learner(configuration.learner), task, judges, configuration, folder)


def _check_fit(games: Sequence[Game[Any, Any, Any]], agents: Sequence[Agent]) -> None:
    for game in games:
        if game_spec(game).players < 2:
            raise NotCapable(f"{spelling(game)} has one player: there is nobody to be measured against")
        for agent in agents:
            reason = misfit(agent, game)
            if reason is not None:
                raise NotCapable(f"{spelling(agent)} cannot play {spelling(game)}: {reason}")
