"""What a report is made from: the ranking of a stored tournament, and what its blocks told on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from arena.contest import Pick
from arena.errors import BadInput
from arena.spelling import spell
from tournaments.checks import Check, check_round, connected
from tournaments.evidence import Evidence, Observer
from tournaments.ledgers import Ledger, ledgers, seen_before
from tournaments.plan import pick, ranking_metric
from tournaments.rank import rank
from tournaments.ranking import Ranking, RoundRanking
from tournaments.store import Store, TournamentRow

__all__ = ["Material", "Stage", "gather"]


@dataclass(frozen=True)
class Stage:
    """One round."""

    found: RoundRanking
    """Its ranking."""
    seen: Evidence
    """Its blocks; none in a ranking over all rounds, which has none of its own."""
    checks: tuple[Check, ...]
    """What is wrong with them, and what is not; of a ranking over all rounds, whether they link all agents."""
    names: tuple[str, ...]
    """The agents of the plan, of whom not all need be ranked."""
    kept: Ledger
    """Its looks and the chances of its lineups."""


@dataclass(frozen=True)
class Material:
    """A stored tournament, read."""

    row: TournamentRow
    """What the store knows of it."""
    picks: Pick
    """Its game and agents."""
    ranking: Ranking
    """Its ranking, by the metric of the plan or the one asked for."""
    stages: tuple[Stage, ...]
    """Every round, at least one."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of all rounds."""
        return tuple(check for stage in self.stages for check in stage.checks)


def gather(
    store: Store, tournament: TournamentRow, *, by: str | None = None, picks: Pick | None = None
) -> Material:
    """Rank a stored tournament and look at its blocks, in one pass.

    Args:
        store: the store.
        tournament: which of its tournaments.
        by: another metric to rank by.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.

    Raises:
        BadInput: if no block of it is stored yet, or it cannot be ranked by that metric.
        BadPlan: if more than 1 % of the blocks of a round were void.
    """
    picks = picks or pick(tournament.plan)
    plan = tournament.plan
    metric = by or ranking_metric(plan, picks.game).name
    observer = Observer(len(plan.agents), picks.game, metric)
    ranking = rank(plan, observer.watch(store.results(tournament.id)), picks, by=by)
    if not ranking.rounds[0].blocks:
        raise BadInput(
            f"tournament {tournament.id} has no block yet; 'arena tournament --resume {tournament.id}' plays it"
        )
    names = tuple(spell(agent) for agent in picks.agents)
    seen = [observer.evidence(found.number) for found in ranking.rounds]
    kept = ledgers(store, tournament, picks, ranking)
    stages = tuple(_stages(ranking, seen, names, kept))
    played = sum(one.blocks for one in seen)
    peeks = None if plan.stop.until else seen_before(store.seen(tournament.id), played)
    if peeks:
        stages = (*stages[:-1], dataclasses.replace(stages[-1], checks=(*stages[-1].checks, peeks)))
    return Material(tournament, picks, ranking, stages)


def _stages(
    ranking: Ranking, seen: Sequence[Evidence], names: tuple[str, ...], kept: Mapping[int, Ledger]
) -> Iterator[Stage]:
    rotated = ranking.plan.seatings == "rotations"
    for found, own in zip(ranking.rounds, seen, strict=True):
        last = found is ranking.final
        if own.blocks:
            balanced = rotated and own.seats > 1
            ledger = kept.get(found.number, Ledger())
            checks = (*check_round(found, own, names=names, balanced=balanced, last=last), *ledger.checks)
        else:
            # A ranking over all rounds stands on the blocks of them all.
            lineups = [lineup for one in seen for lineup in one.lineups]
            ledger = Ledger()
            checks = (connected(lineups, found.participants, names=names),)
        yield Stage(found, own, checks, names, ledger)
