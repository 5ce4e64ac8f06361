"""From results to a ranking: a pure function of the plan and the blocks."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from arena.contest import Pick, Plan, Results, Round, Standing
from arena.errors import BadPlan, StoreConflict
from arena.game import Direction
from arena.spelling import spell
from tournaments import statistics
from tournaments.comparison import Comparison, compare
from tournaments.deciding import decider
from tournaments.estimand import estimand, notes
from tournaments.overall import all_rounds, merged
from tournaments.plan import check_correction, pick, plan_digest, ranking_metric, schedule_of
from tournaments.ranking import AgentRow, FaultCount, Legacy, Ranking, RoundRanking
from tournaments.results import aligned
from tournaments.schedules.course import course_of
from tournaments.tally import RUN, Tally, tally
from tournaments.verdicts import Sequential

__all__ = ["check_void", "rank", "rank_overall", "rank_round"]

_MOST_VOID: Final = 0.01
"""The share of void blocks beyond which a ranking is refused: who fails when it matters would bias the rest."""

_EACH_ENDED: Final = (
    "rounds ended when their own pairs were decided or equivalent; p-values and intervals over all rounds are those of a "
    "fixed number of blocks, and too sure"
)


def rank(
    plan: Plan, results: Iterable[Results], picks: Pick | None = None, *, by: str | None = None
) -> Ranking:
    """The ranking of a tournament.

    Args:
        plan: the tournament.
        results: whole blocks, of each round from block 0 on without a gap: a sequence in any order, or an iterator in
            the order of rounds and blocks.
        picks: its game and agents; made from the plan where None.
        by: another metric to rank by; who took part in which round stays as the plan's own metric had it.

    Raises:
        BadInput: if the plan cannot be played, or a block is missing or there twice.
        BadPlan: if more than 1 % of the blocks of a round were void.
        StoreConflict: if the results contradict the plan.
    """
    picks = picks or pick(plan)
    check_correction(plan)
    shown = plan if by is None else _ranked_by(plan, picks, by)
    ranking_metric(shown, picks.game)
    if isinstance(results, Sequence):
        results = sorted(results, key=lambda part: (part.round, part.start))
    schedule = schedule_of(plan)
    rounds: list[RoundRanking] = []
    standings: list[Standing] = []
    once = by is None and not schedule.overall
    collect: Callable[[Iterable[Results]], Iterable[Results]] = iter if once else list
    played: list[tuple[Round, Iterable[Results]]] = []
    for number, group in itertools.groupby(results, lambda part: part.round):
        stage = schedule.round(plan, picks, number, standings) if number == len(rounds) else None
        if stage is None:
            raise StoreConflict(
                f"results of round {number}, which the schedule does not have after {len(rounds)}"
            )
        blocks = collect(group)
        own = rank_round(plan, picks, stage, blocks)
        standings += own.standings()
        rounds.append(own if by is None else rank_round(shown, picks, stage, blocks))
        if schedule.overall:
            played.append((stage, blocks))
    if not rounds:
        first = schedule.round(plan, picks, 0, ())
        if first is None:
            raise BadPlan(f"format {plan.format!r} has no round for this plan")
        rounds.append(rank_round(shown, picks, first, ()))
    if len(played) > 1:
        rounds.append(rank_overall(shown, picks, played))
    course = course_of(schedule, plan, picks, standings)
    return Ranking(shown, plan_digest(shown), tuple(rounds), course)


def _ranked_by(plan: Plan, picks: Pick, by: str) -> Plan:
    """The plan, ranked by another metric; an epsilon is in the unit of the plan's own."""
    same = ranking_metric(plan, picks.game).name == by
    stop = plan.stop if same else dataclasses.replace(plan.stop, epsilon=None)
    return dataclasses.replace(plan, by=by, stop=stop)


def rank_round(plan: Plan, picks: Pick, stage: Round, results: Iterable[Results]) -> RoundRanking:
    """The ranking of one round from its blocks, consecutive from block 0.

    Raises:
        BadInput: if a block is missing or there twice.
        BadPlan: if more than 1 % of the blocks were void.
        StoreConflict: if somebody sat elsewhere than the schedule says.
    """
    metric = ranking_metric(plan, stage.game)
    watch = decider(plan, stage, metric)
    # A run stored a chunk a second; long runs of blocks are looked at in a fraction of the time.
    count = tally(stage, results if watch is None else watch.through(aligned(results, RUN)), metric)
    answer = None
    if watch is not None:
        watch.finish()
        answer = watch.answer()
    check_void(stage.title, count.void, count.blocks)
    found = compare(count, metric, answer, correction=plan.correction)
    return _ranking(plan, picks, stage, count, found, answer=answer)


