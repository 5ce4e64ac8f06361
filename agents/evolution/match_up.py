"""One match-up: a hero against a field of one baseline in all other seats, every deal from every seat.

The unit of its statistics is the deal: the hero's mean over all seats of one deal. Where both agents are compiled and the
game plays blocks, it runs in compiled code; any other agents are played by the referee.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena import streams
from arena.agent import Agent
from arena.capabilities import BatchOutcome, BlockPlayable, Compiled, CompiledPolicy
from arena.conditions import Conditions
from arena.errors import BadParameter, HostFault
from arena.game import Game
from arena.play import check_table, play

__all__ = [
    "Deals",
    "Estimate",
    "MatchUp",
    "compiled_returns",
    "deals_of",
    "estimate",
    "match_up",
    "policy_of",
]

_CHUNK: Final = 1024
"""Deals that are played at once, so that memory stays small."""
_Z95: Final = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A mean with the half-width of its 95 % interval, by the normal law over deals."""

    mean: float
    """The mean."""
    half_width: float
    """NaN with less than two deals."""


@dataclass(frozen=True)
class Deals:
    """Deals and the dice of the players in every seating of each; B deals, n players."""

    seeds: NDArray[np.uint64]
    """uint64[B], the seed of each deal."""
    dice: NDArray[np.uint64]
    """uint64[B, n, n]: in the seating in which the hero has seat s, the dice of each seat."""

    def __len__(self) -> int:
        return len(self.seeds)


@dataclass(frozen=True)
class MatchUp:
    """What came of a match-up; B deals."""

    returns: NDArray[np.float64]
    """float64[B]: the hero's return on each deal, the mean over his seats."""
    metrics: Mapping[str, NDArray[np.float64]]
    """float64[B]: each metric of the game in the same way; NaN where no seat of a deal has it."""
    decisions: int
    """How many actions the hero took."""
    seconds: float
    """Seconds that all of it took."""


def deals_of(seed: int, players: int, blocks: int, first: int = 0, purpose: str = "match-up") -> Deals:
    """The deals `first` to `first + blocks` of the stream that `seed` and `purpose` name.

    Args:
        seed: the root of all chance.
        players: players at the table.
        blocks: how many deals.
        first: the number of the first one.
        purpose: streams of different purposes share no deal.

    Raises:
        BadParameter: if `seed` is no whole number from 0 up, or `blocks` is less than 1.
    """
    if blocks < 1:
        raise BadParameter(f"expected blocks >= 1, got {blocks!r}")
    key = streams.derive(streams.root_key(seed), purpose)
    seats = players * players
    seeds = streams.numbers(streams.derive(key, "deals"), first, blocks)
    dice = streams.numbers(streams.derive(key, "dice"), first * seats, blocks * seats)
    return Deals(seeds, dice.reshape(blocks, players, players))


def estimate(values: NDArray[np.float64]) -> Estimate:
    """The mean of `values`, float64[B], and the half-width of its 95 % interval; NaN entries are left out."""
    kept = values[~np.isnan(values)]
    if not len(kept):
        return Estimate(math.nan, math.nan)
    spread = float(kept.std(ddof=1)) if len(kept) > 1 else math.nan
    return Estimate(float(kept.mean()), _Z95 * spread / math.sqrt(len(kept)))


def policy_of(agent: Agent, game: Game[Any, Any, Any]) -> CompiledPolicy | None:
    """The compiled policy of `agent` for `game`; None where it has none, or the game plays no blocks."""
    if isinstance(game, BlockPlayable) and isinstance(agent, Compiled):
        return agent.compiled_policy(game)
    return None


