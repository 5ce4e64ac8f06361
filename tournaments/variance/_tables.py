"""A round of a tournament as tables: means, control variates and luck of every agent in every block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.capabilities import DealMeasurable, LuckMeasurable
from arena.contest import Pick, Plan, Results
from arena.game import Game, Metric
from tournaments.chunks import ChunkPlayer
from tournaments.plan import ranking_metric, schedule_of
from tournaments.results import aligned
from tournaments.variance.replayed import deal_table, luck_of_results

__all__ = ["Files", "Question", "Tables", "gather"]

_RUN: Final = 1024
"""Blocks looked at at once."""
_NOISE: Final = 1e-9
"""What rounding leaves of a sum over seatings that cancels, as a share of its summands."""

Files = Callable[[int, int, int], Mapping[int, bytes]]
"""The record files of a round's blocks from a first to before a last, by block: ``files(round, first, last)``."""


@dataclass(frozen=True)
class Question:
    """What is asked of a tournament."""

    plan: Plan
    picks: Pick
    files: Files | None
    by: str | None
    methods: frozenset[str]
    alpha: float
    folds: int

    @property
    def luck(self) -> bool:
        """Whether matches have to be gone through again."""
        return bool(self.methods & {"aivat", "aivat-fitted"})


@dataclass(frozen=True, eq=False)
class Tables:
    """A round. B blocks, S seatings, m participants."""

    game: Game[Any, Any, Any]
    metric: Metric
    agents: tuple[int, ...]
    """The participants, as indices into the plan's agents."""
    means: NDArray[np.float64]
    """float64[B, m], plain block means."""
    seatings: NDArray[np.float64]
    """float64[B, S, m], the same for each seating alone."""
    deals: NDArray[np.float64]
    """float64[B, m, C], control variates; C = 0 without."""
    luck: NDArray[np.float64]
    """float64[B, m, T], terms of luck; T = 0 without."""
    void: int
    """Blocks that were void before."""


def gather(question: Question, number: int, parts: Iterable[Results]) -> Tables:
    """The tables of the round `number` from its blocks, consecutive from block 0.

    Raises:
        BadInput: if a block is missing, or has neither records nor compiled agents.
        StoreConflict: if a match played again does not come out as stored.
    """
    plan, picks = question.plan, question.picks
    found: list[tuple[NDArray[np.float64], ...]] = []
    game, metric, void = picks.game, picks.game.spec.primary, 0
    for part in aligned(parts, _RUN):
        game = picks.game.with_players(part.seatings.shape[2])
        metric = ranking_metric(plan, game) if question.by is None else game.spec.metric(question.by)
        void += 0 if part.attempts is None else int(np.count_nonzero(part.attempts))
        values = part.metrics[metric.name][..., np.newaxis]
        means, each = _by_agent(values, part.seatings, len(picks.agents))
        variates = (
            _by_agent(one, part.seatings, len(picks.agents))[0]
            for one in _variates(question, game, number, part)
        )
        found.append((means[..., 0], each[..., 0], *variates))
    means, each, deals, luck = (np.concatenate(tables) for tables in zip(*found, strict=True))
    here = np.flatnonzero(~np.isnan(means).all(axis=0))
    agents = tuple(here.tolist())
    return Tables(game, metric, agents, means[:, here], each[:, :, here], deals[:, here], luck[:, here], void)


def _variates(
    question: Question, game: Game[Any, Any, Any], number: int, part: Results
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The control variates, float64[B, S, n, C], and the luck, float64[B, S, n, T], by seat."""

    def seated(start: int, count: int) -> NDArray[np.int16]:
        return part.seatings[start - part.start : start - part.start + count]

    plan = question.plan
    common = schedule_of(plan).common(plan, question.picks)
    player = ChunkPlayer(game, question.picks.agents, number, seated, plan.seed, plan.conditions, common)
    deals = luck = np.zeros((*part.seatings.shape, 0))
    if "controls" in question.methods and isinstance(game, DealMeasurable):
        deals = deal_table(player, part)
    if question.luck and isinstance(game, LuckMeasurable):
        files = question.files
        known = None if files is None else files(number, part.start, part.start + len(part))
        luck = luck_of_results(player, part, known)
    return deals, luck


def _by_agent(
    values: NDArray[np.float64], seatings: NDArray[np.int16], agents: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From seats to agents.

    Args:
        values: float64[B, S, n, C] by seat.
        seatings: int16[B, S, n], who sits there.
        agents: K.

    Returns:
        float64[B, K, C], the means over a block, and float64[B, S, K, C], those over each match; NaN where one is absent.
        What cancels over a block but for rounding is 0.
    """
    here = seatings[..., np.newaxis] == np.arange(agents)
    count = here.sum(axis=2)
    total = np.einsum("bsnc,bsnm->bsmc", values, here.astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        each = total / count[..., np.newaxis]
        means = total.sum(axis=1) / count.sum(axis=1)[..., np.newaxis]
    size = np.abs(np.nan_to_num(total)).sum(axis=1)
    means[np.abs(means) <= _NOISE * size] = 0.0
    means[count.sum(axis=1) == 0] = np.nan
    return means, each
