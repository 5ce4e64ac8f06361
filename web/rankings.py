"""Rankings and what leads to them, computed from the store beside the requests.

A ranking is that of `arena rank`. Of a field that is larger than the settings say, running sums are kept from one
computation to the next and places come from simultaneous intervals (`tournaments.large`).
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select

from arena.contest import Pick, Plan, Round, Standing
from arena.errors import ArenaError, BadPlan, UnknownName
from tournaments.large import LargeField
from tournaments.plan import pick, plan_digest, ranking_metric, schedule_of
from tournaments.rank import rank
from tournaments.ranking import Ranking, RoundRanking
from tournaments.results import cut
from tournaments.store import Store, TournamentRow, models
from tournaments.store.catalogue import ENDLESS
from tournaments.store.packing import unpack
from web.convergence import Convergence, converge
from web.derived import Derived

__all__ = ["Found", "Rankings"]

_PICKS: Final = 16
"""Tournaments whose agents are kept made."""
Fingerprint = tuple[Any, ...]


@dataclass(frozen=True)
class Found:
    """A ranking, and the state of the store that it is of."""

    ranking: Ranking
    """The ranking."""
    fingerprint: Fingerprint
    """What of the store it depends on."""
    fields: dict[tuple[int, str | None], LargeField] = field(default_factory=dict)
    """The running sums of each round of a large field, by the round's number in the store and the metric."""

    def round(self, number: int | None) -> RoundRanking:
        """The ranking of a round; the last one, or that over all rounds where there is one, for None.

        Raises:
            UnknownName: if there is no round of that number.
        """
        if number is None:
            return self.ranking.final
        for found in self.ranking.rounds:
            if found.number == number:
                return found
        raise UnknownName("round", str(number), [str(found.number) for found in self.ranking.rounds])


class Rankings:
    """The rankings of the tournaments in a store.

    Args:
        derived: where they are kept.
        large: agents beyond which a field is large.
    """

    def __init__(self, derived: Derived, large: int) -> None:
        self._derived = derived
        self._large = large
        self._picks: dict[str, Pick] = {}
        self._lock = threading.Lock()

    async def ranking(self, tournament: int, by: str | None) -> tuple[Found, Callable[[], int]]:
        """The ranking of a tournament, and what to ask whether there is a newer one.

        Args:
            tournament: its number in the store.
            by: another metric to rank by.

        Raises:
            ArenaError: if it cannot be ranked.
        """
        found: tuple[Found, Callable[[], int]] = await self._derived.get(
            ("ranking", tournament, by), lambda store, before: self._rank(store, before, tournament, by)
        )
        return found

    def known(self, tournament: int) -> Found | None:
        """The ranking of a tournament by its own metric as far as it is computed; nothing is begun."""
        found: Found | None = self._derived.known(("ranking", tournament, None))
        return found

    def picked(self, plan: Plan) -> Pick | ArenaError:
        """The game and the agents of a plan, or why they cannot be made here."""
        try:
            return self._picked(plan)
        except ArenaError as error:
            return error

    async def convergence(
        self, tournament: int, number: int | None, by: str | None, agents: int
    ) -> tuple[Convergence, Callable[[], int]]:
        """How the means of the best `agents` of a round settled, and what to ask whether there is a newer answer.

        Raises:
            ArenaError: if it cannot be ranked, or there is no such round.
        """
        ranked, _ = await self.ranking(tournament, by)
        ranked.round(number)

        def make(store: Store, before: Convergence | None) -> Convergence:
            now = _fingerprint(store, tournament)
            if before is not None and before.fingerprint == now:
                return before
            # The ranking may be a second older than the blocks: it only says which agents are shown.
            newest: Found = self._derived.known(("ranking", tournament, by)) or ranked
            shown = newest.round(number)
            stages = {row.number: row for row in store.rounds(tournament)}
            rows = [stages[shown.number]] if shown.number in stages else list(stages.values())
            return converge(store, rows, shown, agents, fingerprint=now)

        found: tuple[Convergence, Callable[[], int]] = await self._derived.get(
            ("convergence", tournament, number, by, agents), make
        )
        return found

    def _rank(self, store: Store, before: Found | None, tournament: int, by: str | None) -> Found:
        now = _fingerprint(store, tournament)
        if before is not None and before.fingerprint == now:
            return before
        row = store.tournament(tournament)
        picks = self._picked(row.plan)
        if len(row.plan.agents) <= self._large:
            return Found(rank(row.plan, store.results(tournament), picks, by=by), now)
        return _rank_large(store, before, row, picks=picks, by=by, now=now)

    def _picked(self, plan: Plan) -> Pick:
        digest = plan_digest(plan)
        with self._lock:
            if digest not in self._picks:
                while len(self._picks) >= _PICKS:
                    del self._picks[next(iter(self._picks))]
                self._picks[digest] = pick(plan)
            return self._picks[digest]