def match_up(
    game: Game[Any, Any, Any],
    hero: Agent,
    baseline: Agent,
    deals: Deals,
    *,
    conditions: Conditions | None = None,
    watch: Callable[[int], None] | None = None,
) -> MatchUp:
    """Play every deal with the hero in every seat and the baseline in all others.

    Args:
        game: the rules.
        hero: who is measured.
        baseline: who sits in all other seats.
        deals: from `deals_of`.
        conditions: of every match; the default ones where None. Compiled play needs none.
        watch: called now and then with the number of deals played.

    Raises:
        BadInput: if the table cannot play.
        HostFault: if a compiled policy takes an illegal action.
    """
    for agent in (hero, baseline):
        check_table(game, [agent] * game.spec.players, conditions or Conditions())
    policies = policy_of(hero, game), policy_of(baseline, game)
    began = perf_counter()
    parts: list[tuple[dict[str, NDArray[np.float64]], int]] = []
    compiled = isinstance(game, BlockPlayable) and policies[0] is not None and policies[1] is not None
    size = _CHUNK if compiled else 1
    for start in range(0, len(deals), size):
        part = Deals(deals.seeds[start : start + size], deals.dice[start : start + size])
        if isinstance(game, BlockPlayable) and policies[0] is not None and policies[1] is not None:
            parts.append(_play_compiled(game, policies[0], policies[1], part))
        else:
            parts.append(_play_refereed(game, hero, baseline, part, conditions))
        if watch is not None:
            watch(start + len(part))
    joined = {name: np.concatenate([found[name] for found, _ in parts]) for name in parts[0][0]}
    returns = joined.pop("")
    return MatchUp(returns, joined, sum(count for _, count in parts), perf_counter() - began)


def compiled_returns(
    game: BlockPlayable, hero: CompiledPolicy, baseline: CompiledPolicy, deals: Deals
) -> NDArray[np.float64]:
    """The hero's return on each deal, the mean over his seats, float64[B]; see `match_up`.

    Raises:
        HostFault: if a policy takes an illegal action.
    """
    outcome = _blocks(game, hero, baseline, deals)
    return np.asarray(_of_hero(outcome.returns).mean(axis=1), np.float64)


def _blocks(
    game: BlockPlayable, hero: CompiledPolicy, baseline: CompiledPolicy, deals: Deals
) -> BatchOutcome:
    players = deals.dice.shape[2]
    seatings = np.broadcast_to(1 - np.eye(players, dtype=np.int16), deals.dice.shape)
    outcome = game.play_blocks((hero, baseline), deals.seeds, seatings, deals.dice)
    if (outcome.faults >= 0).any():
        raise HostFault("a compiled policy took an illegal action")
    return outcome


def _of_hero(values: NDArray[Any]) -> NDArray[Any]:
    """[B, n] of the hero, from [B, n, n] by seating and seat; in seating s he has seat s."""
    return np.diagonal(values, axis1=1, axis2=2)


def _mean_over_seats(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[B] from float64[B, n], the mean of what is defined; NaN where nothing is."""
    defined = ~np.isnan(values)
    count = defined.sum(axis=1)
    total = np.where(defined, values, 0.0).sum(axis=1)
    means = np.full(len(values), np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means


def _play_compiled(
    game: BlockPlayable, hero: CompiledPolicy, baseline: CompiledPolicy, deals: Deals
) -> tuple[dict[str, NDArray[np.float64]], int]:
    outcome = _blocks(game, hero, baseline, deals)
    found = {name: _mean_over_seats(_of_hero(values)) for name, values in outcome.metrics.items()}
    found[""] = _of_hero(outcome.returns).mean(axis=1)
    return found, int(_of_hero(outcome.decisions).sum())


def _play_refereed(
    game: Game[Any, Any, Any], hero: Agent, baseline: Agent, deals: Deals, conditions: Conditions | None
) -> tuple[dict[str, NDArray[np.float64]], int]:
    players = game.spec.players
    rows: list[dict[str, list[float]]] = []
    decisions = 0
    for seed, dice in zip(deals.seeds, deals.dice, strict=True):
        row: dict[str, list[float]] = {}
        for seat in range(players):
            table = [hero if place == seat else baseline for place in range(players)]
            record = play(
                game, table, int(seed), conditions=conditions, seeds=[int(number) for number in dice[seat]]
            )
            outcome = record.outcome
            row.setdefault("", []).append(record.scores[seat])
            for name, values in outcome.metrics.items():
                row.setdefault(name, []).append(values[seat])
            decisions += record.decisions[seat]
        rows.append(row)
    found = {name: _mean_over_seats(np.array([row[name] for row in rows], np.float64)) for name in rows[0]}
    return found, decisions
