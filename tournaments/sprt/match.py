"""Two agents play until a sequential test decides.

The ordinary tournament plays: its executor is wrapped in one that hears the results and ends the run. Blocks are heard in
their order, so the decision depends on neither executor nor workers; blocks beyond it stay in the store and are not
counted. A later run of the same plan hears what is stored first, and plays only if that decides nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arena.contest import Chunk, Executor, Results
from arena.errors import BadPlan
from tournaments.executors.serial import Serial
from tournaments.plan import ranking_metric, schedule_of
from tournaments.sprt.blocks import block_values, measure_of
from tournaments.sprt.design import Design
from tournaments.sprt.report import SprtReport, report
from tournaments.sprt.running import Running
from tournaments.tournament import Tournament

if TYPE_CHECKING:
    from arena.contest import Pick, Plan, Round
    from tournaments.progress import Progress
    from tournaments.store import Store

__all__ = ["SequentialMatch", "Show"]

Show = Callable[[Running, "Progress"], None]
"""Whoever shows how a test goes."""


class SequentialMatch:
    """A plan for two agents, and the test that ends it.

    Args:
        plan: the tournament; its stop by blocks is the longest that the test may take.
        design: what is asked.
        store: where results are kept; a store that goes with the process where None.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.
        kind: what is measured, ``"share"`` or ``"difference"``.

    Raises:
        BadInput: if the plan cannot be played, has not two agents or no stop by blocks, or the design does not go with it.
        NotCapable: if an agent does not play the game.
    """

    def __init__(
        self,
        plan: Plan,
        design: Design,
        store: Store | None = None,
        *,
        picks: Pick | None = None,
        kind: str = "share",
    ) -> None:
        self.tournament = Tournament(plan, store, picks=picks)
        """The tournament that is played."""
        self.design = design
        """What is asked."""
        if plan.stop.blocks is None:
            raise BadPlan("a sequential test needs a stop by blocks, its longest, got none")
        self._most = plan.stop.blocks
        self._stage = self._only_round()
        self._kind = kind
        self.measure = measure_of(self._stage, kind)
        """What a block's value is."""
        self._metric = ranking_metric(plan, self._stage.game)
        design.targets(self.measure)

    def run(self, executor: Executor | None = None, show: Show | None = None) -> SprtReport:
        """Play until the test decides, or the plan's blocks are played.

        Args:
            executor: who plays; this process where None.
            show: called about once a second.

        Raises:
            BadPlan: if too many blocks are void.
            StoreError: if the store cannot be written.
            HostFault: if the arena's own machinery fails; what was played is stored.
            KeyboardInterrupt: passed on; what was played is stored.
        """
        heard = self._hear_stored()
        if not heard.over:
            shown = None if show is None else lambda progress: show(heard.running, progress)
            self.tournament.run(_Listening(executor or Serial(), heard.hear), shown)
        found = self.so_far()
        self._note(found)
        return found

    def so_far(self) -> SprtReport:
        """The report on what is stored, before the first gap; nothing is played."""
        values = self._hear_stored().values
        return report(self.design, self.measure, values, last=len(values) >= self._most)

    def _only_round(self) -> Round:
        plan, picks = self.tournament.plan, self.tournament.picks
        if len(picks.agents) != 2:
            raise BadPlan(f"a sequential test is between 2 agents, got {len(picks.agents)}")
        stage = schedule_of(plan).round(plan, picks, 0, ())
        if stage is None or plan.format != "round-robin":
            raise BadPlan(f"a sequential test is played as 'round-robin', got format {plan.format!r}")
        return stage

    def _stored_round(self) -> int | None:
        """The number of the round in the store; None where nothing of it is there."""
        played = self.tournament
        number = played.store.find(played.plan, played.picks)
        row = None if number is None else played.store.find_round(number, self._stage)
        return None if row is None else row.id

    def _hear_stored(self) -> _Heard:
        """A test that has heard what is stored."""
        heard = _Heard(
            Running(self.design, self.measure),
            self._most,
            lambda results: block_values(self._stage, results, self._metric, self._kind),
        )
        row = self._stored_round()
        if row is not None:
            for results in self.tournament.store.chunks(row, self._most):
                heard.hear(results)
        return heard

    def _note(self, found: SprtReport) -> None:
        """Let the store know how many blocks count."""
        row = self._stored_round()
        if row is not None and found.verdict != "open":
            self.tournament.store.stop(row, found.blocks)


class _Heard:
    """Results as they come, brought into the order of the blocks."""

    def __init__(
        self,
        running: Running,
        most: int,
        values: Callable[[Results], np.ndarray[tuple[int], np.dtype[np.float64]]],
    ) -> None:
        self.running = running
        self._most = most
        self._of = values
        self._early: dict[int, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
        self._parts: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
        self._next = 0

    @property
    def over(self) -> bool:
        """Whether nothing more needs to be played."""
        return self.running.decision is not None or self._next >= self._most

    @property
    def values(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The values of all blocks before the first gap."""
        return np.concatenate(self._parts) if self._parts else np.zeros(0)

    def hear(self, results: Results) -> bool:
        """Take in some blocks; whether the test is over now."""
        self._early[results.start] = self._of(results)
        while self._next in self._early:
            values = self._early.pop(self._next)
            self._next += len(values)
            self._parts.append(values)
            self.running.add(values)
        return self.over


@dataclass(frozen=True)
class _Listening(Executor):
    """Another executor, ended when `hear` has heard enough."""

    inner: Executor
    hear: Callable[[Results], bool]

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        """Play `chunks` until enough is heard."""
        with contextlib.closing(_closable(self.inner.run(player, chunks))) as played:
            for results in played:
                enough = self.hear(results)
                yield results
                if enough:
                    return


def _closable(results: Iterator[Results]) -> Generator[Results, None, None]:
    yield from results
