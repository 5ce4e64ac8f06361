"""Agents: which there are, the card of each, and what it reached."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request

from arena import registry
from arena.agent import Agent
from arena.errors import ArenaError
from arena.play import misfit
from arena.spelling import spell
from tournaments.store import TournamentRow
from web.caching import watch
from web.deps import ServicesOf
from web.routes.games import parameters_of
from web.schemas.agents import AgentCard, AgentDetail, AgentResult, Agents
from web.schemas.common import PROBLEMS, interval
from web.services import Services

__all__ = ["agent", "agents", "router"]

router = APIRouter(prefix="/api/v1/agents", tags=["agents"])
"""The addresses."""

_MOST: Final = 100
"""Tournaments of an agent that are told, the last ones."""


@router.get("", responses={key: PROBLEMS[key] for key in (404, 422)})
def agents(
    request: Request,
    game: Annotated[str | None, Query(max_length=500, description="Only those that play this game.")] = None,
) -> Agents:
    """Every agent that can play here, or those that play a game."""
    watch(request, lambda: None)
    rules = None if game is None else registry.make_game(game)
    found: dict[str, Agent] = {}
    for name in registry.entries("agent"):
        try:
            agent = registry.make_agent(name)
        except ArenaError:  # a broken plug-in, which `arena agents` shows with its error
            continue
        if rules is None or misfit(agent, rules) is None:
            found[name] = agent
    return Agents(items=[_card(agent) for agent in registry.by_family(found).values()])


@router.get("/{spelling}", responses=PROBLEMS)
async def agent(request: Request, services: ServicesOf, spelling: str) -> AgentDetail:
    """One agent, with what it reached in every tournament of the store; the parameters are part of the spelling."""
    made = registry.make_public_agent(spelling)
    watch(request, services.derived.stamp)
    name = spell(made)

    def entered() -> list[TournamentRow]:
        return [row for row in services.library.tournaments() if name in row.plan.agents and row.blocks]

    rows = await services.library.read(lambda _: entered())
    results = [await _result(services, row, name) for row in rows[-_MOST:]]
    return AgentDetail(
        **_card(made).model_dump(),
        spelling=name,
        digest=made.digest(),
        parameters=parameters_of(made),
        results=[result for result in results if result is not None],
    )


async def _result(services: Services, tournament: TournamentRow, name: str) -> AgentResult | None:
    """What an agent reached; None where the tournament cannot be ranked, or it is not ranked there."""
    try:
        found, _ = await services.rankings.ranking(tournament.id, None)
    except ArenaError:
        return None
    shown = found.ranking.final
    for row in shown.agents:
        if row.name == name:
            return AgentResult(
                tournament=tournament.id,
                created=tournament.created,
                game=tournament.plan.game,
                rank_low=row.rank_low,
                rank_high=row.rank_high,
                of=len(shown.agents),
                score=interval(row.score),
                unit=shown.unit,
                wins=None if row.wins is None else interval(row.wins),
                matches=row.matches,
            )
    return None


def _card(made: Agent) -> AgentCard:
    spec = made.spec
    played = [
        found
        for found, registered in registry.entries("game").items()
        if registered.problem() is None and misfit(made, registry.make_game(found)) is None
    ]
    return AgentCard(
        name=spec.name,
        version=spec.version,
        family=spec.family.value,
        summary=spec.summary,
        games=played,
        roles=[] if spec.roles is None else list(spec.roles),
        deterministic=spec.deterministic,
        access=spec.access.value,
    )
