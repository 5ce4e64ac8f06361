"""Starting, stopping and resuming tournaments; for bearers of a token that allows it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool

from arena.conditions import Access, Budget, Conditions, FaultPolicy
from arena.contest import Plan, Stop
from arena.errors import BadParameter
from arena.registry import make_agent
from tournaments.plan import DEFAULT_SECONDS, check_stop, make_plan
from web.deps import Runner, ServicesOf
from web.schemas.common import PROBLEMS, Problem
from web.schemas.steering import Accepted, Started, TournamentRequest

__all__ = ["cancel", "resume", "router", "start"]

router = APIRouter(prefix="/api/v1/tournaments", tags=["tournaments"])
"""The addresses."""
_REFUSED: Final = {
    **PROBLEMS,
    401: {"model": Problem, "description": "There is no token that holds."},
    403: {"model": Problem, "description": "The token does not allow it."},
    409: {"model": Problem, "description": "Another tournament is being played, or this one is not."},
    413: {"model": Problem, "description": "The body is too large."},
}


@router.post("", status_code=201, responses=_REFUSED)
async def start(
    response: Response, services: ServicesOf, token: Runner, wanted: TournamentRequest
) -> Started:
    """Start a tournament; a worker process plays it. The same plan goes on where it ended before."""
    del token
    plan = await run_in_threadpool(_plan, wanted)
    number = await services.jobs.start(plan)
    response.headers["Location"] = f"/api/v1/tournaments/{number}"
    return Started(id=number)


@router.post("/{tournament}/cancel", status_code=202, responses=_REFUSED)
async def cancel(services: ServicesOf, token: Runner, tournament: str) -> Accepted:
    """Stop a tournament; what was played stays stored and ranked, and it can be resumed."""
    del token
    row = await services.library.named(tournament)
    await services.jobs.cancel(row.id)
    return Accepted(id=row.id, state="stopped")


@router.post("/{tournament}/resume", status_code=202, responses=_REFUSED)
async def resume(services: ServicesOf, token: Runner, tournament: str) -> Accepted:
    """Go on with a tournament that was stopped, as if nothing had happened."""
    del token
    row = await services.library.named(tournament)
    await services.jobs.resume(row.id)
    return Accepted(id=row.id, state="running")


def _plan(wanted: TournamentRequest) -> Plan:
    """The plan that a request means.

    Raises:
        BadInput: if a word is unknown or the plan cannot be played.
    """
    had = wanted.conditions
    simulations = had.simulations if wanted.simulations is None else wanted.simulations
    conditions = Conditions(
        access=Access(had.access),
        budget=Budget(simulations, had.seconds),
        faults=FaultPolicy(had.faults),
        retries=had.retries,
        step_limit=had.step_limit,
    )
    conditions.check()
    ends = Stop(blocks=wanted.blocks, seconds=wanted.seconds, until=wanted.until, epsilon=wanted.within)
    if ends == Stop():
        ends = Stop(seconds=DEFAULT_SECONDS)
    check_stop(ends)
    plan = make_plan(
        wanted.game, wanted.agents, seed=wanted.seed, format=wanted.format, conditions=conditions, stop=ends
    )
    for agent in plan.agents:
        if not make_agent(agent).spec.automatic:
            raise BadParameter(f"expected agents that play without a person, got {agent!r}; open a table")
    return plan