def rank_overall(plan: Plan, picks: Pick, played: Sequence[tuple[Round, Iterable[Results]]]) -> RoundRanking:
    """The ranking over all rounds, adjusted for who met whom.

    Args:
        plan: the tournament.
        picks: its game and agents, made.
        played: each round with its blocks, at least one, all of tables of one size.
    """
    stage = all_rounds([stage for stage, _ in played])
    metric = ranking_metric(plan, stage.game)
    count = merged(stage.agents, [tally(stage, results, metric) for stage, results in played])
    found = _ranking(plan, picks, stage, count, compare(count, metric, adjusted_scores=True))
    return found if plan.stop.until is None else dataclasses.replace(found, notes=(*found.notes, _EACH_ENDED))


def _ranking(
    plan: Plan,
    picks: Pick,
    stage: Round,
    count: Tally,
    found: Comparison,
    *,
    answer: Sequential | None = None,
) -> RoundRanking:
    metric = ranking_metric(plan, stage.game)
    balanced = plan.seatings == "rotations" and stage.game.spec.players > 1
    return RoundRanking(
        number=stage.number,
        title=stage.title,
        game=spell(stage.game),
        metric=metric.name,
        unit=metric.unit,
        higher_is_better=metric.direction is Direction.HIGHER,
        estimand=estimand(plan, stage, metric),
        participants=count.agents,
        blocks=count.blocks,
        matches=count.matches,
        cycle=stage.cycle,
        notes=notes(plan, picks, stage, count) + found.notes + (() if answer is None else answer.notes),
        agents=_agents(picks, count, found),
        pairs=found.pairs,
        undecided=found.undecided,
        seats=statistics.mean_scores(count.table("seats")) if balanced and count.blocks else (),
        faults=_faults(count),
        void=count.void,
        legacy=_legacy(count, found),
        correction=found.correction,
        sequential=answer,
    )


def check_void(title: str, void: int, blocks: int) -> None:
    """Refuse a round of which too many blocks were void.

    Raises:
        BadPlan: if more than 1 % of `blocks` were.
    """
    if void > _MOST_VOID * blocks:
        raise BadPlan(
            f"{title}: {void} of {blocks} blocks were void, more than 1 %; faults = 'stand-in' plays on and counts them"
        )


def _agents(picks: Pick, count: Tally, found: Comparison) -> tuple[AgentRow, ...]:
    failures = Counter(fault.agent for fault in count.faults)
    rows = []
    for column, agent in enumerate(count.agents):
        place = found.ranks[column]
        matches, decisions, micros = (count.sums[row, column] for row in (0, 4, 5))
        rows.append(
            AgentRow(
                agent,
                spell(picks.agents[agent]),
                picks.agents[agent].spec.family.value,
                place.rank,
                place.low,
                place.high,
                place.tier,
                place.letters,
                found.scores[column],
                found.wins[column] if found.wins else None,
                {name: sums.ratio(column) for name, sums in count.metrics.items()},
                int(matches),
                int(decisions),
                failures[agent],
                float(micros / decisions / 1000) if decisions else None,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.rank, row.agent)))


def _faults(count: Tally) -> tuple[FaultCount, ...]:
    kinds = Counter((fault.agent, fault.kind) for fault in count.faults)
    first = {(fault.agent, fault.kind): fault.message for fault in reversed(count.faults)}
    return tuple(FaultCount(*kind, kinds[kind], first[kind]) for kind in sorted(kinds))


def _legacy(count: Tally, found: Comparison) -> Legacy:
    columns = range(len(count.agents))
    moments = [count.moments(column) for column in columns]
    pairs = tuple(
        dataclasses.replace(pair, first=count.agents[pair.first], second=count.agents[pair.second])
        for pair in statistics.legacy_pairs(moments, contrasts=found.contrasts)
    )
    rates: tuple[statistics.LegacyRate, ...] = ()
    if count.wins:
        rates = tuple(
            statistics.legacy_rate(float(count.sums[3, column]), int(count.sums[0, column]))
            for column in columns
        )
    return Legacy(True, rates, pairs)