def _fingerprint(store: Store, tournament: int) -> Fingerprint:
    """What a ranking depends on: the chunks of the tournament's rounds, and where each round stopped."""
    chunk, table = models.Chunk, models.Round
    with store.reading() as connection:
        rows = connection.execute(
            select(table.id, table.turn, table.stopped_at, func.count(chunk.id), func.max(chunk.id))
            .join(chunk, chunk.round_id == table.id, isouter=True)
            .where(table.tournament_id == tournament)
            .group_by(table.id)
            .order_by(table.id)
        ).all()
        own = models.Tournament
        which = connection.execute(
            select(own.digest, own.versions, own.created, own.plan).where(own.id == tournament)
        ).first()
    identity, plan = (None, None) if which is None else (tuple(which)[:3], which.plan)
    return (identity, plan, *(tuple(row) for row in rows))


def _rank_large(
    store: Store, before: Found | None, row: TournamentRow, *, picks: Pick, by: str | None, now: Fingerprint
) -> Found:
    """The ranking of a large field, from the sums of the last time and the blocks that are new."""
    plan = shown = row.plan
    if by not in (None, ranking_metric(plan, picks.game).name):
        shown = dataclasses.replace(plan, by=by, stop=dataclasses.replace(plan.stop, epsilon=None))
    schedule = schedule_of(plan)
    # The file may have been replaced by another one, with other rounds of the same numbers.
    kept = before.fields if before is not None and before.fingerprint[0] == now[0] else {}
    standings: list[Standing] = []
    rounds: list[RoundRanking] = []
    fields: dict[tuple[int, str | None], LargeField] = {}
    for played in store.rounds(row.id):
        stage = schedule.round(plan, picks, played.number, standings)
        if stage is None:
            break
        # Who takes part in the next round is decided by the plan's own metric, whatever is shown.
        for wanted in dict.fromkeys((plan.by, shown.by)):
            sums = kept.get((played.id, wanted))
            end = played.stopped_at
            if end is None:
                end = store.missing(played.id, None)[0].start
            if sums is None or sums.blocks > end:
                sums = LargeField(dataclasses.replace(plan, by=wanted), picks, stage)
            _add_new(store, played.id, sums, end)
            fields[played.id, wanted] = sums
        standings += fields[played.id, plan.by].ranking().standings()
        rounds.append(fields[played.id, shown.by].ranking())
    if not rounds:
        rounds.append(_unplayed(shown, picks, schedule.round(plan, picks, 0, ())))
    return Found(Ranking(shown, plan_digest(shown), tuple(rounds)), now, fields)


def _unplayed(plan: Plan, picks: Pick, stage: Round | None) -> RoundRanking:
    if stage is None:
        raise BadPlan(f"format {plan.format!r} has no round for this plan")
    return LargeField(plan, picks, stage).ranking()


def _add_new(store: Store, round_id: int, sums: LargeField, end: int) -> None:
    """Count the stored blocks of a round below `end` that are not counted yet."""
    table = models.Chunk
    new: Sequence[int]
    with store.reading() as connection:
        new = connection.scalars(
            select(table.id)
            .where(table.round_id == round_id, table.start < min(end, ENDLESS))
            .where(table.start + table.count > sums.blocks)
            .order_by(table.start)
        ).all()
    for identifier in new:
        with store.reading() as connection:
            data = connection.scalar(select(table.data).where(table.id == identifier))
        if data is not None:
            results = cut(unpack(data), sums.blocks, end)
            if len(results):
                sums.add(results)
