"""`voting`: social choice with deals as voters, by the methods of OpenSpiel.

Each block casts one ballot, its agents in the order of their mean scores; a method of voting makes one order of all ballots
(Lanctot et al. 2023, "Evaluating agents using social choice theory", arXiv:2312.03121). OpenSpiel is an extra.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Rating, Results
from arena.errors import MissingExtra, UnknownName
from arena.streams import root_key, stream
from tournaments.ratings.field import Field, field_of
from tournaments.ratings.reports import agent_row, report
from tournaments.statistics import block_means

__all__ = ["METHODS", "Voting", "ballots"]

METHODS: Final = {
    "plurality": ("plurality", "PluralityVoting"),
    "borda": ("borda", "BordaVoting"),
    "copeland": ("copeland", "CopelandVoting"),
    "kemeny-young": ("kemeny_young", "KemenyYoungVoting"),
    "ranked-pairs": ("ranked_pairs", "RankedPairsVoting"),
    "schulze": ("schulze", "SchulzeVoting"),
    "stv": ("stv", "STVVoting"),
    "maximal-lotteries": ("maximal_lotteries", "MaximalLotteriesVoting"),
}
"""The methods by name, with their module and class in ``open_spiel.python.voting``."""
_MOST_FOR_KEMENY: Final = 8
"""Agents up to which all orders are tried."""


@dataclass(frozen=True)
class Voting(Rating):
    """Places by several methods of voting.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
        UnknownName: if there is no such method.
    """

    methods: str = "all"
    """Names out of `METHODS`, by ``+``; ``"all"`` for every one that can be had."""
    by: str | None = None
    """The metric that ranks; the game's primary one where None."""
    seed: int = 0
    """The root of the dice that break ties on a ballot."""

    def rate(self, picks: Pick, results: Sequence[Results]) -> Mapping[str, Any]:
        """The mean place over the methods; ``places`` holds the place by each, ``low`` and ``high`` the best and the worst."""
        wanted = list(METHODS) if self.methods == "all" else self.methods.split("+")
        for name in wanted:
            if name not in METHODS:
                raise UnknownName("method of voting", name, METHODS)
        base = _load("base")
        field = field_of(picks, results, self.by)
        cast, tied = ballots(field, self.seed)
        pool = [agent for agent in range(field.agents) if any(agent in ballot for ballot in cast)]
        places, notes = _elect(base, cast, pool, wanted) if len(pool) > 1 else ({}, [])
        if tied:
            notes.append(f"{tied:,} ballots with ties, broken by seeded dice")
        if any(len(ballot) < len(pool) for ballot in cast):
            notes.append(
                "ballots name the agents of their deal only; lineups are balanced, so none is favoured"
            )
        return report(
            field,
            "voting",
            [self._row(field, agent, places, agent in pool) for agent in range(field.agents)],
            quantity="mean place",
            unit="place",
            method=f"voting by {', '.join(places) or 'no method'}; low and high are the best and the worst place of them",
            estimand=(
                f"place in an election in which each deal of {field.game} votes by the mean {field.metric.name} {field.where()}; "
                "a description of these deals, without an interval"
            ),
            notes=notes,
            ballots=sum(cast.values()),
        )

    def _row(
        self, field: Field, agent: int, places: Mapping[str, Mapping[int, int]], played: bool
    ) -> dict[str, Any]:
        own = {name: found[agent] for name, found in places.items()} if played else {}
        note = "" if own else "played no match against anybody"
        value = float(np.mean(list(own.values()))) if own else None
        low, high = (min(own.values()), max(own.values())) if own else (None, None)
        return agent_row(field, agent, value, low, high, method="voting", note=note, places=own)


def ballots(field: Field, seed: int = 0) -> tuple[dict[tuple[int, ...], int], int]:
    """The ballots of the blocks.

    Args:
        field: the matches.
        seed: root of the dice that break ties.

    Returns:
        How many blocks cast each ballot, agents from the best to the worst, in the order of the ballots; and how many of them
        had ties.
    """
    rng = stream(root_key(seed), "ratings", "ballots")
    found: dict[tuple[int, ...], int] = {}
    tied = 0
    for table in field.tables:
        block = np.cumsum(np.r_[False, np.diff(table.blocks) > 0])
        means = block_means(
            table.scores.ravel(),
            table.agents.ravel(),
            np.repeat(block, table.size),
            agent_count=field.agents,
            block_count=int(block[-1]) + 1,
        )
        dice = rng.random(means.shape)
        absent = np.isnan(means)
        rounded: NDArray[np.float64] = np.round(means, 9)
        order = np.lexsort((dice, np.where(absent, np.inf, -rounded)), axis=1)
        ordered = np.take_along_axis(rounded, order, axis=1)
        tied += int((ordered[:, 1:] == ordered[:, :-1]).any(axis=1).sum())
        for row, missing in zip(order.tolist(), absent.sum(axis=1).tolist(), strict=True):
            ballot = tuple(row[: len(row) - missing])
            if len(ballot) > 1:
                found[ballot] = found.get(ballot, 0) + 1
    return dict(sorted(found.items())), tied


def _load(module: str) -> Any:
    """A module of OpenSpiel's voting.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
    """
    try:
        importlib.import_module("open_spiel.python.voting.base")
    except ImportError as error:
        raise MissingExtra("open_spiel", "openspiel") from error
    return importlib.import_module(f"open_spiel.python.voting.{module}")


def _elect(
    base: Any, cast: Mapping[tuple[int, ...], int], pool: Sequence[int], wanted: Sequence[str]
) -> tuple[dict[str, dict[int, int]], list[str]]:
    """The place of each agent by each method, and what was left out."""
    profile = base.PreferenceProfile(alternatives=list(pool))
    for ballot, count in cast.items():
        profile.add_vote(list(ballot), weight=count)
    places: dict[str, dict[int, int]] = {}
    notes: list[str] = []
    for name in wanted:
        module, cls = METHODS[name]
        if name == "kemeny-young" and len(pool) > _MOST_FOR_KEMENY:
            notes.append(
                f"kemeny-young left out: it tries all orders, which is too much for {len(pool)} agents"
            )
            continue
        try:
            maker = getattr(_load(module), cls)
        except ImportError as error:
            notes.append(f"{name} left out: {error}")
            continue
        method = maker(num_winners=1) if name == "stv" else maker()
        places[name] = _places(method.run_election(profile))
    return places, notes


def _places(outcome: Any) -> dict[int, int]:
    """The place of each alternative, equals by score sharing the best."""
    ranking, scores = outcome.ranking_with_scores()
    found: dict[int, int] = {}
    for place, agent in enumerate(ranking):
        equal = place > 0 and scores is not None and scores[place] == scores[place - 1]
        found[int(agent)] = found[int(ranking[place - 1])] if equal else place + 1
    return found
