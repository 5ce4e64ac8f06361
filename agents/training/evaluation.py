"""How strong an agent is: against each of some opponents in all other seats, on deals that nobody learns from.

Training's own evaluations play *validation* deals, always the same ones, so that two checkpoints differ by their play and not
by their cards. What is published is measured on *held-out* deals, of another stream: a checkpoint that was chosen because it
did well on the validation deals is expected to do a little worse elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from agents.evolution.match_up import Estimate, deals_of, estimate, match_up
from arena import streams
from arena.agent import Agent
from arena.facts import game_spec, spelling
from arena.game import Game
from arena.play import play

__all__ = ["HELD_OUT", "VALIDATION", "VALIDATION_SEED", "Result", "decision_micros", "evaluate", "pooled"]

VALIDATION: Final = "validation"
"""The purpose of the deals by which a training's checkpoints are compared."""
HELD_OUT: Final = "held-out"
"""The purpose of the deals on which strength is published."""
VALIDATION_SEED: Final = 0
"""The root of the validation deals, the same for every training."""


@dataclass(frozen=True)
class Result:
    """One agent against one opponent in one game, or in several pooled."""

    game: str
    """The game's spelling; of several pooled ones all of them, by semicolons."""
    opponent: str
    """The opponent's spelling."""
    score: Estimate
    """The agent's return, in the game's unit, with its 95 % interval over deals."""
    metrics: Mapping[str, Estimate]
    """Each of the game's metrics in the same way."""
    deals: int
    """How many deals, each played from every seat."""

    @property
    def wins(self) -> Estimate | None:
        """The share of matches won, where the game has a metric of that name."""
        return self.metrics.get("wins")

    def row(self) -> dict[str, float]:
        """The numbers of a learning curve."""
        found = {"score": self.score.mean, "score_half_width": self.score.half_width}
        if self.wins is not None:
            found |= {"wins": self.wins.mean, "wins_half_width": self.wins.half_width}
        return found


def evaluate(
    agent: Agent,
    games: Sequence[Game[Any, Any, Any]],
    opponents: Sequence[Agent],
    blocks: int,
    *,
    seed: int = VALIDATION_SEED,
    purpose: str = VALIDATION,
    watch: Callable[[int], None] | None = None,
) -> list[Result]:
    """Measure an agent against every opponent in every game, game by game.

    Args:
        agent: who is measured.
        games: the rules.
        opponents: each fills all other seats.
        blocks: deals of every pairing; every game has deals of its own, the same for all agents.
        seed: the root of the deals.
        purpose: which stream of deals; streams of different purposes share none.
        watch: called now and then with the number of deals played, over all pairings.

    Raises:
        BadInput: if a table cannot play.
        HostFault: if a compiled policy takes an illegal action.
    """
    results: list[Result] = []
    for game in games:
        deals = deals_of(seed, game_spec(game).players, blocks, purpose=f"{purpose} {spelling(game)}")
        for opponent in opponents:
            before = len(results) * blocks
            note = None if watch is None else (lambda done, before=before: watch(before + done))
            found = match_up(game, agent, opponent, deals, watch=note)
            metrics = {name: estimate(values) for name, values in found.metrics.items()}
            results.append(
                Result(spelling(game), spelling(opponent), estimate(found.returns), metrics, blocks)
            )
    return results


def pooled(results: Sequence[Result]) -> list[Result]:
    """One result an opponent: the mean over games, in the order in which opponents come first."""
    by_opponent: dict[str, list[Result]] = {}
    for result in results:
        by_opponent.setdefault(result.opponent, []).append(result)
    return [_mean(parts) for parts in by_opponent.values()]


def _mean(parts: Sequence[Result]) -> Result:
    shared = [name for name in parts[0].metrics if all(name in part.metrics for part in parts)]
    return Result(
        "; ".join(part.game for part in parts),
        parts[0].opponent,
        _average([part.score for part in parts]),
        {name: _average([part.metrics[name] for part in parts]) for name in shared},
        sum(part.deals for part in parts),
    )


def _average(estimates: Sequence[Estimate]) -> Estimate:
    """The mean of independent estimates; variances of a sum add up."""
    count = len(estimates)
    return Estimate(
        sum(one.mean for one in estimates) / count,
        math.sqrt(sum(one.half_width**2 for one in estimates)) / count,
    )


def decision_micros(agent: Agent, game: Game[Any, Any, Any], opponent: Agent, matches: int = 20) -> float:
    """Microseconds that a decision of `agent` takes alone, at the referee's table: the median over matches.

    Args:
        agent: who is timed, once on each seat in turn.
        game: the rules.
        opponent: sits in all other seats.
        matches: how many are played, after one that is not counted.
    """
    players = game_spec(game).players
    key = streams.derive(streams.root_key(VALIDATION_SEED), "timing")
    found = []
    for number in range(matches + 1):
        seat = number % players
        table = [agent if place == seat else opponent for place in range(players)]
        record = play(game, table, streams.number(key, number))
        if number and record.decisions[seat]:
            found.append(record.spent[seat] / record.decisions[seat])
    return median(found) if found else math.nan
