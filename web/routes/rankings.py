"""Rankings: the table, the pairs, and how the means settled."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from numpy.typing import NDArray

from tournaments.large import METHOD
from tournaments.ranking import AgentRow, PairRow, RoundRanking
from tournaments.reports.running import Running
from web.caching import watch
from web.convergence import Convergence as Converged
from web.deps import ServicesOf
from web.paging import Cursor, Limit, cursor_of, key_of, link_next
from web.schemas.common import PROBLEMS, interval
from web.schemas.rankings import Convergence, Pair, Pairs, Ranking, RankingRow, RunningAgent, Series

__all__ = ["convergence", "pairs", "ranking", "router"]

router = APIRouter(prefix="/api/v1/tournaments/{tournament}", tags=["rankings"], responses=PROBLEMS)
"""The addresses."""

Tournament = Annotated[str, "The tournament's number, or at least four letters of its digest."]
RoundQuery = Annotated[
    int | None,
    Query(ge=0, alias="round", description="A round; the last, or that over all rounds, where absent."),
]
ByQuery = Annotated[
    str | None, Query(max_length=60, description="A metric; the one of the plan where absent.")
]
_POINTS: Final = 120


@router.get("/ranking")
async def ranking(
    request: Request,
    response: Response,
    services: ServicesOf,
    tournament: str,
    *,
    number: RoundQuery = None,
    by: ByQuery = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Ranking:
    """A round's ranking, the best first. While blocks arrive it is made anew about once a second."""
    after = key_of(cursor, (int, int))
    identifier = (await services.library.named(tournament)).id
    found, newer = await services.rankings.ranking(identifier, by)
    watch(request, newer)
    shown = found.round(number)
    rows = [row for row in shown.agents if after is None or (row.rank, row.agent) > after]
    page = rows[:limit]
    following = cursor_of(page[-1].rank, page[-1].agent) if len(rows) > limit else None
    link_next(request, response, following)
    return Ranking(
        tournament=identifier,
        round=shown.number,
        title=shown.title,
        metric=shown.metric,
        unit=shown.unit,
        higher_is_better=shown.higher_is_better,
        estimand=shown.estimand,
        blocks=shown.blocks,
        matches=shown.matches,
        correction=shown.correction,
        agents=len(shown.agents),
        notes=list(shown.notes),
        items=[_row(row) for row in page],
        next=following,
    )


@router.get("/pairs")
async def pairs(
    request: Request,
    services: ServicesOf,
    tournament: str,
    *,
    number: RoundQuery = None,
    by: ByQuery = None,
) -> Pairs:
    """How every two agents of a round compare on the deals that both played; of a large field, neighbours only."""
    identifier = (await services.library.named(tournament)).id
    found, newer = await services.rankings.ranking(identifier, by)
    watch(request, newer)
    shown = found.round(number)
    return Pairs(
        metric=shown.metric,
        unit=shown.unit,
        higher_is_better=shown.higher_is_better,
        correction=shown.correction,
        neighbours_only=any(pair.test == METHOD for pair in shown.pairs),
        items=[_pair(pair) for pair in shown.pairs],
    )


@router.get("/convergence")
async def convergence(
    request: Request,
    services: ServicesOf,
    tournament: str,
    *,
    number: RoundQuery = None,
    by: ByQuery = None,
    agents: Annotated[int, Query(ge=1, le=50, description="How many of the best agents.")] = 12,
) -> Convergence:
    """How the means of the best agents settled as blocks arrived, with confidence sequences."""
    identifier = (await services.library.named(tournament)).id
    found, newer = await services.rankings.convergence(identifier, number, by, agents)
    watch(request, newer)
    return _convergence(found)


def _row(row: AgentRow) -> RankingRow:
    return RankingRow(
        agent=row.agent,
        name=row.name,
        family=row.family,
        rank=row.rank,
        rank_low=row.rank_low,
        rank_high=row.rank_high,
        tier=row.tier,
        letters=row.letters,
        score=interval(row.score),
        wins=None if row.wins is None else interval(row.wins),
        matches=row.matches,
        decisions=row.decisions,
        faults=row.faults,
        ms_per_decision=row.ms_per_decision,
    )


def _pair(pair: PairRow) -> Pair:
    by_intervals = pair.test == METHOD
    return Pair(
        first=pair.first,
        second=pair.second,
        difference=interval(pair.difference),
        p=None if by_intervals else pair.p,
        p_holm=None if by_intervals else pair.p_adjusted,
        test=pair.test,
        better=pair.better,
        identical=pair.identical,
        d_z=pair.d_z.value,
        blocks=pair.difference.blocks,
    )


def _convergence(found: Converged) -> Convergence:
    shown = found.shown
    places = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(one.blocks for one in found.running)]))
    if places.size > _POINTS:
        places = places[np.unique(np.linspace(0, places.size - 1, _POINTS).round().astype(np.int64))]
    names = _names(shown)
    return Convergence(
        kind="confidence sequence",
        metric=shown.metric,
        unit=shown.unit,
        agents=[RunningAgent(agent=agent, name=names[agent]) for agent in found.agents],
        blocks=places.tolist(),
        series=[
            Series(
                agent=agent,
                value=_at(one, one.mean, places),
                low=_at(one, one.always_low, places),
                high=_at(one, one.always_high, places),
            )
            for agent, one in zip(found.agents, found.running, strict=True)
        ],
    )


def _names(shown: RoundRanking) -> dict[int, str]:
    return {row.agent: row.name for row in shown.agents}


def _at(one: Running, values: NDArray[np.float64], places: NDArray[np.int64]) -> list[float | None]:
    """The values that stood at some numbers of blocks; None before the first, and where there was none."""
    at = np.searchsorted(one.blocks, places, side="right") - 1
    return [None if place < 0 or np.isnan(values[place]) else float(values[place]) for place in at.tolist()]
