"""Games: which there are, and the card of each."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter, Request

from arena import registry
from arena.capabilities import capabilities
from arena.errors import ArenaError
from arena.game import Game
from arena.spelling import spell, spell_value
from web.caching import watch
from web.schemas.common import PROBLEMS
from web.schemas.games import GameCard, GameDetail, Games, Metric, Parameter, Preset

__all__ = ["game", "games", "parameters_of", "router"]

router = APIRouter(prefix="/api/v1/games", tags=["games"])
"""The addresses."""


@router.get("")
def games(request: Request) -> Games:
    """Every game that can be played here."""
    watch(request, _forever)
    return Games(items=_cards())


@router.get("/{name}", responses={key: PROBLEMS[key] for key in (404, 422)})
def game(request: Request, name: str) -> GameDetail:
    """One game; `name` may carry parameters, as ``dhumbal(players=2)``."""
    watch(request, _forever)
    made = registry.make_game(name)
    spec = made.spec
    low, high = spec.returns
    return GameDetail(
        **_card(made).model_dump(),
        spelling=spell(made),
        version=spec.version,
        distribution=registry.entry("game", spec.name).distribution,
        roles=list(dict.fromkeys(spec.roles)),
        horizon=spec.horizon,
        chance=spec.chance,
        returns=[low if math.isfinite(low) else None, high if math.isfinite(high) else None],
        parameters=parameters_of(made),
        presets=_presets(made),
        agents=list(registry.fitting_agents(made)),
    )


def parameters_of(thing: Any) -> list[Parameter]:
    """The parameters of a game or an agent."""
    return [
        Parameter(name=field.name, value=spell_value(getattr(thing, field.name)), kind=str(field.type))
        for field in dataclasses.fields(thing)
        if field.init
    ]


def _forever() -> None:
    """What is installed stays the same as long as the server runs."""


@cache
def _cards() -> list[GameCard]:
    cards = []
    for name in registry.entries("game"):
        try:
            cards.append(_card(registry.make_game(name)))
        except ArenaError:  # a broken plug-in, which `arena games` shows with its error
            continue
    return cards


def _card(made: Game[Any, Any, Any]) -> GameCard:
    spec = made.spec
    metrics = [
        Metric(
            name=metric.name,
            unit=metric.unit,
            direction=metric.direction.value,
            primary=metric.primary,
            title=metric.title or metric.name,
        )
        for metric in spec.metrics
    ]
    return GameCard(
        name=spec.name,
        title=spec.title,
        summary=spec.summary,
        players=spec.players,
        table_sizes=list(spec.table_sizes),
        information=spec.information.value,
        dynamics=spec.dynamics.value,
        utility=spec.utility.value,
        metrics=metrics,
        capabilities=list(capabilities(made)),
    )


def _presets(made: Game[Any, Any, Any]) -> list[Preset]:
    found = getattr(made, "presets", None)
    if not isinstance(found, Mapping):
        return []
    return [
        Preset(name=str(name), summary=value if isinstance(value, str) else "")
        for name, value in found.items()
    ]
