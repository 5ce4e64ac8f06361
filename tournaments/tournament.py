"""A tournament, run: rounds, chunks, the store, the stop, and what is shown meanwhile.

What ends a run early (an interrupt, a kill, a budget of time) leaves whole blocks in the store; the same plan run again
plays what is missing. A stop by time finishes the chunks that were begun and ends at the last whole cycle of the blocks
that are there without a gap; blocks beyond it stay in the store and are not ranked. So do those beyond the block at which a
round ended because every pair was decided or equivalent.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from time import perf_counter

from arena.contest import Executor, Pick, Plan, Results, Round, Standing, Stop
from arena.errors import BadPlan, StoreConflict
from tournaments.adoption import adopted
from tournaments.chunks import ChunkPlayer
from tournaments.deciding import Decider, decider
from tournaments.executors.serial import Serial
from tournaments.pace import Pace
from tournaments.plan import check_pick, pick, plan_digest, ranking_metric, schedule_of
from tournaments.progress import Live, Meter, Show
from tournaments.rank import check_void, rank_overall, rank_round
from tournaments.ranking import Ranking, RoundRanking
from tournaments.ratings.live import live_ticker
from tournaments.schedules.course import course_of
from tournaments.store import RoundRow, Store

__all__ = ["Tournament"]


class Tournament:
    """A plan and the store that keeps its results.

    Args:
        plan: the tournament.
        store: where results are kept; a store that goes with the process where None.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.

    Raises:
        BadInput: if the plan cannot be played.
        NotCapable: if an agent does not play the game.
    """

    def __init__(self, plan: Plan, store: Store | None = None, *, picks: Pick | None = None) -> None:
        if picks is not None:
            check_pick(plan, picks)
        self.plan = plan
        """The plan."""
        self.picks = picks or pick(plan)
        """Its game and agents."""
        self.store = store or Store.memory()
        """Where results are kept."""
        self._schedule = schedule_of(plan)

    def run(
        self, executor: Executor | None = None, show: Show | None = None, *, ticker: bool = False
    ) -> Ranking:
        """Play what is missing, and rank.

        Args:
            executor: who plays; this process where None.
            show: called about once a second, and at the end of each round.
            ticker: whether what is shown has provisional online ratings, where openskill is installed.

        Raises:
            BadPlan: if nothing would end a round, or too many blocks are void.
            StoreConflict: if it was played until decided before, and the plan no longer is.
            StoreError: if the store cannot be written.
            HostFault: if the arena's own machinery fails; what was played is stored.
            KeyboardInterrupt: passed on; what was played is stored.
        """
        course = _Course(self, executor or Serial(), show, ticker=ticker)
        tournament = self.store.begin(self.plan, self.picks)
        rounds: list[RoundRanking] = []
        played: list[tuple[Round, RoundRow, int]] = []
        for stage in self._stages(rounds):
            row = adopted(self.store, self.plan, self.picks, stage, self.store.open_round(tournament, stage))
            blocks = course.play(stage, row)
            self.store.stop(row.id, blocks)
            rounds.append(rank_round(self.plan, self.picks, stage, self.store.chunks(row.id, blocks)))
            played.append((stage, row, blocks))
        self.store.log(tournament, "finished", f"{sum(ranked.blocks for ranked in rounds)} blocks ranked")
        return self._concluded(rounds, played)

    def rank(self) -> Ranking:
        """The ranking of what is stored; nothing is played.

        Of a round that was broken off, the blocks before the first missing one count.

        Raises:
            StoreConflict: if the store holds no block of this tournament.
        """
        tournament = self.store.find(self.plan, self.picks)
        if tournament is None:
            raise StoreConflict("the store holds nothing of this tournament")
        rounds: list[RoundRanking] = []
        played: list[tuple[Round, RoundRow, int]] = []
        for stage in self._stages(rounds):
            row = self.store.find_round(tournament, stage)
            if row is None:
                break
            blocks = self._ranked(stage, row)
            rounds.append(rank_round(self.plan, self.picks, stage, self.store.chunks(row.id, blocks)))
            played.append((stage, row, blocks))
            if row.stopped_at is None:
                break
        if not rounds:
            raise StoreConflict("the store holds nothing of this tournament")
        return self._concluded(rounds, played)

    def _concluded(self, rounds: list[RoundRanking], played: list[tuple[Round, RoundRow, int]]) -> Ranking:
        """The ranking of the rounds, and over all of them where the format asks for it."""
        standings = [place for ranked in rounds for place in ranked.standings()]
        if self._schedule.overall and len(played) > 1:
            parts = [(stage, self.store.chunks(row.id, blocks)) for stage, row, blocks in played]
            rounds = [*rounds, rank_overall(self.plan, self.picks, parts)]
        course = course_of(self._schedule, self.plan, self.picks, standings)
        return Ranking(self.plan, plan_digest(self.plan), tuple(rounds), course)

    def _stages(self, rounds: list[RoundRanking]) -> Iterator[Round]:
        """The rounds, each made when the rankings of all earlier ones are in `rounds`."""
        while True:
            standings: list[Standing] = [place for ranked in rounds for place in ranked.standings()]
            stage = self._schedule.round(self.plan, self.picks, len(rounds), standings)
            if stage is None:
                return
            yield stage

    def _ranked(self, stage: Round, row: RoundRow) -> int:
        """How many of the stored blocks of a round count."""
        there = self.store.missing(row.id, None)[0].start
        blocks = _least(there, row.stopped_at, stage.blocks, self.plan.stop.blocks) or 0
        watch = decider(self.plan, stage, ranking_metric(self.plan, stage.game))
        if watch is not None and row.stopped_at is None:
            # It was broken off while the last chunks before its end came in.
            for results in self.store.chunks(row.id, blocks):
                watch.add(results)
            return watch.stopped_at or blocks
        return blocks


class _Course:
    """One run through the rounds."""

    def __init__(self, owner: Tournament, executor: Executor, show: Show | None, *, ticker: bool) -> None:
        self._plan, self._picks, self._store = owner.plan, owner.picks, owner.store
        self._executor = executor
        self._show = show
        self._began = perf_counter()
        self._rounds = schedule_of(owner.plan).most_rounds(owner.plan, owner.picks)
        self._earlier = 0.0
        metric = ranking_metric(owner.plan, owner.picks.game)
        self._ticker = live_ticker(len(owner.plan.agents), metric) if ticker else None

    def play(self, stage: Round, row: RoundRow) -> int:
        """Play the missing blocks of a round and say how many count."""
        limits = Stop(_least(stage.blocks, self._plan.stop.blocks), self._seconds(stage, row))
        if limits == Stop() and self._plan.stop.until is None:
            raise BadPlan(
                f"nothing ends {stage.title}: expected a stop by blocks, by seconds or until decided"
            )
        metric = ranking_metric(self._plan, stage.game)
        live = Live(self._picks, stage, metric, ticker=self._ticker)
        watch = decider(self._plan, stage, metric, note=True)
        for results in self._store.chunks(row.id, limits.blocks):
            live.add(results)
            if watch is not None:
                watch.add(results)
        if watch is not None:
            self._store.look(row.id, watch.take())
        meter = Meter(stage, live, limits, self._began, self._show, watch=watch)
        spent = self._play(stage, row, limits, live, meter, watch=watch)
        meter.glance(done=True)
        self._earlier += row.seconds + spent
        if watch is not None and watch.stopped_at is not None:
            return watch.stopped_at
        return self._ended(stage, row, limits.blocks)

    def _seconds(self, stage: Round, row: RoundRow) -> float | None:
        """Seconds left for a round: rounds share the time evenly, and what one leaves over is the next ones'."""
        seconds = self._plan.stop.seconds
        if seconds is None:
            return None
        share = (seconds - self._earlier) / max(1, self._rounds - stage.number)
        return max(0.0, share - row.seconds)

    def _play(
        self, stage: Round, row: RoundRow, limits: Stop, live: Live, meter: Meter, *, watch: Decider | None
    ) -> float:
        """Play and store what is missing; the seconds it took."""
        missing = self._store.missing(row.id, limits.blocks)
        if not missing or (watch is not None and watch.stopped_at is not None):
            return 0.0
        # However little time is left, a round without any block would have no winner.
        pace = Pace(stage.number, missing, limits.seconds, at_least=int(row.blocks == 0))
        player = ChunkPlayer.of(self._plan, self._picks, stage)
        began = last = perf_counter()
        with contextlib.closing(_closable(self._executor.run(player, pace.chunks()))) as played:
            for results in played:
                now = perf_counter()
                if watch is not None:
                    watch.add(results)
                self._store.add(row.id, results, now - last, watch.take() if watch is not None else ())
                last = now
                pace.measured(results)
                live.add(results)
                if watch is not None and watch.stopped_at is not None:
                    pace.end()
                meter.glance(results.steps.size)
                if limits.blocks is not None:
                    check_void(stage.title, live.void, limits.blocks)
        return last - began

    def _ended(self, stage: Round, row: RoundRow, target: int | None) -> int:
        """How many blocks count: all that were asked for, else whole cycles of those without a gap, if there is one."""
        there = self._store.missing(row.id, None)[0].start
        if target is not None and there >= target:
            return target
        return there - there % stage.cycle if there >= stage.cycle else there


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _closable(results: Iterator[Results]) -> Generator[Results, None, None]:
    yield from results
